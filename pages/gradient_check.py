"""Gradient check: is what backpropagation computes the derivative of the loss?"""

import streamlit as st

from lab.questions import verify
from mlp import gradient_check
from mlp.checks import judgement, numerical
from ui.frame import shell
from ui.gradient_check import (
    answering,
    coursework,
    epochs,
    further_checks,
    one_sided,
    own_program,
    parts,
    setup,
    steps,
    verdict,
)
from ui.gradient_check.subject import KEYS, check, is_wanted, may_check, subject
from ui.training import progress

shell.begin("gradient_check", (*setup.KEYS, *KEYS))
shell.title(
    "Is this gradient right?",
    "Move one parameter a little, see how the loss changes, and compare that with what backpropagation says. "
    "This page does so for every parameter of the network in the sidebar, on this server.",
)
plan, problems = shell.read(setup.sidebar)
with st.container(horizontal=True):
    shell.presets(verify.GRADIENT_CHECK, given=answering)
    actions = st.container(horizontal=True)
for problem in problems:
    shell.show_sentence(st.warning, problem, ":material/report:")

table = None
try:
    progress.download(plan.experiment.data.name)
    with st.container():
        network = subject(plan)
    if may_check(plan, network):
        result = check(plan, network)
        with st.container():  # what follows keeps its place, as after a `shell.section`
            if result:
                verdict.show_verdict(plan, result)
                verdict.draw_map(plan, network, result)
                table = verdict.show_table(plan, network, result)
        with st.container():
            own_program.section(plan)
        with shell.section("How small a step?"):
            steps.section(plan, network)
        with shell.section("Which parameters cross a kink?"):
            if is_wanted(network, "kinks"):
                further_checks.kinks(plan, network)
        with shell.section("Is it the data or the penalty?"):
            if is_wanted(network, "parts"):
                parts.section(plan, network)
        with shell.section("Does the loss start where it should?"):
            further_checks.initial_loss(plan, network)
        with shell.section("Can it learn twenty examples by heart?"):
            if is_wanted(network, "overfit"):
                further_checks.overfit(plan)
        with shell.section("A one-sided test: what does it miss?"):
            if is_wanted(network, "one_sided"):
                one_sided.section(plan, network)
        with shell.section("Five digits agree: is that enough?"):
            coursework.constant()
        with shell.section("Loops or matrices: is the gradient the same?"):
            coursework.loops_and_matrices(plan, network)
        with shell.section("Loops or matrices: how long does an epoch take?"):
            epochs.section()
except ValueError as problem:
    shell.show_sentence(st.error, str(problem), ":material/report:")

why = st.expander("Why: two errors, and the step between them", on_change="rerun")
if why.open:
    for formula in (
        r"\frac{L(\theta + h) - L(\theta)}{h} = L'(\theta) + \frac{h}{2} L''(\theta) + \dots",
        r"\frac{L(\theta + h) - L(\theta - h)}{2h} = L'(\theta) + \frac{h^2}{6} L^{(3)}(\theta) + \dots",
        r"\frac{\operatorname{Im} L(\theta + ih)}{h} = L'(\theta) - \frac{h^2}{6} L^{(3)}(\theta) + \dots",
        r"\text{error} \approx \underbrace{c\, h^p}_{\text{truncation}} + "
        r"\underbrace{u\, \max(1, |L|) / h}_{\text{rounding}}, \qquad h_{\text{best}} \sim u^{1/(p+1)}",
    ):
        why.latex(formula)
    why.markdown(
        "With a long step the curvature of the loss counts: this is truncation, of order $h$ for the forward "
        "and $h^2$ for the central difference. With a short one, two numbers that agree in all but their "
        "last digits are subtracted: what is left is their rounding, divided by "
        "$h$. $u$ is the unit roundoff, "
        "1.1e-16 in float64 and 6.0e-8 in float32. The complex step (Squire & Trapp, 1998) reads the "
        "derivative off an imaginary "
        "part: nothing is subtracted, so the step may be 1e-20."
    )
    why.markdown(
        f"The bands are those of Stanford's notes, {verdict.SOURCE}: a relative error above 1e-2 usually "
        "means the gradient is probably wrong; between 1e-2 and 1e-4 should make you feel uncomfortable; "
        "below 1e-4 is usually okay for objectives with kinks, but too high for smooth ones (tanh and "
        "softmax); 1e-7 and less: be happy. The deeper the network, the larger the errors. This page can be "
        "stricter about kinks: it knows which derivatives cross one, leaves those out, and expects the "
        "others to agree."
    )
shell.code(gradient_check, numerical.difference_quotient, judgement.judge)

with actions:
    shell.actions(
        plan,
        lambda: "" if table is None else table.to_csv(index=False),
        label="Derivatives (.csv)",
        file_name="backprop-lab-gradient-check.csv",
        explained="Every derivative that was checked: analytic and numeric value, errors, and their cause.",
    )
shell.end()
