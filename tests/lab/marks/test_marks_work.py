"""The estimates and the progress of marking, with made-up costs, clocks and trainings."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from finishing import finished
from handed_in import ASSIGNMENT, GOOD_NETWORK, TASKS

from data import DataConfig
from lab.assignment import KINDS, Assignment, Mark, hand_in_for
from lab.marks import marking, trainings
from lab.marks.rows import Row
from mlp import TrainConfig

TWO_TASKS = Assignment("Two tasks", TASKS[:2])
DATA = DataConfig(n_samples=100)


def work(*answers, **more):
    """The Work of students S0, S1, … with these answers to two tasks; every mark is known."""
    own = [hand_in_for(TWO_TASKS, f"S{n}", pair, (1, 1)) for n, pair in enumerate(answers)]
    known = {
        (place, one.seed, answer): (Mark(1.0, answer), True, f"{answer} differs" if place else "")
        for one in own
        for place, answer in enumerate(one.answers)
    }
    read = tuple((Row(n, one.student, ""), one, "") for n, one in enumerate(own, start=1))
    return marking.Work(read, (), frozenset(), 3.0, 1.0, known)._replace(**more)


def test_the_progress_of_the_marks_is_told_again_after_a_heartbeat(monkeypatch):
    """Asked at the start, after each of eight marks, and after each report."""
    times = iter([0.0, 0.1, 0.2, 0.25, 0.25, 0.4, 0.44, 0.5, 0.5, 0.6, 0.65])
    monkeypatch.setattr(marking, "time", SimpleNamespace(perf_counter=lambda: next(times)))
    shares, results = finished(marking.marked(TWO_TASKS, work(*[("a", "b")] * 4)))
    assert shares == [pytest.approx((3 + 1 * 2 / 4) / 4), pytest.approx((3 + 1 * 3 / 4) / 4)]
    assert [one.marks[1].reason for one in results] == ["b"] * 4
    assert [one.notes for one in results] == [("Task 2: b differs",)] * 4


def test_the_progress_of_the_trainings_is_their_share_of_the_whole(monkeypatch):
    def train(pairs, claimed, heartbeat):
        yield from range(len(pairs))
        return marking.NOTHING_TRAINED

    monkeypatch.setattr(trainings, "train", train)
    shares, _ = finished(marking.marked(TWO_TASKS, work(("a", "b"), pairs=("one", "two", "three"))))
    assert shares[:3] == [0, pytest.approx(0.25), pytest.approx(0.5)]


def test_what_copies_show_is_noted_before_what_fingerprints_show():
    own = work(("a", "b"))
    twice = own._replace(read=(*own.read, (Row(2, "S0", ""), *own.read[0][1:])))
    _, (first, _) = finished(marking.marked(TWO_TASKS, twice))
    assert first.notes == ("The same code as in row 2.", "Task 2: b differs")


def test_trainings_on_the_same_data_but_for_the_seed_are_estimated_with_their_longest(monkeypatch):
    costs = SimpleNamespace(
        calibrate=lambda: 10,
        beginning=lambda configs, dataset, speed: len(configs),
        seconds=lambda configs, dataset, n_epochs, speed: 100 * speed * n_epochs,
    )
    loaded = []
    monkeypatch.setattr(marking, "cost", costs)
    monkeypatch.setattr(marking.engine, "load", loaded.append)
    long, short = TrainConfig(epochs=5), TrainConfig(epochs=3)
    first, second = replace(DATA, seed=1), replace(DATA, seed=2)
    seconds = marking._training_seconds(dict.fromkeys([(first, long), (first, short), (second, short)]))
    assert seconds == (2 + 5_000) + (1 + 3_000)
    assert loaded == [replace(DATA, seed=0)] * 2


def test_the_first_mark_of_a_task_is_not_taken_for_the_others(monkeypatch):
    """It takes 50 s, the next three 1, 2 and 6 s, on average 3 s; six are left."""
    clock = iter([0, 50, 50, 51, 51, 53, 53, 59])
    monkeypatch.setattr(marking, "time", SimpleNamespace(thread_time=lambda: next(clock)))
    answers = [(0, seed, "1.25") for seed in range(10)]
    seconds, known = marking._marking_seconds(ASSIGNMENT, answers)
    assert seconds == pytest.approx(6 * 3)
    assert list(known) == answers[:4]


@pytest.mark.parametrize(("unusable", "each"), [(("x",), 0.001), (("x", "y"), 3), (("x", "y", "z"), 4)])
def test_the_marks_after_the_first_tell_how_long_those_of_trainings_take(monkeypatch, unusable, each):
    """Answers that cannot be used need no training; they take 50, 3 and 5 s."""
    clock = iter([0, 50, 50, 53, 53, 58])
    monkeypatch.setattr(marking, "time", SimpleNamespace(thread_time=lambda: next(clock)))
    answers = [(3, seed, GOOD_NETWORK) for seed in range(7)] + [(3, 0, text) for text in unusable]
    seconds, known = marking._marking_seconds(ASSIGNMENT, answers)
    assert seconds == pytest.approx(7 * each)
    assert list(known) == answers[7:]


def test_marks_of_trainings_take_a_millisecond_each_and_none_is_made_before():
    answers = [(3, seed, GOOD_NETWORK) for seed in range(7)]
    assert marking._marking_seconds(ASSIGNMENT, answers) == (pytest.approx(0.007), {})


def test_a_training_tells_its_progress_within_an_epoch_too_and_comes_out_the_same():
    pairs = [(DATA, TrainConfig(epochs=12, init_seed=seed, hidden_layer_sizes=(2,))) for seed in (0, 1)]
    (often, trained), (seldom, again) = (
        finished(trainings.train(pairs, frozenset(), heartbeat)) for heartbeat in (0.0, 1e6)
    )
    assert len(often) > len(seldom) == 12 + 2
    assert trained.errors == again.errors == {}
    for pair in pairs:
        assert trained.records[pair].epoch == 12
        assert trained.records[pair].valid_loss == again.records[pair].valid_loss


def test_of_a_training_the_milestones_are_kept_and_of_the_last_epoch_alone_the_parameters(monkeypatch):
    seen = []
    made = lambda pair, history: seen.append([(one.epoch, bool(one.params)) for one in history])  # noqa: E731
    monkeypatch.setattr(trainings, "fingerprint", SimpleNamespace(of_network=made))
    pair = (DATA, TrainConfig(epochs=23, hidden_layer_sizes=(2,)))
    finished(trainings.train([pair], {pair}, 1e6))
    assert seen == [[*((epoch, False) for epoch in (0, 1, 2, 5, 10, 20)), (23, True)]]


def test_a_claim_whose_own_training_failed_is_not_compared(monkeypatch):
    kind = KINDS["hunt"]._replace(mark=lambda *_: Mark(1.0, "Right."), claims=lambda *_: ("pair", "claim"))
    monkeypatch.setitem(KINDS, "hunt", kind)
    assert marking._mark(TASKS[2], 1, "0", marking.NOTHING_TRAINED) == (Mark(1.0, "Right."), True, "")


@pytest.mark.parametrize(
    ("error", "named"),
    [(ValueError("The data are lost.\nLine 7"), "The data are lost."), (OSError("gone"), "OSError: gone")],
)
def test_a_training_that_fails_is_named_in_one_line_and_the_others_are_made(monkeypatch, error, named):
    load = marking.engine.load

    def lost(data):
        if data.seed == 1:
            raise error
        return load(data)

    monkeypatch.setattr(marking.engine, "load", lost)
    config = TrainConfig(hidden_layer_sizes=(2,), epochs=1)
    bad, *good = ((replace(DATA, seed=seed), config) for seed in (1, 2, 3))
    n_done, made = finished(trainings.train((bad, *good), frozenset(good[:1]), 10.0))
    assert made.errors == {bad: named}
    assert {pair: record.epoch for pair, record in made.records.items()} == dict.fromkeys(good, 1)
    assert list(made.fingerprints) == good[:1]
    assert n_done == sorted(n_done)
    assert n_done[-1] == 3
