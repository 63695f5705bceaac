"""What a page says if its work does not fit into the memory."""

import contextlib

import streamlit as st

from ui.frame import first_chart

SENTENCE = (
    "The memory that this machine has free is not enough for this page. Ask for a smaller network, fewer "
    "seeds or less data, or try again later."
)
OF_FILE = (
    "The memory that this machine has free is not enough to read this file. Use a smaller one, or try again "
    "later."
)


@contextlib.contextmanager
def shortage_in_words():
    """Context manager for a run of the script: MemoryError ends it with a sentence."""
    try:
        yield
    except MemoryError:
        st.error(SENTENCE, icon=":material/memory:")
        first_chart.release()


def in_words(problem):
    """Return the sentence on a file that could not be read, because of a ValueError or a MemoryError."""
    return OF_FILE if isinstance(problem, MemoryError) else str(problem)
