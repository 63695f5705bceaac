"""The lines of backward(), each a text and a function that does what the text says, and how they are run.

The texts are those of the exported script, `lab.exports.network`, except for the sum over the examples, which
the script writes as a product with a row of ones.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES, one_hot
from mlp.network import propagate


class Fragment(NamedTuple):
    """A line of code: its text, in which {f} is the name of the activation, and its effect on the variables.

    `line` is the key in LINES of the line it replaces; `depth` is its indentation, 1 inside the function. The
    effect of a fragment that opens a block returns what it loops over, or whether the block runs. For a wrong
    fragment, `why` says what is wrong, and `same_when` when it makes no difference, or "".
    """

    key: str
    line: str
    depth: int
    text: str
    effect: Callable
    why: str = ""
    same_when: str = ""

    def written(self, activation):
        """Return the line as it is shown, without its indentation."""
        return self.text.format(f=activation)


class Stopped(ValueError):
    """A line of the program cannot be run: `fragment` is the line; the message says why in a sentence."""

    def __init__(self, fragment, sentence):
        super().__init__(sentence)
        self.fragment = fragment


FRAGMENTS = {}  # {key: Fragment}, right and wrong
HEAD = ("def backward(params, X, T):", "    pre_activations, inputs = forward(params, X)")
OPEN_A_BLOCK = ("loop", "if")


def right(line, depth, text):
    """Return a decorator that registers a function in FRAGMENTS as the right version of a line."""

    def enter(effect):
        FRAGMENTS[line] = Fragment(line, line, depth, text, effect)
        return effect

    return enter


@right("delta", 1, "delta = loss_gradient(pre_activations[-1], T) / len(X)")
def _output_delta(v):
    v.delta = v.loss_gradient(v.pre_activations[-1], v.T) / len(v.X)


@right("list", 1, "gradients = [None] * len(params)")
def _list(v):
    v.gradients = [None] * len(v.params)


@right("loop", 1, "for layer in reversed(range(len(params))):")
def _loop(v):
    return reversed(range(len(v.params)))


@right("weights", 2, "W, b = params[layer]")
def _weights(v):
    v.W, v.b = v.params[v.layer]


@right("dW", 2, "dW = inputs[layer].T @ delta")
def _dW(v):
    v.dW = v.inputs[v.layer].T @ v.delta


@right("db", 2, "db = delta.sum(axis=0)")
def _db(v):
    v.db = v.delta.sum(axis=0)


@right("store", 2, "gradients[layer] = (dW, db)")
def _store(v):
    v.gradients[v.layer] = (v.dW, v.db)


@right("if", 2, "if layer > 0:")
def _if(v):
    return v.layer > 0


@right("back", 3, "delta = delta @ W.T")
def _back(v):
    v.delta = v.delta @ v.W.T


@right("slope", 3, "delta *= {f}_derivative(pre_activations[layer - 1], inputs[layer])")
def _slope(v):
    v.delta *= v.derivative(v.pre_activations[v.layer - 1], v.inputs[v.layer])


@right("return", 1, "return gradients")
def _return(v):
    v.returned = v.gradients


RIGHT = tuple(FRAGMENTS.values())
LINES = tuple(FRAGMENTS)


def shown(fragments, activation):
    """Return the program as code: its head, then the fragments, one per line; None is an open place."""
    lines = ["    …" if one is None else "    " * one.depth + one.written(activation) for one in fragments]
    return "\n".join([*HEAD, *lines])


def given(config, params, X, y, learning_rate):
    """Return the program's variables at its start: the results of `forward`, and the functions by name."""
    pre_activations, hidden = propagate(params, X, config)
    activation = ACTIVATIONS[config.activation]
    return SimpleNamespace(
        params=params,
        X=X,
        T=one_hot(y, params[-1].W.shape[-1], X.dtype),
        pre_activations=pre_activations,
        inputs=[X, *hidden],
        learning_rate=learning_rate,
        loss_gradient=LOSSES[config.loss].gradient,
        activation=lambda z: activation(z) * 1.0,
        derivative=lambda z, a: activation.derivative(z, a) * 1.0,
    )


def run(fragments, variables):
    """Run the fragments one after the other, blocks by their indentation, as Python would.

    They change the variables; `returned` exists once the return has run. Raise Stopped at a line that cannot
    be run.
    """
    with np.errstate(all="ignore"):
        _block(fragments, variables)


def _block(fragments, variables):
    at = 0
    while at < len(fragments):
        head = fragments[at]
        inside = 0
        while at + inside + 1 < len(fragments) and fragments[at + inside + 1].depth > head.depth:
            inside += 1
        block = fragments[at + 1 : at + 1 + inside]
        opens = head.line in OPEN_A_BLOCK
        if opens != bool(block) or (block and block[0].depth != head.depth + 1):
            raise Stopped(head, "the line below it is not indented under it")
        result = _effect(head, variables)
        if head.line == "return":
            return
        if head.line == "loop":
            for variables.layer in result:
                _block(block, variables)
        elif opens and result:
            _block(block, variables)
        at += 1 + inside


def _effect(fragment, variables):
    try:
        return fragment.effect(variables)
    except AttributeError as missing:
        raise Stopped(fragment, f"`{missing.name}` has no value yet") from None
    except (ValueError, TypeError):
        raise Stopped(fragment, "the shapes do not fit") from None
