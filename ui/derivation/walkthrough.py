"""One step of the derivation: its symbols, its lines with their checks, its shapes and code."""

import numpy as np
import pandas as pd
import streamlit as st

from lab.derivation import CHAPTERS, coloured, derive, fading, givens, layers_in_words, summary, table
from lab.derivation.given import of_loss
from ui.charts import palette
from ui.frame.formulas import width
from ui.training import progress

COLOURS = palette.QUANTITIES | {f"d_{key}": colour for key, colour in palette.QUANTITIES.items()}
SIZES = ((75, r"\scriptsize "), (58, r"\footnotesize "), (48, r"\small "))  # for longer formulas
BESIDE, FORMULA = 32, 19  # characters that fit beside a formula, and into the formula's own column
NARROW_LINES = 2  # lines of code in the column on the right
CAREFUL = ("naive", "careful", "exact")
OPENS = "hidden_pre_activation"  # the first step about the network
SECONDS = 0.3  # seconds of a derivation on one quiet core


def checked(problem):
    """Return the Summary of all steps, with progress if it takes long; None if it was stopped."""

    def chapter_by_chapter():
        for number, chapter in enumerate(CHAPTERS):
            yield number / len(CHAPTERS)
            derive(problem, (chapter,))  # the Problem remembers its steps
        return summary(derive(problem))

    key, what = ("derivation", problem), "Checking every line"
    return progress.result(key, chapter_by_chapter, SECONDS, what, what)


def verified(result):
    """Say what the checks of all steps showed: in green, or in red with the steps that failed."""
    if result.failed:
        names = ", ".join(sorted({key for key, _ in result.failed}))
        st.error(f"{result} Not verified: {names}.", icon=":material/error:")
    else:
        st.success(str(result), icon=":material/verified:")


def notation(problem, step, folded=False):
    """Show what the symbols mean: open at the first step, closed at others and if `folded`."""
    place = st.container()
    if folded or step.key != OPENS:
        place = st.expander("What the symbols mean", icon=":material/translate:", on_change="rerun")
        if not place.open:
            return
    problem = step.about(problem)
    place.markdown(" ".join(filter(None, (layers_in_words(problem), of_loss(problem.loss)))))
    place.markdown(table(problem, lambda latex: coloured(latex, COLOURS)))


def numbers(problem):
    """Show, on request, the examples, weights and biases from which every prediction can be worked out."""
    box = st.expander("This network's numbers", icon=":material/calculate:", on_change="rerun")
    if box.open:
        box.caption(
            "Each row is an example; the graph shows the first one. Classes and indices count from 1."
        )
        for formula in givens(problem):
            box.latex(sized(formula))


def lines(step, left_out=None, asked=()):
    """Show each formula, the same formula in numbers with its check, then shapes and code.

    `left_out` is {place of a line: function that asks for it}; the function returns whether the line may be
    shown. Return whether all lines are shown; nothing is drawn below a hidden line, as it could give it away.
    The lines above it have a question mark for each of the numbers `asked`, given as texts.
    """
    left, right = st.columns([3, 1], gap="medium")
    with left:
        for place, (line, check) in enumerate(zip(step.lines, step.line_checks, strict=True)):
            if left_out and place in left_out and not left_out[place]():
                return False
            _line(line._replace(numbers=fading.masked(line.numbers, asked)) if asked else line, check)
    with right:
        if step.shapes:
            st.markdown("**Shapes**")
            for symbol, words, dims in step.shapes:
                st.markdown(f"${coloured(symbol, COLOURS)}$: ${words}$ = {dims}")
        has_code = step.plain or step.code
        if has_code and not _is_long(step.plain):
            _code(step)
    if has_code and _is_long(step.plain):
        _code(step)
    claims = step.claims.values()
    st.markdown("The engine's own values: " + "; ".join(f"{claim.what} {mark(claim)}" for claim in claims))
    if step.note:
        st.markdown(step.note)
    return True


def _code(step):
    """Show the exported script's lines, with the engine's behind a click; if there are none, the engine's."""
    st.markdown("**Code**")
    place = st.container()
    if step.plain:
        st.code(step.plain, language="python", wrap_lines=True)
    if step.plain and step.code:
        place = st.popover("In the engine", icon=":material/code:", help="The lines that ran here")
    with place:
        for module, function, number, text in step.code:
            st.code(text, language="python", wrap_lines=True)
            st.caption(f"{module}.{function}, line {number}")


def _is_long(code):
    """Return whether code has too many lines for the narrow column."""
    return len(code.splitlines()) > NARROW_LINES


def _line(line, check):
    in_numbers = line.numbers if line.numbers != line.latex else ""
    long = width(in_numbers) > BESIDE or width(line.latex) > FORMULA
    formula, numbers = (st.container(), st.container()) if long else st.columns([2, 3], gap="small")
    with formula:
        st.caption(line.rule)
        st.latex(coloured(line.latex, COLOURS))
    with numbers:
        if not (long and check is None):
            st.caption(mark(check))
        if in_numbers:
            st.latex(sized(in_numbers))


def sized(latex):
    """Return the LaTeX coloured, and smaller where it is long."""
    size = next((size for least, size in SIZES if width(latex) > least), "")
    return size + coloured(latex, COLOURS)


def mark(check):
    """Return a check as coloured Markdown: its error in green, or in red where it disagrees."""
    if check is None:
        return "states no number"
    error = f"{check.error:.0e}" if check.error else "exact"
    if check.ok:
        return f":green[:material/check: {error}] ({check.scheme})"
    return f":red[:material/close: disagrees by {error}] ({check.scheme})"


def careful(step):
    """If the step is about it, show the numerically safe form next to the naive one, value by value."""
    if not all(name in step.values for name in CAREFUL):
        return
    given, naive, ours, exact = (step.values[name] for name in ("inputs", *CAREFUL))
    signs = ["✓" if np.allclose(*pair, rtol=1e-9, atol=0) else "✗" for pair in zip(naive, exact, strict=True)]
    columns = {"input": given, "as on paper": naive, "in the code": ours, "exact": exact}
    rows = pd.DataFrame({name: map(_row, values) for name, values in columns.items()})
    st.table(rows.assign(**{"as on paper": rows["as on paper"] + " " + signs}).set_index("input"))


def _row(values):
    return ", ".join(f"{value + 0.0:.6g}" for value in np.atleast_1d(values))
