"""The first steps of training, one by one: the batch, the forward pass, the backward pass, the update.

The steps are the engine's own: its epoch loop draws the minibatches and the learning rates, and its `Stack`
takes the steps. Here they are only recorded.
"""

import itertools
import math
from typing import NamedTuple

import numpy as np

from lab.links import cost
from mlp.epochs import Orders, learning_rates, visit
from mlp.losses import one_hot
from mlp.network import Layer, backpropagate, objective, propagate, unflatten
from mlp.stack import Stack

MOST_STEPS = 12
MOST_UNITS = 16  # units of a layer that are shown, at most
# A recorded step has two backward passes instead of one, four forward passes, and copies all numbers. On six
# networks, from 2-16-2 to 2-512-512-2, it took 3.0 to 4.8 times as long as a plain one.
PLAIN_STEPS = 4


class Step(NamedTuple):
    """One step of gradient descent on a batch of n examples.

    `number` and `epoch` count from 1; `batch` (n,) are indices into the training set. The pre-activations z,
    the activations a and the deltas δ = ∂L/∂z have one array (n, width) per layer; the last z are the logits,
    which have no a. L is the mean loss of the batch plus the penalty, so each example's δ contains the factor
    1/n. `before`, `gradients` and `after` are tuples of Layer; `loss_before` and `loss_after` are L of this
    batch.
    """

    number: int
    epoch: int
    learning_rate: float
    batch: np.ndarray
    pre_activations: tuple[np.ndarray, ...]
    activations: tuple[np.ndarray, ...]
    deltas: tuple[np.ndarray, ...]
    before: tuple[Layer, ...]
    gradients: tuple[Layer, ...]
    after: tuple[Layer, ...]
    loss_before: float
    loss_after: float


class _Watched(Stack):
    """A stack of one run that keeps what its last step computed."""

    def step(self, X, T, learning_rate, seen=None):
        work, config = self.workspace(len(X)), self.config
        passed = propagate(self.params, X, config, work)
        np.multiply(self.loss_gradient(passed[0][-1], T), 1 / len(X), out=work.deltas[-1])
        backpropagate(self.params, X, *passed, work.deltas[-1], config, work, self.gradients)
        self.passes = tuple(_copies(arrays) for arrays in (*passed, work.deltas))
        y = T.argmax(axis=-1)
        loss_before = float(objective(self.params, X, y, config)[0])
        seen = []
        logits = super().step(X, T, learning_rate, seen)
        self.rows = (*seen, self.theta.copy())
        self.losses = loss_before, float(objective(self.params, X, y, config)[0])
        return logits


def first_steps(config, dataset):
    """Generator: yield every Step of training one network, from the first; at most `config.epochs` epochs.

    After the last step of an epoch, `after` equals to the bit what `mlp.train` records for that epoch, unless
    training has stopped because the network diverged.
    """
    X, y = dataset.X_train.astype(config.dtype, copy=False), dataset.y_train
    n_classes = len(dataset.class_names)
    stack, T = _Watched([config], X.shape[1], n_classes), one_hot(y, n_classes, config.dtype)
    orders, size = Orders([config], len(X)), config.batch_size or len(X)
    for epoch in range(1, config.epochs + 1):
        rates = learning_rates(
            [config], stack.steps + np.arange(orders.steps_per_epoch), orders.steps_per_epoch
        )
        order = orders.next([config])
        steps = visit(stack, X, y, T, order, rates, np.zeros(2))
        for at in range(orders.steps_per_epoch):
            with np.errstate(all="ignore"):
                next(steps)
            yield Step(
                stack.steps,
                epoch,
                float(rates[at, 0]),
                order[at * size : (at + 1) * size],
                *stack.passes,
                *(unflatten(row, stack.shapes) for row in stack.rows),
                *stack.losses,
            )


def step_at(config, dataset, number):
    """Generator: yield the share done, step by step; return the excerpt of step `number`, or the last one."""
    step = None
    for step in itertools.islice(first_steps(config, dataset), number):
        yield step.number / number
    return excerpt(step)


def seconds(config, dataset, number, speed):
    """Return the estimated seconds of `step_at`: those of the epochs up to the step, times PLAIN_STEPS."""
    n_examples = len(dataset.y_train)
    epochs = number * min(1.0, (config.batch_size or n_examples) / n_examples)
    return PLAIN_STEPS * epochs * cost.seconds([config], dataset, 1, speed)


def n_bytes(config, dataset):
    """Return at least as many bytes as `step_at` needs: those of training, times PLAIN_STEPS."""
    return PLAIN_STEPS * cost.training_bytes([config], dataset)


def n_steps(config, n_examples):
    """Return how many steps can be shown: MOST_STEPS, or all if training takes fewer."""
    return min(MOST_STEPS, config.epochs * -(-n_examples // (config.batch_size or n_examples)))


def excerpt(step):
    """Return the Step cut to MOST_UNITS units of every layer, with two rows instead of n.

    Row 0 of z, a and δ is the batch (the mean of z and a; the sum of δ, which is ∂L/∂b), row 1 its first
    example.
    """

    def rows(arrays, over):
        with np.errstate(all="ignore"):
            return tuple(np.stack([over(a, axis=0), a[0]])[:, :MOST_UNITS] for a in arrays)

    def layers(those):
        return tuple(Layer(W[:MOST_UNITS, :MOST_UNITS].copy(), b[:MOST_UNITS].copy()) for W, b in those)

    return step._replace(
        batch=step.batch.copy(),
        pre_activations=rows(step.pre_activations, np.mean),
        activations=rows(step.activations, np.mean),
        deltas=rows(step.deltas, np.sum),
        before=layers(step.before),
        gradients=layers(step.gradients),
        after=layers(step.after),
    )


def what_the_loss_did(before, after):
    """Return a sentence on how a step changed the loss of its own batch."""
    if not (math.isfinite(before) and math.isfinite(after)):
        return "The loss of this batch is no longer a finite number: the network has diverged."
    if before == after:
        return f"The loss of this batch did not change: it is {before:.4g} before and after the step."
    digits = next(d for d in range(4, 18) if f"{before:.{d}g}" != f"{after:.{d}g}")
    verb = "fell" if after < before else "rose"
    return f"The loss of this batch {verb} from {before:.{digits}g} to {after:.{digits}g}."


def _copies(arrays):
    return tuple(array.copy() for array in arrays)
