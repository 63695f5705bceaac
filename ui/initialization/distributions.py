"""The distributions of activations and gradients by layer, for the epochs of the page's timeline."""

import numpy as np
import pandas as pd
import streamlit as st

from lab import signal_over_training
from lab.divergence import when
from lab.links import cost
from ui.charts import boxes
from ui.frame.show import show
from ui.initialization import frames
from ui.report.only_here import only_here
from ui.training import progress
from ui.training.cache import cache

CHARTS = {  # {quantity of a Spread: (title, title of the layers, title of the values, logarithmic)}
    "activation": ("Activations by layer, at the epoch on show", "hidden layer", "activation a", False),
    "gradient": (
        "Gradients that are not 0, at the epoch on show",
        "layer (last = output)",
        "|δ|, δ = ∂ℓ/∂z",
        True,
    ),
}
PLAY = only_here(" Press Play above to move through the epochs.")
EXPLAINED = (
    "How to read it: a layer's box covers the middle half of its values, the mark in the box is the median, "
    "and the thin line reaches from the 5% to the 95% quantile. *a* is the output of a hidden unit for one "
    "example; δ says how that example's loss changes with the unit's pre-activation *z*. The values are from "
    "the first random start, on {n} training examples."
)
LARGEST_DRAWN = 1e30  # well within the range of a chart's 32-bit numbers


def section(ensemble, run, start, n_epochs, epoch):
    """Once opened, draw the distributions of a start's first network, at first at the epoch on show."""
    question = f"How do the activations and gradients of {start.label} change, epoch by epoch?"
    box = st.expander(question, key="_distributions", on_change="rerun")
    if not box.open:
        return
    first = ensemble.positions(start)[0]
    config, observed = run.configs[first], frames.observed(run, n_epochs)
    epochs = tuple(epoch.number for epoch in observed if not epoch.records[first].diverged)
    with box:
        if not epochs:
            lost = when([observed[0].records[first]])
            st.info(f"{start.label}, the first seed, diverged {lost}: there is nothing to show.")
            return
        spread = progress.result(
            ("distributions", ensemble.experiment.data, config, epochs),
            lambda: signal_over_training.over_training(config, run.dataset, epochs),
            signal_over_training.seconds(config, run.dataset, epochs, cache().speed),
            "Training this network again, to measure every layer,",
            "Measuring each epoch",
            cost.training_bytes([config], run.dataset),
        )
        if spread:
            _draw(spread, signal_over_training.n_examples(config, len(run.dataset.y_train)), epoch)


def _draw(spread, n_examples, epoch):
    said = signal_over_training.sentences(spread)
    for column, (quantity, (title, *titles, log)) in zip(st.columns(2), CHARTS.items(), strict=True):
        frame = by_layer(spread.epochs, getattr(spread, quantity))
        with column:
            if quantity == "activation" and not spread.activation.shape[1]:
                st.info(f"{title}: there is no hidden layer.")
            elif frame.empty:
                st.info(f"{title}: there are no finite values to draw.")
            else:
                show(boxes.by_layer(frame, epoch, title, *titles, log=log), title, " ".join(said).rstrip("."))
    st.markdown(" ".join(said))
    st.caption(EXPLAINED.format(n=n_examples) + PLAY)


def by_layer(epochs, quantiles):
    """Return columns epoch, layer, low, lower, median, upper, high of quantiles (n_epochs, n_layers, 5)."""
    drawn = np.isfinite(quantiles).all(axis=2) & (np.abs(quantiles) < LARGEST_DRAWN).all(axis=2)
    places, layers = np.nonzero(drawn)
    names = ("low", "lower", "median", "upper", "high")
    columns = dict(zip(names, quantiles[places, layers].T, strict=True))
    return pd.DataFrame({"epoch": np.array(epochs)[places].astype(np.int32), "layer": layers + 1} | columns)
