"""The history of a training: immutable, its epochs thinned evenly if they would take too much memory."""

import bisect
import operator
from typing import NamedTuple

from lab.links.rounding import is_milestone

# beyond it, parameters are kept for every second epoch only, then for every fourth
MAX_RUN_BYTES = 24 * 2**20
MAX_FIGURES = MAX_RUN_BYTES // 2  # bytes of everything but parameters
MOST_EPOCHS = 2000  # epochs kept; a curve needs no more points
EXACT = 128  # the records of this many first epochs are all kept
RECORD_BYTES = 450  # bytes of a record without parameters; tests/ui/training/test_ui_runs.py measures it
ARRAY_BYTES = 200  # bytes of an array in addition to its data


class Epoch(NamedTuple):
    """One epoch: its number, one EpochRecord per config, and an Observation or None.

    `seconds` is the training time of all networks from the start to the end of this epoch.
    """

    number: int
    records: tuple
    observation: object = None
    seconds: float = 0.0


class History(NamedTuple):
    """The kept epochs of a training, in order. Immutable: `with_epoch` returns a new History.

    The first EXACT epochs, the milestones of a fingerprint and the last one are always kept; of the others,
    every `spacing`-th. Parameters are kept for every `stride`-th epoch and the last, or for the last only.
    `n_bytes` is the memory of all of it. Readers need no lock. Several Histories share the list `earlier`;
    each reads only its first `n_earlier` entries.
    """

    earlier: list[Epoch] = []  # noqa: RUF012, copied before anything is appended: see with_epoch
    n_earlier: int = 0
    last: Epoch | None = None
    n_bytes: int = 0
    stride: int = 1
    spacing: int = 1
    ended: bool = False

    @property
    def epochs(self):
        """All kept epochs, as a tuple."""
        return (*self.earlier[: self.n_earlier], self.last) if self.last else ()

    @property
    def n_epochs(self):
        """The number of the last epoch; -1 if there is none."""
        return self.last.number if self.last else -1

    def up_to(self, number):
        """Return the kept epochs up to and including this number, as a tuple."""
        return self.epochs if number >= self.n_epochs else tuple(self.earlier[: self._place(number)])

    def at(self, number):
        """Return the last kept Epoch up to this number."""
        return self.last if number >= self.n_epochs else self.earlier[max(1, self._place(number)) - 1]

    def with_parameters(self, number):
        """Return the last Epoch up to this number with parameters; if there is none, the very last."""
        for epoch in reversed(self.up_to(number)):
            if epoch.records[0].params:
                return epoch
        return self.last

    def with_epoch(self, records, observation=None, only_last=False):
        """Return a History with one more epoch; with `only_last`, only that epoch keeps its parameters."""
        number, before = self.n_epochs + 1, self.last
        seconds = sum(record.seconds for record in records if record.epoch == number)
        newest = Epoch(number, records, observation, seconds + (before.seconds if before else 0.0))
        longer = self._replace(last=newest, n_bytes=self.n_bytes + _bytes((newest,)))
        if before:
            stays = self._thinned((before,), only_last)
            earlier = (
                self.earlier if len(self.earlier) == self.n_earlier > 0 else self.earlier[: self.n_earlier]
            )
            earlier.extend(stays)  # safe: no other History reads beyond its own n_earlier
            n_bytes = longer.n_bytes + _bytes(stays) - _bytes((before,))
            longer = longer._replace(earlier=earlier, n_earlier=len(earlier), n_bytes=n_bytes)
        return longer._within_bounds(only_last)

    def _within_bounds(self, only_last):
        figures, history = _figure_bytes(self.last), self
        while history.spacing < self.n_epochs and (
            history.n_earlier >= MOST_EPOCHS or (history.n_earlier + 1) * figures > MAX_FIGURES
        ):
            spacing = 2 * history.spacing
            history = history._rebuilt(only_last, spacing=spacing, stride=max(spacing, history.stride))
        while not only_last and history.n_bytes > MAX_RUN_BYTES and history.stride < self.n_epochs:
            history = history._rebuilt(stride=2 * history.stride)
        if not only_last and _bytes((self.last,)) > MAX_RUN_BYTES // 2:
            history = history._rebuilt(only_last=True)
        return history

    def _rebuilt(self, only_last=False, **changes):
        changed = self._replace(**changes)
        earlier = list(changed._thinned(self.earlier[: self.n_earlier], only_last))
        n_bytes = _bytes((*earlier, self.last))
        return changed._replace(earlier=earlier, n_earlier=len(earlier), n_bytes=n_bytes)

    def _thinned(self, epochs, only_last):
        """Return the part of these epochs that is kept once they are no longer the last."""
        stay = [
            e for e in epochs if e.number <= EXACT or is_milestone(e.number) or e.number % self.spacing == 0
        ]
        return tuple(_bare(e) if only_last or e.number % self.stride else e for e in stay)

    def _place(self, number):
        return bisect.bisect_right(self.earlier, number, hi=self.n_earlier, key=operator.attrgetter("number"))


def of_epochs(epochs):
    """Return the History of these Epochs."""
    *earlier, last = epochs
    return History(earlier, len(earlier), last)


def _bare(epoch):
    if not epoch.records[0].params:
        return epoch
    return epoch._replace(records=tuple(record._replace(params=()) for record in epoch.records))


def _figure_bytes(epoch):
    arrays = epoch.observation or ()
    return RECORD_BYTES * len(epoch.records) + sum(ARRAY_BYTES + array.nbytes for array in arrays)


def _bytes(epochs):
    layers = [layer for epoch in epochs for record in epoch.records for layer in record.params]
    parameters = sum(ARRAY_BYTES + array.nbytes for layer in layers for array in layer)
    return parameters + sum(map(_figure_bytes, epochs))
