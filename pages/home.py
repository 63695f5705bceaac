"""Home: what the lab is, a network that learns, questions to start from, and published coursework."""

import streamlit as st

from ui import home
from ui.frame import shell
from ui.home import learning

shell.begin("home", learning.KEYS)
shell.title(
    "What happens inside a neural network while it learns?",
    "Backprop Lab trains small networks in front of you, on a NumPy engine written to be read. It checks "
    "itself: derivatives are checked against numerical ones, published results are reproduced next to the "
    "published figures, and every experiment is a link.",
)
learning.draw()
st.subheader("What do you expect?")
st.markdown("Choose an answer: its experiment opens and shows whether you are right.")
home.draw_questions()
st.subheader("Was it skill, or a lucky start?")
home.draw_luck()
st.subheader("Five published systems, reproduced")
home.draw_systems()
shell.end()
