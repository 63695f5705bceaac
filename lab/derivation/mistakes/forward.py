"""Mistakes in the forward pass: pre-activation, activation and output."""

import numpy as np

from lab.derivation.mistakes.rule import mistake
from lab.loss_kinds import has_probabilities
from mlp.activations import relu, sigmoid
from mlp.losses import softmax


@mistake("pre_activation", "That is the sum without the bias. Each unit adds its own $b$ to it.")
def bias_forgotten(at):
    return at.a(at.layer - 1) @ at.W(at.layer)


@mistake("pre_activation", "The bias is added; you subtracted it.")
def bias_subtracted(at):
    return at.a(at.layer - 1) @ at.W(at.layer) - at.b(at.layer)


@mistake(
    "pre_activation",
    "You went along a row of $W$. That is right for $W x$ with $x$ as a column; here $x$ is a row, and in "
    "$x W$ the weights into a unit are its *column*.",
)
def weights_transposed(at):
    return at.a(at.layer - 1) @ at.W(at.layer).T + at.b(at.layer)


@mistake(
    "pre_activation",
    "That has only the first product of the sum. Every unit below sends something up, so add all of them.",
)
def first_product_only(at):
    return at.a(at.layer - 1)[:, :1] @ at.W(at.layer)[:1] + at.b(at.layer)


@mistake("pre_activation", "You added up the inputs, but each must first be multiplied by its weight.")
def weights_not_used(at):
    return at.a(at.layer - 1).sum(axis=1, keepdims=True) + at.b(at.layer)


@mistake("pre_activation", "You added up the weights, but each must first be multiplied by its input.")
def inputs_not_used(at):
    return at.W(at.layer).sum(axis=0)[np.newaxis] + at.b(at.layer)


@mistake("pre_activation", "You took the mean over the units below. A unit adds up and does not divide.")
def averaged_over_units_below(at):
    return at.a(at.layer - 1) @ at.W(at.layer) / len(at.W(at.layer)) + at.b(at.layer)


@mistake(
    "pre_activation",
    "You used the pre-activations of the layer below. That layer passes on its activations, $f$ of them.",
)
def pre_activation_passed_on(at):
    return at.z(at.layer - 1) @ at.W(at.layer) + at.b(at.layer) if at.layer > 1 else None


@mistake("pre_activation", "You went one step too far: that is after the activation. Stop before it.")
def activated_already(at):
    z = at.z(at.layer)
    return at.loss.output(z) if at.is_output else at.f(z)


@mistake("activation", "That is the pre-activation itself: $f$ has not been applied yet.")
def activation_forgotten(at):
    return at.z(at.layer)


@mistake(
    "activation",
    "That is the slope $f'$. The unit passes on the value $f$; the slope is for the backward pass.",
)
def slope_for_value(at):
    return at.slope(at.layer)


@mistake("activation", "You applied $f$ twice.")
def activated_twice(at):
    return at.f(at.f(at.z(at.layer)))


@mistake("activation", "That is the logistic function $\\sigma$; here it is tanh.", activation="tanh")
def sigmoid_for_tanh(at):
    return sigmoid(at.z(at.layer))


@mistake("activation", "That is tanh; here it is the logistic function $\\sigma$.", activation="sigmoid")
def tanh_for_sigmoid(at):
    return np.tanh(at.z(at.layer))


@mistake("activation", "That is what ReLU would pass on, but this network has another activation.")
def relu_for_another(at):
    return relu(at.z(at.layer)) if at.problem.activation not in ("relu", "identity") else None


@mistake(
    "activation",
    "That is the absolute value. ReLU does not turn a negative number around: it makes it 0.",
    activation="relu",
)
def absolute_for_relu(at):
    return np.abs(at.z(at.layer))


@mistake(
    "activation",
    "The sign of the exponent is wrong: in $\\sigma(z) = 1/(1 + e^{-z})$ it is $-z$.",
    activation="sigmoid",
)
def exponent_of_sigmoid(at):
    return sigmoid(-at.z(at.layer))


@mistake(
    "output",
    "That is the logit itself; it has not been turned into a probability yet.",
    only=has_probabilities,
    otherwise="That is the logit itself; the output's function has not been applied yet.",
)
def logit_for_output(at):
    return at.o


@mistake(
    "output",
    "You divided the logit by the sum of the logits. Softmax first takes $e$ to the power of each of them.",
)
def exponential_forgotten(at):
    return at.o / at.o.sum(axis=1, keepdims=True) if at.loss.output.function is softmax else None


@mistake(
    "output", "That is $e^{o}$ alone. Divide it so that the result is a probability.", only=has_probabilities
)
def not_normalised(at):
    return np.exp(at.o)


@mistake(
    "output",
    "You left the class itself out of the denominator. Softmax divides by the sum over *all* classes.",
)
def divided_by_the_others(at):
    e = np.exp(at.o)
    return e / (e.sum(axis=1, keepdims=True) - e) if at.loss.output.function is softmax else None


@mistake(
    "output", "That is $\\sigma$ of this logit alone. Softmax compares it with the logits of all classes."
)
def sigmoid_for_softmax(at):
    return sigmoid(at.o) if at.loss.output.function is softmax else None


@mistake(
    "output",
    "That is softmax. This loss takes $\\sigma$ of each logit separately; the outputs need not sum to 1.",
)
def softmax_for_sigmoid(at):
    return softmax(at.o) if at.loss.output.function is sigmoid else None


@mistake(
    "output",
    "You took the logits with the wrong sign: a larger logit must give a larger probability.",
    only=has_probabilities,
    otherwise="You took the logits with the wrong sign.",
)
def logits_negated(at):
    return at.loss.output(-at.o)


@mistake("output", "That is the output of another class.")
def output_of_another_class(at):
    return np.roll(at.p, 1, axis=1)
