"""One step of training in slow motion: its batch, the forward pass, the backward pass, the update."""

import numpy as np
import pandas as pd
import streamlit as st

from lab import slow_motion
from lab.words import counted
from ui.charts import slow_motion as charts
from ui.frame.show import show
from ui.training import progress
from ui.training.cache import cache

KEYS = ("_slow_step", "_slow_phase", "_slow_of")
BATCH, FORWARD, BACKWARD, UPDATE = PHASES = ("the batch", "forward", "backward", "update")
MEAN, FIRST = "the whole batch", "its first example"
MOST_LAYERS, MOST_LISTED, MOST_OTHERS = 4, 32, 500


def draw(run, index):
    """Once its box is open, draw one of the first training steps of network `index`."""
    box = st.expander("One step in slow motion", on_change="rerun", key="_slow")
    if not box.open:
        return
    config, dataset = run.configs[index], run.dataset
    n_steps = slow_motion.n_steps(config, len(dataset.y_train))
    with box:
        if n_steps == 0:
            st.caption("This network takes no training step, because it is trained for 0 epochs.")
            return
        left, right = st.columns([1, 3])
        number = left.number_input(f"Step, 1 to {n_steps}", 1, n_steps, 1, key="_slow_step")
        phase = right.radio("Show", PHASES, horizontal=True, key="_slow_phase")
        step = _step(run, index, number)
        if step is not None:
            {BATCH: _batch, FORWARD: _forward, BACKWARD: _backward, UPDATE: _update}[phase](step, run, config)


def _step(run, index, number):
    """Return the figures of one training step, computed by the engine; None until the visitor has clicked."""
    config, dataset = run.configs[index], run.dataset
    seconds = slow_motion.seconds(config, dataset, number, cache().speed)

    def steps():
        return slow_motion.step_at(config, dataset, number)

    key, words = ("slow motion", run.stamp, index, number), ("This step", "Repeating the first steps")
    return progress.result(key, steps, seconds, *words, slow_motion.n_bytes(config, dataset))


def _batch(step, run, config):
    dataset, n = run.dataset, len(step.batch)
    listed = ", ".join(map(str, step.batch[:MOST_LISTED])) + (", …" if n > MOST_LISTED else "")
    finding = f"Step {step.number} sees {n:,} of {counted(len(dataset.y_train), 'training example')}"
    st.markdown(
        f"{finding}. It belongs to epoch {step.epoch}. The examples' numbers in the training set, counted "
        f"from 0: {listed}."
    )
    if dataset.X_train.shape[1] != 2:
        return
    X, classes = np.asarray(dataset.X_train), np.array(dataset.class_names)
    others = pd.DataFrame(X[:: -(-len(X) // MOST_OTHERS)], columns=["x", "y"])
    batch = step.batch[:: -(-n // MOST_OTHERS)]
    examples = pd.DataFrame(X[batch], columns=["x", "y"])
    examples = examples.assign(index=batch, **{"class": classes[dataset.y_train[batch]]})
    show(charts.batch(others, examples, dataset.class_names, finding), "The batch on the plane", finding)


def _forward(step, run, config):
    st.markdown(
        "**Forward**, from the first layer to the last: a unit adds up its weighted inputs"
        f"{' and its bias' if config.use_bias else ''}, which gives its *pre-activation* z. The activation "
        "function turns it into the *activation* a = f(z), which the next layer receives. The last layer's "
        "z are the *logits*, one per class."
    )
    row, name = _whose("mean over the batch")
    for layer in _layers(step, run, config):
        rows = {"z": step.pre_activations[layer][row]}
        if layer < len(step.activations):
            rows["a"] = step.activations[layer][row]
        what = "pre-activation and activation" if "a" in rows else "logits"
        _table(rows, "unit", f"Layer {layer + 1}: {what}, {name}")


def _backward(step, run, config):
    st.markdown(
        "**Backward**, from the last layer to the first. Each unit gets a number δ = ∂L/∂z: how fast the "
        "batch's loss L would grow if this unit's z grew. Where δ is positive, a slightly smaller z would "
        "lower the loss. The last layer's δ comes from the loss; an earlier layer's is the next layer's δ, "
        "weighted by the weights between them, times f′(z). The gradient of a weight, dW = ∂L/∂W, is the "
        "weight's input times the δ of its unit, added up over the batch."
    )
    st.caption("L is the mean over the batch, so each example's δ contains a factor 1/n for n examples.")
    if any(map(any, config.penalties())):
        st.caption("dW also contains the gradient of the penalty on the weights.")
    also = ", which is also the gradient of the bias" if config.use_bias else ""
    row, name = _whose(f"sum over the batch{also}")
    for layer in reversed(_layers(step, run, config)):
        _table({"δ": step.deltas[layer][row]}, "unit", f"Layer {layer + 1}: δ, {name}")
        _matrix(step.gradients[layer].W, f"Layer {layer + 1}: dW, the whole batch")


def _update(step, run, config):
    plain = config.optimizer == "sgd"
    how = (
        "minus η times dW" if plain else f"which {config.optimizer} computes from η, dW and the earlier steps"
    )
    st.markdown(
        f"**Update**, at the learning rate η = {step.learning_rate:.4g}: every weight moves by its step, "
        f"{how}. " + slow_motion.what_the_loss_did(step.loss_before, step.loss_after)
    )
    for layer in _layers(step, run, config):
        before, after = step.before[layer].W, step.after[layer].W
        places = st.columns(3)
        for place, name, W in zip(
            places, ("W before", "the step", "W after"), (before, after - before, after), strict=True
        ):
            with place:
                _matrix(W, f"Layer {layer + 1}: {name}")


def _whose(of_batch):
    """Draw the choice between the whole batch and its first example; return its row and its name."""
    chosen = st.segmented_control("Of", (MEAN, FIRST), default=MEAN, required=True, key="_slow_of")
    return (1, "the first example of the batch") if chosen == FIRST else (0, of_batch)


def _layers(step, run, config):
    """Say what is left out; return the range of layers to show."""
    n, most = len(step.before), slow_motion.MOST_UNITS
    sizes = config.layer_sizes(run.dataset.X_train.shape[1], len(run.dataset.class_names))
    if n > MOST_LAYERS:
        st.caption(f"Only the first {MOST_LAYERS} of {n} layers are shown.")
    if max(sizes) > most:
        st.caption(f"In layers with more than {most} units or inputs, only the first {most} are shown.")
    return range(min(n, MOST_LAYERS))


def _table(rows, columns, title):
    parts = [
        pd.DataFrame({"row": name, "column": np.arange(1, len(values) + 1), "value": values.astype(float)})
        for name, values in rows.items()
    ]
    show(charts.table(pd.concat(parts, ignore_index=True), columns, title), "Numbers of a layer", title)


def _matrix(W, title):
    _table({f"from {i + 1}": row for i, row in enumerate(W)}, "to unit", title)
