"""Distributions by layer at the epoch on show, a box for each layer."""

import altair as alt

from ui.charts import following, palette
from ui.charts.curves import Axis, Vertical
from ui.charts.drawing import drawn
from ui.charts.initialization import GAP, log_axis
from ui.charts.template import from_template

WIDEST, NARROWEST = 18, 4  # pixels of a box


@drawn
def by_layer(frame, epoch, title, x_title, y_title, *, log):
    """Draw a box per layer at the epoch on show: at first the last up to `epoch`, then the timeline's.

    `frame` has columns epoch, layer, low, lower, median, upper, high: a thin line from low to high, a box
    from lower to upper, a tick at the median. The axes fit all epochs, so they do not move.
    """
    n_layers = int(frame["layer"].max())
    axis = log_axis(frame) if log else Axis(frame["low"].min(), frame["high"].max(), log=False, gap=GAP)
    tables = {"frame": following.marked_up_to(frame, epoch)}
    titles = {"x_title": x_title, "y_title": y_title}
    return from_template(
        _by_layer, title, tables, {"domain": axis.domain}, n_layers=n_layers, log=log, **titles
    )


def _by_layer(frame, domain, n_layers, log, x_title, y_title):
    axis, scale = Vertical(domain, log=log), alt.Scale(domain=[0.5, n_layers + 0.5], nice=False)
    x = alt.X("layer:Q", title=x_title, axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)
    y = axis.y("low", title=y_title, axis=alt.Axis(format=".0e" if log else "~g", tickCount=7))
    tips = [alt.Tooltip(f"{name}:Q", format=".3g") for name in ("low", "lower", "median", "upper", "high")]
    base = following.on_show(frame).encode(
        x=x, tooltip=[alt.Tooltip("layer:Q"), alt.Tooltip("epoch:Q"), *tips]
    )
    width = max(NARROWEST, min(WIDEST, 240 // n_layers))
    box = {"clip": True, "color": palette.POSITIVE}
    tick = base.mark_tick(thickness=3, size=width + 4, orient="horizontal", clip=True, color=palette.NEUTRAL)
    layers = [
        base.mark_rule(strokeWidth=1.5, **box).encode(y=y, y2=alt.Y2("high:Q")),
        base.mark_rule(strokeWidth=width, opacity=0.55, **box).encode(
            y=axis.y("lower"), y2=alt.Y2("upper:Q")
        ),
        tick.encode(y=axis.y("median")),
    ]
    return following.layered(*layers, height=240)
