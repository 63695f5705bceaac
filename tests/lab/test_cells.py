"""CSV files in any encoding and with any separator; cells that no spreadsheet executes."""

import codecs
import csv
import io
import re
import tracemalloc

import pytest

from lab import cells

TABLE = [["Name", "Number"], ["Zoë Müller; jr", "1"], ["Łukasz", "2"], ["李明", "3"]]
WESTERN = [["Name", "Number"], ["Zoë Müller", "1"], ["Åse, jr", "2"]]


def rows(content):
    return cells.rows(content, "the file", 100, 10_000)


def text_of(table, separator):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(table)
    return text.getvalue()


@pytest.mark.parametrize("separator", ",;\t|")
@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
    ],
)
def test_every_unicode_encoding_and_separator_is_read(encoded, separator):
    assert rows(encoded(text_of(TABLE, separator))) == TABLE


@pytest.mark.parametrize("separator", ",;\t|")
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_end_as_on_any_computer(separator, end):
    assert rows(text_of(TABLE, separator).replace("\r\n", end).encode()) == TABLE


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16-be"])
def test_western_text_without_a_mark_is_read(encoding):
    assert rows(text_of(WESTERN, ";").encode(encoding)) == WESTERN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read_if_no_more_than_its_separators_and_figures_are_western(encoding):
    table = [["李明", f"{n}"] for n in range(10, 99)]
    assert rows(text_of(table, ",").encode(encoding)) == table


@pytest.mark.parametrize(
    "mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE + b"a\0,\0", codecs.BOM_UTF16_BE + b"\0a\0,"]
)
def test_a_file_with_a_mark_and_a_broken_byte_is_read_but_for_it(mark):
    ((*_, broken),) = rows(mark + b"\xff")
    assert broken == "\N{REPLACEMENT CHARACTER}"


def test_the_line_that_names_the_separator_and_empty_rows_are_left_out():
    assert rows(b"sep=;\r\na;b,c\r\n\r\n ;\r\nd;e") == [["a", "b,c"], ["d", "e"]]
    assert rows(b"Sep=|\na|b,c\nd,e\nf,g") == [["a", "b,c"], ["d,e"], ["f,g"]]


@pytest.mark.parametrize(
    ("lines", "separator"),
    [
        (["a;b", "c;d", "e;f", "g;h;i", "j,k", "l,m"], ";"),
        (["a,b", "c,d", "e,f", "g,h,i", "j;k", "l;m"], ","),
        (["a;b", "c;d;e", "f;g;h;i", "j,k", "l,m"], ","),
    ],
)
def test_the_separator_is_the_one_with_the_most_rows_of_one_length(lines, separator):
    assert rows("\n".join(lines).encode()) == [line.split(separator) for line in lines]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty; allowed: a CSV file with one row per student."),
        (b"\n ,\n", "The file is empty; allowed: a CSV file with one row per student."),
        (b"sep=", "The file is empty; allowed: a CSV file with one row per student."),
        (b"SEP=;\n", "The file is empty; allowed: a CSV file with one row per student."),
        (b"a" * 10_001, "The file has more than 0.01 MB; allowed: up to 0.01 MB."),
        (b"a\n" * 101, "The file has more than 100 rows; allowed: up to 100."),
        (b"\x89PNG\0\0ab", "The file is not a text file; allowed: a CSV file."),
        (b"a\n" + b"," * 999, "Line 2 of the file has 1,000 cells; allowed: up to 200."),
        (b'a\n"b\nc\nd', "The file has a quotation mark without an end; allowed: CSV, as a spreadsheet "),
        (b'a\nb\n"c', "The file has a quotation mark without an end; allowed: CSV, as a spreadsheet "),
        (b'"a"b,c\n"d,e\nf,g\n', "The file has a quotation mark without an end; allowed: CSV, as a "),
        (b'a,b\n"c,d\ne,f\n"g,h\n', "The file has a quotation mark without an end; allowed: CSV, as a "),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(content, sentence):
    with pytest.raises(cells.Unreadable) as refused:
        rows(content)
    assert str(refused.value).startswith(sentence)


def test_a_long_cell_and_a_stray_quotation_mark_are_cells_like_others():
    long = "b" * 500_000
    assert cells.rows(f"a\n{long}\nc".encode(), "the file", 9, 1_000_000) == [["a"], [long], ["c"]]
    assert rows(b'a "b" c\n"d"e\n') == [['a "b" c'], ["de"]]
    assert rows(b'a,"b\nc"\nd,"e"f') == [["a", "b\nc"], ["d", "ef"]]


def refusal(content, most_rows=100):
    with pytest.raises(cells.Unreadable) as refused:
        cells.rows(content, "the file", most_rows, 100_000_000)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"," * 6_000_000, 1),
        (b"a\nb\n" + b"10;" * 2_000_000, 3),
        (b'a\n"c\nd"\n' + b'"1\n"\t' * 1_500_000, 5),
    ],
    ids=["separators", "cells", "cells of two lines"],
)
def test_a_row_of_millions_of_cells_is_refused_before_they_are_made(content, line):
    tracemalloc.start()
    try:
        sentence = refusal(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert re.fullmatch(r"Line [0-9,]+ of the file has more than 200 cells; allowed: up to 200\.", sentence)
    assert int(sentence.split()[1].replace(",", "")) >= line
    assert peak < 70e6, "the cells, as they are read and without spaces around them, take about 100 MB"


@pytest.mark.parametrize("separator", ",;\t|")
@pytest.mark.parametrize("n_cells", [200, 201])
def test_separators_in_quotation_marks_are_none(separator, n_cells):
    """By the csv module itself, which makes the cells of whatever row."""
    quoted = [separator * 7_000, f'{separator * 5_000}"\r\n{separator * 900}', f'a "{separator[:0]}b" c']
    table = [["a", "b"], [*quoted, *[""] * (n_cells - 4), quoted[0]], ["c", "d"]]
    content = text_of(table, separator).encode()
    assert list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator)) == table
    if n_cells == 200:
        stripped = [[cell.strip() for cell in row] for row in table]
        assert cells.rows(content, "the file", 100, 100_000) == stripped
    else:
        assert re.search(r" has (201|more than 200) cells; allowed: up to 200\.$", refusal(content))


def test_no_more_is_read_than_may_be_there(monkeypatch):
    """Neither of rows of several lines, whose quotation marks are looked for, nor of empty rows."""
    read, reader = [], csv.reader

    def noted(lines, **how):
        for row in reader(lines, **how):
            read.append(row)
            yield row

    monkeypatch.setattr(cells.csv, "reader", noted)
    assert refusal(b'"a\n"\n' * 20_000) == "The file has more than 100 rows; allowed: up to 100."
    assert len(read) < 2_000
    monkeypatch.setattr(cells, "MOST_NUMBERED", 1_000)
    read.clear()
    sentence = "The file has more than 1,000 rows, most of them empty; allowed: up to 100."
    assert refusal(b"a\n" + b"\n" * 20_000) == sentence
    assert len(read) < 3_000


@pytest.mark.parametrize("cell", ["=cmd|'/c calc'!A0", "+1+1", "-a", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_a_cell_that_a_spreadsheet_would_execute_is_text(cell):
    assert cells.safe(cell) == "'" + cell
    (row,) = csv.reader(io.StringIO(cells.written([[cell, 1]]), newline=""))
    assert row == ["'" + cell.replace("\r", " "), "1"]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("a;=1+1;b", "a;'=1+1;b"), ("a| @SUM(A1)", "a| '@SUM(A1)"), ("a;b", "a;b"), ("=a;=b", "'=a;'=b")],
)
def test_a_cell_is_text_where_another_sign_separates_cells_too(cell, safe):
    assert cells.safe(cell) == safe


@pytest.mark.parametrize(
    ("text", "encoding", "is_guessed"),
    [
        ("Zoë", "utf-8", False),
        ("Zoë", "utf-8-sig", False),
        ("Zoë", "utf-16", False),
        ("Zoe", "cp1252", False),
        ("Zoë", "cp1252", True),
        ("张三", "gbk", True),
    ],
)
def test_an_encoding_that_is_none_of_unicodes_is_a_guess(text, encoding, is_guessed):
    assert cells.is_guessed(text.encode(encoding)) == is_guessed


@pytest.mark.parametrize("cell", ["-1.5", "+3", "1e-05", "Ada", "", 7, -0.5, "a=b", "x - y", "+", "-", "="])
def test_numbers_and_everything_else_stay_as_they_are(cell):
    assert cells.safe(cell) == str(cell)
