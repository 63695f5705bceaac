"""The instructor's handouts: the problem of a sheet, its solutions, and a class's table and archive."""

import contextlib
import csv
import io
import re
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from lab.assignment import key_of
from lab.derivation import Problem, derive, sheet
from lab.sheets.names import seed_of
from ui.instructors import hosting, links, sheets


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


STUDENTS = ("1", "2", "Zoë, B.")


class Part(contextlib.nullcontext):
    """A column of the page, in which a key has been typed."""

    def text_input(self, label, *_, **__):
        return "a key" if "Key" in label else ""

    def number_input(self, *_, **__):
        return 3

    def container(self):
        return self


@pytest.mark.parametrize(
    ("students", "called"), [(("1", "2", "3"), "student 1"), (("Ann Oz", "Bo"), "Ann Oz"), ((), "")]
)
def test_the_page_of_the_first_student_has_the_numbers_that_the_classs_table_gives(
    monkeypatch, students, called
):
    offered, parts = [], (Part(), Part())
    monkeypatch.setattr(sheets.st, "columns", lambda *_, **__: parts)
    monkeypatch.setattr(sheets.st, "caption", offered.append)
    monkeypatch.setattr(sheets, "built", lambda: SimpleNamespace(own_key="a key"))
    monkeypatch.setattr(sheets, "read_key", lambda typed: typed)
    monkeypatch.setattr(sheets.links, "offer", lambda *link: offered.append(link))
    monkeypatch.setattr(sheets.links, "base", lambda: "http://lab")
    monkeypatch.setattr(sheets, "_download", lambda place, label, content, *_: offered.append(content))
    monkeypatch.setattr(sheets.class_list, "choose", lambda n: (students, ["chapters", n]))
    monkeypatch.setattr(sheets.class_list, "draw", lambda *of: offered.append(of))
    monkeypatch.setattr(sheets, "_draw_solutions", lambda *of: offered.append(of))
    sheets.draw()
    problem = Problem(activation="tanh")
    assert offered[-2:] == [("a key", problem), sheets.WHAT_IS_LEFT]
    if not students:
        assert len(offered) == 2
        return
    (label, page, query), table, zipped = offered[:-2]
    assert zipped == ("a key", students, ["chapters", 3], problem)
    assert (label, page) == (f"Open as {called}", "derivation")
    assert query["init_seed"] == str(seed_of(students[0], "a key"))
    lines = table.splitlines()
    assert [line.partition(",")[0] for line in lines] == ["student", *students]
    assert urlencode(query) in lines[1]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("seven", "The network is 'seven'; allowed: a link to the derivation page."),
        ("7", "The network is '7'; allowed: a link to the derivation page."),
        ("http://lab/derivation?d=9", "d is '9'; allowed: whole numbers from 1 to 4."),
        ("?l1=0.1;0;1", "l1 is (0.1, 0.0, 1.0); allowed: one number, or one per layer: 2."),
        ("?init_seed=<b>", "init_seed is '<b>'; allowed: a whole number, such as 0."),
        ("?d=5", "d is '5'; allowed: whole numbers from 1 to 4."),
        ("?d=0", "d is '0'; allowed: whole numbers from 1 to 4."),
        ("?d=04", "d is '04'; allowed: whole numbers from 1 to 4."),
        ("?d=\u0664", "d is '\u0664'; allowed: whole numbers from 1 to 4."),
        ("http://lab/home", "The network is 'http://lab/home'; allowed: a link to the derivation page."),
        (
            "http://lab/decision_boundary?activation=relu&l2=0.1",
            "The network is 'http://lab/decision_boundary?activation=relu&l2=0.1'; allowed: a link to the "
            "derivation page.",
        ),
        ("http://lab/derivation?noise=3", "The link has a parameter that is unknown here: 'noise'."),
        (
            "?hidden_layer_size=5,4&dept=3&d=2",
            "The link has parameters that are unknown here: 'hidden_layer_size', 'dept' (did you mean "
            "depth?).",
        ),
        ("?v=9&d=2", "v is '9'; allowed: 1 or 2, the version of this link's format."),
    ],
)
def test_a_sheet_that_there_is_not_gets_one_sentence(asked, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        sheets.problem_of(asked)


@pytest.mark.parametrize(
    ("link", "network"),
    [
        ("http://lab/derivation", {}),
        ("http://lab/a/derivation/?step=loss", {}),
        ("http://lab/derivation?embed=true&view=x&lines=Some&lock=1&utm_source=x", {}),
        ("http://lab/derivation?v=1&l2=0,1", {"l2": (0.0, 1.0)}),  # its commas separate the layers
        ("http://lab/derivation?v=2&l2=0;1", {"l2": (0.0, 1.0)}),
    ],
)
def test_a_link_has_the_network_that_its_page_would_open_with(link, network):
    assert sheets.problem_of(link) == Problem(activation="tanh", **network)


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ({}, key_of("a secret")),  # before the box was drawn
        ({"_sheet_key": key_of("another").lower()}, key_of("another")),
        ({"_sheet_key": "7"}, ""),
        ({"_sheet_key": ""}, ""),  # the sheets refuse it too
    ],
)
def test_the_key_of_sheets_and_quizzes_is_the_one_in_the_box(monkeypatch, state, key):
    monkeypatch.setattr(sheets, "built", lambda: SimpleNamespace(own_key=key_of("a secret")))
    monkeypatch.setattr(sheets.st, "session_state", state)
    assert sheets.own_key() == key


def test_the_memory_of_the_server_is_told_in_units_of_1024(monkeypatch, tmp_path):
    monkeypatch.setattr(hosting, "STATUS", tmp_path / "status")
    assert hosting.memory() == ""
    (tmp_path / "status").write_text("Name:\té\nVmRSS:\t  2097152 kB\n", encoding="utf-8")
    assert hosting.memory().startswith("This server uses 2,048 MB at the moment")


@pytest.mark.parametrize("status", ["", "Name:\tx\nVmSize:\t  2048 kB\n", "VmRSS:\tmuch kB\n"])
def test_a_status_that_does_not_tell_the_memory_says_nothing(monkeypatch, tmp_path, status):
    (tmp_path / "status").write_text(status)
    monkeypatch.setattr(hosting, "STATUS", tmp_path / "status")
    assert hosting.memory() == ""


def test_of_very_many_parameters_of_a_link_none_is_read():
    many = "&".join(["d=2"] * 101)
    for page in ("", "http://lab/derivation"):
        with pytest.raises(ValueError, match="allowed: a link to the derivation page"):
            sheets.problem_of(f"{page}?{many}")
    assert sheets.problem_of("?" + "&".join(["d=2"] * 100)).d == 2


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://lab.org/instructors", "https://lab.org"),
        ("https://lab.org/a/course/instructors?part=Links&x=a/b", "https://lab.org/a/course"),
        (None, ""),
    ],
)
def test_the_links_begin_with_the_apps_address_wherever_it_is_hosted(monkeypatch, url, base):
    monkeypatch.setattr(links.st, "context", SimpleNamespace(url=url))
    assert links.base() == base
    link = links.address(links.base(), "derivation", {"h": ["1", "2"], "q": "a&b ü"})
    assert link == f"{base}/derivation?h=1&h=2&q=a%26b+%C3%BC"


def test_a_link_opens_within_the_app_and_is_shown_whole(monkeypatch):
    drawn = []
    monkeypatch.setattr(links.st, "context", SimpleNamespace(url="https://lab.org/a/instructors?part=Links"))
    monkeypatch.setattr(links.st, "link_button", lambda *what, icon: drawn.append(what))
    monkeypatch.setattr(links.st, "code", lambda text, **_: drawn.append(text))
    links.offer("Open it", "derivation", {"lock": "1"})
    assert drawn == [("Open it", "derivation?lock=1"), "https://lab.org/a/derivation?lock=1"]


def test_the_solutions_are_of_the_problem_and_name_the_student():
    problem = sheets.problem_of("?d=3&init_seed=5")
    found = sheets.solutions(problem, "Ann")
    assert found.startswith("# Solutions of the sheet of Ann")
    assert found.partition("\n\n")[2] == sheet(problem, derive(problem))[1].partition("\n\n")[2]
    assert found != sheets.solutions(sheets.problem_of("?d=3&init_seed=6"), "Ann")


@pytest.mark.parametrize("student", ["1", " Zoë "])
def test_the_solutions_to_download_are_those_of_the_students_own_numbers(monkeypatch, student):
    class Column(contextlib.nullcontext):
        def text_input(self, *_, **__):
            return student

    offered, problem = [], Problem(K=4, seed=99)
    monkeypatch.setattr(sheets.st, "columns", lambda *_, **__: (Column(), Column()))
    monkeypatch.setattr(sheets.st, "download_button", lambda *what, **_: offered.append(what))
    sheets._draw_solutions("a key", problem)
    ((label, text, name, mime),) = offered
    own = Problem(K=4, seed=seed_of(student.strip(), "a key"))
    assert text() == sheet(own, derive(own), f"the sheet of {student.strip()}")[1]
    assert (label, name, mime) == (
        "Solutions of this sheet (.md)",
        "backpropagation-solutions.md",
        "text/markdown",
    )
    student = "  "
    sheets._draw_solutions("a key", problem)
    assert len(offered) == 1, "nobody has no sheet"


def test_every_student_has_a_locked_link_of_their_own_that_does_not_come_without_the_key():
    key, problem = key_of("a secret"), sheets.problem_of("")
    rows = list(csv.DictReader(io.StringIO(sheets.class_table("http://lab", key, STUDENTS, problem))))
    assert [row["student"] for row in rows] == list(STUDENTS)
    for row in rows:
        seed = seed_of(row["student"], key)
        assert row["link"].startswith(f"http://lab/derivation?init_seed={seed}&")
        assert "lock=1&open=&sheet=1" in row["link"]
    other = list(
        csv.DictReader(io.StringIO(sheets.class_table("http://lab", key_of("2"), STUDENTS, problem)))
    )
    assert {row["link"] for row in rows}.isdisjoint(row["link"] for row in other)
