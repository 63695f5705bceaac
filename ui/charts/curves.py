"""Charts of lines: an axis, a band and a line for each name, the names at their ends; and curves by epoch."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import following, palette
from ui.charts.drawing import drawn
from ui.charts.layers import layered

TITLES = {
    "loss": "mean loss (nats)",
    "cost": "mean loss + penalty (nats)",
    "accuracy": "accuracy",
    "error": "error, share of examples",
    "reported loss": "loss per batch of 50 (nats)",
}
LOGARITHMIC = ("loss", "cost", "reported loss")
LABEL_GAP = 0.13  # between labels, as a share of the axis
COURSES = {"the link": palette.NEGATIVE, "here": palette.POSITIVE}
MOST_DECADES = 60  # of a logarithmic axis: what lies beyond is not drawn


class Axis:
    """A vertical axis from `low` to `high`, logarithmic or linear; its domain is the data's own."""

    def __init__(self, low, high, *, log, gap=LABEL_GAP):
        self.log, self.gap = log, gap
        margin = 0.02 if high <= 1 else 0.05 * (high - low)  # accuracies and shares end at 1
        self.domain = (low / 1.15, high * 1.15) if log else (low - margin, high + margin)
        self.scale = alt.Scale(type="log" if log else "linear", domain=list(self.domain), nice=False)

    @classmethod
    def of(cls, frame, *, log, gap=LABEL_GAP):
        """Return the axis of the frame's columns low and high."""
        return cls(float(frame["low"].min()), float(frame["high"].max()), log=log, gap=gap)

    def y(self, field, **options):
        """Return the vertical channel of a field on this axis."""
        return alt.Y(f"{field}:Q", scale=self.scale, **options)

    def spaced(self, values):
        """Return the values, ascending, pushed apart by the gap but kept within the axis."""
        transform = np.log10 if self.log else np.asarray
        low, high = transform(self.domain)
        gap = self.gap * (high - low)
        heights = np.clip(transform(values), low, high)
        for i in range(1, len(heights)):
            heights[i] = max(heights[i], heights[i - 1] + gap)
        for i in reversed(range(len(heights))):
            heights[i] = min(heights[i], high if i == len(heights) - 1 else heights[i + 1] - gap)
        return np.clip(10**heights, *self.domain) if self.log else heights


def spread(frame, name, colours, axis, x, y_title, *, format_=None, dashes=None, named_at="last"):
    """Return the layers of a frame with columns median, low, high: bands, lines, and the lines' names.

    There is a line for each entry of the column `name`, in its colour of {name: colour}; `x` is the
    horizontal channel, `dashes` an optional {name: dash}; the names stand at the `named_at` x, "last" or
    "first". The axis is in per cent if it is linear, unless it has another `format_`.
    """
    ticks = {"format": format_ or ("~g" if axis.log else ".0%")} | ({"tickCount": 7} if axis.log else {})
    base = alt.Chart(frame).encode(x=x, color=colours_of(name, colours))
    band = base.mark_area(opacity=0.18, clip=True).encode(y=axis.y("low"), y2=alt.Y2("high:Q"))
    figures = [alt.Tooltip(f"{column}:Q", format=".4g") for column in ("median", "low", "high")]
    y = axis.y("median", title=y_title, axis=alt.Axis(**ticks))
    line = base.mark_line(clip=True).encode(
        y=y, tooltip=[alt.Tooltip(x.shorthand), alt.Tooltip(f"{name}:N"), *figures]
    )
    if dashes:
        scale = alt.Scale(domain=list(dashes), range=list(dashes.values()))
        line = line.encode(strokeDash=alt.StrokeDash(f"{name}:N", scale=scale, legend=None))
    return [band, line, names(frame, axis, x, name, named_at).encode(color=colours_of(name, colours))]


def colours_of(name, colours):
    """Return the colour channel of {value of the column `name`: colour}, without a legend."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{name}:N", scale=scale, legend=None)


def told_apart(name, colours, columns=3):
    """Return the channels color and strokeDash of {value of the column `name`: colour}, with one legend."""
    legend = alt.Legend(title=None, orient="bottom", columns=columns, symbolType="stroke", labelLimit=240)
    dashes = [palette.DASHES[place % len(palette.DASHES)] for place in range(len(colours))]
    dash = alt.Scale(domain=list(colours), range=dashes)
    colour = alt.Scale(domain=list(colours), range=list(colours.values()))
    return {
        "color": alt.Color(f"{name}:N", scale=colour, legend=legend),
        "strokeDash": alt.StrokeDash(f"{name}:N", scale=dash, legend=legend),
    }


def names(frame, axis, x, name, at="last", **style):
    """Return each line's name beside its last point (or its first), moved where names would touch."""
    field = x.shorthand.partition(":")[0]
    ends = frame.sort_values(field, ascending=at == "last").groupby(name, sort=False).tail(1)
    ends = ends.sort_values("median")
    ends = ends.assign(label_at=axis.spaced(ends["median"].to_numpy(float)))
    text = alt.Chart(ends).mark_text(align="left", fontSize=11, **{"dx": 5, **style})
    return text.encode(x=x, y=axis.y("label_at"), text=alt.Text(f"{name}:N"))


@drawn
def curves(frame, quantity, title, *, epoch=None, ghost=None):
    """Median and spread over the networks by epoch, a line for each split.

    `epoch` draws a rule there, which follows the timeline; `ghost`, a frame of the experiment before, a grey
    line behind.
    """
    frame = everything = frame[frame["quantity"] == quantity]
    if ghost is not None:
        ghost = ghost[(ghost["quantity"] == quantity) & (ghost["split"] == "validation")]
        ghost = ghost[ghost["epoch"] <= frame["epoch"].max()].assign(split="before")
        everything = pd.concat([frame, ghost])
    axis, y_title = Axis.of(everything, log=quantity in LOGARITHMIC), TITLES[quantity]
    dashes = palette.SPLIT_DASHES
    x = epochs_of(everything)
    layers = spread(frame, "split", palette.SPLITS, axis, x, y_title, dashes=dashes)
    if ghost is not None and len(ghost):
        ticks = alt.Axis(format="~g" if axis.log else ".0%")
        line = alt.Chart(ghost).mark_line(color=palette.NEUTRAL, strokeWidth=1.5, opacity=0.8)
        line = line.encode(x=x, y=axis.y("median", title=y_title, axis=ticks))
        word = names(ghost, axis, x, "split", color=palette.NEUTRAL, dx=-34, dy=-8)
        layers = [line, word, *layers]
    return with_rule(layers, epoch, x, title=title, height=235)


@drawn
def compared(frame, title, *, epoch=None):
    """Validation loss by epoch, a line for each compared value; `epoch` draws a rule as in `curves`."""
    values = dict.fromkeys(frame["value"])
    colours = dict(zip(values, palette.COMPARED, strict=False))
    x = epochs_of(frame)
    layers = spread(frame, "value", colours, Axis.of(frame, log=True), x, TITLES["loss"])
    return with_rule(layers, epoch, x, title=title, height=330, part="compared")


def epochs_of(frame):
    """Return the horizontal channel of the frame's epochs, with a domain of its own.

    With one that Vega finds in the data, it would draw all anew whenever the rule moves.
    """
    return epochs([float(frame["epoch"].min()), float(frame["epoch"].max())])


def with_rule(layers, epoch, x, part=None, **properties):
    """Return the chart of the layers with a rule at an epoch, None for none, which follows the timeline.

    It may be a `part` (see `following`).
    """
    if epoch is None:
        return layered(*layers, **properties)
    at = pd.DataFrame({"epoch": np.array([epoch], np.int32)})
    rule = following.rule(at, x, color=palette.NEUTRAL, strokeDash=[3, 3])
    return following.layered(*layers, rule, part=part, usermeta=following.CANVAS, **properties)


@drawn
def courses(frame, title):
    """The losses of a link, of this page and of twins after the epochs of a fingerprint.

    `frame` has columns epoch, loss and of: "the link", "here", or a twin.
    """
    frame = frame.assign(median=frame["loss"], low=frame["loss"], high=frame["loss"])
    axis, ticks = Axis.of(frame, log=True), alt.Axis(values=sorted(set(frame["epoch"])), format="d")
    x = epochs().scale(type="symlog", constant=1, nice=False).axis(ticks)
    y = axis.y("loss", title=TITLES["loss"], axis=alt.Axis(format="~g"))
    twins, own = frame[~frame["of"].isin(COURSES)], frame[frame["of"].isin(COURSES)]
    grey = alt.Chart(twins).mark_line(color=palette.NEUTRAL, opacity=0.6, strokeWidth=1)
    colour = colours_of("of", COURSES)
    lines = (
        alt.Chart(own)
        .mark_line(point=True)
        .encode(
            x=x,
            y=y,
            color=colour,
            tooltip=[alt.Tooltip("epoch:Q"), alt.Tooltip("of:N"), alt.Tooltip("loss:Q")],
        )
    )
    layers = [
        grey.encode(x=x, y=y, detail=alt.Detail("of:N")),
        lines,
        names(own, axis, x, "of").encode(color=colour),
    ]
    return layered(*layers, title=title, height=235)


def epochs(domain=None):
    """Return the horizontal channel of epochs, as far as the data reach or over a domain."""
    scale = alt.Scale(nice=False, domain=domain) if domain else alt.Scale(nice=False)
    return alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)
