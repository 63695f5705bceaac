"""Mistakes about the variance of initial weights, and about how an activation shrinks the signal."""

import functools

import numpy as np

from lab.derivation.mistakes.rule import mistake
from mlp.activations import ACTIVATIONS
from mlp.initializers import INITIALIZERS

SIZE = "variance_forward variance_backward"


@mistake(SIZE, "You used σ where σ² belongs: the square of a product has the square of each factor.")
def deviation_for_variance(at):
    return at.right / _variance(at) ** 0.5


@mistake(SIZE, "The variance of the weights is missing: that is the sum of the squares alone.")
def variance_forgotten(at):
    return at.right / _variance(at)


@mistake(SIZE, "You squared the sum. The weights are independent, so only the squares of the terms remain.")
def sum_squared(at):
    return _variance(at) * _row(at).sum() ** 2


@mistake(SIZE, "You took the mean of the squares. The variances of independent terms *add*.")
def mean_of_squares(at):
    return _variance(at) * np.mean(_row(at) ** 2)


@mistake(SIZE, "The squares are missing: you added the terms themselves.")
def squares_forgotten(at):
    return _variance(at) * _row(at).sum()


@mistake(
    "variance_backward",
    "You counted the units *below*. In the backward pass, the units above send the error.",
)
def width_below(at):
    return _variance(at) * at.problem.sizes[-2] * np.mean(_row(at) ** 2)


@mistake(
    "initial_variance", "That is the standard deviation; the question is about its square, the variance."
)
def standard_deviation(at):
    return at.right**0.5


@mistake("initial_variance", "You swapped the two widths: fan-in is the number of units *below* the weights.")
def fans_swapped(at):
    initializer, fan_in, fan_out = at.x
    return INITIALIZERS[initializer].variance(fan_out, fan_in)


@mistake("initial_variance", "That is He's variance, which makes up for the half that ReLU takes away.")
def variance_of_he(at):
    return INITIALIZERS["he_normal"].variance(*at.x[1:])


@mistake("initial_variance", "That is Glorot's variance, the compromise between the two directions.")
def variance_of_glorot(at):
    return INITIALIZERS["glorot_normal"].variance(*at.x[1:])


@mistake("initial_variance", "That is LeCun's variance, which is for activations that take nothing away.")
def variance_of_lecun(at):
    return INITIALIZERS["lecun_normal"].variance(*at.x[1:])


@mistake("initial_variance", "You turned the fraction over: more units need *smaller* weights.")
def fraction_turned_over(at):
    return 1 / at.right


@mistake("second_moment", "That is the square of the mean. The question is about the mean of the *squares*.")
def square_of_the_mean(at):
    return _expected(at.problem.activation, 1) ** 2


@mistake("second_moment", "That is the mean of $f(z)$. Square it first, then take the mean.")
def mean_for_mean_square(at):
    return _expected(at.problem.activation, 1)


@mistake(
    "second_moment", "That is the variance of $f(z)$. The mean is not 0 here, and its square counts as well."
)
def variance_for_mean_square(at):
    return at.right - _expected(at.problem.activation, 1) ** 2


@mistake("second_moment", "That is the half that ReLU leaves. This activation leaves another share.")
def half_of_relu(at):
    return 0.5


@mistake("second_moment", "You assumed that $f$ passes everything on: that is $\\mathbb{E}[z^2]$.")
def activation_ignored(at):
    return 1.0


@mistake("second_moment", "That is $1/c$, the factor by which larger weights have to make up for it.")
def reciprocal(at):
    return 1 / at.right


@mistake("equal_units", "That is the gradient in your network as it is. Here every unit is a copy of unit 1.")
def copies_forgotten(at):
    return at.passed.gradients[0].W


@mistake("equal_units", "The copies do not divide one gradient among them: each has the whole gradient.")
def gradient_shared_out(at):
    return at.right / at.right.shape[1]


def _row(at):
    """The numbers whose squares are added: the inputs, or in the backward pass δ of the output."""
    return at.a(0)[0] if at.topic == "variance_forward" else at.delta(at.problem.depth + 1)[0]


def _variance(at):
    return at.right / (_row(at) ** 2).sum()


@functools.lru_cache(maxsize=32)
def _expected(activation, power):
    """E[f(z)^power] for z ~ N(0, 1): accurate enough to recognise an answer."""
    z, weights = np.polynomial.hermite_e.hermegauss(80)
    return float(weights @ ACTIVATIONS[activation](z) ** power / weights.sum())
