"""Signs of copying: equal codes, somebody else's code, numbers that are right for another student."""

import collections

from lab.assignment import KINDS
from lab.assignment.hand_in import plain_name
from lab.assignment.kinds.kind import NUMBERS
from lab.words import listed

FEW = 5  # names listed in a note
FEWEST_DIGITS = 3  # digits from which equal numbers are unlikely to be chance


def notes(assignment, results):
    """Return a tuple of sentences per Result, () if there is nothing to report."""
    rows_of_code, rows_of_student = collections.defaultdict(list), collections.defaultdict(list)
    rows_listed = collections.defaultdict(list)
    for one in results:
        if one.row.listed:
            rows_listed[plain_name(one.row.listed)].append(one.row.number)
        if one.hand_in:
            rows_of_code[_contents(one.hand_in)].append(one.row.number)
            rows_of_student[one.hand_in.seed].append(one.row.number)
    given = _right_numbers(assignment, results)
    return [tuple(_of(assignment, one, rows_of_code, rows_of_student, rows_listed, given)) for one in results]


def _of(assignment, one, rows_of_code, rows_of_student, rows_listed, given):
    if not one.hand_in:
        return
    own, number = one.hand_in, one.row.number
    equal = [row for row in rows_of_code[_contents(own)] if row != number]
    if equal:
        yield f"The same code as in {_rows(equal)}."
    again = [row for row in rows_of_student[own.seed] if row != number and row not in equal]
    if again:
        yield f"Another hand-in of {own.student} is in {_rows(again)}."
    named = rows_listed.get(plain_name(own.student), [])
    if named and plain_name(one.row.listed) != plain_name(own.student):
        with_code = [row for row in named if row in equal]
        yield f"The code is that of {own.student}, who is in {_rows(with_code or named)}."
    for place, answer in enumerate(own.answers):
        others = [name for name, seed in given[place, answer] if seed != own.seed]
        if others and not one.marks[place].share:
            names = listed(others[:FEW]) + f" and {len(others) - FEW} more" * (len(others) > FEW)
            yield f"The answer to task {place + 1} is right for {names}."


def _right_numbers(assignment, results):
    """Return {(task, answer): {(student, seed): None}} for the right numbers of every student."""
    given = collections.defaultdict(dict)
    for one in results:
        for place, answer in enumerate(one.hand_in.answers if one.hand_in else ()):
            task = assignment.tasks[place]
            is_full = one.marks[place].share == 1 and sum(map(str.isdigit, answer)) >= FEWEST_DIGITS
            if is_full and KINDS[task.kind].ask(task, one.hand_in.seed).form == NUMBERS:
                given[place, answer][one.hand_in.student, one.hand_in.seed] = None
    return given


def _contents(hand_in):
    return hand_in.seed, hand_in.answers, hand_in.attempts


def _rows(numbers):
    return f"row{'s' * (len(numbers) > 1)} {listed(numbers)}"
