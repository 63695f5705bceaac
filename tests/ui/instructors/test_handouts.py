"""The instructor's handouts: the problem of a sheet, its solutions, and a class's table and archive."""

import csv
import io
import re
from urllib.parse import urlencode

import pytest

from lab.assignment import key_of
from lab.derivation import Problem
from lab.sheets.names import seed_of
from ui.instructors import hosting, sheets


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("", Problem(activation="tanh")),
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
def test_the_network_of_the_sheets_is_that_of_the_link_and_a_students_link_has_it_too(asked, problem):
    assert sheets.problem_of(asked) == problem
    linked = urlencode(sheets.student_query(problem))
    assert sheets.problem_of(f"http://lab/derivation?{linked}") == problem
    assert linked.endswith("lock=1&open=&sheet=1")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("seven", "The network is 'seven'; allowed: a link to the derivation page."),
        ("7", "The network is '7'; allowed: a link to the derivation page."),
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


def test_every_student_has_a_locked_link_of_their_own_that_does_not_come_without_the_key():
    key, problem = key_of("a secret"), sheets.problem_of("")
    rows = list(csv.DictReader(io.StringIO(sheets.class_table("http://lab", key, 3, problem))))
    assert [row["student"] for row in rows] == ["1", "2", "3"]
    for row in rows:
        seed = seed_of(row["student"], key)
        assert row["link"].startswith(f"http://lab/derivation?init_seed={seed}&")
        assert "lock=1&open=&sheet=1" in row["link"]
    other = list(csv.DictReader(io.StringIO(sheets.class_table("http://lab", key_of("2"), 3, problem))))
    assert {row["link"] for row in rows}.isdisjoint(row["link"] for row in other)
