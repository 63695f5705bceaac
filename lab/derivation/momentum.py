"""Momentum as a recurrence, on the first steps of this network's own training."""

import functools
from typing import NamedTuple

import numpy as np

from lab.derivation.latex import factor, number, q
from lab.derivation.notation import shape
from lab.derivation.numeric import Claim
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp import optimizers as engine
from mlp.network import flatten, loss_and_gradients, unflatten
from mlp.optimizers import OPTIMIZERS

CHAPTER = CHAPTERS[5]
STEPS, MU = 4, 0.9
RATES = {"momentum": 0.1, "adam": 0.01}
ENGINE = "the engine's optimizer"


class Steps(NamedTuple):
    """g (STEPS, n_parameters) at every step, theta before every step and after the last, and the state."""

    g: np.ndarray
    theta: np.ndarray
    state: tuple[np.ndarray, ...]


def steps(problem):
    """The velocity as a sum, and on a constant slope."""
    return (unrolled(problem), constant(problem))


def run(name, theta, gradient, n_steps=STEPS):
    """Return the Steps of one of the engine's optimizers from theta; each step calls gradient(theta)."""
    theta = theta.copy()
    state, scratch = [np.zeros_like(theta) for _ in range(OPTIMIZERS[name].n_states)], np.empty_like(theta)
    slopes, path = [], [theta.copy()]
    for t in range(n_steps):
        g = gradient(theta)
        slopes.append(g.copy())
        OPTIMIZERS[name](theta, g.copy(), state, scratch, RATES[name], MU, t)
        path.append(theta.copy())
    return Steps(np.array(slopes), np.array(path), tuple(state))


@functools.lru_cache(maxsize=64)
def trained(problem, name):
    """Return the first steps of this network under that optimizer, with all K examples per step."""
    shapes = [layer.W.shape for layer in problem.params]

    def gradient(theta):
        layers = unflatten(theta, shapes)
        return flatten(loss_and_gradients(layers, problem.X, problem.y, problem.config)[1])

    return run(name, flatten(problem.params), gradient)


def gradients(g, index):
    """g_{1,i} = …, g_{2,i} = …, the gradients of one parameter at every step."""
    return r",\; ".join(rf"g_{{{t},{index[0] + 1}}} = {number(row[index])}" for t, row in enumerate(g, 1))


def unrolled(problem):
    """v_t = Σ_s μ^{t-s} g_s."""
    found = trained(problem, "momentum")
    g, v, eta = found.g, found.state[0], RATES["momentum"]
    i, t = int(np.abs(g[0]).argmax()), STEPS
    total = sum(MU ** (t - 1 - s) * g[s] for s in range(t))
    recurrence = np.zeros_like(v)
    for one in g:
        recurrence = MU * recurrence + one

    def entry(index):
        return " + ".join(rf"{MU}^{{{t - 1 - s}}} \cdot {q('g', factor(g[s][index]))}" for s in range(t))

    velocities = [sum(MU ** (r - s) * g[s] for s in range(r + 1)) for r in range(t)]
    g_i = q("g", "g_s")
    return Step(
        key="momentum_unrolled",
        chapter=CHAPTER,
        title="Momentum is a sum of all gradients",
        question="What does the velocity remember?",
        lines=(
            Line(
                rf"v_t = \mu\, v_{{t-1}} + {q('g', 'g_t')}, \qquad v_0 = 0",
                rf"v_{{{t},{i + 1}}} \approx {number(v[i])}",
                "definition",
                recurrence,
            ),
            Line(
                rf"v_t = \mu^2 v_{{t-2}} + \mu\, {q('g', 'g_{t-1}')} + {q('g', 'g_t')} = \dots = "
                rf"\sum_{{s=1}}^{{t}} \mu^{{t-s}}\, {g_i}",
                rf"v_{{{t},{i + 1}}} = {entry((i,))} \approx {number(v[i])}",
                "the recurrence, put into itself",
                total,
            ),
            Line(
                r"\theta_t = \theta_0 - \eta \sum_{r=1}^{t} v_r",
                rf"\theta_{{{t},{i + 1}}} = {number(found.theta[0, i])} - {eta} \cdot "
                rf"{factor(sum(velocities)[i])} \approx {number(found.theta[-1, i])}",
                "sum of the steps",
                found.theta[0] - eta * sum(velocities),
                "theta",
            ),
        ),
        claims={
            "v": Claim(f"the velocity after {t} steps", total, v, ENGINE),
            "theta": Claim(
                f"the parameters after {t} steps",
                found.theta[0] - eta * sum(velocities),
                found.theta[-1],
                ENGINE,
            ),
        },
        shapes=(shape("v_t", (r"n_\theta",), v.shape), shape("g_t", (r"n_\theta",), v.shape)),
        code=code(engine.momentum, "v *= momentum", "v += g", "np.multiply(v, learning_rate", "theta -= g"),
        values={"g": g, "v": v, "theta": found.theta},
        entry=entry,
        symbol=lambda index: f"v_{{{t},{index[0] + 1}}}",
        given=lambda index: rf"\mu = {MU},\; " + gradients(g, index),
        note=rf"The gradients are those of this network's first {t} steps, $\mu = {MU}$, $\eta = {eta}$.",
    )


def constant(problem):
    """A gradient that stays: v_t = g (1 - μ^t)/(1 - μ), ten times g in the end for μ = 0.9."""
    g = trained(problem, "momentum").g[0]
    t, i = 30, int(np.abs(g).argmax())
    v = run("momentum", np.zeros_like(g), lambda theta: g, t).state[0]

    def entry(index):
        return rf"{q('g', factor(g[index]))} \cdot \frac{{1 - {MU}^{{{t}}}}}{{1 - {MU}}}"

    limit = g / (1 - MU)
    return Step(
        key="momentum_constant",
        chapter=CHAPTER,
        title="Momentum on a constant slope",
        question="How much faster does momentum go downhill?",
        lines=(
            Line(
                rf"v_t = \sum_{{s=1}}^{{t}} \mu^{{t-s}}\, {q('g', 'g')}",
                rf"v_{{{t},{i + 1}}} \approx {number(v[i])}",
                "the unrolled sum with a constant gradient",
                sum(MU ** (t - s) * g for s in range(1, t + 1)),
            ),
            Line(
                rf"v_t = {q('g', 'g')}\, \frac{{1 - \mu^t}}{{1 - \mu}}",
                rf"v_{{{t},{i + 1}}} = {entry((i,))} \approx {number(v[i])}",
                "geometric series",
                g * (1 - MU**t) / (1 - MU),
            ),
            Line(
                rf"v_t \to \frac{{{q('g', 'g')}}}{{1 - \mu}}",
                rf"\frac{{{number(g[i])}}}{{1 - {MU}}} \approx {number(limit[i])}",
                "limit, since μ < 1",
                limit,
                "limit",
            ),
        ),
        claims={
            "v": Claim(
                f"the velocity after {t} steps of a constant gradient", g * (1 - MU**t) / (1 - MU), v, ENGINE
            ),
            "limit": Claim(
                "the velocity after 350 such steps",
                limit,
                run("momentum", np.zeros_like(g), lambda theta: g, 350).state[0],
                ENGINE,
            ),
        },
        code=code(engine.momentum, "v *= momentum", "v += g"),
        values={"g": g, "v": v},
        entry=entry,
        symbol=lambda index: f"v_{{{t},{index[0] + 1}}}",
        given=lambda index: rf"\mu = {MU},\; g_{{{index[0] + 1}}} = {number(g[index])}",
    )
