"""Charts of a sweep: a result against what was varied, against each other's, against its cost."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import palette
from ui.charts.curves import TITLES, epochs
from ui.charts.drawing import drawn
from ui.charts.lines import Axis, spread

LOG_SPAN = 10.0
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")  # beside the colours
MOST_TICKS = 8  # values of an axis that are written out; of more, the least and the largest
ENDS = tuple(palette.rgb(colour) for colour in palette.LAYERS)


def shades(values):
    """{value: colour}, in their order, from the first colour of layers to the last."""
    n = max(1, len(values) - 1)
    mixed = (np.array(ENDS[0]) + (np.array(ENDS[1]) - ENDS[0]) * i / n for i in range(len(values)))
    return {
        v: "#" + "".join(f"{round(c):02x}" for c in colour) for v, colour in zip(values, mixed, strict=True)
    }


@drawn
def against(frame, field, metric, title, *, other=None, joined=True, selected=None):
    """The metric against a field: a point a trial with the range of its seeds.

    `frame` has columns trial, median, low, high and the fields as text; `other` is the field that
    colours, and lines connect where trials are `joined`. The selection "pick" gives the trial
    of a point that is clicked.
    """
    numbers = pd.to_numeric(frame[field], errors="coerce")
    if numbers.notna().all():
        frame = frame.assign(at=numbers)
        log = bool((numbers > 0).all() and numbers.max() >= LOG_SPAN * numbers.min())
        scale = alt.Scale(type="log" if log else "linear", zero=False, nice=False)
        x = alt.X("at:Q", title=field, axis=alt.Axis(format="~g"), scale=scale)
    else:
        frame = frame.assign(at=frame[field])
        x = alt.X("at:N", title=field, sort=list(dict.fromkeys(frame[field])))
    loss = metric.endswith("loss")
    scale = alt.Scale(type="log" if loss else "linear", zero=False)
    y = alt.Y("median:Q", title=metric, scale=scale, axis=alt.Axis(format="~g" if loss else ".0%"))
    channels = {"x": x}
    if other:
        colours = shades(list(dict.fromkeys(frame[other])))
        domain = alt.Scale(domain=list(colours), range=list(colours.values()))
        legend = alt.Legend(title=other, orient="bottom")
        channels["color"] = alt.Color(f"{other}:N", scale=domain, legend=legend)
    base, marks = alt.Chart(frame).encode(**channels), {}
    if other:
        shapes = alt.Scale(domain=list(colours), range=[SHAPES[i % len(SHAPES)] for i in range(len(colours))])
        marks["shape"] = alt.Shape(f"{other}:N", scale=shapes, legend=legend)
    rule = base.mark_rule(opacity=0.45).encode(y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"))
    line = base.mark_line(opacity=0.6).encode(y=y)
    dots = base.mark_point(size=70, opacity=1, filled=True).encode(y=y, tooltip=_tips(frame), **marks)
    dots = dots.add_params(alt.selection_point(name="pick", fields=["trial"], on="click"))
    layers = [rule, line, dots] if joined else [rule, dots]
    return alt.layer(*layers, *_ring(frame, selected, x, y)).properties(title=title, height=330)


@drawn
def by_value(frame, field, quantity, title):
    """A figure by epoch, a line a value of the field: columns epoch, value, median, low, high."""
    colours = shades(list(dict.fromkeys(frame["value"])))
    axis = Axis.of(frame, log=quantity == "loss", gap=0.09)
    format_ = "~g" if quantity == "loss" else ".0%"
    layers = spread(frame, "value", colours, axis, epochs(), TITLES[quantity], format_=format_)
    return alt.layer(*layers).properties(title=title, height=270)


@drawn
def multiples(frame, field, title):
    """Training and validation loss by epoch, a small chart a value: columns epoch, value, split, median."""
    scale = alt.Scale(domain=list(palette.SPLITS), range=list(palette.SPLITS.values()))
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickCount=3)),
            y=alt.Y(
                "median:Q", title=TITLES["loss"], scale=alt.Scale(type="log"), axis=alt.Axis(format="~g")
            ),
            color=alt.Color("split:N", scale=scale, legend=alt.Legend(orient="bottom", title=None)),
        )
        .properties(width=150, height=110)
    )
    header = alt.Header(title=field, labelFontSize=11)
    values = list(dict.fromkeys(frame["value"]))
    return lines.facet(alt.Facet("value:N", sort=values, header=header), columns=4).properties(title=title)


@drawn
def heat(frame, x, y, metric, title):
    """The metric by two fields: columns x, y, median, trials, trial. "pick" gives the best trial there."""
    loss = metric.endswith("loss")
    scale = alt.Scale(scheme="viridis", type="log" if loss else "linear", reverse=loss)
    text = alt.Text("median:Q", format=".3g" if loss else ".1%")
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
    tiles = tiles.add_params(alt.selection_point(name="pick", fields=["trial"], on="click"))
    middle = float(frame["median"].quantile(0.5))
    dark = f"datum.median {'>' if loss else '<'} {middle}"
    words = base.mark_text(fontSize=11).encode(
        text=text, color=alt.condition(dark, alt.value("white"), alt.value("black"))
    )
    return alt.layer(tiles, words).properties(title=title, height=max(180, 34 * frame["y"].nunique() + 60))


@drawn
def parallel(frame, metric, larger, title, *, selected=None):
    """Parallel coordinates: columns trial, axis, position, value, median. "pick" gives the trial."""
    order = list(dict.fromkeys(frame["axis"]))
    frame = frame.assign(axis=frame["axis"].replace("median", metric))
    order[-1] = metric
    scale = alt.Scale(scheme="viridis", reverse=not larger)
    x = alt.X("axis:N", sort=order, title=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("position:Q", axis=None)
    lines = (
        alt.Chart(frame)
        .mark_line(opacity=0.6)
        .encode(
            x=x,
            y=y,
            detail=alt.Detail("trial:N"),
            color=alt.Color("median:Q", title=metric, scale=scale),
            tooltip=[alt.Tooltip("trial:N"), alt.Tooltip("median:Q", title=metric, format=".4g")],
        )
    )
    lines = lines.add_params(alt.selection_point(name="pick", fields=["trial"], on="click"))
    ticks = frame[frame["axis"] != metric].drop_duplicates(["axis", "value"])
    many = ticks.groupby("axis")["value"].transform("size") > MOST_TICKS
    ticks = ticks[~many | ticks["position"].isin([0.0, 1.0])]
    words = alt.Chart(ticks).mark_text(align="left", dx=6, fontSize=11, color=palette.NEUTRAL)
    layers = [lines, words.encode(x=x, y=y, text=alt.Text("value:N"))]
    mine = frame[frame["trial"] == selected]
    if len(mine):
        layers.append(alt.Chart(mine).mark_line(color=palette.NEGATIVE, strokeWidth=3).encode(x=x, y=y))
    return alt.layer(*layers).properties(title=title, height=300)


@drawn
def cost(frame, by, metric, title, *, selected=None):
    """The metric against a cost: columns trial, median, front and the cost. "pick" gives the trial."""
    loss = metric.endswith("loss")
    x = alt.X(f"{by}:Q", title=by, scale=alt.Scale(type="log", nice=False), axis=alt.Axis(format="~s"))
    y_scale = alt.Scale(type="log" if loss else "linear", zero=False)
    y = alt.Y("median:Q", title=metric, scale=y_scale, axis=alt.Axis(format="~g" if loss else ".0%"))
    colours = alt.Scale(domain=[True, False], range=[palette.NEGATIVE, palette.NEUTRAL])
    base = alt.Chart(frame).encode(x=x, y=y)
    front = alt.Chart(frame[frame["front"]]).mark_line(color=palette.NEGATIVE, interpolate="step-after")
    dots = base.mark_circle(size=60, opacity=0.9).encode(
        color=alt.Color("front:N", scale=colours, legend=None), tooltip=_tips(frame)
    )
    dots = dots.add_params(alt.selection_point(name="pick", fields=["trial"], on="click"))
    layers = [front.encode(x=x, y=y), dots, *_ring(frame, selected, x, y)]
    return alt.layer(*layers).properties(title=title, height=300)


@drawn
def effects(frame, title):
    """Shares as bars, with what noise alone would give as ticks: columns effect, share, noise, told."""
    y = alt.Y("effect:N", sort=list(frame["effect"]), title=None, axis=alt.Axis(labelLimit=260))
    colours = alt.Scale(domain=[True, False], range=[palette.POSITIVE, palette.NEUTRAL])
    x = alt.X("share:Q", title="share of the differences", axis=alt.Axis(format=".0%"))
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            y=y,
            x=x,
            color=alt.Color("told:N", scale=colours, legend=None),
            tooltip=[alt.Tooltip("share:Q", format=".1%")],
        )
    )
    known = frame.dropna(subset=["noise"])
    ticks = alt.Chart(known).mark_tick(color=palette.NEGATIVE, thickness=3, size=16)
    ticks = ticks.encode(y=y, x=alt.X("noise:Q"), tooltip=[alt.Tooltip("noise:Q", format=".1%")])
    words = alt.Chart(frame).mark_text(align="left", dx=6, fontSize=11, color=palette.NEUTRAL)
    words = words.encode(y=y, x=x, text=alt.Text("words:N"))
    return alt.layer(bars, ticks, words).properties(title=title, height=34 * len(frame) + 50)


@drawn
def range_test(frame, suggestion, title):
    """The loss against a growing rate: columns rate, loss, smoothed; `suggestion` is (low, high) or None."""
    x = alt.X(
        "rate:Q", title="learning rate", scale=alt.Scale(type="log", nice=False), axis=alt.Axis(format="~g")
    )
    scale = alt.Scale(type="log", nice=False)
    base = alt.Chart(frame).encode(x=x)
    dots = base.mark_circle(size=14, color=palette.NEUTRAL, opacity=0.5)
    dots = dots.encode(y=alt.Y("loss:Q", title=TITLES["loss"], scale=scale, axis=alt.Axis(format="~g")))
    line = base.mark_line(color=palette.POSITIVE).encode(y=alt.Y("smoothed:Q", scale=scale))
    layers = [dots, line]
    if suggestion:
        band = alt.Chart(pd.DataFrame({"rate": [suggestion[0]], "high": [suggestion[1]]}))
        band = band.mark_rect(color=palette.CLASSES[2], opacity=0.15).encode(x=x, x2=alt.X2("high:Q"))
        layers.insert(0, band)
    return alt.layer(*layers).properties(title=title, height=280)


def _ring(frame, selected, x, y):
    """A ring about the trial that is open, if it is among them."""
    rows = frame[frame["trial"] == selected]
    return [alt.Chart(rows).mark_point(size=260, color=palette.NEUTRAL).encode(x=x, y=y)] if len(rows) else []


def _ordered(values):
    """Labels in numerical order where they are numbers, else as they come."""
    labels = list(dict.fromkeys(values))
    numbers = pd.to_numeric(pd.Series([label.partition(" to ")[0] for label in labels]), errors="coerce")
    return labels if numbers.isna().any() else [labels[i] for i in np.argsort(numbers)]


def _tips(frame):
    hidden = {"curve", "link", "at", "low", "high", "front", "status"}
    return [
        alt.Tooltip(f"{name}:Q", format=".4g") if frame[name].dtype.kind == "f" else alt.Tooltip(f"{name}:N")
        for name in frame.columns
        if name not in hidden
    ]
