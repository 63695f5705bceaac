"""Which rule gives a line: no wrong rule could be right, every reason is true, and nothing gives it away."""

import math
import re

import numpy as np
import pytest
from derived import PROBLEMS, asked, steps_of

from lab.derivation import CHAPTERS, Problem
from lab.derivation.answers import why_wrong
from lab.derivation.latex import plain
from lab.derivation.mistakes import Wrong, line_rules
from lab.derivation.mistakes.false_rules import FALSE
from lab.derivation.mistakes.line_rules import known, wrong_rules
from lab.derivation.mistakes.rule_table import CHAPTER_RULES

SOME = PROBLEMS[::2]
# Rules that may describe the same line, written down from the lines themselves
ENTRIES = r"all entries as a (row|matrix)|matrix product"
MATRICES = (
    r"all entries as a matrix|(definition of the )?matrix product.*|entry of a sum of matrices|sum over the "
)
MATRICES += r"examples|one outer product per example.*|as for one layer"
CHAIN, PIECES = (
    r"chain rule.*|the recursion.*|product and chain rule",
    r"derivative of a (straight piece|constant)",
)
LINEAR, LEFT_OUT = (
    r"linearity.*|derivative of a sum of products",
    r"only .* depends on it.*|.*does not depend on it|",
)
LEFT_OUT += r".*only term .*|only unit .*|.*own row alone|derivative of a constant"
LOGARITHMS = r"logarithm of .*|the common factor taken out of the logarithm"
OF_EXAMPLES = r"sum over the examples|one outer product .*|the bias .*"
MAY_BOTH_BE_RIGHT = (  # (the rule of the line, others that may describe it)
    (ENTRIES, ENTRIES),
    (MATRICES, MATRICES),
    (CHAIN, CHAIN),
    (PIECES, PIECES),
    (LINEAR, LINEAR),
    (LEFT_OUT, LEFT_OUT),
    (
        r"product rule|derivative of a sum of products",
        r"product rule|derivative of a sum of products",
    ),
    (
        r"the common factor cancels|numerator and denominator divided by .*",
        r"the common factor cancels|numer.*",
    ),
    (r"geometric series.*", r"geometric series.*"),
    (r"definition of f′", rf"{CHAIN}|derivative of (tanh|σ|x|softplus|a straight piece)"),
    (r"derivative of (tanh|σ|x|softplus|a straight piece)", r"definition of f′"),
    (r"power rule", LINEAR),
    (r"only term i depends on it; power rule", r".*power rule"),
    (r"chain rule", r"derivative of a sum of products"),
    (r"derivative of a sum of products", r"chain rule"),
    (r"linearity; only one term of each sum .*", LEFT_OUT),
    (r"the probabilities sum to 1.*", r"derivative of a constant"),
    (LOGARITHMS, LOGARITHMS),
    (OF_EXAMPLES, OF_EXAMPLES),
    (r"the recursion, substituted .*", ENTRIES),
    (r"independent weights .*", r"linearity of the expectation"),
    (r"the same .*|equal δ.*", r"the same .*|equal δ.*"),
    (r".*indicators? (is|are) 0", r".*indicators? (is|are) 0"),
    (r"common denominator", r"the probabilities sum to 1.*"),
    (r"definition of (σ|softmax)", r"the common factor cancels|numerator and .*"),
    (r"definition of softmax", r"factorisation"),
    (r"definition of the output", r"definition of σ"),
    (r"quotient", r"limit .*"),
    (r"the common factor taken out .*", r"the common factor cancels|numerator and .*|power of a sum"),
    (r"symmetry of the normal density", r"definition, f = .*"),
    (r"the recurrence, substituted .*", r"the recurrence, .*|the unrolled sum .*"),
    (r"division", r"geometric series.*|the unrolled sum .*"),
    (r"sum of the steps", r"the recurrence, substituted .*"),
    (r"limit of .*", rf"{CHAIN}|product rule|quotient rule|linearity.*|derivative of a sum of products"),
)


def questions():
    """(problem, step, question) of every question about the rule of a line."""
    every = ((problem, *pair) for problem in SOME for pair in asked(problem))
    return [one for one in every if one[-1].kind == "rule" and one[-1].prompt.startswith("Which rule gives")]


def test_no_wrong_rule_may_describe_the_line_as_well():
    seen = set()
    for step in (step for problem in SOME for step in steps_of(problem).values()):
        for line in step.lines[1:] or step.lines:
            wrong = wrong_rules(step, line, np.random.default_rng(0))
            truths = {one.answer for one in wrong if one.key != "false_rule"}
            for pair in (pair for pair in MAY_BOTH_BE_RIGHT if re.fullmatch(pair[0], line.rule)):
                assert not [one for one in truths if re.fullmatch(pair[1], one)], (step.key, line.rule)
                seen.add(pair)
    assert len(seen) == len(MAY_BOTH_BE_RIGHT)


def test_the_sum_of_the_probabilities_has_one_right_rule_whatever_is_drawn():
    """Σ o_k = Σ e^{o_k} / S = 1 puts the definition of softmax in, and then adds fractions."""
    n_asked = 0
    for seed in range(12):
        step = steps_of(Problem(seed=seed))["output"]
        question = next(one for one in step.asks if one.kind == "rule")
        if question.answer == "common denominator":
            assert {"definition", "definition of softmax"}.isdisjoint(question.choices), seed
            assert len(question.choices) == 4
            n_asked += 1
    assert n_asked >= 2


@pytest.mark.slow
def test_a_line_that_repeats_an_earlier_one_for_another_layer_is_not_asked_about():
    """∂J/∂W² needs the derivatives of |w| and w² too, and only the line of ∂J/∂W¹ writes them out."""
    named = []
    for seed in range(8):
        problem = Problem(seed=seed, hidden_layer_sizes=(2, 2), l1=0.01, l2=0.01)
        asks = steps_of(problem)["elastic_net"].asks
        question = next(one for one in asks if one.kind == "rule")
        named.append(question.prompt.partition("?")[0])
        assert "as for W¹" not in question.choices
    assert not [prompt for prompt in named if "partial W^{2}" in prompt or "partial W^{3}" in prompt]
    lines = {line.rule for line in steps_of(problem)["elastic_net"].lines if "W^{3}" in line.latex}
    assert lines == {"as for W¹"}


def test_that_no_matrices_are_multiplied_is_never_said_of_a_line_that_multiplies_them():
    problem = Problem(hidden_layer_sizes=(3, 3), activation="tanh")
    for key in ("recursion", "chain_of_layers", "hidden_output", "every_layer", "batch_outer"):
        step = steps_of(problem)[key]
        for line in step.lines:
            if r"^{\top}" in line.latex:
                wrong = wrong_rules(step, line, np.random.default_rng(0))
                assert "matrix product" not in {one.answer for one in wrong}, key


def test_each_choice_has_one_reason_that_says_what_its_rule_does_or_why_the_statement_is_false():
    kinds = set()
    for _, step, question in questions():
        assert len(question.choices) == 4, (step.key, question)
        for one in question.wrong:
            kinds.add(one.key)
            assert why_wrong(question, one.answer) == one.why
            if one.key == "another_rule":
                assert one.why.startswith(f"That rule {known(one.answer).does}. This line "), step.key
    assert kinds == {"false_rule", "rule_of_another_line", "another_rule"}


def test_every_rule_of_a_line_that_is_asked_about_is_known():
    for _, step, question in questions():
        assert known(question.answer).does, (step.key, question.answer)
    for chapter, rules in CHAPTER_RULES.items():
        assert chapter in CHAPTERS
        assert all(known(rule).does for rule in rules)


def test_a_rule_that_no_table_has_gets_other_rules_of_its_step_and_chapter():
    step = steps_of(Problem())["loss"]
    line = step.lines[1]._replace(rule="a rule of one's own")
    wrong = wrong_rules(step, line, np.random.default_rng(0))
    assert {one.key for one in wrong} == {"rule_of_another_line", "another_rule"}
    assert all(one.why.endswith(".") and "This line ." not in one.why for one in wrong)


def test_every_rule_of_another_line_is_offered_with_the_line_that_it_gives():
    step = steps_of(Problem())["output_delta"]
    softmax, ln, only, linear = (
        "definition of softmax",
        "chain rule, derivative of ln",
        "only term k of the sum depends on it",
        "linearity of the derivative",
    )
    (line,) = [one for one in step.lines if one.rule == "all entries as a row"]
    wrong = wrong_rules(step, line, np.random.default_rng(0))
    told = {one.answer: one.why for one in wrong if one.key == "rule_of_another_line"}
    assert set(told) == {softmax, ln, only, linear}
    for rule, does in (
        (only, "leaves out the terms whose derivative is 0"),
        (linear, "differentiates a sum"),
    ):
        assert told[rule].startswith(f"That rule {does}")
    latex = {one.rule: plain(one.latex) for one in step.lines}
    for rule, why in told.items():
        assert why.endswith(f". This step does so in another line: ${latex[rule]}$.")
    others = [one.answer for one in wrong if one.key == "another_rule"]
    assert set(others) == set(CHAPTER_RULES[step.chapter]) - {only, linear, "all entries as a matrix"}


def test_a_rule_that_says_nothing_by_itself_is_never_offered():
    never = {
        "as on paper; wrong where it overflows",
        "as for one layer",
        "the same, all entries as a row",
    }
    seen = set()
    for step in steps_of(Problem(hidden_layer_sizes=(3, 3), activation="tanh")).values():
        seen |= {line.rule for line in step.lines}
        for line in step.lines:
            assert never.isdisjoint(one.answer for one in wrong_rules(step, line, np.random.default_rng(0)))
    assert never & seen


def test_the_recursion_at_another_layer_is_that_of_another_delta():
    for depth, layer in ((1, 1), (3, 2)):
        step = steps_of(Problem(hidden_layer_sizes=(3,) * depth))["recursion"]
        (line,) = [one for one in step.lines if one.rule == f"the recursion at l = {layer}"]
        told = {one.answer: one.why for one in wrong_rules(step, line, np.random.default_rng(0))}
        for other in (layer - 1, layer + 1):
            assert told[f"the recursion at l = {other}"] == rf"At l = {other} it gives $\delta^{{{other}}}$."


def test_an_activation_is_told_from_the_others_by_its_formula():
    told = {}
    for name, key in (
        ("tanh", "hidden_activation"),
        ("softplus", "hidden_activation"),
        ("tanh", "hidden_delta"),
    ):
        step = steps_of(Problem(activation=name))[key]
        (line,) = [
            one for one in step.lines if one.rule in (f"definition of {name}", f"derivative of {name}")
        ]
        told[name, key] = {one.answer: one.why for one in wrong_rules(step, line, np.random.default_rng(0))}
    assert told["tanh", "hidden_activation"]["definition of leaky relu"] == r"That is $\max(z,\, 0.01\, z)$."
    assert "definition of tanh" not in told["tanh", "hidden_activation"]
    assert told["softplus", "hidden_activation"]["definition of tanh"] == r"That is $\tanh(z)$."
    assert told["tanh", "hidden_delta"]["derivative of σ"] == r"That is $a\,(1 - a)$."


def sigma(x):
    return 1 / (1 + math.exp(-x))


def softplus(x):
    return math.log(1 + math.exp(x))


def slope(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


X = 1.0
SIDES = {  # statement: its two sides at x = 1, written out here
    "1 − σ(x) = e⁻ˣ/(1 + e⁻ˣ)": (1 - sigma(X), math.exp(-X) / (1 + math.exp(-X))),
    "1 − σ(x) = eˣ/(1 + e⁻ˣ)": (1 - sigma(X), math.exp(X) / (1 + math.exp(-X))),
    "1 − σ(x) = 1/(1 + e⁻ˣ)": (1 - sigma(X), 1 / (1 + math.exp(-X))),
    "1 + σ(x) = e⁻ˣ/(1 + e⁻ˣ)": (1 + sigma(X), math.exp(-X) / (1 + math.exp(-X))),
    "chain rule, tanh′ = 1 − tanh²": (slope(math.tanh, X), 1 - math.tanh(X) ** 2),
    "chain rule, tanh′ = 1 − tanh": (slope(math.tanh, X), 1 - math.tanh(X)),
    "chain rule, tanh′ = tanh · (1 − tanh)": (slope(math.tanh, X), math.tanh(X) * (1 - math.tanh(X))),
    "chain rule, tanh′ = 1 + tanh²": (slope(math.tanh, X), 1 + math.tanh(X) ** 2),
    "ln σ(x) = −softplus(−x)": (math.log(sigma(X)), -softplus(-X)),
    "ln σ(x) = −softplus(x)": (math.log(sigma(X)), -softplus(X)),
    "ln σ(x) = softplus(−x)": (math.log(sigma(X)), softplus(-X)),
    "ln σ(x) = 1 − softplus(−x)": (math.log(sigma(X)), 1 - softplus(-X)),
    "softplus(−x) = softplus(x) − x": (softplus(-X), softplus(X) - X),
    "softplus(−x) = −softplus(x)": (softplus(-X), -softplus(X)),
    "softplus(−x) = softplus(x) + x": (softplus(-X), softplus(X) + X),
    "softplus(−x) = softplus(x)": (softplus(-X), softplus(X)),
    "σ′ = σ(1 − σ)": (slope(sigma, X), sigma(X) * (1 - sigma(X))),
    "σ′ = 1 − σ²": (slope(sigma, X), 1 - sigma(X) ** 2),
    "σ′ = σ(1 + σ)": (slope(sigma, X), sigma(X) * (1 + sigma(X))),
    "σ′ = 1 − σ": (slope(sigma, X), 1 - sigma(X)),
    "softplus′ = σ": (slope(softplus, X), sigma(X)),
    "softplus′ = tanh": (slope(softplus, X), math.tanh(X)),
    "softplus′ = 1 − σ": (slope(softplus, X), 1 - sigma(X)),
    "softplus′ = σ(1 − σ)": (slope(softplus, X), sigma(X) * (1 - sigma(X))),
}


def test_a_rule_is_true_and_the_false_statements_of_its_form_are_false():
    for rule, statements in FALSE.items():
        if rule in SIDES:
            assert SIDES[rule][0] == pytest.approx(SIDES[rule][1], rel=1e-6), rule
            for text, _ in statements:
                left, right = SIDES[text]
                assert abs(left - right) > 0.01, text
        assert len(statements) == 3, rule
        assert len({rule, *(text for text, _ in statements)}) == 4


def test_numbers_in_the_reasons_against_false_statements_are_those_of_their_sides():
    said = {
        "1 − σ(x) = eˣ/(1 + e⁻ˣ)": "the left side is 0.269 and the right side 1.99",
        "softplus(−x) = softplus(x) + x": "the left side is 0.313 and the right side 2.31",
        "softplus(−x) = softplus(x)": "the left side is 0.313 and the right side 1.31",
    }
    why = {text: why for statements in FALSE.values() for text, why in statements}
    for text, words in said.items():
        left, right = SIDES[text]
        assert words == f"the left side is {left:.3g} and the right side {right:.3g}"
        assert words in why[text]
    assert f"is {math.log(sigma(0)):.3g}".replace("-", "−") in why["ln σ(x) = 1 − softplus(−x)"]
    assert f"the right side {1 - softplus(0):.3g}" in why["ln σ(x) = 1 − softplus(−x)"]
    (logarithms,) = [one for one in why if "x − ln(1 + e⁻ˣ)" in one]
    assert f"the left side is {softplus(X):.3g}" in why[logarithms]
    assert f"is {X - math.log(1 + math.exp(-X)):.3g}" in why[logarithms]


def test_fractions_extended_by_another_number_are_what_the_reason_says():
    x, e = 0.7, math.exp
    fractions = {
        r"That gives $(e^x - 1)/(e^x + 1)$.": (e(x / 2), e(x) - 1, e(x) + 1),
        r"That gives $(e^{-x/2} - e^{-3x/2})/(e^{-x/2} + e^{-3x/2})$.": (
            e(-x),
            e(-x / 2) - e(-3 * x / 2),
            e(-x / 2) + e(-3 * x / 2),
        ),
    }
    told = [why for _, why in FALSE["numerator and denominator multiplied by $e^{-x/2}$"]]
    assert told[:2] == list(fractions)
    for factor, above, below in fractions.values():
        assert above == pytest.approx(factor * (e(x / 2) - e(-x / 2)))
        assert below == pytest.approx(factor * (e(x / 2) + e(-x / 2)))


@pytest.mark.parametrize(
    ("one", "other", "may_describe_one_line"),
    [
        ("σ′ = σ(1 − σ)", "1 − σ(x) = e⁻ˣ/(1 + e⁻ˣ)", True),
        ("σ′ = σ(1 − σ)", "σ′ = σ(1 − σ) cancels", True),
        ("σ′ = σ(1 − σ)", "softplus′ = σ", False),
        ("softplus′ = σ", "softplus(−x) = softplus(x) − x", True),
        ("softplus′ = σ", "ln σ(x) = −softplus(−x)", True),
        ("the common factor cancels", "numerator and denominator divided by eˣ", True),
        ("the common factor cancels", "common denominator", False),
        ("logarithm of a quotient", "the common factor taken out of the logarithm", True),
        ("product rule", "product and chain rule", True),
        ("product rule", "quotient rule", False),
        ("power rule", "chain rule, power rule", True),
        ("linearity of the derivative", "derivative of a sum of products", True),
        ("the unrolled sum with a constant gradient", "the recurrence, substituted into itself", True),
        ("the unrolled sum with a constant gradient", "geometric series", False),
        ("the recurrence, substituted into itself, from 0", "geometric series, constant gradient", False),
        ("limit of σ", "limit of 1 − σ", True),
        ("limit, since μ < 1", "geometric series", False),
    ],
)
def test_rules_are_kin_if_they_may_describe_one_line(one, other, may_describe_one_line):
    assert bool(known(one).kin & known(other).kin) == may_describe_one_line


@pytest.mark.parametrize(
    ("right", "other", "may_be_offered"),
    [
        ("definition, f = tanh", "definition of a mean", False),
        ("definition of a mean", "definition, f = tanh", False),
        ("definition, entry by entry", "definition of a mean", False),
        ("chain rule", "chain rule, power rule", False),
        ("quotient rule", "common denominator", True),
    ],
)
def test_no_rule_is_offered_next_to_one_that_begins_alike(right, other, may_be_offered):
    assert line_rules._may_be_offered(right, Wrong("another_rule", other, "")) == may_be_offered
