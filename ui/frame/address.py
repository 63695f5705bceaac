"""Addresses: read the one that opened a page, and write complete ones with all settings."""

import contextlib
import math
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from data import DATASETS
from lab.links import feature_plane, parameters
from lab.links.experiment import DATA_FIELDS, VERSIONS, Setup, field_text, parse_field
from lab.links.fields import DEFAULT_SEEDS, FIELDS, Typed, range_missed, widget_value
from lab.links.limits import OverLimit, check_networks
from lab.links.pages import OPEN_PART, PAGES
from lab.questions.preset import parameter
from ui.frame.visit import address, visit
from ui.sidebar import lock


def read(page):
    """Call on arrival at a page. Rewrite the address so that Streamlit reads it like the terminal.

    Parameters that cannot be read are removed, so that no widget reads them differently. The visit stores
    what the link asks for, and sentences about it, for the first run. Parameters that the navigation copied
    from the previous page do not belong to the link. The script is rerun if the address has changed.
    """
    tab = visit()
    if tab.address_read:
        tab.address_read = False
        return
    linked = {key: texts for key, texts in address().items() if tab.query.get(key) != texts[-1]}
    too_long = parameters.too_long(linked)
    unread = {problem.field for problem in too_long}
    short = {key: texts for key, texts in linked.items() if key not in unread}
    embed = {"embed": ["true"]} if st.context.is_embedded else {}
    query = parameters.tidy([(key, text) for key, texts in short.items() for text in texts])
    tab.link_problems = [str(problem) for problem in (*too_long, *parameters.problems(page, query | embed))]
    query = parameters.current(page, query)
    tab.requests = {key: texts[-1] for key, texts in query.items()}
    wanted = {key: _readable(key, texts) for key, texts in query.items()}
    if query.get("v", [""])[-1] in VERSIONS:
        del wanted["v"]  # what the visitor types from here on was not written by Share
    if not (tab.page or "lock" in query or st.context.is_embedded):
        wanted = _changed(page, wanted)
    if _replace(linked, {key: texts for key, texts in wanted.items() if texts}):
        tab.address_read = True
        st.rerun()


def is_of_previous_page():
    """Return whether the address has only what the navigation copied from the previous page, or OPEN_PART."""
    linked = {key: text for key, text in st.query_params.to_dict().items() if key not in OPEN_PART}
    return linked.items() <= visit().query.items()


def _changed(page, wanted):
    """Return the parameters whose texts are not those of the page's initial values, which no address needs.

    Streamlit would remove them one by one. While a visitor's first page loads, each would add an entry to the
    browser's history; later, `history.js` prevents that.
    """
    initial = {key: _texts(value) for key, value in _at_first(page).items()}
    return {key: texts for key, texts in wanted.items() if texts != initial.get(key)}


def _readable(key, texts):
    """Return the texts as the widget with this key would write them; [] if they cannot be read.

    The text of a box stays as it is: the box shows it, and a sentence says what is wrong with it.
    """
    if key in FIELDS and isinstance(FIELDS[key][1], Typed):
        return [texts[-1].strip()]
    if key in FIELDS:
        with contextlib.suppress(ValueError):
            return [field_text(parse_field(key, texts[-1]))]
        return []
    try:
        canonical = [parameters.canonical(key, text) for text in texts]
    except ValueError:
        return []
    return [] if any(map(_infinite, canonical)) else canonical


def _infinite(text):
    """Return whether the text is an infinite number; a bound st.number_input fails on it."""
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def _replace(old, new):
    """Write the texts into the address in place of the old ones, at once; return whether that changed it."""
    if old == new:
        return False
    with contextlib.suppress(StreamlitAPIException):  # a widget of the previous page may still be bound
        write({key: texts for key, texts in address().items() if key not in old} | new)
        return True
    return False


def write(query):
    """Make {parameter: its texts} the address, apart from Streamlit's own parameters, in one step.

    Raise StreamlitAPIException, with nothing written, if one of them belongs to a widget.
    """
    st.query_params.from_dict({key: _parameter(texts) for key, texts in query.items()})


def _parameter(texts):
    return texts[0] if len(texts) == 1 else texts


def set_widgets(values):
    """Callback: give the page's bound widgets these values, {key: value}, and the address too.

    Streamlit writes to the address what a callback sets, but not for widgets that are not drawn yet, such as
    those in a closed expander.
    """
    st.session_state.update(values)
    first, unbound = _at_first(visit().page), [key for key in values if not _is_bound(key)]
    kept = [key for key in unbound if values[key] != first.get(key, values[key])]
    for key in {*unbound}.intersection(st.query_params).difference(kept):
        del st.query_params[key]
    st.query_params.update({key: _parameter(_texts(values[key])) for key in kept})


def _texts(value):
    return list(map(field_text, value)) if isinstance(value, list) else [field_text(value)]


def _at_first(page):
    """Return the initial values of a page's widgets, {key: value}."""
    defaults, view, *_ = PAGES[page]
    return widget_values(defaults) | view | {"seeds": DEFAULT_SEEDS, "points": ""}


def _is_bound(key):
    """Return whether a widget on the page is bound to the parameter, which is left as it is."""
    with contextlib.suppress(KeyError):
        try:
            if key in st.query_params:
                st.query_params[key] = _parameter(st.query_params.get_all(key))
            else:
                del st.query_params[key]
        except StreamlitAPIException:
            return True
    return False


def widget_values(values):
    """Return the widget values of the fields among these values, {name: value}."""
    return {name: widget_value(name, value) for name, value in values.items() if name in FIELDS}


def on_arrival(initial, from_other_page):
    """Return the values, {key: value}, that the page's widgets get on arrival if its address has none.

    If the navigation led to the page, these are the values with which it was left, or its initial ones. If a
    link did, there are none, and those of other pages' widgets with the same keys, which Streamlit keeps,
    are forgotten: they would replace what the link does not say, and what it says if that is initial.
    """
    tab = visit()
    if from_other_page:
        return tab.widget_values.get(tab.page) or initial
    for key in tab.own_keys(st.session_state):
        del st.session_state[key]
    return {}


def page_query(experiment, n_seeds):
    """Return every setting of the page as query parameters: experiment, seeds, the page's own widgets."""
    return with_lock(experiment.to_query() | {"seeds": str(n_seeds)} | _view_query())


def with_lock(query):
    """Return the query with the lock of the current page, if it is locked and drawn whole."""
    locked = None if visit().embedded.get(visit().page) else lock.current()
    return query | {"lock": "1", "open": ",".join(locked.open)} if locked else query


def page_link(query):
    """Return the current page's address with these query parameters."""
    return f"{(st.context.url or '').split('?')[0]}?{urlencode(query, doseq=True)}"


def experiment_link(experiment, n_seeds):
    """Return the address of an experiment's page: Decision boundaries for points, else Initialization.

    The page opens with the test set hidden (see `lab.links.pages`), because a trial is chosen without it, and
    with as many of the seeds as it can train together. Return None if it cannot train even one network, or if
    the experiment has a number that the page's widgets cannot show.
    """
    train, query = experiment.train, experiment.to_query()
    page = "initialization" if DATASETS[experiment.data.name].images else "decision_boundary"
    n_seeds = next((n for n in range(n_seeds, 0, -1) if _fits(page, Setup(experiment, n))), None)
    parts = ((name, experiment.data if name in DATA_FIELDS else train) for name in FIELDS)
    if n_seeds is None or any(range_missed(name, getattr(part, name)) for name, part in parts):
        return None
    query |= {"seeds": str(n_seeds), "hide_test": "true"}
    if page == "initialization":
        scale = "" if train.init_scale == 1 else f"*{field_text(train.init_scale)}"
        query |= {"sets": train.initializer + scale, "train": "true"}
    base = (st.context.url or "").split("?")[0].rpartition("/")[0]
    return f"{base}/{page}?{urlencode(query)}"


def _fits(page, setup):
    try:
        check_networks(page, setup.experiment.data, setup.configs())
    except OverLimit:
        return False
    return True


def _view_query():
    """Return the page's own widgets as query parameters, and the epoch if it is not the last."""
    state, fixed, view = st.session_state, lock.fixed(), PAGES[visit().page].view
    query = {
        key: parameter(lock.linked_value(key, default) if key in fixed else state.get(key, default))
        for key, default in view.items()
        if key not in feature_plane.VIEW or key in lock.controls()
    }
    if state.get("epoch", visit().n_epochs) != visit().n_epochs:
        query["epoch"] = str(state["epoch"])
    return query
