"""Records, datasets and maps as tables: every number can be worked out by hand."""

import io
import itertools
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from histories import of_records, records_of
from linear import STRAIGHT, points_dataset, straight

from data import SCALINGS, DataConfig, load_dataset
from data.generators import GENERATED
from mlp import EpochRecord, Layer, TrainConfig
from ui.figures import frames
from ui.figures.maps import Plane
from ui.training.run import Run

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
SMALL = load_dataset(DataConfig(n_samples=60))
SPREAD = ["median", "low", "high"]


def record(epoch=0, loss=1.0, accuracy=0.5, **changes):
    """An EpochRecord whose three splits have the same loss and accuracy."""
    figures = [loss, accuracy] * 3
    plain = EpochRecord(epoch, 0.1, *figures, penalty=0.0, diverged=False, seconds=1.0, params=())
    return plain._replace(**changes)


def curves(*epochs, n_epochs=9999):
    return frames.curves(of_records(epochs), n_epochs)


def rows(frame, quantity, split):
    return frame[(frame["quantity"] == quantity) & (frame["split"] == split)].set_index("epoch")


def test_curves_are_the_median_the_least_and_the_largest_over_the_networks_of_each_split():
    networks = [record(0, 3.0, 0.1), record(0, 1.0, 0.5), record(0, 2.5, 0.9)]
    later = [record(1, loss, accuracy) for loss, accuracy in [(0.5, 1.0), (0.25, 0.5), (4.0, 0.75)]]
    networks = [one._replace(valid_loss=10 * one.train_loss, test_accuracy=0.2) for one in networks]
    frame = curves(tuple(networks), tuple(later))
    assert set(frame["split"]) == {"train", "validation", "test"}
    assert rows(frame, "loss", "train")[SPREAD].to_numpy().tolist() == [[2.5, 1, 3], [0.5, 0.25, 4]]
    assert rows(frame, "loss", "validation").loc[0, SPREAD].tolist() == [25, 10, 30]
    assert rows(frame, "accuracy", "train").loc[1, SPREAD].tolist() == pytest.approx([0.75, 0.5, 1.0])
    assert rows(frame, "accuracy", "test").loc[0, SPREAD].tolist() == pytest.approx([0.2] * 3)


@pytest.mark.parametrize("lost", [math.nan, math.inf])
def test_figures_that_are_not_numbers_do_not_count_nor_do_those_of_a_network_that_has_diverged(lost):
    networks = [record(0, 1.0, 0.5), record(0, lost, math.nan), record(0, 3.0, 0.7), record(0, 3.5, 0.7)]
    gone = record(0, 1e30, 0.1, diverged=True)  # its last loss is a number, its parameters are not
    frame = curves((*networks, gone))
    assert rows(frame, "loss", "test").loc[0, SPREAD].tolist() == [3.0, 1.0, 3.5]
    assert rows(frame, "accuracy", "test").loc[0, "median"] == pytest.approx(0.7)


def test_epochs_at_which_every_network_has_diverged_and_splits_without_examples_are_not_drawn():
    lost = record(1, math.nan, math.nan, diverged=True)
    frame = curves((record(0),) * 2, (lost,) * 2)
    assert set(frame["epoch"]) == {0}
    assert len(frame) == 6
    assert curves((lost,)).empty
    frame = curves((record(0, 0.0, 0.0, valid_loss=math.nan, valid_accuracy=math.nan),))
    assert set(frame["split"]) == {"train", "test"}
    assert (rows(frame, "loss", "train")["median"] > 0).all(), "on a logarithmic axis"
    assert (rows(frame, "accuracy", "train")["median"] == 0).all()


def test_curves_go_as_far_as_asked_and_a_long_run_is_thinned_but_for_its_first_and_its_last_epoch():
    assert set(curves(*[(record(n),) for n in range(8)], n_epochs=4)["epoch"]) == set(range(5))
    frame = rows(curves(*[(record(n, loss=1.0 + n),) for n in range(5001)]), "loss", "train")
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


@pytest.mark.parametrize("most", [100, 1000])
def test_when_some_points_are_drawn_they_stand_for_all_and_are_the_same_each_time(most):
    dataset = load_dataset(DataConfig(name="blobs", n_samples=1000, split="50/30/20", n_classes=3))
    frame, everything = frames.points(dataset, most), frames.points(dataset, 10**6)
    assert len(frame) == most
    for column in ("class", "split"):
        shares, all_shares = (f[column].value_counts(normalize=True) for f in (frame, everything))
        assert shares.to_dict() == pytest.approx(all_shares.to_dict(), abs=0.1)
    pd.testing.assert_frame_equal(frame, everything.loc[frame.index])
    pd.testing.assert_frame_equal(frame, frames.points(dataset, most))


def test_the_confusion_matrix_counts_actual_by_predicted():
    dataset = points_dataset([(-1, 0, 0), (1, 0, 1)], test=[(-1, 0, 0), (1, 0, 0), (2, 0, 0), (1, 0, 1)])
    frame = frames.confusion(straight((1, 0), 0.0), STRAIGHT, dataset).set_index(["actual", "predicted"])
    assert frame["count"].to_dict() == {("0", "0"): 1, ("0", "1"): 2, ("1", "0"): 0, ("1", "1"): 1}
    assert frame["share"].tolist() == pytest.approx([1 / 3, 2 / 3, 0, 1], abs=1e-3)
    both = [straight((1, 0), 0.0), straight((0, 1), 0.5)]
    stack = tuple(Layer(*map(np.stack, zip(*layers, strict=True))) for layers in zip(*both, strict=True))
    alone = [frames.confusion(params, STRAIGHT, dataset) for params in both]
    assert not alone[0].equals(alone[1])
    assert frames.confusion(stack, STRAIGHT, dataset).equals(pd.concat(alone, ignore_index=True))
    none = frames.confusion(straight((1, 0), 0.0), STRAIGHT, points_dataset([(-1, 0, 0), (1, 0, 1)]))
    assert none["count"].tolist() == none["share"].tolist() == [0] * 4


def run(n_epochs, *rates, seed=0):
    plain = {"hidden_layer_sizes": (4,), "batch_size": 8, "epochs": 1000}
    found = Run(
        [TrainConfig(learning_rate=r, init_seed=seed + i, **plain) for i, r in enumerate(rates)], SMALL
    )
    found.advance(n_epochs, 1e6)
    return found


def test_the_export_has_a_row_of_the_records_figures_for_every_run_seed_and_epoch():
    one, other = run(3, 0.1, 0.1), run(3, 0.2, 0.2, seed=7)
    table = pd.read_csv(io.StringIO(frames.tables([(one, 3), (other, 2)])()))
    keys = [tuple(row) for row in table[["run", "init_seed", "epoch"]].to_numpy().tolist()]
    expected = [(0, s, e) for s in (0, 1) for e in range(4)] + [(1, s, e) for s in (7, 8) for e in range(3)]
    assert sorted(keys) == sorted(expected)
    table = table[table["run"] == 0].set_index(["init_seed", "epoch"])
    for epoch, records in enumerate(records_of(one)):
        for seed, record in enumerate(records):
            row = table.loc[(seed, epoch)]
            for name in ("train_loss", "valid_accuracy", "test_loss", "learning_rate", "penalty"):
                assert row[name] == pytest.approx(getattr(record, name), rel=1e-12)
    assert "params" not in table
    for split in ("train", "valid", "test"):
        y = getattr(SMALL, f"y_{split}")
        assert table[f"{split}_most_common_class"].tolist() == [np.bincount(y).max() / len(y)] * len(table)
    assert frames.table([]).strip() in ("", '""')


def test_cells_tile_the_plane():
    frame = frames.cells(PLANE, 8)
    assert len(frame) == 64
    half = 4 / 8 / 2
    assert (frame["x"].min(), frame["x"].max()) == pytest.approx((-2 + half, 2 - half))
    assert (frame["y"].min(), frame["y"].max()) == pytest.approx((-1 + half, 3 - half))
    assert not frame.duplicated(["x", "y"]).any()
    assert "predicted" not in frame


@pytest.mark.parametrize("n", [8, 5])
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
    p[:3, :3, 1] = np.nan
    frame = frames.cells(PLANE, n, p)
    assert (frame["predicted"][0], frame["output"].isna()[0]) == (-1, True), (
        "the first cell has no prediction"
    )
    assert (frame["predicted"] >= 0).sum() == (frame["output"] >= 0).sum() == n * n - 1


def test_a_boundary_keeps_its_lines_apart_and_their_points_in_order():
    lines = [np.array([[0.0, 1.0], [1.0, 1.0], [1.0, 0.0]]), np.array([[5.0, 5.0], [6.0, 6.0]])]
    frame = frames.boundary(lines)
    assert len(frame) == 5
    for number, line in enumerate(lines):
        part = frame[frame["line"] == number].sort_values("step")
        np.testing.assert_allclose(part[["x", "y"]], line)
    assert list(frames.boundary([]).columns) == list(frame.columns)


def test_the_path_of_a_boundary_goes_through_its_points_and_an_epoch_without_one_has_none():
    lines = [np.array([[-2.0, 3.0], [0.0, 1.0], [0.5, 1.25]]), np.array([[2.0, -1.0], [2.0, 1.0]])]
    still = [np.array([[1.0, 2.0], [1.0001, 2.0]])]
    reel = frames.reel([0, 3, 4], "a picture", [[], lines, still], PLANE, ["none", "two", "too short"])
    # the plane reaches from -2 to 2 and from -1 to 3, a path from -2000 to 2000, downwards
    path = "M-2000 -2000l2000 2000 500 -250M2000 2000l0 -2000"
    assert reel.to_dict("records") == [
        {
            "epochs": "0,3,4",
            "picture": "a picture",
            "paths": f"|{path}|",
            "findings": "none\ntwo\ntoo short",
            "served": 0,
        }
    ]
    assert "findings" not in frames.reel([0], "a picture", [[]], PLANE)


def test_units_stand_eight_a_row_and_count_from_one():
    frame = frames.units([(-float(i), i / 3) for i in range(19)])
    assert frame["unit"].tolist() == list(range(1, 20))
    assert frame["left"].tolist() == [i % 8 for i in range(19)]
    assert frame["top"].tolist() == [i // 8 for i in range(19)]
    for low, high in (("left", "right"), ("top", "bottom")):
        np.testing.assert_allclose(frame[high] - frame[low], 1 / 1.1)
    assert (frame.loc[10, "smallest"], frame.loc[10, "largest"]) == pytest.approx((-10, 3.333))


@pytest.mark.parametrize(("spacing", "every"), [(2, "2nd"), (8, "8th"), (32, "32nd")])
def test_what_is_left_out_is_every_second_or_another_epoch(spacing, every):
    kept = [SimpleNamespace(number=n) for n in (*range(129), *range(128 + spacing, 1000, spacing), 1000)]
    run = SimpleNamespace(up_to=lambda n: kept, at=lambda n: kept[-1])
    (sentence,) = frames.left_out(run, 1000)
    assert sentence.startswith(
        f"Of these 1,000 epochs {len(kept)} are kept: the first 128, then every {every}, "
    )
