"""Charts of a training by step, loss above learning rate, and of the curvature along a path by epoch."""

import altair as alt

from ui.charts import following, palette
from ui.charts.curves import Axis, Vertical, colours_of, epochs, told_apart
from ui.charts.drawing import drawn
from ui.charts.label_colours import coloured_by
from ui.charts.template import from_template

LEFT = 56  # pixels to the left of both charts, so that the same step is at the same place in both
HEIGHT = 225
DECADES = 12  # the range of a loss; values beyond it are not drawn


def _steps(domain):
    """Return the horizontal channel of the steps."""
    scale = alt.Scale(nice=False, domain=domain)
    return alt.X("step:Q", title="step", axis=alt.Axis(format=",d", tickCount=6), scale=scale)


def _parts_of(frame, own, at):
    """Return the tables of `_by_schedule`, and the server's epoch."""
    others, own = frame[frame["schedule"] != own], frame[frame["schedule"] == own]
    tables = {"others": others if len(others) else None, "own": own if len(own) else None}
    return tables | {"at": at[0]}


def _by_schedule(others, own, y, colours, domain, legend):
    """Return the layers: one line per schedule; the experiment's own is in front and thicker."""
    apart = told_apart("schedule", colours, columns=2)
    if not legend:
        apart = {name: channel.legend(None) for name, channel in apart.items()}
    tips = [
        alt.Tooltip("schedule:N"),
        alt.Tooltip("step:Q", format=",.0f"),
        alt.Tooltip(y.shorthand, format=".4g"),
    ]
    how = {"x": _steps(domain), "y": y, "tooltip": tips} | apart
    return [
        alt.Chart(part).mark_line(strokeWidth=width, opacity=opacity, clip=True).encode(**how)
        for part, width, opacity in ((others, 1.3, 0.75), (own, 2.6, 1.0))
        if part is not None
    ]


@drawn
def loss_by_step(frame, colours, own, domain, title, y_title, at):
    """Draw the minibatches' loss by step, one line per schedule: columns step, loss, schedule.

    `at` is (the server's epoch as a frame, steps per epoch); a rule there follows the timeline.
    """
    low, high = float(frame["loss"].min()), float(frame["loss"].max())
    axis = Axis(low, min(high, low * 10.0**DECADES), log=True)
    values = {"heights": axis.domain, "domain": domain, "per_epoch": at[1]}
    return from_template(
        _loss_by_step, title, _parts_of(frame, own, at), values, colours=colours, y_title=y_title
    )


def _loss_by_step(others, own, at, heights, domain, per_epoch, colours, y_title):
    ticks = alt.Axis(format="~g", tickCount=5, minExtent=LEFT, maxExtent=LEFT)
    y = Vertical(heights, log=True).y("loss", title=y_title, axis=ticks)
    layers = _by_schedule(others, own, y, colours, domain, legend=False)
    return _at_epoch(layers, _steps(domain), at, per_epoch, height=HEIGHT)


@drawn
def rate_by_step(frame, colours, own, domain, title, at):
    """Draw the learning rate by step, one line per schedule: columns step, rate, schedule; `at` as above."""
    values = {"highest": 1.08 * float(frame["rate"].max()), "domain": domain, "per_epoch": at[1]}
    return from_template(_rate_by_step, title, _parts_of(frame, own, at), values, colours=colours)


def _rate_by_step(others, own, at, highest, domain, per_epoch, colours):
    scale = alt.Scale(domain=[0, highest], nice=False)
    ticks = alt.Axis(format="~g", tickCount=5, minExtent=LEFT, maxExtent=LEFT)
    y = alt.Y("rate:Q", title="learning rate η", scale=scale, axis=ticks)
    layers = _by_schedule(others, own, y, colours, domain, legend=True)
    return _at_epoch(layers, _steps(domain), at, per_epoch, height=HEIGHT + 30)


def _at_epoch(layers, x, frame, per_epoch=None, **properties):
    """Return the layered chart with a rule at the epoch on show, on the channel x."""
    style = {"color": palette.NEUTRAL, "strokeDash": [3, 3], "clip": True}
    rule = following.rule(frame, x, per_epoch=per_epoch, **style)
    return following.layered(*layers, rule, **properties)


@drawn
def curvature(frame, bounds, colours, title, at):
    """Draw the largest eigenvalue by epoch, and lines that it should not cross.

    `frame` has columns epoch, value, error (eigenvalues above 0 only); `bounds` has epoch, value, name;
    `colours` is {name: colour}; `at` is the server's epoch as a frame.
    """
    values = [*frame["value"], *bounds["value"]]
    low, high = float(min(values)), float(max(values))
    axis = Axis(max(low, high / 10.0**DECADES), high, log=True)
    ends = bounds.sort_values("epoch", kind="stable").groupby("name", sort=False).tail(1)
    tables = {"frame": frame, "bounds": bounds, "ends": ends, "at": at}
    return from_template(_curvature, title, tables, {"domain": axis.domain}, colours=colours)


def _curvature(frame, bounds, ends, at, domain, colours):
    axis, ticks = Vertical(domain, log=True), alt.Axis(format="~g", tickCount=6)
    y = axis.y("value", title="largest eigenvalue λ of the Hessian", axis=ticks)
    tips = [alt.Tooltip("epoch:Q"), alt.Tooltip("value:Q", title="λ", format=".4g")]
    tips.append(alt.Tooltip("error:Q", title="an eigenvalue is within", format=".2g"))
    line = alt.Chart(frame).mark_line(color=palette.POSITIVE, point={"size": 26}, clip=True)
    across = alt.Chart(bounds).mark_line(strokeDash=[6, 4], strokeWidth=2, clip=True)
    across = across.encode(x=epochs(), y=y, color=colours_of("name", colours))
    style = {"align": "right", "dy": -8, "fontSize": 12, "color": coloured_by("datum.name", colours)}
    words = alt.Chart(ends).mark_text(**style).encode(x=epochs(), y=y, text=alt.Text("name:N"))
    layers = [across, line.encode(x=epochs(), y=y, tooltip=tips), words]
    return _at_epoch(layers, epochs(), at, height=300)
