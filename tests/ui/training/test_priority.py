"""Who reads goes first, then who draws what is new, one at a time; and nobody waits for ever."""

import concurrent.futures
import threading
import time
import types

import pytest

from ui.training import priority


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Of the pages of other tests none counts."""
    monkeypatch.setattr(priority, "_readers", priority.weakref.WeakKeyDictionary())
    monkeypatch.setattr(priority, "_sent", [0.0])
    monkeypatch.setattr(priority, "SEND_TIME", 0.0)


@pytest.fixture
def endless(monkeypatch):
    """Work that waits would wait for a minute."""
    monkeypatch.setattr(priority, "MAX_WAIT", 60)


class Clock:
    """A clock in place of the module `time` and of waiting: each wait moves it forward."""

    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds

    def notify_all(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    wait = sleep


@pytest.fixture
def clock(monkeypatch):
    """A Clock; each test thread waits without anybody else, so that seconds are exact."""
    clock = Clock()
    monkeypatch.setattr(priority, "time", clock)
    monkeypatch.setattr(priority, "_changed", clock)
    monkeypatch.setattr(priority, "_this_thread", threading.local())
    return clock


class Page:
    """A thread that does one thing after another when it is told to."""

    def __init__(self):
        self._thread, self._job = concurrent.futures.ThreadPoolExecutor(1), None

    def begin(self, job):
        self._job = self._thread.submit(job)

    def finished(self, timeout=20):
        return self._job in concurrent.futures.wait([self._job], timeout).done

    def cannot_yet(self, job):
        self.begin(job)
        assert not self.finished(0.1)

    def do(self, job):
        self.begin(job)
        self._job.result(20)

    def end(self):
        self._thread.shutdown()


@pytest.fixture
def pages():
    found = [Page() for _ in range(3)]
    yield found
    for page in found:
        page.end()


def goes_on(page):
    """Whether the page does not give way to anybody."""
    page.begin(priority.give_way)
    return page.finished()


def waits(clock):
    """How long this thread gives way, in seconds."""
    began = clock.now
    priority.give_way()
    return pytest.approx(clock.now - began)


def test_a_training_gives_way_while_a_page_is_drawn_and_has_not_trained_and_no_longer(pages, endless):
    reader, trainer, _ = pages
    assert goes_on(trainer), "there is nobody to wait for"
    reader.do(priority.begin)
    trainer.cannot_yet(priority.give_way)
    reader.do(priority.mark_training)
    assert trainer.finished()
    reader.do(priority.begin)
    trainer.cannot_yet(priority.give_way)
    reader.end()
    assert trainer.finished(), "it went on when the page was there"


def test_a_training_gets_its_share_however_many_read(clock, pages):
    reader, *_ = pages
    reader.do(priority.begin)
    assert waits(clock) == priority.MAX_WAIT == 0.25
    assert waits(clock) == 0, "it has not worked since"
    clock.now += 0.03
    assert waits(clock) == 0.03 * priority.WAIT_RATIO == 0.12
    clock.now += 0.02
    reader.end()
    assert waits(clock) == 0
    clock.now += 0.01
    other = Page()
    other.do(priority.begin)
    assert waits(clock) == (0.02 + 0.01) * priority.WAIT_RATIO, "what it did not use is saved"
    clock.now += 0.8
    assert waits(clock) == 0.25, "and never more than at first"
    other.end()


def test_a_page_that_trained_when_it_ran_before_gives_way_from_its_start(pages, endless):
    reader, trainer, other = pages
    trainer.do(priority.begin)
    trainer.do(priority.mark_training)
    ended = []
    trainer.do(lambda: ended.append(priority.end()))
    trainer.do(lambda: priority.begin(trained_before=ended[0]))
    assert goes_on(other), "nobody waits for it"
    reader.do(priority.begin)
    trainer.cannot_yet(priority.give_way)
    reader.end()
    assert trainer.finished()
    trainer.do(lambda: ended.append(priority.end()))
    assert ended == [True, False], "this time it has not trained"


def test_what_is_drawn_is_also_sent(clock, monkeypatch):
    monkeypatch.setattr(priority, "SEND_TIME", 0.04)
    reader = Page()
    reader.do(lambda: priority.begin(trained_before=True))
    reader.do(priority.end)
    assert waits(clock) == 0, "what a page that trains has drawn keeps nobody"
    reader.do(priority.begin)
    reader.do(priority.end)
    reader.end()
    assert waits(clock) == 0.04


def test_pages_that_are_read_follow_each_other(pages, monkeypatch):
    monkeypatch.setattr(priority, "READ_SLOT", 60.0)
    one, other, third = pages
    one.do(priority.begin)
    other.cannot_yet(priority.begin)
    third.cannot_yet(priority.begin)
    one.do(priority.end)
    assert other.finished(), "the one that came first"
    assert not third.finished(0.1)
    other.end()
    assert third.finished(), "of a page that stops without saying so, too"
    one.cannot_yet(priority.begin)
    third.do(priority.mark_training)
    assert one.finished(), "who trains is not waited for"


def test_a_page_that_takes_long_to_read_keeps_nobody_waiting(clock, pages):
    one, other, _ = pages
    one.do(priority.begin)
    clock.now += 0.1
    began = clock.now
    priority.begin(trained_before=True)
    assert clock.now == began, "a page that trains does not wait in the queue"
    other.do(priority.begin)
    assert 0.15 <= clock.now - began < 0.15 + priority.READ_SLOT


def draw(begun=lambda: None):
    with priority.in_turn():
        begun()


def test_a_reader_waits_for_nobody(pages, endless):
    reader, other, newcomer = pages
    reader.do(priority.begin)
    other.do(priority.begin)
    assert goes_on(reader)
    reader.do(draw)
    other.end()
    blocked = threading.Event()
    newcomer.begin(lambda: draw(lambda: blocked.wait(20)))
    reader.do(draw)
    blocked.set()
    reader.end()
    assert newcomer.finished()


def test_new_things_are_drawn_one_at_a_time_before_training_and_what_fails_holds_nobody_up(pages, endless):
    one, other, trainer = pages
    with pytest.raises(ZeroDivisionError):
        one.do(lambda: draw(lambda: 1 / 0))
    release, inside = threading.Event(), []
    one.cannot_yet(lambda: draw(lambda: inside.append("one") or release.wait(20)))
    other.begin(lambda: draw(lambda: inside.append("other")))
    trainer.cannot_yet(priority.give_way)
    assert inside == ["one"]
    release.set()
    assert one.finished()
    assert other.finished()
    assert inside == ["one", "other"]
    assert trainer.finished()


def test_a_page_that_pauses_lets_others_go_and_queues_up_again(pages, endless, monkeypatch):
    slept, awake = threading.Event(), threading.Event()
    monkeypatch.setattr(priority, "READ_SLOT", 60.0)
    sleep = types.SimpleNamespace(
        perf_counter=time.perf_counter, sleep=lambda seconds: slept.set() or awake.wait(20)
    )
    monkeypatch.setattr(priority, "time", sleep)
    first, second, trainer = pages
    first.do(priority.begin)
    first.begin(lambda: priority.pause(1.0))
    assert slept.wait(20)
    second.do(priority.begin)
    awake.set()
    assert not first.finished(0.1), "it waits for the page that came meanwhile"
    second.do(priority.end)
    assert first.finished()
    trainer.cannot_yet(priority.give_way)
    first.do(priority.end)
    assert trainer.finished()


def test_a_page_pauses_as_it_is_told(pages):
    page, other, _ = pages
    page.do(priority.begin)
    told = []
    page.do(lambda: priority.pause(60.0, told.append))
    assert told == [60.0]
    page.do(priority.end)
    other.do(priority.begin)
    other.do(priority.end)


def test_a_page_that_others_wait_for_does_not_pause(pages, monkeypatch):
    monkeypatch.setattr(priority, "READ_SLOT", 60.0)
    first, second, _ = pages
    first.do(priority.begin)
    second.cannot_yet(priority.begin)
    first.begin(lambda: priority.pause(60.0))
    assert first.finished(), "it goes on at once"
    assert not second.finished(0.1)
    first.do(priority.end)
    assert second.finished()


def test_a_page_that_has_trained_pauses_and_is_no_reader_then(pages, endless):
    page, trainer, _ = pages
    page.do(priority.begin)
    page.do(priority.mark_training)
    page.do(lambda: priority.pause(0.01))
    assert goes_on(trainer)
