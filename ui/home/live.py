"""The live map: a network that the visitor can change on the home page."""

import streamlit as st

from data import DataConfig, offered
from lab.links.experiment import Experiment
from mlp import TrainConfig
from ui.figures import plane_map
from ui.sidebar.controls import Setup
from ui.training import progress

UNITS = (1, 2, 3, 4, 6, 8, 16, 32, 64)
GOOD = 0.95


def draw():
    """Draw two controls, the map of the network's predictions, and how many random starts succeed."""
    right, left = st.columns([3, 2], gap="large", vertical_alignment="center")
    with left:
        units = st.select_slider("Hidden units", UNITS, 16, key="_units")
        name = st.pills("Points", offered("home"), default="circles", key="_points", required=True, wrap=True)
        place = st.container()
    train = TrainConfig(hidden_layer_sizes=(units,))
    setup = Setup(Experiment(DataConfig(name=name), train), 5)
    with right:
        trained = progress.trained([setup])
        run = trained[0]
        epoch = run.with_parameters(min(train.epochs, run.n_epochs)).number
        plane_map.map_of(run, epoch, "1", plane_map.plane_of_runs(trained), panel=0)
    accuracies = [record.valid_accuracy for record in run.at(train.epochs).records]
    good = sum(accuracy >= GOOD for accuracy in accuracies)
    with place:
        st.markdown(
            f"**{good} of {len(accuracies)} random starts reach {GOOD:.0%} validation accuracy.** The map is "
            "that of the first, trained on this server. How few hidden units are enough?"
        )
        st.page_link(
            "pages/decision_boundary.py",
            label="Open it, with every control",
            query_params=setup.experiment.to_query(),
            icon=":material/open_in_new:",
        )
