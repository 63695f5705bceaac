"""Assignments: tasks with different numbers for each student, hand-ins as short codes, and marking.

An `Assignment` is a list of `Task`s, written as JSON or as the text of a link. `KINDS` defines for each kind
of task what can be chosen, what a student is asked, and how an answer is marked. Students return `HandIn`s.
"""

from lab.assignment.assignment import Assignment, link_text, read_link
from lab.assignment.hand_in import HandIn, hand_in_for, read_hand_in, student_seed
from lab.assignment.key import draw_secret, key_of, unlocks
from lab.assignment.kinds import KINDS
from lab.assignment.kinds.kind import Asked, Kind, Mark, Solution
from lab.assignment.task import SHOWN, Task

__all__ = [
    "KINDS",
    "SHOWN",
    "Asked",
    "Assignment",
    "HandIn",
    "Kind",
    "Mark",
    "Solution",
    "Task",
    "draw_secret",
    "hand_in_for",
    "key_of",
    "link_text",
    "read_hand_in",
    "read_link",
    "student_seed",
    "unlocks",
]
