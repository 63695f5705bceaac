"""Gradient check: is what backpropagation computes the derivative of the loss?"""

import streamlit as st

from lab.questions import verify
from mlp import gradient_check
from mlp.checks import judgement, numerical
from ui.frame import shell
from ui.gradient_check import coursework, entries, further_checks, setup, steps, verdict
from ui.gradient_check.subject import check, is_wanted, may_check, subject
from ui.training import progress

shell.begin("gradient_check", setup.KEYS)
shell.title(
    "Is this gradient right?",
    "Move one parameter by a little, see how the loss changes, and compare with what backpropagation says: "
    "for every parameter of the network in the sidebar, computed on this server.",
)
plan, problems = shell.read(setup.sidebar)
with st.container(horizontal=True):
    shell.presets(verify.GRADIENT_CHECK)
    actions = st.container(horizontal=True)
for problem in problems:
    shell.show_sentence(st.warning, problem, ":material/report:")

table = None
try:
    progress.download(plan.experiment.data.name)
    network = subject(plan)
    if may_check(plan, network):
        result = check(plan, network)
        if result:
            verdict.show_verdict(plan, network, result)
            entries.draw(plan, network, result, verdict.map_title(plan, network, result))
            table = entries.show_table(plan, network, result)

        st.subheader("How small a step?")
        steps.section(plan, network)

        st.subheader("Which parameters cross a kink?")
        if is_wanted(network, "kinks"):
            further_checks.kinks(plan, network)

        st.subheader("Is it the data or the penalty?")
        if is_wanted(network, "parts"):
            further_checks.parts(plan, network)

        st.subheader("Does the loss start where it should?")
        further_checks.initial_loss(plan, network)

        st.subheader("Can it learn twenty examples by heart?")
        if is_wanted(network, "overfit"):
            further_checks.overfit(plan)

        st.subheader("Five digits agree: is that enough?")
        coursework.constant()

        st.subheader("Loop against matrix: the same gradient?")
        coursework.loops_and_matrices(plan, network)
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

why = st.expander("Why: two errors, and the step between them", on_change="rerun")
if why.open:
    for line in verdict.FORMULAS:
        why.latex(line)
    for paragraph in verdict.EXPLANATIONS:
        why.markdown(paragraph)
shell.code(gradient_check, numerical.difference_quotient, judgement.judge)

with actions:
    shell.actions(
        plan,
        lambda: "" if table is None else table.to_csv(index=False),
        label="Derivatives (.csv)",
        file_name="backprop-lab-gradient-check.csv",
        explained="Every derivative checked: analytic, numeric, errors and their cause.",
    )
shell.end()
