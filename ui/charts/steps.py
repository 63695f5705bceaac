"""Charts of an optimizer's steps by layer: over the epochs, and of the epoch on show."""

import altair as alt

from ui.charts import following, palette
from ui.charts.curves import epochs, names, with_rule
from ui.charts.drawing import drawn
from ui.charts.initialization import RULE, log_axis

RULE_OF_THUMB = 1e-3


@drawn
def by_layer(frame, n_epochs, title, y_title, *, rule=False):
    """Draw a quantity by epoch, one line per layer, shaded from the first layer's colour to the last's.

    `frame` has columns epoch, layer, median, low, high. A rule, at first at the last epoch, follows the
    timeline.
    """
    x, n_layers, axis = epochs([1, max(2, n_epochs)]), int(frame["layer"].max()), log_axis(frame)
    scale = alt.Scale(range=list(palette.LAYERS), domain=[1, max(2, n_layers)])
    colour = alt.Color("layer:Q", scale=scale, legend=None)
    y = axis.y("median", title=y_title, axis=alt.Axis(format=".0e", tickCount=7))
    tips = [alt.Tooltip("layer:Q"), alt.Tooltip("epoch:Q"), alt.Tooltip("median:Q", format=".3g")]
    line = alt.Chart(frame).mark_line(point={"size": 14}, clip=True)
    outer = frame[frame["layer"].isin([1, n_layers])]
    outer = outer.assign(name="layer " + outer["layer"].astype(str))
    layers = [
        line.encode(x=x, y=y, color=colour, detail=alt.Detail("layer:Q"), tooltip=tips),
        names(outer, axis, x, "name").encode(color=colour),
    ]
    if rule:
        across = alt.Chart(alt.Data(values=[{"value": RULE_OF_THUMB}])).mark_rule(clip=True, **RULE)
        layers.append(across.encode(y=axis.y("value")))
    return with_rule(layers, n_epochs, x, title=title, height=300)


@drawn
def profile(frame, title, y_title, *, rule=False):
    """Draw a quantity by layer at the epoch on show: at first the last epoch, then the timeline's.

    `frame` has columns epoch, layer, median, low, high; both axes fit all epochs, so they do not move.
    """
    epoch, axis, n_layers = int(frame["epoch"].max()), log_axis(frame), int(frame["layer"].max())
    scale = alt.Scale(domain=[0.5, n_layers + 0.5], nice=False)
    x = alt.X("layer:Q", title="layer (last = output)", axis=alt.Axis(tickMinStep=1, format="d"), scale=scale)
    base = following.on_show(following.marked(frame, epoch, frame["epoch"].nunique()))
    y = axis.y("median", title=y_title, axis=alt.Axis(format=".0e", tickCount=7))
    tips = [
        alt.Tooltip("layer:Q"),
        alt.Tooltip("epoch:Q"),
        *(alt.Tooltip(f"{n}:Q", format=".3g") for n in ("median", "low", "high")),
    ]
    line = base.mark_line(point=True, clip=True, color=palette.POSITIVE).encode(x=x, y=y, tooltip=tips)
    ranges = base.mark_rule(clip=True, color=palette.POSITIVE, opacity=0.4)
    layers = [ranges.encode(x=x, y=axis.y("low"), y2=alt.Y2("high:Q")), line]
    if rule:
        across = alt.Chart(alt.Data(values=[{"value": RULE_OF_THUMB}])).mark_rule(clip=True, **RULE)
        layers.append(across.encode(y=axis.y("value")))
    return following.layered(*layers, title=title, height=220)
