"""The gradient check of a program: backpropagation against differences of the loss that the program reports.

`mlp.checks.judgement`, the engine's own, decides what the check proves.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from lab.bugs.program import differentiate, objective, quiet
from lab.gradient_check.in_words import all_zero, largest_compared
from lab.words import listed, scientific
from mlp.checks import gradient_check as engine
from mlp.checks import judgement
from mlp.checks.numerical import absolute_error, difference_quotient, relative_error, relative_norm, spread
from mlp.network import Layer

CHECKED = 40  # parameters checked per tensor, at most, unless the caller asks for all
COPIED = 2**18  # values in copies of a tensor made at once


class TensorCheck(NamedTuple):
    """The checked entries of a tensor: `index` counts them row by row; the arrays are (n_checked,)."""

    name: str  # such as W1
    shape: tuple[int, ...]
    index: np.ndarray
    analytic: np.ndarray
    numeric: np.ndarray
    crosses_kink: np.ndarray  # the difference quotient spans two branches

    @property
    def error(self):
        """The relative error of the whole tensor, kinks included, one number: see `relative_norm`."""
        return relative_norm(self.analytic, self.numeric)

    @property
    def smooth_error(self):
        """The relative error of the entries that cross no kink."""
        smooth = ~self.crosses_kink
        return relative_norm(self.analytic[smooth], self.numeric[smooth])

    @property
    def relative_errors(self):
        """The relative error of every entry; infinite where a derivative is not finite."""
        finite = np.isfinite(absolute_error(self.analytic, self.numeric))
        return np.where(finite, relative_error(self.analytic, self.numeric), np.inf)


@quiet
def check(steps, params, X, T, config, h, n_checked=CHECKED):
    """Return a TensorCheck per tensor: backpropagation against (L(θ + h) - L(θ - h)) / 2h.

    L is the loss that the program reports. Raise Stopped if a gradient does not fit its weights.
    """
    _, gradients = differentiate(steps, params, X, T, config)
    checks = compare(params, gradients, lambda moved: objective(steps, moved, X, T, config), h, n_checked)
    starts = np.cumsum([0, *(array.size for layer in params for array in layer)])
    index = np.concatenate([start + one.index for start, one in zip(starts, checks, strict=False)])
    # no bug is in the forward pass of the hidden layers, so the engine knows which entries cross a kink
    smooth = replace(config, l1=0.0, l2=0.0)
    of_engine = engine.gradient_check(params, X, T.argmax(axis=-1), smooth, step=h, indices=index)
    ends = np.cumsum([one.index.size for one in checks])[:-1]
    crossing = np.split(of_engine.crosses_kink, ends)
    return [one._replace(crosses_kink=crosses) for one, crosses in zip(checks, crossing, strict=True)]


def judged(bench, h, n_checked=CHECKED):
    """Return (TensorChecks, Judgement) of the program at a step h. Raise Stopped as `check` does."""
    X, T = bench.batch()

    def checks(step):
        return check(bench.steps, bench.params, X, T, bench.config, step, n_checked)

    loss = float(objective(bench.steps, bench.params, X, T, bench.config))
    return judged_by(checks, h, loss)


def judged_by(checks, h, loss, beside=1.0):
    """Return (TensorChecks, Judgement) of central differences; `checks(h)` must return the TensorChecks at h.

    `loss` is the value of what is differentiated; for `beside` see `judgement.rounding_floor`.
    """
    here = checks(h)
    analytic, numeric, crosses = _joined(here)
    whole = engine.compared(np.arange(analytic.size), analytic, numeric, crosses)

    def halved(entries):
        return _joined(checks(h / 2))[1][entries]

    how = {"scheme": "central", "step": h, "dtype": "float64", "beside": beside}
    return here, judgement.judged(whole, halved, loss, **how)


def wrong(checks, verdict):
    """Return the names of the tensors with a derivative that is wrong or not finite."""
    return _with_cause(checks, verdict, judgement.UNEXPLAINED, judgement.NOT_A_NUMBER)


def _with_cause(checks, verdict, *causes):
    """Return the names of the tensors with an entry that has one of these causes."""
    ends = np.cumsum([one.index.size for one in checks])[:-1]
    found = np.isin(verdict.cause, causes)
    return [one.name for one, of_one in zip(checks, np.split(found, ends), strict=True) if of_one.any()]


def verdict_in_words(checks, verdict, unusable=None):
    """Return what TensorChecks and their Judgement show, as a sentence without the full stop.

    `unusable` {"no gradient for": names of tensors} says why derivatives are NaN where nothing was computed.
    """
    unusable = unusable or {}
    apart = {name for names in unusable.values() for name in names}
    causes = {"wrong in": judgement.UNEXPLAINED, "not finite in": judgement.NOT_A_NUMBER}
    found = {word: _with_cause(checks, verdict, cause) for word, cause in causes.items()}
    found = unusable | {word: [name for name in names if name not in apart] for word, names in found.items()}
    if any(found.values()):
        said = "; ".join(f"{word} {', '.join(names)}" for word, names in found.items() if names)
        return f"{said[0].upper()}{said[1:]}"
    if verdict.kind == "nothing":
        return f"Nothing to compare: {all_zero(_joined(checks)[0], 'all derivatives')}"
    if verdict.only_kinks:
        return "Nothing to compare: every parameter crosses a kink"
    if verdict.kind == "happy":
        return f"Every tensor agrees within {judgement.HAPPY:.0e} of {largest_compared(verdict)}"
    return (
        f"Errors below {verdict.resolution:.0e} of {largest_compared(verdict)} would go unnoticed, hidden by "
        f"{verdict.hides}"
    )


def largest(errors):
    """Return the largest of {name: error} and all that have it, such as "5.0e-01, in W1 and W2"."""
    texts = {name: scientific(error) for name, error in errors.items()}
    most = texts[max(errors, key=errors.get)]
    return f"{most}, in {listed([name for name, text in texts.items() if text == most])}"


def too_coarse(verdict):
    """Return whether the step is too long for float64: truncation alone hides errors of 1e-7."""
    compared = np.isfinite(verdict.resolution) and verdict.resolution > judgement.HAPPY
    return bool(compared and verdict.hides == "truncation")


@quiet
def compare(params, gradients, loss, h, n_checked=CHECKED):
    """Return a TensorCheck per tensor: `gradients` against central differences of a smooth `loss(params)`."""
    checks = []
    for layer, tensors in enumerate(params):
        for kind, tensor, gradient in zip(Layer._fields, tensors, gradients[layer], strict=True):
            index = spread(tensor.size, n_checked)
            numeric = _differences(params, layer, kind, index, loss, h)
            smooth, name = np.zeros(index.size, bool), f"{kind}{layer + 1}"
            checks.append(TensorCheck(name, tensor.shape, index, gradient.flat[index], numeric, smooth))
    return checks


def _differences(params, layer, kind, index, loss, h):
    """Return the central differences of `loss(params)`, which takes one network, at entries of one tensor."""
    tensor = getattr(params[layer], kind)

    def losses(stack):
        layers = (params[layer]._replace(**{kind: row.reshape(tensor.shape)}) for row in stack)
        return np.array([loss((*params[:layer], moved, *params[layer + 1 :])) for moved in layers])

    n = max(1, COPIED // tensor.size)
    parts = [index[start : start + n] for start in range(0, len(index), n)]
    return np.concatenate([difference_quotient(losses, tensor.ravel(), part, "central", h) for part in parts])


def _joined(checks):
    """Return (analytic, numeric, crosses_kink) of all tensors, one after the other."""
    fields = ("analytic", "numeric", "crosses_kink")
    return tuple(np.concatenate([getattr(one, name) for one in checks]) for name in fields)
