"""Home: what the lab is, a live map, questions to start from, and the systems that are replayed."""

import streamlit as st

from ui import home
from ui.frame import shell

shell.begin("home")
shell.title(
    "What happens inside a neural network while it learns?",
    "Backprop Lab trains small networks in front of you, on a NumPy engine written to be read. It checks "
    "itself: derivatives are checked against numerical ones, published results are reproduced next to the "
    "published figures, and every experiment is a link.",
)
home.draw_live_map()
st.subheader("What do you expect?")
st.markdown("Choose a question, make your prediction, then open it.")
home.draw_questions()
st.subheader("Was it skill, or a lucky start?")
home.draw_luck()
st.subheader("Five published systems, replayed")
home.draw_systems()
shell.end()
