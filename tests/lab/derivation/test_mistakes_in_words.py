"""What a reason says of the two answers, the wrong one and the right one, next to both as numbers.

`test_mistakes_by_hand` computes the arrays that the mistakes give; here is what is said of them.
"""

import math
import re

import numpy as np
import pytest

from lab.derivation.mistakes import MISTAKES
from lab.derivation.mistakes.lines import LINE_MISTAKES

X, A = 0.7, 1 / (1 + math.exp(-0.7))  # a number and its logistic function
T = math.tanh(X)
MU, B1 = 0.9, 0.9


def slope(f, x=X, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


def sigma(x):
    return 1 / (1 + math.exp(-x))


TRUE = [  # mistake, words of its reason, two numbers that the words say are equal
    ("exponent_negated", r"$\sigma(x) = 1/(1 + e^{-x})$", A, math.exp(X) / (1 + math.exp(X))),
    ("exponent_of_sigmoid", r"in $\sigma(z) = 1/(1 + e^{-z})$ it is $-z$", A,
     math.exp(X) / (1 + math.exp(X))),
    ("not_shifted_and_halved", "It runs from −1 to 1: add 1 and halve it.", A, (math.tanh(X / 2) + 1) / 2),
    ("argument_not_halved", "You forgot to halve $x$ inside the tanh.", A, (math.tanh(X / 2) + 1) / 2),
    ("exponential_alone", r"That is $e^x$ alone; divide it by $1 + e^x$.", A,
     math.exp(X) / (1 + math.exp(X))),
    ("inner_minus_forgotten", "it is softplus of $-x$", math.log(A), -math.log(1 + math.exp(-X))),
    ("outer_minus_forgotten", "The minus in front is missing.", math.log(A), -math.log(1 + math.exp(-X))),
    ("outer_minus_forgotten", "The logarithm of a number below 1 is negative.", math.log(A) < 0, A < 1),
    ("slope_of_sigmoid_with_x", r"$a(1 - a)$, but $a$ is $\sigma(x)$.", slope(sigma), A * (1 - A)),
    ("one_factor_of_the_slope", r"the other factor, $\sigma(x)$, is missing", slope(sigma), A * (1 - A)),
    ("slope_rule_of_tanh", "the slope rule of tanh, $1 - a^2$.", slope(math.tanh), 1 - T**2),
    ("slope_rule_of_tanh", "For σ it is $a(1 - a)$.", slope(sigma), A * (1 - A)),
    ("slope_rule_of_sigmoid", "the slope rule of σ, $a(1 - a)$.", slope(sigma), A * (1 - A)),
    ("slope_rule_of_sigmoid", "For tanh it is $1 - a^2$.", slope(math.tanh), 1 - T**2),
    ("square_forgotten", r"The square is missing: it is $1 - \tanh^2(x)$.", slope(math.tanh), 1 - T**2),
    ("slope_of_tanh_with_x", r"You squared $x$. The rule squares $\tanh(x)$.", slope(math.tanh), 1 - T**2),
    ("one_minus_forgotten", r"That is $\tanh^2(x)$; subtract it from 1.", slope(math.tanh), 1 - T**2),
    ("sigmoid_slope_for_tanh", "the logistic function, $a(1 - a)$. Tanh has $1 - a^2$.",
     slope(math.tanh), 1 - T**2),
    ("tanh_slope_for_sigmoid", "tanh, $1 - a^2$. The logistic function has $a(1 - a)$.",
     slope(sigma), A * (1 - A)),
    ("sigmoid_slope_with_z", r"but $a$ is the activation, $\sigma(z)$.", slope(sigma), A * (1 - A)),
    ("tanh_slope_with_z", r"but $a$ is the activation, $\tanh(z)$.", slope(math.tanh), 1 - T**2),
    ("slope_of_relu", "left of 0 its slope is 0.01", slope(lambda x: max(x, 0.01 * x), -X), 0.01),
    ("leak_forgotten", "on the negative side. This activation leaks: there it is 0.01.",
     slope(lambda x: max(x, 0.01 * x), -X), 0.01),
    ("cases_swapped", "the slope is 1 where the pre-activation is positive", slope(lambda x: max(x, 0.0)), 1),
    ("relu_for_softplus", r"$\ln(1 + e^x)$", slope(lambda x: math.log(1 + math.exp(x))), A),
    ("two_forgotten", "$(x^2)' = 2x$", slope(lambda x: x**2), 2 * X),
    ("square_for_slope", "the slope of the square, $2 x_i$", slope(lambda x: x**2), 2 * X),
    ("absolute_for_slope", "+1 right of 0, −1 left of 0", (slope(abs), slope(abs, -X)), (1, -1)),
    ("weight_for_its_sign", "The slope of $|W|$ is the sign of $W$, +1 or −1.",
     (slope(abs), slope(abs, -X)), (1, -1)),
    ("two_of_l2_forgotten", r"the derivative of $\lambda W^2$ is $2 \lambda W$",
     slope(lambda w: 0.3 * w**2), 2 * 0.3 * X),
    ("two_of_the_square_forgotten", r"$(o - T)^2$ has the derivative $2\,(o - T)$",
     slope(lambda o: (o - 1) ** 2), 2 * (X - 1)),
    ("two_of_the_error_forgotten", r"$(\sigma - T)^2$ has the derivative $2\,(\sigma - T)\,\sigma'$",
     slope(lambda o: (sigma(o) - 1) ** 2), 2 * (A - 1) * A * (1 - A)),
    ("cross_entropy_for_squared_error", r"That of the squared error has the factor $2\sigma'$ as well.",
     slope(lambda o: (sigma(o) - 1) ** 2), 2 * A * (1 - A) * slope(lambda o: -math.log(sigma(o)))),
    ("error_negated", "it is output minus target", slope(lambda o: -math.log(sigma(o))), A - 1),
    ("target_minus_output", "target minus output instead of output minus target",
     slope(lambda o: -math.log(sigma(o))), A - 1),
    ("target_forgotten", "that is the output $o^s$, and δ is $o^s - T$",
     slope(lambda o: -math.log(sigma(o))), A - 1),
    ("minus_of_the_loss_forgotten", "The logarithm of a probability is below 0", math.log(A) < 0, A < 1),
    ("diagonal_everywhere", r"For two different classes it is $-p_k\, p_l$.",
     slope(lambda o: math.exp(0.2) / (math.exp(o) + math.exp(0.2))), -sigma(X - 0.2) * sigma(0.2 - X)),
    ("off_diagonal_everywhere", "Where $k = l$ it is $p_k (1 - p_k)$.",
     slope(lambda o: math.exp(o) / (math.exp(o) + math.exp(0.2))), sigma(X - 0.2) * (1 - sigma(X - 0.2))),
    ("minus_of_the_others_forgotten", "raising one logit *lowers* the other probabilities",
     slope(lambda o: math.exp(0.2) / (math.exp(o) + math.exp(0.2))) < 0, True),
    ("denominator_of_the_series_forgotten", "The denominator 1 − μ of the geometric series is missing.",
     sum(MU**t for t in range(5)), (1 - MU**5) / (1 - MU)),
    ("series_multiplied", "You multiplied by 1 − μ. The geometric series divides by it.",
     sum(MU**t for t in range(5)), (1 - MU**5) / (1 - MU)),
    ("sum_for_average", r"The factor $1 - \beta_1$ is missing: that is a sum, as in momentum",
     (1 - B1) * sum(B1**t for t in range(1000)), 1),
    ("not_corrected", r"it still has to be divided by $1 - \beta_1^t$", (1 - B1) * (1 + B1), 1 - B1**2),
    ("multiplied_for_divided", r"You multiplied by $1 - \beta_1^t$. The average is too small, so divide.",
     (1 - B1) * (1 + B1), 1 - B1**2),
    ("corrected_for_one_step", r"You divided by $1 - \beta_1$: that is right after one step only.",
     1 - B1, 1 - B1**1),
    ("reciprocal", "That is $1/c$, the factor by which larger weights have to make up for it.",
     0.5 * (1 / 0.5), 1),
    ("variance_of_he", "makes up for the half that ReLU takes away", 2 * np.mean(np.maximum([-1, 1], 0)), 1),
    ("fraction_turned_over", "more units need *smaller* weights", 1 / 8 < 1 / 4, True),
]  # fmt: skip


@pytest.mark.parametrize(("key", "words", "said", "meant"), TRUE, ids=[f"{one[0]}-{one[1]}" for one in TRUE])
def test_what_a_reason_says_is_true(key, words, said, meant):
    assert words in MISTAKES[key].why
    assert said == pytest.approx(meant, rel=1e-6)


WORDS = {  # of what the wrong answer is, and what the right one has instead
    "bias_forgotten": "the sum without the bias",
    "bias_subtracted": "The bias is added; you subtracted it.",
    "weights_transposed": "along a row of $W$. That is right for $W x$ with $x$ as a column;",
    "first_product_only": "only the first product of the sum. Every unit below",
    "weights_not_used": "added up the inputs, but each must first be multiplied by its weight",
    "inputs_not_used": "added up the weights, but each must first be multiplied by its input",
    "averaged_over_units_below": "the mean over the units below. A unit adds up",
    "averaged_over_units_above": "the mean over the units above. The chain rule adds",
    "pre_activation_passed_on": "pre-activations of the layer below. That layer passes on its activations",
    "activated_already": "that is after the activation. Stop before it.",
    "slope_for_value": "That is the slope $f'$. The unit passes on the value $f$",
    "sigmoid_for_tanh": r"the logistic function $\sigma$; here it is tanh",
    "tanh_for_sigmoid": r"That is tanh; here it is the logistic function $\sigma$",
    "divided_by_the_others": "left the class itself out of the denominator",
    "sigmoid_for_softmax": r"That is $\sigma$ of this logit alone. Softmax compares",
    "softmax_for_sigmoid": r"That is softmax. This loss takes $\sigma$ of each logit",
    "logits_negated": "a larger logit must give a larger probability",
    "logarithm_of_the_sum_forgotten": "That is minus the logit. The other term",
    "logarithm_to_base_10": "to base 10; the loss takes the natural one",
    "logarithm_to_base_2": "to base 2; the loss takes the natural one",
    "mean_over_classes": "the mean over the classes. This loss is the *sum*",
    "half_of_the_squared_error": "You halved it. Many books put ½ in front",
    "root_of_the_squared_error": "the root of the sum; this loss is the sum of squares",
    "output_slope_at_the_logit": "$o^a(1 - o^a)$. It takes the output, $o^s(1 - o^s)$",
    "target_forgotten_in_a_minibatch": "that is $o^s / K$, and a row of δ is $(o^s - T) / K$",
    "target_of_another_class": "Here classes count from 1.",
    "activation_left_out": "the gradient of the bias. A weight's gradient is δ times the weight's input",
    "delta_left_out": "the input of the weight. It still has to be multiplied by δ of the unit above",
    "weight_for_activation": "The derivative of $a W$ with respect to $W$ is $a$.",
    "own_value_multiplied": "The derivative of $a W$ with respect to $a$ is $W$ alone.",
    "pre_activation_for_activation": "of the layer below. The input of the weight is its activation",
    "own_activation": "own activation. The input of the weight is the activation of the unit *below*",
    "mask_for_activation": "1 where the pre-activation below is positive and 0 elsewhere",
    "product_transposed": r"$\delta^{\top} a$: that is the transpose",
    "delta_without_slope": "with respect to its pre-activation, and you used the one with",
    "weights_not_transposed": r"the backward pass multiplies by $W^{\top}$",
    "one_way_back_only": "the contribution of one unit above",
    "weights_left_out": "added up the δ of the layer above, but each must first be multiplied by its weight",
    "delta_above_left_out": "the weights that lead up. Each must first be multiplied by δ of its unit above",
    "mean_forgotten": "The 1/K is missing: you added up the examples' gradients. Their *mean*",
    "mean_taken_twice": "You divided by K twice.",
    "first_example_alone": "the first example's gradient. The minibatch has one gradient per example",
    "mean_for_one_example": "the mean over the minibatch. This step is about the first example alone",
    "product_rule_half_done": "The second term of the product rule is missing.",
    "inner_derivative_forgotten": "$u'$ is missing in the second term",
    "indicators_swapped": "That is the sign of $-x$",
    "numerator_alone_shifted": "You shifted the numerator alone. The denominator grows by the same factor.",
    "denominator_held_fixed": "the sum in the denominator as a constant",
    "sum_squared": "You squared the sum. The weights are independent, so only the squares",
    "mean_of_squares": "the mean of the squares. The variances of independent terms *add*",
    "width_below": "You counted the units *below*. In the backward pass, the units above send the error.",
    "standard_deviation": "That is the standard deviation; the question is about its square",
    "fans_swapped": "fan-in is the number of units *below* the weights",
    "square_of_the_mean": "That is the square of the mean. The question is about the mean of the *squares*",
    "mean_for_mean_square": "Square it first, then take the mean.",
    "velocity_forgotten": "That is the last gradient alone. The velocity also contains the earlier ones",
    "old_velocity": "the old velocity, but the newest gradient is added *before* the step",
    "nothing_forgotten": "all gradients in full. Each step multiplies the older ones by μ",
    "oldest_counts_most": "the oldest gradient the most weight, but it has been multiplied by μ most often",
    "averaged_velocity": "You multiplied by 1 − μ. Adam's average does that",
    "gradients_in_full": "as many whole gradients as there were steps; older ones count less",
    "other_decay": r"You used $\beta_2$, which belongs to the squares. This average is over the gradients.",
    "corrected_by_the_other_decay": r"You used $\beta_2$, which belongs to the squares.",
    "corrected_already": r"divided by $1 - \beta_1^t$ already. That correction comes next",
    "weights_reversed": "the oldest gradient the most weight; the newest should have it",
    "plain_mean": "starts at 0 and gives the newest gradient the most weight",
    "squares_averaged": "You averaged the squares. That is the other average, $s$.",
    "uphill": "That step goes uphill: θ moves *against* the gradient.",
    "root_forgotten": r"divided by $\sqrt{\hat s}$, not by $\hat s$",
    "slope_at_activation": "the slope at the activation. It belongs at the pre-activation, what",
    "slope_of_the_layer_above": "the slope of the layer above. Each layer has its own",
    "slope_of_the_layer_below": "the slope of the layer below. Each layer has its own",
    "slope_forgotten": "the gradient with respect to the activation, as if $f'$ were 1",
    "value_as_slope": "the activation's value. In the backward pass the factor is its slope",
    "divided_by_slope": "You divided by the slope. The chain rule multiplies.",
    "slope_added": "You added the slope. The chain rule multiplies.",
    "sigmoid_left_out_of_its_slope": r"$\sigma' = \sigma\,(1 - \sigma)$, and you used $1 - \sigma$",
    "l1_forgotten": r"The L1 term is missing: its strength times $\operatorname{sign}(W)$.",
    "l2_forgotten": "The L2 term is missing: twice its strength times $W$.",
    "penalty_subtracted": "In the objective the penalty is added.",
    "penalty_averaged": "the number of examples. It is added once, after the mean",
}


@pytest.mark.parametrize("key", WORDS)
def test_a_reason_names_what_was_done_and_what_should_be(key):
    assert WORDS[key] in MISTAKES[key].why


def test_a_reason_names_no_symbol_that_depends_on_the_number_of_hidden_layers():
    """A network with two hidden layers has no h^a: its pre-activations are h^{a,1} and h^{a,2}."""
    reasons = [one.why for one in (*MISTAKES.values(), *LINE_MISTAKES)]
    assert [why for why in reasons if re.search(r"h\^\{?[as]", why)] == []
