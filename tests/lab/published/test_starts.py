"""Where a published figure stands among many starts: counted by hand, in words, and as it is kept."""

import csv
import math

import numpy as np
import pytest

from benchmarks import starts as program
from data import load_dataset
from lab.published import coursework_b, coursework_d, starts
from lab.published.starts import Figure, standing
from mlp import forward, init_params, loss_and_gradients, train
from mlp.losses import one_hot
from ui.initialization import published

FOUND = Figure("600-250", coursework_b.FOUND, "glorot_uniform", "valid_accuracy", 10, 0.9712, 4)


@pytest.mark.parametrize(
    ("published", "decimals", "values", "n_as_good"),
    [
        (0.9712, 4, [0.96, 0.97, 0.9711, 0.97116, 0.98], 2),  # 0.97116 rounds to the published digits
        (0.86, 2, [0.854, 0.8551, 0.86, 0.29, 0.9], 3),
        (0.5, 2, [math.nan, 0.4, 0.5, 0.6, math.nan], 2),  # a start that diverged is worse than any
    ],
)
def test_a_start_is_as_good_if_it_reaches_the_published_digits(published, decimals, values, n_as_good):
    found = standing(FOUND._replace(value=published, decimals=decimals), values)
    assert found.n_as_good == n_as_good
    assert found.share == n_as_good / 5


def test_four_starts_tell_nothing_and_no_start_either():
    assert standing(FOUND, [0.97] * 4) is None
    assert standing(FOUND, []) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.96] * 9 + [0.98], "1 of 10 starts reaches it, a chance of 10% (95%: 2% to 40%)"),
        ([0.96] * 8 + [0.98] * 2, "2 of 10 starts reach it, a chance of 20% (95%: 6% to 51%)"),
        ([0.96] * 9 + [0.9701], "none of 10 starts gets there, the best ends at 97.01%. So (95%) the chance"),
        ([0.96] * 9 + [0.9701], "of such a start is below 28%"),
        ([0.98] * 9 + [0.99], "every one of 10 starts is at least as good"),
        ([0.9712] * 10, "all 10 starts give the same"),
    ],
)
def test_the_sentence_counts_the_starts_and_gives_wilsons_interval(values, words):
    assert words in standing(FOUND, values).sentence()
    assert "Published 97.12%" in standing(FOUND, values).sentence()


def test_the_chance_that_the_best_of_ten_starts_gets_there_is_that_of_a_simulation():
    found = standing(FOUND, [0.96] * 9 + [0.98])
    share = found.sentence().rpartition("gets there in ")[2].partition("%")[0]
    drawn = np.random.default_rng(0).random((100_000, 10)) < 0.1
    assert int(share) == pytest.approx(100 * drawn.any(axis=1).mean(), abs=1)


def cut(config, **_):
    """A dataset in which all splits are one in 500 of what they are."""
    whole = load_dataset(config, as_bytes=True)
    arrays = [f"{array}_{split}" for array in "Xy" for split in ("train", "valid", "test")]
    return whole._replace(
        **{name: getattr(whole, name)[::500] for name in arrays if len(getattr(whole, name))}
    )


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep starts in a file of the test, of few examples; return a function that reads it."""
    monkeypatch.setattr(starts, "STARTS_PATH", tmp_path / "starts.csv")
    monkeypatch.setattr(program, "load_dataset", cut)
    starts._rows.cache_clear()
    yield lambda: list(csv.DictReader(starts.STARTS_PATH.open(encoding="utf-8", newline="")))
    starts._rows.cache_clear()


def test_a_start_that_is_kept_is_not_trained_again_and_more_can_be_asked_for(kept):
    replay = coursework_b.FOUND._replace(changes=coursework_b.FOUND.changes | {"epochs": 2})
    program.write([replay], 1)
    (first,) = [row for row in kept() if row["epoch"] == "2"]
    starts._rows.cache_clear()
    program.write([replay], 2)
    assert [row["seed"] for row in kept() if row["epoch"] == "2"] == ["0", "1"]
    data, config = published.experiment(replay)
    *_, record = train(config, cut(data))
    assert first["seed"] == str(config.init_seed)
    assert float(first["valid_accuracy"]) == pytest.approx(record.valid_accuracy, rel=1e-5)
    assert float(first["train_loss"]) == pytest.approx(record.train_loss, rel=1e-5)
    assert [first[name] for name in (starts.UNSCALED, starts.LOST)] == ["", ""]


def test_the_short_run_of_d_is_the_beginning_of_the_long_one_and_its_loss_the_mean_over_all_batches(kept):
    long = coursework_d.REPLAYS[0]._replace(changes=coursework_d.REPLAYS[0].changes | {"epochs": 3})
    short = coursework_d.REPLAYS[2]._replace(changes=coursework_d.REPLAYS[2].changes | {"epochs": 2})
    program.write([short, long], 1)
    rows = {(row["experiment"], row["epoch"]): row for row in kept()}
    assert rows.keys() == {
        (long.question, "1"),
        (long.question, "2"),
        (long.question, "3"),
        (short.question, "1"),
        (short.question, "2"),
    }
    same = [rows[one.question, "2"] | {"experiment": ""} for one in (long, short)]
    assert same[0] == same[1]

    data, config = published.experiment(long)
    dataset = cut(data)
    params, before = init_params(config, 784, 10), None
    X, y = np.asarray(dataset.X_train), dataset.y_train
    losses, right = [], []
    for start in 2 * [*range(0, len(y), 50)]:  # by hand: W -= η (g_t + μ g_{t-1}), in the order of the file
        batch = slice(start, start + 50)
        logits = forward(params, X[batch], config).pre_activations[-1].astype(np.float64)
        T = one_hot(y[batch], 10, np.float64)
        losses.append((np.logaddexp(0, logits) - T * logits).sum(axis=1))  # -T ln p - (1 - T) ln(1 - p)
        right.append(logits.argmax(axis=1) == y[batch])
        now = [layer.W for layer in loss_and_gradients(params, X[batch], y[batch], config)[1]]
        steps = now if before is None else [g + config.momentum * b for g, b in zip(now, before, strict=True)]
        stepped = zip(params, steps, strict=True)
        params = tuple(layer._replace(W=layer.W - config.learning_rate * step) for layer, step in stepped)
        before = now
    row = rows[long.question, "2"]
    assert float(row["train_loss"]) == pytest.approx(50 * np.concatenate(losses).mean(), rel=1e-3)
    assert float(row["train_accuracy"]) == pytest.approx(np.concatenate(right).mean(), abs=1e-3)
    raw = forward(params, np.asarray(dataset.X_test) * 255, config).output.argmax(axis=1)
    assert float(row[starts.UNSCALED]) == pytest.approx((raw == dataset.y_test).mean(), abs=0.051)


def test_a_network_that_always_says_three_has_lost_nine_digits(kept):
    _, config = published.experiment(coursework_d.REPLAYS[0])
    params = tuple(layer._replace(W=0 * layer.W) for layer in init_params(config, 784, 10))
    params[-1].b[3] = 1.0
    dataset = cut(published.experiment(coursework_d.REPLAYS[0])[0])
    dataset = dataset._replace(X_test=np.zeros((20, 784)), y_test=np.repeat(np.arange(10), 2))
    record = next(train(config, dataset))._replace(params=params)
    assert program._test(record, config, dataset) == {starts.UNSCALED: 0.1, starts.LOST: 9}


def test_a_curve_is_the_median_and_range_of_the_starts_that_are_finite_then(tmp_path, monkeypatch):
    replay, other = coursework_d.REPLAYS[:2]
    rows = [(replay, 0, 1, 0.2), (replay, 1, 1, 0.6), (replay, 2, 1, 0.5), (other, 0, 1, 0.9)]
    rows += [(replay, 0, 2, 0.3), (replay, 1, 2, math.nan)]
    monkeypatch.setattr(starts, "STARTS_PATH", tmp_path / "starts.csv")
    with starts.STARTS_PATH.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, starts.COLUMNS)
        writer.writeheader()
        for one, seed, epoch, value in rows:
            named = {"experiment": one.question, "initializer": "normal", "seed": seed, "epoch": epoch}
            writer.writerow(named | {"train_accuracy": value})
    starts._rows.cache_clear()
    assert starts.curve(replay, "normal", "train_accuracy") == [
        {"epoch": 1, "median": 0.5, "low": 0.2, "high": 0.6, "seeds": 3},
        {"epoch": 2, "median": 0.3, "low": 0.3, "high": 0.3, "seeds": 1},
    ]
    assert starts.curve(replay, "zeros", "train_accuracy") == []
    starts._rows.cache_clear()
