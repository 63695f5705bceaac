"""What is timed: every form at every size, loops over all examples, long ones left out."""

import numpy as np
import pytest

from mlp import TrainConfig, init_params, loops
from mlp.loops import EXAMPLES, MATRIX, STACKED, UNITS, time_forms

CONFIG = TrainConfig(hidden_layer_sizes=(3,), activation="tanh", dtype="float64")


def example(n=7):
    rng = np.random.default_rng(0)
    return init_params(CONFIG, 2, 2), rng.standard_normal((n, 2)), rng.integers(0, 2, n), CONFIG


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(loops, "REPEATED", 0.0)


def test_every_form_is_timed_at_every_size():
    found = [timing for timing in time_forms(*example(), sizes=(1, 4, 16)) if timing]
    assert [(t.k, t.form) for t in found] == [
        (k, form) for k in (1, 4, 16) for form in (UNITS, EXAMPLES, MATRIX, STACKED)
    ]
    assert all(0 < timing.seconds < 5 for timing in found)
    assert {t.n_networks for t in found if t.form == STACKED} == {64}
    assert {t.n_networks for t in found if t.form != STACKED} == {1}


def test_a_loop_is_timed_over_all_its_examples_in_slices(monkeypatch):
    seen = []

    def loop(params, X, y, config):
        seen.append(len(X))

    monkeypatch.setattr(loops, "by_unit", loop)
    monkeypatch.setattr(loops, "HEARTBEAT", 3.5e-5)  # three of the fastest loops there may be
    list(time_forms(*example(), sizes=(10,)))
    assert sum(seen) == 10
    assert max(seen) == 3


def test_what_would_take_too_long_is_left_out(monkeypatch):
    monkeypatch.setattr(loops, "MOST_SECONDS", 0.0)
    found = [timing for timing in time_forms(*example(), sizes=(1, 2)) if timing]
    assert [(t.k, t.form) for t in found if t.form in (UNITS, EXAMPLES)] == [(1, UNITS), (1, EXAMPLES)]
    assert len([t for t in found if t.form in (MATRIX, STACKED)]) == 4


def test_a_stack_holds_no_more_parameters_than_fit(monkeypatch):
    n = sum(a.size for layer in example()[0] for a in layer)
    monkeypatch.setattr(loops, "STACK_VALUES", 5 * n)
    found = [timing for timing in time_forms(*example(), sizes=(1,)) if timing]
    assert {t.n_networks for t in found if t.form == STACKED} == {5}
