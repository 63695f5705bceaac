"""A class on the page for instructors: sheets for a class list, a quiz, and marks for what was handed in."""

import csv
import io
import json
import zipfile

import pytest
from handed_in import ASSIGNMENT, TASKS, handed_in
from quiz_files import read_gift, read_xml
from visiting import hold, labels, opened, plain, press, query_of, text, turned, widget

from lab.assignment import Assignment, key_of
from lab.assignment.key import digest_of
from lab.derivation import CHAPTERS, Problem, derive, sheet
from lab.sheets.names import seed_of

pytestmark = pytest.mark.usefixtures("no_timeline")

PAGE = "pages/instructors.py"
SHORT = Assignment("Two tasks", TASKS[:2])
KEY = key_of("a secret")


def uploader(app, label):
    return next(one for one in app.file_uploader if one.label.startswith(label))


def give(app, label, *files):
    """The page with files in an upload box, pairs (name, content)."""
    uploader(app, label).set_value([(name, content, "text/plain") for name, content in files])
    return app.run()


def told(app):
    return [plain(one.value) for one in (*app.error, *app.warning, *app.info)]


@pytest.fixture
def page():
    return opened(PAGE, {"part": "Sheets"})


@pytest.fixture
def marking_page():
    return opened(PAGE, {"part": "Hand-ins"})


def test_a_class_list_becomes_sheets_with_names(page, offered):
    names = "Nachname;Matrikel\nÉmile <b>;12\n=cmd;34\n".encode("utf-16")
    app = hold(give(page, "Class list", ("class.csv", names)), _sheet_chapters=[CHAPTERS[1]])
    assert "2 students: Émile <b>, =cmd" in [plain(one.value) for one in app.caption]
    for place, students in ((1, "12, 34"), (0, "Émile <b>, =cmd")):
        column = next(one for one in app.selectbox if one.label == "Column with the students")
        app = column.set_value(place).run()
        assert f"2 students: {students}" in [plain(one.value) for one in app.caption]
    assert not any(label.startswith("Sheets") for label in offered)
    (button,) = [one for one in app.button if one.label.startswith("Make 2 sheets, about ")]
    app = button.click().run()
    assert not app.exception
    content, _ = offered["Sheets and solutions of 2 students (.zip)"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        table = list(csv.DictReader(io.StringIO(archive.read("class.csv").decode())))
        printed = archive.read("all-tasks.html").decode()
    assert [row["student"] for row in table] == ["Émile <b>", "'=cmd"]
    key = widget(app, "_sheet_key").value
    assert [int(row["seed"]) for row in table] == [seed_of("Émile <b>", key), seed_of("=cmd", key)]
    assert "Émile &lt;b&gt;" in printed
    assert printed.count("<h2>") == 2


def test_the_links_of_a_class_list_show_the_numbers_of_the_sheets_with_names(page, offered):
    app = hold(page, _sheet_key=KEY, _students=5)
    linked = list(csv.DictReader(io.StringIO(offered["Links of 5 students (.csv)"][0])))
    assert [row["student"] for row in linked] == list("12345")
    assert "The numbers come from the key and the student's number." in text(app)
    offered.clear()
    app = give(app, "Class list", ("class.csv", b"Name\nAnn Oz\n=cmd\n*Bo*\n"))
    assert [label for label in offered if label.startswith("Links")] == ["Links of 3 students (.csv)"]
    linked = list(csv.DictReader(io.StringIO(offered["Links of 3 students (.csv)"][0])))
    assert [row["student"] for row in linked] == ["Ann Oz", "'=cmd", "*Bo*"]
    seeds = [str(seed_of(name, KEY)) for name in ("Ann Oz", "=cmd", "*Bo*")]
    assert [query_of(row["link"])["init_seed"] for row in linked] == seeds
    (link,) = [one.value for one in app.code if "derivation?" in one.value]
    assert query_of(link)["init_seed"] == seeds[0]
    assert "Open as Ann Oz" in [plain(one.proto.label) for one in app.get("link_button")]
    assert "The numbers come from the key and the student's name in the class list." in text(app)


def test_namesakes_are_told_of(page):
    app = give(page, "Class list", ("class.csv", b"Name,Number\nAnna,1\nAnna,2\nBen,3\n"))
    (sentence,) = told(app)
    assert sentence.startswith("1 row repeats a student of this column; each student gets one sheet.")
    column = next(one for one in app.selectbox if one.label == "Column with the students")
    app = column.set_value(1).run()
    assert told(app) == []
    assert "Make 3 sheets" in " ".join(one.label for one in app.button)


def test_without_a_list_the_sheets_are_those_of_the_links(page, offered):
    app = hold(page, _students=1, _sheet_key=KEY, _sheet_chapters=[CHAPTERS[1]])
    (link,) = [one.value for one in app.code if "derivation?" in one.value]
    seed = seed_of("1", KEY)
    assert query_of(link)["init_seed"] == str(seed)
    app = press(app, "Make 1 sheet, about 1 s")
    content, _ = offered["Sheets and solutions of 1 student (.zip)"]
    problem = Problem(activation="tanh", seed=seed)
    tasks, _ = sheet(problem, derive(problem, (CHAPTERS[1],)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert tasks.partition("\n\n")[2] in archive.read("tasks/001-1.md").decode()
    again = hold(app, _students=2)
    assert not any(one.label.startswith("Sheets") for one in again.get("download_button"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The class list is empty"),
        ("\n".join(map(str, range(10_000))).encode(), "The class list has more than 3,000 rows"),
        (b"\x89PNG\0\0", "The class list is not a text file"),
    ],
)
def test_a_class_list_that_is_none_is_refused_in_one_sentence_and_the_page_works(page, content, sentence):
    app = give(page, "Class list", ("class.csv", content))
    assert not app.exception
    assert [one for one in told(app) if one.startswith(sentence)]
    assert not any(label.startswith("Links") for label in labels(app)), "of nobody"
    assert app.subheader[-1].value == "A quiz in Moodle?"


def test_a_quiz_is_made_for_moodle_with_the_chosen_steps_and_seeds(page, offered):
    many = hold(page, _sheet_key=KEY, _quiz_seeds=40)
    assert "Make the quiz, about 4 s" in labels(many)
    app = hold(many, _sheet_key=KEY, _quiz_seeds=2, _quiz_kinds="Numbers", _quiz_tolerance=1.0)
    steps = next(one for one in app.multiselect if one.label == "Steps")
    app = steps.set_value(["output_delta"]).run()
    pages = next(one for one in app.multiselect if one.label == "Questions of the pages")
    app = pages.set_value(pages.options[:6]).run()
    assert "Make the quiz, about 3 s" in labels(app), "half a second for each, and a tenth for each seed"
    app = next(one for one in app.multiselect if one.label == pages.label).set_value([]).run()
    app = press(app, "Make the quiz, about 1 s")
    content, _ = next(value for label, value in offered.items() if label == "2 questions for Moodle (.xml)")
    quizzes, faults = read_xml(content())
    assert faults == []
    found = []
    for number in (1, 2):
        variant = Problem(activation="tanh", seed=seed_of(f"quiz {number}", KEY))
        asked = derive(variant, (CHAPTERS[1],))
        (step,) = [step for step in asked if step.key == "output_delta"]
        found.append(next(ask.answer for ask in step.asks if ask.kind == "number"))
    assert [float(one.answers[0].answer) for one in quizzes] == found
    assert [one.answers[0].tolerance for one in quizzes] == pytest.approx([abs(one) / 100 for one in found])
    text_of_gift, _ = offered["2 questions in GIFT (.txt)"]
    assert read_gift(text_of_gift()) == quizzes


def test_hand_ins_are_marked_after_a_click_and_the_files_say_the_same(marking_page, offered):
    ada, ben = handed_in("Ada", assignment=SHORT), handed_in("Ben", assignment=SHORT, task_1="")
    rows = f"Wer,Code\n=Ada,{ada.code()}\nBen,{ben.code()}\nCem,{ada.code()[:-4]}\n"
    app = give(marking_page, "The assignment", ("assignment.json", SHORT.to_json().encode()))
    app = give(app, "Hand-ins", ("handins.csv", rows.encode("utf-16")))
    assert not app.exception
    assert "2 hand-ins to mark: about 1 s." in text(app)
    app = press(app, "Mark")
    assert not app.exception
    frame = app.dataframe[0].value
    assert frame["student"].tolist() == ["Ada", "Ben", "Cem"]
    assert frame["points"].tolist()[:2] == [3, 1]
    assert frame["to know"][2].startswith("The hand-in is cut off")
    assert any("1 row could not be read" in one for one in told(app))
    assert any(
        one.value.startswith("Task 1 (") and "1 of 1 answer right" in one.value for one in app.markdown
    )
    marks, _ = offered["Marks (.csv)"]
    (first, *_) = csv.DictReader(io.StringIO(marks().decode("utf-8-sig")))
    assert (first["student"], first["listed as"], first["points"]) == ("Ada", "'=Ada", "3")
    grades, _ = offered["For a gradebook (.csv)"]
    assert grades().decode().count("\n") == 4
    zipped, _ = offered["For Gradescope (.zip)"]
    with zipfile.ZipFile(io.BytesIO(zipped())) as archive:
        found = json.loads(archive.read("001-Ada/results.json"))
    assert sum(test["score"] for test in found["tests"]) == 3


@pytest.mark.parametrize(
    ("assignment", "hand_ins", "sentence"),
    [
        (None, b"x", "There is no assignment: give its file (.json), or open it under Assignment."),
        (b"{", b"x", "The assignment is not valid JSON, so it cannot be read."),
        (SHORT.to_json().replace('"version":1', '"version":9').encode(), b"x", "version is '9'; allowed: 1"),
        (SHORT.to_json().encode(), b"a,b\n1,2\n", "No column of the file of hand-ins contains hand-in codes"),
        (
            SHORT.to_json().encode(),
            b"x\n" * 10_001,
            "No column of the file of hand-ins contains hand-in codes",
        ),
        (
            SHORT.to_json().encode(),
            b"Code\n" + handed_in("Ada", assignment=SHORT).code().encode() + b"\nx" * 10_000,
            "The file of hand-ins has 10,001 rows; allowed: up to 200.",
        ),
    ],
)
def test_what_cannot_be_marked_is_refused_in_one_sentence(marking_page, assignment, hand_ins, sentence):
    app = give(marking_page, "The assignment", ("a.json", assignment)) if assignment else marking_page
    app = give(app, "Hand-ins", ("handins.csv", hand_ins))
    assert not app.exception
    assert [one for one in told(app) if one.startswith(sentence)], told(app)
    assert app.subheader[-1].value == "What have they handed in?"


def test_another_assignments_hand_in_is_refused_by_name(marking_page):
    app = give(marking_page, "The assignment", ("a.json", SHORT.to_json().encode()))
    app = press(
        give(app, "Hand-ins", ("ada.txt", handed_in("Ada", "1" * 5, ASSIGNMENT).code().encode())), "Mark"
    )
    assert app.dataframe[0].value["to know"][0].startswith("The hand-in of Ada is for another assignment")


def test_marks_tell_what_is_right_so_they_need_the_key_of_an_assignment_that_has_one(marking_page):
    locked = Assignment("Two tasks", TASKS[:2], key=digest_of(KEY))
    app = give(marking_page, "The assignment", ("a.json", locked.to_json().encode()))
    app = give(app, "Hand-ins", ("ada.txt", handed_in("Ada", assignment=locked).code().encode()))
    assert not any(one.label == "Mark" for one in app.button)
    assert "Type the key that was shown when this assignment was built" in text(app)
    app = hold(app, _key=key_of("another"))
    assert [one for one in told(app) if one.startswith("That key does not belong to this assignment")]
    assert not any(one.label == "Mark" for one in app.button)
    app = press(hold(app, _key=KEY), "Mark")
    assert app.dataframe[0].value["points"].tolist() == [3]


def test_hand_ins_are_still_there_when_their_part_is_opened_again_and_can_be_forgotten(marking_page):
    app = give(marking_page, "The assignment", ("a.json", SHORT.to_json().encode()))
    app = give(app, "Hand-ins", ("ada.txt", handed_in("Ada", assignment=SHORT).code().encode()))
    app = press(app, "Mark")
    app = turned(turned(app, "Class"), "Hand-ins")
    assert app.dataframe[0].value["points"].tolist() == [3]
    assert "1 row handed in to *Two tasks*." in [plain(one.value) for one in app.caption]
    app = press(app, "Forget them")
    assert not app.dataframe
