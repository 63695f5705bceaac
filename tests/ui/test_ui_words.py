"""Counts in words."""

import pytest

from ui.words import counted


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0 seeds"), (1, "1 seed"), (2, "2 seeds"), (12_345, "12,345 seeds")]
)
def test_one_is_singular_and_thousands_are_parted(n, words):
    assert counted(n, "seed") == words
