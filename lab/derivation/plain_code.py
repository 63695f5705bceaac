"""The lines of the exported script that compute a step: NumPy as a student would write it."""

import dataclasses
import functools
import itertools
import textwrap

from data import DataConfig
from lab.exports import network, training
from lab.exports.experiment import Export
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS

WEIGHTS = ("dW = inputs", "db = ")
BACKWARD = ("for layer in reversed", "W, b = params[layer]", *WEIGHTS, "gradients[layer] =")
BACKWARD += ("if layer > 0", "delta = delta @", "delta *=")
FROM_THE_LOSS = ("gradients = backward(params, pre_activations, inputs, loss_gradient",)
SHIFTED = ("e = np.exp(logits - logits.max",)
LINES = {  # {key of a step: the beginnings of its lines, in the order of the script}
    "sign_cases": ("dW += np.sign",),
    "square_sum": ("dW += W",),
    "absolute_sum": ("dW += np.sign",),
    "softmax_shift": SHIFTED,
    "softmax_careful": SHIFTED,
    "hidden_pre_activation": ("z = inputs[layer]",),
    "hidden_activation": ("inputs.append",),
    "output_pre_activation": ("z = inputs[layer]",),
    "gradient_descent": (
        "# gradients are linear",
        "delta = delta * LEARNING_RATE",
        "gradients = backward",
        "for (W, b), (dW, db) in",
        "W -=",
        "b -=",
    ),
    "output_weights": WEIGHTS,
    "hidden_output": ("delta = delta @",),
    "hidden_delta": ("delta *=",),
    "hidden_weights": WEIGHTS,
    "batch_mean": FROM_THE_LOSS,
    "batch_delta": FROM_THE_LOSS,
    "batch_outer": WEIGHTS,
    "recursion": BACKWARD,
    "every_layer": BACKWARD,
    "elastic_net": ("dW += W", "dW += np.sign"),
    "chain_of_layers": ("delta *=",),
    "equal_units": WEIGHTS,
}
FUNCTIONS = {  # {key of a step: the function that computes it}
    "sigmoid_tanh": "sigmoid",
    "log_sigmoid": "softplus",
    "sigmoid_slope": "sigmoid_derivative",
    "tanh_slope": "tanh_derivative",
    "rect_slope": "relu_derivative",
    "softplus_slope": "softplus_derivative",
    "leaky_relu_slope": "leaky_relu_derivative",
    "gelu_slope": "gelu_derivative",
    "sigmoid_careful": "sigmoid",
    "softplus_careful": "softplus",
    "log_sigmoid_careful": "softplus",
    "log_sum_exp_careful": "loss",
    "loss": "loss",
    "output_delta": "loss_gradient",
    "sigmoid_cross_entropy.output": "sigmoid",
    "sigmoid_squared_error.output": "sigmoid",
    "factor_that_stays": "loss_gradient",
    "stall": "loss_gradient",
    "variance_forward": "lecun_normal",
    "second_moment": "he_normal",
    "variance_backward": "glorot_normal",
    "zeros_equal": "zeros",
    "momentum_unrolled": "momentum",
    "momentum_constant": "momentum",
    "adam_update": "adam",
}
SOFTMAX, SQUARED_ERROR = {"loss": "softmax_cross_entropy"}, {"loss": "sigmoid_squared_error"}
SETTINGS = {  # {key of a step: fields of a TrainConfig without which the script lacks its code}
    "sign_cases": {"l1": 0.1},
    "square_sum": {"l2": 0.1},
    "absolute_sum": {"l1": 0.1},
    "gradient_descent": {"optimizer": "sgd", "l1": 0.0, "l2": 0.0},
    "softmax_shift": SOFTMAX,
    "softmax_careful": SOFTMAX,
    "log_sum_exp_careful": SOFTMAX,
    "factor_that_stays": SQUARED_ERROR,
    "stall": SQUARED_ERROR,
}
OF_A_LOSS = {"loss": "loss", "delta": "loss_gradient"}  # {last part of the key of any loss's step: function}
REGISTRIES = {"activation": ACTIVATIONS, "initializer": INITIALIZERS, "optimizer": OPTIMIZERS}


def settings(key):
    """Return the fields of a TrainConfig, {name: value}, with which the script has the code of a step."""
    name, loss = FUNCTIONS.get(key, "").removesuffix("_derivative"), key.partition(".")[0]
    named = {field: name for field, registry in REGISTRIES.items() if name in registry}
    return named | ({"loss": loss} if loss in LOSSES else {}) | SETTINGS.get(key, {})


def function_of(problem, key):
    """Return the name, in the script, of the function that computes a step; "" if no function does."""
    of, _, part = key.partition(".")
    name = FUNCTIONS.get(key, OF_A_LOSS.get(part, "") if of in LOSSES else "")
    entry = LOSSES[settings(key).get("loss", problem.loss)]
    if name in OF_A_LOSS.values() and not entry.listing:  # the script has the engine's own function
        return (entry.function if name == "loss" else entry.gradient).__name__
    return name


def plain(problem, key):
    """Return the lines that compute a step in the exported script of this network, or ""."""
    found, after = [], 0
    lines = script(problem, **settings(key)).splitlines()
    if name := function_of(problem, key):
        return _function(lines, f"def {name}(")
    for beginning in LINES.get(key.partition(".")[0], ()):
        at = next((n for n in range(after, len(lines)) if lines[n].strip().startswith(beginning)), None)
        if at is not None:  # a penalty of 0 has no line
            found.append(lines[at])
            after = at + 1
    return textwrap.dedent("\n".join(found))


def _function(lines, beginning):
    """Return the function that begins so, without its docstring of one line, or "" if there is none."""
    from_there_on = itertools.dropwhile(lambda line: not line.startswith(beginning), lines)
    body = itertools.takewhile(bool, from_there_on)
    return "\n".join(line for line in body if not line.strip().startswith('"""'))


@functools.lru_cache(maxsize=256)
def script(problem, **changes):
    """Return the exported script's code of this network: its forward and backward pass, and its training.

    Fields of its TrainConfig may be set otherwise. The optimizer is momentum by default, because under plain
    gradient descent the learning rate would be in the penalty's lines.
    """
    train = dataclasses.replace(problem.config, **{"optimizer": "momentum"} | changes)
    export = Export(DataConfig(), train, None, "")
    return "\n\n\n".join(part.code for part in (*network.parts(export), *training.parts(export)))
