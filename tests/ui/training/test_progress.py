"""The progress of work: the time left, when its bar comes and goes; downloads; locks are given back."""

import threading
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from data import DataUnavailable
from ui.frame.visit import Visit
from ui.training import confirm, progress
from ui.training.priority import Turns
from ui.training.progress import Progress, advance, follow

MEGABYTE = 1_000_000


class Page:
    """A stand-in for Streamlit and the clock: what is shown, and what has been shown in `history`."""

    def __init__(self):
        self.now, self.history, self.shown, self.buttons = 100.0, [], None, []

    def empty(self):
        self.shown, self.buttons = None, []
        return self

    def container(self, **_):
        return threading.Lock()

    def button(self, label, **options):
        self.buttons.append((label, options))

    def progress(self, share, text):
        self.shown = share, text
        self.history.append(self.shown)
        return self


@pytest.fixture
def page(monkeypatch):
    page = Page()
    monkeypatch.setattr(progress, "st", page)
    monkeypatch.setattr(progress, "time", SimpleNamespace(perf_counter=lambda: page.now))
    return page


def test_the_time_left_is_the_estimates_at_first_and_then_that_of_the_pace_so_far(page):
    bar = Progress("kind", "work", 40.0)
    assert bar.time_left(0.0) == "40 s"
    page.now += 9
    assert bar.time_left(0.05) == "31 s", "9 s for a twentieth are too short to tell"
    page.now += 1
    assert bar.time_left(0.05) == "3 min"
    assert bar.time_left(0.25) == "30 s"  # 10 s for a quarter, three quarters to go
    assert bar.time_left(0.5) == "10 s"


def test_work_ten_times_slower_than_its_estimate_is_told_as_such(page):
    bar = Progress("kind", "work", 51.0)
    notes = {}
    for passed in (4, 9, 11, 25, 60, 100, 250, 500):
        page.now = 100.0 + passed
        notes[passed] = bar.time_left(passed / 510), bar.note
    slow = "; slower than the estimated 51 s"
    assert notes == {
        4: ("47 s", ""),  # too early to tell
        9: ("42 s", ""),
        11: ("8 min", slow),  # 499 s
        25: ("8 min", slow),
        60: ("8 min", slow),
        100: ("7 min", slow),
        250: ("4 min", slow),
        500: ("10 s", slow),
    }


def test_of_work_of_which_nothing_is_done_the_time_left_is_at_least_the_time_it_took(page):
    bar = Progress("kind", "work", 40.0)
    page.now += 15
    assert (bar.time_left(0.0), bar.note) == ("25 s", "")
    page.now += 15
    assert (bar.time_left(0.0), bar.note) == ("30 s", "")
    page.now += 30
    assert (bar.time_left(0.0), bar.note) == ("60 s", "; slower than the estimated 40 s")


@pytest.mark.parametrize(("estimate", "noted"), [(40.0, False), (20.0, False), (19.9, True), (0.0, False)])
def test_a_pace_is_slow_from_twice_the_estimate_on_where_there_is_one(page, estimate, noted):
    bar = Progress("kind", "work", estimate)
    page.now += 10
    assert bar.time_left(0.25) == "30 s"
    assert bar.note == (f"; slower than the estimated {estimate:.0f} s" if noted else "")


def test_short_work_has_no_note_and_a_note_goes_when_the_pace_is_back(page):
    bar = Progress("kind", "work", 1.0)
    page.now += 9.9
    assert (bar.time_left(0.5), bar.note) == ("10 s", "")
    bar = Progress("kind", "work", 30.0)
    page.now += 20
    bar.time_left(0.2)
    assert bar.note
    bar.time_left(0.5)
    assert not bar.note


def test_a_bar_comes_after_a_while_with_a_button_that_stops_this_work_and_goes_at_the_end(page, monkeypatch):
    returned = []
    monkeypatch.setattr(progress, "give_back", lambda: returned.append(True))
    bar = Progress("kind", "work", 1.0, after=0.3)
    page.now += 0.29
    bar.show(0.1, "early")
    assert page.history == page.buttons == []
    page.now += 0.02
    bar.show(0.5, "half")
    bar.show(1.2, "whole")
    assert page.history[1:] == [(0.5, "half"), (1.0, "whole")]
    ((label, options),) = page.buttons
    assert (label, options["on_click"], options["args"]) == ("Stop", progress.stop, ("kind", "work"))
    bar.end()
    assert page.shown is None
    assert returned == [True]
    Progress("kind", "work", 1.0, on_stop=(print, "stopped")).show(0.0, "text")
    assert (page.buttons[0][1]["on_click"], page.buttons[0][1]["args"]) == (print, ("stopped",))


def test_work_is_followed_to_its_value_and_closed_where_the_page_stops(page):
    closed = []

    def steps():
        try:
            for share in (0.25, 0.5):
                page.now += 10
                yield share
        finally:
            closed.append(True)
        return "value"

    assert follow(steps(), Progress("kind", "work", 30.0), "Checking") == "value"
    assert page.history[1:] == [(0.25, "Checking, about 30 s left …"), (0.5, "Checking, about 20 s left …")]
    follow(steps(), Progress("kind", "work", 1.0), "Checking")
    assert page.history[-1] == (0.5, "Checking, about 20 s left; slower than the estimated 1 s …")
    assert page.shown is None

    def stopped(*_):
        raise KeyboardInterrupt

    page.progress = stopped
    with pytest.raises(KeyboardInterrupt):
        follow(steps(), Progress("kind", "work", 1.0), "Checking")
    assert closed == [True, True, True]


def test_work_that_is_refused_on_the_way_leaves_no_bar_and_no_button(page):
    def steps():
        yield 0.5
        raise ValueError("It is too much.")

    with pytest.raises(ValueError, match=r"^It is too much\.$"):
        follow(steps(), Progress("kind", "work", 1.0), "Checking")
    assert page.history[-1][0] == 0.5
    assert page.shown is None


def test_a_run_that_fails_gives_its_lock_back_and_one_that_is_held_is_left_alone(monkeypatch):
    monkeypatch.setattr(progress, "SLICE", 0.01)
    calls = []

    def fail(*args):
        calls.append((args, run.lock.locked()))
        raise MemoryError

    run = SimpleNamespace(lock=threading.Lock(), advance=fail)
    with pytest.raises(MemoryError):
        advance(run, 3, 0.1)
    assert calls == [((3, 0.1), True)]
    assert run.lock.acquire(blocking=False), "it was given back"
    advance(run, 3)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("jobs", "shares"),  # jobs: [(epochs reached, epochs asked for), …], -1 before the untrained are measured
    [
        ([(-1, 3)], [1 / 4, 2 / 4, 3 / 4, 1]),
        ([(-1, 1), (0, 1)], [2 / 4, 3 / 4, 1]),
        ([(396, 399)], [398 / 400, 399 / 400, 1]),  # after *Go on*
        ([(-1, 0), (-1, 0)], [1 / 2, 1]),  # only measured
        ([(9, 4), (2, 4)], [9 / 10, 1]),
    ],
)
def test_trainings_show_the_share_of_all_their_epochs_that_is_done_and_the_time_for_those_left(
    page, monkeypatch, jobs, shares
):
    def run_of(reached):
        run = SimpleNamespace(n_epochs=reached, ended=False, lock=threading.Lock())
        run.advance = lambda n: setattr(run, "n_epochs", run.n_epochs + 1)
        return run

    shared = SimpleNamespace(turns=Turns(), keep_within_bounds=lambda: None)
    monkeypatch.setattr(progress, "cache", lambda: shared)
    bar, paces = Progress("train", "work", 10.0), []
    monkeypatch.setattr(bar, "time_left", lambda share: paces.append(share) or "some")
    jobs = [(run_of(reached), n) for reached, n in jobs]
    progress._advance_all(jobs, bar, lambda run, n: f"{run.n_epochs} of {n}, {{}}")
    assert [share for share, _ in page.history[1:]] == pytest.approx(shares)
    assert page.history[-1][1] == f"{jobs[-1][1]} of {jobs[-1][1]}, some"
    assert paces == pytest.approx([k / len(shares) for k in range(1, len(shares) + 1)])
    assert page.shown is None


@pytest.mark.parametrize(
    ("seconds", "megabytes", "limits", "starts"),
    [
        (10.0, 64, {}, True),
        (10.1, 0, {}, False),
        (0.0, 64.1, {}, False),
        (2000.0, 0, {}, False),
        (11.0, 0, {"trains": False}, True),
        (13.0, 0, {"trains": False}, False),
        (2000.0, 0, {"here": False, "key": "approved"}, True),
    ],
)
def test_work_waits_for_a_click_above_the_bound_of_time_or_of_memory(
    monkeypatch, seconds, megabytes, limits, starts
):
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 12.0)
    approved = {"kind": 1} if limits.get("key") else {}
    tab = Visit(approved=approved)
    monkeypatch.setattr(confirm, "visit", lambda: tab)
    monkeypatch.setattr(confirm, "st", Mock())
    messages = confirm.Messages("Work", "less", "Stopped.", "Asked.", "Start")
    n_bytes = megabytes * 2**20
    assert confirm.may_start("kind", 1, seconds, messages, n_bytes=n_bytes, **limits) == starts
    assert confirm.st.button.called == (not starts and seconds < 1800)


def test_parts_of_a_page_that_are_short_each_wait_for_a_click_once_they_are_long_together(monkeypatch):
    tab = Visit()
    monkeypatch.setattr(confirm, "visit", lambda: tab)
    monkeypatch.setattr(confirm, "st", Mock())
    messages = confirm.Messages("Work", "less", "Stopped.", "Asked.", "Start")
    parts = [("train", 6.0), ("check", 4.0), ("steps", 0.5), ("parts", 0.5)]
    assert [confirm.may_start(kind, 1, seconds, messages) for kind, seconds in parts] == [
        True,
        True,
        False,
        False,
    ]
    assert confirm.st.info.call_args.args == (
        "Asked. The page has already started about 10 s of other work.",
    )
    confirm.approve("steps", 1)
    tab.waiting.clear()  # as when the page is run again
    assert confirm.may_start("steps", 1, 0.5, messages)
    assert not confirm.may_start("parts", 1, 0.5, messages)


@pytest.fixture
def asked(monkeypatch):
    """A visit `tab`, the texts `said`, and the `buttons` [(label, callback, its arguments), …]."""
    asked = SimpleNamespace(tab=Visit(), said=[], buttons=[])
    monkeypatch.setattr(confirm, "visit", lambda: asked.tab)
    for name in ("info", "warning"):
        monkeypatch.setattr(confirm.st, name, lambda text, **_: asked.said.append(text))

    def button(label, on_click, args, **_):
        asked.buttons.append((label, on_click, args))

    monkeypatch.setattr(confirm.st, "button", button)
    messages = confirm.Messages("This work", "less", "Stopped.", "It takes long.", "Start")

    def may_start(kind="kind", work=1, seconds=1.0, **how):
        asked.tab.waiting.clear()  # as when the page is run again
        return confirm.may_start(kind, work, seconds, messages, **how)

    asked.may_start = may_start
    return asked


def test_work_that_was_stopped_stays_so_until_it_goes_on_and_other_work_starts(asked):
    confirm.stop("kind", 1)
    assert not asked.may_start()
    assert asked.said == ["Stopped."]
    assert asked.may_start(work=2)
    assert asked.may_start(kind="other")
    ((label, on_click, args),) = asked.buttons
    assert label == "Go on"
    on_click(*args)
    assert asked.may_start()


def test_work_is_approved_by_its_button_for_itself_alone(asked):
    assert not asked.may_start(seconds=100.0)
    ((label, on_click, args),) = asked.buttons
    assert (label, asked.said) == ("Start", ["It takes long."])
    on_click(*args)
    assert asked.may_start(seconds=100.0)
    assert not asked.may_start(work=2, seconds=100.0)
    assert not asked.may_start(kind="other", seconds=100.0)


@pytest.mark.parametrize(("seconds", "button"), [(1800.0, "Start"), (1801.0, None), (7200.0, None)])
def test_work_of_more_than_half_an_hour_is_refused_with_its_time_and_the_limit(asked, seconds, button):
    assert not asked.may_start(seconds=seconds)
    assert [label for label, *_ in asked.buttons] == ([button] if button else [])
    if not button:
        words = {1801.0: "a little more than 30 min", 7200.0: "about 2 h"}[seconds]
        assert asked.said == [f"This work would take {words}; this page allows up to 30 min. Ask for less."]


def test_what_a_page_has_begun_counts_but_not_what_runs_elsewhere(asked):
    assert asked.may_start(seconds=900.0, here=False, key="x", work=9) is False, "a click is needed"
    asked.said.clear()
    assert asked.may_start(seconds=4.0)
    assert asked.may_start(work=2, seconds=5.0, here=False)
    assert asked.may_start(work=3, seconds=5.0)
    assert asked.tab.seconds_begun == 9.0
    assert not asked.may_start(work=4, seconds=20.0)
    assert asked.said == ["It takes long."], "it would take long alone"
    assert not confirm.begin_unasked(1.5)
    assert confirm.begin_unasked(1.0)
    assert not confirm.begin_unasked(0.5), "that counted too"


def test_work_that_two_parts_of_a_page_wait_for_has_one_button(monkeypatch):
    tab = Visit(stopped={"check": 2})
    monkeypatch.setattr(confirm, "visit", lambda: tab)
    monkeypatch.setattr(confirm, "st", Mock())
    messages = confirm.Messages("Work", "less", "Stopped.", "Asked.", "Start")
    for kind, work in [("train", 1), ("train", 2), ("check", 2)] * 2:
        assert not confirm.may_start(kind, work, 20.0, messages)
    assert confirm.st.button.call_count == 3


@pytest.mark.parametrize(("seconds", "shown"), [(0.5, False), (0.51, True)])
def test_a_spinner_turns_for_work_of_half_a_second_or_more(page, seconds, shown):
    page.spinner = lambda text: text
    assert (progress.spinner(seconds, "Drawing …") == "Drawing …") == shown


def test_a_page_with_a_bar_is_one_that_trains_and_memory_is_returned_after_long_work_alone(page, monkeypatch):
    marks, returned = [], []
    monkeypatch.setattr(progress, "mark_training", lambda: marks.append(True))
    monkeypatch.setattr(progress, "give_back", lambda: returned.append(True))
    bar = Progress("kind", "work", 1.0, after=0.3)
    assert marks == [True]
    bar.show(0.5, "early")
    bar.end()
    assert returned == [], "its bar was never shown"


# ---- downloads


@pytest.fixture
def fetching(monkeypatch):
    """Let a download report these (done, total) of cifar.tar.gz, then end; returns what is fetched."""
    monkeypatch.setattr(progress, "ready", lambda name: name == "mnist")

    def prepare(*reports, error=None):
        fetched = []

        def fetch(name, report):
            fetched.append(name)
            for done, total in reports:
                report(done, total, "cifar.tar.gz")
            if error:
                raise error

        monkeypatch.setattr(progress, "fetch", fetch)
        return fetched

    return prepare


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (25, 100, (0.25, "25.0 of 100.0 MB, about 60 s left")),
        (3.456789, 0, (0.0, "3.5 MB …")),
        (0, 100, (0.0, "0.0 of 100.0 MB, about 20 s left")),
        (101, 100, (1.0, "101.0 of 100.0 MB, about 1 s left")),
    ],
)
def test_a_download_shows_its_share_its_megabytes_and_the_time_left(page, fetching, done, total, shown):
    fetched = fetching((done * MEGABYTE, total * MEGABYTE))
    clock = iter([0.0] + [20.0] * 9)
    progress.time.perf_counter = lambda: next(clock)
    progress.download("cifar10")
    assert fetched == ["cifar10"]
    assert page.history[1] == (0.0, "Downloading cifar10 …")
    assert page.history[-1] == (shown[0], f"Downloading cifar.tar.gz: {shown[1]}")
    assert (page.buttons, page.shown) == ([], None)
    progress.download("mnist")
    assert fetched == ["cifar10"], "what is here is not fetched"


def test_nothing_of_a_download_that_fails_is_left(page, fetching):
    fetching((50, 100), error=DataUnavailable("no route"))
    with pytest.raises(DataUnavailable, match="no route"):
        progress.download("cifar10")
    assert page.history[-1][0] == 0.5
    assert page.shown is None
