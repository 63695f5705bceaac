"""The leaderboard's selection, and Wilson's interval of the test accuracy against published values."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.frame.visit import Visit
from ui.sweeps import board
from ui.sweeps.board import wilson

SETTINGS = settings(deadline=None, database=None, max_examples=60)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Statistics in Medicine 17, 857-872: his examples,
        (0, 20, 0.0, 0.1611),  # method 3, the score interval without continuity correction
    ],
)
def test_the_interval_is_the_published_one(right, n, low, high):
    assert wilson(right / n, n) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@SETTINGS
def test_the_ends_are_the_proportions_from_which_the_observed_one_is_1_96_deviations_away(drawn):
    right, n = drawn
    share = right / n
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            assert (share - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) / n, rel=1e-6, abs=1e-12)


TABLE = pd.DataFrame({"trial": [4, 2, 7], "behind": [0.0, 0.1, 0.2], "behind_low": [0.0, -0.1, 0.1]})
TABLE = TABLE.assign(behind_high=[0.0, 0.3, 0.3], indistinct=[True, True, False])


def test_trials_that_cannot_be_told_from_the_best_are_shaded_and_the_caption_counts_them(monkeypatch):
    shown = []
    monkeypatch.setattr(board.st, "dataframe", lambda styled, **options: shown.append((styled, options)))
    monkeypatch.setattr(board.st, "caption", shown.append)
    board.leaderboard(TABLE, "validation loss", 2)
    (styled, options), caption = shown
    cells = styled._compute().ctx
    assert {row for row, _ in cells if any("background" in name for name, _ in cells[row, 0])} == {0, 1}
    assert options["column_config"]["behind_low"]["label"] == "from"
    assert "1 of the 2 others is shaded" in caption
    board.leaderboard(TABLE.assign(behind_low=np.nan, indistinct=False), "validation loss", 1)
    assert shown[2][1]["column_config"]["behind"] is None, "one seed has no interval"


def test_a_selected_row_opens_its_trial_and_no_selection_leaves_it_open(monkeypatch):
    state, tab, drawn = {}, Visit(), {}
    monkeypatch.setattr(board.st, "session_state", state)
    monkeypatch.setattr(board, "visit", lambda: tab)
    monkeypatch.setattr(board.st, "dataframe", lambda table, **options: drawn.update(options))
    board.leaderboard(TABLE, "validation loss", 2)
    for rows in ([2], []):
        state[drawn["key"]] = {"selection": {"rows": rows}}
        drawn["on_select"]()
        assert tab.trial == 7
