"""Work that takes long gives way to pages that are only drawn: who reads does not wait for who trains.

Python runs one thread at a time, so a page that is read would share it with every training and with every
page that draws new charts. Here those look up now and then, let the reader go first, and draw in turn.
Pages that are read at the same time follow each other: together, all of them would be there at the end.
"""

import contextlib
import threading
import time
import weakref

BREATH = 0.005  # seconds of training between two looks whether somebody is kept waiting
LOOK = 0.01  # seconds between two looks at pages that end without saying so
SLOT = 0.25  # seconds after which a page that is read is not waited for by others that are
SENDING = 0.04  # seconds that a page takes to be sent once it is drawn
MOST = 0.25  # seconds that work waits at most at once: a page is drawn in that time
SHARE = 4.0  # seconds that it waits at most for each that it takes, so that it goes on however many read

_changed = threading.Condition()
_one = threading.RLock()
_readers = weakref.WeakKeyDictionary()  # {thread that runs a page and has not trained for it: since when}
_queue = []  # threads that are about to run a page
_newcomers = []  # threads that draw what is new, or wait to
_sent = [0.0]  # when the page that was drawn last will have been sent
_mine = threading.local()  # how long this thread may wait, and since when it has been at work


def begin(trained_before=False):
    """A page runs in this thread; it is drawn from what there is, unless it trained when it ran before.

    Pages that are read are drawn one after the other, in the order in which they were asked for.
    """
    me = threading.current_thread()
    _mine.has_trained = False
    with _changed:
        _readers.pop(me, None)
        if not trained_before:
            _queue_up(me)


def _queue_up(me):
    """Wait until this thread's page is the next to be read; for the holder of `_changed`."""
    _queue.append(me)
    try:
        while not (first := _queue[0] is me) or _soon_over():
            _changed.wait(LOOK if first else SLOT)
    finally:
        _queue.remove(me)
        _changed.notify_all()
    _readers[me] = time.perf_counter()


def _soon_over():
    """Whether a page is read that may be over soon."""
    recent = time.perf_counter() - SLOT
    return any(one.is_alive() and since > recent for one, since in _readers.items())


def trains():
    """The page that runs in this thread takes long from here on: it trains, and draws what is new."""
    _mine.has_trained = True
    with _changed:
        _readers.pop(threading.current_thread(), None)
        _changed.notify_all()


def pause(seconds):
    """The page that runs in this thread is sent so far, and goes on in so many seconds; others may before.

    Where others wait for theirs already it goes on at once: they would wait for its end.
    """
    me = threading.current_thread()
    with _changed:
        if _queue:
            return
        reads = _readers.pop(me, None)
        _sent[0] = time.perf_counter() + SENDING
        _changed.notify_all()
    time.sleep(seconds)
    if reads:
        with _changed:
            _queue_up(me)


def end():
    """The page that runs in this thread is drawn, and now sent; returns whether it has trained."""
    with _changed:
        if _readers.pop(threading.current_thread(), None):
            _sent[0] = time.perf_counter() + SENDING
            _changed.notify_all()
    return getattr(_mine, "has_trained", False)


def give_way():
    """Wait while another thread has less to do than this one; MOST at first, then a SHARE of what it did."""
    began = time.perf_counter()
    patience = min(MOST, getattr(_mine, "patience", MOST) + SHARE * (began - getattr(_mine, "since", began)))
    now = began
    with _changed:
        while now - began < patience and _somebody_goes_first():
            _changed.wait(min(LOOK, began + patience - now))
            now = time.perf_counter()
    _mine.patience, _mine.since = max(0.0, patience - (now - began)), now


@contextlib.contextmanager
def in_turn():
    """Within, draw something new: one thread at a time, and readers first. A reader never waits."""
    me = threading.current_thread()
    if me in _readers:
        yield
        return
    with _changed:
        _newcomers.append(me)
    try:
        with _one:
            give_way()
            yield
    finally:
        with _changed:
            _newcomers.remove(me)
            _changed.notify_all()


def _somebody_goes_first():
    me = threading.current_thread()
    return me not in _readers and (
        any(one.is_alive() for one in _readers)
        or time.perf_counter() < _sent[0]
        or bool(_newcomers and me not in _newcomers)
    )
