"""A step's matrices: pointing at a number highlights the numbers from which it is computed."""

import pathlib

import streamlit as st

from lab.derivation.sources import workings
from ui.derivation.colours import colour_of
from ui.report.only_here import only_here

POINT = only_here(
    "**Where does this number come from?** Point at any entry; a tap or Enter keeps it highlighted."
)
PARTS = {
    part: pathlib.Path(__file__).with_name(f"workings.{part}").read_text("utf-8")
    for part in ("html", "css", "js")
}
_component = st.components.v2.component("backprop_lab_workings", **PARTS)


def draw(problem, step):
    """Draw the step's matrices; return whether it has any.

    Pointing at an entry, tapping it or moving to it with the arrow keys shows where it comes from, in the
    network's graph too (see `ui.charts.derivation.LIT`).
    """
    shown = workings(problem, step)
    if not shown:
        return False
    st.markdown(POINT)
    colours = {matrix["key"]: colour_of(matrix["key"]) for one in shown for matrix in one["matrices"]}
    _component(data={"workings": shown, "colours": colours}, key=f"_workings_{step.key}")
    return True
