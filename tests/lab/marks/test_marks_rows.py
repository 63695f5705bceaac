"""The columns of a file of hand-ins: codes and names are recognised, however rows and columns differ."""

import pytest

from lab.marks import rows

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
