"""The LaTeX of the derivation: well formed, within what KaTeX knows, and its numbers those of the arrays."""

import ast
import math
import operator
import re

import numpy as np
import pytest
from derived import PROBLEMS, chapters_of, marked_formulas, steps_of

from lab.derivation import CHAPTERS, Problem, coloured, derive, nudge, paths, plain
from lab.derivation.latex import factor, matrix, number, plus, terms, without_fractions
from mlp.activations import ACTIVATIONS
from ui.derivation.walkthrough import COLOURS

# all of them in KaTeX's list of supported functions
ALLOWED = re.compile(
    r"begin|end|[td]?frac|sum|partial|top|[o]?dot|[cv]?dots|cdot|q?quad|approx|sim|to|[lr]ightarrow|leftarrow"
    r"|Rightarrow|mapsto|in|le|ne|ln|max|min|exp|tanh|int|infty|sqrt|operatorname|text|math(bf|bb|cal)|hat|left"
    r"|right|nabla|[lr]Vert|[lr]vert|theta|eta|mu|beta|delta|lambda|sigma|varepsilon|varphi|pi|star|odot|ell|ge"
)
SOME = (*PROBLEMS[::2], PROBLEMS[-1])  # with every activation, loss and shape


def balanced(latex):
    depth = 0
    for mark in re.findall(r"\\.|[{}]", latex):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0:
            return False
    return depth == 0


@pytest.mark.slow
def test_latex_is_well_formed_and_uses_nothing_that_katex_does_not_know():
    formulas = {plain(formula) for problem in SOME for formula in marked_formulas(problem)}
    assert len(formulas) > 5_000
    for latex in formulas:
        assert balanced(latex), latex
        assert all(ALLOWED.fullmatch(name) for name in re.findall(r"\\([a-zA-Z]+)", latex)), latex
        assert len(re.findall(r"\\left\b", latex)) == len(re.findall(r"\\right\b", latex)), latex
        assert latex.count(r"\begin{bmatrix}") == latex.count(r"\end{bmatrix}")
        assert not re.search(r"nan|None|\^\^|\d\.\d*e", latex.replace(r"\text{nan}", "")), latex
        assert latex == latex.strip()


RAW = re.compile(r"[\\^_{}$]")  # signs of LaTeX and code, which no sentence has


def sentences(problem):
    """Yield (key of the step, text) of all plain text, and of all Markdown without its LaTeX and code."""
    for step in steps_of(problem).values():
        for text in (step.title, step.network, *(claim.what for claim in step.claims.values())):
            yield step.key, text
        told = [step.question, step.note, *(line.rule for line in step.lines)]
        told += [claim.scheme for claim in step.claims.values()]
        for one in step.asks:
            told += [one.prompt, one.reason, one.more, *(one.choices or ())]
            told += [wrong.why for wrong in one.wrong]
        for text in told:
            yield step.key, re.sub(r"\$[^$]*\$|`[^`]*`", "", text)
    names = (nudge.name_of(problem, one) for one in nudge.parameters(problem))
    yield from (("a weight or a node", name) for name in (*names, *paths.starts(problem).values()))


@pytest.mark.parametrize("raw", ["e^x > 0", "∂L/∂h^a", "leaky_relu", r"\hat R", "half of $x"])
def test_latex_and_names_of_code_are_told_from_a_sentence(raw):
    assert RAW.search(raw)
    assert not RAW.search("*Rule:* **∂L/∂hᵃ** is eˣ > 0")


@pytest.mark.slow
def test_no_sentence_of_a_step_shows_latex_or_a_name_of_code_as_it_is_written():
    found = {pair for problem in PROBLEMS for pair in sentences(problem) if RAW.search(pair[1])}
    assert found == set()


def test_marks_are_taken_away_or_become_colours_however_they_are_nested():
    latex = r"\q{d_W1}{\frac{a}{\q{ha1}{h^{a}}}} + \q{b2}{\{b\}} + c"
    assert plain(latex) == r"{\frac{a}{{h^{a}}}} + {\{b\}} + c"
    shown = coloured(latex, {"d_W": "#111111", "ha1": "#222222"})
    assert shown == r"\textcolor{#111111}{\frac{a}{\textcolor{#222222}{h^{a}}}} + {\{b\}} + c"
    assert plain(plain(latex)) == plain(latex)


@pytest.mark.slow
def test_every_quantity_marked_has_a_colour_and_a_value_or_a_symbol():
    for problem in SOME:
        for step in chapters_of(problem, CHAPTERS[1:3]):
            symbols, numbers = (
                set(re.findall(r"\\q\{(\w+)\}", " ".join(getattr(line, form) for line in step.lines)))
                for form in ("latex", "numbers")
            )
            assert {key.rstrip("0123456789") for key in symbols} <= set(COLOURS)
            assert numbers <= set(step.values) | {"y", "L"} | symbols


def test_large_matrices_are_elided_and_keep_their_last_row():
    shown = matrix(np.arange(80.0).reshape(10, 8))
    rows = shown.removeprefix(r"\begin{bmatrix} ").removesuffix(r" \end{bmatrix}").split(r" \\ ")
    assert rows[0] == r"0 & 1 & 2 & 3 & 4 & \cdots & 7"
    assert rows[-2].split(" & ") == [r"\vdots"] * 7
    assert rows[-1].startswith("72 & 73")
    assert len(rows) == 6
    assert "dots" not in matrix(np.ones((5, 6)))
    assert matrix(np.ones((6, 7))).count("dots") == 5 + 6 + 1


def test_entries_written_in_numbers_come_to_what_they_are_said_to():
    # the numbers have two or three digits, so a sum of products may be off in the third
    checked = {}
    for problem in SOME:
        for step in steps_of(problem).values():
            array = np.asarray(step.claims[step.main].analytic, float)
            if step.entry is None or step.key == "softmax_shift":  # whose exponents are sums
                continue
            for index in np.ndindex(array.shape):
                try:
                    found = value_of(plain(step.entry(index)))
                except (ValueError, SyntaxError, KeyError):
                    continue
                scale = max(1.0, np.abs(array).max())
                assert found == pytest.approx(array[index], abs=0.02 * scale), (step.key, step.entry(index))
                checked.setdefault(step.key.partition(".")[0], []).append(index)
    assert sum(map(len, checked.values())) > 1000
    assert set(checked) >= {
        "stall",
        "factor_that_stays",
        "batch_delta",
        "elastic_net",
        "zeros_equal",
        "recursion",
    }


def test_a_line_in_numbers_comes_to_the_number_at_its_end():
    checked = {}
    for problem in SOME:
        for step in steps_of(problem).values():
            for n, line in enumerate(step.lines):
                *left, right = re.split(r" (?:\\approx|=) ", plain(line.numbers))
                try:
                    found, told = (value_of(text) for text in (left[-1] if left else "", right))
                except (ValueError, SyntaxError, KeyError):
                    continue
                assert found == pytest.approx(told, abs=0.02 * max(1.0, abs(told))), (step.key, line.numbers)
                checked.setdefault(step.key.partition(".")[0], set()).add(n)
    assert len(checked) == 31
    assert checked["output_weights"] == checked["hidden_weights"] == {0, 1, 2, 3}


def test_matrices_in_numbers_come_to_the_matrix_that_they_are_said_to():
    checked = {}
    for problem in SOME:
        for step in steps_of(problem).values():
            for line in step.lines:
                try:
                    found = matrices_of(plain(line.numbers))
                except (ValueError, SyntaxError, KeyError):  # functions, dots, sums as exponents
                    continue
                for other in found[1:]:
                    assert other.shape == found[0].shape, (step.key, line.numbers)
                    scale = max(1.0, np.abs(found[0]).max())
                    np.testing.assert_allclose(other, found[0], atol=0.02 * scale, err_msg=line.numbers)
                    checked.setdefault(step.key.partition(".")[0], set()).add(line.rule.partition(" at l")[0])
    assert len(checked) == 19
    assert [len(checked[key]) for key in ("every_layer", "elastic_net")] == [2, 3]


def matrices_of(latex):
    r"""The sides of matrices that are equal: products, ⊙, sums, numbers as factors; else ValueError."""
    arrays = {}

    def named(found):
        rows = [[value_of(cell) for cell in row.split("&")] for row in found[1].split(r"\\")]
        arrays[f"M{len(arrays)}"] = np.array(rows)
        return f" M{len(arrays) - 1} "

    text = re.sub(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", named, latex)
    text = re.sub(r"\\frac\{1\}\{(\d+)\}", r"(1/\1) *", text)
    text = re.sub(r"\\(left|right)\b|\\,|[{}]", "", text).replace(r"\odot", "*").replace(r"\cdot", "*")
    text = re.sub(r"(?<=[\dM)]) +(?=[M(])", " @ ", re.sub(r"(?<![\dM.])([\d.]+) *(?=[M(])", r"\1 * ", text))
    sides = re.split(r"\\approx|=", text)
    if len(sides) < 2 or not all(re.fullmatch(r"[\d@*+/(). -]*M[\dM@*+/(). -]*", side) for side in sides):
        raise ValueError(latex)
    return [computed(ast.parse(side.strip(), mode="eval").body, arrays) for side in sides]


def value_of(latex):
    r"""A sum of products of numbers, \frac, \ln, e^ and powers of ten; ValueError for other texts."""
    text = re.sub(r"\\(left|right)", "", latex)
    text = re.sub(r"(?<!\w)e\^\{*(-?[\d.]+)\}*", r"E(\1)", without_fractions(text, "(({})/({}))".format))
    text = text.replace(r"\ln", "L")
    text = re.sub(r"\\frac\{1\}\{(\d+)\}", r"(1/\1)", text)
    text = re.sub(r"10\^\{(-?\d+)\}", r"1e\1", text)
    text = text.replace(r"\cdot", "*").replace("{", "").replace("}", "")
    text = text.replace(" ", "").replace(")(", ")*(")
    if not re.fullmatch(r"[\d.eEL+*/()-]+", text):
        raise ValueError(latex)
    return computed(ast.parse(text, mode="eval").body)


def computed(node, arrays=None):
    """The value of a syntax tree of numbers, `arrays` by name, signs, operations, E for exp and L for ln."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return arrays[node.id]
    if isinstance(node, ast.UnaryOp):
        return -computed(node.operand, arrays)
    if isinstance(node, ast.Call):
        (argument,) = map(computed, node.args)
        return math.exp(argument) if node.func.id == "E" else math.log(argument)
    operations = {"Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv}
    operations["MatMult"] = operator.matmul
    return operations[type(node.op).__name__](computed(node.left, arrays), computed(node.right, arrays))


def test_matrices_shown_are_the_arrays():
    for problem in SOME:
        for step in chapters_of(problem, CHAPTERS[1:3]):
            for line in step.lines:
                if line.rule in ("all entries as a matrix", "matrix product") and line.value is not None:
                    assert matrix(np.atleast_2d(line.value)) in plain(line.numbers).replace("{{", "{")


def test_numbers_have_three_digits():
    shown = [number(v) for v in (0, -0.0, 0.5, -0.12345, 1001, 99_999, math.inf, math.nan)]
    assert shown == ["0", "0", "0.5", "-0.123", "1001", "99999", r"\infty", r"\text{nan}"]
    powers = {1234.5: "1.23|3", 1e5: "1|5", 1e-5: "1|-5", -2.5e-7: "-2.5|-7"}
    for value, written in powers.items():
        assert number(value) == written.replace("|", r" \cdot 10^{") + "}"


def test_fractions_are_replaced_from_the_inner_ones_and_nothing_around_them():
    over = "({}:{})".format
    assert without_fractions(r"x\frac{1}{y_{k}}z", over) == "x(1:y_{k})z"
    assert without_fractions(r"\frac{a+\frac{b}{c}}{d}+\frac{e}{f}", over) == "(a+(b:c):d)+(e:f)"
    assert without_fractions("no fraction", over) == "no fraction"


def test_sums_are_written_with_their_signs():
    assert plus(1, -0.5, 2) == "1 - 0.5 + 2"
    assert terms([0.5, -2], [1, 3]) == r"0.5 \cdot 1 + (-2) \cdot 3"
    assert factor(-1e-5) == r"(-1 \cdot 10^{-5})"


def test_a_negative_number_never_follows_a_thin_space_as_if_it_were_subtracted():
    negative = re.compile(r"(?:\\,|\\cdot)\s*\{*-\d")
    for activation in ACTIVATIONS:
        for seed in range(3):
            for step in derive(Problem(activation=activation, seed=seed), CHAPTERS[1:2]):
                shown = [line.numbers for line in step.lines if negative.search(plain(line.numbers))]
                assert shown == [], (activation, step.key)


def test_no_operator_is_equal_to_a_number():
    r"""∂/∂x₁ = … says nothing: what is differentiated stands in the fraction or behind it."""
    bare = re.compile(r"\\frac\{\\partial\s*\}\{\\partial (?:[^{}]|\{[^{}]*\})*\}\s*(?:=|\\approx)")
    assert bare.search(r"\frac{\partial}{\partial x_{1}} = 2")
    for problem in SOME:
        for step in steps_of(problem).values():
            for line in step.lines:
                assert not bare.search(plain(line.latex) + " " + plain(line.numbers)), step.key
