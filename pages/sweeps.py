"""Sweeps: many trainings at once, and what they say beyond the noise of their seeds."""

import streamlit as st

from lab.questions import search
from mlp import effects, sweep
from ui.frame import shell
from ui.sweeps import board, most_common, results, running, space, views
from ui.training.cache import cached_view

shell.begin("sweeps", space.KEYS)
shell.title(
    "Which setting matters, and which difference is only luck?",
    "Every point is a set of networks trained on this server that differ only in their random start; the "
    "line through it reaches from the worst of them to the best.",
)
plan, problems = shell.read(space.sidebar)
with st.container(horizontal=True):
    shell.presets(search.SWEEPS)
    shell.presets(search.PUBLISHED, label="Published searches", icon=":material/history_edu:")
    actions = st.container(horizontal=True)
for problem in problems:
    shell.show_sentence(st.warning, problem, ":material/report:")
space.show_trials(plan)

table = None
try:
    metric = views.choose_metric(plan)
    run = running.complete(plan, lambda partial: views.overview(plan, partial, metric, live=True))
    running.show_errors(plan, run)
    if run.outcomes:
        table = cached_view(results.trials, plan, run, metric)
        views.overview(plan, run, metric)
        st.subheader("What matters?")
        views.effects_of_fields(plan, run, metric)
        st.subheader("Look closer")
        views.chosen_view(plan, run, table, metric)
        st.subheader("All trials")
        board.leaderboard(table, metric)
        most_common.caption(plan, table, metric)
        number = board.open_trial(plan, run, table)
        st.subheader("The test set, once")
        board.test_set(plan, run, number)
    box = st.expander("Which learning rates are worth trying? A range test", key="_rates", on_change="rerun")
    if box.open:
        with box:
            running.learning_rates(plan)
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

why = st.expander("Why: shares, and the noise of the seeds", on_change="rerun")
if why.open:
    why.markdown(
        "On a complete grid the mean result of each cell is a sum: the mean of all, a part for each field, a "
        "part for each pair that the fields alone do not explain, and so on. The squares of the parts add up "
        "to the whole, so each has its share. Seeds show how large a share chance alone would give. The same "
        "seed is used in every cell, so what a seed adds to all of them is taken out first."
    )
    why.latex(r"\sum_{ij} (m_{ij} - \bar m)^2 = \sum_{ij} a_i^2 + \sum_{ij} b_j^2 + \sum_{ij} (ab)_{ij}^2")
shell.code(sweep.grid, effects.anova)

with actions:
    shell.sweep_actions(plan, table)
shell.end()
