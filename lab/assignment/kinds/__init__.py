"""The kinds of tasks; a new one is a Kind in its own file and one line here."""

from lab.assignment.kinds.derivations import CHAPTER, STEP
from lab.assignment.kinds.experiments import EXPERIMENT
from lab.assignment.kinds.homework import HOMEWORK
from lab.assignment.kinds.hunts import HUNT
from lab.assignment.kinds.kind import complete
from lab.assignment.kinds.questions import QUESTION
from lab.assignment.kinds.repairs import REPAIR

KINDS = complete(
    {
        "question": QUESTION,
        "step": STEP,
        "chapter": CHAPTER,
        "hunt": HUNT,
        "experiment": EXPERIMENT,
        "repair": REPAIR,
        "homework": HOMEWORK,
    }
)
