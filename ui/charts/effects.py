"""The chart of how much each field of a sweep matters."""

import altair as alt

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS
from ui.charts.layers import layered
from ui.charts.template import from_template


@drawn
def effects(frame, title):
    """Return shares as bars, with ticks at what chance alone would give on average.

    `frame` has columns effect, share, noise (NaN for no tick), significant and words, the text beside the bar
    and its tick.
    """
    frame = frame.assign(end=frame[["share", "noise"]].max(axis=1))
    tables = {"frame": frame, "noise": frame.dropna(subset=["noise"])}
    return from_template(_effects, title, tables, order=list(frame["effect"]))


def _effects(frame, noise, order):
    x = alt.X("share:Q", title="share of the differences", axis=alt.Axis(format=".0%"))
    y = alt.Y("effect:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    colours = alt.Scale(domain=[True, False], range=[palette.POSITIVE, palette.NEUTRAL])
    colour = alt.Color("significant:N", scale=colours, legend=None)
    base = alt.Chart(frame).encode(x=x, y=y)
    bars = base.mark_bar().encode(color=colour, tooltip=[alt.Tooltip("share:Q", format=".1%")])
    ticks = alt.Chart(noise)
    ticks = ticks.mark_tick(color=palette.NEGATIVE, thickness=3, size=16)
    ticks = ticks.encode(
        x=alt.X("noise:Q"), y=y, tooltip=[alt.Tooltip("noise:Q", title="if it did nothing", format=".1%")]
    )
    words = base.mark_text(align="left", dx=6, fontSize=11, color=NEUTRAL_WORDS)
    layers = [bars, ticks, words.encode(x=alt.X("end:Q"), text=alt.Text("words:N"))]
    return layered(*layers, height=34 * len(order) + 50)
