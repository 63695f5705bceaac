"""A published check replayed: a constant inside the log of the loss, and none in its derivative."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from data import DataConfig
from mlp import TrainConfig, forward, init_params, loss_and_gradients
from mlp.checks.numerical import difference_quotient, relative_error, relative_norm
from mlp.network import flatten, unflatten
from ui.gradient_check.subject import tensors
from ui.training import runs

CONSTANT, STEP = 1e-6, 1e-6
THEIRS = (0.53615986, 0.53615836)  # coursework E: W1, analytic and numeric
CONFIG = TrainConfig(
    hidden_layer_sizes=(2,),
    activation="relu",
    initializer="uniform_fan_out",
    init_seed=7,  # both hidden units active on the first example, and its o near that of the published gap
    dtype="float64",
)
SOURCE = "Published coursework E for IFT 6390, Université de Montréal"


class Replay(NamedTuple):
    """Derivatives of one network on K examples: analytic, and numeric with and without the constant.

    `outputs` are the probabilities that it gives the right classes.
    """

    names: tuple[str, ...]
    analytic: np.ndarray
    numeric: np.ndarray
    with_constant: np.ndarray
    outputs: np.ndarray


def replayed(k):
    """The Replay of a 2-2-2 network on the first k circles."""
    dataset = runs.cache().dataset(DataConfig())
    X, y = dataset.X_train[:k].astype(np.float64), dataset.y_train[:k]
    params = init_params(CONFIG, 2, 2)
    theta = flatten(params)
    numeric = {
        constant: difference_quotient(_losses(X, y, constant), theta, np.arange(theta.size), "central", STEP)
        for constant in (0.0, CONSTANT)
    }
    _, gradients = loss_and_gradients(params, X, y, CONFIG)
    names = tuple(label for t in tensors(params, CONFIG) for label in t.labels(t.start + np.arange(t.size)))
    analytic = flatten(gradients)
    outputs = forward(params, X, CONFIG).output[np.arange(len(y)), y]
    return Replay(names, analytic, numeric[0.0], numeric[CONSTANT], outputs)


def section():
    """The tables for one example and for ten, and the gap that the constant explains."""
    gap = relative_error(*THEIRS)
    st.markdown(
        f"{SOURCE} checks a 2-2-2 network with h = {STEP:g} and prints both gradients. One entry of W¹: "
        f"**{THEIRS[0]:.8f}** analytic, **{THEIRS[1]:.8f}** numeric. Five digits agree, and the relative "
        f"gap is {gap:.1e}: much more than the rounding of a central difference. The gap is real. "
        "Its loss is −log(o + 1e-6), but what it differentiates is −log(o)."
    )
    for column, k in zip(st.columns(2, gap="medium"), (1, 10), strict=True):
        found = replayed(k)
        with column:
            st.markdown(f"**K = {k}**")
            st.dataframe(digits(found), hide_index=True, height=460)
            st.caption(explained(found))
    theirs = CONSTANT / gap - CONSTANT
    st.markdown(
        "Its weights were not published, so what is replayed is the phenomenon, not these digits. If its "
        "check was that of one example, the gap also tells what the network said: c/(o + c) = "
        f"{gap:.1e} means that it gave the right class a probability of {theirs:.3f}. Our weights "
        f"(seed {CONFIG.init_seed}) were chosen to be near that, and to leave both hidden units active."
    )


def digits(found):
    """Both gradients to eight digits."""
    return pd.DataFrame(
        {
            "derivative": found.names,
            "analytic": [f"{v:.8f}" for v in found.analytic],
            "numeric, −log(o)": [f"{v:.8f}" for v in found.numeric],
            "numeric, −log(o + 1e-6)": [f"{v:.8f}" for v in found.with_constant],
        }
    )


def explained(found):
    """The relative gaps, with and without the constant; for one example also what theory says."""
    without = relative_norm(found.analytic, found.numeric)
    gaps = relative_norm(found.analytic, found.with_constant)
    words = f"Relative gap of the whole gradient: {without:.1e} without the constant, {gaps:.2e} with it"
    o = found.outputs
    if len(o) == 1:
        theory = CONSTANT / (float(o[0]) + CONSTANT)
        return f"{words}; theory says c/(o + c) = {theory:.2e}, with o = {o[0]:.4f} for the right class."
    return f"{words}: an average over examples whose right class has o from {o.min():.3f} to {o.max():.3f}."


def _losses(X, y, constant):
    """Return the mean of -log(o_y + constant) as a function of stacked parameters, one vector a row."""

    def loss(theta):
        output = forward(unflatten(theta, ((2, 2), (2, 2))), X, CONFIG).output
        return -np.log(output[np.arange(len(y)), y] + constant).mean()

    return lambda stack: np.array([loss(theta) for theta in stack])
