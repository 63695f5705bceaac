"""Repair backward(): a program with one wrong line, drawn from the seed; the student replaces a line.

Every line is a fragment of `lab.recall`. The program with the chosen fragment is run and its gradients are
checked; no text written by a student is ever run.
"""

import itertools

from lab.assignment import reading
from lab.assignment.kinds.kind import Asked, Kind, Mark, Offer, Solution, Wrong, chosen, drawn, unreadable
from lab.assignment.task import Task
from lab.derivation import Problem
from lab.links.reading import Unusable
from lab.recall import FRAGMENTS, RIGHT, WRONG, assembled, sentences, shown

ACTIVATION, SIZES, K = "tanh", (4, 3), 5  # a network on which every wrong line is noticed
MOST_PROGRAMS = 10  # of an assignment


def problem(seed):
    """Return the Problem whose backward pass is repaired: two hidden layers, so that every line matters."""
    return Problem(d=3, hidden_layer_sizes=SIZES, m=3, activation=ACTIVATION, K=K, seed=seed)


def planted(task, seed):
    """Return the wrong Fragment of a student's program; it makes a gradient of that network wrong.

    The tasks of an assignment with `program` 0, 1, ... share one shuffle, so each has another. Assignments of
    older versions have a `number` instead, with a shuffle for each.
    """
    own, place = problem(seed), task.subject.get("program", 0)
    shuffled = Task(task.kind, {key: value for key, value in task.subject.items() if key != "program"})
    order = drawn(shuffled, seed).permutation(len(WRONG))
    wrong = (WRONG[n] for n in order if assembled.matters(own, WRONG[n]))
    return next(itertools.islice(wrong, place, None))


def program(fragment):
    """Return the right program with a Fragment in place of its line."""
    return tuple(fragment if one.line == fragment.line else one for one in RIGHT)


def offers_of(task, seed):
    """Return the Fragments to choose from, in the program's order: for every line all but the one shown."""
    here = program(planted(task, seed))
    return [
        one
        for line in here
        for key in sorted(key for key, other in FRAGMENTS.items() if other.line == line.line)
        if (one := FRAGMENTS[key]) is not line
    ]


def ask(task, seed):
    """Return the Asked: the program as code, and the replacements to choose from."""
    here = program(planted(task, seed))
    places = {one.line: sentences.line_number(here, one) for one in here}
    lines = shown(here, ACTIVATION).split("\n")
    code = "\n".join(f"{n:2}  {line}" for n, line in enumerate(lines, 1))
    choices = [f"Line {places[one.line]}: `{one.written(ACTIVATION)}`" for one in offers_of(task, seed)]
    prompt = (
        "**Repair backward().** One line of this program is wrong. Which line do you replace, and with what, "
        f"so that every gradient of the mean loss is right? The activation is {ACTIVATION}. `loss_gradient` "
        "returns one row per example: the gradient of that example's own loss with respect to its logits."
    )
    return Asked(prompt, tuple(choices), (), code=code)


def mark(task, seed, answer, trained=None):
    """Return the Mark: the repaired program is run on the student's network and its gradients are checked."""
    number = chosen(answer, ask(task, seed))
    if number is None:
        return unreadable(answer)
    fragment, wrong = offers_of(task, seed)[number], planted(task, seed)
    repaired = [fragment if one.line == fragment.line else one for one in program(wrong)]
    found = assembled.outcome(problem(seed), [one.key for one in repaired])
    if not found.wrong and not found.stopped:
        return Mark(1.0, f"Repaired. {sentences.agreement(found)}")
    why = fragment.why or "That line was right as it was; another one is wrong."
    said = f"{why} The first wrong gradient, from the output down, is that of {found.wrong[0]}."
    return Mark(0.0, said, fragment.key if fragment.why else "")


def solve(task, seed):
    """Return the Solution: the right version of the wrong line."""
    offers, wrong = offers_of(task, seed), planted(task, seed)
    right = FRAGMENTS[wrong.line]
    others = [Wrong(one.key, str(n), one.why) for n, one in enumerate(offers) if one.why]
    answer = offers.index(right)
    return Solution(str(answer), ask(task, seed).choices[answer], wrong.why, tuple(others))


def check(name, subject):
    """Raise Unusable unless the subject is {"repair": true}, optionally with a program or a number."""
    reading.mapping(name, subject, ("repair", "program", "number"), ("repair",))
    if subject["repair"] is not True:
        raise Unusable(f"repair of {name}", reading.short(subject["repair"]), "true")
    for key in ("program", "number"):
        reading.whole(f"{key} of {name}", subject.get(key, 0), 0, MOST_PROGRAMS - 1)


def offered():
    """Return the one Offer; which line is wrong depends on the student."""
    return [Offer("Repair backward(): one line is wrong", "Programs", {"repair": True})]


REPAIR = Kind(
    "Repair backward()",
    offered,
    check,
    ask,
    mark,
    solve,
    several=lambda subject: MOST_PROGRAMS,
    told_by="program",
)
