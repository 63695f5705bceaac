"""Fading: lines of a step are left to the student, who picks each from several lines with a mistake.

After Atkinson, Renkl & Merrill, Transitioning from studying examples to solving problems, 2003: worked
examples first, then fewer and fewer of their lines, the last ones first.
"""

import re
import zlib
from typing import NamedTuple

import numpy as np

from lab.derivation.answers import HOW_TO_CHECK
from lab.derivation.choice_questions import WRONG_CHOICES, shuffled
from lab.derivation.latex import plain
from lab.derivation.mistakes import Asked, Wrong
from lab.derivation.mistakes.rule import wrong_arrays
from lab.derivation.sheet import EQUALITIES, left_side
from lab.derivation.step import Question

MODES = {"None": 0, "The last": 1, "The last two": 2, "All": 1000}  # lines of a step left to the student
LEVELS = tuple(MODES)
IN_A_ROW = 2  # this many right answers in a row leave out one more line
APPROXIMATELY, NUMBER = r"\approx ", re.compile(r"-?\d+(\.\d+)?")
GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"  # braces in braces, four deep


class LineMistake(NamedTuple):
    """A mistake in a formula: the first match of `pattern` to the right of the = is replaced.

    If the computed mistakes `same`, keys separated by spaces, give this network's right numbers, the line is
    not offered: at ReLU, say, f′ is the same at the activation. `unless` are steps in which the changed line
    would be right too.
    """

    key: str
    pattern: str
    replacement: str
    why: str
    same: str = ""
    unless: tuple[str, ...] = ()


LINE_MISTAKES = (
    LineMistake(
        "transpose_dropped",
        r"\^\{\\top\}",
        "",
        "Without $\\top$ it is another product, whose sums run over other indices.",
    ),
    LineMistake(
        "delta_first",
        rf"^(\({GROUP}\)\^\{{\\top\}})\\, ({GROUP})$",
        r"\2\\, \1",
        "The factors are in the wrong order: the sums of that product run over other indices.",
    ),
    LineMistake(
        "weights_first",
        rf"^({GROUP})\\, ({GROUP})(?= \+)",
        r"\2\\, \1",
        "That is for an example as a column. Here it is a row, and a row stands to the left of the matrix.",
    ),
    LineMistake(
        "transposed_weights_first",
        rf"^({GROUP})\\, (\({GROUP}\)\^\{{\\top\}})$",
        r"\2\\, \1",
        "A row stands to the *left* of the matrix.",
    ),
    LineMistake("bias_subtracted", r"\+ (\{b\^)", r"- \1", "The bias is added."),
    LineMistake("bias_forgotten", rf" \+ \{{b\^{GROUP}.*$", "", "The bias is missing."),
    LineMistake(
        "indices_swapped",
        r"(\{W\^\{\d\}_\{)(\w)(\w)\}",
        r"\1\3\2}",
        "The indices of the weight are swapped: first the unit below, then the unit above.",
    ),
    LineMistake(
        "sum_forgotten",
        rf"\\sum_(?:{GROUP}|\w)(?:\^(?:{GROUP}|\w))?(?:\\,)? ?",
        "",
        "The sum is missing, so the right side has an index that the left side does not have.",
    ),
    LineMistake(
        "slope_at_activation",
        r"f'\(\{h\^(\{?)a",
        r"f'({h^\1s",
        "The slope belongs at $h^a$, what went *into* $f$.",
        same="slope_at_activation",
    ),
    LineMistake(
        "value_as_slope",
        r"f'\(",
        "f(",
        "That is the value of $f$. Here it has to be the slope, $f'$.",
    ),
    LineMistake("slope_added", r"\\odot", "+", "The slope multiplies. It is not added."),
    LineMistake(
        "mean_forgotten",
        r"\\frac(?:1K|\{1\}\{K\})(?:\\,)? ?",
        "",
        "Without the 1/K it is a sum over the examples. The loss is their mean.",
        same="mean_forgotten mean_forgotten_in_delta",
    ),
    LineMistake(
        "target_added",
        r"(?<!1 )- (\{?\\mathbf\{1\}\[k = y\]|\{?T_k|\{\\operatorname\{onehot\})",
        r"+ \1",
        "The target is subtracted, not added.",
    ),
    LineMistake(
        "target_first",
        rf"^({GROUP}) - (\\mathbf\{{1\}}\[k = y\]|{GROUP})$",
        r"\2 - \1",
        "That has the wrong sign: it is output minus target.",
    ),
    LineMistake(
        "target_forgotten",
        rf"^({GROUP}) - (\\mathbf\{{1\}}\[k = y\]|{GROUP})$",
        r"\1",
        "The target is missing: that is the output itself.",
    ),
    LineMistake("minus_forgotten", r"^-", "", "The minus in front is missing."),
    LineMistake("two_forgotten", r"(?<![\d{_^])2(?:\\,| (?=\\))\s?", "", "The 2 of the square is missing."),
    LineMistake("one_plus", r"(?<![\w])1 - ", "1 + ", "It is 1 *minus* that.", unless=("sign_cases",)),
    LineMistake("one_minus", r"(?<![\w])1 \+ ", "1 - ", "It is 1 *plus* that."),
    LineMistake("logarithm_forgotten", r"\\ln ?", "", "The logarithm is missing."),
    LineMistake("exponent_negated", r"e\^\{-", "e^{", "The minus in the exponent is missing."),
    LineMistake(
        "weights_of_the_sum_reversed",
        r"(\\mu|\\beta_\d)\^\{t-(\w)\}",
        r"\1^{\2}",
        "That gives the oldest gradient the most weight, but the decay has shrunk it most often.",
        unless=("momentum_constant", "adam_correction"),
    ),
    LineMistake("root_forgotten", r"\\sqrt\{\\hat s_t\}", r"\\hat s_t", "The root is missing."),
    LineMistake("uphill", r"- \\eta", r"+ \\eta", "That goes uphill: a step goes *against* the gradient."),
    LineMistake("square_forgotten", r"\^2(?![\d}])", "", "The square is missing."),
    LineMistake(
        "slope_forgotten",
        r"\\partial h\^(\{?)a",
        r"\\partial h^\1s",
        "That is the gradient with respect to $h^s$. δ of a hidden layer is the one with respect to $h^a$.",
        same="delta_without_slope",
        unless=("recursion",),
    ),
    LineMistake(
        "pre_activation_for_activation",
        r"(?<!partial )(?<!')(\(?)\{h\^(\{?)s",
        r"\1{h^\2a",
        "What comes from the layer below is its activation $h^s$.",
        same="pre_activation_for_activation",
    ),
    LineMistake("cases_swapped", r"> 0\]", "< 0]", "The two sides of 0 are swapped.", unless=("sign_cases",)),
    LineMistake(
        "size_for_sign",
        r"\\operatorname\{sign\}\(([^()]*)\)",
        r"|\1|",
        "That is the absolute value. A sign says only on which side of 0 a number is: it is 1 or −1.",
    ),
    LineMistake("penalty_subtracted", r"\+ (\\lambda)", r"- \1", "The penalty is added."),
    LineMistake("product_added", r"diag\}\(p\) - ", "diag}(p) + ", "The product is subtracted."),
    LineMistake("sign_of_the_others", r"-p_k", "p_k", "Raising one logit *lowers* the other probabilities."),
)


def left_out(problem, step, n):
    """Return {index of a line: the Question about it} for the last n lines that can be asked about."""
    asked = {place: _question(problem, step, place) for place in range(len(step.lines))}
    asked = {place: question for place, question in asked.items() if question}
    return dict(list(asked.items())[-n:]) if n else {}


def moved(level, in_a_row, is_right):
    """Return (level, right answers in a row) after one more answer; level: lines left out, 0 to all.

    Two right answers in a row leave one more line out; a wrong one, one fewer.
    """
    if not is_right:
        return max(level - 1, 0), 0
    if in_a_row + 1 < IN_A_ROW:
        return level, in_a_row + 1
    return min(level + 1, len(LEVELS) - 1), 0


def _question(problem, step, place):
    """Return the Question for the line at this index: which line it is, or its value; or None."""
    line = step.lines[place]
    if step.key in EQUALITIES or r"\le " in line.latex:  # a changed bound may hold as well
        return None
    offered = wrong_lines(problem, step, plain(line.latex))[:WRONG_CHOICES]
    if not offered:
        return _number_question(line)
    answer = f"${plain(line.latex)}$"
    rng = np.random.default_rng([problem.seed, place, zlib.crc32(step.key.encode())])
    texts = shuffled([answer, *(one.answer for one in offered)], rng)
    reason = f"The rule is: {line.rule}."
    prompt = f"Which line comes here? *Rule: {line.rule}.*"
    return Question("line", prompt, texts, answer, reason, tuple(offered), HOW_TO_CHECK["line"])


def _number_question(line):
    """Return the Question about the value of a line, or None if it does not end in one number."""
    numbers, approximately, result = plain(line.numbers).rpartition(APPROXIMATELY)
    if not approximately or not NUMBER.fullmatch(result):
        return None
    shown = f"${plain(line.latex)}$, here ${numbers}{APPROXIMATELY}\\;?$"
    prompt = f"Finish this line: {shown} *Rule: {line.rule}.*"
    return Question("number", prompt, None, float(result), f"${plain(line.numbers)}$")


def wrong_lines(problem, step, latex):
    """Return the distinct Wrong lines that mistakes make of a line (plain LaTeX), as Markdown."""
    left = left_side(latex)
    start = latex[: len(latex) - len(latex[len(left) :].lstrip(" ="))] if left != latex else ""
    right, made = latex[len(start) :], {}
    for one in LINE_MISTAKES:
        changed = re.sub(one.pattern, one.replacement, right, count=1)
        if changed == right or step.key.partition(".")[0] in one.unless or _harmless(problem, step, one.same):
            continue
        text = f"${start}{changed}$"
        made.setdefault(text, Wrong(one.key, text, one.why))
    return tuple(made.values())


def _harmless(problem, step, keys):
    """Return whether none of the computed mistakes can happen in this step or gives wrong numbers."""
    asked, keys = Asked(problem, step), keys.split()
    arrays = {one.key: array for one, array in wrong_arrays(asked)} if keys and not step.own_asks else {}
    return bool(keys) and all(np.allclose(arrays[key], asked.right) for key in keys if key in arrays)
