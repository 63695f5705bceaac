"""The diagram of a network in training: pictures of its units, and an edge for each weight."""

import altair as alt
import numpy as np
import pandas as pd

from ui.charts import clicking, following, palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS, readable
from ui.charts.template import from_template

NODE_HEIGHT, NODE_WIDTH, LEAST_HEIGHT = 40, 36, 210
NAME_WIDTH = 84  # width in pixels of a name beside its node
HISTORY_ROWS = 2.6  # space below the nodes for the history of an edge, in heights of a node
SIGNS = alt.Scale(type="threshold", domain=[0], range=[palette.NEGATIVE, palette.POSITIVE])
WIDTHS = alt.Scale(domain=[-1, 0, 1], range=[8, 0.25, 8])  # pixels of an edge
CHOSEN = "closer"  # the selection of a clicked hidden unit; Vega already has a signal named "unit"
NAME = "#FFFFFF"  # of an input or an output, on its disc
OPACITIES = alt.Scale(domain=[-1, 0, 1], range=[0.95, 0.25, 0.95])


@drawn
def network(units, nodes, edges, quantity, letters, epochs, epoch, title, *, click=None):
    """Return the diagram at the epoch on show, one of the `epochs` that were sent; `epoch` is the server's.

    `units`, `edges` and `nodes` are those of `ui.figures.diagram`, `letters` its LETTERS. The width of an
    edge is the magnitude of its `quantity`, blue where that is positive and orange where it is negative.
    The history of the edge under the pointer is drawn below. If `click`, a number, is given, hidden units can
    be clicked: the selection CHOSEN then has the layer, the unit and this number. A changed number lets the
    browser report a second click on the same unit.
    """
    hidden, named = nodes[nodes["kind"] == "hidden"], nodes[nodes["kind"] != "hidden"]
    n_layers, rows = int(nodes["x"].max()), float(nodes["y"].max() + nodes["y"].min())
    if click is not None:
        hidden = hidden.assign(click=np.uint32(click))
    beside = {kind: named[(named["kind"] == kind) & (named["beside"] != "")] for kind in ("input", "output")}
    tables = {"units": units, "edges": edges, "hidden": hidden, "named": named}
    zero = {"x": [0.0], "x2": [float(n_layers)], "y": [_history_at(rows)[0]]}
    tables["zero_line"] = pd.DataFrame(zero)
    tables |= {f"{kind}s": frame if len(frame) else None for kind, frame in beside.items()}
    return from_template(
        _network,
        title,
        tables,
        {"epoch": epoch, "in_words": f"{epoch:,}", "letters": letters, "epochs": list(epochs)},
        quantity=quantity,
        n_layers=n_layers,
        rows=rows,
        zero=len(letters) // 2,
        takes_clicks=click is not None,
    )


def _network(
    units,
    edges,
    hidden,
    named,
    zero_line,
    inputs,
    outputs,
    epoch,
    in_words,
    letters,
    epochs,
    *,
    quantity,
    n_layers,
    rows,
    zero,
    takes_clicks,
):
    has_names = inputs is not None or outputs is not None
    x_scale = alt.Scale(domain=_ends(n_layers, has_names), nice=False)
    y_scale = alt.Scale(domain=[rows + HISTORY_ROWS, 0], nice=False)
    x, y = alt.X("x:Q", axis=None, scale=x_scale), alt.Y("y:Q", axis=None, scale=y_scale)
    pointed = alt.selection_point(name="edge", fields=["id"], on="pointerover", empty=False)
    size = max(LEAST_HEIGHT, NODE_HEIGHT * (rows + HISTORY_ROWS))

    def level(letter):
        return f"(indexof(letters, {letter}) - {zero}) / {zero}"

    # The browser interprets everything for every edge in every frame: so one field without scales, no
    # description, and no check of each channel's number (invalid="show"). See `benchmarks.drawing`.
    lines = alt.Chart(edges).transform_calculate(
        level=level(f"substring(datum.{quantity}, place, place + 1)")
    )
    lines = lines.mark_rule(strokeCap="round", aria=False).encode(
        x=x,
        y=y,
        x2=alt.X2("x2:Q"),
        y2=alt.Y2("y2:Q"),
        color=alt.Color("level:Q", scale=SIGNS, legend=None),
        strokeWidth=alt.StrokeWidth("level:Q", scale=WIDTHS, legend=None),
        opacity=alt.Opacity("level:Q", scale=OPACITIES, legend=None),
    )
    names = ("weight", "gradient", "update")
    figures = [
        alt.Tooltip(f"{name}_now:Q", title=f"{name}, epoch {in_words}", format=".4g") for name in names
    ]
    pointer = (
        alt.Chart(edges).mark_rule(strokeWidth=9, opacity=following.INVISIBLE, aria=False).add_params(pointed)
    )
    pointer = pointer.encode(
        x=x,
        y=y,
        x2=alt.X2("x2:Q"),
        y2=alt.Y2("y2:Q"),
        tooltip=[alt.Tooltip("source:N"), alt.Tooltip("target:N"), *figures],
    )
    layers = [
        lines,
        pointer,
        *_nodes(units, hidden, named, inputs, outputs, x, y, x_scale, y_scale, takes_clicks),
        *_history(edges, zero_line, quantity, level, pointed, x, y, rows, n_layers),
    ]
    place = f"max(0, indexof(sent, {following.EPOCH} ? +{following.EPOCH} : {epoch}))"
    params = (
        alt.param(name="letters", value=letters),
        alt.param(name="sent", value=epochs),
        alt.param(name="place", expr=place),
    )
    top = {"height": size, "usermeta": following.CANVAS}
    return following.layered(*layers, params=params, part="diagram", **top)


def _ends(n_layers, has_names):
    """Return the ends of the axis across the layers, which leave room for the names beside the nodes.

    The height is fixed and only the browser knows the width, so the ends are expressions of the width.
    """
    if not has_names:
        return [-0.35, n_layers + 0.35]
    unit = (
        f"{n_layers} * {NODE_WIDTH + NAME_WIDTH} / max({NODE_WIDTH}, width - {2 * (NODE_WIDTH + NAME_WIDTH)})"
    )
    return [alt.ExprRef(f"-{unit}"), alt.ExprRef(f"{n_layers} + {unit}")]


def _nodes(units, hidden, named, inputs, outputs, x, y, x_scale, y_scale, takes_clicks):
    """Return the layers of the nodes: the pictures of hidden units, and the names of inputs and outputs."""
    pictures = alt.Chart(units).transform_calculate(end=f"{following.SHOWN} ? datum.bottom : datum.top")
    pictures = pictures.mark_image(aspect=False, width=NODE_WIDTH, align="center", baseline="top", aria=False)
    pictures = pictures.encode(
        x=alt.X("layer:Q", axis=None, scale=x_scale),
        y=alt.Y("top:Q", axis=None, scale=y_scale),
        y2=alt.Y2("end:Q"),
        url=alt.Url("picture:N"),
        key=alt.Key("key:N"),
    )
    square = {"size": NODE_WIDTH**2 * 0.82, "opacity": 1.0}
    ground = alt.Chart(hidden).mark_square(fill="white", **square)
    frame = alt.Chart(hidden)
    if takes_clicks:
        square |= {"cursor": "pointer"}
        frame = frame.add_params(clicking.selection(CHOSEN, ["layer", "unit", "click"]))
    frame = frame.mark_square(filled=False, **square).encode(
        stroke=alt.condition("datum.closer", alt.value(palette.RED), alt.value(palette.NEUTRAL)),
        strokeWidth=alt.condition("datum.closer", alt.value(4), alt.value(2)),
        tooltip=[alt.Tooltip("name:N")],
    )
    discs = alt.Chart(named).mark_circle(size=900, color=readable(palette.NEUTRAL, NAME), opacity=1.0)
    text = alt.Chart(named).mark_text(color=NAME, fontWeight="bold")
    at = {"x": x, "y": y}
    names = [
        alt.Chart(beside)
        .mark_text(color=NEUTRAL_WORDS, align=align, dx=dx, limit=NAME_WIDTH - 4)
        .encode(**at, text=alt.Text("beside:N"))
        for beside, align, dx in ((inputs, "right", -NODE_WIDTH / 2), (outputs, "left", NODE_WIDTH / 2))
        if beside is not None
    ]
    return [
        ground.encode(**at),
        pictures,
        frame.encode(**at),
        discs.encode(**at, tooltip=[alt.Tooltip("name:N")]),
        text.encode(**at, text=alt.Text("text:N")),
        *names,
    ]


def _history_at(rows):
    """Return the middle of the history below `rows` rows of nodes, and how far it reaches up and down."""
    return rows + HISTORY_ROWS / 2 + 0.3, (HISTORY_ROWS - 1) / 2


def _history(edges, zero_line, quantity, level, pointed, x, y, rows, n_layers):
    """Return the layers of the history of the edge under the pointer, below the nodes."""
    middle, reach = _history_at(rows)
    base = alt.Chart(edges).transform_filter(pointed)
    points = (
        base.transform_calculate(letter=f"split(datum.{quantity}, '')")
        .transform_flatten(["letter"])
        .transform_window(number="row_number()")
        .transform_calculate(
            x=f"(datum.number - 1) / max(1, length(sent) - 1) * {n_layers}",
            y=f"{middle} - {reach} * {level('datum.letter')}",
        )
    )
    line = points.mark_line(color=palette.NEUTRAL, strokeWidth=1.5).encode(
        x=x, y=y, order=alt.Order("number:Q")
    )
    dot = points.transform_filter("datum.number == place + 1").mark_circle(size=60, color=palette.NEUTRAL)
    most = f"format(datum.{quantity}_scale, '.3g')"
    words = f"datum.source + ' → ' + datum.target + ': its {quantity} by epoch, between ± ' + {most}"
    text = base.transform_calculate(words=words, y=f"{rows + 0.45}", x="0")
    text = text.mark_text(align="left", color=NEUTRAL_WORDS).encode(x=x, y=y, text=alt.Text("words:N"))
    zero = alt.Chart(zero_line).mark_rule(color=palette.NEUTRAL, opacity=0.4, strokeDash=[2, 3])
    return [zero.encode(x=x, x2=alt.X2("x2:Q"), y=y), line, dot.encode(x=x, y=y), text]
