"""What the decision-boundary page says of the derivatives of a network: by the judgement of the checks."""

import numpy as np
import pytest

from mlp import Layer, TrainConfig, init_params
from mlp.checks.gradient_check import compared, gradient_check
from mlp.checks.judgement import judge, judged
from ui.decision_boundary.derivatives import in_words

HOW = {"scheme": "central", "step": 1e-5, "dtype": "float64"}


def said(analytic, numeric, crosses=()):
    analytic, numeric = np.array(analytic), np.array(numeric)
    crosses = np.isin(np.arange(analytic.size), crosses)
    check = compared(np.arange(analytic.size), analytic, numeric, crosses)
    return in_words(check, judged(check, lambda entries: numeric[entries], 0.5, **HOW), 20)


BEFORE = "by backpropagation and by central differences (h = 1e-5, 20 examples)"


@pytest.mark.parametrize(
    ("analytic", "numeric", "crosses", "colour", "words"),
    [
        (
            [0.5, -2.0],
            [0.5, -2.0 + 2e-11],
            (),
            ":green[",
            "largest difference is 1.0e-11 of the largest derivative.",
        ),
        # what crosses a kink does not count, and is told
        (
            [0.5, -2.0],
            [0.6, -2.0 + 2e-11],
            (0,),
            ":green[",
            "is 1.0e-11 of the largest derivative, without 1 whose step crosses a kink.",
        ),
        ([0.5, -2.0], [0.5 + 2e-6, -2.0], (), ":red[", "is 1.0e-06 of the largest derivative."),
        ([0.5, -2.0], [0.5 + 2e-6, -2.0], (), ":red[", "explains that: the gradient is wrong."),
        (
            [1e-8, -2e-8],
            [1e-8, -2e-8 + 2e-12],
            (),
            ":orange[",
            "Rounding could hide an error as large as that.",
        ),
        ([0.0, 0.0], [0.0, 0.0], (), "2 derivatives", "all are 0, so there is nothing to compare."),
        ([0.0], [0.0], (0,), ":orange[", "1 derivative of this network"),
        ([0.5], [np.nan], (), ":red[", "it has diverged"),
    ],
)
def test_each_kind_of_judgement_is_said(analytic, numeric, crosses, colour, words):
    text = said(analytic, numeric, crosses)
    assert text.startswith(colour)
    assert words in text
    assert BEFORE in text or "diverged" in text


@pytest.mark.parametrize(
    ("scale", "words"), [(3e19, "Rounding could hide an error as large as that."), (1e300, "it has diverged")]
)
def test_a_diverged_network_is_not_said_to_have_a_wrong_gradient(scale, words):
    """In float32, in which it was trained, its loss is infinite."""
    config = TrainConfig(hidden_layer_sizes=(8, 8), activation="identity", init_scale=scale, dtype="float64")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 2)).astype(np.float32), np.arange(20) % 2
    params = init_params(config, 2, 2)
    if scale < 1e30:
        params = tuple(Layer(W.astype(np.float32), b.astype(np.float32)) for W, b in params)
    check = gradient_check(params, X, y, config, scheme="central", step=1e-5)
    text = in_words(check, judge(check, params, X, y, config, **HOW), 20)
    assert words in text
    assert "wrong" not in text


def test_derivatives_of_an_untrained_network_may_be_beyond_the_format_although_it_has_not_diverged():
    config = TrainConfig(hidden_layer_sizes=(3,), activation="identity", init_scale=1e200, dtype="float64")
    X, y = np.ones((2, 2)), np.array([0, 1])
    params = init_params(config, 2, 2)
    assert all(np.isfinite(layer.W).all() for layer in params)
    check = gradient_check(params, X, y, config, scheme="central", step=1e-5)
    text = in_words(check, judge(check, params, X, y, config, **HOW), 2)
    assert "derivatives are not numbers: it has diverged, or its numbers are too large." in text
