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
    said: tuple
    left_out: str
    seconds: float
    parts: tuple

    def made(self):
        """Return the Film, its frames computed and in the cache."""
        for part in self.parts:
            cached_film(*part)
        return self._replace(epochs_made=self.epochs, seconds=0.0)


def of(run, n_epochs, epoch, view, plane, index):
    """Return the Film of a run with `epoch` on show, its units those of network `index`."""
    kept = [one.number for one in run.up_to(n_epochs) if one.records[0].params]
    each = plane_map.seconds_of_frame(run, view) + plane_map.seconds_of_units(run, index)
    most = int(min(component.MOST, SECONDS / each))
    if len(kept) < 2 or most < FEWEST:
        return Film((), (), (), "", 0.0, ())
    epochs = component.moments(kept, epoch, most)
    parts = [
        (plane_map.film, run, epochs, view, plane, plane_map.pixels(run, view)),
        (units, run, epochs, index, plane),
    ]
    made = all(is_filmed(*part) for part in parts)
    return Film(
        epochs,
        epochs if made else (),
        tuple(_said(run.at(e), index) for e in epochs),
        component.thinned(kept, epochs),
        0.0 if made else each * len(epochs),
        parts,
    )


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
