"""A quadratic bowl, f = ½(u² + v²/κ), whose optimum, 0, and best rates of convergence are known.

Its second derivatives are 1 along u and 1/κ along v: the condition number κ is the ratio of the largest to
the smallest curvature. u and v are rotated by TURN from the parameters' axes: without the rotation, RMSprop
and Adam, which scale each parameter separately, would see no valley at all. Linear optimizers are not
affected by it. Every optimizer here is the engine's own, `mlp.OPTIMIZERS[name]`.
"""

import functools
from typing import NamedTuple

import numpy as np

from mlp.optimizers import OPTIMIZERS

TURN = np.pi / 6
AXES = np.array([[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]])  # columns: u, v
REACHED = 1e-6  # share of the first distance at which a descent has arrived
LEAST_STEPS = 300
LARGEST_BOUND = 2.0**20  # upper bound of η·λ in the search, for an optimizer that never diverges
ROUNDED = 1e-12  # share of the largest distance below which rounding dominates
RATES = tuple(float(f"{10**e:.3g}") for e in np.arange(-4, 0.76, 0.25))  # rates to try if no formula is known
MOMENTA = (0.0, 0.5, 0.9, 0.99)  # momenta to try with each of RATES, for an optimizer that has momentum
GRID = 121  # number of rates and of momenta to try for one-step momentum
TIMES = (0, 1, 10, 1000)  # steps that are compared: a linear optimizer takes the same at each


class Settings(NamedTuple):
    """A learning rate η and a momentum μ, and the optimizer's name."""

    name: str
    rate: float
    momentum: float


def curvatures(kappa):
    """Return the bowl's second derivatives, (2,)."""
    return np.array([1.0, 1.0 / kappa])


def start(kappa):
    """Return where descents begin, (u, v): equally high on the valley's side and along its floor."""
    return np.array([kappa**-0.5, 1.0])


def descend(settings, kappa, n_steps):
    """Return the points (n_steps + 1, …, 2), along u and v, of a descent by the engine's optimizer.

    The settings' rate is a number or an array (…).
    """
    optimizer, (_, rate, momentum) = OPTIMIZERS[settings.name], settings
    hessian = AXES * curvatures(kappa) @ AXES.T
    rate = np.asarray(rate, float)[..., np.newaxis]
    theta = np.broadcast_to(AXES @ start(kappa), (*rate.shape[:-1], 2)).copy()
    state = [np.zeros_like(theta) for _ in range(optimizer.n_states)]
    points, scratch = np.empty((n_steps + 1, *theta.shape)), np.empty_like(theta)
    with np.errstate(all="ignore"):
        points[0] = theta
        for t in range(n_steps):
            optimizer(theta, theta @ hessian, state, scratch, rate, momentum, t)
            points[t + 1] = theta
        return points @ AXES


def step_matrices(name, rates, momenta):
    """Return the matrix (…, k, k) by which a step maps (x, states) on f(x) = ½x², k - 1 states.

    Found by one step of the engine from each unit vector, which determines an optimizer whose step is linear
    in the parameter and its states. For second derivative λ, use ηλ in place of η.
    """
    rates, momenta = np.broadcast_arrays(np.asarray(rates, float), np.asarray(momenta, float))
    optimizer = OPTIMIZERS[name]
    columns = []
    for unit in np.eye(1 + optimizer.n_states):
        x, *state = (np.full(rates.shape, part) for part in unit)
        optimizer(x, x.copy(), state, np.empty(rates.shape), rates, momenta, 0)
        columns.append(np.stack([x, *state], axis=-1))
    return np.stack(columns, axis=-1)


def is_linear(name):
    """Return whether a step is linear in the parameter and the states, and the same at every t.

    Only then does `step_matrices` apply. At each t of TIMES, five steps are compared with that matrix.
    """
    optimizer = OPTIMIZERS[name]
    before = np.random.default_rng(0).normal(size=(1 + optimizer.n_states, 5))
    with np.errstate(all="ignore"):
        expected = step_matrices(name, 0.1, 0.5) @ before
        for t in TIMES:
            x, *state = before.copy()
            optimizer(x, x.copy(), state, np.empty_like(x), 0.1, 0.5, t)
            if not np.allclose([x, *state], expected, rtol=0, atol=1e-12):
                return False
    return True


def rate_of(settings, kappa):
    """Return the factor by which each step of a linear optimizer shrinks the distance, in the long run.

    This is the spectral radius of its step: the largest |eigenvalue| over both directions of the bowl.
    """
    matrices = step_matrices(settings.name, settings.rate * curvatures(kappa), settings.momentum)
    return float(np.abs(np.linalg.eigvals(matrices)).max())


def theory(name, kappa):
    """Return the best rate of convergence in closed form, or None if none is known here.

    Gradient descent: (κ - 1)/(κ + 1). Momentum: √β = (√κ - 1)/(√κ + 1) (Polyak, 1964). Nesterov, with η and μ
    best for quadratic functions: 1 - 2/√(3κ + 1) (Lessard, Recht & Packard, 2016, proposition 1).
    """
    root = np.sqrt(kappa)
    found = {
        "sgd": (kappa - 1) / (kappa + 1),
        "momentum": (root - 1) / (root + 1),
        "nesterov": 1 - 2 / np.sqrt(3 * kappa + 1),
    }
    return float(found[name]) if name in found else None


@functools.lru_cache(maxsize=512)
def best(name, kappa):
    """Return the Settings with which an optimizer reaches the bowl's optimum fastest.

    In closed form as of `theory`, with λ from 1/κ to 1: η = 2/(1 + 1/κ); momentum η = 4/(1 + 1/√κ)² and
    β = ((√κ - 1)/(√κ + 1))²; Nesterov η = 4/(3 + 1/κ) and μ = (√(3κ + 1) - 2)/(√(3κ + 1) + 2). For one-step
    momentum, and any other linear one, the best of a grid, of these, and of these with η/(1 - μ), which suit
    v ← μv + (1 - μ)g; for the others, see `_searched`.
    """
    root, wide = np.sqrt(kappa), np.sqrt(3 * kappa + 1)
    formulas = {
        "sgd": (2 / (1 + 1 / kappa), 0.0),
        "momentum": (4 / (1 + 1 / root) ** 2, ((root - 1) / (root + 1)) ** 2),
        "nesterov": (4 / (3 + 1 / kappa), max(0.0, (wide - 2) / (wide + 2))),
    }
    if name in formulas:
        return Settings(name, *map(float, formulas[name]))
    if is_linear(name):
        grid = np.meshgrid(np.linspace(0.02, 4.0, GRID), np.linspace(0.0, 0.99, GRID))
        averaged = [(rate / (1 - momentum), momentum) for rate, momentum in formulas.values()]
        known = zip(*formulas.values(), *averaged, strict=True)
        rates, momenta = (np.append(tried, also) for tried, also in zip(grid, known, strict=True))
        of_each = [np.linalg.eigvals(step_matrices(name, rates * c, momenta)) for c in curvatures(kappa)]
        radii = np.max([np.abs(values).max(axis=-1) for values in of_each], axis=0)
        place = radii.argmin()
        return Settings(name, float(rates[place]), float(momenta[place]))
    return _searched(name, kappa)


def _searched(name, kappa):
    """Return the Settings of RATES, and of MOMENTA if it has momentum, that arrive first or come nearest."""
    most, found = budget(kappa), []
    for momentum in MOMENTA if "momentum" in OPTIMIZERS[name].uses else MOMENTA[:1]:
        paths = descend(Settings(name, np.array(RATES), momentum), kappa, most)
        with np.errstate(all="ignore"):
            ends = np.nan_to_num(np.linalg.norm(paths[-1], axis=-1), nan=np.inf)
        for rate, path, end in zip(RATES, np.moveaxis(paths, 1, 0), ends, strict=True):
            arrived = steps_to(path)
            found.append((most + 1 if arrived is None else arrived, end, Settings(name, rate, momentum)))
    return min(found, key=lambda one: one[:2])[-1]


def budget(kappa):
    """Return how many steps each optimizer takes: enough for gradient descent with its best η to arrive."""
    rate = max(theory("sgd", kappa), 1e-3)
    return int(max(LEAST_STEPS, np.ceil(np.log(REACHED / 2) / np.log(rate)) + 2))


def measured_rate(points):
    """Return the factor by which a descent shrinks the distance per step in the long run, from its points.

    With a linear optimizer with one state, each coordinate follows a recurrence, x_{t+1} = p x_t + q x_{t-1}.
    p and q are fitted to the coordinate's steps, and the largest |root| of r² = p r + q over both coordinates
    is the rate. A mean of distances would not do: at the best η and μ they fall like t·ρ^t, not like ρ^t.

    None if the points are not finite; 0 if the optimum was reached.
    """
    rates = []
    for x in points.T:
        if not np.isfinite(x).all():
            return None
        x = x[: 1 + np.flatnonzero(np.abs(x) >= ROUNDED * np.abs(x).max())[-1]]
        if len(x) < 4:
            rates.append(0.0)
            continue
        scale = np.hypot(x[1:-1], x[:-2])  # every step has the same weight, however small
        rows, ahead = np.stack([x[1:-1], x[:-2]], axis=1) / scale[:, np.newaxis], x[2:] / scale
        (p, q), *_ = np.linalg.lstsq(rows, ahead, rcond=1e-10)
        rates.append(float(np.abs(np.roots([1.0, -p, -q])).max()))
    return max(rates)


def steps_to(points, reached=REACHED):
    """Return the step from which on the distance stays below `reached` times the first, or None."""
    near = np.hypot(*points.T) <= reached * np.hypot(*points[0])
    if not near[-1]:
        return None
    return int(len(near) - np.argmin(near[::-1])) if not near.all() else 0


def largest_stable_rate(name, momentum):
    """Return the η·λ above which a linear optimizer diverges on f = ½λx², by bisection; None if not linear.

    2 for gradient descent, 2(1 + μ) for momentum.
    """
    if not is_linear(name):
        return None
    low, high = 0.0, LARGEST_BOUND
    for _ in range(80):
        middle = (low + high) / 2
        radius = np.abs(np.linalg.eigvals(step_matrices(name, middle, momentum))).max()
        low, high = (middle, high) if radius < 1 else (low, middle)
    return low
