"""How large a step is beside the weights that it changes."""

from typing import NamedTuple

import numpy as np


class StepSizes(NamedTuple):
    """Of one step: Frobenius norms by run and layer, (n_runs, n_layers), weights without biases.

    `gradient` is ‖∂L/∂W‖, `update_ratio` is ‖ΔW‖ / ‖W‖, W before the step (infinite where W was 0 and
    is no longer, 0 where it stays so). A ratio near 1e-3 is the rule of thumb for a learning rate that
    is neither too low nor too high (A. Karpathy, CS231n notes, Stanford).
    """

    gradient: np.ndarray
    update_ratio: np.ndarray


def step_sizes(before, gradients, after):
    """The StepSizes of what `train_many` hands to its `observe`: three tuples of stacked Layer."""
    with np.errstate(all="ignore"):
        weights = np.stack([_norm(layer.W) for layer in before], axis=-1)
        moved = [_norm(new.W - old.W) for old, new in zip(before, after, strict=True)]
        updates = np.stack(moved, axis=-1)
        ratio = np.where(updates == 0, 0.0, updates / weights)
        return StepSizes(np.stack([_norm(layer.W) for layer in gradients], axis=-1), ratio)


def _norm(W):
    return np.sqrt(np.square(W, dtype=np.float64).sum(axis=(-2, -1)))
