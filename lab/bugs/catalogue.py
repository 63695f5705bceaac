"""The bugs: which step each replaces, what is wrong with it, and which detectors find it.

`caught_by` is a claim: the test suite checks on three architectures that exactly these detectors find the
bug.
"""

import inspect
from collections.abc import Callable
from typing import NamedTuple

from lab.bugs import planted
from lab.bugs.steps import RIGHT

GRADIENT = ("gradient_check", "step_sweep", "one_step")  # the detectors that find a wrong gradient


class Bug(NamedTuple):
    """A bug: the field of `Steps` that it replaces, the `wrong` function, and what is known about it.

    `why` explains the bug, `gives_away` says how it shows; it needs `least_hidden_layers` to be a bug.
    """

    title: str
    step: str
    wrong: Callable
    caught_by: tuple[str, ...]
    why: str
    gives_away: str
    least_hidden_layers: int = 1

    def steps(self):
        """Return the Steps of a program with this bug and no other."""
        return RIGHT._replace(**{self.step: self.wrong})

    def lines(self):
        """Return (right, wrong), the source code of the step."""
        return tuple(inspect.getsource(code).strip() for code in (getattr(RIGHT, self.step), self.wrong))


BUGS = {
    "mean_taken_twice": Bug(
        "The mean over the batch is taken twice",
        "mean",
        planted.mean_taken_twice,
        GRADIENT,
        "δ was divided by K when the loss was averaged, and is divided once more.",
        "Of the data loss every ratio analytic / numeric is exactly 1/K, and training is slower by K.",
    ),
    "divided_twice": Bug(
        "The inputs are divided by 255 twice",
        "encode",
        planted.divided_twice,
        ("data_statistics",),
        "One function scales the pixels, and so does the next. All gradients of what follows are right.",
        "The inputs' deviation is 255 times too small: the first layer sees next to nothing, the loss "
        "keeps to a plateau for epochs.",
    ),
    "slope_at_rounded": Bug(
        "The activation's slope is taken at a rounded z",
        "slope",
        planted.slope_at_rounded,
        GRADIENT,
        "z was rounded for the display, and the rounded array went into f′.",
        "The last layer is right, all below are off, some by nearly all; it still learns, but worse.",
    ),
    "squared_error_differentiated": Bug(
        "The squared error is differentiated, the cross-entropy reported",
        "output_error",
        planted.squared_error_differentiated,
        GRADIENT,
        "The gradient descends another loss than the one on the screen.",
        "The check against the reported loss fails in every layer. Training works, so the curve looks good.",
    ),
    "constant_in_log": Bug(
        "The loss is -ln(o + 1e-6), its gradient that of -ln o",
        "surprise",
        planted.constant_in_log,
        ("step_sweep",),
        "A constant that guards the logarithm belongs to the loss, and so to its derivative.",
        "A relative error of some 1e-6 / o, at any step: the error against h flattens there.",
    ),
    "overwritten_by_mask": Bug(
        "Hidden activations are overwritten by their mask",
        "kept",
        planted.overwritten_by_mask,
        GRADIENT,
        "The mask z > 0 for the backward pass was written into the array that still held the activations.",
        "The gradient of the weights above becomes a count: each example adds δ or nothing.",
    ),
    "sawtooth": Bug(
        "The triangular schedule tests · 2 where % 2 was meant",
        "rate",
        planted.sawtooth,
        ("schedule",),
        "int(t / n) * 2 is 0 for the first half-cycle only, so the rate never rises again.",
        "Draw it: after the first rise it falls, jumps up, falls, a sawtooth.",
    ),
    "coarse_check": Bug(
        "The check itself differentiates with h = 1/N, N = 1 … 24",
        "check_steps",
        planted.coarse_check,
        ("gradient_check", "step_sweep"),
        "1/24 is far too long a step: what is measured is the error of the difference quotient.",
        "The error falls with N, but never near rounding: a gradient a little wrong would look the same.",
    ),
    "test_set_forgotten": Bug(
        "The test set is scaled differently from the training set",
        "encode",
        planted.test_set_forgotten,
        ("data_statistics", "same_example"),
        "The function that scales was called for two of the three splits.",
        "Mean and deviation by split; training and validation are fine, the test accuracy is not.",
    ),
    "own_statistics": Bug(
        "Each split is standardised by its own statistics",
        "encode",
        planted.own_statistics,
        ("same_example",),
        "A mean and a deviation were computed for every split, instead of the training set's for all.",
        "The same example becomes other numbers in another split. Mean 0 and deviation 1 look perfect.",
    ),
    "penalty_not_reported": Bug(
        "The penalty is in the gradient but not in the reported loss",
        "penalty",
        planted.penalty_not_reported,
        ("gradient_check", "step_sweep", "penalty_apart", "recount"),
        "What is minimised and what is reported differ by the penalty.",
        "The check fails in the weights, only where l2 > 0, and the gap grows with l2.",
    ),
    "factor_two_missing": Bug(
        "The factor 2 of the L2 gradient is missing",
        "penalty_gradient",
        planted.factor_two_missing,
        (*GRADIENT, "penalty_apart"),
        "The derivative of λW² is 2λW.",
        "Wrong in the weights only, and only where l2 > 0: check the penalty apart from the data loss.",
    ),
    "biases_penalised": Bug(
        "The biases are penalised too",
        "penalty_gradient",
        planted.biases_penalised,
        (*GRADIENT, "penalty_apart"),
        "The penalty's gradient is added to b as well, where the loss has no such term.",
        "Wrong in the biases only, once they are not 0: at the usual start, b = 0, no check can see it.",
    ),
    "last_minibatch": Bug(
        "The last minibatch's loss is reported as the epoch's",
        "epoch_loss",
        planted.last_minibatch,
        ("recount",),
        "The variable that held the batch's loss was still there when the epoch was reported.",
        "A noisy curve, which depends on the order of the data.",
    ),
    "updated_too_early": Bug(
        "The upper weights are updated before δ is carried down",
        "carried",
        planted.updated_too_early,
        ("one_step",),
        "W was stepped as soon as its gradient was known, but δ still had to go through the old W.",
        "Every gradient alone is right. One step against hand arithmetic is not, below the last layer.",
    ),
    "step_per_weight": Bug(
        "The bias takes a step for each incoming weight",
        "update",
        planted.step_per_weight,
        ("one_step",),
        "The update of b slipped into the loop over the weights of its unit.",
        "The gradients are right; a step moves the biases fan-in times too far.",
    ),
    "mask_forgotten": Bug(
        "The activation's slope is forgotten",
        "slope",
        planted.mask_forgotten,
        GRADIENT,
        "δ goes back through the weights, but not through f: f′ is taken to be 1.",
        "The last layer is right, all below it wrong: units that are off or saturated let all of δ through.",
    ),
    "mask_of_next_layer": Bug(
        "The activation's slope is taken from the wrong layer",
        "slope",
        planted.mask_of_next_layer,
        GRADIENT,
        "An index off by one; layers of equal width hide what the shapes would have told.",
        "The last two layers are right, those below are wrong.",
        least_hidden_layers=2,
    ),
    "softmax_without_shift": Bug(
        "Softmax is computed without the shift",
        "probabilities",
        planted.softmax_without_shift,
        ("large_logits",),
        "e^800 is infinite in float64. Subtracting the largest logit changes nothing but that.",
        "All is right while the logits are small; at 800 the output is not a number.",
    ),
    "last_layer_first": Bug(
        "The list of gradients is in reversed order",
        "in_order",
        planted.last_layer_first,
        GRADIENT,
        "Backpropagation finds the last layer's gradient first, and nobody turned the list around.",
        "A shape error, unless all layers have one shape: then gradients that look plausible.",
    ),
    "never_shuffled": Bug(
        "The training set is not shuffled",
        "order",
        planted.never_shuffled,
        ("order",),
        "Files are often sorted by class: then a minibatch shows one class only.",
        "The loss oscillates within an epoch; on sorted data the network follows the class it saw last.",
    ),
    "two_images": Bug(
        "The test accuracy is that of two images",
        "accuracy",
        planted.two_images,
        ("recount",),
        "A slice left over from debugging.",
        "It can only be 0, 0.5 or 1; two right of two leave all above 0.34 possible (Wilson, 95 %).",
    ),
}
