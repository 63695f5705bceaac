"""Which trainings begin, what their estimate counts, and what is done of those that wait; cached results."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from mlp import TrainConfig
from ui.training import progress
from ui.training.priority import Turns

LARGE = progress.cost.ASK_ABOVE_BYTES


class Run:
    """A training whose every `advance` is an epoch."""

    def __init__(self, stamp, n_epochs=-1, ended=False, shape=None, watched=False):
        self.stamp, self.n_epochs, self.ended, self.watched = stamp, n_epochs, ended, watched
        self.dataset, self.configs = SimpleNamespace(image_shape=shape), ("config",)
        self.lock, self.advanced_to = nullcontext(), []
        self.lock = SimpleNamespace(acquire=lambda timeout: True, release=lambda: None)

    def advance(self, n_epochs):
        self.n_epochs += 1
        self.advanced_to.append(n_epochs)


class Setup:
    """A setup whose run is given and which asks for so many epochs."""

    def __init__(self, run, epochs):
        self.run, self.experiment = run, SimpleNamespace(data="data")
        self.configs = (TrainConfig(epochs=epochs),)


@pytest.fixture
def page(monkeypatch):
    """What may begin, `allowed` and `unasked`, and what was asked: `asked`, `bars`, `shown`, `notes`."""
    page = SimpleNamespace(allowed=True, unasked=True, asked=[], bars=[], shown=[], notes={}, bounded=0)
    page.paces = []  # the shares from which the time left was computed

    class Bar:
        note = ""

        def __init__(self, kind, work, seconds, after=0.0, on_stop=(), stoppable=True, place=None):
            page.bars.append((kind, work, seconds, after, stoppable, place))

        def show(self, share, text):
            page.shown.append((share, text))

        def time_left(self, share):
            page.paces.append(share)
            return "some"

        def end(self):
            pass

    def may_start(kind, work, seconds, messages, **how):
        page.asked.append(SimpleNamespace(kind=kind, work=work, seconds=seconds, messages=messages, **how))
        return page.allowed

    def begin_unasked(seconds):
        page.asked.append(seconds)
        return page.unasked

    def run_of(data, configs, watched, own):
        (run,) = [one.run for one in page.setups if one.configs == configs]
        run.watched = watched
        return run

    def bounded():
        page.bounded += 1

    shared = SimpleNamespace(
        fitting=lambda setup: setup.configs,
        run=run_of,
        speed="speed",
        turns=Turns(),
        keep_within_bounds=bounded,
        noted=page.notes.get,
        note=lambda key, make: page.notes.setdefault(key, make()),
    )
    monkeypatch.setattr(progress, "cache", lambda: shared)
    monkeypatch.setattr(progress, "Progress", Bar)
    monkeypatch.setattr(progress, "may_start", may_start)
    monkeypatch.setattr(progress, "begin_unasked", begin_unasked)
    monkeypatch.setattr(progress, "st", SimpleNamespace(container=nullcontext))
    monkeypatch.setattr(progress.cost, "seconds", lambda configs, dataset, n, speed, watched: float(n))
    monkeypatch.setattr(progress.cost, "measuring", lambda *_: 0.25)
    monkeypatch.setattr(progress.cost, "training_bytes", lambda configs, dataset, watched: page.n_bytes)
    page.n_bytes = 1000
    return page


def trained(page, *jobs, **how):
    page.setups = [Setup(run, epochs) for run, epochs in jobs]
    assert progress.trained(page.setups, **how) == [run for run, _ in jobs]


def test_what_is_complete_is_not_trained_and_the_estimate_is_that_of_the_rest(page):
    done, ended, begun, new = Run(1, 9), Run(2, 4, ended=True), Run(3, 4), Run(4)
    measured = Run(5, 0)
    jobs = (done, 8), (ended, 7), (begun, 6), (new, 5), (measured, 0)
    trained(page, *jobs, watched=True, bar_place="place")
    (asked,) = page.asked
    assert (asked.kind, asked.work, asked.n_bytes) == ("train", tuple(page.setups), 1000), "of the new one"
    assert asked.seconds == (6 - 4) + (5 + 1)
    assert asked.messages.stopped == (
        "Stopped after epoch 8 of 8, 4 of 7, 4 of 6, 0 of 5, 0 of 0. What was trained is kept."
    )
    assert [one.n_epochs for one in (done, ended, begun, new)] == [9, 4, 6, 5]
    assert page.bars == [("train", tuple(page.setups), 8.0, 0.0, True, "place")]
    assert begun.advanced_to == [6, 6]
    assert all(one.watched for one in (done, ended, begun, new))
    shares = [share for share, _ in page.shown]
    whole = 9 + 8 + 7 + 6 + 1  # epochs asked for, with epoch 0 of each; a run that ended has no more to do
    assert shares == pytest.approx([(whole - 8 + k) / whole for k in range(9)])
    assert page.paces == [k / 8 for k in range(1, 9)]
    assert page.shown[1][1] == "Epoch 5 of 6, about some left"
    assert page.shown[3][1] == "Epoch 0 of 5, about some left"
    assert page.bounded == 1


def test_a_training_stopped_before_its_first_epoch_keeps_nothing(page):
    trained(page, (Run(1), 5), (Run(2, 0), 3))
    (asked,) = page.asked
    assert asked.messages.stopped == "Stopped after epoch 0 of 5, 0 of 3."


def test_where_all_is_complete_nothing_is_asked_or_shown(page):
    trained(page, (Run(1, 9), 9), (Run(2, 4, ended=True), 7))
    assert page.asked == page.bars == []


def test_a_run_that_two_setups_share_needs_its_memory_once(page):
    run = Run(1)
    page.setups = [Setup(run, 5), Setup(run, 5)]
    page.setups[1].configs = (TrainConfig(epochs=5, init_seed=1),)
    progress.trained(page.setups)
    assert page.asked[0].n_bytes == 1000


@pytest.mark.parametrize(
    ("new", "others", "n_bytes", "unasked", "measured"),
    [
        (Run(1), (), 1000, True, True),
        (Run(2), (), 1000, False, False),  # measuring would take too long as well
        (Run(3), (), LARGE, True, True),
        (Run(4), (), LARGE + 1, True, False),
        (Run(5, shape=(2, 2)), (), 1000, True, False),
        (Run(6), (Run(7, shape=(2, 2)),), 1000, True, True),
    ],
)
def test_of_a_training_that_waits_networks_on_points_are_measured_untrained(
    page, new, others, n_bytes, unasked, measured
):
    begun = Run(99, 3)
    page.allowed, page.unasked, page.n_bytes = False, unasked, n_bytes / (1 + len(others))
    jobs = [(new, 5), (begun, 6), *((other, 4) for other in others)]
    trained(page, *jobs)
    assert new.n_epochs == (0 if measured else -1)
    assert begun.n_epochs == 3
    assert [other.n_epochs for other in others] == [-1] * len(others)
    assert page.asked[1:] == [0.25] * (not new.dataset.image_shape and n_bytes <= LARGE)
    expected = ("measure", tuple(page.setups), 0.25, progress.SHOW_AFTER, False, None)
    assert page.bars == [expected] * measured


def steps_of(value, made):
    def steps():
        made.append(value)
        yield 0.5
        return value

    return steps


@pytest.mark.parametrize("value", ["value", 0, (), False])
def test_a_result_is_computed_once_for_its_key_and_may_be_anything_but_none(page, value):
    made, words = [], ("This check", "Checking")
    for key in ("key", "key", "other"):
        assert progress.result(key, steps_of(value, made), 3.0, *words, n_bytes=7) == value
    assert made == [value] * 2
    assert [(one.kind, one.work, one.seconds, one.n_bytes) for one in page.asked] == [
        ("work", "key", 3.0, 7),
        ("work", "other", 3.0, 7),
    ]
    assert not page.asked[0].trains
    assert page.bars == [("work", key, 3.0, progress.SHOW_AFTER, True, None) for key in ("key", "other")]
    assert page.shown[0] == (0.5, "Checking, about some left …")
    assert page.asked[0].messages.stopped == "Stopped. This check was not finished."
    assert page.asked[0].messages.asked.startswith("This check takes about 3 s")


def test_a_result_that_waits_is_not_computed(page):
    page.allowed, made = False, []
    assert progress.result("key", steps_of(1, made), 3.0, "This check", "Checking") is None
    assert made == page.bars == []
    assert page.notes == {}
