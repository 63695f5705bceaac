"""DataConfig and the visitor's own points: what is refused, and in which words."""

import dataclasses
import math
import re

import numpy as np
import pytest

from data import (
    DATASETS,
    DataConfig,
    format_points,
    joined,
    offered,
    parse_points,
    point_labels,
    read_rows,
    with_every_class,
)
from data.points import ALLOWED, bad_rows

NOT_WHOLE = (1000.0, True, None, "1000", math.nan)
SPLITS = "three whole numbers such as 70/15/15 or 48000/12000/10000, the first not 0"
BAD_VALUES = [
    ("name", "circles, moons", ("", "Circles", None, ["circles"])),
    ("scaling", "none, unit, unit_twice, standard", ("", "Unit", None, 255)),
    ("n_samples", "whole numbers from 20 to 20000", (19, 20_001, *NOT_WHOLE)),
    ("seed", "whole numbers from 0 to 4294967295", (-1, 2**32, *NOT_WHOLE)),
    ("n_classes", "whole numbers from 2 to 6", (1, 7, *NOT_WHOLE)),
    ("stratified", "true or false", (None, 0, 1, "true")),
    ("noise", "a number from 0 to 1", (-0.1, math.nextafter(1, 2), math.nan, math.inf, True, "0.1", 1j)),
    ("split", SPLITS, ("", "70/30", "70/15/15/0", "70/15/", "70,15,15", "a/b/c", "-70/85/85", "1e2/0/0")),
    ("split", SPLITS, ("70.5/15/14.5", "0/50/50", " 70/15/15", "70/15/15\n", "９/1/1", "9999999/0/0", None)),
    ("points", "text such as", (None, 3, b"0,0,1", [(0, 0, 1)])),
]


@pytest.mark.parametrize(
    ("field", "value", "allowed"), [(name, bad, text) for name, text, values in BAD_VALUES for bad in values]
)
def test_a_bad_value_is_refused_naming_the_field_the_value_and_what_is_allowed(field, value, allowed):
    words = rf"^{field} is {re.escape(repr(value))}; allowed: .*{re.escape(allowed)}"
    with pytest.raises(ValueError, match=words):
        DataConfig(**{field: value})


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("noise", 0, 1), ("n_samples", 20, 20_000), ("seed", 0, 2**32 - 1), ("n_classes", 2, 6)],
)
def test_bounds_are_allowed(field, low, high):
    assert [getattr(DataConfig(**{field: value}), field) for value in (low, high)] == [low, high]


@pytest.mark.parametrize(("name", "most"), [("spirals", 5), ("blobs", 6)])
def test_the_number_of_classes_is_bounded_by_the_set(name, most):
    assert DataConfig(name=name, n_classes=most).n_classes == most
    with pytest.raises(ValueError, match=rf"^n_classes is {most + 1}; allowed: .* 2 to {most}"):
        DataConfig(name=name, n_classes=most + 1)


def test_each_page_offers_the_sets_that_it_can_use():
    some = {"circles", "own_points", "mnist", "own_images"}
    assert some & {*offered("sweeps")} == {"circles", "mnist", "own_images"}
    assert some & {*offered("decision_boundary")} == {"circles", "own_points"}
    assert offered("nowhere") == ()


@pytest.mark.parametrize("page", ["initialization", "gradient_check", "sweeps"])
def test_published_images_are_offered_wherever_networks_of_any_width_can_be_used(page):
    assert {"digits", "mnist", "fashion_mnist", "cifar10"} <= {*offered(page)}


def test_a_long_value_shows_its_beginning_and_its_end():
    with pytest.raises(ValueError, match=r"^split is '7{39}…7{19}'; allowed: .{,200}$"):
        DataConfig(split="7" * 100_000)


def test_the_defaults_are_the_documented_ones():
    assert repr(DataConfig()) == (
        "DataConfig(name='circles', n_samples=1100, noise=0.1, scaling='standard', split='70/15/15', seed=0, "
        "points='', n_classes=3, stratified=False)"
    )


def test_equal_configs_are_one_key_and_none_can_be_changed():
    config = DataConfig(n_samples=np.int64(30), noise=0, seed=np.uint8(3))
    assert {config: 1}[DataConfig(n_samples=30, noise=0.0, seed=3)] == 1
    assert [type(v) for v in (config.n_samples, config.noise, config.seed)] == [int, float, int]
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.seed = 4
    with pytest.raises(TypeError):
        DataConfig("moons")


@pytest.mark.parametrize(
    ("text", "points"),
    [
        *[(text, []) for text in ("", " ", ";;;", "\n\t\n")],
        *[
            (text, [(0.5, 1.0, 0), (-1.0, 0.2, 1)])
            for text in ("0.5,1,0;-1,0.2,1", "0.5\t1\t0\n-1\t0.2\t1\n", " 0.5 1 0 ;\r\n;-1, 0.2,\t1;")
        ],
        ("100,-100,5;-100,100,0", [(100.0, -100.0, 5), (-100.0, 100.0, 0)]),
        # decimal commas are read where something else separates the values
        ("1,5\t2,5\t0", [(1.5, 2.5, 0)]),
        ("1,5 2 0", [(1.5, 2.0, 0)]),
        ("1,5;2,5;0;\r\n-3;4,25;1", [(1.5, 2.5, 0), (-3.0, 4.25, 1)]),
        ("1;2;0", [(1.0, 2.0, 0)]),
        ("1 2 0; 3 4 1; 5 6 2", [(1.0, 2.0, 0), (3.0, 4.0, 1), (5.0, 6.0, 2)]),
        ("1, 5 0", [(1.0, 5.0, 0)]),
        ("1,2,-1;1,2,+1;1,2,6;1,2,1e3", [(1.0, 2.0, label) for label in (-1, 1, 6, 1000)]),
        ("1,2,0;,,3;, ,4", [(1.0, 2.0, 0)]),  # classes without a point
    ],
)
def test_rows_may_be_written_in_several_ways(text, points):
    assert parse_points(text) == points
    assert {type(label) for _, _, label in parse_points(text)} <= {int}


BAD_ROWS = [
    "1,2",
    "1,2,0,1",
    "1",
    "a,b,c",
    "1,2,1000000",
    ",,1.5",
    "1,2,1.5",
    "1,2,nan",
    "1,inf,0",
    "1e400,1,0",
]
BAD_ROWS += ["100.01,0,0", "0,-101,0", "1,2,0x1", "é,2,0", "1,2,½", "<script>,1,0", "1,2,None", "1,2,0\x00"]
BAD_ROWS += ["1.2.3,1,0", "--1,2,0", "1;2;0", "1,,2,0", "1_0,2,0", ",0", ",,", ",1,0", ",,1e9"]


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_bad_row_is_named_by_its_number(row):
    shown = re.escape(repr(row.split(";")[0]))
    words = rf"^points, row 2 is {shown}; allowed: x,y,label .*-100 to 100 .*whole number"
    with pytest.raises(ValueError, match=words):
        parse_points(f"1,2,0;{row};also bad")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 5000, r"row 1 is 'x{40}…'; allowed: .{,200}$"),
        ("1,2,0;" * 501, "^points contains more than 500 rows; allowed: at most 500 points"),
        ("1" * 10_000_000, "^points "),
    ],
)
def test_long_texts_are_refused_in_short_words(text, words):
    assert len(parse_points("1,2,0;" * 500)) == 500
    with pytest.raises(ValueError, match=words):
        parse_points(text)


def test_labels_are_those_of_the_points_and_of_the_rows_without_one():
    assert point_labels("1,2,7;3,4,-1;,,3;x;5,6,7.0") == (-1, 3, 7)
    assert point_labels("") == ()
    full = "1,2,1;" * 500
    assert point_labels(f"{full},,0") == (0, 1), "a row without a point is none of the 500"


@pytest.mark.parametrize(
    ("before", "now"),
    [  # of the first version: what the labels left out was a class too
        ("1,1,1;2,2,2", "1,1,1;2,2,2;,,0"),
        ("1,5;2,5;5\n3,5;4;0", "1,5;2,5;5\n3,5;4;0\n,,1\n,,2\n,,3\n,,4"),
        ("1,2,6", "1,2,6"),  # seven classes, which the first version refused
        *[(text, text) for text in ("", "1,2,0;3,4,1", "a" * 64, "x;y", "1,2,0;" * 501, "1,2,-1;3,4,1")],
    ],
)
def test_a_text_of_the_first_version_says_its_classes_in_todays_notation(before, now):
    assert with_every_class(before) == now
    assert with_every_class(now) == now


def test_points_written_and_read_again_are_the_same_to_two_decimals():
    rng = np.random.default_rng(0)
    drawn = rng.uniform([-100, -100, 0], [100, 100, 6], (497, 3))
    points = [(round(x, 2), round(y, 2), int(k)) for x, y, k in drawn]
    points += [(0.0, -0.01, 5), (100.0, -100.0, 0), (99.99, -99.99, 1)]
    assert parse_points(format_points(points)) == points
    assert format_points([(1.23456, -0.5, 0), (1e-9, 7.0, 3)]) == "1.23,-0.5,0;0,7,3"
    assert parse_points(format_points([])) == []


@pytest.mark.parametrize(
    "row", ["1,5,2,5,0", "1,5,2,0", "1.234,5\t2\t0", "1,5,\t2\t0", "1,2,5\t3\t0", "1e2,5\t1\t0"]
)
def test_a_comma_that_could_be_either_is_not_guessed_at(row):
    assert [one.point for one in read_rows(f"1,2,0\n{row}")] == [(1.0, 2.0, 0), None]


@pytest.mark.parametrize(
    "text", ["1,2,0;x;3,4,1", "1,5\t2\t0\nx\n3,4,1", "1,5;2;0\nx\n3;4;1", "x;y;class\n1,5;2;0\n3;4;1"]
)
def test_good_rows_written_again_are_the_same_points(text):
    rows = read_rows(text)
    good = [row for row in rows if row.point]
    assert [len(rows), len(good)] == [3, 2]
    assert parse_points(joined([row.text for row in good])) == [row.point for row in good]


def test_a_number_of_more_digits_than_python_prints_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^seed is a number too long to print; allowed: whole numbers"):
        DataConfig(seed=10**5000)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("1,2,0", ""),
        ("1,2,0;a", "row 2 is 'a'"),
        ("a;1,2,0;b", "row 1 is 'a'; and row 3 is 'b'"),
        ("a;b;c", "row 1 is 'a'; row 2 is 'b'; and row 3 is 'c'"),
        ("a;b;c;d", "row 1 is 'a'; row 2 is 'b'; row 3 is 'c'; and 1 more row cannot be read"),
        ("a;b;c;d;e", "row 1 is 'a'; row 2 is 'b'; row 3 is 'c'; and 2 more rows cannot be read"),
        ("x" * 40, f"row 1 is '{'x' * 40}'"),
        ("x" * 41, f"row 1 is '{'x' * 40}…'"),
    ],
)
def test_up_to_three_bad_rows_are_named_and_the_others_counted(text, named):
    found = bad_rows(read_rows("\n".join(text.split(";"))))
    assert found == (f"points, {named}; allowed: {ALLOWED}." if named else "")


def test_a_coordinate_and_a_label_at_the_bounds_are_read():
    assert parse_points("100,-100,999999;-100,100,-999999")[1] == (-100.0, 100.0, -999999)
    assert parse_points("100,-100,999999;-100,100,-999999")[0] == (100.0, -100.0, 999999)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("mnist", "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"),
        ("fashion_mnist", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        ("cifar10", "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
    ],
)
def test_a_note_on_a_file_has_the_address_where_it_was_published(name, source):
    assert source in DATASETS[name].file_note
