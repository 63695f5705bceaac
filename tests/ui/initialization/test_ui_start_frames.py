"""Records, label entropy and observations of several starts as tables, all worked out by hand."""

import math
import pathlib
import types

import numpy as np
import pytest
from histories import of_records

from data import DataConfig
from lab.links.ensemble import Ensemble, Start
from lab.links.experiment import Experiment
from mlp import EpochRecord, TrainConfig
from ui.initialization import frames
from ui.training.history import of_epochs
from ui.training.run import Observation

MNIST = pathlib.Path(__file__).resolve().parents[3] / "data" / "mnist.npz"
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


def test_means_since_the_first_epoch_end_before_an_epoch_that_was_not_kept():
    """Of epochs 0, 1, 2, 4 and 5 the mean of all up to the fourth is not known."""
    whole = run_of(*[losses(loss) for loss in (9, 4, 2, 8, 6, 4)])
    kept = of_epochs([epoch for epoch in whole.up_to(5) if epoch.number != 3])
    run = types.SimpleNamespace(up_to=kept.up_to)
    frame = frames.curves(ensemble_of(1, ZEROS), run, 5, cumulative=True)
    assert rows(frame, "zeros")["median"].to_dict() == {0: 9, 1: 4, 2: 3}


def test_means_are_taken_of_each_seed_and_of_training_figures_alone():
    run = run_of(losses(1, 1), losses(2, 10), losses(4, 20))
    frame = frames.curves(ensemble_of(2, ZEROS), run, 2, cumulative=True)
    assert rows(frame, "zeros").loc[2, ["low", "median", "high"]].tolist() == [3, 9, 15]
    for split in ("validation", "test"):
        assert rows(frame, "zeros", split=split).loc[2, ["low", "median", "high"]].tolist() == [4, 12, 20]
    assert [epoch.records[0].train_loss for epoch in run.up_to(2)] == [1, 2, 4], "as it was"
    untrained = frames.curves(ensemble_of(2, ZEROS), run, 0, cumulative=True)
    assert rows(untrained, "zeros")["median"].tolist() == [1]


def test_a_quantity_by_split_is_of_one_start_from_the_first_epoch_on():
    epochs = [
        [record(9), record(9)],
        [record(train_loss=2.0, valid_loss=3.0, train_accuracy=0.75, valid_accuracy=0.5, penalty=0.25)] * 2,
        [record(train_loss=1.0, valid_loss=4.0, train_accuracy=0.875, valid_accuracy=0.25, penalty=0.5)] * 2,
    ]
    run, both = run_of(*epochs), ("train", "validation")
    expected = {"cost": [2.25, 1.5, 3.25, 4.5], "loss": [2, 1, 3, 4]}
    expected |= {"accuracy": [0.75, 0.875, 0.5, 0.25], "error": [0.25, 0.125, 0.5, 0.75]}
    for quantity, medians in expected.items():
        frame = frames.by_split(ensemble_of(1), run, HE, 2, quantity, both)
        assert frame["median"].tolist() == medians, quantity
        assert frame["split"].tolist() == ["train"] * 2 + ["validation"] * 2
        assert set(frame["quantity"]) == {quantity}
        assert frame["epoch"].tolist() == [1, 2, 1, 2]
    assert set(frames.by_split(ensemble_of(1), run, ZEROS, 1, "error", ("test",))["split"]) == {"test"}
    assert frames.by_split(ensemble_of(1), run, ZEROS, 0, "cost", both).empty


def test_a_quantity_by_split_spreads_over_the_seeds_that_did_not_diverge():
    ends = [record(accuracy=0.5), record(accuracy=0.75), record(accuracy=1.0), lost()]
    frame = frames.by_split(ensemble_of(4, ZEROS), run_of([record()] * 4, ends), ZEROS, 1, "error", ("test",))
    assert frame[["low", "median", "high"]].to_numpy().tolist() == [[0.0, 0.25, 0.5]]
    penalties = [record(1.0, penalty=penalty) for penalty in (0.5, 2.0, 1.0)]
    frame = frames.by_split(
        ensemble_of(3, ZEROS), run_of(losses(1, 1, 1), penalties), ZEROS, 1, "cost", ("train",)
    )
    assert frame[["low", "median", "high"]].to_numpy().tolist() == [[1.5, 2.0, 3.0]]


def test_ends_are_at_the_last_figure_before_a_run_diverged():
    run = run_of(losses(1, 2, 3), [record(5), lost(), record(3)], [lost(), lost(), record(3)])
    frame = frames.ends(ensemble_of(1, ZEROS, HE, Start("normal", 0.5)), run, 2, "loss", "train")
    assert frame.to_dict("records") == [
        {"epoch": 1, "start": "zeros", "value": 5.0, "runs": 1},
        {"epoch": 0, "start": "he_normal", "value": 2.0, "runs": 1},
    ]


def test_ends_at_one_epoch_are_counted_together_others_apart_in_the_quantity_and_split_asked_for():
    start = [record(valid_loss=7.0, valid_accuracy=0.25)] * 3
    run = run_of(start, [lost(), lost(), record(valid_loss=9.0)], [lost(), lost(), lost()])
    for quantity, split, values in (("loss", "validation", [7, 9]), ("accuracy", "validation", [0.25, 0.5])):
        frame = frames.ends(ensemble_of(3, ZEROS), run, 2, quantity, split)
        assert frame[["epoch", "runs", "value"]].to_numpy().tolist() == [[0, 2, values[0]], [1, 1, values[1]]]


def test_a_run_ends_on_the_axis_of_its_quantity():
    run = run_of([record(loss=0.0, accuracy=0.0)], [lost()])
    for quantity, least in (("loss", 1e-9), ("accuracy", 0.0)):
        (value,) = frames.ends(ensemble_of(1, ZEROS), run, 1, quantity, "train")["value"]
        assert value == least


def test_there_are_no_ends_of_runs_that_go_on_or_that_end_later_or_never_began():
    run = run_of(losses(1, 1), losses(1, 1), [lost(), record()])
    assert frames.ends(ensemble_of(1), run, 1, "loss", "train").empty
    assert len(frames.ends(ensemble_of(1), run, 2, "loss", "train")) == 1
    never = frames.ends(ensemble_of(1, ZEROS), run_of([lost()], [lost()]), 1, "loss", "train")
    assert never.empty
    assert set(never.columns) == {"epoch", "start", "value", "runs"}


def verdict(accuracies, guessed=(), diverged=(), **labels):
    """The row of one start whose seeds end with these accuracies."""
    ends = [record(accuracy=value, diverged=i in diverged, epoch=1) for i, value in enumerate(accuracies)]
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


@pytest.mark.parametrize(
    ("n_rare", "accuracy", "measured"),
    [
        (1, 1.0, "learns"),  # 95% of 20 labels are 0, and 105% cannot be reached: 97.5% is enough
        (1, 0.976, "learns"),
        (1, 0.97, "does not"),
        (1, 0.95, "does not"),
        (2, 1.0, "learns"),  # 90%
        (2, 0.99, "does not"),
        (0, 1.0, "does not"),  # one class, whose guess nothing beats
    ],
)
def test_where_ten_points_more_than_guessing_are_beyond_100_per_cent_half_the_rest_is_asked(
    n_rare, accuracy, measured
):
    labels = np.array([1] * n_rare + [0] * (20 - n_rare))
    row, chance = verdict((accuracy,), ["zeros"], y_valid=labels)
    assert chance == 1 - n_rare / 20
    assert row["measured"] == measured
    assert row["right"] == (measured == "learns")


@pytest.mark.parametrize(("accuracy", "below"), [(0.25, True), (0.75, True), (1.0, False)])
def test_an_accuracy_is_below_where_it_does_not_exceed_always_guessing_the_most_common_class(accuracy, below):
    row, _ = verdict((accuracy,))  # three of the four validation labels are 0
    assert row["below"] == below
    assert not verdict((accuracy,), diverged=[0])[0]["below"], "it has no accuracy"


def test_a_verdict_tells_the_median_the_spread_and_what_was_guessed():
    row, _ = verdict((0.9, 1.0, 0.95), ["zeros"])
    assert row["validation accuracy"] == "95.0% (90.0% – 100.0%)"
    assert (row["you said"], row["measured"], row["right"]) == ("learns", "learns", True)
    row, _ = verdict((0.9998, 1.0, 0.0002))
    assert row["validation accuracy"] == "over 99.9% (under 0.1% – 100.0%)"
    row, _ = verdict((0.9, 1.0, 0.95), ["he_normal"])
    assert (row["you said"], row["right"]) == ("does not", False)
    assert verdict((0.1,))[0]["right"] == True  # noqa: E712


def test_seeds_that_diverged_are_counted_and_half_of_them_are_too_many():
    row, _ = verdict((0.9, 0.9, 0.9), diverged=[1])
    assert (row["measured"], row["diverged"], row["lost"]) == ("learns", "1 of 3 in epoch 1", "")
    row, _ = verdict((0.9, 0.9), diverged=[1])
    assert (row["measured"], row["diverged"], row["lost"]) == ("does not", "1 of 2 in epoch 1", "")
    row, _ = verdict((0.9, 0.9), diverged=[0, 1])
    assert (row["measured"], row["diverged"], row["lost"]) == ("does not", "2 of 2 in epoch 1", "in epoch 1")
    assert row["validation accuracy"] == "–"


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


# ---- label entropy, steps and distinct units


def test_the_label_entropy_by_hand_and_of_the_digits():
    assert frames.label_entropy(np.repeat(np.arange(10), 7)) == pytest.approx(math.log(10), rel=1e-12)
    expected = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert frames.label_entropy(np.array([0, 0, 0, 5])) == pytest.approx(expected, rel=1e-12)
    assert frames.label_entropy(np.array([4, 4])) == 0
    with np.load(MNIST, allow_pickle=False) as file:
        assert frames.label_entropy(file["y_train"][:50_000]) == pytest.approx(2.3010, abs=0.5e-4)


def steps(*epochs):
    """A run whose gradients are these (n_runs, n_layers) by epoch, its ratios a hundredth of them."""
    nothing = np.zeros((1, 0))
    epochs = [np.array(epoch, np.float32) for epoch in epochs]
    return run_of(observations=[Observation(epoch, epoch / 100, nothing, nothing) for epoch in epochs])


def values(frame):
    return frame[["epoch", "layer", "median", "low", "high"]].to_numpy().tolist()


UNTRAINED = [[np.nan, np.nan]] * 3


def test_steps_are_the_median_and_the_spread_of_some_runs_layer_by_layer():
    run = steps(UNTRAINED, [[1, 10], [2, 20], [9, 0.5]], [[4, 8], [4, 16], [9, 0.5]])
    frame = frames.by_layer(run, range(2), 2, "gradient")
    assert values(frame) == [[1, 1, 1.5, 1, 2], [1, 2, 15, 10, 20], [2, 1, 4, 4, 4], [2, 2, 12, 8, 16]]
    assert values(frames.by_layer(run, range(2, 3), 1, "gradient")) == [
        [1, 1, 9, 9, 9],
        [1, 2, 0.5, 0.5, 0.5],
    ]


def test_steps_are_of_the_quantity_asked_for():
    run = steps(UNTRAINED[:1], [[1, 0]])
    assert frames.by_layer(run, [0], 1, "update_ratio")["median"].tolist() == pytest.approx([0.01])
    assert run.at(1).observation.gradient.tolist() == [[1, 0]], "it is not changed"


@pytest.mark.parametrize("useless", [0.0, np.nan, np.inf])
def test_what_a_logarithmic_axis_cannot_show_is_left_out(useless):
    run = steps(
        UNTRAINED[:2], [[useless, 3], [useless, useless]], [[useless, useless]] * 2, [[5, 6], [7, useless]]
    )
    assert values(frames.by_layer(run, range(2), 3, "gradient")) == [
        [1, 2, 3, 3, 3],
        [3, 1, 6, 5, 7],
        [3, 2, 6, 6, 6],
    ]


def test_nothing_to_show_is_an_empty_table_with_its_columns():
    for run, n_epochs in ((steps(UNTRAINED, [[0, 0]] * 3), 1), (steps(UNTRAINED), 5)):
        frame = frames.by_layer(run, range(3), n_epochs, "gradient")
        assert list(frame.columns) == ["epoch", "layer", "median", "low", "high"]
        assert frame.empty


def test_a_long_run_is_thinned_and_keeps_its_first_and_its_last_epoch():
    frame = frames.by_layer(steps(UNTRAINED[:1], *[[[n, n]] for n in range(1, 1001)]), [0], 1000, "gradient")
    assert {1, 1000} <= set(frame["epoch"])
    assert 50 <= frame["epoch"].nunique() <= 100
    assert (frame["median"] == frame["epoch"]).all()


def distinct(*epochs):
    """A run of which these (n_kinds, n_hidden_layers) distinct units were seen by epoch."""
    nothing = np.zeros((1, 0))
    return run_of(
        observations=[Observation(nothing, nothing, np.array(epoch, float), nothing) for epoch in epochs]
    )


def test_distinct_units_are_those_of_the_first_hidden_layer_of_each_start():
    frame = frames.distinct(ensemble_of(1), distinct([[1, 3], [8, 4]], [[2, 3], [7, 4]]), 1)
    assert frame[["epoch", "start", "median"]].to_numpy().tolist() == [
        [0, "zeros", 1],
        [0, "he_normal", 8],
        [1, "zeros", 2],
        [1, "he_normal", 7],
    ]
    assert (frame["low"] == frame["median"]).all()
    assert (frame["high"] == frame["median"]).all()


def test_distinct_units_that_could_not_be_counted_are_left_out_and_later_epochs_too():
    run = distinct([[1], [8]], [[1], [np.nan]], [[1], [8]])
    assert frames.distinct(ensemble_of(1), run, 1)[["epoch", "start"]].to_numpy().tolist() == [
        [0, "zeros"],
        [0, "he_normal"],
        [1, "zeros"],
    ]
    assert len(frames.distinct(ensemble_of(1), run, 2)) == 5
    assert frames.distinct(ensemble_of(1), distinct([[np.nan], [np.nan]]), 0).empty
