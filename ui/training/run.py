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
from ui.training.history import History
from ui.training.priority import BREATH, give_way

MOST_RANKED = 1_000_000  # multiply-adds, roughly, of the ranks of a network up to which they are taken
SLICE = 0.15  # seconds of training between two looks at the page
STAMPS = itertools.count()


class Observation(NamedTuple):
    """What was seen of an epoch beside its records; NaN where it does not apply.

    `gradient` and `update_ratio` (n_runs, n_layers) are the StepSizes of its last step. `distinct`
    (n_kinds, n_hidden_layers) and `rank` (n_kinds, n_layers) are those of the first run of each kind
    (see `kinds`) at its end, of networks small enough for MOST_RANKED.
    """

    gradient: np.ndarray
    update_ratio: np.ndarray
    distinct: np.ndarray
    rank: np.ndarray


class Run:
    """A training that grows, epoch by epoch; `stamp` is no other run's.

    `history` is what is kept of its epochs: it is replaced as a whole, so that reading needs no lock.
    The caller of `advance` must hold `lock`. Of images the last epoch alone keeps its parameters.
    With `watched`, every epoch has an Observation.
    """

    def __init__(self, configs, dataset, watched=False):
        self.configs, self.dataset, self.watched = configs, dataset, watched
        self.stamp, self.lock = next(STAMPS), threading.Lock()
        self.history = History()
        self._steps = {}
        self._epochs = train_many(configs, dataset, heartbeat=BREATH, observe=self._see if watched else None)
        if not dataset.image_shape:  # to measure networks on many images takes a while: that can wait
            self.advance(0)

    @property
    def n_epochs(self):
        """The last epoch there is; -1 where not even the untrained networks have been measured."""
        return self.history.n_epochs

    @property
    def n_bytes(self):
        """Bytes of the history."""
        return self.history.n_bytes

    @property
    def ended(self):
        """Whether the training is over: there will be no more epochs."""
        return self.history.ended

    @property
    def records(self):
        """The records of the epochs kept, a tuple; epoch e is number e where none has been left out."""
        return tuple(epoch.records for epoch in self.history.epochs)

    @property
    def observations(self):
        """The Observations of the epochs kept, a tuple; empty where the run is not watched."""
        return tuple(epoch.observation for epoch in self.history.epochs if epoch.observation)

    def up_to(self, epoch):
        """See History.up_to."""
        return self.history.up_to(epoch)

    def at(self, epoch):
        """The last kept Epoch up to this one."""
        return self.history.at(epoch)

    def with_parameters(self, epoch):
        """The last Epoch up to this one with parameters; of images, the last trained."""
        return self.history.with_parameters(epoch)

    def kept(self, epoch):
        """The records of `with_parameters`."""
        return self.with_parameters(epoch).records

    def drawn(self, epoch):
        """The number of the Epoch `with_parameters`."""
        return self.with_parameters(epoch).number

    def held_bytes(self):
        """Bytes of the records, and of the training that waits to go on: θ, its gradient, its state."""
        history = self.history
        if history.ended:
            return history.n_bytes
        n_features, n_classes = self.dataset.X_train.shape[1], len(self.dataset.class_names)
        paused = sum(
            (2 + OPTIMIZERS[config.optimizer].n_states) * config.n_parameters(n_features, n_classes)
            for config in self.configs
        )
        return history.n_bytes + 4 * paused

    def advance(self, n_epochs, seconds=SLICE):
        """Train until there are `n_epochs`, or for about that many seconds."""
        now = time.perf_counter()
        deadline, breath = now + seconds, now + BREATH
        while self.n_epochs < n_epochs and not self.ended:
            records = next(self._epochs, None)
            if records is None:
                self.history = self.history._replace(ended=True)
            elif records:  # else a heartbeat
                observation = self._observed(records) if self.watched else None
                grown = self.history.grown(records, observation, bool(self.dataset.image_shape))
                self.history = grown._replace(ended=all(record.diverged for record in records))
            if self.ended:
                self._epochs = iter(())  # the stack that was trained is not needed any more
            now = time.perf_counter()
            if now > deadline:
                return
            if now > breath:
                give_way()
                breath = time.perf_counter() + BREATH

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
        nothing = np.full((2, len(params), len(params[0])), np.nan)
        distinct, ranks = nothing[0][:, :-1], nothing[1]
        if sum(layer.W.size * min(layer.W.shape) for layer in params[0]) <= MOST_RANKED:
            distinct = np.array([[distinct_units(layer) for layer in layers[:-1]] for layers in params])
            ranks = np.array([[rank(layer.W) for layer in layers] for layers in params])
        return Observation(gradient, ratio, distinct, ranks)


def kinds(configs):
    """{config without its seeds: positions in `configs`}, in the order of their first appearance."""
    found = {}
    for position, config in enumerate(configs):
        found.setdefault(replace(config, init_seed=0, shuffle_seed=0), []).append(position)
    return found
