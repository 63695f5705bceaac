"""Who computes next: trainings take turns, and both they and new charts wait while a reader's page is drawn.

Python runs one thread at a time: trainings that all compute at once end later than trainings that take turns,
so one computes at a time, in short slices.

A page that only shows cached results (a "reader") would have to share the interpreter with every training and
every page that builds new charts. So these check regularly for readers and let them go first, and only one
thread builds charts at a time. Readers are served one after the other; if all were drawn at once, all would
finish late.
`benchmarks.ablation` measures what turns and what readers' priority are worth.
"""

import collections
import contextlib
import threading
import time
import weakref

SLICE = 0.15  # seconds of training between two updates of the page
PATIENCE = 0.5  # seconds of waiting for a turn between two updates of the page
CHECK_INTERVAL = 0.005  # seconds of training between two checks for waiting readers
POLL_INTERVAL = 0.01  # seconds between two checks for readers whose thread died without calling `end`
READ_SLOT = 0.25  # seconds after which other readers no longer wait for a reader
SEND_TIME = 0.04  # seconds to send a page once it is drawn
MAX_WAIT = 0.25  # most seconds that work waits at a time; a page is drawn within that time
WAIT_RATIO = 4.0  # most seconds of waiting per second of work, so work continues however many readers come

_changed = threading.Condition()
_drawing = threading.RLock()
_readers = weakref.WeakKeyDictionary()  # {thread that draws a page of cached results: its start time}
_queue = []  # threads that wait to become readers
_newcomers = []  # threads that build a new chart, or wait to
_sent = [0.0]  # time at which the last page drawn will have been sent
# has_trained; patience: seconds that it may wait; since: when its work began
_this_thread = threading.local()


def begin(trained_before=False):
    """Call first on every page. Waits until this thread may draw, unless `trained_before`.

    A page that trained in its last run is expected to train again, so it is not a reader. Readers are served
    one after the other, in the order of their requests.
    """
    me = threading.current_thread()
    _this_thread.has_trained = False
    with _changed:
        _readers.pop(me, None)
        if not trained_before:
            _queue_up(me)


def _queue_up(me):
    """Wait until it is this thread's turn to read. The caller must hold `_changed`."""
    _queue.append(me)
    try:
        while not (first := _queue[0] is me) or _soon_over():
            _changed.wait(POLL_INTERVAL if first else READ_SLOT)
    finally:
        _queue.remove(me)
        _changed.notify_all()
    _readers[me] = time.perf_counter()


def _soon_over():
    """Return whether a reader started less than READ_SLOT seconds ago. The caller must hold `_changed`."""
    recent = time.perf_counter() - READ_SLOT
    return any(thread.is_alive() and since > recent for thread, since in _readers.items())


def mark_training():
    """Declare that this thread's page trains; from now on it is not a reader."""
    _this_thread.has_trained = True
    with _changed:
        _readers.pop(threading.current_thread(), None)
        _changed.notify_all()


def pause(seconds, sleep=None):
    """Pause, by `sleep(seconds)` if given, so the browser can draw; return at once if another page is queued.

    Otherwise, queued pages would wait for the end of this page.
    """
    me = threading.current_thread()
    with _changed:
        if _queue:
            return
        was_reader = _readers.pop(me, None)
        _sent[0] = time.perf_counter() + SEND_TIME
        _changed.notify_all()
    (sleep or time.sleep)(seconds)
    if was_reader:
        with _changed:
            _queue_up(me)


def end():
    """Call last on every page. Return whether this thread's page has trained."""
    with _changed:
        if _readers.pop(threading.current_thread(), None):
            _sent[0] = time.perf_counter() + SEND_TIME
            _changed.notify_all()
    return getattr(_this_thread, "has_trained", False)


def give_way():
    """Wait while threads with priority run: at most MAX_WAIT seconds, and WAIT_RATIO per second of work."""
    began = time.perf_counter()
    patience = min(
        MAX_WAIT,
        getattr(_this_thread, "patience", MAX_WAIT)
        + WAIT_RATIO * (began - getattr(_this_thread, "since", began)),
    )
    now = began
    with _changed:
        while now - began < patience and _somebody_goes_first():
            _changed.wait(min(POLL_INTERVAL, began + patience - now))
            now = time.perf_counter()
    _this_thread.patience, _this_thread.since = max(0.0, patience - (now - began)), now


@contextlib.contextmanager
def in_turn():
    """Context manager for building a new chart: one thread at a time, after readers, who never wait."""
    me = threading.current_thread()
    if me in _readers:
        yield
        return
    with _changed:
        _newcomers.append(me)
    try:
        with _drawing:
            give_way()
            yield
    finally:
        with _changed:
            _newcomers.remove(me)
            _changed.notify_all()


def _somebody_goes_first():
    """Return whether this thread should wait. The caller must hold `_changed`."""
    me = threading.current_thread()
    return me not in _readers and (
        any(thread.is_alive() for thread in _readers)
        or time.perf_counter() < _sent[0]
        or bool(_newcomers and me not in _newcomers)
    )


class Turns:
    """The queue of trainings that want to compute."""

    def __init__(self):
        self.free = True
        self.waiting = collections.deque()
        self.changed = threading.Condition()

    @contextlib.contextmanager
    def place(self):
        """Context manager that gives a Place in the queue and leaves it at the end."""
        place = Place(self)
        try:
            yield place
        finally:
            place.pass_on()
            place.leave()


class Place:
    """A place in the queue. It keeps its position from one `wait` to the next until its turn comes."""

    def __init__(self, turns):
        self._turns, self._has_turn = turns, False

    def wait(self, timeout):
        """Wait up to `timeout` seconds; return whether it is now this place's turn."""
        turns = self._turns
        with turns.changed:
            if self not in turns.waiting:
                turns.waiting.append(self)
            self._has_turn = turns.changed.wait_for(lambda: turns.free and turns.waiting[0] is self, timeout)
            if self._has_turn:
                turns.waiting.popleft()
                turns.free = False
        return self._has_turn

    def take(self, compute):
        """If the turn comes in time, call `compute()` and pass the turn on; return whether it came.

        A turn ends after one slice, so short work does not wait for long work to finish.
        """
        if not self.wait(PATIENCE):
            return False
        try:
            compute()
        finally:
            self.pass_on()
        return True

    def pass_on(self):
        """End this place's turn, if it has it."""
        with self._turns.changed:
            self._turns.free |= self._has_turn
            self._has_turn = False
            self._turns.changed.notify_all()

    def leave(self):
        """Leave the queue."""
        with self._turns.changed:
            if self in self._turns.waiting:
                self._turns.waiting.remove(self)
            self._turns.changed.notify_all()
