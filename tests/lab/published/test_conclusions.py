"""What is said of the five courseworks: every bug is in the bug lab, every computed figure is right."""

import re

import pytest

from lab.bugs import BUGS
from lab.published import again, coursework_c, sigmoids
from lab.published.conclusions import SYSTEMS
from lab.published.tables import SOURCES, published_runs
from mlp import TrainConfig

BY_LETTER = {system.letter: system for system in SYSTEMS}


def said(system):
    """All sentences on a coursework."""
    return [
        system.set_out,
        system.did,
        *(sentence for sentence, _ in system.wrong),
        *sum(system.judged(), ()),
    ]


def test_the_five_have_their_letters_and_courses_and_every_sentence_ends():
    assert "".join(BY_LETTER) == "ABCDE"
    assert {system.course for system in SYSTEMS} >= {SOURCES[key] for key in ("ift6135_a", "dd2424")}
    for system in SYSTEMS:
        assert system.wrong
        assert system.concluded
        for sentence in said(system):
            assert sentence[0].isupper() or sentence[0] in "“0123456789n", sentence
            assert sentence[-1] in ".?", sentence
            assert "  " not in sentence
            assert "{" not in sentence


def test_every_bug_that_is_named_is_in_the_bug_lab_once_for_a_coursework():
    for system in SYSTEMS:
        keys = [key for _, key in system.wrong if key]
        assert keys
        assert set(keys) <= BUGS.keys()
        assert len(set(keys)) == len(keys)


def test_the_courseworks_that_never_shuffle_are_the_four_that_say_so():
    keys = {letter: [key for _, key in system.wrong] for letter, system in BY_LETTER.items()}
    assert {letter for letter, wrong in keys.items() if "never_shuffled" in wrong} == set("ABCD")


def test_the_published_figures_in_the_sentences_are_those_of_the_tables():
    figures = {key: of["valid_accuracy"][-1] for key, of in published_runs().items() if key[0] == "ift6135_b"}
    text = " ".join(said(BY_LETTER["B"]))
    for run in ("glorot", "normal", "zeros", "small_normal", "glorot_600_250"):
        assert f"{figures['ift6135_b', run]:.4f}" in text, run
    assert published_runs()["ift6135_b", "glorot_600_250"]["valid_accuracy"][1] == 0.9453
    assert published_runs()["mnist_sigmoid", "lr_0.001_100"]["train_accuracy"][-1] == again.D_PUBLISHED
    assert figures["ift6135_b", "glorot_600_250"] == again.B_PUBLISHED
    long = coursework_c.REPLAYS[0].changes
    n_steps = long["epochs"] * 40_000 // long["batch_size"]
    assert (n_steps, long["cycle_steps"]) == (again.C_STEPS, again.C_HALF_CYCLE)


def test_the_sizes_outside_of_the_budget_have_as_many_parameters_as_is_said():
    n = [TrainConfig(hidden_layer_sizes=sizes).n_parameters(784, 10) for sizes in ((500, 200), (1000, 300))]
    assert n[0] < 500_000 < 1_000_000 < n[1]
    (sentence,) = [one for one, _ in BY_LETTER["A"].wrong if "million" in one]
    assert re.findall("[0-9,]{5,}[0-9]", sentence) == [f"{n[0]:,}", f"{n[1]:,}"]


def test_the_rate_of_c_gets_as_far_as_is_said():
    config = TrainConfig(
        schedule="triangular", learning_rate=0.1, learning_rate_min=1e-4, cycle_steps=80_000, batch_size=100
    )
    n_steps = 24 * 40_000 // 100
    assert f"24 epochs are {n_steps:,} steps" in BY_LETTER["C"].wrong[2][0]
    height = n_steps / config.cycle_steps
    assert f"the rate ends {height:.0%}" in BY_LETTER["C"].wrong[2][0]
    assert f"With n_s = 80,000 the rate only rises, {height:.0%} of the way." in BY_LETTER["C"].judged()[0][1]
    falling = BUGS["sawtooth"].wrong
    rates = [falling(t, config) for t in range(0, n_steps, 100)]
    assert rates == sorted(rates)
    assert rates[-1] < 1e-4 + height * (0.1 - 1e-4)
    short = TrainConfig(schedule="triangular", learning_rate=0.1, learning_rate_min=1e-4, cycle_steps=800)
    later = [[falling(t, short) for t in range(first, first + 800)] for first in (800, 1600, 8000)]
    assert all(cycle == sorted(cycle, reverse=True) for cycle in later)
    assert later[0][0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("values", "end"),
    [
        ((0.9712, 0.96), "2 starts, ends between 0.9600 and 0.9712: 1 reaches 0.97, and 1 reaches 0.9712."),
        ((0.96,), "1 start, ends between 0.9600 and 0.9600: none reaches 0.97, and none reaches 0.9712."),
        (again.B_FOUND, "7 starts, ends between 0.9662 and 0.9708: 2 reach 0.97, and none reaches 0.9712."),
        ((0.98,) * 3, "3 starts, ends between 0.9800 and 0.9800: 3 reach 0.97, and 3 reach 0.9712."),
    ],
)
def test_how_many_starts_reach_what_was_asked_and_what_was_published(values, end):
    assert again.reached(values, 0.97, 0.9712).endswith(end)


def test_the_other_figures_are_those_of_hand():
    assert sigmoids.points(again.D_RAW_AND_SCALED) == "1.2 to 1.8 points"
    assert all(scaled > raw for raw, scaled in again.D_RAW_AND_SCALED), "less, as it is said"
    assert again.relative_gap((0.5, 0.5000014)) == "2.8e-6"
    concluded = "\n".join(" ".join(pair) for system in SYSTEMS for pair in system.judged())
    for words in (
        "both are right 88% of the time",  # 0.94² = 0.8836
        "that relative gap of 2.8e-6",  # 1.5e-6 / 0.53615986
        "Matrices are 11.4 times as fast",  # 147.65 / 12.96 = 11.39
        "from 7 starts, averages between 0.291 and 0.854 in training",
    ):
        assert words in concluded
