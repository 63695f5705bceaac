"""A visitor's table: what is understood of it, column by column, and what is refused."""

import csv
import io
import pathlib
import zipfile

import numpy as np
import pytest

from data import tables
from data.table_text import MOST_BYTES, MOST_ROWS

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data"
PLAIN = "length,width,colour,kind\n1.5,10,red,a\n2.5,20,blue,b\n3.5,25,red,a\n4,40,green,b\n"
X = [[1.5, 10, 0, 0, 1], [2.5, 20, 1, 0, 0], [3.5, 25, 0, 0, 1], [4, 40, 0, 1, 0]]
FEATURES = ("length", "width", "colour = blue", "colour = green", "colour = red")


def read(text, **choices):
    return tables.read(text.encode() if isinstance(text, str) else text, **choices)


def columns(table):
    return {column.name: column for column in table.understood}


def assert_plain(table, features=FEATURES):
    """The table is that of PLAIN."""
    assert (table.feature_names, table.class_names) == (features, ("a", "b"))
    np.testing.assert_array_equal(table.X, X)
    np.testing.assert_array_equal(table.y, [0, 1, 0, 1])


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
        "The first row is names.",
        "Column kind is taken as the class: it is the last.",
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
        "Column 4 is taken as the class: it is the last.",
    )
    assert read(PLAIN, header="no").feature_names[:2] == ("column 1 = 1.5", "column 1 = 2.5")
    numbered = "1,2,3\n4,5,0\n6,7,1\n8,9,0\n"
    assert len(read(numbered).y) == 4
    assert read(numbered, header="yes").feature_names == ("1", "2")


GUESSES = {
    "y,a,b\n1,2,3\n0,3,4\n": ("y", "Column y is taken as the class, by its name."),
    "a,Species,b\n1,2,3\n0,3,4\n": ("Species", "Column Species is taken as the class, by its name."),
    "a,kind,b\n1,x,3.5\n0,z,4.5\n": (
        "kind",
        "Column kind is taken as the class: it is the last whose values can be classes.",
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


MISSING = ("", "NA", "n/a", "NaN", "null", "None", "?", "-", "–", ".", "#N/A", "#DIV/0!")


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
    "empty": ([""] * 4, "It is empty."),
    "mostly missing": (["1", "?", "?", "?"], "It is missing in 3 of 4 rows; allowed: in up to half of them."),
    "days": (
        ["2024-01-31", "2024-02-01", "2024-02-02", "2024-02-05"],
        "It holds dates or times, such as '2024-01-31'; allowed: numbers, such as days since the first.",
    ),
    "id": (["2", "3", "4", "5"], "It counts the rows: a network could learn the order of the file from it."),
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


DAYS = ("31.12.2024", "12/31/24", "2024-12-31T10:00:00Z", "31 Dec 2024", "Dec 31, 2024", "10:30", "1:05 pm")


@pytest.mark.parametrize("day", [*DAYS, "2024/12/31 10:00"])
def test_dates_in_other_notations_are_dates(day):
    table = read(f"a;b;kind\n1;{day};u\n2;{day};v\n")
    assert columns(table)["b"].told.startswith(f"It holds dates or times, such as '{day}'; allowed: ")


def test_a_column_of_texts_has_an_input_for_each_of_up_to_twenty():
    def rows(n):
        return "a,word,kind\n" + "".join(f"{i % 5},w{i:02},{'uv'[i % 2]}\n" for i in range(n))

    assert len(read(rows(20)).feature_names) == 21
    table = read(rows(21))
    assert table.feature_names == ("a",)
    assert columns(table)["word"].told == "It has 21 different texts; allowed: up to 20."


# what is awkward about public files, each made here: what is told, or refused

PADDING = "".join(f"{i},{i * i},{'uv'[i % 2]}\n" for i in range(3, 30))
TOLD = {
    "a ragged row": (
        f"a,b,kind\n1,2,u\n3,v\n4,5,u,9\n{PADDING}",
        "Row 3 has 2 values; allowed: 3, one for each column. It is left out, like 1 other row.",
    ),
    "mixed types": (
        f"a,b,kind\n1,2,u\nmany,4,v\n{PADDING}",
        "Row 3 of column a is 'many'; allowed: numbers from -1e+30 to 1e+30. It counts as missing.",
    ),
    "1e400": (
        f"a,b,kind\n1,1e400,u\n2,-1e400,v\n{PADDING}",
        "Row 2 of column b is '1e400'; allowed: numbers from -1e+30 to 1e+30. It counts as missing, like 1 "
        "other of the column.",
    ),
    "inf": (
        f"a,b,kind\n1,5,u\n2,-inf,v\n{PADDING}",
        "Row 3 of column b is '-inf'; allowed: numbers from -1e+30 to 1e+30. It counts as missing.",
    ),
    "formulas": (
        f"a,b,kind\n1,=A2*2,u\n2,5,v\n{PADDING}",
        "Row 2 of column b is '=A2*2'; allowed: numbers from -1e+30 to 1e+30. It counts as missing.",
    ),
    "formulas among texts": (
        "a,b,kind\n1,red,u\n2,blue,v\n3,=HYPERLINK(1),v\n",
        "Row 4 of column b is '=HYPERLINK(1)'; allowed: values, not formulas. It counts as missing.",
    ),
    "duplicate names": (
        "a,b,a,kind\n1,2,3,u\n4,5,9,v\n",
        "Column 3 is called a (2): column 1 is a too.",
    ),
    "an index column": (
        ",a,kind\n0,5,u\n1,7,v\n2,6,u\n",
        "It counts the rows: a network could learn the order of the file from it.",
    ),
    "the names of rows that R writes": (
        '"a","kind"\n"1",5,"u"\n"2",7,"v"\n"3",6,"u"\n',
        "It counts the rows: a network could learn the order of the file from it.",
    ),
    "a class with one row": (
        "a,kind\n1,u\n2,v\n3,u\n",
        "Class v has one row, which can be in one part of the split only.",
    ),
    "a column that is the class": (
        "a,code,kind\n1,7,u\n2,8,v\n3,7,u\n4,8,v\n",
        "Column code gives the class away: each of its 2 values belongs to one value of kind and to no "
        "other. A network only has to copy it.",
    ),
    "a class that is lost with its rows": (
        "a,kind\n1,u\n2,v\n3,u\n4,v\n?,w\n",
        "No row that is used has class w.",
    ),
}


@pytest.mark.parametrize("kind", TOLD)
def test_an_awkward_file_is_used_and_told_in_one_sentence(kind):
    text, sentence = TOLD[kind]
    table = read(text)
    said = [*table.notes, *table.warnings, *(column.told for column in table.understood)]
    assert [one for one in said if sentence in one]
    assert len(table.y) >= 2
    assert np.isfinite(table.X).all()


def test_a_quoted_line_break_stays_in_its_cell_and_a_name_is_on_one_line():
    table = read('a,"two\nlines",kind\n1,5,"u\nu"\n2,6,v\n3,7,"u\nu"\n')
    assert (table.feature_names, table.class_names) == (("a", "two lines"), ("u u", "v"))


def test_what_is_almost_the_class_is_not_said_to_be():
    for cells in ("7877", "7898", "1234"):
        text = "code,a,kind\n" + "".join(
            f"{c},{i * i},{k}\n" for i, (c, k) in enumerate(zip(cells, "uvuv", strict=True))
        )
        assert read(text).warnings == (), cells


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return file.getvalue()


REFUSED = {
    "nothing": ("", "The file has no row with a value in it; allowed: a table as text, CSV or TSV."),
    "names alone": ("a,b,kind\n", "The table has no row below its names; allowed: 2 rows or more."),
    "a zip renamed .csv": (
        zipped(),
        "The file is a zip archive or an Excel workbook; allowed: save the sheet as CSV, or unpack",
    ),
    "HTML": (
        "\n <!DOCTYPE html>\n<html><body>404</body></html>",
        "The file is a web page (HTML or XML); allowed: a table as text, CSV or TSV.",
    ),
    "JSON": ('[{"a": 1}]', "The file is JSON; allowed: a table as text, CSV or TSV."),
    "bytes": (
        bytes(range(256)) * 8,
        "The file is not text: some of its bytes are 0; allowed: a table as text",
    ),
    "cut UTF-16": (PLAIN.encode("utf-16")[:-1], "The file is damaged: its UTF-16 text breaks off; allowed: "),
    "one column": ("a\n1\n2\n", "The table has 1 column; allowed: 2 to 201, one of them the class"),
    "202 columns": (
        "\n".join([",".join(map(str, range(202)))] * 3),
        "The table has 202 columns; allowed: 2 to 201, one of them the class.",
    ),
    "a single class": (
        "a,y\n1,u\n2,u\n",
        "Column y has 1 distinct value, 'u'; allowed: 2 to 100 classes; another column may be the class.",
    ),
    "a target of many values": (
        "a,y\n" + "".join(f"{i % 7},{i / 8}\n" for i in range(101)),
        "Column y has 101 distinct values; allowed: 2 to 100 classes; another column may be the class.",
    ),
    "no column of classes": (
        "a,b\n1.5,2.5\n2.5,3.5\n",
        "No column can be the class: the last, b, has 2 distinct values; allowed: 2 to 100 distinct values.",
    ),
    "days as classes": (
        "a,y\n1,2024-01-01\n2,2024-01-02\n",
        "Column y holds dates or times, such as '2024-01-01'; allowed: texts or numbers as classes.",
    ),
    "all rows equal but the class": (
        "a,b,kind\n1,2,u\n1,2,v\n1,2,u\n",
        "No column can be an input (a: Its value is 1 in every row; allowed: values that vary; b: Its value",
    ),
    "no complete row": (
        "a,b,kind\n1,?,u\n?,2,v\n2,?,u\n?,1,v\n",
        "Every row has a missing value; allowed: missing numbers replaced by the median, or other rows.",
    ),
    "one class without gaps": (
        "a,kind\n1,u\n2,u\n?,v\n",
        "The 2 rows without a missing value are of class u alone; allowed: 2 classes or more, or missing",
    ),
    "more than 200 inputs": (
        ",".join([*(f"t{i}" for i in range(11)), "kind"])
        + "\n"
        + "".join(",".join([*[f"w{i}"] * 11, "uv"[i % 2]]) + "\n" for i in range(20)),
        "The columns give 220 inputs; allowed: up to 200.",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(kind):
    file, sentence = REFUSED[kind]
    with pytest.raises(ValueError, match=r".") as caught:
        read(file)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("limit", [131_072, 10**8])
def test_a_quotation_mark_that_is_not_closed_is_refused_by_its_row(limit):
    before = csv.field_size_limit(limit)  # one for the whole process
    try:
        with pytest.raises(
            ValueError, match=r"^Row 3 cannot be read: it may have a quotation mark that is not"
        ):
            read('a,kind\n1,u\n"2,v\n' + "3,u\n" * 50_000)
    finally:
        csv.field_size_limit(before)
    assert len(read('a,"no\nte",kind\n1,"' + "x\n" * 2000 + '",u\n2,y,v\n').y) == 2


def test_a_million_rows_are_counted_and_not_read(monkeypatch):
    monkeypatch.setattr(tables, "read_columns", lambda *_: pytest.fail("they are read"))
    with pytest.raises(
        ValueError, match=rf"^The table has more than {MOST_ROWS:,} rows; allowed: up to {MOST_ROWS:,}\.$"
    ):
        read("a,kind\n" + "1,u\n" * 1_000_000)


def test_the_bytes_are_limited_before_they_are_decoded():
    class Huge(bytes):
        def __len__(self):
            return MOST_BYTES + 1

        def decode(self, *_, **__):
            pytest.fail("they are decoded")

    with pytest.raises(ValueError, match=r"^The file has more than 50 MB; allowed: up to 50 MB\.$"):
        tables.read(Huge(b"a,kind\n1,u\n2,v\n"))


def test_what_begins_after_the_first_rows_is_read_like_what_begins_there():
    n = 1200
    late = ["1.5", "3.5"] * (n // 2 - 1) + ["1.5", "2,5"]
    text = "a\tb\tkind\n" + "".join(f"{i % 9}\t{cell}\t{'uv'[i % 2]}\n" for i, cell in enumerate(late))
    table = read(text)
    np.testing.assert_array_equal(table.X, [[i % 9, (1.5, 3.5)[i % 2]] for i in range(n - 1)])
    assert "Row 1201 of column b is '2,5'; allowed: numbers" in columns(table)["b"].told
    text = "a,b,kind\n" + "".join(f"{i % 9},{'x' if i == 1100 else i % 3},u{i % 2}\n" for i in range(n))
    assert "Row 1102 of column b is 'x'; allowed: numbers" in columns(read(text))["b"].told


def test_any_damage_is_refused_in_one_sentence_or_harmless():
    whole, rng = (FOLDER / "penguins.csv").read_bytes()[:4000], np.random.default_rng(0)
    sentences = []
    for _ in range(120):
        damaged = bytearray(whole)
        for place in rng.integers(0, len(whole), rng.integers(1, 60)):
            damaged[place] = rng.integers(256) if place % 3 else ord(rng.choice([*',;"\n\t=-1.']))
        for missing in ("drop", "median"):
            try:
                table = read(bytes(damaged), missing=missing)
            except ValueError as error:
                sentences.append(str(error))
                continue
            assert table.X.shape == (len(table.y), len(table.feature_names))
            assert np.array_equal(np.unique(table.y), range(len(table.class_names)))
            assert not np.isinf(table.X).any()
            assert missing == "median" or not np.isnan(table.X).any()
    assert 0 < len(sentences) < 240
    assert all("; allowed: " in one and "\n" not in one for one in sentences)


def test_thousands_of_different_texts_are_not_taken_for_numbers_or_dates():
    n = 3000
    rows = [
        (
            f"w{i}",
            i if i < 2400 else f"x{i}",
            f"{i % 28 + 1}.{i % 12 + 1}.{1900 + i % 100}",
            f'"${i:,}"',
            "uv"[i % 2],
        )
        for i in range(n)
    ]
    text = "word,late,day,sum,kind\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    told = columns(read(text))
    assert told["word"].told == "It has 3,000 different texts; allowed: up to 20."
    assert told["late"].told.startswith(
        "Numbers from 0 to 2399. Row 2402 of column late is 'x2400'; allowed: "
    )
    assert "like 599 others of the column" in told["late"].told
    assert told["day"].told.startswith("It holds dates or times, such as '1.1.1900'; ")
    assert "'$0' is read as 0." in told["sum"].told


def test_a_number_of_more_than_sixty_signs_is_none():
    spaces = "1" + " " * 70 + "2"
    text = f"a,b,kind\n1,2,u\n{spaces},3,v\n" + PADDING
    assert "allowed: numbers" in columns(read(text))["a"].told
