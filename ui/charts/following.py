"""Charts that follow the timeline: the browser alone decides which of their rows are shown.

The data frame of such a chart has rows of every epoch that was sent, with the columns `epoch` and `now`:
ALONE on rows that are valid for every epoch, SERVED on those of the epoch that the server shows, 0 on the
others. The timeline (`ui.timeline`) sets the parameter EPOCH through an event of the page's body, which
exists before any chart and outlives it. Without a timeline the parameter is empty and the server's epoch is
shown.

A chart that is a `part` has an event of its own and is drawn inside `ui.timeline.component.part`. The
timeline does not update parts that are out of sight, as they would cost as much time as the others.
"""

import altair as alt
import numpy as np

from ui.charts.layers import layered as layers_of

EPOCH, EVENT = "at_epoch", "epoch"
SERVED, ALONE = 1, 2
INVISIBLE = 0.0  # opacity of marks that only the pointer needs; the browser does not draw them
SHOWN = (
    "(datum.epoch == shown || datum.now > hidden)"  # short, because the browser interprets it for every row
)
INK = alt.ExprRef("luminance(background) > 0.5 ? '#31333F' : '#FAFAFA'")  # of the theme
CANVAS = {"embedOptions": {"renderer": "canvas"}}  # faster than SVG for a thousand marks and for animation
ROWS = {"legends": "rows"}  # `ui.frame.show` draws legends below such a chart one below the other
SVG = {"embedOptions": {"renderer": "svg"}}  # for a map whose plot `ui.sidebar.clicks` looks for
HEADED = {"padding": {"top": 28, "left": 5, "right": 5, "bottom": 5}}
CURRENT = f"{EPOCH} ? +{EPOCH} : datum.epoch"
EXPRESSIONS = (
    alt.param(name="shown", expr=f"{EPOCH} ? +{EPOCH} : -1"),
    alt.param(name="hidden", expr=f"{EPOCH} ? {SERVED} : 0"),  # rows with a larger `now` are shown
)


def marked(frame, epoch=0, n_epochs=1):
    """Return the data frame with columns epoch and now; without a column epoch, its rows belong to `epoch`.

    `epoch` is the one that the server shows. If the frame has only one of `n_epochs` epochs, because the
    others are not computed (yet), its rows are shown whatever the timeline says.
    """
    if "epoch" not in frame:
        frame = frame.assign(epoch=np.int32(epoch))
    now = np.where(frame["epoch"] == epoch, SERVED if n_epochs > 1 else ALONE, 0)
    return frame.assign(now=now.astype(np.uint8))


def marked_up_to(frame, epoch):
    """Return `marked` of a frame with all its epochs, at the last up to `epoch`, or else at its first."""
    epochs = frame["epoch"]
    shown = int(epochs[epochs <= epoch].max() if (epochs <= epoch).any() else epochs.min())
    return marked(frame, shown, epochs.nunique())


def layered(*layers, params=(), part=None, **properties):
    """Return a layered chart with the parameters that the timeline sets, and with `params`."""
    event = f"{EVENT}_{part}" if part else EVENT
    epoch = alt.param(name=EPOCH, bind=alt.BindDirect(element="body", event=event))
    return layers_of(*layers, params=(epoch, *EXPRESSIONS, *params), **properties)


def on_show(frame):
    """Return the `alt.Chart` of the rows of a frame that are shown."""
    return alt.Chart(frame).transform_filter(SHOWN)


def reel(frame, field=None, separator="|"):
    """Return the `alt.Chart` of a reel, with the `place` of the epoch that is shown and its text in `field`.

    A reel is a frame of one row: `epochs`, as text with commas; the place `served` of the server's epoch
    among them; and columns with one text per epoch, with separators. One row takes the browser equally long
    however many epochs there are; with more, it would have to interpret a filter for every row.
    """
    chart = alt.Chart(frame).transform_calculate(sent="split(datum.epochs, ',')")
    if field:
        chart = chart.transform_calculate(texts=f"split(datum.{field}, '{separator}')")
    found = f"indexof(datum.sent, {EPOCH})"  # the timeline's epoch is a text, too
    chart = chart.transform_calculate(found=found)
    chart = chart.transform_calculate(place="datum.found < 0 ? datum.served : datum.found")
    return chart.transform_calculate(**{field: "datum.texts[datum.place]"}) if field else chart


def heading(base, field):
    """Return the text of a chart's row as a line above the chart; the chart needs HEADED."""
    style = {"fontSize": 14, "fontWeight": 600, "align": "left", "baseline": "bottom", "color": INK}
    text = base.mark_text(**style, limit=alt.ExprRef("width"))
    return text.encode(x=alt.XValue(0), y=alt.YValue(-8), text=alt.Text(f"{field}:N"))


def with_past(frame, epoch):
    """Return a data frame with the column past: whether a row is of an epoch up to the server's."""
    return frame.assign(past=(frame["epoch"] <= epoch).astype(np.uint8))


def so_far(frame):
    """Return the `alt.Chart` of a frame's rows up to the epoch on show.

    The frame has the columns epoch and past; its rows are the points of a line through several epochs.
    """
    return alt.Chart(frame).transform_filter(f"{EPOCH} ? datum.epoch <= +{EPOCH} : datum.past")


def rule(frame, x, *, per_epoch=None, **style):
    """Return a vertical rule at the epoch on show, of the channel x; `frame` has the server's epoch.

    If `per_epoch`, the number of steps per epoch, is given, x is the channel of a column step.
    """
    where = {"epoch": CURRENT} if per_epoch is None else {"step": f"({CURRENT}) * {per_epoch}"}
    return alt.Chart(frame).transform_calculate(**where).mark_rule(**style).encode(x=x)
