"""Equal axes: a unit of x₁ is as long as a unit of x₂, at every width of the page, so that circles are round.

If the axes are features of a table, with different units, the plane is still a square.

A chart is as wide as its column, and only the browser knows that width. So the browser makes it as high as it
is wide, up to a largest height; a wider chart shows more of the plane on either side.
"""

import altair as alt
import numpy as np

PATH_UNITS = 2000  # units of a path from the centre of the plane to its edge
FIT = alt.AutoSizeParams(type="fit-x", contains="padding")  # the height is the chart's own


def ends(plane):
    """Return the ends of a plane's axes, ((x low, x high), (y low, y high)), as `scales` takes them."""
    low, high = plane[0]
    return {"middle": (low + high) / 2, "half": (high - low) / 2, "heights": plane[1]}


def scales(middle, half, heights):
    """Return the scales of x, `half` on either side of `middle`, and of y, from heights[0] to heights[1]."""
    reach = f"{half} * max(1, width / height)"
    ends = [alt.ExprRef(f"{middle} - {reach}"), alt.ExprRef(f"{middle} + {reach}")]
    # a domain, not just its ends: else Vega searches the data for it and redraws everything in each frame
    return alt.Scale(domain=ends, nice=False), alt.Scale(domain=heights, nice=False)


def path(lines, plane):
    """Return polylines [(k, 2), …] as one SVG path, in PATH_UNITS around the plane's centre, y downwards.

    It is the shape of a mark as high as the plane, which needs one row; a line mark needs one per point.
    """
    (low, high), (bottom, top) = plane[:2]
    centre = (low + high) / 2, (bottom + top) / 2
    scale = 2 * PATH_UNITS / (high - low), -2 * PATH_UNITS / (top - bottom)
    parts = []
    for line in lines:
        places = np.round((np.asarray(line) - centre) * scale).astype(int)
        steps = np.diff(places, axis=0)
        if steps.any():
            parts.append("M{} {}l".format(*places[0]) + " ".join(map(str, steps.ravel())))
    return "".join(parts)


def around(points):
    """Return the square plane around a frame's columns x and y, with a margin."""
    low, high = points.min(), points.max()
    half, middle = 0.55 * float((high - low).max()) or 1.0, (low + high) / 2
    return [(float(middle[name]) - half, float(middle[name]) + half) for name in ("x", "y")]


def size(highest, ratio=1):
    """Return the options of a layered chart whose height is `ratio` times its width, up to `highest` pixels.

    They are the chart's properties, and `params` for its first layer (see `following.layered`).
    """
    height = alt.param(name="height", expr=f"min({ratio} * width, {highest})")
    return {"params": [height], "autosize": FIT, "height": highest}
