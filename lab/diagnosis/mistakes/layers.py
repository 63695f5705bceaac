"""Mistakes in the gradients of a layer's weights and biases."""

import numpy as np

from lab.diagnosis.mistake import mistake
from lab.diagnosis.program import slope


@mistake(
    "dW db",
    "Only the last example counts: in a loop over the examples, each gradient must be added to the earlier "
    "ones instead of replacing them.",
)
def last_example_alone(at, gradient):
    if gradient.ndim == 1:
        return at.delta[-1]
    return np.outer(at.inputs[at.layer][-1], at.delta[-1])


@mistake("dW db", "Only the first example counts: the gradient is the sum over all of them.")
def first_example_alone(at, gradient):
    if gradient.ndim == 1:
        return at.delta[0]
    return np.outer(at.inputs[at.layer][0], at.delta[0])


@mistake("inputs", "The layer's inputs were replaced by their mask, 1 where they are above 0.")
def mask_for_inputs(at, inputs):
    return (inputs > 0).astype(inputs.dtype) if at.layer > 0 else inputs


@mistake(
    "inputs",
    "The pre-activations of the layer below were used. A layer receives the activations, f(z).",
)
def pre_activations_for_inputs(at, inputs):
    return at.z[at.layer - 1] if at.layer > 0 else inputs


@mistake("inputs", "The slopes f'(z) of the layer below were used. A layer receives the activations, f(z).")
def slopes_for_inputs(at, inputs):
    return slope(at, at.layer - 1) if at.layer > 0 else inputs


@mistake("inputs", "The inputs are those of one layer further down: an index off by one.")
def inputs_of_the_layer_below(at, inputs):
    return at.inputs[at.layer - 1] if at.layer > 0 else inputs


@mistake("inputs", "The layer's own activations were used. Its weights' gradient needs the layer's inputs.")
def own_activations(at, inputs):
    return at.activation(at.z[at.layer])


@mistake(
    "dW",
    "The product for dW is transposed: W has a row per input and a column per unit, so it is inputs.T @ "
    "delta.",
)
def product_transposed(at, dW):
    return dW.T


@mistake("dW", "The weights' gradients were divided by the batch size again, but δ already has the 1/K.")
def weights_mean_again(at, dW):
    return dW / at.n if at.config.use_bias else dW


@mistake("dW", "The mean is missing in the weights' gradients but not in the biases'.")
def weights_mean_missing(at, dW):
    return dW * at.n if at.config.use_bias else dW


@mistake("dW", "The weights' gradients have the wrong sign; the biases' do not.")
def weights_sign(at, dW):
    return -dW if at.config.use_bias else dW


@mistake("dW penalty_W", "The weights' gradients are 0.")
def weights_zero(at, value):
    return value * 0.0


@mistake(
    "dW",
    "The weights' gradients are those of the penalty alone: the part of the data, inputs.T @ delta, is "
    "missing.",
)
def penalty_alone(at, dW):
    return dW * 0.0 if any(at.config.penalties()[at.layer]) else dW


@mistake("db", "The biases' gradients were divided by the batch size again, but δ already has the 1/K.")
def biases_mean_again(at, db):
    return db / at.n


@mistake("db", "The mean is missing in the biases' gradients but not in the weights'.")
def biases_mean_missing(at, db):
    return db * at.n


@mistake("db", "The biases' gradient is the first example's δ alone. It is the sum over the examples.")
def biases_first_example(at, db):
    return at.delta[0]


@mistake("db", "The biases' gradients have the wrong sign; the weights' do not.")
def biases_sign(at, db):
    return -db


@mistake("db", "The biases' gradients are 0. A bias moves z directly, so its gradient is the sum of δ.")
def biases_zero(at, db):
    return db * 0.0


@mistake("db", "All biases of a layer get the same number. Each unit has its own δ, and so its own gradient.")
def one_bias_per_layer(at, db):
    return np.full_like(db, db.mean())


@mistake("db", "All biases of a layer get the sum over its units. Sum only over the examples, axis 0.")
def biases_summed_over_units(at, db):
    return np.full_like(db, db.sum())


@mistake(
    "db",
    "The bias was counted once per incoming weight. A unit has one bias: its gradient is the sum of δ over "
    "the examples.",
)
def bias_per_weight(at, db):
    return db * at.W.shape[0]


@mistake(
    "db",
    "The biases' gradients were multiplied by the biases. A bias is added, so its gradient is the sum of δ.",
)
def bias_times_itself(at, db):
    return db * at.params[at.layer].b
