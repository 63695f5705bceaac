"""Mistakes in the backward pass below δ of the output: gradients of weights and activations, the mean."""

import numpy as np

from lab.derivation.mistakes.rule import mistake
from lab.derivation.problem import trace
from lab.loss_kinds import has_factor_of_error

SIGNED = "below through elastic_net weights"  # topics in which a wrong sign has no more specific reason


@mistake(
    "weights", "That is δ alone, the gradient of the bias. A weight's gradient is δ times the weight's input."
)
def activation_left_out(at):
    return np.broadcast_to(at.delta(at.layer), at.right.shape) if at.n == 1 else None


@mistake(
    "weights",
    "You added up δ alone: that is the gradient of the bias. For a weight, each example's δ is first "
    "multiplied by the weight's input.",
)
def activations_left_out_of_the_sum(at):
    return np.broadcast_to(at.delta(at.layer).sum(axis=0), at.right.shape) if at.n > 1 else None


@mistake("weights", "That is the input of the weight. It still has to be multiplied by δ of the unit above.")
def delta_left_out(at):
    return np.broadcast_to(at.a(at.layer - 1).T, at.right.shape) if at.n == 1 else None


@mistake(
    "weights", "You multiplied δ by the weight itself. The derivative of $a W$ with respect to $W$ is $a$."
)
def weight_for_activation(at):
    return at.W(at.layer) * at.delta(at.layer).sum(axis=0)


@mistake(
    "weights",
    "You used the pre-activation of the layer below. The input of the weight is its activation.",
)
def pre_activation_for_activation(at):
    return at.z(at.layer - 1).T @ at.delta(at.layer) if at.layer > 1 else None


@mistake(
    "weights",
    "You used 1 where the pre-activation below is positive and 0 elsewhere, instead of the activation.",
)
def mask_for_activation(at):
    return (at.z(at.layer - 1) > 0).T @ at.delta(at.layer) if at.layer > 1 else None


@mistake(
    "weights",
    "You multiplied δ by the unit's own activation. The input of the weight is the activation of the unit "
    "*below*.",
)
def own_activation(at):
    own = (at.a(at.layer) * at.delta(at.layer)).sum(axis=0)
    return np.broadcast_to(own, at.right.shape)


@mistake("weights", "You multiplied in the other order, $\\delta^{\\top} a$: that is the transpose.")
def product_transposed(at):
    return at.delta(at.layer).T @ at.a(at.layer - 1)


@mistake("weights", "You multiplied by the output instead of by δ, which also depends on the target.")
def output_for_delta(at):
    return at.a(at.layer - 1).T @ (at.p / at.n) if at.is_output else None


@mistake(
    "weights",
    "The slope $f'$ is missing: δ of a hidden layer is the gradient with respect to its pre-activation, and "
    "you used the one with respect to its activation.",
)
def delta_without_slope(at):
    return at.a(at.layer - 1).T @ at.da(at.layer) if not at.is_output else None


@mistake("below", "You mixed up rows and columns of $W$: the backward pass multiplies by $W^{\\top}$.")
def weights_not_transposed(at):
    return at.delta(at.layer + 1) @ at.W(at.layer + 1)


@mistake("below", "That is the contribution of one unit above. All of them send one back: add them up.")
def one_way_back_only(at):
    return at.delta(at.layer + 1)[:, :1] @ at.W(at.layer + 1)[:, :1].T


@mistake("below", "You added up the δ of the layer above, but each must first be multiplied by its weight.")
def weights_left_out(at):
    return np.broadcast_to(at.delta(at.layer + 1).sum(axis=1, keepdims=True), at.right.shape)


@mistake(
    "below", "You added up the weights that lead up. Each must first be multiplied by δ of its unit above."
)
def delta_above_left_out(at):
    return at.W(at.layer + 1).sum(axis=1)[np.newaxis]


@mistake("below", "You took the mean over the units above. The chain rule adds their contributions.")
def averaged_over_units_above(at):
    return at.right / at.W(at.layer + 1).shape[1]


@mistake("below", "You have already multiplied by the slope $f'$. That is the next step.")
def slope_too_early(at):
    return at.right * at.slope(at.layer) if at.layer else None


@mistake(
    "below",
    "You multiplied by the unit's own value as well. The derivative of $a W$ with respect to $a$ is $W$ "
    "alone.",
)
def own_value_multiplied(at):
    return at.right * at.a(at.layer)


@mistake("below", "You sent the output back. What goes back is δ, which also depends on the target.")
def output_sent_back(at):
    return at.p @ at.W(at.layer + 1).T if at.layer == at.problem.depth else None


@mistake("weights", "The 1/K is missing: you added up the examples' gradients. Their *mean* is asked for.")
def mean_forgotten(at):
    return at.right * at.n if at.n > 1 else None


@mistake(
    "delta through",
    "The 1/K is missing: that is the derivative of this example's own loss, and $\\hat R$ is the mean of K "
    "losses.",
)
def mean_forgotten_in_delta(at):
    return at.right * at.n if at.n > 1 else None


@mistake(
    "weights delta through",
    "You divided by K twice. The mean over the examples is taken once, so each gradient contains one 1/K.",
)
def mean_taken_twice(at):
    return at.right / at.n if at.n > 1 else None


@mistake(
    "weights",
    "That is the first example's gradient. The minibatch has one gradient per example; take their mean.",
)
def first_example_alone(at):
    return trace(at.problem, 1).gradients[at.layer - 1].W if at.n > 1 else None


@mistake("weights", "That is the mean over the minibatch. This step is about the first example alone.")
def mean_for_one_example(at):
    return trace(at.problem, at.problem.K).gradients[at.layer - 1].W if at.n == 1 < at.problem.K else None


@mistake(f"{SIGNED} delta", "The number is right, but its sign is wrong.")
def sign_flipped(at):
    if at.topic == "delta" and has_factor_of_error(at.loss):
        return None  # target_minus_output says more
    return -at.right
