"""The charts of one step of training: the batch, and a layer's numbers as a coloured table."""

import altair as alt
import pandas as pd

from ui.charts import palette, square
from ui.charts.drawing import drawn
from ui.charts.label_colours import FAINT, NEUTRAL_WORDS, on_shades
from ui.charts.layers import layered
from ui.charts.template import from_template

CELL, SIDE, MOST_NUMBERED = 26, 340, 40
MOST_WRITTEN = 8  # columns of a table whose numbers are written into their cells


@drawn
def batch(others, examples, class_names, title):
    """Return the plane with the examples of a batch in the colours of their classes, the others in grey.

    Both frames have x and y; `examples` also has class and index, the example's place in the training set.
    The places are written only where they are no denser than MOST_NUMBERED in a plane of SIDE pixels.
    """
    around = square.around(pd.concat([others[["x", "y"]], examples[["x", "y"]]]))
    numbered = len(examples) <= MOST_NUMBERED
    return from_template(
        _batch,
        title,
        {"others": others, "examples": examples},
        square.ends(around) | {"n_examples": len(examples)},
        class_names=class_names,
        numbered=numbered,
    )


def _batch(others, examples, middle, half, heights, n_examples, class_names, numbered):
    x, y = square.scales(middle, half, heights)
    axes = alt.X("x:Q", title="x₁", scale=x), alt.Y("y:Q", title="x₂", scale=y)
    colours = alt.Scale(domain=list(class_names), range=list(palette.CLASSES[: len(class_names)]))
    grey = alt.Chart(others).mark_circle(size=18, color=palette.NEUTRAL, opacity=0.35).encode(*axes)
    base = alt.Chart(examples).encode(*axes)
    marks = base.mark_circle(size=90, opacity=1).encode(
        color=alt.Color("class:N", scale=colours, title="class"),
        tooltip=[alt.Tooltip("index:Q", title="example"), alt.Tooltip("class:N")],
    )
    density = f"{n_examples} * pow({SIDE} / min(width, {SIDE}), 2)"  # as many on the whole SIDE
    opacity = alt.ExprRef(f"{density} <= {MOST_NUMBERED} ? 1 : 0")
    numbers = base.mark_text(dy=-11, color=NEUTRAL_WORDS, opacity=opacity).encode(text=alt.Text("index:Q"))
    return layered(grey, marks, *([numbers] if numbered else []), **square.size(SIDE))


@drawn
def table(frame, columns, title):
    """Return numbers as coloured cells: blue above 0, orange below, stronger for a larger magnitude.

    The frame has row (text), column (number) and value; `columns` says what a column is.
    """
    finite = frame["value"].abs()
    largest = float(finite[finite < float("inf")].max()) if len(finite) else 0.0
    largest = largest if largest > 0 else 1.0
    values = {"least": -largest, "most": largest}
    rows, few = list(dict.fromkeys(frame["row"])), frame["column"].nunique() <= MOST_WRITTEN
    return from_template(_table, title, {"frame": frame}, values, columns=columns, rows=rows, few=few)


def _table(frame, least, most, columns, rows, few):
    base = alt.Chart(frame).encode(
        x=alt.X("column:O", title=columns, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("row:N", title=None, sort=rows),
        tooltip=[
            alt.Tooltip("row:N"),
            alt.Tooltip("column:O", title=columns),
            alt.Tooltip("value:Q", format=".6g"),
        ],
    )
    shades = alt.Scale(domain=[least, 0, most], range=[palette.NEGATIVE, FAINT, palette.POSITIVE])
    cells = base.mark_rect().encode(color=alt.Color("value:Q", scale=shades, legend=None))
    layers = [cells]
    if few:
        share = f"(isFinite(datum.value) ? datum.value / {most} : 0)"  # no tile is drawn if it is not finite
        text = base.mark_text(fontSize=11, color=on_shades(share))
        layers.append(text.encode(text=alt.Text("value:Q", format=".2g")))
    return layered(*layers, height=CELL * len(rows) + 90)
