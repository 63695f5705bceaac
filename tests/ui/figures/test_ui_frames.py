"""Records, datasets and maps as tables: every number can be worked out by hand."""

import io
import itertools
import math
import types

import numpy as np
import pandas as pd
import pytest
from linear import STRAIGHT, points_dataset, straight

from data import SCALINGS, DataConfig, load_dataset
from data.generators import GENERATED
from mlp import EpochRecord, Layer, TrainConfig, init_params
from ui.figures import frames
from ui.figures.maps import Plane
from ui.training.history import of_records
from ui.training.run import Run

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
SMALL = load_dataset(DataConfig(n_samples=60))
FOREVER = 1e6  # seconds


def record(epoch=0, loss=1.0, accuracy=0.5, **changes):
    """An EpochRecord whose three splits have the same loss and accuracy."""
    figures = [loss, accuracy] * 3
    plain = EpochRecord(epoch, 0.1, *figures, penalty=0.0, diverged=False, seconds=1.0, params=())
    return plain._replace(**changes)


def stand_in(*epochs, dataset=None):
    """Something that looks like a run to a reader of its records."""
    configs = tuple(TrainConfig(init_seed=10 + i) for i in range(len(epochs[0])))
    history = of_records(epochs)
    reading = {"at": history.at, "up_to": history.up_to, "n_epochs": history.n_epochs}
    return types.SimpleNamespace(configs=configs, dataset=dataset, **reading)


def rows(frame, quantity, split):
    return frame[(frame["quantity"] == quantity) & (frame["split"] == split)].set_index("epoch")


def test_curves_are_the_median_the_least_and_the_largest_over_the_networks():
    run = stand_in(
        tuple(record(0, loss, accuracy) for loss, accuracy in [(3.0, 0.1), (1.0, 0.5), (2.5, 0.9)]),
        tuple(record(1, loss, accuracy) for loss, accuracy in [(0.5, 1.0), (0.25, 0.5), (4.0, 0.75)]),
    )
    frame = frames.curves(run, 1)
    assert set(frame["split"]) == {"train", "validation", "test"}
    for split in ("train", "validation", "test"):
        loss, accuracy = rows(frame, "loss", split), rows(frame, "accuracy", split)
        assert loss.loc[0, ["median", "low", "high"]].tolist() == [2.5, 1.0, 3.0]
        assert loss.loc[1, ["median", "low", "high"]].tolist() == [0.5, 0.25, 4.0]
        assert accuracy.loc[0, ["median", "low", "high"]].tolist() == pytest.approx([0.5, 0.1, 0.9])
        assert accuracy.loc[1, ["median", "low", "high"]].tolist() == pytest.approx([0.75, 0.5, 1.0])


def test_each_split_has_its_own_figures():
    own = record(train_loss=1.0, valid_loss=2.0, test_loss=3.0)._replace(
        train_accuracy=0.1, valid_accuracy=0.2, test_accuracy=0.3
    )
    frame = frames.curves(stand_in((own,)), 0)
    for n, split in enumerate(("train", "validation", "test"), start=1):
        assert rows(frame, "loss", split).loc[0, "median"] == n
        assert rows(frame, "accuracy", split).loc[0, "median"] == pytest.approx(n / 10)


@pytest.mark.parametrize("lost", [math.nan, math.inf, -math.inf])
def test_figures_that_are_not_numbers_do_not_count_nor_do_those_of_a_network_that_has_diverged(lost):
    networks = [record(0, 1.0, 0.5), record(0, lost, math.nan), record(0, 3.0, 0.7), record(0, 3.5, 0.7)]
    gone = record(0, 1e30, 0.1, diverged=True)  # its last loss is a number, its parameters are not
    frame = frames.curves(stand_in((*networks, gone)), 0)
    assert rows(frame, "loss", "test").loc[0, ["median", "low", "high"]].tolist() == [3.0, 1.0, 3.5]
    assert rows(frame, "accuracy", "test").loc[0, "median"] == pytest.approx(0.7)


def test_epochs_at_which_every_network_has_diverged_are_not_drawn():
    lost = record(1, math.nan, math.nan, diverged=True)
    frame = frames.curves(stand_in((record(0),) * 2, (lost,) * 2), 1)
    assert set(frame["epoch"]) == {0}
    assert len(frame) == 6
    assert frames.curves(stand_in((lost,)), 0).empty


def test_a_split_without_examples_is_not_drawn_and_a_loss_of_zero_can_be():
    own = record(0, 0.0, 0.0, valid_loss=math.nan, valid_accuracy=math.nan)
    frame = frames.curves(stand_in((own,)), 0)
    assert set(frame["split"]) == {"train", "test"}
    assert (rows(frame, "loss", "train")["median"] > 0).all(), "on a logarithmic axis"
    assert (rows(frame, "accuracy", "train")["median"] == 0).all()


def test_curves_go_as_far_as_asked_and_no_farther_than_the_run():
    run = stand_in(*[(record(epoch),) for epoch in range(8)])
    assert set(frames.curves(run, 4)["epoch"]) == set(range(5))
    assert set(frames.curves(run, 100)["epoch"]) == set(range(8))


def test_a_long_run_is_thinned_and_keeps_its_first_and_its_last_epoch():
    run = stand_in(*[(record(epoch, loss=1.0 + epoch),) for epoch in range(5001)])
    frame = rows(frames.curves(run, 5000), "loss", "train")
    assert 100 <= len(frame) <= frames.MAX_EPOCHS_DRAWN
    assert {0, 5000} <= set(frame.index)
    assert (frame["median"] == 1.0 + frame.index).all(), "each epoch has its own figures"
    gaps = np.diff(sorted(frame.index))
    assert gaps.max() - gaps.min() <= 1


@pytest.mark.parametrize(("name", "scaling"), list(zip(GENERATED, itertools.cycle(SCALINGS), strict=False)))
def test_points_are_those_of_the_generator_in_its_own_units(name, scaling):
    config = DataConfig(name=name, n_samples=100, seed=5, scaling=scaling, split="50/30/19")
    X, y = GENERATED[name].generator(np.random.default_rng(5), 100, config.noise, config.n_classes)
    frame = frames.points(load_dataset(config))
    np.testing.assert_allclose(frame[["x", "y"]], X[:99], atol=2e-6)
    assert frame["class"].tolist() == [str(label) for label in y[:99]]
    assert frame["split"].tolist() == ["train"] * 50 + ["validation"] * 30 + ["test"] * 19


@pytest.mark.parametrize("most", [100, 999, 1000, 2000])
def test_when_some_points_are_drawn_they_stand_for_all_and_are_the_same_each_time(most):
    dataset = load_dataset(DataConfig(name="blobs", n_samples=1000, split="50/30/20", n_classes=3))
    frame, everything = frames.points(dataset, most), frames.points(dataset, 10**6)
    assert everything["split"].value_counts().to_dict() == {"train": 500, "validation": 300, "test": 200}
    assert len(frame) == min(most, 1000)
    for column in ("class", "split"):
        shares, all_shares = (f[column].value_counts(normalize=True) for f in (frame, everything))
        assert shares.to_dict() == pytest.approx(all_shares.to_dict(), abs=0.1)
    pd.testing.assert_frame_equal(frame, everything.loc[frame.index])
    pd.testing.assert_frame_equal(frame, frames.points(dataset, most))


def test_the_confusion_matrix_counts_actual_by_predicted():
    dataset = points_dataset([(-1, 0, 0), (1, 0, 1)], test=[(-1, 0, 0), (1, 0, 0), (2, 0, 0), (1, 0, 1)])
    frame = frames.confusion(straight((1, 0), 0.0), STRAIGHT, dataset)
    counts = frame.set_index(["actual", "predicted"])["count"].to_dict()
    assert counts == {("0", "0"): 1, ("0", "1"): 2, ("1", "0"): 0, ("1", "1"): 1}
    shares = frame.set_index(["actual", "predicted"])["share"].to_dict()
    assert shares[("0", "1")] == pytest.approx(2 / 3, abs=1e-3)
    assert shares[("1", "1")] == 1


def test_without_a_test_set_the_matrix_is_of_zeros():
    frame = frames.confusion(straight((1, 0), 0.0), STRAIGHT, points_dataset([(-1, 0, 0), (1, 0, 1)]))
    assert frame["count"].tolist() == frame["share"].tolist() == [0] * 4


def test_the_hidden_view_of_two_linear_units_preserves_distances():
    rng = np.random.default_rng(1)
    dataset = points_dataset(np.column_stack([rng.normal(size=(40, 2)), np.arange(40) % 2]), [(1, 1, 0)])
    config = TrainConfig(hidden_layer_sizes=(2,), activation="identity")
    turn = np.array([[0.6, -0.8], [0.8, 0.6]], np.float32)
    params = (Layer(turn, np.array([5.0, -3.0], np.float32)), Layer(np.eye(2, dtype="f4"), np.zeros(2, "f4")))
    examples, grid, share = frames.hidden_view(params, config, dataset, PLANE)
    assert share == pytest.approx(1.0, abs=1e-6)
    raw = np.concatenate([dataset.X_train, dataset.X_valid])
    seen = examples[["first", "second"]].to_numpy(float)

    def distances(points):
        return np.linalg.norm(points[:, np.newaxis] - points[np.newaxis], axis=-1)

    np.testing.assert_allclose(distances(seen), distances(raw), atol=1e-5)
    np.testing.assert_allclose(seen[:40].mean(axis=0), 0, atol=1e-5)
    assert seen[:40, 0].var() >= seen[:40, 1].var(), "the first component varies most"
    for _, line in grid.groupby("line"):
        step = np.linalg.norm(np.diff(line.sort_values("step")[["first", "second"]], axis=0), axis=1)
        np.testing.assert_allclose(step, 4 / (len(line) - 1), atol=1e-5)


def test_the_share_of_variance_is_that_of_the_two_leading_components():
    dataset = points_dataset([(1, 0, 0), (-1, 0, 0), (0, 1, 1), (0, -1, 1)])
    W = np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 1.0]], np.float32)
    # activations vary along (1, 0, 0) by 4 and along (0, 1, 1)/√2 by 2, and not at all else
    config = TrainConfig(hidden_layer_sizes=(3,), activation="identity")
    params = (Layer(W, np.zeros(3, "f4")), Layer(np.ones((3, 2), "f4"), np.zeros(2, "f4")))
    examples, _, share = frames.hidden_view(params, config, dataset, PLANE)
    assert share == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(examples["first"].abs(), [2, 2, 0, 0], atol=1e-5)
    np.testing.assert_allclose(examples["second"].abs(), [0, 0, 2**0.5, 2**0.5], atol=1e-5)


def test_the_hidden_view_of_no_hidden_layer_is_the_plane_itself():
    dataset = points_dataset([(3, 0, 0), (-3, 0, 0), (0, 1, 1), (0, -1, 1)])
    examples, _, share = frames.hidden_view(straight((1, 0), 0.0), STRAIGHT, dataset, PLANE)
    assert share == pytest.approx(1.0)
    np.testing.assert_allclose(examples["first"].abs(), [3, 3, 0, 0], atol=1e-6)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, 1e38])
def test_the_hidden_view_of_a_network_without_life_has_no_variance_to_show(value):
    dataset = points_dataset([(1, 0, 0), (-1, 0, 1), (2, 3, 1)])
    config = TrainConfig(hidden_layer_sizes=(3,))
    params = tuple(
        Layer(np.full_like(layer.W, value), np.zeros_like(layer.b)) for layer in init_params(config, 2, 2)
    )
    examples, _, share = frames.hidden_view(params, config, dataset, PLANE)
    assert len(examples) == 3
    assert share == 0


def test_one_unit_is_seen_along_one_component():
    dataset = points_dataset([(1, 0, 0), (-1, 0, 1), (0.5, 3, 1)])
    config = TrainConfig(hidden_layer_sizes=(1,), activation="identity")
    params = (Layer(np.array([[1.0], [0.0]], "f4"), np.zeros(1, "f4")), init_params(config, 1, 2)[1])
    examples, _, share = frames.hidden_view(params, config, dataset, PLANE)
    assert share == pytest.approx(1.0)
    assert (examples["second"] == 0).all()
    assert examples["first"].abs().tolist() == pytest.approx([5 / 6, 7 / 6, 1 / 3], abs=1e-5)


def run(n_epochs, *rates, seed=0):
    configs = tuple(
        TrainConfig(
            hidden_layer_sizes=(4,), batch_size=8, epochs=1000, learning_rate=rate, init_seed=seed + i
        )
        for i, rate in enumerate(rates)
    )
    found = Run(configs, SMALL)
    found.advance(n_epochs, FOREVER)
    return found


def exported(*trained):
    """The export of (run, epochs) pairs, read again."""
    return pd.read_csv(io.StringIO(frames.table(list(trained))))


def test_the_export_has_a_row_for_every_run_seed_and_epoch():
    table = exported((run(3, 0.1, 0.1), 3), (run(3, 0.2, 0.2, seed=7), 2))
    keys = [tuple(row) for row in table[["run", "init_seed", "epoch"]].to_numpy().tolist()]
    expected = [(0, s, e) for s in (0, 1) for e in range(4)] + [(1, s, e) for s in (7, 8) for e in range(3)]
    assert sorted(keys) == sorted(expected)


def test_the_export_has_the_figures_of_the_records():
    found = run(3, 0.1, 0.1)
    table = exported((found, 3)).set_index(["init_seed", "epoch"])
    for epoch, records in enumerate(found.records):
        for seed, record in enumerate(records):
            row = table.loc[(seed, epoch)]
            for name in ("train_loss", "valid_accuracy", "test_loss", "learning_rate", "penalty"):
                assert row[name] == pytest.approx(getattr(record, name), rel=1e-12)
    assert "params" not in table


def test_the_export_stops_where_it_is_asked_to():
    assert exported((run(6, 0.1), 2))["epoch"].tolist() == [0, 1, 2]


def test_a_network_that_has_diverged_is_exported_once_an_epoch_and_no_longer():
    table = exported((run(6, 1e9, 0.1), 6))
    assert not table.duplicated(["run", "init_seed", "epoch"]).any()
    lost = table[table["init_seed"] == 0]
    assert lost["diverged"].tolist()[-1]
    assert table[table["init_seed"] == 1]["epoch"].tolist() == list(range(7))


def test_nothing_trained_is_an_export_without_rows():
    assert frames.table([]).strip() in ("", '""')


def test_the_seconds_are_the_sum_over_networks_and_epochs():
    found = run(4, 0.1, 0.1)
    total = sum(record.seconds for records in found.records for record in records)
    assert frames.seconds(found, 4) == pytest.approx(total)
    assert frames.seconds(found, 0) == pytest.approx(sum(record.seconds for record in found.records[0]))


def test_a_network_that_has_diverged_takes_no_more_time():
    found = run(8, 1e9, 0.1)
    lost, kept = zip(*found.records, strict=True)
    last = next(epoch for epoch, record in enumerate(lost) if record.diverged)
    assert last < 8
    total = sum(record.seconds for record in lost[: last + 1]) + sum(record.seconds for record in kept)
    assert frames.seconds(found, 8) == pytest.approx(total)


def test_cells_tile_the_plane():
    frame = frames.cells(PLANE, 8)
    assert len(frame) == 64
    assert (frame["x1"].min(), frame["x2"].max()) == pytest.approx((-2, 2))
    assert (frame["y1"].min(), frame["y2"].max()) == pytest.approx((-1, 3))
    area = ((frame["x2"] - frame["x1"]) * (frame["y2"] - frame["y1"])).sum()
    assert area == pytest.approx(16, rel=1e-5)
    assert not frame.duplicated(["x", "y"]).any()
    assert "predicted" not in frame


@pytest.mark.parametrize("n", [8, 5, 3])
def test_cells_tell_the_winner_and_its_output_where_they_are(n):
    m = 24
    x = np.tile(-2 + (np.arange(m) + 0.5) * 4 / m, (m, 1))
    y = np.tile((3 - (np.arange(m) + 0.5) * 4 / m)[:, np.newaxis], (1, m))
    p = np.stack([np.clip((x + 2) / 4, 0, 1), np.clip((y + 1) / 4, 0, 1)], axis=-1)
    frame = frames.cells(PLANE, n, p)
    across, up = (frame["x"] + 2) / 4, (frame["y"] + 1) / 4
    assert (np.abs(frame["output"] - np.maximum(across, up)) < 1 / m).all()
    clear = np.abs(across - up) > 2 / m
    assert (frame["predicted"][clear] == (up > across)[clear].astype(int)).all()


def test_cells_of_outputs_that_are_not_numbers_are_still_cells():
    frame = frames.cells(PLANE, 4, np.full((12, 12, 2), np.nan))
    assert len(frame) == 16
    assert np.isfinite(frame["output"]).all()


def test_a_boundary_keeps_its_lines_apart_and_their_points_in_order():
    lines = [np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]]), np.array([[5.0, 5.0], [6.0, 6.0]])]
    frame = frames.boundary(lines)
    for number, line in enumerate(lines):
        part = frame[frame["line"] == number].sort_values("step")
        np.testing.assert_allclose(part[["x", "y"]], line)
    assert len(frame) == 5


def test_no_boundary_is_a_frame_with_columns_and_without_rows():
    frame = frames.boundary([])
    assert len(frame) == 0
    assert {"x", "y", "line", "step"} <= set(frame)


def test_units_stand_eight_a_row_and_count_from_one():
    frame = frames.units([(-float(i), i / 3) for i in range(19)])
    assert frame["unit"].tolist() == list(range(1, 20))
    assert frame["left"].tolist() == [i % 8 for i in range(19)]
    assert frame["top"].tolist() == [i // 8 for i in range(19)]
    for low, high in (("left", "right"), ("top", "bottom")):
        np.testing.assert_allclose(frame[high] - frame[low], 1 / 1.1)
    assert (frame.loc[10, "smallest"], frame.loc[10, "largest"]) == pytest.approx((-10, 3.333))


def test_of_several_pictures_the_first_is_seen():
    frame = frames.pictures((3, "third"), (4, "fourth"))
    assert frame["picture"].tolist() == ["third", "fourth"]
    assert frame["opacity"].tolist() == [1, 0]
    assert frame["key"].nunique() == 2
    again = frames.pictures((4, "fourth"), (5, "fifth"))
    assert again["key"][0] == frame["key"][1], "the epoch that was sent ahead is known again"
