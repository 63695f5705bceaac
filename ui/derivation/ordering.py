"""A Parsons problem: put the lines of backward() in order; some of the lines offered do not belong.

After Ericson, Margulieux & Rick (2017). A line is a button: pressed, it takes the first free place; pressed
again, it leaves its place.
"""

import streamlit as st

from lab.recall import FRAGMENTS, LINES, assembled, judged, outcome, pool, sentences, shown
from ui.frame import arriving
from ui.frame.visit import visit

JUDGED = "_recall_judged"
FIRST = len(sentences.HEAD) + 1  # the number of the first line to place


def draw(problem):
    """Draw the program so far, the lines to press, and the verdict on their order."""
    lines = pool(problem.seed, lambda one: assembled.matters(problem, one))
    places = _places(lines)
    left, right = st.columns(2, gap="medium")
    with left:
        program = [key and FRAGMENTS[key] for key in places]
        written = shown(program, problem.activation)
        st.code(written, language="python", line_numbers=True, wrap_lines=True)
        with st.container(horizontal=True):
            st.button(
                "Check the order", type="primary", on_click=_check, args=(places,), disabled=not places[0]
            )
            st.button("Start again", on_click=_clear, disabled=not any(places))
        with st.container(key=JUDGED):
            if visit().checked == places:
                _judge(problem, places)
        arriving.bring_into_view(JUDGED, visit().n_runs)
    with right, st.container(gap="xsmall"):
        for line in lines:
            placed = line.key in places
            number = f"{places.index(line.key) + FIRST} · " if placed else ""
            st.button(
                f"{number}`{line.written(problem.activation)}`",
                key=f"_line_{line.key}",
                wrap=True,
                icon=":material/undo:" if placed else ":material/add:",
                on_click=_press,
                args=(line.key, places),
                disabled=not placed and None not in places,
            )


def _places(lines):
    """Return the key of the line in each place, None for a free one; ignore lines not in the pool."""
    keys, places = {line.key for line in lines}, visit().ordered or (None,) * len(LINES)
    return tuple(key if key in keys else None for key in places)


def _press(key, places):
    """Callback: put a line into the first free place, or take it out of its place."""
    places = list(places)
    if key in places:
        places[places.index(key)] = None
    elif None in places:
        places[places.index(None)] = key
    visit().ordered = tuple(places)


def _check(places):
    visit().n_runs += 1
    visit().ordered = visit().checked = places


def _clear():
    visit().ordered = ()


def _judge(problem, places):
    """Say which line is the first out of place and why; if all are in order, what the program computes."""
    so_far = places[: places.index(None)] if None in places else places
    misplaced = judged(so_far)
    if misplaced:
        line = FRAGMENTS[so_far[misplaced.position]].written(problem.activation)
        number = misplaced.position + FIRST
        st.error(f"Line {number}, `{line}`: {misplaced.why}", icon=":material/cancel:")
        before = misplaced.position
        if before:
            st.caption(f"{'The line' if before == 1 else f'The {before} lines'} before it can stay.")
    elif None in places:
        n = len(so_far)
        st.info(
            f"So far so good: {'this line is' if n == 1 else f'these {n} lines are'} in place.",
            icon=":material/check:",
        )
    else:
        st.success(
            f"**Right.** Every line has what it needs. {sentences.agreement(outcome(problem, places))}",
            icon=":material/check_circle:",
        )
