"""Charts of published figures among many random starts of the same training."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS, coloured
from ui.charts.layers import layered
from ui.charts.template import from_template

PLACES = 48  # bins across a chart in which overlapping dots are piled up
OURS, PUBLISHED = palette.POSITIVE, palette.NEGATIVE
PUBLISHED_WORDS = coloured(PUBLISHED)


def _ends(low, high):
    """Return the domain of `_share` from the least to the largest accuracy, and its digits."""
    margin = 0.06 * ((high - low) or 0.02)
    return [low - margin, min(1.0, high + margin)], 1 if high - low < 0.1 else 0


def _share(domain, digits):
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    return alt.X("value:Q", title="accuracy", scale=scale, axis=alt.Axis(format=f".{digits}%", tickCount=6))


@drawn
def pile(values, published, label, title):
    """Return one dot per start over the accuracy it reached, piled up, and a line at the published figure."""
    low, high = min(*values, published), max(*values, published)
    width = (high - low) / PLACES or 1.0
    frame = pd.DataFrame({"value": np.sort(np.array(values, float))})
    frame["place"] = ((frame["value"] - low) / width).round().astype(int)
    frame["height"] = frame.groupby("place").cumcount() + 1.0
    most = max(4.0, float(frame["height"].max()))
    line = pd.DataFrame({"value": [published], "height": [most + 1], "label": [label]})
    domain, digits = _ends(low, high)
    return from_template(
        _pile,
        title,
        {"frame": frame, "line": line},
        {"domain": domain, "highest": most + 1.5},
        digits=digits,
        left=published - low < 0.6 * (high - low),
    )


def _pile(frame, line, domain, highest, digits, left):
    x, scale = _share(domain, digits), alt.Scale(domain=[0, highest])
    y = alt.Y("height:Q", title="starts", scale=scale, axis=alt.Axis(tickMinStep=1))
    tips = [alt.Tooltip("value:Q", title="accuracy", format=".2%")]
    dots = alt.Chart(frame).mark_circle(size=64, opacity=0.9, color=OURS).encode(x=x, y=y, tooltip=tips)
    rule = alt.Chart(line).mark_rule(color=PUBLISHED, strokeWidth=2).encode(x=x)
    text = alt.Chart(line).mark_text(
        align="left" if left else "right", dx=5 if left else -5, color=PUBLISHED_WORDS
    )
    text = text.encode(x=x, y=y, text=alt.Text("label:N"))
    return layered(rule, dots, text, height=150)


@drawn
def apart(frame, title):
    """Return a row per published figure: how far the starts and their median lie from it, in points.

    `frame` has columns figure, points and kind: "start" or "median". Zero is the published figure.
    """
    names = list(dict.fromkeys(frame["figure"]))
    tables = {
        "frame": frame,
        "zero": pd.DataFrame({"points": [0.0]}),
        "figures": pd.DataFrame({"figure": names}),
    }
    return from_template(_apart, title, tables, names=names)


def _apart(frame, zero, figures, names):
    scale = alt.Scale(nice=False, padding=14)
    x = alt.X("points:Q", title="ours minus published, percentage points", scale=scale)
    y = alt.Y("figure:N", title=None, sort=names, axis=None)
    tips = [alt.Tooltip("figure:N"), alt.Tooltip("kind:N"), alt.Tooltip("points:Q", format="+.2f")]
    base = alt.Chart(frame).encode(x=x, y=y, tooltip=tips)
    ticks = base.transform_filter("datum.kind == 'start'")
    ticks = ticks.mark_tick(color=OURS, opacity=0.9, thickness=2, height=14)
    median = base.transform_filter("datum.kind == 'median'").mark_point(size=110, color=OURS, strokeWidth=2)
    zero = alt.Chart(zero).mark_rule(color=PUBLISHED, strokeWidth=2).encode(x=x)
    words = alt.Chart(figures).encode(x=alt.XValue(0), y=y, text=alt.Text("figure:N"))
    words = words.mark_text(align="left", dx=2, dy=-17, color=NEUTRAL_WORDS)
    return layered(zero, ticks, median, words, height=alt.Step(52))


@drawn
def lost(frame, published, label, title):
    """Return a dot per start: its accuracy, averaged over all epochs, against the digits it never learned."""
    line = pd.DataFrame({"value": [published], "label": [label]})
    return from_template(_lost, title, {"frame": frame, "line": line}, n_lost=sorted(set(frame["lost"])))


def _lost(frame, line, n_lost):
    y_scale = alt.Scale(zero=False, nice=False, padding=12)
    x = alt.X(
        "lost:O", title="digits never learned", scale=alt.Scale(domain=n_lost), axis=alt.Axis(labelAngle=0)
    )
    y_title = ["accuracy, averaged", "over all epochs"]
    y = alt.Y("value:Q", title=y_title, scale=y_scale, axis=alt.Axis(format=".0%"))
    tips = [alt.Tooltip("lost:O"), alt.Tooltip("value:Q", format=".1%")]
    dots = alt.Chart(frame).mark_circle(size=64, opacity=0.9, color=OURS).encode(x=x, y=y, tooltip=tips)
    rule = alt.Chart(line).mark_rule(color=PUBLISHED, strokeWidth=2).encode(y=y)
    text = alt.Chart(line).mark_text(align="right", dx=-4, dy=-8, color=PUBLISHED_WORDS)
    text = text.encode(x=alt.XValue("width"), y=y, text=alt.Text("label:N"))
    return layered(rule, dots, text, height=220)
