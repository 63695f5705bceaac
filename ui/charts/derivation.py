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
    """Nodes (x, y, label, lit, value, gradient, told) and edges (x, y, x2, y2, size, lit, told).

    `size` from 0 to 1 is an edge's width. What is not lit is faint.
    """
    colour = BACKWARD if backward else FORWARD
    rows = nodes.groupby("x")["y"].count().max()
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.45, nodes["x"].max() + 0.45], nice=False))
    y_scale = alt.Scale(domain=[-rows / 2 - 0.15, rows / 2 + 0.15], nice=False)
    y = alt.Y("y:Q", axis=None, scale=y_scale)
    opacity = alt.Opacity("lit:N", scale=alt.Scale(domain=[True, False], range=[0.9, FAINT]), legend=None)
    width = alt.StrokeWidth("size:Q", scale=alt.Scale(domain=[0, 1], range=[0.7, 7]), legend=None)
    lines = alt.Chart(edges).mark_rule(color=colour)
    lines = lines.encode(
        x=x,
        x2=alt.X2("x2:Q"),
        y=y,
        y2=alt.Y2("y2:Q"),
        strokeWidth=width,
        opacity=opacity,
        tooltip=[alt.Tooltip("told:N", title="edge")],
    )
    base = alt.Chart(nodes).encode(x=x, y=y)
    size, font = (820, 12) if nodes["x"].max() < MANY else (560, 10)
    circles = base.mark_circle(size=size, color=colour, opacity=1).encode(
        tooltip=[
            alt.Tooltip("label:N", title="node"),
            alt.Tooltip("value:Q", format=".4g"),
            alt.Tooltip("gradient:Q", title="∂L/∂node", format=".4g"),
        ],
        color=alt.Color(
            "lit:N",
            scale=alt.Scale(domain=[True, False], range=[colour, palette.NEUTRAL]),
            legend=None,
        ),
    )
    names = base.mark_text(color="white", fontSize=font, fontWeight="bold").encode(text=alt.Text("label:N"))
    numbers = base.mark_text(dy=24, fontSize=11, color=palette.NEUTRAL).encode(text=alt.Text("told:N"))
    chart = alt.layer(lines, circles, names, numbers)
    return chart.properties(title=title, height=int(ROW * rows + 46)).configure_view(stroke=None)


@drawn
def product(cells, title, colours):
    """A matrix product as cells: matrix (left, right, result), x, y, row, column, text, sum.

    The pointer on an entry of the result lights its row on the left and its column on the right, and
    writes out their sum.
    """
    at = alt.selection_point(
        name="at",
        fields=["row", "column"],
        on="pointerover",
        clear=False,
        value=[{"row": 0, "column": 0}],
    )
    lit = {
        "left": "indexof(at.row, datum.row) >= 0",
        "right": "indexof(at.column, datum.column) >= 0",
        "result": "indexof(at.row, datum.row) >= 0 && indexof(at.column, datum.column) >= 0",
    }
    n_columns, n_rows = cells["x"].max() + 1, cells["y"].max() + 1
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.6, n_columns - 0.4], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[n_rows + 0.6, -0.6], nice=False))
    cells = cells.assign(
        x1=cells["x"] - 0.47, x2=cells["x"] + 0.47, y1=cells["y"] - 0.45, y2=cells["y"] + 0.45
    )
    signs = alt.Chart(cells[cells["matrix"] == "sign"]).mark_text(fontSize=16, color=palette.NEUTRAL)
    layers = [signs.encode(x=x, y=y, text=alt.Text("text:N"))]
    for matrix, test in lit.items():
        base = alt.Chart(cells[cells["matrix"] == matrix])
        boxes = base.mark_rect(color=colours[matrix], cornerRadius=3).encode(
            x=alt.X("x1:Q", axis=None, scale=alt.Scale(domain=[-0.6, n_columns - 0.4], nice=False)),
            x2=alt.X2("x2:Q"),
            y=alt.Y("y1:Q", axis=None, scale=alt.Scale(domain=[n_rows + 0.6, -0.6], nice=False)),
            y2=alt.Y2("y2:Q"),
            opacity=alt.condition(test, alt.value(1), alt.value(0.15)),
        )
        if matrix == "result":
            boxes = boxes.add_params(at)
        text = base.mark_text(fontSize=12).encode(
            x=x,
            y=y,
            text=alt.Text("text:N"),
            color=alt.condition(test, alt.value("white"), alt.value(palette.NEUTRAL)),
        )
        layers += [boxes, text]
    result = cells[cells["matrix"] == "result"].assign(middle=(n_columns - 1) / 2, foot=n_rows + 0.1)
    told = alt.Chart(result).mark_text(fontSize=12, color=palette.NEUTRAL)
    told = told.encode(
        x=alt.X("middle:Q"),
        y=alt.Y("foot:Q"),
        text=alt.Text("sum:N"),
        opacity=alt.condition(lit["result"], alt.value(1), alt.value(0)),
    )
    chart = alt.layer(*layers, told).properties(title=title, height=int(44 * (n_rows + 1.2)))
    return chart.configure_view(stroke=None)


@drawn
def curves(frame, title, y_title):
    """Two functions of x on top of one another: columns x, name, y; the first thick, the second dashed."""
    order = list(dict.fromkeys(frame["name"]))
    colours = dict(zip(order, (FORWARD, BACKWARD), strict=False))
    layers = []
    for number, name in enumerate(order):
        mine = frame[frame["name"] == name]
        style = {"strokeWidth": 2, "strokeDash": [5, 4]} if number else {"strokeWidth": 6, "opacity": 0.4}
        line = alt.Chart(mine).mark_line(color=colours[name], clip=True, **style)
        layers.append(
            line.encode(
                x=alt.X("x:Q", title="x", scale=alt.Scale(nice=False, zero=False)),
                y=alt.Y("y:Q", title=y_title),
                tooltip=[alt.Tooltip("name:N"), alt.Tooltip("x:Q"), alt.Tooltip("y:Q", format=".4g")],
            )
        )
    for number, name in enumerate(order):  # in the corner: the curves lie on one another
        word = alt.Chart(frame[frame["name"] == name].head(1))
        word = word.mark_text(align="left", color=colours[name], fontSize=12, fontWeight="bold")
        layers.append(word.encode(x=alt.value(8), y=alt.value(10 + 16 * number), text=alt.Text("name:N")))
    return alt.layer(*layers).properties(title=title, height=220)
