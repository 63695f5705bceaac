"""Charts: data frames in, a `Drawing` of an `alt.Chart` out. Pure; no Streamlit, no engine."""

from .curves import compared, curves
from .images import gallery, probabilities
from .initialization import activations, by_layer, distinct, shares, signal, trained
from .planes import MAP_HEIGHT, PANEL_HEIGHT, boundary_map, confusion, hidden_view, unit_maps

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
