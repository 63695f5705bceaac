"""The page for instructors: its links mean what the question says, and every one of them opens."""

import io
import re
import zipfile
from urllib.parse import urlsplit

import pytest
import streamlit as st
from test_architecture import ROOT
from visiting import (
    charts,
    hold,
    labels,
    links,
    opened,
    parts,
    press,
    query_of,
    sentences,
    text,
    turned,
    widget,
)

from lab.assignment import KINDS, Assignment, Task, key_of, link_text, read_link, student_seed, unlocks
from lab.assignment.key import digest_of
from lab.derivation import CHAPTERS, Problem, derive, sheet
from lab.links.fields import FIELDS
from lab.links.pages import PAGES, SIZES
from lab.questions.rooms import rooms
from lab.sheets import folder
from lab.sheets.names import seed_of
from ui.instructors import building, one_question, sheets
from ui.instructors import parts as instructors_parts
from ui.training.progress import at_once

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
def links_page():
    """One visit of many: each test sets all that it depends on."""
    return opened(PAGE, {"part": "Links"})


def keys_of(app):
    known = FIELDS.keys() | SIZES.keys() | {"examples", "scheme", "h", "precision", "which", "bug", "mode"}
    return {getattr(part, "key", None) for part in parts(app)} & known


@pytest.mark.parametrize("about", ROOMS)
def test_the_link_of_every_room_opens_and_a_locked_one_shows_what_is_left_open_alone(links_page, about):
    room = ROOMS[about]
    app = hold(links_page, _room=about)
    (page, query), *_ = given(app)
    assert f"pages/{page}.py" == room.script
    assert (ROOT / room.script).is_file()
    assert "lock" not in query
    left_open = one_question.openable(page)
    locked = one_question.assignment(room, room.questions[0], left_open)
    student = follow(page, locked)
    assert sentences(student) == []
    assert keys_of(student) == set(left_open)
    asked = text(student)
    assert room.questions[0].question in asked
    assert any(one.key == "_asked_first" for one in student.get("button_group")), "it waits for an answer"


@pytest.mark.slow
def test_a_locked_link_leaves_open_what_was_chosen_and_asks_its_question():
    app = opened(PAGE, {"part": "Links"})
    app = hold(hold(app, _question="What does one hidden unit draw?"), _lock_it=True)
    (_, query), *_ = given(app)
    assert query["open"] == "learning_rate"
    (page, query), *_ = given(hold(app, _left_open_decision_boundary=["epochs", "learning_rate"]))
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
    app = opened(room.script, one_question.assignment(room, preset, []) | small)
    untrained = len(app.get("vega_lite_chart"))
    labels = [one.label for one in app.get("button_group")]
    assert "Choose the initializers that you expect to learn, then train." in labels
    app = hold(app, train=True)
    assert "After 1 epoch" in text(app)
    assert len(app.get("vega_lite_chart")) > untrained


@pytest.mark.parametrize("part", dict.fromkeys(instructors_parts.SECTIONS.values()))
def test_a_part_has_the_sections_that_links_lead_to_and_its_links_can_be_opened_as_a_student(part):
    app = opened(PAGE, {"part": part})
    headings = {re.sub("[^a-z]+", "-", one.value.lower()).strip("-") for one in app.subheader}
    assert headings >= {anchor for anchor, of in instructors_parts.SECTIONS.items() if of == part}
    shown = [one for one in parts(app) if one.type in ("link_button", "code")]
    buttons = [n for n, one in enumerate(shown) if one.type == "link_button"]
    assert len(buttons) == {"Links": 1, "Class": 3, "Sheets": 1}.get(part, 0)
    for n in buttons:
        label = shown[n].proto.label
        assert label.endswith(("as a student", "as student 1")) or label == "Project the answers"
        assert not urlsplit(shown[n].proto.url).netloc, "the server that the page is on"
        assert read(shown[n].proto.url) == read(shown[n + 1].value)


def test_the_link_of_a_hunt_opens_it():
    app = hold(opened(PAGE, {"part": "Class"}), _class_hunt=42)
    *_, (page, query) = given(app)
    hunting = follow(page, query)
    assert widget(hunting, "hunt").value == 42
    assert "Somebody wrote this program" in text(hunting)


KEY = key_of("a secret")


def test_the_solutions_of_a_sheet_are_those_of_the_key_and_the_student_alone(offered):
    app = hold(opened(PAGE, {"part": "Sheets"}), _sheet_key=KEY.lower(), _sheet_of="Ann ")
    found = offered["Solutions of this sheet (.md)"][0]()
    own = Problem(activation="tanh", seed=seed_of("Ann", KEY))
    assert found.partition("\n")[0] == "# Solutions of the sheet of Ann"
    assert found.partition("\n\n")[2] == sheet(own, derive(own))[1].partition("\n\n")[2]
    hold(app, _sheet_key=key_of("another"))
    assert offered["Solutions of this sheet (.md)"][0]() != found
    offered.clear()
    for key in ("7", ""):
        app = hold(app, _sheet_key=key)
        (sentence,) = [one for one in sentences(app) if one.startswith("key is")]
        assert sentence.startswith(f"key is '{key}'; allowed: four groups of four letters and digits")
        assert not any(label.startswith("Make the quiz") for label in labels(app))
        assert offered == {}


def test_nothing_of_a_part_that_is_closed_is_computed_and_its_widgets_keep_their_values(monkeypatch):
    app = hold(opened(PAGE, {"part": "Sheets"}), _students=4)
    asked = [next(step.key for step in derive(Problem(), (CHAPTERS[1],)))]
    app = hold(app, _quiz_steps_1=asked)
    assert [one.value for one in app.subheader] == ["A sheet for every student?", "A quiz in Moodle?"]
    monkeypatch.setattr(sheets, "draw", lambda: pytest.fail("the part is closed"))
    app = turned(app, "Class")
    assert [one.value for one in app.subheader] == ["What does the class think?", "Which bug is hidden?"]
    monkeypatch.undo()
    app = turned(app, "Sheets")
    assert (widget(app, "_students").value, widget(app, "_quiz_steps_1").value) == (4, asked)


def test_a_part_that_there_is_not_is_the_first():
    app = opened(PAGE, {"part": "Garbled"})
    assert not app.exception
    assert "no task yet" in text(app)


@pytest.mark.slow
def test_the_sheet_in_the_archive_is_that_of_the_students_link_which_offers_no_solutions(monkeypatch):
    problem = Problem(activation=PAGES["derivation"].defaults["activation"])
    zipped = at_once(folder.sheets({"1": 5}, problem))
    with zipfile.ZipFile(io.BytesIO(zipped)) as file:
        title, name, rest = file.read("tasks/001-1.md").decode().split("\n\n", 2)
    assert title == "# Backpropagation by hand", "the seed would lead to the solutions"
    tasks = f"{title}, problem 5\n\n{rest}".removesuffix("\n")
    assert name == "` 1 `"
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


def test_what_the_page_tells_to_install_or_run_is_there():
    commands = next(code.value for code in opened(PAGE, {"part": "Server"}).code if "pip" in code.value)
    for name in re.findall(r"\b\w+\.(?:lock|txt|py)\b", commands):
        assert (ROOT / name).is_file(), name
    for module in re.findall(r"-m (\w+\.\w+)", commands):
        assert (ROOT / (module.replace(".", "/") + ".py")).is_file(), module


def test_the_measurement_of_many_visitors_is_told_to_start_a_server_of_its_own():
    commands = next(code.value for code in opened(PAGE, {"part": "Server"}).code if "pip" in code.value)
    (line,) = [one for one in commands.splitlines() if "benchmarks.load" in one]
    assert "Server()" in (ROOT / "benchmarks/load.py").read_text(encoding="utf-8"), "not the one that runs"
    assert line.endswith("# instead: how many visitors its own server can handle at once")


@pytest.mark.slow
@pytest.mark.parametrize("page", ["derivation", "gradient_check", "bug_lab"])
def test_a_locked_page_opens_its_experiment_with_the_answer(page):
    room = next(one for one in ROOMS.values() if one.page == page)
    student = follow(page, one_question.assignment(room, room.questions[0], []))
    assert charts(student) == []
    (pills,) = [one for one in student.get("button_group") if one.key == "_asked_first"]
    student = pills.set_value(0).run()
    assert not student.exception
    right = [choice for choice in room.questions[0].choices if f"**{choice}" in text(student)]
    assert len(right) == 1
    assert len(charts(student)) > 0
    assert keys_of(student) == set()


def test_a_task_is_chosen_previewed_added_moved_and_removed():
    app = opened(PAGE, {})
    assert "no task yet" in text(app)
    assert "until you reload" not in text(app)
    preset = next(one for room in rooms() for one in room.questions)
    listed = next(one.value for one in app.markdown if one.value.startswith("- "))
    assert sorted(listed.splitlines()) == sorted(f"- {choice}" for choice in preset.choices)
    app = press(app, "Add this task")
    assert isinstance(assigned(app).tasks[0].points, int), "so that the link is short"
    assert "until you reload or close the page. To go on later, save the file and your key" in text(app)
    assert "the order of its choices depends on the student" in text(app)
    app = hold(app, _kind="hunt")
    assert "**Bug hunt" in text(app), "the preview"
    assert "to give.*" not in text(app)
    app = press(hold(app, _points=2.5, _shown="nothing"), "Add this task")
    app = hold(app, _kind="homework")
    (task,) = KINDS["homework"].catalogue()[:1]
    n = len(KINDS["homework"].ask(Task("homework", task.subject), 1).numbers)
    assert f"*{n} numbers to give.*" in text(app)
    app = press(app, "Add this task")
    assert "3 tasks, 6 points" in text(app)
    unusable = {one.key for one in app.button if one.disabled}
    assert unusable >= {"_Up_0", "_Down_2"}
    assert not unusable & {"_Down_0", "_Up_1", "_Down_1", "_Up_2", "_Remove_0", "_Remove_1", "_Remove_2"}
    assert [task.kind for task in assigned(app).tasks] == ["question", "hunt", "homework"]
    assert (assigned(app).tasks[1].points, assigned(app).tasks[1].shown) == (2.5, "nothing")
    app = hold(app, _tolerance_2=5.0, _title_0="Week 5")
    assert (assigned(app).title, assigned(app).tasks[2].tolerance) == ("Week 5", 0.05)
    next(one for one in app.button if one.key == "_Up_2").click()
    app.run()
    assert [task.kind for task in assigned(app).tasks] == ["question", "homework", "hunt"]
    next(one for one in app.button if one.key == "_Remove_0").click()
    app.run()
    assert [task.kind for task in assigned(app).tasks] == ["homework", "hunt"]
    assert assigned(app).tasks[0].tolerance == 0.05
    assert not app.exception


def assigned(app):
    """The assignment of the student's link on the page."""
    _, query = next((page, query) for page, query in given(app) if page == "assignment")
    return read_link(query["tasks"])


def test_the_same_task_twice_is_refused_but_a_chapter_gives_another_question():
    app = hold(opened(PAGE, {}), _kind="hunt")
    app = press(press(app, "Add this task"), "Add this task")
    assert sentences(app) == ["Task 2 is task 1 again; allowed: each task once."]
    app = press(press(hold(app, _kind="chapter"), "Add this task"), "Add this task")
    assert sentences(app) == []
    assert [task.subject.get("number") for task in assigned(app).tasks] == [None, None, 1]


def test_a_drawn_task_that_can_repeat_another_ones_question_is_warned_of():
    chapter = "Functions and their slopes"
    app = press(hold(opened(PAGE, {}), _kind="chapter"), "Add this task")
    assert sentences(app) == []
    any_question = {f"_offer_chapter_{chapter}": f"{chapter}: any question, drawn"}
    app = press(hold(app, **any_question), "Add this task")
    (sentence,) = sentences(app)
    assert sentence.startswith("Task 2 may draw the same question as task 1, with the same numbers.")
    assert len(assigned(app).tasks) == 2, "it is not refused"


def test_the_key_opens_the_solutions_of_a_students_numbers_and_nothing_else_does(offered):
    app = press(hold(opened(PAGE, {}), _kind="step"), "Add this task")
    key = next(code.value for code in app.code if re.fullmatch("(....-){3}....", code.value))
    assert unlocks(assigned(app), key)
    own = assigned(app)
    hold(app, _solved_for="Ann")
    assert "Solutions for this student (.md)" in offered, "the page that has drawn the key knows it"
    offered.clear()
    app = hold(opened(PAGE, {}), _assignment_link=link_text(own))
    app = hold(press(app, "Open it"), _key="AAAA-BBBB-CCCC-DDDD")
    (sentence,) = sentences(app)
    assert sentence.startswith("That key does not belong to this assignment")
    assert "Solutions for this student (.md)" not in offered
    app = hold(hold(app, _key=key.lower()), _solved_for="Ann")
    assert sentences(app) == []
    found = offered["Solutions for this student (.md)"][0]()
    (task,) = assigned(app).tasks
    assert KINDS["step"].solve(task, student_seed(assigned(app), "Ann")).in_words in found


def test_an_assignment_is_opened_again_with_its_key_and_what_is_none_is_refused_in_a_sentence():
    key = key_of("secret")
    task = Task("hunt", {"hunt": True}, points=7)
    old = Assignment("From last year", (task,), key=digest_of(key))
    app = hold(opened(PAGE, {}), _assignment_link=f"http://here/assignment?tasks={link_text(old)}")
    app = press(app, "Open it")
    assert assigned(app) == old
    assert not any(re.fullmatch("(....-){3}....", code.value) for code in app.code), "nobody knows its key"
    assert "To go on later, save the file below" in text(app)
    app = hold(app, _key=key)
    assert sentences(app) == []
    assert widget(app, "_solved_for").value == ""
    app = press(hold(app, _assignment_link="http://here/assignment?tasks=garbled"), "Open it")
    (sentence,) = sentences(app)
    assert sentence.startswith("The assignment's link is cut off, or one of its characters is wrong")
    assert assigned(app) == old, "nothing is lost"


@pytest.mark.parametrize(("points", "tolerance"), [(0.25, 0.0005), (2.75, 1 / 30), (1.0, 0.5)])
def test_an_assignment_that_is_opened_stays_the_same_until_a_setting_is_changed(points, tolerance):
    number = next(offer.subject for offer in KINDS["step"].catalogue() if offer.subject["asks"] == "number")
    old = Assignment("From last year", (Task("step", number, points, tolerance),))
    app = press(hold(opened(PAGE, {}), _assignment_link=link_text(old)), "Open it")
    assert not app.exception
    assert assigned(app) == old
    assert assigned(app).digest == old.digest, "hand-ins name the assignment by it"
    (box,) = [one for one in app.number_input if one.key.startswith("_points_")]
    box.set_value(3.0)
    app.run()
    assert [task.points for task in assigned(app).tasks] == [3]
    assert assigned(app).tasks[0].tolerance == tolerance


@pytest.mark.parametrize(
    ("name", "contents", "said"),
    [
        ("a.json", b"{", "The assignment is not valid JSON, so it cannot be read."),
        ("a.json", b"\xff\xfe{\x00}\x00", "The file is not text in UTF-8; allowed: an assignment's file"),
        ("[x](http://y).json", b" " * 40_000, "The file '[x](http://y).json' has 40,000 bytes; allowed"),
        ("a.json", b'{"format": "backprop-lab hand-in"}', "This is not a Backprop Lab assignment"),
    ],
)
def test_a_file_that_is_no_assignment_is_refused_in_a_sentence(name, contents, said):
    class File(io.BytesIO):
        size = len(contents)

    file = File(contents)
    file.name = name
    with pytest.raises(ValueError, match=re.escape(said)):
        building.of_file(file)
