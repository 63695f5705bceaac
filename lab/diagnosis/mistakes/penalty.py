"""Mistakes in the gradient of the penalty."""

import numpy as np

from lab.diagnosis.mistake import mistake


@mistake("penalty_W", "The gradient of the penalty is missing.")
def penalty_missing(at, pull):
    return pull * 0.0


@mistake("penalty_W", "The factor 2 of the L2 penalty is missing: the derivative of λW² is 2λW.")
def factor_two_missing(at, pull):
    return pull - at.config.penalties()[at.layer][1] * at.W


@mistake(
    "penalty_W",
    "The penalty was divided by the batch size: it is added once, and not averaged with the data.",
)
def penalty_averaged(at, pull):
    return pull / at.n


@mistake("penalty_W", "The penalty has the wrong sign: it pushes weights away from 0.")
def penalty_sign(at, pull):
    return -pull


@mistake(
    "penalty_W",
    "The L1 penalty's gradient was taken as λW. The derivative of λ|W| is λ times the sign of W.",
)
def weight_for_its_sign(at, pull):
    l1, _ = at.config.penalties()[at.layer]
    return pull + l1 * (at.W - np.sign(at.W))


@mistake("penalty_b", "The biases are penalised too, but the penalty contains only the weights.")
def biases_penalised(at, pull):
    l1, l2 = at.config.penalties()[at.layer]
    b = at.params[at.layer].b
    return l1 * np.sign(b) + 2 * l2 * b
