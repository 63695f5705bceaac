"""The multilayer perceptron: parameters, forward pass, loss and its gradient.

Shapes: X (n_samples, n_features), W (fan_in, fan_out), b (fan_out,), y (n_samples,) class ids from
0. Every parameter array may have a leading axis of runs, W (runs, fan_in, fan_out) and so on; then X and
y may have it too, and every result does.

Functions that take `out` write their results there and allocate nothing of that size; without it they
allocate. Training and explanation run the same code.
"""

import itertools
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.initializers import INITIALIZERS
from mlp.inputs import check_examples, check_rows, targets
from mlp.losses import LOSSES, one_hot, predict

NARROW = 16  # up to so many columns, multiplying by a transposed copy is faster than by a view


class Layer(NamedTuple):
    """A layer's weights and biases, or the gradients with respect to them."""

    W: np.ndarray
    b: np.ndarray


class ForwardPass(NamedTuple):
    """The results of a forward pass, one entry per layer: z = a_previous W + b, and a = f(z).

    The last pre-activation are the logits; the last activation is `output`, softmax or sigmoid of the logits
    depending on the loss. All have shape (n_samples, width of the layer).
    """

    pre_activations: tuple[np.ndarray, ...]
    activations: tuple[np.ndarray, ...]
    output: np.ndarray


class Workspace(NamedTuple):
    """Arrays for the intermediates of one batch: z, the hidden a, f'(z), delta = ∂L/∂z, and a row of ones."""

    pre_activations: tuple[np.ndarray, ...]
    activations: tuple[np.ndarray, ...]
    slopes: tuple[np.ndarray, ...] = ()
    deltas: tuple[np.ndarray, ...] = ()
    ones: np.ndarray | None = None


def init_params(config, n_features, n_classes):
    """Return the untrained network: a tuple of Layer, drawn from `config.init_seed`; biases are 0."""
    rng = np.random.default_rng(config.init_seed)
    draw = INITIALIZERS[config.initializer]
    sizes = config.layer_sizes(n_features, n_classes)
    with np.errstate(over="ignore"):  # a huge scale gives infinite weights: a run that diverges at once
        return tuple(
            Layer(
                (config.init_scale * draw(rng, fan_in, fan_out)).astype(config.dtype),
                np.zeros(fan_out, config.dtype),
            )
            for fan_in, fan_out in itertools.pairwise(sizes)
        )


def flatten(layers):
    """Return the arrays of all layers as one vector: W_1 row by row, b_1, W_2, …"""
    return np.concatenate([np.ravel(array) for layer in layers for array in layer])


def unflatten(flat, shapes):
    """Return views of `flat` (…, n_parameters) as a tuple of Layer, given the shape of every W.

    The inverse of `flatten`; leading axes are kept.
    """
    layers, at = [], 0
    for n, m in shapes:
        W = flat[..., at : at + n * m].reshape(*flat.shape[:-1], n, m)
        b = flat[..., at + n * m : at + n * m + m]
        layers.append(Layer(W, b))
        at += n * m + m
    return tuple(layers)


def forward(params, X, config):
    """Run X (n_samples, n_features) through the network; return a ForwardPass.

    z_1 = X W_1 + b_1, a_l = f(z_l), z_{l+1} = a_l W_{l+1} + b_{l+1}, output = softmax or σ of the
    last z, depending on `config.loss`. Raise ValueError if the rows of X have another length than W_1 takes.
    """
    X = np.asarray(X)
    check_rows(params, X)
    with np.errstate(all="ignore"):
        pre_activations, hidden = propagate(params, X, config)
        output = LOSSES[config.loss].output(pre_activations[-1])
    return ForwardPass(tuple(pre_activations), (*hidden, output), output)


def loss_and_gradients(params, X, y, config):
    """Return (the mean data loss plus penalty, its gradient with respect to every parameter).

    L = (1/n) Σ_i loss(logits_i, y_i) + Σ_layers l1·Σ|W| + l2·ΣW²; the gradients are a tuple of
    Layer, shaped like `params`. With a leading axis of runs, L has shape (runs,).

    Raise ValueError if the rows of X have another length than W_1 takes, if X and y differ in their number of
    rows or have none, or if y are not class ids from 0 to below the number of logits, one per row.
    """
    X, y = np.asarray(X), np.asarray(y)
    check_examples(params, X, y)
    n_samples = X.shape[-2]
    with np.errstate(all="ignore"):
        pre_activations, hidden = propagate(params, X, config)
        logits = pre_activations[-1]
        T = targets(y, logits.shape[-1], logits.dtype)
        delta = LOSSES[config.loss].gradient(logits, T) / n_samples
        gradients = backpropagate(params, X, pre_activations, hidden, delta, config)
        for (W, _), (dW, _), (l1, l2) in zip(params, gradients, config.penalties(), strict=True):
            add_penalty_gradient(dW, W, l1, l2)
        loss = LOSSES[config.loss](logits, T).mean(axis=-1) + penalty(params, config)
    return (float(loss) if loss.ndim == 0 else loss), tuple(gradients)


def objective(params, X, y, config):
    """Return (L, pre_activations), L being the loss that `loss_and_gradients` differentiates.

    The parameters may be complex, for complex-step derivatives.
    """
    with np.errstate(all="ignore"):
        pre_activations, _ = propagate(params, X, config)
        logits = pre_activations[-1]
        T = one_hot(y, logits.shape[-1], X.dtype)
        return LOSSES[config.loss](logits, T).mean(axis=-1) + penalty(params, config), pre_activations


def propagate(params, X, config, out=None):
    """Run the forward pass up to the logits; return lists of every z and of every hidden a = f(z)."""
    activation = ACTIVATIONS[config.activation].function
    last = len(params) - 1
    pre_activations, activations = [], []
    a = X
    for layer, (W, b) in enumerate(params):
        z = np.matmul(a, W, out=out and out.pre_activations[layer])
        if config.use_bias:
            z += b if b.ndim == 1 else b[..., np.newaxis, :]
        pre_activations.append(z)
        if layer < last:
            a = activation(z, out=out and out.activations[layer])
            activations.append(a)
    return pre_activations, activations


def backpropagate(params, X, pre_activations, activations, delta, config, out=None, gradients=None):
    """Run the backward pass from delta = ∂L/∂logits (n_samples, n_classes); return every ∂L/∂W and ∂L/∂b.

    ∂L/∂W_l = a_{l-1}ᵀ δ_l, ∂L/∂b_l = 1ᵀ δ_l, δ_{l-1} = (δ_l W_lᵀ) ⊙ f'(z_{l-1}).
    """
    derivative = ACTIVATIONS[config.activation].derivative
    inputs = (X, *activations)
    ones = out.ones if out else np.ones(delta.shape[-2], delta.dtype)
    if gradients is None:
        gradients = tuple(Layer(np.empty(W.shape, delta.dtype), np.zeros_like(b)) for W, b in params)
    for layer in reversed(range(len(params))):
        dW, db = gradients[layer]
        dW = np.matmul(inputs[layer].mT, delta, out=dW)
        if config.use_bias:  # else ∂L/∂b stays 0
            np.matmul(ones, delta, out=db)
        if layer > 0:
            W, z, a = params[layer].W, pre_activations[layer - 1], activations[layer - 1]
            transposed = W.mT.copy() if W.shape[-1] <= NARROW else W.mT
            delta = np.matmul(delta, transposed, out=out and out.deltas[layer - 1])
            delta *= derivative(z, a, out=out and out.slopes[layer - 1])
    return gradients


def penalty(params, config):
    """Return Σ_layers l1·Σ|W| + l2·ΣW² (biases excluded): a number, or one per run."""
    total = np.zeros(params[0].W.shape[:-2])
    for (W, _), (l1, l2) in zip(params, config.penalties(), strict=True):
        wide = np.result_type(W.dtype, np.float64)
        if l1:
            size = W * np.sign(W.real) if np.iscomplexobj(W) else np.abs(W)
            total = total + l1 * size.sum(axis=(-2, -1), dtype=wide)
        if l2:
            total = total + l2 * np.square(W).sum(axis=(-2, -1), dtype=wide)
    return total


def add_penalty_gradient(gradient, W, l1, l2, scratch=None, scale=None):
    """gradient += scale·(l1·sign(W) + 2·l2·W), in place; all broadcast to W, and scale None means 1."""
    terms = []
    if np.ndim(l2) or l2:
        terms.append((W, 2 * l2))
    if np.ndim(l1) or l1:
        terms.append((np.sign(W), l1))
    for direction, factor in terms:
        term = np.multiply(direction, factor, out=scratch)
        if scale is not None:
            term *= scale
        gradient += term


def evaluate(params, X, y, config, rows=None, workspace=None):
    """Return (mean data loss, accuracy) on X, y, as float64; NaN if there are no examples.

    A row is right if its largest logit is that of its class. If the loss is not finite, the accuracy is NaN.
    `rows` rows are processed at once, all by default; `workspace(n)` must return the Workspace for n rows.
    """
    runs = params[0].W.shape[:-2]
    if len(X) == 0:
        return np.full(runs, np.nan), np.full(runs, np.nan)
    T = one_hot(y, params[-1].W.shape[-1], X.dtype)
    loss, right = np.zeros(runs), np.zeros(runs)
    for start in range(0, len(X), rows or len(X)):
        cut = slice(start, start + (rows or len(X)))
        out = workspace and workspace(len(y[cut]))
        logits = propagate(params, X[cut], config, out)[0][-1]
        cut_loss, cut_right = tally(logits, y[cut], T[cut], config)
        loss += cut_loss
        right += cut_right
    return loss / len(X), right / len(X)


def tally(logits, y, T, config):
    """Return (sum of the losses, number of right answers) over the rows of logits, as float64."""
    loss = LOSSES[config.loss](logits, T).sum(axis=-1, dtype=np.float64)
    right = (predict(logits) == y).sum(axis=-1)
    return loss, np.where(np.isfinite(loss), right, np.nan)
