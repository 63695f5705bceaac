"""A factor near 1 is no rounding, and gradients that are all 0 are not two mistakes together."""

import numpy as np
import pytest

from data import DataConfig
from lab.diagnosis import batch as batches
from lab.diagnosis import compare, report
from lab.diagnosis.program import gradients
from mlp.config import TrainConfig
from mlp.network import Layer


def batch(**settings):
    settings = {"hidden_layer_sizes": (4,), "batch_size": 128} | settings
    return batches.batch_of(DataConfig(name="circles"), TrainConfig(**settings))


def diagnosed(one, change):
    """Return the Diagnosis of the right gradients after `change` of every array."""
    theirs = [Layer(*map(change, layer)) for layer in gradients(one)]
    steps = compare.diagnose(one, theirs)
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value


@pytest.mark.slow
@pytest.mark.parametrize("factor", [128 / 127, 0.999, 1.0005])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_factor_near_1_is_no_rounding(factor, dtype):
    found = diagnosed(batch(), lambda a: (factor * a).astype(dtype).astype(float))
    assert found.state == compare.SCALED
    assert found.factor == pytest.approx(factor, rel=1e-6)
    assert report.headline(found) == "Every gradient is wrong by the same factor."


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_rounding_is_no_factor(seed):
    found = diagnosed(batch(init_seed=seed), np.vectorize(lambda x: float(f"{x:.3g}")))
    assert (found.state, found.factor) == (compare.FEW_DIGITS, 1.0)


def test_two_numbers_that_rounding_changes_by_the_same_factor_may_still_be_rounded():
    """With two classes the gradients are g and -g for each input."""
    one = batch(hidden_layer_sizes=(), use_bias=False)
    (right,), factor = gradients(one), 1.002
    assert right.W.shape == (2, 2)
    np.testing.assert_allclose(right.W[:, 0], -right.W[:, 1], rtol=1e-5)
    rounded = factor * right.W[:, :1] * [1, -1]
    found = diagnosed(one, lambda a: rounded if a.ndim == 2 else a)
    assert found.state == compare.FEW_DIGITS


@pytest.mark.parametrize("l2", [0.0, 0.01])
def test_gradients_that_are_all_0_are_not_two_mistakes_together(l2):
    found = diagnosed(batch(l2=l2), np.zeros_like)
    assert (found.state, found.factor) == (compare.SCALED, 0.0)
    assert report.headline(found) == "Every gradient is 0."


def test_gradients_that_one_known_mistake_makes_0_are_still_explained_by_it():
    found = diagnosed(batch(use_bias=False), np.zeros_like)
    assert (found.state, report.causes(found)) == (compare.CAUSED, ["The weights' gradients are 0."])


def test_two_mistakes_whose_effect_is_one_factor_are_still_named():
    found = diagnosed(batch(), lambda a: 2 * 128 * a)
    assert found.state == compare.CAUSED
    assert {"mean_missing", "twice_the_error"} in [{m.key for m in c.mistakes} for c in found.causes]
