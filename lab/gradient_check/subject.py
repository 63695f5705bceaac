"""What is checked: a network on some examples, and a group of its parameters."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lab.links import cost
from lab.links.pages import FIRST_TEN
from mlp import Layer, TrainConfig, init_params
from mlp.checks.numerical import spread

LARGE = 5_000_000  # multiply-adds per parameter: see `Subject.large`
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Tensor(NamedTuple):
    """A weight matrix or a bias: its name, its layer from 1, its first index, its shape."""

    name: str
    layer: int
    start: int
    shape: tuple[int, ...]

    @property
    def size(self):
        return int(np.prod(self.shape))

    def labels(self, index):
        """Return the names of the parameters at these indices, such as W¹[2,3], counted from 0."""
        places = np.unravel_index(np.asarray(index) - self.start, self.shape)
        return [f"{self.name}[{','.join(map(str, place))}]" for place in zip(*places, strict=True)]

    def belongs_to(self, group):
        """Return whether the tensor belongs to the group: all, weights, biases, or for example layer 2."""
        return group in ("all", "weights" if len(self.shape) == 2 else "biases", f"layer {self.layer}")

    def members(self, index):
        """Return a mask: which of the indices belong to this tensor."""
        return (index >= self.start) & (index < self.start + self.size)


class Subject(NamedTuple):
    """A network in float64 after `epoch` epochs, and the examples over which its loss is the mean."""

    params: tuple[Layer, ...]
    X: np.ndarray
    y: np.ndarray
    config: TrainConfig
    epoch: int = 0

    @property
    def inputs(self):
        """Return the first arguments of `gradient_check` and similar functions."""
        return self[:4]

    @property
    def tensors(self):
        """Return the Tensors in the order of gradient_check's indices; biases only if the network has any."""
        parts, start = [], 0
        for layer, (W, b) in enumerate(self.params, start=1):
            raised = str(layer).translate(RAISED)
            parts.append(Tensor(f"W{raised}", layer, start, W.shape))
            if self.config.use_bias:
                parts.append(Tensor(f"b{raised}", layer, start + W.size, b.shape))
            start += W.size + b.size
        return tuple(parts)

    @property
    def n_parameters(self):
        return sum(tensor.size for tensor in self.tensors)

    def members(self, group):
        """Return the Tensors of a group; for FIRST_TEN, the beginning of the first row of W²."""
        if group == FIRST_TEN:
            W = next(tensor for tensor in self.tensors if tensor.layer == 2)
            return (W._replace(shape=(min(10, W.shape[1]),)),)
        return tuple(tensor for tensor in self.tensors if tensor.belongs_to(group))

    def sample(self, n, group="all"):
        """Return the indices of about n parameters of the group, equally many per tensor, evenly spread.

        If the group has no more than n parameters, return all of them.
        """
        tensors = self.members(group)
        each = n if sum(tensor.size for tensor in tensors) <= n else max(1, n // len(tensors))
        parts = [tensor.start + spread(tensor.size, each) for tensor in tensors]
        return np.concatenate(parts) if parts else np.empty(0, np.intp)

    def labels(self, index):
        """Return the names of the parameters at these ascending indices."""
        return [label for t in self.tensors for label in t.labels(index[t.members(index)])]

    def with_activation(self, name):
        return self._replace(config=replace(self.config, activation=name))

    def seconds(self, n, speed):
        """Return the estimated seconds of checking n parameters on a machine of this `cost.Speed`."""
        return cost.checking_seconds(n, self.n_parameters, len(self.y), self.config, speed)

    @property
    def large(self):
        """Return whether the sections that check again have to be switched on."""
        return self.cost() > LARGE

    def cost(self):
        """Return the approximate multiply-adds of checking one parameter: two passes and copying θ."""
        return 2 * (len(self.y) + 4) * self.n_parameters


def subject_of(dataset, config, n_examples, params=None, epoch=0):
    """Return the Subject of a network on the first training examples: untrained, or with these `params`."""
    if not params:
        params = init_params(config, dataset.X_train.shape[1], len(dataset.class_names))
    params = tuple(Layer(W.astype(np.float64), b.astype(np.float64)) for W, b in params)
    X = np.asarray(dataset.X_train[:n_examples], np.float64)
    return Subject(params, X, dataset.y_train[:n_examples], config, epoch)
