"""Charts of the plane: the boundary, what hidden units draw, what the output layer sees, who is misplaced.

Channels are written out (`alt.X2("x2:Q")`, not `x2="x2:Q"`): Altair is slow at looking up shorthands.
"""

import math

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import palette
from ui.charts.drawing import drawn

MAP_HEIGHT, PANEL_HEIGHT = 540, 320
CANVAS = {"embedOptions": {"renderer": "canvas"}}  # for a thousand marks faster than SVG
FEW = 150
SIZES, SIZES_OF_FEW = [20, 44, 40], [60, 95, 80]  # of the marks of train, validation, test
MOST_COMPARED = 300  # examples, to find a place of a class's name among them
SEEN = 24  # cells across that are looked at for a place of a class's name
INVISIBLE = 0.001  # opacity of cells that are there for the pointer alone


@drawn
def boundary_map(
    pictures,
    boundary,
    cells,
    points,
    plane,
    class_names,
    title,
    *,
    click=None,
    legend=True,
    height=MAP_HEIGHT,
):
    """The map as a picture, the boundary and examples on it, cells that tell the pointer their output.

    With `click`, a number, the cells take clicks: the selection "click" gives the x and y of one, and the
    number. Another number makes a click on the same cell another selection, which the browser tells of.
    """
    x_scale, y_scale = (alt.Scale(domain=list(axis), nice=False) for axis in plane)
    x, y = alt.X("x1:Q", scale=x_scale, title="x₁"), alt.Y("y1:Q", scale=y_scale, title="x₂")
    left, top = alt.XDatum(plane.x[0], scale=x_scale), alt.YDatum(plane.y[1], scale=y_scale)
    image = _pictures(pictures, left, plane.x[1], top, plane.y[0])
    tooltip = [alt.Tooltip("x:Q", title="x₁", format=".2f"), alt.Tooltip("y:Q", title="x₂", format=".2f")]
    if "predicted" in cells:
        tooltip += [
            alt.Tooltip("predicted:N", title="predicted class"),
            alt.Tooltip("output:Q", title="its output", format=".3f"),
        ]
    takes_clicks = click is not None
    aimed_at = cells.assign(click=np.uint32(click)) if takes_clicks else cells
    pointer = alt.Chart(aimed_at).mark_rect(opacity=INVISIBLE).encode(x=x, y=y, tooltip=tooltip)
    pointer = pointer.encode(x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    if takes_clicks:
        chosen = alt.selection_point(name="click", fields=["x", "y", "click"], on="click")
        pointer = pointer.add_params(chosen)
    dots = _examples(points, class_names, alt.X("x:Q", scale=x_scale), alt.Y("y:Q", scale=y_scale), legend)
    line = alt.Chart(boundary).mark_line(color=palette.NEUTRAL, strokeWidth=2.5)
    line = line.encode(x=alt.X("x:Q", scale=x_scale), y=alt.Y("y:Q", scale=y_scale))
    line = line.encode(detail=alt.Detail("line:N"), order=alt.Order("step:Q"))
    names = []
    if "predicted" in cells:
        names = _names(regions(cells, class_names), alt.X("x:Q", scale=x_scale), alt.Y("y:Q", scale=y_scale))
    layers = [image, dots, line, *names, pointer] if takes_clicks else [image, pointer, dots, line, *names]
    return alt.layer(*layers).properties(title=title, height=height, usermeta=CANVAS)


def regions(cells, class_names):
    """Columns x, y, class: for each class that is predicted somewhere, a place deep inside its region.

    The centre of the cell that is farthest from the cells of other classes and from the edge of the plane;
    among equals the one nearest to the top left.
    """
    side = math.isqrt(len(cells))
    grid = np.arange(len(cells)).reshape(side, side)[:: -(-side // SEEN), :: -(-side // SEEN)].ravel()
    rows = cells.iloc[grid]
    at, predicted = rows[["x", "y"]].to_numpy(float), rows["predicted"].to_numpy()
    low, high = at.min(axis=0), at.max(axis=0)
    half = (high - low).max() / max(1, 2 * (math.isqrt(len(rows)) - 1))
    edge = np.minimum(at - low, high - at).min(axis=1) + half
    apart = np.linalg.norm(at[:, np.newaxis] - at, axis=-1)
    size = high - low + 1e-9
    corner = ((at[:, 0] - low[0]) / size[0] + (high[1] - at[:, 1]) / size[1]) * 0.02 * size.max()
    found = []
    for k in np.unique(predicted):
        others = predicted != k
        depth = np.minimum(edge, apart[:, others].min(axis=1, initial=np.inf)) - corner
        x, y = at[np.where(others, -np.inf, depth).argmax()]
        found.append({"x": x, "y": y, "class": _called(class_names[k])})
    return pd.DataFrame(found, columns=["x", "y", "class"]).astype({"x": "float32", "y": "float32"})


def _called(name):
    return f"class {name}" if name.isdigit() else name


def _names(places, x, y):
    """The classes by name at some places, readable on every colour and with examples below."""
    base = alt.Chart(places).encode(x=x, y=y, text=alt.Text("class:N"))
    halo = base.mark_text(fontSize=13, fontWeight="bold", color="white", stroke="white", strokeWidth=4)
    return [halo, base.mark_text(fontSize=13, fontWeight="bold", color="#222222")]


def _examples(points, class_names, x, y, legend=True):
    """The examples as marks: colour by class, shape and size by split."""
    splits = list(palette.SPLIT_SHAPES)
    classes = alt.Scale(domain=list(class_names), range=list(palette.CLASSES[: len(class_names)]))
    shapes = alt.Scale(domain=splits, range=list(palette.SPLIT_SHAPES.values()))
    below = {"orient": "bottom", "direction": "horizontal", "offset": 4, "symbolStrokeWidth": 0}
    by_class = alt.Legend(title="class", **below) if legend else None
    by_split = alt.Legend(title="split", symbolFillColor=palette.NEUTRAL, **below) if legend else None
    sizes = alt.Scale(domain=splits, range=SIZES if len(points) > FEW else SIZES_OF_FEW)
    return (
        alt.Chart(points)
        .mark_point(filled=True, opacity=0.85, stroke="white", strokeWidth=0.6)
        .encode(
            x=x,
            y=y,
            color=alt.Color("class:N", scale=classes, legend=by_class),
            shape=alt.Shape("split:N", scale=shapes, legend=by_split),
            size=alt.Size("split:N", scale=sizes, legend=by_split),
            tooltip=[alt.Tooltip("class:N"), alt.Tooltip("split:N")],
        )
    )


@drawn
def unit_maps(pictures, units, title):
    """A layer's units, each over the same plane, eight a row."""
    n_rows = -(-len(units) // 8)
    x_scale, y_scale = alt.Scale(domain=[0, 8], nice=False), alt.Scale(domain=[n_rows, 0], nice=False)
    left, top = alt.XDatum(0, scale=x_scale, axis=None), alt.YDatum(0, scale=y_scale, axis=None)
    image = _pictures(pictures, left, 8, top, n_rows)
    frame = (
        alt.Chart(units)
        .mark_rect(fillOpacity=INVISIBLE, stroke=palette.NEUTRAL, strokeWidth=0.5)
        .encode(
            x=alt.X("left:Q", axis=None, scale=x_scale),
            x2=alt.X2("right:Q"),
            y=alt.Y("top:Q", axis=None, scale=y_scale),
            y2=alt.Y2("bottom:Q"),
            tooltip=[alt.Tooltip(f"{name}:Q") for name in ("unit", "smallest", "largest")],
        )
    )
    return alt.layer(image, frame).properties(title=title, height=68 * n_rows + 8, usermeta=CANVAS)


def _pictures(frame, left, right, top, bottom):
    """The pictures of the frame in one place; those of opacity 0 only load."""
    return (
        alt.Chart(frame)
        .mark_image(aspect=False, align="left", baseline="top")
        .encode(
            x=left,
            x2=alt.X2Datum(right),
            y=top,
            y2=alt.Y2Datum(bottom),
            url=alt.Url("picture:N"),
            key=alt.Key("key:N"),
            opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
        )
    )


@drawn
def hidden_view(examples, grid, class_names, title):
    """The plane bent as the last hidden layer sees it, with the examples."""
    axes = {
        "x": alt.X("first:Q", title="first principal component", scale=alt.Scale(zero=False)),
        "y": alt.Y("second:Q", title="second principal component", scale=alt.Scale(zero=False)),
    }
    lines = (
        alt.Chart(grid)
        .mark_line(color=palette.NEUTRAL, opacity=0.45, strokeWidth=0.8)
        .encode(**axes, detail=alt.Detail("line:N"), order=alt.Order("step:Q"))
    )
    dots = _examples(examples, class_names, **axes)
    names = _names(apart(examples), **axes)
    return alt.layer(lines, dots, *names).properties(title=title, height=400, usermeta=CANVAS)


def apart(examples):
    """Columns first, second, class: of each class the example that is farthest from other classes' examples.

    Among equals, and where there is no other class, the first; of many examples some hundreds are looked at.
    """
    some = examples.iloc[:: max(1, len(examples) // MOST_COMPARED)]
    at, classes = some[["first", "second"]].to_numpy(float), some["class"].astype(str).to_numpy()
    distance, found = np.linalg.norm(at[:, np.newaxis] - at, axis=-1), []
    for name in dict.fromkeys(classes):
        mine = classes == name
        alone = np.where(mine, distance[:, ~mine].min(axis=1, initial=np.inf), -np.inf)
        found.append((*at[alone.argmax()], _called(name)))
    frame = pd.DataFrame(found, columns=["first", "second", "class"])
    return frame.astype({"first": "float32", "second": "float32"})


@drawn
def confusion(frame, title):
    """Actual class by row, predicted class by column, with counts."""
    base = alt.Chart(frame).encode(
        x=alt.X("predicted:N", title="predicted class", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("actual:N", title="actual class", axis=alt.Axis(labelOverlap=False)),
        tooltip=[
            *(alt.Tooltip(name) for name in ("actual:N", "predicted:N", "count:Q")),
            alt.Tooltip("share:Q", format=".1%"),
        ],
    )
    shades = alt.Scale(domain=[0, 1], range=["#80808015", palette.POSITIVE])
    shade = base.mark_rect().encode(color=alt.Color("share:Q", scale=shades, legend=None))
    text = base.mark_text(fontWeight="bold").encode(
        text=alt.Text("count:Q"),
        color=alt.condition("datum.share > 0.5", alt.value("white"), alt.value(palette.NEUTRAL)),
    )
    height = max(190, 28 * frame["actual"].nunique())
    return alt.layer(shade, text).properties(title=title, height=height)
