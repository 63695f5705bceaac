"""The leaderboard: its shading and its selection."""

import numpy as np
import pandas as pd

from ui.frame.visit import Visit
from ui.sweeps import board

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
