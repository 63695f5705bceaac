"""A link as it arrives in the browser: tidied, read by the rules of the terminal, its faults told."""

import contextlib
import math

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lab.links import parameters
from lab.links.experiment import VERSION, field_text, parse_field
from lab.links.fields import FIELDS, Typed

STATE = st.session_state


def read(page, carried):
    """To be called on arrival at a page: makes the address one that Streamlit reads as the terminal does.

    What cannot be read leaves the address, so that no widget reads it otherwise; `asked` and `problems`
    remember it for the first run. What came along from another page (`carried`: all of it) is not the
    link's. A changed address takes effect in a run of its own.
    """
    if STATE.pop("_address_read", False):
        return
    STATE["_asked"], STATE["_link_problems"] = {}, []
    if carried:
        return
    before = STATE.get("_query", {})
    address = {key: st.query_params.get_all(key) for key in st.query_params}
    linked = {key: texts for key, texts in address.items() if before.get(key) != texts[-1]}
    query = parameters.tidy([(key, text) for key, texts in linked.items() for text in texts])
    STATE["_link_problems"] = parameters.problems(page, query)
    query = parameters.current(query)
    STATE["_asked"] = {key: texts[-1] for key, texts in query.items()}
    wanted = {key: _readable(key, texts) for key, texts in query.items()}
    if wanted.get("v") == [VERSION]:
        del wanted["v"]  # what is typed from here on is not what Share wrote
    if _replace(linked, {key: texts for key, texts in wanted.items() if texts}):
        STATE["_address_read"] = True
        st.rerun()


def problems():
    """Sentences about what the link says that no page, or not this one, understands."""
    return STATE.get("_link_problems", [])


def forget():
    """To be called at the end of a page: what its link asked for has been told."""
    STATE["_asked"], STATE["_link_problems"] = {}, []


def _readable(key, texts):
    """The texts as the widget of the key writes them; none where they cannot be read.

    What is typed stays as it was written: its box shows it, and its sentence says what is wrong with it.
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
    """Whether a number is beyond all bounds: a bound st.number_input fails on it."""
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def _replace(old, new):
    """Write the texts that differ into the address; returns whether there are any."""
    changed = False
    with contextlib.suppress(StreamlitAPIException):  # a widget of the page before may still be bound
        for key in old.keys() - new.keys():
            del st.query_params[key]
            changed = True
        for key, texts in new.items():
            if old.get(key) != texts:
                st.query_params[key] = texts if len(texts) > 1 else texts[0]
                changed = True
    return changed
