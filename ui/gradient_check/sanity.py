"""Two checks that need no derivative: the loss at the start, and twenty examples learned by heart."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import cost
from lab.links.experiment import Experiment, Setup
from mlp import LOSSES, init_params
from mlp.network import evaluate
from ui.charts import gradient_check as charts
from ui.frame.show import show
from ui.gradient_check.subject import key, viewed
from ui.training import runs, working

EXAMPLES, EPOCHS = 20, 300
RATE, RATE_OF_WIDE, WIDE = 0.03, 0.003, 100  # Adam; for layers wider than so many units
SCALES = (0.01, 0.1, 1.0, 10.0)


def initial_loss(asked, subject):
    """The data loss of the untrained network at several scales, against that of logits of 0."""
    config = subject.config
    n_features, n_classes = subject.X.shape[1], len(subject.params[-1].b)
    formula, value = LOSSES[config.loss].at_zero
    expected = value(n_classes)

    def losses():
        rows = []
        for scale in sorted({*SCALES, config.init_scale}):
            scaled = replace(config, init_scale=scale)
            loss, _ = evaluate(init_params(scaled, n_features, n_classes), subject.X, subject.y, scaled)
            rows.append((scale, float(loss)))
        return rows

    seconds = len(SCALES) * cost.drawing(config, n_features, n_classes, runs.cache().speed)
    with working.told(seconds, "Drawing …"):
        rows = viewed(("initial loss", key(asked, subject), config), losses)
    mine = dict(rows)[config.init_scale]
    st.markdown(
        f"With all logits 0 the loss would be **{formula} = {expected:.4f}** for C = {n_classes}. "
        f"{config.initializer} × {config.init_scale:g} starts at **{mine:.4f}** on these {len(subject.y)} "
        f"examples, {mine / expected:.3g} times that. Random weights make logits that are not 0: how near "
        "the loss comes is a question of their scale."
    )
    frame = pd.DataFrame(rows, columns=["× weights", "loss"])
    frame[f"loss ÷ {formula}"] = [f"{loss / expected:.4g}" for loss in frame["loss"]]
    frame["loss"] = frame["loss"].map("{:.6g}".format)
    st.dataframe(frame, hide_index=True)


def small(asked):
    """The visitor's network, to be trained on the first EXAMPLES examples of its data alone."""
    data = replace(asked.experiment.data, split=f"{EXAMPLES}/0/0")
    rate = RATE_OF_WIDE if max(asked.experiment.train.hidden_layer_sizes, default=0) > WIDE else RATE
    changes = {"batch_size": 0, "optimizer": "adam", "learning_rate": rate, "schedule": "constant"}
    train = replace(asked.experiment.train, epochs=EPOCHS, l1=0.0, l2=0.0, learning_rate_min=0.0, **changes)
    return Setup(Experiment(data, train), 1)


def overfit(asked):
    """Train on twenty examples, and say whether they were learned."""
    setup = small(asked)
    (run,) = runs.trained([setup])
    if run.n_epochs < 1:
        return
    epochs = run.up_to(EPOCHS)
    records = [epoch.records[0] for epoch in epochs]
    losses = np.array([record.train_loss for record in records])
    frame = pd.DataFrame({"epoch": [epoch.number for epoch in epochs], "loss": np.maximum(losses, 1e-12)})
    frame = frame[np.isfinite(frame["loss"])].astype({"loss": "float32"})
    last = records[-1]
    title = f"{EXAMPLES} examples, by heart: loss {losses[0]:.3g} → {losses[-1]:.1e}"
    show(charts.loss_curve(frame, title), "Training loss by epoch", title)
    learned = last.train_accuracy == 1 and losses[-1] < 0.05 * losses[0]
    text = (
        f"After {epochs[-1].number} epochs of Adam (η = {setup.experiment.train.learning_rate}, all "
        f"{EXAMPLES} at once, no penalty) the accuracy is **{last.train_accuracy:.0%}** and the loss "
        f"**{losses[-1]:.1e}**."
    )
    if learned:
        st.markdown(
            f":green[:material/check_circle:] {text} A network that cannot do this has a bug, or too few "
            "units."
        )
    else:
        st.markdown(
            f":red[:material/error:] {text} It did not learn them by heart: with a gradient that passes "
            "the check, that points to too few units, a start that does not learn, or too few epochs."
        )
