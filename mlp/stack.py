"""A stack of runs: networks of the same shape, trained together by one sequence of array operations.

All parameters of a run are in one flat row, and the layers are views of it; so the optimizer and the
penalty need only a few operations, however many layers there are.
"""

import itertools
import math

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES
from mlp.network import (
    Workspace,
    add_penalty_gradient,
    backpropagate,
    flatten,
    init_params,
    propagate,
    unflatten,
)
from mlp.optimizers import OPTIMIZERS

BLOCK_SIZE = 65536  # parameters updated at once: with their state they fit into the first-level cache


class Stack:
    """Parameters, optimizer state and buffers of runs that share shapes, batch size and functions.

    With a single run the leading axis is absent and the arrays are those of one network. `params`
    and `gradients` are tuples of Layer, views of `theta` and `gradient` (…, n_parameters). `initial`
    are the runs' untrained parameters, by default from `init_params`.
    """

    def __init__(self, configs, n_features, n_classes, initial=None):
        self.config = configs[0]
        self.loss_gradient = LOSSES[self.config.loss].gradient
        self.optimizer = OPTIMIZERS[self.config.optimizer]
        zero = np.zeros(1, self.config.dtype)
        self.slope_dtype = ACTIVATIONS[self.config.activation].derivative(zero, zero).dtype
        sizes = self.config.layer_sizes(n_features, n_classes)
        self.shapes = tuple(itertools.pairwise(sizes))
        leading = () if len(configs) == 1 else (len(configs),)
        self.theta = np.empty((*leading, sum((n + 1) * m for n, m in self.shapes)), self.config.dtype)
        initial = initial or (init_params(config, n_features, n_classes) for config in configs)
        for row, params in zip(np.atleast_2d(self.theta), initial, strict=True):
            row[:] = flatten(params)
        self.state = [np.zeros(self.theta.shape, self.theta.dtype) for _ in range(self.optimizer.n_states)]
        self.steps = 0
        self._lay_out(configs)

    def _lay_out(self, configs):
        """Create everything that depends on theta and its runs: gradient, layers, blocks, buffers."""
        self.configs = tuple(configs)
        self.gradient = np.zeros(self.theta.shape, self.theta.dtype)
        self.params = unflatten(self.theta, self.shapes)
        self.gradients = unflatten(self.gradient, self.shapes)
        self.momentum = _shared([c.momentum for c in configs], self.theta.dtype)
        self.workspaces = {}
        self.measuring = ()
        self._make_blocks()

    def keep(self, runs):
        """Continue with only the runs at the indices `runs`."""
        rows = runs if len(runs) > 1 else runs[0]
        self.theta = self.theta.take(rows, axis=0)
        self.state = [array.take(rows, axis=0) for array in self.state]
        self._lay_out([self.configs[i] for i in runs])

    def workspace(self, n_samples):
        """Return buffers for a step on n_samples rows, created once."""
        if n_samples not in self.workspaces:
            shapes = [(*self.theta.shape[:-1], n_samples, width) for _, width in self.shapes]
            dtypes = self.theta.dtype, self.theta.dtype, self.slope_dtype, self.theta.dtype
            buffers = [tuple(np.empty(shape, dtype) for shape in shapes) for dtype in dtypes]
            self.workspaces[n_samples] = Workspace(*buffers, np.ones(n_samples, self.theta.dtype))
        return self.workspaces[n_samples]

    def measuring_workspace(self, n_samples):
        """Return buffers for a forward pass alone: one flat array for every z and one for every a.

        z_{l+1} is computed from a_l, so z_l and a_{l-1} are no longer needed by then.
        """
        shapes = [(*self.theta.shape[:-1], n_samples, width) for _, width in self.shapes]
        sizes = [math.prod(shape) for shape in shapes]
        if not self.measuring or self.measuring[0].size < max(sizes):
            self.measuring = tuple(np.empty(max(sizes), self.theta.dtype) for _ in range(2))
        z, a = (
            tuple(flat[:size].reshape(shape) for size, shape in zip(sizes, shapes, strict=True))
            for flat in self.measuring
        )
        return Workspace(z, a)

    def step(self, X, T, learning_rate, seen=None):
        """Take one step of gradient descent on the batch X, T (one-hot); return the logits before the step.

        `learning_rate` is a number, or a column with one per run. Plain gradient descent is linear in the
        gradient: δ is multiplied by η before the backward pass, whose result is then ηg, and the update is a
        subtraction.

        If `seen`, an empty list, is given, copies of the parameters before the step and of the gradient g of
        the whole objective are appended to it, both shaped like `theta`.
        """
        work = self.workspace(X.shape[-2])
        passed = propagate(self.params, X, self.config, work)
        logits = passed[0][-1]
        delta = self.loss_gradient(logits, T, out=work.deltas[-1])
        delta *= 1 / X.shape[-2]
        if seen is not None:
            self._backpropagate(X, passed, delta, work)
            seen += self.theta.copy(), self.gradient.copy()
        plain = self.optimizer.plain
        if plain:
            delta *= learning_rate if isinstance(learning_rate, float) else learning_rate[:, np.newaxis]
        self._backpropagate(X, passed, delta, work, learning_rate if plain else None)
        update = self.optimizer.function
        for theta, gradient, state, scratch, _, _ in self.blocks:
            if plain:
                np.subtract(theta, gradient, out=theta)
            else:
                update(theta, gradient, state, scratch, learning_rate, self.momentum, self.steps)
        self.steps += 1
        return logits

    def _backpropagate(self, X, passed, delta, work, scale=None):
        """Fill `gradient` from δ and the forward pass's results; `scale` is the factor that δ contains."""
        backpropagate(self.params, X, *passed, delta, self.config, work, self.gradients)
        for theta, gradient, _, scratch, l1, l2 in self.blocks if self.penalized else ():
            add_penalty_gradient(gradient, theta, l1, l2, scratch, scale)

    def _make_blocks(self):
        """Divide the flat arrays into blocks small enough to stay in the cache between operations."""
        l1, l2 = self._penalty_rows()
        self.penalized = bool(l1.any() or l2.any())
        n_parameters = self.theta.shape[-1]
        n_runs = self.theta.size // n_parameters
        width = max(1, BLOCK_SIZE // n_runs)
        scratch = np.empty((*self.theta.shape[:-1], min(width, n_parameters)), self.theta.dtype)
        self.blocks = []
        for start in range(0, n_parameters, width):
            cut = np.s_[..., start : start + width]
            theta = self.theta[cut]
            self.blocks.append(
                (
                    theta,
                    self.gradient[cut],
                    [array[cut] for array in self.state],
                    scratch[..., : theta.shape[-1]],
                    _shortest(l1[cut]),
                    _shortest(l2[cut]),
                )
            )

    def _penalty_rows(self):
        """Return l1 and l2 of every single parameter, shaped like theta, 0 for biases."""
        with np.errstate(over="ignore"):  # a penalty beyond float32 is infinite: the run diverges
            pairs = np.array([c.penalties() for c in self.configs], self.theta.dtype)
        if not pairs.any():
            return np.broadcast_to(self.theta.dtype.type(0), (2, *self.theta.shape))
        both = np.zeros((2, *self.theta.shape), self.theta.dtype)
        for layer, (W, _) in enumerate(unflatten(both, self.shapes)):
            W[...] = pairs[:, layer].T.reshape(2, *self.theta.shape[:-1], 1, 1)
        return both


def _shared(values, dtype):
    """Return one number if all are equal, else a column (runs, 1) that broadcasts over the parameters."""
    if len(set(values)) == 1:
        return values[0]
    return np.array(values, dtype)[:, np.newaxis]


def _shortest(coefficients):
    """Return a number if all are equal, so that large weight matrices need no second array."""
    first = coefficients.flat[0]
    return float(first) if (coefficients == first).all() else coefficients
