"""Compare a program's gradients with the right ones, and with those of programs with known mistakes."""

import itertools
from typing import NamedTuple

import numpy as np

from lab.diagnosis.arrays import TOLERANCE, Arrays, Row, rows_of
from lab.diagnosis.mistake import Mistake, in_layer, mistakes_of
from lab.diagnosis.mistakes import MISTAKES
from lab.diagnosis.program import gradients
from mlp.losses import LOSSES

ROUNDED = 1e-2  # relative difference up to which a gradient may be the right one, rounded
CLOSER = 100  # a factor is no rounding if it leaves an error this many times smaller
FEWEST = 3  # different numbers from which on that is said
SAME = 1e-6  # relative difference up to which two mistakes cannot be distinguished
BLOCK = 50_000  # numbers compared at once
CALLS, CALLS_PER_LAYER, VALUES_PER_PARAMETER = 430, 97, 400  # NumPy's cost of comparing one cause
MOST_WORK = 2_000_000  # parameters times examples; above it no pairs of mistakes are tried
RIGHT, CAUSED, HALF_PRECISION, FEW_DIGITS, SCALED, PARTLY, UNKNOWN = (
    *("right", "caused", "half precision", "few digits", "scaled", "partly", "unknown"),
)


class Cause(NamedTuple):
    """Mistakes made together; `layer` is the only layer, from 1, in which they are made; 0 means all."""

    mistakes: tuple[Mistake, ...]
    layer: int = 0

    @property
    def effects(self):
        """The effects on a program, pairs (step, effect)."""
        pairs = [pair for one in self.mistakes for pair in one.effects.items()]
        return [(step, in_layer(effect, self.layer - 1) if self.layer else effect) for step, effect in pairs]


class Diagnosis(NamedTuple):
    """The result of comparing a program's gradients.

    `state` is RIGHT; CAUSED, by any of `causes`, which cannot be distinguished here; HALF_PRECISION or
    FEW_DIGITS, right except for rounding; SCALED, the right ones times `factor`, which no known mistake
    explains; PARTLY, if `causes` explain the arrays `explained` but no known mistake explains all; or
    UNKNOWN. `error` is the largest relative difference of an array from the right one or, if CAUSED, from the
    first cause's; if SCALED, from `factor` times the right one. `rows` compare each array with the right one,
    from the first layer to the last. `n_hidden` counts the mistakes that do not change these gradients;
    `in_pairs` says whether pairs of mistakes were tried if no single one explained them.
    """

    state: str
    causes: tuple[Cause, ...]
    error: float
    rows: tuple[Row, ...]
    n_hidden: int
    in_pairs: bool
    explained: tuple[str, ...] = ()
    factor: float = 1.0


def estimated_seconds(batch, speed):
    """Return the estimated seconds of a diagnosis that tries every cause."""
    n_layers, n, config = len(batch.params), len(batch.y), batch.config
    n_parameters = sum(W.size + b.size for W, b in batch.params)
    each = (CALLS + CALLS_PER_LAYER * n_layers) * speed.call
    each += n_parameters * (VALUES_PER_PARAMETER * speed.value + 6 * n * speed.multiply_add)
    each += 2 * n * sum(config.hidden_layer_sizes) * speed.activation(config.activation)
    n_causes = len(MISTAKES) * (1 + n_layers + tries_pairs(batch) * len(MISTAKES) / 2)
    return n_causes * each


def tries_pairs(batch):
    """Return whether mistakes are tried in pairs."""
    return sum(W.size + b.size for W, b in batch.params) * len(batch.y) <= MOST_WORK


class Known(NamedTuple):
    """The gradients on a Batch of every known mistake that changes them: (Cause, vector) pairs.

    `n_hidden` counts the other mistakes: their gradients are the right ones, within TOLERANCE.
    """

    right: np.ndarray
    visible: tuple[tuple[Cause, np.ndarray], ...]
    n_hidden: int


def known(batch, share=1.0):
    """Generator: yield the share of the work done, up to `share`; return the Known of a Batch."""
    arrays = Arrays(batch)
    right = arrays.flat(gradients(batch))
    visible, n_hidden = [], 0
    for number, one in enumerate(mistakes_of(LOSSES[batch.config.loss]).values()):
        flat = _flat(arrays, batch, Cause((one,)))
        if flat is not None and arrays.errors(flat, right).max() <= TOLERANCE:
            n_hidden += 1
        elif flat is not None:
            visible.append((Cause((one,)), flat))
        yield share * (number + 1) / len(MISTAKES)
    return Known(right, tuple(visible), n_hidden)


def diagnose(batch, theirs, those_known=None):
    """Generator: yield the share of the work done; return the Diagnosis of a program's gradients.

    `theirs` are the gradients that it computed for the Batch: a sequence of Layer, in the shapes of the
    parameters. The simplest causes are tried first: one mistake, one mistake in one layer, two mistakes.
    `those_known` is the Known of the Batch, if it has been computed before.
    """
    those_known = those_known or (yield from known(batch, 0.1))
    right, visible, n_hidden = those_known
    arrays = Arrays(batch)
    found = arrays.flat(theirs)
    rows = tuple(rows_of(arrays, right, found))
    errors = np.array([row.error for row in rows])
    in_pairs = tries_pairs(batch)

    def of(state, causes=(), error=None, **more):
        error = errors.max() if error is None else error
        return Diagnosis(state, causes, float(error), rows, n_hidden, in_pairs, **more)

    state = _rounding(found, errors)
    if state == RIGHT:
        return of(RIGHT)
    stages = [iter(visible), _computed(arrays, batch, _layered(visible, len(batch.params)))]
    if in_pairs and found.any():
        stages.append(_computed(arrays, batch, _pairs(visible)))
    n_tried, n_in_all = 0, len(visible) * (1 + len(batch.params) + in_pairs * len(visible) / 2)
    partial = None
    for stage in stages:
        matches = []
        while block := list(itertools.islice(stage, max(1, BLOCK // len(found)))):
            n_tried += len(block)
            for (cause, flat), apart in zip(
                block, arrays.errors(found, np.stack([flat for _, flat in block])), strict=True
            ):
                if apart.max() <= TOLERANCE:
                    matches.append((apart.max(), cause, flat))
                partial = _better(partial, cause, apart <= TOLERANCE, errors > TOLERANCE)
            yield min(1.0, 0.1 + 0.9 * n_tried / n_in_all)
        if matches:
            error, first, nearest = min(matches, key=lambda match: match[0])
            others = [
                c for _, c, flat in matches if c != first and arrays.errors(flat, nearest).max() <= SAME
            ]
            return of(CAUSED, (first, *others), error)
    factor, apart = _scaled(arrays, found, right)
    if apart <= TOLERANCE and (not state or _is_no_rounding(found, apart, errors.max())):
        return of(SCALED, error=apart, factor=factor)
    if state:
        return of(state)
    if partial:
        cause, explains = partial
        explained = tuple(name for name, yes in zip(arrays.names, explains, strict=True) if yes)
        return of(PARTLY, (cause,), explained=explained)
    return of(UNKNOWN)


def _layered(visible, n_layers):
    """Yield the causes of one mistake made in one layer alone."""
    for cause, _ in visible:
        if cause.mistakes[0].layered:
            for layer in range(1, n_layers + 1):
                yield cause._replace(layer=layer)


def _pairs(visible):
    """Yield the causes with two mistakes; two in one step in both orders, since one may undo the other."""
    for (first, _), (second, _) in itertools.combinations(visible, 2):
        a, b = first.mistakes[0], second.mistakes[0]
        yield Cause((a, b))
        if a.effects.keys() & b.effects.keys():
            yield Cause((b, a))


def _computed(arrays, batch, causes):
    for cause in causes:
        flat = _flat(arrays, batch, cause)
        if flat is not None:
            yield cause, flat


def _flat(arrays, batch, cause):
    layers = gradients(batch, cause.effects)
    return arrays.flat(layers) if layers else None


def _rounding(found, errors):
    """Return RIGHT, HALF_PRECISION or FEW_DIGITS if rounding explains the errors, otherwise ""."""
    worst = errors.max()
    if worst <= TOLERANCE:
        return RIGHT
    if worst > ROUNDED:
        return ""
    with np.errstate(over="ignore"):
        halves = found.astype(np.float16).astype(np.float64)
    return HALF_PRECISION if np.allclose(halves, found, rtol=1e-7, atol=0) else FEW_DIGITS


def _is_no_rounding(found, apart, error):
    """Return whether a factor that leaves the error `apart` of `error` cannot be due to rounding.

    One or two rounded numbers may by chance differ from the right ones by the same factor.
    """
    return apart <= error / CLOSER and len(np.unique(np.abs(found))) >= FEWEST


def _scaled(arrays, found, right):
    """Return (the c for which c · right is nearest to `found`, the largest error of an array from that)."""
    with np.errstate(all="ignore"):
        factor = float(right @ found / (right @ right)) if right.any() else 1.0
        return factor, float(arrays.errors(found, factor * right).max())


def _better(partial, cause, agrees, wrong):
    """Return (cause, which wrong arrays it explains): this one or `partial`, the best so far.

    A cause that would change an array that is right explains nothing.
    """
    explains = agrees & wrong
    if not explains.any() or not agrees[~wrong].all():
        return partial
    return partial if partial and partial[1].sum() >= explains.sum() else (cause, explains)
