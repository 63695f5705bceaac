"""One place for all data that is held: raw files, uploads and datasets, under one bound in bytes."""

import collections
import threading

import numpy as np

from data.images import Images

MOST_BYTES = 2**29  # CIFAR-10 takes 184 MB, an upload at most 260
MOST_ENTRIES = 400


class Store:
    """Arrays for whoever asks; the least recently used are dropped first.

    Bounded by MOST_ENTRIES, and by MOST_BYTES of distinct memory: arrays that are views of another one's
    memory count once, with all of it. What was used last is held in any event.
    """

    def __init__(self):
        self._lock = threading.RLock()
        self._held = collections.OrderedDict()  # {key: (value, key of what it is made of or None)}

    def __contains__(self, key):
        with self._lock:
            return key in self._held

    def __iter__(self):
        """The keys as they are now, the least recently used first."""
        with self._lock:
            return iter(list(self._held))

    def get(self, key, default=None):
        """The value held under this key; it, and what it is made of, are now the most recently used."""
        with self._lock:
            if key not in self._held:
                return default
            value, source = self._held[key]
            if source in self._held:
                self._held.move_to_end(source)
            self._held.move_to_end(key)
            return value

    def put(self, key, value, source=None):
        """Hold a value, made of what is held under `source`; return it, or what is held there already."""
        with self._lock:
            if key not in self._held:
                self._held[key] = value, source
            value = self.get(key)
            used = {key, source}
            for oldest in self:
                if len(self._held) <= MOST_ENTRIES and self.n_bytes() <= MOST_BYTES:
                    break
                if oldest not in used:
                    del self._held[oldest]
            return value

    def clear(self):
        """Hold nothing."""
        with self._lock:
            self._held.clear()

    def n_bytes(self):
        """Bytes of distinct memory held."""
        with self._lock:
            found = {}
            for value, _ in self._held.values():
                _note_memory(value, found)
        return sum(found.values())


def _note_memory(value, found):
    """Add {id of the array that owns its memory: its bytes} of every array in a value."""
    if isinstance(value, np.ndarray):
        while isinstance(value.base, np.ndarray):
            value = value.base
        found[id(value)] = value.nbytes
    elif isinstance(value, Images):
        for part in (value.raw, value.rows, value.shift, value.scale):
            _note_memory(part, found)
    elif isinstance(value, tuple):
        for part in value:
            _note_memory(part, found)


STORE = Store()
