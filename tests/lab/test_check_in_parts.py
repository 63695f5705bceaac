"""A gradient check in parts, between which the page is looked at."""

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.generators import at_once
from lab.gradient_check import checks
from lab.links import cost
from mlp import TrainConfig, gradient_check, init_params


@pytest.mark.parametrize("scheme", ["central", "forward", "complex"])
def test_a_check_in_parts_is_the_check_at_once(monkeypatch, scheme):
    dataset = load_dataset(DataConfig(n_samples=60))
    config = TrainConfig(hidden_layer_sizes=(5, 4), dtype="float64", l1=0.01)
    params = init_params(config, 2, 2)
    X, y, index = dataset.X_train.astype(np.float64), dataset.y_train, np.array([0, 3, 4, 9, 20, 31, 40])
    whole = gradient_check(params, X, y, config, indices=index, scheme=scheme)
    speed = cost.calibrate()
    for part in (1e-12, 10 * cost.checking_seconds(1, 49, len(y), config, speed) / 3, 1e9):
        monkeypatch.setattr(checks, "SECONDS_OF_A_PART", part)
        shares = []
        steps = checks.check_in_parts(params, X, y, config, index, speed, scheme=scheme)
        found = at_once(steps, shares.append)
        for ours, theirs in zip(found, whole, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
    assert len(shares) == 1
