"""Mistakes at the end of the forward pass: the loss."""

import numpy as np

from lab.derivation.mistakes.rule import mistake

SOFTMAX, CROSS, SQUARED = "softmax_cross_entropy", "sigmoid_cross_entropy", "sigmoid_squared_error"


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


def _of_the_class(at):
    """The output of the right class."""
    return (at.p * at.T).sum(axis=1)
