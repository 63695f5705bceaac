"""Who reads goes first, then who draws what is new, one at a time; and nobody waits for ever."""

import threading
import time

import pytest

from ui import courtesy


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """Of the pages of other tests none counts."""
    monkeypatch.setattr(courtesy, "_readers", courtesy.weakref.WeakSet())


class Page:
    """A thread that does one thing after another when it is told to."""

    def __init__(self):
        self._jobs, self._done = [], threading.Semaphore(0)
        self._told, self._over = threading.Semaphore(0), False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while True:
            self._told.acquire()
            if not self._jobs:
                return
            self._jobs.pop(0)()
            self._done.release()

    def begin(self, job):
        self._jobs.append(job)
        self._told.release()

    def finished(self, timeout=20):
        return self._done.acquire(timeout=timeout)

    def do(self, job):
        self.begin(job)
        assert self.finished()

    def end(self):
        self._told.release()
        self._thread.join(20)


@pytest.fixture
def pages():
    found = [Page() for _ in range(3)]
    yield found
    for page in found:
        page.end()


def waits(page, most=0.3):
    """How long the page gives way, in seconds."""
    began = time.perf_counter()
    page.do(lambda: courtesy.give_way(most))
    return time.perf_counter() - began


def test_a_training_gives_way_while_a_page_is_drawn_and_no_longer(pages):
    reader, trainer, _ = pages
    assert waits(trainer, 20) < 10, "there is nobody to wait for"
    reader.do(courtesy.reads)
    assert waits(trainer) >= 0.3
    trainer.begin(lambda: courtesy.give_way(60))
    assert not trainer.finished(0.1)
    reader.end()
    assert trainer.finished(), "it went on when the page was there"


def test_a_page_that_has_trained_is_waited_for_no_longer(pages):
    reader, trainer, _ = pages
    reader.do(courtesy.reads)
    reader.do(courtesy.trains)
    assert waits(trainer, 20) < 10
    reader.do(courtesy.reads)
    assert waits(trainer) >= 0.3, "until it is run again"


def test_a_reader_waits_for_nobody(pages):
    reader, other, newcomer = pages
    reader.do(courtesy.reads)
    other.do(courtesy.reads)
    assert waits(reader, 20) < 10

    def read_anew():
        with courtesy.in_turn():
            pass

    blocked = threading.Event()

    def hold():
        with courtesy.in_turn():
            blocked.wait(20)

    newcomer.begin(hold)
    reader.do(read_anew)
    blocked.set()
    assert newcomer.finished()


def test_new_things_are_drawn_one_at_a_time_and_before_training(pages):
    one, other, trainer = pages
    release, inside = threading.Event(), []

    def draw(name):
        with courtesy.in_turn():
            inside.append(name)
            release.wait(20)

    one.begin(lambda: draw("one"))
    while not inside:
        time.sleep(0.001)
    other.begin(lambda: draw("other"))
    assert waits(trainer) >= 0.3
    assert inside == ["one"]
    release.set()
    assert one.finished()
    assert other.finished()
    assert inside == ["one", "other"]
    assert waits(trainer, 20) < 10


def test_what_fails_while_it_is_drawn_holds_nobody_up(pages):
    one, other, trainer = pages

    def fail():
        with pytest.raises(ZeroDivisionError), courtesy.in_turn():
            raise ZeroDivisionError

    def draw():
        with courtesy.in_turn():
            pass

    one.do(fail)
    other.do(draw)
    assert waits(trainer, 20) < 10
