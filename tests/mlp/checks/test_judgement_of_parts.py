"""The data loss and the penalty, checked apart: each is judged by its own size."""

from dataclasses import replace

import numpy as np
import pytest

from mlp import TrainConfig, gradient_check, init_params
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import judge

HOW = [
    {"scheme": "central", "step": 1e-5, "dtype": "float64"},
    {"scheme": "forward", "step": 1e-8, "dtype": "float64"},
    {"scheme": "complex", "step": 1e-20, "dtype": "float64"},
    {"scheme": "central", "step": 1e-2, "dtype": "float32"},
]


def network(seed=0, **changes):
    config = TrainConfig(hidden_layer_sizes=(6, 5), activation="tanh", init_seed=seed, **changes)
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(24, 2)), rng.integers(0, 2, 24)
    return init_params(replace(config, dtype="float64"), 2, 2), X, y, config


@pytest.mark.parametrize("how", HOW, ids=lambda how: f"{how['scheme']} {how['dtype']}")
def test_the_data_loss_is_judged_as_if_there_were_no_penalty(how):
    *what, heavy = network(l2=100.0, l1=10.0)
    alone = replace(heavy, l1=0.0, l2=0.0)
    for factor in (1.0, 1.002):
        check = gradient_check(*what, heavy, part="data", **how)
        check = compared(check.index, factor * check.analytic, check.numeric, check.crosses_kink)
        beside = judge(check, *what, heavy, part="data", **how)
        by_itself = judge(check, *what, alone, **how)
        assert beside.kind == by_itself.kind
        assert (beside.loss, beside.resolution) == (by_itself.loss, by_itself.resolution)
        assert beside.finds_error == (factor > 1)


@pytest.mark.parametrize("how", HOW, ids=lambda how: f"{how['scheme']} {how['dtype']}")
@pytest.mark.parametrize("weak", [2.0**-40, 2.0**-10])
def test_a_weak_penalty_alone_is_judged_like_a_strong_one(how, weak):
    """A factor of 2ᵏ multiplies the penalty, its derivatives and its rounding, and no ratio of them."""
    for seed in range(5):
        for name in ("l1", "l2"):
            judged = []
            for strength in (weak, 1.0):
                *what, config = network(seed, **{name: strength})
                check = gradient_check(*what, config, part="penalty", **how)
                right = judge(check, *what, config, part="penalty", **how)
                wrong = compared(check.index, 1.01 * check.analytic, check.numeric, check.crosses_kink)
                found = judge(wrong, *what, config, part="penalty", **how)
                assert not right.finds_error
                judged.append((right.kind, right.resolution, found.kind, found.finds_error))
            assert judged[0][::2] == judged[1][::2]
            assert judged[0][1] == pytest.approx(judged[1][1])
            assert judged[0][3] == judged[1][3]
            assert judged[0][3] or how["dtype"] == "float32"
