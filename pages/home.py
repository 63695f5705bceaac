"""Home: what the lab is, a live map, and questions to start from."""

import streamlit as st

from data import DataConfig
from mlp import TrainConfig
from ui import boundary, presets, runs, shell
from ui.controls import Setup
from ui.share import Experiment

shell.begin("home", {})
shell.title(
    "What happens inside a neural network while it learns?",
    "Backprop Lab trains small networks in front of you, on a NumPy engine written to be read, "
    "and checks derivatives it shows against numerical ones.",
)
right, left = st.columns([2, 3], gap="large")
with left:
    st.markdown("**Start with a question. Make your prediction, then open it.**")
    for preset in presets.BOUNDARY:
        st.page_link(
            "pages/decision_boundary.py",
            label=f"**{preset.question}**",
            query_params=presets.query(preset),
            icon=":material/science:",
        )
        st.caption(preset.predict)
with right:
    setup = Setup(Experiment(DataConfig(), TrainConfig()), 5)
    trained = runs.trained([setup])
    epoch = trained[0].drawn(setup.experiment.train.epochs)
    boundary.map_of(trained[0], epoch, "1", boundary.plane(trained), panel=0)
    st.caption("Trained on this server. Orange outside, blue inside, and the line between them.")
shell.end("home", ())
