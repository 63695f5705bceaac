"""Draw the map of the plane: one network's outputs, the networks' mean, or their disagreement."""

import numpy as np
import streamlit as st

from lab.links import cost
from ui import charts
from ui.figures import frames, maps, network_views
from ui.frame.show import show
from ui.sidebar import own_points
from ui.training import progress
from ui.training.cache import cache, cached_view

POINTER_CELLS = 24


def plane(trained):
    """Return the Plane that contains the points of all `trained` runs."""
    least = maps.OWN_POINTS_REACH if trained[0].dataset.name == "own_points" else 0.0
    return maps.plane_of(np.concatenate([maps.raw_points(run.dataset) for run in trained]), least)


def map_of(run, epoch, view, plane, *, upcoming=None, panel=None):
    """Draw the map of one network, of the networks' mean, or of their disagreement, at an epoch.

    `view` is as in `network_views.plane_view`. `upcoming` is the epoch shown next, whose picture is sent
    ahead. `panel` is the map's number among several: these are smaller and have no legend of their own.
    """
    dataset = run.dataset
    clickable = dataset.name == "own_points" and panel is None and own_points.clickable()
    n_cells = own_points.CELLS if clickable else POINTER_CELLS
    with progress.spinner(_seconds_of_map(run, view), "Drawing the map …"):
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
        show(chart, kind, shown.finding + _accuracy_in_words(run, epoch, view), key=f"_map_{panel}")
    if panel is None:
        show_number_drawn(dataset, most)


def _accuracy_in_words(run, epoch, view):
    """Return the validation accuracy of the network on the map, in words; "" if there is none."""
    accuracy = run.at(epoch).records[int(view) - 1].valid_accuracy if view.isdigit() else np.nan
    return f": {accuracy:.1%} of the validation examples are placed right" if np.isfinite(accuracy) else ""


def show_number_drawn(dataset, most):
    """Show how many of the points are drawn, if not all of them are."""
    n_points = len(maps.raw_points(dataset))
    if n_points > most:
        st.caption(f"{most:,} of the {n_points:,} points are drawn; all are used.")


def _seconds_of_map(run, view):
    """Return the estimated seconds to compute the outputs at every pixel of the map."""
    n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
    seconds = cost.forward_seconds(run.configs[0], n_features, n_classes, maps.RESOLUTION**2, cache().speed)
    return seconds * (1 if view.isdigit() else len(run.configs))
