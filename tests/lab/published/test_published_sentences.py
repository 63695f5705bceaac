"""What is said of the published experiments: computed here apart from the lab, or simulated."""

import math

import numpy as np
import pytest

from data import Dataset
from lab.published import coursework_b, cycles, sigmoids
from lab.published.systems import REPLAYS
from mlp import Layer, TrainConfig

# ---- C: how far the learning rate gets

C = [replay for replay in REPLAYS if replay.question.startswith("C:")]


def cyclical(**changes):
    start = {"schedule": "triangular", "learning_rate": 0.1, "learning_rate_min": 1e-4, "batch_size": 100}
    return TrainConfig(**start | changes)


def of_replay(replay):
    fields = {name: replay.changes[name] for name in ("schedule", "cycle_steps", "epochs")}
    return cyclical(**fields)


def by_hand(train, n_train):
    """The rates, a step at a time, as coursework C means them and as it writes them."""
    low, high, n, rates = train.learning_rate_min, train.learning_rate, train.cycle_steps, []
    for t in range(train.epochs * math.ceil(n_train / train.batch_size)):
        turn = int(t / n) * 2 if train.schedule == "sawtooth" else int(t / n) % 2
        through = (t - int(t / n) * n) / n
        rates.append(low + (high - low) * (through if turn == 0 else 1 - through))
    return np.array(rates)


@pytest.mark.parametrize("replay", C, ids=lambda replay: replay.question)
def test_the_rates_are_those_of_the_published_line_step_by_step(replay):
    train = of_replay(replay)
    expected = by_hand(train, 40_000)
    assert len(expected) == {24: 9_600, 30: 12_000}[train.epochs]
    np.testing.assert_allclose(cycles.rates(train, 40_000), expected, rtol=1e-12)


def test_a_half_cycle_longer_than_the_training_gets_an_eighth_of_the_way():
    rates = by_hand(of_replay(C[0]), 40_000)
    assert (rates.max() - 1e-4) / (0.1 - 1e-4) == pytest.approx(9_599 / 80_000)
    rises = "In 9,600 steps the learning rate rises from 0.0001 to 0.0121: 12% of the way to its top, 0.1."
    assert cycles.sentence(of_replay(C[0]), 40_000) == rises
    slipped = cycles.sentence(of_replay(C[2]), 40_000)
    assert (
        slipped == f"{rises} The slip changes none of these rates: it would do so only after 160,000 steps."
    )


def test_fifteen_half_cycles_and_their_slip_are_counted():
    meant, slipped = (by_hand(of_replay(C[k]), 40_000) for k in (1, 3))
    tops = [int(np.isclose(rates, 0.1).sum()) for rates in (meant, slipped)]
    lows, changed = int(np.isclose(meant[1:], 1e-4).sum()), int((~np.isclose(meant, slipped)).sum())
    falls = np.flatnonzero(np.diff(slipped) > 0.05)
    assert (tops, lows, changed, len(falls)) == ([7, 14], 7, 5_593, 13)
    assert cycles.sentence(of_replay(C[1]), 40_000) == (
        "12,000 steps are 15 half-cycles of 800: the learning rate is 7 times at its top, 0.1, and 7 times "
        "back at 0.0001."
    )
    assert cycles.sentence(of_replay(C[3]), 40_000) == (
        "12,000 steps are 15 half-cycles of 800: the learning rate is 14 times at its top, 0.1, and jumps up "
        f"to it from {slipped[falls[0]]:.2g} in a single step 13 times. The slip changes the rate in 5,593 "
        "of 12,000 steps."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 0}, ""),
        ({"epochs": 1, "learning_rate_min": 0.1}, "The learning rate is 0.1 in all steps."),
        ({"epochs": 1, "batch_size": 0}, "In 1 step the learning rate stays at 0.0001."),
        (
            {"epochs": 3},
            "12 steps are 1.5 half-cycles of 8: the learning rate is once at its top, 0.1, and never",
        ),
        ({"epochs": 5}, "is once at its top, 0.1, and once back at 0.0001."),
        ({"epochs": 7}, "is twice at its top, 0.1, and once back at 0.0001."),
        (
            {"epochs": 5, "schedule": "sawtooth"},
            "in a single step once. The slip changes the rate in 4 of 20",
        ),
        ({"epochs": 5, "cycle_steps": 20_000}, "rises from 0.0001 to 0.000195: 0.095% of the way"),
        (
            {"epochs": 500, "cycle_steps": 2_000},
            "rises from 0.0001 to just below 0.1: over 99.9% of the way",
        ),
        (
            {"epochs": 50_000, "cycle_steps": 200_000},
            "In 200,000 steps the learning rate rises from 0.0001 to just below 0.1",
        ),
    ],
    ids=str,
)
def test_the_sentence_holds_at_no_step_one_and_many(changes, said):
    sentence = cycles.sentence(cyclical(**{"cycle_steps": 8} | changes), 400)
    assert said in sentence
    assert bool(said) == bool(sentence)


@pytest.mark.parametrize("replay", C, ids=lambda replay: replay.question)
def test_a_drawn_schedule_bends_and_jumps_where_the_schedule_does(replay):
    train = of_replay(replay)
    rates = cycles.rates(train, 40_000)
    steps = cycles.drawn_steps(train, len(rates))
    assert len(steps) < 1_100
    np.testing.assert_allclose(np.interp(np.arange(len(rates)), steps, rates[steps]), rates, atol=1e-12)


# ---- D: raw test images, the loss of an image, two right images


def test_a_test_image_is_tested_as_it_is_in_chunks_as_one():
    rng = np.random.default_rng(3)
    raw, y = rng.integers(0, 256, (2_500, 6)), rng.integers(0, 3, 2_500)
    shift, scale = rng.uniform(0, 9, 6), rng.uniform(100, 255, 6)
    X = ((raw - shift) / scale).astype(np.float32)
    dataset = Dataset(X[:9], y[:9], X[:0], y[:0], X, y, tuple("abc"), (2, 3), "mnist", shift, scale)
    W = rng.normal(size=(6, 3)).astype(np.float32)
    params, config = (Layer(W, np.zeros(3, np.float32)),), TrainConfig(hidden_layer_sizes=())
    expected = np.mean((raw @ W.astype(float)).argmax(axis=1) == y)
    assert sigmoids.unscaled_test_accuracy(params, config, dataset) == pytest.approx(expected, abs=1e-12)
    assert expected != np.mean((X @ W).argmax(axis=1) == y), "scaling matters"
    right = dataset._replace(y_test=(raw @ W.astype(float)).argmax(axis=1))
    assert sigmoids.unscaled_test_accuracy(params, config, right) == 1, "the first and the last one too"
    none = dataset._replace(X_test=X[:0], y_test=y[:0])
    assert math.isnan(sigmoids.unscaled_test_accuracy(params, config, none))


def test_the_loss_of_ten_answers_is_minus_the_logarithm_of_all_right_ones():
    p = np.array([0.9, 0.2, 0.05, 0.5])
    together = 0.1 * 0.2 * 0.95 * 0.5  # label 1: yes to it, no to the three others
    assert sigmoids.yes_or_no_loss(p, 1) == pytest.approx(-math.log(together), rel=1e-12)
    assert sigmoids.share(-math.log(0.375)) == "37.5%"
    assert sigmoids.yes_or_no_loss([1.0, 0.0], 0) == 0
    assert sigmoids.yes_or_no_loss([1.0, 0.0], 1) == math.inf
    assert sigmoids.share(math.inf) == "0.0%"


def test_the_three_published_losses_are_the_chances_of_ten_right_answers():
    said = sigmoids.looked_at((0.254, 0.493, 0.029))
    for loss in (0.254, 0.493, 0.029):
        # the series of e^-x
        chance = sum((-loss) ** k / math.factorial(k) for k in range(20))
        assert f"{loss:.3f} ({chance:.1%})" in said
    assert said.endswith("0.254 (77.6%), 0.493 (61.1%) and 0.029 (97.1%).")
    assert sigmoids.looked_at((0.5,)).endswith("not scaled: 0.500 (60.7%).")


def test_two_right_images_are_what_a_worse_network_gives_most_often():
    rng = np.random.default_rng(0)
    drawn = rng.random((200_000, 2)) < 0.94
    assert drawn.all(axis=1).mean() == pytest.approx(sigmoids.all_right(0.94, 2), abs=0.003)
    said = sigmoids.two_images()
    assert "0.94² = 88%" in said
    assert "It takes 49 right ones in a row" in said
    assert "299 to exclude 99%" in said


@pytest.mark.parametrize("accuracy", [0.0, 0.04, 0.05, 0.5, 0.94, 0.99])
def test_enough_images_are_the_fewest_that_are_all_right_less_often_than_the_risk(accuracy):
    n = sigmoids.needed(accuracy)
    assert accuracy**n < 0.05
    assert n == 1 or accuracy ** (n - 1) >= 0.05
    assert sigmoids.needed(1.0) == math.inf


def test_differences_are_in_points_from_the_least_to_the_largest_whatever_their_sign():
    assert sigmoids.points(((0.5, 0.4), (0.1, 0.13), (0.2, 0.2))) == "0.0 to 10.0 points"


def test_d_says_what_was_measured_of_it():
    notes = [replay.note for replay in REPLAYS if replay.question.startswith("D:")]
    assert len(notes) == 3
    for note in notes:
        for words in ("test images were never scaled", "rounded to a whole number", "0.2 to 0.7 points"):
            assert words in note
        assert "scored 1.2 to 1.8 points less on raw test images" in note


# ---- B: where a published accuracy lies among starts of the same code


@pytest.mark.parametrize(
    ("published", "where"), [(0.9, "above all of them"), (0.25, "above 2 of them"), (0.1, "above 0 of them")]
)
def test_where_a_published_accuracy_lies_among_several_starts(published, where):
    said = coursework_b.edge(published, (0.2, 0.4, 0.1, 0.8))
    assert said == (
        "Its own code, trained again from 4 starts, ended at 0.1 to 0.8: "
        f"the published {published} lies {where}."
    )
    assert "from 1 start," in coursework_b.edge(published, (0.2,))


@pytest.mark.parametrize(
    ("n_train", "batch_size", "n"), [(100, 10, 10), (101, 10, 11), (100, 0, 1), (100, 1000, 1), (100, 100, 1)]
)
def test_an_epoch_has_a_step_for_each_minibatch_also_the_last_smaller_one(n_train, batch_size, n):
    train = cyclical(batch_size=batch_size, epochs=3)
    assert cycles.steps_per_epoch(train, n_train) == n
    assert cycles.n_steps(train, n_train) == 3 * n
    assert len(cycles.rates(train, n_train)) == 3 * n


def test_of_more_half_cycles_than_are_drawn_none_is_marked():
    train = cyclical(cycle_steps=2)
    assert cycles.drawn_steps(train, 8, most=4).tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert cycles.drawn_steps(train, 9, most=4).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert cycles.drawn_steps(train, 11, most=4).tolist() == [0, 3, 6, 10], "five half-cycles begin"
    assert [cycles.times(n) for n in (0, 1, 2, 3, 1234)] == [
        "never",
        "once",
        "twice",
        "3 times",
        "1,234 times",
    ]
