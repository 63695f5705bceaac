"""The page for instructors: its links mean what the question says, and every one of them opens."""

import io
import re
import zipfile
from urllib.parse import urlsplit

import pytest
import streamlit as st
from test_architecture import ROOT
from visiting import charts, hold, links, opened, parts, query_of, sentences, text, widget

from lab.links.fields import FIELDS
from lab.questions.rooms import rooms
from ui import instructors

pytestmark = pytest.mark.usefixtures("no_timeline")

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
    if instructors.openable(room):
        locked = instructors.assignment(room, room.questions[0], instructors.OPENABLE)
        student = opened(room.script, locked | {name: small[name] for name in locked.keys() & small})
        assert sentences(student) == []
        assert keys_of(student) == set(instructors.OPENABLE)
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
    assert charts(student) == [], "no answer is given before the student's"
    assert "straight line" not in text(student)
    pills = next(one for one in student.get("button_group") if one.key == "_asked_first")
    student = pills.set_value(0).run()
    assert "**One: right.**" in text(student)
    assert len(charts(student)) > 2
    assert keys_of(student) == {"learning_rate", "epochs"}
    other = follow(page, query | {"epochs": "3", "activation": "gelu"})
    assert not any(one.value.startswith(asked) for one in other.markdown), "another experiment"


def test_a_locked_initialization_link_asks_first_and_trains_at_the_students_word():
    room = next(one for one in ROOMS.values() if one.page == "initialization")
    preset = next(one for one in room.questions if one.changes.get("train"))
    small = {"n_samples": "100", "epochs": "1", "seeds": "1"}
    app = opened(room.script, instructors.assignment(room, preset, []) | small)
    untrained = len(app.get("vega_lite_chart"))
    labels = [one.label for one in app.get("button_group")]
    assert "Choose the initializers that you expect to learn, then train." in labels
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


def test_the_page_offers_the_solutions_of_a_sheet_and_refuses_what_is_none_in_a_sentence(builder_page):
    app = hold(builder_page, _sheet="http://lab/derivation?init_seed=9&d=3")
    labels = [one.proto.label for one in app.get("download_button")]
    assert labels[2:] == ["Solutions of seed 9 (.md)"]
    app = hold(app, _sheet="seven")
    (sentence,) = sentences(app)
    assert sentence.startswith("The sheet is 'seven'; allowed: ")
    assert len(app.get("download_button")) == 2


def test_the_sheet_in_the_archive_is_that_of_the_students_link_which_offers_no_solutions(monkeypatch):
    with zipfile.ZipFile(io.BytesIO(instructors.archive(5, 1))) as file:
        tasks = file.read("tasks/backpropagation-5.md").decode()
    offered = {}
    monkeypatch.setattr(
        st, "download_button", lambda label, data, *rest, **more: offered.update({label: data})
    )
    follow("derivation", {"init_seed": "5", "lock": "1"})
    assert [*offered] == ["Problem sheet"], "the deck would give the answers away"
    assert offered["Problem sheet"]() == tasks
    follow("derivation", {"init_seed": "5"})
    assert "backprop the_network output_delta number" in offered["Flash cards for Anki"]()
    for page in {room.page for room in ROOMS.values()} - {"derivation"}:
        assert "olutions" not in (ROOT / f"pages/{page}.py").read_text(encoding="utf-8")


def test_what_the_page_tells_to_install_or_run_is_there(builder_page):
    commands = next(code.value for code in builder_page.code if "pip" in code.value)
    for name in re.findall(r"\b\w+\.(?:lock|txt|py)\b", commands):
        assert (ROOT / name).is_file(), name
    for module in re.findall(r"-m (\w+\.\w+)", commands):
        assert (ROOT / (module.replace(".", "/") + ".py")).is_file(), module
