"""The chart of the loss over a plane of parameters, with the paths of optimizers."""

import altair as alt

from ui.charts import following, palette
from ui.charts.curves import told_apart
from ui.charts.drawing import drawn
from ui.charts.template import from_template

HEIGHT = 500
NAMED = 15, -13  # pixels between the start and its name, and between the solution and its name


@drawn
def surface(picture, contours, paths, solution, window, colours, axes, title, epoch):
    """Return the loss as a picture with contour lines, and each path as a line with one point per epoch.

    The paths reach as far as the epoch on show, which follows the timeline; `epoch` is the server's.

    `picture` has a column picture and one row; `contours` x, y, line, step, level; `paths` a, b, path, epoch,
    step, loss; `solution` a, b, text of the marked points. `window` is ((low, high), (low, high)); `axes` are
    the titles of both axes.
    """
    tables = {
        "picture": picture,
        "contours": contours,
        "paths": following.with_past(paths, epoch),
        "solution": solution,
        "start": solution.iloc[[0]],
        "end": solution.iloc[[1]],
    }
    (left, right), (bottom, top) = window
    values = {"across": window[0], "upwards": window[1]}
    values |= {"left": left, "right": right, "bottom": bottom, "top": top}
    return from_template(_surface, title, tables, values, colours=colours, axes=axes)


def _surface(
    picture,
    contours,
    paths,
    solution,
    start,
    end,
    across,
    upwards,
    left,
    right,
    bottom,
    top,
    colours,
    axes,
):
    x_scale, y_scale = (alt.Scale(domain=ends, nice=False) for ends in (across, upwards))

    def at(a, b):
        return {"x": alt.X(a, scale=x_scale, title=axes[0]), "y": alt.Y(b, scale=y_scale, title=axes[1])}

    image = (
        alt.Chart(picture)
        .mark_image(aspect=False, align="left", baseline="top")
        .encode(
            x=alt.XDatum(left, scale=x_scale),
            x2=alt.X2Datum(right),
            y=alt.YDatum(top, scale=y_scale),
            y2=alt.Y2Datum(bottom),
            url=alt.Url("picture:N"),
        )
    )
    level = alt.Tooltip("level:Q", title="loss on this line", format=".3g")
    lines = alt.Chart(contours).mark_line(color=palette.NEUTRAL, strokeWidth=0.8, opacity=0.9)
    lines = lines.encode(
        **at("x:Q", "y:Q"), detail=alt.Detail("line:N"), order=alt.Order("step:Q"), tooltip=[level]
    )
    base = following.so_far(paths).encode(**at("a:Q", "b:Q"), order=alt.Order("step:Q"))
    halo = base.mark_line(color="white", strokeWidth=4.5, opacity=0.55, clip=True).encode(
        detail=alt.Detail("path:N")
    )
    apart = told_apart("path", colours, columns=2)
    way = base.mark_line(strokeWidth=2.2, clip=True).encode(**apart)
    tips = [
        *(alt.Tooltip(f"{name}:{kind}") for name, kind in (("path", "N"), ("epoch", "Q"), ("step", "Q"))),
        alt.Tooltip("loss:Q", title="training loss", format=".4g"),
    ]
    dots = base.mark_circle(size=22, opacity=1, clip=True).encode(color=apart["color"], tooltip=tips)
    marks = alt.Chart(solution).encode(**at("a:Q", "b:Q"))
    places = marks.mark_point(
        shape="cross", size=110, filled=True, color="#222222", stroke="white", clip=True
    )
    layers = [image, lines, halo, way, dots, places]
    for point, dy in zip((start, end), NAMED, strict=True):  # separate even where the points are not
        name = alt.Chart(point).encode(**at("a:Q", "b:Q"), text=alt.Text("text:N"))
        font = {"fontSize": 12, "fontWeight": "bold", "dy": dy, "clip": True}
        layers += [name.mark_text(color="white", stroke="white", strokeWidth=4, **font)]
        layers += [name.mark_text(color="#222222", **font)]
    return following.layered(*layers, height=HEIGHT, usermeta=following.CANVAS)
