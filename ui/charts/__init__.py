"""Charts: data frames in, `alt.Chart` out. Pure; no Streamlit, no engine."""

from .curves import compared, curves
from .planes import MAP_HEIGHT, PANEL_HEIGHT, boundary_map, confusion, hidden_view, unit_maps

__all__ = [
    "MAP_HEIGHT",
    "PANEL_HEIGHT",
    "boundary_map",
    "compared",
    "confusion",
    "curves",
    "hidden_view",
    "unit_maps",
]
