"""Charts of a sweep: a result against what varies, by value, by two fields, and against its cost."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import clicking, palette
from ui.charts.curves import TITLES, Axis, epochs, spread
from ui.charts.drawing import drawn
from ui.charts.layers import layered

LOG_SPAN = 10.0  # numbers that span at least this factor get a logarithmic axis
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
)  # dash patterns, in addition to the colours
MOST_TICKS = 8  # up to this many values of an axis are written out; of more, only the least and the largest
HIDDEN = {"curve", "link", "at", "low", "high", "front", "status"}  # columns that are not in a tooltip


@drawn
def against(frame, field, metric, title, *, other=None, joined=True, selected=None):
    """Return the metric against a field: one point per trial with the range of its seeds.

    `frame` has columns trial, median, low, high and the fields as text; `other` is the field shown by colour;
    lines connect the points if they are `joined`. The selection "pick" has the trial of a clicked point.
    """
    numbers = pd.to_numeric(frame[field], errors="coerce")
    if numbers.notna().all():
        frame = frame.assign(at=numbers)
        log = bool((numbers > 0).all() and numbers.max() >= LOG_SPAN * numbers.min())
        scale = alt.Scale(type="log" if log else "linear", zero=False, nice=False)
        # Vega gives ~g as many digits as a tick step needs: beside steps of 5, 100 would read 1e+2
        is_whole = not log and (numbers % 1 == 0).all()
        axis = alt.Axis(format="d", tickMinStep=1) if is_whole else alt.Axis(format="~g")
        x = alt.X("at:Q", title=field, axis=axis, scale=scale)
    else:
        frame = frame.assign(at=frame[field])
        x = alt.X("at:N", title=field, sort=list(dict.fromkeys(frame[field])))
    scale, y = _metric_axis(metric)
    channels, marks = {"x": x}, {}
    if other:
        colours = shades(list(dict.fromkeys(frame[other])))
        legend = alt.Legend(title=other, orient="bottom")
        domain = alt.Scale(domain=list(colours), range=list(colours.values()))
        shapes = alt.Scale(domain=list(colours), range=[SHAPES[i % len(SHAPES)] for i in range(len(colours))])
        channels["color"] = alt.Color(f"{other}:N", scale=domain, legend=legend)
        marks["shape"] = alt.Shape(f"{other}:N", scale=shapes, legend=legend)
    base = alt.Chart(frame).encode(**channels)
    rule = base.mark_rule(opacity=0.45).encode(y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"))
    line = base.mark_line(opacity=0.6).encode(y=y)
    dots = base.mark_point(size=70, opacity=1, filled=True).encode(y=y, tooltip=_tips(frame), **marks)
    layers = [rule, line, _picked(dots)] if joined else [rule, _picked(dots)]
    return layered(*layers, *_ring(frame, selected, x, y), title=title, height=330)


@drawn
def by_value(frame, title):
    """Return a loss by epoch, one line per value of a field: columns epoch, value, median, low, high."""
    colours = shades(list(dict.fromkeys(frame["value"])))
    axis = Axis.of(frame, log=True, gap=0.09)
    layers = spread(frame, "value", colours, axis, epochs(), TITLES["loss"])
    return layered(*layers, title=title, height=270)


@drawn
def multiples(frame, field, title):
    """Return losses by epoch, one small chart per value: columns epoch, value, split, median."""
    colours = alt.Scale(domain=list(palette.SPLITS), range=list(palette.SPLITS.values()))
    scale, axis = alt.Scale(type="log"), alt.Axis(format="~g")
    lines = alt.Chart(frame).mark_line().properties(width=150, height=110)
    lines = lines.encode(
        x=alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickCount=3)),
        y=alt.Y("median:Q", title=TITLES["loss"], scale=scale, axis=axis),
        color=alt.Color("split:N", scale=colours, legend=alt.Legend(orient="bottom", title=None)),
    )
    header = alt.Header(title=field, labelFontSize=11)
    facets = alt.Facet("value:N", sort=list(dict.fromkeys(frame["value"])), header=header)
    return lines.facet(facets, columns=4, title=title)


@drawn
def heat(frame, x, y, metric, title):
    """Return the metric by two fields: columns x, y, median, trials, trial. "pick" has the best trial."""
    loss = metric.endswith("loss")
    scale = alt.Scale(scheme="viridis", type="log" if loss else "linear", reverse=loss)
    base = alt.Chart(frame).encode(
        x=alt.X("x:N", title=x, sort=_ordered(frame["x"]), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("y:N", title=y, sort=_ordered(frame["y"])[::-1]),
        tooltip=[
            alt.Tooltip("x:N", title=x),
            alt.Tooltip("y:N", title=y),
            alt.Tooltip("median:Q", title=metric, format=".4g"),
            alt.Tooltip("trials:Q"),
        ],
    )
    tiles = base.mark_rect().encode(color=alt.Color("median:Q", title=metric, scale=scale))
    dark = f"datum.median {'>' if loss else '<'} {float(frame['median'].median())}"
    words = base.mark_text(fontSize=11).encode(
        text=alt.Text("median:Q", format=".3g" if loss else ".1%"),
        color=alt.ColorValue("black", condition={"test": dark, "value": "white"}),
    )
    height = max(180, 34 * frame["y"].nunique() + 60)
    return layered(_picked(tiles), words, title=title, height=height)


@drawn
def parallel(frame, metric, title, *, selected=None):
    """Return parallel coordinates: columns trial, axis, position, value, median. "pick" has the trial."""
    frame = frame.assign(axis=frame["axis"].replace("median", metric))
    scale = alt.Scale(scheme="viridis", reverse=metric.endswith("loss"))
    order = list(dict.fromkeys(frame["axis"]))
    x = alt.X("axis:N", sort=order, title=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("position:Q", axis=None)
    lines = alt.Chart(frame).mark_line(opacity=0.6)
    lines = lines.encode(
        x=x,
        y=y,
        detail=alt.Detail("trial:N"),
        color=alt.Color("median:Q", title=metric, scale=scale),
        tooltip=[alt.Tooltip("trial:N"), alt.Tooltip("median:Q", title=metric, format=".4g")],
    )
    ticks = frame[frame["axis"] != metric].drop_duplicates(["axis", "value"])
    many = ticks.groupby("axis")["value"].transform("size") > MOST_TICKS
    ticks = ticks[~many | ticks["position"].isin([0.0, 1.0])]
    words = alt.Chart(ticks).mark_text(align="left", dx=6, fontSize=11, color=palette.NEUTRAL)
    layers = [_picked(lines), words.encode(x=x, y=y, text=alt.Text("value:N"))]
    if len(rows := frame[frame["trial"] == selected]):
        layers.append(alt.Chart(rows).mark_line(color=palette.NEGATIVE, strokeWidth=3).encode(x=x, y=y))
    return layered(*layers, title=title, height=300)


@drawn
def cost(frame, by, metric, title, *, selected=None):
    """Return the metric against a cost: columns trial, median, front and the cost. "pick" has the trial."""
    scale = alt.Scale(type="log", nice=False)
    x, (_, y) = alt.X(f"{by}:Q", title=by, scale=scale, axis=alt.Axis(format="~s")), _metric_axis(metric)
    colours = alt.Scale(domain=[True, False], range=[palette.NEGATIVE, palette.NEUTRAL])
    front = alt.Chart(frame[frame["front"]]).mark_line(color=palette.NEGATIVE, interpolate="step-after")
    colour = alt.Color("front:N", scale=colours, legend=None)
    dots = alt.Chart(frame).mark_circle(size=60, opacity=0.9)
    dots = dots.encode(x=x, y=y, color=colour, tooltip=_tips(frame))
    layers = [front.encode(x=x, y=y), _picked(dots), *_ring(frame, selected, x, y)]
    return layered(*layers, title=title, height=300)


@drawn
def effects(frame, title):
    """Return shares as bars, with ticks at the shares of effects that do nothing.

    `frame` has columns effect, share, noise, significant and words, the text beside the bar.
    """
    x = alt.X("share:Q", title="share of the differences", axis=alt.Axis(format=".0%"))
    y = alt.Y("effect:N", sort=list(frame["effect"]), title=None, axis=alt.Axis(labelLimit=260))
    colours = alt.Scale(domain=[True, False], range=[palette.POSITIVE, palette.NEUTRAL])
    colour = alt.Color("significant:N", scale=colours, legend=None)
    base = alt.Chart(frame).encode(x=x, y=y)
    bars = base.mark_bar().encode(color=colour, tooltip=[alt.Tooltip("share:Q", format=".1%")])
    ticks = alt.Chart(frame.dropna(subset=["noise"]))
    ticks = ticks.mark_tick(color=palette.NEGATIVE, thickness=3, size=16)
    ticks = ticks.encode(
        x=alt.X("noise:Q"), y=y, tooltip=[alt.Tooltip("noise:Q", title="if it did nothing", format=".1%")]
    )
    words = base.mark_text(align="left", dx=6, fontSize=11, color=palette.NEUTRAL)
    layers = [bars, ticks, words.encode(text=alt.Text("words:N"))]
    return layered(*layers, title=title, height=34 * len(frame) + 50)


@drawn
def range_test(frame, band, title, marks):
    """Return the loss against a growing rate: columns rate, loss, smoothed.

    `band` is the marked interval (low, high), or None; `marks`, with columns rate and is_best, are ticks on
    the axis.
    """
    scale, axis = alt.Scale(type="log", nice=False), alt.Axis(format="~g")
    x = alt.X("rate:Q", title="learning rate", scale=scale, axis=axis)
    base = alt.Chart(frame).encode(x=x)
    dots = base.mark_circle(size=14, color=palette.NEUTRAL, opacity=0.5)
    dots = dots.encode(y=alt.Y("loss:Q", title=TITLES["loss"], scale=scale, axis=axis))
    line = base.mark_line(color=palette.POSITIVE).encode(y=alt.Y("smoothed:Q", scale=scale))
    colours = alt.Scale(domain=[True, False], range=[palette.NEGATIVE, palette.NEUTRAL])
    ticks = alt.Chart(marks).mark_tick(thickness=3, size=22, yOffset=-11)
    ticks = ticks.encode(
        x=x,
        y=alt.YValue("height"),
        color=alt.Color("is_best:N", scale=colours, legend=None),
        tooltip=[alt.Tooltip("rate:Q", title="learning rate of the sweep", format="~g")],
    )
    layers = [dots, line, ticks]
    if band:
        area = alt.Chart(pd.DataFrame({"rate": [band[0]], "high": [band[1]]}))
        area = area.mark_rect(color=palette.CLASSES[2], opacity=0.15).encode(x=x, x2=alt.X2("high:Q"))
        layers.insert(0, area)
    return layered(*layers, title=title, height=280)


def shades(values):
    """Return {value: colour}, in their order, from the first colour of layers to the last."""
    ends = [palette.rgb(colour) for colour in palette.LAYERS]
    colours = np.linspace(*ends, len(values)).round().astype(int).tolist()
    return {v: "#" + bytes(colour).hex() for v, colour in zip(values, colours, strict=True)}


def _format(metric):
    return "~g" if metric.endswith("loss") else "~%"  # as many digits as distinguish one tick from the next


def _metric_axis(metric):
    """Return (scale, vertical channel) of a metric: logarithmic for a loss, per cent for an accuracy."""
    scale = alt.Scale(type="log" if metric.endswith("loss") else "linear", zero=False)
    return scale, alt.Y(
        "median:Q", title=f"{metric}, median", scale=scale, axis=alt.Axis(format=_format(metric))
    )


def _picked(marks):
    """Return marks that can be clicked: the selection "pick" has the trial."""
    return marks.add_params(clicking.selection("pick", ["trial"]))


def _ring(frame, selected, x, y):
    """Return a ring around the open trial, if it is among the marks."""
    rows = frame[frame["trial"] == selected]
    return [alt.Chart(rows).mark_point(size=260, color=palette.NEUTRAL).encode(x=x, y=y)] if len(rows) else []


def _ordered(values):
    """Return the labels in numerical order if they are numbers or bins, otherwise in the order given."""
    labels = list(dict.fromkeys(values))
    numbers = pd.to_numeric(pd.Series([label.partition(" to ")[0] for label in labels]), errors="coerce")
    return labels if numbers.isna().any() else [labels[i] for i in np.argsort(numbers)]


def _tips(frame):
    return [
        alt.Tooltip(f"{name}:Q", format=".4g") if frame[name].dtype.kind == "f" else alt.Tooltip(f"{name}:N")
        for name in frame.columns
        if name not in HIDDEN
    ]
