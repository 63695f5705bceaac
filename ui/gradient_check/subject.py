"""What is checked: a network on some examples, and which of its parameters."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from lab.links.cost import checking_bytes, with_memory
from lab.links.experiment import Setup
from mlp import Layer, TrainConfig, init_params
from mlp.checks.gradient_check import ALL_UP_TO, GradientCheck
from mlp.checks.judgement import Judgement, judge
from mlp.checks.numerical import spread
from ui.training import checking, runs, working
from ui.training.confirm import Messages, may_start

WHOLE, SAMPLED = 1_500_000_000, 400_000_000  # multiply-adds of a check of all parameters, and of a sample
LARGE = 5_000_000  # multiply-adds a parameter: see Subject.large
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
        """The names of the parameters at these indices: W¹[2,3]; counted from 0, as in the code."""
        places = np.unravel_index(np.asarray(index) - self.start, self.shape)
        return [f"{self.name}[{','.join(map(str, place))}]" for place in zip(*places, strict=True)]


class Subject(NamedTuple):
    """A network in float64 after `epoch` epochs, and the examples that its loss is the mean over."""

    params: tuple[Layer, ...]
    X: np.ndarray
    y: np.ndarray
    config: TrainConfig
    epoch: int
    tensors: tuple[Tensor, ...]

    @property
    def n_parameters(self):
        return sum(tensor.size for tensor in self.tensors)

    def sample(self, n, which="all"):
        """Indices of n of the chosen parameters, or of all if there are fewer, of every tensor alike."""
        return choose([t for t in self.tensors if chosen(t, which)], n)

    @property
    def large(self):
        """Whether the sections that check again wait to be asked."""
        return self.cost() > LARGE

    def seconds(self, n):
        """Estimated seconds of checking n parameters."""
        config, speed = self.config, runs.cache().speed
        return checking.seconds(n, self.n_parameters, len(self.y), config, speed)

    def cost(self):
        """Multiply-adds of checking one parameter, roughly: two passes, and the copies of θ."""
        return 2 * (len(self.y) + 4) * self.n_parameters


class Result(NamedTuple):
    """A check and the judgement on it."""

    check: GradientCheck
    judgement: Judgement


def subject(asked):
    """The network that is asked for, trained first if it shall be; raises ValueError where it cannot."""
    dataset = runs.cache().dataset(asked.experiment.data)
    (config,) = runs.cache().fitting(asked)
    params, epoch = None, 0
    if config.epochs:
        (run,) = runs.trained([Setup(asked.experiment, 1)])
        if run.n_epochs >= 0:
            epoch = min(config.epochs, run.n_epochs)
            kept = run.with_parameters(epoch)
            params, epoch = kept.records[0].params, kept.number
            if kept.records[0].diverged:
                st.warning(
                    f"The training diverged in epoch {epoch} of {config.epochs}; the network is checked as "
                    "it was then.",
                    icon=":material/error:",
                )
    if not params:
        params = init_params(config, dataset.X_train.shape[1], len(dataset.class_names))
    rows = np.arange(min(asked.examples, len(dataset.y_train)))
    X = np.asarray(dataset.X_train[rows], np.float64)
    params = tuple(Layer(W.astype(np.float64), b.astype(np.float64)) for W, b in params)
    return Subject(params, X, dataset.y_train[rows], config, epoch, tensors(params, config))


def may_check(asked, subject):
    """Return whether to check this network; one whose derivatives need much memory each waits for a click."""
    n_bytes = checking_bytes(subject.config, len(subject.y))
    seconds = 2 * subject.seconds(len(indices(asked, subject)))
    messages = Messages(
        work="Checking this network",
        advice="fewer examples or units",
        stopped="Stopped.",
        asked=f"Checking this network takes {with_memory(seconds, n_bytes)}.",
        button="Start",
    )
    work = subject.config, len(subject.y)
    return may_start("check", work, 0.0, messages, np.inf, np.inf, n_bytes=n_bytes)


def tensors(params, config):
    """The tensors in the order that gradient_check counts them; biases only where there are any."""
    found, start = [], 0
    for layer, (W, b) in enumerate(params, start=1):
        raised = str(layer).translate(RAISED)
        found.append(Tensor(f"W{raised}", layer, start, W.shape))
        if config.use_bias:
            found.append(Tensor(f"b{raised}", layer, start + W.size, b.shape))
        start += W.size + b.size
    return tuple(found)


def chosen(tensor, which):
    """Whether the tensor is of the group: all, weights, biases, or layer 2."""
    if which in ("weights", "biases"):
        return (len(tensor.shape) == 2) == (which == "weights")
    return which == "all" or which == f"layer {tensor.layer}"


def choose(tensors, n):
    """Indices of at most about n of these tensors' entries, of each as many, evenly spread."""
    sizes = np.array([tensor.size for tensor in tensors])
    each = n if sizes.sum() <= n else max(1, n // max(1, len(tensors)))
    parts = [t.start + spread(t.size, each) for t in tensors]
    return np.concatenate(parts) if parts else np.empty(0, np.intp)


def indices(asked, subject):
    """The indices of the parameters that are checked: all that are asked for, or a sample of many."""
    n = sum(t.size for t in subject.tensors if chosen(t, asked.which))
    if n > ALL_UP_TO or n * subject.cost() > WHOLE:
        n = min(ALL_UP_TO, max(1, SAMPLED // subject.cost()))
    return subject.sample(n, asked.which)


def checked(asked, subject):
    """The Result of the check asked for, computed once."""
    index = indices(asked, subject)
    return worked(
        check_key(asked, subject),
        lambda: result_in_parts(subject, index, asked.scheme, asked.step, asked.precision),
        2 * subject.seconds(len(index)),  # what is not explained is checked twice
        "This check",
        "Checking derivatives",
    )


def result(*args, **options):
    """The Result of `result_in_parts`, at once."""
    return working.at_once(result_in_parts(*args, **options))


def result_in_parts(subject, index, scheme, step, dtype, config=None, part="objective"):
    """Generator: yield the share that is done; return the Result of one check."""
    how = {"scheme": scheme, "step": step, "dtype": dtype, "part": part}
    what = subject.params, subject.X, subject.y, config or subject.config
    check = yield from checking.in_parts(*what, index, runs.cache().speed, **how)
    return Result(check, judge(check, *what, **how))


def wanted(subject, name):
    """Whether a section that takes a while is to be computed: at once, or when it is switched on."""
    if not subject.large:
        return True
    return st.toggle(
        f"Compute this for {subject.n_parameters:,} parameters: some seconds", key=f"_want_{name}"
    )


def key(asked, subject):
    """What a subject depends on, to be told from others."""
    return asked.experiment, len(subject.y), subject.epoch


def check_key(asked, subject):
    """What the Result of the check asked for depends on."""
    return "check", key(asked, subject), asked.scheme, asked.step, asked.precision, asked.which


def worked(key, steps, seconds, what, doing):
    """See `working.result`."""
    return working.result(("gradient_check", *key), steps, seconds, what, doing)


def noted(key, make):
    """What `make()` gives, or gave before for this key."""
    return runs.cache().note(("gradient_check", *key), make)


def viewed(key, make):
    """Like `noted`, for what is small and shown."""
    return runs.cache().view(("gradient_check", *key), make)
