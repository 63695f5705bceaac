"""Charts of the bug lab: a program beside the right one, and the evidence against it."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import palette
from ui.charts.curves import (
    Axis,
    Vertical,
    at,
    colours_of,
    ends_of,
    epochs,
    names,
    on_log_axis,
    reach,
    spread,
    with_rule,
)
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS, coloured_by
from ui.charts.layers import layered
from ui.charts.loss_axes import axis_title
from ui.charts.template import from_template

BANDS = {  # bands of relative errors, from the CS231n notes
    "1e-7 or less": "#0072B2",
    "up to 1e-4": "#56B4E9",
    "up to 1e-2": "#E69F00",
    "more than 1e-2": "#D55E00",
}
EDGES = (1e-7, 1e-4, 1e-2)
CROSSING = "crosses a kink"  # these do not count
LEAST = 1e-16  # a log axis shows an error of 0 here
STRIP, LEGEND = 28, 75


def band(errors):
    """Return the name of the band of each relative error; NaN belongs to the worst band."""
    errors = np.nan_to_num(np.asarray(errors, float), nan=np.inf)
    return np.array(list(BANDS))[np.searchsorted(EDGES, errors)]


@drawn
def programs(frame, quantity, title, colours, epoch=None, losses=()):
    """Draw median and spread over the seeds by epoch, one line per program of {program: colour}.

    `epoch` puts a rule there, which follows the timeline. `losses` are as in `axis_title`; a program that is
    wrong may report another.
    """
    frame = frame[frame["quantity"] == quantity]
    if quantity == "loss":
        frame = on_log_axis(frame, "median", "low", "high")
    axis = Axis.of(frame, log=quantity == "loss")
    tables = {
        "frame": frame,
        "ends": ends_of(frame, axis, "program"),
        "at": at(epoch),
    }
    values = {"domain": axis.domain, "reach": reach(frame)}
    options = {"log": axis.log, "y_title": axis_title(quantity, losses), "colours": colours}
    return from_template(_programs, title, tables, values, **options)


def _programs(frame, ends, at, domain, reach, log, y_title, colours):
    axis, x = Vertical(domain, log=log), epochs(reach)
    dashes = {name: [4, 3] if number else [1, 0] for number, name in enumerate(colours)}
    layers = spread(frame, ends, "program", colours, axis, x, y_title, dashes=dashes)
    return with_rule(layers, at, x, height=235)


@drawn
def errors_by_tensor(frame, title):
    """Draw one strip per tensor with one cell per checked entry, coloured by its relative error.

    The error of the whole tensor stands beside its strip. Columns tensor, tensor_error, left, right (0 to 1
    along the strip), entry, relative_error, crosses_kink, analytic, numeric.
    """
    order = list(dict.fromkeys(frame["tensor"]))
    crosses = frame["crosses_kink"].to_numpy(bool)
    frame = frame.assign(band=np.where(crosses, CROSSING, band(frame["relative_error"])))
    each = frame.groupby("tensor", sort=False).head(1)
    each = each.assign(label=[f"{error:.0e}" for error in each["tensor_error"]], at=0.89)
    tables = {"frame": frame, "each": each}
    return from_template(_errors_by_tensor, title, tables, order=order, crosses=bool(crosses.any()))


def _errors_by_tensor(frame, each, order, crosses):
    bands = BANDS | ({CROSSING: palette.NEUTRAL} if crosses else {})
    colour = alt.Color(
        "band:N",
        title="relative error",
        scale=alt.Scale(domain=list(bands), range=list(bands.values())),
        legend=alt.Legend(orient="bottom", columns=2, labelLimit=150),
    )
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("tensor", "entry", "band")]
    tooltip += [alt.Tooltip(f"{name}:Q", format=".4g") for name in ("relative_error", "analytic", "numeric")]
    cells = alt.Chart(frame).mark_rect(strokeWidth=0)
    cells = cells.encode(
        x=alt.X("left:Q", axis=None, scale=alt.Scale(domain=[0, 1])),
        x2=alt.X2("right:Q"),
        y=alt.Y("tensor:N", title=None, sort=order, scale=alt.Scale(paddingInner=0.2)),
        color=colour,
        tooltip=tooltip,
    )
    words = alt.Chart(each).mark_text(align="left", dx=2, fontSize=11, color=NEUTRAL_WORDS)
    words = words.encode(x=alt.X("at:Q"), y=alt.Y("tensor:N", sort=order), text=alt.Text("label:N"))
    return layered(cells, words, height=STRIP * len(order) + LEGEND)


@drawn
def sweep(frame, title, colours):
    """Draw the check's error against its step h, both logarithmic, one line per program.

    Columns h, program, error.
    """
    frame = frame.assign(median=frame["error"].clip(LEAST, 1e3).fillna(1e3))
    frame["low"] = frame["high"] = frame["median"]
    axis = Axis.of(frame, log=True)
    tables = {"frame": frame, "ends": ends_of(frame, axis, "program", "h")}
    return from_template(_sweep, title, tables, {"domain": axis.domain}, colours=colours)


def _sweep(frame, ends, domain, colours):
    axis = Vertical(domain, log=True)
    ticks = alt.Axis(format="~e", tickCount=7)  # else a line of the grid for each of ten values per decade
    x = alt.X("h:Q", title="step h", scale=alt.Scale(type="log", nice=False), axis=ticks)
    base = alt.Chart(frame).encode(x=x, color=colours_of("program", colours))
    y = alt.Y(
        "median:Q",
        title="largest relative error",
        scale=axis.scale,
        axis=alt.Axis(format="~e", tickCount=6),
    )
    tooltip = [alt.Tooltip("program:N"), *(alt.Tooltip(f"{n}:Q", format=".3g") for n in ("h", "error"))]
    line = base.mark_line(point=True).encode(y=y, tooltip=tooltip)
    programs = names(ends, axis, x, "program", coloured_by("datum.program", colours))
    return layered(line, programs, height=235)


@drawn
def rates(frame, title, colours):
    """Draw the learning rate of each step, one line per program. Columns step, program, rate."""
    frame = frame.assign(median=frame["rate"], low=frame["rate"], high=frame["rate"])
    axis = Axis(0.0, float(frame["rate"].max()), log=False)
    tables = {"frame": frame, "ends": ends_of(frame, axis, "program", "step")}
    return from_template(_rates, title, tables, {"domain": axis.domain}, colours=colours)


def _rates(frame, ends, domain, colours):
    axis = Vertical(domain, log=False)
    x = alt.X("step:Q", title="step t", scale=alt.Scale(nice=False))
    base = alt.Chart(frame).encode(x=x, color=colours_of("program", colours))
    y = alt.Y("rate:Q", title="learning rate η", scale=axis.scale)
    line = base.mark_line().encode(y=y, tooltip=[alt.Tooltip("step:Q"), alt.Tooltip("rate:Q", format=".4g")])
    programs = names(ends, axis, x, "program", coloured_by("datum.program", colours))
    return layered(line, programs, height=200)


def strips(checks):
    """Return the frame of `errors_by_tensor` from the TensorChecks of a program."""
    parts = []
    for check in checks:
        edges = np.linspace(0, 0.88, len(check.index) + 1).round(4)
        columns = {
            "tensor": check.name,
            "tensor_error": check.smooth_error,
            "entry": [", ".join(str(i + 1) for i in np.unravel_index(k, check.shape)) for k in check.index],
            "left": edges[:-1],
            "right": edges[1:],
            "relative_error": check.relative_errors,
            "crosses_kink": check.crosses_kink,
            "analytic": check.analytic,
            "numeric": check.numeric,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
