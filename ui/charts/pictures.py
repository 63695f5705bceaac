"""Charts of an image model: pictures in rows, and the outputs of its classes."""

import altair as alt

from ui.charts import palette, square
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS
from ui.charts.layers import layered
from ui.charts.template import from_template

CELL = 96  # pixels of a picture's side in a gallery


@drawn
def gallery(frame, n_columns, title, *, side=CELL, captions=True):
    """Draw pictures, `n_columns` per row: columns picture, column, row, label, and others for the tooltip."""
    n_rows = int(frame["row"].max()) + 1 if len(frame) else 1
    share = 0.8 if captions else 0.94  # share of a row's height that the picture takes
    tips = tuple(name for name in frame.columns if name not in ("picture", "column", "row"))
    frame = frame.assign(
        left=frame["column"] + 0.03,
        right=frame["column"] + 0.97,
        middle=frame["column"] + 0.5,
        top=frame["row"] + 0.01,
        bottom=frame["row"] + share,
        below=frame["row"] + (1 + share) / 2,
    )
    size = {"n_columns": n_columns, "n_rows": n_rows, "side": side}
    return from_template(_gallery, title, {"frame": frame}, captions=captions, tips=tips, **size)


def _gallery(frame, n_columns, n_rows, side, captions, tips):
    x_scale, y_scale = (alt.Scale(domain=ends, nice=False) for ends in ([0, n_columns], [n_rows, 0]))

    def at(x, y):
        return {"x": alt.X(x, axis=None, scale=x_scale), "y": alt.Y(y, axis=None, scale=y_scale)}

    base = alt.Chart(frame)
    layers = [
        base.mark_image(aspect=True).encode(
            **at("left:Q", "top:Q"),
            x2=alt.X2("right:Q"),
            y2=alt.Y2("bottom:Q"),
            url=alt.Url("picture:N"),
            tooltip=[alt.Tooltip(f"{name}:N") for name in tips],
        )
    ]
    if captions:
        words = base.mark_text(fontSize=11, color=NEUTRAL_WORDS)
        layers.append(words.encode(**at("middle:Q", "below:Q"), text=alt.Text("label:N")))
    return layered(*layers, height=(side + 22 * captions) * n_rows)


@drawn
def outputs(frame, title, ends=(0, 1)):
    """Draw the output of each class: columns class, output, kind (actual, predicted, other).

    `ends` are those of the axis; None chooses them for these outputs.
    """
    return from_template(_outputs, title, {"frame": frame}, height=24 * len(frame), ends=ends)


def _outputs(frame, height, ends):
    kinds = {"actual": palette.CLASSES[2], "predicted": palette.CLASSES[3], "other": palette.NEUTRAL}
    scale = alt.Scale(domain=list(kinds), range=list(kinds.values()))
    y = alt.Y("class:N", title="class", sort=None, axis=alt.Axis(labelOverlap=False))
    x_scale = alt.Scale(domain=[*ends]) if ends else alt.Scale()
    x = alt.X("output:Q", title="output of the network", scale=x_scale)
    legend = alt.Legend(title=None, orient="bottom")
    bars = alt.Chart(frame).mark_bar().encode(y=y, x=x, color=alt.Color("kind:N", scale=scale, legend=legend))
    words = alt.Chart(frame).mark_text(align="left", dx=4, color=NEUTRAL_WORDS)
    words = words.encode(y=y, x=x, text=alt.Text("output:Q", format=".3f"))
    return layered(bars, words, height=height, autosize=square.FIT)
