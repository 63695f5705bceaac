"""Download a dataset that is missing, with its progress on the page."""

import time

import streamlit as st

from data import fetch, ready
from lab.links.cost import in_words


def ensure(name):
    """Download the missing files of a dataset and show the progress; Streamlit may stop the script here.

    Raise DataUnavailable, with a one-sentence message, where the dataset cannot be obtained.
    """
    if ready(name):
        return
    place = st.empty()
    bar = place.progress(0.0, f"Downloading {name} …")
    started = time.perf_counter()

    def report(done, total, file):
        if not total:
            bar.progress(0.0, f"Downloading {file}: {done / 1e6:.1f} MB …")
            return
        left = (time.perf_counter() - started) * (total - done) / max(1, done)
        share = f"{done / 1e6:.1f} of {total / 1e6:.1f} MB, about {in_words(left)} left"
        bar.progress(min(1.0, done / total), f"Downloading {file}: {share}")

    try:
        fetch(name, report)
    finally:
        place.empty()
