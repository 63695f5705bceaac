"""Charts of how strongly a logit responds to each feature of a table."""

import altair as alt

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.template import from_template

ROW, AXIS = 22, 70  # pixels per feature; of the axis below them


@drawn
def magnitudes(frame, title):
    """Return bars, largest first: columns feature, value (mean magnitude per standard deviation)."""
    return from_template(_magnitudes, title, {"frame": frame}, **_options(frame))


def _magnitudes(frame, order, flat):
    scale = alt.Scale(domain=[0, 1]) if flat else alt.Undefined
    return _bars(frame, order, "mean |∂z/∂x| per standard deviation", alt.value(palette.NEUTRAL), scale)


@drawn
def signed(frame, title):
    """Return bars in the order of the frame: columns feature, value (∂z/∂x per standard deviation)."""
    return from_template(_signed, title, {"frame": frame}, **_options(frame))


def _signed(frame, order, flat):
    scale = alt.Scale(domain=[-1, 1]) if flat else alt.Undefined
    colour = alt.Color(
        "value:Q",
        scale=alt.Scale(type="threshold", domain=[0], range=[palette.NEGATIVE, palette.POSITIVE]),
        legend=None,
    )
    return _bars(frame, order, "∂z/∂x per standard deviation", colour, scale)


def _options(frame):
    return {"order": frame["feature"].tolist(), "flat": not frame["value"].any()}


def _bars(frame, order, axis, colour, scale):
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title=axis, scale=scale),
            y=alt.Y("feature:N", title=None, sort=order, axis=alt.Axis(labelLimit=170)),
            color=colour,
            tooltip=[alt.Tooltip("feature:N"), alt.Tooltip("value:Q", title=axis, format=".4g")],
        )
    )
    return bars.properties(height=ROW * len(order) + AXIS)
