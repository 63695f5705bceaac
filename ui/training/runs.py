"""The cache shared by all visitors, and training a page's runs with progress on the page."""

import collections
import threading
import time
from dataclasses import replace

import streamlit as st

from data import STORE, held_dataset
from lab.links import cost
from lab.links.cost import in_words, with_memory
from mlp.schedules import SCHEDULES
from ui.training import memory
from ui.training.confirm import ASK_ABOVE, REFUSE_ABOVE, Messages, may_start, stop
from ui.training.priority import in_turn, mark_training
from ui.training.run import Run
from ui.training.turns import PATIENCE, Turns, advanced

__all__ = ["ASK_ABOVE", "PATIENCE", "REFUSE_ABOVE", "Cache", "cache", "in_words", "trained"]

MAX_BYTES = 64 * 2**20  # of all runs
MAX_SWEEP_BYTES = 40 * 2**20  # of all sweeps
MAX_ENTRIES = 300  # runs, and as many sweeps
MAX_NOTES = 800
MAX_VIEWS = 1200
ENDLESS = 1_000_000  # epochs of a run whose results do not depend on the number of epochs planned


class Cache:
    """Runs, sweeps, notes and views shared by all visitors; the least recently used are dropped first.

    Datasets are in `data.STORE`, which has its own bound. A run whose dataset has been dropped from it is
    dropped here too, because the run would keep the dataset in memory.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.runs = collections.OrderedDict()
        self.datasets = STORE
        self.notes = collections.OrderedDict()
        self.views = collections.OrderedDict()
        self.sweeps = collections.OrderedDict()
        self.turns = Turns()
        self.speed = cost.calibrate()

    def dataset(self, config):
        """Return the Dataset of a DataConfig; raise ValueError where it cannot be trained on."""
        dataset = self.datasets.get(config)
        if dataset is None:
            dataset = held_dataset(config)
            self.keep_within_bounds()
        return dataset

    def run(self, data, configs, watched=False):
        """Return the cached Run of these configs on this data, creating it if absent."""
        lasting = tuple(_lasting(config) for config in configs)
        key = (data, lasting, watched)

        dataset = self.dataset(data)
        return self._shared(self.runs, key, lambda: Run(lasting, dataset, watched))

    def note(self, key, make):
        """Return the cached result for this key, or `make()`: small results that are slow to compute."""
        return self._shared(self.notes, key, make)

    def noted(self, key):
        """Return the cached note for this key, or None; compute nothing."""
        with self.lock:
            return self.notes.get(key)

    def sweep(self, key, make):
        """Return the cached sweep, creating it by `make()` if absent; it must implement `held_bytes()`."""
        return self._shared(self.sweeps, key, make)

    def view(self, key, make):
        """Return the cached view for this key, or `make()`: like a note, but smaller and more numerous."""

        def make_in_turn():
            with in_turn():
                return make()

        return self._shared(self.views, key, make_in_turn)

    def peek(self, setup, watched=False):
        """Return the cached Run of a Setup, or None; start nothing and load nothing."""
        data = setup.experiment.data
        dataset = self.datasets.get(data)
        if dataset is None:
            return None
        key = data, tuple(map(_lasting, _fitting(setup, dataset))), watched
        with self.lock:
            return self.runs.get(key)

    def fitting(self, setup):
        """Return the configs of a Setup; a batch larger than the training set becomes the whole of it."""
        return _fitting(setup, self.dataset(setup.experiment.data))

    def keep_within_bounds(self):
        """Drop the least recently used runs beyond the bound; call after a run has grown."""
        with self.lock:
            self._keep_within_bounds(self.runs)

    def _shared(self, entries, key, make):
        with self.lock:
            if key in entries:
                entries.move_to_end(key)
                return entries[key]
        value = make()
        with self.lock:
            value = entries.setdefault(key, value)
            self._keep_within_bounds(entries)
        return value

    def _keep_within_bounds(self, entries):
        """The caller must hold the lock."""
        if entries is self.notes or entries is self.views:
            while len(entries) > (MAX_NOTES if entries is self.notes else MAX_VIEWS):
                entries.popitem(last=False)
            return
        for key in [key for key in self.runs if key[0] not in self.datasets]:
            del self.runs[key]
        max_bytes = MAX_BYTES if entries is self.runs else MAX_SWEEP_BYTES
        sizes = [entry.held_bytes() for entry in entries.values()]
        while len(sizes) > 1 and (len(sizes) > MAX_ENTRIES or sum(sizes) > max_bytes):
            entries.popitem(last=False)
            del sizes[0]


def _fitting(setup, dataset):
    configs = setup.configs()
    if configs[0].batch_size > len(dataset.X_train):
        configs = tuple(replace(config, batch_size=0) for config in configs)
    return configs


def _lasting(config):
    """Return the config with ENDLESS epochs, unless its schedule depends on the number of epochs."""
    return config if SCHEDULES[config.schedule].depends_on_epochs else replace(config, epochs=ENDLESS)


@st.cache_resource(show_spinner="Measuring how fast this machine trains …")
def cache():
    """Return the one Cache of this server."""
    memory.use_one_arena()
    memory.freeze_objects()
    return Cache()


def trained(setups, watched=False):
    """Return the Run of each Setup, trained to its last epoch or as far as it may; `watched` if asked.

    Show the progress with the time left and a Stop button. A training that is long or needs much memory waits
    for a click, one that is too long is refused; until then Runs on points in the plane have the untrained
    networks (epoch 0) unless the memory is why they wait, and others have no epoch. A batch larger than
    the training set becomes the whole of it. Raise ValueError where the data cannot be trained on.
    """
    shared, jobs = cache(), []
    for setup in setups:
        configs = shared.fitting(setup)
        jobs.append((shared.run(setup.experiment.data, configs, watched), configs[0].epochs))
    new = {run.stamp: run for run, _ in jobs if run.n_epochs < 0}.values()
    n_bytes = sum(cost.training_bytes(run.configs, run.dataset, watched) for run in new)
    if not all(_complete(*job) for job in jobs):
        if _may_start(tuple(setups), jobs, n_bytes, shared.speed):
            _train(tuple(setups), jobs, shared)
        elif n_bytes <= cost.ASK_ABOVE_BYTES:
            _measure([run for run in new if not run.dataset.image_shape], shared)
    return [run for run, _ in jobs]


def _complete(run, n_epochs):
    return run.ended or run.n_epochs >= n_epochs


def _seconds_left(jobs, speed):
    return sum(
        cost.seconds(run.configs, run.dataset, n_epochs - run.n_epochs, speed, run.watched)
        for run, n_epochs in jobs
        if not _complete(run, n_epochs)
    )


def _measure(runs, shared):
    """Measure the untrained networks of runs that have no epoch 0 yet."""
    if not runs:
        return
    mark_training()
    left = in_words(sum(cost.measuring(run.configs, run.dataset, shared.speed) for run in runs))
    place, text = st.empty(), f"Measuring the untrained networks, about {left} …"
    with shared.turns.place() as turn:
        for number, run in enumerate(runs):
            while run.n_epochs < 0:
                waiting = advanced(run, 0, turn)
                place.progress(number / len(runs), waiting or text)  # here Streamlit may restart the script
    place.empty()
    shared.keep_within_bounds()


def _may_start(setups, jobs, n_bytes, speed):
    left = _seconds_left(jobs, speed)
    done = ", ".join(f"{max(0, run.n_epochs)} of {n_epochs}" for run, n_epochs in jobs)
    messages = Messages(
        work="This training",
        advice="fewer epochs, points or units, or larger batches",
        stopped=f"Stopped after epoch {done}. What was trained is kept.",
        asked=f"This training takes {with_memory(left, n_bytes)}.",
        button="Train",
    )
    return may_start("train", setups, left, messages, ASK_ABOVE, REFUSE_ABOVE, hash(setups), n_bytes)


def _train(setups, jobs, shared):
    """Train the jobs one after the other; every SLICE seconds update the page, which may stop the script."""
    estimate = _seconds_left(jobs, shared.speed)
    total = sum(max(0, n_epochs - run.n_epochs) for run, n_epochs in jobs)
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, f"Training, about {in_words(estimate)} …")
        stopping = {"on_click": stop, "args": ("train", setups)}
        st.button("Stop", key=f"_stop_{hash(setups)}", icon=":material/stop_circle:", **stopping)
    mark_training()
    started = time.perf_counter()
    with shared.turns.place() as turn:
        for run, n_epochs in jobs:
            while not _complete(run, n_epochs):
                waiting = advanced(run, n_epochs, turn)
                left = sum(max(0, n - r.n_epochs) for r, n in jobs if not r.ended)
                done = (total - left) / total
                passed = time.perf_counter() - started
                remaining = passed * (1 - done) / done if done > 0.05 else max(0.0, estimate - passed)
                epoch = f"Epoch {max(0, run.n_epochs)} of {n_epochs}"
                text = waiting or f"{epoch}, about {in_words(remaining)} left"
                bar.progress(min(1.0, done), text)  # here Streamlit may stop or restart the script
    place.empty()
    shared.keep_within_bounds()
    memory.give_back()
