"""The solutions for one student's numbers; they need the instructor's key."""

from lab.assignment.hand_in import student_seed
from lab.assignment.key import unlocks
from lab.assignment.kinds import KINDS
from lab.assignment.kinds.kind import no_trainings
from lab.assignment.titles import points, title
from lab.links.reading import Unusable
from lab.questions.answer import Unanswered


def solutions(assignment, student, key):
    """Return the solutions for a student's numbers as Markdown; raise Unusable without the right key."""
    check_key(assignment, key)
    seed = student_seed(assignment, student)
    parts = [f"# {assignment.title}: solutions for {student}"]
    for number, task in enumerate(assignment.tasks, 1):
        asked = KINDS[task.kind].ask(task, seed)
        parts.append(f"## {number}. {title(task)} ({points(task.points)})")
        parts.append(asked.prompt)
        parts.append(_solved(task, seed))
    return "\n\n".join(parts)


def _solved(task, seed):
    try:
        found = KINDS[task.kind].solve(task, seed)
    except Unanswered as why:
        return f"{why} So every answer counts as right."
    if found is None:
        many = "There are many right answers"
        trains = KINDS[task.kind].needs is not no_trainings
        return f"{many}; a student's answer is marked by training it again." if trains else f"{many}."
    return f"**Answer: {found.in_words}** {found.reason}"


def check_key(assignment, key):
    """Raise Unusable, with one sentence, unless this is the instructor's key of the assignment."""
    if not assignment.key:
        sentence = "This assignment was made without a key, so it has no solutions to open."
        raise Unusable("key", key, "no key", sentence=sentence)
    if not unlocks(assignment, key):
        sentence = "That key does not belong to this assignment; allowed: the one shown when it was built."
        raise Unusable("key", key, "the key of the assignment", sentence=sentence)
