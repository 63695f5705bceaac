"""Published figures held against our own seeds: a row each, at the digits that were published."""

import csv
import math
import pathlib
import types
from dataclasses import replace

import numpy as np
import pytest
from histories import of_records

from data import Dataset
from lab.links.ensemble import Ensemble, Start, parse_start
from lab.links.experiment import Experiment
from lab.published.systems import REPLAYS
from lab.published.tables import published_runs
from mlp import EpochRecord, Layer
from ui.initialization import published

ROOT = pathlib.Path(__file__).parents[3]
B, *_ = REPLAYS
ARCHITECTURE = next(replay for replay in REPLAYS if replay.finals and not replay.curves)
D = next(replay for replay in REPLAYS if replay.cumulative and replay.changes["epochs"] == 50)


def record(train_loss=1.0, train=0.5, valid_loss=1.0, valid=0.5, test=0.5, diverged=False):
    return EpochRecord(0, 0.1, train_loss, train, valid_loss, valid, 1.0, test, 0.0, diverged, 1.0, ())


def compared(replay, sets, *epochs):
    """The comparison of a run with these records by epoch, a seed a record of each start."""
    starts = tuple(map(parse_start, sets))
    n_seeds = len(epochs[0]) // len(starts)
    ensemble = Ensemble(Experiment(*published.experiment(replay)), n_seeds, starts)
    history = of_records([tuple(epoch) for epoch in epochs])
    run = types.SimpleNamespace(at=history.at, up_to=history.up_to, dataset=LIGHT)
    return published.comparison(replay, ensemble, run, len(epochs) - 1)


def row_of(table, figure):
    (row,) = table[table["figure"] == figure].to_dict("records")
    return row


def seeds(figure, *values):
    return [record(**{figure: value}) for value in values]


def test_a_row_tells_the_published_figure_ours_their_range_and_the_difference():
    after = seeds("valid", 0.12, 0.10, 0.11)
    row = row_of(compared(B, ["zeros"], [record()] * 3, after), "valid accuracy")
    assert row == {
        "initializer": "zeros",
        "figure": "valid accuracy",
        "after epoch": 1,
        "published": "0.1060",
        "ours, median": "0.1100",
        "ours, range": "0.1000 – 0.1200",
        "difference": "+0.0040",
        "published lies": "inside the range of 3 seeds",
    }


def test_there_is_a_row_a_figure_of_every_start_on_show_each_against_its_own_seeds():
    after = seeds("valid", 0.93, 0.93, 0.5, 0.5, 0.10, 0.10)
    table = compared(B, ["glorot_uniform", "he_normal", "zeros"], [record()] * 6, after)
    assert sorted(zip(table["initializer"], table["figure"], strict=True)) == sorted(
        (start, figure)
        for start in ("glorot_uniform", "zeros")
        for figure in ("train loss", "train accuracy", "valid loss", "valid accuracy")
    )
    found = table[table["figure"] == "valid accuracy"].set_index("initializer")
    assert found["ours, median"].to_dict() == {"glorot_uniform": "0.9300", "zeros": "0.1000"}
    assert found["published"].to_dict() == {"glorot_uniform": "0.9147", "zeros": "0.1060"}


@pytest.mark.parametrize(
    ("n_epochs", "epoch", "published"), [(1, 1, "0.8751"), (4, 4, "0.9809"), (12, 10, "0.9998")]
)
def test_the_last_epoch_that_was_published_and_trained_counts(n_epochs, epoch, published):
    epochs = [seeds("train", 0.5 + 0.01 * number) for number in range(n_epochs + 1)]
    row = row_of(compared(B, ["glorot_uniform"], *epochs), "train accuracy")
    assert (row["after epoch"], row["published"]) == (epoch, published)
    assert row["ours, median"] == f"{0.5 + 0.01 * epoch:.4f}"


@pytest.mark.parametrize(
    ("lowest", "highest", "where"),
    [
        (0.9000, 0.91466, "inside"),  # is rounded to what was published
        (0.9000, 0.91464, "outside"),
        (0.91474, 0.9200, "inside"),
        (0.91476, 0.9200, "outside"),
        (0.1057, 0.1058, "outside"),  # neither is 0.1060: a last digit that is zero counts too
    ],
)
def test_a_figure_is_inside_the_range_where_its_last_published_digit_may_be_rounding(lowest, highest, where):
    zero = lowest < 0.5
    after = seeds("valid", lowest, highest)
    table = compared(B, ["zeros" if zero else "glorot_uniform"], [record()] * 2, after)
    assert row_of(table, "valid accuracy")["published lies"] == f"{where} the range of 2 seeds"


def test_one_seed_has_no_range_to_lie_in_and_a_difference_of_nothing_no_minus():
    row = row_of(compared(B, ["zeros"], [record()], seeds("valid", 0.1)), "valid accuracy")
    assert "published lies" not in row
    assert row["difference"] == "-0.0060"
    row = row_of(compared(B, ["zeros"], [record()], seeds("valid", 0.10599)), "valid accuracy")
    assert row["difference"] == "+0.0000"


def test_seeds_that_diverged_do_not_count_and_are_counted():
    lost = record(valid=0.9, diverged=True)._replace(epoch=1)
    half = row_of(compared(B, ["zeros"], [record()] * 3, [lost, *seeds("valid", 0.1, 0.2)]), "valid accuracy")
    assert half["ours, range"] == "0.1000 – 0.2000 (1 of 3 diverged in epoch 1)"
    assert half["published lies"] == "inside the range of 2 seeds"
    table = compared(B, ["zeros"], [record()] * 2, [lost, lost])
    assert set(table["ours, median"]) == {"2 of 2 diverged in epoch 1"}
    assert "ours, range" not in table
    table = compared(B, ["normal"], [record()], seeds("train_loss", math.nan))
    assert row_of(table, "train loss")["published"] == "7.7e+44"
    assert row_of(table, "train loss")["ours, median"] == "–"


def test_a_final_figure_is_compared_once_its_epoch_is_reached():
    epochs = [seeds("valid", 0.7)] * 100
    assert compared(ARCHITECTURE, ["glorot_uniform"], *epochs).empty
    row = row_of(compared(ARCHITECTURE, ["glorot_uniform"], *epochs, seeds("valid", 0.8)), "valid accuracy")
    assert (row["after epoch"], row["published"]) == (100, "0.7943")
    assert (row["ours, median"], row["difference"]) == ("0.8000", "+0.0057")


def test_means_since_the_first_epoch_are_held_against_means_and_final_figures_against_final_ones():
    epochs = [[record(train=0.0, test=0.0)]]
    epochs += [[record(train=0.8, test=0.5)]] * 25 + [[record(train=1.0, test=0.5)]] * 24
    epochs += [[record(train=1.0, test=0.94)]]
    table = compared(D, ["normal"], *epochs)
    train = row_of(table, "train accuracy")
    assert (train["published"], train["ours, median"]) == ("0.9000", "0.9000")  # (25·0.8 + 25·1.0) / 50
    assert published.SCALED in set(table["figure"])
    assert len(table) == 2, "its loss is another than ours, and it has no validation set"


# ---- test images that a source did not scale

LIGHT = Dataset(
    *(np.zeros((0, 2), np.float32), np.zeros(0, int)) * 2,
    *(np.array([[10, 0], [0, 20], [30, 0], [0, 40]], np.float32) / 255, np.array([0, 1, 1, 1])),
    *(("left", "right"), (1, 2), "mnist", np.zeros(2), np.full(2, 255.0)),
)


def light(threshold, **changes):
    """A record of a network that calls an example "right" where its second value exceeds the threshold."""
    W, b = np.array([[0, 0], [0, 1]], np.float32), np.array([threshold, 0], np.float32)
    return record(test=0.75, **changes)._replace(params=(Layer(W, b),))


def like_for_like(*records, before=49, with_test=True):
    """The comparison of D's replay at its last epoch, and what is said of it."""
    config = replace(published.experiment(D)[1], hidden_layer_sizes=(), use_bias=True)
    experiment = Experiment(published.experiment(D)[0], config)
    ensemble = Ensemble(experiment, len(records), (Start("normal", 1.0),))
    history = of_records([(record(),) * len(records)] * (before + 1) + [records])
    run = types.SimpleNamespace(at=history.at, up_to=history.up_to, dataset=LIGHT)
    table = published.comparison(D, ensemble, run, before + 1, with_test=with_test)
    return table, published.like_for_like(table, D, 70)


def test_a_test_accuracy_on_raw_images_is_compared_with_ours_on_raw_images():
    # of the second values 0, 20, 0 and 40, two exceed a tenth and one exceeds 30
    table, (said,) = like_for_like(light(0.1), light(30.0), light(1e-3))
    raw, scaled = row_of(table, published.RAW), row_of(table, published.SCALED)
    assert (raw["published"], raw["ours, median"], raw["ours, range"]) == (
        "0.9403",
        "0.7500",
        "0.5000 – 0.7500",
    )
    assert (raw["difference"], raw["published lies"]) == ("-0.1903", "outside the range of 3 seeds")
    assert (scaled["published"], scaled["ours, median"]) == ("–", "0.7500")
    assert not isinstance(scaled["difference"], str)
    assert "our median is 0.7500; on scaled ones it is 0.7500, the same to 0.1 points." in said
    *_, (said,) = like_for_like(light(30.0))
    assert said.startswith(
        "**Like for like**: on test images that are not scaled, as it tested, our median is"
    )
    assert "0.5000; on scaled ones it is 0.7500, 25.0 points more." in said


def test_without_the_weights_of_its_epoch_nothing_stands_beside_it():
    table, (said,) = like_for_like(light(30.0)._replace(params=()))
    assert published.RAW not in set(table["figure"])
    assert "The weights of epoch 50 are not kept, because this training has gone on to epoch 70" in said
    assert row_of(table, published.SCALED)["published"] == "–"


def test_a_hidden_test_set_has_no_row_and_no_sentence():
    table, said = like_for_like(light(30.0), with_test=False)
    assert not table["figure"].str.startswith("test").any()
    assert said == []


def test_a_network_that_diverged_is_not_tested():
    table, said = like_for_like(light(30.0, diverged=True))
    for figure in (published.RAW, published.SCALED):
        assert row_of(table, figure)["ours, median"].startswith("1 of 1 diverged")
    assert said == []


def test_before_any_training_the_published_ends_stand_beside_the_kept_starts():
    starts = tuple(map(parse_start, B.changes["sets"]))
    ensemble = Ensemble(Experiment(*published.experiment(B)), 5, starts)
    table = published.kept_comparison(B, ensemble).set_index(["initializer", "figure"])
    assert set(table.index.get_level_values(0)) == {"normal", "glorot_uniform", "zeros"}
    with (ROOT / "data" / "starts.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["experiment"] == B.question]
    for start, group in (("glorot_uniform", "glorot"), ("zeros", "zeros")):
        ours = [float(r["valid_accuracy"]) for r in rows if (r["initializer"], r["epoch"]) == (start, "10")]
        row = table.loc[start, "valid accuracy"]
        assert row["after epoch"] == 10
        assert row["published"] == f"{published_runs()[B.source, group]['valid_accuracy'][9]:.4f}"
        assert row["ours, median"] == f"{np.median(ours):.4f}"
    shorter = ensemble._replace(experiment=replace_epochs(ensemble.experiment, 2))
    assert set(published.kept_comparison(B, shorter)["after epoch"]) == {2}
    d_starts = tuple(map(parse_start, D.changes["sets"]))
    ours = Ensemble(Experiment(*published.experiment(D)), 5, d_starts)
    assert published.RAW in set(published.kept_comparison(D, ours)["figure"])
    hidden = published.kept_comparison(D, ours, with_test=False)
    assert not any("test" in figure for figure in hidden.get("figure", ()))


@pytest.mark.parametrize(
    ("losses", "median", "span"),
    [
        ((0.5, 0.25, 0.125), "0.4000", "0.2000 – 0.9000"),
        ((0.5, np.nan, 0.125), "0.5500", "0.2000 – 0.9000 (1 of 3 diverged)"),
        ((np.nan, np.nan, np.nan), "3 of 3 diverged", None),
    ],
)
def test_of_kept_starts_those_that_diverged_are_counted_and_left_out(monkeypatch, losses, median, span):
    def kept(replay, text, epoch):
        accuracies = (0.2, 0.4, 0.9)
        return [
            {"train_loss": loss, "valid_accuracy": accuracy if np.isfinite(loss) else np.nan}
            for loss, accuracy in zip(losses, accuracies, strict=True)
        ]

    monkeypatch.setattr(published.starts, "kept", kept)
    starts = (parse_start(B.changes["sets"][0]),)
    ensemble = Ensemble(Experiment(*published.experiment(B)), 5, starts)
    row = row_of(published.kept_comparison(B, ensemble), "valid accuracy")
    assert row["ours, median"] == median
    assert row.get("ours, range") == span


def replace_epochs(experiment, n):
    return Experiment(experiment.data, replace(experiment.train, epochs=n))
