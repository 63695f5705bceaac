"""Mark the hand-ins of a class: trainings are run again, stacked, and every answer is marked again."""

import collections
import time
from dataclasses import replace
from typing import NamedTuple

from lab.assignment import KINDS, HandIn, Mark, engine, read_hand_in
from lab.links import cost
from lab.links.limits import n_examples, widths
from lab.marks.copies import notes
from lab.words import counted
from mlp import execution

SECONDS_OF_A_MARK = 0.03  # on one core, the mean over the kinds of tasks; see `benchmarks.marks`
HEARTBEAT = 0.2  # seconds between two reports of the progress


class Result(NamedTuple):
    """The result for a Row: its HandIn with one Mark per task, or the sentence that refuses it.

    `failed` are the numbers, from 1, of tasks that could not be marked; `notes` are sentences for the
    instructor, for instance about equal codes.
    """

    row: tuple
    hand_in: HandIn | None
    refused: str = ""
    marks: tuple[Mark, ...] = ()
    failed: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def student(self):
        """Return the name in the hand-in, or the name in the list if the hand-in cannot be read."""
        return self.hand_in.student if self.hand_in else self.row.listed or f"row {self.row.number}"

    def points(self, assignment):
        """Return the points of all tasks."""
        return sum(task.points * mark.share for task, mark in zip(assignment.tasks, self.marks, strict=False))


class Work(NamedTuple):
    """The work of marking: the rows as read, the trainings as pairs of configs, the seconds of both parts."""

    read: tuple  # of (Row, HandIn or None, sentence)
    pairs: tuple
    training_seconds: float
    marking_seconds: float

    @property
    def seconds(self):
        """Return the estimated seconds on one core."""
        return self.training_seconds + self.marking_seconds

    def in_words(self):
        """Return a sentence about what has to be done and how long it takes."""
        n = sum(found is not None for _, found, _ in self.read)
        trainings = f"; {counted(len(self.pairs), 'network')} to train again" if self.pairs else ""
        return f"{counted(n, 'hand-in')} to mark{trainings}: about {cost.in_words(self.seconds)}."


def plan(assignment, rows):
    """Return the Work of the Rows; a row without a hand-in for the assignment is refused in a sentence."""
    read, pairs = [], {}
    for row in rows:
        try:
            found = read_hand_in(row.text, assignment) if row.text else None
            read.append((row, found, "" if row.text else "No code was handed in."))
        except ValueError as refused:
            read.append((row, None, str(refused)))
        else:
            pairs |= dict.fromkeys(_needed(assignment, found) if found else ())
    training = _training_seconds(pairs) if pairs else 0.0
    n_marks = len({found for _, found, _ in read if found}) * len(assignment.tasks)
    return Work(tuple(read), tuple(pairs), training, n_marks * SECONDS_OF_A_MARK)


def marked(assignment, work):
    """Generator: yield the share done, every few tenths of a second or more often; return the Results.

    A training or a mark that fails does not affect the others: its task is listed in `failed` and earns
    nothing.
    """
    whole = max(work.seconds, 1e-9)
    trained, errors = {}, {}
    jobs = execution.plan(list(work.pairs), widths, n_examples=n_examples)
    for outcomes in execution.run(jobs, engine.load, heartbeat=HEARTBEAT):
        for one in outcomes:
            if one.records:
                trained[work.pairs[one.row]] = one.records[-1]
            else:
                errors[work.pairs[one.row]] = one.error
        yield work.training_seconds / whole * (len(trained) + len(errors)) / len(work.pairs)
    results, known, reported = [], {}, time.perf_counter()
    for n, (row, found, refused) in enumerate(work.read, start=1):
        marks, failed = [], []
        for number, answer in enumerate(found.answers if found else ()):
            key = (number, found.seed, answer)
            if key not in known:
                known[key] = _mark(assignment.tasks[number], found.seed, answer, trained, errors)
            mark, complete = known[key]
            marks.append(mark)
            failed += [] if complete else [number + 1]
            if time.perf_counter() - reported > HEARTBEAT:
                reported = time.perf_counter()
                yield (work.training_seconds + work.marking_seconds * n / len(work.read)) / whole
        results.append(Result(row, found, refused, tuple(marks), tuple(failed)))
    told = notes(assignment, results)
    return tuple(one._replace(notes=some) for one, some in zip(results, told, strict=True))


def _training_seconds(pairs):
    """Return the estimated seconds of the trainings; datasets that differ only in their seed count alike."""
    speed, by_data, seconds = cost.calibrate(), collections.defaultdict(list), 0.0
    for data, config in pairs:
        by_data[data].append(config)
    for data, configs in by_data.items():
        dataset = engine.load(replace(data, seed=0))
        seconds += cost.seconds(configs, dataset, max(config.epochs for config in configs), speed)
    return seconds


def _needed(assignment, found):
    """Return the trainings that marking a HandIn needs."""
    pairs = []
    for task, answer in zip(assignment.tasks, found.answers, strict=True):
        pairs += KINDS[task.kind].needs(task, found.seed, answer)
    return pairs


def _mark(task, seed, answer, trained, errors):
    """Return (Mark, whether the answer could be marked)."""
    kind = KINDS[task.kind]
    missing = [errors[pair] for pair in kind.needs(task, seed, answer) if pair not in trained]
    if missing:
        return Mark(0.0, f"Not marked: {missing[0]}"), False
    try:
        return kind.mark(task, seed, answer, trained), True
    except Exception as error:  # an error of ours in one task must not lose the marks of the others
        return Mark(0.0, f"Not marked because of an error in the lab: {type(error).__name__}."), False
