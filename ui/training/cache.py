"""The cache shared by all visitors: runs, sweeps and small results; and the process's memory."""

import collections
import ctypes
import functools
import math
import sys
import threading
import time
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from data import STORE, held_dataset
from lab.links import cost
from mlp.schedules import SCHEDULES
from mlp.training import clip_batch_size
from ui.training.priority import Turns, in_turn
from ui.training.run import Run

MAX_BYTES = 34 * 2**20  # bytes of all runs
MAX_SWEEP_BYTES = 18 * 2**20  # bytes of all sweeps
MAX_ENTRIES = 300  # number of runs, and of sweeps
MAX_NOTES = 800
MAX_FILM_BYTES = 22 * 2**20  # bytes of the frames that timelines play
MAX_VIEWS = 1200
MAX_KEYS = 200  # number of setups whose configs and keys are kept
ENDLESS = 1_000_000  # stands for any number of epochs in the key of a run whose results do not depend on it
TRIM_INTERVAL = 5.0  # least seconds between two calls of malloc_trim

_trim_lock, _last_trim = threading.Lock(), -TRIM_INTERVAL


class Bounded:
    """A thread-safe dict that drops its least recently used entries beyond its bounds.

    With `max_bytes`, every value must implement `held_bytes()`; the last one is kept however large it is.
    """

    def __init__(self, max_entries, max_bytes=math.inf):
        self.max_entries, self.max_bytes = max_entries, max_bytes
        self._lock, self._entries = threading.Lock(), collections.OrderedDict()

    def items(self):
        """Return a copy of the entries, [(key, value), …], least recently used first."""
        with self._lock:
            return list(self._entries.items())

    def get(self, key):
        """Return the value for this key, or None; this does not count as a use."""
        with self._lock:
            return self._entries.get(key)

    def get_or_make(self, key, make):
        """Return the value for this key, `make()` if it is absent. The result is shared: do not mutate it."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        value = make()
        with self._lock:
            value = self._entries.setdefault(key, value)
        self.trim()
        return value

    def trim(self):
        """Drop entries beyond the bounds; call after an entry has grown."""
        with self._lock:
            while len(self._entries) > max(self.max_entries, 1):
                self._entries.popitem(last=False)
            if self.max_bytes == math.inf:
                return
            sizes = collections.deque(value.held_bytes() for value in self._entries.values())
            while len(sizes) > 1 and sum(sizes) > self.max_bytes:
                self._entries.popitem(last=False)
                sizes.popleft()

    def drop(self, unwanted):
        """Drop the entries for which `unwanted(key)` is true."""
        with self._lock:
            for key in filter(unwanted, list(self._entries)):
                del self._entries[key]


class Cache:
    """What all visitors share: runs, sweeps, notes, views, the queue of trainings, the machine's speed.

    Datasets are in `data.STORE`, which has its own bound. If it drops a dataset, the dataset's runs are
    dropped here too, because they would keep it in memory.
    """

    def __init__(self):
        self.datasets = STORE
        self.runs, self.sweeps = Bounded(MAX_ENTRIES, MAX_BYTES), Bounded(MAX_ENTRIES, MAX_SWEEP_BYTES)
        self.notes, self.views = Bounded(MAX_NOTES), Bounded(MAX_VIEWS)
        self.films = Bounded(MAX_ENTRIES, MAX_FILM_BYTES)
        self.turns = Turns()
        self.speed = cost.calibrate()

    def dataset(self, config):
        """Return the Dataset of a DataConfig; raise ValueError if it cannot be trained on."""
        dataset = self.datasets.get(config)
        if dataset is None:
            dataset = held_dataset(config)
            self.keep_within_bounds()
        return dataset

    def run(self, data, configs, watched=False, own=False):
        """Return the cached Run of these configs on this data, creating it if absent.

        Setups that differ in their epochs share a Run, which may go beyond an epoch without keeping it; with
        `own`, they do not.
        """
        dataset, key = self.dataset(data), _run_key(data, configs, watched, own)
        return self.runs.get_or_make(key, lambda: Run(key[1], dataset, watched))

    def peek(self, setup, watched=False, own=False):
        """Return the cached Run of a Setup, or None; do not start or load anything."""
        data = setup.experiment.data
        dataset = self.datasets.get(data)
        if dataset is None:
            return None
        return self.runs.get(_run_key(data, _fitting(setup, len(dataset.X_train)), watched, own))

    def fitting(self, setup):
        """Return the configs of a Setup; a batch larger than the training set becomes the whole of it."""
        return _fitting(setup, len(self.dataset(setup.experiment.data).X_train))

    def keep_within_bounds(self):
        """Drop the runs beyond the bounds, and those without their dataset; call after a run has grown."""
        self.runs.drop(lambda key: key[0] not in self.datasets)
        self.runs.trim()

    def noted(self, key):
        """Return the cached note for this key, or None; do not compute it."""
        return self.notes.get(key)

    def note(self, key, make):
        """Return the cached note for this key, or `make()`: a small result that is slow to compute."""
        return self.notes.get_or_make(key, make)

    def view(self, key, make):
        """Return the cached view for this key, or `make()`: like a note, but smaller and more numerous."""

        def make_in_turn():
            with in_turn():
                return make()

        return self.views.get_or_make(key, make_in_turn)


@functools.lru_cache(MAX_KEYS)  # a page asks for the same run many times
def _run_key(data, configs, watched, own=False):
    """Return the key of a run: its epochs are ENDLESS unless `own` or its schedule depends on them."""
    lasting = [
        config if own or SCHEDULES[config.schedule].depends_on_epochs else replace(config, epochs=ENDLESS)
        for config in configs
    ]
    return data, tuple(lasting), watched


@functools.lru_cache(MAX_KEYS, typed=True)
def _fitting(setup, n_train):
    return tuple(clip_batch_size(config, n_train) for config in setup.configs())


@st.cache_resource(show_spinner="Measuring how fast this machine trains …")
def cache():
    """Return the one Cache of this server."""
    return Cache()


def cached_view(make, *args, **options):
    """Return `make(*args, **options)`, cached for equal arguments. The result is shared: do not mutate it.

    A run is identified by its `stamp`; ask only for epochs that it already has. All other arguments must be
    hashable. Views do not keep a run alive that was dropped from the cache. `benchmarks.ablation` measures
    what this saves.
    """
    return cache().view(_view_key(make, args, options), lambda: make(*args, **options))


def cached_film(make, *args):
    """Return `make(*args)`, data frames of many epochs, cached like a view but bounded in bytes."""
    return cache().films.get_or_make(_view_key(make, args, {}), lambda: _Film.of(make(*args))).frames


def is_filmed(make, *args):
    """Return whether `cached_film` has the result for the same arguments."""
    return cache().films.get(_view_key(make, args, {})) is not None


class _Film(NamedTuple):
    """A sequence of data frames and their size in bytes, measured once, as the cache often asks."""

    frames: tuple
    n_bytes: int

    @classmethod
    def of(cls, frames):
        return cls(frames, sum(int(frame.memory_usage(deep=True).sum()) for frame in frames))

    def held_bytes(self):
        return self.n_bytes


def _view_key(make, args, options):
    stamps = [getattr(value, "stamp", value) for value in args]
    return (make.__module__, make.__qualname__, *stamps, *sorted(options.items()))


def give_back():
    """Return free memory to the system (glibc), once per TRIM_INTERVAL at most.

    Without it, what a training freed between what it kept stays with the process, as a test shows.
    """
    global _last_trim
    with _trim_lock:
        if time.monotonic() - _last_trim < TRIM_INTERVAL:
            return
        _last_trim = time.monotonic()
    _call_libc("malloc_trim", 0)


def _call_libc(name, *args):
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function is not None:
        function(*args)
