"""Store: one cache for raw files, uploads and datasets, bounded in bytes."""

import collections
import threading
import weakref

import numpy as np

from data.images import Images

MOST_BYTES = 2**29  # CIFAR-10 takes 184 MB, an upload at most 260
MOST_ENTRIES = 400


class Store:
    """A thread-safe cache of arrays; the least recently used entries are dropped first.

    It is bounded by MOST_ENTRIES and by MOST_BYTES of distinct memory: arrays that are views of the same
    memory count once, with the whole memory. The entry used last, and its source, are never dropped.
    """

    def __init__(self):
        self._lock = threading.RLock()
        self._held = collections.OrderedDict()  # {key: (value, key of its source or None)}
        self._memory = {}  # {key: {id of an array that owns memory: its bytes}}, measured once
        self._users = collections.Counter()  # {that id: number of entries with the array}
        self._n_bytes = 0
        self._queues = weakref.WeakValueDictionary()  # {name of a queue: its lock}, while one is in use

    def __contains__(self, key):
        with self._lock:
            return key in self._held

    def __iter__(self):
        """Iterate over a copy of the keys, least recently used first."""
        with self._lock:
            return iter(list(self._held))

    def get(self, key):
        """Return the value for this key, or None; mark it and its source as most recently used."""
        with self._lock:
            value, source = self._held.get(key, (None, None))
            for used in (source, key):
                if used in self._held:
                    self._held.move_to_end(used)
            return value

    def put(self, key, value, source=None):
        """Store a value derived from the entry `source`; return it, or the one already stored."""
        with self._lock:
            if key not in self._held:
                self._held[key] = value, source
                self._count(key, value)
            value = self.get(key)
            used = {key, source}
            for oldest in self:
                if len(self._held) <= MOST_ENTRIES and self.n_bytes() <= MOST_BYTES:
                    break
                if oldest not in used:
                    self._drop(oldest)
            return value

    def get_or_make(self, key, make, source=None, queue=None):
        """Return the value for this key; store `make()`, derived from the entry `source`, if it is absent.

        Values of the same `queue`, by default those of the same key, are made one after the other: what is
        asked for at once is made once, and large files do not need their memory at the same time. A value
        that is there is returned without waiting.
        """
        value = self.get(key)
        if value is not None:
            return value
        with self._lock:
            making = self._queues.setdefault(key if queue is None else queue, threading.Lock())
        with making:
            value = self.get(key)
            return self.put(key, make(), source) if value is None else value

    def clear(self):
        """Remove all entries."""
        for key in self:
            self._drop(key)

    def n_bytes(self):
        """Return the bytes of distinct memory in the store."""
        with self._lock:
            return self._n_bytes

    def _count(self, key, value):
        """Add the memory of a new entry that no other entry uses; the caller must hold the lock."""
        _add_memory(value, sizes := {})
        self._memory[key] = sizes
        self._n_bytes += sum(size for array, size in sizes.items() if not self._users[array])
        self._users.update(sizes.keys())

    def _drop(self, key):
        """Remove an entry, and the memory that only it uses from the sum."""
        with self._lock:
            if self._held.pop(key, None) is None:
                return
            sizes = self._memory.pop(key)
            self._users.subtract(sizes.keys())
            for array in [array for array in sizes if not self._users[array]]:
                self._n_bytes -= sizes[array]
                del self._users[array]


def _add_memory(value, sizes):
    """Add {id of the array that owns the memory: its bytes} for every array in a value to `sizes`."""
    if isinstance(value, np.ndarray):
        while isinstance(value.base, np.ndarray):
            value = value.base
        sizes[id(value)] = value.nbytes
    elif isinstance(value, Images):
        for part in (value.raw, value.rows, value.shift, value.scale):
            _add_memory(part, sizes)
    elif isinstance(value, tuple):
        for part in value:
            _add_memory(part, sizes)


STORE = Store()
