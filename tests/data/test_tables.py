"""A visitor's table: what is understood of it, column by column."""

import numpy as np
import pytest
from plain_tables import FEATURES, PLAIN, assert_plain, columns, read


def test_a_table_is_understood_column_by_column():
    table = read(PLAIN)
    assert_plain(table)
    assert table.understood == (
        ("length", "number", "Numbers from 1.5 to 4.", ("1.5", "2.5", "3.5"), ("length",)),
        ("width", "number", "Numbers from 10 to 40.", ("10", "20", "25"), ("width",)),
        (
            "colour",
            "text",
            "3 texts, each an input of 0 or 1: blue, green, red.",
            ("red", "blue", "green"),
            FEATURES[2:],
        ),
        ("kind", "class", "2 classes: a (2), b (2).", ("a", "b"), ()),
    )
    assert table.notes == (
        "Values are separated by commas.",
        "The first row has the names.",
        "Column kind is taken as the class: it is the last column.",
    )
    assert table.warnings == ()
    assert not table.X.flags.writeable


def decimal_commas(text):
    return text.replace(",", ";").replace(".", ",")


SAME_TABLE = {
    "tabs": PLAIN.replace(",", "\t"),
    "semicolons with decimal commas": decimal_commas(PLAIN),
    "vertical bars": PLAIN.replace(",", "|"),
    "spaces": PLAIN.replace(",", " "),
    "Windows lines": PLAIN.replace("\n", "\r\n"),
    "old Macintosh lines": PLAIN.replace("\n", "\r"),
    "no line break at the end": PLAIN.rstrip(),
    "empty lines": PLAIN.replace("\n", "\n\n") + "\n , , ,\n",
    "a byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-16 with a mark": PLAIN.encode("utf-16"),
    "UTF-16 without a mark": PLAIN.encode("utf-16-le"),
    "UTF-16, big end first": PLAIN.encode("utf-16-be"),
    "quotes": "\n".join(",".join(f'"{cell}"' for cell in row.split(",")) for row in PLAIN.split("\n")[:5]),
    "the separator named": "sep=;\n" + PLAIN.replace(",", ";"),
    "a trailing comma": PLAIN.replace("\n", ",\n"),
    "a trailing comma below the names": PLAIN.replace("\n", ",\n").replace("kind,\n", "kind\n"),
    "spaces around values": PLAIN.replace(",", " , "),
}


@pytest.mark.parametrize("kind", SAME_TABLE)
def test_the_same_table_written_otherwise_is_the_same(kind):
    assert_plain(read(SAME_TABLE[kind]))


def test_text_that_is_not_utf_8_is_read_as_windows_1252_and_said_to_be():
    table = read("größe,kind\n1,ä\n2,b\n".encode("cp1252"))
    assert (table.feature_names, table.class_names) == (("größe",), ("b", "ä"))
    assert "The text is read as Windows-1252." in table.notes
    assert "The text is read as UTF-16." in read(PLAIN.encode("utf-16")).notes


def test_without_names_the_columns_are_numbered():
    table = read(PLAIN.partition("\n")[2])
    assert_plain(table, ("column 1", "column 2", *(f"column 3 = {c}" for c in ("blue", "green", "red"))))
    assert table.notes[1:] == (
        "There is no row of names.",
        "Column 4 is taken as the class: it is the last column.",
    )
    assert read(PLAIN, header="no").feature_names[:2] == ("column 1 = 1.5", "column 1 = 2.5")
    numbered = "1,2,3\n4,5,0\n6,7,1\n8,9,0\n"
    assert len(read(numbered).y) == 4
    assert read(numbered, header="yes").feature_names == ("1", "2")


GUESSES = {
    "y,a,b\n1,2,3\n0,3,4\n": ("y", "Column y is taken as the class because of its name."),
    "a,Species,b\n1,2,3\n0,3,4\n": ("Species", "Column Species is taken as the class because of its name."),
    "a,kind,b\n1,x,3.5\n0,z,4.5\n": (
        "kind",
        "Column kind is taken as the class: it is the last column whose values can be classes.",
    ),
}


@pytest.mark.parametrize("text", GUESSES)
def test_the_class_is_guessed_by_its_name_or_as_the_last_that_can_be(text):
    table = read(text)
    assert (table.target, table.notes[-1]) == GUESSES[text]


def test_the_class_is_chosen_by_name():
    table = read(PLAIN, target="Colour")
    assert (table.target, table.class_names) == ("colour", ("blue", "green", "red"))
    np.testing.assert_array_equal(table.y, [2, 0, 2, 1])
    assert "Column colour is the class, as chosen." in table.notes
    with pytest.raises(
        ValueError, match=r"^target is 'size'; allowed: a column: length, width, colour, kind\.$"
    ):
        read(PLAIN, target="size")


def test_classes_are_named_as_they_are_written_and_numbers_are_in_order():
    table = read("a,y\n1,10\n2,9.0\n3,-1\n4,9\n")
    assert table.class_names == ("-1", "9.0", "10")
    np.testing.assert_array_equal(table.y, [2, 1, 0, 1])
    assert read("a,y\n1,b\n2, a\n3,a\n4,C c\n").class_names == ("C c", "a", "b")


NUMBERS = {  # three cells: their numbers
    ("1,5", "2,5", "-0,25"): (1.5, 2.5, -0.25),
    ("1.234,5", "2,5", "7"): (1234.5, 2.5, 7),
    ("1.234.567", "2.345.678", "0,5"): (1234567, 2345678, 0.5),
    ("1,234.5", "2.5", "7"): (1234.5, 2.5, 7),
    ("1,234,567", "8", "9"): (1234567, 8, 9),
    ("1 234", "5 678,5", "9"): (1234, 5678.5, 9),
    ("1'234.5", "2", "3"): (1234.5, 2, 3),
    ("1\u00a0234", "2", "3"): (1234, 2, 3),
    ("$5", "-$1,250.50", "$3"): (5, -1250.5, 3),
    ("5 €", "1.250,50 €", "3 €"): (5, 1250.5, 3),
    ("12%", "7.5 %", "-3%"): (12, 7.5, -3),
    ("EUR 5", "6 USD", "CHF 7"): (5, 6, 7),
    ("1e3", "2E-2", "+4"): (1000, 0.02, 4),
    ("−3", "4", "5"): (-3, 4, 5),
    (".5", "1.", "-.25"): (0.5, 1, -0.25),
}


@pytest.mark.parametrize("cells", NUMBERS)
@pytest.mark.parametrize("separator", "\t;")
def test_numbers_are_read_in_the_notation_of_their_column(cells, separator):
    rows = [separator.join(row) for row in zip(("a", *cells), ("kind", "u", "v", "u"), strict=True)]
    np.testing.assert_allclose(read("\n".join(rows)).X[:, 0], NUMBERS[cells], rtol=1e-15)


def test_what_is_read_as_another_number_is_said():
    told = columns(read("a;b;kind\n1.234,5;1;u\n2,5;2;v\n"))["a"].told
    assert told == "Numbers from 2.5 to 1234.5. '1.234,5' is read as 1234.5."


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a;b;kind\n1,234;1;u\n5,678;2;v\n", [1.234, 5.678]),  # semicolons: a decimal comma
        ('a,b,kind\n"1,234",1,u\n"5,678",2,v\n', [1234, 5678]),  # commas: thousands
        ("a;b;kind\n1.234;1;u\n5.678;2;v\n", [1.234, 5.678]),
        ("a;b;kind\n1.234;1,5;u\n5.678;2,5;v\n", [1234, 5678]),  # the file has decimal commas elsewhere
        ("a;b;kind\n1.2;1,5;u\n5.678;2,5;v\n", [1.2, 5.678]),
    ],
)
def test_one_comma_or_point_means_what_the_rest_of_the_file_says(text, numbers):
    np.testing.assert_array_equal(read(text).X[:, 0], numbers)


MISSING = ("", "NA", "n/a", "N.A.", "NaN", "null", "None", "?", "-", "–", ".", "#N/A", "#DIV/0!")


@pytest.mark.parametrize("cell", MISSING)
def test_rows_with_a_missing_value_are_left_out_and_counted(cell):
    table = read(f"a,b,kind\n1,2,u\n{cell},3,v\n4,{cell},u\n6,7,v\n8,9,{cell}\n8,9,v\n")
    np.testing.assert_array_equal(table.X, [[1, 2], [6, 7], [8, 9]])
    assert table.notes[-1] == (
        "3 of 6 rows are used: 1 without a class and 2 with a missing value are left out."
    )
    assert columns(table)["a"].told == "Numbers from 1 to 8. 1 value is missing: its row is left out."


def test_missing_values_can_be_filled_instead():
    table = read("a,colour,kind\n1,red,u\n?,blue,v\n4,NA,u\n6,red,v\n8,blue,?\n", missing="median")
    np.testing.assert_array_equal(table.X, [[1, 0, 1], [np.nan, 1, 0], [4, 0, 0], [6, 0, 1]])
    told = columns(table)
    assert told["a"].told.endswith("1 value is missing: the training set's median is used.")
    assert told["colour"].told.endswith("1 value is missing: all inputs of the column are 0 there.")
    assert table.notes[-1] == "4 of 5 rows are used: 1 without a class is left out."


LEFT_OUT = {
    "constant": (["7"] * 4, "Its value is 7 in every row; allowed: values that vary."),
    "constant text": (["x"] * 4, "Its value is 'x' in every row; allowed: values that vary."),
    "constant but for a gap": (
        ["7", "7", "?", "7"],
        "Its value is 7 in every row that has a value; allowed: values that vary.",
    ),
    "empty": ([""] * 4, "It is empty."),
    "formulas": (["=A2", "", "=A3", ""], "It has only formulas, such as '=A2'; allowed: values."),
    "mostly missing": (["1", "?", "?", "?"], "It is missing in 3 of 4 rows; allowed: in up to half of them."),
    "days": (
        ["2024-01-31", "2024-02-01", "2024-02-02", "2024-02-05"],
        "It contains dates or times, such as '2024-01-31'; allowed: numbers, such as days since the first.",
    ),
    "id": (["2", "3", "4", "5"], "It numbers the rows: a network could learn the order of the file from it."),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_column_of_no_use_is_left_out_by_name(name):
    cells, why = LEFT_OUT[name]
    table = read(
        "a," + name + ",kind\n" + "".join(f"{i * i},{c},{'uv'[i % 2]}\n" for i, c in enumerate(cells))
    )
    assert table.feature_names == ("a",)
    column = columns(table)[name]
    assert (column.kind, column.told, column.inputs) == ("left out", why, ())


@pytest.mark.parametrize(
    ("more", "told"), [("", ""), ("4,9,v\n", "."), ("4,9,v\n5,v\n", ", like 1 other row.")]
)
def test_names_one_fewer_than_the_columns_are_no_row_of_another_width(more, told):
    notes = read(f"a,b,kind\n1,1,2,u\n2,3,4,v\n3,5,6,u\n{more}7,1,1,v\n").notes
    ragged = [note for note in notes if note.startswith("Row ")]
    assert ragged == [f"Row 5 has 3 values; allowed: 4, one per column. It is left out{told}"] * bool(told)


def test_a_column_numbers_the_rows_if_it_does_so_in_those_that_have_a_class():
    text = "id,a,kind\n2,0,u\n3,1,v\n99,2,\n5,4,u\n"
    assert columns(read(text))["id"].told.startswith("It numbers the rows: ")
    assert columns(read(text.replace("99,2,", "99,2,v")))["id"].kind == "number"


@pytest.mark.parametrize(("n_words", "kind"), [(8, "text"), (9, "number")])
def test_a_column_mostly_of_numbers_is_one_of_texts_up_to_twenty_of_them(n_words, kind):
    cells = [*map(str, range(12)), *(f"w{i}" for i in range(n_words))]
    text = "a,b,kind\n" + "".join(f"{i * i},{c},{'uv'[i % 2]}\n" for i, c in enumerate(cells))
    assert columns(read(text, missing="median"))["b"].kind == kind


DAYS = ("31.12.2024", "12/31/24", "2024-12-31T10:00:00Z", "31 Dec 2024", "Dec 31, 2024", "10:30", "1:05 pm")


@pytest.mark.parametrize("day", [*DAYS, "2024/12/31 10:00"])
def test_dates_in_other_notations_are_dates(day):
    table = read(f"a;b;kind\n1;{day};u\n2;{day};v\n")
    assert columns(table)["b"].told.startswith(f"It contains dates or times, such as '{day}'; allowed: ")


def test_a_column_of_texts_has_an_input_for_each_of_up_to_twenty():
    def rows(n):
        return "a,word,kind\n" + "".join(f"{i % 5},w{i:02},{'uv'[i % 2]}\n" for i in range(n))

    assert len(read(rows(20)).feature_names) == 21
    table = read(rows(21))
    assert table.feature_names == ("a",)
    assert columns(table)["word"].told == "It has 21 different texts; allowed: up to 20."
