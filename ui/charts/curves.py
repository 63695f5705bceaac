"""Charts of quantities by epoch: a median line and a spread for each name, labelled at its end."""

import altair as alt
import pandas as pd

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.lines import Axis, names, spread

TITLES = {"loss": "mean loss (nats)", "accuracy": "accuracy"}


@drawn
def curves(frame, quantity, title, *, epoch=None, ghost=None):
    """Median and spread over the networks by epoch, a line for each split.

    `epoch` draws a rule; `ghost`, a frame of the experiment before, a grey line behind.
    """
    frame = everything = frame[frame["quantity"] == quantity]
    if ghost is not None:
        ghost = ghost[(ghost["quantity"] == quantity) & (ghost["split"] == "validation")]
        ghost = ghost[ghost["epoch"] <= frame["epoch"].max()].assign(split="before")
        everything = pd.concat([frame, ghost])
    axis, y_title = Axis.of(everything, log=quantity == "loss"), TITLES[quantity]
    dashes = palette.SPLIT_DASHES
    layers = spread(frame, "split", palette.SPLITS, axis, epochs(), y_title, dashes=dashes)
    if ghost is not None and len(ghost):
        ticks = alt.Axis(format="~g" if axis.log else ".0%")
        line = alt.Chart(ghost).mark_line(color=palette.NEUTRAL, strokeWidth=1.5, opacity=0.8)
        line = line.encode(x=epochs(), y=axis.y("median", title=y_title, axis=ticks))
        word = names(ghost, axis, epochs(), "split", color=palette.NEUTRAL, dx=-34, dy=-8)
        layers = [line, word, *layers]
    if epoch is not None:
        rule = alt.Chart(pd.DataFrame({"epoch": [epoch]})).mark_rule(color=palette.NEUTRAL, strokeDash=[3, 3])
        layers.append(rule.encode(x="epoch:Q"))
    return alt.layer(*layers).properties(title=title, height=235)


@drawn
def compared(frame, title):
    """Validation loss by epoch, a line for each compared value."""
    values = dict.fromkeys(frame["value"])
    colours = dict(zip(values, palette.COMPARED, strict=False))
    layers = spread(frame, "value", colours, Axis.of(frame, log=True), epochs(), TITLES["loss"])
    return alt.layer(*layers).properties(title=title, height=330)


def epochs(domain=None):
    """Return the horizontal channel of epochs, as far as the data reach or over a domain."""
    scale = alt.Scale(nice=False, domain=domain) if domain else alt.Scale(nice=False)
    return alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)
