"""What a class got wrong: how many answers per task were right, and which mistakes explain the others."""

import collections
from typing import NamedTuple

from lab.assignment import KINDS
from lab.assignment.titles import title
from lab.words import percent

MOST_MISTAKES = 5  # per task, the most common ones


class TaskSummary(NamedTuple):
    """A task across a class: `mistakes` are (how many, the key of the buggy rule, why it is wrong)."""

    number: int
    title: str
    n_answered: int
    n_right: int
    mean_share: float
    mistakes: tuple

    def in_words(self):
        """Return the sentence about the task, without its mistakes."""
        if not self.n_answered:
            return f"Task {self.number} ({self.title}): nobody has answered."
        right = f"{self.n_right} of {self.n_answered} answers right"
        mean = f"{percent(self.mean_share)} of the points on average"
        return f"Task {self.number} ({self.title}): {right}, {mean}."


def summaries(assignment, results):
    """Return a TaskSummary per task; equal codes count once, and refused hand-ins do not count."""
    own = list({id(one.hand_in): one for one in results if one.hand_in}.values())
    own = list({(one.hand_in.seed, one.hand_in.answers): one for one in own}.values())
    return tuple(_summary(n, task, own) for n, task in enumerate(assignment.tasks))


def _summary(n, task, results):
    answered = [one for one in results if one.hand_in.answers[n]]
    shares = [one.marks[n].share for one in answered]
    wrong = collections.Counter(one.marks[n].wrong for one in answered if one.marks[n].wrong)
    seeds = {one.marks[n].wrong: one.hand_in.seed for one in answered}
    mistakes = [(count, key, _why(task, seeds[key], key)) for key, count in wrong.most_common(MOST_MISTAKES)]
    mean = sum(shares) / len(shares) if shares else 0.0
    return TaskSummary(n + 1, title(task), len(shares), shares.count(1.0), mean, tuple(mistakes))


def _why(task, seed, key):
    """Return in Markdown why a buggy rule is wrong, or its key if the kind of task has no explanation."""
    found = KINDS[task.kind].solve(task, seed)
    return next((one.why for one in found.wrong if one.key == key), key) if found else key
