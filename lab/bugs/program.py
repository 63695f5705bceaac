"""The training program of the bug lab, composed of replaceable steps.

With the right steps its results equal those of `mlp.train`; a test checks this.
"""

import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lab.bugs.steps import RIGHT, Steps
from mlp.checks.numerical import spread
from mlp.config import TrainConfig
from mlp.losses import one_hot
from mlp.network import Layer, init_params, propagate
from mlp.training import EpochRecord

BATCH = 16  # examples of a check
quiet = np.errstate(all="ignore")  # a program that diverges is a result here, not an error


class Stopped(ValueError):
    """The program under test stops with an error; the message says which."""


class RawData(NamedTuple):
    """Inputs as read from the file, before scaling; `scaling` is the scaling they should get.

    "unit" divides by 255; "standard" gives every feature that varies mean 0 and deviation 1 on the
    training set.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_valid: np.ndarray
    y_valid: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray
    n_classes: int
    scaling: str

    def encoded(self, steps):
        """Return the data with the inputs scaled as the program's network receives them."""
        X_train, X_valid, X_test = steps.encode((self.X_train, self.X_valid, self.X_test), self.scaling)
        return self._replace(X_train=X_train, X_valid=X_valid, X_test=X_test)


@quiet
def objective(steps, params, X, T, config):
    """Return the loss that the program reports for the batch X, T (one-hot): mean data loss plus penalty."""
    o = steps.probabilities(propagate(params, X, config)[0][-1])
    return steps.example_losses(o, T).mean() + steps.penalty(params, config.l2)


@quiet
def differentiate(steps, params, X, T, config, eta=0.0):
    """Return (probabilities, gradients of all layers) for the batch X, T; `eta` is the η of the next step.

    Raise Stopped if the shape of a gradient is not that of its weights.
    """
    pre_activations, activations = propagate(params, X, config)
    o = steps.probabilities(pre_activations[-1])
    delta = steps.mean(steps.output_error(o, T))
    hidden = zip(pre_activations[:-1], activations, strict=True)
    inputs = [X, *(steps.saved_activations(z, a) for z, a in hidden)]
    gradients = []
    for layer in reversed(range(len(params))):
        W = params[layer].W
        extra = steps.penalty_gradient(params[layer], config.l2)
        gradient = Layer(inputs[layer].T @ delta + extra.W, delta.sum(axis=0) + extra.b)
        gradients.append(gradient)
        if layer > 0:
            delta = steps.activation_gradient(delta, W, gradient.W, eta)
            delta = delta * steps.slope(pre_activations, layer - 1, config)
    gradients = steps.first_to_last(gradients)
    for layer, gradient in zip(params, gradients, strict=True):
        if gradient.W.shape != layer.W.shape:
            raise Stopped(
                f"The program stops: a gradient of shape {gradient.W.shape} does not fit weights of "
                f"shape {layer.W.shape}."
            )
    return o, gradients


@quiet
def step(steps, params, X, T, config, eta):
    """Return (probabilities before, parameters after) one step of gradient descent."""
    o, gradients = differentiate(steps, params, X, T, config, eta)
    return o, tuple(steps.update(*pair, eta) for pair in zip(params, gradients, strict=True))


def train(steps, config, data):
    """Train the program on RawData; yield an EpochRecord per epoch, as `mlp.train` does.

    The program is plain gradient descent on softmax cross-entropy with an L2 penalty and the triangular
    schedule, in float64; other settings of the config are ignored. Raise Stopped if a gradient does not fit
    its weights.
    """
    data = data.encoded(steps)
    T = one_hot(data.y_train, data.n_classes, np.float64)
    params = init_params(config, data.X_train.shape[1], data.n_classes)
    generator = np.random.default_rng(config.shuffle_seed)
    batch = config.batch_size or len(T)
    t = 0
    loss, right = measure(steps, params, data.X_train, data.y_train, config)
    figures, eta = (loss.mean(), right.mean()), steps.rate(0, config)
    for epoch in range(config.epochs + 1):
        started = time.perf_counter()
        if epoch > 0:
            order = steps.order(generator, len(T))
            losses, sizes, right = [], [], 0
            for first in range(0, len(T), batch):
                rows, eta = order[first : first + batch], steps.rate(t, config)
                o, params = step(steps, params, data.X_train[rows], T[rows], config, eta)
                of_batch, answers = score(steps, o, data.y_train[rows])
                losses.append(of_batch.mean())
                right += answers.sum()
                sizes.append(len(rows))
                t += 1
            figures = steps.epoch_loss(losses, sizes), right / len(T)
        record = _record(steps, params, epoch, eta, figures, data, config, started)
        yield record
        if record.diverged:
            return


@quiet
def measure(steps, params, X, y, config):
    """Return (loss, whether the answer is right) for each example, arrays (n,)."""
    return score(steps, steps.probabilities(propagate(params, X, config)[0][-1]), y)


@quiet
def score(steps, o, y):
    """Return (loss, whether the answer is right) for each row of the probabilities o, arrays (n,)."""
    return steps.example_losses(o, one_hot(y, o.shape[-1], np.float64)), o.argmax(axis=-1) == y


@quiet
def _record(steps, params, epoch, eta, figures, data, config, started):
    valid_loss, valid_right = measure(steps, params, data.X_valid, data.y_valid, config)
    test_loss, test_right = measure(steps, params, data.X_test, data.y_test, config)
    numbers = [*figures, valid_loss.mean(), valid_right.mean(), test_loss.mean(), steps.accuracy(test_right)]
    learnt = numbers[:-2]  # a wrongly scaled test set may have no finite loss; training goes on
    finite = np.isfinite(learnt).all() and all(np.isfinite(a).all() for layer in params for a in layer)
    return EpochRecord(
        epoch,
        float(eta),
        *map(float, numbers),
        penalty=float(steps.penalty(params, config.l2)),
        diverged=not finite,
        seconds=time.perf_counter() - started,
        params=params,
    )


class Bench(NamedTuple):
    """A program to test: its steps, how it trains, its raw data, and parameters at which to check it.

    No bias in `params` should be 0: a bug that adds a multiple of b would not show.
    """

    steps: Steps
    config: TrainConfig
    data: RawData
    params: tuple[Layer, ...]

    def batch(self):
        """Return the examples of a check, (X, T one-hot), evenly spaced over the training set."""
        data = self.data.encoded(RIGHT)
        rows = spread(len(data.y_train), BATCH)
        return data.X_train[rows], one_hot(data.y_train[rows], data.n_classes, np.float64)


def bench(steps, config, data):
    """Return a Bench at the parameters that the right program reaches in two epochs.

    Its biases are shifted a little, so that no bias is 0 and no unit with inputs of 0 is at its kink.
    """
    *_, record = train(RIGHT, replace(config, epochs=2), data)
    generator = np.random.default_rng(0)
    params = [Layer(W, b + generator.uniform(0.02, 0.1, b.shape)) for W, b in record.params]
    return Bench(steps, config, data, tuple(params))
