"""Sweeps: many trainings at once, and which differences between them are more than luck."""

import streamlit as st

from lab.published.search import matching
from lab.published.systems import SEARCHES
from lab.questions import search
from mlp import comparisons, effects, sweep
from ui.frame import shell
from ui.sweeps import (
    board,
    final,
    learning_rates,
    most_common,
    published,
    results,
    running,
    space,
    views,
    what_matters,
)
from ui.training.cache import cached_view

shell.begin("sweeps", (*space.KEYS, *views.KEYS, "epoch"))
shell.title(
    "Which setting matters, and which difference is only luck?",
    "Every point stands for one setting, trained on this server from one or several random starts. With "
    "several, a line through the point reaches from the worst of them to the best.",
)
plan, problems = shell.read(space.sidebar)
with st.container(horizontal=True):
    shell.presets(search.SWEEPS)
    shell.presets(SEARCHES, label="Published searches", icon=":material/history_edu:")
    actions = st.container(horizontal=True)
for problem in problems:
    shell.show_sentence(st.warning, problem, ":material/report:")
original = matching(plan, SEARCHES)
plan = published.obtainable(original, plan)
board.follow_clicked(plan)
space.show_trials(plan)
published.introduce(original, plan)

table = None
try:
    metric = views.choose_metric(plan)
    run = running.complete(plan, lambda partial: views.overview(plan, partial, metric, live=True))
    running.show_errors(plan, run)
    if not run.outcomes:
        published.show_kept(original, metric)
    if run.outcomes:
        table = cached_view(results.trials, plan, run, metric)
        views.overview(plan, run, metric)
        published.conclude(original, plan, run, metric)
        st.subheader("What matters?")
        what_matters.effects_of_fields(plan, run, metric)
        st.subheader("Look closer")
        views.chosen_view(plan, run, table, metric)
        st.subheader("All trials")
        board.leaderboard(table, metric, plan.n_seeds)
        most_common.caption(plan, table, metric)
        number = board.open_trial(plan, run, table)
        st.subheader("The test set, once")
        board.test_set(plan, run, number)
        final.train_again(plan, run, table, metric)
    box = st.expander("Which learning rates are worth trying? A range test", key="_rates", on_change="rerun")
    if box.open:
        with box:
            learning_rates.learning_rates(plan, table)
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

why = st.expander("Why: shares, and a test in which each seed is a block", on_change="rerun")
if why.open:
    why.markdown(
        "On a complete grid the mean result of each cell is a sum: the mean of all, a part for each field, a "
        "part for each pair that the fields alone do not explain, and so on. The squares of the parts add up "
        "to the whole, so each has its share."
    )
    why.latex(r"\sum_{ij} (m_{ij} - \bar m)^2 = \sum_{ij} a_i^2 + \sum_{ij} b_j^2 + \sum_{ij} (ab)_{ij}^2")
    why.markdown(
        "The same seed is used in every cell: it is a *block*. So results are compared only within a seed. "
        "With $r_{is}$ the rank of value $i$ of a field on seed $s$, and $k$ values, Friedman's statistic is "
        "large where the seeds agree on the order. Ranks ignore how far apart the results are, and the null "
        "distribution is simulated with the scatter of each value. So one cell that scatters wildly neither "
        "hides a difference elsewhere nor creates a false one."
    )
    why.latex(r"\sum_i \left(\bar r_i - \tfrac{k+1}{2}\right)^2, \qquad \bar r_i = \tfrac1n \sum_s r_{is}")
shell.code(sweep.grid, effects.anova, comparisons.friedman)

with actions:
    shell.sweep_actions(plan, table)
shell.end()
