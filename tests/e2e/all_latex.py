"""A page of its own for the browser: every line of LaTeX that the derivation can show."""

import itertools

import streamlit as st

from lab.derivation import Problem, coloured, derive
from mlp import ACTIVATIONS, LOSSES
from ui.derivation.walk import COLOURS


def problems():
    """Every activation and every loss at one hidden layer, and deeper networks."""
    for number, (activation, loss) in enumerate(zip(ACTIVATIONS, itertools.cycle(LOSSES), strict=False)):
        yield Problem(activation=activation, loss=loss, l1=0.01, l2=0.02, seed=number)
    yield Problem(d=4, hidden_layer_sizes=(5, 5, 5), m=4, K=8, activation="gelu")
    yield Problem(d=1, hidden_layer_sizes=(1, 1), m=2, K=1, activation="leaky_relu")


def formulas():
    """Each once, in the colours of the page; the numbers of every third network."""
    found = {}
    for number, problem in enumerate(problems()):
        for step in derive(problem):
            for line in step.lines:
                found |= {line.latex: None} | ({line.numbers: None} if number % 4 == 0 else {})
            found |= {shape.symbol: None for shape in step.shapes}
    return [coloured(one, COLOURS) for one in found if one]


if __name__ == "__main__":
    shown = formulas()
    st.title(f"{len(shown)} formulas")
    for start in range(0, len(shown), 50):
        st.markdown("\n\n".join(f"$${one}$$" for one in shown[start : start + 50]))
