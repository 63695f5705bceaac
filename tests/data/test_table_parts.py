"""The parts of reading a table, at their bounds: cells, names, the class, and which columns are of use."""

import math

import numpy as np
import pytest
from plain_tables import columns, read

from data import table_cells, table_inputs, table_names, tables
from data.archive import Refusal
from data.table_columns import LEFT_OUT, NUMBER, TEXT, Cells, Content
from data.table_text import rows_of

POINT, COMMA = "point", "comma"


def test_a_cell_on_one_line_has_single_spaces_and_no_sign_that_cannot_be_printed():
    assert table_cells.on_one_line(" a b ") == "a b"
    assert table_cells.on_one_line(" a  b\t c\x07\n") == "a b c"


@pytest.mark.parametrize(
    ("cell", "point", "comma"),
    [
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("1,23", None, 1.23),
        ("1.23", 1.23, None),
        ("12,345,67", None, None),
        ("0.001", 0.001, None),  # no group of thousands begins with 0
        ("0,500", None, 0.5),
        ("01,234", None, 1.234),
        ("10.500", 10.5, 10500),
        ("1,234.5", 1234.5, None),
        ("1'234'567", 1234567, 1234567),
        ("- $ 5", -5, -5),
        ("$5%", 5, 5),
        ("-INF", -math.inf, -math.inf),
        ("+infinity", math.inf, math.inf),
        ("1e5", 1e5, 1e5),
        ("5 apples", None, None),
    ],
)
def test_a_number_in_either_notation(cell, point, comma):
    assert (table_cells.number(cell, POINT), table_cells.number(cell, COMMA)) == (point, comma)
    assert table_cells.is_ambiguous(cell) == (None not in (point, comma) and point != comma)


def test_a_plain_number_is_what_float_reads_up_to_the_largest():
    cells = ["1e30", "-1e30", "1.1e30", "1_000", "nan", "x", "1,5"]
    assert [table_cells.plain_number(cell, POINT) for cell in cells[:2]] == [1e30, -1e30]
    assert all(math.isnan(table_cells.plain_number(cell, POINT)) for cell in cells[2:])
    assert table_cells.plain_number("1,5", COMMA) == 1.5
    assert math.isnan(table_cells.plain_number("1.5", COMMA))


def test_formulas_names_and_texts_in_sentences():
    assert [cell for cell in ("=1", "  = A1", "=", "==", "a=1", "= =") if table_cells.is_formula(cell)] == [
        "=1",
        "  = A1",
    ]
    assert [table_cells.called(name) for name in ("age", "column 4", "column x")] == [
        "column age",
        "column 4",
        "column column x",
    ]
    assert table_cells.called("column 4", first=True) == "Column 4"
    assert table_cells.shown("a" * 30) == f"'{'a' * 30}'"
    assert table_cells.shown(" a\n" + "b" * 29) == f"'a {'b' * 28}…'"


HEADED = {
    "a,kind\n1,u\n2,v\n": True,
    "colour,kind\nred,u\nblue,v\nred,u\n": True,  # texts that do not occur again
    "red,u\nblue,v\nred,v\n": False,
    ",kind\n1,u\n2,v\n": True,  # one name may be missing
    ",,kind\n1,2,u\n3,4,v\n": False,
    "a,?\n1,2\n3,4\n": False,
    "a,2024-01-01\n1,2\n3,4\n": False,
    "a,kind,a2\n1,u,a2\nx,v,b\n": False,  # half of a column are numbers, and a name occurs again
    "a,kind,a2\n1,u,a2\n2,v,b\nx,v,b\n": True,
}


@pytest.mark.parametrize("text", HEADED)
def test_a_row_of_names_is_recognised(text):
    assert table_names.has_header(rows_of(text.encode()), "guess") == HEADED[text]
    assert table_names.has_header(rows_of(text.encode()), "yes")
    assert not table_names.has_header(rows_of(text.encode()), "no")


def test_every_column_has_a_name_of_its_own():
    names, told = table_names.names(["a", " a ", "a (2)", "", "a", "b" * 61], True)
    assert names == ("a", "a (2)", "a (2) (2)", "column 4", "a (3)", "b" * 60)
    assert told == [
        "Column 2 is called a (2), because column 1 is called a too.",
        "Column 3 is called a (2) (2), because column 2 is called a (2) too.",
        "Column 5 is called a (3), because column 1 is called a too.",
    ]
    assert table_names.names(["a", "a"], False) == (("column 1", "column 2"), [])


def numbers(*values):
    return Content(NUMBER, np.array(values, np.float64), (), (), ())


def texts(*ids, n=3):
    words = tuple("abcdefghij"[k % 10] + str(k // 10) for k in range(n))
    return Content(TEXT, np.array(ids, np.int32), words, (), ())


UNUSED = Content(LEFT_OUT, np.zeros(2), (), ("It is empty.",), ())
FORMULAS = UNUSED._replace(examples=("=A1", "=A2"))
REVIEWS = UNUSED._replace(texts=tuple(f"word {k}" for k in range(1002)), examples=("word 0",))
DATES = UNUSED._replace(examples=("2024-01-01",))


@pytest.mark.parametrize(
    ("names", "contents", "asked", "place"),
    [
        (("y", "a", "label"), [numbers(0, 1)] * 3, "", 2),
        (("Kind", "kind", "b"), [numbers(0, 1)] * 3, "kind", 1),
        (("Kind", "kind", "b"), [numbers(0, 1)] * 3, " KIND ", 0),
        (("a", "b"), [numbers(*range(20)), numbers(*range(21))], "", 0),
        (("a", "b"), [numbers(0, 1), numbers(0, 0.5)], "", 0),
        (("a", "b"), [numbers(3, 7, math.nan), numbers(1, 1, math.nan)], "", 0),
        (("a", "b"), [texts(0, 1, n=100), texts(0, 1, n=101)], "", 0),
        (("a", "b"), [texts(0, 1, n=2), texts(0, 0, n=1)], "", 0),
        (("a", "b"), [texts(0, 1), UNUSED], "", 0),
    ],
)
def test_the_class_is_the_column_asked_for_or_the_last_that_can_be(names, contents, asked, place):
    found, why = table_names.target(names, contents, asked)
    assert found == place
    assert why.startswith(f"Column {names[place]} is ")


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (UNUSED, "has no usable value"),
        (DATES, "contains dates"),
        (FORMULAS, "has no usable value"),
        (numbers(5, 5, math.nan), "has the same value in every row that has one"),
        (texts(0, n=1), "has the same value in every row that has one"),
        (numbers(*range(1000, 2021)), "has 1,021 different numbers"),
        (numbers(*np.arange(101) / 4), "has decimals"),
        (texts(0, 1, n=101), "has 101 different texts"),
        (REVIEWS, "has 1,002 different texts"),
    ],
)
def test_without_a_column_of_classes_the_last_is_told(last, why):
    with pytest.raises(Refusal) as refused:
        table_names.target(("a", "b"), [UNUSED, last], "")
    assert str(refused.value) == (
        f"No column is taken as the class: the last, b, {why}; "
        "allowed: 2 to 20 different whole numbers or 2 to 100 different texts."
    )


@pytest.mark.parametrize(
    ("contents", "why", "choice"),
    [
        ((numbers(1, 1, 1), numbers(0.25, 0.5, 0.25)), "has decimals", "b"),
        ((numbers(1.5, 2, 2), numbers(7, 7, 7)), "has the same value in every row that has one", "a"),
        ((numbers(1.5, 2, 2), numbers(*range(21))), "has 21 different numbers", "b"),
        ((numbers(*range(100)), numbers(*range(101))), "has 101 different numbers", "a"),
    ],
)
def test_a_column_that_can_only_be_chosen_as_the_class_is_named_with_the_choice(contents, why, choice):
    with pytest.raises(Refusal) as refused:
        table_names.target(("a", "b"), contents, "")
    assert str(refused.value) == (
        f"No column is taken as the class: the last, b, {why}; allowed: 2 to 20 different whole numbers or 2 "
        f"to 100 different texts; column {choice} can be chosen under Column of classes."
    )
    assert table_names.target(("a", "b"), contents, choice)[0] == "ab".index(choice)


def test_of_many_columns_eight_are_named():
    names = tuple("abcdefghij")
    for n, more in ((8, ""), (10, " and 2 more")):
        with pytest.raises(Refusal) as refused:
            table_names.target(names[:n], [numbers(0, 1)] * n, "z")
        assert str(refused.value) == f"target is 'z'; allowed: a column: a, b, c, d, e, f, g, h{more}."


def test_a_column_has_up_to_a_hundred_classes_in_the_order_of_its_numbers_or_texts():
    cells = Cells(None, np.arange(102), (*(f"{100 - k}" for k in range(100)), "?", "=A1"))
    ids, names = table_names.classes(cells, "y", POINT)
    assert ids.tolist() == [*range(99, -1, -1), -1, -1]
    assert names == tuple(map(str, range(1, 101)))
    mixed = Cells(None, np.array([0, 1, 2, 0]), ("10", "9", "b"))
    ids, names = table_names.classes(mixed, "y", POINT)
    assert (ids.tolist(), names) == ([0, 1, 2, 0], ("10", "9", "b"))
    half = Cells(None, np.arange(4), ("2024-01-01", "2024-01-02", "u", "v"))
    assert len(table_names.classes(half, "y", POINT)[1]) == 4


EVERY = np.ones(4, bool)


def test_a_column_is_of_use_if_up_to_half_of_the_rows_with_a_class_miss_it():
    values, rows = numbers(1, math.nan, math.nan, 2), np.array([2, 3, 4, 5])
    assert table_inputs.no_use("a", values, rows, EVERY) == ""
    assert table_inputs.no_use("a", values, rows, np.array([True, True, True, False])) == (
        "It is missing in 2 of 3 rows; allowed: in up to half of them."
    )
    assert table_inputs.no_use("a", texts(0, 1, -1, -1), rows, EVERY) == ""


@pytest.mark.parametrize(
    ("name", "values", "counts"),
    [
        ("Id", (7, 8, 9, 10), True),
        ("age", (7, 8, 9, 10), False),
        ("id", (2, 4, 6, 8), False),
        ("id", (5, 4, 3, 2), False),
        ("column 1", (0, 1, 2, 3), True),
    ],
)
def test_a_column_that_numbers_the_rows_is_of_no_use(name, values, counts):
    why = table_inputs.no_use(name, numbers(*values), np.array([2, 3, 4, 5]), EVERY)
    assert why.startswith("It numbers the rows") == counts
    assert bool(why) == counts


def test_only_texts_and_numbers_of_the_rows_that_are_used_count():
    used = np.array([True, False, True, True])
    X, names = table_inputs.inputs("c", texts(0, 1, 2, -1), used)
    assert names == ("c = a0", "c = c0")
    np.testing.assert_array_equal(X, [[1, 0], [0, 1], [0, 0]])
    X, names = table_inputs.inputs("n", numbers(4, 9, math.nan, 5), used)
    assert names == ("n",)
    np.testing.assert_array_equal(X, [[4], [math.nan], [5]])
    assert table_inputs.constant(numbers(4, 9, math.nan, 5), used) == ""


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ((4, 4, 4, 4), "every row"),
        ((4, 9, 4, 4), "every row that is used"),
        ((4, math.nan, 4, 4), "every row that has a value"),
        ((4, 4, math.nan, 4), "every row that has a value"),
        ((4, 9, math.nan, 4), "every row that is used and has a value"),
    ],
)
def test_a_column_that_does_not_vary_says_in_which_rows(values, rows):
    used = np.array([True, False, True, True])
    told = f"in {rows}; allowed: values that vary."
    assert table_inputs.constant(numbers(*values), used) == f"Its value is 4 {told}"
    as_texts = texts(*(-1 if math.isnan(value) else int(value == 9) for value in values))
    assert table_inputs.constant(as_texts, used) == f"Its value is 'a0' {told}"


@pytest.mark.parametrize(
    ("content", "choice", "said"),
    [
        (numbers(4, 9, math.nan, 5), "drop", "Numbers from 4 to 5. 1 value is missing: its row is left out."),
        (
            numbers(math.nan, 9, math.nan, 5),
            "drop",
            "Numbers from 5 to 5. 2 values are missing: their rows are left out.",
        ),
        (
            numbers(4, math.nan, math.nan, 5),
            "median",
            "Numbers from 4 to 5. 2 values are missing: the training set's median is used.",
        ),
        (
            texts(0, 1, -1, 2),
            "median",
            "2 texts, each an input of 0 or 1: a0, c0. "
            "1 value is missing: all inputs of the column are 0 there.",
        ),
    ],
)
def test_a_column_is_described_by_its_values_and_its_gaps(content, choice, said):
    used = np.array([True, False, True, True])
    assert table_inputs.description(content, used, choice) == said


def test_up_to_ten_classes_are_counted_and_three_that_have_one_row_are_named():
    y = np.array([0, 0, *range(12)])
    names = tuple("abcdefghijkl")
    assert tables._balance(y, names) == (
        "12 classes: a (3), b (1), c (1), d (1), e (1), f (1), g (1), h (1), i (1), j (1) and 2 more."
    )
    assert tables._balance(np.arange(10), names[:10]).endswith("i (1), j (1).")
    *named, others = tables._alone(y, names)
    assert [one.split()[1] for one in named] == ["b", "c", "d"]
    assert others == "8 more classes have only one row."


def test_what_is_left_out_is_counted():
    only_gaps = read("a,b,kind\n1,2,u\n?,3,v\n4,?,u\n6,7,v\n")
    assert only_gaps.notes[-1] == "2 of 4 rows are used: 2 with a missing value are left out."
    lost = read("a,kind\n1,u\n2,v\n?,w\n?,x\n")
    assert lost.notes[-1] == "No row that is used has class w, x."
    ragged = read("a,kind\n1,u\n2,v\n3\n4,u\n5,u,6\n7,v\n8\n")
    assert "Row 4 has 1 value; allowed: 2, one per column. It is left out, like 2 other rows." in ragged.notes
    spaces = read("a,b,kind\n1,2,u\n3,4,v\n5,6,u, \n7,9,v,\n")
    assert (len(spaces.y), [note for note in spaces.notes if note.startswith("Row ")]) == (4, [])


def test_long_whole_numbers_are_classes_apart():
    table = read("a,kind\n1,9007199254740992\n4,9007199254740993\n2,5\n7,9007199254740993\n")
    assert table.class_names == ("5", "9007199254740992", "9007199254740993")
    assert table.y.tolist() == [1, 2, 0, 2]


def test_the_texts_of_a_column_whose_name_has_an_equals_sign():
    table = read("a,k = z,kind\n1,u,x\n4,v,y\n2,u,y\n7,v,x\n")
    assert columns(table)["k = z"].told == "2 texts, each an input of 0 or 1: u, v."


@pytest.mark.parametrize(
    ("n_numbers", "told"), [(21, "It has 42 different texts"), (22, "Numbers from 0 to 21.")]
)
def test_many_texts_among_more_numbers_are_missing_values(n_numbers, told):
    cells = [*(f"w{k}" for k in range(21)), *range(n_numbers)]
    text = "a,b,kind\n" + "".join(f"{k * k},{cell},{'uv'[k % 2]}\n" for k, cell in enumerate(cells))
    assert columns(read(text, missing="median"))["b"].told.startswith(told)
