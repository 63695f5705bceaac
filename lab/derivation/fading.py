"""Fading: lines of a step are left to the student, who picks each from several lines with a mistake.

After Atkinson, Renkl & Merrill, Transitioning from studying examples to solving problems, 2003: worked
examples first, then fewer and fewer of their lines, the last ones first.
"""

import re
import zlib

import numpy as np

from lab.derivation.answers import HOW_TO_CHECK
from lab.derivation.choice_questions import WRONG_CHOICES, shuffled
from lab.derivation.latex import number, plain
from lab.derivation.mistakes import Asked, Wrong
from lab.derivation.mistakes.lines import LINE_MISTAKES
from lab.derivation.mistakes.rule import wrong_arrays
from lab.derivation.sheet import EQUALITIES, left_side
from lab.derivation.step import Question

MODES = {"None": 0, "The last": 1, "The last two": 2, "All": 1000}  # lines of a step left to the student
LEVELS = tuple(MODES)
IN_A_ROW = 2  # this many right answers in a row leave out one more line
APPROXIMATELY, NUMBER = r"\approx ", re.compile(r"-?\d+(\.\d+)?")
INDICES = re.compile(r"[_^](?:\{[^{}]*\}|\w)")
TIMES_ONE = re.compile(r" \\cdot \{?1\}?$|^\{?1\}? \\cdot ")
OF_PRODUCTS = (
    "transpose_dropped",
    "delta_first",
    "weights_first",
    "transposed_weights_first",
    "indices_swapped",
)


def left_out(problem, step, n):
    """Return {index of a line: the Question about it} for the last n lines that can be asked about.

    A number is not asked for if an earlier line that can be asked about states it.
    """
    asked = {}
    for place in range(len(step.lines)):
        question = _question(problem, step, place)
        stated = [step.lines[one].numbers for one in asked]
        if question and not any(is_printed(one, stated) for one in numbers_of(step, [question])):
            asked[place] = question
    return dict(list(asked.items())[-n:]) if n else {}


def numbers_of(step, questions):
    """Return the numbers that these Questions about a step's lines ask for, as its lines print them.

    Those of cases are none: each case states its number, and the question is which case it is.
    """
    return () if step.is_exact else tuple(number(one.answer) for one in questions if one.kind == "number")


def is_printed(text, formulas):
    """Return whether one of these formulas (LaTeX) contains the number with this text."""
    return any(re.search(_printed(text), formula) for formula in formulas)


def masked(latex, numbers):
    """Return the LaTeX with a question mark for each of these numbers, given as texts."""
    for text in numbers:
        latex = re.sub(_printed(text), "?", latex)
    return latex


def _printed(text):
    """Return the pattern of a number with this text that is not an index, an exponent or part of another."""
    return rf"(?<![\w.-])(?<![_^])(?<![_^]\{{){re.escape(text)}(?!\w|\.\d| \\cdot 10\^)"


def moved(level, in_a_row, is_right):
    """Return (level, right answers in a row) after one more answer; level: lines left out, 0 to all.

    Two right answers in a row leave one more line out; a wrong one, one fewer.
    """
    if not is_right:
        return max(level - 1, 0), 0
    if in_a_row + 1 < IN_A_ROW:
        return level, in_a_row + 1
    return min(level + 1, len(LEVELS) - 1), 0


def _is_unchanged(factors, key, weights=(False, False)):
    """Return whether a product of matrices, changed by the mistake with this key, has the same numbers.

    `weights` says which of the two Factors are weights, whose indices can be swapped.
    """
    left, right = factors.operands()
    changed = (right, left)
    if key == "indices_swapped":
        changed = [W.T if is_weight else W for is_weight, W in zip(weights, (left, right), strict=True)]
    elif key == "transpose_dropped":
        changed = factors.left, factors.right
    try:
        return np.array_equal(np.matmul(*changed), left @ right)
    except ValueError:  # there is no such product
        return False


def _question(problem, step, place):
    """Return the Question for the line at this index: which line it is, or its value; or None."""
    line = step.lines[place]
    if step.key in EQUALITIES or r"\le " in line.latex:  # a changed bound may hold as well
        return None
    offered = wrong_lines(problem, step, plain(line.latex), line.factors)[:WRONG_CHOICES]
    if not offered:
        return _number_question(line, "= " if step.is_exact else APPROXIMATELY)
    answer = f"${plain(line.latex)}$"
    rng = np.random.default_rng([problem.seed, place, zlib.crc32(step.key.encode())])
    texts = shuffled([answer, *(one.answer for one in offered)], rng)
    reason = f"The rule is: {line.rule}."
    prompt = f"Which line comes here? *Rule: {line.rule}.*"
    return Question("line", prompt, texts, answer, reason, tuple(offered), HOW_TO_CHECK["line"])


def _number_question(line, relation):
    """Return the Question about the value of a line, or None if it does not end in `relation` and a number.

    Also None if nothing is written from which the number can be computed, or the number itself is, alone or
    times 1.
    """
    numbers, related, result = plain(line.numbers).rpartition(relation)
    written = INDICES.sub("", re.split(r" = |: \\; ", numbers)[-1]).strip("{ }")
    is_told = TIMES_ONE.sub("", written).strip("{( )}") == result or plain(line.latex).endswith(f"= {result}")
    if is_told or not (related and NUMBER.fullmatch(result) and re.search(r"\d", written)):
        return None
    shown = f"${plain(line.latex)}$, here ${numbers}{relation}\\;?$"
    prompt = f"Finish this line: {shown} *Rule: {line.rule}.*"
    return Question("number", prompt, None, float(result), f"${plain(line.numbers)}$")


def wrong_lines(problem, step, latex, factors=None):
    """Return the distinct Wrong lines that mistakes make of a line (plain LaTeX), as Markdown.

    `factors` are the line's own Factors, if it has any.
    """
    left = left_side(latex)
    start = latex[: len(latex) - len(latex[len(left) :].lstrip(" ="))] if left != latex else ""
    right, made = latex[len(start) :], {}
    for one in LINE_MISTAKES:
        changed = re.sub(one.pattern, one.replacement, right, count=1)
        if changed == right or step.key.partition(".")[0] in one.unless:
            continue
        if _is_harmless(problem, step, one, factors) or _is_of_one_weight(problem, one, right):
            continue
        text = f"${start}{changed}$"
        made.setdefault(text, Wrong(one.key, text, one.why))
    return tuple(made.values())


def _is_of_one_weight(problem, mistake, formula):
    """Return whether the LineMistake swaps the indices of a weight that is alone in its layer."""
    weight = mistake.key == "indices_swapped" and re.search(mistake.pattern, formula)
    return bool(weight) and problem.params[int(re.search(r"\d", weight[0])[0]) - 1].W.size == 1


def _is_harmless(problem, step, mistake, factors):
    """Return whether the LineMistake leaves this network's numbers as they are.

    So does a changed product of matrices if one of them is a single number, in a formula for every layer if
    it is one in every layer, and so do computed mistakes of which none can happen in this step or gives wrong
    numbers.
    """
    if mistake.key in OF_PRODUCTS:
        if factors:
            return _is_unchanged(factors, mistake.key)
        if step.products:
            return any(
                _is_unchanged(one.factors(step.values), mistake.key, [name[0] == "W" for name in one[:2]])
                for one in step.products
            )
        of_layers = [line.factors for line in step.lines if line.factors]
        return bool(of_layers) and all(_is_unchanged(one, mistake.key) for one in of_layers)
    asked, keys = Asked(problem, step), mistake.same.split()
    arrays = {one.key: array for one, array in wrong_arrays(asked)} if keys and not step.own_asks else {}
    return bool(keys) and all(np.allclose(arrays[key], asked.right) for key in keys if key in arrays)
