"""Rows that training and test have in common, counted one by one."""

import numpy as np
import pytest

from data import DataConfig, Dataset, load_dataset
from lab import leakage


def dataset(train, valid=(), test=(), image_shape=None):
    """A Dataset of rows (inputs …, class)."""
    parts = []
    for rows in (train, valid, test):
        array = np.array(rows, np.float32).reshape(-1, 3)
        parts += [array[:, :2], array[:, 2].astype(np.int64)]
    return Dataset(*parts, ("a", "b", "c"), image_shape, "own_table", np.zeros(2), np.ones(2), ("p", "q"))


TRAIN = [(1, 2, 0), (1, 2, 0), (3, 4, 1), (5, 6, 2), (5, 6, 1), (0.0, 7, 1)]
SAME = "the same inputs as a row of the training set"
LESS = "less about new rows."
CASES = {
    "none": ([(2, 1, 0)], [(4, 3, 0)], ""),
    "none, and no validation": ([], [(4, 3, 0)], ""),
    "nothing at all": ([], [], ""),
    "one": (
        [],
        [(1, 2, 0), (4, 3, 0)],
        f"1 of 2 test rows has {SAME}. A network can remember its class, so the test accuracy says {LESS}",
    ),
    "one of one, of another class": (
        [],
        [(1, 2, 1)],
        f"1 of 1 test row has {SAME}, where it is of another class.",
    ),
    "one of one, of one class among others": (
        [],
        [(5, 6, 1)],
        f"1 of 1 test row has {SAME}, where it occurs with more than one class.",
    ),
    "several, some of another class": (
        [(3, 4, 1), (3, 5, 1)],
        [(-0.0, 7, 1), (5, 6, 0), (3, 4, 1)],
        f"1 of 2 validation rows and 3 of 3 test rows have {SAME}, where 1 of them is of another class. A "
        f"network can remember the class of the other 3, so the validation and test accuracies say {LESS}",
    ),
    "several, some of one class among others": (
        [(5, 6, 2), (3, 5, 1)],
        [(5, 6, 1), (1, 2, 1), (1, 2, 0)],
        f"1 of 2 validation rows and 3 of 3 test rows have {SAME}, where 1 of them is of another class and 2 "
        "of them occur with more than one class. A network can remember the class of the other one, so the "
        f"test accuracy says {LESS}",
    ),
    "several, all of another class": (
        [],
        [(3, 4, 0), (1, 2, 2), (1, 1, 1)],
        f"2 of 3 test rows have {SAME}, where all of them are of another class.",
    ),
    "several, all of one class among others": (
        [(5, 6, 2)],
        [(5, 6, 1), (1, 1, 1)],
        f"1 of 1 validation row and 1 of 2 test rows have {SAME}, where all of them occur with "
        "more than one class.",
    ),
    "several, all of the same class": (
        [],
        [(3, 4, 1), (1, 2, 0)],
        f"2 of 2 test rows have {SAME}. A network can remember their class, so the test accuracy says {LESS}",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_of_the_training_set_that_come_again_are_counted_and_said(name):
    valid, test, sentence = CASES[name]
    assert leakage.warning(dataset(TRAIN, valid, test)) == sentence


def test_the_counts_are_those_of_comparing_every_pair():
    rng = np.random.default_rng(0)
    rows = np.column_stack([rng.integers(0, 6, (300, 2)), rng.integers(0, 3, 300)])
    train, test = rows[:40], rows[40:]
    alike = (test[:, np.newaxis, :2] == train[np.newaxis, :, :2]).all(axis=2)
    agree = test[:, np.newaxis, 2] == train[np.newaxis, :, 2]
    same, own, not_own = alike.any(axis=1), (alike & agree).any(axis=1), (alike & ~agree).any(axis=1)
    expected = (260, same.sum(), (same & ~own).sum(), (own & not_own).sum())
    found = leakage.repeats(dataset(train, (), test), "test")
    assert found == expected
    assert found.told == (own & ~not_own).sum()
    assert 0 < expected[2] < expected[1] < 260
    assert expected[3] > 0


def test_images_are_not_compared_and_iris_has_two_flowers_alike():
    assert leakage.warning(dataset(TRAIN, (), TRAIN, image_shape=(1, 2))) == ""
    found = {leakage.repeats(load_dataset(DataConfig(name="iris", seed=seed)), "test") for seed in range(12)}
    assert found <= {(22, 0, 0, 0), (22, 1, 0, 0)}
    assert len(found) == 2
