"""Mistakes in the backward pass through an activation, and with the gradient of a penalty."""

import numpy as np

from lab.derivation.mistakes.rule import mistake


@mistake(
    "through",
    "The slope is missing: that is the gradient with respect to the activation, as if $f'$ were 1 for every "
    "unit.",
)
def slope_forgotten(at):
    return at.da(at.layer)


@mistake(
    "through",
    "You took the slope at the activation. It belongs at the pre-activation, what went *into* $f$.",
)
def slope_at_activation(at):
    return at.da(at.layer) * at.slope_at(at.a(at.layer))


@mistake("through", "You rounded the pre-activation before you took the slope.")
def slope_at_rounded(at):
    return at.da(at.layer) * at.slope_at(np.round(at.z(at.layer)))


@mistake(
    "through", "You took the slope of the layer above. Each layer has its own, at its own pre-activation."
)
def slope_of_the_layer_above(at):
    return at.da(at.layer) * at.slope(at.layer + 1) if at.layer < at.problem.depth else None


@mistake(
    "through", "You took the slope of the layer below. Each layer has its own, at its own pre-activation."
)
def slope_of_the_layer_below(at):
    return at.da(at.layer) * at.slope(at.layer - 1) if at.layer > 1 else None


@mistake("through", "You multiplied by the activation's value. In the backward pass the factor is its slope.")
def value_as_slope(at):
    return at.da(at.layer) * at.a(at.layer)


@mistake(
    "through",
    "That is the slope alone. It still has to be multiplied by the gradient with respect to the activation.",
)
def slope_alone(at):
    return at.slope(at.layer)


@mistake("through", "You divided by the slope. The chain rule multiplies.")
def divided_by_slope(at):
    return at.da(at.layer) / at.slope(at.layer)


@mistake("through", "You added the slope. The chain rule multiplies.")
def slope_added(at):
    return at.da(at.layer) + at.slope(at.layer)


@mistake(
    "through",
    "One factor of the slope is missing: $\\sigma' = \\sigma\\,(1 - \\sigma)$, and you used $1 - \\sigma$.",
    activation="sigmoid",
)
def sigmoid_left_out_of_its_slope(at):
    return at.da(at.layer) * (1 - at.a(at.layer))


@mistake("through", "The square is missing: $\\tanh' = 1 - \\tanh^2$.", activation="tanh")
def square_of_tanh_forgotten(at):
    return at.da(at.layer) * (1 - at.a(at.layer))


@mistake(
    "through",
    "That is the slope rule of the logistic function, $a(1 - a)$. Tanh has $1 - a^2$.",
    activation="tanh",
)
def sigmoid_slope_for_tanh(at):
    a = at.a(at.layer)
    return at.da(at.layer) * a * (1 - a)


@mistake(
    "through",
    "That is the slope rule of tanh, $1 - a^2$. The logistic function has $a(1 - a)$.",
    activation="sigmoid",
)
def tanh_slope_for_sigmoid(at):
    return at.da(at.layer) * (1 - at.a(at.layer) ** 2)


@mistake(
    "through",
    "You put the pre-activation into $a(1 - a)$, but $a$ is the activation, $\\sigma(z)$.",
    activation="sigmoid",
)
def sigmoid_slope_with_z(at):
    z = at.z(at.layer)
    return at.da(at.layer) * z * (1 - z)


@mistake(
    "through",
    "You put the pre-activation into $1 - a^2$, but $a$ is the activation, $\\tanh(z)$.",
    activation="tanh",
)
def tanh_slope_with_z(at):
    return at.da(at.layer) * (1 - at.z(at.layer) ** 2)


@mistake(
    "through",
    "You swapped the two cases: the slope is 1 where the pre-activation is positive.",
    activation="relu",
)
def cases_swapped(at):
    return at.da(at.layer) * at.slope_at(-at.z(at.layer))


@mistake(
    "through",
    "You took 0 for the slope on the negative side. This activation leaks: there it is 0.01.",
    activation="leaky_relu",
)
def leak_forgotten(at):
    return at.da(at.layer) * (at.z(at.layer) > 0)


@mistake(
    "elastic_net", "That is the gradient of the data loss. The penalty has a gradient too, and it is added."
)
def penalty_forgotten(at):
    return _penalised(at, lambda l1, l2, W: 0 * W)


@mistake("elastic_net", "The 2 is missing: the derivative of $\\lambda W^2$ is $2 \\lambda W$.")
def two_of_l2_forgotten(at):
    return _penalised(at, lambda l1, l2, W: l1 * np.sign(W) + l2 * W)


@mistake("elastic_net", "The L1 term is missing: its strength times $\\operatorname{sign}(W)$.")
def l1_forgotten(at):
    return _penalised(at, lambda l1, l2, W: 2 * l2 * W)


@mistake("elastic_net", "The L2 term is missing: twice its strength times $W$.")
def l2_forgotten(at):
    return _penalised(at, lambda l1, l2, W: l1 * np.sign(W))


@mistake(
    "elastic_net",
    "You multiplied the strength of L1 by $W$. The slope of $|W|$ is the sign of $W$, +1 or −1.",
)
def weight_for_its_sign(at):
    return _penalised(at, lambda l1, l2, W: l1 * W + 2 * l2 * W)


@mistake("elastic_net", "You added the penalty itself. The gradient contains its derivative.")
def penalty_itself(at):
    return _penalised(at, lambda l1, l2, W: l1 * np.abs(W) + l2 * W * W)


@mistake("elastic_net", "You subtracted the penalty's gradient. In the objective the penalty is added.")
def penalty_subtracted(at):
    return _penalised(at, lambda l1, l2, W: -l1 * np.sign(W) - 2 * l2 * W)


@mistake(
    "elastic_net", "You divided the penalty by the number of examples. It is added once, after the mean."
)
def penalty_averaged(at):
    return _penalised(at, lambda l1, l2, W: (l1 * np.sign(W) + 2 * l2 * W) / at.n)


def _penalised(at, change):
    """The minibatch's ∂L/∂W of the first layer, plus a change that is made of (λ₁, λ₂, W)."""
    return at.passed.gradients[0].W + change(*at.problem.config.penalties()[0], at.W(1))
