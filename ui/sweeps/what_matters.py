"""The section "What matters?": the effects of the fields, and where in the grid they are largest."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.sweeps import sentences
from lab.sweeps.what_matters import analysis
from ui.charts import sweeps as charts
from ui.frame.show import show
from ui.training.cache import cached_view

MOST_EFFECTS = 12
MOST_ROWS = 3  # most rows of the grid per field


def effects_of_fields(plan, run, metric):
    """Draw the fields' effects as bars with their tests, and say what the seeds can and cannot show."""
    found = cached_view(analysis, plan, run, metric)
    if found.problem:
        st.info(found.problem)
    if counted := sentences.counted_in(found):
        st.markdown(counted)
    if not found.effects:
        return
    rows = [
        {
            "effect": " × ".join(effect.fields),
            "share": effect.share,
            "noise": effect.noise,
            "significant": effect.p_value < sentences.ALPHA,
            "words": sentences.doubt(effect, found),
        }
        for effect in found.effects[:MOST_EFFECTS]
    ]
    title = sentences.title(found, metric)
    kind = "One bar per effect with its p-value, and a tick where an effect that does nothing would end"
    show(charts.effects(pd.DataFrame(rows), title), kind, title)
    if power := sentences.can_show(found):
        st.markdown(power)
    st.caption(sentences.how_to_read(found))
    _where(found, metric)


def _where(found, metric):
    """Show in which rows of the grid each field makes the clearest difference."""
    how_to_read = sentences.looks(found)
    if not how_to_read:
        return
    st.markdown("**Where in the grid**")
    for sentence in sentences.where(found, metric):
        st.markdown(f"- {sentence}")
    shown = [row for field in found.n_values for row in _tested(found, field)[:MOST_ROWS]]
    if shown:
        st.dataframe(pd.DataFrame([_cells(row, found, metric) for row in shown]), hide_index=True)
    st.caption(how_to_read)


def _tested(found, field):
    return [row for row in found.rows if row.field == field and not np.isnan(row.p_value)]


def _cells(row, found, metric):
    """Return a row of the grid as a row of the table."""
    return {
        "field": row.field,
        "at": row.where,
        "p": sentences.p_text(row.p_value),
        "adjusted": sentences.p_text(row.adjusted),
        "best": f"{row.best}: {sentences.range_text(row.best_range, metric)}",
        "worst": f"{row.worst}: {sentences.range_text(row.worst_range, metric)}",
        "better on": f"{row.n_better} of {found.n_seeds} seeds",
        "median gap": sentences.gap_text(row.gap, metric),
    }
