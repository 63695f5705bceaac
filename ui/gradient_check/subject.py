"""What is checked (a network on some examples, a group of its parameters), and the check itself."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st

from lab.links import cost
from lab.links.cost import checking_bytes, with_memory
from lab.links.experiment import Setup
from lab.links.pages import FIRST_TEN
from mlp import Layer, TrainConfig, init_params
from mlp.checks.gradient_check import ALL_UP_TO, GradientCheck
from mlp.checks.judgement import Judgement, judge
from mlp.checks.numerical import spread
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import Messages, may_start

WHOLE, SAMPLED = 1_500_000_000, 400_000_000  # most multiply-adds to check all parameters; a sample
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

    def seconds(self, n):
        """Return the estimated seconds of checking n parameters."""
        return cost.checking_seconds(n, self.n_parameters, len(self.y), self.config, cache().speed)

    @property
    def large(self):
        """Return whether the sections that check again have to be switched on."""
        return self.cost() > LARGE

    def cost(self):
        """Return the approximate multiply-adds of checking one parameter: two passes and copying θ."""
        return 2 * (len(self.y) + 4) * self.n_parameters


class Result(NamedTuple):
    """A check and the judgement on it."""

    check: GradientCheck
    judgement: Judgement


def subject(plan):
    """Return the Subject of a Plan, trained first if it has epochs; raise ValueError if it cannot be."""
    dataset = cache().dataset(plan.experiment.data)
    (config,) = cache().fitting(plan)
    params, epoch = None, 0
    if config.epochs:
        (run,) = progress.trained([Setup(plan.experiment, 1)])
        if run.n_epochs >= 0:
            epoch, (record,), *_ = run.with_parameters(min(config.epochs, run.n_epochs))
            params = record.params
            if record.diverged:
                st.warning(
                    f"The training diverged in epoch {epoch} of {config.epochs}; the network is checked as "
                    "it was at that point.",
                    icon=":material/error:",
                )
    if not params:
        params = init_params(config, dataset.X_train.shape[1], len(dataset.class_names))
    params = tuple(Layer(W.astype(np.float64), b.astype(np.float64)) for W, b in params)
    X = np.asarray(dataset.X_train[: plan.examples], np.float64)
    return Subject(params, X, dataset.y_train[: plan.examples], config, epoch)


def may_check(plan, subject):
    """Return whether to check this network; if each derivative needs much memory, it waits for a click."""
    n_bytes = checking_bytes(subject.config, len(subject.y))
    seconds = 2 * subject.seconds(len(indices(plan, subject)))
    messages = Messages(
        work="Checking this network",
        advice="fewer examples or units",
        stopped="Stopped.",
        asked=f"Checking this network takes {with_memory(seconds, n_bytes)}.",
        button="Start",
    )
    work = subject.config, len(subject.y)
    return may_start("check", work, 0.0, messages, trains=False, n_bytes=n_bytes)


def indices(plan, subject):
    """Return the indices of the parameters to check: all of the group, or a sample if there are many."""
    n = sum(tensor.size for tensor in subject.members(plan.group))
    if n > ALL_UP_TO or n * subject.cost() > WHOLE:
        n = min(ALL_UP_TO, max(1, SAMPLED // subject.cost()))
    return subject.sample(n, plan.group)


def check(plan, subject):
    """Return the cached Result of the requested check; None if it waits for a click."""
    index = indices(plan, subject)
    return progress.result(
        check_key(plan, subject),
        lambda: result_in_parts(subject, index, plan.scheme, plan.step, plan.precision),
        2 * subject.seconds(len(index)),  # unexplained derivatives are checked twice
        "This check",
        "Checking derivatives",
    )


def result_in_parts(subject, index, scheme, step, dtype, config=None, part="objective"):
    """Generator: yield the share done; return the Result of one check."""
    how = {"scheme": scheme, "step": step, "dtype": dtype, "part": part}
    what = *subject.inputs[:3], config or subject.config
    check = yield from progress.check_in_parts(*what, index, cache().speed, **how)
    return Result(check, judge(check, *what, **how))


def is_wanted(subject, name):
    """Return whether to compute a section; for a large network, only once its switch is on."""
    if not subject.large:
        return True
    return st.toggle(
        f"Compute this for {subject.n_parameters:,} parameters (takes some seconds)", key=f"_want_{name}"
    )


def key(plan, subject):
    """Return what identifies a subject."""
    return "gradient_check", plan.experiment, len(subject.y), subject.epoch


def check_key(plan, subject):
    """Return what identifies the Result of the requested check."""
    return key(plan, subject), plan.scheme, plan.step, plan.precision, plan.group
