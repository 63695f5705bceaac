"""Charts: data frames in, `alt.Chart` out. Pure; no Streamlit, no engine."""

import altair as alt
import numpy as np
import pandas as pd

from . import palette

MAP_HEIGHT, PANEL_HEIGHT = 540, 320
LABEL_GAP = 0.14  # between direct labels, as a share of the axis
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
    return alt.layer(*layers).properties(height=height)


def _examples(points, class_names, x, y, legend=True):
    """The examples as marks: colour by class, shape and size by split."""
    splits = list(palette.SPLIT_SHAPES)
    classes = alt.Scale(domain=list(class_names), range=list(palette.CLASSES[: len(class_names)]))
    shapes = alt.Scale(domain=splits, range=list(palette.SPLIT_SHAPES.values()))
    by_class, by_split = (
        alt.Legend(title=title, orient="bottom", direction="horizontal", offset=4) if legend else None
        for title in ("class", "split")
    )
    return (
        alt.Chart(points)
        .mark_point(filled=True, opacity=0.85, stroke="white", strokeWidth=0.6)
        .encode(
            x=x,
            y=y,
            color=alt.Color("class:N", scale=classes, legend=by_class),
            shape=alt.Shape("split:N", scale=shapes, legend=by_split),
            size=alt.Size("split:N", scale=alt.Scale(domain=splits, range=[20, 44, 40]), legend=by_split),
            tooltip=["class:N", "split:N"],
        )
    )


def curves(frame, quantity, title, *, epoch=None, ghost=None, height=235):
    """Median and spread over the seeds by epoch, a line a split, labelled at its end.

    `epoch` draws a rule; `ghost`, a frame of the experiment before, a grey line behind.
    """
    frame = frame[frame["quantity"] == quantity]
    scale = alt.Scale(type="log") if quantity == "loss" else alt.Scale(zero=False, nice=False)
    axis = alt.Axis(format="~g") if quantity == "loss" else alt.Axis(format=".0%")
    name = {"loss": "mean loss (nats)", "accuracy": "accuracy"}[quantity]
    x = alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1), scale=alt.Scale(nice=False))
    colour = alt.Color(
        "split:N",
        scale=alt.Scale(domain=list(palette.SPLITS), range=list(palette.SPLITS.values())),
        legend=None,
    )
    dash = alt.StrokeDash(
        "split:N",
        scale=alt.Scale(domain=list(palette.SPLIT_DASHES), range=list(palette.SPLIT_DASHES.values())),
        legend=None,
    )
    y = alt.Y("median:Q", title=name, scale=scale, axis=axis)
    base = alt.Chart(frame)
    band = base.mark_area(opacity=0.18).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour)
    tooltip = ["epoch:Q", "split:N"] + [
        alt.Tooltip(f"{column}:Q", format=".4g") for column in ("median", "low", "high")
    ]
    line = base.mark_line().encode(x=x, y=y, color=colour, strokeDash=dash, tooltip=tooltip)
    ends = _apart(frame[frame["epoch"] == frame["epoch"].max()], frame, quantity)
    label = _end_labels(ends, x, scale, "split:N", colour)
    layers = [band, line, label]
    if ghost is not None and len(ghost):
        before = ghost[(ghost["quantity"] == quantity) & (ghost["split"] == "validation")]
        layers.insert(0, alt.Chart(before).mark_line(color=palette.NEUTRAL, opacity=0.7).encode(x=x, y=y))
    if epoch is not None:
        rule = alt.Chart(pd.DataFrame({"epoch": [epoch]})).mark_rule(color=palette.NEUTRAL, strokeDash=[3, 3])
        layers.append(rule.encode(x=x))
    return alt.layer(*layers).properties(title=title, height=height, padding={"right": 62})


def _end_labels(ends, x, scale, text, colour):
    """A line's name to the right of its last point."""
    y = alt.Y("label_at:Q", scale=scale)
    return (
        alt.Chart(ends).mark_text(align="left", dx=5, fontSize=11).encode(x=x, y=y, text=text, color=colour)
    )


def _apart(ends, frame, quantity):
    """The lines' last points with `label_at`: their height, moved where labels would touch."""
    ends = ends.sort_values("median")
    transform, back = (np.log10, lambda v: 10**v) if quantity == "loss" else (np.asarray, np.asarray)
    low, high = transform(frame["low"].min()), transform(frame["high"].max())
    gap = LABEL_GAP * max(float(high - low), 1e-9)
    heights = transform(ends["median"].to_numpy(float)).copy()
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + gap)
    overshoot = max(0.0, float(heights[-1] - high)) if len(heights) else 0.0
    for i in reversed(range(len(heights))):
        ceiling = heights[i + 1] - gap if i + 1 < len(heights) else high
        heights[i] = min(heights[i], ceiling) if overshoot else heights[i]
    return ends.assign(label_at=back(heights))


def compared(frame, title):
    """Validation loss by epoch, a line a compared value, labelled at its end."""
    names = list(dict.fromkeys(frame["value"]))
    scale = alt.Scale(domain=names, range=list(palette.COMPARED[: len(names)]))
    colour = alt.Color("value:N", scale=scale, legend=None)
    x = alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1), scale=alt.Scale(nice=False))
    log = alt.Scale(type="log")
    y = alt.Y("median:Q", scale=log, title="validation loss (nats)", axis=alt.Axis(format="~g"))
    base = alt.Chart(frame)
    band = base.mark_area(opacity=0.15).encode(x=x, y=alt.Y("low:Q", scale=log), y2="high:Q", color=colour)
    tooltip = ["value:N", "epoch:Q", alt.Tooltip("median:Q", format=".4g")]
    line = base.mark_line().encode(x=x, y=y, color=colour, tooltip=tooltip)
    ends = _apart(frame.sort_values("epoch").groupby("value", sort=False).tail(1), frame, "loss")
    label = _end_labels(ends, x, log, "value:N", colour)
    return alt.layer(band, line, label).properties(title=title, height=330, padding={"right": 70})


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
    return alt.layer(lines, dots).properties(title=title, height=400)


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
