"""Divergence in words: at none, some and all of one, two and many networks, in one epoch and in several."""

from types import SimpleNamespace

import pytest

from lab.divergence import diverged, median_of, surviving


def records(*epochs):
    """A record per network: the epoch in which it diverged, or None."""
    return [SimpleNamespace(diverged=e is not None, epoch=9 if e is None else e) for e in epochs]


@pytest.mark.parametrize(
    ("epochs", "words", "of"),
    [
        ([None], "", ""),
        ([1], "the network diverged in epoch 1", ""),
        ([0], "the network diverged before the first epoch", ""),
        ([None] * 5, "", "median of 5 networks"),
        ([3, None], "1 of 2 networks diverged in epoch 3", "median of 2 networks, at the end of 1"),
        ([3, 3], "both networks diverged in epoch 3", "median of 2 networks, at the end of 0"),
        ([7, 1], "both networks diverged in epochs 1 and 7", "median of 2 networks, at the end of 0"),
        (
            [None, 2, None, 2, None],
            "2 of 5 networks diverged in epoch 2",
            "median of 5 networks, at the end of 3",
        ),
        (
            [12, 2, 5, 0, 5],
            "all 5 networks diverged in epochs 0 to 12",
            "median of 5 networks, at the end of 0",
        ),
    ],
)
def test_who_diverged_and_when_is_counted(epochs, words, of):
    assert diverged(records(*epochs)) == words
    assert median_of(records(*epochs)) == of
    assert len(surviving(records(*epochs))) == epochs.count(None)
