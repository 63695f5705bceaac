"""Charts of the signal by layer, of training from different starts, and of an image model."""

import altair as alt
import numpy as np

from ui.charts import palette
from ui.charts.curves import (
    LOGARITHMIC,
    MOST_DECADES,
    TITLES,
    Axis,
    colours_of,
    epochs,
    names,
    spread,
    with_rule,
)
from ui.charts.drawing import drawn
from ui.charts.layers import layered

GAP = 0.085
DECADES = 12  # the range of a loss; values beyond it are not drawn
FAR = 1e7  # if largest / smallest on an axis exceeds this, its ticks are powers of ten
MOST_POINTS = 30  # up to this many published epochs are drawn as points too
CELL = 96  # pixels of a picture's side in a gallery
DASHED = {"strokeDash": [5, 4], "strokeWidth": 2.2, "clip": True}
RULE = {"strokeDash": [3, 3], "color": palette.NEUTRAL}


@drawn
def signal(measured, predicted, colours, title, y_title, *, backward=False):
    """Draw a quantity by layer, one line per start: measured, with its spread, and predicted, dashed.

    With `backward` the layers run from last to first, like the gradient. `measured` has
    columns layer, start, median, low, high; `predicted` layer, start, value. Both contain positive numbers
    only.
    """
    axis = log_axis(measured)
    x = _layers("layer, from the output back to the first" if backward else "layer (last = output)", backward)
    at = "first" if backward else "last"
    layers = spread(measured, "start", colours, axis, x, y_title, format_=".0e", named_at=at)
    layers[1] = layers[1].mark_point(size=36, filled=True, opacity=1, clip=True)
    dashed = (
        alt.Chart(predicted)
        .mark_line(opacity=0.9, **DASHED)
        .encode(
            x=x,
            y=axis.y("value"),
            color=colours_of("start", colours),
            tooltip=[
                alt.Tooltip("layer:Q"),
                alt.Tooltip("start:N"),
                alt.Tooltip("value:Q", title="predicted", format=".4g"),
            ],
        )
    )
    return layered(*layers, dashed, title=title, height=360)


@drawn
def activations(frame, title):
    """Draw histograms of the activations by layer: columns layer, left, right, share, scaled."""
    cells = alt.Chart(frame).mark_rect(color=palette.POSITIVE)
    cells = cells.encode(
        x=alt.X("left:Q", title="activation a", scale=alt.Scale(nice=False, zero=False)),
        x2=alt.X2("right:Q"),
        y=alt.Y("layer:O", title="hidden layer"),
        opacity=alt.Opacity("scaled:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.04, 1])),
        tooltip=[
            alt.Tooltip("layer:O"),
            alt.Tooltip("left:Q", title="from", format=".3g"),
            alt.Tooltip("right:Q", title="to", format=".3g"),
            alt.Tooltip("share:Q", title="share of activations", format=".1%"),
        ],
    )
    return cells.properties(title=title, height=300)


@drawn
def shares(frame, colours, title, y_title):
    """Draw a share of units by layer, one line per start: columns layer, start, median, low, high."""
    axis = Axis(0.0, 1.0, log=False, gap=GAP)
    layers = spread(frame, "start", colours, axis, _layers("hidden layer"), y_title)
    layers[1] = layers[1].mark_line(point={"size": 22}, clip=True)
    return layered(*layers, title=title, height=300)


@drawn
def trained(
    frame,
    quantity,
    colours,
    title,
    *,
    published=None,
    ends=None,
    rule=(),
    height=320,
    decades=DECADES,
    epoch=None,
):
    """Draw a quantity by epoch, one line per start; published values are dashed, crosses mark where runs end.

    `frame` has columns epoch, start, median, low, high, and may be empty where something was published;
    `published` epoch, start, value; `ends` epoch, start, value, runs: where runs diverged. `rule`, (value,
    name), is a dashed line across. A logarithmic axis spans at most `decades` decades. `epoch` puts a rule
    there, which follows the timeline.
    """
    frame, published, ends = (None if f is None or f.empty else f for f in (frame, published, ends))
    values = [] if frame is None else [frame["low"], frame["high"]]
    values += [more["value"] for more in (published, ends) if more is not None]
    low = float(min([*map(min, values), *rule[:1]]))
    high = float(max([*map(max, values), *rule[:1]]))
    log = quantity in LOGARITHMIC
    if log:
        high = min(high, max(low, 1e-9) * 10.0**decades)
    axis, ticks = Axis(low, high, log=log, gap=GAP), ".0%"
    if log:
        ticks = ".0e" if high > FAR * low else "~g"
    y_title = TITLES.get(quantity, quantity)
    y = axis.y("value")
    reached = [f["epoch"] for f in (frame, published, ends) if f is not None]
    x = epochs([float(min(map(min, reached))), float(max(map(max, reached)))])
    how = {"x": x, "y": y, "color": colours_of("start", colours)}
    layers = []
    if frame is not None:
        layers = spread(frame, "start", colours, axis, x, y_title, format_=ticks)
    elif published is not None:
        y = axis.y("value", title=y_title, axis=alt.Axis(format=ticks, tickCount=7))
        named = names(published.rename(columns={"value": "median"}), axis, x, "start")
        layers = [named.encode(color=how["color"])]
    if published is not None:
        few = published["epoch"].nunique() <= MOST_POINTS
        dashed = alt.Chart(published).mark_line(point=few, **DASHED)
        tips = [
            alt.Tooltip("epoch:Q"),
            alt.Tooltip("start:N"),
            alt.Tooltip("value:Q", title="published", format=".4g"),
        ]
        layers.append(dashed.encode(tooltip=tips, **how | {"y": y}))
    if ends is not None:
        crosses = alt.Chart(ends).mark_point(shape="cross", size=130, filled=True, angle=45, clip=True)
        tips = [alt.Tooltip("start:N"), alt.Tooltip("epoch:Q"), alt.Tooltip("runs:Q", title="runs diverged")]
        layers.append(crosses.encode(tooltip=tips, **how))
    if rule:
        across = alt.Chart(alt.Data(values=[dict(zip(("value", "name"), rule, strict=True))]))
        layers.append(across.mark_rule(**RULE).encode(y=axis.y("value")))
        word = across.mark_text(align="left", dx=4, dy=-7, color=palette.NEUTRAL)
        layers.append(word.encode(y=axis.y("value"), x=alt.XValue(0), text=alt.Text("name:N")))
    return with_rule(layers, epoch, x, title=title, height=height)


@drawn
def rates(frame, top, title):
    """Draw the learning rate by step, the first schedule in grey behind the last, and a rule at its maximum.

    `frame` has columns step, rate, schedule.
    """
    own = frame["schedule"].iloc[-1]
    others = [name for name in dict.fromkeys(frame["schedule"]) if name != own]
    colours = dict.fromkeys(others, palette.NEUTRAL) | {own: palette.POSITIVE}
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    legend = alt.Legend(title=None, orient="bottom") if others else None
    x = alt.X("step:Q", title="step", axis=alt.Axis(format=",d"), scale=alt.Scale(nice=False))
    y_scale = alt.Scale(domain=[0, 1.08 * top], nice=False)
    y = alt.Y("rate:Q", title="learning rate η", scale=y_scale, axis=alt.Axis(format="~g", tickCount=5))
    tips = [alt.Tooltip("step:Q"), alt.Tooltip("rate:Q", title="η", format=".4g"), alt.Tooltip("schedule:N")]
    lines = [
        alt.Chart(frame[frame["schedule"] == name])
        .mark_line(strokeWidth=2 if name == own else 1.2, clip=True)
        .encode(x=x, y=y, color=alt.Color("schedule:N", scale=scale, legend=legend), tooltip=tips)
        for name in colours
    ]
    across = alt.Chart(alt.Data(values=[{"rate": top, "name": f"its top, {top:g}"}]))
    rule = across.mark_rule(**RULE).encode(y=y)
    word = across.mark_text(align="left", dx=4, dy=-7, color=palette.NEUTRAL)
    word = word.encode(y=y, x=alt.XValue(0), text=alt.Text("name:N"))
    return layered(*lines, rule, word, title=title, height=240)


@drawn
def distinct(frame, colours, title):
    """Draw distinct units by epoch, one line per start: columns epoch, start, median, low, high."""
    axis = Axis(0.0, max(2.0, float(frame["high"].max())), log=False, gap=GAP)
    y_title = "distinct hidden units"
    layers = spread(frame, "start", colours, axis, epochs(), y_title, format_="d")
    return layered(*layers, title=title, height=240)


@drawn
def gallery(frame, n_columns, title, *, side=CELL, captions=True):
    """Draw pictures, `n_columns` per row: columns picture, column, row, label, and others for the tooltip."""
    n_rows = int(frame["row"].max()) + 1 if len(frame) else 1
    share = 0.8 if captions else 0.94  # share of a row's height that the picture takes
    tips = [alt.Tooltip(f"{name}:N") for name in frame.columns if name not in ("picture", "column", "row")]
    frame = frame.assign(
        left=frame["column"] + 0.03,
        right=frame["column"] + 0.97,
        middle=frame["column"] + 0.5,
        top=frame["row"] + 0.01,
        bottom=frame["row"] + share,
        below=frame["row"] + (1 + share) / 2,
    )
    x_scale, y_scale = (alt.Scale(domain=ends, nice=False) for ends in ([0, n_columns], [n_rows, 0]))

    def at(x, y):
        return {"x": alt.X(x, axis=None, scale=x_scale), "y": alt.Y(y, axis=None, scale=y_scale)}

    base = alt.Chart(frame)
    layers = [
        base.mark_image(aspect=True).encode(
            **at("left:Q", "top:Q"),
            x2=alt.X2("right:Q"),
            y2=alt.Y2("bottom:Q"),
            url=alt.Url("picture:N"),
            tooltip=tips,
        )
    ]
    if captions:
        words = base.mark_text(fontSize=11, color=palette.NEUTRAL)
        layers.append(words.encode(**at("middle:Q", "below:Q"), text=alt.Text("label:N")))
    return layered(*layers, title=title, height=(side + 22 * captions) * n_rows)


@drawn
def probabilities(frame, title):
    """Draw the output of each class: columns class, output, kind (actual, predicted, other)."""
    kinds = {"actual": palette.CLASSES[2], "predicted": palette.CLASSES[3], "other": palette.NEUTRAL}
    scale = alt.Scale(domain=list(kinds), range=list(kinds.values()))
    y = alt.Y("class:N", title="class", sort=None, axis=alt.Axis(labelOverlap=False))
    x = alt.X("output:Q", title="output of the network", scale=alt.Scale(domain=[0, 1]))
    legend = alt.Legend(title=None, orient="bottom")
    bars = alt.Chart(frame).mark_bar().encode(y=y, x=x, color=alt.Color("kind:N", scale=scale, legend=legend))
    words = alt.Chart(frame).mark_text(align="left", dx=4, color=palette.NEUTRAL)
    words = words.encode(y=y, x=x, text=alt.Text("output:Q", format=".3f"))
    return layered(bars, words, title=title, height=24 * len(frame) + 40)


def _layers(title, backward=False):
    scale = alt.Scale(nice=False, zero=False, reverse=backward)
    return alt.X("layer:Q", title=title, axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)


def log_axis(frame):
    """Return a logarithmic axis for the frame, at most MOST_DECADES around 1."""
    limit = 10.0 ** (MOST_DECADES / 2)
    low = float(np.clip(frame["low"].min(), 1 / limit, limit))
    return Axis(low, float(np.clip(frame["high"].max(), low, limit)), log=True, gap=GAP)
