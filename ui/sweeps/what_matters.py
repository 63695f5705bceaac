"""The section "What matters?": the effects of the fields, and where in the grid they are largest."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.sweeps import scatter, sentences
from lab.sweeps.what_matters import analysis
from ui.charts.effects import effects
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.training.cache import cached_view

MOST_EFFECTS = 12
MOST_ROWS = 3  # most rows of the grid per field


def effects_of_fields(plan, run, metric):
    """Draw the fields' effects as bars with their tests, and say what the seeds can and cannot show."""
    result = cached_view(analysis, plan, run, metric)
    if result.problem:
        st.info(result.problem)
    if counted := sentences.counted_in(result):
        st.markdown(counted)
    if not result.effects:
        return
    rows = [
        {
            "effect": " × ".join(effect.fields),
            "share": effect.share,
            "noise": scatter.tick(effect, result),
            "significant": effect.p_value < sentences.ALPHA,
            "words": sentences.doubt(effect, result),
        }
        for effect in result.effects[:MOST_EFFECTS]
    ]
    title = sentences.title(result, metric)
    kind = "One bar per effect with its p-value"
    if any(row["noise"] == row["noise"] for row in rows):
        kind += ", and a tick at what chance alone would give on average"
    show(effects(pd.DataFrame(rows), title), kind, title)
    if power := sentences.can_show(result):
        st.markdown(power)
    st.caption(sentences.how_to_read(result))
    _where(result, metric)


def _where(rows, metric):
    """Show in which rows of the grid each field makes the clearest difference."""
    how_to_read = sentences.looks(rows)
    if not how_to_read:
        return
    st.markdown("**Where in the grid**")
    for sentence in sentences.where(rows, metric):
        st.markdown(f"- {sentence}")
    shown = [row for field in rows.n_values for row in _tested(rows, field)[:MOST_ROWS]]
    if shown:
        show_rows(pd.DataFrame([_cells(row, rows, metric) for row in shown]))
    st.caption(how_to_read)


def _tested(result, field):
    return [row for row in result.rows if row.field == field and not np.isnan(row.p_value)]


def _cells(row, row_effect, metric):
    """Return a row of the grid as a row of the table."""
    best, worst = (
        f"{value}: {sentences.range_text(ends, metric)}"
        for value, ends in ((row.best, row.best_range), (row.worst, row.worst_range))
    )
    alike = row.best == row.worst  # all values have the same mean
    return {
        "field": row.field,
        "at": row.where,
        "p": sentences.p_text(row.p_value),
        "adjusted": sentences.p_text(row.adjusted),
        "best": "–" if alike else best,
        "worst": "–" if alike else worst,
        "better on": "–" if alike else f"{row.n_better} of {row_effect.n_seeds} seeds",
        "median gap": "–" if alike else sentences.gap_text(row.gap, metric),
    }
