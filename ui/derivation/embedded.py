"""The page's elements that can be embedded: a step with its numbers, and its question."""

import streamlit as st

from lab.derivation import CHAPTERS, derive
from ui.derivation import asking, contents, figures, setup, walkthrough
from ui.frame.show import show_sentence


def draw(asked):
    """Draw the element and its controls; return the query of its problem on the whole page."""
    problem, problems = setup.sidebar(st.container(horizontal=True, gap="medium"))
    for sentence in problems:
        show_sentence(st.warning, sentence, ":material/report:")
    steps = derive(problem)
    step = contents.choose(steps)
    is_quiz = asked.view == "quiz"
    shown = asking.revealed(problem, step, is_quiz)
    contents.heading(step)
    if step.chapter != CHAPTERS[0]:
        figures.network(problem, step, shown)
        walkthrough.notation(problem, step, folded=True)
        if is_quiz:
            walkthrough.numbers(problem)
    if is_quiz and step.asks:
        asking.ask(problem, step)
    elif is_quiz:
        st.info("This step has no question; these are its lines.", icon=":material/info:")
    if shown and not (is_quiz and step.asks):
        if step.identity:
            figures.identity(step)
        walkthrough.lines(step)
    contents.moves(steps, step, shown)
    return setup.query(problem) | {"step": step.key, "predict": str(is_quiz).lower()}
