"""Adam: its two averages, why they are corrected, and the step."""

import numpy as np

from lab.derivation.latex import factor, number, q
from lab.derivation.momentum import CHAPTER, ENGINE, RATES, STEPS, gradients, run, trained
from lab.derivation.notation import shape
from lab.derivation.numeric import Claim
from lab.derivation.step import Line, Step, code
from mlp import optimizers as engine
from mlp.optimizers import ADAM_DECAY_1, ADAM_DECAY_2, EPSILON

ETA = RATES["adam"]


def steps(problem):
    """The averages unrolled, the correction on a constant gradient, the update."""
    return (moments(problem), correction(problem), update(problem))


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
