"""The parts of the page for instructors."""

from ui.instructors import building, hunts, one_question, quizzes, sheets, solving

KEYS = (*building.KEYS, *solving.KEYS, *one_question.KEYS, *hunts.KEYS, *sheets.KEYS, *quizzes.KEYS)
