"""Assignment: a title and tasks, written to and read from JSON or a link's text; one sentence per fault."""

import collections
import hashlib
from dataclasses import dataclass

from lab.assignment import reading
from lab.assignment.key import DIGEST
from lab.assignment.kinds import KINDS
from lab.assignment.packing import canonical, loaded, packed, unpacked
from lab.assignment.task import SHOWN, Task
from lab.links.reading import Unusable

FORMAT, VERSION = "backprop-lab assignment", 1
MOST_TITLE, MOST_TASKS, MOST_POINTS, MOST_TOLERANCE = 80, 20, 100, 0.5
MOST_ANSWERS = 1000  # characters of all answers of a hand-in together, so that its code stays short
MOST_CHARACTERS, MOST_BYTES = 6_000, 30_000  # of a link's text; of JSON
FIELDS = ("format", "version", "title", "key", "tasks")
OF_TASK = ("kind", "subject", "points", "tolerance", "shown")


@dataclass(frozen=True)
class Assignment:
    """Tasks under a title.

    `key` is the digest of the instructor's key (see `lab.assignment.key`), "" if there is none. Raise
    Unusable, a ValueError with a one-sentence message, if a field cannot be used.
    """

    title: str
    tasks: tuple[Task, ...]
    version: int = VERSION
    key: str = ""

    def __post_init__(self):
        object.__setattr__(self, "title", reading.text("title", self.title, 1, MOST_TITLE))
        object.__setattr__(self, "tasks", tuple(self.tasks))
        if self.version != VERSION:
            raise Unusable("version", reading.short(self.version), f"{VERSION}, that of this lab")
        if self.key and not (isinstance(self.key, str) and DIGEST.fullmatch(self.key)):
            raise Unusable("key", reading.short(self.key), "the 16 hex digits of a key's digest, or nothing")
        if not 1 <= len(self.tasks) <= MOST_TASKS:
            allowed, n = f"1 to {MOST_TASKS}", len(self.tasks)
            raise Unusable("tasks", n, allowed, f"The assignment has {n} tasks")
        for number, task in enumerate(self.tasks, 1):
            check(task, number)
        self._check_together()

    def _check_together(self):
        known = {}
        for number, task in enumerate(self.tasks, 1):
            first = known.setdefault((task.kind, canonical(task.subject)), number)
            if first != number:
                sentence = f"Task {number} is task {first} again; allowed: each task once."
                raise Unusable("tasks", number, "each task once", sentence=sentence)
        takes = collections.Counter()
        for task in self.tasks:
            takes[task.kind] += KINDS[task.kind].longest
        n = takes.total()
        if n > MOST_ANSWERS:
            most = KINDS[max(takes, key=takes.get)]
            sentence = (
                f"The answers of these tasks may take {n:,} characters; allowed: up to {MOST_ANSWERS:,}, so "
                f'that a hand-in fits into one short code. Choose fewer tasks of the kind "{most.label}", '
                f"which may take {most.longest} each."
            )
            raise Unusable("tasks", n, f"up to {MOST_ANSWERS:,}", sentence=sentence)

    @property
    def points(self):
        """The points of all tasks together."""
        return sum(task.points for task in self.tasks)

    @property
    def digest(self):
        """The identifier of the assignment: 12 hex digits of the SHA-256 of its contents."""
        return hashlib.sha256(canonical(self._as_json()).encode()).hexdigest()[:12]

    def _as_json(self):
        tasks = [task.as_json() for task in self.tasks]
        whole = zip(FIELDS, (FORMAT, self.version, self.title, self.key, tasks), strict=True)
        return dict(whole)

    def to_json(self):
        """Return the assignment as JSON, the contents of its file."""
        return canonical(self._as_json())

    @classmethod
    def from_json(cls, text):
        """Return the assignment in a JSON text; raise Unusable, with one sentence, if there is none."""
        if len(text) > MOST_BYTES:
            fault = f"The assignment has {len(text):,} characters"
            raise Unusable("assignment", "", f"up to {MOST_BYTES:,}", fault)
        return _read(loaded(text, "assignment"))


def check(task, number=1):
    """Raise Unusable, with one sentence, if a Task cannot be used; the sentence names it by `number`."""
    name = f"task {number}"
    reading.one_of(f"the kind of {name}", task.kind, KINDS)
    reading.number(f"points of {name}", task.points, 0, MOST_POINTS, above=True)
    reading.number(f"tolerance of {name}", task.tolerance, 0, MOST_TOLERANCE, above=True)
    reading.one_of(f"what is shown of {name}", task.shown, SHOWN)
    KINDS[task.kind].check(f"the subject of {name}", task.subject)


def link_text(assignment):
    """Return the assignment as the text of a link: letters, digits, -, _ and one full stop."""
    tasks = [[*task.as_json().values()] for task in assignment.tasks]
    return packed([assignment.version, assignment.title, assignment.key, tasks])


def read_link(text):
    """Return the Assignment in a link's text; raise Unusable, with one sentence, if there is none."""
    value = unpacked(text, "assignment's link", MOST_CHARACTERS, MOST_BYTES)
    if not isinstance(value, list) or len(value) != 4 or not isinstance(value[3], list):
        raise _no_assignment(value)
    version, title, key, tasks = value
    if not all(isinstance(task, list) and len(task) == len(OF_TASK) for task in tasks):
        raise _no_assignment(value)
    tasks = [dict(zip(OF_TASK, task, strict=True)) for task in tasks]
    return _read(
        dict(zip(FIELDS, (FORMAT, version, title, key, tasks), strict=True)),
    )


def _read(value):
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise _no_assignment(value)
    reading.mapping("assignment", value, FIELDS, ("title", "tasks"))
    if value.get("version") != VERSION:
        allowed = f"{VERSION}, that of this lab"
        raise Unusable("version", reading.short(value.get("version")), allowed)
    tasks = value["tasks"]
    if not isinstance(tasks, list) or len(tasks) > MOST_TASKS:
        n = f"{len(tasks):,} tasks" if isinstance(tasks, list) else "no list of tasks"
        raise Unusable("tasks", "", f"1 to {MOST_TASKS}", f"The assignment has {n}")
    read = []
    for number, task in enumerate(tasks, 1):
        reading.mapping(f"task {number}", task, OF_TASK, ("kind", "subject"))
        read.append(Task(**task))
    return Assignment(value["title"], tuple(read), VERSION, value.get("key", ""))


def _no_assignment(value):
    sentence = (
        "This is not a Backprop Lab assignment; the page for instructors writes them as files and links."
    )
    return Unusable("assignment", reading.short(value), FORMAT, sentence=sentence)
