"""A value that no rounding can change is stated with =, and a rounded one with ≈."""

import re

import numpy as np
import pytest
from derived import PROBLEMS, asked, steps_of

from lab.derivation import CHAPTERS, Problem, derive, plain
from lab.derivation.fading import left_out
from mlp.activations import ACTIVATIONS
from mlp.entries import Activation, Textbook

SIGNS = r"(?:\\operatorname\{sign\}\([^()]+\)|\\mathbf\{1\}\[[^\[\]]+\]|0\.01\\,| |\+|-)+"
OF_SIGNS = re.compile(rf"({SIGNS}) (=|\\approx) (-?[\d.]+)\$?\.?$")
KEYS = ("sign_cases", "absolute_slope", "rect_slope", "leaky_relu_slope")


def shown(problem):
    """Yield every text that ends in a number: the lines, and the reasons of their questions."""
    for step in steps_of(problem).values():
        yield from ((step.key, plain(line.numbers).replace("{(", "(")) for line in step.lines)
    yield from ((step.key, question.reason) for step, question in asked(problem))


def value_of(signs):
    """Evaluate a sum of signs and indicators by Python's own comparisons."""
    text = signs.replace("{", "").replace("}", "").replace(r"0.01\,", "0.01*").replace(r"\le", "<=")
    text = re.sub(r"\\operatornamesign\(([^()]+)\)", r"((\1 > 0) - (\1 < 0))", text)
    return eval(re.sub(r"\\mathbf1\[([^\[\]]+)\]", r"int(\1)", text))


@pytest.mark.slow
@pytest.mark.parametrize("problem", [Problem(), *PROBLEMS[::2]], ids=lambda problem: problem.seed)
def test_signs_and_indicators_are_equal_to_their_value(problem):
    seen = {}
    for key, text in shown(problem):
        found = OF_SIGNS.search(re.sub(r"(?<!mathbf)\{\(?(-?[\d.]+)\)?\}", r"\1", text))
        if found and re.search(r"\d[^.]*[\])]", found[1]):
            assert found[2] == "=", (key, text)
            assert value_of(found[1]) == pytest.approx(float(found[3])), (key, text)
            seen[key] = seen.get(key, 0) + 1
    assert seen.keys() >= {*KEYS, "absolute_sum"}
    assert all(seen[key] >= 2 for key in KEYS)


@pytest.mark.slow
def test_a_product_with_a_zero_is_equal_to_0_and_a_rounded_product_is_not_equal():
    reasons = [ask.reason for problem in PROBLEMS for _, ask in asked(problem) if ask.kind == "sign"]
    zeros = [one for one in reasons if re.search(r"(?:=|\\approx) 0\$", one)]
    assert len(zeros) > 20
    assert not [one for one in zeros if r"\approx 0$" in one]
    for step, ask in asked(Problem(activation="tanh")):
        if step.key in ("hidden_pre_activation", "output_weights", "hidden_delta") and ask.kind == "number":
            assert r"\approx" in ask.reason


def test_the_slope_of_a_straight_activation_is_equal_to_its_value_and_is_not_written_twice():
    def line(activation):
        return plain(steps_of(Problem(activation=activation))["hidden_delta"].lines[1].numbers)

    assert line("relu").endswith("> 0] = 1")
    assert re.search(r"= 1 - .* \\approx 0\.\d+$", line("tanh"))
    assert line("identity").endswith(") = 1")
    assert line("identity").count("1") == 1 + line("identity").partition(")")[0].count("1")


def hard_swish(z, out=None):
    return np.multiply(z, np.clip(z.real + 3, 0, 6) / 6, out=out)


def hard_swish_slope(z, a, out=None):
    slope = np.where(z > 3, 1.0, np.where(z > -3, (2 * z + 3) / 6, 0.0))
    return np.positive(slope, out=out)


def test_the_slope_of_a_curved_piece_is_rounded_and_that_of_a_straight_piece_is_not(monkeypatch):
    entry = Activation(
        function=hard_swish,
        derivative=hard_swish_slope,
        latex=r"{z} \min(\max({z} + 3, 0), 6) / 6",
        derivative_latex=r"\tfrac{{2 {z} + 3}}{{6}} \mathbf{{1}}[-3 < {z} \le 3] + \mathbf{{1}}[{z} > 3]",
        rule="derivative of three pieces",
        textbook=Textbook(
            lambda z: z * np.minimum(np.maximum(z + 3, 0), 6) / 6,
            lambda z: (2 * z + 3) / 6 * ((z > -3) & (z <= 3)) + 1.0 * (z > 3),
            lambda z: z * min(max(z + 3, 0), 6) / 6,
        ),
        kinks=(-3.0, 3.0),
    )
    monkeypatch.setitem(ACTIVATIONS, "hard_swish", entry)
    seen = set()
    for seed in range(30):
        problem = Problem(activation="hard_swish", seed=seed)
        line = plain(
            next(one for one in derive(problem, (CHAPTERS[1],)) if one.key == "hidden_delta").lines[1].numbers
        )
        z = float(re.match(r"f'\(\{(-?[\d.]+)\}\)", line)[1])
        relation, value = re.search(r" (=|\\approx) (-?[\d.]+)$", line).groups()
        by_hand = 1.0 if z > 3 else 0.0 if z < -3 else (2 * z + 3) / 6
        if relation == "=":
            assert float(value) == pytest.approx(by_hand, rel=1e-12)
        elif abs(z) > 3:
            pytest.fail(f"a straight piece is exact: {line}")
        seen.add(relation)
    assert r"\approx" in seen


def test_a_line_of_signs_that_is_left_out_asks_for_the_number_after_the_equals_sign():
    for problem in (Problem(), *PROBLEMS[:4]):
        question = left_out(problem, steps_of(problem)["sign_cases"], 1)[3]
        assert question.kind == "number"
        assert r"= \;?$" in question.prompt
        assert question.answer in (1, -1)


@pytest.mark.parametrize(("sizes", "said"), [((4, 3), "= 0.25"), ((3, 3), r"\approx 0.333")])
def test_a_variance_is_equal_to_what_is_written_if_three_digits_are_enough(sizes, said):
    problem = Problem(d=sizes[0], hidden_layer_sizes=sizes[1:])
    (ask,) = (ask for ask in steps_of(problem)["variance_forward"].asks if "LeCun's" in ask.prompt)
    assert ask.reason.startswith(rf"$\sigma^2 = 1/n_{{\text{{in}}}} {said}$")
