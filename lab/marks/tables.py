"""Marks as files: a table to read, one to merge into a gradebook, and Gradescope's results.json."""

import json

from lab import cells
from lab.assignment.titles import title

FULL = 1 - 1e-9
SHOWN_LATER = "after_published"  # to the student: the reason gives the right answer


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
            row += [points, mark.wrong, mark.reason]
        else:
            row += ["", "", ""]
    return [*row, " ".join(filter(None, [one.refused, *one.notes]))]


def gradebook(assignment, results):
    """Return a CSV that merges into a gradebook by student: score and max_score, in total and per task.

    The names score and max_score are those of nbgrader's export; a refused hand-in has no score. If a
    student has several hand-ins, the best counts.
    """
    head = ["student_id", "assignment", "score", "max_score"]
    for n in range(1, len(assignment.tasks) + 1):
        head += [f"task_{n}", f"task_{n}_max"]
    best = {}
    for one in results:
        key = one.hand_in.seed if one.hand_in else ("row", one.row.number)
        if key not in best or one.points(assignment) > best[key].points(assignment):
            best[key] = one
    rows = []
    for one in best.values():
        each = [mark.share * task.points for mark, task in zip(one.marks, assignment.tasks, strict=False)]
        score = _number(one.points(assignment)) if one.hand_in else ""
        row = [one.student, assignment.title, score, _number(assignment.points)]
        for n, task in enumerate(assignment.tasks):
            row += [_number(each[n]) if each else "", _number(task.points)]
        rows.append(row)
    return cells.written([head, *rows])


def results_json(assignment, one):
    """Return a Result as Gradescope's results.json (gradescope-autograders.readthedocs.io, specifications).

    Tasks whose reasons are shown to students are visible at once, others after the marks are published.
    """
    tests = []
    for n, task in enumerate(assignment.tasks):
        mark = one.marks[n] if one.hand_in else None
        share = mark.share if mark else 0.0
        tests.append(
            {
                "number": str(n + 1),
                "name": title(task),
                "score": round(task.points * share, 6),
                "max_score": task.points,
                "status": "passed" if share >= FULL else "failed",
                "output": mark.reason if mark else one.refused,
                "output_format": "text",
                "visibility": "visible" if task.shown == "reason" else SHOWN_LATER,
            }
        )
    whole = {"output": one.refused or f"Marked: {assignment.title}.", "output_format": "text"}
    whole |= {"tests": tests, "extra_data": {"student": one.student, "notes": list(one.notes)}}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _number(points):
    return f"{round(points, 6):g}"
