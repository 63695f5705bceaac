"""Charts of the plane: the boundary, the hidden units, what the output layer sees."""

import math

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import clicking, following, palette, square
from ui.charts.class_places import regions
from ui.charts.drawing import drawn

MAP_HEIGHT, PANEL_HEIGHT = 540, 400  # at most; they are as high as they are wide
LEFT, BELOW, WIDE = 34, 20, 48  # pixels of the labels of a map's axes; of values of any size
POINTS_AXES = "x₁", "x₂"
ABOVE = {"orient": "top", "offset": 30, "columns": 4, "labelLimit": 90, "symbolLimit": 24}  # a legend
SHORT = 12  # characters of the names of all classes that fit beside the legend of the splits
FEW = 150
SIZES, SIZES_OF_FEW = [20, 44, 40], [60, 95, 80]  # of the marks of train, validation, test


@drawn
def boundary_map(
    reel,
    cells,
    points,
    plane,
    class_names,
    title,
    *,
    click=None,
    legend=True,
    height=MAP_HEIGHT,
    part=None,
):
    """Return the map as a picture with the boundary, the examples, and cells that show their output.

    The reel (see `ui.charts.following`) has columns picture, those of all epochs one below the other; paths
    (see `square.path`); and, if it has, findings, which stand above the map. With `click`, a number, the
    cells take clicks: the selection "click" gives x, y and number of all; those with this number are marked.
    A table's examples off the plane are fainter.
    """
    x_scale, y_scale = square.scales(plane)
    x, y = alt.X("x:Q", scale=x_scale), alt.Y("y:Q", scale=y_scale)
    # the cells are many, so they do not follow, but say of which epoch they are
    of_epoch = [alt.Tooltip("epoch:Q", title="at epoch")] if "now" in cells else []
    cells = _of_one_epoch(cells)
    image = _sheet(reel, plane, x_scale, y_scale)
    axes, digits = (plane.section.axes, ".4g") if plane.section else (POINTS_AXES, ".2f")
    tooltip = [
        alt.Tooltip(f"{name}:Q", title=axis, format=digits)
        for name, axis in zip("xy", axes, strict=True)
        if axis
    ]
    names = []
    if "predicted" in cells:
        named = cells.iloc[0][["epoch", "now"]].to_dict()
        names = names_of(regions(cells, class_names).assign(**named), x, y)
        cells = cells.assign(predicted=pd.Categorical.from_codes(cells["predicted"], list(class_names)))
        tooltip += [
            alt.Tooltip("predicted:N", title="predicted class"),
            alt.Tooltip("output:Q", title="its output", format=".3f"),
            *of_epoch,
        ]
    takes_clicks = click is not None
    pointer = alt.Chart(cells.assign(click=np.uint32(click)) if takes_clicks else cells)
    side = alt.ExprRef(f"height / {math.isqrt(len(cells))}")
    pointer = pointer.mark_rect(opacity=following.INVISIBLE, width=side, height=side).encode(
        x=alt.X("x:Q", scale=x_scale, title=axes[0], axis=_axis(BELOW)),
        y=alt.Y("y:Q", scale=y_scale, title=axes[1], axis=_axis(LEFT if axes == POINTS_AXES else WIDE)),
        tooltip=tooltip,
    )
    dots = marks_of(points, class_names, x, y, legend)
    line = _boundary(reel, plane, x_scale, y_scale)
    size = square.size(height)
    if "findings" in reel:
        names.append(following.heading(following.reel(reel, "findings", "\\n"), "findings"))
        size |= following.HEADED
    layers = [image, pointer, dots, line, *names]
    if takes_clicks:
        selection = clicking.collected("click", ["x", "y", "click"])
        shown = {"condition": {"param": "click", "empty": False, "value": 0.7}}
        pointer = pointer.encode(opacity=alt.OpacityValue(following.INVISIBLE, **shown))
        layers = [image, dots, line, *names, pointer.add_params(selection)]
    # the boundary's shape is a path; apart from it, shapes and sizes of the examples have one legend
    resolve = {"scale": {"shape": "independent", "size": "independent"}}
    how = {"title": title, "part": part, "usermeta": following.CANVAS, "resolve": resolve}
    return following.layered(*layers, **how, **size)


def _sheet(reel, plane, x_scale, y_scale):
    """Return the picture of the epoch on show: of all of them, one below the other, the part in the plane."""
    (left, right), (bottom, top) = plane[:2]
    at = f"{top} + {top - bottom} * datum.place"
    base = following.reel(reel)
    base = base.transform_calculate(top=at, bottom=f"{at} - {top - bottom} * length(datum.sent)")
    return base.mark_image(aspect=False, align="left", baseline="top", clip=True).encode(
        x=alt.XDatum(left, type="quantitative", scale=x_scale),
        x2=alt.X2Datum(right),
        y=alt.Y("top:Q", scale=y_scale),
        y2=alt.Y2("bottom:Q"),
        url=alt.Url("picture:N"),
    )


def _boundary(reel, plane, x_scale, y_scale):
    """Return the boundaries of an epoch as one mark, as high as the plane: its shape is their path."""
    path = following.reel(reel, "paths", "|").mark_point(
        filled=False,
        fill=None,  # so that the pointer finds what lies below
        stroke=palette.NEUTRAL,
        strokeWidth=2.5,
        opacity=1.0,
        size=alt.ExprRef(f"pow(height / {square.PATH_UNITS}, 2)"),
    )
    centre_x, centre_y = (sum(ends) / 2 for ends in (plane.x, plane.y))
    return path.encode(
        x=alt.XDatum(centre_x, type="quantitative", scale=x_scale),
        y=alt.YDatum(centre_y, type="quantitative", scale=y_scale),
        shape=alt.Shape("paths:N", scale=None),
    )


def _axis(extent):
    """Return an axis whose labels have so many pixels, in whatever font the browser lays them out."""
    return alt.Axis(grid=False, minExtent=extent, maxExtent=extent)


def _of_one_epoch(frame):
    return frame if "now" in frame else following.marked(frame)


def names_of(places, x, y):
    """Return the classes by name at some places, readable on every colour and with examples below."""
    base = following.on_show(places) if "now" in places else alt.Chart(places)
    base = base.encode(x=x, y=y, text=alt.Text("class:N"))
    halo = base.mark_text(fontSize=13, fontWeight="bold", color="white", stroke="white", strokeWidth=4)
    return [halo, base.mark_text(fontSize=13, fontWeight="bold", color="#222222")]


def marks_of(points, class_names, x, y, legend=True):
    """Return the examples as marks: colour by class, shape and size by split."""
    splits = list(palette.SPLIT_SHAPES)
    classes = alt.Scale(domain=list(class_names), range=list(palette.CLASSES[: len(class_names)]))
    shapes = alt.Scale(domain=splits, range=list(palette.SPLIT_SHAPES.values()))
    below = {"orient": "bottom", "direction": "horizontal", "offset": 4, "symbolStrokeWidth": 0}
    # beside the splits there is room for short names alone; else the classes are above, over the heading
    above = ABOVE if len("".join(class_names)) > SHORT else {}
    by_class = alt.Legend(title="class", **below | above) if legend else None
    by_split = alt.Legend(title="split", symbolFillColor=palette.NEUTRAL, **below) if legend else None
    sizes = alt.Scale(domain=splits, range=SIZES if len(points) > FEW else SIZES_OF_FEW)
    marks = alt.Chart(points).mark_point(filled=True, opacity=0.85, stroke="white", strokeWidth=0.6)
    fading = {}
    away = []
    if "distance" in points:
        fading = {"opacity": alt.Opacity("opacity:Q", scale=None)}
        away = [alt.Tooltip("distance:Q", title="deviations from the plane", format=".2f")]
    return marks.encode(
        x=x,
        y=y,
        color=alt.Color("class:N", scale=classes, legend=by_class),
        shape=alt.Shape("split:N", scale=shapes, legend=by_split),
        size=alt.Size("split:N", scale=sizes, legend=by_split),
        tooltip=[alt.Tooltip("class:N"), alt.Tooltip("split:N"), *away],
        **fading,
    )


@drawn
def unit_maps(pictures, units, title):
    """Return a layer's units, each over the same plane, eight per row."""
    n_rows = -(-len(units) // 8)
    y_scale = alt.Scale(domain=[n_rows, 0], nice=False)
    x_scale = alt.Scale(domain=[0, alt.ExprRef(f"{n_rows} * width / height")], nice=False)
    hidden = [{"scale": scale, "axis": None} for scale in (x_scale, y_scale)]
    image = _pictures(_of_one_epoch(pictures), 0, 8, 0, n_rows, *hidden)
    frame = alt.Chart(units).mark_rect(
        fillOpacity=following.INVISIBLE, stroke=palette.NEUTRAL, strokeWidth=0.5
    )
    frame = frame.encode(
        x=alt.X("left:Q", axis=None, scale=x_scale),
        x2=alt.X2("right:Q"),
        y=alt.Y("top:Q", axis=None, scale=y_scale),
        y2=alt.Y2("bottom:Q"),
        tooltip=[alt.Tooltip(f"{name}:Q") for name in ("unit", "smallest", "largest")],
    )
    return following.layered(
        image, frame, title=title, usermeta=following.CANVAS, **square.size(68 * n_rows, n_rows / 8)
    )


@drawn
def unit_map(pictures, plane, title):
    """Return a hidden unit's activation over the plane."""
    x, y = (
        {"scale": scale, "axis": alt.Axis(title=name)}
        for scale, name in zip(
            square.scales(plane), plane.section.axes if plane.section else POINTS_AXES, strict=True
        )
    )
    image = _pictures(pictures, *plane.x, *plane.y[::-1], x, y)
    how = {"part": "unit", "usermeta": following.CANVAS} | square.size(PANEL_HEIGHT)
    return following.layered(image, title=title, **how)


def _pictures(frame, left, right, top, bottom, x, y):
    """Return the pictures of the frame in one place, with the scales x and y.

    All are loaded; those that are not on show have no width, because drawing a transparent picture takes as
    long as drawing it.
    """
    to = f"{following.SHOWN} ? {right} : {left}"
    images = alt.Chart(frame).transform_calculate(left=f"{left}", right=to)
    return images.mark_image(aspect=False, align="left", baseline="top", invalid="show").encode(
        x=alt.X("left:Q", **x),
        x2=alt.X2("right:Q"),
        y=alt.YDatum(top, **y),
        y2=alt.Y2Datum(bottom),
        url=alt.Url("picture:N"),
        key=alt.Key("epoch:N"),
    )
