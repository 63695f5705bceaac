"""The parts of the page for instructors."""

from ui.instructors import building, counting, hunts, one_question, quizzes, sheets, solving

PARTS = (building, solving, one_question, counting, hunts, sheets, quizzes)
KEYS = tuple(key for part in PARTS for key in part.KEYS)
