"""Figures of a run's networks at an epoch, as functions for `cached_view`."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ui.figures import frames, maps

MEAN, DISAGREEMENT = "mean", "disagreement"


class Map(NamedTuple):
    """A view of the plane: a picture of it, its boundary and its cells as frames, and the finding."""

    picture: str
    boundary: pd.DataFrame
    cells: pd.DataFrame
    finding: str


def plane_view(run, epoch, view, plane, n_cells):
    """The Map of one network (`view` is its number), of the networks' mean, or of their disagreement."""
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
    """`frames.curves` of epochs that are all there."""
    return frames.curves(run, n_epochs)


def points(run, most):
    """`frames.points` of the run's dataset."""
    return frames.points(run.dataset, most)


def units(run, epoch, index, plane):
    """`maps.unit_maps` of the network `index`."""
    return maps.unit_maps(
        run.records_with_parameters(epoch)[index].params, run.configs[index], run.dataset, plane
    )


def hidden(run, epoch, index, plane):
    """`frames.hidden_view` of the network `index`."""
    return frames.hidden_view(
        run.records_with_parameters(epoch)[index].params, run.configs[index], run.dataset, plane
    )


def confusion(run, epoch, index):
    """`frames.confusion` of the network `index` on the test set."""
    return frames.confusion(
        run.records_with_parameters(epoch)[index].params, run.configs[index], run.dataset, "test"
    )
