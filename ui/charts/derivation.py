"""Charts of the derivation: the network as a graph, a matrix product entry by entry, an identity."""

import altair as alt

from ui.charts import palette
from ui.charts.drawing import drawn

FORWARD, BACKWARD = "#0072B2", "#D55E00"
ROW = 62  # pixels a unit
FAINT = 0.18
MANY = 7  # columns of nodes, from which they are drawn smaller


@drawn
def graph(nodes, edges, title, *, backward):
    """Nodes (x, y, label, lit, value, gradient, text) and edges (x, y, x2, y2, size, lit, text).

    `size` from 0 to 1 is an edge's width. What is not lit is faint.
    """
    colour = BACKWARD if backward else FORWARD
    rows, last = nodes.groupby("x")["y"].count().max(), nodes["x"].max()
    x = _axis(alt.X, "x", -0.45, last + 0.45)
    y = _axis(alt.Y, "y", -rows / 2 - 0.15, rows / 2 + 0.15)
    lit = {"domain": [True, False]}
    opacity = alt.Opacity("lit:N", scale=alt.Scale(range=[0.9, FAINT], **lit), legend=None)
    width = alt.StrokeWidth("size:Q", scale=alt.Scale(domain=[0, 1], range=[0.7, 7]), legend=None)
    ends = {"x": x, "x2": alt.X2("x2:Q"), "y": y, "y2": alt.Y2("y2:Q")}
    edge = alt.Tooltip("text:N", title="edge")
    lines = alt.Chart(edges).mark_rule(color=colour)
    lines = lines.encode(**ends, strokeWidth=width, opacity=opacity, tooltip=[edge])
    base = alt.Chart(nodes).encode(x=x, y=y)
    size, font = (820, 12) if last < MANY else (560, 10)
    circles = base.mark_circle(size=size, color=colour, opacity=1).encode(
        tooltip=[
            alt.Tooltip("label:N", title="node"),
            alt.Tooltip("value:Q", format=".4g"),
            alt.Tooltip("gradient:Q", title="∂L/∂node", format=".4g"),
        ],
        color=alt.Color("lit:N", scale=alt.Scale(range=[colour, palette.NEUTRAL], **lit), legend=None),
    )
    names = base.mark_text(color="white", fontSize=font, fontWeight="bold").encode(text=alt.Text("label:N"))
    numbers = base.mark_text(dy=24, fontSize=11, color=palette.NEUTRAL).encode(text=alt.Text("text:N"))
    chart = alt.layer(lines, circles, names, numbers)
    return chart.properties(title=title, height=int(ROW * rows + 46)).configure_view(stroke=None)


@drawn
def product(cells, title, colours):
    """A matrix product as cells: matrix (left, right, result), x, y, row, column, text, sum.

    The pointer on an entry of the result lights its row on the left and its column on the right, and
    writes out their sum.
    """
    first = [{"row": 0, "column": 0}]
    at = alt.selection_point("at", fields=["row", "column"], on="pointerover", clear=False, value=first)
    row, column = "indexof(at.row, datum.row) >= 0", "indexof(at.column, datum.column) >= 0"
    lit = {"left": row, "right": column, "result": f"{row} && {column}"}
    n_columns, n_rows = cells["x"].max() + 1, cells["y"].max() + 1
    x_range, y_range = (-0.6, n_columns - 0.4), (n_rows + 0.6, -0.6)
    x, y = _axis(alt.X, "x", *x_range), _axis(alt.Y, "y", *y_range)
    cells = cells.assign(
        x1=cells["x"] - 0.47, x2=cells["x"] + 0.47, y1=cells["y"] - 0.45, y2=cells["y"] + 0.45
    )
    signs = alt.Chart(cells[cells["matrix"] == "sign"]).mark_text(fontSize=16, color=palette.NEUTRAL)
    layers = [signs.encode(x=x, y=y, text=alt.Text("text:N"))]
    for matrix, test in lit.items():
        base = alt.Chart(cells[cells["matrix"] == matrix])
        boxes = base.mark_rect(color=colours[matrix], cornerRadius=3).encode(
            x=_axis(alt.X, "x1", *x_range),
            x2=alt.X2("x2:Q"),
            y=_axis(alt.Y, "y1", *y_range),
            y2=alt.Y2("y2:Q"),
            opacity=alt.condition(test, alt.value(1), alt.value(0.15)),
        )
        if matrix == "result":
            boxes = boxes.add_params(at)
        colour = alt.condition(test, alt.value("white"), alt.value(palette.NEUTRAL))
        text = base.mark_text(fontSize=12).encode(x=x, y=y, text=alt.Text("text:N"), color=colour)
        layers += [boxes, text]
    result = cells[cells["matrix"] == "result"].assign(middle=(n_columns - 1) / 2, foot=n_rows + 0.1)
    sums = (
        alt.Chart(result)
        .mark_text(fontSize=12, color=palette.NEUTRAL)
        .encode(
            x=alt.X("middle:Q"),
            y=alt.Y("foot:Q"),
            text=alt.Text("sum:N"),
            opacity=alt.condition(lit["result"], alt.value(1), alt.value(0)),
        )
    )
    chart = alt.layer(*layers, sums).properties(title=title, height=int(44 * (n_rows + 1.2)))
    return chart.configure_view(stroke=None)


@drawn
def curves(frame, title, y_title):
    """Two functions of x on top of one another: columns x, name, y; the first thick, the second dashed."""
    order = list(dict.fromkeys(frame["name"]))
    x = alt.X("x:Q", title="x", scale=alt.Scale(nice=False, zero=False))
    y, tooltip = alt.Y("y:Q", title=y_title), [alt.Tooltip("name:N"), alt.Tooltip("x:Q")]
    tooltip.append(alt.Tooltip("y:Q", format=".4g"))
    lines, words = [], []
    for number, (name, colour) in enumerate(zip(order, (FORWARD, BACKWARD), strict=True)):
        mine = frame[frame["name"] == name]
        style = {"strokeWidth": 2, "strokeDash": [5, 4]} if number else {"strokeWidth": 6, "opacity": 0.4}
        line = alt.Chart(mine).mark_line(color=colour, clip=True, **style)
        lines.append(line.encode(x=x, y=y, tooltip=tooltip))
        # in the corner: the curves lie on one another
        word = alt.Chart(mine.head(1)).mark_text(align="left", color=colour, fontSize=12, fontWeight="bold")
        words.append(word.encode(x=alt.value(8), y=alt.value(10 + 16 * number), text=alt.Text("name:N")))
    return alt.layer(*lines, *words).properties(title=title, height=220)


def _axis(channel, field, low, high):
    return channel(f"{field}:Q", axis=None, scale=alt.Scale(domain=[low, high], nice=False))
