"""Charts of the plane: the boundary, the hidden units, what the output layer sees."""

import math

import altair as alt
import pandas as pd

from ui.charts import following, palette, plane_layers, square
from ui.charts.class_places import regions
from ui.charts.drawing import drawn
from ui.charts.template import from_template

MAP_HEIGHT, PANEL_HEIGHT = 540, 400  # largest height; the maps are as high as they are wide
LEFT, BELOW, WIDE = 34, 20, 48  # pixels of the labels of a map's axes; the same for values of any size
POINTS_AXES = "x₁", "x₂"
NOTHING = "none"  # the class that a map without a network predicts


@drawn
def boundary_map(
    reel,
    cells,
    points,
    plane,
    class_names,
    title,
    *,
    clickable=False,
    legend=True,
    height=MAP_HEIGHT,
    part=None,
):
    """Return the map as a picture with the boundary, the examples, and cells that show their output.

    The reel (see `ui.charts.following`) has columns `picture`, with those of all epochs one below the other;
    `paths` (see `square.path`); and, if they are to be written above the map, `findings`. A `clickable` map
    is SVG, so that `ui.sidebar.clicks` finds its plot. A table's examples are fainter the farther they are
    from the plane.
    """
    # there are many cells, so they do not follow the timeline; they say which epoch they belong to
    tells_epoch = "now" in cells
    cells = _of_one_epoch(cells)
    axes, digits = (plane.section.axes, ".4g") if plane.section else (POINTS_AXES, ".2f")
    places = None
    if "predicted" in cells:
        named = cells.iloc[0][["epoch", "now"]].to_dict()
        places = regions(cells, class_names).assign(**named)
        categories = [*class_names, NOTHING]  # the last one for -1
        codes = cells["predicted"].to_numpy() % len(categories)
        cells = cells.assign(predicted=pd.Categorical.from_codes(codes, categories))
    tables = {"reel": reel, "cells": cells, "points": points, "places": places}
    centre = {"centre_x": sum(plane.x) / 2, "centre_y": sum(plane.y) / 2}
    values = square.ends(plane) | plane_layers.corners(plane) | centre | {"side": math.isqrt(len(cells))}
    return from_template(
        _boundary_map,
        title,
        tables,
        values,
        axes=axes,
        digits=digits,
        tells_epoch=tells_epoch,
        has_finding="findings" in reel,
        clickable=clickable,
        height=height,
        part=part,
        examples=plane_layers.kind_of(points, class_names, legend),
    )


def _boundary_map(
    reel,
    cells,
    points,
    places,
    middle,
    half,
    heights,
    left,
    right,
    top,
    bottom,
    centre_x,
    centre_y,
    side,
    *,
    axes,
    digits,
    tells_epoch,
    has_finding,
    clickable,
    height,
    part,
    examples,
):
    x_scale, y_scale = square.scales(middle, half, heights)
    x, y = alt.X("x:Q", scale=x_scale), alt.Y("y:Q", scale=y_scale)
    image = plane_layers.sheet(reel, left, right, top, bottom, x_scale, y_scale)
    tooltip = [
        alt.Tooltip(f"{name}:Q", title=axis, format=digits)
        for name, axis in zip("xy", axes, strict=True)
        if axis
    ]
    names = []
    if places is not None:
        names = plane_layers.names_of_classes(following.on_show(places), x, y)
        tooltip += [
            alt.Tooltip("predicted:N", title="predicted class"),
            alt.Tooltip("output:Q", title="its output", format=".3f"),
            *([alt.Tooltip("epoch:Q", title="at epoch")] if tells_epoch else []),
        ]
    side = alt.ExprRef(f"height / {side}")
    pointer = (
        alt.Chart(cells)
        .mark_rect(opacity=following.INVISIBLE, width=side, height=side)
        .encode(
            x=alt.X("x:Q", scale=x_scale, title=axes[0], axis=_axis(BELOW)),
            y=alt.Y("y:Q", scale=y_scale, title=axes[1], axis=_axis(LEFT if axes == POINTS_AXES else WIDE)),
            tooltip=tooltip,
        )
    )
    dots = plane_layers.examples(points, x, y, **examples)
    line = plane_layers.boundary(reel, centre_x, centre_y, x_scale, y_scale)
    size = square.size(height)
    if has_finding:
        names.append(following.heading(following.reel(reel, "findings", "\\n"), "findings"))
        size |= following.HEADED
    layers = [image, pointer, dots, line, *names]
    # the boundary is a path mark, kept separate so that the examples' shapes and sizes share one legend
    resolve = {"scale": {"shape": "independent", "size": "independent"}}
    usermeta = following.SVG if clickable else following.CANVAS
    how = {"usermeta": usermeta | following.ROWS, "resolve": resolve}
    return following.layered(*layers, part=part, **how, **size)


def _axis(extent):
    """Return an axis whose labels take `pixels` pixels, whatever the browser's font."""
    return alt.Axis(grid=False, minExtent=extent, maxExtent=extent)


def _of_one_epoch(frame):
    return frame if "now" in frame else following.marked(frame)


@drawn
def unit_maps(pictures, units, epoch, title):
    """Return maps of a layer's units over the same plane, eight per row; `units` are those after `epoch`."""
    tables = {"pictures": _of_one_epoch(pictures), "units": units}
    return from_template(_unit_maps, title, tables, {"in_words": f"{epoch:,}"}, n_rows=-(-len(units) // 8))


def _unit_maps(pictures, units, in_words, n_rows):
    y_scale = alt.Scale(domain=[n_rows, 0], nice=False)
    x_scale = alt.Scale(domain=[0, alt.ExprRef(f"{n_rows} * width / height")], nice=False)
    hidden = [{"scale": scale, "axis": None} for scale in (x_scale, y_scale)]
    ends = [alt.Tooltip(f"{name}:Q", title=f"{name}, epoch {in_words}") for name in ("smallest", "largest")]
    image = plane_layers.pictures(pictures, 0, 8, 0, n_rows, *hidden)
    frame = alt.Chart(units).mark_rect(
        fillOpacity=following.INVISIBLE, stroke=palette.NEUTRAL, strokeWidth=0.5
    )
    frame = frame.encode(
        x=alt.X("left:Q", axis=None, scale=x_scale),
        x2=alt.X2("right:Q"),
        y=alt.Y("top:Q", axis=None, scale=y_scale),
        y2=alt.Y2("bottom:Q"),
        tooltip=[alt.Tooltip("unit:Q"), *ends],
    )
    return following.layered(image, frame, usermeta=following.CANVAS, **square.size(68 * n_rows, n_rows / 8))


@drawn
def unit_map(pictures, plane, title):
    """Return a hidden unit's activation over the plane."""
    axes = plane.section.axes if plane.section else POINTS_AXES
    values = square.ends(plane) | plane_layers.corners(plane)
    return from_template(_unit_map, title, {"pictures": pictures}, values, axes=axes)


def _unit_map(pictures, middle, half, heights, left, right, top, bottom, axes):
    x, y = (
        {"scale": scale, "axis": alt.Axis(title=name)}
        for scale, name in zip(square.scales(middle, half, heights), axes, strict=True)
    )
    image = plane_layers.pictures(pictures, left, right, top, bottom, x, y)
    how = {"part": "unit", "usermeta": following.CANVAS} | square.size(PANEL_HEIGHT)
    return following.layered(image, **how)
