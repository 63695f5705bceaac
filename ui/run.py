"""A run: a training that grows, epoch by epoch, and what is kept of it."""

import itertools
import threading
import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mlp import train_many
from mlp.optimizers import OPTIMIZERS
from mlp.step_sizes import step_sizes
from mlp.symmetry import distinct_units, rank

from .courtesy import BREATH, give_way

MAX_RUN_BYTES = 24 * 2**20  # above it a run keeps the parameters of every second epoch, then fourth, …
SLICE = 0.15  # seconds of training between two looks at the page
STAMPS = itertools.count()


class Observation(NamedTuple):
    """What was seen of an epoch beside its records; NaN where it does not apply.

    `gradient` and `update_ratio` (n_runs, n_layers) are the StepSizes of its last step. `distinct`
    (n_kinds, n_hidden_layers) and `rank` (n_kinds, n_layers) are those of the first run of each kind
    (see `kinds`) at its end.
    """

    gradient: np.ndarray
    update_ratio: np.ndarray
    distinct: np.ndarray
    rank: np.ndarray


class Run:
    """A growing sequence of epochs, each a tuple with one EpochRecord a config.

    `records[e]` is epoch e; `stamp` is no other run's. Reading needs no lock; `advance` is for the
    holder of `lock`. Of images the last epoch alone keeps its parameters. With `watched`,
    `observations[e]` tells of epoch e.
    """

    def __init__(self, configs, dataset, watched=False):
        self.configs, self.dataset, self.watched = configs, dataset, watched
        self.stamp, self.lock = next(STAMPS), threading.Lock()
        self.records, self.observations = [], []
        self.n_bytes = 0
        self.stride = 1
        self.ended = False
        self._steps = {}
        self._epochs = train_many(configs, dataset, heartbeat=BREATH, observe=self._see if watched else None)
        if not dataset.image_shape:  # to measure networks on many images takes a while: that can wait
            self.advance(0)

    @property
    def n_epochs(self):
        """The last epoch there is; -1 where not even the untrained networks have been measured."""
        return len(self.records) - 1

    def held_bytes(self):
        """Bytes of the records, and of the training that waits to go on: θ, its gradient, its state."""
        if self.ended:
            return self.n_bytes
        n_features, n_classes = self.dataset.X_train.shape[1], len(self.dataset.class_names)
        paused = sum(
            (2 + OPTIMIZERS[config.optimizer].n_states) * config.n_parameters(n_features, n_classes)
            for config in self.configs
        )
        return self.n_bytes + 4 * paused

    def advance(self, n_epochs, seconds=SLICE):
        """Train until there are `n_epochs`, or for about that many seconds."""
        now = time.perf_counter()
        deadline, breath = now + seconds, now + BREATH
        while self.n_epochs < n_epochs and not self.ended:
            records = next(self._epochs, None)
            if records is None:
                self.ended = True
            elif records:  # else a heartbeat
                if self.watched:
                    self.observations.append(self._observed(records))
                self._append(records)
                self.ended = all(record.diverged for record in records)
            now = time.perf_counter()
            if now > deadline:
                return
            if now > breath:
                give_way()
                breath = time.perf_counter() + BREATH

    def kept(self, epoch):
        """The records of the last epoch up to `epoch` with parameters; of images, of the last trained."""
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
        if previous and (self.dataset.image_shape or self.n_epochs % self.stride):
            self.records[-1] = self._bare(previous)
        self.records.append(records)
        self.n_bytes += self._size(records)
        if self.dataset.image_shape:
            return
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

    def _see(self, positions, before, gradients, after):
        """Keep the step sizes of a stack's last step, run by run, until the epoch's records come."""
        sizes = step_sizes(before, gradients, after)
        for i, position in enumerate(positions):
            self._steps[position] = (sizes.gradient[i], sizes.update_ratio[i])

    def _observed(self, records):
        params = [records[positions[0]].params for positions in kinds(self.configs).values()]
        nothing = np.full(len(params[0]), np.nan)
        steps = [self._steps.get(position, (nothing, nothing)) for position in range(len(records))]
        self._steps = {}
        gradient, ratio = (np.array(part, np.float32) for part in zip(*steps, strict=True))
        distinct = np.array([[distinct_units(layer) for layer in layers[:-1]] for layers in params])
        ranks = np.array([[rank(layer.W) for layer in layers] for layers in params])
        return Observation(gradient, ratio, distinct, ranks)


def kinds(configs):
    """{config without its seeds: positions in `configs`}, in the order of their first appearance."""
    found = {}
    for position, config in enumerate(configs):
        found.setdefault(replace(config, init_seed=0, shuffle_seed=0), []).append(position)
    return found
