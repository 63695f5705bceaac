"""Charts: data frames in, a `Drawing` of an `alt.Chart` out. Pure; no Streamlit, no engine."""

from ui.charts.curves import compared, curves
from ui.charts.images import gallery, probabilities
from ui.charts.initialization import activations, by_layer, distinct, shares, signal, trained
from ui.charts.planes import MAP_HEIGHT, PANEL_HEIGHT, boundary_map, confusion, hidden_view, unit_maps

__all__ = [
    "MAP_HEIGHT",
    "PANEL_HEIGHT",
    "activations",
    "boundary_map",
    "by_layer",
    "compared",
    "confusion",
    "curves",
    "distinct",
    "gallery",
    "hidden_view",
    "probabilities",
    "shares",
    "signal",
    "trained",
    "unit_maps",
]
