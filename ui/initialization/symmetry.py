"""Three small networks that show symmetry: equal units stay equal, random ones do not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from lab.divergence import when
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from lab.measures import measures
from lab.words import counted, listed
from mlp import forward, loss_and_gradients
from ui.charts import initialization as charts
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.initialization import frames
from ui.initialization.before import draw_weights, sample
from ui.initialization.setup import colours_of
from ui.training import progress
from ui.training.cache import cached_view

KEYS = ("_symmetry",)
HIDDEN = (8, 8)  # settings of the small networks
STARTS = (Start("zeros", 1.0), Start("constant", 0.1), Start("glorot_uniform", 1.0))
MOST_EPOCHS = 10
ROUNDING = 1e-12  # a derivative of a mean loss that is smaller is 0


def small(ensemble):
    """Return an Ensemble on the visitor's data and activation that is small enough to train at once."""
    train = ensemble.experiment.train
    plain = {"l1": 0.0, "l2": 0.0, "use_bias": True, "loss": "softmax_cross_entropy"}
    epochs = min(train.epochs, MOST_EPOCHS)
    train = replace(train, hidden_layer_sizes=HIDDEN, epochs=epochs, **plain)
    return Ensemble(Experiment(ensemble.experiment.data, train), 1, STARTS)


def section(ensemble, dataset):
    """Ask first; then train from zeros, a constant and random weights, and show when the units differ."""
    few = small(ensemble)
    names, n_epochs = listed([start.label for start in few.starts]), few.experiment.train.epochs
    st.markdown(
        f"Three networks, each with two hidden layers of {HIDDEN[0]} units, start from {names}. "
        "Whatever the sidebar says, their loss is the softmax cross-entropy, without a penalty, and they "
        f"have biases. In which of them will all {HIDDEN[0]} units of a layer still be equal after "
        f"{counted(n_epochs, 'epoch')}?"
    )
    if not st.toggle("Train all three", key="_symmetry"):
        return
    (run,) = progress.trained([few], watched=True)
    n_epochs = min(few.experiment.train.epochs, run.n_epochs)
    if n_epochs < 0:
        return
    left, right = st.columns(2, gap="medium")
    colour_of = colours_of(few.starts)
    with left:
        frame = cached_view(frames.distinct, few, run, n_epochs)
        title = f"Distinct units among the {HIDDEN[0]} of the first hidden layer"
        if len(frame):
            last = {label: int(rows["median"].iloc[-1]) for label, rows in frame.groupby("start")}
            finding = "; ".join(f"{label}: {n}" for label, n in last.items())
            show(charts.distinct(frame, colour_of, title), title, finding)
    entropy = frames.label_entropy(dataset.y_train)
    with right:
        curves = cached_view(frames.curves, few, run, n_epochs)
        rows = curves[(curves["quantity"] == "loss") & (curves["split"] == "train")]
        title = "Training loss: how low can it get when all units are equal?"
        if len(rows):
            rule = (entropy, f"label entropy {entropy:.4f}")
            losses = measures([few.experiment.train.loss])
            chart = charts.trained(rows, "loss", colour_of, title, rule=rule, height=240, losses=losses)
            show(chart, title, f"The label entropy is {entropy:.4f}")
    show_rows(symmetry_table(few, run, n_epochs))
    _say_what_zeros_learn(few, run, dataset, n_epochs, entropy)


def symmetry_table(few, run, n_epochs):
    """Return one row per start: distinct units and the rank of each W, before and after training."""
    rows = []
    first, last = (run.at(epoch).observation for epoch in (0, n_epochs))
    for i, start in enumerate(few.starts):
        row = {"initializer": start.label}
        for layer, width in enumerate(HIDDEN):
            change = _change(first.distinct[i, layer], last.distinct[i, layer])
            row[f"distinct of {width} units, layer {layer + 1}"] = change
        for layer in range(len(HIDDEN) + 1):
            row[f"rank of W{'¹²³'[layer]}"] = _change(first.rank[i, layer], last.rank[i, layer])
        rows.append(row)
    return pd.DataFrame(rows)


def _change(*values):
    first, last = (f"{value:.0f}" if np.isfinite(value) else "–" for value in values)
    return first if first == last else f"{first} → {last}"


def _say_what_zeros_learn(few, run, dataset, n_epochs, entropy):
    """Say which parameters have a gradient at the first step from zeros, and which loss is reached."""
    config = few.of(STARTS[0], dtype="float64")[0]
    X, y = sample(dataset)
    params = draw_weights(config, dataset)
    _, gradients = loss_and_gradients(params, X, y, config)
    silent = not any(a.any() for a in forward(params, X, config).activations[:-1])
    moving = [
        f"{letter}{raised}"
        for raised, layer in zip("¹²³", gradients, strict=True)
        for letter, gradient in zip("Wb", layer, strict=True)
        if np.abs(gradient).max() > ROUNDING
    ]
    record, trained = run.at(n_epochs).records[0], counted(n_epochs, "epoch")
    which = f"only **{' and '.join(moving)}**" if moving else "**no parameter**"
    st.markdown(
        f"From zeros, with **{config.activation}**, {which} {'has' if len(moving) < 2 else 'have'} a "
        f"gradient other than 0 at the first step (computed just now on {len(y)} examples)."
    )
    if record.diverged:
        st.markdown(f":red[**This training diverged {when([record])}**]: its loss is no longer a number.")
    elif not moving and silent:
        whole = np.isclose(frames.label_entropy(y), entropy, rtol=ROUNDING)
        st.markdown(
            "The classes are equally frequent among them, so even the output bias already has its best value"
            f"{'' if whole else ' for them, but not for the whole training set'}. The smallest loss it can "
            f"reach is the label entropy, {entropy:.4f}. {_reached(record.train_loss, entropy, trained)}"
        )
    elif moving == ["b³"]:
        st.markdown(
            "Only the output bias learns, so the network's output is the same for every example. "
            "The smallest loss it can reach is the **label entropy**, $-\\sum_k p_k \\ln p_k$ over the "
            f"shares $p_k$ of the classes: **{entropy:.4f}** for these {len(dataset.y_train):,} training "
            f"examples. {_reached(record.train_loss, entropy, trained)}"
        )
    else:
        if not moving:
            st.markdown(
                "The classes are equally frequent among them. In a minibatch where they are not, "
                "**W³ and b³** have a gradient."
            )
        st.markdown(
            "All units of a layer receive the same gradient, so they take the same step. "
            f"After {trained} the loss is {record.train_loss:.4f}; a network that ignores its input can "
            f"reach the label entropy, {entropy:.4f}."
        )


def _reached(loss, entropy, trained):
    """Return in words the training loss of an EpochRecord where only the output bias learns.

    With the same bias for all examples it would be at least `entropy`.
    """
    if float(f"{loss:.4f}") >= float(f"{entropy:.4f}"):
        return f"After {trained} it is at **{loss:.4f}**."
    return (
        f"After {trained} the mean over the last epoch's minibatches, as they were visited, is "
        f"**{loss:.4f}**. That is less, because the bias changes from one minibatch to the next."
    )
