"""The page for instructors: its links mean what the question says, and every one of them opens."""

import csv
import io
import re
import zipfile
from urllib.parse import urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from test_architecture import ROOT
from visiting import hold, links, opened, parts, query_of, sentences, text, widget

from lab.derivation import Problem
from lab.links.fields import FIELDS
from lab.questions.rooms import rooms
from ui.instructors import builder, handouts

PAGE = "pages/instructors.py"
ROOMS = {room.about: room for room in rooms()}


def read(link):
    """(page, its parameters) of an address."""
    return urlsplit(link).path.strip("/"), query_of(link)


def given(app):
    """The links that the page shows to be copied: the assignment's, the hunt's, a sheet's."""
    return [read(link) for link in links(app)]


def follow(page, query):
    """The page that a link leads to, as its first visitor sees it."""
    app = opened(f"pages/{page}.py", query)
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def builder_page():
    """One visit of many: each test sets all that it depends on."""
    return opened(PAGE, {})


def keys_of(app):
    return {getattr(part, "key", None) for part in parts(app)} & FIELDS.keys()


@pytest.mark.parametrize("about", ROOMS)
def test_the_link_of_every_room_opens_and_a_locked_one_shows_what_is_left_open_alone(builder_page, about):
    room, small = ROOMS[about], {"n_samples": "100", "epochs": "1"}
    app = hold(builder_page, _room=about)
    (page, query), *_ = given(app)
    assert f"pages/{page}.py" == room.script
    assert (ROOT / room.script).is_file()
    assert "lock" not in query
    if handouts.openable(room):
        locked = handouts.assignment(room, room.questions[0], handouts.OPENABLE)
        student = opened(room.script, locked | {name: small[name] for name in locked.keys() & small})
        assert sentences(student) == []
        assert keys_of(student) == set(handouts.OPENABLE)
    else:
        assert sentences(follow(page, query)) == []
        assert not any(toggle.key == "_lock_it" for toggle in app.toggle)


def test_a_locked_link_leaves_open_what_was_chosen_and_asks_its_question():
    app = hold(hold(opened(PAGE, {}), _question="What does one hidden unit draw?"), _lock_it=True)
    (_, query), *_ = given(app)
    assert query["open"] == "learning_rate"
    (page, query), *_ = given(hold(app, _left_open=["epochs", "learning_rate"]))
    assert (query["lock"], query["open"]) == ("1", "learning_rate,epochs")
    student = follow(page, query | {"epochs": "3"})
    assert sentences(student) == []
    assert keys_of(student) == {"learning_rate", "epochs"}
    assert widget(student, "epochs").value == 3
    asked = "**What does one hidden unit draw?**  \n*Predict first:* How many straight pieces"
    assert any(one.value.startswith(asked) for one in student.markdown)
    other = follow(page, query | {"epochs": "3", "activation": "gelu"})
    assert not any(one.value.startswith(asked) for one in other.markdown), "another experiment"


def test_a_locked_initialization_link_asks_first_and_trains_at_the_students_word():
    room = next(one for one in ROOMS.values() if one.page == "initialization")
    preset = next(one for one in room.questions if one.changes.get("train"))
    small = {"n_samples": "100", "epochs": "1", "seeds": "1"}
    app = opened(room.script, handouts.assignment(room, preset, []) | small)
    untrained = len(app.get("vega_lite_chart"))
    assert "Choose those that will, then train." in [one.label for one in app.get("button_group")]
    app = hold(app, train=True)
    assert "After 1 epoch" in text(app)
    assert len(app.get("vega_lite_chart")) > untrained


def test_every_link_can_be_opened_as_a_student_before_it_is_copied():
    app = hold(hold(opened(PAGE, {}), _lock_it=True), _first_seed=5, _class_hunt=42)
    shown = [part for part in parts(app) if part.type in ("link_button", "code")]
    buttons = [n for n, part in enumerate(shown) if part.type == "link_button"]
    assert len(buttons) == 3
    for n in buttons:
        assert "as a student" in shown[n].proto.label
        assert not urlsplit(shown[n].proto.url).netloc, "the server that the page is on"
        assert read(shown[n].proto.url) == read(shown[n + 1].value)
    _, (page, query), sheet = given(app)
    assert sheet == ("derivation", {"init_seed": "5"})
    hunting = follow(page, query)
    assert widget(hunting, "hunt").value == 42
    assert "Somebody wrote this program" in text(hunting)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("5", Problem(activation="tanh", seed=5)),
        ("http://lab/derivation?init_seed=5&l1=0.1;0.2", Problem(activation="tanh", seed=5, l1=0.1)),
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
    assert handouts.problem_of(asked) == problem
    assert handouts.solutions(problem).startswith(f"# Solutions of problem {problem.seed}\n")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("seven", "The sheet is 'seven'; allowed: a seed such as 7, or a link to the derivation page."),
        ("-1", "The sheet is '-1'; allowed: a seed such as 7, or a link to the derivation page."),
        ("9" * 30, f"init_seed is '{'9' * 30}'; allowed: whole numbers of up to 18 digits."),
        ("http://lab/derivation?d=9", "d is '9'; allowed: whole numbers from 1 to 4."),
        ("?init_seed=<b>", "init_seed is '<b>'; allowed: a whole number, such as 0."),
    ],
)
def test_a_sheet_that_there_is_not_gets_one_sentence(asked, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        handouts.problem_of(asked)


def test_the_page_offers_the_solutions_of_a_sheet_and_refuses_what_is_none_in_a_sentence(builder_page):
    app = hold(builder_page, _sheet="http://lab/derivation?init_seed=9&d=3")
    labels = [one.proto.label for one in app.get("download_button")]
    assert labels[2:] == ["Solutions of seed 9 (.md)"]
    app = hold(app, _sheet="seven")
    (sentence,) = sentences(app)
    assert sentence.startswith("The sheet is 'seven'; allowed: ")
    assert len(app.get("download_button")) == 2


def test_the_memory_of_the_server_is_told_in_units_of_1024(monkeypatch, tmp_path):
    monkeypatch.setattr(builder, "STATUS", tmp_path / "status")
    assert builder.memory() == ""
    (tmp_path / "status").write_text("Name:\tx\nVmRSS:\t  2097152 kB\n")
    assert builder.memory().startswith("This server holds 2,048 MB at the moment")


def test_every_student_has_a_link_and_a_sheet_of_their_own():
    rows = list(csv.DictReader(io.StringIO(handouts.class_table("http://lab", 5, 3))))
    assert [(row["student"], row["seed"]) for row in rows] == [("1", "5"), ("2", "6"), ("3", "7")]
    for row in rows:
        assert read(row["link"]) == ("derivation", {"init_seed": row["seed"]})
    with zipfile.ZipFile(io.BytesIO(handouts.archive(5, 3))) as file:
        held = {name: file.read(name) for name in file.namelist()}
    assert set(held) == {
        f"{folder}/backpropagation-{seed}.md" for folder in ("tasks", "solutions") for seed in (5, 6, 7)
    }
    assert len(set(held.values())) == 6


def offering(tasks, seed):
    """A script of its own for AppTest: a sheet to download."""
    import streamlit as st

    st.download_button("Problem sheet", tasks, f"backpropagation-{seed}.md", "text/markdown")


def test_the_sheet_in_the_archive_is_that_of_the_students_link_which_offers_no_solutions():
    with zipfile.ZipFile(io.BytesIO(handouts.archive(5, 1))) as file:
        tasks = file.read("tasks/backpropagation-5.md").decode()
    ours = AppTest.from_function(offering, args=(tasks, 5)).run().get("download_button")[0]
    (theirs,) = follow("derivation", {"init_seed": "5", "lock": "1"}).get("download_button")
    assert theirs.proto.label == "Problem sheet"
    assert ours.proto.url == theirs.proto.url, "the address of a file is a digest of what it holds"
    for page in {room.page for room in ROOMS.values()} - {"derivation"}:
        assert "olutions" not in (ROOT / f"pages/{page}.py").read_text(encoding="utf-8")


def test_what_the_page_tells_to_install_or_run_is_there(builder_page):
    commands = next(code.value for code in builder_page.code if "pip" in code.value)
    for name in re.findall(r"\b\w+\.(?:lock|txt|py)\b", commands):
        assert (ROOT / name).is_file(), name
    for module in re.findall(r"-m (\w+\.\w+)", commands):
        assert (ROOT / (module.replace(".", "/") + ".py")).is_file(), module
