"""The frame of every page: navigation, title row, and a page found again as it was left."""

import contextlib
import pathlib

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lab.questions.preset import asked_by
from lab.words import as_plain_text
from ui.frame import arrival, exporting, panel, proof
from ui.frame.address import experiment_link
from ui.frame.address import page_link as link
from ui.frame.navigation import PAGES, navigation, path
from ui.frame.show import first_chart_first
from ui.sidebar import lock
from ui.sidebar.fields import DEFAULT_SEEDS, DEFAULTS, FIELDS, linked, widget_value
from ui.training import priority

__all__ = ["PAGES", "actions", "apply", "before", "begin", "end", "experiment_link", "link"]
__all__ += ["navigation", "presets", "reset", "show_sentence", "sweep_actions", "title"]

LOOK = pathlib.Path(__file__).with_name("look.css")


def begin(page, defaults=DEFAULTS):
    """To be called first on every page; `defaults` are its own, {} where it has no controls.

    A deep link that is the very first request of a server is run by Streamlit's older pages/
    mechanism, past the entry script: declaring the navigation switches that off. And a page come to
    by the navigation or the back button, with nothing in its address but what Streamlit carried
    over from the page before, is given the controls it was left with, or at first its own defaults.
    """
    state = st.session_state
    if "_entered" not in state:
        navigation()
        st.rerun()
    st.html(LOOK)
    arrived = state.get("_page") != page
    carried = st.query_params.to_dict().items() <= state.get("_query", {}).items()
    if arrived:
        arrival.read(page, carried)
    state["_page"] = page
    left = state.get(f"_left_{page}") or _own(defaults)
    if arrived:
        proof.arrive(page, carried)
        address = lock.arrive(page, carried)
        if address and "lock" not in st.query_params:
            with contextlib.suppress(StreamlitAPIException):  # widgets of the page before may still be bound
                st.switch_page(path(page), query_params=address)
    state.update({"_controls": [], "_folded": set(), "_unused": []})
    restored = left if arrived and left and carried else state.pop("_restore", None)
    if restored:
        state.update(restored)
    state["_restored"] = (restored, _own(defaults)) if arrived and restored else None
    first_chart_first(not arrived)


def _own(defaults):
    """What the widgets hold at a page's own defaults, for a visitor who comes from another page's."""
    return {name: widget_value(name, value) for name, value in defaults.items() if name in FIELDS}


def end(page, keys):
    """To be called last on every page: remembers what the widgets `keys` hold."""
    state = st.session_state
    restored, own = state.pop("_restored", None) or ({}, {})
    held = all(state.get(key, value) == value for key, value in restored.items())
    told = all(key in st.query_params for key in own if restored.get(key, own[key]) != own[key])
    if not (held and told):  # after back and forward Streamlit resets some widgets, or leaves the address
        state["_restore"] = restored
        st.rerun()
    state[f"_left_{page}"] = {key: state[key] for key in keys if key in state}
    state["_trained"] = priority.end()
    arrival.forget()
    lock.leave(page)
    state["_query"] = st.query_params.to_dict()


def apply(changes, view, defaults=DEFAULTS):
    """A callback: set the widgets of all fields, and of `view`, to their defaults but for `changes`."""
    values = {
        name: widget_value(name, value) for name, value in (defaults | changes).items() if name in FIELDS
    }
    values |= {"epoch": values["epochs"], "seeds": DEFAULT_SEEDS}
    values |= view | {key: value for key, value in changes.items() if key not in FIELDS}
    st.session_state.update(values | {"_playing": False})


def presets(choices, view, defaults=DEFAULTS, *, label="Questions", icon=":material/science:"):
    """Buttons, each of which sets every control to an experiment.

    Where a link has locked them there are none; if it is the link of one of them, its question is asked
    under the title.
    """
    if locked := lock.current():
        if preset := asked_by(locked.query, locked.open, choices, view, defaults):
            with proof.verdict_place():
                st.markdown(f"**{preset.question}**  \n*Predict first:* {preset.predict}")
        return
    with st.popover(label, icon=icon, help="Experiments to start from"):
        for number, preset in enumerate(choices):
            st.button(
                preset.question,
                key=f"_preset_{label}_{number}",
                width="stretch",
                help=preset.predict,
                on_click=apply,
                args=(preset.changes, view, defaults),
            )


def before(setup):
    """The setup that was on show before this one, or None; to draw its curves behind."""
    state = st.session_state
    if state.get("_current") != setup:
        state["_previous"] = state.get("_current")
        state["_current"] = setup
    return state.get("_previous")


def title(question, sentence):
    """The page's question and its answer in a sentence; below them, what its link says that is not known."""
    st.title(question)
    st.markdown(sentence)
    for problem in arrival.problems():
        show_sentence(st.warning, problem, ":material/link_off:")
    proof.reserve_verdict_place()


def show_sentence(show, sentence, icon):
    """A sentence that may quote a visitor's words, as plain text: `show` is st.warning or its like."""
    show(as_plain_text(sentence), icon=icon)


def read(sidebar, page, keys, view, defaults=DEFAULTS):
    """What the page's `sidebar()` returns; where it refuses what its widgets hold, the page ends here with
    the sentence and a way back. `keys`, `view` and `defaults` are those of `end` and `reset`.
    """
    try:
        return sidebar()
    except ValueError as problem:
        show_sentence(st.error, str(problem), ":material/report:")
        reset(view, defaults)
    end(page, keys)
    st.stop()


def actions(setup, view, table, defaults=DEFAULTS, **offered):
    """One row: Share, Export and Reset; `offered` is for `exporting.of_experiment`. Under the title, what
    became of the link's fingerprint, and of its lock.
    """
    with proof.take_verdict_place():
        proof.of_network(setup, show_sentence)
        _show_lock_problems()
    panel.of_experiment(setup, view)
    exporting.of_experiment(setup, view, table, **offered)
    reset(view, defaults)
    panel.show_lock(setup.experiment)


def sweep_actions(plan, view, table, defaults):
    """The same row of a sweep."""
    with proof.take_verdict_place():
        proof.of_sweep(plan, show_sentence)
        _show_lock_problems()
    panel.of_sweep(plan, view)
    exporting.of_sweep(table)
    reset(view, defaults)
    panel.show_lock(plan.base)


def page_actions(query, view, defaults):
    """The same row of a page without a training, whose complete link has the parameters `query`."""
    with proof.take_verdict_place():
        _show_lock_problems()
    panel.of_page(query)
    reset(view, defaults)


def _show_lock_problems():
    """Say what of the link's lock cannot be used."""
    for problem in lock.problems():
        show_sentence(st.warning, problem, ":material/lock:")


def reset(view, defaults):
    """The button that sets all controls to their defaults, or of a locked page to those of its link."""
    locked = lock.current()
    st.button(
        "Reset",
        on_click=_as_linked if locked else apply,
        args=(view, defaults) if locked else ({}, view, defaults),
        icon=":material/undo:",
        help=f"All controls to {'what the link says' if locked else 'their defaults'}.",
    )


def _as_linked(view, defaults):
    """A callback: set the widgets that a locked link leaves open to what it says of them."""
    values = {"seeds": lock.linked_value("seeds", DEFAULT_SEEDS), "points": lock.text("points") or ""}
    values |= {key: lock.linked_value(key, default) for key, default in view.items()}
    for name, default in defaults.items():
        if name in FIELDS:
            values[name] = linked(name, None, widget_value(name, default))
    values["epoch"] = lock.linked_value("epoch", values.get("epochs", 0))
    shown = {key: value for key, value in values.items() if key not in lock.fixed()}
    st.session_state.update(shown | {"_playing": False})
