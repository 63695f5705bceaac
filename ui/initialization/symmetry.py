"""Symmetry: units that start equal stay equal, shown on a small network on the visitor's data."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import init_params, loss_and_gradients
from ui import charts
from ui.frame.show import show
from ui.initialization import frames
from ui.initialization.measured import sample
from ui.training import runs
from ui.training.views import cached_view

HIDDEN = (8, 8)
STARTS = (Start("zeros", 1.0), Start("constant", 0.1), Start("glorot_uniform", 1.0))
MOST_EPOCHS = 10
CLASS_LOSS = "softmax_cross_entropy"


def small(ensemble):
    """Return an Ensemble on the visitor's data and activation that is small enough to train at once."""
    train = ensemble.experiment.train
    train = replace(
        train,
        hidden_layer_sizes=HIDDEN,
        l1=0.0,
        l2=0.0,
        use_bias=True,
        loss=CLASS_LOSS,
        epochs=min(train.epochs, MOST_EPOCHS),
    )
    return Ensemble(Experiment(ensemble.experiment.data, train), 1, STARTS)


def section(ensemble, dataset):
    """Train zeros, a constant and random weights side by side, and show when their units differ."""
    few = small(ensemble)
    n_epochs = few.experiment.train.epochs
    (run,) = runs.trained([few], watched=True)
    n_epochs = min(n_epochs, run.n_epochs)
    if n_epochs < 0:
        return
    left, right = st.columns(2, gap="medium")
    with left:
        frame = cached_view(frames.distinct, few, run, n_epochs)
        title = f"Distinct units among the {HIDDEN[0]} of the first hidden layer"
        if len(frame):
            finding = "; ".join(
                f"{label}: {int(rows['median'].iloc[-1])}" for label, rows in frame.groupby("start")
            )
            show(charts.distinct(frame, frames.colours_of(few.starts), title), title, finding)
    entropy = frames.label_entropy(dataset.y_train)
    with right:
        curves = cached_view(frames.curves, few, run, n_epochs)
        rows = curves[(curves["quantity"] == "loss") & (curves["split"] == "train")]
        title = "Training loss: what is left when all units are one"
        if len(rows):
            rule = (entropy, f"label entropy {entropy:.4f}")
            chart = charts.trained(rows, "loss", frames.colours_of(few.starts), title, rule=rule, height=240)
            show(chart, title, f"The label entropy is {entropy:.4f}")
    st.dataframe(table(few, run, n_epochs), hide_index=True)
    _zeros(few, run, dataset, n_epochs, entropy)


def table(few, run, n_epochs):
    """Return one row per start: distinct units and the rank of each W, before and after training."""
    rows = []
    first, last = (run.at(epoch).observation for epoch in (0, n_epochs))
    for number, start in enumerate(few.starts):
        row = {"initializer": start.label}
        for layer, width in enumerate(HIDDEN):
            values = [seen.distinct[number, layer] for seen in (first, last)]
            row[f"distinct of {width} units, layer {layer + 1}"] = _change(values)
        for layer in range(len(HIDDEN) + 1):
            row[f"rank of W{'¹²³'[layer]}"] = _change([seen.rank[number, layer] for seen in (first, last)])
        rows.append(row)
    return pd.DataFrame(rows)


def _zeros(few, run, dataset, n_epochs, entropy):
    """Show what is learned from zeros: the size of every first gradient, and the loss that is reached."""
    config = few.of(STARTS[0], dtype="float64")[0]
    X, y = sample(dataset)
    params = init_params(config, X.shape[1], len(dataset.class_names))
    _, gradients = loss_and_gradients(params, X, y, config)
    moving = []
    for layer, (dW, db) in enumerate(gradients, start=1):
        moving += [f"W{'¹²³'[layer - 1]}"] * bool(np.abs(dW).max() > 0)
        moving += [f"b{'¹²³'[layer - 1]}"] * bool(np.abs(db).max() > 0)
    loss = run.at(n_epochs).records[0].train_loss
    what = " and ".join(moving) or "nothing"
    st.markdown(
        f"From zeros, with **{config.activation}**, only **{what}** "
        f"{'has' if len(moving) < 2 else 'have'} a gradient at the first step "
        f"(computed just now on {len(y)} examples)."
    )
    if not moving:
        st.markdown(
            "The classes are equally frequent among them, so that even the output bias is where it "
            "should be: "
            f"the loss is the label entropy, {entropy:.4f}, and stays there."
        )
    elif moving == ["b³"]:
        st.markdown(
            "The output bias alone learns, so the network says the same of every example, whatever it sees. "
            "The least loss that it can reach is the **label entropy**, $-\\sum_k p_k \\ln p_k$ over the "
            f"shares $p_k$ of the classes: **{entropy:.4f}** for these {len(dataset.y_train):,} training "
            f"examples. After {n_epochs} epochs it is at **{loss:.4f}**."
        )
    else:
        st.markdown(
            "All units of a layer receive the same gradient, so they take the same step. After "
            f"{n_epochs} epochs the loss is {loss:.4f}; a network that ignores its input can reach the label "
            f"entropy, {entropy:.4f}."
        )


def _change(values):
    first, last = (f"{value:.0f}" if np.isfinite(value) else "–" for value in values)
    return first if first == last else f"{first} → {last}"
