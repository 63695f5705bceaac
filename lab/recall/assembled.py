"""What an assembled backward() does: its gradients are checked, its training compared, errors explained."""

import functools
from typing import NamedTuple

import numpy as np

from lab.bugs import check
from lab.recall.fragments import FRAGMENTS, HEAD, RIGHT, Fragment, Stopped, given, run
from lab.words import counted, listed
from mlp.checks.judgement import Judgement
from mlp.network import Layer, objective

STEP = 1e-5  # h of the numerical derivatives
LEARNING_RATE, N_STEPS = 0.3, 150
SAME = 1e-9  # relative difference up to which two gradients count as the same


class Outcome(NamedTuple):
    """What a program of fragments does on a network.

    `checks` and `verdict` are those of `lab.bugs.check`; if the program gives a tensor no gradient, or one of
    the wrong shape, its analytic derivatives are NaN. `wrong` names the tensors with a wrong gradient, from
    the output down. `stopped` says at which line the program stops, or "". `losses` is the loss before
    each of N_STEPS steps and after the last, shorter if they grow beyond all numbers, and empty if the
    program cannot train. `culprit` is the wrong fragment that explains the first of `wrong`, or None;
    `unseen` are wrong fragments that compute the same as the right ones here.
    """

    fragments: tuple[Fragment, ...]
    checks: tuple
    verdict: Judgement
    wrong: tuple[str, ...]
    stopped: str
    losses: np.ndarray
    right_losses: np.ndarray
    culprit: Fragment | None
    unseen: tuple[Fragment, ...]

    @property
    def right(self):
        """Whether every line is right."""
        return not any(one.why for one in self.fragments)


def outcome(problem, keys):
    """Return the Outcome of the fragments with these keys, in this order, for the network of the Problem.

    The loss is the mean over all its examples, without penalty. Raise KeyError for an unknown key.
    """
    return _outcome(problem, tuple(FRAGMENTS[key].key for key in keys))


@functools.lru_cache(maxsize=64)
def _outcome(problem, keys):
    fragments = tuple(FRAGMENTS[key] for key in keys)
    config, X, y = problem.without_penalty, problem.X, problem.y

    def loss(params):
        return objective(params, X, y, config)[0]

    gradients, stopped = gradients_of(fragments, config, problem.params, X, y)
    whole = _with_nan(gradients, problem.params)

    def checks_at(h):
        return check.compare(problem.params, whole, loss, h, n_checked=max(W.size for W, _ in problem.params))

    checks, verdict = check.judged_by(checks_at, STEP, float(loss(problem.params)))
    wrong = from_the_output(check.wrong(checks, verdict))
    mistakes = [one for one in fragments if one.why]
    alone = {one: _wrong_alone(problem, one) for one in mistakes}
    first = wrong[0] if wrong else ""
    culprits = [one for one in mistakes if first in alone[one]] or [one for one in mistakes if alone[one]]
    return Outcome(
        fragments,
        tuple(checks),
        verdict,
        wrong,
        stopped,
        _trained(problem, fragments),
        _trained(problem, RIGHT),
        culprits[0] if wrong and culprits else None,
        tuple(one for one in mistakes if not alone[one]),
    )


def gradients_of(fragments, config, params, X, y):
    """Return (the gradients it returns or has so far: (dW, db) or None per layer; where the program stops).

    The second is a sentence, or "" if the program does not stop.
    """
    variables, stopped = given(config, params, X, y, LEARNING_RATE), ""
    try:
        run(fragments, variables)
    except Stopped as stop:
        line = stop.fragment.written(config.activation)
        layer = f" in layer {variables.layer + 1}" if hasattr(variables, "layer") else ""
        stopped = f"The program stops{layer} at `{line}`: {stop}."
    return getattr(variables, "gradients", [None] * len(params)), stopped


def matters(problem, mistake):
    """Return whether this fragment alone makes a gradient of the Problem's network wrong."""
    return bool(_wrong_alone(problem, mistake))


def from_the_output(names):
    """Return the names of tensors, such as W1, from the output layer down, W before b."""
    return tuple(sorted(names, key=lambda name: (-int(name[1:]), name[0])))


def said(found):
    """Return a list of sentences, in Markdown, about what the Outcome shows."""
    if found.wrong:
        return _said_wrong(found)
    if found.right:
        return [f"**Right.** {agreement(found)} You have written backpropagation."]
    numbers = [line_number(found.fragments, one) for one in found.unseen]
    if not numbers:
        return _said_together(found)
    lines = f"line {numbers[0]} is" if len(numbers) == 1 else f"lines {listed(numbers)} are"
    why = [
        f"Line {n}: {one.same_when or 'On this network it computes the same as the right line.'}"
        for n, one in zip(numbers, found.unseen, strict=True)
    ]
    passes = (
        f"**The check passes, but {lines} wrong.** {agreement(found)} On this network no check can see that."
    )
    return [passes, *why]


def _said_together(found):
    """Return the sentences about wrong lines that cancel each other, though each alone would be wrong."""
    numbers = [line_number(found.fragments, one) for one in found.fragments if one.why]
    return [
        f"**The check passes.** {agreement(found)} Lines {listed(numbers)} are not the ones on the sheet, "
        "and each alone would be wrong; together they compute the same gradients."
    ]


def agreement(found):
    """Return a sentence on how closely the gradients, all of them right, agree with numerical ones."""
    error = max(one.error for one in found.checks)
    return f"Every gradient agrees with the numerical one; the largest relative error is {error:.0e}."


def verdict(found):
    """Return what the check of the Outcome finds, as a sentence without the full stop."""
    return check.verdict_in_words(found.checks, found.verdict)


def line_number(fragments, fragment):
    """Return the number of a fragment's line in the program as it is shown, below its head of two lines."""
    return fragments.index(fragment) + len(HEAD) + 1


def _said_wrong(found):
    n, all_ = len(found.wrong), [one.name for one in found.checks]
    right = [name for name in from_the_output(all_) if name not in found.wrong]
    first = f"From the output down, the first wrong gradient is that of **{found.wrong[0]}**."
    which = f"All {n} tensors are wrong."
    if right:
        are = f"{listed(right)} {'is' if len(right) == 1 else 'are'} right"
        which = f"{counted(n, 'tensor')} of {len(all_)} {'is' if n == 1 else 'are'} wrong; {are}."
    sentences = [f"{first} {which}"]
    if found.stopped:
        sentences.append(found.stopped)
    if found.culprit:
        number = line_number(found.fragments, found.culprit)
        sentences.append(f"**Line {number}.** {found.culprit.why} Repair it, and run the program again.")
    return sentences


def curve_in_words(found):
    """Return what the two trainings do, as a sentence without the full stop."""
    right = f"the right program's loss goes from {found.right_losses[0]:.3g} to {found.right_losses[-1]:.3g}"
    if not len(found.losses):
        return f"Your program cannot train, because a layer has no gradient of the right shape; {right}"
    steps = len(found.losses) - 1
    if steps < N_STEPS:
        return f"Your program's loss is not a number after {counted(steps, 'step')}; {right}"
    if np.array_equal(found.losses, found.right_losses):
        return f"In {N_STEPS} steps {right}; yours is the same"
    learns = found.wrong and found.losses[-1] < found.losses[0]
    but = ". It learns all the same: a falling loss does not prove a gradient right" if learns else ""
    return f"In {N_STEPS} steps {right}; yours goes to {found.losses[-1]:.3g}{but}"


def _fits(pair, layer):
    return pair is not None and all(
        np.shape(gradient) == array.shape for gradient, array in zip(pair, layer, strict=True)
    )


def _with_nan(gradients, params):
    """Return the gradients as Layers, with NaN for one that is missing or has the wrong shape."""
    layers = []
    for pair, layer in zip(gradients, params, strict=True):
        each = pair or (None, None)
        layers.append(
            Layer(
                *(
                    np.asarray(own, float) if np.shape(own) == array.shape else np.full(array.shape, np.nan)
                    for own, array in zip(each, layer, strict=True)
                )
            )
        )
    return tuple(layers)


@functools.lru_cache(maxsize=256)
def _wrong_alone(problem, mistake):
    """Return the names of the tensors that are wrong if this fragment is the only wrong one."""
    config, params = problem.without_penalty, problem.params
    fragments = tuple(mistake if one.line == mistake.line else one for one in RIGHT)
    both = [
        _with_nan(gradients_of(program, config, params, problem.X, problem.y)[0], params)
        for program in (fragments, RIGHT)
    ]
    names = []
    for number, layers in enumerate(zip(*both, strict=True), 1):
        for kind, ours, right in zip(Layer._fields, *layers, strict=True):
            if not np.abs(ours - right).max() <= SAME * np.abs(right).max():
                names.append(f"{kind}{number}")
    return from_the_output(names)


@functools.lru_cache(maxsize=128)
def _trained(problem, fragments):
    """Return the loss before every step of gradient descent and after the last; empty if it cannot train."""
    config, params, X, y = problem.without_penalty, problem.params, problem.X, problem.y
    losses = [objective(params, X, y, config)[0]]
    for _ in range(N_STEPS):
        gradients, _ = gradients_of(fragments, config, params, X, y)
        if not all(_fits(pair, layer) for pair, layer in zip(gradients, params, strict=True)):
            return np.array([])
        params = tuple(
            Layer(W - LEARNING_RATE * dW, b - LEARNING_RATE * db)
            for (W, b), (dW, db) in zip(params, gradients, strict=True)
        )
        losses.append(objective(params, X, y, config)[0])
        if not np.isfinite(losses[-1]):
            break
    losses = np.array(losses)
    return losses[np.isfinite(losses)]
