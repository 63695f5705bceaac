"""Mistakes in the forward pass: pre-activation, activation, output and loss."""

import numpy as np

from lab.derivation.mistakes.rule import mistake
from mlp.activations import relu, sigmoid
from mlp.losses import softmax

SOFTMAX, CROSS, SQUARED = "softmax_cross_entropy", "sigmoid_cross_entropy", "sigmoid_squared_error"


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


@mistake("output", "That is the logit itself; it has not been turned into a probability yet.")
def logit_for_output(at):
    return at.o


@mistake(
    "output",
    "You divided the logit by the sum of the logits. Softmax first takes $e$ to the power of each of them.",
)
def exponential_forgotten(at):
    return at.o / at.o.sum(axis=1, keepdims=True) if at.loss.output.function is softmax else None


@mistake("output", "That is $e^{o}$ alone. Divide it so that the result is a probability.")
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


@mistake("output", "You took the logits with the wrong sign: a larger logit must give a larger probability.")
def logits_negated(at):
    return at.loss.output(-at.o)


@mistake(
    "loss",
    "That is negative. The logarithm of a probability is below 0, so the loss has a minus sign in front.",
)
def minus_of_the_loss_forgotten(at):
    return -at.right if at.loss_name in (SOFTMAX, CROSS) else None


@mistake("loss", "That is the probability of the right class. The loss is minus its logarithm.")
def logarithm_forgotten(at):
    return _of_the_class(at) if at.loss_name == SOFTMAX else None


@mistake("loss", "That is 1 minus the probability of the right class. Cross-entropy is minus its logarithm.")
def one_minus_for_logarithm(at):
    return 1 - _of_the_class(at) if at.loss_name == SOFTMAX else None


@mistake("loss", "You took the logarithm for another class. Only the probability of the class $y$ counts.")
def logarithm_of_another_class(at):
    return -np.log((at.p * np.roll(at.T, 1, axis=1)).sum(axis=1)) if at.loss_name == SOFTMAX else None


@mistake("loss", "You added the logarithms of all classes. Cross-entropy takes only that of the class $y$.")
def logarithms_of_all_classes(at):
    return -np.log(at.p).sum(axis=1) if at.loss_name == SOFTMAX else None


@mistake("loss", "That is minus the logit. The other term, $\\ln \\sum e^{o}$, is missing.")
def logarithm_of_the_sum_forgotten(at):
    return -(at.o * at.T).sum(axis=1) if at.loss_name == SOFTMAX else None


@mistake("loss", "That is the logarithm to base 10; the loss takes the natural one, ln.")
def logarithm_to_base_10(at):
    return at.right / np.log(10) if at.loss_name in (SOFTMAX, CROSS) else None


@mistake("loss", "That is the logarithm to base 2; the loss takes the natural one, ln.")
def logarithm_to_base_2(at):
    return at.right / np.log(2) if at.loss_name in (SOFTMAX, CROSS) else None


@mistake(
    "loss",
    "That is the part of the right class. With $\\sigma$ each class is a yes-or-no question, and those whose "
    "answer is no each add $-\\ln(1 - o^s_k)$.",
)
def right_class_alone(at):
    return -np.log(_of_the_class(at)) if at.loss_name == CROSS else None


@mistake("loss", "That is the part of the right class. The squared errors of the other classes are added.")
def squared_error_of_one_class(at):
    return (1 - _of_the_class(at)) ** 2 if at.loss_name == SQUARED else None


@mistake("loss", "The errors are not squared: you added their absolute values.")
def errors_not_squared(at):
    return np.abs(at.p - at.T).sum(axis=1) if at.loss_name == SQUARED else None


@mistake("loss", "You halved it. Many books put ½ in front of the squared error; this loss has none.")
def half_of_the_squared_error(at):
    return at.right / 2 if at.loss_name == SQUARED else None


@mistake("loss", "You took the mean over the classes. This loss is the *sum* of their squared errors.")
def mean_over_classes(at):
    return at.right / at.problem.m if at.loss_name == SQUARED else None


@mistake("loss", "You took the root of the sum; this loss is the sum of squares itself.")
def root_of_the_squared_error(at):
    return np.sqrt(at.right) if at.loss_name == SQUARED else None


@mistake("output", "That is the output of another class.")
def output_of_another_class(at):
    return np.roll(at.p, 1, axis=1)


def _of_the_class(at):
    """The output of the right class."""
    return (at.p * at.T).sum(axis=1)
