"""Where a published figure stands among many starts: counted by hand, in words, and as it is kept."""

import csv
import math

import numpy as np
import pytest

from benchmarks import starts as program
from data import load_dataset
from lab.published import coursework_b, coursework_d, paragraphs, starts
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
        # Of 300: (1/300 + 0.0064 ± 1.96 √(0.0033 · 0.9967/300 + 0.96/300²)) / 1.0128: 0.06%, 2%
        (
            [0.96] * 299 + [0.98],
            "1 of 300 starts reaches it, a chance of 0.3% (95%: 0.1% to 2%). If it is 0.3%",
        ),
        (
            [0.96] + [0.98] * 299,
            "299 of 300 starts reach it, a chance of 99.7% (95%: 98% to 99.9%). If it is 99.7%",
        ),
        ([0.96] * 8 + [0.98] * 2, "2 of 10 starts reach it, a chance of 20% (95%: 6% to 51%)"),
        ([0.96] * 9 + [0.9701], "none of 10 starts gets there, the best ends at 97.01%. So (95%) the chance"),
        ([0.96] * 9 + [0.9701], "of such a start is below 28%"),
        ([0.96] * 15, "of such a start is below 21%"),  # 3.8416 / (15 + 3.8416) = 20.4%
        ([0.98] * 9 + [0.99], "every one of 10 starts is at least as good"),
        ([0.9712] * 10, "all 10 starts give the same"),
    ],
)
def test_the_sentence_counts_the_starts_and_gives_wilsons_interval(values, words):
    assert words in standing(FOUND, values).sentence()
    assert "Published 97.12%" in standing(FOUND, values).sentence()


def test_an_average_over_the_epochs_does_not_end_anywhere():
    figures = starts.figures()["D"]
    names = {figure.name: standing(figure._replace(value=0.97), [0.9] * 10).sentence() for figure in figures}
    assert "the best averages 90.00%" in names["train_accuracy"]
    assert "the best ends at 90.00%" in names[starts.UNSCALED]


def test_the_chance_that_the_best_of_ten_starts_gets_there_is_that_of_a_simulation():
    found = standing(FOUND, [0.96] * 9 + [0.98])
    share = found.sentence().rpartition("gets there in ")[2].partition("%")[0]
    drawn = np.random.default_rng(0).random((100_000, 10)) < 0.1
    assert int(share) == pytest.approx(100 * drawn.any(axis=1).mean(), abs=1)


@pytest.mark.parametrize(
    ("n_as_good", "n", "words"),
    [
        (7, 8, "in over 99% of cases"),  # 1 - 0.125^10 = 0.999999999
        (3, 5, "in over 99% of cases"),  # 1 - 0.4^10 = 0.9999
        (2, 6, "in 98% of cases"),  # 1 - (2/3)^10 = 0.983
    ],
)
def test_the_best_of_ten_starts_is_never_certain_to_get_there(n_as_good, n, words):
    values = [0.98] * n_as_good + [0.96] * (n - n_as_good)
    assert words in standing(FOUND, values).sentence()


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


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([], ""),
        ([(0, 0.9)], "Of 1 start, 1 loses none and averages 90%."),
        (
            [(2, 0.5), (0, 0.9), (0, 0.8), (2, 0.501), (1, 0.7)],
            "Of 5 starts, 2 lose none and average between 80% and 90%; 1 loses 1 digit and averages 70%; 2 "
            "lose 2 digits and average 50%.",
        ),
    ],
)
def test_starts_that_lose_digits_in_words(pairs, said):
    assert starts.lost_in_words(pairs) == said


ROWS = [
    {"experiment": FOUND.replay.question, "initializer": "glorot_uniform", "epoch": 10, "seed": seed}
    | {"valid_accuracy": value, starts.LOST: lost}
    for seed, (value, lost) in enumerate([(0.9, 1.0), (0.5, 2.0), (0.7, math.nan), (0.8, 1.0)])
]
OTHERS = [{"epoch": 9}, {"initializer": "normal"}, {"experiment": "another"}]


def test_the_starts_of_a_figure_are_those_of_its_replay_its_start_and_its_epoch(monkeypatch):
    others = [ROWS[0] | {"valid_accuracy": 0.1} | other for other in OTHERS]
    monkeypatch.setattr(starts, "_rows", lambda: [*ROWS, *others])
    of = FOUND.replay, FOUND.start, FOUND.epoch
    assert [row["valid_accuracy"] for row in starts.kept(*of)] == [0.9, 0.5, 0.7, 0.8]
    assert starts.lost(*of, "valid_accuracy") == [(1, 0.8), (1, 0.9), (2, 0.5)]
    assert starts.of(FOUND) is None, "four are too few"
    monkeypatch.setattr(starts, "_rows", lambda: [*ROWS, ROWS[1]])
    assert starts.of(FOUND).values == (0.5, 0.5, 0.7, 0.8, 0.9)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "not trained yet"),
        ([math.nan], "no finite figure from 1 start"),
        ([math.nan, math.inf], "no finite figure from 2 starts"),
        ([0.5], "50.00% from one start"),
        ([0.5, math.nan], "50.00% from one start, 1 diverged"),
        ([0.7, 0.5, math.nan, 0.9, 0.6], "65.00% (50.00% to 90.00%, 5 starts, 1 diverged)"),
        ([0.7, 0.5, 0.6], "60.00% (50.00% to 70.00%, 3 starts)"),
    ],
)
def test_our_starts_of_a_figure_in_words(values, words, monkeypatch):
    rows = [ROWS[0] | {"valid_accuracy": value} for value in values]
    monkeypatch.setattr(starts, "_rows", lambda: rows)
    assert paragraphs.ours(FOUND) == words


def test_every_coursework_has_the_final_figures_that_it_published():
    told = {
        letter: [(one.label, one.name, one.epoch, one.value, one.decimals) for one in figures]
        for letter, figures in starts.figures().items()
    }
    assert told["A"] == [
        ("500-200, glorot_uniform", "valid_accuracy", 100, 0.7943, 4),
        ("500-300, glorot_uniform", "valid_accuracy", 100, 0.6615, 4),
        ("800-200, glorot_uniform", "valid_accuracy", 100, 0.8416, 4),
    ]
    assert ("600-250, glorot_uniform", "valid_accuracy", 10, 0.9712, 4) in told["B"]
    assert ("512-512, normal × 0.001", "valid_accuracy", 10, 0.9738, 4) in told["B"]
    assert len(told["B"]) == 5
    assert told["D"] == [
        ("η 0.01, 100 epochs, training", "train_accuracy", 100, 0.95, 2),
        ("η 0.01, 100 epochs, test", starts.UNSCALED, 100, 0.9424, 4),
        ("η 0.001, 100 epochs, training", "train_accuracy", 100, 0.86, 2),
        ("η 0.001, 100 epochs, test", starts.UNSCALED, 100, 0.9145, 4),
        ("η 0.01, 50 epochs, training", "train_accuracy", 50, 0.9, 2),
        ("η 0.01, 50 epochs, test", starts.UNSCALED, 50, 0.9403, 4),
    ]


def test_a_final_figure_is_the_last_one_and_not_the_best(monkeypatch):
    runs = {
        key: figures | {"valid_accuracy": (*figures["valid_accuracy"][:-1], 0.5)}
        for key, figures in starts.published_runs().items()
    }
    monkeypatch.setattr(starts, "published_runs", lambda: runs)
    assert [figure.value for figure in starts.figures()["B"]] == [0.5] * 5


@pytest.mark.parametrize(
    ("replay", "rate", "batch_size", "l2", "epochs"),
    [
        (coursework_b.THREE_STARTS, 0.1 / 100, 100, 0, 10),
        (coursework_b.FOUND, 0.14 / 50, 50, 0.001 * 50 / 2, 10),
        (coursework_b.SMALL, 0.1 / 50, 50, 0, 10),
    ],
    ids=lambda one: getattr(one, "question", None),
)
def test_b_averages_twice_and_its_note_names_the_rate_here(replay, rate, batch_size, l2, epochs):
    found = replay.changes
    assert (found["learning_rate"], found["l2"]) == (pytest.approx(rate), pytest.approx(l2))
    assert (found["batch_size"], found["epochs"], found["shuffle"]) == (batch_size, epochs, False)
    assert f"with batches of {batch_size} is η = {found['learning_rate']:g} here" in replay.note


@pytest.mark.parametrize(
    ("replay", "eta", "epochs"),
    [(*pair, n) for *pair, n in zip(coursework_d.REPLAYS, (0.01, 0.001, 0.01), (100, 100, 50), strict=True)],
)
def test_d_sums_over_its_batches_of_50_and_has_the_momentum_that_equals_its_rate(replay, eta, epochs):
    found = replay.changes
    assert (found["learning_rate"], found["momentum"]) == (pytest.approx(50 * eta), eta)
    assert (found["batch_size"], found["epochs"], found["shuffle"]) == (50, epochs, False)
    assert f"so its η = {eta:g} is η = {50 * eta:g} here; its α is {eta:g} too" in replay.note
