"""Charts of several layers drawn over each other."""

import altair as alt


def layered(*layers, params=(), **properties):
    """Return the chart of these layers, the first at the bottom, with parameters and properties."""
    first, *others = layers
    return alt.layer(first.add_params(*params), *others, **properties)
