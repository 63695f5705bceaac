"""Coursework C's test of one side, shown on a right gradient and on wrong ones."""

import functools

import pandas as pd
import streamlit as st

from lab.gradient_check import checks
from lab.published import one_sided
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
    """Show what the test of one side reports, beside one of both sides, at a long step and at a short one."""
    rows = flagged(plan, subject)
    if rows is None:
        return
    st.markdown(one_sided.verdict(rows))
    frame = pd.DataFrame(rows).assign(step=[step_text(row.step) for row in rows])
    st.dataframe(frame.rename(columns=COLUMNS)[list(COLUMNS.values())], hide_index=True)
    st.caption(one_sided.SOURCE)


def flagged(plan, subject):
    """Return the cached `lab.published.one_sided.Flagged`; None if they have to wait for a click."""
    seconds = 2 * subject.seconds(len(checks.sides_sample(plan, subject)), cache().speed)
    steps = functools.partial(checks.flagged, plan, subject, cache().speed)
    name, doing = ("one-sided", key(plan, subject), plan.group), "Testing one side"
    return progress.result(name, steps, seconds, doing, doing)
