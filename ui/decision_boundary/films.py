"""What the timeline of one experiment needs of every epoch: maps, pictures of units, and a sentence."""

from typing import NamedTuple

import numpy as np

from ui.figures import frames, maps, plane_map
from ui.timeline import component
from ui.training.cache import cached_film, is_filmed
from ui.training.priority import give_way

SECONDS = 3.0  # estimated, that drawing all epochs may take: of a large network there are fewer
FEWEST = 5  # epochs: with fewer there is nothing to play


class Film(NamedTuple):
    """The epochs of the timeline, () if there is none, with a sentence for each; `seconds` to make the film.

    `epochs_made` are the same epochs if their film is in the cache, else ().
    """

    epochs: tuple
    epochs_made: tuple
    said: list
    left_out: str
    seconds: float
    parts: list

    def made(self):
        """Return the Film, its frames computed and in the cache."""
        for part in self.parts:
            cached_film(*part)
        return self._replace(epochs_made=self.epochs, seconds=0.0)


def of(run, n_epochs, epoch, view, plane, index):
    """Return the Film of a run with `epoch` on show, its units those of network `index`."""
    kept = _kept(run, n_epochs)
    each = plane_map.seconds_of_frame(run, view) + plane_map.seconds_of_units(run, index)
    epochs = _epochs(kept, epoch, each)
    n = plane_map.pixels(run, view)
    parts = [(plane_map.film, run, epochs, n_epochs, view, plane, n), (units, run, epochs, index, plane)]
    return _film(epochs, kept, [_said(run.at(e), index) for e in epochs], parts, each)


def of_panels(runs, lasts, view, plane, values):
    """Return the Film of several runs side by side, the i-th of which ends at the epoch lasts[i]."""
    kept = max((_kept(run, last) for run, last in zip(runs, lasts, strict=True)), key=len)
    each = sum(plane_map.seconds_of_frame(run, view, panel=0) for run in runs)
    epochs = _epochs(kept, max(lasts), each)
    parts = []
    for run, last in zip(runs, lasts, strict=True):
        until, n = run.with_parameters(last).number, plane_map.pixels(run, view, panel=0)
        parts.append((plane_map.film, run, epochs, until, view, plane, n))
    said = [
        "Median validation loss: "
        + "; ".join(
            f"{value}: {_median_loss(run.at(min(epoch, last)))}"
            for value, run, last in zip(values, runs, lasts, strict=True)
        )
        for epoch in epochs
    ]
    return _film(epochs, kept, said, parts, each)


def _median_loss(epoch):
    """Return the median validation loss of networks that did not diverge (training without validation)."""
    losses = [
        record.train_loss if np.isnan(record.valid_loss) else record.valid_loss
        for record in epoch.records
        if not record.diverged
    ]
    return f"{np.median(losses):.3g}" if losses else "diverged"


def _kept(run, n_epochs):
    return [one.number for one in run.up_to(n_epochs) if one.records[0].params]


def _epochs(kept, epoch, each):
    """Return the epochs of a timeline, each of which takes `each` seconds; () if there would be few."""
    most = int(min(component.MOST, SECONDS / each))
    return component.moments(kept, epoch, most) if len(kept) >= 2 and most >= FEWEST else ()


def _film(epochs, kept, said, parts, each):
    if not epochs:
        return Film((), (), (), "", 0.0, ())
    made = all(is_filmed(*part) for part in parts)
    seconds = 0.0 if made else each * len(epochs)
    return Film(epochs, epochs if made else (), said, component.thinned(kept, epochs), seconds, parts)


def units(run, epochs, index, plane):
    """Return for each hidden layer a data frame of pictures: its units over the plane at these epochs."""
    films = []
    for epoch in epochs:
        films.append(
            [picture for picture, _ in plane_map.of_network(maps.unit_maps, run, epoch, index, plane)]
        )
        give_way()
    return [frames.pictures(epochs, pictures) for pictures in zip(*films, strict=True)]


def _said(epoch, index):
    """Return the figures of a network at an Epoch, in words."""
    record = epoch.records[index]
    figures = [("training loss", record.train_loss, ".3g"), ("validation loss", record.valid_loss, ".3g")]
    figures += [("validation accuracy", record.valid_accuracy, ".1%")]
    said = "; ".join(f"{name} {value:{form}}" for name, value, form in figures if np.isfinite(value))
    return f"Network {index + 1}: {said}" if said else f"Network {index + 1} has diverged"
