"""The epoch on show: chosen, stepped to, played, and kept when the training changes."""

import re

import pytest
from visiting import FAST, PAGE, assert_says, expected, go, hold, press, said, verdict, visit, widget

from data import DataConfig

FAST_DATA = DataConfig(n_samples=120)
FAST_TRAIN = {"epochs": 3, "hidden_layer_sizes": (4,)}


def labels(app):
    return {button.label for button in app.button}


def epoch(app):
    return int(re.search(r"after epoch ([0-9]+)", verdict(app))[1])


def test_an_epoch_can_be_chosen_and_stepped_to():
    app = visit(**FAST)
    hold(app, epoch=1)
    assert "Network 1 after epoch 1" in said(app)[0]
    assert_says(app, expected(FAST_DATA, 2, **FAST_TRAIN | {"epochs": 1}))
    press(app, "+1")
    assert "Network 1 after epoch 2" in said(app)[0]
    press(app, "−1")
    press(app, "−1")
    press(app, "−1")
    assert "Network 1 after epoch 0" in said(app)[0]
    assert_says(app, expected(FAST_DATA, 2, **FAST_TRAIN | {"epochs": 0}))


def test_more_epochs_move_the_view_to_the_new_last_one():
    app = visit(**FAST)
    hold(app, epochs=10)
    assert "Network 1 after epoch 10" in said(app)[0]
    hold(app, epochs=2)
    assert "Network 1 after epoch 2" in said(app)[0]


def test_a_link_opens_at_its_epoch():
    app = visit(**FAST | {"epoch": "1"})
    assert "Network 1 after epoch 1" in said(app)[0]
    assert widget(app, "epoch").value == 1


def test_an_epoch_that_was_chosen_stays_when_there_are_more():
    app = visit(**FAST)
    hold(app, epoch=1)
    hold(app, epochs=10)
    assert "Network 1 after epoch 1" in said(app)[0]


def test_play_shows_epoch_after_epoch_and_ends_with_the_last():
    app = visit(**FAST)
    press(app, "Again")
    assert not app.exception
    seen = [epoch(app)]
    assert "Pause" in labels(app)
    for _ in range(10):
        if "Pause" not in labels(app):
            break
        go(app)
        seen.append(epoch(app))
    assert not app.exception
    assert sorted(set(seen)) == [0, 1, 2, 3]
    assert seen == sorted(seen)
    assert "Play" in labels(app)
    assert widget(app, "epoch").value == 3


def test_play_pressed_at_the_last_epoch_begins_anew():
    app = visit(**FAST)
    assert epoch(app) == 3
    press(app, "Play")
    assert "Pause" in labels(app)
    assert epoch(app) == 0
    go(app)
    assert epoch(app) == 1


def test_pause_keeps_the_epoch_that_was_on_show():
    app = visit(**FAST | {"epochs": "20"})
    press(app, "Again")
    go(app)
    go(app)
    shown = epoch(app)
    assert 0 < shown < 20
    press(app, "Pause")
    assert "Play" in labels(app)
    assert shown <= epoch(app) <= shown + 1
    assert widget(app, "epoch").value == epoch(app)
    press(app, "Play")
    assert epoch(app) >= shown, "it goes on from there"


def test_a_control_moved_while_it_plays_is_heeded():
    app = visit(**FAST | {"epochs": "20"})
    press(app, "Again")
    hold(app, learning_rate=0.01)
    assert not app.exception
    hold(app, epochs=2)
    assert not app.exception
    assert epoch(app) <= 2


def test_long_trainings_are_played_in_a_few_frames():
    app = visit(**FAST | {"epochs": "300"})
    press(app, "Again")
    go(app)
    assert 1 < epoch(app) <= 20


def test_a_slow_browser_that_sends_an_old_frame_does_not_turn_the_play_back():
    app = visit(**FAST | {"epochs": "20"})
    press(app, "Again")
    for _ in range(4):
        go(app)
    before = epoch(app)
    app = hold(app, _frame=before - 2)
    assert epoch(app) == before + 1
    app = hold(app, _frame=15)  # a move of the visitor's
    assert epoch(app) == 15


@pytest.mark.parametrize("text", ["-1", "99"])
def test_an_epoch_that_is_not_there_is_the_last(text):
    app = visit(**FAST | {"epoch": text})
    assert not app.exception
    assert "Network 1 after epoch 3" in said(app)[0]


def test_a_page_that_was_left_is_found_again():
    app = visit(**FAST)
    hold(app, noise=0.3, view="2")
    before = said(app)
    app.query_params.clear()
    go(app.switch_page("pages/home.py"))
    assert "What happens" in app.title[0].value
    go(app.switch_page(PAGE))
    assert widget(app, "noise").value == 0.3
    assert said(app) == before
