"""Home: what the lab is, a live map, questions to start from, and the systems that are replayed."""

import streamlit as st

from ui.frame import shell
from ui.home import gallery, live

shell.begin("home")
shell.title(
    "What happens inside a neural network while it learns?",
    "Backprop Lab trains small networks in front of you, on a NumPy engine written to be read. It checks "
    "itself: derivatives are checked against numerical ones, published results are reproduced next to the "
    "published figures, and every experiment is a link.",
)
live.draw()
st.subheader("What do you expect?")
st.markdown("Choose a question, make your prediction, then open it.")
gallery.draw_questions()
st.subheader("Five published systems, replayed")
gallery.draw_systems()
shell.end(())
