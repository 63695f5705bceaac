"""What an assembled backward() does: its gradients are checked, its training compared, errors explained.

`lab.recall.sentences` puts it into words.
"""

import functools
from typing import NamedTuple

import numpy as np

from lab.bugs import check
from lab.recall.fragments import FRAGMENTS, RIGHT, Fragment, Stopped, given, run
from mlp.checks.judgement import Judgement
from mlp.network import Layer, objective

STEP = 1e-5  # h of the numerical derivatives
LEARNING_RATE, N_STEPS = 0.3, 150
SAME = 1e-9  # relative difference up to which two gradients count as the same


class Outcome(NamedTuple):
    """What a program of fragments does on a network.

    `checks` and `verdict` are those of `lab.bugs.check`; if the program gives a tensor no gradient, or one of
    the wrong shape, `missing` or `misshapen` names it, and its analytic derivatives are NaN. `wrong` names
    the tensors with a wrong gradient, from the output down. `stopped` says at which line the program stops,
    or "". `losses` is the loss before each of N_STEPS steps and after the last, shorter if they grow beyond
    all numbers, and empty if the program cannot train. `culprit` is the wrong fragment that explains the
    first of `wrong`, or None; `unseen` are wrong fragments that compute the same as the right ones here.
    """

    fragments: tuple[Fragment, ...]
    checks: tuple
    verdict: Judgement
    missing: tuple[str, ...]
    misshapen: tuple[str, ...]
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
    return Outcome(
        fragments,
        tuple(checks),
        verdict,
        *_unusable(gradients, problem.params),
        wrong,
        stopped,
        _trained(problem, fragments),
        _trained(problem, RIGHT),
        _culprit(problem, fragments, alone, wrong[0]) if wrong else None,
        tuple(one for one in mistakes if not alone[one]),
    )


def _culprit(problem, fragments, alone, first):
    """Return the wrong fragment to explain, or None: the first whose repair changes what is computed.

    Those that alone make the gradient `first` wrong come before the others. `alone` is {wrong fragment: the
    tensors that it makes wrong alone}.
    """
    mistakes = [one for one, names in alone.items() if names]
    mistakes.sort(key=lambda one: first not in alone[one])
    felt = [one for one in mistakes if _is_felt(problem, fragments, one)]
    return next(iter(felt or mistakes), None)


def _is_felt(problem, fragments, mistake):
    """Return whether the program computes something else, or stops elsewhere, if this line is repaired."""
    repaired = tuple(FRAGMENTS[one.line] if one is mistake else one for one in fragments)
    (before, stop), (after, other_stop) = (
        gradients_of(program, problem.without_penalty, problem.params, problem.X, problem.y)
        for program in (fragments, repaired)
    )
    pairs = [
        pair
        for layers in zip(_with_nan(before, problem.params), _with_nan(after, problem.params), strict=True)
        for pair in zip(*layers, strict=True)
    ]
    return stop != other_stop or not all(np.allclose(*pair, SAME, 0.0, equal_nan=True) for pair in pairs)


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


def _fits(pair, layer):
    return pair is not None and all(
        np.shape(gradient) == array.shape for gradient, array in zip(pair, layer, strict=True)
    )


def _unusable(gradients, params):
    """Return the names of the tensors without a gradient, and of those with one of another shape."""
    missing, misshapen = [], []
    for number, (pair, layer) in enumerate(zip(gradients, params, strict=True), 1):
        for kind, own, array in zip(Layer._fields, pair or (None, None), layer, strict=True):
            if own is None:
                missing.append(f"{kind}{number}")
            elif np.shape(own) != array.shape:
                misshapen.append(f"{kind}{number}")
    return tuple(missing), tuple(misshapen)


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
