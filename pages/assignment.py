"""Assignment: the tasks of an instructor's link, with each student's own numbers."""

import streamlit as st

from ui import assignment
from ui.frame import shell
from ui.tasks.taken import taken

shell.begin("assignment", assignment.KEYS)
shell.title(
    "What have you been asked to do?",
    "Tasks with numbers of your own. At the end you hand in one code; nothing is stored on this server.",
)
if taken() is None:
    st.markdown("An assignment comes as a link from your instructor. Open it, or paste it here.")
    assignment.ask_for_link()
elif not taken().student:
    assignment.ask_for_name()
else:
    assignment.heading()
    assignment.tasks()
    assignment.hand_in()
shell.end()
