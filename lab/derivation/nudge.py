"""Move one weight: how the loss of the first example changes, and what its derivative predicts."""

import functools
from typing import NamedTuple

import numpy as np

from lab.derivation.names import number, symbol
from lab.derivation.problem import trace
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES, one_hot
from mlp.network import Layer, propagate

REACH, STEP = 4.0, 0.01  # how far a weight can be moved, and the step of the slider
N_POINTS = 801
HALVINGS = 50  # of an interval in which a kink lies
ROUNDING = 1e-12  # relative to the loss: smaller differences are rounding


class Parameter(NamedTuple):
    """A weight or a bias: W or b, its layer from 1, its index from 0."""

    kind: str
    layer: int
    index: tuple[int, ...]


class Nudge(NamedTuple):
    """A parameter moved from `start` to `end`; L is the loss of the first example, without penalty.

    `slope` is ∂L/∂parameter at the start, `half` the loss half-way.
    """

    name: str
    start: float
    end: float
    loss: float
    moved: float
    half: float
    slope: float

    @property
    def change(self):
        """ΔL."""
        return self.moved - self.loss

    @property
    def predicted(self):
        """∂L/∂parameter · Δparameter, the change that the tangent predicts."""
        return self.slope * (self.end - self.start)

    @property
    def gap(self):
        """How far the curve is above its tangent at the end."""
        return self.change - self.predicted

    @property
    def gap_at_half(self):
        """How far the curve is above its tangent half-way."""
        return self.half - self.loss - self.predicted / 2


def parameters(problem):
    """Return every Parameter of the network, layer by layer, the weights before the biases."""
    return tuple(
        Parameter(kind, layer, index)
        for layer, pair in enumerate(problem.params, 1)
        for kind, array in zip("Wb", pair, strict=True)
        for index in np.ndindex(array.shape)
    )


def name_of(problem, parameter):
    """Return the symbol of a parameter in plain text: W¹₁₂, b²₁."""
    return symbol(f"{parameter.kind}{parameter.layer}", problem.depth, parameter.index)


def value_of(problem, parameter):
    """Return the parameter's value in the network."""
    return float(_array(problem, parameter)[parameter.index])


def losses(problem, parameter, values):
    """Return L of the first example at each of these values of the parameter, in one stacked pass."""
    return _pass(problem, parameter, values)[0]


def nudge(problem, parameter, end):
    """Return the Nudge of a parameter to a value."""
    start = value_of(problem, parameter)
    loss, moved, half = losses(problem, parameter, [start, end, (start + end) / 2])
    gradients = trace(problem, 1).gradients[parameter.layer - 1]
    slope = (gradients.W if parameter.kind == "W" else gradients.b)[parameter.index]
    return Nudge(name_of(problem, parameter), start, end, *map(float, (loss, moved, half, slope)))


def curve(problem, parameter):
    """Return (values, losses): L as a function of the parameter, over the range it can be moved in."""
    start = value_of(problem, parameter)
    values = np.linspace(start - REACH, start + REACH, N_POINTS)
    return values, losses(problem, parameter, values)


@functools.lru_cache(maxsize=64)
def most_bent(problem, key):
    """Return the Parameter of array `key` (or of all) whose curve departs furthest from its tangent."""
    among = [one for one in parameters(problem) if f"{one.kind}{one.layer}" == key] or parameters(problem)
    return max(among, key=functools.partial(_departure, problem))


def first_move(problem, parameter):
    """Return 1 or -1: the direction in which the curve departs further from its tangent."""
    start = value_of(problem, parameter)
    return max((1.0, -1.0), key=lambda by: abs(nudge(problem, parameter, start + by).gap))


def _departure(problem, parameter):
    values, along = curve(problem, parameter)
    n = nudge(problem, parameter, values[-1])
    return np.abs(along - n.loss - n.slope * (values - n.start)).max()


def kinks(problem, parameter):
    """Return the values, ascending, at which a hidden unit switches from one straight piece to another.

    A unit that switches and switches back within 0.01 is missed. Smooth activations have no kinks.
    """
    start = value_of(problem, parameter)
    values = np.linspace(start - REACH, start + REACH, N_POINTS)
    found = []
    for kink in ACTIVATIONS[problem.activation].kinks:
        sides = _units(problem, parameter, values) > kink
        at, unit = np.nonzero(sides[1:] != sides[:-1])
        low, high, before = values[at], values[at + 1], sides[at, unit]
        for _ in range(HALVINGS if len(at) else 0):
            middle = (low + high) / 2
            same = (_units(problem, parameter, middle)[range(len(at)), unit] > kink) == before
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        found += high.tolist()
    return tuple(sorted(found))


def sentence(nudge):
    """Return what the tangent predicts for the loss, and how far off it is, in Markdown."""
    n, step = nudge, nudge.end - nudge.start
    slope = f"∂L/∂{n.name} = {number(n.slope)}"
    small = ROUNDING * max(1.0, abs(n.loss))
    if not step:
        return f"{slope}: move {n.name} a little, and L changes by {number(n.slope)} times that amount."
    said = (
        f"{n.name} goes from {number(n.start)} to {number(n.end)}: "
        f"**ΔL = {signed(n.change, small)}**. The tangent predicts {slope_times(n)} = "
        f"**{signed(n.predicted, small)}**"
    )
    if abs(n.gap) <= small:
        return f"{said}, which is exactly what happens."
    side = "below" if n.gap > 0 else "above"
    said += f"; it is {number(abs(n.gap))} {side} the curve."
    if abs(n.gap_at_half) <= small:
        return f"{said} For half the step they agree."
    said += f" For half the step the distance is {number(abs(n.gap_at_half))}"
    times = number(abs(n.gap / n.gap_at_half))
    smaller = abs(n.gap) > abs(n.gap_at_half) and times != "1"
    return f"{said}: {times} times smaller." if smaller else f"{said}."


def slope_times(n):
    """Return ∂L/∂W · ΔW in numbers."""
    step = number(n.end - n.start)
    return f"{number(n.slope)} · {f'({step})' if step.startswith('−') else step}"


def signed(x, small=0.0):
    """Return a number with its sign; 0 for one that is no larger than `small`."""
    if abs(x) <= small:
        return "0"
    return f"+{number(x)}" if x > 0 else number(x)


def _array(problem, parameter):
    W, b = problem.params[parameter.layer - 1]
    return W if parameter.kind == "W" else b


def _pass(problem, parameter, values):
    """Return (losses, pre-activations of each layer) of the first example, one entry per value."""
    values = np.asarray(values, float)
    params = [
        Layer(*(np.broadcast_to(array, (len(values), *array.shape)) for array in pair))
        for pair in problem.params
    ]
    stack = getattr(params[parameter.layer - 1], parameter.kind).copy()
    stack[(slice(None), *parameter.index)] = values
    params[parameter.layer - 1] = params[parameter.layer - 1]._replace(**{parameter.kind: stack})
    z, _ = propagate(params, problem.X[:1], problem.config)
    T = one_hot(problem.y[:1], problem.m, float)
    return LOSSES[problem.loss](z[-1], T)[:, 0], z


def _units(problem, parameter, values):
    """Return the hidden pre-activations that depend on the parameter, (values, units)."""
    _, z = _pass(problem, parameter, values)
    hidden = z[parameter.layer - 1 : problem.depth]
    return np.concatenate([one[:, 0] for one in hidden] or [np.empty((len(values), 0))], axis=1)
