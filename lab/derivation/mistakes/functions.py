"""Mistakes with functions of one variable, sums, softmax's Jacobian and saturated outputs."""

import numpy as np

from lab.derivation.mistakes.rule import mistake
from mlp.activations import relu, sigmoid, softplus
from mlp.losses import softmax

SLOPES = "sigmoid_slope tanh_slope absolute_slope rect_slope softplus_slope leaky_relu_slope gelu_slope"
SHIFT = 2.0  # of the logits, in the step about it


@mistake(SLOPES, "That is the function's value. The question is about its slope.")
def value_of_the_function(at):
    return at.step.identity.function(np.array([at.x]))[0]


@mistake("sigmoid_tanh softplus_slope", "The sign of the exponent is wrong: $\\sigma(x) = 1/(1 + e^{-x})$.")
def exponent_negated(at):
    return sigmoid(-at.x)


@mistake("sigmoid_tanh", "That is $\\tanh(x/2)$. It runs from −1 to 1: add 1 and halve it.")
def not_shifted_and_halved(at):
    return np.tanh(at.x / 2)


@mistake("sigmoid_tanh", "You forgot to halve $x$ inside the tanh.")
def argument_not_halved(at):
    return (np.tanh(at.x) + 1) / 2


@mistake("sigmoid_tanh", "That is $e^x$ alone; divide it by $1 + e^x$.")
def exponential_alone(at):
    return np.exp(at.x)


@mistake("log_sigmoid", "The minus inside is missing: it is softplus of $-x$.")
def inner_minus_forgotten(at):
    return -softplus(at.x)


@mistake("log_sigmoid", "The minus in front is missing. The logarithm of a number below 1 is negative.")
def outer_minus_forgotten(at):
    return softplus(-at.x)


@mistake("log_sigmoid", "That is $\\sigma(x)$; the question is about its logarithm.")
def logarithm_of_sigmoid_forgotten(at):
    return sigmoid(at.x)


@mistake("log_sigmoid", "That is ReLU with a minus. Softplus is a *smooth* ReLU, $\\ln(1 + e^x)$.")
def relu_for_softplus(at):
    return -relu(np.array([-at.x]))[0]


@mistake("sigmoid_slope", "You put $x$ itself into $a(1 - a)$, but $a$ is $\\sigma(x)$.")
def slope_of_sigmoid_with_x(at):
    return at.x * (1 - at.x)


@mistake("sigmoid_slope", "That is $1 - \\sigma(x)$; the other factor, $\\sigma(x)$, is missing.")
def one_factor_of_the_slope(at):
    return 1 - sigmoid(at.x)


@mistake("sigmoid_slope", "That is the slope rule of tanh, $1 - a^2$. For σ it is $a(1 - a)$.")
def slope_rule_of_tanh(at):
    return 1 - sigmoid(at.x) ** 2


@mistake("tanh_slope", "That is the slope rule of σ, $a(1 - a)$. For tanh it is $1 - a^2$.")
def slope_rule_of_sigmoid(at):
    t = np.tanh(at.x)
    return t * (1 - t)


@mistake("tanh_slope", "The square is missing: it is $1 - \\tanh^2(x)$.")
def square_forgotten(at):
    return 1 - np.tanh(at.x)


@mistake("tanh_slope", "You squared $x$. The rule squares $\\tanh(x)$.")
def slope_of_tanh_with_x(at):
    return 1 - at.x**2


@mistake("tanh_slope", "That is $\\tanh^2(x)$; subtract it from 1.")
def one_minus_forgotten(at):
    return np.tanh(at.x) ** 2


@mistake(
    "rect_slope leaky_relu_slope absolute_slope",
    "You took the slope of the other side of 0. Look at the sign of $x$.",
)
def other_side(at):
    return at.step.identity.derivative(np.array([-at.x]))[0]


@mistake("leaky_relu_slope", "That is the slope of ReLU. This function leaks: left of 0 its slope is 0.01.")
def slope_of_relu(at):
    return float(at.x > 0)


@mistake("softplus_slope", "That is the slope of ReLU. Softplus is smooth, and its slope changes gradually.")
def step_for_sigmoid(at):
    return float(at.x > 0)


@mistake("gelu_slope", "The second term of the product rule is missing.")
def product_rule_half_done(at):
    u = np.sqrt(2 / np.pi) * (at.x + 0.044715 * at.x**3)
    return (1 + np.tanh(u)) / 2


@mistake("gelu_slope", "The inner derivative $u'$ is missing in the second term.")
def inner_derivative_forgotten(at):
    u = np.sqrt(2 / np.pi) * (at.x + 0.044715 * at.x**3)
    return (1 + np.tanh(u)) / 2 + at.x / 2 * (1 - np.tanh(u) ** 2)


@mistake("sign_cases", "That is the absolute value. A sign says on which side of 0 a number is: −1, 0 or 1.")
def size_for_sign(at):
    return abs(at.x)


@mistake("sign_cases", "That is the sign of $-x$: you swapped the two indicators.")
def indicators_swapped(at):
    return -np.sign(at.x)


@mistake("square_sum", "The 2 is missing: $(x^2)' = 2x$.")
def two_forgotten(at):
    return at.right / 2


@mistake("square_sum", "You squared $x_i$. The question is about the slope of the square, $2 x_i$.")
def square_for_slope(at):
    return (at.right / 2) ** 2


@mistake("absolute_sum", "That is the number itself. The slope of $|x|$ is only its sign.")
def number_for_sign(at):
    return at.problem.X[0]


@mistake(
    "absolute_sum",
    "That is the absolute value. The question is about its slope: +1 right of 0, −1 left of 0.",
)
def absolute_for_slope(at):
    return np.abs(at.problem.X[0])


@mistake(
    "square_sum absolute_sum",
    "That is the whole sum. The question is about its slope with respect to one $x_i$.",
)
def sum_for_slope(at):
    x = at.problem.X[0]
    whole = (x * x).sum() if at.step.key == "square_sum" else np.abs(x).sum()
    return np.full(at.right.shape, whole)


@mistake("softmax_jacobian", "That is right where $k = l$. For two different classes it is $-p_k\\, p_l$.")
def diagonal_everywhere(at):
    p = softmax(at.o)[0]
    return p[:, np.newaxis] * (1 - p)


@mistake("softmax_jacobian", "That is right for two different classes. Where $k = l$ it is $p_k (1 - p_k)$.")
def off_diagonal_everywhere(at):
    p = softmax(at.o)[0]
    return -p[:, np.newaxis] * p


@mistake("softmax_jacobian", "The minus is missing: raising one logit *lowers* the other probabilities.")
def minus_of_the_others_forgotten(at):
    return np.abs(at.right)


@mistake(
    "softmax_jacobian",
    "You treated the sum in the denominator as a constant. It depends on the logit as well.",
)
def denominator_held_fixed(at):
    return np.diag(softmax(at.o)[0])


@mistake("softmax_shift", "You shifted the numerator alone. The denominator grows by the same factor.")
def numerator_alone_shifted(at):
    return softmax(at.o) * np.exp(SHIFT)


@mistake("softmax_shift", "You added the shift to the probability. It goes into the exponents.")
def shift_added_to_the_output(at):
    return softmax(at.o) + SHIFT


@mistake("softmax_shift", "That is the exponential alone; divide by the sum of all of them.")
def denominator_forgotten(at):
    return np.exp(at.o + SHIFT)


@mistake(
    "factor_that_stays stall",
    "That is the gradient of the cross-entropy. That of the squared error has the factor $2\\sigma'$ as "
    "well.",
)
def cross_entropy_for_squared_error(at):
    return at.step.claims["cross"].analytic


@mistake(
    "factor_that_stays stall",
    "The 2 is missing: $(\\sigma - T)^2$ has the derivative $2\\,(\\sigma - T)\\,\\sigma'$.",
)
def two_of_the_error_forgotten(at):
    return at.right / 2


@mistake("factor_that_stays stall", "The slope $\\sigma'$ is missing: you stopped at the output.")
def slope_of_sigmoid_forgotten(at):
    return 2 * at.step.claims["cross"].analytic


@mistake("factor_that_stays", "That has the wrong sign: it is output minus target.")
def error_negated(at):
    return -at.right
