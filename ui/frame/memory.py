"""What a page says if its work does not fit into the memory."""

import contextlib

import streamlit as st

from ui.frame import first_chart

SENTENCE = (
    "The memory that this machine has free is not enough for this page. Ask for a smaller network, fewer "
    "seeds or less data, or try again later."
)


@contextlib.contextmanager
def shortage_in_words():
    """Context manager for a run of the script: MemoryError ends it with a sentence."""
    try:
        yield
    except MemoryError:
        st.error(SENTENCE, icon=":material/memory:")
        first_chart.release()
