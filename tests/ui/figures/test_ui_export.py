"""What a visitor takes home, the pieces of a map, and what a training took."""

import io
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from linear import points_dataset

from data import DataConfig, load_dataset
from mlp import TrainConfig, train_many
from ui.figures import frames
from ui.figures.maps import Plane
from ui.training.run import Run

DATASET = load_dataset(DataConfig(n_samples=60))
PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
FOREVER = 1e6


def run(n_epochs, *rates, seed=0):
    configs = tuple(
        TrainConfig(
            hidden_layer_sizes=(4,), batch_size=8, epochs=1000, learning_rate=rate, init_seed=seed + i
        )
        for i, rate in enumerate(rates)
    )
    found = Run(configs, DATASET)
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
    frame = frames.units([(-float(i), i / 3) for i in range(19)], 0.1)
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


def test_curves_of_a_real_run_are_those_of_train_many():
    found = run(5, 0.1, 0.1, 0.1)
    frame = frames.curves(found, 5)
    configs = [replace(config, epochs=5) for config in found.configs]
    losses = [[r.valid_loss for r in records] for records in train_many(configs, DATASET)]
    validation = frame[(frame["quantity"] == "loss") & (frame["split"] == "validation")]
    np.testing.assert_allclose(validation["median"], np.median(losses, axis=1), rtol=1e-6)
    np.testing.assert_allclose(validation["low"], np.min(losses, axis=1), rtol=1e-6)
    np.testing.assert_allclose(validation["high"], np.max(losses, axis=1), rtol=1e-6)


def test_a_network_that_diverges_by_its_last_step_leaves_the_curves():
    dataset = points_dataset([(-1, 0, 0), (1, 0.5, 1), (0.5, -1, 1), (-1, 1, 0)])
    configs = tuple(
        TrainConfig(hidden_layer_sizes=(), batch_size=0, epochs=9, learning_rate=rate, optimizer="sgd")
        for rate in (1e39, 0.1)
    )
    found = Run(configs, dataset)
    found.advance(9, FOREVER)
    lost = found.records[-1][0]
    assert lost.diverged
    assert math.isfinite(lost.train_loss), "measured before the step that lost it"
    frame = frames.curves(found, 9)
    train = frame[(frame["quantity"] == "loss") & (frame["split"] == "train")].set_index("epoch")
    for epoch in range(lost.epoch, 10):
        assert train.loc[epoch, "high"] == pytest.approx(found.records[epoch][1].train_loss)
