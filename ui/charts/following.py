"""Charts that follow the timeline: the browser alone decides which of their rows are on show.

A frame of such a chart has rows of every epoch that was sent, with the columns `epoch` and `now`: ALONE on
rows that stand for every epoch, SERVED on those of the epoch that the server shows, 0 on the others. The
timeline (`ui.timeline`) sets the parameter EPOCH by an event of the page's body, an element that is there
before a chart and outlives it. Without a timeline the parameter is empty: the server's epoch is on show.

A chart that is a `part` has an event of its own, and stands in `ui.timeline.component.part`: the timeline
leaves out of its frames the parts that are not in sight, which would cost as much as the others.
"""

import altair as alt
import numpy as np

from ui.charts.layers import layered as layers_of

EPOCH, EVENT = "at_epoch", "epoch"
SERVED, ALONE = 1, 2
INVISIBLE = 0.0  # opacity of marks that are there for the pointer alone; the browser does not draw them
SHOWN = "(datum.epoch == shown || datum.now > hidden)"  # short: the browser interprets it, for every row
INK = alt.ExprRef("luminance(background) > 0.5 ? '#31333F' : '#FAFAFA'")  # of the theme
CANVAS = {"embedOptions": {"renderer": "canvas"}}  # for a thousand marks, and for frames, faster than SVG
HEADED = {"padding": {"top": 28, "left": 5, "right": 5, "bottom": 5}}
CURRENT = f"{EPOCH} ? +{EPOCH} : datum.epoch"
EXPRESSIONS = (
    alt.param(name="shown", expr=f"{EPOCH} ? +{EPOCH} : -1"),
    alt.param(name="hidden", expr=f"{EPOCH} ? {SERVED} : 0"),  # rows with a larger `now` are on show
)


def marked(frame, epoch=0, n_epochs=1):
    """Return a data frame with the columns epoch and now; without a column epoch its rows are of `epoch`.

    `epoch` is the one that the server shows. Rows of a frame that has only one of `n_epochs` epochs, because
    the others are still to be made or never will be, are on show whatever the timeline says.
    """
    if "epoch" not in frame:
        frame = frame.assign(epoch=np.int32(epoch))
    now = np.where(frame["epoch"] == epoch, SERVED if n_epochs > 1 else ALONE, 0)
    return frame.assign(now=now.astype(np.uint8))


def layered(*layers, params=(), part=None, **properties):
    """Return a chart of layers with the parameters that the timeline sets, and further ones."""
    event = f"{EVENT}_{part}" if part else EVENT
    epoch = alt.param(name=EPOCH, bind=alt.BindDirect(element="body", event=event))
    return layers_of(*layers, params=(epoch, *EXPRESSIONS, *params), **properties)


def on_show(frame):
    """Return the `alt.Chart` of those rows of a frame that are on show."""
    return alt.Chart(frame).transform_filter(SHOWN)


def reel(frame, field=None, separator="|"):
    """Return the `alt.Chart` of a reel, with the `place` of the epoch on show and its text in a `field`.

    A reel is a frame of one row: `epochs`, as text between commas; the place `served` of the server's epoch
    among them; and columns with a text of each epoch between separators. One row is as quick to draw however
    many epochs there are, while the browser has to interpret a filter for every row.
    """
    chart = alt.Chart(frame).transform_calculate(sent="split(datum.epochs, ',')")
    if field:
        chart = chart.transform_calculate(texts=f"split(datum.{field}, '{separator}')")
    found = f"indexof(datum.sent, {EPOCH})"  # the timeline's epoch is a text, too
    chart = chart.transform_calculate(found=found)
    chart = chart.transform_calculate(place="datum.found < 0 ? datum.served : datum.found")
    return chart.transform_calculate(**{field: "datum.texts[datum.place]"}) if field else chart


def heading(base, field):
    """Return a text of the row of a chart as a line above the chart, which needs HEADED."""
    style = {"fontSize": 14, "fontWeight": 600, "align": "left", "baseline": "bottom", "color": INK}
    text = base.mark_text(**style, limit=alt.ExprRef("width"))
    return text.encode(x=alt.XValue(0), y=alt.YValue(-8), text=alt.Text(f"{field}:N"))


def so_far(frame, epoch):
    """Return the `alt.Chart` of a frame's rows up to the epoch on show; `epoch` is the server's.

    The frame has a column epoch, and the rows of a line through several epochs.
    """
    frame = frame.assign(past=(frame["epoch"] <= epoch).astype(np.uint8))
    return alt.Chart(frame).transform_filter(f"{EPOCH} ? datum.epoch <= +{EPOCH} : datum.past")


def rule(frame, x, *, per_epoch=None, **style):
    """Return a vertical rule at the epoch on show, of the channel x; `frame` has the server's epoch.

    With `per_epoch`, so many steps, x is the channel of a column step.
    """
    where = {"epoch": CURRENT} if per_epoch is None else {"step": f"({CURRENT}) * {per_epoch}"}
    return alt.Chart(frame).transform_calculate(**where).mark_rule(**style).encode(x=x)
