"""Where a step's numbers come from: its matrices, or one entry of the visitor's choice, written out."""

import numpy as np
import streamlit as st

from ui.derivation import workings
from ui.derivation.walkthrough import sized

KEYS = ("_entry_",)


def where_from(problem, step):
    """Show where a step's numbers come from."""
    if not workings.draw(problem, step):
        written_out(step)


def written_out(step):
    """Write out, in numbers, one entry of the step's quantity: the visitor's choice, if there are several."""
    if step.entry is None or step.symbol is None:
        return
    values = np.atleast_1d(step.claims[step.main].analytic)
    places = {", ".join(str(i + 1) for i in index): index for index in np.ndindex(values.shape)}
    chosen = next(iter(places))
    if len(places) > 1:
        chosen = st.selectbox("Entry", places, key=f"_entry_{step.key}", width=160)
    index = places[chosen]
    value = values[index]
    st.latex(sized(rf"{step.symbol(index)} = {step.entry(index)} {step.relation(value)} {value:.4g}"))
