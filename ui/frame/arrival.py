"""Read the link that a page was opened by: tidy its address and collect sentences about its faults."""

import contextlib
import math

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lab.links import parameters
from lab.links.experiment import VERSION, field_text, parse_field
from lab.links.fields import FIELDS, Typed

STATE = st.session_state


def read(page, from_other_page):
    """Call on arrival at a page. Rewrite the address so that Streamlit reads it as the terminal does.

    Parameters that cannot be read are removed, so that no widget reads them differently; `_asked` in the
    session state and `problems` keep them for the first run. With `from_other_page`, the whole address was
    carried over by the navigation and is no link. Rerun the script if the address has changed.
    """
    if STATE.pop("_address_read", False):
        return
    STATE["_asked"], STATE["_link_problems"] = {}, []
    if from_other_page:
        return
    before = STATE.get("_query", {})
    address = {key: st.query_params.get_all(key) for key in st.query_params}
    linked = {key: texts for key, texts in address.items() if before.get(key) != texts[-1]}
    too_long = parameters.too_long(linked)
    short = {key: texts for key, texts in linked.items() if key not in too_long}
    query = parameters.tidy([(key, text) for key, texts in short.items() for text in texts])
    STATE["_link_problems"] = [*too_long.values(), *parameters.problems(page, query)]
    query = parameters.current(query)
    STATE["_asked"] = {key: texts[-1] for key, texts in query.items()}
    wanted = {key: _readable(key, texts) for key, texts in query.items()}
    if wanted.get("v") == [VERSION]:
        del wanted["v"]  # whatever the visitor types from here on was not written by Share
    if _replace(linked, {key: texts for key, texts in wanted.items() if texts}):
        STATE["_address_read"] = True
        st.rerun()


def problems():
    """Return sentences about the parameters of the link that this page does not understand."""
    return STATE.get("_link_problems", [])


def forget():
    """Call at the end of a page: forget the link's requests, which have been shown by then."""
    STATE["_asked"], STATE["_link_problems"] = {}, []


def _readable(key, texts):
    """Return the texts as the widget with this key would write them; [] where they cannot be read.

    Texts of a box stay as written: the box shows them, and a sentence says what is wrong with them.
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
    """Return whether the text is an infinite number, on which a bound st.number_input fails."""
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def _replace(old, new):
    """Write the texts that differ into the address; return whether any did."""
    changed = False
    with contextlib.suppress(StreamlitAPIException):  # a widget of the previous page may still be bound
        for key in old.keys() - new.keys():
            del st.query_params[key]
            changed = True
        for key, texts in new.items():
            if old.get(key) != texts:
                st.query_params[key] = texts if len(texts) > 1 else texts[0]
                changed = True
    return changed
