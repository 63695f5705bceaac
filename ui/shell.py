"""The frame of every page: navigation, title row, and a page found again as it was left."""

import pathlib
import re
from urllib.parse import urlencode

import streamlit as st

from data import IMAGE_SETS

from .fields import DEFAULT_SEEDS, DEFAULTS, FIELDS, widget_value

ICON = str(pathlib.Path(__file__).with_name("icon.png"))
PAGES = {
    "Learn": (
        ("pages/home.py", "Home", ":material/home:", "home"),
        ("pages/initialization.py", "Initialization", ":material/casino:", "initialization"),
        ("pages/decision_boundary.py", "Decision boundaries", ":material/grain:", "decision_boundary"),
    ),
    "Verify": (("pages/bug_lab.py", "Bug lab", ":material/bug_report:", "bug_lab"),),
    "Search": (("pages/sweeps.py", "Sweeps", ":material/tune:", "sweeps"),),
}


def navigation():
    """The pages in their sections; Home is the default."""
    st.session_state["_entered"] = True
    return st.navigation(
        {
            section: [
                st.Page(path, title=title, icon=icon, url_path=url, default=url == "home")
                for path, title, icon, url in pages
            ]
            for section, pages in PAGES.items()
        }
    )


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
    arrived = state.get("_page") != page
    state["_page"] = page
    left = state.get(f"_left_{page}") or _own(defaults)
    carried = st.query_params.to_dict().items() <= state.get("_query", {}).items()
    restored = left if arrived and left and carried else state.pop("_restore", None)
    if restored:
        state.update(restored)
    state["_restored"] = (restored, _own(defaults)) if arrived and restored else None
    if arrived:
        state["_asked"] = st.query_params.to_dict()


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
    state["_asked"] = {}
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
    """Buttons, each of which sets every control to an experiment."""
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
    """The page's question and its answer in a sentence."""
    st.title(question)
    st.markdown(sentence)


def tell(show, sentence, icon):
    """A sentence that may quote a visitor's words, as plain text: `show` is st.warning or its like."""
    show(re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", sentence), icon=icon)


def actions(setup, view, table, defaults=DEFAULTS):
    """One row: a popover with the complete link, a download of the records, and reset."""
    with st.popover("Share", icon=":material/link:"):
        st.markdown("This link states **every** setting, so it means the same when a default changes.")
        query = setup.experiment.to_query() | {"seeds": str(setup.n_seeds)} | _shown(view)
        st.code(link(query), language=None, wrap_lines=True)
    st.download_button(
        "Export",
        table,
        "backprop-lab-records.csv",
        "text/csv",
        icon=":material/download:",
        help="Every epoch's record of every seed, as CSV.",
    )
    reset(view, defaults)


def sweep_actions(plan, view, table, defaults):
    """One row: the link of a sweep, its results as CSV, and reset."""
    with st.popover("Share", icon=":material/link:"):
        st.markdown("This link states **every** setting of the base and the sweep.")
        query = plan.base.to_query() | {"seeds": str(plan.n_seeds)} | _shown(view)
        st.code(link(query), language=None, wrap_lines=True)
    text = "" if table is None else table.drop(columns="curve").to_csv(index=False)
    st.download_button(
        "Export",
        text,
        "backprop-lab-sweep.csv",
        "text/csv",
        icon=":material/download:",
        help="Every trial with its settings, results, cost and link, as CSV.",
    )
    reset(view, defaults)


def reset(view, defaults):
    """The button that sets all controls to their defaults."""
    st.button(
        "Reset",
        on_click=apply,
        args=({}, view, defaults),
        icon=":material/undo:",
        help="All controls to their defaults.",
    )


def experiment_link(experiment, n_seeds):
    """The address of the page that shows an experiment: points as maps, images by their start."""
    train, query = experiment.train, experiment.to_query() | {"seeds": str(n_seeds)}
    page = "decision_boundary"
    if experiment.data.name in IMAGE_SETS:
        page = "initialization"
        scale = "" if train.init_scale == 1 else f"*{train.init_scale:g}"
        query |= {"sets": train.initializer + scale, "train": "true"}
    base = (st.context.url or "").split("?")[0].rpartition("/")[0]
    return f"{base}/{page}?{urlencode(query)}"


def _shown(view):
    """The page's own widgets as query parameters; the epoch where it is not the last."""
    state = st.session_state
    shown = {key: _query_text(state.get(key, default)) for key, default in view.items()}
    if state.get("epoch", state.get("_n_epochs")) != state.get("_n_epochs"):
        shown["epoch"] = str(state["epoch"])
    return shown


def _query_text(value):
    """What a widget holds, as the query parameter of its key: a list is a parameter an entry."""
    if isinstance(value, bool):
        return str(value).lower()
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else str(value)


def link(query):
    """The current page's address with these query parameters."""
    return f"{(st.context.url or '').split('?')[0]}?{urlencode(query, doseq=True)}"
