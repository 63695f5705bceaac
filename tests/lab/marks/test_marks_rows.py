"""The columns of a file of hand-ins: codes and names are recognised, however rows and columns differ."""

import pytest
from finishing import finished
from handed_in import ASSIGNMENT

from lab.assignment import hand_in_for
from lab.marks import marking, rows

CODE = "eN" + "x" * 20


def listed(*lines):
    """(the names, the texts) of the rows of a file with these lines."""
    found = rows.read("\n".join(lines).encode())
    return [one.listed for one in found], [one.text for one in found]


def test_a_code_has_at_least_twenty_characters_and_may_be_broken_into_lines():
    assert rows.is_hand_in(CODE.encode())
    assert not rows.is_hand_in(CODE[:-1].encode())
    assert rows.is_hand_in(f"\n {CODE}.0a\r\n".encode())
    assert rows.is_hand_in(f"{CODE[:9]}\n{CODE[9:]}.0a\n".encode())
    assert not rows.is_hand_in(f"{CODE}.0a\n{CODE}.0a\n".encode())
    assert listed("Name,Code", f'Ada,"{CODE[:9]}\n {CODE[9:]}"')[0] == ["Ada"]


def test_the_column_with_the_most_codes_counts_and_short_rows_are_filled_up():
    names, texts = listed("Note,Code,Name", f"{CODE},{CODE}a,Ada", f"late,{CODE}b", "none")
    assert (names, texts) == (["Ada", "", ""], [f"{CODE}a", f"{CODE}b", ""])


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("Team name,Surname,Code", f"Blue,Ada,{CODE}", f"Blue,Ben,{CODE}"), ["Ada", "Ben"]),
        (("Note,Student,Code", f"a,Ada,{CODE}", f"b,Ada,{CODE}"), ["Ada", "Ada"]),
        ((f"12,Ada,{CODE}", f"34,Ben2,{CODE}", f"56,Ben2,{CODE}"), ["Ada", "Ben2", "Ben2"]),
        ((f"12,Ada,{CODE}", f",Ada,{CODE}", f"56,Ben,{CODE}"), ["Ada", "Ada", "Ben"]),
        ((f"12,7,{CODE}", f"34,7,{CODE}"), ["12", "34"]),
        ((f"Ada,x,{CODE}", f"Ben,,{CODE}", f"Ada,y,{CODE}"), ["Ada", "Ben", "Ada"]),
        ((f",Ada,{CODE}", f",Ben,{CODE}"), ["Ada", "Ben"]),
        ((CODE, f"{CODE}a"), ["", ""]),
    ],
    ids=[
        *("several named", "named before others", "words", "numbers and a gap", "numbers only", "gaps"),
        *("empty column", "codes only"),
    ],
)
def test_students_are_named_by_the_fullest_column_of_names_or_words(lines, names):
    assert listed(*lines)[0] == names


def code_of(student):
    return hand_in_for(ASSIGNMENT, student, [""] * 5, [0] * 5).code()


@pytest.mark.parametrize(
    "header", ["E-mail,{},Code,Note", "{},E-mail,Code,Note", "E-mail,{},Code,Partner", "Id,{},Code,Username"]
)
def test_students_are_named_by_the_column_with_the_names_in_the_hand_ins(header):
    """Gus hands in Ann's code, Bob his own; Ann's row has none, and two rows have no other name than hers."""
    ann, bob = code_of("Ann"), code_of("Bob")
    cells = [("g@x", "Gus", ann), ("b@x", "bob ", bob), ("a@x", "Ann", ""), ("c@x", "Ann", "")]
    name_first = header.startswith("{}")
    lines = [
        f"{name},{mail},{code}," if name_first else f"{mail},{name},{code}," for mail, name, code in cells
    ]
    content = "\n".join([header.format("Name"), *lines]).encode()
    assert [one.listed for one in rows.read(content)] == ["Gus", "bob", "Ann", "Ann"]


def test_somebody_elses_code_is_told_where_the_address_comes_before_the_name():
    lines = [f"g@x,Gus,{code_of('Ann')}", f"b@x,Bob,{code_of('Bob')}", "a@x,Ann,"]
    content = "\n".join(["E-mail,Name,Code", *lines]).encode()
    steps = marking.marked(ASSIGNMENT, marking.plan(ASSIGNMENT, rows.read(content)))
    _, (gus, bob, ann) = finished(steps)
    assert gus.notes == ("The code is that of Ann, who is in row 3.",)
    assert bob.notes == ann.notes == ()


def test_where_no_column_has_the_names_in_the_hand_ins_the_header_decides():
    lines = ["E-mail,Team,Code", f"a@x,Red,{code_of('Ann')}", f"b@x,Blue,{code_of('Bob')}"]
    assert listed(*lines)[0] == ["a@x", "b@x"]
