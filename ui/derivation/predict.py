"""Predict, then reveal: a question before each step, and the score of the visit."""

import streamlit as st

from lab.derivation import right

STATE = st.session_state


def revealed(problem, step, asked):
    """Return whether the step may show its numbers: after a guess, on request, or without a question."""
    return not (asked and step.asks) or (problem, step.key) in STATE.get("_revealed", ())


def ask(problem, step):
    """Draw the step's question, or the result of the guess; an answer reveals the step."""
    given = STATE.setdefault("_given", {})
    number = STATE.setdefault("_ask", {}).get((problem, step.key), 0) % len(step.asks)
    question, key = step.asks[number], (problem, step.key, number)
    st.markdown(f"**Predict first.** {question.prompt}")
    place = f"{abs(hash(key))}"
    if key in given:
        _reason(question, given[key])
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
    marks = [ok for _, ok in STATE.get("_given", {}).values()]
    return sum(marks), len(marks)


def _reason(question, guess):
    answer, ok = guess
    if ok:
        st.success(f"Right: {_shown(question)}. {question.reason}", icon=":material/check_circle:")
    else:
        st.error(f"You said {answer}; it is {_shown(question)}. {question.reason}", icon=":material/cancel:")


def _shown(question):
    return f"{question.answer:.4g}" if question.choices is None else question.answer


def _guess(problem, step, number, place):
    """Callback: record the guess and whether it is right, and reveal the step."""
    guess = STATE.get(f"_guess_{place}")
    if guess is None:
        return
    question = step.asks[number]
    text = f"{guess:g}" if question.choices is None else guess
    STATE["_given"][problem, step.key, number] = (text, right(question, guess))
    _reveal(problem, step)


def _another(problem, step):
    """Callback: go to the step's next question, and hide its numbers until that is answered."""
    number = STATE["_ask"][problem, step.key] = STATE["_ask"].get((problem, step.key), 0) + 1
    if (problem, step.key, number % len(step.asks)) not in STATE["_given"]:
        STATE["_revealed"].discard((problem, step.key))


def _reveal(problem, step):
    STATE.setdefault("_revealed", set()).add((problem, step.key))
