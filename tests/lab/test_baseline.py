"""What always guessing the most common class gets: counted by hand, at ties, at one example and at none."""

import math
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab import baseline


@pytest.mark.parametrize(
    ("labels", "share"), [([0, 1, 1, 2], 1 / 2), ([1, 1, 0, 0], 1 / 2), ([4], 1.0), ([2, 2, 2, 0, 1], 3 / 5)]
)
def test_the_share_is_that_of_the_most_common_label(labels, share):
    assert baseline.share(np.array(labels)) == share


def test_without_examples_there_is_no_share_and_it_is_not_told():
    assert math.isnan(baseline.share(np.array([], int)))
    empty, one = np.array([], int), np.array([1])
    only = SimpleNamespace(y_train=np.array([0, 0, 1]), y_valid=empty, y_test=empty)
    sentence = "Always guessing a split's most common class gets 66.7% of the training examples right."
    assert baseline.sentence(only) == sentence
    both = SimpleNamespace(y_train=np.array([0, 0, 1]), y_valid=empty, y_test=one)
    assert "gets 66.67% of the training and 100.00% of the test examples right." in baseline.sentence(both, 2)


def test_each_split_of_a_dataset_has_its_own():
    dataset = load_dataset(DataConfig(name="circles", n_samples=300, seed=5))
    for split, share in baseline.shares(dataset).items():
        labels = getattr(dataset, f"y_{split}").tolist()
        assert share == Counter(labels).most_common(1)[0][1] / len(labels)
    assert len(set(baseline.shares(dataset).values())) == 3, "by the luck of the split"
    assert baseline.sentence(dataset).count("%") == 3
    assert "test" not in baseline.sentence(dataset, splits=("train", "valid"))


@pytest.mark.parametrize("n", [1, 3, 165, 10_000])
def test_an_accuracy_exceeds_it_from_one_example_on(n):
    y = np.arange(n) % 3
    right = Counter(y.tolist()).most_common(1)[0][1]
    means = {k: np.float32(1) * k / n for k in (right - 1, right, right + 1)}  # rounded as a mean may be
    assert not baseline.exceeds(means[right - 1], y)
    assert not baseline.exceeds(means[right], y)
    assert not baseline.exceeds(np.nextafter(np.float32(right / n), np.float32(2)), y), (
        "rounding is no example"
    )
    assert baseline.exceeds(means[right + 1], y)
    assert baseline.exceeds(np.median([means[right], means[right + 1]]), y), "of two networks"
    assert not baseline.exceeds(math.nan, y)


@pytest.mark.parametrize(
    ("medians", "end"),
    [
        ((0.9, 0.8), "gets 75.0%; every trial's median exceeds that."),
        ((0.75, 0.2), "gets 75.0%; no trial's median exceeds that."),
        ((0.9, 0.75, math.nan, 0.3), "gets 75.0%; the median of 1 of 3 trials exceeds that."),
        ((0.9, 1.0, 0.3), "gets 75.0%; the medians of 2 of 3 trials exceed that."),
        ((0.76,), "gets 75.0%; every trial's median exceeds that."),
        ((0.9, math.nan, 0.8), "gets 75.0%; the median of every trial that has one exceeds that."),
        ((0.2, math.nan), "gets 75.0%; no trial's median exceeds that."),
    ],
)
def test_a_leaderboard_counts_the_trials_that_exceed_it(medians, end):
    y = np.array([0, 0, 0, 1] * 100)
    begin = "Always guessing the most common class of the validation set "
    assert baseline.of_trials(medians, [y] * len(medians), "validation") == begin + end


def test_trials_on_other_data_are_held_against_their_own_and_without_a_result_nothing_is_said():
    half, most = np.array([0, 1]), np.array([0, 0, 0, 1])
    sentence = baseline.of_trials([0.7, 1.0, 0.5], [most, half, half], "training")
    assert sentence.endswith(
        "50.0% to 75.0%, depending on the trial; the median of 1 of 3 trials exceeds that."
    )
    assert baseline.of_trials([math.nan], [half], "training") == baseline.of_trials([], [], "training") == ""
