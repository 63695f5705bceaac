"""How a task differs between students: in what is asked, and in its answer."""

import functools

from lab.assignment.kinds import KINDS
from lab.assignment.packing import canonical, loaded
from lab.assignment.task import Task

N_STUDENTS = 10  # whose versions are compared
MOST_CACHED = 200


def in_words(task):
    """Return in Markdown how the versions of N_STUDENTS students differ."""
    if KINDS[task.kind].versions:
        return KINDS[task.kind].versions
    n_asked, n_answers = _counts(task.kind, canonical(task.subject))
    if n_asked == n_answers == 1:
        return "Every student gets the same task, with the same answer, so a copied answer is right."
    versions = f"Students get different versions of this task. The {N_STUDENTS} that we tried have"
    if n_answers == N_STUDENTS:
        return f"{versions} {n_answers} different answers."
    if n_answers == 1:
        return f"{versions} the same answer, so a copied one is right."
    return f"{versions} {n_answers} different answers, so a copied one can be right."


@functools.lru_cache(MOST_CACHED)
def _counts(kind, subject):
    """Return how many different things N_STUDENTS are asked, and how many different answers they have."""
    task, entry = Task(kind, loaded(subject, "subject")), KINDS[kind]
    asked = [entry.ask(task, seed) for seed in range(N_STUDENTS)]
    answers = {entry.solve(task, seed).in_words for seed in range(N_STUDENTS)}
    return len({(one.prompt, one.given, one.code, one.choices, one.numbers) for one in asked}), len(answers)
