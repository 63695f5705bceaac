"""The same gradients by loops: one example at a time, and one unit at a time.

What the matrix form does in a few products is written out here as sums, to be read beside it. Both
give what `loss_and_gradients` gives, up to the order of the additions.
"""

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES, one_hot
from mlp.network import Layer, add_penalty_gradient, penalty


def by_example(params, X, y, config):
    """(loss, gradients), a loop over the examples: ∂L/∂W = (1/n) Σ_i a_i δ_iᵀ, an outer product each."""
    activation, derivative = ACTIVATIONS[config.activation], ACTIVATIONS[config.activation].derivative
    gradients = _zeros_like(params)
    total = 0.0
    for x, t in zip(X, one_hot(y, params[-1].b.size, X.dtype), strict=True):
        activations, pre_activations = [x], []
        for layer, (W, b) in enumerate(params):
            pre_activations.append(activations[-1] @ W + b)
            if layer < len(params) - 1:
                activations.append(activation(pre_activations[-1]))
        logits = pre_activations[-1]
        total += LOSSES[config.loss](logits[np.newaxis], t[np.newaxis])[0]
        delta = LOSSES[config.loss].gradient(logits[np.newaxis], t[np.newaxis])[0]
        for layer in reversed(range(len(params))):
            gradients[layer].W[...] += np.outer(activations[layer], delta) / len(X)
            gradients[layer].b[...] += delta / len(X)
            if layer > 0:
                delta = params[layer].W @ delta
                delta = delta * derivative(pre_activations[layer - 1], activations[layer])
    return _with_penalty(total / len(X), gradients, params, config)


def by_unit(params, X, y, config):
    """(loss, gradients), loops over the examples, the layers, and both ends of every weight."""
    activation, derivative = ACTIVATIONS[config.activation], ACTIVATIONS[config.activation].derivative
    gradients = _zeros_like(params)
    total = 0.0
    for x, t in zip(X, one_hot(y, params[-1].b.size, X.dtype), strict=True):
        activations, pre_activations = [list(x)], []
        for layer, (W, b) in enumerate(params):
            z = []
            for j in range(W.shape[1]):
                z_j = b[j]
                for i in range(W.shape[0]):
                    z_j = z_j + activations[-1][i] * W[i, j]
                z.append(z_j)
            pre_activations.append(z)
            if layer < len(params) - 1:
                activations.append([activation(z_j) for z_j in z])
        logits = np.array(pre_activations[-1])[np.newaxis]
        total += LOSSES[config.loss](logits, t[np.newaxis])[0]
        delta = list(LOSSES[config.loss].gradient(logits, t[np.newaxis])[0])
        for layer in reversed(range(len(params))):
            W = params[layer].W
            for j in range(W.shape[1]):
                gradients[layer].b[j] += delta[j] / len(X)
                for i in range(W.shape[0]):
                    gradients[layer].W[i, j] += activations[layer][i] * delta[j] / len(X)
            if layer > 0:
                back = []
                for i in range(W.shape[0]):
                    sum_j = 0.0
                    for j in range(W.shape[1]):
                        sum_j = sum_j + W[i, j] * delta[j]
                    slope = derivative(pre_activations[layer - 1][i], activations[layer][i])
                    back.append(sum_j * slope)
                delta = back
    return _with_penalty(total / len(X), gradients, params, config)


def _zeros_like(params):
    return tuple(Layer(np.zeros_like(W), np.zeros_like(b)) for W, b in params)


def _with_penalty(loss, gradients, params, config):
    for (W, b), gradient, (l1, l2) in zip(params, gradients, config.penalties(), strict=True):
        add_penalty_gradient(gradient.W, W, l1, l2)
        if not config.use_bias:
            gradient.b[...] = np.zeros_like(b)
    return float(loss + penalty(params, config)), gradients
