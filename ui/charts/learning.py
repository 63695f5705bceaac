"""The chart of one network as it learns: its loss so far, and its accuracy as a number."""

import altair as alt

from ui.charts import curves, following, palette
from ui.charts.drawing import drawn
from ui.charts.label_colours import NEUTRAL_WORDS
from ui.charts.loss_axes import axis_title
from ui.charts.template import from_template

HEIGHT = 190
LINE = 22  # characters beside an axis of that height


@drawn
def learning(frame, epoch, title, losses=()):
    """Return the line of the loss so far with a point at the epoch on show, `epoch` on the server.

    `frame` has columns epoch, loss and accuracy of the validation set. The accuracy at the epoch on show is
    written in the corner. `losses` are as in `axis_title`.
    """
    axis = curves.Axis(float(frame["loss"].min()), float(frame["loss"].max()), log=True)
    tables = {
        "losses": following.with_past(frame, epoch),
        "now": following.marked(frame, epoch, len(frame)),
    }
    values = {"domain": axis.domain, "reach": [0.0, float(frame["epoch"].max())]}
    title_of_axis = axis_title("validation loss", losses, LINE)
    return from_template(_learning, title, tables, values, y_title=title_of_axis)


def _learning(losses, now, domain, reach, y_title):
    axis, x = curves.Vertical(domain, log=True), curves.epochs(reach)
    y = axis.y("loss", title=y_title, axis=alt.Axis(format="~g", tickCount=5))
    line = following.so_far(losses).mark_line(color=palette.POSITIVE, strokeWidth=2.5).encode(x=x, y=y)
    now = following.on_show(now)
    point = now.mark_circle(size=90, color=palette.POSITIVE, opacity=1).encode(x=x, y=y)
    place = {"align": "right", "x": {"expr": "width - 6"}, "color": NEUTRAL_WORDS}
    number = now.mark_text(fontSize=30, fontWeight="bold", baseline="top", y=6, **place)
    number = number.encode(text=alt.Text("accuracy:Q", format=".1%"))
    words = now.mark_text(fontSize=12, baseline="top", y=40, **place)
    words = words.encode(text=alt.TextValue("validation accuracy"))
    return following.layered(line, point, number, words, height=HEIGHT)
