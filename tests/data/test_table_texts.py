"""Texts of a table: how long they are as names, and what is said of those that are not used."""

import numpy as np
import pytest
from plain_tables import read

LONG = "a" * 120_000


def rows(*cells):
    return "".join(",".join(row) + "\n" for row in zip(*cells, strict=True))


def table(first, classes):
    """The Table of a column `a` and a column of classes, of 20 rows, with another column that varies."""
    n = len(first)
    return read("a,b,y\n" + rows(first, map(str, range(n)), classes))


def column(found, name):
    return next(one for one in found.understood if one.name == name)


def test_long_classes_are_cut_and_stay_as_many():
    names = [f"{LONG[:100]}{end}" for end in ("1", "2", "")] + ["b"]
    found = table([str(i * i % 7) for i in range(20)], [names[i % 4] for i in range(20)])
    cut = "a" * 60
    assert found.class_names == (cut, f"{cut} (2)", f"{cut} (3)", "b")
    # sorted by all of their characters: the one without an end is first
    assert [found.class_names[y] for y in found.y[:4]] == [f"{cut} (2)", f"{cut} (3)", cut, "b"]
    assert np.bincount(found.y).tolist() == [5, 5, 5, 5]


def test_long_texts_of_a_column_are_cut_wherever_they_are_shown():
    texts = [LONG + "1", LONG + "2", "short"]
    found = table([texts[i % 3] for i in range(21)], ["xyz"[i % 3] for i in range(21)])
    cut = "a" * 60
    assert found.feature_names == (f"a = {cut}", f"a = {cut} (2)", "a = short", "b")
    expected = np.eye(3)[np.arange(21) % 3]
    np.testing.assert_array_equal(found.X[:, :3], expected)
    assert len(repr(found.understood)) < 3_000


@pytest.mark.parametrize("n_texts", [30, 3000])
def test_long_texts_of_a_column_that_is_left_out_are_cut_too(n_texts):
    texts = [f"{i} {LONG[:200]}" for i in range(n_texts)]
    found = table(texts, ["xy"[i % 2] for i in range(n_texts)])
    assert column(found, "a").kind == "left out"
    assert len(column(found, "a").examples) == 3
    assert len(repr(found.understood)) < 3_000


def test_values_that_count_as_missing_are_named_where_most_of_a_column_do():
    numbers = [f"{i + 1}e31" for i in range(20)]
    classes = ["xy"[i % 2] for i in range(20)]
    said = (
        "Row 2 of column a is '1e31'; allowed: numbers from -1e+30 to 1e+30. It counts as missing, like 19 "
        "others in the column. It is missing in 20 of 20 rows; allowed: in up to half of them."
    )
    assert column(table(numbers, classes), "a").told == said
    with pytest.raises(ValueError, match="No column can be an input") as refused:
        read("a,y\n" + rows(numbers, classes))
    assert str(refused.value) == (
        f"No column can be an input (a: {said[:-1]}); allowed: one or more columns of values that vary."
    )
    formulas = ["=A1" if i % 5 < 3 else str(i) for i in range(20)]
    assert column(table(formulas, classes), "a").told == (
        "Row 2 of column a is '=A1'; allowed: numbers from -1e+30 to 1e+30. It counts as missing, like 11 "
        "others in the column. It is missing in 12 of 20 rows; allowed: in up to half of them."
    )
    gaps = ["" if i % 5 < 3 else str(i) for i in range(20)]
    assert column(table(gaps, classes), "a").told == (
        "It is missing in 12 of 20 rows; allowed: in up to half of them."
    )


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\ufeff", "\x07"])
def test_classes_that_differ_in_what_cannot_be_seen_are_one_and_that_is_said(sign):
    classes = [("x", f"x{sign}", "z")[i % 3] for i in range(21)]
    found = table([str(i) for i in range(21)], classes)
    assert found.class_names == ("x", "z")
    assert column(found, "y").told == (
        "2 classes: x (14), z (7). Equal but for characters that cannot be seen, so one class: 'x'."
    )


@pytest.mark.parametrize("other", ["x", " x ", "x\u00a0"])
def test_spaces_around_a_class_need_no_words(other):
    found = table([str(i) for i in range(21)], [("x", other, "z")[i % 3] for i in range(21)])
    assert column(found, "y").told == "2 classes: x (14), z (7)."
