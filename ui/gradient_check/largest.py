"""The largest difference of some derivatives by step, drawn as in published coursework B."""

import functools

import numpy as np
import pandas as pd
import streamlit as st

from lab.gradient_check.sweeps import PLANTED, SAMPLE, largest
from lab.published.steps_of_n import COURSEWORK, STEPS, largest_differences
from lab.words import counted, scientific
from ui.charts import published_checks as charts
from ui.charts.gradient_check import LEAST
from ui.frame.show import show
from ui.gradient_check.subject import key
from ui.training import progress
from ui.training.cache import cache

AXES = ("linear", "logarithmic")


def section(plan, subject, grid, against):
    """Draw max |a − n| by step, on a linear and on a logarithmic axis, and say what it shows."""
    differences, steps = cached_sweep(plan, subject, grid), STEPS[grid]
    if differences is None:
        return
    index, (right, wrong, size) = subject.sample(SAMPLE, plan.group), differences
    frame = table(steps, right, wrong, against)
    if frame.empty:
        st.warning(largest_differences(steps, right, wrong, size, PLANTED), icon=":material/error:")
        return
    x_title = "step h" if against == "h" else against
    finding = f"Right: {scientific(right[0])} at the longest step, {scientific(right[-1])} at the shortest"
    finding += f"; wrong: {scientific(wrong[0])} and {scientific(wrong[-1])}"
    for column, axis in zip(st.columns(2, gap="medium"), AXES, strict=True):
        title = f"Largest difference of {counted(len(index), 'derivative')}, {axis} axis"
        with column:
            show(charts.largest_difference(frame, x_title, title, log=axis != AXES[0]), title, finding)
    st.markdown(largest_differences(steps, right, wrong, size, PLANTED))
    if grid in COURSEWORK:
        st.caption(COURSEWORK[grid])


def cached_sweep(plan, subject, grid):
    """Return the cached result of `lab.gradient_check.sweeps.largest`; None if it waits for a click."""
    index, steps = subject.sample(SAMPLE, plan.group), STEPS[grid]
    name = ("largest", key(plan, subject), plan.group, grid, plan.precision)
    seconds, doing = len(steps) * subject.seconds(len(index), cache().speed), "Sweeping the step"
    sweep = functools.partial(largest, subject, index, steps, plan.precision)
    return progress.result(name, sweep, seconds, doing, doing)


def table(steps, right, wrong, against):
    """Return columns at, error, gradient of finite differences; 0 becomes the smallest value on the axis."""
    at = steps if against == "h" else 1 / steps
    parts = [
        pd.DataFrame({"at": at, "error": np.maximum(errors, LEAST), "gradient": gradient})
        for gradient, errors in ((charts.PLANTED, wrong), (charts.RIGHT, right))
    ]
    frame = pd.concat(parts, ignore_index=True)
    return frame[np.isfinite(frame["error"])]
