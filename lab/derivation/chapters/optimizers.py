"""Chapter 6: momentum and Adam as sums, on the first steps of this network's own training."""

import functools
from typing import NamedTuple

import numpy as np

from lab.derivation.evidence import Claim
from lab.derivation.latex import factor, number, q
from lab.derivation.step import CHAPTERS, Line, Step, code
from lab.derivation.symbols import shape
from mlp import optimizers as engine
from mlp.network import flatten, loss_and_gradients, unflatten
from mlp.optimizers import ADAM_DECAY_1, ADAM_DECAY_2, EPSILON, OPTIMIZERS

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
    """Return the steps about momentum, then those about Adam."""
    return tuple(make(problem) for make in (unrolled, constant, moments, correction, update))


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


ETA = RATES["adam"]


def average(values, decay):
    """(1 - β) Σ_s β^{t-s} value_s over the t rows of values."""
    t = len(values)
    return (1 - decay) * sum(decay ** (t - 1 - s) * values[s] for s in range(t))


def moments(problem):
    """m_t and s_t as weighted sums of all gradients and their squares."""
    found = trained(problem, "adam")
    g, (m, s) = found.g, found.state
    i, t = int(np.abs(g[0]).argmax()), STEPS
    recurrences = [np.zeros_like(m), np.zeros_like(m)]
    for one in g:
        recurrences[0] = ADAM_DECAY_1 * recurrences[0] + (1 - ADAM_DECAY_1) * one
        recurrences[1] = ADAM_DECAY_2 * recurrences[1] + (1 - ADAM_DECAY_2) * one * one

    def entry(index):
        inner = " + ".join(
            rf"{ADAM_DECAY_1}^{{{t - 1 - r}}} \cdot {q('g', factor(g[r][index]))}" for r in range(t)
        )
        return rf"{1 - ADAM_DECAY_1:.3g} \left({inner}\right)"

    return Step(
        key="adam_moments",
        chapter=CHAPTER,
        title="Adam's two averages",
        question="What does Adam keep of the gradients so far?",
        lines=(
            Line(
                rf"m_t = \beta_1 m_{{t-1}} + (1 - \beta_1)\, {q('g', 'g_t')}",
                rf"m_{{{t},{i + 1}}} \approx {number(m[i])}",
                "definition",
                recurrences[0],
            ),
            Line(
                rf"m_t = (1 - \beta_1) \sum_{{r=1}}^{{t}} \beta_1^{{t-r}}\, {q('g', 'g_r')}",
                rf"m_{{{t},{i + 1}}} = {entry((i,))} \approx {number(m[i])}",
                "the recurrence, put into itself, from 0",
                average(g, ADAM_DECAY_1),
            ),
            Line(
                rf"s_t = \beta_2 s_{{t-1}} + (1 - \beta_2)\, {q('g', 'g_t')}^2",
                rf"s_{{{t},{i + 1}}} \approx {number(s[i])}",
                "definition, entry by entry",
                recurrences[1],
                "s",
            ),
            Line(
                rf"s_t = (1 - \beta_2) \sum_{{r=1}}^{{t}} \beta_2^{{t-r}}\, {q('g', 'g_r')}^2",
                rf"s_{{{t},{i + 1}}} \approx {number(s[i])}",
                "the recurrence, put into itself, from 0",
                average(g * g, ADAM_DECAY_2),
                "s",
            ),
        ),
        claims={
            "m": Claim(f"Adam's m after {t} steps", average(g, ADAM_DECAY_1), m, ENGINE),
            "s": Claim(f"Adam's s after {t} steps", average(g * g, ADAM_DECAY_2), s, ENGINE, small=0),
        },
        shapes=(shape("m_t", (r"n_\theta",), m.shape), shape("s_t", (r"n_\theta",), s.shape)),
        code=code(engine.adam, "_decay_towards(s", "_decay_towards(m")
        + code(engine._decay_towards, "average += value"),
        values={"g": g, "m": m, "s": s},
        entry=entry,
        symbol=lambda index: f"m_{{{t},{index[0] + 1}}}",
        given=lambda index: rf"\beta_1 = {ADAM_DECAY_1},\; " + gradients(g, index),
        note=rf"The code's $s$ is often written $v$. $\beta_1 = {ADAM_DECAY_1}$, $\beta_2 = {ADAM_DECAY_2}$.",
    )


def correction(problem):
    """Of a constant gradient, m̂_t = g and ŝ_t = g² at every t, not in the limit alone."""
    g, t = trained(problem, "adam").g[0], STEPS
    i = int(np.abs(g).argmax())
    m, s = run("adam", np.zeros_like(g), lambda theta: g, t).state
    shrunk = 1 - ADAM_DECAY_1**t

    def entry(index):
        return rf"\frac{{{q('g', factor(g[index] * shrunk))}}}{{1 - {ADAM_DECAY_1}^{{{t}}}}}"

    return Step(
        key="adam_correction",
        chapter=CHAPTER,
        title="Why Adam divides by 1 − βᵗ",
        question="By how much are the averages too small at first?",
        lines=(
            Line(
                rf"m_t = (1 - \beta_1) \sum_{{r=1}}^{{t}} \beta_1^{{t-r}}\, {q('g', 'g')} = "
                rf"{q('g', 'g')}\, (1 - \beta_1^t)",
                rf"m_{{{t},{i + 1}}} = {factor(g[i])} \cdot {number(shrunk)} \approx {number(m[i])}",
                "geometric series, constant gradient",
                g * shrunk,
                "m",
            ),
            Line(
                rf"\hat m_t = \frac{{m_t}}{{1 - \beta_1^t}} = {q('g', 'g')}",
                rf"\hat m_{{{t},{i + 1}}} = {entry((i,))} \approx {number(g[i])}",
                "division",
                g * 1.0,
            ),
            Line(
                rf"\hat s_t = \frac{{s_t}}{{1 - \beta_2^t}} = {q('g', 'g')}^2",
                rf"\hat s_{{{t},{i + 1}}} \approx {number(g[i] ** 2)}",
                "division",
                g * g,
                "s_hat",
            ),
        ),
        claims={
            "m_hat": Claim(
                "m̂ of a constant gradient", g * shrunk / shrunk, m / (1 - ADAM_DECAY_1**t), ENGINE
            ),
            "m": Claim("m of a constant gradient", g * shrunk, m, ENGINE),
            "s_hat": Claim("ŝ of a constant gradient", g * g, s / (1 - ADAM_DECAY_2**t), ENGINE, small=0),
        },
        code=code(engine.adam, "1 / (1 - ADAM_DECAY_2", "1 / (1 - ADAM_DECAY_1"),
        values={"g": g, "m": m, "s": s},
        entry=entry,
        symbol=lambda index: rf"\hat m_{{{t},{index[0] + 1}}}",
        given=lambda index: rf"m_{{{t},{index[0] + 1}}} = {number(m[index])}, \; \beta_1 = {ADAM_DECAY_1}",
        note=rf"Without the correction the first step would use {1 - ADAM_DECAY_1:.3g} of the gradient and "
        rf"$\sqrt{{{1 - ADAM_DECAY_2:.3g}}} \approx {number((1 - ADAM_DECAY_2) ** 0.5)}$ of its size.",
    )


def update(problem):
    """θ_t = θ_{t-1} - η m̂/(√ŝ + ε): about η a step, whatever the gradient's size."""
    found = trained(problem, "adam")
    g, theta, t = found.g, found.theta, STEPS
    m_hat = average(g, ADAM_DECAY_1) / (1 - ADAM_DECAY_1**t)
    s_hat = average(g * g, ADAM_DECAY_2) / (1 - ADAM_DECAY_2**t)
    after = theta[-2] - ETA * m_hat / (np.sqrt(s_hat) + EPSILON)
    first = theta[0] - ETA * g[0] / (np.abs(g[0]) + EPSILON)
    i = int(np.abs(g[0]).argmax())

    def entry(index):
        return (
            rf"{factor(theta[-2][index])} - {ETA} \cdot \frac{{{number(m_hat[index])}}}"
            rf"{{\sqrt{{{number(s_hat[index])}}} + 10^{{-8}}}}"
        )

    return Step(
        key="adam_update",
        chapter=CHAPTER,
        title="Adam's step",
        question="How far does Adam move a parameter?",
        lines=(
            Line(
                r"\theta_t = \theta_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat s_t} + \varepsilon}",
                rf"\theta_{{{t},{i + 1}}} = {entry((i,))} \approx {number(after[i])}",
                "definition",
                after,
            ),
            Line(
                rf"\theta_1 = \theta_0 - \eta\, \frac{{{q('g', 'g_1')}}}{{|{q('g', 'g_1')}| + \varepsilon}} "
                rf"\approx \theta_0 - \eta\, \operatorname{{sign}}({q('g', 'g_1')})",
                rf"\theta_{{1,{i + 1}}} = {factor(theta[0, i])} - {ETA} \cdot {factor(np.sign(g[0, i]))} "
                rf"\approx {number(theta[1, i])}",
                "the corrected averages of one gradient are g and g²",
                first,
                "first",
            ),
        ),
        claims={
            "theta": Claim(f"the parameters after {t} steps of Adam", after, theta[-1], ENGINE),
            "first": Claim("the parameters after Adam's first step", first, theta[1], ENGINE),
        },
        code=code(engine.adam, "np.sqrt(scratch", "scratch += EPSILON", "np.divide(m, scratch", "theta -= g"),
        values={"g": g, "theta": theta, "m_hat": m_hat, "s_hat": s_hat},
        entry=entry,
        symbol=lambda index: rf"\theta_{{{t},{index[0] + 1}}}",
        given=lambda index: (
            rf"\theta_{{{t - 1},{index[0] + 1}}} = {number(theta[-2][index])},\; \hat m = "
            rf"{number(m_hat[index])},\; \hat s = {number(s_hat[index])},\; \eta = {ETA}"
        ),
        note=rf"$\eta = {ETA}$, $\varepsilon = 10^{{-8}}$, on this network's first {t} gradients.",
    )
