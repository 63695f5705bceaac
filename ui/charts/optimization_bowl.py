"""Charts of the quadratic bowl: the paths on it, and the distance from its bottom by step."""

import altair as alt
import pandas as pd

from ui.charts import palette
from ui.charts.curves import told_apart
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS
from ui.charts.layers import layered
from ui.charts.template import from_template

HEIGHT = 330


@drawn
def paths(ellipses, steps, colours, title):
    """Draw the bowl's lines of equal height and the first steps of each optimizer on it.

    `ellipses` has columns x, y, line, step; `steps` x, y, optimizer, step. A unit is equally long on both
    axes.
    """
    reach = 1.08 * float(abs(ellipses[["x", "y"]]).max(axis=None))
    tables, values = {"ellipses": ellipses, "steps": steps}, {"least": -reach, "most": reach}
    return from_template(_paths, title, tables, values, colours=colours)


def _paths(ellipses, steps, least, most, colours):
    scale = alt.Scale(domain=[least, most], nice=False)
    where = {
        "x": alt.X("x:Q", scale=scale, title="first parameter"),
        "y": alt.Y("y:Q", scale=scale, title="second parameter"),
    }
    order = alt.Order("step:Q")
    lines = alt.Chart(ellipses).mark_line(color=palette.NEUTRAL, strokeWidth=0.8, opacity=0.6, clip=True)
    base, apart = alt.Chart(steps).encode(**where), told_apart("optimizer", colours, columns=2)
    tips = [
        alt.Tooltip("optimizer:N"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("x:Q", format=".3g"),
        alt.Tooltip("y:Q", format=".3g"),
    ]
    layers = [
        lines.encode(detail=alt.Detail("line:N"), order=order, **where),
        base.mark_line(strokeWidth=1.6, clip=True).encode(order=order, **apart),
        base.mark_circle(size=20, opacity=1, clip=True).encode(color=apart["color"], tooltip=tips),
    ]
    return layered(*layers, height=HEIGHT)


@drawn
def distances(frame, reached, colours, title):
    """Draw the distance from the bottom by step, one line per optimizer: columns step, distance, optimizer.

    `reached` is the distance at which an optimizer counts as having arrived.
    """
    tables = {
        "frame": frame,
        "across": pd.DataFrame({"distance": [reached], "name": ["a millionth of the initial distance"]}),
    }
    values = {"low": float(frame["distance"].min()), "high": float(frame["distance"].max()) * 1.5}
    return from_template(_distances, title, tables, values, colours=colours)


def _distances(frame, across, low, high, colours):
    x = alt.X(
        "step:Q",
        title="step",
        scale=alt.Scale(type="symlog", constant=3, nice=False),
        axis=alt.Axis(format=",d", values=[0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000]),
    )
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    y = alt.Y(
        "distance:Q", title="distance from the bottom", scale=scale, axis=alt.Axis(format=".0e", tickCount=7)
    )
    tips = [alt.Tooltip("optimizer:N"), alt.Tooltip("step:Q"), alt.Tooltip("distance:Q", format=".3g")]
    lines = alt.Chart(frame).mark_line(strokeWidth=2, clip=True)
    rule = alt.Chart(across)
    words = rule.mark_text(align="left", dx=4, dy=-7, color=NEUTRAL_WORDS)
    layers = [
        lines.encode(x=x, y=y, tooltip=tips, **told_apart("optimizer", colours, columns=2)),
        rule.mark_rule(strokeDash=[3, 3], color=palette.NEUTRAL).encode(y=y),
        words.encode(y=y, x=alt.XValue(0), text=alt.Text("name:N")),
    ]
    return layered(*layers, height=HEIGHT)
