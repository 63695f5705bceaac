"""The confusion matrix: how many examples of each class are assigned to which class."""

import altair as alt

from ui.charts import following, legends, palette, square
from ui.charts.drawing import drawn
from ui.charts.label_colours import FAINT, on_shades
from ui.charts.layers import layered
from ui.charts.template import from_template

ROW, LOWEST, AXES = 28, 110, 80  # pixels: a row, the plot, and what is above and below it


@drawn
def confusion(frame, title):
    """Return the confusion matrix: actual class by row, predicted class by column, with counts."""
    return from_template(_confusion, title, {"frame": frame}, **_options(frame))


@drawn
def confusions(frame, headings, title):
    """Return the confusion matrix of the epoch on show and its heading; both frames have epoch and now."""
    tables = {"frame": frame, "headings": headings}
    return from_template(_confusions, title, tables, **_options(frame))


def _confusion(frame, names, height):
    return layered(*_matrix(alt.Chart(frame), names), height=height, autosize=square.FIT)


def _confusions(frame, headings, names, height):
    layers = (
        *_matrix(following.on_show(frame), names),
        following.heading(following.on_show(headings), "heading"),
    )
    how = {"part": "confusion", "height": height, "usermeta": following.CANVAS, "autosize": square.FIT}
    how |= following.HEADED
    return following.layered(*layers, **how)


def _options(frame):
    names = list(frame["predicted"].unique())
    return {"names": names, "height": max(LOWEST, ROW * frame["actual"].nunique() - AXES)}


def _matrix(base, names):
    """Return the layers of a confusion matrix."""
    base = base.encode(
        x=alt.X("predicted:N", title="predicted class", axis=alt.Axis(**legends.below(names))),
        y=alt.Y("actual:N", title="actual class", axis=alt.Axis(labelOverlap=False)),
        tooltip=[
            *(alt.Tooltip(name) for name in ("actual:N", "predicted:N", "count:Q")),
            alt.Tooltip("share:Q", format=".1%"),
        ],
    )
    shades = alt.Scale(domain=[0, 1], range=[FAINT, palette.POSITIVE])
    shade = base.mark_rect().encode(color=alt.Color("share:Q", scale=shades, legend=None))
    text = base.mark_text(fontWeight="bold", color=on_shades("datum.share"))
    return [shade, text.encode(text=alt.Text("count:Q"))]
