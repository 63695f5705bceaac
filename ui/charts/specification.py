"""The Vega-Lite specification of an Altair chart, apart from its data."""

import altair as alt
import pandas as pd
from altair.utils.schemapi import disable_debug_mode

disable_debug_mode()  # else every part is checked as it is made; the tests check whole charts


def specified(chart):
    """Return (specification, {name: data frame}) of a chart; the data frames are named by their order.

    The chart is changed: pass one that was drawn for this call alone.
    """
    frames = {}
    _name(chart, frames)
    return chart.to_dict(validate=False), dict(frames.values())


def _name(chart, frames):
    """Replace each data frame of the chart by a name, in place; add it to `frames` {id: (name, frame)}."""
    if isinstance(getattr(chart, "data", None), pd.DataFrame):
        name, _ = frames.setdefault(id(chart.data), (f"frame_{len(frames)}", chart.data))
        chart.data = alt.NamedData(name)
    for layer in getattr(chart, "layer", ()):
        _name(layer, frames)
