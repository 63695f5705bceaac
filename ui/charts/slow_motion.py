"""The charts of one step of training: the batch, and a layer's numbers as a coloured table."""

import altair as alt
import pandas as pd

from ui.charts import palette, square
from ui.charts.drawing import drawn
from ui.charts.layers import layered

CELL, SIDE, MOST_NUMBERED = 26, 340, 40


@drawn
def batch(others, examples, class_names, title):
    """Return the plane with the examples of a batch in the colours of their classes, the others in grey.

    Both frames have x and y; `examples` also has class and index, the example's place in the training set.
    """
    x, y = square.scales(square.around(pd.concat([others[["x", "y"]], examples[["x", "y"]]])))
    axes = alt.X("x:Q", title="x₁", scale=x), alt.Y("y:Q", title="x₂", scale=y)
    colours = alt.Scale(domain=list(class_names), range=list(palette.CLASSES[: len(class_names)]))
    grey = alt.Chart(others).mark_circle(size=18, color=palette.NEUTRAL, opacity=0.35).encode(*axes)
    base = alt.Chart(examples).encode(*axes)
    marks = base.mark_circle(size=90, opacity=1).encode(
        color=alt.Color("class:N", scale=colours, title="class"),
        tooltip=[alt.Tooltip("index:Q", title="example"), alt.Tooltip("class:N")],
    )
    numbers = base.mark_text(dy=-11, color=palette.NEUTRAL).encode(text=alt.Text("index:Q"))
    others = (marks, numbers) if len(examples) <= MOST_NUMBERED else (marks,)
    size = square.size(SIDE)
    return layered(grey, *others, title=title, **size)


@drawn
def table(frame, columns, title):
    """Return numbers as coloured cells: blue above 0, orange below, stronger for a larger magnitude.

    The frame has row (text), column (number) and value; `columns` says what a column is.
    """
    finite = frame["value"].abs()
    largest = float(finite[finite < float("inf")].max()) if len(finite) else 0.0
    largest = largest if largest > 0 else 1.0
    rows = list(dict.fromkeys(frame["row"]))
    base = alt.Chart(frame).encode(
        x=alt.X("column:O", title=columns, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("row:N", title=None, sort=rows),
        tooltip=[
            alt.Tooltip("row:N"),
            alt.Tooltip("column:O", title=columns),
            alt.Tooltip("value:Q", format=".6g"),
        ],
    )
    shades = alt.Scale(domain=[-largest, 0, largest], range=[palette.NEGATIVE, "#80808015", palette.POSITIVE])
    cells = base.mark_rect().encode(color=alt.Color("value:Q", scale=shades, legend=None))
    layers = [cells]
    if frame["column"].nunique() <= 8:
        dark = f"abs(datum.value) > {0.5 * largest!r}"
        text = base.mark_text(fontSize=11).encode(
            text=alt.Text("value:Q", format=".2g"),
            color=alt.ColorValue(palette.NEUTRAL, condition={"test": dark, "value": "white"}),
        )
        layers.append(text)
    return layered(*layers, title=title, height=CELL * len(rows) + 90)
