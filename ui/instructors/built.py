"""Built: the assignment that an instructor is building on this visit."""

import itertools
from dataclasses import dataclass, field, replace

from lab.assignment import KINDS, Assignment, Task, draw_secret, key_of
from lab.assignment.assignment import check
from lab.assignment.key import digest_of
from lab.assignment.packing import canonical
from ui.frame.visit import visit


@dataclass
class Built:
    """A title and tasks, each under its own name; the key of an assignment that was begun here.

    `key_digest` is the digest of an opened assignment's key, which this server does not know; None if the
    assignment was begun here.
    """

    title: str = "Assignment"
    tasks: dict[int, Task] = field(default_factory=dict)
    secret: str = field(default_factory=draw_secret)
    key_digest: str | None = None
    refused: str = ""  # why the last task was not added or the last assignment was not opened
    n_opened: int = 0
    names: itertools.count = field(default_factory=itertools.count)

    @property
    def own_key(self):
        """Return the key that was drawn for this visit."""
        return key_of(self.secret)

    @property
    def key(self):
        """Return the key of the assignment, "" if only its digest is known."""
        return self.own_key if self.key_digest is None else ""

    def assignment(self):
        """Return the Assignment; raise ValueError with a one-sentence message if there is none."""
        digest = digest_of(self.key) if self.key else self.key_digest
        return Assignment(self.title, tuple(self.tasks.values()), key=digest)

    def add(self, task):
        """Add a task at the end, or store the sentence that says why it cannot be added."""
        self.refused = ""
        try:
            check(task, len(self.tasks) + 1)
            task = self._told_apart(task)
            Assignment(self.title or "-", (*self.tasks.values(), task))
        except ValueError as problem:
            self.refused = str(problem)
            return
        self.tasks[next(self.names)] = task

    def _told_apart(self, task):
        """Return the task with the first number that no task on the same subject has; raise ValueError."""
        kind = KINDS[task.kind]
        n, key = kind.several(task.subject), kind.told_by
        if n == 1:
            return task
        others = [one.subject for one in self.tasks.values() if one.kind == task.kind]
        known = {
            one.get(key, 0) % n
            for one in others
            if canonical(one | {key: 0}) == canonical(task.subject | {key: 0})
        }
        if len(known) == n:
            raise ValueError(f"There are {n} different tasks of this sort, and the assignment has them all.")
        number = min(set(range(n)) - known)
        return replace(task, subject=task.subject | ({key: number} if number else {}))

    def move(self, name, by):
        """Move a task up, by -1, or down, by 1."""
        order = list(self.tasks)
        at = order.index(name)
        to = min(max(at + by, 0), len(order) - 1)
        order[at], order[to] = order[to], order[at]
        self.tasks = {one: self.tasks[one] for one in order}

    def remove(self, name):
        """Remove a task."""
        del self.tasks[name]

    def change(self, name, **values):
        """Change a task's points, its tolerance, or what is shown after an attempt."""
        self.tasks[name] = replace(self.tasks[name], **values)

    def open(self, assignment):
        """Continue with an Assignment that was built before."""
        self.title, self.key_digest, self.refused = assignment.title, assignment.key, ""
        self.tasks = {next(self.names): task for task in assignment.tasks}
        self.n_opened += 1


def built():
    """Return the Built of this visit."""
    if visit().built is None:
        visit().built = Built()
    return visit().built


def offers(kind):
    """Return {group: {title: subject}} of a kind's catalogue."""
    groups = {}
    for offer in KINDS[kind].catalogue():
        groups.setdefault(offer.group, {})[offer.title] = offer.subject
    return groups
