"""Where components stand that only run code in the browser."""

import streamlit as st


def place(name):
    """Return a container for components that show nothing.

    The stylesheet hides it, but it may arrive after the page's title; until then, Streamlit draws a
    placeholder for each component. In a container one pixel high, these do not push the page down.
    """
    return st.container(key=f"_invisible_{name}", height=1, border=False)
