"""The choice of the epoch on a page that has nothing else: the number in the link, a timeline's epochs."""

import itertools

import pytest
from streamlit.testing.v1 import AppTest
from visiting import hold, widget

from ui.timeline import component


def page():
    import streamlit as st

    from ui.timeline import component

    state = st.session_state
    state["shown"] = component.epoch_number(state["n"], state.get("step", 1))


def opened(n=20, query=(), **state):
    app = AppTest.from_function(page)
    app.session_state["n"] = n
    for key, value in state.items():
        app.session_state[key] = value
    for key, value in dict(query).items():
        app.query_params[key] = value
    return app.run()


def of(app):
    assert not app.exception
    return app.session_state["shown"]


def grow(app, n):
    """Run again with another number of epochs."""
    app.session_state["n"] = n
    return app.run()


@pytest.mark.parametrize(("text", "epoch"), [("1", 1), ("0", 0), ("-1", 20), ("99", 20)])
def test_a_link_opens_at_its_epoch_and_one_that_is_not_there_is_the_last(text, epoch):
    app = opened(query={"epoch": text})
    assert of(app) == widget(app, "epoch").value == epoch


def test_of_a_thinned_run_a_step_goes_from_one_kept_epoch_to_the_next():
    app = opened(2000, step=8)
    assert of(app) == 2000
    number = app.number_input(key="epoch")
    assert of(number.decrement().run()) == 1992
    assert of(number.increment().run()) == 2000


def test_the_last_epoch_follows_the_training_and_one_that_was_chosen_stays():
    app = opened(3)
    assert [of(grow(app, n)) for n in (10, 2)] == [10, 2]
    hold(app, epoch=1)
    hold(app, epoch=2)
    assert [of(grow(app, n)) for n in (10, 2)] == [10, 2], "the last one, stepped to"
    hold(app, epoch=1)
    assert of(grow(app, 10)) == 1
    assert of(grow(app, 0)) == 0, "there is nothing to choose"
    assert len(app.number_input) == 0


@pytest.mark.parametrize(
    ("kept", "epoch", "most", "epochs"),
    [
        (range(3), 2, 120, (0, 1, 2)),
        (range(101), 100, 11, (0, 11, 22, 33, 44, 56, 67, 78, 89, 100)),
        (range(101), 30, 5, (0, 30, 33, 67, 100)),
        (range(101), 0, 5, (0, 33, 67, 100)),
        ((0, 1, 2, 10, 20, 25), 25, 4, (0, 2, 25)),
        ((0,), 0, 120, (0,)),
    ],
)
def test_a_timeline_has_epochs_from_the_first_to_the_last_evenly_and_the_one_on_show(
    kept, epoch, most, epochs
):
    assert component.moments(list(kept), epoch, most) == epochs
    assert len(epochs) <= most


@pytest.mark.parametrize("n", [1, 2, component.MOST, component.MOST + 1, 2000])
def test_it_has_every_epoch_of_a_short_training_and_says_how_many_it_has_of_a_long_one(n):
    kept = list(range(n))
    shown = component.moments(kept, 0)
    assert (len(shown) == n) == (n <= component.MOST)
    assert len(shown) <= component.MOST
    gaps = {later - earlier for earlier, later in itertools.pairwise(shown)}
    assert not gaps or max(gaps) - min(gaps) <= 1
    said = f"The timeline goes through {len(shown)} of {n:,} epochs; the number field reaches all of them."
    assert component.thinned(kept, shown) == ("" if n <= component.MOST else said)
