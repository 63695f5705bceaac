"""Marks as files: a table to read, one to merge into a gradebook, and Gradescope's results.json.

None of them draws LaTeX, so formulas are written in plain signs.
"""

import json

from lab import cells
from lab.assignment.hand_in import plain_name
from lab.assignment.task import REASON
from lab.assignment.titles import title
from lab.derivation.plain_formulas import as_text
from lab.marks.copies import FEW
from lab.words import listed

FULL = 1 - 1e-9
SHOWN_LATER = "after_published"  # to the student: the output says what is right
NOT_RIGHT = "Not right."


def marks(assignment, results):
    """Return the table to read, as CSV: per row the points; per task points, mistake and reason; notes."""
    head = ["row", "student", "listed as", "points", "of"]
    for n in range(1, len(assignment.tasks) + 1):
        head += [f"task {n}", f"task {n}: mistake", f"task {n}: reason"]
    return cells.written([[*head, "notes"], *(_row(assignment, one) for one in results)])


def _row(assignment, one):
    row = [one.row.number, one.student, one.row.listed]
    row += [_number(one.points(assignment)) if one.hand_in else "", _number(assignment.points)]
    for n, task in enumerate(assignment.tasks):
        if one.hand_in:
            mark = one.marks[n]
            points = "" if n + 1 in one.failed else _number(task.points * mark.share)
            row += [points, " or ".join(mark.mistakes), as_text(mark.for_instructor)]
        else:
            row += ["", "", ""]
    return [*row, " ".join(one.sentences)]


def gradebook(assignment, results):
    """Return a CSV that merges into a gradebook by student: score and max_score, in total and per task.

    The names score and max_score are those of nbgrader's export; student_id is the name as the student typed
    it, listed_as that in the list. A refused hand-in has no score and the name in the list alone. If a
    student has several hand-ins, the best counts; `shared` says which rows have one row together.
    """
    head = ["student_id", "assignment", "score", "max_score"]
    for n in range(1, len(assignment.tasks) + 1):
        head += [f"task_{n}", f"task_{n}_max"]
    rows = []
    for one in _best(assignment, results):
        each = [mark.share * task.points for mark, task in zip(one.marks, assignment.tasks, strict=False)]
        score = _number(one.points(assignment)) if one.hand_in else ""
        row = [one.student, assignment.title, score, _number(assignment.points)]
        for n, task in enumerate(assignment.tasks):
            is_marked = each and n + 1 not in one.failed
            row += [_number(each[n]) if is_marked else "", _number(task.points)]
        rows.append([*row, one.row.listed])
    return cells.written([[*head, "listed_as"], *rows])


def shared(results):
    """Return a sentence that names the rows which have one row together in a gradebook, or ""."""
    together = [some for some in _by_student(results).values() if len(some) > 1]
    if not together:
        return ""
    rows = "; ".join(map(_rows, together[:FEW]))
    more = f"; and {len(together) - FEW} more students" if len(together) > FEW else ""
    return (
        f"The gradebook has one row, the best, for: {rows}{more}. If two students share a name or a code, "
        "enter one of them by hand."
    )


def _rows(results):
    names = {}
    for name in (name for one in results for name in (one.student, one.row.listed) if name):
        names.setdefault(plain_name(name), name)
    return f"rows {listed([one.row.number for one in results])} ({listed(names.values())})"


def _best(assignment, results):
    """Return the best Result of each student."""
    return [max(some, key=lambda one: _rank(assignment, one)) for some in _by_student(results).values()]


def _by_student(results):
    """Return {what identifies a student: [Result, …]}; one without a hand-in belongs to whom it lists."""
    seeds, listed_names = {}, {plain_name(one.row.listed) for one in results}
    for one in results:
        if one.hand_in:
            own = plain_name(one.hand_in.student)
            seeds[own] = one.hand_in.seed
            if own not in listed_names:  # otherwise the code was handed in by somebody else
                seeds.setdefault(plain_name(one.row.listed), one.hand_in.seed)
    of_student = {}
    for one in results:
        name = plain_name(one.row.listed) or ("row", one.row.number)
        key = one.hand_in.seed if one.hand_in else seeds.get(name, name)
        of_student.setdefault(key, []).append(one)
    return of_student


def _rank(assignment, one):
    is_listed = plain_name(one.row.listed) == plain_name(one.student)
    return one.hand_in is not None, one.points(assignment), is_listed


def results_json(assignment, one):
    """Return a Result as Gradescope's results.json (gradescope-autograders.readthedocs.io, specifications).

    Tasks whose reasons are shown to students are visible at once and do not say what is right; others are
    visible after the marks are published. A task that could not be marked is neither passed nor failed: it
    has no score, which the format allows if there is one for the whole.
    """
    tests = []
    for n, task in enumerate(assignment.tasks):
        mark = one.marks[n] if one.hand_in else None
        share = mark.share if mark else 0.0
        now = task.shown == REASON
        said = mark and ((mark.reason or NOT_RIGHT) if now else mark.for_instructor)
        earned = {
            "score": round(task.points * share, 6),
            "max_score": task.points,
            "status": "passed" if share >= FULL else "failed",
        }
        test = {"number": str(n + 1), "name": title(task)} | ({} if n + 1 in one.failed else earned)
        test |= {
            "output": as_text(said) if mark else one.refused,
            "output_format": "text",
            "visibility": "visible" if now else SHOWN_LATER,
        }
        tests.append(test)
    whole = {"score": round(one.points(assignment), 6)} if one.failed else {}
    told = one.refused or f"Marked: {assignment.title}.{_unmarked(one.failed)}"
    whole |= {"output": told, "output_format": "text"}
    whole |= {"tests": tests, "extra_data": {"student": one.student, "notes": list(one.notes)}}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _unmarked(failed):
    """Return the sentence, after a space, about the numbers of tasks without marks, "" if there are none."""
    if not failed:
        return ""
    have = "has" if len(failed) == 1 else "have"
    return f" Task{'s' * (len(failed) > 1)} {listed(failed)} could not be marked and {have} no score."


def _number(points):
    """Return points with up to six decimals, however many digits stand in front of them."""
    return f"{points:.6f}".rstrip("0").rstrip(".")
