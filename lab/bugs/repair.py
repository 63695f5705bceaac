"""Repair a bug: the code that can replace a wrong step, and a verdict in words.

A fragment is one of our own functions, chosen by its key: the right step, a planted bug of the same step,
or a repair that does not work. Erroneous examples help those who explain and correct them (McLaren, Adams &
Mayer 2015).
"""

import ast
import inspect
import textwrap
import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lab.bugs import BUGS
from lab.bugs.steps import RIGHT
from mlp.network import Layer

RIGHT_KEY = "right"


class Fragment(NamedTuple):
    """A function that can replace a step: its key, the step, the function, and what is wrong with it."""

    key: str
    step: str
    function: Callable
    why: str = ""  # "" for the right one

    def code(self):
        """Return its code under the name of the step, without telltale docstring and comments."""
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(self.function))).body
        tree.name, tree.decorator_list = self.step, []
        if ast.get_docstring(tree) is not None:
            del tree.body[0]
        return ast.unparse(tree).replace("RIGHT.", "textbook.")


_NO_REPAIRS = []


def _no_repair(step, why):
    """Return a decorator that registers a function as a repair of this step that does not work."""

    def enter(function):
        _NO_REPAIRS.append(Fragment(function.__name__, step, function, why))
        return function

    return enter


@_no_repair("mean", "Now no mean is taken at all: each gradient is K times that of the mean loss.")
def summed(delta):
    return delta * 1.0


@_no_repair("output_error", "The sign is wrong: this program climbs the loss instead of descending it.")
def sign_of_error(o, T):
    return T - o


@_no_repair(
    "example_losses", "This is the loss in bits; its derivative has a factor 1 / ln 2, which o - T lacks."
)
def in_bits(o, T):
    return -np.log2((o * T).sum(axis=-1))


@_no_repair("saved_activations", "These are the pre-activations. The weights above received the activations.")
def pre_activations_saved(z, a):
    return z


@_no_repair(
    "penalty", "Now it is in the reported loss, but twice as large as the one that is differentiated."
)
def penalty_doubled(params, l2):
    return 2 * l2 * sum(np.square(layer.W).sum() for layer in params)


@_no_repair("penalty_gradient", "The derivative of λW² is 2λW, not λ/2 W: the factor is on the wrong side.")
def penalty_halved(layer, l2):
    return Layer(l2 * layer.W / 2, np.zeros_like(layer.b))


@_no_repair(
    "activation_gradient",
    "No step has to be undone: delta is multiplied by the W that produced the loss.",
)
def step_taken_back(delta, W, dW, eta):
    return delta @ (W + eta * dW).T


@_no_repair(
    "first_to_last", "This moves one gradient from the end to the front. The whole list has to be reversed."
)
def rotated(gradients):
    return (gradients[-1], *gradients[:-1]) if len(gradients) > 2 else tuple(gradients)


@_no_repair("update", "Now the biases do not learn at all.")
def weights_alone(layer, gradient, eta):
    return Layer(layer.W - eta * gradient.W, layer.b)


@_no_repair(
    "rate", "// divides and drops the remainder. The remainder mod 2 tells whether a half-cycle rises."
)
def divided_by_two(t, config):
    position = t % config.cycle_steps / config.cycle_steps
    rising = int(t / config.cycle_steps) // 2 == 0
    height = position if rising else 1 - position
    return config.learning_rate_min + (config.learning_rate - config.learning_rate_min) * height


@_no_repair("check_steps", "1/48 is still far too long a step.")
def a_little_finer():
    return 1 / np.arange(25, 49)


@_no_repair(
    "epoch_loss", "This is the sum over the minibatches. An epoch's loss is the mean over its examples."
)
def summed_losses(losses, sizes):
    return np.sum(losses)


@_no_repair(
    "probabilities", "Subtracting the mean does not prevent overflow; subtracting the largest logit does."
)
def shifted_by_mean(logits):
    e = np.exp(logits - logits.mean(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@_no_repair(
    "order",
    "This draws with replacement: some examples come up more than once in an epoch, and some never.",
)
def with_replacement(generator, n_samples):
    return generator.integers(n_samples, size=n_samples)


@_no_repair("accuracy", "This divides by 100, no matter how many test examples there are.")
def of_a_hundred(right):
    return right.sum() / 100


def fragments(step, seed=0):
    """Return the Fragments offered for a step, the right one among them, shuffled by the seed."""
    planted = [Fragment(key, step, bug.wrong, bug.why) for key, bug in BUGS.items() if bug.step == step]
    others = [one for one in _NO_REPAIRS if one.step == step]
    every = [Fragment(RIGHT_KEY, step, getattr(RIGHT, step)), *planted, *others]
    rng = np.random.default_rng([seed, zlib.crc32(step.encode())])
    return [every[n] for n in rng.permutation(len(every))]


def lines():
    """Return {step: what it does, a sentence} of every step, in the order of the program."""
    return {step: inspect.getdoc(function).partition("\n")[0] for step, function in RIGHT._asdict().items()}


def mended(bug, fragment):
    """Return the Steps of the Bug's program with this Fragment in its place."""
    return bug.steps()._replace(**{fragment.step: fragment.function})


def is_right(bug, fragment):
    """Return whether the Fragment repairs the Bug."""
    return fragment.step == bug.step and fragment.key == RIGHT_KEY


def said(bug, fragment, findings):
    """Return the verdict on a repair, a list of sentences; `findings` {title of a test: Finding}.

    The first says whether the bug is repaired. For a wrong repair they say what is still wrong and which test
    shows it, without giving the right one away.
    """
    red = {title: finding for title, finding in findings.items() if finding.caught}
    if is_right(bug, fragment):
        passes = (
            f"All {len(findings)} tests pass."
            if not red
            else f"{_listed(red)} still {'finds' if len(red) == 1 else 'find'} something."
        )
        return [f"Repaired. {passes}"]
    if fragment.function is bug.wrong:
        first = "This is the line that was there: nothing has changed."
    elif fragment.step == bug.step:
        first = f"This is the right line, but not yet the right code. {fragment.why}"
    elif fragment.key == RIGHT_KEY:
        first = f"`{fragment.step}` was right as it was, so the bug is still there. Look at another line."
    else:
        first = f"`{fragment.step}` was right; now it is wrong as well. {fragment.why} The bug is elsewhere."
    if not red:
        return [first, "On this network no test finds anything wrong; that does not prove the program right."]
    title, finding = next(iter(red.items()))
    fail = "still fails" if len(red) == 1 else "still fail"
    return [first, f"{len(red)} of {len(findings)} tests {fail}. {title}: {finding.sentence}"]


def _listed(titles):
    return "; ".join(titles)
