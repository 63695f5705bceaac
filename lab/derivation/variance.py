"""The variance recursion behind LeCun's, Glorot's and He's initializations."""

import functools
import itertools

import numpy as np

from lab.derivation.latex import factor, matrix, number, q
from lab.derivation.notation import shape, values_of
from lab.derivation.numeric import Claim
from lab.derivation.step import CHAPTERS, Line, Step, code
from mlp.activations import ACTIVATIONS
from mlp.initializers import INITIALIZERS, glorot_normal, he_normal, lecun_normal

CHAPTER = CHAPTERS[4]
SIGNS = "every choice of signs, ±σ for each weight"
REACH = 12.0  # beyond, the normal density is nothing beside what it is before


def steps(problem):
    """One layer forward, its activation, one layer backward."""
    return (forward_variance(problem), second_moment(problem), backward_variance(problem))


def random_signs(values, sigma):
    """Return E[(Σ_i v_i w_i)²] over all 2^n choices of w_i = ±sigma, without sampling."""
    signs = np.array(list(itertools.product((-sigma, sigma), repeat=len(values))))
    return np.mean((signs @ values) ** 2)


def forward_variance(problem):
    """E[z_j²] = σ² Σ x_i²: with σ² = 1/d, the mean of x_i² (LeCun)."""
    values = values_of(problem, 1)
    x, d = values["x"], problem.d
    variance = INITIALIZERS["lecun_normal"].variance(d, problem.sizes[1])
    squares = sum(v * v for v in x[0])
    cross = sum(a * b * (variance if i == j else 0.0) for i, a in enumerate(x[0]) for j, b in enumerate(x[0]))
    shown = " + ".join(rf"{q('x', factor(v))}^2" for v in x[0])

    def entry(index):
        return rf"{number(variance)} \left({shown}\right)"

    z_j = r"\sum_i x_i W^1_{ij}"
    return Step(
        key="variance_forward",
        chapter=CHAPTER,
        title="What a layer does to the size of the signal",
        question="How large is a pre-activation, before anything is learned?",
        lines=(
            Line(
                rf"\mathbb{{E}}\left[\left({z_j}\right)^2\right] = \sum_i \sum_{{i'}} x_i x_{{i'}}\, "
                r"\mathbb{E}[W^1_{ij} W^1_{i'j}]",
                rf"{d}^2 = {d * d} \text{{ terms, their sum}} \approx {number(cross)}",
                "linearity of the expectation",
                np.array(cross),
            ),
            Line(
                r"\mathbb{E}[z_j^2] = \sigma^2 \sum_i x_i^2",
                rf"{entry(())} \approx {number(variance * squares)}",
                "independent weights of mean 0: only i = i′ stays",
                np.array(variance * squares),
            ),
            Line(
                r"\sigma^2 = \tfrac1d \;\Rightarrow\; \mathbb{E}[z_j^2] = \tfrac1d \sum_i x_i^2",
                rf"\tfrac{{1}}{{{d}}} \cdot {number(squares)} \approx {number(squares / d)}",
                "LeCun: what goes in comes out",
                np.mean(x**2),
            ),
        ),
        claims={
            "E_z2": Claim(
                "E[z²] of a hidden unit",
                np.array(variance * squares),
                random_signs(x[0], variance**0.5),
                SIGNS,
            )
        },
        shapes=(shape("x", ("1", "d"), x.shape),),
        code=code(lecun_normal, "fan_in**-0.5"),
        values={"x": x, "E_z2": np.array(variance * squares)},
        entry=entry,
        symbol=lambda index: r"\mathbb{E}[z_j^2]",
        given=lambda index: rf"\sigma^2 = {number(variance)}, \; x = {matrix(x)}",
        lit=frozenset({"x", "W1", "ha1"}),
        note="For the first example and weights drawn at random, biases 0. Any law with that variance gives "
        "the same; with ±σ the expectation is a finite sum.",
    )


def second_moment(problem):
    """c = E[f(z)²]/q at q = 1, and the variance 1/(n c) that keeps the signal."""
    name, n = problem.activation, problem.sizes[1]
    f = ACTIVATIONS[name]
    c = _quadrature(f)
    keeps = 1 / (n * c)
    known = f.second_moment is not None
    truth, scheme = (f.second_moment, "closed form") if known else _summed(f)
    truth = np.array(truth)
    lines = [
        Line(
            r"c = \mathbb{E}[f(z)^2] = \int f(z)^2\, \varphi(z)\, dz, \qquad z \sim \mathcal{N}(0, 1)",
            rf"c \approx {number(c)}",
            f"definition, f = {name.replace('_', ' ')}",
            np.array(c),
        )
    ]
    if f.second_moment_latex:
        shown = f"c = {number(f.second_moment)}"
        lines.append(Line(f.second_moment_latex, shown, f.second_moment_rule, np.array(f.second_moment)))
    lines.append(
        Line(
            r"\mathbb{E}[(z^{l+1}_j)^2] = \sigma^2\, n\, \mathbb{E}[f(z^{l})^2] = \sigma^2\, n\, c = 1 "
            r"\;\Rightarrow\; \sigma^2 = \frac{1}{n c}",
            rf"\sigma^2 = \frac{{1}}{{{n} \cdot {number(c)}}} \approx {number(keeps)}",
            "the recursion; its fixed point",
            np.array(keeps),
            "sigma2",
        )
    )
    return Step(
        key="second_moment",
        chapter=CHAPTER,
        title="What the activation takes away",
        question="How much of the signal passes the activation?",
        lines=tuple(lines),
        claims={
            "c": Claim(
                "E[f(z)²] for z ~ N(0, 1)",
                np.array(c),
                truth,
                scheme,
            ),
            "sigma2": Claim("the variance that keeps the signal", np.array(keeps), 1 / (n * truth), scheme),
        },
        code=code(he_normal, "(2 / fan_in) ** 0.5"),
        values={"c": np.array(c)},
        entry=lambda index: r"\int f(z)^2\, \varphi(z)\, dz",
        symbol=lambda index: "c",
        given=lambda index: r"z \sim \mathcal{N}(0, 1), \; c = \mathbb{E}[f(z)^2]",
        lit=frozenset({"f1", "ha1", "hs1"}),
        note=r"$\varphi$ is the standard normal density. For ReLU $c = \tfrac12$: He's $\sigma^2 = 2/n$. "
        r"Activations with $f'(0) = 1$, such as tanh, take little from a small signal: He's lets it grow.",
    )


def backward_variance(problem):
    """E[(Σ_k δ_k W_jk)²] = σ² Σ δ_k²: backwards the number of units above counts (Glorot)."""
    values, top = values_of(problem, 1), problem.depth + 1
    delta, n, m = values["d_oa"], problem.sizes[-2], problem.m
    variance = INITIALIZERS["glorot_normal"].variance(n, m)
    squares = sum(v * v for v in delta[0])
    shown = " + ".join(rf"{q('d_oa', factor(v))}^2" for v in delta[0])

    def entry(index):
        return rf"{number(variance)} \left({shown}\right)"

    return Step(
        key="variance_backward",
        chapter=CHAPTER,
        title="What a layer does to the size of the error",
        question="Which width counts on the way back?",
        lines=(
            Line(
                rf"\mathbb{{E}}\left[\left(\sum_k \delta_k W^{{{top}}}_{{jk}}\right)^2\right] = "
                r"\sigma^2 \sum_k \delta_k^2",
                rf"{entry(())} \approx {number(variance * squares)}",
                "as forwards: independent weights of mean 0",
                np.array(variance * squares),
            ),
            Line(
                r"\mathbb{E}\left[\left(\tfrac{\partial L}{\partial h^s_j}\right)^2\right] = "
                r"\sigma^2\, m \cdot \tfrac1m \sum_k \delta_k^2",
                rf"{number(variance)} \cdot {m} \cdot {number(squares / m)} "
                rf"\approx {number(variance * squares)}",
                "mean square times the number of units above",
                variance * m * np.mean(delta**2),
            ),
            Line(
                r"\sigma^2\, n_{\text{in}} = 1, \; \sigma^2\, n_{\text{out}} = 1 \;\rightarrow\; "
                r"\sigma^2 = \frac{2}{n_{\text{in}} + n_{\text{out}}}",
                rf"\frac{{2}}{{{n} + {m}}} \approx {number(variance)}",
                "Glorot: the harmonic mean of the two demands",
                2 / (1 / (1 / n) + 1 / (1 / m)) * np.ones(()),
                "sigma2",
            ),
        ),
        claims={
            "E_d2": Claim(
                "E[(∂L/∂h^s)²] of a hidden unit",
                np.array(variance * squares),
                random_signs(delta[0], variance**0.5),
                SIGNS,
            ),
            "sigma2": Claim(
                "Glorot's variance", np.array(variance), np.array(2 / (n + m)), "2 / (fan_in + fan_out)"
            ),
        },
        shapes=(shape(r"\delta", ("1", "m"), delta.shape),),
        code=code(glorot_normal, "(2 / (fan_in + fan_out)) ** 0.5"),
        values={"d_oa": delta, "E_d2": np.array(variance * squares)},
        entry=entry,
        symbol=lambda index: r"\mathbb{E}[(\partial L / \partial h^s_j)^2]",
        given=lambda index: rf"\sigma^2 = {number(variance)}, \; \delta = {matrix(delta)}",
        lit=frozenset({"oa", f"W{top}"}),
    )


@functools.lru_cache(maxsize=32)
def _quadrature(f, n=160):
    """Return E[f(z)²], z ~ N(0, 1), by Gauss-Legendre between 0, the kinks of f, and REACH on either side."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    z, lengths = [], []
    for low, high in itertools.pairwise(_ends(f)):
        nearest, from_there = (high, nodes - 1) if high <= 0 else (low, nodes + 1)
        z.append(nearest + from_there * (high - low) / 2)
        lengths.append(weights * (high - low) / 2)
    z, weights = np.concatenate(z), np.concatenate(lengths)
    density = np.exp(-z * z / 2) / (2 * np.pi) ** 0.5
    return float((f(z) ** 2 * density) @ weights)


def _summed(f, n=48001):
    """Return (E[f(z)²] for z ~ N(0, 1), the rule): the trapezoid rule, or Simpson's between kinks of f."""

    def integrand(z):
        return f.textbook.value(z) ** 2 * np.exp(-z * z / 2)

    with np.errstate(all="ignore"):
        if not f.kinks:
            z, h = np.linspace(-REACH, REACH, n, retstep=True)
            return float(integrand(z).sum() * h / (2 * np.pi) ** 0.5), "trapezoid rule on other nodes"
        total = 0.0
        for low, high in itertools.pairwise(_ends(f)):
            z, h = np.linspace(low, high, n, retstep=True)
            y = integrand(z)
            total += (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()) * h / 3
    return float(total / (2 * np.pi) ** 0.5), "Simpson's rule between the kinks"


def _ends(f):
    return sorted({-REACH, 0.0, REACH, *f.kinks})
