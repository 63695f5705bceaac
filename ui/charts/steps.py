"""Charts of an optimizer's steps by layer: over the epochs, and of the epoch on show."""

import altair as alt

from ui.charts import following, palette
from ui.charts.curves import Vertical, at, ends_of, epochs, names, with_rule
from ui.charts.drawing import drawn
from ui.charts.initialization import RULE, log_axis
from ui.charts.label_colours import coloured_by
from ui.charts.template import from_template

RULE_OF_THUMB = 1e-3


@drawn
def by_layer(frame, n_epochs, epoch, title, y_title, *, rule=False):
    """Draw a quantity by epoch, one line per layer, shaded from the first layer's colour to the last's.

    `frame` has columns epoch, layer, median, low, high, up to `n_epochs`. A rule, at first at `epoch`,
    follows the timeline.
    """
    axis, n_layers = log_axis(frame), int(frame["layer"].max())
    outer = frame[frame["layer"].isin([1, n_layers])]
    outer = outer.assign(name="layer " + outer["layer"].astype(str))
    tables = {"frame": frame, "ends": ends_of(outer, axis, "name"), "at": at(epoch)}
    values = {"domain": axis.domain, "longest": max(2, n_epochs), "deepest": max(2, n_layers)}
    return from_template(_by_layer, title, tables, values, y_title=y_title, rule=rule)


def _by_layer(frame, ends, at, domain, longest, deepest, y_title, rule):
    axis, x = Vertical(domain, log=True), epochs([1, longest])
    scale = alt.Scale(range=list(palette.LAYERS), domain=[1, deepest])
    colour = alt.Color("layer:Q", scale=scale, legend=None)
    y = axis.y("median", title=y_title, axis=alt.Axis(format=".0e", tickCount=7))
    tips = [alt.Tooltip("layer:Q"), alt.Tooltip("epoch:Q"), alt.Tooltip("median:Q", format=".3g")]
    line = alt.Chart(frame).mark_line(point={"size": 14}, clip=True)
    layers = [
        line.encode(x=x, y=y, color=colour, detail=alt.Detail("layer:Q"), tooltip=tips),
        names(
            ends,
            axis,
            x,
            "name",
            coloured_by("datum.layer > 1", dict(zip(("false", "true"), palette.LAYERS, strict=True))),
        ),
    ]
    if rule:
        layers.append(_across(axis))
    return with_rule(layers, at, x, height=300)


@drawn
def profile(frame, epoch, title, y_title, *, rule=False):
    """Draw a quantity by layer at the epoch on show: at first the last up to `epoch`, then the timeline's.

    `frame` has columns epoch, layer, median, low, high; both axes fit all epochs, so they do not move.
    """
    axis = log_axis(frame)
    tables = {"frame": following.marked_up_to(frame, epoch)}
    values = {"domain": axis.domain, "last": int(frame["layer"].max()) + 0.5}
    return from_template(_profile, title, tables, values, y_title=y_title, rule=rule)


def _profile(frame, domain, last, y_title, rule):
    axis, scale = Vertical(domain, log=True), alt.Scale(domain=[0.5, last], nice=False)
    x = alt.X("layer:Q", title="layer (last = output)", axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)
    base = following.on_show(frame)
    y = axis.y("median", title=y_title, axis=alt.Axis(format=".0e", tickCount=7))
    tips = [
        alt.Tooltip("layer:Q"),
        alt.Tooltip("epoch:Q"),
        *(alt.Tooltip(f"{n}:Q", format=".3g") for n in ("median", "low", "high")),
    ]
    line = base.mark_line(point=True, clip=True, color=palette.POSITIVE).encode(x=x, y=y, tooltip=tips)
    ranges = base.mark_rule(clip=True, color=palette.POSITIVE, opacity=0.4)
    layers = [ranges.encode(x=x, y=axis.y("low"), y2=alt.Y2("high:Q")), line]
    if rule:
        layers.append(_across(axis))
    return following.layered(*layers, height=220)


def _across(axis):
    """Return the layer of the rule of thumb."""
    across = alt.Chart(alt.Data(values=[{"value": RULE_OF_THUMB}])).mark_rule(clip=True, **RULE)
    return across.encode(y=axis.y("value"))
