"""Links on the page for instructors: complete addresses to copy, and buttons that open them."""

from urllib.parse import urlencode

import streamlit as st


def address(base, page, parameters):
    """Return the complete link to a page of the app at the address `base`."""
    return f"{base}/{page}?{urlencode(parameters, doseq=True)}"


def base():
    """Return the app's address, without page and query."""
    return (st.context.url or "").split("?")[0].rpartition("/")[0]


def offer(label, page, query):
    """Draw a button that opens the link in a new tab, as for a student, and below it the link to copy."""
    st.link_button(label, address("", page, query).lstrip("/"), icon=":material/open_in_new:")
    st.code(address(base(), page, query), language=None, wrap_lines=True)
