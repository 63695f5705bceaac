"""The map of a network that was opened from a weights file."""

import streamlit as st

from mlp import LOSSES
from ui.charts import planes
from ui.decision_boundary import feature_plane
from ui.figures import frames, maps, plane_map, section_planes
from ui.frame.show import show
from ui.training.cache import cached_view


def draw(opened, splits):
    """Draw the map of an `ui.frame.saved_weights.Opened`, with the examples of these splits."""
    plane = feature_plane.shown(opened)
    figure = cached_view(of_network, opened, plane)
    chart = planes.boundary_map(
        frames.reel([0], figure.picture, [figure.lines], plane),
        figure.cells,
        frames.points_of(opened, frames.MOST_POINTS, splits, plane.section),
        plane,
        opened.dataset.class_names,
        f"{figure.finding}. {section_planes.told(plane)}" if plane.section else figure.finding,
    )
    left, _ = st.columns([1, 1], gap="medium")  # as wide as the map of the page
    with left:
        show(chart, "Map of the plane", f"{opened.name}: {opened.right}", key="_map_saved")
        plane_map.show_number_drawn(opened.dataset, frames.MOST_POINTS)


def of_network(opened, plane):
    """Return the `plane_map.Map` of the network's outputs."""
    p = maps.probabilities([opened.params], opened.config, opened.dataset, plane)
    shaded = maps.class_pictures(p, LOSSES[opened.config.loss].output.range)
    picture, (lines,), (p,) = shaded.sheet(), maps.boundaries(p, plane), p
    cells = frames.cells(plane, plane_map.POINTER_CELLS, p)
    return plane_map.Map(picture, lines, cells, opened.name)
