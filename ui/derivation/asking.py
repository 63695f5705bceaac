"""Predict first: a step's question, the visitor's answer, and the feedback on it."""

import streamlit as st

from lab.derivation import correction, right, score
from lab.derivation.answers import answer_in_words, within
from lab.derivation.quiz import in_order
from ui.frame import unanswered
from ui.frame.formulas import apart
from ui.frame.visit import visit
from ui.tasks import box

STATE = st.session_state


def revealed(problem, step, asked):
    """Return whether the step may show its numbers: after a guess, on request, or if it asks no question.

    On a task's page they are shown together with the reason for its answer.
    """
    if box.asks_step():
        return box.reveals()
    return not (asked and step.asks) or (problem, step.key) in visit().revealed


def ask(problem, step):
    """Draw the step's question, or the result of the guess; a guess reveals the step."""
    number = in_order(step)[visit().questions.get((problem, step.key), 0)]
    key = (problem, step.key, number)
    st.markdown(apart(f"**Predict first.** {within(step.asks[number])}"))
    if not answered(key, step.asks[number]):
        form(key, step.asks[number])
    elif len(step.asks) > 1:
        st.button("Ask another question", key=f"_more_{_place(key)}", on_click=_another, args=(problem, step))


def is_answered(key):
    """Return whether the question was guessed or shown; `key` as in `form`."""
    return key in visit().guesses or key in visit().shown


def answered(key, question):
    """Draw the verdict on the guess, or the answer if it was shown; return False if there is neither."""
    if key in visit().guesses:
        guess = visit().guesses[key]
        if guess.is_right:
            sentence = f"Right: {answer_in_words(question)}. {question.reason}"
            st.success(apart(sentence), icon=":material/check_circle:")
        else:
            is_certain = guess.level == score.CERTAIN
            sentence = correction(question, guess.given, is_certain=is_certain)
            st.error(apart(sentence), icon=":material/cancel:")
    elif key in visit().shown:
        sentence = f"It is {answer_in_words(question)}. {question.reason}"
        sentence += " *Shown, so it counts neither as right nor as wrong.*"
        st.info(apart(sentence), icon=":material/visibility:")
    else:
        return False
    return True


def form(key, question, *, stacked=False, label="Your answer", after=None):
    """Draw the form for a guess; `key` is (problem, key of the step, question).

    With `stacked`, choices that are formulas are drawn one below the other, with letters to choose from. Each
    checked answer calls `after(is_right)`.
    """
    place = _place(key)
    with st.form(f"_form_{place}", border=False):
        if question.choices is None:
            st.number_input(label, value=None, format="%g", key=f"_guess_{place}", width=220)
        else:
            _choices(label, question.choices, f"_guess_{place}", stacked)
        if score.asks_how_sure(len(visit().guesses)):
            st.segmented_control("How sure are you?", score.LEVELS, key=f"_sure_{place}")
        with st.container(horizontal=True):
            guess = {"on_click": _guess, "args": (key, question, after)}
            st.form_submit_button("Check", type="primary", **guess)
            st.form_submit_button("Show me", on_click=_show, args=(key,))
    unanswered.draw(place, unanswered.TYPE if question.choices is None else unanswered.CHOOSE)


def _choices(label, choices, key, stacked):
    """Draw the choices; stacked ones are formulas that are too large for the label of a button."""
    if not stacked:
        st.radio(label, choices, index=None, key=key, horizontal=True)
        return
    letters = dict(zip(choices, "ABCDEF", strict=False))
    for choice in choices:
        st.latex(rf"\textbf{{{letters[choice]}}} \quad {choice.strip('$')}", width="content")
    st.radio(label, choices, index=None, key=key, horizontal=True, format_func=letters.get)


def tell_score():
    """Say how many predictions were right, wrong and shown, and how often the sure ones were right."""
    guesses = list(visit().guesses.values())
    sentences = score.score(guesses, len(visit().shown)), score.calibration(guesses)
    if any(sentences):
        st.caption(" ".join(filter(None, sentences)))


def _place(key):
    return f"{abs(hash(key))}"


def _guess(key, question, after):
    """Callback: record the guess and whether it is right, and reveal the step."""
    given, level = (STATE.get(f"_{name}_{_place(key)}") for name in ("guess", "sure"))
    unanswered.note(_place(key), given is None)
    if given is not None:
        text = f"{given:g}" if question.choices is None else given
        is_right = right(question, given)
        visit().guesses[key] = score.Guess(text, is_right, level or "")
        visit().revealed.add(key[:2])
        if after:
            after(is_right)


def _show(key):
    """Callback: show the answer; it then counts as shown."""
    visit().shown.add(key)
    visit().revealed.add(key[:2])


def _another(problem, step):
    """Callback: go to the step's next question, and hide its numbers until that is answered."""
    tab, place = visit(), (problem, step.key)
    tab.questions[place] = (tab.questions.get(place, 0) + 1) % len(step.asks)
    if (*place, in_order(step)[tab.questions[place]]) not in tab.guesses.keys() | tab.shown:
        tab.revealed.discard(place)
