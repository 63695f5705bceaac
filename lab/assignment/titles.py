"""Tasks in words: titles, points, and how many tasks a student has answered."""

import functools

from lab.assignment.kinds import KINDS
from lab.assignment.packing import canonical
from lab.words import counted, listed


@functools.lru_cache(maxsize=8)
def _titles(kind):
    """Return {subject as text: title} of what a kind offers."""
    return {canonical(offer.subject): offer.title for offer in KINDS[kind].catalogue()}


def title(task):
    """Return the title of a task: that of its subject or in the catalogue, or else the label of its kind."""
    kind = KINDS[task.kind]
    if kind.title:
        return kind.title(task.subject)
    unnamed = ("open", kind.told_by, *kind.settings)
    subject = {key: value for key, value in task.subject.items() if key not in unnamed}
    return _titles(task.kind).get(canonical(subject), kind.label)


def points(n):
    """Return "1 point" or "2.5 points"."""
    return counted(n, "point") if isinstance(n, int) else f"{n:g} point{'s' * (n != 1)}"


def progress(answers):
    """Return in words how many tasks are answered; an answer of "" is an open task."""
    n, left = len(answers), [place for place, answer in enumerate(answers, 1) if not answer]
    if not left:
        return "The task is answered." if n == 1 else f"All {n} tasks are answered."
    if len(left) == n:
        return "No task is answered yet."
    are = "is" if n - len(left) == 1 else "are"
    which = f"task {left[0]} is" if len(left) == 1 else f"tasks {listed(left)} are"
    return f"{n - len(left)} of {n} tasks {are} answered; {which} open."
