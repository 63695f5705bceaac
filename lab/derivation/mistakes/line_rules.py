"""The rules that lines are derived by: what each does, and which wrong rules are offered instead of it.

A wrong rule is a false statement of the same form, a rule of another line of the step, or another rule of the
chapter. Two rules of one kin may both describe a line, so that neither is offered against the other.
"""

import functools
import re
from typing import NamedTuple

from lab.derivation.latex import plain
from lab.derivation.mistakes.false_rules import FALSE
from lab.derivation.mistakes.rule import Wrong
from lab.derivation.mistakes.rule_table import CHAPTER_RULES, RULES, TEMPLATES
from mlp.activations import ACTIVATIONS

NAMED = re.compile(r"derivative of (?!a )")  # the rule of an activation's slope that names the activation
NEVER_OFFERED = (
    "as on paper; wrong where it overflows or rounds",
    "as for one layer",
    "as for W¹",
    "the same, all entries as a row",
)


# {rule: others that its line needs as well}; unlike kin, it is a right choice for the lines of the others
NEEDED_TOO = {"common denominator": ("definition", "definition of softmax")}


class Rule(NamedTuple):
    """What a rule does, a verb phrase for "This line …" ("" if unknown), and its kins."""

    does: str
    kin: frozenset


@functools.lru_cache(maxsize=512)
def known(rule):
    """Return the Rule of this text; a rule that is not in the tables is of no kin but its own."""
    does, kin = RULES.get(rule, ("", ""))
    for pattern, told, of in TEMPLATES:
        match = None if does else re.fullmatch(pattern, rule)
        if match:
            does, kin = match.expand(told), match.expand(of)
    return Rule(does, frozenset(kin.split()) | {rule})


def wrong_rules(step, line, rng):
    """Return the Wrong rules for a line, those that are most like the right one first."""
    others = [Wrong("rule_of_another_line", one.rule, _of_another_line(line, one)) for one in step.lines]
    chapter = [Wrong("another_rule", one, _another(line, one)) for one in CHAPTER_RULES.get(step.chapter, ())]
    chapter = [chapter[n] for n in rng.permutation(len(chapter))]
    others = [others[n] for n in rng.permutation(len(others))]
    made = {one.answer: one for one in (*chapter[::-1], *others[::-1]) if _may_be_offered(line.rule, one)}
    false = _false(line.rule)
    return (*(false[n] for n in rng.permutation(len(false))), *list(made.values())[::-1])


def of_similar_length(right, wrong, n, rng):
    """Return n of the Wrong rules: false statements of the same form, if there are enough of them.

    Otherwise the first that make a random number of them longer than the right one. One that the line needs
    as well is replaced in its place, so that the others keep theirs in answers that were handed in.
    """
    same_form = [one for one in wrong if one.key == "false_rule"]
    if len(same_form) >= n:
        return same_form[:n]
    n_longer = int(rng.integers(n + 1))
    longer = [one for one in wrong if len(one.answer) > len(right)][:n_longer]
    chosen = [*longer, *(one for one in wrong if len(one.answer) <= len(right))][:n]
    chosen = [*chosen, *(one for one in wrong if one not in chosen)][:n]
    needed = NEEDED_TOO.get(right, ())
    spare = (one for one in wrong if one not in chosen and one.answer not in needed)
    return [next(spare, one) if one.answer in needed else one for one in chosen]


def _may_be_offered(right, one):
    own, other = (rule.partition(", entry by")[0].partition(", f =")[0] for rule in (right, one.answer))
    alike = other.startswith(own) or own.startswith(other)
    return not (alike or one.answer in NEVER_OFFERED or known(right).kin & known(one.answer).kin)


def _of_another_line(line, other):
    does = known(other.rule).does
    if not does:
        return f"This step uses that rule, but for another line: ${plain(other.latex)}$."
    return f"That rule {does}. This step does so in another line: ${plain(other.latex)}$."


def _another(line, rule):
    does = known(line.rule).does
    return f"That rule {known(rule).does}." + (f" This line {does}." if does else "")


def _false(rule):
    """Return the false statements of the form of a rule, as Wrong rules."""
    made = list(FALSE.get(rule, ()))
    match = re.fullmatch(r"the recursion at l = (\d)", rule)
    for n in (int(match[1]) + 1, int(match[1]) - 1) if match else ():
        made.append((f"the recursion at l = {n}", rf"At l = {n} it gives $\delta^{{{n}}}$."))
    made += _of_other_activations(rule)
    return tuple(Wrong("false_rule", text, why) for text, why in made)


def _of_other_activations(rule):
    """Return the definitions, or the derivatives, of the other activations, each with its formula."""
    defined = {f"definition of {name.replace('_', ' ')}": one.latex for name, one in ACTIVATIONS.items()}
    derived = {one.rule: one.derivative_latex for one in ACTIVATIONS.values() if NAMED.match(one.rule)}
    for formulas in (defined, derived):
        if rule in formulas:
            others = {text: latex.format(z="z", a="a") for text, latex in formulas.items()}
            return [(text, f"That is ${latex}$.") for text, latex in others.items() if text != rule]
    return []
