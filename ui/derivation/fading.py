"""Fading: the control that leaves lines of every step to the student, and the questions that replace them."""

import functools

import streamlit as st

from lab.derivation import fading
from ui.derivation import asking
from ui.frame.formulas import apart
from ui.frame.visit import visit
from ui.sidebar import lock
from ui.tasks import box

STATE = st.session_state
KEY = "lines"  # key of the choice, and its parameter in a link
YOURS = (
    "all lines are shown",
    "the last line is yours",
    "the last two lines are yours",
    "every line is yours",
)


def choose():
    """Draw the choice of how many lines of each step are left to the student, and return it.

    A link may set it; the student's answers change it. A task's page that shows no lines has no such choice.
    """
    if box.asks_step() and not box.reveals():
        return lock.linked_value(KEY, fading.LEVELS[0], fading.LEVELS)
    return lock.choose(
        "Lines left to you",
        fading.LEVELS,
        key=KEY,
        told=True,
        on_change=_chosen,
        help="These lines of each step are hidden. You choose the right line from several; the others "
        "contain a mistake. Two right answers in a row leave one more line to you, a wrong answer one fewer.",
    )


def left_out(problem, step):
    """Return {place of a line: function that asks for it and returns whether it is answered}."""
    return {
        place: functools.partial(_ask, _key(problem, step, place), question)
        for place, question in _questions(problem, step).items()
    }


def open_numbers(problem, step):
    """Return the texts of the numbers that lines still ask for; nothing else may print them until then."""
    asked = _questions(problem, step).items()
    return fading.numbers_of(
        step, [question for place, question in asked if not asking.is_answered(_key(problem, step, place))]
    )


def _questions(problem, step):
    """Return {place of a line that is left out: its Question}, without numbers that "Predict first" told."""
    level = visit().fading.setdefault((problem, step.key), _level())
    told = [
        question.reason
        for number, question in enumerate(step.asks)
        if asking.is_answered((problem, step.key, number))
    ]
    return {
        place: question
        for place, question in fading.left_out(problem, step, fading.MODES[fading.LEVELS[level]]).items()
        if not any(fading.is_printed(one, told) for one in fading.numbers_of(step, [question]))
    }


def _key(problem, step, place):
    return problem, step.key, f"line {place}"


def _ask(key, question):
    st.markdown(apart(f"**Your line.** {question.prompt}"))
    if asking.answered(key, question):
        _tell_moved(key)
        return True
    asking.form(key, question, stacked=True, after=functools.partial(_answered, key))
    return False


def _chosen():
    """Callback: apply the student's own choice at once, at every step."""
    tab = visit()
    tab.lines_in_a_row, tab.lines_moved = 0, None
    tab.fading.clear()


def _tell_moved(key):
    """Below an answer that changed the number of lines left out, say what the next steps will leave out."""
    question, change = visit().lines_moved or (None, 0)
    if question == key and change:
        why = "Two right in a row. From" if change > 0 else "From"
        st.caption(f"{why} the next step on, {YOURS[_level()]}.")


def _answered(key, is_right):
    """Update the number of lines that the next steps leave out; called with each answer."""
    tab, before = visit(), _level()
    level, tab.lines_in_a_row = fading.moved(before, tab.lines_in_a_row, is_right)
    tab.lines_moved, STATE[KEY] = (key, level - before), fading.LEVELS[level]


def _level():
    """Return the index in `fading.LEVELS` of the choice."""
    return fading.LEVELS.index(STATE.get(KEY) or fading.LEVELS[0])
