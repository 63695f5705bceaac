"""The choice of the epoch on a page that has nothing else: chosen, stepped to, played, and followed."""

import pytest
from streamlit.testing.v1 import AppTest
from visiting import hold, press, widget


def page():
    import streamlit as st

    from ui.decision_boundary import scrubber

    state = st.session_state
    state["shown"] = scrubber.scrubber(state["n"], state.get("step", 1))
    state["upcoming"] = scrubber.next_frame(state["n"])
    state["tick"] = scrubber.tick()


def opened(n=20, query=(), **state):
    app = AppTest.from_function(page)
    app.session_state["n"] = n
    for key, value in state.items():
        app.session_state[key] = value
    for key, value in dict(query).items():
        app.query_params[key] = value
    return app.run()


def of(app, key="shown"):
    assert not app.exception
    return app.session_state[key]


def labels(app):
    return [button.label for button in app.button]


def grow(app, n):
    """Run again with another number of epochs."""
    app.session_state["n"] = n
    return app.run()


def test_an_epoch_is_chosen_and_stepped_to_but_never_beyond_the_ends():
    app = opened(3)
    assert of(app) == 3, "the last one at first"
    assert labels(app) == ["Again", "−1", "Play", "+1"]
    assert of(press(app, "+1")) == 3
    hold(app, epoch=1)
    assert of(app) == 1
    assert of(press(app, "+1")) == 2
    assert [of(press(app, "−1")) for _ in range(3)] == [1, 0, 0]


def test_of_a_thinned_run_a_step_goes_from_one_kept_epoch_to_the_next():
    app = opened(2000, step=8)
    assert labels(app) == ["Again", "−8", "Play", "+8"]
    assert [button.help for button in app.button][1::2] == ["8 epochs back", "8 epochs on"]
    assert of(press(app, "−8")) == 1992


@pytest.mark.parametrize(("text", "epoch"), [("1", 1), ("0", 0), ("-1", 20), ("99", 20)])
def test_a_link_opens_at_its_epoch_and_one_that_is_not_there_is_the_last(text, epoch):
    app = opened(query={"epoch": text})
    assert of(app) == widget(app, "epoch").value == epoch


def test_the_last_epoch_follows_the_training_and_one_that_was_chosen_stays():
    app = opened(3)
    assert [of(grow(app, n)) for n in (10, 2)] == [10, 2]
    press(app, "−1")
    assert of(press(app, "+1")) == 2, "the last one, stepped to"
    assert [of(grow(app, n)) for n in (10, 2)] == [10, 2]
    hold(app, epoch=1)
    assert of(grow(app, 10)) == 1
    assert of(grow(app, 0)) == 0, "there is nothing to choose"
    assert labels(app) == []


def test_play_shows_every_epoch_once_and_ends_with_the_last():
    app = opened(3)
    assert (of(app, "upcoming"), of(app, "tick")) == (None, None)
    press(app, "Again")
    frames = [(of(app), of(app, "upcoming"))]
    while "Pause" in labels(app):
        assert of(app, "tick") > 0
        app.run()
        frames.append((of(app), of(app, "upcoming")))
    assert frames == [(0, 1), (1, 2), (2, 3), (3, None)]
    assert widget(app, "epoch").value == 3
    assert of(app, "tick") is None


def test_play_begins_anew_at_the_last_epoch_and_elsewhere_goes_on_from_there():
    app = opened(3)
    assert of(press(app, "Play")) == 0
    app = opened(20)
    hold(app, epoch=7)
    assert [of(press(app, "Play")), of(app.run())] == [7, 8]


def test_pause_keeps_the_epoch_that_is_shown_and_so_does_a_step():
    app = press(opened(20), "Again")
    app.run()
    assert of(app.run()) == 2
    assert of(press(app, "Pause")) == widget(app, "epoch").value == 2
    assert "Play" in labels(app)
    press(app, "Play")
    app.run()
    assert of(press(app, "+1")) == 4
    assert "Play" in labels(app)


def test_long_trainings_are_played_in_thirty_frames():
    app = press(opened(300), "Again")
    assert [of(app.run()) for _ in range(3)] == [10, 20, 30]


def test_an_old_frame_of_a_slow_browser_is_no_move_and_another_epoch_is():
    app = press(opened(20), "Again")
    for _ in range(6):
        app.run()
    assert of(app) == 6
    for echo, shown in ((4, 7), (3, 8), (15, 15), (1, 1)):
        hold(app, _frame=echo)
        assert of(app) == shown


def test_a_training_that_shrinks_while_it_plays_ends_the_play_at_its_end():
    app = press(opened(20), "Again")
    for _ in range(4):
        app.run()
    assert of(grow(app, 2)) == 2
    assert "Play" in labels(app)
