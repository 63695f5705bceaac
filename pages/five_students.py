"""Five students, five networks: published coursework, trained again from many starts."""

import streamlit as st

from lab.published.conclusions import SYSTEMS
from ui.figures import luck
from ui.five_students import students
from ui.frame import shell

shell.begin("five_students", students.KEYS)
shell.title(
    "What did five students publish, and would it come out again?",
    "Five published pieces of coursework, each a network written by hand. The final accuracies that three "
    "of them published are shown next to ours, which come from other random starts, as far as we have "
    "trained them.",
)
luck.draw()
st.markdown(
    "**One start is one draw.** A figure at the edge of its spread is not wrong, but it "
    "may be the best of several tries. So a comparison needs several starts on both sides."
)
luck.draw_lost()
for system in SYSTEMS:
    st.subheader(system.course[0].upper() + system.course[1:], anchor=system.letter.lower())
    students.draw(system)
st.subheader("Which parts of each coursework are here?")
students.draw_parts()
shell.end()
