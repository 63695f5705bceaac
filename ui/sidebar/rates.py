"""A learning rate that changes during training: a slider for the first rate, a box for later ones.

The value of the learning-rate widget, bound to the address, is a number, or the text of all pieces such as
0.1@0;0.01@30. The box shows the pieces after the first and writes them back.
"""

import streamlit as st

from lab.links.experiment import field_text
from lab.links.fields import DECADES
from lab.links.reading import PIECEWISE, parse_field
from lab.words import counted
from mlp.config import MOST_PIECES
from ui.frame.show import show_sentence
from ui.frame.visit import visit

BOX = "_later_rates"
LABEL_WIDTH = 18  # characters of rates that fit on the button
ONE_RATE = ("bug_lab",)  # pages whose program has a single rate


def order(value):
    """Return the sort key of a slider's value: its number, or the first of several."""
    return _first(value), isinstance(value, str)


def options(numbers, value):
    """Return the options of a slider of these numbers at `value`: each number with the later rates."""
    return [f"{field_text(number)}@0;{_later(value)}" for number in numbers] if _later(value) else numbers


def keep_later():
    """Callback of the slider: if it returns to its default, which has no later rates, restore them.

    The default is next to the option with the same first rate, so a step from that one leads to the next
    lower rate.
    """
    state, before = st.session_state, visit().rates
    if _later(before) and not _later(state[PIECEWISE]):
        first = state[PIECEWISE]
        if first == _first(before):
            first = max((rate for rate in DECADES if rate < first), default=first)
        state[PIECEWISE] = _joined(first, _later(before))


def change_box(value):
    """Draw the popover with the box of the later rates; `value` is the slider's value."""
    tab = visit()
    later, (refused, problem), tab.rates = _later(value), tab.refused_rates, value
    if not problem or st.session_state.get(BOX) != refused:
        st.session_state[BOX], problem, tab.refused_rates = later, "", ("", "")
    with st.popover(_label(later), icon=":material/timeline:", width="stretch"):
        st.text_input(
            "Rates from later epochs on",
            key=BOX,
            placeholder="0.01@30",
            on_change=_take,
            help=f"Up to {MOST_PIECES - 1}, separated by semicolons. Empty: the rate does not change.",
        )
        st.caption(
            "`0.01@30`: η is 0.01 once 30 epochs are over; until then it is the slider's rate. A schedule "
            "starts from the η of its epoch, and the optimizer's memory is kept."
        )
        if problem:
            show_sentence(st.error, problem, ":material/report:")


def _label(later):
    """Return the label of the popover's button: the later rates in one line of the sidebar."""
    if not later:
        return "Change it during training"
    if len(later) <= LABEL_WIDTH:
        return f"Changes: {later}"
    return f"{counted(later.count(';') + 1, 'change')} of the rate"


def _take():
    """Callback of the box: append its rates to the first; if the text cannot be read, store the reason."""
    state, tab = st.session_state, visit()
    text, first = (state[BOX] or "").strip(" ;"), _first(state[PIECEWISE])
    try:
        state[PIECEWISE], tab.refused_rates = _joined(first, text) if text else first, ("", "")
    except ValueError as problem:
        tab.refused_rates = state[BOX], f"{problem} The rate does not change."


def _first(value):
    """Return the first rate of the slider's value."""
    return float(value.partition("@")[0]) if isinstance(value, str) else value


def _later(value):
    """Return the text of the pieces after the first in the slider's value, "" if there are none."""
    return value.partition(";")[2] if isinstance(value, str) else ""


def _joined(first, later):
    """Return the text of all pieces as in a link; raise ValueError if it cannot be read."""
    return field_text(parse_field(PIECEWISE, f"{field_text(first)}@0;{later}"))
