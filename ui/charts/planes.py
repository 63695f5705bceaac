"""Charts of the plane: the boundary, what hidden units draw, what the output layer sees, who is misplaced."""

import altair as alt
import pandas as pd

from .. import palette

MAP_HEIGHT, PANEL_HEIGHT = 540, 320
CANVAS = {"embedOptions": {"renderer": "canvas"}}  # for a thousand marks faster than SVG
FEW = 150
SIZES, SIZES_OF_FEW = [20, 44, 40], [60, 95, 80]  # of the marks of train, validation, test
INVISIBLE = 0.001  # opacity of cells that are there for the pointer alone


def boundary_map(
    picture,
    boundary,
    cells,
    points,
    plane,
    class_names,
    *,
    clickable=False,
    legend=True,
    height=MAP_HEIGHT,
):
    """The map as a picture, the boundary and examples on it, cells that tell the pointer their output.

    With `clickable`, the cells take clicks: the selection "click" gives the x and y of one.
    """
    x_scale, y_scale = (alt.Scale(domain=list(axis), nice=False) for axis in plane)
    x, y = alt.X("x1:Q", scale=x_scale, title="x₁"), alt.Y("y1:Q", scale=y_scale, title="x₂")
    corners = {"x1": [plane.x[0]], "x2": [plane.x[1]], "y1": [plane.y[1]], "y2": [plane.y[0]]}
    image = (
        alt.Chart(pd.DataFrame({**corners, "picture": [picture]}))
        .mark_image(aspect=False, align="left", baseline="top")
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", url="picture:N")
    )
    tooltip = [alt.Tooltip("x:Q", title="x₁", format=".2f"), alt.Tooltip("y:Q", title="x₂", format=".2f")]
    if "predicted" in cells:
        tooltip += [
            alt.Tooltip("predicted:N", title="predicted class"),
            alt.Tooltip("output:Q", title="its output", format=".3f"),
        ]
    pointer = (
        alt.Chart(cells).mark_rect(opacity=INVISIBLE).encode(x=x, x2="x2:Q", y=y, y2="y2:Q", tooltip=tooltip)
    )
    if clickable:
        pointer = pointer.add_params(alt.selection_point(name="click", fields=["x", "y"], on="click"))
    dots = _examples(points, class_names, alt.X("x:Q", scale=x_scale), alt.Y("y:Q", scale=y_scale), legend)
    line = (
        alt.Chart(boundary)
        .mark_line(color=palette.NEUTRAL, strokeWidth=2.5)
        .encode(x=alt.X("x:Q", scale=x_scale), y=alt.Y("y:Q", scale=y_scale), detail="line:N", order="step:Q")
    )
    layers = [image, dots, line, pointer] if clickable else [image, pointer, dots, line]
    return alt.layer(*layers).properties(height=height, usermeta=CANVAS)


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
            tooltip=["class:N", "split:N"],
        )
    )


def unit_maps(frame, title):
    """A layer's units, each over the same plane."""
    n_rows = int(frame["row"].max()) + 1
    frame = frame.assign(right=frame["column"] + 0.94, bottom=frame["row"] + 0.9)
    base = alt.Chart(frame).encode(
        x=alt.X("column:Q", axis=None, scale=alt.Scale(domain=[0, 8], nice=False)),
        x2="right:Q",
        y=alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[n_rows, 0], nice=False)),
        y2="bottom:Q",
    )
    image = base.mark_image(aspect=False, align="left", baseline="top").encode(url="picture:N")
    frame_line = base.mark_rect(fillOpacity=INVISIBLE, stroke=palette.NEUTRAL, strokeWidth=0.5).encode(
        tooltip=["unit:Q", "smallest:Q", "largest:Q"]
    )
    return alt.layer(image, frame_line).properties(title=title, height=68 * n_rows + 36)


def hidden_view(examples, grid, class_names, title):
    """The plane bent as the last hidden layer sees it, with the examples."""
    axes = {
        "x": alt.X("first:Q", title="first principal component", scale=alt.Scale(zero=False)),
        "y": alt.Y("second:Q", title="second principal component", scale=alt.Scale(zero=False)),
    }
    lines = (
        alt.Chart(grid)
        .mark_line(color=palette.NEUTRAL, opacity=0.45, strokeWidth=0.8)
        .encode(**axes, detail="line:N", order="step:Q")
    )
    dots = _examples(examples, class_names, **axes)
    return alt.layer(lines, dots).properties(title=title, height=400, usermeta=CANVAS)


def confusion(frame, title):
    """Actual class by row, predicted class by column, with counts."""
    base = alt.Chart(frame).encode(
        x=alt.X("predicted:N", title="predicted class", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("actual:N", title="actual class"),
        tooltip=["actual:N", "predicted:N", "count:Q", alt.Tooltip("share:Q", format=".1%")],
    )
    shades = alt.Scale(domain=[0, 1], range=["#80808015", palette.POSITIVE])
    shade = base.mark_rect().encode(color=alt.Color("share:Q", scale=shades, legend=None))
    text = base.mark_text(fontWeight="bold").encode(
        text="count:Q",
        color=alt.condition("datum.share > 0.5", alt.value("white"), alt.value(palette.NEUTRAL)),
    )
    return alt.layer(shade, text).properties(title=title, height=190)
