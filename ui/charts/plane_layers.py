"""Layers of charts of the plane: pictures, the boundary, the examples, the names of the classes."""

import altair as alt

from ui.charts import following, legends, palette, square

ABOVE = {"orient": "top", "offset": 30, "labelLimit": 90, "symbolLimit": 24}  # a legend
TITLE = 45  # pixels of that legend's title
SHORT = 12  # characters of the names of all classes that fit beside the legend of the splits
FEW = 150
SIZES, SIZES_OF_FEW = [20, 44, 40], [60, 95, 80]  # of the marks of train, validation, test


def corners(plane):
    """Return the corners of the plane's pictures, which are values of `pictures`."""
    bottom, top = plane.y
    return {"left": plane.x[0], "right": plane.x[1], "top": top, "bottom": bottom}


def boundary(reel, centre_x, centre_y, x_scale, y_scale):
    """Return an epoch's boundaries as one mark, as high as the plane, whose shape is their path."""
    path = following.reel(reel, "paths").mark_point(
        filled=False,
        fill=None,  # so that the pointer reaches the marks below
        stroke=palette.NEUTRAL,
        strokeWidth=2.5,
        opacity=1.0,
        size=alt.ExprRef(f"pow(height / {square.PATH_UNITS}, 2)"),
    )
    return path.encode(
        x=alt.XDatum(centre_x, type="quantitative", scale=x_scale),
        y=alt.YDatum(centre_y, type="quantitative", scale=y_scale),
        shape=alt.Shape("paths:N", scale=None),
    )


def names_of_classes(base, x, y):
    """Return the names of the classes at a chart's places, readable on every colour and over examples."""
    base = base.encode(x=x, y=y, text=alt.Text("class:N"))
    halo = base.mark_text(fontSize=13, fontWeight="bold", color="white", stroke="white", strokeWidth=4)
    return [halo, base.mark_text(fontSize=13, fontWeight="bold", color="#222222")]


def kind_of(points, class_names, legend=True):
    """Return the options of `examples`."""
    return {
        "class_names": tuple(class_names),
        "legend": legend,
        "many": len(points) > FEW,
        "fading": "distance" in points,
    }


def examples(points, x, y, *, class_names, legend, many, fading):
    """Return the examples as marks: colour by class, shape and size by split."""
    splits = list(palette.SPLIT_SHAPES)
    classes = alt.Scale(domain=list(class_names), range=list(palette.CLASSES[: len(class_names)]))
    shapes = alt.Scale(domain=splits, range=list(palette.SPLIT_SHAPES.values()))
    # one row for the classes and one for the splits (see `following.ROWS`); none for no class, because an
    # empty legend has no height, and then neither has the chart
    below = {"orient": "bottom", "direction": "horizontal", "offset": 4, "symbolStrokeWidth": 0}
    below |= {"titleOrient": "left"}
    # only short names fit beside the splits; longer ones go above the heading
    above = {}
    if len("".join(class_names)) > SHORT:
        above = ABOVE | {"columns": legends.columns(class_names, title=TITLE, label=ABOVE["labelLimit"])}
    by_class = alt.Legend(title="class", **below | above) if legend and class_names else None
    by_split = alt.Legend(title="split", symbolFillColor=palette.NEUTRAL, **below) if legend else None
    sizes = alt.Scale(domain=splits, range=SIZES if many else SIZES_OF_FEW)
    marks = alt.Chart(points).mark_point(filled=True, opacity=0.85, stroke="white", strokeWidth=0.6)
    opacity, away = {}, []
    if fading:
        opacity = {"opacity": alt.Opacity("opacity:Q", scale=None)}
        away = [alt.Tooltip("distance:Q", title="deviations from the plane", format=".2f")]
    return marks.encode(
        x=x,
        y=y,
        color=alt.Color("class:N", scale=classes, legend=by_class),
        shape=alt.Shape("split:N", scale=shapes, legend=by_split),
        size=alt.Size("split:N", sort=splits, scale=sizes, legend=by_split),
        tooltip=[alt.Tooltip("class:N"), alt.Tooltip("split:N"), *away],
        **opacity,
    )


def sheet(reel, left, right, top, bottom, x_scale, y_scale):
    """Return the picture of the epoch that is shown: of the sheet with all of them, what is in the plane."""
    base = following.reel(reel).transform_calculate(high=f"{top} + ({top} - {bottom}) * datum.place")
    base = base.transform_calculate(low=f"datum.high - ({top} - {bottom}) * length(datum.sent)")
    return base.mark_image(aspect=False, align="left", baseline="top", clip=True).encode(
        x=alt.XDatum(left, type="quantitative", scale=x_scale),
        x2=alt.X2Datum(right),
        y=alt.Y("high:Q", scale=y_scale),
        y2=alt.Y2("low:Q"),
        url=alt.Url("picture:N"),
    )


def pictures(frame, left, right, top, bottom, x, y):
    """Return the frame's pictures, all in one place, with the scales x and y.

    All are loaded; those that are not shown have width 0, because a transparent picture takes as long to draw
    as a visible one.
    """
    to = f"{following.SHOWN} ? {right} : {left}"
    images = alt.Chart(frame).transform_calculate(left=f"{left}", right=to)
    return images.mark_image(aspect=False, align="left", baseline="top", invalid="show").encode(
        x=alt.X("left:Q", **x),
        x2=alt.X2("right:Q"),
        y=alt.YDatum(top, **y),
        y2=alt.Y2Datum(bottom),
        url=alt.Url("picture:N"),
        key=alt.Key("epoch:N"),
    )
