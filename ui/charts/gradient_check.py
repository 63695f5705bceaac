"""Charts of gradient checks: where the errors are, and how they depend on the step."""

import altair as alt
import numpy as np

from lab.gradient_check import WRONG
from ui.charts import palette
from ui.charts.curves import colours_of
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS, coloured_by, on_scale
from ui.charts.layers import layered
from ui.charts.loss_axes import axis_title
from ui.charts.template import from_template

ERRORS = (1e-13, 1e-1)  # the relative errors that the map's colours span
BANDS = (1e-12, 1e-7, 1e-4, 1e-2)
LEAST = 1e-17  # a log axis shows an error of 0 here
SCHEMES = {"forward": palette.COMPARED[1], "central": palette.COMPARED[0], "complex": palette.COMPARED[2]}
PLANTED = WRONG
KINKS = (palette.NEGATIVE, palette.POSITIVE, palette.CLASSES[2])
MAP_ROW, MAP_LEAST, MAP_MOST = 30, 190, 430
STEPS_HEIGHT = 380
ALIGNS = ("left", "right")


@drawn
def error_map(cells, blocks, title):
    """Draw relative errors as one tile per entry and one block per layer, the biases below their matrix.

    `cells` has columns left, right, top, bottom, name, analytic, numeric, error, relative_error, cause,
    shade (the error drawn, NaN for none) and mark; `blocks` left, top, text.
    """
    shaded = cells["shade"].notna()
    wrong = cells["cause"].isin(["unexplained", "not a number"])
    marked = cells[cells["mark"] != ""]
    marked = marked.assign(
        left=(marked["left"] + marked["right"]) / 2, top=(marked["top"] + marked["bottom"]) / 2
    )
    tables = {"shaded": cells[shaded], "plain": cells[~shaded], "wrong": cells[wrong]}
    tables |= {"marked": marked, "blocks": blocks}
    height = int(np.clip(MAP_ROW * float(cells["bottom"].max()), MAP_LEAST, MAP_MOST))
    return from_template(_error_map, title, tables, height=height)


def _error_map(shaded, plain, wrong, marked, blocks, height):
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

    def tiles(frame, **style):
        return alt.Chart(frame).mark_rect(**style).encode(**corners)

    heads = alt.Chart(blocks).mark_text(align="left", baseline="bottom", dy=-4, color=NEUTRAL_WORDS)
    layers = [
        tiles(shaded, stroke=palette.NEUTRAL, strokeWidth=0.4).encode(
            color=alt.Color("shade:Q", scale=scale, legend=legend)
        ),
        tiles(plain, fill=palette.NEUTRAL, fillOpacity=0.2, stroke=palette.NEUTRAL),
        tiles(wrong, fillOpacity=0, stroke=palette.RED, strokeWidth=2.5),
        alt.Chart(marked)
        .mark_text(fontSize=12, fontWeight="bold", color=on_scale("color", "datum.shade"))
        .encode(x=x, y=y, text=alt.Text("mark:N")),
        heads.encode(x=x, y=y, text=alt.Text("text:N")),
    ]
    return layered(*layers, height=height)


@drawn
def error_histogram(frame, title):
    """Draw the distribution of relative errors in each tensor: columns tensor, left, right, share, count."""
    order = list(dict.fromkeys(frame["tensor"]))
    return from_template(_error_histogram, title, {"frame": frame}, order=order)


def _error_histogram(frame, order):
    tiles = alt.Chart(frame).mark_rect(color=palette.POSITIVE, clip=True)
    tiles = tiles.encode(
        x=log_x("left", "relative error", _powers()),
        x2=alt.X2("right:Q"),
        y=alt.Y("tensor:N", sort=order, title=None),
        opacity=alt.Opacity("share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.15, 1])),
        tooltip=[alt.Tooltip("tensor:N"), alt.Tooltip("count:Q", title="parameters")],
    )
    return tiles.properties(height=max(150, 44 * len(order)))


@drawn
def steps(frame, labels, marks, regimes, x_title, title):
    """Draw the error against the step, log-log, one line per scheme and precision (dashed: float32).

    `frame` has columns at, error, scheme, precision; `labels` has at, label_at, text, scheme, written beside
    the lines; `marks` has at, text, height, align: vertical rules and their names; `regimes` has the same
    columns and says what limits the error on each side.
    """
    low, high = max(LEAST, float(frame["error"].min())), float(frame["error"].max())
    few = float(frame["at"].max()) < 1e3 * float(frame["at"].min())
    planted = frame["scheme"] == PLANTED
    tables = {"frame": frame[~planted], "planted": frame[planted] if planted.any() else None}
    tables |= {"labels": labels, "marks": marks}
    for kind, rows in (("marks", marks), ("regimes", regimes)):
        aligned = dict(list(rows.groupby("align")))
        tables |= {f"{kind}_{align}": aligned.get(align) for align in ALIGNS}
    values = {"low": low / 90, "high": max([high, *marks["height"]]) * 3}
    return from_template(_steps, title, tables, values, x_title=x_title, few=few)


def _steps(frame, planted, labels, marks, low, high, x_title, few, **aligned):
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    x = log_x("at", x_title, alt.Axis(format="~g", tickCount=6) if few else _powers())
    y = alt.Y("error:Q", title="‖a − n‖ / (‖a‖ + ‖n‖)", scale=scale, axis=_powers())
    colours = SCHEMES | {PLANTED: palette.RED}
    colour = colours_of("scheme", colours)
    dash = alt.Scale(domain=["float64", "float32"], range=[[1, 0], [5, 4]])
    base = alt.Chart(frame).encode(x=x, y=y, color=colour)
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
    if planted is not None:
        broad = alt.Chart(planted).mark_line(strokeWidth=7, opacity=0.4, clip=True)
        layers.append(broad.encode(x=x, y=y, color=colour))
    layers += [
        base.mark_line(clip=True, strokeWidth=2).encode(
            strokeDash=alt.StrokeDash("precision:N", scale=dash, legend=None)
        ),
        base.mark_circle(size=20, opacity=1, clip=True).encode(tooltip=tips),
        words(labels, "label_at", color=coloured_by("datum.scheme", colours)),
    ]
    grey = {"color": NEUTRAL_WORDS}
    styles = {"marks": {"baseline": "top"}, "regimes": {"baseline": "bottom", "fontStyle": "italic"}}
    for kind, style in styles.items():
        for align in ALIGNS:
            if (rows := aligned[f"{kind}_{align}"]) is not None:
                dx = {"marks": 3 if align == "left" else -3, "regimes": 0}[kind]
                # a halo, because the rules of other steps cross a name on a phone
                for ink in ({"stroke": alt.ExprRef("background"), "strokeWidth": 4}, grey):
                    layers.append(words(rows, "height", align=align, dx=dx, **style, **ink))
    return layered(*layers, height=STEPS_HEIGHT)


@drawn
def kinks(frame, medians, title):
    """Draw relative errors, a strip per group: columns group, error, lift, name; `medians`: group, error."""
    order = list(medians["group"])
    domain = [float(frame["error"].min()) / 4, float(frame["error"].max()) * 4]
    tables, values = {"frame": frame, "medians": medians}, {"domain": domain}
    return from_template(_kinks, title, tables, values, order=order, has_zero=domain[0] < LEAST)


def _kinks(frame, medians, domain, order, has_zero):
    x_title = "relative error" + (", 0 at the left edge" if has_zero else "")
    x = log_x("error", x_title, _powers(), domain=domain)
    y = alt.Y("group:N", sort=order, title=None, axis=alt.Axis(labelLimit=220))
    dots = alt.Chart(frame).mark_circle(size=34, opacity=0.9)
    dots = dots.encode(
        x=x,
        y=y,
        yOffset=alt.YOffset("lift:Q", scale=alt.Scale(domain=[-1, 1])),
        color=colours_of("group", dict(zip(order, KINKS, strict=False))),
        tooltip=[alt.Tooltip("name:N", title="parameter"), alt.Tooltip("error:Q", format=".1e")],
    )
    ticks = alt.Chart(medians).mark_tick(thickness=3, size=44, color=palette.NEUTRAL)
    ticks = ticks.encode(x=x, y=y, tooltip=[alt.Tooltip("error:Q", title="median", format=".1e")])
    return layered(dots, ticks, height=64 * len(order) + 40)


@drawn
def loss_curve(frame, title, losses=()):
    """Draw a loss by epoch on a log axis: columns epoch, loss. `losses` are as in `axis_title`."""
    ticks = powers_between(float(frame["loss"].min()), float(frame["loss"].max()))
    y_title = axis_title("loss", losses)
    return from_template(_loss_curve, title, {"frame": frame}, {"ticks": ticks}, y_title=y_title)


def _loss_curve(frame, ticks, y_title):
    line = alt.Chart(frame).mark_line(color=palette.SPLITS["train"], strokeWidth=2.2)
    axis = alt.Axis(format="~g", values=ticks)
    y = alt.Y("loss:Q", title=y_title, scale=alt.Scale(type="log", nice=False), axis=axis)
    tips = [alt.Tooltip("epoch:Q"), alt.Tooltip("loss:Q", format=".3g")]
    line = line.encode(x=alt.X("epoch:Q", title="epoch"), y=y, tooltip=tips)
    return line.properties(height=240)


def log_x(field, title, axis, **scale):
    """Return the horizontal channel of a field on a logarithmic scale."""
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(type="log", nice=False, **scale))


def _powers():
    """Return the axis of numbers over many decades, with few ticks."""
    return alt.Axis(format=".0e", tickCount=7)


def powers_between(low, high):
    """Return every power of ten, for the ticks of an axis of numbers over few decades."""
    return [10.0**k for k in range(-13, 10) if low <= 10.0**k <= high]
