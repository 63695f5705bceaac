"""Charts of an image model: pictures in a grid, and the probabilities of the classes."""

import altair as alt

from ui.charts import palette
from ui.charts.drawing import drawn

CELL = 96


@drawn
def gallery(frame, n_columns, title, *, side=CELL, captions=True):
    """Pictures in rows of `n_columns`: columns picture, column, row, label, and what the tooltip tells."""
    n_rows = int(frame["row"].max()) + 1 if len(frame) else 1
    x_scale = alt.Scale(domain=[0, n_columns], nice=False)
    y_scale = alt.Scale(domain=[n_rows, 0], nice=False)
    share = 0.8 if captions else 0.94  # of a row that the picture takes
    frame = frame.assign(
        left=frame["column"] + 0.03,
        right=frame["column"] + 0.97,
        middle=frame["column"] + 0.5,
        top=frame["row"] + 0.01,
        bottom=frame["row"] + share,
        below=frame["row"] + (1 + share) / 2,
    )
    left, top = (alt.X("left:Q", axis=None, scale=x_scale), alt.Y("top:Q", axis=None, scale=y_scale))
    unseen = ("picture", "column", "row", "left", "right", "middle", "top", "bottom", "below")
    tips = [alt.Tooltip(f"{name}:N") for name in frame.columns if name not in unseen]
    base = alt.Chart(frame)
    pictures = base.mark_image(aspect=True).encode(
        x=left, x2=alt.X2("right:Q"), y=top, y2=alt.Y2("bottom:Q"), url=alt.Url("picture:N"), tooltip=tips
    )
    layers = [pictures]
    if captions:
        x, y = (alt.X("middle:Q", axis=None, scale=x_scale), alt.Y("below:Q", axis=None, scale=y_scale))
        words = base.mark_text(fontSize=11, color=palette.NEUTRAL)
        layers.append(words.encode(x=x, y=y, text=alt.Text("label:N")))
    return alt.layer(*layers).properties(title=title, height=(side + 22 * captions) * n_rows)


@drawn
def probabilities(frame, title):
    """The output of each class: columns class, output, kind (actual, predicted, other)."""
    kinds = {"actual": palette.CLASSES[2], "predicted": palette.CLASSES[3], "other": palette.NEUTRAL}
    scale = alt.Scale(domain=list(kinds), range=list(kinds.values()))
    y = alt.Y("class:N", title="class", sort=None, axis=alt.Axis(labelOverlap=False))
    x = alt.X("output:Q", title="output of the network", scale=alt.Scale(domain=[0, 1]))
    legend = alt.Legend(title=None, orient="bottom")
    bars = alt.Chart(frame).mark_bar().encode(y=y, x=x, color=alt.Color("kind:N", scale=scale, legend=legend))
    words = alt.Chart(frame).mark_text(align="left", dx=4, color=palette.NEUTRAL)
    words = words.encode(y=y, x=x, text=alt.Text("output:Q", format=".3f"))
    return alt.layer(bars, words).properties(title=title, height=24 * len(frame) + 40)
