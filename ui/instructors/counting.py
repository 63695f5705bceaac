"""A question for the whole class at once: the students' link and the link to project."""

import streamlit as st

from lab.assignment.kinds.questions import QUESTIONS
from lab.bugs.hunt import MOST_HUNTS
from lab.class_counts import code_of, draw_key
from lab.questions.rooms import query, rooms
from ui.frame.class_answers import question_of
from ui.frame.visit import visit
from ui.instructors import links

KEYS = ("_class_asks", "_class_question", "_class_hunt_number")
HUNT, QUESTION = "A bug hunt", "A question"


def draw():
    """Draw the choice of a question or a hunt, then both links."""
    tab = visit()
    tab.class_key = tab.class_key or draw_key()
    left, right = st.columns(2, gap="large")
    with left:
        kind = st.segmented_control(
            "Ask", (QUESTION, HUNT), default=QUESTION, key="_class_asks", label_visibility="collapsed"
        )
        page, parameters, question = _hunt() if kind == HUNT else _question()
    with right:
        code = {
            "class": code_of(tab.class_key)
        }  # a proxy with several servers leads both links to one of them
        links.offer("Open as a student", page, parameters | code)
        links.offer("Project the answers", "class_answers", {"key": tab.class_key, "of": question} | code)


def _question():
    """Draw the choice of a page's question; return (page, parameters, its name in the counts)."""
    offered = {
        preset.question: (room, preset)
        for room in rooms()
        for preset in QUESTIONS.get(room.page, ())
        if preset.choices
    }
    room, preset = offered[st.selectbox("Question", list(offered), key="_class_question")]
    parameters = query(room, preset) | {"lock": "1", "open": ""}
    return room.page, parameters, question_of(room.page, preset.key)


def _hunt():
    number = st.number_input("Number of the hunt", 1, MOST_HUNTS, 7, key="_class_hunt_number")
    return "bug_lab", {"mode": "Hunt", "hunt": str(number)}, question_of("hunt", number)
