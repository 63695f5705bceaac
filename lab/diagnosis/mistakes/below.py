"""Mistakes between layers in the backward pass: with the weights and with the activation."""

import numpy as np

from lab.diagnosis.mistake import mistake
from lab.diagnosis.program import slope


@mistake("da", "δ was multiplied by the weights' gradient dW. It must be multiplied by the weights W.")
def back_through_dW(at, da):
    return at.delta @ at.dW.T


@mistake("da", "δ was multiplied by W. It must be multiplied by the transpose: δ @ W.T.")
def back_through_untransposed(at, da):
    return at.delta @ at.W


@mistake("da", "δ was multiplied by the weights of the layer below instead of those of its own layer.")
def back_through_the_layer_below(at, da):
    return at.delta @ at.params[at.layer - 1].W.T


@mistake("da", "δ was always multiplied by the output layer's weights. Each layer's δ needs its own.")
def back_through_the_output_layer(at, da):
    return at.delta @ at.params[-1].W.T


@mistake(
    "da",
    "The weights were updated before δ was multiplied by them: compute all gradients first, then update.",
)
def back_through_updated(at, da):
    return at.delta @ (at.W - at.config.rate_pieces()[0][0] * at.dW).T


@mistake("da", "δ was not multiplied by the weights at all: their signs and sizes are missing.")
def weights_left_out(at, da):
    return np.repeat(at.delta.sum(axis=1, keepdims=True), at.W.shape[0], axis=1)


@mistake("da", "The mean was taken again in every layer, but δ of the output already has the 1/K.")
def mean_in_every_layer(at, da):
    return da / at.n


@mistake("da", "δ changes its sign from layer to layer. Multiplying by W.T needs no minus sign.")
def sign_in_every_layer(at, da):
    return -da


@mistake("slope", "The slope f'(z) is missing below the output layer, as if f' were 1.")
def slope_forgotten(at, value):
    return np.ones_like(value)


@mistake("slope", "The slope was multiplied in twice.")
def slope_squared(at, value):
    return value**2


@mistake("slope", "The slope was taken at the activation a. It belongs at the pre-activation: f'(z).")
def slope_at_the_activation(at, value):
    a = at.activation(at.z[at.layer - 1])
    return at.activation.derivative(a, at.activation(a))


@mistake(
    "slope",
    "The formula for the slope in terms of the activation a was given the pre-activation z instead of a.",
)
def slope_formula_with_z(at, value):
    z = at.z[at.layer - 1]
    return at.activation.derivative(z, z)


@mistake("slope", "The activation f(z) was multiplied in. The factor is its slope, f'(z).")
def activation_for_slope(at, value):
    return at.activation(at.z[at.layer - 1])


@mistake(
    "slope", "The slope is that of ReLU, 1 above 0 and 0 below, but this network has another activation."
)
def slope_of_relu(at, value):
    return (at.z[at.layer - 1] > 0).astype(value.dtype)


@mistake("slope", "The slope is that of a sigmoid, but this network has another activation.")
def slope_of_sigmoid(at, value):
    s = 1 / (1 + np.exp(-at.z[at.layer - 1]))
    return s * (1 - s)


@mistake("slope", "The slope was taken at z rounded to whole numbers.")
def slope_at_rounded(at, value):
    z = np.round(at.z[at.layer - 1])
    return at.activation.derivative(z, at.activation(z))


@mistake("slope", "The slope is that of the layer above: an index off by one.")
def slope_of_the_layer_above(at, value):
    return slope(at, min(at.layer, len(at.params) - 2))


@mistake("slope", "The slope is that of the first hidden layer in every layer.")
def slope_of_the_first_layer(at, value):
    return slope(at, 0)


@mistake("activations", "The hidden activations are missing: the pre-activations were passed on unchanged.")
def no_activation(at, value):
    return at.z[at.layer]
