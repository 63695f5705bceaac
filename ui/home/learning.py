"""A network that learns as the page opens: its map, its loss and accuracy, and its hidden units."""

import numpy as np
import pandas as pd
import streamlit as st

from data import DataConfig, offered
from lab import learned
from lab.divergence import diverged, surviving
from lab.links.experiment import Experiment, Setup
from lab.links.pages import PAGES
from lab.measures import measures
from lab.questions import preset
from lab.questions.learn import TWO_UNITS
from mlp import TrainConfig
from ui.charts import learning as charts
from ui.charts.curves import LEAST_LOSS
from ui.figures import films, frames, inside, plane_map
from ui.frame import questions
from ui.frame.show import show
from ui.timeline import component
from ui.training import progress
from ui.training.cache import cached_view

UNITS = (1, 2, 3, 4, 6, 8, 16, 32, 64)
KEYS = ("_units", "_round_points", *films.KEYS)
MARKS_EXPLAINED = (
    "The colour of the plane is the class that the network predicts, that of a mark the true class. Circles "
    "are training examples; it never learns from triangles (validation set) and squares (test set)."
)
UNITS_EXPLAINED = "Each square is the output of one hidden unit over the plane: blue above 0, orange below 0."
MAP = {"view": "1", "panel": 0, "headed": False, "tells": False}


def draw():
    """Draw two controls, the network that they set as it learns, its result, and that of the other starts."""
    left, right = st.columns([1, 1], gap="large")
    with right:
        units = st.select_slider("Hidden units", UNITS, 16, key="_units")
        name = st.pills(
            "Points", offered("home"), default="circles", key="_round_points", required=True, wrap=True
        )
        curve_place, units_column = st.container(), st.container()
    setup = Setup(Experiment(DataConfig(name=name), TrainConfig(hidden_layer_sizes=(units,))), 5)
    with left:
        (run,) = progress.trained([setup])
        map_place, timeline_place = st.empty(), st.container()
    last = run.with_parameters(min(setup.experiment.train.epochs, run.n_epochs)).number
    plane = plane_map.plane_of_runs([run])
    film = films.of(run, last, last, "1", plane, 0, panel=0, diagrams=False)

    units_place = None

    def draw_charts(epochs):
        nonlocal units_place
        with map_place.container():
            plane_map.map_of(run, last, plane=plane, epochs=epochs, until=last, **MAP)
        # not earlier, else the browser would remove the old chart and make a new one
        units_place = units_place or units_column.empty()
        with units_place.container():
            inside.draw_units(run, last, 0, plane, epochs)

    draw_charts(film.epochs_made)
    units_column.caption(UNITS_EXPLAINED)
    with curve_place:
        _curve(run, last)
    if film.epochs and film.may_be_made():
        with timeline_place, progress.spinner(film.seconds, "Drawing the other epochs …"):
            film.made()
        if not film.epochs_made:
            draw_charts(film.epochs)
        with timeline_place:
            component.timeline(film.epochs, last, film.said(), film.left_out, tells=False, plays=True)
    with left:
        st.caption(MARKS_EXPLAINED)
        plane_map.show_number_drawn(run.dataset, frames.MOST_POINTS_IN_PANEL)
        st.markdown(f"**{cached_view(_ending, run, last)}** {_starts(run.at(last).records)}")
        if name == learned.ROUND and units > 2:
            link = preset.query(TWO_UNITS, PAGES["decision_boundary"].defaults)
            questions.open_by_choice("pages/decision_boundary.py", link, TWO_UNITS)
        st.page_link(
            "pages/decision_boundary.py",
            label="Open it, with every control",
            query_params=setup.experiment.to_query(),
            icon=":material/open_in_new:",
        )


def _curve(run, last):
    """Draw the validation loss and accuracy of the first network by epoch."""
    kept = [one for one in run.up_to(last) if not one.records[0].diverged]
    if not kept:
        return
    frame = cached_view(curve, run, last)
    first, end = (f"{frame['loss'].iloc[place]:.3g}" for place in (0, -1))
    finding = "Validation loss: " + (
        f"{first} → {end}" if frame["epoch"].any() else f"{first} before training"
    )
    chart = charts.learning(frame, int(frame["epoch"].iloc[-1]), finding, measures([run.configs[0].loss]))
    show(chart, "Loss by epoch", finding)


def curve(run, last):
    """Return columns epoch, loss, accuracy of the first network on the validation set, up to epoch `last`."""
    records = [(one.number, one.records[0]) for one in run.up_to(last) if not one.records[0].diverged]
    rows = [(epoch, max(record.valid_loss, LEAST_LOSS), record.valid_accuracy) for epoch, record in records]
    frame = pd.DataFrame(rows, columns=["epoch", "loss", "accuracy"])
    return frame[np.isfinite(frame["loss"])].astype({"epoch": "int32", "loss": "float32"})


def _ending(run, last):
    kept = [one.number for one in run.up_to(last) if one.records[0].params]
    records = [(epoch, run.with_parameters(epoch).records[0]) for epoch in kept]
    return learned.ending(run.configs[0], run.dataset, records)


def _starts(records):
    """Return in words how many of the random starts end with GOOD accuracy."""
    good = sum(record.valid_accuracy >= learned.GOOD for record in surviving(records))
    lost = f" ({diverged(records)})" if diverged(records) else ""
    which = {0: "none", len(records): "all"}.get(good, f"{good}")
    reach = "reaches" if good == 1 else "reach"
    return (
        f"This is the first of {len(records)} random starts, {which} of which {reach} "
        f"{learned.GOOD:.0%} validation accuracy{lost}."
    )
