"""The accuracy of always guessing the most common class, below a leaderboard of accuracies."""

import contextlib

import streamlit as st

from lab import baseline
from lab.links.sweep_plan import METRICS
from ui.training.cache import cache

MOST_DATASETS = 24  # datasets of the trials; if there are more, nothing is said


def caption(plan, table, metric):
    """Draw the sentence on the most common class.

    Draw nothing if trials are judged by loss, or if the data of one with a result are not in memory any more.
    """
    datasets = {trial.data: None for trial in plan.sweep.trials}
    if not metric.endswith("accuracy") or len(datasets) > MOST_DATASETS:
        return
    split = METRICS[metric][0].removesuffix("_accuracy")
    for data in datasets:
        with contextlib.suppress(ValueError):  # the dataset's trials have failed, and their medians are NaN
            datasets[data] = getattr(cache().dataset(data), f"y_{split}")
    labels = [datasets[plan.sweep.trials[number - 1].data] for number in table["trial"]]
    if any(y is None and median == median for y, median in zip(labels, table["median"], strict=True)):
        return
    if sentence := baseline.of_trials(table["median"], labels, baseline.SPLITS[split]):
        st.caption(sentence)
