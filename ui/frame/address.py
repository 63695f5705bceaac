"""Complete addresses: of the page as it stands, and of an experiment elsewhere."""

from urllib.parse import urlencode

import streamlit as st

from data import DATASETS
from ui.sidebar import lock


def page_query(experiment, n_seeds, view):
    """Every setting of the page as query parameters: the experiment, its seeds, the page's own widgets."""
    query = experiment.to_query() | {"seeds": str(n_seeds)} | _shown(view)
    locked = lock.current()
    return query | {"lock": "1", "open": ",".join(locked.open)} if locked else query


def page_link(query):
    """The current page's address with these query parameters."""
    return f"{(st.context.url or '').split('?')[0]}?{urlencode(query, doseq=True)}"


def experiment_link(experiment, n_seeds):
    """The address of the page that shows an experiment: points as maps, images by their start."""
    train, query = experiment.train, experiment.to_query() | {"seeds": str(n_seeds)}
    page = "decision_boundary"
    if DATASETS[experiment.data.name].images:
        page = "initialization"
        scale = "" if train.init_scale == 1 else f"*{train.init_scale:g}"
        query |= {"sets": train.initializer + scale, "train": "true"}
    base = (st.context.url or "").split("?")[0].rpartition("/")[0]
    return f"{base}/{page}?{urlencode(query)}"


def _shown(view):
    """The page's own widgets as query parameters; the epoch where it is not the last."""
    state, fixed = st.session_state, lock.fixed()
    shown = {}
    for key, default in view.items():
        value = lock.linked_value(key, default) if key in fixed else state.get(key, default)
        shown[key] = _query_text(value)
    if state.get("epoch", state.get("_n_epochs")) != state.get("_n_epochs"):
        shown["epoch"] = str(state["epoch"])
    return shown


def _query_text(value):
    """What a widget holds, as the query parameter of its key: a list is a parameter an entry."""
    if isinstance(value, bool):
        return str(value).lower()
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else str(value)
