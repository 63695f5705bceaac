"""The plane that a link asks for: its features, and where the others are held."""

import numpy as np
import pytest
from linear import points_dataset
from tables import table_dataset

from lab import feature_planes
from lab.links import feature_plane
from lab.links.feature_plane import AUTOMATIC, COMPONENTS, FEATURES, Asked
from lab.links.reading import Unusable

TABLE = table_dataset()
BEST = feature_planes.by_separation(TABLE)


@pytest.mark.parametrize(
    ("across", "up", "found"),
    [
        (AUTOMATIC, AUTOMATIC, BEST[:2]),
        ("length (cm)", "colour", (0, 2)),
        ("length (cm)", "no such feature", (0, BEST[0])),
        (TABLE.feature_names[BEST[0]], AUTOMATIC, (BEST[0], BEST[1])),
        (AUTOMATIC, TABLE.feature_names[BEST[0]], (BEST[1], BEST[0])),
        ("colour", "colour", (2, BEST[0])),
    ],
)
def test_features_that_are_not_chosen_are_those_that_tell_the_classes_apart_best(across, up, found):
    assert feature_plane.axes(TABLE, across, up) == found


@pytest.mark.parametrize("across", [AUTOMATIC, "length (cm)", "no such feature"])
@pytest.mark.parametrize("up", [AUTOMATIC, "length (cm)"])
def test_a_table_with_one_feature_has_one_axis_which_is_the_one_across(across, up):
    table = table_dataset(n_features=1)
    assert feature_plane.axes(table, across, up) == (0, None)
    assert feature_plane.section(table, Asked(FEATURES, across, up)).axes == ("length (cm)", "")


def table_of(columns):
    """A table of features {name: eight values}, of which four are of each class, all for training."""
    X = np.array(list(columns.values()), np.float64).T
    X = (X - (shift := X.mean(axis=0))) / (scale := np.maximum(X.std(axis=0), 1e-3))
    table = table_dataset(n_classes=2, names=tuple(columns), n_features=len(columns))
    y = np.repeat([0, 1], 4)
    return table._replace(X_train=X.astype(np.float32), y_train=y, shift=shift, scale=scale)


M, AGE = np.array([1, 0, 0, 0, 1, 1, 1, 1]), np.array([3, 5, 4, 9, 8, 4, 3, 7])  # M is nearer to the class
SIZES = {"age": AGE, "size = m": M, "size = s": 1 - M}
NUMBERED = {"age": AGE, "size = m": 2 * M, "size = s": 2 - 2 * M}


@pytest.mark.parametrize(
    ("columns", "across", "up", "found"),
    [
        (SIZES, AUTOMATIC, AUTOMATIC, (1, 0)),  # not the text's other input, which only mirrors the first
        (SIZES, AUTOMATIC, "size = m", (0, 1)),
        (SIZES, "size = m", AUTOMATIC, (1, 0)),
        (SIZES, "size = m", "size = s", (1, 2)),
        (SIZES, "age", AUTOMATIC, (0, 1)),
        ({name: SIZES[name] for name in ("size = m", "size = s")}, AUTOMATIC, AUTOMATIC, (0, 1)),
        (SIZES | {"age": np.full(8, 3.3)}, AUTOMATIC, AUTOMATIC, (1, 2)),  # age does not vary
        (NUMBERED, AUTOMATIC, AUTOMATIC, (1, 2)),  # columns of numbers with such names
    ],
)
def test_two_inputs_of_one_text_column_are_both_axes_only_if_asked_for(columns, across, up, found):
    assert feature_plane.axes(table_of(columns), across, up) == found


def test_automatic_is_the_best_feature_where_another_has_that_name():
    names = list(TABLE.feature_names)
    names[BEST[-1]] = AUTOMATIC
    named = TABLE._replace(feature_names=tuple(names))
    assert feature_plane.axes(named, AUTOMATIC, AUTOMATIC) == BEST[:2]


@pytest.mark.parametrize(
    ("columns", "written"),
    [
        (("age", AUTOMATIC, "size"), ("age", "(automatic)", "size")),
        (("(automatic)", AUTOMATIC, "size"), ("(automatic)", "((automatic))", "size")),
        (("(automatic)", "age", "size"), ("(automatic)", "age", "size")),
    ],
)
def test_every_feature_can_be_an_axis_whatever_its_name(columns, written):
    table = table_of(dict(zip(columns, SIZES.values(), strict=True)))
    assert feature_plane.axis_names(columns) == written
    for first, across in enumerate(written):
        for second, up in enumerate(written):
            if first != second:
                assert feature_plane.axes(table, across, up) == (first, second)


def test_the_section_is_that_of_the_plane_asked_for():
    asked = Asked(FEATURES, "colour", "weight (g)", ((0, 9.5),))
    assert feature_plane.section(TABLE, asked) == feature_planes.of_features(TABLE, 2, 3, {0: 9.5})
    components = feature_plane.section(TABLE, asked._replace(plane_of=COMPONENTS))
    assert components == feature_planes.of_components(TABLE)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("", {}),
        ("1=5.8;3=-2", {0: 5.8, 2: -2.0}),
        (" 4 = 1e3 ; ", {3: 1000.0}),
        ("2=1;2=7", {1: 7.0}),
    ],
)
def test_held_values_are_read_and_written(text, held):
    assert feature_plane.parse_held(text, 4) == held
    assert feature_plane.parse_held(feature_plane.held_text(held), 4) == held


def test_held_values_are_written_in_the_order_of_the_features():
    assert feature_plane.held_text({2: 3.0, 0: np.float64(0.1)}) == "1=0.1;3=3"


@pytest.mark.parametrize("part", ["5=1", "0=1", "1=x", "x=1", "1=1e400", "1", "1=2=3", "1=nan"])
def test_held_values_that_cannot_be_used_are_refused_with_what_is_allowed(part):
    with pytest.raises(Unusable) as refused:
        feature_plane.parse_held(f"2=1;{part}", 4)
    assert str(refused.value) == (
        f"held is '{part}'; allowed: numbers of features from 1 to 4, each with a value, such as 1=5.8;2=3."
    )


def test_points_of_the_plane_need_no_section_and_a_table_of_two_features_has_one():
    assert not feature_plane.has_section(points_dataset([(0, 0, 0), (1, 1, 1)]))
    assert feature_plane.has_section(table_dataset(n_features=2))
    assert feature_plane.has_section(table_dataset(n_features=1))
    assert feature_plane.has_section(TABLE._replace(feature_names=()))
