"""Clicks on the map of own points: the browser keeps each click until it knows that the server has it."""

import math
from typing import NamedTuple

import streamlit as st

from ui.frame import assets
from ui.frame.visit import visit

KEY, MAP = "_clicks", "_own_map"  # of the component, and of the container with the map
DIGITS = 2
SCRIPT = assets.text(__file__, "clicks.js")
_clicks = st.components.v2.component("backprop_lab_clicks", js=SCRIPT)


class Click(NamedTuple):
    """A place on the plane, and the text of the class that was chosen, "" if the browser did not find it."""

    x: float
    y: float
    chosen: str


def hear(plane, on_change):
    """Receive the clicks on the map of this plane, drawn above; call `on_change` if there are new ones."""
    data = {"plane": [[float(end) for end in ends] for ends in plane[:2]], "known": visit().last_click}
    _clicks(data=data, key=KEY, on_clicks_change=on_change)


def new(state):
    """Return, in order, the Clicks in the component's state that this visit has not handled yet.

    The state comes from the browser, so anything that is not a click is left out.
    """
    told = getattr(state, "clicks", None) or {}
    rows = told.get("clicks") if isinstance(told, dict) else None
    clicks = []
    for row in rows if isinstance(rows, list) else []:
        if not _is_click(row):
            continue
        number, x, y, chosen = row
        if number > visit().last_click:
            visit().last_click = number
            clicks.append(Click(round(x, DIGITS) + 0.0, round(y, DIGITS) + 0.0, chosen))  # no -0
    return clicks


def types(state):
    """Return whether the visitor has begun to type in the box since the last call."""
    told = getattr(state, "clicks", None)
    typed = told.get("typed") if isinstance(told, dict) else None
    begun = isinstance(typed, int) and typed > visit().typed
    if begun:
        visit().typed = typed
    return begun


def _is_click(row):
    if not isinstance(row, list) or len(row) != 4 or not isinstance(row[3], str):
        return False
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in row[:3])
    return numbers and all(map(math.isfinite, row[:3]))
