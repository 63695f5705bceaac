"""A bug hunt for the class: its link, and a box that reads a student's completion code."""

import streamlit as st

from lab.bugs.hunt import MOST_HUNTS, read_code
from lab.words import counted
from ui.frame.show import show_sentence
from ui.instructors import links

KEYS = ("_class_hunt", "_code")


def draw():
    """Draw the choice of a hunt's number, its link, and the box for a completion code."""
    left, right = st.columns(2, gap="large")
    with left:
        number = st.number_input("Number of the hunt", 1, MOST_HUNTS, 7, key="_class_hunt")
    with right:
        links.offer(f"Open hunt {number} as a student", "bug_lab", {"mode": "Hunt", "hunt": str(number)})
    code = left.text_input(
        "A student's completion code",
        key="_code",
        max_chars=2000,
        help="The hunt's page shows it once a hunt is solved. The checksum catches typing errors; it cannot "
        "stop somebody who wants to cheat.",
    )
    if code:
        with right:
            try:
                numbers, points = read_code(code)
            except ValueError as problem:
                show_sentence(st.error, str(problem), ":material/report:")
            else:
                solved = f"{counted(len(numbers), 'hunt')} solved: {', '.join(map(str, numbers))}"
                st.success(f"{solved}; {counted(points, 'point')}.", icon=":material/check_circle:")
