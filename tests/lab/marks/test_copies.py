"""Signs of copying, from made-up marks: rows of one code, a name elsewhere, somebody else's number."""

import pytest
from handed_in import GOOD_NETWORK, TASKS

from lab.assignment import Assignment, Mark, hand_in_for
from lab.marks.copies import notes
from lab.marks.marking import Result
from lab.marks.rows import Row

NUMBER_AND_GOAL = Assignment("A number and a goal", (TASKS[0], TASKS[3]))


def handed(student, number="1.25", goal="", shares=(1.0, 1.0), listed=None, attempts=(1, 1)):
    """(the name in the list, the HandIn of a student, its marks)."""
    own = hand_in_for(NUMBER_AND_GOAL, student, (number, goal), attempts)
    return student if listed is None else listed, own, tuple(Mark(share, "") for share in shares)


def noted(*handed_in):
    """The notes of a class; a row is only a name where nothing was handed in."""
    rows = [(one, None, ()) if isinstance(one, str) else one for one in handed_in]
    results = [
        Result(Row(n, listed, ""), own, "", marks) for n, (listed, own, marks) in enumerate(rows, start=1)
    ]
    return notes(NUMBER_AND_GOAL, results)


def test_every_row_of_the_same_code_is_named_in_the_others():
    found = noted(*[handed("Ada", number="", listed=name) for name in ("Ada", "Ben", "Cem", "Dee")])
    assert found[0] == ("The same code as in rows 2, 3 and 4.",)
    assert found[2] == ("The same code as in rows 1, 2 and 4.", "The code is that of Ada, who is in row 1.")


def test_equal_answers_after_other_attempts_are_another_hand_in_and_not_the_same_code():
    found = noted(handed("Ada", attempts=(1, 1)), handed("Ada", attempts=(1, 2)))
    assert found == [("Another hand-in of Ada is in row 2.",), ("Another hand-in of Ada is in row 1.",)]


@pytest.mark.parametrize("listed", ["ADA lee", "Ada  Lee", "adalee", "Ada\u200b Lee\u200e"])
def test_the_owner_of_a_code_is_found_in_the_list_however_the_name_is_written(listed):
    """The owner has handed in nothing."""
    assert noted("Ben", listed, handed("Ada Lee", listed="Cem"))[2] == (
        "The code is that of Ada Lee, who is in row 2.",
    )
    decomposed = "Jose\N{COMBINING ACUTE ACCENT} Li"
    assert noted("Ben", decomposed, handed("José Li", listed="Cem"))[2] == (
        "The code is that of José Li, who is in row 2.",
    )
    twice = noted(handed("Ada Lee", listed=listed), handed("Ada Lee", attempts=(1, 2)))
    assert twice[0] == ("Another hand-in of Ada Lee is in row 2.",)


def test_of_several_rows_with_the_owners_name_those_with_the_code_are_named_and_else_all():
    copied = handed("Ada Lee", listed="Cem")
    said = "The code is that of Ada Lee, who is in "
    *_, cem = noted("Ben", handed("Ada Lee"), "Ada Lee", copied)
    assert cem == ("The same code as in row 2.", f"{said}row 2.")
    *_, cem = noted("Ada Lee", "Ben", "Ada Lee", copied)
    assert cem == (f"{said}rows 1 and 3.",)
    _, cem, *_ = noted(handed("Ada Lee", attempts=(1, 2)), copied, handed("Ada Lee"), "Ada Lee")
    assert cem[-1] == f"{said}row 3."


@pytest.mark.parametrize(
    ("n", "named"),
    [
        (4, "S0, S1, S2 and S3"),
        (5, "S0, S1, S2, S3 and S4"),
        (7, "S0, S1, S2, S3 and S4 and 2 more"),
    ],
)
def test_at_most_five_students_are_named_for_whom_an_answer_is_right(n, named):
    *_, last = noted(*[handed(f"S{k}") for k in range(n)], handed("Ben", shares=(0.0, 0.0)))
    assert last == (f"The answer to task 1 is right for {named}.",)


@pytest.mark.parametrize(
    ("number", "right", "own", "is_noted"),
    [
        ("125", 1.0, 0.0, True),
        ("0.12", 1.0, 0.0, True),
        ("1.5", 1.0, 0.0, False),  # two digits may be chance
        ("1.25", 0.5, 0.0, False),  # not all right for the other
        ("1.25", 1.0, 0.5, False),  # in part right for the student too
    ],
)
def test_a_number_is_noted_that_is_right_for_another_and_wrong_for_the_student(number, right, own, is_noted):
    _, ben = noted(handed("Ada", number, shares=(right, 0.0)), handed("Ben", number, shares=(own, 0.0)))
    assert ben == (("The answer to task 1 is right for Ada.",) if is_noted else ())


def test_equal_settings_of_an_experiment_are_no_sign():
    found = noted(
        handed("Ada", "", GOOD_NETWORK, shares=(0.0, 1.0)), handed("Ben", "", GOOD_NETWORK, shares=(0.0, 0.0))
    )
    assert found == [(), ()]
