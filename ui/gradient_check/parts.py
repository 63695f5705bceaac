"""The objective in parts: checks of the data loss, of the penalty, and of both."""

import functools
from dataclasses import replace

import numpy as np
import streamlit as st

from lab.gradient_check.checks import PARTS, PENALTIES, in_parts, parts_sample
from lab.gradient_check.in_words import all_zero
from lab.words import percent, scientific
from mlp.checks.judgement import CAUSES
from ui.frame.tables import show_rows
from ui.gradient_check.subject import check_key
from ui.gradient_check.verdict import count
from ui.training import progress
from ui.training.cache import cache


def section(plan, subject):
    """Show checks of the data loss, of the penalty, and of both; a network without a penalty gets one."""
    config = subject.config
    if not any(l1 or l2 for l1, l2 in config.penalties()):
        l1, l2 = PENALTIES
        config = replace(config, l1=l1, l2=l2)
        st.markdown(f"Your network has no penalty, so this section uses λ₁ = {l1:g} and λ₂ = {l2:g}.")
    results = checked(plan, subject, config)
    if results is None:
        return
    rows = [row(name, *results[part]) for part, name in PARTS.items()]
    show_rows(rows)
    norms = {part: float(np.linalg.norm(result.check.analytic)) for part, result in results.items()}
    if norms["objective"] > 0 and np.isfinite(norms["objective"]):
        share = norms["penalty"] / (norms["penalty"] + norms["data"])
        st.markdown(
            f"The penalty's gradient accounts for **{percent(share)}** of the combined gradient norms. The "
            "larger that share, the more a check of both dilutes an error in the data gradient, so check the "
            "parts first. A wrong penalty fails when checked alone: an L2 gradient of λW instead of 2λW is "
            "off by a half."
        )


def checked(plan, subject, config):
    """Return the cached {part: Result} for the network with this config; None if they wait for a click."""
    seconds = 2 * len(PARTS) * subject.seconds(len(parts_sample(plan, subject)), cache().speed)
    name = ("parts", config, check_key(plan, subject))
    steps = functools.partial(in_parts, plan, subject, config, cache().speed)
    return progress.result(name, steps, seconds, "Checking the parts", "Checking")


def row(name, check, judgement):
    """Return a row of the table of the parts."""
    no_kink = judgement.cause != CAUSES.index("kink")
    mark = "? blind" if judgement.kind == "blind" else f"✗ {judgement.kind}"
    mark = f"– {all_zero(check.analytic)}" if judgement.kind == "nothing" else mark
    return {
        "objective": name,
        "verdict": "✓" if judgement.passes else mark,
        "largest absolute error": scientific(check.error[no_kink].max(initial=0)),
        "largest relative error": scientific(check.relative_error[no_kink].max(initial=0)),
        "kinks": count(judgement, "kink"),
        "‖gradient‖": f"{np.linalg.norm(check.analytic):.3g}",
        "derivatives": len(check.index),
    }
