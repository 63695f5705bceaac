"""The controls of an embedded experiment that its link leaves open, in a row."""

import streamlit as st

from lab.links.experiment import Setup
from lab.links.fields import FIELDS
from ui.sidebar import controls, own_data


def row():
    """Draw the open controls side by side; return the same as `ui.sidebar.controls.sidebar`."""
    values, unread = {}, []
    with st.container(horizontal=True, gap="medium"):
        controls.group("", FIELDS, values)
        n_seeds = controls.seeds()
        if values["name"] == "own_points":
            values["points"], unread = own_data.paste_box()
    experiment, problems = controls.assemble(values)
    experiment, too_large = controls.within_limits(experiment, n_seeds)
    return Setup(experiment, n_seeds), unread + controls.ignored(values) + problems + too_large
