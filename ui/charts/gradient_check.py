"""Charts of gradient checks: where the errors are, and how they depend on the step."""

import altair as alt
import numpy as np

from ui.charts import palette
from ui.charts.curves import Axis, colours_of
from ui.charts.drawing import drawn
from ui.charts.layers import layered

ERRORS = (1e-13, 1e-1)  # the relative errors that the map's colours span
BANDS = (1e-12, 1e-7, 1e-4, 1e-2)
LEAST = 1e-17  # a log axis shows an error of 0 here
SCHEMES = {"forward": palette.COMPARED[1], "central": palette.COMPARED[0], "complex": palette.COMPARED[2]}
PLANTED = "wrong by 0.01%"
KINKS = (palette.NEGATIVE, palette.POSITIVE, palette.CLASSES[2])
FORMS = {
    "loops over units": palette.COMPARED[1],
    "loop over examples": palette.COMPARED[2],
    "matrix": palette.COMPARED[0],
    "stacked matrix": palette.COMPARED[5],
}
MAP_ROW, MAP_LEAST, MAP_MOST = 30, 190, 430
STEPS_HEIGHT = 380


@drawn
def error_map(cells, blocks, title):
    """Draw relative errors as one tile per entry and one block per layer, the biases below their matrix.

    `cells` has columns left, right, top, bottom, name, analytic, numeric, error, relative_error, cause,
    shade (the error drawn, NaN for none), mark and ink; `blocks` left, top, text.
    """
    x = alt.X("left:Q", axis=None, scale=alt.Scale(nice=False, zero=False))
    y = alt.Y("top:Q", axis=None, scale=alt.Scale(nice=False, zero=False, reverse=True))
    legend = alt.Legend(
        title="relative error", orient="bottom", values=list(BANDS), format=".0e", gradientLength=260
    )
    scale = alt.Scale(type="log", domain=list(ERRORS), scheme="viridis", clamp=True)
    tips = [
        alt.Tooltip("name:N", title="parameter"),
        alt.Tooltip("analytic:Q", format=".8e"),
        alt.Tooltip("numeric:Q", format=".8e"),
        alt.Tooltip("relative_error:Q", title="relative error", format=".1e"),
        alt.Tooltip("error:Q", title="absolute error", format=".1e"),
        alt.Tooltip("cause:N"),
    ]
    corners = {"x": x, "y": y, "x2": alt.X2("right:Q"), "y2": alt.Y2("bottom:Q"), "tooltip": tips}

    def tiles(mask, **style):
        return alt.Chart(cells[mask]).mark_rect(**style).encode(**corners)

    shaded = cells["shade"].notna()
    wrong = cells["cause"].isin(["unexplained", "not a number"])
    marked = cells[cells["mark"] != ""]
    marked = marked.assign(
        left=(marked["left"] + marked["right"]) / 2, top=(marked["top"] + marked["bottom"]) / 2
    )
    ink = alt.Color("ink:N", scale=None, legend=None)
    heads = alt.Chart(blocks).mark_text(align="left", baseline="bottom", dy=-4, color=palette.NEUTRAL)
    layers = [
        tiles(shaded, stroke=palette.NEUTRAL, strokeWidth=0.4).encode(
            color=alt.Color("shade:Q", scale=scale, legend=legend)
        ),
        tiles(~shaded, fill=palette.NEUTRAL, fillOpacity=0.2, stroke=palette.NEUTRAL),
        tiles(wrong, fillOpacity=0, stroke=palette.RED, strokeWidth=2.5),
        alt.Chart(marked)
        .mark_text(fontSize=12, fontWeight="bold")
        .encode(x=x, y=y, text=alt.Text("mark:N"), color=ink),
        heads.encode(x=x, y=y, text=alt.Text("text:N")),
    ]
    height = int(np.clip(MAP_ROW * float(cells["bottom"].max()), MAP_LEAST, MAP_MOST))
    apart = {"scale": {"color": "independent"}}
    return layered(*layers, title=title, height=height, resolve=apart)


@drawn
def error_histogram(frame, title):
    """Draw the distribution of relative errors in each tensor: columns tensor, left, right, share, count."""
    order = list(dict.fromkeys(frame["tensor"]))
    tiles = alt.Chart(frame).mark_rect(color=palette.POSITIVE, clip=True)
    tiles = tiles.encode(
        x=_log_x("left", "relative error", _powers()),
        x2=alt.X2("right:Q"),
        y=alt.Y("tensor:N", sort=order, title=None),
        opacity=alt.Opacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.15, 1])),
        tooltip=[alt.Tooltip("tensor:N"), alt.Tooltip("count:Q", title="parameters")],
    )
    return tiles.properties(title=title, height=max(150, 44 * len(order)))


@drawn
def steps(frame, labels, marks, regimes, x_title, title):
    """Draw the error against the step, log-log, one line per scheme and precision (dashed: float32).

    `frame` has columns at, error, scheme, precision; `labels` has at, label_at, text, scheme, written beside
    the lines; `marks` has at, text, height, align: vertical rules and their names; `regimes` has the same
    columns and says what limits the error on each side.
    """
    low, high = max(LEAST, float(frame["error"].min())), float(frame["error"].max())
    scale = alt.Scale(type="log", domain=[low / 90, max([high, *marks["height"]]) * 3], nice=False)
    few = float(frame["at"].max()) < 1e3 * float(frame["at"].min())
    x = _log_x("at", x_title, alt.Axis(format="~g", tickCount=6) if few else _powers())
    y = alt.Y("error:Q", title="‖a − n‖ / (‖a‖ + ‖n‖)", scale=scale, axis=_powers())
    colour = colours_of("scheme", SCHEMES | {PLANTED: palette.RED})
    dash = alt.Scale(domain=["float64", "float32"], range=[[1, 0], [5, 4]])
    planted = frame["scheme"] == PLANTED
    base = alt.Chart(frame[~planted]).encode(x=x, y=y, color=colour)
    tips = [
        alt.Tooltip("scheme:N"),
        alt.Tooltip("precision:N"),
        alt.Tooltip("at:Q", title=x_title, format=".2e"),
        alt.Tooltip("error:Q", title="relative error", format=".2e"),
    ]

    def words(rows, field, **style):
        text = alt.Chart(rows).mark_text(fontSize=11, **style)
        return text.encode(x=x, y=alt.Y(f"{field}:Q", scale=scale), text=alt.Text("text:N"))

    layers = [alt.Chart(marks).mark_rule(strokeDash=[2, 3], color=palette.NEUTRAL).encode(x=x)]
    if planted.any():
        broad = alt.Chart(frame[planted]).mark_line(strokeWidth=7, opacity=0.4, clip=True)
        layers.append(broad.encode(x=x, y=y, color=colour))
    layers += [
        base.mark_line(clip=True, strokeWidth=2).encode(
            strokeDash=alt.StrokeDash("precision:N", scale=dash, legend=None)
        ),
        base.mark_circle(size=20, opacity=1, clip=True).encode(tooltip=tips),
        words(labels, "label_at").encode(color=colour),
    ]
    grey = {"color": palette.NEUTRAL}
    for align, rows in marks.groupby("align"):
        dx = 3 if align == "left" else -3
        layers.append(words(rows, "height", align=align, baseline="top", dx=dx, **grey))
    for align, rows in regimes.groupby("align"):
        layers.append(words(rows, "height", align=align, baseline="bottom", fontStyle="italic", **grey))
    return layered(*layers, title=title, height=STEPS_HEIGHT)


@drawn
def kinks(frame, medians, title):
    """Draw relative errors, a strip per group: columns group, error, lift, name; `medians`: group, error."""
    order = list(medians["group"])
    domain = [float(frame["error"].min()) / 4, float(frame["error"].max()) * 4]
    x_title = "relative error" + (", 0 at the left edge" if domain[0] < LEAST else "")
    x = _log_x("error", x_title, _powers(), domain=domain)
    y = alt.Y("group:N", sort=order, title=None, axis=alt.Axis(labelLimit=220))
    dots = alt.Chart(frame).mark_circle(size=34, opacity=0.7)
    dots = dots.encode(
        x=x,
        y=y,
        yOffset=alt.YOffset("lift:Q", scale=alt.Scale(domain=[-1, 1])),
        color=colours_of("group", dict(zip(order, KINKS, strict=False))),
        tooltip=[alt.Tooltip("name:N", title="parameter"), alt.Tooltip("error:Q", format=".1e")],
    )
    ticks = alt.Chart(medians).mark_tick(thickness=3, size=44, color=palette.NEUTRAL)
    ticks = ticks.encode(x=x, y=y, tooltip=[alt.Tooltip("error:Q", title="median", format=".1e")])
    return layered(dots, ticks, title=title, height=64 * len(order) + 40)


@drawn
def loss_curve(frame, title):
    """Draw a loss by epoch on a log axis: columns epoch, loss."""
    line = alt.Chart(frame).mark_line(color=palette.SPLITS["train"], strokeWidth=2.2)
    axis = _decades(float(frame["loss"].min()), float(frame["loss"].max()))
    y = alt.Y("loss:Q", title="loss", scale=alt.Scale(type="log", nice=False), axis=axis)
    tips = [alt.Tooltip("epoch:Q"), alt.Tooltip("loss:Q", format=".3g")]
    line = line.encode(x=alt.X("epoch:Q", title="epoch"), y=y, tooltip=tips)
    return line.properties(title=title, height=240)


@drawn
def forms(frame, title):
    """Draw microseconds per gradient on a log axis, one bar per form: columns form, microseconds, text."""
    low, high = float(frame["microseconds"].min()) / 2, float(frame["microseconds"].max()) * 6
    ticks = _decades(low, high, "~s")
    x = _log_x("microseconds", "µs per gradient of one network", ticks, domain=[low, high])
    y = alt.Y("form:N", sort=list(FORMS), title=None, axis=alt.Axis(labelLimit=160))
    base = alt.Chart(frame.assign(start=low)).encode(x=x, y=y, color=colours_of("form", FORMS))
    bars = base.mark_bar(height=18).encode(x2=alt.X2("start:Q"), tooltip=[alt.Tooltip("text:N")])
    words = base.mark_text(align="left", dx=5, fontSize=11).encode(text=alt.Text("text:N"))
    return layered(bars, words, title=title, height=44 * len(frame) + 40)


@drawn
def speed_up(frame, published, title):
    """Draw the speed-up over loops over units, against K: columns k, form, median.

    `published` has columns k, median, text.
    """
    axis = Axis(float(min(frame["median"].min(), 0.9)), 3 * float(frame["median"].max()), log=True, gap=0.08)
    scale = alt.Scale(type="log", base=2)
    x = alt.X("k:Q", title="examples K in one gradient", scale=scale, axis=alt.Axis(tickCount=6))
    ticks = _decades(*axis.domain)
    y = axis.y("median", title="× faster than loops over units", axis=ticks)
    base = alt.Chart(frame).encode(x=x, y=y, color=colours_of("form", FORMS))
    tips = [alt.Tooltip("form:N"), alt.Tooltip("k:Q", title="K"), alt.Tooltip("median:Q", format=".3g")]
    middle = frame[frame["k"] == frame["k"].sort_values().iloc[len(frame) // 2]].sort_values("median")
    middle = middle.assign(label_at=axis.spaced(middle["median"].to_numpy(float) * 1.7))
    names = alt.Chart(middle).mark_text(align="right", fontSize=11)
    points = alt.Chart(published).encode(x=x, y=y)
    layers = [
        base.mark_line(strokeWidth=2.2),
        base.mark_circle(size=34, opacity=1).encode(tooltip=tips),
        names.encode(
            x=x,
            y=axis.y("label_at"),
            text=alt.Text("form:N"),
            color=colours_of("form", FORMS),
        ),
        points.mark_point(shape="diamond", size=110, filled=True, color=palette.NEUTRAL),
        points.mark_text(align="left", dx=9, fontSize=11, color=palette.NEUTRAL).encode(
            text=alt.Text("text:N")
        ),
    ]
    return layered(*layers, title=title, height=320)


def _log_x(field, title, axis, **scale):
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(type="log", nice=False, **scale))


def _powers():
    """Return the axis of numbers over many decades, with few ticks."""
    return alt.Axis(format=".0e", tickCount=7)


def _decades(low, high, format_="~g"):
    """Return the axis of numbers over few decades, with a tick at every power of ten."""
    powers = [10.0**k for k in range(-13, 10) if low <= 10.0**k <= high]
    return alt.Axis(format=format_, values=powers)
