"""Charts of the signal by layer, of training from different starts, and of an image model."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import legends, palette
from ui.charts.curves import (
    LOGARITHMIC,
    MOST_DECADES,
    Axis,
    Vertical,
    at,
    colours_of,
    ends_of,
    epochs,
    names,
    spread,
    with_rule,
)
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS, coloured_by
from ui.charts.layers import layered
from ui.charts.loss_axes import axis_title
from ui.charts.template import from_template

GAP = 0.085
DECADES = 12  # the range of a loss; values beyond it are not drawn
FAR = 1e7  # if largest / smallest on an axis exceeds this, its ticks are powers of ten
MOST_POINTS = 30  # up to this many published epochs are drawn as points too
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
    ends = ends_of(measured, axis, "start", "layer", "first" if backward else "last")
    tables = {"measured": measured, "ends": ends, "predicted": predicted}
    options = {"colours": colours, "y_title": y_title, "backward": backward}
    return from_template(_signal, title, tables, {"domain": axis.domain}, **options)


def _signal(measured, ends, predicted, domain, colours, y_title, backward):
    axis = Vertical(domain, log=True)
    x = _layers("layer, from the output back to the first" if backward else "layer (last = output)", backward)
    layers = spread(measured, ends, "start", colours, axis, x, y_title, format_=".0e")
    layers[1] = layers[1].mark_point(size=36, filled=True, opacity=1, clip=True)
    tips = [
        alt.Tooltip("layer:Q"),
        alt.Tooltip("start:N"),
        alt.Tooltip("value:Q", title="predicted", format=".4g"),
    ]
    dashed = alt.Chart(predicted).mark_line(opacity=0.9, **DASHED)
    dashed = dashed.encode(x=x, y=axis.y("value"), color=colours_of("start", colours), tooltip=tips)
    return layered(*layers, dashed, height=360)


@drawn
def activations(frame, title):
    """Draw histograms of the activations by layer: columns layer, left, right, share, scaled."""
    return from_template(_activations, title, {"frame": frame})


def _activations(frame):
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
    return cells.properties(height=300)


@drawn
def shares(frame, colours, title, y_title):
    """Draw a share of units by layer, one line per start: columns layer, start, median, low, high."""
    axis = Axis(0.0, 1.0, log=False, gap=GAP)
    tables = {"frame": frame, "ends": ends_of(frame, axis, "start", "layer")}
    return from_template(_shares, title, tables, {"domain": axis.domain}, colours=colours, y_title=y_title)


def _shares(frame, ends, domain, colours, y_title):
    axis = Vertical(domain, log=False)
    layers = spread(frame, ends, "start", colours, axis, _layers("hidden layer"), y_title)
    layers[1] = layers[1].mark_line(point={"size": 22}, clip=True)
    return layered(*layers, height=300)


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
    losses=(),
):
    """Draw a quantity by epoch, one line per start; published values are dashed, crosses mark where runs end.

    `frame` has columns epoch, start, median, low, high, and may be empty where something was published;
    `published` epoch, start, value; `ends` epoch, start, value, runs: where runs diverged. `rule`, (value,
    name), is a dashed line across. A logarithmic axis spans at most `decades` decades. `epoch` puts a rule
    there, which follows the timeline. `losses` are as in `axis_title`.
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
    reached = [f["epoch"] for f in (frame, published, ends) if f is not None]
    named = None
    if frame is not None:
        named = ends_of(frame, axis, "start")
    elif published is not None:
        named = ends_of(published.rename(columns={"value": "median"}), axis, "start")
    across = pd.DataFrame({"value": [rule[0]], "name": [rule[1]]}) if rule else None
    tables = {"frame": frame, "named": named, "published": published, "ends": ends}
    reach = [float(min(map(min, reached))), float(max(map(max, reached)))]
    return from_template(
        _trained,
        title,
        tables | {"across": across, "at": at(epoch)},
        {"domain": axis.domain, "reach": reach},
        log=log,
        y_title=axis_title(quantity, losses),
        colours=colours,
        ticks=ticks,
        height=height,
        few=published is not None and published["epoch"].nunique() <= MOST_POINTS,
    )


def _trained(
    frame, named, published, ends, across, at, domain, reach, *, log, y_title, colours, ticks, height, few
):
    axis = Vertical(domain, log=log)
    y, x, colour = axis.y("value"), epochs(reach), colours_of("start", colours)
    how = {"x": x, "y": y, "color": colour}
    layers = []
    if frame is not None:
        layers = spread(frame, named, "start", colours, axis, x, y_title, format_=ticks)
    elif published is not None:
        y = axis.y("value", title=y_title, axis=alt.Axis(format=ticks, tickCount=7))
        layers = [names(named, axis, x, "start", coloured_by("datum.start", colours))]
    if published is not None:
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
    if across is not None:
        layers += _across(across, axis.y("value"))
    return with_rule(layers, at, x, height=height)


def _across(frame, y):
    """Return the layers of a dashed line across and its name, of the columns of y and name."""
    across = alt.Chart(frame)
    word = across.mark_text(align="left", dx=4, dy=-7, color=NEUTRAL_WORDS)
    word = word.encode(y=y, x=alt.XValue(0), text=alt.Text("name:N"))
    return [across.mark_rule(**RULE).encode(y=y), word]


@drawn
def rates(frame, top, title):
    """Draw the learning rate by step, the first schedule in grey behind the last, and a rule at its maximum.

    `frame` has columns step, rate, schedule.
    """
    own = frame["schedule"].iloc[-1]
    others = [name for name in dict.fromkeys(frame["schedule"]) if name != own]
    colours = dict.fromkeys(others, palette.NEUTRAL) | {own: palette.POSITIVE}
    tables = {f"line_{k}": frame[frame["schedule"] == name] for k, name in enumerate(colours)}
    tables["across"] = pd.DataFrame({"rate": [top], "name": [f"its top, {top:g}"]})
    return from_template(_rates, title, tables, {"highest": 1.08 * top}, colours=colours)


def _rates(across, highest, colours, **lines):
    *others, own = colours
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    legend = alt.Legend(title=None, orient="bottom", columns=legends.columns(colours)) if others else None
    x = alt.X("step:Q", title="step", axis=alt.Axis(format=",d"), scale=alt.Scale(nice=False))
    y_scale = alt.Scale(domain=[0, highest], nice=False)
    y = alt.Y("rate:Q", title="learning rate η", scale=y_scale, axis=alt.Axis(format="~g", tickCount=5))
    tips = [alt.Tooltip("step:Q"), alt.Tooltip("rate:Q", title="η", format=".4g"), alt.Tooltip("schedule:N")]
    layers = [
        alt.Chart(line)
        .mark_line(strokeWidth=2 if name == own else 1.2, clip=True)
        .encode(x=x, y=y, color=alt.Color("schedule:N", scale=scale, legend=legend), tooltip=tips)
        for name, line in zip(colours, lines.values(), strict=True)
    ]
    return layered(*layers, *_across(across, y), height=240)


@drawn
def distinct(frame, colours, title):
    """Draw distinct units by epoch, one line per start: columns epoch, start, median, low, high."""
    axis = Axis(0.0, max(2.0, float(frame["high"].max())), log=False, gap=GAP)
    tables = {"frame": frame, "ends": ends_of(frame, axis, "start")}
    return from_template(_distinct, title, tables, {"domain": axis.domain}, colours=colours)


def _distinct(frame, ends, domain, colours):
    axis, y_title = Vertical(domain, log=False), "distinct hidden units"
    layers = spread(frame, ends, "start", colours, axis, epochs(), y_title, format_="d")
    return layered(*layers, height=240)


def _layers(title, backward=False):
    scale = alt.Scale(nice=False, zero=False, reverse=backward)
    return alt.X("layer:Q", title=title, axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)


def log_axis(frame):
    """Return a logarithmic axis for the frame, at most MOST_DECADES around 1."""
    limit = 10.0 ** (MOST_DECADES / 2)
    low = float(np.clip(frame["low"].min(), 1 / limit, limit))
    return Axis(low, float(np.clip(frame["high"].max(), low, limit)), log=True, gap=GAP)
