"""The cache of runs: trainings that grow, shared by all visitors, and their live progress."""

import collections
import os
import threading
import time
from dataclasses import replace

import streamlit as st

from data import load_dataset
from mlp import train_many
from mlp.schedules import DEPENDS_ON_EPOCHS

from . import cost
from .cost import in_words

MAX_BYTES = 300 * 2**20
MAX_ENTRIES = 300
MAX_DATASETS = 64
MAX_RUN_BYTES = 24 * 2**20  # above it a run keeps the parameters of every second epoch, then fourth, …
ENDLESS = 1_000_000  # epochs of a run whose numbers do not depend on how many there will be
SLICE = 0.15  # seconds of training between two looks at the page
ASK_ABOVE = 10.0  # seconds of training that begin without a click
REFUSE_ABOVE = 1800.0


class Run:
    """A growing sequence of epochs, each a tuple with one EpochRecord a config.

    `records[e]` is epoch e. Reading needs no lock; `advance` is for the holder of `lock`.
    """

    def __init__(self, configs, dataset):
        self.configs, self.dataset = configs, dataset
        self.lock = threading.Lock()
        self.records = []
        self.n_bytes = 0
        self.stride = 1
        self.ended = False
        self._epochs = train_many(configs, dataset, heartbeat=SLICE)
        self.advance(0)

    @property
    def n_epochs(self):
        return len(self.records) - 1

    def advance(self, n_epochs, seconds=SLICE):
        """Train until there are `n_epochs`, or for about that many seconds."""
        deadline = time.perf_counter() + seconds
        while self.n_epochs < n_epochs and not self.ended:
            records = next(self._epochs, None)
            if records is None:
                self.ended = True
            elif records:  # else a heartbeat
                self._append(records)
                self.ended = all(record.diverged for record in records)
            if time.perf_counter() > deadline:
                return

    def kept(self, epoch):
        """The records of the last epoch up to `epoch` with parameters; epoch 0 always has them."""
        epoch = min(epoch, self.n_epochs)
        while not (records := self.records[epoch])[0].params:  # `drawn` may be thinned meanwhile
            epoch -= 1
        return records

    def drawn(self, epoch):
        """The last epoch up to `epoch` whose parameters are kept."""
        epoch = min(epoch, self.n_epochs)
        return epoch if self.records[epoch][0].params else epoch - epoch % self.stride

    def _append(self, records):
        previous = self.records[-1] if self.records else None
        if previous and self.n_epochs % self.stride:
            self.records[-1] = self._bare(previous)
        self.records.append(records)
        self.n_bytes += self._size(records)
        while self.n_bytes > MAX_RUN_BYTES and self.stride < self.n_epochs:
            self.stride *= 2
            for epoch in range(self.stride // 2, self.n_epochs, self.stride):
                self.records[epoch] = self._bare(self.records[epoch])

    def _bare(self, records):
        bare = tuple(record._replace(params=()) for record in records)
        self.n_bytes += self._size(bare) - self._size(records)
        return bare

    @staticmethod
    def _size(records):
        arrays = [a for record in records for layer in record.params for a in layer]
        return 800 * len(records) + sum(200 + array.nbytes for array in arrays)


class Cache:
    """The runs and datasets that all visitors share, the least recently used dropped first."""

    def __init__(self):
        self.lock = threading.Lock()
        self.runs = collections.OrderedDict()
        self.datasets = collections.OrderedDict()
        self.tickets = threading.BoundedSemaphore(os.cpu_count() or 1)
        self.speed = cost.calibrate()

    def dataset(self, config):
        """The Dataset of a DataConfig; raises ValueError where it cannot be trained on."""
        return self._shared(self.datasets, config, lambda: load_dataset(config))

    def run(self, data, configs):
        """The run of these configs on this data, new or as far as it has got."""
        lasting = tuple(_lasting(config) for config in configs)
        return self._shared(self.runs, (data, lasting), lambda: Run(lasting, self.dataset(data)))

    def peek(self, setup):
        """The run of a Setup if it is still here, else None; starts nothing."""
        data = setup.experiment.data
        if data not in self.datasets:
            return None
        return self.runs.get((data, tuple(_lasting(config) for config in self.fitting(setup))))

    def fitting(self, setup):
        """The configs of a Setup; with the whole training set a step if it is smaller than a batch."""
        configs = setup.configs()
        if configs[0].batch_size > len(self.dataset(setup.experiment.data).X_train):
            configs = tuple(replace(config, batch_size=0) for config in configs)
        return configs

    def _shared(self, entries, key, make):
        with self.lock:
            if key in entries:
                entries.move_to_end(key)
                return entries[key]
        made = make()
        with self.lock:
            made = entries.setdefault(key, made)
            while len(self.datasets) > MAX_DATASETS:
                self.datasets.popitem(last=False)
            while len(self.runs) > MAX_ENTRIES or sum(r.n_bytes for r in self.runs.values()) > MAX_BYTES:
                if len(self.runs) == 1:
                    break
                self.runs.popitem(last=False)
        return made


def _lasting(config):
    """The config with as many epochs as can be asked for, where its numbers do not depend on them."""
    return config if config.schedule in DEPENDS_ON_EPOCHS else replace(config, epochs=ENDLESS)


@st.cache_resource(show_spinner="Measuring how fast this machine trains …")
def cache():
    """The one Cache of this server."""
    return Cache()


def trained(setups):
    """The run of each Setup, trained as far as it asks, or as far as it may.

    Shows progress with the time left and a button to stop. A training that would take long waits
    for a click, one that would take too long is refused. A batch larger than the training set
    becomes the whole of it. Raises ValueError where the data cannot be trained on.
    """
    shared, jobs = cache(), []
    for setup in setups:
        configs = shared.fitting(setup)
        jobs.append((shared.run(setup.experiment.data, configs), configs[0].epochs))
    if not all(_complete(*job) for job in jobs) and _may_start(tuple(setups), jobs, shared.speed):
        _train(tuple(setups), jobs, shared)
    return [run for run, _ in jobs]


def _complete(run, n_epochs):
    return run.ended or run.n_epochs >= n_epochs


def _seconds_left(jobs, speed):
    return sum(
        cost.seconds(run.configs, run.dataset, n_epochs - run.n_epochs, speed)
        for run, n_epochs in jobs
        if not _complete(run, n_epochs)
    )


def _may_start(setups, jobs, speed):
    """Whether to train now; else says why not, and offers what can be done."""
    left = _seconds_left(jobs, speed)
    if left > REFUSE_ABOVE:
        st.warning(
            f"This training would take about {in_words(left)}; this page trains up to "
            f"{in_words(REFUSE_ABOVE)}. Ask for fewer epochs, points or units, or larger batches.",
            icon=":material/timer_off:",
        )
        return False
    if st.session_state.get("_stopped") == setups:
        done = ", ".join(f"{run.n_epochs} of {n_epochs}" for run, n_epochs in jobs)
        st.info(f"Stopped after epoch {done}. What was trained is kept.", icon=":material/pause_circle:")
        st.button("Go on", on_click=_mark, args=("_stopped", None))
        return False
    if left > ASK_ABOVE and st.session_state.get("_approved") != setups:
        st.info(f"This training takes about {in_words(left)} on this server.", icon=":material/timer:")
        st.button("Train", type="primary", on_click=_mark, args=("_approved", setups))
        return False
    return True


def _train(setups, jobs, shared):
    """Train the jobs in turn, with a look at the page every SLICE seconds, where it may be stopped."""
    estimate = _seconds_left(jobs, shared.speed)
    total = sum(max(0, n_epochs - run.n_epochs) for run, n_epochs in jobs)
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, f"Training, about {in_words(estimate)} …")
        stop = {"on_click": _mark, "args": ("_stopped", setups)}
        st.button("Stop", key="_stop", icon=":material/stop_circle:", **stop)
    started = time.perf_counter()
    for run, n_epochs in jobs:
        while not _complete(run, n_epochs):
            waiting = _slice(run, n_epochs, shared.tickets)
            left = sum(max(0, n - r.n_epochs) for r, n in jobs if not r.ended)
            done = (total - left) / total
            passed = time.perf_counter() - started
            remaining = passed * (1 - done) / done if done > 0.05 else max(0.0, estimate - passed)
            text = waiting or f"Epoch {run.n_epochs} of {n_epochs}, about {in_words(remaining)} left"
            bar.progress(min(1.0, done), text)  # here Streamlit may stop or restart the script
    place.empty()


def _slice(run, n_epochs, tickets):
    """Train for a moment, with a ticket for a core; returns why not, if it could not.

    The ticket goes back after every slice, so that a short run does not wait for a long one's end.
    """
    if not tickets.acquire(timeout=SLICE):
        return "All cores are busy with other visitors' trainings; yours is waiting its turn …"
    try:
        if run.lock.acquire(timeout=SLICE):
            try:
                run.advance(n_epochs)
            finally:
                run.lock.release()
    finally:
        tickets.release()
    return ""


def _mark(key, value):
    st.session_state[key] = value
