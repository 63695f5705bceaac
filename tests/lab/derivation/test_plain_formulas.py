"""Formulas in plain signs: by hand, and what the numbers of the derivation come to if they are computed."""

import itertools
import math
import re

import pytest

from lab.derivation import Problem, derive
from lab.derivation.plain_formulas import as_text, formula


@pytest.mark.parametrize(
    ("latex", "signs"),
    [
        (
            r"{\frac{\partial L}{\partial o^a_{2}}} = {0.0896} - {1} \approx -0.91",
            "∂L/∂o^a_2 = 0.0896 − 1 ≈ −0.91",
        ),
        (r"\frac{e^{{1.52}}}{e^{{-1.1}} + e^{o_k}}", "e^1.52/(e^(−1.1) + e^(o_k))"),
        (r"e^{2x}/(e^x + e^{-0.5} e^{10}) W^2_{32} b^{old}", "e^(2x)/(e^x + e^(−0.5) e^10) W^2_32 b^(old)"),
        (r"\tfrac12\left(\tanh\tfrac{x}{2} + 1\right)", "1/2 · (tanh(x/2) + 1)"),
        (r"-\ln \frac{a}{b}", "−ln(a/b)"),
        (r"\tfrac{z}{2}\,(1 - \tanh^2 u(z))\, u'(z)", "z/2 · (1 − tanh^2 u(z)) u'(z)"),
        (r"\frac{1}{2(a + b)}", "1/(2(a + b))"),
        (r"\frac{(a + b)}{(a)(b)}", "(a + b)/((a)(b))"),
        (r"\frac{\partial }{\partial x_i} \sum_{i'} |x_{i'}|", "∂/∂x_i Σ_i' |x_i'|"),
        (r"\begin{bmatrix} 1 & -2.5 \\ \vdots & \cdots \end{bmatrix} W^{\top}", "[[1, −2.5], [⋮, …]] · Wᵀ"),
        (r"\operatorname{diag}\begin{bmatrix} 0 & 1 \end{bmatrix}", "diag([0, 1])"),
        (r"0.01\,\mathbf{1}[{(-0.5)} \le 0] + 2\, \sigma'", "0.01 · 1[(−0.5) ≤ 0] + 2 σ'"),
        (r"\hat m_{4,18} = m / \sqrt{2/\pi}\,(1 - x^{30}y)", "m̂_(4,18) = m / √(2/π) · (1 − x^30 y)"),
        (r"\lVert \nabla_\theta \hat R \rVert^2 \in \left\{0,\; 1\right\}", "‖∇_θ R̂‖^2 ∈ {0, 1}"),
        (r"\left.\partial L_{\text{SE}} / \partial o\right|_{o = 8}", "∂L_SE / ∂o|_(o = 8)"),
        (r"\unheardof x", "unheardof x"),
        (r"\frac{1}{2", "1/2"),
    ],
)
def test_a_formula_in_plain_signs(latex, signs):
    assert formula(latex) == signs


def test_words_stay_and_lose_their_stars():
    assert as_text(r"The *sign* of **all** is $-\beta_1$; `a * b` and 2 * 3 stay, as `$x$` does not.") == (
        "The sign of all is −β_1; `a * b` and 2 * 3 stay, as `x` does not."
    )


PYTHON = {"−": "-", "·": "*", "^": "**", "√": "sqrt", "ln": "log", "[": "(", "]": ")"}
NUMERIC = re.compile(r"(?:\d|\.|tanh|ln|sqrt|max|sign|softplus|e|[ −·+/^√()\[\],])+")
NAMES = {name: getattr(math, name) for name in ("e", "sqrt", "log", "tanh")} | {
    "max": max,
    "sign": lambda x: (x > 0) - (x < 0),
    "softplus": lambda x: math.log1p(math.exp(x)),
}


def computed(signs):
    """What a part of a formula comes to, None if it is not made of numbers alone."""
    if not NUMERIC.fullmatch(signs) or not re.search(r"\d", signs):
        return None
    signs = re.sub(r"(√|ln ?)(\d+\.?\d*)", r"\1(\2)", signs)
    signs = re.sub(r"(?<=\d) \(", " · (", signs)
    if re.search(r"\d[(\[]", signs):  # an indicator, 1[…]
        return None
    for sign, code in PYTHON.items():
        signs = signs.replace(sign, code)
    try:
        value = eval(signs, {"__builtins__": {}}, NAMES)
    except (SyntaxError, TypeError):
        return None
    return value if isinstance(value, int | float) else None


def texts_of(problem):
    for step in derive(problem):
        for ask in step.asks:
            yield from (ask.reason, *(one.why for one in ask.wrong))


@pytest.mark.parametrize(
    ("activation", "loss", "sizes"),
    [
        ("relu", "softmax_cross_entropy", (3, 3)),
        ("tanh", "sigmoid_cross_entropy", (2,)),
        ("gelu", "sigmoid_squared_error", (3,)),
        ("leaky_relu", "softmax_cross_entropy", (4, 4, 4)),
    ],
)
def test_no_formula_of_the_derivation_keeps_latex_and_each_comes_to_its_number(activation, loss, sizes):
    fields = {"activation": activation, "loss": loss, "hidden_layer_sizes": sizes, "l1": 0.01, "l2": 0.02}
    n_computed = 0
    for text in texts_of(Problem(seed=3, **fields)):
        signs = as_text(text)
        assert not re.search(r"[\\$\x00-\x1f&]|  ", signs), text
        apart = [re.split(r", \\q?quad", latex) for latex in re.findall(r"\$([^$]+)\$", text)]
        for latex in itertools.chain(*apart):
            values = [computed(part.strip()) for part in re.split("[=≈]", formula(latex))]
            values = [value for value in values if value is not None]
            for value in values[:-1]:
                assert value == pytest.approx(values[-1], rel=0.03, abs=0.01), (latex, formula(latex))
                n_computed += 1
    assert n_computed > 80
