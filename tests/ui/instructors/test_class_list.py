"""The class list on the page: the students of the chosen column, how they are named, and what is refused."""

from types import SimpleNamespace

import pytest

from lab.cells import Unreadable
from lab.sheets import names
from ui.frame.visit import Visit
from ui.instructors import class_list


@pytest.fixture
def page(monkeypatch):
    """`said` and `warned`; `columns` offered, and the place of the one that is chosen, None: the first."""
    page = SimpleNamespace(said=[], warned=[], columns=[], chosen=None)

    def selectbox(label, options, index, *, format_func, key):
        page.columns.append([format_func(option) for option in options])
        return options[index if page.chosen is None else page.chosen]

    page.tab, page.buttons = Visit(), []
    monkeypatch.setattr(class_list, "visit", lambda: page.tab)
    monkeypatch.setattr(class_list.st, "button", lambda label, **_: page.buttons.append(label))
    monkeypatch.setattr(class_list.st, "selectbox", selectbox)
    monkeypatch.setattr(class_list.st, "caption", page.said.append)
    monkeypatch.setattr(class_list.st, "warning", lambda sentence, icon: page.warned.append(sentence))
    return page


def file_of(*lines):
    content = "\n".join(lines).encode()
    return SimpleNamespace(size=len(content), getvalue=lambda: content, file_id="1")


def drawn(key, n, problem):
    """The section with n students unless there is a list, as the page draws it."""
    students, chapters = class_list.choose(n)
    if students:
        class_list.draw(key, students, chapters, problem)


@pytest.mark.parametrize(
    ("students", "said"),
    [
        ("A", "1 student: A"),
        ("ABC", "3 students: A, B, C"),
        ("ABCD", "4 students: A, B, C, …"),
    ],
)
def test_up_to_three_students_are_named_and_more_are_counted(page, students, said):
    assert class_list._listed(file_of("Name", *students)) == tuple(students)
    assert [one.replace("\\", "") for one in page.said] == [said]
    assert (page.columns, page.warned) == ([], []), "there is one column, and nobody twice"


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        (["A,1", "B,2", ",3"], []),  # an empty cell repeats nobody
        (["A,1", "A,2", "B,3", ",4"], ["1 row repeats a student of this column"]),
        (["A,1", "a,2", "B,3", ",4"], ["1 row repeats a student of this column"]),
        (["A,1", "A,2", "B,3", "B,4", "A,5"], ["3 rows repeat a student of this column"]),
    ],
)
def test_rows_that_repeat_a_student_are_counted(page, rows, warned):
    assert class_list._listed(file_of("Name,Number", *rows)) == ("A", "B")
    assert [one.partition(";")[0] for one in page.warned] == warned


@pytest.mark.parametrize(
    ("students", "named"),
    [
        (["Ann Lee", "AnnLee", "Ben"], ["'Ann Lee' and 'AnnLee'."]),
        (
            ["Ann Lee", "annlee", "AnnL ee", "B b", "Bb"],
            ["'Ann Lee', 'annlee' and 'AnnL ee'; 'B b' and 'Bb'."],
        ),
        (["Ann Lee", "Anne Lee", "Ann Leë"], []),
    ],
)
def test_names_that_differ_only_in_spaces_or_capitals_are_told(page, monkeypatch, students, named):
    monkeypatch.setattr(
        class_list, "show_sentence", lambda show, sentence, icon: page.warned.append(sentence)
    )
    assert class_list._listed(file_of("Name", *students)) == tuple(students)
    words = "These names differ only in spaces or capitals: "
    assert [one.removeprefix(words).partition(" Each")[0] for one in page.warned] == named


def test_the_students_are_those_of_the_chosen_column_at_first_the_one_that_names_them(page):
    file = file_of("Number,Student,Group", "11,A,", "22,B,")
    assert class_list._listed(file) == ("A", "B")
    page.chosen = 0
    assert class_list._listed(file) == ("11", "22")
    assert page.columns == [["Number", "Student", "Group"]] * 2
    assert page.warned == []
    assert class_list._listed(file_of("Number,Student", "11,A", "11,")) == ("11",)
    assert len(page.warned) == 1, "the repetitions are those of the chosen column"
    page.chosen = 2
    with pytest.raises(Unreadable, match=r"^The column 'Group' is empty; allowed: a column with a name or "):
        class_list._listed(file)


def test_a_list_may_have_as_many_bytes_as_allowed_and_no_more(page):
    content = b"Name\nA\nB"
    file = SimpleNamespace(size=names.MOST_BYTES, getvalue=lambda: content, file_id="1")
    assert class_list._listed(file) == ("A", "B")
    file.size = names.MOST_BYTES + 100_000
    with pytest.raises(Unreadable, match=r"^The class list has 2\.1 MB; allowed: up to 2 MB\.$"):
        class_list._listed(file)


@pytest.mark.parametrize(
    ("listed", "chosen", "students", "chapters"),
    [
        (None, [], ["1", "2"], class_list.CHAPTERS),  # nothing chosen is everything
        (None, [class_list.CHAPTERS[2], class_list.CHAPTERS[0]], ["1", "2"], class_list.CHAPTERS[0:3:2]),
        (("Name", "A", "B", "C"), [class_list.CHAPTERS[1]], ["A", "B", "C"], class_list.CHAPTERS[1:2]),
    ],
)
def test_the_sheets_are_of_every_student_and_of_the_chosen_chapters_in_their_order(
    page, monkeypatch, listed, chosen, students, chapters
):
    asked = []
    monkeypatch.setattr(class_list.st, "columns", lambda *_, **__: (Column(), Column()))
    monkeypatch.setattr(class_list.st, "file_uploader", lambda *_, **__: listed and file_of(*listed))
    monkeypatch.setattr(class_list.st, "multiselect", lambda *_, **__: chosen)
    monkeypatch.setattr(class_list, "made", lambda kind, key, make, *rest: asked.append((key, make, *rest)))
    for key, problem in (("key", "problem"), ("key", "problem"), ("another", "problem"), ("key", "other")):
        drawn(key, 2, problem)
    (work, make, seconds, button, *_), same, other_key, other_problem = asked
    assert make.args == ({one: names.seed_of(one, "key") for one in students}, "problem", tuple(chapters))
    assert seconds == pytest.approx(0.05 * len(students) * len(chapters))
    assert button.startswith(f"Make {len(students)} sheets, about ")
    assert same[0] == work
    assert len({work, other_key[0], other_problem[0]}) == 3


def test_the_archive_is_offered_once_it_is_made_and_a_list_that_is_none_is_refused(page, monkeypatch):
    offered, refused, keys, made = [], [], [], [None, b"zip", b"zip"]
    chosen, files = [[class_list.CHAPTERS[0]], [], []], [None, None, file_of()]
    monkeypatch.setattr(class_list.st, "columns", lambda *_, **__: (Column(), Column()))
    monkeypatch.setattr(class_list.st, "file_uploader", lambda *_, **__: files.pop(0))
    monkeypatch.setattr(class_list.st, "multiselect", lambda *_, **__: chosen.pop(0))
    monkeypatch.setattr(class_list.st, "download_button", lambda *what, **_: offered.append(what[:3]))
    monkeypatch.setattr(class_list, "show_sentence", lambda show, sentence, icon: refused.append(sentence))
    monkeypatch.setattr(class_list, "made", lambda kind, key, *_: keys.append(key) or made[len(keys) - 1])
    drawn("key", 1, "problem")
    assert offered == []
    drawn("key", 1, "problem")
    assert offered == [("Sheets and solutions of 1 student (.zip)", b"zip", "backprop-lab-sheets.zip")]
    assert keys[0] != keys[1], "other chapters are other sheets"
    drawn("key", 1, "problem")
    assert (len(keys), len(refused)) == (2, 1)
    assert "allowed" in refused[0]


def test_a_class_list_and_its_column_outlive_their_boxes_until_they_are_forgotten(page, monkeypatch):
    files = [file_of("Number,Student", "11,A", "22,B", "33,C"), None, None, None]
    monkeypatch.setattr(class_list.st, "columns", lambda *_, **__: (Column(), Column()))
    monkeypatch.setattr(class_list.st, "file_uploader", lambda *_, **__: files.pop(0))
    monkeypatch.setattr(class_list.st, "multiselect", lambda *_, **__: [])
    page.chosen = 0
    assert class_list.choose(30)[0] == ("11", "22", "33")
    assert page.buttons == [], "the box can remove what it has"
    page.chosen = None  # another part was opened: both boxes are new
    assert class_list.choose(30)[0] == ("11", "22", "33")
    assert page.buttons == ["Forget the class list"]
    page.tab.made["sheets"] = "key", b"zip"
    class_list._forget()
    assert page.tab.made == {}
    assert class_list.choose(2)[0] == ("1", "2")
    assert "names" not in page.said[-1]


def test_another_list_takes_the_place_of_the_one_that_is_kept_even_if_it_is_none(page, monkeypatch):
    monkeypatch.setattr(class_list, "show_sentence", lambda *_: None)
    other = file_of("Student,Number", "D,4")
    other.file_id = "2"
    empty = file_of()
    empty.file_id = "3"
    files = [file_of("Name", "A", "B"), other, empty, None]
    monkeypatch.setattr(class_list.st, "columns", lambda *_, **__: (Column(), Column()))
    monkeypatch.setattr(class_list.st, "file_uploader", lambda *_, **__: files.pop(0))
    monkeypatch.setattr(class_list.st, "multiselect", lambda *_, **__: [])
    assert [class_list.choose(1)[0] for _ in range(4)] == [("A", "B"), ("D",), (), ("D",)]


class Column:
    """A column of a page that is not drawn."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


@pytest.mark.parametrize(
    ("encoding", "n_warnings"), [("utf-8", 0), ("utf-16", 0), ("cp1252", 1), ("mac-roman", 1)]
)
def test_a_file_that_is_not_in_unicode_is_read_with_a_warning(page, encoding, n_warnings):
    content = "Name\nZoë\n".encode(encoding)
    class_list._listed(SimpleNamespace(size=len(content), getvalue=lambda: content, file_id="1"))
    assert page.warned == [class_list.GUESSED] * n_warnings
