"""What is computed of a run once, for whoever asks."""

import functools

import streamlit as st

MOST_KEPT = 600


def of_run(make):
    """Keep what a function of a run and hashable values returns, which nobody may change.

    The records of a run only grow, so an epoch has the same result for ever; the function is not to
    depend on how far the run has got. Results outlive their run by being used, and keep nothing of it.
    """

    @functools.wraps(make)
    def kept(run, *args):
        return _kept((make.__module__, make.__qualname__, run.number, *args), lambda: make(run, *args))

    return kept


@st.cache_resource(max_entries=MOST_KEPT, show_spinner=False)
def _kept(key, _make):
    return _make()
