"""The loops and the matrices: the same loss and the same gradients, and the time that each takes."""

import itertools
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from data import Dataset
from mlp import (
    ACTIVATIONS,
    LOSSES,
    Layer,
    TrainConfig,
    init_params,
    loops,
    loss_and_gradients,
    train_many,
)
from mlp.loops import EXAMPLES, MATRIX, STACKED, UNITS
from ui.training.progress import at_once


def example(n, config, n_features=3, n_classes=4):
    rng = np.random.default_rng(5)
    params = tuple(
        Layer(W, rng.normal(0, 0.3, b.shape) * config.use_bias)
        for W, b in init_params(config, n_features, n_classes)
    )
    return params, rng.normal(size=(n, n_features)), rng.integers(0, n_classes, n)


@pytest.mark.parametrize("form", [loops.by_example, loops.by_unit])
@pytest.mark.parametrize(("activation", "loss"), list(itertools.product(ACTIVATIONS, LOSSES)))
def test_loops_and_matrices_agree_to_the_last_digits(activation, loss, form):
    config = TrainConfig(
        hidden_layer_sizes=(4, 3), activation=activation, loss=loss, l1=0.02, l2=0.1, dtype="float64"
    )
    params, X, y = example(10, config)
    expected_loss, expected = loss_and_gradients(params, X, y, config)
    found_loss, found = form(params, X, y, config)
    assert found_loss == pytest.approx(expected_loss, rel=1e-13)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine.W, theirs.W, rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(mine.b, theirs.b, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("form", [loops.by_example, loops.by_unit])
def test_without_biases_their_gradient_is_zero_in_loops_too(form):
    config = TrainConfig(hidden_layer_sizes=(4,), use_bias=False, dtype="float64")
    params, X, y = example(5, config)
    _, expected = loss_and_gradients(params, X, y, config)
    _, found = form(params, X, y, config)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine.W, theirs.W, rtol=1e-12)
        assert not mine.b.any()


@pytest.fixture
def timings(monkeypatch):
    """A function: all Timings of a small network at these sizes."""
    monkeypatch.setattr(loops, "REPEATED", 0.0)
    config = TrainConfig(hidden_layer_sizes=(3,), activation="tanh", dtype="float64")
    subject = *example(7, config, 2, 2), config
    measure = partial(_timings, subject)
    measure.subject = subject
    return measure


def _timings(subject, *sizes):
    return at_once(loops.time_forms(*subject, sizes=sizes))


def test_every_form_is_timed_at_every_size(timings):
    found = timings(1, 4, 16)
    assert [(t.k, t.form) for t in found] == [
        (k, form) for k in (1, 4, 16) for form in (UNITS, EXAMPLES, MATRIX, STACKED)
    ]
    assert all(0 < timing.seconds < 5 for timing in found)
    assert {t.n_networks for t in found if t.form == STACKED} == {64}
    assert {t.n_networks for t in found if t.form != STACKED} == {1}


def test_a_loop_is_timed_over_all_its_examples_in_slices(timings, monkeypatch):
    seen = []
    monkeypatch.setattr(loops, "by_unit", lambda params, X, y, config: seen.append(len(X)))
    monkeypatch.setattr(loops, "HEARTBEAT", 3.5e-5)  # three of the fastest loops there may be
    timings(10)
    assert sum(seen) == 10
    assert max(seen) == 3


def test_what_is_timed_is_a_gradient_of_one_network_over_all_its_examples(timings, monkeypatch):
    repeated = []

    def one_tenth_per_example_of_a_loop(seconds, form, params, X, *_):
        repeated.append(seconds)
        return 3.2 if form is loss_and_gradients else len(X) / 10

    monkeypatch.setattr(loops, "REPEATED", 0.25)
    monkeypatch.setattr(loops, "_shortest", one_tenth_per_example_of_a_loop)
    shares = []
    found = at_once(loops.time_forms(*timings.subject, sizes=(4, 6, 8)), shares.append)
    told = [(t.form, t.k, pytest.approx(t.seconds), t.n_networks) for t in found]
    looped = [(form, k, k / 10, 1) for k in (4, 6) for form in (UNITS, EXAMPLES)]  # 0.8 s would be too long
    whole = [[(MATRIX, k, 3.2, 1), (STACKED, k, 3.2 / 64, 64)] for k in (4, 6, 8)]
    assert told == [*looped[:2], *whole[0], *looped[2:], *whole[1], *whole[2]]
    # the first size in one slice each, the second in slices of one example
    assert shares == [0.0, 0.0, 4 / 18, *[4 / 18] * 12, 10 / 18, 1.0]
    assert repeated == [0.25] * 4 + [0.0] * 12 + [0.25] * 4, "a loop that is known to take longer runs once"


def test_of_repeated_calls_the_shortest_counts(monkeypatch):
    now, durations, called = [0.0], iter([3.0, 0.5, 1.5, 0.75]), []

    def call(*args):
        called.append(args)
        now[0] += next(durations)

    monkeypatch.setattr(loops, "time", SimpleNamespace(perf_counter=lambda: now[0]))
    assert loops._shortest(5.0, call, "X", "y") == 0.5
    assert called == [("X", "y")] * 3, "until the seconds are over"
    assert loops._shortest(0.0, call) == 0.75


def test_the_networks_of_a_stack_differ_and_are_as_precise_as_the_one_beside_them():
    config = TrainConfig(hidden_layer_sizes=(3,), dtype="float32")
    first, last = loops._stacked(init_params(config, 5, 2), config, 4)
    assert (first.W.shape, first.b.shape, last.W.shape) == ((4, 5, 3), (4, 3), (4, 3, 2))
    assert {array.dtype for layer in (first, last) for array in layer} == {np.dtype("float64")}
    assert len(np.unique(first.W[:, 0, 0])) == 4


def test_an_estimate_counts_both_loops_as_long_as_they_are_short_enough_and_the_repetitions():
    # 0.1 s per example: sizes 1, 2 and 4, of each both loops; ten sizes of at most four forms of 4 ms
    assert loops.estimate(0.1) == pytest.approx(2 * 0.7 + 0.16)
    assert loops.estimate(0.7) == pytest.approx(2 * 0.7 + 0.16)
    assert loops.estimate(0.0) == pytest.approx(0.16)


def test_what_would_take_too_long_is_left_out(timings, monkeypatch):
    monkeypatch.setattr(loops, "MOST_SECONDS", 0.0)
    found = timings(1, 2)
    assert [(t.k, t.form) for t in found if t.form in (UNITS, EXAMPLES)] == [(1, UNITS), (1, EXAMPLES)]
    assert len([t for t in found if t.form in (MATRIX, STACKED)]) == 4


def test_a_stack_holds_no_more_parameters_than_fit(timings, monkeypatch):
    monkeypatch.setattr(loops, "STACK_VALUES", 5 * 17)  # 2·3 + 3 + 3·2 + 2
    assert {t.n_networks for t in timings(1) if t.form == STACKED} == {5}


@pytest.mark.parametrize("form", [loops.by_example, loops.by_unit, loss_and_gradients])
def test_an_epoch_is_that_of_training_whatever_the_form(form):
    how = {"batch_size": 4, "learning_rate": 0.3, "epochs": 1, "shuffle": False, "dtype": "float64"}
    config = TrainConfig(hidden_layer_sizes=(4,), l2=0.01, **how)
    params, X, y = example(10, config)  # two batches of 4, one of 2
    before = [array.copy() for layer in params for array in layer]
    found = at_once(loops.train_epoch(form, params, X.astype("float32"), y, config))
    nothing = X[:0].astype("float32"), y[:0]
    scaling = np.zeros(3), np.ones(3)
    dataset = Dataset(X.astype("float32"), y, *nothing, *nothing, tuple("abcd"), None, "made up", *scaling)
    *_, (record,) = train_many([config], dataset, initial=[params])
    for mine, theirs in zip(found.params, record.params, strict=True):
        np.testing.assert_allclose(mine.W, theirs.W, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(mine.b, theirs.b, rtol=1e-12, atol=1e-14)
    assert found.seconds > 0
    after = [array for layer in params for array in layer]
    assert all(map(np.array_equal, before, after)), "the given ones are left as they are"


def test_an_epoch_tells_how_far_it_is_several_times(monkeypatch):
    monkeypatch.setattr(loops, "HEARTBEAT", 0.0)
    config = TrainConfig(hidden_layer_sizes=(4,), batch_size=4, dtype="float64")
    steps = loops.train_epoch(loops.by_example, *example(10, config), config)
    assert list(steps) == [0.4, 0.8, 1.0]
