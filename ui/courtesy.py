"""Work that takes long gives way to pages that are only drawn: who reads does not wait for who trains.

Python runs one thread at a time, so a page that is read would share it with every training and with every
page that draws new charts. Here those look up now and then, let the reader go first, and draw in turn.
"""

import contextlib
import threading
import time
import weakref

BREATH = 0.005  # seconds of training between two looks whether somebody is kept waiting
LOOK = 0.001
FAIR = 0.02  # seconds that a breath of training waits at most, so that it gets its share however many read

_lock, _one = threading.Lock(), threading.RLock()
_readers = weakref.WeakSet()  # threads that run a page and have not trained for it
_newcomers = []  # threads that draw what is new, or wait to


def reads():
    """The page that runs in this thread, until it ends, is drawn from what there is."""
    with _lock:
        _readers.add(threading.current_thread())


def trains():
    """The page that runs in this thread takes long from here on: it trains, and draws what is new."""
    with _lock:
        _readers.discard(threading.current_thread())


def give_way(most=FAIR):
    """Wait while another thread has less to do than this one, at most so many seconds."""
    deadline = time.perf_counter() + most
    while _somebody_goes_first() and time.perf_counter() < deadline:
        time.sleep(LOOK)


@contextlib.contextmanager
def in_turn():
    """Within, draw something new: one thread at a time, and readers first. A reader never waits."""
    me = threading.current_thread()
    if me in _readers:
        yield
        return
    _newcomers.append(me)
    try:
        with _one:
            give_way()
            yield
    finally:
        _newcomers.remove(me)


def _somebody_goes_first():
    me = threading.current_thread()
    with _lock:
        return me not in _readers and (
            any(one.is_alive() for one in _readers) or bool(_newcomers and me not in _newcomers)
        )
