"""Kinks: which parameters cross one within the step, and what that does to their errors."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from mlp import ACTIVATIONS
from mlp.checks.gradient_check import gradient_check
from ui.charts import gradient_check as charts
from ui.frame.show import show
from ui.gradient_check.entries import labels
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import check_key, key, viewed, worked
from ui.training.working import told

DECADES = tuple(10.0**-k for k in range(1, 8))
SAMPLE = 400
WORK = 1_500_000_000
ENOUGH = 0.05  # of the parameters that cross, to draw the chart of another step than that on show


def section(asked, subject):
    """The strips of those that cross and those that do not, with tanh beside them; and by step."""
    name = subject.config.activation
    has_kink = bool(ACTIVATIONS[name].kinks)
    kinked = subject if has_kink else subject._replace(config=replace(subject.config, activation="relu"))
    shown = kinked.config.activation
    if not has_kink:
        st.markdown(
            f"{name} has no kink; here are the same weights with **ReLU** instead, on the same examples."
        )
    index = subject.sample(min(SAMPLE, max(1, WORK // (9 * subject.cost()))), asked.which)

    def counted():
        found = []
        for h in DECADES:
            found.append(int(_check(kinked, index, h, asked).crosses_kink.sum()))
            yield len(found) / len(DECADES)
        return found

    seconds = subject.seconds(len(index))
    name = "kinks", key(asked, subject), asked.which, asked.precision
    counts = worked(name, counted, len(DECADES) * seconds, "Counting who crosses", "Counting")
    if counts is None:
        return

    def crossing(step):
        name = ("crossing", check_key(asked, subject), step)
        with told(seconds, "Checking …"):
            return viewed(name, lambda: _check(kinked, index, step, asked))

    step = asked.step if asked.scheme != "complex" else 0.0
    check = crossing(step) if step else None
    if check is None or not check.crosses_kink.any():
        least = [(h, n) for h, n in zip(DECADES, counts, strict=True) if n]
        where = f"h = {step_text(asked.step)}"
        why = (
            "With the complex step none crosses" if not step else f"At {where} none of {len(index):,} crosses"
        )
        if not least:
            st.markdown(f"{why} a kink, nor does any at a step of 0.1.")
            return
        step = min(
            (h for h, n in least if n >= ENOUGH * len(index)), default=max(least, key=lambda one: one[1])[0]
        )
        st.markdown(
            f"{why} a kink; the chart is drawn for **h = {step_text(step)}**, where {dict(least)[step]:,} do."
        )
        check = crossing(step)
    smooth = subject._replace(config=replace(subject.config, activation="tanh"))
    with told(seconds, "Checking …"):
        frame, medians = viewed(
            ("strips", check_key(asked, subject), step),
            lambda: strips(subject, check, _check(smooth, index, step, asked), shown),
        )
    n = int(check.crosses_kink.sum())
    title = f"{n:,} of {len(index):,} cross a kink at h = {step_text(step)}: what does it do to the error?"
    finding = ", ".join(f"{row.group}: median {row.error:.0e}" for row in medians.itertuples())
    show(charts.kinks(frame, medians, title), title, finding)
    n_zero = int((~not_zero(check) & ~check.crosses_kink).sum())
    left_out = f" {n_zero:,} whose derivative is 0 are left out." if n_zero else ""
    st.markdown(f"{_words(medians)}{left_out} {_by_step(counts, len(index))}")


def strips(subject, check, smooth, shown):
    """(frame, medians): the relative errors of who crosses, of who does not, and of tanh; no "
    "derivatives of 0."""
    names = labels(subject, check.index)
    groups = [
        (f"{shown}, crosses", check, check.crosses_kink),
        (f"{shown}, does not", check, ~check.crosses_kink & not_zero(check)),
        ("tanh", smooth, not_zero(smooth)),
    ]
    parts, medians = [], []
    for group, one, mask in groups:
        errors = np.maximum(one.relative_error[mask].astype(float), charts.LEAST)
        errors, named = errors[np.isfinite(errors)], np.array(names, object)[mask][np.isfinite(errors)]
        lift = np.random.default_rng(0).uniform(-0.7, 0.7, len(errors))
        parts.append(pd.DataFrame({"group": group, "error": errors, "lift": lift, "name": named}))
        if len(errors):
            medians.append({"group": group, "error": float(np.median(errors))})
    return pd.concat(parts, ignore_index=True), pd.DataFrame(medians)


def not_zero(check):
    """Where there is a derivative to compare: the analytic or the numeric one is not 0."""
    return (check.analytic != 0) | (check.numeric != 0)


def _check(subject, index, step, asked):
    how = {"scheme": "forward" if asked.scheme == "forward" else "central", "dtype": asked.precision}
    return gradient_check(
        subject.params, subject.X, subject.y, subject.config, indices=index, step=step, **how
    )


def _words(medians):
    """The medians compared."""
    values = dict(zip(medians["group"], medians["error"], strict=True))
    crossing = next((v for group, v in values.items() if group.endswith("crosses")), None)
    others = next((v for group, v in values.items() if group.endswith("does not")), None)
    if crossing is None or others is None:
        return ""
    ratio = crossing / others
    compared = f"{ratio:.2g} times" if ratio < 100 else f"{ratio:.0e} times"
    return (
        f"The median relative error of those that cross is **{crossing:.0e}**, {compared} that of those "
        f"that do not ({others:.0e}). With tanh it is {values['tanh']:.0e}."
    )


def _by_step(counts, n):
    """How many cross at each decade."""
    found = [f"{count:,} at {step_text(h)}" for h, count in zip(DECADES, counts, strict=True)]
    return f"Of {n:,}, there cross: " + ", ".join(found) + "."
