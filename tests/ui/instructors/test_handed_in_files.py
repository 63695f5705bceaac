"""The rows of several uploaded files of hand-ins, and their bounds."""

from types import SimpleNamespace

import pytest
from handed_in import handed_in

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
