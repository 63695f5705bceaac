"""Taken: the assignment that a visitor is working on, the name they typed, and their answers so far."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from lab.assignment import KINDS, Assignment, hand_in_for, read_hand_in, read_link, student_seed
from lab.assignment.hand_in import MOST_ATTEMPTS
from ui.frame.visit import visit

TASKS, TASK = "tasks", "task"  # parameters of a link: the assignment, and the number of one of its tasks
TASKS_PAGE = "pages/assignment.py"


@dataclass
class Taken:
    """An assignment and a student's answers; `text` is as in the link, `student` "" until a name is typed."""

    text: str
    assignment: Assignment
    student: str = ""
    answers: list[str] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    marks: dict[tuple, Any] = field(default_factory=dict)  # {(place of a task, answer): Mark}
    unfolded: set[int] = field(default_factory=set)  # places of the tasks that are unfolded
    seen: set[int] = field(default_factory=set)  # places of those that have been unfolded
    refused: dict[int, str] = field(default_factory=dict)  # {place of a task: why its answer was not kept}
    name_refused: str = ""  # why the name typed last cannot be used
    finished: bool = False  # whether the hand-in was asked for
    forgotten: bool = False  # whether the browser is to forget what it keeps

    def __post_init__(self):
        n = len(self.assignment.tasks)
        self.answers, self.attempts = self.answers or [""] * n, self.attempts or [0] * n

    @property
    def seed(self):
        """The seed of the student's numbers."""
        return student_seed(self.assignment, self.student)

    def asked(self, place):
        """Return what the task at `place` (from 0) asks this student."""
        task = self.assignment.tasks[place]
        return KINDS[task.kind].ask(task, self.seed)

    def answer(self, place, answer):
        """Store an answer; repeating the same answer does not count as a new attempt."""
        self.refused.pop(place, None)
        if answer != self.answers[place]:
            self.answers[place] = answer
            self.attempts[place] = min(MOST_ATTEMPTS, self.attempts[place] + 1)

    def is_right(self, place):
        """Return whether the answer to the task at `place` was marked right."""
        mark = self.marks.get((place, self.answers[place]))
        return mark is not None and mark.share == 1

    def hand_in(self):
        """Return the HandIn of the answers so far."""
        return hand_in_for(self.assignment, self.student, self.answers, self.attempts)

    def begin(self, student):
        """Accept the student's name; raise ValueError with a one-sentence message if it cannot be used."""
        self.student = hand_in_for(self.assignment, student, self.answers, self.attempts).student
        self._unfold()

    def resume(self, code):
        """Restore the answers from a hand-in's code; raise ValueError with a one-sentence message."""
        hand_in = read_hand_in(code, self.assignment)
        self.student, self.answers, self.attempts = (
            hand_in.student,
            list(hand_in.answers),
            list(hand_in.attempts),
        )
        self._unfold()

    def add(self, code):
        """Add the answers in the same student's code to the tasks that are open here; raise ValueError."""
        hand_in = read_hand_in(code, self.assignment)
        if hand_in.student == self.student:
            for place, answer in enumerate(hand_in.answers):
                if answer and not self.answers[place]:
                    self.answers[place], self.attempts[place] = answer, hand_in.attempts[place]

    def _unfold(self):
        """Unfold the first open task."""
        self.forgotten, self.name_refused = False, ""
        self.unfolded = {self.answers.index("")} if "" in self.answers else set()

    def finish(self):
        """Ask for the hand-in."""
        self.finished = True

    def start_again(self):
        """Forget the name and the answers, here and in the browser."""
        n = len(self.assignment.tasks)
        self.student, self.answers, self.attempts = "", [""] * n, [0] * n
        self.marks, self.seen, self.refused = {}, set(), {}
        self.forgotten, self.finished = True, False


def arrive():
    """Call at the beginning of a page. Start the assignment in the address if it differs from the visit's.

    Return "", or a sentence about a text that is not an assignment.
    """
    text = st.query_params.get(TASKS, "")
    if not text or (taken() and text == taken().text):
        return ""
    try:
        visit().taken = Taken(text, read_link(text))
    except ValueError as problem:
        return str(problem)
    return ""


def taken():
    """Return the Taken of this visit, or None."""
    return visit().taken


def open_page(script, query):
    """Open a page with these address parameters and those of the assignment."""
    st.switch_page(script, query_params={**query, TASKS: taken().text})


def open_assignment():
    """Open the assignment's page."""
    open_page(TASKS_PAGE, {})
