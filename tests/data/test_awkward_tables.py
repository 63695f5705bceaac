"""Awkward files of a visitor's: what is told of those that can be used, and how others are refused."""

import csv
import io
import pathlib
import zipfile

import numpy as np
import pytest
from plain_tables import PLAIN, columns, read

from data import table_text, tables
from data.table_text import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from data.tables import MOST_INPUTS

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data"


# what is awkward about public files, each made here: what is told, or refused

PADDING = "".join(f"{i},{i * i},{'uv'[i % 2]}\n" for i in range(3, 30))
EIGHT = "".join(f"{i},{'uv'[i % 2]}\n" for i in range(8))
TOLD = {
    "a ragged row": (
        f"a,b,kind\n1,2,u\n3,v\n4,5,u,9\n{PADDING}",
        "Row 3 has 2 values; allowed: 3, one per column. It is left out, like 1 other row.",
    ),
    "mixed types": (
        f"a,b,kind\n1,2,u\nmany,4,v\n{PADDING}",
        "Row 3 of column a is 'many'; allowed: numbers from -1e+30 to 1e+30. It counts as missing.",
    ),
    "a text among nine numbers": (
        f"a,kind\n{EIGHT}9,v\nmany,v\n",
        "Row 11 of column a is 'many'; allowed: numbers from -1e+30 to 1e+30. It counts as missing.",
    ),
    "a text among eight numbers": (
        f"a,kind\n{EIGHT}many,v\n",
        "9 texts, each an input of 0 or 1: 0, 1, 2, 3, 4, 5, 6, 7, many.",
    ),
    "numbers and as many dates": (
        "a,kind\n2024-01-05,u\n2024-01-06,v\n1,u\n2,v\n",
        "4 texts, each an input of 0 or 1: 1, 2, 2024-01-05, 2024-01-06.",
    ),
    "1e400": (
        f"a,b,kind\n1,1e400,u\n2,-1e400,v\n{PADDING}",
        "Row 2 of column b is '1e400'; allowed: numbers from -1e+30 to 1e+30. It counts as missing, like 1 "
        "other in the column.",
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
        "Column 3 is called a (2), because column 1 is called a too.",
    ),
    "an index column": (
        ",a,kind\n0,5,u\n1,7,v\n2,6,u\n",
        "It numbers the rows: a network could learn the order of the file from it.",
    ),
    "an index column by its name": (
        "ID,a,kind\n7,5,u\n8,7,v\n9,6,u\n",
        "It numbers the rows: a network could learn the order of the file from it.",
    ),
    "the names of rows that R writes": (
        '"a","kind"\n"1",5,"u"\n"2",7,"v"\n"3",6,"u"\n',
        "It numbers the rows: a network could learn the order of the file from it.",
    ),
    "a class with one row": (
        "a,kind\n1,u\n2,v\n3,u\n",
        "Class v has only one row, which can be in only one part of the split.",
    ),
    "four classes with one row": (
        "a,kind\n1,u\n2,v\n3,u\n4,w\n5,x\n6,y\n",
        "1 more class has only one row.",
    ),
    "five classes with one row": (
        "a,kind\n1,u\n2,v\n3,u\n4,w\n5,x\n6,y\n7,z\n",
        "2 more classes have only one row.",
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
    "names alone": ("a,b,kind\n", "The table has no row below the row of names; allowed: 2 rows or more."),
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
    "cut UTF-16": (PLAIN.encode("utf-16")[:-1], "The file is damaged: its UTF-16 text is cut off; allowed: "),
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
        "No column is taken as the class: the last, b, has decimals; allowed: 2 to 20 different whole "
        "numbers or 2 to 100 different texts; column b can be chosen under Column of classes.",
    ),
    "free text last": (
        "a,b\n" + "".join(f"{k / 8},word {k}\n" for k in range(1001)),
        "No column is taken as the class: the last, b, has 1,001 different texts; allowed: 2 to 20 ",
    ),
    "formulas last": (
        "a,b\n1.5,=A2\n2.5,=A3\n",
        "No column is taken as the class: the last, b, has no usable value; allowed: 2 to 20 ",
    ),
    "days as classes": (
        "a,y\n1,2024-01-01\n2,2024-01-02\n",
        "Column y contains dates or times, such as '2024-01-01'; allowed: texts or numbers as classes.",
    ),
    "all rows equal but the class": (
        "a,b,kind\n1,2,u\n1,2,v\n1,2,u\n",
        "No column can be an input (a: Its value is 1 in every row; allowed: values that vary; b: Its value",
    ),
    "all rows of five columns equal": (
        "a,b,c,d,e,kind\n1,2,3,4,5,u\n1,2,3,4,5,v\n1,2,3,4,5,u\n",
        "No column can be an input (a: Its value is 1 in every row; allowed: values that vary; b: Its "
        "value is 2 in every row; allowed: values that vary; c: Its value is 3 in every row; allowed: values "
        "that vary; and 2 more columns); allowed: ",
    ),
    "no complete row": (
        "a,b,kind\n1,?,u\n?,2,v\n2,?,u\n?,1,v\n",
        "Every row has a missing value; allowed: missing numbers replaced by the median, or other rows.",
    ),
    "one class without gaps": (
        "a,kind\n1,u\n2,u\n?,v\n",
        "The 2 rows without a missing value all have class u; allowed: 2 classes or more, or missing",
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


ROWS = [f"{i / 8},{i % 7},{'uv'[i % 2]}" for i in range(60)]
OPEN = {  # text of rows by place, of which the first is named
    "the rest of the file is one cell": {20: '0.1,"0.2,u'},
    "a text such as inches": {20: '"5 inch,0.2,u'},
    "the next one opens a cell": {20: '"5 inch,0.2,u', 40: '"7 inch,0.3,v'},
    "the next one opens another cell": {20: '0.1,"0.2,u', 40: '"7 inch,0.3,v'},
    "the next one closes another cell": {20: '0.1,"0.2,u', 40: '0.1,0.3,v"'},
    "only one row is below it": {58: '0.1,"0.2,u'},
}


@pytest.mark.parametrize("kind", OPEN)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_row_is_lost_to_a_quotation_mark_that_is_not_closed(kind, separator):
    rows = [OPEN[kind].get(place, row) for place, row in enumerate(ROWS)]
    sentence = (
        rf"^Row {min(OPEN[kind]) + 2} cannot be read: it may have a quotation mark that is not closed; "
        r"allowed: quotation marks in pairs\.$"
    )
    with pytest.raises(ValueError, match=sentence):
        read("\n".join(["a,b,kind", *rows, ""]).replace(",", separator))


def test_the_first_example_may_be_the_one_that_is_not_closed():
    with pytest.raises(ValueError, match=r"^Row 2 cannot be read: it may have a quotation mark that is not"):
        read('a,b,kind\n1,"2,u\n2,3,v')


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cells_of_several_lines_are_read_whole(end):
    note = '"two ""quoted""\nlines, and a comma"'.replace("\n", end)
    rows = [f'{i},{note},"{"uv"[i % 2]}{end}"' for i in range(60)]
    table = read(end.join([f'a,"no{end}te",kind', *rows]))
    assert table.X.tolist() == [[i] for i in range(60)]
    assert table.class_names == ("u", "v")
    assert "It is left out" not in " ".join(table.notes)


def test_a_long_quoted_cell_at_the_end_of_the_sample_does_not_change_the_separator():
    long = f'"{"x;" * 2500}"'
    rows = [f"{i},{long},{'uv'[i % 2]}" for i in range(60)]  # the first 100,000 characters end in a cell
    table = read("\n".join(["a,note,kind", *rows]))
    assert (len(table.y), table.class_names) == (60, ("u", "v"))


def test_a_table_may_have_as_many_columns_and_rows_as_are_allowed(monkeypatch):
    monkeypatch.setattr(table_text, "MOST_ROWS", 4)
    names = ",".join([*(f"x{i}" for i in range(MOST_INPUTS)), "kind"])
    rows = [",".join([*(str(i + j * j) for i in range(MOST_INPUTS)), "uv"[j % 2]]) for j in range(1, 5)]
    table = read("\n".join([names, *rows]))
    assert table.X.shape == (4, MOST_INPUTS) == (4, MOST_COLUMNS - 1)
    with pytest.raises(ValueError, match=r"^The table has more than 4 rows; allowed: up to 4\.$"):
        read("\n".join([names, *rows, rows[0]]))


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


@pytest.mark.slow
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
    assert "like 599 others in the column" in told["late"].told
    assert told["day"].told.startswith("It contains dates or times, such as '1.1.1900'; ")
    assert "'$0' is read as 0." in told["sum"].told


def test_a_number_of_more_than_sixty_signs_is_none():
    spaces = "1" + " " * 70 + "2"
    text = f"a,b,kind\n1,2,u\n{spaces},3,v\n" + PADDING
    assert "allowed: numbers" in columns(read(text))["a"].told


BELOW = "a,b,kind\n1,2,u\n3,4,v\n5,6,u\n"


@pytest.mark.parametrize("title", ["Two plants", '"Two plants"', '"Two plants\nof one garden"'])
def test_a_title_above_a_table_is_left_out_however_many_lines_it_has(title):
    rows = table_text.rows_of(f"{title}\n{BELOW}".encode())
    assert [cells for _, cells in rows.read()] == [line.split(",") for line in BELOW.split()]
    assert rows.ragged == ((1, 1),)


@pytest.mark.parametrize("title", ['"Two plants,\nof one garden"', '"a,b,kind\n9,9,u\n"'])
def test_a_title_of_several_lines_that_could_hold_rows_of_the_table_is_refused_as_what_it_may_be(title):
    said = r"^Row 1, above the table, is a title of several lines, or it has a quotation mark"
    with pytest.raises(table_text.Refusal, match=said) as r:
        table_text.rows_of(f"{title}\n{BELOW}".encode())
    assert str(r.value).endswith("allowed: a table whose first row is its header.")
