"""Complete addresses: of the current page with all its settings, and of an experiment's own page."""

from urllib.parse import urlencode

import streamlit as st

from data import DATASETS
from ui.frame.visit import visit
from ui.sidebar import lock


def page_query(experiment, n_seeds, view):
    """Return every setting of the page as query parameters: experiment, seeds, the page's own widgets."""
    query = experiment.to_query() | {"seeds": str(n_seeds)} | _shown(view)
    locked = lock.current()
    return query | {"lock": "1", "open": ",".join(locked.open)} if locked else query


def page_link(query):
    """Return the current page's address with these query parameters."""
    return f"{(st.context.url or '').split('?')[0]}?{urlencode(query, doseq=True)}"


def experiment_link(experiment, n_seeds):
    """Return the address of an experiment's page: Decision boundaries for points, else Initialization."""
    train, query = experiment.train, experiment.to_query() | {"seeds": str(n_seeds)}
    page = "decision_boundary"
    if DATASETS[experiment.data.name].images:
        page = "initialization"
        scale = "" if train.init_scale == 1 else f"*{train.init_scale:g}"
        query |= {"sets": train.initializer + scale, "train": "true"}
    base = (st.context.url or "").split("?")[0].rpartition("/")[0]
    return f"{base}/{page}?{urlencode(query)}"


def _shown(view):
    """Return the page's own widgets as query parameters, and the epoch if it is not the last."""
    state, fixed = st.session_state, lock.fixed()
    shown = {}
    for key, default in view.items():
        value = lock.linked_value(key, default) if key in fixed else state.get(key, default)
        shown[key] = _query_text(value)
    if state.get("epoch", visit().n_epochs) != visit().n_epochs:
        shown["epoch"] = str(state["epoch"])
    return shown


def _query_text(value):
    """Return a widget value as the text of its query parameter; a list becomes one text per entry."""
    if isinstance(value, bool):
        return str(value).lower()
    return [str(entry) for entry in value] if isinstance(value, (list, tuple)) else str(value)
