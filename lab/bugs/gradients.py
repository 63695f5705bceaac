"""Bugs in the backward pass and the penalty: the gradient, or the loss it belongs to, is wrong."""

import numpy as np

from lab.bugs.bug import SQUARE, planted
from lab.bugs.steps import RIGHT
from mlp.activations import ACTIVATIONS
from mlp.network import Layer

GRADIENT = ("gradient_check", "step_sweep", "one_step")  # the detectors that find a wrong gradient


@planted(
    1,
    "The mean over the batch is taken twice",
    "mean",
    GRADIENT,
    "δ was already divided by K when the loss was averaged; here it is divided once more.",
    "For the data loss, every ratio analytic / numeric is exactly 1/K. Its part of a step is K times too "
    "short.",
)
def mean_taken_twice(delta):
    delta = RIGHT.mean(delta)
    return delta / len(delta)


@planted(
    3,
    "The activation's slope is taken at a rounded z",
    "slope",
    GRADIENT,
    "z is rounded to whole numbers before it goes into f′.",
    "The last layer is right, all below are wrong, some almost entirely; it still learns, but worse.",
    least_hidden_layers=1,
)
def slope_at_rounded(pre_activations, layer, config):
    z = np.round(pre_activations[layer])
    return ACTIVATIONS[config.activation].derivative(z, ACTIVATIONS[config.activation](z))


@planted(
    4,
    "The squared error is differentiated, the cross-entropy reported",
    "output_error",
    GRADIENT,
    "The gradient belongs to a different loss from the one on the screen.",
    "The check against the reported loss fails in every layer. Training works, so the curve looks good.",
)
def squared_error_differentiated(o, T):
    g = 2 * (o - T)
    return o * (g - (g * o).sum(axis=-1, keepdims=True))


@planted(
    5,
    "The loss is -ln(o + 1e-6), its gradient that of -ln o",
    "example_losses",
    ("gradient_check", "step_sweep"),
    "A constant that protects the logarithm is part of the loss, so it belongs in the derivative too.",
    "A relative error of about 1e-6 / o at every step h, so the curve of the error against h levels off. "
    "That is far below 1e-4 but more than rounding and the step's length explain.",
)
def constant_in_log(o, T):
    return -np.log((o * T).sum(axis=-1) + 1e-6)


@planted(
    6,
    "Hidden activations are overwritten by their mask",
    "saved_activations",
    GRADIENT,
    "The mask z > 0 for the backward pass was written into the array that still held the activations.",
    "In the gradient of the weights above, activations have become 0 or 1: an example adds δ or nothing.",
    least_hidden_layers=1,
)
def overwritten_by_mask(z, a):
    return (z > 0).astype(a.dtype)


@planted(
    11,
    "The penalty is in the gradient but not in the reported loss",
    "penalty",
    ("gradient_check", "step_sweep", "penalty_apart", "recount"),
    "What is minimised and what is reported differ by the penalty.",
    "The check fails for the weights, but only if l2 > 0, and the gap grows with l2.",
)
def penalty_not_reported(params, l2):
    return 0.0


@planted(
    12,
    "The factor 2 of the L2 gradient is missing",
    "penalty_gradient",
    (*GRADIENT, "penalty_apart"),
    "The derivative of λW² is 2λW.",
    "Wrong for the weights only, and only if l2 > 0: check the penalty separately from the data loss.",
)
def factor_two_missing(layer, l2):
    return Layer(l2 * layer.W, np.zeros_like(layer.b))


@planted(
    13,
    "The biases are penalised too",
    "penalty_gradient",
    (*GRADIENT, "penalty_apart"),
    "The penalty's gradient is added to b as well, where the loss has no such term.",
    "Wrong for the biases only, once they are not 0: at the usual start, b = 0, no check can see it.",
)
def biases_penalised(layer, l2):
    return Layer(2 * l2 * layer.W, 2 * l2 * layer.b)


@planted(
    17,
    "The activation's slope is forgotten",
    "slope",
    GRADIENT,
    "δ is multiplied by the weights but not by f′, as if f′ were 1.",
    "The last layer is right, all below are wrong: units that are off or saturated pass all of δ back.",
    least_hidden_layers=1,
)
def mask_forgotten(pre_activations, layer, config):
    return np.ones_like(pre_activations[layer])


@planted(
    18,
    "The activation's slope is taken from the wrong layer",
    "slope",
    GRADIENT,
    "An index is off by one. If the layers have equal widths, the shapes fit and no error is raised.",
    "The last two layers are right, those below are wrong.",
    least_hidden_layers=2,
)
def mask_of_next_layer(pre_activations, layer, config):
    n_hidden = len(pre_activations) - 1
    return RIGHT.slope(pre_activations, min(layer + 1, n_hidden - 1), config)


@planted(
    20,
    "The list of gradients is in reversed order",
    "first_to_last",
    GRADIENT,
    "Backpropagation computes the last layer's gradient first, and the list was never reversed.",
    "A shape error, unless all layers have the same shape: then the gradients look plausible.",
    least_hidden_layers=1,
    places=(SQUARE,),
)
def last_layer_first(gradients):
    return tuple(gradients)
