"""A class handed in: how long its marks take.

    python -m benchmarks.marks [--students 200] [--quick]

An assignment of ten tasks: numbers, a shape, a drawn question, a hunt, an experiment, a repair, a homework
and a question of a page. Half of the answers are right; of the others, each is the first known mistake. Every
experiment is trained again from five starts.
"""

import argparse
import time

from benchmarks.timing import machine, markdown
from lab.assignment import KINDS, Assignment, Task, hand_in_for, student_seed
from lab.marks import marking, rows

TASKS = (
    Task("step", {"step": "output_delta", "asks": "number"}),
    Task("step", {"step": "hidden_weights", "asks": "number"}),
    Task("step", {"step": "hidden_delta", "asks": "shape"}),
    Task("chapter", {"chapter": "Minibatch and depth", "asks": "number"}),
    Task("chapter", {"chapter": "Momentum and Adam", "asks": "number"}),
    Task("hunt", {"hunt": True}),
    Task("experiment", {"target": 0.95, "most_units": 8}),
    Task("repair", {"repair": True}),
    Task("homework", {"homework": True, "hidden_layer_sizes": [5, 4]}),
    Task("question", {"page": "decision_boundary", "question": ""}),
)
NETWORK = "hidden_layer_sizes=8&learning_rate=0.5&epochs=100"


def main(arguments=None):
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="ten students")
    asked = parser.parse_args(arguments)
    n = 10 if asked.quick else asked.students
    assignment = Assignment("Ten tasks", tuple(map(_complete, TASKS)))
    hand_ins = [_hand_in(assignment, f"student {k}", k % 2 == 0) for k in range(n)]
    began, used = time.perf_counter(), time.process_time()
    work = marking.plan(assignment, [rows.Row(k, "", one.code()) for k, one in enumerate(hand_ins, 1)])
    planned = time.perf_counter()
    results, gaps = _marked(assignment, work)
    ended, used = time.perf_counter(), time.process_time() - used
    whole = ended - began
    n_marks = n * len(TASKS)
    print(f"{machine()}\n")
    figures = {
        "hand-ins": f"{n}",
        "networks trained": f"{len(work.pairs)}",
        "reading and estimating, s": f"{planned - began:.1f}",
        "estimated, s": f"{work.seconds:.1f}",
        "marking, s": f"{ended - planned:.1f}",
        "CPU of this process, s": f"{used:.1f}",
        "longest time without progress, s": f"{max(gaps):.1f}",
        "whole, s": f"{whole:.1f}",
        "a mark, ms": f"{1000 * whole / n_marks:.1f}",
        "mean points": f"{sum(one.points(assignment) for one in results) / n:.2f} of {assignment.points}",
    }
    print(markdown(["", "value"], [[name, value] for name, value in figures.items()]))


def _complete(task):
    """Return the task; a question is the first of its page."""
    if task.kind != "question":
        return task
    offers = [offer.subject for offer in KINDS["question"].catalogue()]
    return Task("question", next(one for one in offers if one["page"] == task.subject["page"]))


def _hand_in(assignment, student, is_right):
    """Return a HandIn with right answers, or with the first known mistake in each."""
    seed, answers = student_seed(assignment, student), []
    for task in assignment.tasks:
        found = KINDS[task.kind].solve(task, seed)
        if found is None:
            answers.append(NETWORK)
        else:
            answers.append(found.answer if is_right or not found.wrong else found.wrong[0].answer)
    return hand_in_for(assignment, student, answers, [1] * len(answers))


def _marked(assignment, work):
    """Return the Results and the seconds between two reports of the progress."""
    steps, gaps, last = marking.marked(assignment, work), [], time.perf_counter()
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return finished.value, [*gaps, time.perf_counter() - last]
        now = time.perf_counter()
        gaps.append(now - last)
        last = now


if __name__ == "__main__":
    main()
