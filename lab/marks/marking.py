"""Mark the hand-ins of a class: trainings are run again, stacked, and every answer is marked again."""

import collections
import time
from dataclasses import replace
from typing import NamedTuple

from lab.assignment import KINDS, HandIn, Mark, engine, read_hand_in
from lab.links import cost
from lab.marks import trainings
from lab.marks.copies import notes
from lab.words import counted

TIMED = 4  # marks of a task that are made to estimate the others; the first takes longer than they do
SECONDS_OF_A_TRAINED_MARK = 0.001  # beside the trainings that it needs
HEARTBEAT = 0.2  # seconds between two reports of the progress
NOTHING_TRAINED = trainings.Trained({}, {}, {})


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

    @property
    def sentences(self):
        """Return the sentences for the instructor: why it or a task has no marks, then the notes."""
        unmarked = [f"Task {number}: {self.marks[number - 1].reason}" for number in self.failed]
        return tuple(filter(None, [self.refused, *unmarked, *self.notes]))

    def points(self, assignment):
        """Return the points of all tasks."""
        return sum(task.points * mark.share for task, mark in zip(assignment.tasks, self.marks, strict=False))


class Work(NamedTuple):
    """The work of marking: the rows as read, the trainings as pairs of configs, the seconds of both parts.

    `claimed` are the pairs whose fingerprints are compared; `known` {(place of a task, seed, answer): (Mark,
    whether it could be made, what its fingerprint shows)} the marks made already, to estimate the others.
    """

    read: tuple  # of (Row, HandIn or None, sentence)
    pairs: tuple
    claimed: frozenset
    training_seconds: float
    marking_seconds: float
    known: dict

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
    read, pairs, claimed = [], {}, set()
    for row in rows:
        try:
            found = read_hand_in(row.text, assignment) if row.text else None
            read.append((row, found, "" if row.text else "No code was handed in."))
        except ValueError as refused:
            read.append((row, None, str(refused)))
    answers = dict.fromkeys(
        (place, one.seed, answer) for _, one, _ in read if one for place, answer in enumerate(one.answers)
    )
    for place, seed, answer in answers:
        task = assignment.tasks[place]
        pairs |= dict.fromkeys(KINDS[task.kind].needs(task, seed, answer))
        if claim := KINDS[task.kind].claims(task, seed, answer):
            claimed.add(claim[0])
    pairs |= dict.fromkeys(claimed)
    training = _training_seconds(pairs) if pairs else 0.0
    marking, known = _marking_seconds(assignment, answers)
    return Work(tuple(read), tuple(pairs), frozenset(claimed), training, marking, known)


def marked(assignment, work):
    """Generator: yield the share done, every few tenths of a second or more often; return the Results.

    A training or a mark that fails does not affect the others: its task is listed in `failed` and earns
    nothing.
    """
    whole = max(work.seconds, 1e-9)
    steps, n_pairs = trainings.train(work.pairs, work.claimed, HEARTBEAT), max(1, len(work.pairs))
    while True:
        try:
            yield work.training_seconds / whole * next(steps) / n_pairs
        except StopIteration as finished:
            trained = finished.value
            break
    results, known, reported = [], dict(work.known), time.perf_counter()
    for n, (row, found, refused) in enumerate(work.read, start=1):
        marks, failed, differing = [], [], []
        for number, answer in enumerate(found.answers if found else ()):
            key = (number, found.seed, answer)
            if key not in known:
                known[key] = _mark(assignment.tasks[number], found.seed, answer, trained)
            mark, complete, differs = known[key]
            marks.append(mark)
            failed += [] if complete else [number + 1]
            differing += [f"Task {number + 1}: {differs}"] if differs else []
            if time.perf_counter() - reported > HEARTBEAT:
                reported = time.perf_counter()
                yield (work.training_seconds + work.marking_seconds * n / len(work.read)) / whole
        results.append(Result(row, found, refused, tuple(marks), tuple(failed), tuple(differing)))
    told = notes(assignment, results)
    return tuple(one._replace(notes=some + one.notes) for one, some in zip(results, told, strict=True))


def _training_seconds(pairs):
    """Return the estimated seconds of the trainings; datasets that differ only in their seed count alike."""
    speed, by_data, seconds = cost.calibrate(), collections.defaultdict(list), 0.0
    for data, config in pairs:
        by_data[data].append(config)
    for data, configs in by_data.items():
        dataset = engine.load(replace(data, seed=0))
        seconds += cost.beginning(configs, dataset, speed)
        seconds += cost.seconds(configs, dataset, max(config.epochs for config in configs), speed)
    return seconds


def _marking_seconds(assignment, answers):
    """Return (the estimated seconds of the marks of all `answers`, the marks that were made to measure them).

    `answers` are (place of a task, seed, answer), each once. Of each task the first few are marked and timed
    by this thread's own clock, so other work on the machine does not count. A question of a page is answered
    once for all, from the trainings it needs; a mark from trainings takes hardly any time beside them.
    """
    of_task, known, seconds = collections.defaultdict(list), {}, 0.0
    for key in answers:
        of_task[key[0]].append(key)
    for place, keys in of_task.items():
        task = assignment.tasks[place]
        kind, times = KINDS[task.kind], []
        if ahead := kind.seconds(task):
            seconds += ahead
            continue
        for key in (key for key in keys if not kind.needs(task, *key[1:])):
            if len(times) < TIMED:
                began = time.thread_time()
                known[key] = _mark(task, *key[1:], NOTHING_TRAINED)
                times.append(time.thread_time() - began)
        each = sum(times[1:]) / len(times[1:]) if len(times) > 1 else SECONDS_OF_A_TRAINED_MARK
        seconds += each * sum(key not in known for key in keys)
    return seconds, known


def _mark(task, seed, answer, trained):
    """Return (Mark, whether the answer could be marked, a sentence if its fingerprint is another)."""
    kind = KINDS[task.kind]
    missing = [trained.errors[one] for one in kind.needs(task, seed, answer) if one not in trained.records]
    if missing:
        return Mark(0.0, f"Not marked: {missing[0]}"), False, ""
    try:
        mark = kind.mark(task, seed, answer, trained.records)
        claim = kind.claims(task, seed, answer)
        if claim is None or claim[0] not in trained.fingerprints:
            return mark, True, ""
        said, agrees = trainings.compared(claim[1], trained.fingerprints[claim[0]])
        return mark._replace(reason=f"{mark.reason} {said}"), True, "" if agrees else said
    except Exception as error:  # an error of ours in one task must not lose the marks of the others
        return Mark(0.0, f"Not marked because of an error in the lab: {type(error).__name__}."), False, ""
