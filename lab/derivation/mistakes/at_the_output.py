"""Mistakes at the beginning of the backward pass: δ of the output."""

import numpy as np

from lab.derivation.mistakes.rule import mistake
from lab.loss_kinds import (
    gradient_is_error,
    has_factor_of_error,
    has_probabilities,
    is_cross_entropy,
    is_sigmoid_squared_error,
    is_squared_error,
)


@mistake(
    "delta",
    "You forgot to subtract the target: that is the output $o^s$, and δ is $o^s - T$.",
    only=gradient_is_error,
)
def target_forgotten(at):
    return at.p if at.n == 1 else None


@mistake(
    "delta",
    "You forgot to subtract the target: that is $o^s / K$, and a row of δ is $(o^s - T) / K$.",
    only=gradient_is_error,
)
def target_forgotten_in_a_minibatch(at):
    return at.p / at.n if at.n > 1 else None


@mistake(
    "delta",
    "That has the wrong sign: you took target minus output instead of output minus target.",
    only=has_factor_of_error,
)
def target_minus_output(at):
    return -at.right


@mistake(
    "delta",
    "You multiplied by the slope of the output once more. With the cross-entropy it has already "
    "cancelled against the derivative of the logarithm.",
    only=is_cross_entropy,
)
def output_slope_once_more(at):
    return (at.p - at.T) * at.p * (1 - at.p) / at.n


@mistake("delta", "You stopped at the output $o^s$. To get to $o^a$, the chain rule needs one more factor.")
def stopped_at_the_output(at):
    return at.loss.output_gradient(at.p, at.T) / at.n


@mistake(
    "delta",
    "You differentiated the squared error; the loss of this step is the cross-entropy.",
    only=is_cross_entropy,
    otherwise="You differentiated the squared error; this step has another loss.",
)
def squared_error_differentiated(at):
    if is_squared_error(at.loss):
        return None
    g = 2 * (at.p - at.T)
    return np.stack([row @ at.loss.output.jacobian(p) for row, p in zip(g, at.p, strict=True)]) / at.n


@mistake("delta", "The 2 is missing: $(o - T)^2$ has the derivative $2\\,(o - T)$.", only=is_squared_error)
def two_of_the_square_forgotten(at):
    return at.right / 2


@mistake(
    "delta",
    "You put the logit into the slope, $o^a(1 - o^a)$. It takes the output, $o^s(1 - o^s)$.",
    only=is_sigmoid_squared_error,
)
def output_slope_at_the_logit(at):
    return 2 * (at.p - at.T) * at.o * (1 - at.o) / at.n


@mistake(
    "delta",
    "That is the derivative of the output alone, $o^s(1 - o^s)$. The loss has one too.",
    only=has_probabilities,
)
def slope_of_the_output_alone(at):
    return at.p * (1 - at.p) / at.n


@mistake("delta", "You put the 1 of the target at another class. Here classes count from 1.")
def target_of_another_class(at):
    T = np.roll(at.T, 1, axis=1)
    return at.loss.gradient(at.o, T) / at.n
