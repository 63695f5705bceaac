"""Move a weight and watch the loss of the first example; the tangent predicts by how much it changes."""

import pandas as pd
import streamlit as st

from lab.derivation import nudge
from lab.derivation.names import number
from lab.words import counted
from ui.charts import nudge as charts
from ui.frame.show import show

KEYS = ("_nudged_", "_nudge_")
ABOUT = ("output_weights", "hidden_weights")  # keys of the steps about ∂L/∂W, where the section is open
KINKS = "where the activation of a hidden unit changes from one straight piece to the next."


def section(problem, step):
    """Show the section at the steps about ∂L/∂W, and on request at the others about the network."""
    if "x" not in step.values or step.params is not None:
        return
    problem = step.about(problem)
    if step.key.partition(".")[0] in ABOUT:
        st.subheader("Move a weight")
        st.fragment(draw)(problem, step)
        return
    box = st.expander("Move a weight, and see the loss move", icon=":material/tune:", on_change="rerun")
    if box.open:
        with box:
            st.fragment(draw)(problem, step)


def draw(problem, step):
    """Draw the choice of a weight or bias, its slider, and the loss as its function, with the tangent."""
    every = {nudge.name_of(problem, one): one for one in nudge.parameters(problem)}
    first = nudge.name_of(problem, nudge.most_bent(problem, step.main.removeprefix("d_")))
    choice, move = st.columns([1, 3], gap="medium")
    name = choice.selectbox("Weight or bias", every, [*every].index(first), key=f"_nudged_{step.key}")
    parameter = every[name]
    start = nudge.value_of(problem, parameter)
    sides, words = (start - nudge.REACH, start + nudge.REACH), f"{name} (in the network: {number(start)})"
    key = f"_nudge_{step.key}_{name}_{start}"
    end = move.slider(words, *sides, start + nudge.first_move(problem, parameter), nudge.STEP, key=key)
    n, kinks = nudge.nudge(problem, parameter, end), nudge.kinks(problem, parameter)
    values, losses = nudge.curve(problem, parameter)
    chart = charts.along(
        pd.DataFrame({"weight": values, "loss": losses}),
        (n.start, n.loss),
        (n.end, n.moved),
        n.slope,
        kinks,
        (name, "L of the first example"),
        f"The derivative ∂L/∂{name} is the slope of the tangent at {name} = {number(n.start)}",
    )
    said = nudge.sentence(n)
    kind = f"Line chart of the loss along {name}, with its tangent"
    show(chart, kind, said.replace("*", "").rstrip("."), key="_nudge")
    st.markdown(said)
    dotted = f" Dotted: {counted(len(kinks), 'kink')}, {KINKS}" if kinks else ""
    st.caption(
        "Only this number changes. L is the loss of the first example, without the penalty. The circle is "
        f"the network as it is; the dot is the network with the moved weight.{dotted}"
    )
