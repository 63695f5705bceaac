"""DataConfig and the visitor's own points: what is refused, and in which words."""

import dataclasses
import math

import numpy as np
import pytest

from data import (
    DATASETS,
    MAX_OWN_POINTS,
    SCALINGS,
    DataConfig,
    format_points,
    joined,
    parse_points,
    read_rows,
)

NOT_WHOLE = [1000.0, True, None, "1000", math.nan]
SPLITS = "three whole numbers such as 70/15/15 or 48000/12000/10000, the first not 0"
BAD_VALUES = [
    *[("name", value, "circles, moons") for value in ["", "Circles", "iris", None, 3, ["circles"]]],
    *[("scaling", value, "none, unit, unit_twice, standard") for value in ["", "Unit", "minmax", None, 255]],
    *[("n_samples", value, "whole numbers from 20 to 20000") for value in [-1, 0, 19, 20_001, *NOT_WHOLE]],
    *[("seed", value, "whole numbers from 0 to 4294967295") for value in [-1, 2**32, *NOT_WHOLE]],
    *[("n_classes", value, "whole numbers from 2 to 6") for value in [-1, 0, 1, 7, *NOT_WHOLE]],
    *[
        ("noise", value, "a number from 0 to")
        for value in [-0.1, 5.1, math.nan, math.inf, -math.inf, True, None, "0.1", 1j]
    ],
    *[("split", value, SPLITS) for value in ["", "70", "70/30", "70/15/15/0", "70/15/", "70,15,15", "a/b/c"]],
    *[("split", value, SPLITS) for value in ["-70/85/85", "70.5/15/14.5", "1e2/0/0", "0/50/50", "0/0/0"]],
    *[("split", value, SPLITS) for value in [" 70/15/15", "70/15/15\n", "９/1/1", "9999999/0/0"]],
    *[("split", value, SPLITS) for value in [None, 70, (70, 15, 15)]],
    *[("points", value, "text such as") for value in [None, 3, b"0,0,1", [(0, 0, 1)]]],
]


@pytest.mark.parametrize(("field", "value", "allowed"), BAD_VALUES)
def test_a_bad_value_is_refused_naming_the_field_the_value_and_what_is_allowed(field, value, allowed):
    with pytest.raises(ValueError, match=f"^{field} is .*allowed: ") as refusal:
        DataConfig(**{field: value})
    assert allowed in str(refusal.value)
    assert repr(value) in str(refusal.value)


def test_the_bound_named_for_the_noise_is_the_bound():
    with pytest.raises(ValueError, match=r"^noise is .*; allowed: a number from 0 to [0-9]") as refusal:
        DataConfig(noise=1e9)
    most = float(str(refusal.value).rstrip(".").split(" to ")[1])
    assert [DataConfig(noise=value).noise for value in (0, most)] == [0.0, most]
    with pytest.raises(ValueError, match=r"^noise is "):
        DataConfig(noise=math.nextafter(most, math.inf))


@pytest.mark.parametrize(("name", "most"), [("spirals", 5), ("blobs", 6)])
def test_the_number_of_classes_is_bounded_by_the_set(name, most):
    for n_classes in (2, most):
        assert DataConfig(name=name, n_classes=n_classes).n_classes == n_classes
    for n_classes in (1, most + 1):
        with pytest.raises(ValueError, match=rf"^n_classes is {n_classes}; allowed: .* 2 to {most}"):
            DataConfig(name=name, n_classes=n_classes)


def test_a_long_value_shows_its_beginning_and_its_end():
    with pytest.raises(ValueError, match=r"^split is '7{39}…7{19}'; allowed: ") as refusal:
        DataConfig(split="7" * 100_000)
    assert len(str(refusal.value)) < 250


def test_the_defaults_are_the_documented_ones():
    pinned = {
        "name": "circles",
        "n_samples": 1100,
        "noise": 0.1,
        "scaling": "standard",
        "split": "70/15/15",
        "seed": 0,
        "points": "",
    }
    defaults = dataclasses.asdict(DataConfig())
    assert {field: defaults[field] for field in pinned} == pinned
    assert {"none", "unit", "unit_twice", "standard"} == SCALINGS.keys()
    generated = {"circles", "moons", "spirals", "xor", "blobs", "linear"}
    images = {"mnist", "fashion_mnist", "cifar10", "own_images"}
    assert generated | {"own_points"} | images <= DATASETS.keys()


def test_equal_configs_are_one_key_and_none_can_be_changed():
    config = DataConfig(n_samples=np.int64(30), noise=0, seed=np.uint8(3))
    assert {config: 1}[DataConfig(n_samples=30, noise=0.0, seed=3)] == 1
    assert [type(v) for v in (config.n_samples, config.noise, config.seed)] == [int, float, int]
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.seed = 4
    with pytest.raises(TypeError):
        DataConfig("moons")


@pytest.mark.parametrize(
    ("split", "sizes", "per_cent"),
    [
        ("70/15/15", (70, 15, 15), True),
        ("100/0/0", (100, 0, 0), True),
        ("48000/12000/10000", (48_000, 12_000, 10_000), False),
        ("70/15/14", (70, 15, 14), False),
    ],
)
def test_a_split_is_per_cent_where_it_sums_to_100(split, sizes, per_cent):
    assert DataConfig(split=split).split_sizes() == (sizes, per_cent)


@pytest.mark.parametrize(
    "text", ["0.5,1,0;-1,0.2,1", "0.5\t1\t0\n-1\t0.2\t1\n", " 0.5 1 0 ;\r\n;-1, 0.2,\t1;"]
)
def test_rows_may_be_written_in_several_ways(text):
    points = parse_points(text)
    assert points == [(0.5, 1.0, 0), (-1.0, 0.2, 1)]
    assert [type(cell) for cell in points[0]] == [float, float, int]


@pytest.mark.parametrize("text", ["", " ", ";;;", "\n\t\n"])
def test_no_rows_are_no_points(text):
    assert parse_points(text) == []


BAD_ROWS = ["1,2", "1,2,0,1", "1", "a,b,c", "1,2,6", "1,2,-1", "1,2,1.5", "1,2,nan", "nan,2,0"]
BAD_ROWS += [
    "1,inf,0",
    "-inf,1,0",
    "1e400,1,0",
    "100.01,0,0",
    "0,-101,0",
    "1,2,0x1",
    "é,2,0",
    "1,2,💥",
    "1,2,½",
]
BAD_ROWS += ["<script>,1,0", "1,2,None", "1,2,0\x00", "__import__('os'),1,0", "1.2.3,1,0", "--1,2,0", "1;2;0"]


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_bad_row_is_named_by_its_number(row):
    with pytest.raises(
        ValueError, match=r"^points, row 2 is .*; allowed: x,y,label .*-100 to 100 .*0 to 5"
    ) as refusal:
        parse_points(f"1,2,0;{row};also bad")
    assert repr(row.split(";")[0]) in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1,5\t2,5\t0", [(1.5, 2.5, 0)]),
        ("1,5 2 0", [(1.5, 2.0, 0)]),
        ("-0,25\t2.5\t1,0", [(-0.25, 2.5, 1)]),
        ("1,5;2,5;0", [(1.5, 2.5, 0)]),
        ("1,5;2,5;0;\r\n-3;4,25;1", [(1.5, 2.5, 0), (-3.0, 4.25, 1)]),
        ("1;2;0", [(1.0, 2.0, 0)]),
        ("1 2 0; 3 4 1; 5 6 2", [(1.0, 2.0, 0), (3.0, 4.0, 1), (5.0, 6.0, 2)]),
        ("1,2,0;3,4,1;5,6,2", [(1.0, 2.0, 0), (3.0, 4.0, 1), (5.0, 6.0, 2)]),
        ("1, 5 0", [(1.0, 5.0, 0)]),
    ],
)
def test_decimal_commas_are_read_where_something_else_separates_the_values(text, points):
    assert parse_points(text) == points


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


@pytest.mark.parametrize("row", ["1,,2,0", "1_0,2,0"])
def test_a_row_is_not_guessed_at(row):
    # an empty cell is a missing value, and digits with a joint are a slip of the finger
    with pytest.raises(ValueError, match=r"^points, row 1 is"):
        parse_points(row)


def test_a_long_bad_row_is_cut_short_in_the_refusal():
    with pytest.raises(ValueError, match=r"^points, row 1 is 'x+…'") as refusal:
        parse_points("x" * 5000)
    assert len(str(refusal.value)) < 250


def test_limits_are_within_what_is_allowed():
    assert parse_points("100,-100,5;-100,100,0") == [(100.0, -100.0, 5), (-100.0, 100.0, 0)]


@pytest.mark.parametrize("n_points", [501, 10_000])
def test_more_than_500_points_are_refused(n_points):
    assert MAX_OWN_POINTS == 500
    assert len(parse_points("1,2,0;" * 500)) == 500
    with pytest.raises(ValueError, match=r"^points holds more than 500 rows; allowed: at most 500 points"):
        parse_points("1,2,0;" * n_points)


def test_an_endless_text_is_refused():
    with pytest.raises(ValueError, match=r"^points "):
        parse_points("1" * 10_000_000)


@pytest.mark.parametrize("seed", range(5))
def test_points_written_and_read_again_are_the_same(seed):
    rng = np.random.default_rng(seed)
    points = [
        (round(x, 2), round(y, 2), int(k))
        for x, y, k in rng.uniform([-100, -100, 0], [100, 100, 6], (500, 3))
    ]
    points += [(0.0, -0.01, 5), (100.0, -100.0, 0), (99.99, -99.99, 1)]
    for chunk in (points[:500], points[-3:], []):
        assert parse_points(format_points(chunk)) == chunk


def test_coordinates_are_written_to_two_decimals():
    assert format_points([(1.23456, -0.5, 0), (1e-9, 7.0, 3)]) == "1.23,-0.5,0;0,7,3"
