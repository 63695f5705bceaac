"""Maps of planes through the features of a table: what is drawn where, and how faint."""

import numpy as np
import pandas as pd
import pytest
from linear import STRAIGHT, pixels
from tables import table_dataset

from lab import feature_planes
from lab.words import as_plain_text
from mlp import Layer, TrainConfig, forward, init_params
from ui.charts import palette
from ui.figures import bent_plane, frames, maps, section_planes

TABLE = table_dataset()
SECTION = feature_planes.of_features(TABLE, 3, 1, {0: 8.0})
PLANE = section_planes.plane_of_table(TABLE, SECTION)
CONFIG = TrainConfig(hidden_layer_sizes=(5,), activation="tanh", dtype="float64")


def inputs_by_hand(plane, n):
    """X at the centres of n × n cells, one cell after the other, the top row first."""
    rows = []
    for i in reversed(range(n)):
        for j in range(n):
            across = plane.x[0] + (j + 0.5) * (plane.x[1] - plane.x[0]) / n
            up = plane.y[0] + (i + 0.5) * (plane.y[1] - plane.y[0]) / n
            raw = np.array([8.0, up, feature_planes.medians(TABLE)[2], across])
            rows.append((raw - TABLE.shift) / TABLE.scale)
    return np.array(rows)


def test_the_map_has_the_outputs_at_the_places_of_the_plane_with_the_others_held():
    params = init_params(CONFIG, 4, 3)
    (found,) = maps.probabilities([params], CONFIG, TABLE, PLANE, 7)
    expected = forward(params, inputs_by_hand(PLANE, 7), CONFIG).output
    np.testing.assert_allclose(found.reshape(-1, 3), expected, rtol=1e-6)


def test_the_plane_has_all_examples_in_it_and_each_axis_fits_its_feature():
    raw, plane = maps.raw_points(TABLE), section_planes.plane_of_table(TABLE, SECTION)
    for (low, high), k in ((plane.x, 3), (plane.y, 1)):
        reach = np.ptp(raw[:, k])
        assert low < raw[:, k].min() < raw[:, k].max() < high
        assert high - low == pytest.approx(1.08 * reach)
    section = feature_planes.of_components(TABLE)
    components = section_planes.plane_of_table(TABLE, section)
    assert (plane.section, components.section) == (SECTION, section)
    middles = [np.mean([places.min(), places.max()]) for places in section.places(raw).T]
    assert [np.mean(ends) for ends in (components.x, components.y)] == pytest.approx(middles)
    assert np.ptp(components.x) == pytest.approx(np.ptp(components.y)), "both are standard deviations"


def test_a_feature_that_does_not_vary_has_an_axis_around_its_value():
    plane = section_planes.plane_through(
        feature_planes.of_features(table_dataset(n_features=1), 0, None, {}), [[3.0]]
    )
    assert plane.x == pytest.approx((3 - 1.08, 3 + 1.08))
    assert plane.y == pytest.approx((-1.08, 1.08))


def test_examples_stand_at_their_features_and_are_fainter_the_farther_they_are():
    drawn, raw = frames.points(TABLE, section=SECTION), maps.raw_points(TABLE)
    np.testing.assert_allclose(drawn["x"], raw[:, 3], rtol=1e-6)
    np.testing.assert_allclose(drawn["y"], raw[:, 1], rtol=1e-6)
    np.testing.assert_allclose(drawn["distance"], SECTION.distances(raw), rtol=1e-5)
    order = drawn.sort_values("distance")
    assert (np.diff(order["opacity"]) <= 0).all()
    assert order["opacity"].iloc[0] > order["opacity"].iloc[-1] == pytest.approx(frames.FARTHEST)
    assert drawn["class"].tolist()[:3] == ["a", "b", "c"]
    assert drawn["split"].value_counts().to_dict() == {"train": 36, "validation": 12, "test": 12}


def test_a_sample_of_the_examples_is_theirs():
    some, everything = frames.points(TABLE, 20, SECTION), frames.points(TABLE, section=SECTION)
    assert len(some) == 20
    for name in ("x", "y", "distance", "class", "split"):
        assert some[name].tolist() == everything.loc[some.index, name].tolist()


@pytest.mark.parametrize(
    ("distances", "opacity"),
    [
        ([0.0, 0.0], [0.9, 0.9]),
        ([], []),
        ([0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 9.0], [0.9, 0.525] + [0.15] * 9),
    ],
)
def test_the_opacity_falls_in_a_straight_line(distances, opacity):
    assert frames.faded(np.array(distances)).tolist() == pytest.approx(opacity, abs=0.006)


def test_boundaries_are_in_the_units_of_the_axes():
    # z_1 - z_0 = (weight - 20) in the table's units, so the line is upright where the weight is 20
    W = np.zeros((4, 2))
    W[3, 1] = TABLE.scale[3]
    table = TABLE._replace(class_names=("a", "b"))
    params = (Layer(W, np.array([0.0, TABLE.shift[3] - 20.0])),)
    plane = maps.Plane((10.0, 40.0), (0.0, 1.0), SECTION)
    (p,) = maps.probabilities([params], STRAIGHT, table, plane)
    ((line,),) = maps.boundaries(p[np.newaxis], plane)
    np.testing.assert_allclose(line[:, 0], 20.0, atol=0.01)
    assert len(line) == 2
    assert abs(np.ptp(line[:, 1])) > 0.95


def test_a_unit_is_pictured_over_the_plane():
    hidden = Layer(np.eye(4)[:, 3:], np.zeros(1))
    ((picture, ((low, high),)),) = maps.unit_maps(
        (hidden, Layer(np.ones((1, 3)), np.zeros(3))), CONFIG, TABLE, PLANE, 9
    )
    ends = [np.tanh(inputs_by_hand(PLANE, 9)[k, 3]) for k in (0, 8)]
    assert (low, high) == pytest.approx((min(ends), max(ends)))
    left, right = pixels(picture)[4, 0, :3], pixels(picture)[4, 8, :3]
    assert (tuple(left), tuple(right)) == (palette.rgb(palette.NEGATIVE), palette.rgb(palette.POSITIVE))


def test_in_the_bent_plane_examples_are_where_their_own_features_take_them():
    params = (Layer(np.diag([1.0, 2.0, 0.5, 3.0]), np.zeros(4)), Layer(np.ones((4, 3)), np.zeros(3)))
    config = TrainConfig(hidden_layer_sizes=(4,), activation="identity", dtype="float64")
    X = np.concatenate([TABLE.X_train, TABLE.X_valid, TABLE.X_test]) * [1.0, 2.0, 0.5, 3.0]
    (points,), _ = bent_plane.projected([params], config, TABLE, PLANE, np.arange(len(X)))
    A = X[: len(TABLE.X_train)]
    vectors = np.linalg.eigh(np.cov(A.T))[1][:, ::-1]
    expected = np.abs((X - A.mean(axis=0)) @ vectors)
    np.testing.assert_allclose(np.abs(points[: len(X)]), expected[:, :2], atol=1e-4)
    assert np.isfinite(points).all()


@pytest.mark.parametrize(
    ("distances", "said"),
    [
        ([0.0, 0.001], []),
        ([0.25, 0.0, 2.04], ["0.0 to 2.0"]),
        ([1.26, 3.0], ["1.3 to 3.0"]),
        (None, []),
    ],
)
def test_how_far_examples_are_from_the_plane_is_said_if_any_is_off_it(monkeypatch, distances, said):
    captions = []
    monkeypatch.setattr(section_planes.st, "caption", captions.append)
    frame = pd.DataFrame({"x": [0.0]} if distances is None else {"distance": distances})
    section_planes.show_distances(frame)
    assert len(captions) == len(said)
    assert all(
        f" Distances are {one}, after " in caption for one, caption in zip(said, captions, strict=True)
    )


def test_a_plane_is_told_with_a_visitors_words_as_they_are_and_points_have_none():
    section = feature_planes.of_features(TABLE._replace(feature_names=("a", "b", "c", "*d*")), 3, 1, {0: 8.0})
    plane = maps.Plane((0.0, 1.0), (0.0, 1.0), section)
    assert section_planes.in_brackets(plane) == f" (plane of {section.said})"
    assert "*d*" in section.said
    assert section_planes.told(plane) == f"Plane of {as_plain_text(section.said)}"
    bare = plane._replace(section=None)
    assert (section_planes.told(bare), section_planes.in_brackets(bare)) == ("", "")
