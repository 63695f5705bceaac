"""Charts of several layers, one above the other."""

import altair as alt


def layered(*layers, params=(), **properties):
    """Return the chart of these layers, the first below, with parameters and properties such as a title."""
    first, *others = layers
    return alt.layer(first.add_params(*params), *others, **properties)
