"""Line charts: an axis, a band and a named line per series; and curves by epoch."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import following, palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import coloured, coloured_by
from ui.charts.layers import layered
from ui.charts.loss_axes import axis_title
from ui.charts.template import from_template

LOGARITHMIC = ("loss", "cost", "reported loss")
LEAST_LOSS = 1e-9  # a log axis shows a loss of 0 here
LABEL_GAP = 0.13  # least distance between labels, as a share of the axis
COURSES = {"the link": palette.NEGATIVE, "here": palette.POSITIVE}
MOST_DECADES = 60  # the range of a logarithmic axis; values beyond it are not drawn


class Axis:
    """The ends of a vertical axis from `low` to `high`, logarithmic or linear; its domain fits the data."""

    def __init__(self, low, high, *, log, gap=LABEL_GAP):
        self.log, self.gap = log, gap
        margin = 0.02 if high <= 1 else 0.05 * (high - low or high)  # accuracies and shares end at 1
        self.domain = (low / 1.15, high * 1.15) if log else (low - margin, high + margin)

    @classmethod
    def of(cls, frame, *, log, gap=LABEL_GAP):
        """Return the axis of the frame's columns low and high."""
        return cls(float(frame["low"].min()), float(frame["high"].max()), log=log, gap=gap)

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


def on_log_axis(frame, *columns):
    """Return the data frame with losses that a log axis can show in these columns."""
    return frame.assign(**{name: frame[name].clip(lower=LEAST_LOSS) for name in columns})


class Vertical:
    """The vertical channels of an axis that has this domain."""

    def __init__(self, domain, *, log):
        self.log = log
        self.scale = alt.Scale(type="log" if log else "linear", domain=domain, nice=False)

    def y(self, field, **options):
        """Return the channel of a field."""
        return alt.Y(f"{field}:Q", scale=self.scale, **options)


def spread(frame, ends, name, colours, axis, x, y_title, *, format_=None, dashes=None):
    """Return the layers of a frame with columns median, low, high: bands, lines, and the lines' names.

    There is a line for each entry of the column `name`, in its colour of {name: colour}; `x` is the
    horizontal channel, `axis` the `Vertical` one, `dashes` an optional {name: dash}; the names stand at
    `ends`, which `ends_of` returns. A linear axis is in per cent unless `format_` says otherwise.
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
    return [band, line, names(ends, axis, x, name, coloured_by(f"datum.{name}", colours))]


def colours_of(name, colours):
    """Return the colour channel of {value of the column `name`: colour}, without a legend."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{name}:N", scale=scale, legend=None)


def dashes_of(colours):
    """Yield a dash pattern for each of several colours; equal colours differ in theirs while any are left."""
    taken = set()
    for place, colour in enumerate(colours):
        turned = [palette.DASHES[(place + k) % len(palette.DASHES)] for k in range(len(palette.DASHES))]
        pattern = next((one for one in turned if (colour, *one) not in taken), turned[0])
        taken.add((colour, *pattern))
        yield pattern


def told_apart(name, colours, columns=3):
    """Return the channels color and strokeDash of {value of the column `name`: colour}, with one legend."""
    symbols = {"symbolType": "stroke", "symbolOpacity": 1}
    legend = alt.Legend(title=None, orient="bottom", columns=columns, labelLimit=240, **symbols)
    dash = alt.Scale(domain=list(colours), range=list(dashes_of(colours.values())))
    colour = alt.Scale(domain=list(colours), range=list(colours.values()))
    return {
        "color": alt.Color(f"{name}:N", scale=colour, legend=legend),
        "strokeDash": alt.StrokeDash(f"{name}:N", scale=dash, legend=legend),
    }


def ends_of(frame, axis, name, x="epoch", at="last"):
    """Return the last (or first) row by x of each line, with `label_at`, the height of its name.

    That is the line's median there, moved along the `Axis` where names would touch.
    """
    lines = pd.factorize(frame[name])[0]
    rows = np.lexsort((frame[x].to_numpy(), lines))  # line by line
    edge = {"prepend": -1} if at == "first" else {"append": -1}
    chosen = rows[np.flatnonzero(np.diff(lines[rows], **edge))]
    medians = frame["median"].to_numpy(float)[chosen]
    order = np.argsort(medians, kind="stable")
    return frame.iloc[chosen[order]].assign(label_at=axis.spaced(medians[order]))


def names(ends, axis, x, name, colour, **style):
    """Return each line's name at its end, as returned by `ends_of`, in a colour of `label_colours`."""
    text = alt.Chart(ends).mark_text(align="left", fontSize=11, color=colour, **{"dx": 5, **style})
    return text.encode(x=x, y=axis.y("label_at"), text=alt.Text(f"{name}:N"))


@drawn
def curves(frame, quantity, title, *, epoch=None, ghost=None, part=None, losses=()):
    """Draw the median and spread over the networks by epoch, one line per split.

    `epoch` puts a rule there, which follows the timeline. `ghost`, the frame of the previous experiment, is
    drawn as a grey line behind. The chart may be a `part` (see `following`); `losses` are as in `axis_title`.
    """
    frame = everything = frame[frame["quantity"] == quantity]
    if ghost is not None:
        ghost = ghost[(ghost["quantity"] == quantity) & (ghost["split"] == "validation")]
        ghost = ghost[ghost["epoch"] <= frame["epoch"].max()].assign(split="before")
        everything = pd.concat([frame, ghost])
    axis = Axis.of(everything, log=quantity in LOGARITHMIC)
    tables = {"frame": frame, "ends": ends_of(frame, axis, "split"), "at": at(epoch)}
    tables |= dict.fromkeys(("ghost", "ghost_ends"))
    if ghost is not None and len(ghost):
        tables |= {"ghost": ghost, "ghost_ends": ends_of(ghost, axis, "split")}
    values = {"domain": axis.domain, "reach": reach(everything)}
    options = {"log": axis.log, "y_title": axis_title(quantity, losses), "part": part}
    return from_template(_curves, title, tables, values, **options)


def _curves(frame, ends, at, ghost, ghost_ends, domain, reach, log, y_title, part):
    axis, x = Vertical(domain, log=log), epochs(reach)
    layers = spread(frame, ends, "split", palette.SPLITS, axis, x, y_title, dashes=palette.SPLIT_DASHES)
    if ghost is not None:
        ticks = alt.Axis(format="~g" if axis.log else ".0%")
        line = alt.Chart(ghost).mark_line(color=palette.NEUTRAL, strokeWidth=1.5, opacity=0.8)
        line = line.encode(x=x, y=axis.y("median", title=y_title, axis=ticks))
        word = names(ghost_ends, axis, x, "split", coloured(palette.NEUTRAL), dx=-34, dy=-8)
        layers = [line, word, *layers]
    return with_rule(layers, at, x, part, height=235)


@drawn
def compared(frame, title, *, epoch=None, losses=()):
    """Draw a loss by epoch, one line per compared value; `epoch` and `losses` are as in `curves`."""
    values = dict.fromkeys(frame["value"])
    colours = dict(zip(values, palette.COMPARED, strict=False))
    axis = Axis.of(frame, log=True)
    tables = {"frame": frame, "ends": ends_of(frame, axis, "value"), "at": at(epoch)}
    ends = {"domain": axis.domain, "reach": reach(frame)}
    options = {"colours": colours, "y_title": axis_title("loss", losses)}
    return from_template(_compared, title, tables, ends, **options)


def _compared(frame, ends, at, domain, reach, colours, y_title):
    x = epochs(reach)
    layers = spread(frame, ends, "value", colours, Vertical(domain, log=True), x, y_title)
    return with_rule(layers, at, x, height=330, part="compared")


def reach(frame):
    """Return the first and the last of the frame's epochs, as the domain of `epochs`.

    If Vega had to find the domain in the data, it would redraw everything whenever the rule moves.
    """
    return [float(frame["epoch"].min()), float(frame["epoch"].max())]


def at(epoch):
    """Return the table of `with_rule` for the server's epoch; None for None."""
    return None if epoch is None else pd.DataFrame({"epoch": np.array([epoch], np.int32)})


def with_rule(layers, at, x, part=None, **properties):
    """Return the layered chart with a rule at an epoch, which follows the timeline; no rule for None.

    The chart may be a `part` (see `following`).
    """
    if at is None:
        return layered(*layers, **properties)
    rule = following.rule(at, x, color=palette.NEUTRAL, strokeDash=[3, 3])
    return following.layered(*layers, rule, part=part, usermeta=following.CANVAS, **properties)


@drawn
def courses(frame, title, losses=()):
    """Draw the losses of a link, of this page and of twins at the epochs of a fingerprint.

    `frame` has columns epoch, loss and of: "the link", "here", or a twin.
    """
    frame = frame.assign(median=frame["loss"], low=frame["loss"], high=frame["loss"])
    axis, ours = Axis.of(frame, log=True), frame["of"].isin(COURSES)
    tables = {"twins": frame[~ours], "own": frame[ours], "ends": ends_of(frame[ours], axis, "of")}
    values = {"domain": axis.domain, "ticks": sorted(set(frame["epoch"]))}
    return from_template(_courses, title, tables, values, y_title=axis_title("loss", losses))


def _courses(twins, own, ends, domain, ticks, y_title):
    axis = Vertical(domain, log=True)
    x = epochs().scale(type="symlog", constant=1, nice=False).axis(alt.Axis(values=ticks, format="d"))
    y = axis.y("loss", title=y_title, axis=alt.Axis(format="~g"))
    grey = alt.Chart(twins).mark_line(color=palette.NEUTRAL, opacity=0.6, strokeWidth=1)
    colour = colours_of("of", COURSES)
    lines = alt.Chart(own).mark_line(point=True)
    tips = [alt.Tooltip("epoch:Q"), alt.Tooltip("of:N"), alt.Tooltip("loss:Q")]
    layers = [
        grey.encode(x=x, y=y, detail=alt.Detail("of:N")),
        lines.encode(x=x, y=y, color=colour, tooltip=tips),
        names(ends, axis, x, "of", coloured_by("datum.of", COURSES)),
    ]
    return layered(*layers, height=235)


def epochs(domain=None):
    """Return the horizontal channel of epochs, over a domain or as far as the data reach."""
    scale = alt.Scale(nice=False, domain=domain) if domain else alt.Scale(nice=False)
    return alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)
