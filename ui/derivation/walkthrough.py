"""One step of the derivation: its choice, its question, its lines with their checks, its shapes and code."""

import re

import numpy as np
import pandas as pd
import streamlit as st

from lab.derivation import CHAPTERS, coloured, derive, givens, layers_in_words, plain, right, summary, table
from lab.links.pages import FIRST_STEP
from ui.charts import palette
from ui.frame.visit import visit
from ui.sidebar import lock
from ui.training import progress

COLOURS = palette.QUANTITIES | {f"d_{key}": colour for key, colour in palette.QUANTITIES.items()}
SIZES = ((75, r"\scriptsize "), (58, r"\footnotesize "), (48, r"\small "))  # for longer formulas
BESIDE = 32  # characters of LaTeX that fit into half of the column
MATRIX = r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}"
CAREFUL = ("naive", "careful", "exact")
OPENS = "hidden_pre_activation"  # the step by which the network begins
SECONDS = 0.3  # of a derivation on one quiet core
STATE = st.session_state


def checked(problem):
    """Return the Summary of all steps, showing progress where it takes long; None if it was stopped."""

    def chapter_by_chapter():
        for number, chapter in enumerate(CHAPTERS):
            yield number / len(CHAPTERS)
            derive(problem, (chapter,))  # which remembers its steps
        return summary(derive(problem))

    key, what = ("derivation", problem), "Checking every line"
    return progress.result(key, chapter_by_chapter, SECONDS, what, what)


def choose(steps):
    """Draw the choice of a step; return the step."""
    titles = [
        f"{n}. {step.title}" + f" ({step.number})" * bool(step.number) for n, step in enumerate(steps, 1)
    ]
    if lock.hides("step"):
        return steps[lock.linked_value("step", FIRST_STEP, range(1, len(steps) + 1)) - 1]
    tab, keys = visit(), [step.key for step in steps]
    if tab.keeps_step and tab.step_key in keys:
        STATE["step"] = keys.index(tab.step_key) + 1
    number_place, title_place = st.columns([1, 4], vertical_alignment="bottom")
    with number_place:
        number = lock.control(st.number_input, "Step", 1, len(steps), key="step")
    STATE["_title"] = titles[number - 1]
    tab.step_key, tab.keeps_step = keys[number - 1], False
    with title_place:
        st.selectbox("Contents", titles, key="_title", on_change=_go, args=(titles,))
    return steps[number - 1]


def _go(titles):
    """Callback: go to the step chosen by its title."""
    STATE["step"] = titles.index(STATE["_title"]) + 1


def verified(result):
    """Say what the checks of all steps have shown, in green, or in red with the steps that failed."""
    if result.failed:
        names = ", ".join(sorted({key for key, _ in result.failed}))
        st.error(f"{result} Not verified: {names}.", icon=":material/error:")
    else:
        st.success(str(result), icon=":material/verified:")


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
    """Show each formula beside the same in numbers with its check; then shapes and code."""
    left, right = st.columns([3, 1], gap="medium")
    with left:
        for line, check in zip(step.lines, step.line_checks, strict=True):
            _line(line, check)
    with right:
        if step.shapes:
            st.markdown("**Shapes**")
            for symbol, words, dims in step.shapes:
                st.markdown(f"${coloured(symbol, COLOURS)}$: ${words}$ = {dims}")
        if step.code:
            st.markdown("**Code**")
            for module, function, number, text in step.code:
                st.code(text, language="python", wrap_lines=True)
                st.caption(f"{module}.{function}, line {number}")
    claims = step.claims.values()
    st.markdown("The engine's own values: " + "; ".join(f"{claim.what} {mark(claim)}" for claim in claims))
    if step.note:
        st.markdown(step.note)


def _line(line, check):
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
    """Return the LaTeX coloured, and smaller where it is long."""
    size = next((size for least, size in SIZES if width(latex) > least), "")
    return size + coloured(latex, COLOURS)


def width(latex):
    """Return about how many characters wide LaTeX is set: of a matrix the longest row counts."""
    text = re.sub(MATRIX, lambda match: "[" + max(match[1].split(r"\\"), key=len) + "]", plain(latex))
    text = re.sub(r"\\frac\{[^{}]*(\{[^{}]*\}[^{}]*)*\}", "", text)  # above its denominator
    text = re.sub(r"\\(text|operatorname)\{([^{}]*)\}", r"\2", text)
    return len(re.sub(r"[{}\s^_]|\\[,;!]", "", re.sub(r"\\[a-zA-Z]+", "x", text)))


def mark(check):
    """Return a check as coloured Markdown: its error in green, or in red where it disagrees."""
    if check is None:
        return "states no number"
    error = f"{check.error:.0e}" if check.error else "exact"
    if check.ok:
        return f":green[:material/check: {error}] ({check.scheme})"
    return f":red[:material/close: disagrees by {error}] ({check.scheme})"


def entry(step):
    """Write out one entry of the step's quantity, of the visitor's choice, in numbers."""
    if step.entry is None or step.symbol is None:
        return
    values = np.atleast_1d(step.claims[step.main].analytic)
    places = {", ".join(str(i + 1) for i in index): index for index in np.ndindex(values.shape)}
    index = places[st.selectbox("Entry", places, key=f"_entry_{step.key}", width=160)]
    st.latex(_sized(rf"{step.symbol(index)} = {step.entry(index)} \approx {values[index]:.4g}"))


def careful(step):
    """Show the careful form beside the naive one, value by value, where the step is about that."""
    if not all(name in step.values for name in CAREFUL):
        return
    given, naive, ours, exact = (step.values[name] for name in ("inputs", *CAREFUL))
    signs = ["✓" if np.allclose(*pair, rtol=1e-9, atol=0) else "✗" for pair in zip(naive, exact, strict=True)]
    columns = {"input": given, "as on paper": naive, "in the code": ours, "exact": exact}
    rows = pd.DataFrame({name: map(_row, values) for name, values in columns.items()})
    st.table(rows.assign(**{"as on paper": rows["as on paper"] + " " + signs}).set_index("input"))


def _row(values):
    return ", ".join(f"{value + 0.0:.6g}" for value in np.atleast_1d(values))


def revealed(problem, step, asked):
    """Return whether the step may show its numbers: after a guess, on request, or without a question."""
    return not (asked and step.asks) or (problem, step.key) in visit().revealed


def ask(problem, step):
    """Draw the step's question, or the result of the guess; an answer reveals the step."""
    number = visit().questions.get((problem, step.key), 0)
    question, key = step.asks[number], (problem, step.key, number)
    place = f"{abs(hash(key))}"
    st.markdown(f"**Predict first.** {question.prompt}")
    if key in visit().guesses:
        guess, is_right = visit().guesses[key]
        answer = f"{question.answer:.4g}" if question.choices is None else question.answer
        if is_right:
            st.success(f"Right: {answer}. {question.reason}", icon=":material/check_circle:")
        else:
            st.error(f"You said {guess}; it is {answer}. {question.reason}", icon=":material/cancel:")
        if len(step.asks) > 1:
            st.button("Another question", key=f"_more_{place}", on_click=_another, args=(problem, step))
        return
    with st.form(f"_form_{place}", border=False):
        if question.choices is None:
            st.number_input("Your answer", value=None, format="%g", key=f"_guess_{place}", width=220)
        else:
            st.radio("Your answer", question.choices, index=None, key=f"_guess_{place}", horizontal=True)
        with st.container(horizontal=True):
            guess = {"on_click": _guess, "args": (problem, step, number, place)}
            st.form_submit_button("Check", type="primary", **guess)
            st.form_submit_button("Show me", on_click=_reveal, args=(problem, step))


def score():
    """Return the numbers of (right, all) predictions of the visit."""
    marks = [is_right for _, is_right in visit().guesses.values()]
    return sum(marks), len(marks)


def _guess(problem, step, number, place):
    """Callback: record the guess and whether it is right, and reveal the step."""
    guess, question = STATE.get(f"_guess_{place}"), step.asks[number]
    if guess is not None:
        text = f"{guess:g}" if question.choices is None else guess
        visit().guesses[problem, step.key, number] = (text, right(question, guess))
        _reveal(problem, step)


def _another(problem, step):
    """Callback: go to the step's next question, and hide its numbers until that is answered."""
    tab, place = visit(), (problem, step.key)
    tab.questions[place] = (tab.questions.get(place, 0) + 1) % len(step.asks)
    if (*place, tab.questions[place]) not in tab.guesses:
        tab.revealed.discard(place)


def _reveal(problem, step):
    visit().revealed.add((problem, step.key))
