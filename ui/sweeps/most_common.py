"""What always guessing the most common class gets, under a leaderboard of accuracies."""

import contextlib

import streamlit as st

from lab import baseline
from lab.links.sweep_plan import METRICS
from ui.training.cache import cache

MOST_DATASETS = 24  # of the trials' own; beyond, nothing is said


def caption(plan, table, metric):
    """Draw the sentence on the most common class; nothing where trials are judged by their loss."""
    datasets = {trial.data: None for trial in plan.sweep.trials}
    if not metric.endswith("accuracy") or len(datasets) > MOST_DATASETS:
        return
    split = METRICS[metric][0].removesuffix("_accuracy")
    for data in datasets:
        with contextlib.suppress(ValueError):  # its trials have failed, and their medians are NaN
            datasets[data] = getattr(cache().dataset(data), f"y_{split}")
    labels = [datasets[plan.sweep.trials[number - 1].data] for number in table["trial"]]
    if sentence := baseline.of_trials(table["median"], labels, baseline.SPLITS[split]):
        st.caption(sentence)
