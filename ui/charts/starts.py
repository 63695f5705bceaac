"""Charts of published figures among many random starts of the same training."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.layers import layered

PLACES = 48  # bins across a chart in which overlapping dots are piled up
OURS, PUBLISHED = palette.POSITIVE, palette.NEGATIVE


def _share(low, high):
    margin = 0.06 * ((high - low) or 0.02)
    digits = 1 if high - low < 0.1 else 0
    scale = alt.Scale(domain=[low - margin, min(1.0, high + margin)], nice=False, zero=False)
    return alt.X("value:Q", title="accuracy", scale=scale, axis=alt.Axis(format=f".{digits}%", tickCount=6))


@drawn
def pile(values, published, label, title):
    """Return one dot per start over the accuracy it reached, piled up, and a line at the published figure."""
    low, high = min(*values, published), max(*values, published)
    width = (high - low) / PLACES or 1.0
    frame = pd.DataFrame({"value": np.sort(np.array(values, float))})
    frame["place"] = ((frame["value"] - low) / width).round().astype(int)
    frame["height"] = frame.groupby("place").cumcount() + 1.0
    x, most = _share(low, high), max(4.0, float(frame["height"].max()))
    y = alt.Y(
        "height:Q", title="starts", scale=alt.Scale(domain=[0, most + 1.5]), axis=alt.Axis(tickMinStep=1)
    )
    tips = [alt.Tooltip("value:Q", title="accuracy", format=".2%")]
    dots = alt.Chart(frame).mark_circle(size=64, opacity=0.9, color=OURS).encode(x=x, y=y, tooltip=tips)
    line = pd.DataFrame({"value": [published], "height": [most + 1], "label": [label]})
    rule = alt.Chart(line).mark_rule(color=PUBLISHED, strokeWidth=2).encode(x=x)
    left = published - low < 0.6 * (high - low)
    text = alt.Chart(line).mark_text(align="left" if left else "right", dx=5 if left else -5, color=PUBLISHED)
    text = text.encode(x=x, y=y, text=alt.Text("label:N"))
    return layered(rule, dots, text, title=title, height=150)


@drawn
def apart(frame, title):
    """Return a row per published figure: how far the starts and their median lie from it, in points.

    `frame` has columns figure, points and kind: "start" or "median". Zero is the published figure.
    """
    scale = alt.Scale(nice=False, padding=14)
    x = alt.X("points:Q", title="ours minus published, percentage points", scale=scale)
    names = list(dict.fromkeys(frame["figure"]))
    y = alt.Y("figure:N", title=None, sort=names, axis=None)
    tips = [alt.Tooltip("figure:N"), alt.Tooltip("kind:N"), alt.Tooltip("points:Q", format="+.2f")]
    base = alt.Chart(frame).encode(x=x, y=y, tooltip=tips)
    ticks = base.transform_filter("datum.kind == 'start'")
    ticks = ticks.mark_tick(color=OURS, opacity=0.7, thickness=2, height=14)
    median = base.transform_filter("datum.kind == 'median'").mark_point(size=110, color=OURS, strokeWidth=2)
    zero = alt.Chart(pd.DataFrame({"points": [0.0]})).mark_rule(color=PUBLISHED, strokeWidth=2).encode(x=x)
    words = alt.Chart(pd.DataFrame({"figure": names})).encode(x=alt.XValue(0), y=y, text=alt.Text("figure:N"))
    words = words.mark_text(align="left", dx=2, dy=-17, color=palette.NEUTRAL)
    return layered(zero, ticks, median, words, title=title, height=alt.Step(52))


@drawn
def lost(frame, published, label, title):
    """Return a dot per start: its accuracy against the number of digits it never learned."""
    y_scale = alt.Scale(zero=False, nice=False, padding=12)
    n_lost = sorted(set(frame["lost"]))
    x = alt.X(
        "lost:O", title="digits never learned", scale=alt.Scale(domain=n_lost), axis=alt.Axis(labelAngle=0)
    )
    y = alt.Y("value:Q", title="accuracy", scale=y_scale, axis=alt.Axis(format=".0%"))
    tips = [alt.Tooltip("lost:O"), alt.Tooltip("value:Q", format=".1%")]
    dots = alt.Chart(frame).mark_circle(size=64, opacity=0.8, color=OURS).encode(x=x, y=y, tooltip=tips)
    line = pd.DataFrame({"value": [published], "label": [label]})
    rule = alt.Chart(line).mark_rule(color=PUBLISHED, strokeWidth=2).encode(y=y)
    text = alt.Chart(line).mark_text(align="right", dx=-4, dy=-8, color=PUBLISHED)
    text = text.encode(x=alt.XValue("width"), y=y, text=alt.Text("label:N"))
    return layered(rule, dots, text, title=title, height=220)
