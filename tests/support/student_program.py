"""A student's program, written apart from the lab's, and the lines that students get wrong in it."""

import numpy as np

from mlp.network import Layer

SOURCE = """
def backward(params, X, T, f, slope, l1, l2, eta):
    zs, inputs, n = [], [X], len(X)
    for W, b in params:
        z = inputs[-1] @ W + b
        zs.append(z)
        inputs.append(f(z))
    o = zs[-1]
    p = outputs(o)
    delta = error(o, p, T)
    delta = delta / n
    grads = []
    for i in reversed(range(len(params))):
        W, b = params[i]
        x = inputs[i]
        dW = x.T @ delta
        db = delta.sum(axis=0)
        grads.insert(0, [dW + l1 * np.sign(W) + 2 * l2 * W, db + 0 * b])
        if i > 0:
            da = delta @ W.T
            delta = da * slope(zs[i - 1])
    return grads
"""
WRONG = {  # the mistake, as the lab calls it: (line, what a student writes in its place)
    "target_minus_output": ("delta = error(o, p, T)", "delta = -error(o, p, T)"),
    "target_forgotten": ("delta = error(o, p, T)", "delta = error(o, p, 0 * T)"),
    "logits_minus_target": ("delta = error(o, p, T)", "delta = o - T"),
    "output_slope_once_more": ("delta = error(o, p, T)", "delta = error(o, p, T) * p * (1 - p)"),
    "twice_the_error": ("delta = error(o, p, T)", "delta = 2 * error(o, p, T)"),
    "half_the_error": ("delta = error(o, p, T)", "delta = error(o, p, T) / 2"),
    "classes_counted_from_1": ("delta = error(o, p, T)", "delta = error(o, p, np.roll(T, -1, axis=1))"),
    "mean_missing": ("delta = delta / n", "pass"),
    "mean_twice": ("delta = delta / n", "delta = delta / n / n"),
    "mean_over_classes": ("delta = delta / n", "delta = delta / T.shape[1]"),
    "mean_over_classes_too": ("delta = delta / n", "delta = delta / T.size"),
    "last_example_alone": ("x = inputs[i]", "x, whole, delta = inputs[i][-1:], delta, delta[-1:]"),
    "mask_for_inputs": ("x = inputs[i]", "x = inputs[i] > 0 if i else X"),
    "pre_activations_for_inputs": ("x = inputs[i]", "x = zs[i - 1] if i else X"),
    "weights_mean_again": ("dW = x.T @ delta", "dW = x.T @ delta / n"),
    "weights_mean_missing": ("dW = x.T @ delta", "dW = x.T @ (delta * n)"),
    "weights_sign": ("dW = x.T @ delta", "dW = -x.T @ delta"),
    "biases_mean_again": ("db = delta.sum(axis=0)", "db = delta.mean(axis=0)"),
    "biases_mean_missing": ("db = delta.sum(axis=0)", "db = n * delta.sum(axis=0)"),
    "biases_first_example": ("db = delta.sum(axis=0)", "db = delta[0]"),
    "biases_zero": ("db = delta.sum(axis=0)", "db = 0 * b"),
    "biases_summed_over_units": ("db = delta.sum(axis=0)", "db = delta.sum() + 0 * b"),
    "bias_per_weight": ("db = delta.sum(axis=0)", "db = sum(delta.sum(axis=0) for _ in W)"),
    "back_through_dW": ("da = delta @ W.T", "da = delta @ dW.T"),
    "back_through_updated": ("da = delta @ W.T", "da = delta @ (W - eta * dW).T"),
    "mean_in_every_layer": ("da = delta @ W.T", "da = delta @ W.T / n"),
    "slope_forgotten": ("delta = da * slope(zs[i - 1])", "delta = da"),
    "slope_squared": ("delta = da * slope(zs[i - 1])", "delta = da * slope(zs[i - 1]) ** 2"),
    "slope_at_the_activation": ("delta = da * slope(zs[i - 1])", "delta = da * slope(inputs[i])"),
    "activation_for_slope": ("delta = da * slope(zs[i - 1])", "delta = da * inputs[i]"),
    "slope_at_rounded": ("delta = da * slope(zs[i - 1])", "delta = da * slope(zs[i - 1].round())"),
    "penalty_missing": ("+ l1 * np.sign(W) + 2 * l2 * W", ""),
    "factor_two_missing": ("2 * l2 * W", "l2 * W"),
    "biases_penalised": ("+ 0 * b]", "+ l1 * np.sign(b) + 2 * l2 * b]"),
    "steps_for_gradients": ("return grads", "return [[-eta * dW, -eta * db] for dW, db in grads]"),
}
TANH = np.tanh, lambda z: 1 - np.tanh(z) ** 2
SIGMOID = (lambda z: 1 / (1 + np.exp(-z))), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2
ACTIVATIONS = {"tanh": TANH, "sigmoid": SIGMOID}


def _softmax(o):
    e = np.exp(o)
    return e / e.sum(axis=1, keepdims=True)


LOSSES = {  # outputs, and the derivative of an example's loss by its logits
    "softmax_cross_entropy": (_softmax, lambda o, p, T: p - T),
    "sigmoid_cross_entropy": (SIGMOID[0], lambda o, p, T: p - T),
    "sigmoid_squared_error": (SIGMOID[0], lambda o, p, T: 2 * (p - T) * SIGMOID[1](o)),
}


def gradients(batch, *edits):
    """Return what the program computes, with some of its lines replaced, as a list of Layer."""
    source = SOURCE
    for line, wrong in edits:
        assert line in source
        source = source.replace(line, wrong)
    outputs, error = LOSSES[batch.config.loss]
    scope = {"np": np, "outputs": outputs, "error": error}
    exec(source, scope)
    T = np.eye(batch.params[-1].W.shape[1])[batch.y]
    c = batch.config
    f, slope = ACTIVATIONS[c.activation]
    found = scope["backward"](batch.params, batch.X, T, f, slope, c.l1, c.l2, c.learning_rate)
    return [
        Layer(dW, np.broadcast_to(db, b.shape)) for (dW, db), (_, b) in zip(found, batch.params, strict=True)
    ]
