"""Measures of a trained layer: how many of its units and directions differ, how far a step moved it."""

from typing import NamedTuple

import numpy as np

SAME = 1e-6  # units whose weights differ by less than this share of the largest count as one


def distinct_units(layer):
    """Return the number of units of a layer with different incoming weights and bias.

    Units that started equal and were treated equally may differ by rounding errors, which do not count. Units
    are compared by two random projections of their weights. NaN if weights are not finite.
    """
    incoming = np.vstack([layer.W, layer.b]).astype(np.float64)
    if not np.isfinite(incoming).all():
        return np.nan
    labels = []
    for direction in np.random.default_rng(0).standard_normal((2, len(incoming))):
        projected = direction @ incoming
        order = np.argsort(projected)
        steps = np.diff(projected[order]) > SAME * np.abs(projected).max()
        label = np.empty(len(order), int)
        label[order] = np.concatenate([[0], np.cumsum(steps)])
        labels.append(label)
    return len(np.unique(np.stack(labels, axis=1), axis=0))


def rank(W):
    """Return the numerical rank of W (fan_in, fan_out): the number of singular values above rounding.

    The tolerance is the largest singular value times max(fan_in, fan_out) times the machine epsilon of W's
    dtype. NaN if W is not finite.
    """
    return int(np.linalg.matrix_rank(W)) if np.isfinite(W).all() else np.nan


class StepSizes(NamedTuple):
    """Frobenius norms of one step by run and layer, (n_runs, n_layers), of weights without biases.

    `gradient` is ‖∂L/∂W‖, `update_ratio` is ‖ΔW‖ / ‖W‖ with W before the step (infinite if W was 0 and
    changes, 0 if it stays 0). A ratio near 1e-3 is the rule of thumb for a learning rate that
    is neither too low nor too high (A. Karpathy, CS231n notes, Stanford).
    """

    gradient: np.ndarray
    update_ratio: np.ndarray


def step_sizes(before, gradients, after):
    """Return the StepSizes from the arguments of `train_many`'s `observe`: three tuples of stacked Layer."""
    with np.errstate(all="ignore"):
        weights = np.stack([_norm(layer.W) for layer in before], axis=-1)
        moved = [_norm(new.W - old.W) for old, new in zip(before, after, strict=True)]
        updates = np.stack(moved, axis=-1)
        ratio = np.where(updates == 0, 0.0, updates / weights)
        return StepSizes(np.stack([_norm(layer.W) for layer in gradients], axis=-1), ratio)


def _norm(W):
    return np.sqrt(np.square(W, dtype=np.float64).sum(axis=(-2, -1)))
