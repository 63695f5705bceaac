"""How strongly a network's logits respond to each feature: ∂z/∂x of a logit z and the inputs x."""

from typing import NamedTuple

import numpy as np

from lab.feature_planes import deviations, names
from lab.words import listed
from mlp import ACTIVATIONS, Layer
from mlp.checks.numerical import absolute_error, difference_quotient
from mlp.losses import one_hot, predict
from mlp.network import Workspace, backpropagate, propagate

STEP = 1e-5  # of the central differences, in the units of X
CHUNK_VALUES = 2**21  # pre-activations, or derivatives, in memory at once


class Sensitivity(NamedTuple):
    """∂z/∂x of a logit z per standard deviation of each feature x, all (n_features,).

    `mean` is the mean magnitude over the training examples, for the logit of `label` or of each example's
    predicted class. `at` is the gradient of the logit of class `of` at one training example; `agreement` is
    its largest difference from a central difference, divided by its largest magnitude, over the features
    whose step crosses no kink; `n_kinks` is the number of the other features.
    """

    mean: np.ndarray
    at: np.ndarray
    of: int
    agreement: float
    n_kinks: int


def input_gradients(params, X, config, classes):
    """Return ∂z_c/∂X (n, n_features) for each row's logit of its class in `classes` (n,).

    Uses the engine's backward pass: with δ = ∂z_c/∂z of the last layer one-hot, it leaves the first layer's δ
    in its workspace, and ∂z_c/∂X = δ_1 W_1ᵀ.
    """
    with np.errstate(all="ignore"):
        pre_activations, hidden = propagate(params, X, config)
        delta = one_hot(classes, pre_activations[-1].shape[-1], X.dtype)
        work = Workspace(
            (),
            (),
            slopes=tuple(map(np.empty_like, hidden)),
            deltas=tuple(map(np.empty_like, hidden)),
            ones=np.ones(len(X), X.dtype),
        )
        backpropagate(params, X, pre_activations, hidden, delta, config, work)
        return (work.deltas[0] if hidden else delta) @ params[0].W.T


def measured(params, config, dataset, example, label=None):
    """Return the Sensitivity of a network, at the training example of this number, counted from 0.

    It is about the logit of class `label`, or of the predicted class if None. Computed in float64.
    """
    params = tuple(Layer(W.astype(np.float64), b.astype(np.float64)) for W, b in params)
    X, total = dataset.X_train, 0.0
    per_deviation = np.asarray(deviations(dataset)) / dataset.scale
    width = max(X.shape[1], sum(W.shape[1] for W, _ in params))
    chunk = max(1, CHUNK_VALUES // width)
    for start in range(0, len(X), chunk):
        rows = np.asarray(X[start : start + chunk], np.float64)
        slopes = input_gradients(params, rows, config, _classes(params, rows, config, label))
        total = total + np.abs(slopes).sum(axis=0)
    x = np.asarray(X[example : example + 1], np.float64)
    (of,) = _classes(params, x, config, label)
    (slope,) = input_gradients(params, x, config, np.array([of]))
    numeric, crosses = central_differences(params, x[0], config, of)
    smooth = ~crosses
    gap = absolute_error(slope, numeric)[smooth].max(initial=0.0)
    agreement = float(gap / largest) if (largest := np.abs(slope).max()) else float(gap)
    at = slope * per_deviation
    return Sensitivity(total / len(X) * per_deviation, at, int(of), agreement, int(crosses.sum()))


def central_differences(params, x, config, label, step=STEP):
    """Return (∂z_label/∂x numerically, whether a hidden pre-activation passes a kink), both (n_features,)."""
    passes = []

    def logit(rows):
        pre_activations, _ = propagate(params, rows, config)
        passes.append(pre_activations[:-1])
        return pre_activations[-1][:, label]

    numeric = difference_quotient(logit, x, np.arange(len(x)), "central", step)
    crosses = np.zeros(len(x), bool)
    for kink in ACTIVATIONS[config.activation].kinks:
        for above, below in zip(*passes, strict=True):
            crosses |= ((above > kink) != (below > kink)).any(axis=-1)
    return numeric, crosses


def finding(dataset, values, label=None):
    """Return in words which feature the logit responds to most; `values` are a Sensitivity's `mean`.

    `label` is the class of the logit, None for the predicted one.
    """
    logit = "the predicted class's logit" if label is None else f"the logit of {class_name(dataset, label)}"
    if not np.isfinite(values).all():
        return f"The gradient of {logit} is not a finite number: the network's numbers are too large"
    if not values.max() > 0:
        return f"No feature changes {logit}"
    tied = np.flatnonzero(values >= values.max() * (1 - 1e-9))
    which = listed([names(dataset)[k] for k in tied])
    verb = "changes" if len(tied) == 1 else "change"
    return (
        f"{which} {verb} {logit} most: by {values.max():.3g} per standard deviation, on average over the "
        "training examples"
    )


def class_name(dataset, label):
    """Return a class's name for a sentence: "virginica", or "class 3" if the name is a number."""
    name = dataset.class_names[label]
    return f"class {name}" if name.lstrip("-").isdigit() else name


def agreement_in_words(found):
    """Return in words how the gradient at the example compares with central differences."""
    n = len(found.at)
    of = "1 derivative" if n == 1 else f"{n} derivatives"
    text = f"{of} at this example, by backpropagation and by central differences (h = 1e-5 in X)"
    if found.n_kinks == n:
        return f"{text}: every step crosses a kink, so there is nothing to compare."
    if not np.isfinite(found.agreement):
        return f"{text}: they are not finite numbers."
    left_out = f", without {found.n_kinks} whose step crosses a kink" if found.n_kinks else ""
    if found.agreement == 0:
        return f"{text}: they are equal{left_out}."
    return f"{text}: the largest difference is {found.agreement:.1e} of the largest derivative{left_out}."


def _classes(params, X, config, label):
    if label is not None:
        return np.full(len(X), label)
    with np.errstate(all="ignore"):
        return predict(propagate(params, X, config)[0][-1])
