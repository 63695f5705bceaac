"""The objective in parts: the data loss alone, the penalty alone, and both."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from mlp.checks.judgement import CAUSES
from ui.gradient_check.setup import step_text
from ui.gradient_check.subject import check_key, result_in_parts, worked
from ui.training import working

PENALTIES = (1e-3, 1e-2)  # where the visitor has none
SAMPLE = 200
NAMES = {"data": "data loss alone", "penalty": "penalty alone", "objective": "both"}
WORK = 300_000_000


def section(asked, subject):
    """Three checks with the visitor's penalties, or with small ones."""
    config = subject.config
    if not any(l1 or l2 for l1, l2 in config.penalties()):
        l1, l2 = PENALTIES
        config = replace(config, l1=l1, l2=l2)
        st.markdown(f"Your network has no penalty; here it has λ₁ = {l1:g} and λ₂ = {l2:g}.")
    index = subject.sample(min(SAMPLE, max(1, WORK // (3 * subject.cost()))), asked.which)

    def checks():
        rows, norms = [], {}
        for n_done, (part, name) in enumerate(NAMES.items()):
            how = asked.scheme, asked.step, asked.precision, config, part
            steps = result_in_parts(subject, index, *how)
            check, found = yield from working.part(steps, n_done, len(NAMES))
            norms[part] = float(np.linalg.norm(check.analytic))
            rows.append(row(name, check, found, norms[part]))
        return rows, norms

    seconds = 2 * len(NAMES) * subject.seconds(len(index))
    name = ("parts", config, check_key(asked, subject))
    checked = worked(name, checks, seconds, "Checking the parts", "Checking")
    if checked is None:
        return
    rows, norms = checked
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    if norms["objective"] > 0 and np.isfinite(norms["objective"]):
        share = norms["penalty"] / (norms["penalty"] + norms["data"])
        st.markdown(
            f"At h = {step_text(asked.step)} the penalty's gradient has **{share:.0%}** of the summed "
            "lengths of the two. The larger that share, the more an error in the data gradient is diluted "
            "in a check of both: so check the parts first. A penalty alone also fails alone: an l2 of λW "
            "where 2λW is meant is off by a half."
        )


def row(name, check, found, norm):
    """A row of the table."""
    unexplained = int((found.cause == CAUSES.index("unexplained")).sum())
    kinks = int((found.cause == CAUSES.index("kink")).sum())
    free = found.cause != CAUSES.index("kink")
    ok = found.kind in ("happy", "usual") and not unexplained
    mark = "✓" if ok else "?" if found.kind == "blind" else "✗ fails"
    return {
        "objective": name,
        "verdict": f"{mark} {found.kind}" if mark != "✓" else mark,
        "largest absolute error": f"{check.error[free].max(initial=0):.1e}",
        "largest relative error": f"{check.relative_error[free].max(initial=0):.1e}",
        "kinks": kinks,
        "‖gradient‖": f"{norm:.3g}",
        "derivatives": len(check.index),
    }
