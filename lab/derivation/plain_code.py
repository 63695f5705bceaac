"""The lines of the exported script that compute a step: NumPy as a student would write it."""

import dataclasses
import functools
import itertools
import textwrap

from data import DataConfig
from lab.exports import network, training
from lab.exports.experiment import Export

WEIGHTS = ("dW = inputs", "db = ")
BACKWARD = ("for layer in reversed", "W, b = params[layer]", *WEIGHTS, "gradients[layer] =")
BACKWARD += ("if layer > 0", "delta = delta @", "delta *=")
FROM_THE_LOSS = ("gradients = backward(params, pre_activations, inputs, loss_gradient",)
LINES = {  # {key of a step: the beginnings of its lines, in the order of the script}
    "hidden_pre_activation": ("z = inputs[layer]",),
    "hidden_activation": ("inputs.append",),
    "output_pre_activation": ("z = inputs[layer]",),
    "output_weights": WEIGHTS,
    "hidden_output": ("delta = delta @",),
    "hidden_delta": ("delta *=",),
    "hidden_weights": WEIGHTS,
    "batch_delta": FROM_THE_LOSS,
    "batch_outer": WEIGHTS,
    "recursion": BACKWARD,
    "every_layer": BACKWARD,
    "elastic_net": ("dW += W", "dW += np.sign"),
}
FUNCTIONS = {
    "loss": "def loss(",
    "output_delta": "def loss_gradient(",
}  # steps that a whole function computes


def plain(problem, key):
    """Return the lines that compute a step in the exported script of this network, or ""."""
    found, after = [], 0
    lines = script(problem).splitlines()
    if key in FUNCTIONS:
        return _function(lines, FUNCTIONS[key])
    for beginning in LINES.get(key.partition(".")[0], ()):
        at = next((n for n in range(after, len(lines)) if lines[n].strip().startswith(beginning)), None)
        if at is not None:  # a penalty of 0 has no line
            found.append(lines[at])
            after = at + 1
    return textwrap.dedent("\n".join(found))


def _function(lines, beginning):
    """Return the function that begins so, without its docstring of one line, or "" if there is none."""
    from_there_on = itertools.dropwhile(lambda line: not line.startswith(beginning), lines)
    body = itertools.takewhile(bool, from_there_on)
    return "\n".join(line for line in body if not line.strip().startswith('"""'))


@functools.lru_cache(maxsize=64)
def script(problem):
    """Return the exported script's code of this network: its forward and backward pass, and its training."""
    # under plain gradient descent the learning rate would be in the penalty's lines
    train = dataclasses.replace(problem.config, optimizer="momentum")
    export = Export(DataConfig(), train, None, "")
    return "\n\n\n".join(part.code for part in (*network.parts(export), *training.parts(export)))
