"""The plane as the last hidden layer bends it, at the epoch on show."""

import altair as alt

from ui.charts import following, palette, planes
from ui.charts.drawing import drawn

COLUMNS = ("first", "second")
SEEN = (
    "(datum.share > 0 ? 'What the output layer sees' : 'The output layer sees every example alike')"
    " + ' after epoch ' + datum.epoch"
    " + (datum.share > 0 ? ' (' + format(datum.share, '.0%') + ' of variance)' : '')"
)


@drawn
def bent_plane(examples, grid, names, shares, ends, n_places, epochs, epoch, class_names, title):
    """Return the grid lines of the plane, and its examples, where the last hidden layer takes them.

    The frames are those of `ui.figures.bent_plane.film`, shares with a column now. Their places are texts
    with two digits of base 36 for each of the `epochs`: so many of `n_places` from one of the `ends` of an
    axis to the other, ((low, high), (low, high)). `epoch` is the server's.
    """
    start = 2 * epochs.index(epoch)
    x_scale, y_scale = (alt.Scale(domain=list(axis), nice=False) for axis in ends)
    x = alt.X("x:Q", title="first principal component", scale=x_scale)
    y = alt.Y("y:Q", title="second principal component", scale=y_scale)
    lines = alt.Chart(grid).mark_line(color=palette.NEUTRAL, opacity=0.45, strokeWidth=0.8)
    lines = lines.encode(x=x, y=y, detail=alt.Detail("line:N"), order=alt.Order("step:Q"))
    layers = [lines, planes.marks_of(examples, class_names, x, y), *planes.names_of(names, x, y)]
    now = {
        axis: _place(name, axis_ends, n_places)
        for axis, name, axis_ends in zip("xy", COLUMNS, ends, strict=True)
    }
    for (
        layer
    ) in layers:  # the server's epoch comes first, too: the browser has less to interpret for every mark
        texts = {name: layer.data[name].str[start : start + 2] + layer.data[name] for name in COLUMNS}
        layer.data = layer.data.assign(**texts)
    layers = [layer.transform_calculate(**now) for layer in layers]
    heading = following.heading(following.on_show(shares).transform_calculate(heading=SEEN), "heading")
    params = (
        alt.param(name="sent", value=list(epochs)),
        alt.param(name="at", expr=f"{following.EPOCH} ? 2 + 2 * indexof(sent, +{following.EPOCH}) : 0"),
    )
    how = {"title": title, "height": 400, "part": "bent", "usermeta": following.CANVAS} | following.HEADED
    return following.layered(*layers, heading, params=params, **how)


def _place(name, ends, n_places):
    """Return the expression of the place on an axis, from the text of a column."""
    low, high = ends
    return f"{low} + {(high - low) / (n_places - 1)} * parseInt(substring(datum.{name}, at, at + 2), 36)"
