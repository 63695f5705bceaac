"""Run: a training that can be continued epoch by epoch, and its history."""

import functools
import itertools
import threading
import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lab.links import cost
from mlp import train_many
from mlp.measures import distinct_units, rank, step_sizes
from ui.training.history import History
from ui.training.priority import CHECK_INTERVAL, SLICE, give_way

MOST_RANKED = 1_000_000  # rough limit of the multiply-adds to compute a network's ranks
STAMPS = itertools.count()


class Observation(NamedTuple):
    """Measurements of an epoch in addition to its records; NaN where they do not apply.

    `gradient` and `update_ratio` (n_runs, n_layers) are the StepSizes of the epoch's last step. `distinct`
    (n_kinds, n_hidden_layers), the number of distinct units, and `rank` (n_kinds, n_layers), of the weights,
    are those at its end of the first run of each kind (see `kinds`), if the networks are within MOST_RANKED.
    """

    gradient: np.ndarray
    update_ratio: np.ndarray
    distinct: np.ndarray
    rank: np.ndarray


class Run:
    """A training that can be continued epoch by epoch; nothing is allocated before the first `advance`.

    `stamp` is unique per run.

    `history` is replaced as a whole, so reading it needs no lock. The caller of `advance` must hold `lock`.
    On images, only the last epoch keeps its parameters. If `watched`, every epoch has an Observation.
    """

    def __init__(self, configs, dataset, watched=False):
        self.configs, self.dataset, self.watched = configs, dataset, watched
        self.stamp, self.lock = next(STAMPS), threading.Lock()
        self.history = History()
        self._begin()

    def _begin(self):
        """Set the training back to its beginning; the history stays."""
        observe = self._see if self.watched else None
        self._steps = {}
        self._epochs = train_many(self.configs, self.dataset, heartbeat=CHECK_INTERVAL, observe=observe)

    @property
    def n_epochs(self):
        """The number of the last epoch; -1 until the untrained networks have been measured."""
        return self.history.n_epochs

    @property
    def ended(self):
        """Whether there will be no more epochs."""
        return self.history.ended

    def up_to(self, epoch):
        """Return the kept epochs up to this number, see `History.up_to`."""
        return self.history.up_to(epoch)

    def at(self, epoch):
        """Return the last kept Epoch up to this number."""
        return self.history.at(epoch)

    def with_parameters(self, epoch):
        """Return the last Epoch up to this number with parameters; on images, the last one trained."""
        return self.history.with_parameters(epoch)

    def held_bytes(self):
        """Return the bytes of the history, and of the paused training with its buffers."""
        history = self.history
        return history.n_bytes + (0 if history.ended or history.last is None else self._paused_bytes)

    @functools.cached_property
    def _paused_bytes(self):
        return cost.training_bytes(self.configs, self.dataset, self.watched)

    def advance(self, n_epochs, seconds=SLICE):
        """Train until epoch `n_epochs`, or for about `seconds`. The caller must hold `lock`.

        After an exception, such as MemoryError, the next call trains anew; the history stays.
        """
        now = time.perf_counter()
        deadline, next_check = now + seconds, now + CHECK_INTERVAL
        while self.n_epochs < n_epochs and not self.ended:
            try:
                self._add(next(self._epochs, None))
            except BaseException:  # a generator that has raised is over, as after its last epoch
                self._begin()
                raise
            if self.ended:
                self._epochs = iter(())  # frees the trained stack
            now = time.perf_counter()
            if now > deadline:
                return
            if now > next_check:
                give_way()
                next_check = time.perf_counter() + CHECK_INTERVAL

    def _add(self, records):
        """Add an epoch's records to the history; None ends it, and empty records are a heartbeat."""
        if records is None:
            self.history = self.history._replace(ended=True)
        elif records and max(record.epoch for record in records) > self.n_epochs:
            observation = self._observed(records) if self.watched else None
            longer = self.history.with_epoch(records, observation, bool(self.dataset.image_shape))
            self.history = longer._replace(ended=all(record.diverged for record in records))
        elif records:
            self._steps = {}

    def _see(self, positions, before, gradients, after):
        """Store the sizes of a stack's last step, per run, until the epoch's records arrive."""
        sizes = step_sizes(before, gradients, after)
        for i, position in enumerate(positions):
            self._steps[position] = (sizes.gradient[i], sizes.update_ratio[i])

    def _observed(self, records):
        params = [records[positions[0]].params for positions in kinds(self.configs).values()]
        nothing = np.full(len(params[0]), np.nan)
        steps = [self._steps.get(position, (nothing, nothing)) for position in range(len(records))]
        self._steps = {}
        gradient, ratio = (np.array(part, np.float32) for part in zip(*steps, strict=True))
        nothing = np.full((2, len(params), len(params[0])), np.nan)
        distinct, ranks = nothing[0][:, :-1], nothing[1]
        if sum(layer.W.size * min(layer.W.shape) for layer in params[0]) <= MOST_RANKED:
            distinct = np.array([[distinct_units(layer) for layer in layers[:-1]] for layers in params])
            ranks = np.array([[rank(layer.W) for layer in layers] for layers in params])
        return Observation(gradient, ratio, distinct, ranks)


def kinds(configs):
    """Return {config with its seeds set to 0: positions in `configs`}, in order of first appearance."""
    positions = {}
    for position, config in enumerate(configs):
        positions.setdefault(replace(config, init_seed=0, shuffle_seed=0), []).append(position)
    return positions
