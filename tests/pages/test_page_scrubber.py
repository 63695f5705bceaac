"""The epoch on the page: the map and the figures follow it, it plays, and it stays when the page is left."""

import re

from visiting import FAST, assert_says, expected, go, labels, press, said, verdict, visit

from data import DataConfig

FAST_DATA = DataConfig(n_samples=120)
FAST_TRAIN = {"epochs": 3, "hidden_layer_sizes": (4,)}


def epoch(app):
    return int(re.search(r"after epoch ([0-9]+)", verdict(app))[1])


def assert_shows(app, number):
    assert not app.exception
    assert f"Network 1 after epoch {number}" in said(app)[0]
    assert_says(app, expected(FAST_DATA, 2, **FAST_TRAIN | {"epochs": number}))


def test_the_page_shows_the_epoch_that_is_chosen_stepped_to_and_played():
    app = visit(**FAST | {"epoch": "1"})
    assert_shows(app, 1)
    assert_shows(press(app, "+1"), 2)
    press(app, "Again")
    frames = [epoch(app)]
    while "Pause" in labels(app):
        go(app)
        frames.append(epoch(app))
    assert frames == [0, 1, 2, 3]
    assert_shows(app, 3)
    assert "Play" in labels(app)
