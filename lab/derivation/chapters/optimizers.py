"""Chapter 6: momentum and Adam as sums, on the first steps of this network's own training."""

import functools
from typing import NamedTuple

import numpy as np

from lab.derivation.evidence import Claim
from lab.derivation.latex import factor, number, printed, q
from lab.derivation.step import Line, Step, code
from lab.derivation.symbols import shape
from mlp import optimizers as engine
from mlp.network import flatten, loss_and_gradients, unflatten
from mlp.optimizers import ADAM_DECAY_1, ADAM_DECAY_2, EPSILON, OPTIMIZERS

STEPS, MANY, ENOUGH = 4, 30, 350  # of this network; of a constant gradient; until the velocity has settled
MU = 0.9
RATES = {"momentum": 0.1, "adam": 0.01}
ENGINE = "the engine's optimizer"
ROUNDING = 1e-15  # a gradient that is smaller is written as 0
G, G_T = q("g", "g"), q("g", "g_t")
THETA, M_HAT, S_HAT = r"\theta", r"\hat m", r"\hat s"


class Run(NamedTuple):
    """g (STEPS, n_parameters) at every step, theta before every step and after the last, and the state."""

    g: np.ndarray
    theta: np.ndarray
    state: tuple[np.ndarray, ...]


def steps(problem):
    """Return the steps about momentum, then those about Adam."""
    return tuple(make(problem) for make in (unrolled, constant, moments, correction, update))


def run(name, theta, gradient, n_steps=STEPS):
    """Return the Run of one of the engine's optimizers from theta; each step calls gradient(theta)."""
    theta = theta.copy()
    state, scratch = [np.zeros_like(theta) for _ in range(OPTIMIZERS[name].n_states)], np.empty_like(theta)
    slopes, path = [], [theta.copy()]
    for t in range(n_steps):
        g = gradient(theta)
        slopes.append(g.copy())
        OPTIMIZERS[name](theta, g.copy(), state, scratch, RATES[name], MU, t)
        path.append(theta.copy())
    return Run(np.array(slopes), np.array(path), tuple(state))


@functools.lru_cache(maxsize=64)
def trained(problem, name):
    """Return the first steps of this network under that optimizer, with all K examples per step."""
    shapes = [layer.W.shape for layer in problem.params]

    def gradient(theta):
        layers = unflatten(theta, shapes)
        return flatten(loss_and_gradients(layers, problem.X, problem.y, problem.config)[1])

    return run(name, flatten(problem.params), gradient)


def unrolled(problem):
    """v_t = Σ_s μ^{t-s} g_s."""
    (g, theta, (v,)), eta, t = trained(problem, "momentum"), RATES["momentum"], STEPS
    i, entry, v_t = _steepest(g[0]), _weighted(g, MU), _named("v", t)
    moved = sum(_unrolled_sum(g[: r + 1], MU) for r in range(t))
    after = theta[0] - eta * moved
    return Step(
        key="momentum_unrolled",
        title="Momentum is a sum of all gradients",
        question="What does the velocity remember?",
        lines=(
            Line(
                rf"v_t = \mu\, v_{{t-1}} + {G_T}, \qquad v_0 = 0",
                rf"{v_t(i)} \approx {number(v[i])}",
                "definition",
                _recurrence(g, MU),
            ),
            Line(
                rf"v_t = \mu^2 v_{{t-2}} + \mu\, {q('g', 'g_{t-1}')} + {G_T} = \dots = "
                rf"\sum_{{s=1}}^{{t}} \mu^{{t-s}}\, {q('g', 'g_s')}",
                rf"{v_t(i)} = {entry(i)} \approx {number(v[i])}",
                "the recurrence, substituted into itself",
                _unrolled_sum(g, MU),
            ),
            Line(
                r"\theta_t = \theta_0 - \eta \sum_{r=1}^{t} v_r",
                rf"{_named(THETA, t)(i)} = {number(theta[0][i])} - {eta} \cdot {factor(moved[i])} "
                rf"\approx {number(theta[-1][i])}",
                "sum of the steps",
                after,
                "theta",
            ),
        ),
        claims={
            "v": Claim(f"the velocity after {t} steps", _unrolled_sum(g, MU), v, ENGINE),
            "theta": Claim(f"the parameters after {t} steps", after, theta[-1], ENGINE),
        },
        shapes=_shapes(v, "v_t", "g_t"),
        code=code(engine.momentum, "v *= momentum", "v += g", "np.multiply(v, learning_rate", "theta -= g"),
        entry=entry,
        symbol=v_t,
        given=_given(g, rf"v_t = \mu\, v_{{t-1}} + g_t, \quad v_0 = 0, \quad \mu = {MU}"),
        from_given=lambda index: _unrolled_sum(_printed(g, index), MU),
        note=rf"The gradients are those of this network's first {t} steps, $\mu = {MU}$, $\eta = {eta}$. The "
        r"first index is the step, the second the parameter: $g_{2,5}$ is that of parameter 5 at step 2.",
    )


def constant(problem):
    """A constant gradient: v_t = g (1 - μ^t)/(1 - μ), which tends to 10 g for μ = 0.9."""
    g, t = trained(problem, "momentum").g[0], MANY
    v, settled = (_on_constant("momentum", g, n)[0] for n in (t, ENOUGH))
    i, v_t, closed, limit = _steepest(g), _named("v", t), g * (1 - MU**t) / (1 - MU), g / (1 - MU)

    def entry(index):
        return rf"{q('g', factor(g[index]))} \cdot \frac{{1 - {MU}^{{{t}}}}}{{1 - {MU}}}"

    return Step(
        key="momentum_constant",
        title="Momentum on a constant slope",
        question="How much faster does momentum go downhill?",
        lines=(
            Line(
                rf"v_t = \sum_{{s=1}}^{{t}} \mu^{{t-s}}\, {G}",
                rf"{v_t(i)} \approx {number(v[i])}",
                "the unrolled sum with a constant gradient",
                _unrolled_sum([g] * t, MU),
            ),
            Line(
                rf"v_t = {G}\, \frac{{1 - \mu^t}}{{1 - \mu}}",
                rf"{v_t(i)} = {entry(i)} \approx {number(v[i])}",
                "geometric series",
                closed,
            ),
            Line(
                rf"v_t \to \frac{{{G}}}{{1 - \mu}}",
                rf"\frac{{{number(g[i])}}}{{1 - {MU}}} \approx {number(limit[i])}",
                "limit, since μ < 1",
                limit,
                "limit",
            ),
        ),
        claims={
            "v": Claim(f"the velocity after {t} steps of a constant gradient", closed, v, ENGINE),
            "limit": Claim(f"the velocity after {ENOUGH} such steps", limit, settled, ENGINE),
        },
        code=code(engine.momentum, "v *= momentum", "v += g"),
        entry=entry,
        symbol=v_t,
        given=lambda index: (
            rf"\mu = {MU},\; \text{{and at every step}}\; {_named('g', 't')(index)} = {number(g[index])}"
        ),
        from_given=lambda index: printed(g[index]) * (1 - MU**t) / (1 - MU),
    )


def moments(problem):
    """m_t and s_t as weighted sums of all gradients and their squares."""
    g, _, (m, s) = trained(problem, "adam")
    i, t, weighted = _steepest(g[0]), STEPS, _weighted(g, ADAM_DECAY_1)
    m_t, s_t = (rf"{_named(name, t)(i)} " for name in "ms")

    def entry(index):
        return rf"{1 - ADAM_DECAY_1:.3g} \left({weighted(index)}\right)"

    return Step(
        key="adam_moments",
        title="Adam's two averages",
        question="What does Adam keep of the gradients so far?",
        lines=(
            Line(
                rf"m_t = \beta_1 m_{{t-1}} + (1 - \beta_1)\, {G_T}",
                rf"{m_t}\approx {number(m[i])}",
                "definition",
                _recurrence((1 - ADAM_DECAY_1) * g, ADAM_DECAY_1),
            ),
            Line(
                rf"m_t = (1 - \beta_1) \sum_{{r=1}}^{{t}} \beta_1^{{t-r}}\, {q('g', 'g_r')}",
                rf"{m_t}= {entry(i)} \approx {number(m[i])}",
                "the recurrence, substituted into itself, from 0",
                _average(g, ADAM_DECAY_1),
            ),
            Line(
                rf"s_t = \beta_2 s_{{t-1}} + (1 - \beta_2)\, {G_T}^2",
                rf"{s_t}\approx {number(s[i])}",
                "definition, entry by entry",
                _recurrence((1 - ADAM_DECAY_2) * g * g, ADAM_DECAY_2),
                "s",
            ),
            Line(
                rf"s_t = (1 - \beta_2) \sum_{{r=1}}^{{t}} \beta_2^{{t-r}}\, {q('g', 'g_r')}^2",
                rf"{s_t}\approx {number(s[i])}",
                "the recurrence, substituted into itself, from 0",
                _average(g * g, ADAM_DECAY_2),
                "s",
            ),
        ),
        claims={
            "m": Claim(f"Adam's m after {t} steps", _average(g, ADAM_DECAY_1), m, ENGINE),
            "s": Claim(f"Adam's s after {t} steps", _average(g * g, ADAM_DECAY_2), s, ENGINE, small=0),
        },
        shapes=_shapes(m, "m_t", "s_t"),
        code=code(engine.adam, "_decay_towards(s", "_decay_towards(m")
        + code(engine._decay_towards, "average += value"),
        entry=entry,
        symbol=_named("m", t),
        given=_given(
            g,
            r"m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \quad m_0 = 0, \quad "
            rf"\beta_1 = {ADAM_DECAY_1}",
        ),
        from_given=lambda index: _average(_printed(g, index), ADAM_DECAY_1),
        note=rf"The code's $s$ is often written $v$. $\beta_1 = {ADAM_DECAY_1}$, $\beta_2 = {ADAM_DECAY_2}$.",
    )


def correction(problem):
    """For a constant gradient, m̂_t = g and ŝ_t = g² at every t, not only in the limit."""
    g, t = trained(problem, "adam").g[0], STEPS
    (m, s), i, hat = _on_constant("adam", g, t), _steepest(g), _named(M_HAT, t)
    shrunk = 1 - ADAM_DECAY_1**t
    first = number((1 - ADAM_DECAY_1) / (1 - ADAM_DECAY_2) ** 0.5)

    def entry(index):
        return rf"\frac{{{q('g', factor(g[index] * shrunk))}}}{{1 - {ADAM_DECAY_1}^{{{t}}}}}"

    return Step(
        key="adam_correction",
        title="Why Adam divides by 1 − βᵗ",
        question="By how much are the averages too small at first?",
        lines=(
            Line(
                rf"m_t = (1 - \beta_1) \sum_{{r=1}}^{{t}} \beta_1^{{t-r}}\, {G} = {G}\, (1 - \beta_1^t)",
                rf"{_named('m', t)(i)} = {factor(g[i])} \cdot {number(shrunk)} \approx {number(m[i])}",
                "geometric series, constant gradient",
                g * shrunk,
                "m",
            ),
            Line(
                rf"\hat m_t = \frac{{m_t}}{{1 - \beta_1^t}} = {G}",
                rf"{hat(i)} = {entry(i)} \approx {number(g[i])}",
                "division",
                g * 1.0,
            ),
            Line(
                rf"s_t = (1 - \beta_2) \sum_{{r=1}}^{{t}} \beta_2^{{t-r}}\, {G}^2 = {G}^2\, (1 - \beta_2^t)",
                rf"{_named('s', t)(i)} = {factor(g[i])}^2 \cdot {number(1 - ADAM_DECAY_2**t)} \approx "
                rf"{number(s[i])}",
                "geometric series, constant gradient",
                g * g * (1 - ADAM_DECAY_2**t),
                "s",
            ),
            Line(
                rf"\hat s_t = \frac{{s_t}}{{1 - \beta_2^t}} = {G}^2",
                rf"{_named(S_HAT, t)(i)} \approx {number(g[i] ** 2)}",
                "division",
                g * g,
                "s_hat",
            ),
        ),
        claims={
            "m_hat": Claim("m̂ of a constant gradient", g * shrunk / shrunk, m / shrunk, ENGINE),
            "m": Claim("m of a constant gradient", g * shrunk, m, ENGINE),
            "s": Claim("s of a constant gradient", g * g * (1 - ADAM_DECAY_2**t), s, ENGINE, small=0),
            "s_hat": Claim("ŝ of a constant gradient", g * g, s / (1 - ADAM_DECAY_2**t), ENGINE, small=0),
        },
        code=code(engine.adam, "1 / (1 - ADAM_DECAY_2", "1 / (1 - ADAM_DECAY_1"),
        entry=entry,
        symbol=hat,
        given=lambda index: rf"{_named('m', t)(index)} = {number(m[index])}, \; \beta_1 = {ADAM_DECAY_1}",
        from_given=lambda index: printed(m[index]) / shrunk,
        note=rf"Without the correction the first step would be ${first}$ times as long: "
        rf"$m_1 = {number(1 - ADAM_DECAY_1)}\, g$ is too small, but $\sqrt{{s_1}} \approx "
        rf"{number((1 - ADAM_DECAY_2) ** 0.5)}\, |g|$, by which it is divided, is smaller still.",
    )


def update(problem):
    """θ_t = θ_{t-1} - η m̂/(√ŝ + ε): the first step is about η long, whatever the gradient's size."""
    (g, theta, _), eta, t = trained(problem, "adam"), RATES["adam"], STEPS
    m_hat = _average(g, ADAM_DECAY_1) / (1 - ADAM_DECAY_1**t)
    s_hat = _average(g * g, ADAM_DECAY_2) / (1 - ADAM_DECAY_2**t)
    after = theta[-2] - eta * m_hat / (np.sqrt(s_hat) + EPSILON)
    first = theta[0] - eta * g[0] / (np.abs(g[0]) + EPSILON)
    i, theta_t, g_1 = _steepest(g[0]), _named(THETA, t), q("g", "g_1")

    def entry(index):
        return (
            rf"{factor(theta[-2][index])} - {eta} \cdot \frac{{{number(m_hat[index])}}}"
            rf"{{\sqrt{{{number(s_hat[index])}}} + 10^{{-8}}}}"
        )

    return Step(
        key="adam_update",
        title="Adam's step",
        question="How far does Adam move a parameter?",
        lines=(
            Line(
                r"\theta_t = \theta_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat s_t} + \varepsilon}",
                rf"{theta_t(i)} = {entry(i)} \approx {number(after[i])}",
                "definition",
                after,
            ),
            Line(
                rf"\theta_1 = \theta_0 - \eta\, \frac{{{g_1}}}{{|{g_1}| + \varepsilon}} "
                rf"\approx \theta_0 - \eta\, \operatorname{{sign}}({g_1})",
                rf"{_named(THETA, 1)(i)} = {factor(theta[0][i])} - {eta} \cdot "
                rf"{factor(np.sign(g[0][i]))} \approx {number(theta[1][i])}",
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
        entry=entry,
        symbol=theta_t,
        given=lambda index: (
            rf"{_named(THETA, t - 1)(index)} = {number(theta[-2][index])},\; \hat m = "
            rf"{number(m_hat[index])},\; \hat s = {number(s_hat[index])},\; \eta = {eta},\; "
            r"\theta_t = \theta_{t-1} - \eta\, \hat m / (\sqrt{\hat s} + 10^{-8})"
        ),
        from_given=lambda index: -eta * printed(m_hat[index]) / (np.sqrt(printed(s_hat[index])) + EPSILON),
        note=rf"$\eta = {eta}$, $\varepsilon = 10^{{-8}}$, on this network's first {t} gradients.",
    )


def _on_constant(name, g, n_steps):
    """Return the optimizer's state after n_steps of the constant gradient g."""
    return run(name, np.zeros_like(g), lambda theta: g, n_steps).state


def _recurrence(terms, decay):
    total = np.zeros_like(terms[0])
    for term in terms:
        total = decay * total + term
    return total


def _unrolled_sum(values, decay):
    """Σ_s decay^{t-s} value_s over the t rows of values."""
    t = len(values)
    return sum(decay ** (t - 1 - s) * values[s] for s in range(t))


def _average(values, decay):
    return (1 - decay) * _unrolled_sum(values, decay)


def _steepest(g):
    """Return the index of the parameter with the largest gradient, which the lines write out."""
    return (int(np.abs(g).argmax()),)


def _weighted(g, decay):
    """Return the unrolled sum in numbers, a function of the parameter's index."""
    t = len(g)
    return lambda index: " + ".join(
        rf"{decay}^{{{t - 1 - s}}} \cdot {q('g', factor(_settled(g[s][index])))}" for s in range(t)
    )


def _named(name, t):
    """Return the symbol of a parameter's value after t steps, a function of its index."""
    return lambda index: f"{name}_{{{t},{index[0] + 1}}}"


def _given(g, constants):
    """Return constants and g_{1,i} = …, g_{2,i} = …, a function of the index: the gradients at every step."""
    return lambda index: r",\; ".join(
        [
            constants,
            *(f"{_named('g', t)(index)} = {number(_settled(row[index]))}" for t, row in enumerate(g, 1)),
        ]
    )


def _printed(g, index):
    """Return a parameter's gradients at every step, as `_given` prints them."""
    return printed([_settled(row[index]) for row in g])


def _settled(gradient):
    """Return 0 for a gradient whose terms cancel but for their rounding."""
    return gradient if abs(gradient) >= ROUNDING else 0.0


def _shapes(array, *names):
    return tuple(shape(name, (r"n_\theta",), array.shape) for name in names)
