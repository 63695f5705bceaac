"""Draw one step of the derivation: its lines as formulas, numbers, shapes and code, each with its check."""

import re

import numpy as np
import pandas as pd
import streamlit as st

from lab.derivation import coloured, derive, givens, layers_in_words, plain, summary, table
from lab.links.pages import FIRST_STEP
from ui.charts import palette
from ui.sidebar import lock

COLOURS = palette.QUANTITIES | {f"d_{key}": colour for key, colour in palette.QUANTITIES.items()}
SIZES = ((75, r"\scriptsize "), (58, r"\footnotesize "), (48, r"\small "))  # for longer formulas
BESIDE = 32  # characters of LaTeX that fit into half of the column
MATRIX = r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}"
CAREFUL = ("naive", "careful", "exact")
OPENS = "hidden_pre_activation"  # the step by which the network begins
STATE = st.session_state


def choose(steps):
    """Draw the choice of a step; return the step."""
    titles = [
        f"{n}. {step.title}" + f" ({step.number})" * bool(step.number) for n, step in enumerate(steps, 1)
    ]
    allowed = range(1, len(steps) + 1)
    box = {"key": "step", "default": FIRST_STEP, "allowed": allowed}
    if lock.hides("step"):
        return steps[lock.linked_value("step", FIRST_STEP, allowed) - 1]
    _keep(steps)
    number_place, title_place = st.columns([1, 4], vertical_alignment="bottom")
    with number_place:
        number = lock.control(st.number_input, "Step", 1, len(steps), FIRST_STEP, **box)
    STATE["_title"] = titles[number - 1]
    STATE["_step_key"] = steps[number - 1].key
    with title_place:
        st.selectbox("Contents", titles, key="_title", on_change=_go, args=(titles,))
    return steps[number - 1]


def _keep(steps):
    """After a change of the depth, stay at the step that was shown."""
    keys = [step.key for step in steps]
    if STATE.pop("_stay", False) and STATE.get("_step_key") in keys:
        STATE["step"] = keys.index(STATE["_step_key"]) + 1


def _go(titles):
    """Callback: go to the step chosen by its title."""
    STATE["step"] = titles.index(STATE["_title"]) + 1


def verified(problem):
    """Show how many lines of all steps have been verified, in green, or in red with those that failed."""
    steps = derive(problem)
    result = summary(steps)
    if result.failed:
        names = ", ".join(sorted({key for key, _ in result.failed}))
        st.error(f"{result}. Not verified: {names}.", icon=":material/error:")
    else:
        st.success(f"{result}.", icon=":material/verified:")


def notation(problem, step):
    """Show what the symbols mean: at once where the network begins, on request at the other steps."""
    place = st.container()
    if step.key != OPENS:
        place = st.expander("What the symbols mean", icon=":material/translate:", on_change="rerun")
        if not place.open:
            return
    place.markdown(layers_in_words(problem))
    place.markdown(table(problem, lambda latex: coloured(latex, COLOURS)))


def numbers(problem):
    """Show on request the examples, weights and biases, from which every prediction can be worked out."""
    box = st.expander("This network's numbers", icon=":material/calculate:", on_change="rerun")
    if box.open:
        box.caption("Rows are examples; the graph shows the first. Classes and all indices count from 1.")
        for formula in givens(problem):
            box.latex(_sized(formula))


def lines(step):
    """The three columns: formula, the same in numbers with its check, shapes and code."""
    left, right = st.columns([3, 1], gap="medium")
    with left:
        for line, check in zip(step.lines, step.line_checks, strict=True):
            _line(line, check)
    with right:
        if step.shapes:
            st.markdown("**Shapes**")
            for symbol, words, dims in step.shapes:
                st.markdown(f"${coloured(symbol, COLOURS)}$: ${words}$ = {_dims(dims)}")
        if step.code:
            st.markdown("**Code**")
            for one in step.code:
                st.code(one.text, language="python", wrap_lines=True)
                st.caption(f"{one.module}.{one.function}, line {one.number}")
    claims = [claim.check() for claim in step.claims.values()]
    st.markdown("The engine's own values: " + "; ".join(f"{one.what} {mark(one)}" for one in claims))
    if step.note:
        st.markdown(step.note)


def _line(line, check):
    """The formula with its rule, and its numbers with their check, beside it or below it."""
    in_numbers = line.numbers if line.numbers != line.latex else ""
    long = width(in_numbers) > BESIDE or width(line.latex) > BESIDE
    formula, numbers = (st.container(), st.container()) if long else st.columns([2, 3], gap="small")
    with formula:
        st.caption(line.rule)
        st.latex(coloured(line.latex, COLOURS))
    with numbers:
        if not (long and check is None):
            st.caption(mark(check))
        if in_numbers:
            st.latex(_sized(in_numbers))


def _sized(latex):
    """Coloured, and smaller where it is long."""
    wide = width(latex)
    size = next((size for least, size in SIZES if wide > least), "")
    return size + coloured(latex, COLOURS)


def width(latex):
    """About how many characters wide it is set: of a matrix the longest row counts."""
    text = re.sub(MATRIX, lambda found: "[" + max(found[1].split(r"\\"), key=len) + "]", plain(latex))
    text = re.sub(r"\\frac\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "", text)  # above its denominator
    text = re.sub(r"\\(text|operatorname)\{([^{}]*)\}", r"\2", text)
    return len(re.sub(r"[{}\s^_]|\\[,;!]", "", re.sub(r"\\[a-zA-Z]+", "x", text)))


def mark(check):
    """A check as coloured Markdown: its error in green, or in red where it disagrees."""
    if check is None:
        return "states no number"
    error = f"{check.error:.0e}" if check.error else "exact"
    if check.ok:
        return f":green[:material/check: {error}] ({check.scheme})"
    return f":red[:material/close: disagrees by {error}] ({check.scheme})"


def entry(step):
    """One entry of the step's quantity, of the visitor's choice, in numbers."""
    if step.entry is None or step.symbol is None:
        return
    values = np.atleast_1d(step.claims[step.main].analytic)
    places = [", ".join(str(i + 1) for i in index) for index in np.ndindex(values.shape)]
    chosen = st.selectbox("Entry", places, key=f"_entry_{step.key}", width=160)
    index = tuple(int(i) - 1 for i in chosen.split(", "))
    st.latex(_sized(rf"{step.symbol(index)} = {step.entry(index)} \approx {values[index]:.4g}"))


def careful(step):
    """The careful form beside the naive one, value by value, where the step is about that."""
    if not all(name in step.values for name in CAREFUL):
        return
    rows = [
        {
            "input": _row(given),
            "as on paper": f"{_row(naive)} {'✓' if np.allclose(naive, exact, rtol=1e-9, atol=0) else '✗'}",
            "in the code": _row(ours),
            "exact": _row(exact),
        }
        for given, naive, ours, exact in zip(
            *(step.values[name] for name in ("inputs", *CAREFUL)), strict=True
        )
    ]
    st.table(pd.DataFrame(rows).set_index("input"))


def _row(values):
    return ", ".join(f"{value + 0.0:.6g}" for value in np.atleast_1d(values))


def _dims(dims):
    return f"({', '.join(map(str, dims))}{',' * (len(dims) == 1)})"
