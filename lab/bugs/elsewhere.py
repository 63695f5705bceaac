"""Bugs before and after the backward pass: in the data, the schedule, the step, the reports, the check."""

import numpy as np

from lab.bugs.bug import CIRCLES, MOONS, SQUARE, planted
from lab.bugs.steps import RIGHT
from mlp.comparisons import wilson
from mlp.network import Layer


@planted(
    2,
    "The inputs are divided by 255 twice",
    "encode",
    ("data_statistics",),
    "One function scales the pixels, and the next one scales them again. All gradients are right.",
    "The inputs' deviation is 255 times too small: the first layer receives almost nothing, and the loss "
    "stays on a plateau for many epochs.",
)
def divided_twice(splits, scaling):
    return tuple(X / 255 for X in RIGHT.encode(splits, scaling))


@planted(
    7,
    "The triangular schedule multiplies by 2 where it should take the remainder mod 2",
    "rate",
    ("schedule",),
    "int(t / n) * 2 is 0 for the first half-cycle only, so the rate never rises again.",
    "Draw the rate: after the first rise it falls, jumps up and falls again, like a sawtooth.",
)
def sawtooth(t, config):
    position = t % config.cycle_steps / config.cycle_steps
    rising = int(t / config.cycle_steps) * 2 == 0
    height = position if rising else 1 - position
    return config.learning_rate_min + (config.learning_rate - config.learning_rate_min) * height


@planted(
    8,
    "The check itself differentiates with h = 1/N, N = 1 … 24",
    "check_steps",
    ("gradient_check", "step_sweep"),
    "1/24 is far too long a step: the check measures the error of the difference quotient itself.",
    "The error falls with N but never comes near rounding: a slightly wrong gradient would look the same.",
)
def coarse_check():
    return 1 / np.arange(1, 25)


@planted(
    9,
    "The test set is scaled differently from the training set",
    "encode",
    ("data_statistics", "same_example"),
    "The scaling function was called for only two of the three splits.",
    "Mean and deviation by split: the test set's are different, and only the test accuracy suffers.",
)
def test_set_forgotten(splits, scaling):
    X_train, X_valid, _ = RIGHT.encode(splits, scaling)
    return X_train, X_valid, splits[2]


@planted(
    10,
    "Each split is standardised by its own statistics",
    "encode",
    ("same_example",),
    "A mean and a deviation were computed for every split, instead of the training set's for all.",
    "The same example becomes different numbers in another split, though mean 0 and deviation 1 look "
    "perfect.",
    places=(CIRCLES, MOONS, SQUARE),
)
def own_statistics(splits, scaling):
    return tuple(RIGHT.encode((X,), scaling)[0] for X in splits)


@planted(
    14,
    "The last minibatch's loss is reported as the epoch's",
    "epoch_loss",
    ("recount",),
    "The report of the epoch uses the variable with the last minibatch's loss.",
    "The curve is noisy and depends on the order of the data.",
)
def last_minibatch(losses, sizes):
    return losses[-1]


@planted(
    15,
    "The upper weights are updated before δ is carried down",
    "activation_gradient",
    ("one_step",),
    "W was updated as soon as its gradient was known, but δ still had to be multiplied by the old W.",
    "A gradient check, which takes no step, passes. Below the last layer, one step differs from hand "
    "arithmetic.",
    least_hidden_layers=1,
)
def updated_too_early(delta, W, dW, eta):
    W = W - eta * dW
    return RIGHT.activation_gradient(delta, W, dW, eta)


@planted(
    16,
    "The bias takes a step for each incoming weight",
    "update",
    ("one_step",),
    "The update of b slipped into the loop over the weights of its unit.",
    "The gradients are right; a step moves the biases fan-in times too far.",
)
def step_per_weight(layer, gradient, eta):
    W, b = RIGHT.update(layer, gradient, eta)
    for _ in range(len(W) - 1):  # once more for each further incoming weight
        b = b - eta * gradient.b
    return Layer(W, b)


@planted(
    19,
    "Softmax is computed without the shift",
    "probabilities",
    ("large_logits",),
    "e^800 overflows in float64. Subtracting the largest logit prevents that and leaves the result "
    "unchanged.",
    "Everything is right while the logits are small; at 800 the output is not a number.",
)
def softmax_without_shift(logits):
    e = np.exp(logits)
    return e / e.sum(axis=-1, keepdims=True)


@planted(
    21,
    "The training set is not shuffled",
    "order",
    ("order",),
    "Files are often sorted by class: then a minibatch shows one class only.",
    "The loss oscillates within an epoch; on sorted data the network follows the class it saw last.",
)
def never_shuffled(generator, n_samples):
    return np.arange(n_samples)


@planted(
    22,
    "The test accuracy is that of two images",
    "accuracy",
    ("recount",),
    "Somebody looked at two images; the network was right about both, and 100% was reported.",
    "It can only be 0, 0.5 or 1. A network with an accuracy of 0.94 is right about both of two images "
    f"{0.94**2:.0%} of the time, and two right of two leave every accuracy above "
    f"{wilson(1.0, 2)[0]:.2f} possible (Wilson, 95%).",
)
def two_images(right):
    return right[:2].mean()


@planted(
    23,
    "Each place in the minibatch has its own scaling",
    "encode",
    ("same_example",),
    "The training set was cut into batches of 50 before it was scaled, and the statistics were taken over "
    "the batches: every place in a batch has its own.",
    "The same example becomes different numbers at another place in a batch, and in the test set. Smallest "
    "and largest value, mean and deviation of each split look right.",
    first_hunt=1001,
)
def scaled_by_place(splits, scaling):
    X_train, X_valid, X_test = RIGHT.encode(splits, scaling)
    for place in range(min(50, len(X_train))):
        X = splits[0][place::50]  # one example from every batch
        low, width = X.mean(axis=0), X.std(axis=0)
        if scaling == "unit":
            low, width = X.min(axis=0), np.ptp(X, axis=0)
        X_train[place::50] = (X - low) / np.where(width > 0, width, 1)
    return X_train, X_valid, X_test
