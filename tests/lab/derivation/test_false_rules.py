"""Reasons why a statement of the form of a rule is false, each beside a calculation of what it claims."""

import math
import re

import numpy as np
import pytest

from lab.derivation.mistakes.false_rules import FALSE
from mlp.initializers import INITIALIZERS

WHY = {text: why for statements in FALSE.values() for text, why in statements}
FAR = 30.0


def sigma(x):
    return 1 / (1 + math.exp(-x))


def softplus(x):
    return math.log(1 + math.exp(x))


def bump(x):
    return sigma(x) * (1 - sigma(x))


@pytest.mark.parametrize(
    ("rule", "x"),
    [("the second indicator is 0", 0.3), ("the first indicator is 0", -0.3), ("both indicators are 0", 0.0)],
)
def test_an_indicator_is_what_the_reason_says_it_is_there(rule, x):
    values = {"first": ("x > 0", x > 0), "second": ("x < 0", x < 0)}
    for text, why in FALSE[rule]:
        if found := re.fullmatch(
            r"The (\w+)(?: indicator)?, \$\\mathbf\{1\}\[(.*)\]\$, is (\d) there.*", why
        ):
            assert values[found[1]] == (found[2], found[3] == "1"), text
        else:
            assert (text, why) == ("both indicators are 1", "$x$ cannot be above and below 0 at once.")


CLAIMS = [  # false statement, all or the end of the reason, what it claims
    (
        "1 + σ(x) = e⁻ˣ/(1 + e⁻ˣ)",
        "The left side is above 1, the right side below 1.",
        1 + sigma(-FAR) > 1 > math.exp(5) / (1 + math.exp(5)),
    ),
    (
        "1 − σ(x) = 1/(1 + e⁻ˣ)",
        "The right side is $\\sigma(x)$ itself.",
        sigma(0.7) == 1 / (1 + math.exp(-0.7)),
    ),
    (
        "chain rule, tanh′ = 1 − tanh",
        "The square is missing. Left of 0 that slope would be above 1.",
        1 - math.tanh(-0.1) > 1 > 1 - math.tanh(0.1),
    ),
    (
        "chain rule, tanh′ = tanh · (1 − tanh)",
        "That form is σ's. At 0 it would be 0, and tanh has slope 1.",
        math.tanh(0) * (1 - math.tanh(0)) == 0 and math.tanh(1e-6) == pytest.approx(1e-6),
    ),
    (
        "chain rule, tanh′ = 1 + tanh²",
        "That would be 1 or more; the slope of tanh is 1 at most.",
        min(1 + math.tanh(x) ** 2 for x in (-2, 0, 2)) == 1 == max(1 - math.tanh(x) ** 2 for x in (-2, 0, 2)),
    ),
    (
        "ln σ(x) = −softplus(x)",
        "For large $x$ the left side goes to 0, and the right side to −∞.",
        abs(math.log(sigma(FAR))) < 1e-9 and -softplus(FAR) < -29,
    ),
    (
        "ln σ(x) = softplus(−x)",
        "The left side is negative, the right side positive.",
        math.log(sigma(0.7)) < 0 < softplus(-0.7),
    ),
    (
        "ln σ(x) = softplus(−x), and 1 − σ(x) = σ(−x)",
        "$\\ln \\sigma(x)$ is negative, softplus positive.",
        math.log(sigma(0.7)) < 0 < softplus(-0.7),
    ),
    (
        "ln σ(x) = −softplus(x), and 1 − σ(x) = σ(−x)",
        "For large $x$, $\\ln \\sigma(x)$ goes to 0 and $-\\operatorname{softplus}(x)$ to −∞.",
        abs(math.log(sigma(FAR))) < 1e-9 and -softplus(FAR) < -29,
    ),
    (
        "ln σ(x) = −softplus(−x), and 1 − σ(x) = −σ(x)",
        "$1 - \\sigma(x)$ is positive, $-\\sigma(x)$ negative.",
        1 - sigma(0.7) > 0 > -sigma(0.7),
    ),
    (
        "softplus(−x) = −softplus(x)",
        "softplus is positive on both sides of 0.",
        softplus(-1) > 0 < softplus(1),
    ),
    (
        "for x > 0, ln(1 + eˣ) = x + ln(1 + eˣ); log1p(t) = ln(1 + t), accurate for tiny t",
        "Then $x$ would have to be 0.",
        0 + softplus(0) == softplus(0) != 1 + softplus(1),
    ),
    (
        "for x > 0, ln(1 + eˣ) = x + ln(1 + e⁻ˣ); log1p(t) = 1 + ln t, accurate for tiny t",
        "For tiny $t$ log1p is near 0, but $1 + \\ln t$ is far below it.",
        1 + math.log(1e-9) < -10 < math.log1p(1e-9) < 1e-8,
    ),
    ("the logits are positive", "Logits can be negative.", math.log(0.5) < 0),
    ("the outputs sum to 1", "Numbers that sum to 1 can be negative, such as 2 and −1.", 2 + -1 == 1),
    (
        "Cauchy–Schwarz: |a · b| ≤ ‖a‖ ‖b‖, with equality for directions at right angles",
        "At right angles the dot product is 0, far below the bound.",
        np.dot([3, 0], [0, 4]) == 0 < 3 * 4,
    ),
    (
        "Cauchy–Schwarz: |a · b| ≥ ‖a‖ ‖b‖, with equality for opposite directions",
        "At right angles the left side is 0, so ≥ is wrong.",
        np.dot([3, 0], [0, 4]) == 0 < 3 * 4,
    ),
    (
        "|x|′ = 1 for x ≠ 0, (x²)′ = 2x",
        "Left of 0 the slope of $|x|$ is −1.",
        (abs(-1.5) - abs(-2.5)) / 1 == -1,
    ),
    (
        "|x|′ = sign(x) for x ≠ 0, (x²)′ = x²",
        "The slope of $x^2$ is $2x$: at 1 it is 2, and $1^2$ is 1.",
        2.5**2 - 1.5**2 == 2 * 2.0,
    ),
    (
        "σ′ = 1 − σ²",
        "That is the form of the slope of tanh.",
        (math.tanh(0.7 + 1e-6) - math.tanh(0.7)) / 1e-6 == pytest.approx(1 - math.tanh(0.7) ** 2, rel=1e-4),
    ),
    ("σ′ = σ(1 + σ)", "That would grow up to 2; the slope of σ is ¼ at most.", bump(0) == 1 / 4 > bump(0.1)),
    (
        "σ′ = 1 − σ",
        "Far left of 0 that is near 1, but σ is flat there.",
        1 - sigma(-FAR) > 1 - 1e-9 and sigma(-FAR) - sigma(-FAR - 1) < 1e-9,
    ),
    (
        "softplus′ = tanh",
        "The slope of softplus is positive everywhere; tanh is negative left of 0.",
        softplus(-1) - softplus(-2) > 0 > math.tanh(-1),
    ),
    (
        "softplus′ = 1 − σ",
        "Softplus gets steeper to the right; $1 - \\sigma$ falls.",
        softplus(2) - softplus(1) > softplus(1) - softplus(0) and 1 - sigma(2) < 1 - sigma(1),
    ),
    (
        "softplus′ = σ(1 − σ)",
        "That is the slope of σ. Far to the right it is 0, but softplus has slope 1.",
        bump(FAR) < 1e-9 and softplus(FAR) - softplus(FAR - 1) == pytest.approx(1),
    ),
    ("σ′ = σ(1 − σ) is 1", "It is ¼ at most.", bump(0) == 1 / 4 > bump(-0.1)),
    ("σ(1 − σ) is largest at σ = 1", "There it is 0.", 1 * (1 - 1) == 0),
    (
        "σ(1 − σ) is smallest at σ = ½",
        "There it is ¼, and at σ = 1 it is 0.",
        (1 / 2 * (1 - 1 / 2), 1 * (1 - 1)) == (1 / 4, 0),
    ),
    (
        "σ(1 − σ) is largest at σ = ¼",
        "There it is 3/16, and at σ = ½ it is 4/16.",
        (1 / 4 * (1 - 1 / 4), 1 / 2 * (1 - 1 / 2)) == (3 / 16, 4 / 16),
    ),
    (
        "with every example twice the mean doubles; a sum would stay",
        "It is the other way round: a sum has twice as many terms.",
        np.mean([1, 2, 1, 2]) == np.mean([1, 2]) and sum([1, 2, 1, 2]) == 2 * sum([1, 2]),
    ),
    (
        "with every example twice the mean is halved; a sum would stay",
        "The sum doubles and so does the number of terms, so the mean stays.",
        sum([1, 2, 1, 2]) / 4 == sum([1, 2]) / 2,
    ),
    (
        "He: the mean square is doubled",
        "He's variance is $2/d$.",
        INITIALIZERS["he_normal"].variance(8, 3) == 2 / 8,
    ),
    (
        "Glorot: the arithmetic mean of the two demands",
        r"That is $\tfrac12 (1/n_{\text{in}} + 1/n_{\text{out}})$.",
        INITIALIZERS["glorot_normal"].variance(8, 2) == 2 / (8 + 2) != (1 / 8 + 1 / 2) / 2,
    ),
    (
        "Glorot: the geometric mean of the two demands",
        r"That is $1/\sqrt{n_{\text{in}} n_{\text{out}}}$.",
        1 / math.sqrt(8 * 2) == (1 / 8 * 1 / 2) ** 0.5,
    ),
    ("limit, since μ > 0", "For $\\mu = 2$ the powers $\\mu^t$ grow.", 2**3 > 2**2),
    (
        "limit, since t > 1",
        "What shrinks is $\\mu^t$, and only if $\\mu < 1$.",
        0.9**3 < 0.9**2 and 1**3 == 1**2,
    ),
    (
        "mean square divided by the number of units above",
        "A sum is the mean *times* the number of terms.",
        sum([1, 2, 6]) == np.mean([1, 2, 6]) * 3,
    ),
]


@pytest.mark.parametrize(("statement", "why", "is_true"), CLAIMS, ids=[case[0] for case in CLAIMS])
def test_what_a_reason_claims_is_true(statement, why, is_true):
    assert WHY[statement] == why
    assert is_true
