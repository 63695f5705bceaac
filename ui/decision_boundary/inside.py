"""Inside a network: its hidden units, its last hidden layer, and its confusion matrix."""

import streamlit as st

from ui import charts
from ui.figures import frames, maps, network_views
from ui.frame.show import show
from ui.training.cache import cached_view


def inside(run, epoch, index, plane, upcoming):
    """Draw every hidden unit over the plane, the plane as the output layer sees it, and the confusion matrix.

    All are of network `index` at an epoch; `upcoming` is the epoch shown next while epochs play, or None.
    """
    left, right = st.columns(2, gap="medium")
    with left:
        _units(run, epoch, index, plane, upcoming)
        matrix = cached_view(network_views.confusion, run, epoch, index)
        if matrix["count"].sum():
            wrong = matrix.loc[matrix["actual"] != matrix["predicted"], "count"].sum()
            finding = f"{wrong} of {matrix['count'].sum()} test examples are misplaced"
            show(charts.confusion(matrix, finding), "Confusion matrix", finding)
    with right:
        examples, grid, share = cached_view(network_views.hidden, run, epoch, index, plane)
        finding = (
            f"What the output layer sees ({share:.0%} of variance)"
            if share
            else "The output layer sees every example alike"
        )
        chart = charts.hidden_view(examples, grid, run.dataset.class_names, finding)
        show(chart, "The plane, bent", finding)


def _units(run, epoch, index, plane, upcoming):
    config = run.configs[index]
    epochs = [epoch] if upcoming is None else [epoch, upcoming]
    layers = [cached_view(network_views.units, run, e, index, plane) for e in epochs]
    if not config.hidden_layer_sizes:
        st.markdown("There is no hidden layer: the boundary is straight.")
    for layer, width in enumerate(config.hidden_layer_sizes):
        ranges = layers[0][layer][1]
        more = f", the first {len(ranges)} of {width}" if len(ranges) < width else ""
        finding = f"Hidden layer {layer + 1}: its units over the plane{more}"
        pictures = frames.pictures(*((e, drawn[layer][0]) for e, drawn in zip(epochs, layers, strict=True)))
        chart = charts.unit_maps(pictures, frames.units(ranges, maps.GAP), finding)
        show(chart, "Blue is positive, orange negative", finding)
