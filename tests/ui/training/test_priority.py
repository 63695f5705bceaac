"""Who reads goes first, then who draws what is new, one at a time; and nobody waits for ever."""

import concurrent.futures
import threading
import time

import pytest

from ui.training import priority


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Of the pages of other tests none counts."""
    monkeypatch.setattr(priority, "_readers", priority.weakref.WeakKeyDictionary())
    monkeypatch.setattr(priority, "_sent", [0.0])
    monkeypatch.setattr(priority, "SEND_TIME", 0.0)


@pytest.fixture(params=[0.3])
def patience(request, monkeypatch):
    """Seconds that work waits at most at once."""
    monkeypatch.setattr(priority, "MAX_WAIT", request.param)
    return request.param


ENDLESS = pytest.mark.parametrize("patience", [60], indirect=True)


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


def waits(page):
    """How long the page gives way, in seconds."""
    began = time.perf_counter()
    page.do(priority.give_way)
    return time.perf_counter() - began


@ENDLESS
def test_a_training_gives_way_while_a_page_is_drawn_and_has_not_trained_and_no_longer(pages, patience):
    reader, trainer, _ = pages
    assert waits(trainer) < 10, "there is nobody to wait for"
    reader.do(priority.begin)
    trainer.cannot_yet(priority.give_way)
    reader.do(priority.mark_training)
    assert trainer.finished()
    reader.do(priority.begin)
    trainer.cannot_yet(priority.give_way)
    reader.end()
    assert trainer.finished(), "it went on when the page was there"


def test_a_training_gets_its_share_however_many_read(pages, patience, monkeypatch):
    reader, trainer, _ = pages
    reader.do(priority.begin)
    assert waits(trainer) >= patience
    monkeypatch.setattr(priority, "WAIT_RATIO", 0.5)
    trainer.do(lambda: time.sleep(0.2))
    assert 0.1 <= waits(trainer) < patience, "half of what it has worked"
    trainer.do(lambda: time.sleep(0.8))
    assert waits(trainer) >= patience, "and never more than at first"


@ENDLESS
def test_a_page_that_trained_when_it_ran_before_gives_way_from_its_start(pages, patience):
    reader, trainer, other = pages
    trainer.do(priority.begin)
    trainer.do(priority.mark_training)
    ended = []
    trainer.do(lambda: ended.append(priority.end()))
    trainer.do(lambda: priority.begin(trained_before=ended[0]))
    assert waits(other) < 10, "nobody waits for it"
    reader.do(priority.begin)
    trainer.cannot_yet(priority.give_way)
    reader.end()
    assert trainer.finished()
    trainer.do(lambda: ended.append(priority.end()))
    assert ended == [True, False], "this time it has not trained"


def test_what_is_drawn_is_also_sent(pages, patience, monkeypatch):
    reader, trainer, _ = pages
    monkeypatch.setattr(priority, "SEND_TIME", 60.0)
    trainer.do(priority.end)
    assert waits(trainer) < patience, "what a page that trains has drawn keeps nobody"
    reader.do(priority.begin)
    reader.do(priority.end)
    reader.end()
    assert waits(trainer) >= patience


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


def test_a_page_that_takes_long_to_read_keeps_nobody_waiting(pages, monkeypatch):
    monkeypatch.setattr(priority, "READ_SLOT", 0.2)
    one, other, third = pages
    one.do(priority.begin)
    began = time.perf_counter()
    other.do(priority.begin)
    third.do(lambda: priority.begin(trained_before=True))
    assert 0.1 < time.perf_counter() - began < 10


def draw(begun=lambda: None):
    with priority.in_turn():
        begun()


@ENDLESS
def test_a_reader_waits_for_nobody(pages, patience):
    reader, other, newcomer = pages
    reader.do(priority.begin)
    other.do(priority.begin)
    assert waits(reader) < 10
    reader.do(draw)
    other.end()
    blocked = threading.Event()
    newcomer.begin(lambda: draw(lambda: blocked.wait(20)))
    reader.do(draw)
    blocked.set()
    reader.end()
    assert newcomer.finished()


@ENDLESS
def test_new_things_are_drawn_one_at_a_time_before_training_and_what_fails_holds_nobody_up(pages, patience):
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


def test_a_page_that_pauses_lets_others_go_and_queues_up_again(pages, monkeypatch):
    monkeypatch.setattr(priority, "READ_SLOT", 60.0)
    first, second, trainer = pages
    first.do(priority.begin)
    first.begin(lambda: priority.pause(1.0))
    time.sleep(0.2)
    second.do(priority.begin)
    assert not first.finished(1.5), "it waits for the page that came meanwhile"
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


def test_a_page_that_has_trained_pauses_and_is_no_reader_then(pages):
    page, trainer, _ = pages
    page.do(priority.begin)
    page.do(priority.mark_training)
    page.do(lambda: priority.pause(0.01))
    assert waits(trainer) < 0.2
