"""Figures of a run's networks at an epoch, as functions for `cached_view`."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ui.figures import frames, maps

MEAN, DISAGREEMENT = "mean", "disagreement"


class Map(NamedTuple):
    """A map of the plane: its picture, its boundary and cells as data frames, and the finding (its title)."""

    picture: str
    boundary: pd.DataFrame
    cells: pd.DataFrame
    finding: str


def plane_view(run, epoch, view, plane, n_cells):
    """Return the Map of one network (`view` is its number), of the networks' mean, or their disagreement."""
    shown = run.with_parameters(epoch)
    networks = [record.params for record in shown.records]
    if view.isdigit():
        networks = [networks[int(view) - 1]]
    p = maps.probabilities(networks, run.configs[0], run.dataset, plane)
    mean = p.mean(axis=0)
    if view == DISAGREEMENT:
        share = maps.disagreement(p)
        finding = f"They disagree on {np.mean(share > 0):.0%} of the plane, epoch {shown.number}"
        picture = maps.disagreement_picture(share)
    else:
        whose = f"network {view}" if view.isdigit() else f"mean of {len(networks)} networks"
        finding = f"{whose.capitalize()} after epoch {shown.number}"
        picture = maps.class_picture(mean)
    line = frames.boundary(maps.boundaries(mean, plane))
    return Map(picture, line, frames.cells(plane, n_cells, mean), finding)


def curves(run, n_epochs):
    """Return `frames.curves`; the run must have all epochs up to `n_epochs`."""
    return frames.curves(run, n_epochs)


def points(run, most):
    """Return `frames.points` of the run's dataset."""
    return frames.points(run.dataset, most)


def units(run, epoch, index, plane):
    """Return `maps.unit_maps` of network `index`."""
    return maps.unit_maps(
        run.records_with_parameters(epoch)[index].params, run.configs[index], run.dataset, plane
    )


def hidden(run, epoch, index, plane):
    """Return `frames.hidden_view` of network `index`."""
    return frames.hidden_view(
        run.records_with_parameters(epoch)[index].params, run.configs[index], run.dataset, plane
    )


def confusion(run, epoch, index):
    """Return `frames.confusion` of network `index` on the test set."""
    return frames.confusion(
        run.records_with_parameters(epoch)[index].params, run.configs[index], run.dataset, "test"
    )
