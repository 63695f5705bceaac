"""Tickets for the cores: how many trainings run at once, and which have the machine to themselves."""

import collections
import itertools
import threading

THREADED_PRODUCT = 2**18  # multiply-adds above which a BLAS spreads one matrix product over the cores


class Tickets:
    """As many tickets as cores, given out in the order in which they are asked for."""

    def __init__(self, n):
        self.n = self.free = n
        self._changed = threading.Condition()
        self._waiting = collections.deque()

    def acquire(self, n, timeout):
        """Take n tickets when it is this caller's turn and there are so many; False after `timeout` s."""
        me = object()
        with self._changed:
            self._waiting.append(me)
            ours = self._changed.wait_for(lambda: self._waiting[0] is me and self.free >= n, timeout)
            self._waiting.remove(me)
            if ours:
                self.free -= n
            self._changed.notify_all()
        return ours

    def release(self, n):
        """Give n tickets back."""
        with self._changed:
            self.free += n
            self._changed.notify_all()

    def needed(self, config, n_features, n_classes):
        """How many a training takes: all of them where its products run on several threads of their own.

        Two such trainings at once would wait for each other's threads, and both be many times slower.
        """
        rows = config.batch_size or 1024
        sizes = config.layer_sizes(n_features, n_classes)
        largest = max(rows * n * m for n, m in itertools.pairwise(sizes))
        return self.n if largest > THREADED_PRODUCT else 1
