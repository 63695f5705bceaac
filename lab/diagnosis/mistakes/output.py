"""Mistakes in δ of the output, and in the mean over the batch."""

import numpy as np

from lab.diagnosis.mistake import mistake
from lab.loss_kinds import (
    has_factor_of_error,
    has_sign_of_error,
    is_cross_entropy,
    is_sigmoid_squared_error,
    is_squared_error,
)
from mlp.losses import LOSSES


@mistake(
    "delta",
    "δ of the output has the wrong sign: it was computed from target minus output, not output minus target.",
    only=has_factor_of_error,
    otherwise="δ of the output has the wrong sign.",
)
def target_minus_output(at, delta):
    return -delta


@mistake(
    "delta",
    "The target is missing in δ of the output: it must be subtracted from the output.",
    only=has_factor_of_error,
)
def target_forgotten(at, delta):
    return at.loss.gradient(at.logits, np.zeros_like(at.T))


@mistake(
    "delta",
    "The target was subtracted from the logits. It is subtracted from the output.",
    only=has_factor_of_error,
)
def logits_minus_target(at, delta):
    return at.logits - at.T


@mistake(
    "delta",
    "δ of the output was multiplied by the output's slope, p(1 - p), once more. With the cross-entropy, that "
    "slope has already cancelled against the derivative of the logarithm.",
    only=has_sign_of_error,
    otherwise="δ of the output was multiplied by p(1 - p), the slope of a sigmoid: one factor too many.",
)
def output_slope_once_more(at, delta):
    return delta * at.output * (1 - at.output)


@mistake(
    "delta",
    "The squared error was differentiated, but the loss is the cross-entropy: δ of the output is output "
    "minus target.",
    only=is_cross_entropy,
    otherwise="The squared error was differentiated, but this network has another loss.",
)
def squared_error_differentiated(at, delta):
    if is_squared_error(at.loss):
        return delta
    p, g = at.output, 2 * (at.output - at.T)
    return np.stack([row @ at.loss.output.jacobian(one) for row, one in zip(g, p, strict=True)])


@mistake(
    "delta",
    "The slope of the output, p(1 - p), is missing. It cancels in the cross-entropy; in the squared error it "
    "stays.",
    only=has_sign_of_error,
    otherwise="The slope of the output is missing: that is the derivative of the loss with respect to the "
    "output.",
)
def output_slope_missing(at, delta):
    return delta if is_cross_entropy(at.loss) else at.loss.output_gradient(at.output, at.T)


@mistake(
    "delta",
    "That is δ of the cross-entropy, p - T; this network's loss is the squared error.",
    only=is_squared_error,
    otherwise="That is δ of the cross-entropy, p - T; this network has another loss.",
)
def cross_entropy_differentiated(at, delta):
    return delta if is_cross_entropy(at.loss) else at.output - at.T


@mistake(
    "delta",
    "The output's slope was taken at the logit o, o(1 - o). It is p(1 - p), with p = σ(o).",
    only=is_sigmoid_squared_error,
)
def output_slope_at_the_logit(at, delta):
    return 2 * (at.output - at.T) * at.logits * (1 - at.logits)


@mistake(
    "delta",
    "δ of the output is doubled. It is p - T for the cross-entropy, which has no square, and "
    "2(p - T) p(1 - p), with one factor 2, for the squared error.",
    only=has_sign_of_error,
    otherwise="δ of the output is doubled.",
)
def twice_the_error(at, delta):
    return 2 * delta


@mistake(
    "delta",
    "δ of the output is half of what it should be. It is p - T for the cross-entropy, and "
    "2(p - T) p(1 - p), with the factor 2 of the square, for the squared error.",
    only=has_sign_of_error,
    otherwise="δ of the output is half of what it should be.",
)
def half_the_error(at, delta):
    return delta / 2


@mistake("delta", "The 1 of each target is one class too low. Class ids count from 0 in this file.")
def classes_counted_from_1(at, delta):
    return at.loss.gradient(at.logits, np.roll(at.T, -1, axis=1))


@mistake("delta", "The 1 of each target is one class too high. Class ids count from 0 in this file.")
def classes_shifted_up(at, delta):
    return at.loss.gradient(at.logits, np.roll(at.T, 1, axis=1))


@mistake(
    "delta",
    "The outputs are of the other kind: softmax divides one probability among the classes, and sigmoids "
    "give each class its own.",
    only=has_sign_of_error,
)
def other_output(at, delta):
    for loss in LOSSES.values():
        if loss.output is not at.loss.output:
            return loss.output(at.logits) - at.T
    return delta


@mistake(
    "mean",
    "The mean is missing: the loss is the mean over the examples, so every gradient has a factor 1/K.",
)
def mean_missing(at, delta):
    return delta * at.n


@mistake("mean", "The mean was taken twice: every gradient was divided by the batch size once too often.")
def mean_twice(at, delta):
    return delta / at.n


@mistake(
    "mean",
    "The mean was taken over the classes as well. The loss sums over the classes and averages over the "
    "examples alone.",
)
def mean_over_classes_too(at, delta):
    return delta / at.T.shape[1]


@mistake(
    "mean",
    "The mean was taken over the classes instead of the examples. The loss sums over the classes and "
    "averages over the examples.",
)
def mean_over_classes(at, delta):
    return delta * at.n / at.T.shape[1]
