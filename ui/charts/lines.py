"""Lines with a spread, and their names at their ends: what the charts of several quantities share."""

import altair as alt
import numpy as np

LABEL_GAP = 0.13  # between labels, as a share of the axis
MOST_DECADES = 60  # of a logarithmic axis: what lies further is not drawn


class Axis:
    """A vertical axis from `low` to `high`, logarithmic or linear; its domain is the data's own."""

    def __init__(self, low, high, *, log, gap=LABEL_GAP):
        self.log, self.gap = log, gap
        margin = 0.02 if high <= 1 else 0.05 * (high - low)  # accuracies and shares end at 1
        self.domain = (low / 1.15, high * 1.15) if log else (low - margin, high + margin)
        self.scale = alt.Scale(type="log" if log else "linear", domain=list(self.domain), nice=False)

    @classmethod
    def of(cls, frame, *, log, gap=LABEL_GAP):
        """The axis of the frame's columns low and high."""
        return cls(float(frame["low"].min()), float(frame["high"].max()), log=log, gap=gap)

    def spaced(self, values):
        """The heights, ascending, pushed apart by the gap but kept within the axis."""
        transform = np.log10 if self.log else np.asarray
        low, high = transform(self.domain)
        gap = self.gap * (high - low)
        heights = np.clip(transform(values), low, high)
        for i in range(1, len(heights)):
            heights[i] = max(heights[i], heights[i - 1] + gap)
        for i in reversed(range(len(heights))):
            heights[i] = min(heights[i], high if i == len(heights) - 1 else heights[i + 1] - gap)
        return np.clip(10**heights, *self.domain) if self.log else heights


def spread(frame, name, colours, axis, x, y_title, *, format_="~g", dashes=None, named_at="last"):
    """The layers of a frame with columns median, low, high: bands, lines, and the lines' names.

    A line for each entry of the column `name`, in its colour of {name: colour}; `x` is the horizontal
    channel, `dashes` an optional {name: dash}; the names stand at the `named_at` x, "last" or "first".
    """
    ticks = {"tickCount": 7} if axis.log else {}
    y = alt.Y("median:Q", title=y_title, scale=axis.scale, axis=alt.Axis(format=format_, **ticks))
    colour = colours_of(name, colours)
    base = alt.Chart(frame).encode(x=x, color=colour)
    band = base.mark_area(opacity=0.18, clip=True).encode(
        y=alt.Y("low:Q", scale=axis.scale), y2=alt.Y2("high:Q")
    )
    field = x.shorthand
    figures = [alt.Tooltip(f"{column}:Q", format=".4g") for column in ("median", "low", "high")]
    line = base.mark_line(clip=True).encode(
        y=y, tooltip=[alt.Tooltip(field), alt.Tooltip(f"{name}:N"), *figures]
    )
    if dashes:
        scale = alt.Scale(domain=list(dashes), range=list(dashes.values()))
        line = line.encode(strokeDash=alt.StrokeDash(f"{name}:N", scale=scale, legend=None))
    return [band, line, names(frame, axis, x, name, named_at).encode(color=colour)]


def colours_of(name, colours):
    """The colour channel of {value of the column `name`: colour}, without a legend."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{name}:N", scale=scale, legend=None)


def names(frame, axis, x, name, at="last", **style):
    """Each line's name beside its last point (or its first), moved where names would touch."""
    field = x.shorthand.partition(":")[0]
    ends = frame.sort_values(field, ascending=at == "last").groupby(name, sort=False).tail(1)
    ends = ends.sort_values("median")
    ends = ends.assign(label_at=axis.spaced(ends["median"].to_numpy(float)))
    text = alt.Chart(ends).mark_text(align="left", fontSize=11, **{"dx": 5, **style})
    return text.encode(x=x, y=alt.Y("label_at:Q", scale=axis.scale), text=alt.Text(f"{name}:N"))
