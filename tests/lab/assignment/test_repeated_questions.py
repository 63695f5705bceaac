"""Which drawn tasks can repeat another task's question: checked by the questions that students are asked."""

import pytest

from lab.assignment import KINDS, Task
from lab.assignment.repeats import in_words, repeats

FUNCTIONS, NETWORK = "Functions and their slopes", "The network"
STEP = Task("step", {"step": "tanh_slope", "asks": "number"})
NUMBER = Task("chapter", {"chapter": FUNCTIONS, "asks": "number"})
SECOND = Task("chapter", {"chapter": FUNCTIONS, "asks": "number", "number": 1})
ANY = Task("chapter", {"chapter": FUNCTIONS})
SIGN = Task("chapter", {"chapter": FUNCTIONS, "asks": "sign"})
OTHER = Task("chapter", {"chapter": NETWORK})
WIDER = Task("chapter", {"chapter": FUNCTIONS, "asks": "number", "d": 3})
BUG = Task("hunt", {"n": 1})


def asked(task, seed):
    found = KINDS[task.kind].ask(task, seed)
    return found.prompt, found.given


@pytest.mark.parametrize(
    ("one", "other"),
    [(STEP, NUMBER), (STEP, ANY), (NUMBER, ANY), (STEP, SIGN), (STEP, OTHER), (NUMBER, SECOND)],
)
def test_a_question_can_repeat_where_a_student_is_found_who_gets_it_twice(one, other):
    can = bool(repeats((one, other)))
    seeds = range(400 if can else 12)
    assert can == any(asked(one, seed) == asked(other, seed) for seed in seeds)


def test_the_drawn_task_is_named_and_all_that_it_can_repeat():
    assert repeats((STEP, NUMBER)) == {2: [1]}
    assert repeats((BUG, STEP, BUG, NUMBER)) == {4: [2]}
    assert repeats((NUMBER, STEP)) == {1: [2]}
    assert repeats((NUMBER, STEP, ANY)) == {1: [2], 3: [1, 2]}
    assert repeats((STEP, OTHER, SIGN, WIDER)) == {}, "another step, another kind, another network"
    assert repeats((STEP, STEP)) == {}, "nothing is drawn; an assignment has each task once"
    assert in_words((STEP, OTHER)) == []
    assert in_words((STEP, ANY)) == [
        "Task 2 may draw the same question as task 1, with the same numbers. To rule that out, choose "
        "another chapter or step."
    ]
    assert in_words((NUMBER, STEP, ANY))[1].startswith("Task 3 may draw the same question as tasks 1 and 2, ")


def of_initialization(n, **network):
    subjects = [{"chapter": "Initialization", "asks": "number", "number": k} | network for k in range(n)]
    return [Task("chapter", {k: v for k, v in one.items() if v != 0}) for one in subjects]


@pytest.mark.slow
def test_tasks_that_leave_no_question_of_a_chapter_may_ask_a_rare_student_the_same_twice():
    seven = of_initialization(7, activation="leaky_relu")
    (sentence,) = in_words(seven)
    assert sentence.startswith(
        "Tasks 1, 2, 3, 4, 5, 6 and 7 take every question of their sort that most students"
    )
    twice = [seed for seed in range(60) if len({asked(task, seed) for task in seven}) < 7]
    assert 1 <= len(twice) <= 3
    assert in_words(seven[:6]) == []
    assert all(len({asked(task, seed) for task in seven[:6]}) == 6 for seed in twice)
    assert in_words(seven[:1]) == in_words([BUG, *seven[:1]]) == []


@pytest.mark.slow
def test_tasks_that_leave_a_gap_do_not_take_every_question_of_their_chapter():
    """Five were added in the builder and the three in the middle removed."""
    subject = {"chapter": "Momentum and Adam", "asks": "number"}
    first, *between, last = (Task("chapter", subject | {"number": n} if n else subject) for n in range(5))
    (sentence,) = in_words([last, first])
    assert sentence == (
        "Tasks 1 and 2 are drawn from the same few questions. A rare network has fewer of them than most: "
        "its student may get the same question twice."
    )
    assert all(asked(first, seed) != asked(last, seed) for seed in range(60))
    assert in_words([first, *between]) == []
    assert in_words([first, *between, last])[0].startswith("Tasks 1, 2, 3, 4 and 5 take every question ")
