"""Charts of the time that one gradient takes, by the form of the program."""

import altair as alt

from ui.charts import palette
from ui.charts.curves import Axis, Vertical, colours_of
from ui.charts.drawing import drawn
from ui.charts.gradient_check import log_x, powers_between
from ui.charts.label_colours import NEUTRAL_WORDS, coloured_by
from ui.charts.layers import layered
from ui.charts.template import from_template

FORMS = {
    "loops over units": palette.COMPARED[1],
    "loop over examples": palette.COMPARED[2],
    "matrix": palette.COMPARED[0],
    "stacked matrix": palette.COMPARED[5],
}
FORM_WORDS = coloured_by("datum.form", FORMS)


@drawn
def forms(frame, title):
    """Draw microseconds per gradient on a log axis, one bar per form: columns form, microseconds, text."""
    low, high = float(frame["microseconds"].min()) / 2, float(frame["microseconds"].max()) * 6
    values = {"low": low, "high": high, "ticks": powers_between(low, high)}
    return from_template(
        _forms, title, {"frame": frame.assign(start=low)}, values, height=44 * len(frame) + 40
    )


def _forms(frame, low, high, ticks, height):
    axis = alt.Axis(format="~s", values=ticks)
    x = log_x("microseconds", "µs per gradient of one network", axis, domain=[low, high])
    y = alt.Y("form:N", sort=list(FORMS), title=None, axis=alt.Axis(labelLimit=160))
    base, colour = alt.Chart(frame).encode(x=x, y=y), colours_of("form", FORMS)
    bars = base.mark_bar(height=18)
    bars = bars.encode(x2=alt.X2("start:Q"), color=colour, tooltip=[alt.Tooltip("text:N")])
    words = base.mark_text(align="left", dx=5, fontSize=11, color=FORM_WORDS).encode(text=alt.Text("text:N"))
    return layered(bars, words, height=height)


@drawn
def speed_up(frame, published, title):
    """Draw the speed-up over loops over units, against K: columns k, form, median.

    `published` has columns k, median, text.
    """
    axis = Axis(float(min(frame["median"].min(), 0.9)), 3 * float(frame["median"].max()), log=True, gap=0.08)
    middle = frame[frame["k"] == frame["k"].sort_values().iloc[len(frame) // 2]].sort_values("median")
    middle = middle.assign(label_at=axis.spaced(middle["median"].to_numpy(float) * 1.7))
    tables = {"frame": frame, "middle": middle, "published": published}
    values = {"domain": axis.domain, "ticks": powers_between(*axis.domain)}
    return from_template(_speed_up, title, tables, values)


def _speed_up(frame, middle, published, domain, ticks):
    axis, scale = Vertical(domain, log=True), alt.Scale(type="log", base=2)
    x = alt.X("k:Q", title="examples K in one gradient", scale=scale, axis=alt.Axis(tickCount=6))
    ticks = alt.Axis(format="~g", values=ticks)
    y = axis.y("median", title="× faster than loops over units", axis=ticks)
    base = alt.Chart(frame).encode(x=x, y=y, color=colours_of("form", FORMS))
    tips = [alt.Tooltip("form:N"), alt.Tooltip("k:Q", title="K"), alt.Tooltip("median:Q", format=".3g")]
    names = alt.Chart(middle).mark_text(align="right", fontSize=11, color=FORM_WORDS)
    points = alt.Chart(published).encode(x=x, y=y)
    layers = [
        base.mark_line(strokeWidth=2.2),
        base.mark_circle(size=34, opacity=1).encode(tooltip=tips),
        names.encode(
            x=x,
            y=axis.y("label_at"),
            text=alt.Text("form:N"),
        ),
        points.mark_point(shape="diamond", size=110, filled=True, color=palette.NEUTRAL),
        points.mark_text(align="left", dx=9, fontSize=11, color=NEUTRAL_WORDS).encode(
            text=alt.Text("text:N")
        ),
    ]
    return layered(*layers, height=320)
