"""Turns: a fair queue in which one training computes at a time, for a short slice each.

Small networks spend their time in Python, which runs one thread at a time, and BLAS spreads the products of
large ones over the cores: two trainings at once take longer than one after the other.
"""

import collections
import contextlib
import threading

from ui.training.run import SLICE

PATIENCE = 0.5  # seconds of waiting for a turn between two updates of the page


class Turns:
    """The queue of trainings that want to compute."""

    def __init__(self):
        self.free = True
        self.waiting = collections.deque()
        self.changed = threading.Condition()

    @contextlib.contextmanager
    def place(self):
        """Context with a Place in the queue, which is always left at the end."""
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


def advanced(run, n_epochs, turn):
    """Train a Run for a slice if the turn comes in time; return "" or the message that it is still waiting.

    The turn ends after every slice, so a short run does not wait for the end of a long one.
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
