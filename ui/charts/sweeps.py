"""Charts of a sweep: a result against what varies, by value, by two fields, and against its cost."""

import altair as alt

from ui.charts import clicking, field_axis, legends, palette, square
from ui.charts.curves import Axis, Vertical, ends_of, epochs, on_log_axis, spread
from ui.charts.drawing import drawn
from ui.charts.equal import around, within
from ui.charts.label_colours import AXES, NEUTRAL_WORDS, on_scale
from ui.charts.layers import layered
from ui.charts.loss_axes import axis_title
from ui.charts.template import from_template

# of points that also differ in colour
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
MOST_TICKS = 8  # up to this many values of an axis are written out; of more, only the least and the largest
HIDDEN = {"curve", "link", "at", "low", "high", "front", "status"}  # columns that are not in a tooltip


@drawn
def against(
    frame, field, metric, title, values, *, other=None, apart=(), joined=True, selected=None, losses=()
):
    """Return the metric against a field: one point per trial with the range of its seeds.

    `frame` has columns trial, median, low, high and the fields as text; `other` is the field shown by colour;
    lines connect the points if they are `joined`, one line per combination of `other` and the fields `apart`.
    `values` has the fields' values in order, also those without a result: {field: texts}. The selection
    "pick" has the trial of a clicked point.
    """
    frame = _drawable(frame, metric, "median", "low", "high")
    at, x = field_axis.placed(frame[field], values[field])
    frame = frame.assign(at=at)
    colours = palette.shades(_present(values[other], frame[other])) if other else None
    options = {"field": field, "metric": metric, "other": other, "joined": joined, "colours": colours}
    options |= {"apart": list(apart)}
    tables = {"frame": frame, "ring": _ring_of(frame, selected)}
    ends = around(frame[["low", "median", "high"]], log=_is_log(metric))
    options |= {"x": x, "tips": _tips_of(frame), "losses": losses}
    return from_template(_against, title, tables, ends, **options)


def _against(frame, ring, field, metric, other, apart, joined, colours, x, tips, losses, ends=None):
    # names that stand upwards do not make the plot lower
    size = {"height": 210, "autosize": square.FIT} if "order" in x else {"height": 330}
    x = field_axis.channel("at", field, **x)
    scale, y = _metric_axis(metric, losses, ends)
    channels, marks = {"x": x}, {}
    if other:
        columns = legends.columns(colours)
        # else the symbols would be as faint as the ranges
        legend = alt.Legend(title=other, orient="bottom", columns=columns, symbolOpacity=1)
        domain = alt.Scale(domain=list(colours), range=list(colours.values()))
        shapes = alt.Scale(domain=list(colours), range=[SHAPES[i % len(SHAPES)] for i in range(len(colours))])
        channels["color"] = alt.Color(f"{other}:N", scale=domain, legend=legend)
        marks["shape"] = alt.Shape(f"{other}:N", scale=shapes, legend=legend)
    base = alt.Chart(frame).encode(**channels)
    rule = base.mark_rule(opacity=0.45).encode(y=alt.Y("low:Q", scale=scale), y2=alt.Y2("high:Q"))
    detail = {"detail": [alt.Detail(f"{name}:N") for name in apart]} if apart else {}
    line = base.mark_line(opacity=0.6).encode(y=y, **detail)
    dots = base.mark_point(size=70, opacity=1, filled=True).encode(y=y, tooltip=_tips(tips), **marks)
    layers = [rule, line, _picked(dots)] if joined else [rule, _picked(dots)]
    return layered(*layers, *_ring(ring, x, y), **size)


@drawn
def by_value(frame, title, losses=()):
    """Return a loss by epoch, one line per value of a field: columns epoch, value, median, low, high.

    `losses` are as in `axis_title`.
    """
    colours = palette.shades(list(dict.fromkeys(frame["value"])))
    axis = Axis.of(frame, log=True, gap=0.09)
    tables = {"frame": frame, "ends": ends_of(frame, axis, "value")}
    return from_template(_by_value, title, tables, {"domain": axis.domain}, colours=colours, losses=losses)


def _by_value(frame, ends, domain, colours, losses):
    axis = Vertical(domain, log=True)
    layers = spread(frame, ends, "value", colours, axis, epochs(), axis_title("loss", losses))
    return layered(*layers, height=270)


@drawn
def multiples(frame, field, title, losses=()):
    """Return losses by epoch, one small chart per value: columns epoch, value, split, median."""
    order = list(dict.fromkeys(frame["value"]))
    ends = around(frame["median"], log=True)
    return from_template(_multiples, title, {"frame": frame}, ends, field=field, order=order, losses=losses)


def _multiples(frame, field, order, losses, ends=None):
    colours = alt.Scale(domain=list(palette.SPLITS), range=list(palette.SPLITS.values()))
    scale, axis = alt.Scale(type="log", **within(ends)), alt.Axis(format="~g")
    lines = alt.Chart(frame).mark_line().properties(width=150, height=110)
    lines = lines.encode(
        x=alt.X("epoch:Q", title="epoch", axis=alt.Axis(tickCount=3, tickMinStep=1, format="d")),
        y=alt.Y("median:Q", title=axis_title("loss", losses, 16), scale=scale, axis=axis),
        color=alt.Color("split:N", scale=colours, legend=alt.Legend(orient="bottom", title=None)),
    )
    header = alt.Header(title=field, labelFontSize=11, labelColor=AXES, titleColor=AXES)
    facets = alt.Facet("value:N", sort=order, header=header)
    return lines.facet(facets, columns=4)


@drawn
def heat(frame, x, y, metric, title, values):
    """Return the metric by two fields: columns x, y, median, trials, trial. "pick" has the best trial.

    `values` has the labels of the fields' values in order: {field: labels}.
    """
    orders = {"columns": _present(values[x], frame["x"]), "rows": _present(values[y], frame["y"])[::-1]}
    names = {"x": x, "y": y, "metric": metric}
    height = max(120, 34 * frame["y"].nunique())
    frame = _drawable(frame.assign(shade=frame["median"]), metric, "shade")
    ends = around(frame["shade"], log=_is_log(metric))
    return from_template(_heat, title, {"frame": frame}, ends, height=height, **names, **orders)


def _heat(frame, x, y, metric, columns, rows, height, ends=None):
    loss = _is_log(metric)
    scale = alt.Scale(scheme="viridis", type="log" if loss else "linear", reverse=loss, **within(ends))
    base = alt.Chart(frame).encode(
        x=alt.X("x:N", title=x, sort=columns, axis=alt.Axis(**legends.below(columns))),
        y=alt.Y("y:N", title=y, sort=rows),
        tooltip=[
            alt.Tooltip("x:N", title=x),
            alt.Tooltip("y:N", title=y),
            alt.Tooltip("median:Q", title=metric, format=".4g"),
            alt.Tooltip("trials:Q"),
        ],
    )
    tiles = base.mark_rect().encode(color=alt.Color("shade:Q", title=metric, scale=scale))
    words = base.mark_text(fontSize=11, color=on_scale("color", "datum.shade"))
    words = words.encode(text=alt.Text("median:Q", format=".3g" if loss else ".1%"))
    return layered(_picked(tiles), words, height=height, autosize=square.FIT)


@drawn
def parallel(frame, metric, title, *, selected=None):
    """Return parallel coordinates: columns trial, axis, position, value, median. "pick" has the trial."""
    frame = frame.assign(axis=frame["axis"].replace("median", metric))
    ticks = frame[frame["axis"] != metric].drop_duplicates(["axis", "value"])
    many = ticks.groupby("axis")["value"].transform("size") > MOST_TICKS
    ticks = ticks[~many | ticks["position"].isin([0.0, 1.0])]
    tables = {"frame": frame, "ticks": ticks, "chosen": _ring_of(frame, selected)}
    order, ends = list(dict.fromkeys(frame["axis"])), around(frame["median"], log=_is_log(metric))
    return from_template(_parallel, title, tables, ends, metric=metric, order=order)


def _parallel(frame, ticks, chosen, metric, order, ends=None):
    scale = alt.Scale(scheme="viridis", reverse=_is_log(metric), **within(ends))
    x = alt.X("axis:N", sort=order, title=None, axis=alt.Axis(**legends.below(order)))
    y = alt.Y("position:Q", axis=None)
    lines = alt.Chart(frame).mark_line(opacity=0.6)
    lines = lines.encode(
        x=x,
        y=y,
        detail=alt.Detail("trial:N"),
        color=alt.Color("median:Q", title=metric, scale=scale),
        tooltip=[alt.Tooltip("trial:N"), alt.Tooltip("median:Q", title=metric, format=".4g")],
    )
    words = alt.Chart(ticks).mark_text(align="left", dx=6, fontSize=11, color=NEUTRAL_WORDS)
    layers = [_picked(lines), words.encode(x=x, y=y, text=alt.Text("value:N"))]
    if chosen is not None:
        layers.append(alt.Chart(chosen).mark_line(color=palette.NEGATIVE, strokeWidth=3).encode(x=x, y=y))
    return layered(*layers, height=300)


@drawn
def cost(frame, by, metric, title, *, selected=None, losses=()):
    """Return the metric against a cost: columns trial, median, front and the cost. "pick" has the trial."""
    frame = _drawable(frame, metric, "median")
    tables = {"frame": frame, "front": frame[frame["front"]], "ring": _ring_of(frame, selected)}
    ends = around(frame["median"], log=_is_log(metric)) | around(frame[by], log=True, name="costs")
    options = {"by": by, "metric": metric, "tips": _tips_of(frame), "losses": losses}
    return from_template(_cost, title, tables, ends, **options)


def _cost(frame, front, ring, by, metric, tips, losses, ends=None, costs=None):
    scale, (_, y) = alt.Scale(type="log", nice=False, **within(costs)), _metric_axis(metric, losses, ends)
    x = alt.X(f"{by}:Q", title=by, scale=scale, axis=alt.Axis(format="~s"))
    colours = alt.Scale(domain=[True, False], range=[palette.NEGATIVE, palette.NEUTRAL])
    front = alt.Chart(front).mark_line(color=palette.NEGATIVE, interpolate="step-after")
    colour = alt.Color("front:N", scale=colours, legend=None)
    dots = alt.Chart(frame).mark_circle(size=60, opacity=0.9)
    dots = dots.encode(x=x, y=y, color=colour, tooltip=_tips(tips))
    layers = [front.encode(x=x, y=y), _picked(dots), *_ring(ring, x, y)]
    return layered(*layers, height=300)


def _drawable(frame, metric, *columns):
    """Return the data frame as the metric's axis can show it: a loss is on a log axis."""
    return on_log_axis(frame, *columns) if _is_log(metric) else frame


def _is_log(metric):
    return metric.endswith("loss")


def _metric_axis(metric, losses, ends):
    """Return (scale, vertical channel) of a metric: logarithmic for a loss, per cent for an accuracy."""
    scale = alt.Scale(type="log" if _is_log(metric) else "linear", zero=False, **within(ends))
    # as many digits as distinguish one tick from the next
    axis = alt.Axis(format="~g" if _is_log(metric) else "~%")
    title = axis_title(f"{metric}, median", losses, 34)
    return scale, alt.Y("median:Q", title=title, scale=scale, axis=axis)


def _picked(marks):
    """Return marks that can be clicked: the selection "pick" has the trial."""
    return marks.add_params(clicking.selection("pick", ["trial"]))


def _ring_of(frame, selected):
    """Return the rows of the open trial; None if it is not among the marks."""
    rows = frame[frame["trial"] == selected]
    return rows if len(rows) else None


def _ring(rows, x, y):
    """Return a ring around the open trial, if it is among the marks."""
    if rows is None:
        return []
    return [alt.Chart(rows).mark_point(size=260, color=palette.NEUTRAL).encode(x=x, y=y)]


def _present(values, column):
    """Return those of the values that a column has."""
    found = set(column)
    return [value for value in values if value in found]


def _tips_of(frame):
    """Return {column: whether it holds measurements} of those that a tooltip shows."""
    return {name: frame[name].dtype.kind == "f" for name in frame.columns if name not in HIDDEN}


def _tips(columns):
    return [
        alt.Tooltip(f"{name}:Q", format=".4g") if measured else alt.Tooltip(f"{name}:N")
        for name, measured in columns.items()
    ]
