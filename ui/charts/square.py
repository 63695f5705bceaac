"""Equal axes: a unit of x₁ is as long as a unit of x₂, at every width of the page, so that circles are round.

A chart is as wide as its column, which only the browser knows. So there its height follows its width, up to
a largest height; a chart that is wider shows more of the plane on either side.
"""

import altair as alt

FIT = alt.AutoSizeParams(type="fit-x", contains="padding")  # the height is the chart's own


def scales(plane):
    """Return the scales of x and y of a square plane, ((x low, x high), (y low, y high))."""
    low, high = plane[0]
    middle, half = (low + high) / 2, (high - low) / 2
    reach = f"{half} * max(1, width / height)"
    x = alt.Scale(
        domainMin=alt.ExprRef(f"{middle} - {reach}"), domainMax=alt.ExprRef(f"{middle} + {reach}"), nice=False
    )
    return x, alt.Scale(domain=list(plane[1]), nice=False)


def around(points):
    """Return the square plane around a frame's columns x and y, with a margin."""
    low, high = points.min(), points.max()
    half, middle = 0.55 * float((high - low).max()) or 1.0, (low + high) / 2
    return [(float(middle[name]) - half, float(middle[name]) + half) for name in ("x", "y")]


def size(highest, ratio=1):
    """Return the options of a layered chart whose height is `ratio` times its width, up to `highest` pixels.

    They are its properties, and `params`, which go in with its first layer (see `following.layered`).
    """
    height = alt.param(name="height", expr=f"min({ratio} * width, {highest})")
    return {"params": [height], "autosize": FIT, "height": highest}
