"""Records and observations of several starts as tables: every number can be worked out by hand."""

import math
import types

import numpy as np
import pytest

from data import DataConfig
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import EpochRecord, TrainConfig
from ui.initialization import frames
from ui.training.history import of_records

ZEROS, HE = Start("zeros", 1.0), Start("he_normal", 1.0)


def record(loss=1.0, accuracy=0.5, **changes):
    """An EpochRecord whose three splits have the same loss and accuracy."""
    plain = EpochRecord(0, 0.1, *[loss, accuracy] * 3, penalty=0.0, diverged=False, seconds=1.0, params=())
    return plain._replace(**changes)


def lost(**changes):
    return record(math.nan, 0.9, diverged=True, **changes)


def ensemble_of(n_seeds, *starts):
    return Ensemble(Experiment(DataConfig(), TrainConfig()), n_seeds, starts or (ZEROS, HE))


def run_of(*epochs, y_train=(0, 1), y_valid=(0, 0, 0, 1), observations=()):
    """Something that looks like a run to a reader of its records."""
    labels = {"y_train": np.array(y_train, int), "y_valid": np.array(y_valid, int)}
    history = of_records([tuple(epoch) for epoch in epochs] or [()] * len(observations), observations)
    reading = {"at": history.at, "up_to": history.up_to, "n_epochs": history.n_epochs}
    return types.SimpleNamespace(dataset=types.SimpleNamespace(**labels), **reading)


def rows(frame, start, quantity="loss", split="train"):
    mine = (frame["start"] == start) & (frame["quantity"] == quantity) & (frame["split"] == split)
    return frame[mine].set_index("epoch")


def losses(*values, **changes):
    return [record(value, **changes) for value in values]


def test_curves_are_the_median_and_the_spread_of_each_starts_own_seeds():
    run = run_of(losses(3, 1, 2, 10, 30, 20), losses(0.5, 0.25, 4, 5, 5, 6))
    frame = frames.curves(ensemble_of(3), run, 1)
    assert rows(frame, "zeros")[["median", "low", "high"]].to_numpy().tolist() == [[2, 1, 3], [0.5, 0.25, 4]]
    assert rows(frame, "he_normal")[["median", "low", "high"]].to_numpy().tolist() == [
        [20, 10, 30],
        [5, 5, 6],
    ]
    assert len(frame) == 2 * 2 * 2 * 3  # starts, epochs, quantities, splits
    assert set(frames.curves(ensemble_of(3), run, 0)["epoch"]) == {0}


def test_means_since_the_first_epoch_leave_out_the_untrained_network():
    run = run_of(*[[record(loss, loss / 10), record(1)] for loss in (9, 4, 2, 0)])
    frame = frames.curves(ensemble_of(1), run, 3, cumulative=True)
    assert rows(frame, "zeros")["median"].tolist() == [9, 4, 3, 2]
    assert rows(frame, "zeros", "accuracy")["median"].tolist() == pytest.approx([0.9, 0.4, 0.3, 0.2])
    assert rows(frame, "he_normal")["median"].tolist() == [1, 1, 1, 1]


def test_means_are_taken_of_each_seed_and_of_training_figures_alone():
    run = run_of(losses(1, 1), losses(2, 10), losses(4, 20))
    frame = frames.curves(ensemble_of(2, ZEROS), run, 2, cumulative=True)
    assert rows(frame, "zeros").loc[2, ["low", "median", "high"]].tolist() == [3, 9, 15]
    for split in ("validation", "test"):
        assert rows(frame, "zeros", split=split).loc[2, ["low", "median", "high"]].tolist() == [4, 12, 20]
    assert [epoch.records[0].train_loss for epoch in run.up_to(2)] == [1, 2, 4], "as it was"
    untrained = frames.curves(ensemble_of(2, ZEROS), run, 0, cumulative=True)
    assert rows(untrained, "zeros")["median"].tolist() == [1]


def test_ends_are_at_the_last_figure_before_a_run_diverged():
    run = run_of(losses(1, 2, 3), [record(5), lost(), record(3)], [lost(), lost(), record(3)])
    frame = frames.ends(ensemble_of(1, ZEROS, HE, Start("normal", 0.5)), run, 2, "loss", "train")
    assert frame.to_dict("records") == [
        {"epoch": 1, "start": "zeros", "value": 5.0, "runs": 1},
        {"epoch": 0, "start": "he_normal", "value": 2.0, "runs": 1},
    ]


def test_ends_at_one_epoch_are_counted_together_and_others_apart():
    run = run_of(losses(1, 1, 1), [lost(), lost(), record(2)], [lost(), lost(), lost()])
    frame = frames.ends(ensemble_of(3, ZEROS), run, 2, "loss", "train")
    assert frame[["epoch", "runs"]].to_numpy().tolist() == [[0, 2], [1, 1]]


def test_an_end_is_of_the_quantity_and_the_split_asked_for():
    run = run_of([record(valid_loss=7.0, valid_accuracy=0.25)], [lost()])
    for quantity, value in (("loss", 7.0), ("accuracy", 0.25)):
        assert frames.ends(ensemble_of(1, ZEROS), run, 1, quantity, "validation")["value"].tolist() == [value]


def test_there_are_no_ends_of_runs_that_go_on_or_that_end_later_or_never_began():
    run = run_of(losses(1, 1), losses(1, 1), [lost(), record()])
    assert frames.ends(ensemble_of(1), run, 1, "loss", "train").empty
    assert len(frames.ends(ensemble_of(1), run, 2, "loss", "train")) == 1
    never = frames.ends(ensemble_of(1, ZEROS), run_of([lost()], [lost()]), 1, "loss", "train")
    assert never.empty
    assert set(never.columns) == {"epoch", "start", "value", "runs"}


def verdict(accuracies, guessed=(), diverged=(), **labels):
    """The row of one start whose seeds end with these accuracies."""
    ends = [record(accuracy=value, diverged=i in diverged) for i, value in enumerate(accuracies)]
    run = run_of([record()] * len(ends), ends, **labels)
    table, chance = frames.verdicts(ensemble_of(len(ends), ZEROS), run, 1, guessed)
    (row,) = table.to_dict("records")
    return row, chance


@pytest.mark.parametrize(
    ("accuracies", "measured"),
    [
        ((0.75 + frames.LEARNED,), "learns"),
        ((0.84,), "does not"),
        ((0.1, 0.9, 0.9), "learns"),
        ((0.1, 0.1, 0.9), "does not"),
    ],
)
def test_learned_is_a_median_ten_points_above_always_guessing_the_most_common_class(accuracies, measured):
    row, chance = verdict(accuracies)  # three of the four validation labels are 0
    assert chance == 0.75
    assert row["measured"] == measured
    assert row["diverged"] == f"0 of {len(accuracies)}"


def test_a_verdict_tells_the_median_the_spread_and_what_was_guessed():
    row, _ = verdict((0.9, 1.0, 0.95), ["zeros"])
    assert row["validation accuracy"] == "95.0% (90.0% – 100.0%)"
    assert (row["you said"], row["measured"], row["right"]) == ("learns", "learns", True)
    row, _ = verdict((0.9, 1.0, 0.95), ["he_normal"])
    assert (row["you said"], row["right"]) == ("does not", False)
    assert verdict((0.1,))[0]["right"] == True  # noqa: E712


def test_seeds_that_diverged_are_counted_and_half_of_them_are_too_many():
    row, _ = verdict((0.9, 0.9, 0.9), diverged=[1])
    assert (row["measured"], row["diverged"]) == ("learns", "1 of 3")
    row, _ = verdict((0.9, 0.9), diverged=[1])
    assert (row["measured"], row["diverged"]) == ("does not", "1 of 2")
    row, _ = verdict((0.9, 0.9), diverged=[0, 1])
    assert (row["measured"], row["diverged"], row["validation accuracy"]) == ("does not", "2 of 2", "–")


def test_without_a_validation_set_the_training_set_decides():
    row, chance = verdict((0.65,), y_valid=(), y_train=(0, 1))
    assert (chance, row["measured"], row["train accuracy"]) == (0.5, "learns", "65.0% (65.0% – 65.0%)")
    assert "validation accuracy" not in row


def test_a_verdict_is_of_the_epoch_asked_for_and_each_start_has_its_own():
    run = run_of([record()] * 2, [record(accuracy=0.1), record(accuracy=0.95)], [record(accuracy=0.95)] * 2)
    for n_epochs, measured in ((1, ["does not", "learns"]), (2, ["learns"] * 2), (9, ["learns"] * 2)):
        table, _ = frames.verdicts(ensemble_of(1), run, n_epochs, ["he_normal"])
        assert table["initializer"].tolist() == ["zeros", "he_normal"]
        assert table["measured"].tolist() == measured
    assert table["right"].tolist() == [False, True]
