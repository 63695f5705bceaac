"""What a class got wrong: how many answers per task were right, and which mistakes explain the others."""

import collections
from typing import NamedTuple

from lab.assignment import KINDS
from lab.assignment.titles import title
from lab.words import counted, percent

MOST_MISTAKES = 5  # per task, the most common ones


class TaskSummary(NamedTuple):
    """A task across a class: `mistakes` are (how many, the keys of the buggy rules, why they are wrong).

    There is one key, or several if all of them lead to the same answer, which does not tell them apart. The
    answers that could not be marked are not among the `n_answered`.
    """

    number: int
    title: str
    n_answered: int
    n_right: int
    mean_share: float
    mistakes: tuple
    n_unmarked: int = 0

    def in_words(self):
        """Return the sentence about the task, without its mistakes."""
        unmarked = f"{counted(self.n_unmarked, 'answer')} could not be marked" if self.n_unmarked else ""
        if not self.n_answered:
            return f"Task {self.number} ({self.title}): {unmarked or 'nobody has answered'}."
        right = f"{self.n_right} of {counted(self.n_answered, 'answer')} right"
        mean = f"{percent(self.mean_share)} of the points on average"
        said = "; ".join(filter(None, [f"{right}, {mean}", unmarked]))
        return f"Task {self.number} ({self.title}): {said}."


def summaries(assignment, results):
    """Return a TaskSummary per task; equal codes count once, and refused hand-ins do not count."""
    own = list({id(one.hand_in): one for one in results if one.hand_in}.values())
    own = list({(one.hand_in.seed, one.hand_in.answers): one for one in own}.values())
    return tuple(_summary(n, task, own) for n, task in enumerate(assignment.tasks))


def _summary(n, task, results):
    given = [one for one in results if one.hand_in.answers[n]]
    answered = [one for one in given if n + 1 not in one.failed]
    shares = [one.marks[n].share for one in answered]
    wrong = collections.Counter(one.marks[n].mistakes for one in answered if one.marks[n].mistakes)
    seeds = {one.marks[n].mistakes: one.hand_in.seed for one in answered}
    mistakes = [
        (count, keys, _why(task, seeds[keys], keys)) for keys, count in wrong.most_common(MOST_MISTAKES)
    ]
    mean = sum(shares) / len(shares) if shares else 0.0
    n_right, n_unmarked = shares.count(1.0), len(given) - len(answered)
    return TaskSummary(n + 1, title(task), len(shares), n_right, mean, tuple(mistakes), n_unmarked)


def _why(task, seed, keys):
    """Return in Markdown why buggy rules are wrong, or their keys if the kind of task has no explanation."""
    found = KINDS[task.kind].solve(task, seed)
    known = {one.key: one.why for one in reversed(found.wrong)} if found else {}
    reasons = list(dict.fromkeys(known.get(key, key) for key in keys))
    if len(reasons) == 1:
        return reasons[0]
    return f"one of {len(reasons)} mistakes with the same answer. Either: {' Or: '.join(reasons)}"
