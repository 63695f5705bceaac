"""The chart of a range test: the loss while the learning rate grows."""

import altair as alt
import pandas as pd

from ui.charts import palette
from ui.charts.curves import on_log_axis
from ui.charts.drawing import drawn
from ui.charts.layers import layered
from ui.charts.loss_axes import axis_title
from ui.charts.template import from_template


@drawn
def range_test(frame, band, title, marks, losses=()):
    """Return the loss against a growing rate: columns rate, loss, smoothed.

    `band` is the marked interval (low, high), or None; `marks`, with columns rate and is_best, are ticks on
    the axis. `losses` are as in `axis_title`.
    """
    band = pd.DataFrame({"rate": [band[0]], "high": [band[1]]}) if band else None
    tables = {"frame": on_log_axis(frame, "loss", "smoothed"), "marks": marks, "band": band}
    return from_template(_range_test, title, tables, y_title=axis_title("loss", losses))


def _range_test(frame, marks, band, y_title):
    scale, axis = alt.Scale(type="log", nice=False), alt.Axis(format="~g")
    x = alt.X("rate:Q", title="learning rate", scale=scale, axis=axis)
    base = alt.Chart(frame).encode(x=x)
    dots = base.mark_circle(size=14, color=palette.NEUTRAL, opacity=0.5)
    dots = dots.encode(y=alt.Y("loss:Q", title=y_title, scale=scale, axis=axis))
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
    if band is not None:
        area = (
            alt.Chart(band).mark_rect(color=palette.CLASSES[2], opacity=0.15).encode(x=x, x2=alt.X2("high:Q"))
        )
        layers.insert(0, area)
    return layered(*layers, height=280)
