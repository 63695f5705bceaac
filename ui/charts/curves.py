"""Charts of quantities by epoch: a median line and a spread for each name, labelled at its end."""

import altair as alt
import numpy as np
import pandas as pd

from .. import palette

LABEL_GAP = 0.13  # between labels, as a share of the axis
TITLES = {"loss": "mean loss (nats)", "accuracy": "accuracy"}


def curves(frame, quantity, title, *, epoch=None, ghost=None):
    """Median and spread over the networks by epoch, a line a split.

    `epoch` draws a rule; `ghost`, a frame of the experiment before, a grey line behind.
    """
    frame = frame[frame["quantity"] == quantity]
    if ghost is not None:
        ghost = ghost[(ghost["quantity"] == quantity) & (ghost["split"] == "validation")]
        ghost = ghost[ghost["epoch"] <= frame["epoch"].max()].assign(split="before")
    layers = _spread(frame, "split", palette.SPLITS, quantity, ghost, dashes=palette.SPLIT_DASHES)
    if epoch is not None:
        rule = alt.Chart(pd.DataFrame({"epoch": [epoch]})).mark_rule(color=palette.NEUTRAL, strokeDash=[3, 3])
        layers.append(rule.encode(x=alt.X("epoch:Q")))
    return alt.layer(*layers).properties(title=title, height=235, padding={"right": 62})


def compared(frame, title):
    """Validation loss by epoch, a line a compared value."""
    names = dict.fromkeys(frame["value"])
    colours = dict(zip(names, palette.COMPARED, strict=False))
    layers = _spread(frame, "value", colours, "loss")
    return alt.layer(*layers).properties(title=title, height=330, padding={"right": 70})


def _spread(frame, name, colours, quantity, ghost=None, dashes=None):
    """The layers: bands, lines, and the lines' names at their ends; the ghost behind them all."""
    everything = frame if ghost is None else pd.concat([frame, ghost])
    axis = _Axis(everything, quantity)
    x = alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1), scale=alt.Scale(nice=False))
    format_ = "~g" if quantity == "loss" else ".0%"
    y = alt.Y("median:Q", title=TITLES[quantity], scale=axis.scale, axis=alt.Axis(format=format_))
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    colour = alt.Color(f"{name}:N", scale=scale, legend=None)
    base = alt.Chart(frame).encode(x=x, color=colour)
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", scale=axis.scale), y2=alt.Y2("high:Q"))
    figures = [alt.Tooltip(f"{column}:Q", format=".4g") for column in ("median", "low", "high")]
    line = base.mark_line().encode(y=y, tooltip=[alt.Tooltip("epoch:Q"), alt.Tooltip(f"{name}:N"), *figures])
    if dashes:
        scale = alt.Scale(domain=list(dashes), range=list(dashes.values()))
        line = line.encode(strokeDash=alt.StrokeDash(f"{name}:N", scale=scale, legend=None))
    layers = [band, line, _names(frame, axis, x, name).encode(color=colour)]
    if ghost is not None and len(ghost):
        before = alt.Chart(ghost).mark_line(color=palette.NEUTRAL, strokeWidth=1.5, opacity=0.8)
        word = _names(ghost, axis, x, name, color=palette.NEUTRAL, dx=-34, dy=-8)
        layers = [before.encode(x=x, y=y), word, *layers]
    return layers


def _names(frame, axis, x, name, **style):
    """Each line's name beside its last point, moved where names would touch."""
    ends = frame.sort_values("epoch").groupby(name, sort=False).tail(1).sort_values("median")
    ends = ends.assign(label_at=axis.spaced(ends["median"].to_numpy(float)))
    text = alt.Chart(ends).mark_text(align="left", fontSize=11, **{"dx": 5, **style})
    return text.encode(x=x, y=alt.Y("label_at:Q", scale=axis.scale), text=alt.Text(f"{name}:N"))


class _Axis:
    """The vertical axis: logarithmic for losses; its domain is the data's own."""

    def __init__(self, frame, quantity):
        self.log = quantity == "loss"
        low, high = float(frame["low"].min()), float(frame["high"].max())
        if self.log:
            low, high = low / 1.15, high * 1.15
        else:
            low, high = low - 0.02, min(1.0, high) + 0.02
        self.domain = (low, high)
        self.scale = alt.Scale(type="log" if self.log else "linear", domain=[low, high], nice=False)

    def spaced(self, values):
        """The heights, ascending, pushed apart by LABEL_GAP of the axis but kept within it."""
        transform = np.log10 if self.log else np.asarray
        low, high = transform(self.domain)
        gap = LABEL_GAP * (high - low)
        heights = transform(values).copy()
        for i in range(1, len(heights)):
            heights[i] = max(heights[i], heights[i - 1] + gap)
        for i in reversed(range(len(heights))):
            heights[i] = min(heights[i], high if i == len(heights) - 1 else heights[i + 1] - gap)
        return 10**heights if self.log else heights
