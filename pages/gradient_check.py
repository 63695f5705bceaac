"""Gradient check: is what backpropagation computes the derivative of the loss?"""

import inspect

import streamlit as st

from lab.questions import verify
from mlp import gradient_check
from mlp.checks import judgement, numerical
from ui.frame import shell
from ui.gradient_check import constant, entries, kinks, loops, parts, sanity, setup, steps, theory, verdict
from ui.gradient_check.subject import check_key, checked, subject, viewed, wanted
from ui.training import downloads

shell.begin("gradient_check", setup.DEFAULTS)
shell.title(
    "Is this gradient right?",
    "Move one parameter by a little, look how the loss changes, and compare with what backpropagation says: "
    "for every parameter of the network in the sidebar, computed on this server.",
)
asked, problems = shell.read(setup.sidebar, "gradient_check", setup.KEYS, setup.VIEW, setup.DEFAULTS)
with st.container(horizontal=True):
    shell.presets(verify.GRADIENT_CHECK, setup.VIEW, setup.DEFAULTS)
    actions = st.container(horizontal=True)
for problem in problems:
    shell.show_sentence(st.warning, problem, ":material/report:")

table = None
try:
    downloads.ensure(asked.experiment.data.name)
    network = subject(asked)
    result = checked(asked, network)
    if result:
        verdict.show_verdict(asked, network, result)
        entries.draw(asked, network, result, verdict.map_title(asked, network, result))
        table = viewed(("table", *check_key(asked, network)), lambda: entries.table(network, result))
        entries.show_table(table)

    st.subheader("How small a step?")
    steps.section(asked, network)

    st.subheader("Who crosses a kink?")
    if wanted(network, "kinks"):
        kinks.section(asked, network)

    st.subheader("Is it the data or the penalty?")
    if wanted(network, "parts"):
        parts.section(asked, network)

    st.subheader("Does the loss start where it should?")
    sanity.initial_loss(asked, network)

    st.subheader("Can it learn twenty examples by heart?")
    if wanted(network, "overfit"):
        sanity.overfit(asked)

    st.subheader("Five digits agree: is that enough?")
    constant.section()

    st.subheader("Loop against matrix: the same gradient?")
    loops.section(asked, network)
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

why = st.expander("Why: two errors, and the step between them", on_change="rerun")
if why.open:
    for line in theory.FORMULAS:
        why.latex(line)
    why.markdown(theory.EXPLAINED)
    why.markdown(theory.BANDS)
code = st.expander("Code: the lines that ran", on_change="rerun")
if code.open:
    shown = gradient_check, numerical.difference_quotient, judgement.judge
    code.code("\n\n".join(map(inspect.getsource, shown)))

with actions:
    shell.actions(
        asked,
        setup.VIEW,
        lambda: "" if table is None else table.to_csv(index=False),
        setup.DEFAULTS,
        label="Derivatives (.csv)",
        file_name="backprop-lab-gradient-check.csv",
        explained="Every derivative checked: analytic, numeric, errors and their cause.",
    )
shell.end("gradient_check", setup.KEYS)
