"""Coursework C's one-sided test, applied to a right gradient and to wrong ones."""

import pandas as pd
import streamlit as st

from lab.published import one_sided
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import key
from ui.training import progress
from ui.training.cache import cache

SAMPLE, WORK = 300, 600_000_000  # most derivatives; most multiply-adds of both checks
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
    st.dataframe(frame.rename(columns=COLUMNS)[list(COLUMNS.values())], hide_index=True)
    st.caption(one_sided.SOURCE)


def flagged(plan, subject):
    """Return the cached `lab.published.one_sided.Flagged`; None if they wait for a click."""
    index = subject.sample(min(SAMPLE, max(1, WORK // (2 * subject.cost()))), plan.group)

    def check():
        flags, steps = {}, (one_sided.STEP, one_sided.SHORT_STEP)
        for number, step in enumerate(steps):
            parts = progress.check_in_parts(
                *subject.inputs, index, cache().speed, scheme="central", step=step
            )
            result = yield from progress.part(parts, number, len(steps))
            flags[step] = result.analytic, result.numeric
        return one_sided.flagged(flags)

    name, doing = ("one-sided", key(plan, subject), plan.group), "Testing"
    return progress.result(name, check, 2 * subject.seconds(len(index)), doing, doing)
