"""Check some derivatives of the network on show against numerical ones."""

from dataclasses import replace

import numpy as np
import streamlit as st

from lab.gradient_check.checks import check_in_parts
from lab.gradient_check.in_words import all_zero
from lab.links import cost
from lab.words import counted, scientific
from mlp.checks.judgement import judge
from ui.training import progress
from ui.training.cache import cache

KEYS = ("_check_more",)
CHECKED_EXAMPLES, CHECKED_PARAMETERS, CHECKED_STEP = 20, 400, 1e-5
FEWEST_CHECKED, CHECKED_SECONDS = 4, 0.25  # parameters checked without a click if checking all takes too long


def verified(run, epoch, index):
    """Check derivatives of network `index` against numerical ones and show the largest difference.

    For a large network a few parameters are checked at first, CHECKED_PARAMETERS on request.
    """
    config = replace(run.configs[index], dtype="float64")
    params, speed = run.with_parameters(epoch).records[index].params, cache().speed
    X, y = run.dataset.X_train[:CHECKED_EXAMPLES], run.dataset.y_train[:CHECKED_EXAMPLES]
    n_parameters = sum(a.size for layer in params for a in layer)

    def seconds(n):
        return cost.checking_seconds(n, n_parameters, len(X), config, speed)

    most = min(CHECKED_PARAMETERS, n_parameters)
    n = int(min(most, max(FEWEST_CHECKED, CHECKED_SECONDS / seconds(1)))) if seconds(most) > 0.5 else most
    if n < most and st.toggle(f"Check {most} of its {n_parameters:,} derivatives", key="_check_more"):
        n = most
    indices = np.unique(np.linspace(0, n_parameters - 1, n).astype(int))
    how = {"scheme": "central", "step": CHECKED_STEP}

    def checked():
        check = yield from check_in_parts(params, X, y, config, indices, speed, **how)
        return check, judge(check, params, X, y, config, dtype="float64", **how)

    name = ("verified", run.stamp, epoch, index, n)
    result = progress.result(name, checked, seconds(n), "This check", "Checking derivatives")
    if result is not None:
        st.caption(in_words(*result, len(X)))


def in_words(check, verdict, n_examples):
    """Return the result of a check in words, as coloured Markdown."""
    if verdict.kind == "not finite":
        why = "it has diverged, or its numbers are too large"
        return f":red[:material/error: This network's derivatives are not numbers: {why}.]"
    smooth, n = ~check.crosses_kink, len(check.index)
    text = (
        f"{counted(n, 'derivative')} of this network, by backpropagation and by central differences "
        f"(h = 1e-5, {counted(n_examples, 'example')})"
    )
    if verdict.kind == "nothing":
        return f"{text}: {all_zero(check.analytic)}, so there is nothing to compare."
    if verdict.only_kinks:
        return f":orange[:material/rule: {text}: every step crosses a kink, so there is nothing to compare.]"
    ratio = float(check.error[smooth].max(initial=0.0)) / (verdict.largest or 1.0)
    n_crossing = n - int(smooth.sum())
    text += f": the largest difference is {scientific(ratio)} of the largest derivative"
    text += f", without {n_crossing:,} whose step crosses a kink." if n_crossing else "."
    if verdict.passes:
        return f":green[:material/check_circle:] {text}"
    if verdict.kind == "blind":
        hides = verdict.hides.capitalize()
        return f":orange[:material/rule: {text}] {hides} could hide an error as large as that."
    return (
        f":red[:material/error: {text}] Neither a kink, nor rounding, nor the length of the step explains "
        "that: the gradient is wrong."
    )
