"""Coursework C's one-sided test, applied to a right gradient and to wrong ones."""

import functools

import pandas as pd
import streamlit as st

from lab.gradient_check import checks
from lab.published import one_sided
from ui.frame.tables import show_rows
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import key
from ui.training import progress
from ui.training.cache import cache

COLUMNS = {
    "step": "step h",
    "gradient": "gradient",
    "one_sided": "difference > 1e-7",
    "two_sided": "|difference| > 1e-7",
    "n": "derivatives",
}


def section(plan, subject):
    """Show what the one-sided test and a two-sided one report, at a long and at a short step."""
    rows = flagged(plan, subject)
    if rows is None:
        return
    st.markdown(one_sided.verdict(rows))
    frame = pd.DataFrame(rows).assign(step=[step_text(row.step) for row in rows])
    show_rows(frame.rename(columns=COLUMNS)[list(COLUMNS.values())])
    st.caption(one_sided.SOURCE)


def flagged(plan, subject):
    """Return the cached `lab.published.one_sided.Flagged`; None if they wait for a click."""
    seconds = 2 * subject.seconds(len(checks.sides_sample(plan, subject)), cache().speed)
    steps = functools.partial(checks.flagged, plan, subject, cache().speed)
    name, doing = ("one-sided", key(plan, subject), plan.group), "Testing"
    return progress.result(name, steps, seconds, doing, doing)
