"""A value that no rounding can change is stated with =, and a rounded one with ≈."""

import re

import pytest
from derived import PROBLEMS, asked, steps_of

from lab.derivation import Problem, plain
from lab.derivation.fading import left_out

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
