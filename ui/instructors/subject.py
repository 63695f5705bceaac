"""Settings of a task before it is added: controls left open, a goal, the derivation's network."""

import streamlit as st

from lab.assignment.kinds import goals, questions
from lab.links.fields import FIELDS
from lab.links.pages import PAGES, SIZES
from mlp import ACTIVATIONS, LOSSES
from ui.instructors.one_question import label, openable

PERCENT, MOST_UNITS = 100, 64
KEYS = ("_goal", "_network_activation", "_network_loss")
KEYS += tuple(f"_network_{name}" for name in SIZES)
KEYS += tuple(f"_open_task_{page}" for page in PAGES)
KEYS += tuple(f"_units_{most}" for most in range(1, MOST_UNITS + 1))
KEYS += tuple(f"_on_{data}" for data in goals.sets())


def choose(kind, subject):
    """Draw the settings of a subject from the catalogue; return the subject to assign."""
    if kind == "question":
        return _with_controls(subject)
    if kind == "experiment":
        return _goal(subject)
    if kind in ("step", "chapter"):
        return subject | _network()
    return subject


def _with_controls(subject):
    if left_out := questions.not_offered(subject["page"]):
        st.caption(left_out)
    offered = openable(subject["page"])
    opened = st.multiselect(
        "Controls left open",
        offered,
        format_func=label,
        key=f"_open_task_{subject['page']}",
        placeholder="None: everything is fixed",
    )
    return subject | ({"open": [name for name in offered if name in opened]} if opened else {})


def _goal(subject):
    with st.container(horizontal=True):
        goal = st.number_input("Goal, %", 50, 100, round(PERCENT * subject["target"]), key="_goal", width=110)
        most = subject["most_units"]
        units = st.number_input("Hidden units, at most", 1, MOST_UNITS, most, key=f"_units_{most}", width=180)
        names = list(goals.sets())
        data = st.selectbox(
            "Data", names, names.index(subject["data"]), key=f"_on_{subject['data']}", width=180
        )
    return {"target": goal / PERCENT, "most_units": units, "data": data}


def _network():
    """Draw the derivation's network in a closed box; return the settings that are not the defaults."""
    view, defaults = PAGES["derivation"].view, PAGES["derivation"].defaults
    changed = {}
    with st.expander("The network"):
        for name, (label, least, most, default, _) in SIZES.items():
            changed[name] = st.slider(label, least, most, default, key=f"_network_{name}")
        for name, registry in (("activation", ACTIVATIONS), ("loss", LOSSES)):
            names = list(registry)
            at = names.index(defaults[name])
            changed[name] = st.selectbox(FIELDS[name][0], names, at, key=f"_network_{name}")
    return {name: value for name, value in changed.items() if value != (view | defaults)[name]}
