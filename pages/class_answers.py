"""Class answers: what an instructor projects while a class answers a question together."""

import streamlit as st

from lab.class_counts import code_of
from ui import class_answers
from ui.frame import shell
from ui.instructors import links

shell.begin("class_answers")
shell.title("What does the class think?", "The answers are counted on this server, without names, for a day.")
if projected := class_answers.arrive():
    st.subheader(projected.text)
    class_answers.draw(projected)
    st.markdown("The link for the class:")
    student = projected.parameters | {"class": code_of(projected.key)}
    st.code(links.address(links.base(), projected.page, student), language=None, wrap_lines=True)
    st.caption(
        "First let everyone answer alone. If about half are right, let neighbours discuss, ask again, and "
        "then reveal the answer (Crouch & Mazur, Peer instruction, 2001)."
    )
shell.end()
