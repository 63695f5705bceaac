"""Charts of gradient checks as published coursework drew them."""

import altair as alt

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.gradient_check import PLANTED
from ui.charts.layers import layered
from ui.charts.template import from_template

RIGHT = "right"
COLOURS = {RIGHT: palette.COMPARED[0], PLANTED: palette.RED}
DECADES = 1000  # if the longest step is more than this many times the shortest, the axis is logarithmic


@drawn
def largest_difference(frame, x_title, title, *, log):
    """Draw the largest difference of some derivatives; the wrong gradient's curve is broad and behind.

    `frame` has columns at, error, gradient (RIGHT or PLANTED); `log` makes the vertical axis logarithmic.
    """
    few = float(frame["at"].max()) < DECADES * float(frame["at"].min())
    right, planted = (frame[frame["gradient"] == gradient] for gradient in (RIGHT, PLANTED))
    options = {"x_title": x_title, "log": log, "few": few}
    return from_template(_largest_difference, title, {"right": right, "planted": planted}, **options)


def _largest_difference(right, planted, x_title, log, few):
    steps = alt.Scale(nice=False, zero=False) if few else alt.Scale(type="log", nice=False)
    ticks = alt.Axis(tickCount=6, format="~g") if few else alt.Axis(tickCount=6, format=".0e")
    x = alt.X("at:Q", title=x_title, scale=steps, axis=ticks)
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(zero=True)
    height = alt.Axis(format=".0e" if log else "~g", tickCount=6)
    y = alt.Y("error:Q", title="largest |a − n|, in units of loss", scale=scale, axis=height)
    colours = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    legend = alt.Legend(title=None, orient="bottom", symbolOpacity=1)
    colour = alt.Color("gradient:N", scale=colours, legend=legend)

    right, planted = (alt.Chart(rows).encode(x=x, y=y, color=colour) for rows in (right, planted))
    tips = [
        alt.Tooltip("gradient:N"),
        alt.Tooltip("at:Q", title=x_title, format=".4~g"),
        alt.Tooltip("error:Q", title="largest |a − n|", format=".2e"),
    ]
    layers = [
        planted.mark_line(strokeWidth=7, opacity=0.4),
        right.mark_line(strokeWidth=2),
        right.mark_circle(size=26, opacity=1).encode(tooltip=tips),
        planted.mark_point(size=60, opacity=0.7).encode(tooltip=tips),
    ]
    return layered(*layers, height=300)
