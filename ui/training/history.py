"""What is kept of a training's epochs: immutable, thinned evenly where it would hold too much."""

import bisect
import operator
from typing import NamedTuple

MAX_RUN_BYTES = 24 * 2**20  # above it the parameters of every second epoch are kept, then fourth, …
MAX_FIGURES = MAX_RUN_BYTES // 2  # of them for what is not parameters
MOST_EPOCHS = 2000  # kept; a reader needs no more, and one more epoch copies as many references
EXACT = 128  # the first epochs, of which every record is kept
RECORD_BYTES = 450  # a record without parameters; tests/ui/training/test_ui_runs.py measures it
ARRAY_BYTES = 200  # an array beside its data


class Epoch(NamedTuple):
    """An epoch: its number, an EpochRecord per config, an Observation or None.

    `seconds` is what all networks took from the start to its end.
    """

    number: int
    records: tuple
    observation: object = None
    seconds: float = 0.0


class History(NamedTuple):
    """The epochs kept of a training, in order: the first EXACT and the last one always.

    Of the others every `spacing`-th is kept. Parameters are kept of every `stride`-th and of the last,
    or of the last alone. `n_bytes` is what all of it holds. What a History tells never changes: `grown`
    returns another one, so that a reader needs no lock. Histories share the list `earlier`, of which
    each reads its first `n_earlier` alone.
    """

    earlier: list[Epoch] = []  # noqa: RUF012, copied before anything is appended: see grown
    n_earlier: int = 0
    last: Epoch | None = None
    n_bytes: int = 0
    stride: int = 1
    spacing: int = 1
    ended: bool = False

    @property
    def epochs(self):
        """All kept epochs, a tuple."""
        return (*self.earlier[: self.n_earlier], self.last) if self.last else ()

    @property
    def n_epochs(self):
        """The number of the last epoch; -1 where there is none."""
        return self.last.number if self.last else -1

    def up_to(self, number):
        """The kept epochs up to this one, a tuple."""
        return self.epochs if number >= self.n_epochs else tuple(self.earlier[: self._place(number)])

    def at(self, number):
        """The last kept Epoch up to this one."""
        return self.last if number >= self.n_epochs else self.earlier[max(1, self._place(number)) - 1]

    def with_parameters(self, number):
        """The last Epoch up to this one whose parameters are kept; the last of all where there is none."""
        for epoch in reversed(self.up_to(number)):
            if epoch.records[0].params:
                return epoch
        return self.last

    def grown(self, records, observation=None, only_last=False):
        """The History with one more epoch; with `only_last` that one alone keeps its parameters."""
        number, before = self.n_epochs + 1, self.last
        seconds = sum(record.seconds for record in records if record.epoch == number)
        newest = Epoch(number, records, observation, seconds + (before.seconds if before else 0.0))
        grown = self._replace(last=newest, n_bytes=self.n_bytes + _bytes((newest,)))
        if before:
            stays = self._thinned((before,), only_last)
            earlier = (
                self.earlier if len(self.earlier) == self.n_earlier > 0 else self.earlier[: self.n_earlier]
            )
            earlier.extend(stays)  # beyond what any other History reads
            n_bytes = grown.n_bytes + _bytes(stays) - _bytes((before,))
            grown = grown._replace(earlier=earlier, n_earlier=len(earlier), n_bytes=n_bytes)
        return grown._within_bounds(only_last)

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
        """What stays of these epochs when they are no longer the last one."""
        stay = [e for e in epochs if e.number <= EXACT or e.number % self.spacing == 0]
        return tuple(_bare(e) if only_last or e.number % self.stride else e for e in stay)

    def _place(self, number):
        return bisect.bisect_right(self.earlier, number, hi=self.n_earlier, key=operator.attrgetter("number"))


def of_records(records, observations=()):
    """The History of every epoch from 0 on, from their records and, where there are any, observations."""
    seen = [*observations, *[None] * (len(records) - len(observations))]
    figures = zip(records, seen, strict=True)
    return of_epochs(Epoch(number, *figure) for number, figure in enumerate(figures))


def of_epochs(epochs):
    """The History of these Epochs."""
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
