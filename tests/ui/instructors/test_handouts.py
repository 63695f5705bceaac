"""The instructor's handouts: the problem of a sheet, its solutions, and a class's table and archive."""

import csv
import io
import re

import pytest

from lab.derivation import Problem
from ui.instructors import hosting, sheets


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("5", Problem(activation="tanh", seed=5)),
        ("http://lab/derivation?init_seed=5&l1=0.1;0.2", Problem(activation="tanh", seed=5, l1=(0.1, 0.2))),
        (
            "http://lab/derivation?activation=relu&loss=sigmoid_cross_entropy&l1=0.01&l2=0&init_seed=9"
            "&d=4&depth=2&d_h=5&m=4&K=8&step=30&predict=true",
            Problem(
                activation="relu",
                loss="sigmoid_cross_entropy",
                l1=0.01,
                seed=9,
                d=4,
                hidden_layer_sizes=(5, 5),
                m=4,
                K=8,
            ),
        ),
    ],
)
def test_the_solutions_are_those_of_the_students_sheet(asked, problem):
    assert sheets.problem_of(asked) == problem
    assert sheets.solutions(problem).startswith(f"# Solutions of problem {problem.seed}\n")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("seven", "The sheet is 'seven'; allowed: a seed such as 7, or a link to the derivation page."),
        ("-1", "The sheet is '-1'; allowed: a seed such as 7, or a link to the derivation page."),
        ("9" * 30, f"init_seed is '{'9' * 30}'; allowed: whole numbers of up to 18 digits."),
        ("http://lab/derivation?d=9", "d is '9'; allowed: whole numbers from 1 to 4."),
        ("?l1=0.1;0;1", "l1 is (0.1, 0.0, 1.0); allowed: one number, or a tuple of 2, one per layer."),
        ("?init_seed=<b>", "init_seed is '<b>'; allowed: a whole number, such as 0."),
    ],
)
def test_a_sheet_that_there_is_not_gets_one_sentence(asked, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        sheets.problem_of(asked)


def test_the_memory_of_the_server_is_told_in_units_of_1024(monkeypatch, tmp_path):
    monkeypatch.setattr(hosting, "STATUS", tmp_path / "status")
    assert hosting.memory() == ""
    (tmp_path / "status").write_text("Name:\tx\nVmRSS:\t  2097152 kB\n")
    assert hosting.memory().startswith("This server uses 2,048 MB at the moment")


def test_the_last_student_of_the_last_class_has_a_problem():
    last = sheets.MOST_SEED + sheets.MOST_STUDENTS - 1
    assert sheets.problem_of(str(last)).seed == last


def test_every_student_has_a_link_of_their_own():
    rows = list(csv.DictReader(io.StringIO(sheets.class_table("http://lab", 5, 3))))
    assert [(row["student"], row["seed"]) for row in rows] == [("1", "5"), ("2", "6"), ("3", "7")]
    for row in rows:
        assert row["link"] == f"http://lab/derivation?init_seed={row['seed']}"
