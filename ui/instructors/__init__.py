"""The parts of the page for instructors."""

from ui.embed import builder
from ui.instructors import building, counting, hunts, one_question, quizzes, sheets, solving

DRAWN = (building, solving, one_question, counting, hunts, sheets, quizzes, builder)
KEYS = tuple(key for one in DRAWN for key in one.KEYS)
