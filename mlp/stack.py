"""A stack of runs: networks of one shape, trained together by one sequence of array operations.

All parameters of a run lie in one flat row, and the layers are views of it; so the optimizer and
the penalty touch each parameter in a few operations, however many layers there are.
"""

import itertools

import numpy as np

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

BLOCK_SIZE = 65536  # parameters updated at once: what fits in the first-level caches with its state


class Stack:
    """Parameters, optimizer state and buffers of runs that share shapes, batch size and functions.

    With a single run the leading axis is absent and the arrays are those of one network. `params`
    and `gradients` are tuples of Layer, views of `theta` and `gradient` (…, n_parameters).
    """

    def __init__(self, configs, n_features, n_classes):
        self.config = configs[0]
        self.loss_gradient = LOSSES[self.config.loss].gradient
        self.optimizer = OPTIMIZERS[self.config.optimizer]
        sizes = self.config.layer_sizes(n_features, n_classes)
        self.shapes = tuple(itertools.pairwise(sizes))
        drawn = [init_params(config, n_features, n_classes) for config in configs]
        flat = [flatten(params) for params in drawn]
        states = [[np.zeros_like(row) for row in flat] for _ in range(self.optimizer.n_states)]
        self._hold(configs, flat, states, steps=0)

    def _hold(self, configs, flat, states, steps):
        """Lay out the rows `flat`, and those of each optimizer state, as the arrays of a stack."""
        self.configs = tuple(configs)
        self.steps = steps
        self.theta = _stacked(flat)
        self.gradient = np.zeros_like(self.theta)
        self.state = [_stacked(rows) for rows in states]
        self.params = unflatten(self.theta, self.shapes)
        self.gradients = unflatten(self.gradient, self.shapes)
        self.momentum = shared([c.momentum for c in configs], self.theta.dtype)
        self.workspaces = {}
        self._make_blocks()

    def keep(self, which):
        """Go on with the runs at the indices `which` alone."""
        rows = np.atleast_2d
        self._hold(
            [self.configs[i] for i in which],
            [rows(self.theta)[i] for i in which],
            [[rows(array)[i] for i in which] for array in self.state],
            self.steps,
        )

    def workspace(self, n_samples):
        """Buffers for batches of n_samples rows, made once."""
        if n_samples not in self.workspaces:
            shapes = [(*self.theta.shape[:-1], n_samples, width) for _, width in self.shapes]
            buffers = [tuple(np.empty(s, self.theta.dtype) for s in shapes) for _ in Workspace._fields]
            self.workspaces[n_samples] = Workspace(*buffers)
        return self.workspaces[n_samples]

    def step(self, X, T, learning_rate, seen=None):
        """One step of gradient descent on the batch X, T (one-hot); returns its logits.

        The logits are those before the step. `learning_rate` is a number, or a column of one a run.
        Plain gradient descent is linear in the gradient: there η rides on δ through the backward
        pass, whose result is ηg, and the update is a subtraction.

        `seen`, an empty list, is given copies of the parameters before the step and of the gradient g
        of the whole objective, both shaped like `theta`.
        """
        config, params = self.config, self.params
        work = self.workspace(X.shape[-2])
        pre_activations, activations = propagate(params, X, config, work)
        logits = pre_activations[-1]
        delta = self.loss_gradient(logits, T, out=work.deltas[-1])
        delta *= 1 / X.shape[-2]
        if seen is not None:
            seen += self._gradient_here(X, pre_activations, activations, delta)
        plain = self.optimizer.plain
        if plain:
            delta *= learning_rate if np.ndim(learning_rate) == 0 else learning_rate[:, np.newaxis]
        backpropagate(params, X, pre_activations, activations, delta, config, work, self.gradients)
        for theta, gradient, _, scratch, l1, l2 in self.blocks if self.penalized else ():
            add_penalty_gradient(gradient, theta, l1, l2, scratch, learning_rate if plain else None)
        update = self.optimizer.function
        for theta, gradient, state, scratch, _, _ in self.blocks:
            if plain:
                np.subtract(theta, gradient, out=theta)
            else:
                update(theta, gradient, state, scratch, learning_rate, self.momentum, self.steps)
        self.steps += 1
        return logits

    def _gradient_here(self, X, pre_activations, activations, delta):
        """Copies of the parameters, and of the objective's gradient there."""
        gradient = np.zeros_like(self.gradient)
        layers = unflatten(gradient, self.shapes)
        backpropagate(self.params, X, pre_activations, activations, delta, self.config, gradients=layers)
        if self.penalized:
            l1, l2 = self._penalty_rows()
            add_penalty_gradient(gradient, self.theta, l1, l2)
        return self.theta.copy(), gradient

    def _make_blocks(self):
        """Cut the flat arrays into pieces small enough to stay in the cache between operations."""
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
        """l1 and l2 of every single parameter, shaped like theta: 0 at the biases."""
        both = []
        for kind in (0, 1):
            rows = []
            for config in self.configs:
                pairs = zip(self.shapes, config.penalties(), strict=True)
                row = np.concatenate([np.repeat((p[kind], 0.0), (n * m, m)) for (n, m), p in pairs])
                with np.errstate(over="ignore"):  # beyond float32 a penalty is infinite: the run diverges
                    rows.append(row.astype(self.theta.dtype))
            both.append(_stacked(rows))
        return both


def shared(values, dtype):
    """One number if all are equal, else a column (runs, 1) that broadcasts over the parameters."""
    if len(set(values)) == 1:
        return values[0]
    return np.array(values, dtype)[:, np.newaxis]


def _stacked(rows):
    """One row as it is, several under a leading axis of runs."""
    return np.array(rows[0]) if len(rows) == 1 else np.stack(rows)


def _shortest(coefficients):
    """A number where all are equal, so that large weight matrices need no second array read."""
    first = coefficients.flat[0]
    return float(first) if (coefficients == first).all() else coefficients
