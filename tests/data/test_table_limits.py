"""What a row may hold is known before its cells are made, and what no row can hold is said truly."""

import csv
import io
import random
import tracemalloc

import pytest

from data import table_text
from data.table_lines import Lines
from data.table_text import rows_of

TAIL = b"1,0\n2,1\n"


@pytest.fixture(params=[131_072, 100_000_000], ids=["csv's own limit", "raised"])
def limit_on_cells(request):
    """The csv module's limit on a cell holds for the whole process, and other code raises it."""
    before = csv.field_size_limit(request.param)
    yield
    csv.field_size_limit(before)


def refusal(file_bytes):
    with pytest.raises(ValueError, match=r"; allowed: .*\.$") as refused:
        rows_of(file_bytes)
    return str(refused.value)


def texts():
    draw = random.Random(5)
    return ["".join(draw.choices('\r\n,"a\x0b\u2028', k=draw.randrange(30))) for _ in range(2000)]


def test_lines_are_those_of_a_text_file_and_rows_those_of_the_csv_module():
    for text in texts():
        expected = list(io.StringIO(text, newline=""))
        assert list(Lines(text, lambda lines: None)) == expected
        lines, end = Lines(text, lambda lines: None), 0
        for row in lines.rows(csv.reader(lines)):
            (again,) = csv.reader(io.StringIO(text[lines.start : lines.end], newline=""))
            assert row == again
            assert lines.start == end
            assert lines.n_lines == len(list(io.StringIO(text[end : lines.end], newline="")))
            end = lines.end
        assert end == len(text)


@pytest.mark.parametrize(
    "line",
    [b"," * 8_000_000, b"1," * 4_000_000 + b"\n", b'"1\n",' * 2_000_000],
    ids=["separators", "cells", "cells of two lines"],
)
def test_a_row_of_millions_of_cells_is_refused_before_they_are_made(line):
    tracemalloc.start()
    try:
        sentence = refusal(b"a,y\n" + line)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sentence.startswith("Row 2 ")
    assert peak < 50e6, "a list of so many cells takes 64 MB"


@pytest.mark.usefixtures("limit_on_cells")
def test_a_cell_may_have_so_many_characters_whatever_other_code_allows():
    assert rows_of(b"a,y\n" + b"x" * 131_072 + b",1\n" + TAIL).n_rows == 4
    for n in (131_073, 1_500_000):
        assert refusal(b"a,y\n" + b"x" * n + b",1\n" + TAIL) == (
            "Row 2 has a cell of more than 131,072 characters; allowed: up to 131,072."
        )
    assert refusal(b"a,y\n1,0\n" + b"x" * 2_010_000 + b",1\n") == (
        "Row 3 has more than 2,010,000 characters; allowed: up to 2,010,000 in a row."
    )


@pytest.mark.usefixtures("limit_on_cells")
@pytest.mark.parametrize("n", [3_000, 40_000, 600_000])
def test_a_quotation_mark_that_is_not_closed_is_told_as_such_however_long_the_rest_is(n):
    sentence = refusal(b'a,y\n1,0\n"2,1\n' + b"3,0\n" * n)
    assert sentence.startswith("Row 3 cannot be read: it may have a quotation mark that is not closed;")


def test_separators_at_the_end_of_a_row_are_no_cells_even_if_a_spreadsheet_has_as_many_as_columns():
    empty = b"," * 16_382
    rows = rows_of(b"".join(row + empty + b"\n" for row in (b"a,y", b"1,0", b"2,1")))
    assert (rows.width, rows.n_rows) == (2, 3)


def test_empty_rows_are_counted(monkeypatch):
    monkeypatch.setattr(table_text, "MOST_NUMBERED", 1000)
    assert rows_of(b"a,y\n1,0\n" + b"\n" * 996 + b"2,1\n1,1").n_rows == 4
    for empty in (b"\n", b"\r", b" , \n"):
        assert refusal(b"a,y\n1,0\n" + empty * 998 + b"1,1\n") == (
            "The table has more than 1,000 rows, most of them empty; allowed: up to 100,000."
        )
