"""The map of a plane: one network's outputs, the networks' mean, or their disagreement, at an epoch."""

import numpy as np
import streamlit as st

from lab.links import cost
from ui import charts
from ui.figures import frames, maps, network_views
from ui.frame.show import show
from ui.sidebar import own_points
from ui.training import runs, working
from ui.training.views import cached_view

POINTER_CELLS = 24


def plane(trained):
    """The part of the plane that holds every run's points."""
    least = maps.OWN_POINTS_REACH if trained[0].dataset.name == "own_points" else 0.0
    return maps.plane_of(np.concatenate([maps.raw_points(run.dataset) for run in trained]), least)


def map_of(run, epoch, view, plane, *, upcoming=None, panel=None):
    """The map of one network, of the networks' mean, or of their disagreement, at an epoch.

    `upcoming` is the epoch that will be shown next, for its picture to be sent ahead. `panel` is
    the map's number where it stands among others: smaller, and without a legend of its own.
    """
    dataset = run.dataset
    clickable = dataset.name == "own_points" and panel is None and own_points.clickable()
    n_cells = own_points.CELLS if clickable else POINTER_CELLS
    with working.told(_seconds_of_map(run, view), "Drawing the map …"):
        shown = cached_view(network_views.plane_view, run, epoch, view, plane, n_cells)
    ahead = (
        []
        if upcoming is None
        else [(upcoming, cached_view(network_views.plane_view, run, upcoming, view, plane, n_cells).picture)]
    )
    most = frames.MOST_POINTS if panel is None else frames.MOST_POINTS_IN_PANEL
    chart = charts.boundary_map(
        frames.pictures((epoch, shown.picture), *ahead),
        shown.boundary,
        shown.cells,
        cached_view(network_views.points, run, most),
        plane,
        dataset.class_names,
        shown.finding,
        click=own_points.clicks() if clickable else None,
        legend=panel is None,
        height=charts.MAP_HEIGHT if panel is None else charts.PANEL_HEIGHT,
    )
    if clickable:
        own_points.draw(chart)
    else:
        kind = f"Map {panel + 1} of the plane" if panel else "Map of the plane"
        show(chart, kind, shown.finding + _placed(run, epoch, view), key=f"_map_{panel}")
    if panel is None:
        show_number_drawn(dataset, most)


def _placed(run, epoch, view):
    """How much of the validation set the network on the map gets right, in words; "" where there is none."""
    accuracy = run.at(epoch).records[int(view) - 1].valid_accuracy if view.isdigit() else np.nan
    return f": {accuracy:.1%} of the validation examples are placed right" if np.isfinite(accuracy) else ""


def show_number_drawn(dataset, most):
    """Say how many of the points are drawn, where it is not all of them."""
    n_points = len(maps.raw_points(dataset))
    if n_points > most:
        st.caption(f"{most:,} of the {n_points:,} points are drawn; all are used.")


def _seconds_of_map(run, view):
    """Estimated seconds of the outputs at every pixel of the map."""
    n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
    one = cost.forward_seconds(run.configs[0], n_features, n_classes, maps.RESOLUTION**2, runs.cache().speed)
    return one * (1 if view.isdigit() else len(run.configs))
