"""Predict first: the question of a step, the guess and what it was worth."""

import streamlit as st

from lab.derivation import right
from ui.frame.visit import visit

STATE = st.session_state


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
