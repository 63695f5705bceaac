"""Tasks that are drawn from a chapter of the derivation, where they can repeat another task's question.

The draw itself cannot avoid it, because an assignment's link should mean the same tasks for good. (A new
activation, loss or step can change them nevertheless.)
"""

import functools
import itertools

from lab.assignment.kinds.derivations import fewest, problem, question
from lab.assignment.packing import canonical, loaded
from lab.assignment.task import Task
from lab.derivation import derive
from lab.words import listed

STEP, CHAPTER = "step", "chapter"  # kinds of task
SAMPLE = 0  # a student's seed; all students' networks have the same steps but for rare ones
MOST_CACHED = 200


def repeats(tasks):
    """Return {number of a drawn task: numbers of the tasks whose question it can repeat}, from 1."""
    found = {}
    derived = [(n, task) for n, task in enumerate(tasks, 1) if task.kind in (STEP, CHAPTER)]
    for (n, one), (later, other) in itertools.combinations(derived, 2):
        drawn = {CHAPTER: later, STEP: n}[other.kind]
        together = one.kind == other.kind == CHAPTER and _shuffle(one) == _shuffle(other)
        if CHAPTER in (one.kind, other.kind) and not together and _pool_of(one) & _pool_of(other):
            found.setdefault(drawn, []).append(n + later - drawn)
    return found


def in_words(tasks):
    """Return one sentence per drawn task that can repeat a question, as a list."""
    sentences = []
    for drawn, others in sorted(repeats(tasks).items()):
        which = f"task{'s' * (len(others) > 1)} {listed(others)}"
        sentences.append(
            f"Task {drawn} may draw the same question as {which}, with the same numbers. To rule that out, "
            "choose another chapter or step."
        )
    return sentences + _exhausted(tasks)


def _exhausted(tasks):
    """Return a sentence for each shuffle that may be too short for its tasks.

    A student whose network has fewer questions than there are tasks gets one of them twice.
    """
    shuffles, sentences = {}, []
    for n, task in enumerate(tasks, 1):
        if task.kind == CHAPTER:
            shuffles.setdefault(canonical(_shuffle(task)), []).append((n, task))
    for subject, drawn in shuffles.items():
        places = {task.subject.get("number", 0) for _, task in drawn}
        if len(drawn) == 1 or max(places) + 1 < _fewest(subject):
            continue
        which = f"Tasks {listed([n for n, _ in drawn])}"
        if places >= {*range(_fewest(subject))}:
            sentences.append(
                f"{which} take every question of their sort that most students have. A rare network has "
                "fewer: its student gets one of them twice."
            )
        else:
            sentences.append(
                f"{which} are drawn from the same few questions. A rare network has fewer of them than "
                "most: its student may get the same question twice."
            )
    return sentences


@functools.lru_cache(MOST_CACHED)
def _fewest(subject):
    return fewest(loaded(subject, "subject"))


def _shuffle(task):
    """Return what tasks have in common that are drawn from one shuffle: these never repeat each other."""
    return {name: value for name, value in task.subject.items() if name != "number"}


def _pool_of(task):
    return _pool(task.kind, canonical(task.subject))


@functools.lru_cache(MOST_CACHED)
def _pool(kind, subject):
    """Return the questions that one student can be asked: (network, key of the step, prompt) of each."""
    task = Task(kind, loaded(subject, "subject"))
    own = problem(task, SAMPLE)
    if kind == STEP:
        _, step, ask = question(task, SAMPLE)
        return frozenset({(own, step.key, ask.prompt)})
    asks = task.subject.get("asks")
    return frozenset(
        (own, step.key, ask.prompt)
        for step in derive(own, (task.subject["chapter"],))
        for ask in step.asks
        if asks in (None, ask.kind)
    )
