"""The rows of several uploaded files of hand-ins, and their bounds."""

from types import SimpleNamespace

import pytest
from handed_in import ASSIGNMENT, handed_in

from lab.assignment import Mark
from lab.marks.marking import Result
from lab.marks.rows import Row
from ui.instructors import marking


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


def test_the_table_leaves_a_task_empty_that_could_not_be_marked_and_all_of_a_row_that_was_refused():
    marks = tuple(Mark(share, "") for share in (1.0, 0.0, 0.5, 1.0, 1.0))
    one = Result(Row(1, "Ada", ""), handed_in("Ada"), marks=marks, failed=(2,), notes=("Look.",))
    refused = Result(Row(2, "Ben", ""), None, "No code was handed in.")
    table = marking._table(ASSIGNMENT, [one, refused])
    tasks = [name for name in table if name.startswith("task ")]
    assert tasks == [
        f"task {n} (of {points})" for n, points in enumerate(("2", "1", "3", "5", "1.5"), start=1)
    ]
    first, second = table.astype(object).where(table.notna(), None).to_dict("records")
    assert [first[name] for name in tasks] == [2, None, 1.5, 5, 1.5]
    assert (first["points"], first[marking.TO_KNOW]) == (10, "Look.")
    assert [second[name] for name in ("points", *tasks)] == [None] * 6
    assert (second["student"], second[marking.TO_KNOW]) == ("Ben", "No code was handed in.")
