"""The loss as a function of one weight, with its tangent."""

import altair as alt
import pandas as pd

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import coloured
from ui.charts.layers import layered
from ui.charts.template import from_template

CURVE, TANGENT = "#0072B2", "#D55E00"
WORDS = {"word_of_curve": "the loss", "word_of_tangent": "its tangent"}
ROOM = 0.15  # margin above and below the curve, as a share of its height


@drawn
def along(curve, start, end, slope, kinks, names, title):
    """Return the loss along one weight, its tangent at the start, and the gap between both at the end.

    `curve` has the columns weight and loss; `start` and `end` are (weight, loss), both on the curve; `kinks`
    are values of the weight; `names` are the names of the weight and of the loss.
    """
    weights, losses = curve["weight"], curve["loss"]
    room = ROOM * (losses.max() - losses.min()) or 1.0
    sides, ends = [weights.iloc[0], weights.iloc[-1]], [losses.min() - room, losses.max() + room]
    tangent = [start[1] + slope * (at - start[0]) for at in (*sides, end[0])]
    straight = pd.DataFrame({"weight": sides, "loss": tangent[:2]})
    gap = pd.DataFrame({"weight": [end[0]], "loss": [end[1]], "to": tangent[2:]})
    start, end = (pd.DataFrame({"weight": [at[0]], "loss": [at[1]]}) for at in (start, end))
    kinks = pd.DataFrame({"weight": list(kinks)}, dtype=float)
    tables = {"curve": curve, "start": start, "end": end, "kinks": kinks, "straight": straight, "gap": gap}
    tables |= {name: pd.DataFrame({"name": [words]}) for name, words in WORDS.items()}
    return from_template(_along, title, tables, {"sides": sides, "ends": ends}, names=names)


def _along(curve, start, end, kinks, straight, gap, word_of_curve, word_of_tangent, sides, ends, names):
    x = alt.X("weight:Q", title=names[0], scale=alt.Scale(domain=sides, nice=False))
    y = alt.Y("loss:Q", title=names[1], scale=alt.Scale(domain=ends, nice=False, zero=False))
    titled = zip(("weight", "loss"), names, strict=True)
    tooltip = [alt.Tooltip(f"{column}:Q", title=name, format=".4g") for column, name in titled]
    kinks = alt.Chart(kinks)
    to = alt.Y2("to:Q")
    layers = [
        kinks.mark_rule(color=palette.NEUTRAL, strokeDash=[2, 3]).encode(x=x),
        alt.Chart(straight).mark_line(color=TANGENT, clip=True, strokeDash=[6, 4]).encode(x=x, y=y),
        alt.Chart(curve).mark_line(color=CURVE, clip=True, strokeWidth=2.5).encode(x=x, y=y, tooltip=tooltip),
        alt.Chart(gap).mark_rule(color=palette.NEUTRAL, strokeWidth=3, clip=True).encode(x=x, y=y, y2=to),
        alt.Chart(start).mark_point(size=90, color=CURVE, strokeWidth=2, opacity=1).encode(x=x, y=y),
        alt.Chart(end).mark_circle(size=110, color=CURVE, opacity=1).encode(x=x, y=y, tooltip=tooltip),
    ]
    for place, (word, colour) in enumerate(((word_of_curve, CURVE), (word_of_tangent, TANGENT))):
        word = alt.Chart(word).mark_text(align="left", color=coloured(colour), fontSize=12, fontWeight="bold")
        layers.append(word.encode(x=alt.XValue(8), y=alt.YValue(10 + 16 * place), text=alt.Text("name:N")))
    return layered(*layers, height=260)
