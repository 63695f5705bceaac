"""How the versions of a task differ between students, in words, against tasks whose answers are known."""

import pytest

from lab.assignment import KINDS, Task, variants
from lab.assignment.kinds.kind import Kind, complete

DIFFERENT = "Students get different versions of this task. The 10 that we tried have "


def step(title):
    (offer,) = [one for one in KINDS["step"].catalogue() if one.title == title]
    return Task("step", offer.subject)


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (Task("hunt", {"hunt": 7}), "Every student gets the same task, with the same answer, so a copied "),
        # a number that no seed changes
        (
            step("What the activation takes away: a number"),
            f"{DIFFERENT}the same answer, so a copied one is ",
        ),
        # 0 or 1
        (step("The derivative of ReLU: a number"), f"{DIFFERENT}2 different answers, so a copied one can "),
        (Task("homework", {"homework": True}), f"{DIFFERENT}10 different answers."),
    ],
)
def test_a_copied_answer_is_said_to_be_right_where_students_share_one(task, said):
    assert variants.in_words(task).startswith(said)


def test_a_goal_and_a_question_of_a_page_are_the_same_for_all_and_say_what_is_not():
    task = Task("experiment", {"target": 0.9, "most_units": 4})
    asked = [KINDS["experiment"].ask(task, seed) for seed in (1, 2)]
    assert asked[0].prompt == asked[1].prompt
    assert asked[0].query["seed"] != asked[1].query["seed"]
    assert variants.in_words(task) == "Every student has this goal, with data of their own."
    task = Task("question", KINDS["question"].catalogue()[0].subject)
    asked = [KINDS["question"].ask(task, seed).choices for seed in range(10)]
    assert len({frozenset(choices) for choices in asked}) == 1 < len(set(asked))
    assert variants.in_words(task).startswith("Every student gets this question; the order of its choices")


def test_answers_are_counted_as_their_marks_have_it():
    """The answer of one student is right for another exactly if they share it."""
    task = step("The derivative of |x|: a number")
    own = KINDS["step"]
    answers = [own.solve(task, seed).answer for seed in range(10)]
    classes = []
    for seed in range(10):
        if not any(own.mark(task, seed, answers[one]).share for one in classes):
            classes.append(seed)
    assert f" {len(classes)} different answers" in variants.in_words(task)


def test_a_kind_without_answers_to_compare_says_how_versions_differ_or_is_refused():
    hunt = KINDS["hunt"]
    parts = ("Count", hunt.catalogue, hunt.check, hunt.ask, hunt.mark)
    with pytest.raises(
        ValueError, match=r"^The kind 'Count' has neither a function solve nor versions, a sen"
    ):
        complete({"count": Kind(*parts)})
    said = "Every student counts something else."
    for kind in (Kind(*parts, versions=said), Kind(*parts, solve=hunt.solve)):
        assert complete({"count": kind}) == {"count": kind}
