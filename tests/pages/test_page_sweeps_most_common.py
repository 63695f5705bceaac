"""The sentence under the leaderboard on the most common class, against labels that are counted apart."""

import numpy as np
from visiting import FAST, FAST_DATA, board, hold, opened, text

from data import load_dataset


def test_the_leaderboard_says_how_many_trials_beat_always_guessing_the_most_common_class():
    axes = {"axis1": "learning_rate", "values1": "0.0001 / 0.3 / 1e30", "axis2": "–"}
    app = opened("pages/sweeps.py", FAST | {"epochs": "10"} | axes)
    assert not app.exception
    y = load_dataset(FAST_DATA).y_valid
    share = np.bincount(y).max() / len(y)
    medians = board(app)["median"].dropna()
    above = int((medians > share).sum())
    assert (len(medians), above) == (2, 1)
    gets = f"Always guessing the most common class of the validation set gets {share:.1%}; "
    assert gets + "the median of 1 of 2 trials exceeds that." in text(app)
    hold(app, metric="validation loss")
    assert "most common class" not in text(app)
