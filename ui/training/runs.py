"""The cache of runs: trainings that grow, shared by all visitors, and their live progress."""

import collections
import threading
import time
from dataclasses import replace

import streamlit as st

from data import STORE, held_dataset
from lab.links import cost
from lab.links.cost import in_words
from mlp.schedules import SCHEDULES
from ui.training import memory
from ui.training.confirm import ASK_ABOVE, REFUSE_ABOVE, Words, may_start, stop
from ui.training.priority import in_turn, trains
from ui.training.run import Run
from ui.training.turns import PATIENCE, Turns, advanced

__all__ = ["ASK_ABOVE", "PATIENCE", "REFUSE_ABOVE", "Cache", "cache", "in_words", "trained"]

MAX_BYTES = 64 * 2**20  # of runs
MAX_SWEEP_BYTES = 40 * 2**20
MAX_ENTRIES = 300
MAX_NOTES = 800
MAX_VIEWS = 1200
ENDLESS = 1_000_000  # epochs of a run whose numbers do not depend on how many there will be


class Cache:
    """What all visitors share: runs, sweeps, notes, views; the longest unused are dropped first.

    The datasets are in the data's own store, under its bound; a run whose dataset is dropped there is
    dropped here, as it would keep it in memory.
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
        """The Dataset of a DataConfig; raises ValueError where it cannot be trained on."""
        dataset = self.datasets.get(config)
        if dataset is None:
            dataset = held_dataset(config)
            self.keep_within_bounds()
        return dataset

    def run(self, data, configs, watched=False):
        """The run of these configs on this data, new or as far as it has got."""
        lasting = tuple(_lasting(config) for config in configs)
        key = (data, lasting, watched)

        dataset = self.dataset(data)

        def begun():
            with in_turn():
                return Run(lasting, dataset, watched)

        return self._shared(self.runs, key, begun)

    def note(self, key, make):
        """Something small that takes a while to compute: `make()`, or what it gave before."""
        return self._shared(self.notes, key, make)

    def noted(self, key):
        """What is kept of `note` under this key, or None; computes nothing."""
        with self.lock:
            return self.notes.get(key)

    def sweep(self, key, make):
        """The sweep of these experiments, `make()` or as far as it has got; it tells its `held_bytes`."""
        return self._shared(self.sweeps, key, make)

    def view(self, key, make):
        """Like a note, of what is shown of a run: smaller, and there are more of them."""

        def drawn():
            with in_turn():
                return make()

        return self._shared(self.views, key, drawn)

    def peek(self, setup, watched=False):
        """The run of a Setup if it is still here, else None; starts nothing and loads nothing."""
        data = setup.experiment.data
        dataset = self.datasets.get(data)
        if dataset is None:
            return None
        key = data, tuple(map(_lasting, _fitting(setup, dataset))), watched
        with self.lock:
            return self.runs.get(key)

    def fitting(self, setup):
        """The configs of a Setup; with the whole training set a step if it is smaller than a batch."""
        return _fitting(setup, self.dataset(setup.experiment.data))

    def keep_within_bounds(self):
        """Drop what is too much, the longest unused first: for what grows once it is here."""
        with self.lock:
            self._keep_within_bounds(self.runs)

    def _shared(self, entries, key, make):
        with self.lock:
            if key in entries:
                entries.move_to_end(key)
                return entries[key]
        made = make()
        with self.lock:
            made = entries.setdefault(key, made)
            self._keep_within_bounds(entries)
        return made

    def _keep_within_bounds(self, entries):
        """The caller must hold the lock."""
        if entries is self.notes or entries is self.views:
            while len(entries) > (MAX_NOTES if entries is self.notes else MAX_VIEWS):
                entries.popitem(last=False)
            return
        for key in [key for key in self.runs if key[0] not in self.datasets]:
            del self.runs[key]
        most = MAX_BYTES if entries is self.runs else MAX_SWEEP_BYTES
        held = [one.held_bytes() for one in entries.values()]
        while len(held) > 1 and (len(held) > MAX_ENTRIES or sum(held) > most):
            entries.popitem(last=False)
            del held[0]


def _fitting(setup, dataset):
    configs = setup.configs()
    if configs[0].batch_size > len(dataset.X_train):
        configs = tuple(replace(config, batch_size=0) for config in configs)
    return configs


def _lasting(config):
    """The config with as many epochs as can be asked for, where its numbers do not depend on them."""
    return config if SCHEDULES[config.schedule].depends_on_epochs else replace(config, epochs=ENDLESS)


@st.cache_resource(show_spinner="Measuring how fast this machine trains …")
def cache():
    """The one Cache of this server."""
    memory.share()
    memory.settle()
    return Cache()


def trained(setups, watched=False):
    """The run of each Setup, trained as far as it asks, or as far as it may; or a `watched` Run.

    Shows progress with the time left and a button to stop. A training that would take long waits
    for a click, one that would take too long is refused; untrained networks (epoch 0) there are in
    any event, but on images. A batch larger than the training set becomes the whole of it. Raises
    ValueError where the data cannot be trained on.
    """
    shared, jobs = cache(), []
    for setup in setups:
        configs = shared.fitting(setup)
        jobs.append((shared.run(setup.experiment.data, configs, watched), configs[0].epochs))
    _measure([run for run, _ in jobs if run.n_epochs < 0 and not run.dataset.image_shape], shared)
    if not all(_complete(*job) for job in jobs) and _may_start(tuple(setups), jobs, shared.speed):
        _train(tuple(setups), jobs, shared)
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
    """Measure the untrained networks of runs whose first moment was not enough for that."""
    if not runs:
        return
    trains()
    left = in_words(sum(cost.measuring(run.configs, run.dataset, shared.speed) for run in runs))
    place, text = st.empty(), f"Measuring the untrained networks, about {left} …"
    with shared.turns.place() as turn:
        for number, run in enumerate(runs):
            while run.n_epochs < 0:
                waiting = advanced(run, 0, turn)
                place.progress(number / len(runs), waiting or text)  # here Streamlit may restart the script
    place.empty()


def _may_start(setups, jobs, speed):
    left = _seconds_left(jobs, speed)
    done = ", ".join(f"{max(0, run.n_epochs)} of {n_epochs}" for run, n_epochs in jobs)
    words = Words(
        work="This training",
        advice="fewer epochs, points or units, or larger batches",
        stopped=f"Stopped after epoch {done}. What was trained is kept.",
        asked=f"This training takes about {in_words(left)} on this server.",
        offer="Train",
    )
    return may_start("train", setups, left, words, ASK_ABOVE, REFUSE_ABOVE, hash(setups))


def _train(setups, jobs, shared):
    """Train the jobs in turn, with a look at the page every SLICE seconds, where it may be stopped."""
    estimate = _seconds_left(jobs, shared.speed)
    total = sum(max(0, n_epochs - run.n_epochs) for run, n_epochs in jobs)
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, f"Training, about {in_words(estimate)} …")
        stopping = {"on_click": stop, "args": ("train", setups)}
        st.button("Stop", key=f"_stop_{hash(setups)}", icon=":material/stop_circle:", **stopping)
    trains()
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
