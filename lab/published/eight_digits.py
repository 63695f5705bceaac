"""Coursework E's gradient check: 24 pairs of eight digits, and the constant inside the log of its loss."""

from typing import NamedTuple

import numpy as np

from lab.published.again import E_PAIR
from mlp import TrainConfig, forward, init_params, loss_and_gradients
from mlp.checks.judgement import ROUNDINGS, rounding_floor
from mlp.checks.numerical import absolute_error, difference_quotient, relative_norm
from mlp.network import flatten, penalty, unflatten

SOURCE = "Published coursework E for IFT 6390, Université de Montréal"
CONSTANT, STEP, PENALTY = 1e-6, 1e-6, 1e-3
PUBLISHED = E_PAIR  # an entry of W¹ for a single example, analytic and numeric
PRINTED = 1e-8  # error of the difference of two numbers printed with eight digits
SIZES = (1, 10)  # examples
SHAPES = ((2, 2), (2, 2))
CONFIG = TrainConfig(
    hidden_layer_sizes=(2,),
    activation="relu",
    initializer="uniform_fan_out",
    init_seed=7,  # both hidden units active on the first example; its o fits the published gap
    l1=PENALTY,
    l2=PENALTY,
    dtype="float64",
)
LARGEST_WEIGHT = 2**-0.5  # of W¹: U(±1/√2), the layer's own width being 2


class Pairs(NamedTuple):
    """The derivatives of E's network on some examples, each of shape (12,), in the order of `flatten`.

    `analytic` is the derivative of the objective J with −log(o), `numeric` its central difference and
    `with_constant` that of J with −log(o + 1e-6). `of_data` is the part of `analytic` that is not the
    penalty's. `objective` and `objective_with_constant` are the two J, `outputs` the o of the right classes.
    """

    analytic: np.ndarray
    numeric: np.ndarray
    with_constant: np.ndarray
    of_data: np.ndarray
    objective: float
    objective_with_constant: float
    outputs: np.ndarray


def pairs(X, y):
    """Return the Pairs of these examples, X (n, 2) in float64."""
    params = init_params(CONFIG, 2, 2)
    theta, rows = flatten(params), np.arange(len(y))

    def objective(theta, constant):
        layers = unflatten(theta, SHAPES)
        o = forward(layers, X, CONFIG).output[rows, y]
        return float(-np.log(o + constant).mean() + penalty(layers, CONFIG))

    def numeric(constant):
        losses = lambda stack: np.array([objective(theta, constant) for theta in stack])  # noqa: E731
        return difference_quotient(losses, theta, np.arange(theta.size), "central", STEP)

    analytic = flatten(loss_and_gradients(params, X, y, CONFIG)[1])
    of_penalty = [PENALTY * (np.sign(layer.W) + 2 * layer.W) for layer in params]
    of_penalty = flatten([(W, np.zeros_like(layer.b)) for W, layer in zip(of_penalty, params, strict=True)])
    return Pairs(
        analytic,
        numeric(0.0),
        numeric(CONSTANT),
        analytic - of_penalty,
        objective(theta, 0.0),
        objective(theta, CONSTANT),
        forward(params, X, CONFIG).output[rows, y],
    )


def gaps(found):
    """Return the relative gaps of the whole gradient in words; for one example also the theoretical gap."""
    without, with_constant = (relative_norm(found.analytic, n) for n in (found.numeric, found.with_constant))
    said = (
        f"Relative gap of the whole gradient: {without:.1e} without the constant, {with_constant:.2e} with "
        f"it. J = {found.objective:.8f} without, {found.objective_with_constant:.8f} with it"
    )
    if len(found.outputs) > 1:
        least, most = found.outputs.min(), found.outputs.max()
        return f"{said}. Over the examples, the right class has o from {least:.3f} to {most:.3f}."
    o = found.outputs[0]
    theory = CONSTANT / (o + CONSTANT) * np.linalg.norm(found.of_data) / np.linalg.norm(found.analytic)
    return (
        f"{said}. The constant multiplies the data's part of the gradient by o/(o + c): with o = {o:.4f} for "
        f"the right class and this penalty, theory says {theory:.2e}."
    )


def unexplained():
    """Return (gap, rounding): the absolute gap of PUBLISHED, and the most that rounding can contribute."""
    rounding = ROUNDINGS * rounding_floor("central", STEP, "float64", 1.0, PUBLISHED[0])
    return float(absolute_error(*PUBLISHED)), rounding


def probabilities():
    """Return the (smallest, largest) probability o of the right class that agrees with the published pair.

    analytic − numeric = g·c/(o + c) with c = CONSTANT and g the data's part of the derivative. The penalty's
    part is λ(sign w + 2w) with |w| up to LARGEST_WEIGHT; the gap may be off by printing and rounding.
    """
    gap, rounding = unexplained()
    of_penalty = PENALTY * (1 + 2 * LARGEST_WEIGHT)
    either = PRINTED + rounding
    least = (PUBLISHED[0] - of_penalty) / (gap + either)
    largest = (PUBLISHED[0] + of_penalty) / (gap - either)
    return CONSTANT * (least - 1), CONSTANT * (largest - 1)
