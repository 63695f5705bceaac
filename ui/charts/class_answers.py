"""The chart of how many of a class gave which answer, round by round."""

import altair as alt

from ui.charts import palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS
from ui.charts.layers import layered
from ui.charts.template import from_template

ROW, TEXT = 56, 16  # pixels of an answer in one round; of letters that the last row can read


@drawn
def distribution(frame, answers, title):
    """Return one bar per answer and round: columns answer, round and count; `answers` is their order."""
    rounds = list(dict.fromkeys(frame["round"]))
    most = max(1, int(frame["count"].max()))
    return from_template(
        _distribution, title, {"frame": frame}, {"most": most}, rounds=rounds, answers=answers
    )


def _distribution(frame, most, rounds, answers):
    y = alt.Y("answer:N", sort=answers, title=None, axis=alt.Axis(labelLimit=420, labelFontSize=TEXT))
    x = alt.X(
        "count:Q",
        title="answers",
        axis=alt.Axis(format="d", tickMinStep=1),
        scale=alt.Scale(domain=[0, most]),
    )
    base = alt.Chart(frame).encode(y=y, x=x, yOffset=alt.YOffset("round:N", sort=rounds))
    colours = [palette.POSITIVE, palette.NEGATIVE, palette.NEUTRAL][: len(rounds)]
    shades = alt.Scale(domain=rounds, range=colours)
    legend = alt.Legend(title=None, orient="bottom") if len(rounds) > 1 else None
    bars = base.mark_bar().encode(
        color=alt.Color("round:N", sort=rounds, scale=shades, legend=legend),
        tooltip=[alt.Tooltip(name) for name in ("answer:N", "round:N", "count:Q")],
    )
    text = base.mark_text(align="left", dx=6, fontSize=TEXT, color=NEUTRAL_WORDS).encode(
        text=alt.Text("count:Q")
    )
    height = ROW * len(answers) * (1 + len(rounds)) // 2
    return layered(bars, text, height=height)
