"""Labels and numbers that are equal although they are written differently, and labels that are empty."""

import io

import numpy as np
import pytest

from data import store, tables, uploads


@pytest.fixture(autouse=True)
def _empty_store(monkeypatch):
    monkeypatch.setattr(uploads, "STORE", store.Store())


def read(text):
    return tables.read(text.encode())


def told(table, name):
    return next(column.told for column in table.understood if column.name == name)


def images(labels):
    file = io.BytesIO()
    x = np.arange(24 * 30, dtype=np.uint8).reshape(24, 6, 5)
    np.savez(file, x_train=x, y_train=np.resize(labels, 24))
    return uploads.held(uploads.keep(file.getvalue()))


@pytest.mark.parametrize(
    ("labels", "names", "sentence"),
    [
        (["5", "$5", "5%", "7"], ("5", "7"), " Equal as numbers, so one class: '5' and '$5' and '5%'."),
        (["9.0", "9", "10"], ("9.0", "10"), " Equal as numbers, so one class: '9.0' and '9'."),
        (
            ["1", "1.0", "2", "2.0"],
            ("1", "2"),
            " Equal as numbers, so one class: '1' and '1.0'; '2' and '2.0'.",
        ),
        (["1", "1.0", "1.00", "+1", "2"], ("1", "2"), "'1' and '1.0' and '1.00', and others."),
        (["a", " a", "b"], ("a", "b"), ""),
        (["5", "7"], ("5", "7"), ""),
        (["$5", "5", "b"], ("$5", "5", "b"), ""),
    ],
)
def test_classes_that_are_written_in_several_ways_are_told(labels, names, sentence):
    table = read("a,y\n" + "".join(f"{k},{labels[k % len(labels)]}\n" for k in range(40)))
    assert table.class_names == names
    said = told(table, "y")
    assert said.endswith(sentence)
    assert ("one class" in said) == bool(sentence)


def test_a_number_with_each_sign_is_told():
    cells = ["$5", "5%", "6", "$7", "8%"]
    table = read("a,kind\n" + "".join(f"{cells[k % 5]},{'uv'[k % 2]}\n" for k in range(20)))
    np.testing.assert_array_equal(table.X[:5, 0], [5, 5, 6, 7, 8])
    assert told(table, "a") == "Numbers from 5 to 8. '$5' is read as 5. '5%' is read as 5."


@pytest.mark.parametrize("first", [10**20, 2**53, -(10**17)])
def test_no_column_of_different_numbers_is_said_to_have_one_value(first):
    cells = [first + k % 2 for k in range(8)]
    assert len({*cells}) == 2
    assert len({*map(float, cells)}) == 1
    table = read("a,b,kind\n" + "".join(f"{cell},{k},{'uv'[k % 2]}\n" for k, cell in enumerate(cells)))
    value = f"{float(first):.10g}"
    assert (
        told(table, "a")
        == f"Its value is {value} in float64 in every row; allowed: values that vary in float64."
    )
    with pytest.raises(
        ValueError, match="has values that float64 cannot tell apart in every row that has one"
    ):
        read("a,b\n" + "".join(f"{cell},{cell}\n" for cell in cells))


def test_the_class_of_an_empty_label_has_a_name():
    own = images(["cat", "", "dog"])
    assert own.class_names == ("(empty)", "cat", "dog")
    np.testing.assert_array_equal(own.y[:3], [1, 0, 2])
    assert "y_train has empty labels: they are the class (empty)." in own.understood
    assert images(["cat", "dog"]).class_names == ("cat", "dog")
    assert not [sentence for sentence in images(["cat", "dog"]).understood if "empty" in sentence]


def test_the_class_of_an_empty_label_shares_its_name_with_no_other():
    own = images(["a", "(empty)", ""])
    assert own.class_names == ("((empty))", "(empty)", "a")
    np.testing.assert_array_equal(own.y[:3], [2, 1, 0])
    assert "y_train has empty labels: they are the class ((empty))." in own.understood
    assert images(["((empty))", "(empty)", ""]).class_names[0] == "(((empty)))"


def test_the_order_of_labels_that_are_texts_is_told_as_it_is():
    own = images(["apple", "Zebra", "élan"])
    assert own.class_names == ("Zebra", "apple", "élan"), "U+005A, U+0061, U+00E9"
    assert [s for s in own.understood if s.startswith("y_train has texts")] == [
        "y_train has texts: they are stored as numbers from 0, sorted by character code, so capital letters "
        "come before lower-case ones."
    ]


def test_labels_that_are_cut_to_the_same_name_are_told():
    own = images(["a" * 61, "a" * 60 + "b", "c"])
    assert own.class_names == ("a" * 60, "c")
    assert "y_train has labels that begin with the same 60 characters: they are one class." in own.understood
    assert not [sentence for sentence in images(["a" * 61, "c"]).understood if "begin" in sentence]


@pytest.mark.parametrize(
    ("labels", "ends"),
    [
        (np.array([0.0, 1e308]), "0 to 1e+308"),
        (np.array([-1.5e300, 7.0]), "-1.5e+300 to 7"),
        (np.array([0, 2**63], np.uint64), "0 to 9223372036854775808"),
        (np.array([-1_000_000, 1]), "-1000000 to 1"),
    ],
)
def test_labels_out_of_range_are_told_shortly(labels, ends):
    with pytest.raises(ValueError, match="has labels") as refused:
        images(labels)
    assert str(refused.value) == f"y_train has labels from {ends}; allowed: -999999 to 999999."
