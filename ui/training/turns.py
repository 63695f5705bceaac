"""Turns: one training computes at a time, a moment each, in the order in which they came.

Small networks spend their time in Python, of which one thread runs at a time, and the products of large
ones are spread over the cores by their BLAS: two trainings at once take longer than one after the other.
"""

import collections
import contextlib
import threading

from ui.training.run import SLICE

PATIENCE = 0.5  # seconds of waiting for one's turn between two looks at the page


class Turns:
    """The queue of those who want to compute."""

    def __init__(self):
        self.free = True
        self.waiting = collections.deque()
        self.changed = threading.Condition()

    @contextlib.contextmanager
    def place(self):
        """A Place in the queue, which is left in any event."""
        place = Place(self)
        try:
            yield place
        finally:
            place.pass_on()
            place.leave()


class Place:
    """Where one of them stands; it is kept from one wait to the next, until it is its turn."""

    def __init__(self, turns):
        self._turns, self._has_turn = turns, False

    def wait(self, timeout):
        """Whether it is this one's turn within so many seconds."""
        turns = self._turns
        with turns.changed:
            if self not in turns.waiting:
                turns.waiting.append(self)
            self._has_turn = turns.changed.wait_for(lambda: turns.free and turns.waiting[0] is self, timeout)
            if self._has_turn:
                turns.waiting.popleft()
                turns.free = False
        return self._has_turn

    def pass_on(self):
        """The turn is over, if it was this one's."""
        with self._turns.changed:
            self._turns.free |= self._has_turn
            self._has_turn = False
            self._turns.changed.notify_all()

    def leave(self):
        """Stand in the queue no longer."""
        with self._turns.changed:
            if self in self._turns.waiting:
                self._turns.waiting.remove(self)
            self._turns.changed.notify_all()


def advanced(run, n_epochs, turn):
    """Train a Run for a moment, when it is this one's turn; return why not, if it could not.

    The turn is over after every slice, so that a short run does not wait for a long one's end.
    """
    if not turn.wait(PATIENCE):
        return "Other visitors' trainings go before; yours is waiting its turn …"
    try:
        if run.lock.acquire(timeout=SLICE):
            try:
                run.advance(n_epochs)
            finally:
                run.lock.release()
    finally:
        turn.pass_on()
    return ""
