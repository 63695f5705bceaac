"""The rows of several uploaded files of hand-ins, and their bounds."""

import contextlib
import io
import json
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest
from handed_in import ASSIGNMENT, TASKS, handed_in

from lab.assignment import Mark, link_text
from lab.assignment.assignment import MOST_BYTES
from lab.marks.marking import Result
from lab.marks.rows import Row
from ui.frame.visit import Visit
from ui.instructors import built, marking


def uploaded(name, content):
    return SimpleNamespace(name=name, size=len(content), getvalue=lambda: content)


def table(*students):
    lines = ["Student,Code", *(f"{name},{handed_in(name).code()}" for name in students)]
    return "\n".join(lines).encode()


def test_the_rows_of_all_files_are_numbered_through_and_a_hand_in_is_named_after_its_file():
    alone = uploaded("of.Cem.txt", handed_in("Cem").code().encode())
    files = [uploaded("a.csv", table("Ada", "Ben")), alone, uploaded("b.csv", table("Dee", "Eve"))]
    rows = marking._rows(files)
    assert [(row.number, row.listed) for row in rows] == [
        *((1, "Ada"), (2, "Ben"), (3, "of.Cem"), (4, "Dee"), (5, "Eve"))
    ]
    assert rows[2].text == handed_in("Cem").code()


def test_the_bounds_are_those_of_all_files_together(monkeypatch):
    monkeypatch.setattr(marking, "MOST", 3)
    two = [uploaded("a.csv", table("Ada", "Ben")), uploaded("b.csv", table("Cem"))]
    assert len(marking._rows(two)) == 3
    with pytest.raises(ValueError, match=r"^There are more than 3 hand-ins; allowed: up to 3 here, or "):
        marking._rows([*two, uploaded("c.csv", table("Dee"))])
    half = uploaded("half.csv", b"x" * (marking.MOST_MEGABYTES * 500_000))
    with pytest.raises(
        ValueError, match=r"^The files of hand-ins have 15 MB; allowed: up to 10 MB together\.$"
    ):
        marking._rows([half] * 3)
    seen = []
    monkeypatch.setattr(marking.rows, "is_hand_in", lambda content: seen.append(content) or True)
    assert len(marking._rows([half] * 2)) == 2, "exactly as many bytes as are allowed"
    with pytest.raises(ValueError, match="more than 3 hand-ins"):
        marking._rows([uploaded(f"{n}.txt", b"x") for n in range(9)])
    assert len(seen) == 2 + 4, "of too many files no more is read than shows it"


@pytest.mark.parametrize("files", [[], [uploaded("a.csv", table("Ada", "Ben"))]])
def test_hand_ins_that_outlive_their_box_can_be_forgotten_and_those_in_it_be_taken_out(monkeypatch, files):
    tab, buttons = Visit(), []
    rows = marking._rows([uploaded("a.csv", table("Ada", "Ben"))])
    tab.made[marking.HANDED_IN] = ASSIGNMENT, rows
    given = iter([None, files])
    monkeypatch.setattr(marking, "visit", lambda: tab)
    monkeypatch.setattr(marking.st, "columns", lambda *_, **__: [contextlib.nullcontext()] * 2)
    monkeypatch.setattr(marking.st, "file_uploader", lambda *_, **__: next(given))
    said = SimpleNamespace(caption=buttons.append, button=lambda label, **_: buttons.append(label))
    monkeypatch.setattr(marking.st, "container", lambda **_: said)
    monkeypatch.setattr(marking.st, "caption", lambda text: None)
    monkeypatch.setattr(marking, "_assignment", lambda file: ASSIGNMENT)
    monkeypatch.setattr(marking.unlocking, "key_of", lambda *_: "key")
    monkeypatch.setattr(marking, "made", lambda *_: None)
    marking.draw()
    assert [one.partition(" handed")[0] for one in buttons] == ([] if files else ["2 rows", "Forget them"])


def test_the_table_leaves_a_task_empty_that_could_not_be_marked_and_all_of_a_row_that_was_refused():
    marks = tuple(Mark(share, f"Reason {n}.") for n, share in enumerate((1.0, 0.0, 0.5, 1.0, 1.0), start=1))
    one = Result(Row(1, "Ada", ""), handed_in("Ada"), marks=marks, failed=(2,), notes=("Look.",))
    refused = Result(Row(2, "Ben", ""), None, "No code was handed in.")
    table = marking._table(ASSIGNMENT, [one, refused])
    tasks = [name for name in table if name.startswith("task ")]
    assert tasks == [
        f"task {n} (of {points})" for n, points in enumerate(("2", "1", "3", "5", "1.5"), start=1)
    ]
    first, second = table.astype(object).where(table.notna(), None).to_dict("records")
    assert [first[name] for name in tasks] == [2, None, 1.5, 5, 1.5]
    assert (first["points"], first[marking.TO_KNOW]) == (10, "Task 2: Reason 2. Look.")
    assert [second[name] for name in ("points", *tasks)] == [None] * 6
    assert (second["student"], second[marking.TO_KNOW]) == ("Ben", "No code was handed in.")


@pytest.fixture
def tab(monkeypatch):
    tab = Visit()
    for module in (marking, built):
        monkeypatch.setattr(module, "visit", lambda: tab)
    return tab


def test_the_assignment_is_that_of_the_file_or_else_the_one_built_here(tab):
    with pytest.raises(ValueError, match=r"^There is no assignment: give its file \(\.json\), or open it "):
        marking._assignment(None)
    for task in TASKS[:2]:
        built.built().add(task)
    assert marking._assignment(None).tasks == TASKS[:2]
    for content in (f" \n{ASSIGNMENT.to_json()}", link_text(ASSIGNMENT)):
        assert marking._assignment(uploaded("a.json", content.encode())) == ASSIGNMENT
        assert marking._assignment(uploaded("a.json", content.encode("utf-16"))) == ASSIGNMENT
    whole = ASSIGNMENT.to_json().encode().ljust(MOST_BYTES)
    assert marking._assignment(uploaded("a.json", whole)) == ASSIGNMENT
    large = uploaded("a.json", b" " * (4 * MOST_BYTES + 1))
    with pytest.raises(ValueError, match=r"^The assignment has 0\.12 MB; allowed: up to 0\.03 MB\.$"):
        marking._assignment(large)


def test_rows_are_read_once_and_forgotten_with_their_marks(tab, monkeypatch):
    read = []
    monkeypatch.setattr(marking.marking, "plan", lambda assignment, rows: read.append(rows) or f"work {rows}")
    assert [marking._planned(key, ASSIGNMENT, key) for key in "aab"] == ["work a", "work a", "work b"]
    assert read == ["a", "b"]
    tab.made |= {marking.HANDED_IN: "rows", "marks": "marks", "quiz": "a quiz"}
    marking._forget()
    assert tab.made == {"quiz": "a quiz"}
    marking._forget()


def result(number, share=1.0, **more):
    name = f"S{number}"
    marks = (Mark(share, ""),) * len(TASKS)
    return Result(Row(number, name, ""), handed_in(name), marks=marks, **more)


@pytest.fixture
def shown(monkeypatch):
    """What the page says of results, as a list."""
    found = []
    for name in ("warning", "info", "caption"):
        monkeypatch.setattr(marking.st, name, lambda sentence, icon="": found.append(sentence))
    monkeypatch.setattr(marking.st, "dataframe", lambda *_, **__: None)
    monkeypatch.setattr(marking.st, "download_button", lambda *_, **__: None)
    monkeypatch.setattr(marking.st, "markdown", lambda _: None)
    return found


def refused(number):
    return Result(Row(number, f"S{number}", "x"), None, "It cannot be read.")


def absent(number):
    return Result(Row(number, f"S{number}", ""), None, "No code was handed in.")


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([absent(1), result(2)], ["1 row without a code: nothing was handed in."]),
        (
            [absent(1), refused(2), absent(3)],
            [
                "1 row could not be read. The column *to know* says why.",
                "2 rows without a code: nothing was handed in.",
            ],
        ),
    ],
)
def test_who_handed_in_nothing_is_not_counted_among_what_could_not_be_read(shown, results, said):
    marking._show(ASSIGNMENT, results)
    assert shown == said


@pytest.mark.parametrize(
    ("rows", "said"),  # of each row what its result has besides its marks; None: it was refused
    [
        ([{}], []),
        ([None, {}], ["1 row could not be read. "]),
        ([{"failed": (1, 3)}, {}], ["1 hand-in could not be marked completely. "]),
        (
            [None, None, {"failed": (2,)}],
            ["2 rows could not be read and 1 hand-in could not be marked completely. "],
        ),
        ([{"notes": ("a", "b")}, {}], ["Check 1 row: "]),
        ([{"notes": ("a",)}, None, {"notes": ("a",)}], ["1 row could not be read. ", "Check 2 rows: "]),
    ],
)
def test_what_an_instructor_should_look_at_is_counted_row_by_row(shown, rows, said):
    results = [refused(n) if row is None else result(n, **row) for n, row in enumerate(rows, start=1)]
    marking._show(ASSIGNMENT, results)
    assert len(shown) == len(said)
    assert all(sentence.startswith(one) for sentence, one in zip(shown, said, strict=True)), shown


def test_the_files_have_every_row_under_its_number_and_excel_is_told_the_encoding():
    results = [result(1), refused(2), result(3, share=0.5)]
    assert marking._for_a_spreadsheet(ASSIGNMENT, results).startswith(b"\xef\xbb\xbf")
    assert not marking._for_a_gradebook(ASSIGNMENT, results).startswith(b"\xef\xbb\xbf")
    with zipfile.ZipFile(io.BytesIO(marking._for_gradescope(ASSIGNMENT, results))) as archive:
        assert archive.namelist() == [f"00{n}-S{n}/results.json" for n in (1, 2, 3)]
        scores = [
            sum(test["score"] for test in json.loads(archive.read(name)).get("tests", ()))
            for name in archive.namelist()
        ]
    assert scores == [12.5, 0, 6.25]


class Place:
    """A column or a container of a page that is not drawn."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def caption(self, text):
        self.said = text

    def button(self, *_, **__):
        pass


def test_what_was_handed_in_outlives_its_boxes_and_is_marked_once_its_assignment_is_unlocked(
    tab, monkeypatch
):
    files, said, keys, asked, shown = [None, [uploaded("a.csv", table("Ada", "Ben"))]], [], [""], [], []
    row = Place()
    monkeypatch.setattr(marking.st, "columns", lambda *_, **__: (Place(), Place()))
    monkeypatch.setattr(marking.st, "container", lambda **_: row)
    monkeypatch.setattr(
        marking.st,
        "file_uploader",
        lambda *_, accept_multiple_files=False, **__: files[accept_multiple_files],
    )
    monkeypatch.setattr(marking.st, "caption", said.append)
    monkeypatch.setattr(marking, "show_sentence", lambda show, sentence, icon: said.append(sentence))
    monkeypatch.setattr(marking.unlocking, "key_of", lambda *what: asked.append(what) or keys[-1])
    monkeypatch.setattr(marking, "made", lambda *what: asked.append(what))
    monkeypatch.setattr(marking, "_show", lambda *what: shown.append(what))
    marking.draw()
    assert said == ["There is no assignment: give its file (.json), or open it under Assignment."]
    for task in TASKS:
        built.built().add(task)
    assignment = built.built().assignment()
    marking.draw()
    assert asked == [(assignment, "the marks, which tell what is right")]
    files[1], (_, rows) = [], tab.made[marking.HANDED_IN]
    assert [one.listed for one in rows] == ["Ada", "Ben"]
    keys.append("key")
    marking.draw()
    kind, _, steps, seconds, *words = asked[2]
    work = tab.made["planned"][1]
    assert (kind, seconds, words) == ("marks", work.seconds, ["Mark", "Marking", "Marking"])
    assert (steps.func, steps.args) == (marking.marking.marked, (assignment, work))
    assert row.said == "2 rows handed in to *Assignment*."
    assert said[1:] == [work.in_words()]
    monkeypatch.setattr(marking, "made", lambda kind, key, *_: asked.append(key) or "results")
    tab.made[marking.HANDED_IN] = ASSIGNMENT, rows
    n_asked = len(asked)
    marking.draw()
    assert shown == [(ASSIGNMENT, "results")]
    assert len(asked) == n_asked + 1
    other = replace(ASSIGNMENT, title="Another")
    files[0] = uploaded("other.json", other.to_json().encode())
    marking.draw()
    assert (shown.pop()[0], row.said) == (other, "2 rows handed in to *Another*.")
    files[0] = uploaded("none.json", b"{}")
    marking.draw()
    assert (len(shown), len(said)) == (1, 3), "an assignment that is none is refused"
    del asked[n_asked + 1 :]
    files[0] = None
    marking.draw()
    assert shown.pop()[0] == other, "the one read last"
    del asked[n_asked + 1 :]
    tab.made[marking.HANDED_IN] = ASSIGNMENT, rows
    tab.made[marking.HANDED_IN] = ASSIGNMENT, rows[:1]
    marking.draw()
    assert len(set(asked[n_asked:])) == 2, "other rows are other work"
    tab.made.clear()
    marking.draw()
    assert len(shown) == 2
