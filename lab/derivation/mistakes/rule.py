"""Mistake: a wrong way to compute what a question asks for, and why it is wrong; the registry of them.

After "buggy rules": Brown & Burton, Diagnostic models for procedural bugs in basic mathematical skills, 1978.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lab.derivation.problem import trace
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES

MISTAKES = {}  # key: Mistake, in the order in which they are tried

# The first part of a step's key: what its numbers are about. Other steps go by their own key.
TOPICS = {
    "hidden_pre_activation": "pre_activation",
    "output_pre_activation": "pre_activation",
    "hidden_activation": "activation",
    "output_delta": "delta",
    "batch_delta": "delta",
    "output_weights": "weights",
    "hidden_weights": "weights",
    "batch_mean": "weights",
    "batch_outer": "weights",
    "every_layer": "weights",
    "hidden_output": "below",
    "inputs": "below",
    "chain_of_layers": "below",
    "hidden_delta": "through",
    "recursion": "through",
}
BATCH = ("batch_mean", "batch_delta", "batch_outer", "every_layer", "recursion", "elastic_net", "equal_units")
TOP = ("output_pre_activation", "output", "loss", "output_delta", "output_weights")
TOP += ("batch_mean", "batch_delta", "batch_outer")
BOTTOM = ("inputs", "chain_of_layers")


class Mistake(NamedTuple):
    """A buggy rule: `wrong(asked)` returns its value for the step's main array, or None if it does not apply.

    `topics` are the topics of the steps it belongs to (see TOPICS); `why` says in Markdown why the result
    is wrong. A mistake whose shapes do not fit does not apply either. If `activation` is given, it applies
    only to that activation. If `only(loss)` is given and false for the step's Loss, `why` is not true of it:
    the mistake has the reason `otherwise`, or does not apply if there is none.
    """

    key: str
    topics: tuple[str, ...]
    why: str
    wrong: Callable
    activation: str | None = None
    only: Callable | None = None
    otherwise: str = ""


class Wrong(NamedTuple):
    """A wrong answer to one question, the key of the mistake that leads to it, and why it is wrong."""

    key: str
    answer: str | float
    why: str


def mistake(topics, why, activation=None, *, only=None, otherwise=""):
    """Return a decorator that registers a function of Asked as the Mistake of its name."""

    def register(wrong):
        key = wrong.__name__
        MISTAKES[key] = Mistake(key, tuple(topics.split()), why, wrong, activation, only, otherwise)
        return wrong

    return register


class Asked:
    """What a question is about: its step, and the arrays that right and wrong answers are computed from.

    `layer` is the layer of the quantity, 0 for the inputs; `a`, `z`, `W`, `b`, `delta` (∂L/∂z), `da` (∂L/∂a)
    and `slope` (f′(z)) take a layer. They are those of the first example, or of all K if the step is about
    all. `right` is the step's main array; `x` is the argument of a function of one variable.
    """

    def __init__(self, problem, step, right=None, x=None):
        name, _, rest = step.key.partition(".")
        self.problem, self.step, self.x = step.about(problem), step, x
        self.loss_name = self.problem.loss
        if name in LOSSES:
            name, rest = f"output_{rest}" if rest == "delta" else rest, ""
        self.topic = TOPICS.get(name, name)
        self.layer = int(rest) if rest.isdigit() else 1
        if name in TOP:
            self.layer = problem.depth + 1
        elif name in BOTTOM:
            self.layer = 0
        elif name == "recursion":
            self.layer = problem.depth
        self.n = problem.K if name in BATCH else 1
        self.right = np.asarray(step.claims[step.main].analytic if right is None else right, float)
        self.f, self.loss = ACTIVATIONS[problem.activation], LOSSES[self.loss_name]

    @property
    def passed(self):
        """The Pass of the examples that the step is about."""
        return trace(self.problem, self.n)

    @property
    def is_output(self):
        return self.layer == self.problem.depth + 1

    @property
    def T(self):
        return self.passed.T

    @property
    def o(self):
        """The logits."""
        return self.passed.z[-1]

    @property
    def p(self):
        """The output, for the loss of the step."""
        return self.loss.output(self.o)

    def a(self, layer):
        return self.passed.X if layer == 0 else self.passed.a[layer - 1]

    def z(self, layer):
        return self.passed.z[layer - 1]

    def W(self, layer):
        return self.problem.params[layer - 1].W

    def b(self, layer):
        return self.problem.params[layer - 1].b

    def delta(self, layer):
        return self.passed.dz[layer - 1]

    def da(self, layer):
        """∂L/∂a of a hidden layer, or ∂L/∂x for layer 0."""
        return self.passed.da[layer - 1] if layer else self.passed.dX

    def slope(self, layer):
        return self.passed.slopes[layer - 1]

    def slope_at(self, z):
        """f′ at other arguments than the layer's z."""
        return 1.0 * self.f.derivative(z, self.f(z))


def wrong_arrays(asked):
    """Yield (Mistake, wrong array of the right shape) for every mistake that applies."""
    for one in MISTAKES.values():
        if one.activation not in (None, asked.problem.activation):
            continue
        if one.only and not one.only(asked.loss):
            one = one._replace(why=one.otherwise)
        if not one.why:
            continue
        if asked.topic in one.topics or "any" in one.topics:
            with np.errstate(all="ignore"):
                try:
                    wrong = one.wrong(asked)
                except ValueError:  # the shapes of the wrong product do not fit
                    continue
            if wrong is not None and np.shape(wrong) == asked.right.shape:
                yield one, np.asarray(wrong, float)
