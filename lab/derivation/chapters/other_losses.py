"""Chapter 4: the losses that the network does not use, on the same logits, and why one of them stalls."""

import numpy as np

from lab.derivation.chapters.losses import delta_step, loss_step, output_step
from lab.derivation.evidence import Claim, logits_derivative
from lab.derivation.latex import factor, matrix, number, q
from lab.derivation.step import Line, Step, code
from lab.derivation.symbols import View, partial
from mlp.activations import sigmoid
from mlp.losses import LOSSES, sigmoid_cross_entropy_gradient, sigmoid_squared_error_gradient

WRONG = np.array([[0.0, 2.0, 4.0, 6.0, 8.0]])  # logits of a class that is not the right one
GRADIENTS = (
    ("d_oa", "squared error", "sigmoid_squared_error"),
    ("cross", "cross-entropy", "sigmoid_cross_entropy"),
)
SQUARED_ERROR = {"loss": "sigmoid_squared_error", "network": "under sigmoid with squared error"}


def steps(problem):
    """Return output, loss and ∂L/∂o^a of each other loss, then both sigmoid losses where they saturate."""
    others = [name for name in LOSSES if name != problem.loss]
    derived = [make(problem, name) for name in others for make in (output_step, loss_step, delta_step)]
    return (*derived, factor_that_stays(problem), stall(problem))


def factor_that_stays(problem):
    """The two sigmoid losses' ∂L/∂o^a on this network's logits: one is 2σ' times the other."""
    values = View(problem).values
    o, T = values["oa"], values["y"]
    p = sigmoid(o)
    claims = _gradients("oᵃ", o, T)
    squared, cross = (claim.analytic for claim in claims.values())
    slope = p * (1 - p)
    bound = Claim("whether 2σ′ is at most ½", 2 * slope.max() <= 0.5, np.array(True), "σ′(0) = ¼")
    k = int(T[0].argmax())
    d_se, d_ce = (partial("oa", "o^a_k", f"L_{{\\text{{{name}}}}}") for name in ("SE", "CE"))
    out = q("os", "o^s_k")
    sk, shown = q("oa", "o^a_k"), r",\; ".join(number(2 * v) for v in slope[0])

    def entry(index):
        return rf"2 \cdot {factor(slope[index])} \cdot {factor(cross[index])}"

    return Step(
        key="factor_that_stays",
        title="Where σ′ cancels, and where it remains",
        question="How do the gradients of the two sigmoid losses differ?",
        lines=(
            Line(
                rf"{d_ce} = \frac{{{out} - T_k}}{{{out}(1 - {out})}}\, \sigma'({sk}) = {out} - T_k",
                rf"\frac{{{number(p[0, k])} - {number(T[0, k])}}}{{{number(p[0, k] * (1 - p[0, k]))}}} \cdot "
                rf"{number(slope[0, k])} \approx {number(cross[0, k])}",
                "σ′ = σ(1 − σ) cancels",
                (p - T) / (p * (1 - p)) * slope,
                "cross",
            ),
            Line(
                rf"{d_se} = 2\,({out} - T_k)\, \sigma'({sk}) = 2\, \sigma'({sk})\, {d_ce}",
                rf"{entry((0, k))} \approx {number(squared[0, k])}",
                "chain rule; nothing cancels",
                2 * p * (1 - p) * cross,
            ),
            Line(
                rf"2\, \sigma'({sk}) \le \tfrac12",
                rf"2\, \sigma'({sk}) \in \left\{{{shown}\right\}}",
                "σ(1 − σ) is largest at σ = ½",
                np.array(bool((2 * slope <= 0.5).all())),
                "bound",
            ),
        ),
        claims=claims | {"bound": bound},
        code=code(sigmoid_cross_entropy_gradient, "p -= T")
        + code(sigmoid_squared_error_gradient, "slope = ", "p *= slope"),
        entry=entry,
        symbol=lambda index: partial("oa", f"o^a_{{{index[-1] + 1}}}", r"L_{\text{SE}}"),
        lit=frozenset({"oa", "os", "L"}),
        **SQUARED_ERROR,
    )


def stall(problem):
    """∂L/∂o of both sigmoid losses, at logits that are more and more wrong."""
    p = sigmoid(WRONG)
    claims = _gradients("o", WRONG, np.zeros_like(WRONG), ", o = 0 to 8, T = 0")
    squared, cross = (claim.analytic for claim in claims.values())
    numeric = claims["d_oa"].numeric / claims["cross"].numeric
    worst = WRONG.shape[1] - 1

    def entry(index):
        a = factor(p[index])
        return rf"2 \cdot {a} \cdot {a} \cdot {factor(1 - p[index])}"

    return Step(
        key="stall",
        title="Why squared error stalls",
        question="How fast does a confidently wrong output learn?",
        lines=(
            Line(
                r"\frac{\partial L_{\text{CE}}}{\partial o} = \sigma(o) - 0 \to 1 "
                r"\quad (o \to \infty,\; T = 0)",
                rf"o = {matrix(WRONG, 'oa')} : \quad {matrix(cross, 'd_oa')}",
                "limit of σ",
                1 / (1 + np.exp(-WRONG)),
                "cross",
            ),
            Line(
                r"\frac{\partial L_{\text{SE}}}{\partial o} = 2\, \sigma(o)^2\, (1 - \sigma(o)) \to 0",
                rf"o = {matrix(WRONG, 'oa')} : \quad {matrix(squared, 'd_oa')}",
                "limit of 1 − σ",
                2 * p**2 * (1 - p),
            ),
            Line(
                r"\frac{\partial L_{\text{SE}} / \partial o}{\partial L_{\text{CE}} / \partial o} = "
                r"2\, \sigma(o)\, (1 - \sigma(o)) \approx 2\, e^{-o}",
                rf"o = {number(WRONG[0, worst])} : \quad \frac{{{number(squared[0, worst])}}}"
                rf"{{{number(cross[0, worst])}}} \approx {number(squared[0, worst] / cross[0, worst])}",
                "quotient",
                2 * p * (1 - p),
                "ratio",
            ),
        ),
        claims=claims | {"ratio": Claim("their ratio", squared / cross, numeric)},
        code=code(sigmoid_squared_error_gradient, "slope = ", "p *= slope"),
        entry=entry,
        symbol=lambda index: (
            rf"\left.\partial L_{{\text{{SE}}}} / \partial o\right|_{{o = {number(WRONG[index])}}}"
        ),
        given=lambda index: "T = 0",
        lit=frozenset({"oa", "os", "L"}),
        **SQUARED_ERROR,
        note="Where the output is most wrong, squared error passes the smallest gradient back. These logits "
        "are the same for every network.",
    )


def _gradients(symbol, o, T, where=""):
    """Return the claims about the gradients of both sigmoid losses with respect to the logits o."""
    claims = {}
    for name, title, key in GRADIENTS:
        gradient = LOSSES[key].gradient(o, T)
        claims[name] = Claim(f"∂L/∂{symbol} of the {title}{where}", gradient, logits_derivative(key, o, T))
    return claims
