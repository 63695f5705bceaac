"""The timeline: what the browser is sent and tells; and that of curves that have only some epochs."""

import contextlib
from types import SimpleNamespace

import numpy as np
import pytest

from ui.frame.visit import Visit
from ui.timeline import component, of_curves


@pytest.fixture
def drawn(monkeypatch):
    """The timelines drawn, [(epochs, the one on show, sentences, what is left out, options), …]."""
    found = []

    def timeline(epochs, epoch, said, left_out="", **options):
        found.append((tuple(epochs), epoch, list(said), left_out, options))

    monkeypatch.setattr(component, "timeline", timeline)
    return found


@pytest.fixture
def places(monkeypatch):
    """The columns and containers of the page by name, in the order in which they stand."""
    names = []

    def place(name):
        names.append(name)
        place = contextlib.nullcontext(name)
        place.name = name
        return place

    monkeypatch.setattr(of_curves.st, "container", lambda: place(f"container {len(names)}"))
    monkeypatch.setattr(of_curves.st, "columns", lambda widths, **_: [place("left"), place("right")])
    return names


@pytest.mark.parametrize(("number", "epoch"), [(0, 0), (1, 0), (2, 2), (4, 2), (5, 5), (8, 5), (9, 9)])
def test_of_epochs_that_the_curves_do_not_have_the_one_before_is_shown(
    monkeypatch, drawn, places, number, epoch
):
    asked = []
    monkeypatch.setattr(component, "epoch_number", lambda last: asked.append(last) or number)
    chosen = of_curves.choose(np.array([5, 0, 9, 2, 2, 9]))
    assert (chosen.epoch, chosen.kept, asked) == (epoch, (0, 2, 5, 9), [9])
    of_curves.draw(chosen, "epoch {}".format)
    assert drawn == [((0, 2, 5, 9), epoch, ["epoch 0", "epoch 2", "epoch 5", "epoch 9"], "", {})]
    assert chosen.place.name == "right", "beside the number"
    narrow = of_curves.choose([0, 1], narrow=True)
    assert narrow.place.name == places[2], "above the number"


def test_before_the_first_epoch_of_the_curves_the_first_is_shown(monkeypatch, places):
    monkeypatch.setattr(component, "epoch_number", lambda last: 0)
    assert of_curves.choose([3, 7]).epoch == 3


@pytest.mark.parametrize("epochs", [[7], [7, 7, 7]])
def test_of_one_epoch_there_is_nothing_to_choose(drawn, epochs):
    chosen = of_curves.choose(epochs)
    assert (chosen.epoch, chosen.kept, chosen.place) == (7, (7,), None)
    of_curves.draw(chosen, str)
    assert drawn == []


def test_a_long_timeline_says_how_many_of_the_epochs_it_has(monkeypatch, drawn, places):
    monkeypatch.setattr(component, "epoch_number", lambda last: 1)
    of_curves.draw(of_curves.choose(range(200)), str)
    ((epochs, epoch, said, left_out, _),) = drawn
    assert (epochs[:2], epochs[-1], epoch, said) == ((0, 1), 199, 1, list(map(str, epochs)))
    some = f"The timeline goes through {len(epochs)} of 200 epochs"
    assert left_out == f"{some}; the number field reaches all of them."


def test_the_browser_is_sent_plain_numbers_and_a_sentence_for_each(monkeypatch):
    sent = []
    monkeypatch.setattr(component, "_timeline", lambda **message: sent.append(message))
    component.timeline(np.array([0, 3]), np.int32(3), map(str, (0, 3)), "Some.")
    component.timeline((0, 1), 0, ["a", "b"], tells=False, plays=True)
    first, other = (message["data"] for message in sent)
    assert first == {
        **{"epochs": [0, 3], "epoch": 3, "said": ["0", "3"], "note": "Some."},
        **{"tells": True, "plays": False},
    }
    assert {type(one) for one in [*first["epochs"], first["epoch"]]} == {int}
    assert (other["note"], other["tells"], other["plays"]) == ("", False, True)


@pytest.mark.parametrize(
    ("told", "n_epochs", "epoch"),
    [
        (3, 9, 3),
        (3.0, 9, 3),
        (0, 9, 0),
        (9, 9, 9),
        (10, 9, 9),
        (-1, 9, 0),
        (5, None, 0),
        (3.5, 9, "before"),
        ("3", 9, "before"),
        (None, 9, "before"),
        ([3], 9, "before"),
    ],
)
def test_the_epoch_at_which_the_timeline_stops_is_one_that_was_trained(monkeypatch, told, n_epochs, epoch):
    state = {component.KEY: SimpleNamespace(epoch=told), "epoch": "before"}
    monkeypatch.setattr(component, "STATE", state)
    monkeypatch.setattr(component, "visit", lambda: Visit(n_epochs=n_epochs))
    component._stopped()
    assert state["epoch"] == epoch
