"""Home: what the lab is, and questions to start from."""

import streamlit as st

from ui import presets, shell

shell.begin("home")
shell.title(
    "What happens inside a neural network while it learns?",
    "Backprop Lab trains small networks in front of you, on a NumPy engine of a few hundred lines that you "
    "can read, and checks every derivative it shows against a numerical one. Start with a question: each is "
    "a link to an experiment that you can change.",
)
for preset in presets.BOUNDARY:
    with st.container(border=True):
        st.page_link(
            "pages/decision_boundary.py",
            label=f"**{preset.question}**",
            query_params=presets.query(preset),
            icon=":material/science:",
        )
        st.caption(f"What do you expect? Then look: {preset.expect[0].lower()}{preset.expect[1:]}")
shell.end("home", ())
