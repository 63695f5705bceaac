"""Charts of the derivation: the network as a graph, an identity."""

import altair as alt

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import coloured, readable
from ui.charts.layers import layered
from ui.charts.template import from_template

FORWARD, BACKWARD = "#0072B2", "#D55E00"
NAME = "#FFFFFF"  # of a node, on its disc
ROW = 62  # pixels a unit
FAINT = 0.18
ROUNDING = 1e-12  # a curve that is smaller everywhere is 0
MANY = 7  # from this many columns of nodes on, nodes are drawn smaller
UNREAD = {
    "aria": False
}  # a screen reader should read the text alternative and the box next to it, not every mark
# The ids, between commas, that the matrices of a step light up; "" while nobody points at them: then the
# parts of the step are lit. The root element exists before any chart and outlives it.
SOURCES = alt.param(name="sources", bind=alt.BindDirect(element="html", event="sources"))
# The theme's own background: numbers stand out from the edges that cross them, in light and dark
GROUND, INK = alt.ExprRef("background"), alt.ExprRef("luminance(background) > 0.5 ? '#565b66' : '#c2c6ce'")
LIT = "sources ? indexof(sources, ',' + datum.id + ',') >= 0 : datum.lit"


@drawn
def graph(nodes, edges, title, *, backward, clickable=False):
    """Draw nodes (id, x, y, label, lit, value, gradient, text) and edges (id, x, y, x2, y2, size, lit, text).

    `size` from 0 to 1 is an edge's width. Parts that are not lit are faint. The step's matrices light up
    other parts through the event "sources" of the page's root element. If `clickable`, a click on a node or
    an edge adds its id to the selection "node" or "edge", or removes it.
    """
    return from_template(
        _graph,
        title,
        {"nodes": nodes, "edges": edges},
        rows=int(nodes.groupby("x")["y"].count().max()),
        last=nodes["x"].max().item(),
        backward=backward,
        clickable=clickable,
    )


def _graph(nodes, edges, rows, last, backward, clickable):
    colour = BACKWARD if backward else FORWARD
    x = _axis(alt.X, "x", -0.45, last + 0.45)
    y = _axis(alt.Y, "y", -rows / 2 - 0.15, rows / 2 + 0.15)
    opacity = alt.OpacityValue(FAINT, condition={"test": LIT, "value": 0.9})
    width = alt.StrokeWidth("size:Q", scale=alt.Scale(domain=[0, 1], range=[0.7, 7]), legend=None)
    ends = {"x": x, "x2": alt.X2("x2:Q"), "y": y, "y2": alt.Y2("y2:Q")}
    edge = alt.Tooltip("text:N", title="edge")
    lines = alt.Chart(edges).mark_rule(color=colour, **UNREAD)
    lines = lines.encode(**ends, strokeWidth=width, opacity=opacity)
    base = alt.Chart(nodes).encode(x=x, y=y)
    size, font = (820, 12) if last < MANY else (560, 10)
    disc, unlit = readable(colour, NAME), readable(palette.NEUTRAL, NAME)
    circles = base.mark_circle(size=size, color=disc, opacity=1, **UNREAD).encode(
        tooltip=[
            alt.Tooltip("label:N", title="node"),
            alt.Tooltip("value:Q", format=".4g"),
            alt.Tooltip("gradient:Q", title="∂L/∂node", format=".4g"),
        ],
        color=alt.ColorValue(unlit, condition={"test": LIT, "value": disc}),
    )
    pointer = (
        alt.Chart(edges).mark_rule(strokeWidth=14, opacity=0.001, **UNREAD).encode(**ends, tooltip=[edge])
    )
    if clickable:
        node, line = (
            alt.selection_point(name=name, fields=["id"], toggle="true", empty=False)
            for name in ("node", "edge")
        )
        circles, pointer = circles.add_params(node), pointer.add_params(line)
    names = base.mark_text(color=NAME, **UNREAD, fontSize=font, fontWeight="bold").encode(
        text=alt.Text("label:N")
    )
    below = {"dy": 22, "fontSize": font - 1} | UNREAD
    numbers = base.mark_text(**below, color=INK).encode(text=alt.Text("text:N"))
    halos = base.mark_text(**below, stroke=GROUND, strokeWidth=4).encode(text=alt.Text("text:N"))
    layers = (lines.add_params(SOURCES), pointer, halos, numbers, circles, names)
    return layered(*layers, height=int(ROW * rows + 46))


@drawn
def curves(frame, title, y_title):
    """Draw two functions of x over each other, the first thick, the second dashed: columns x, name, y."""
    order = list(dict.fromkeys(frame["name"]))
    mine = [frame[frame["name"] == name] for name in order]
    tables = dict(zip(("first", "second"), mine, strict=True))
    tables |= {f"word_of_{name}": rows.head(1) for name, rows in tables.items()}
    flat = bool(frame["y"].abs().max() < ROUNDING)
    return from_template(_curves, title, tables, y_title=y_title, flat=flat)


def _curves(first, second, word_of_first, word_of_second, y_title, flat):
    x = alt.X("x:Q", title="x", scale=alt.Scale(nice=False, zero=False))
    # without other values than 0 the axis has a single label
    y = alt.Y("y:Q", title=y_title, scale=alt.Scale(domain=[-1, 1]) if flat else alt.Undefined)
    tooltip = [alt.Tooltip("name:N"), alt.Tooltip("x:Q")]
    tooltip.append(alt.Tooltip("y:Q", format=".4g"))
    lines, words = [], []
    tables = (first, word_of_first, FORWARD), (second, word_of_second, BACKWARD)
    for number, (mine, word, colour) in enumerate(tables):
        style = {"strokeWidth": 2, "strokeDash": [5, 4]} if number else {"strokeWidth": 6, "opacity": 0.4}
        line = alt.Chart(mine).mark_line(color=colour, clip=True, **style)
        lines.append(line.encode(x=x, y=y, tooltip=tooltip))
        # in the corner, because the curves lie on top of each other
        word = alt.Chart(word).mark_text(align="left", color=coloured(colour), fontSize=12, fontWeight="bold")
        words.append(word.encode(x=alt.XValue(8), y=alt.YValue(10 + 16 * number), text=alt.Text("name:N")))
    return layered(*lines, *words, height=220)


def _axis(channel, field, low, high):
    return channel(f"{field}:Q", axis=None, scale=alt.Scale(domain=[low, high], nice=False))
