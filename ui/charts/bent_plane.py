"""The plane as the last hidden layer bends it, at the epoch that is shown."""

import altair as alt

from ui.charts import following, palette, plane_layers
from ui.charts.drawing import drawn
from ui.charts.template import from_template

COLUMNS = ("first", "second")
TITLE = "The plane as the last hidden layer bends it"
UNBENT = "The inputs, projected"  # without a hidden layer
SEEN = (
    "('After epoch ' + datum.epoch + (datum.share > 0 ? {}"
    " : ' the output layer cannot tell any two examples apart'))"
)
IN_TWO_DIRECTIONS = (  # as `lab.words.percent`
    "': ' + (datum.share < 0.01 ? 'under 1%' : datum.share > 0.99 && datum.share < 1 - 1e-9 ? 'over 99%'"
    " : format(datum.share, '.0%')) + ' of the variance'"
)
ON_LINE = "' the output layer receives one number per example'"


@drawn
def bent_plane(
    examples,
    grid,
    names,
    shares,
    ends,
    n_places,
    epochs,
    epoch,
    class_names,
    title=TITLE,
    *,
    on_line=False,
):
    """Return the grid lines of the plane, and its examples, where the last hidden layer takes them.

    The frames are those of `ui.figures.bent_plane.film`, shares with a column now. Their places are texts
    with two digits of base 36 for each of the `epochs`: so many of `n_places` from one of the `ends` of an
    axis to the other, ((low, high), (low, high)). `epoch` is the server's; `title` is TITLE or UNBENT.
    `on_line` says that only one number per example reaches the output layer: there is no second axis.
    """
    start = 2 * epochs.index(epoch)
    tables = {"shares": shares}
    for name, frame in (("grid", grid), ("examples", examples), ("names", names)):
        # the server's epoch comes first, too: the browser then has less to interpret for every mark
        texts = {column: frame[column].str[start : start + 2] + frame[column] for column in COLUMNS}
        tables[name] = frame.assign(**texts)
    values = {"sent": list(epochs)}
    for axis, (low, high) in zip("xy", ends, strict=True):
        values |= {
            f"{axis}_ends": [low, high],
            f"{axis}_low": low,
            f"{axis}_step": (high - low) / (n_places - 1),
        }
    kind = plane_layers.kind_of(examples, class_names)
    return from_template(_bent_plane, title, tables, values, kind=kind, on_line=on_line)


def _bent_plane(
    shares, grid, examples, names, sent, x_ends, x_low, x_step, y_ends, y_low, y_step, kind, on_line
):
    across = "the one number, minus its mean" if on_line else "first principal component"
    upwards = {"axis": None} if on_line else {"title": "second principal component"}
    x = alt.X("x:Q", title=across, scale=alt.Scale(domain=x_ends, nice=False))
    y = alt.Y("y:Q", scale=alt.Scale(domain=y_ends, nice=False), **upwards)
    lines = alt.Chart(grid).mark_line(color=palette.NEUTRAL, opacity=0.45, strokeWidth=0.8)
    lines = lines.encode(x=x, y=y, detail=alt.Detail("line:N"), order=alt.Order("step:Q"))
    marks = plane_layers.examples(examples, x, y, **kind)
    layers = [lines, marks, *plane_layers.names_of_classes(alt.Chart(names), x, y)]
    digits = (f"parseInt(substring(datum.{name}, at, at + 2), 36)" for name in COLUMNS)
    now = {"x": f"{x_low} + {x_step} * {next(digits)}", "y": f"{y_low} + {y_step} * {next(digits)}"}
    layers = [layer.transform_calculate(**now) for layer in layers]
    heading = following.on_show(shares).transform_calculate(
        heading=SEEN.format(ON_LINE if on_line else IN_TWO_DIRECTIONS)
    )
    params = (
        alt.param(name="sent", value=sent),
        alt.param(name="at", expr=f"{following.EPOCH} ? 2 + 2 * indexof(sent, +{following.EPOCH}) : 0"),
    )
    how = {"height": 400, "part": "bent", "usermeta": following.CANVAS | following.ROWS} | following.HEADED
    return following.layered(*layers, following.heading(heading, "heading"), params=params, **how)
