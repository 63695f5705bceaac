"""Bugs in the backward pass and the penalty: the gradient, or the loss that it should belong to, is wrong."""

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
    "δ was divided by K when the loss was averaged, and is divided once more.",
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
    "The last layer is right, all below are off, some by nearly all; it still learns, but worse.",
)
def slope_at_rounded(pre_activations, layer, config):
    z = np.round(pre_activations[layer])
    return ACTIVATIONS[config.activation].derivative(z, ACTIVATIONS[config.activation](z))


@planted(
    4,
    "The squared error is differentiated, the cross-entropy reported",
    "output_error",
    GRADIENT,
    "The gradient descends another loss than the one on the screen.",
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
    "A constant that guards the logarithm belongs to the loss, and so to its derivative.",
    "A relative error of some 1e-6 / o, at any step: the error against h flattens there. Far below 1e-4, it "
    "is still more than rounding and the length of the step explain.",
)
def constant_in_log(o, T):
    return -np.log((o * T).sum(axis=-1) + 1e-6)


@planted(
    6,
    "Hidden activations are overwritten by their mask",
    "saved_activations",
    GRADIENT,
    "The mask z > 0 for the backward pass was written into the array that still held the activations.",
    "The gradient of the weights above becomes a count: each example adds δ or nothing.",
)
def overwritten_by_mask(z, a):
    return (z > 0).astype(a.dtype)


@planted(
    11,
    "The penalty is in the gradient but not in the reported loss",
    "penalty",
    ("gradient_check", "step_sweep", "penalty_apart", "recount"),
    "What is minimised and what is reported differ by the penalty.",
    "The check fails in the weights, only where l2 > 0, and the gap grows with l2.",
)
def penalty_not_reported(params, l2):
    return 0.0


@planted(
    12,
    "The factor 2 of the L2 gradient is missing",
    "penalty_gradient",
    (*GRADIENT, "penalty_apart"),
    "The derivative of λW² is 2λW.",
    "Wrong in the weights only, and only where l2 > 0: check the penalty apart from the data loss.",
)
def factor_two_missing(layer, l2):
    return Layer(l2 * layer.W, np.zeros_like(layer.b))


@planted(
    13,
    "The biases are penalised too",
    "penalty_gradient",
    (*GRADIENT, "penalty_apart"),
    "The penalty's gradient is added to b as well, where the loss has no such term.",
    "Wrong in the biases only, once they are not 0: at the usual start, b = 0, no check can see it.",
)
def biases_penalised(layer, l2):
    return Layer(2 * l2 * layer.W, 2 * l2 * layer.b)


@planted(
    17,
    "The activation's slope is forgotten",
    "slope",
    GRADIENT,
    "δ goes back through the weights, but not through f: f′ is taken to be 1.",
    "The last layer is right, all below it wrong: units that are off or saturated let all of δ through.",
)
def mask_forgotten(pre_activations, layer, config):
    return np.ones_like(pre_activations[layer])


@planted(
    18,
    "The activation's slope is taken from the wrong layer",
    "slope",
    GRADIENT,
    "An index off by one; layers of equal width hide what the shapes would have told.",
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
    "Backpropagation finds the last layer's gradient first, and nobody turned the list around.",
    "A shape error, unless all layers have one shape: then gradients that look plausible.",
    places=(SQUARE,),
)
def last_layer_first(gradients):
    return tuple(gradients)
