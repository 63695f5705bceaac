"""The learning rate's slider beside the box of later rates: what a step of one leaves of the other."""

import pytest

from lab.links.fields import DECADES
from ui.frame.visit import Visit
from ui.sidebar import rates


@pytest.fixture
def step(monkeypatch):
    """A function: the slider's value after a step from `before` to `after`."""

    def move(before, after):
        state, tab = {"learning_rate": after}, Visit(rates=before)
        monkeypatch.setattr(rates.st, "session_state", state)
        monkeypatch.setattr(rates, "visit", lambda: tab)
        rates.keep_later()
        return state["learning_rate"]

    return move


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("0.2@0;0.01@30", 0.1, "0.1@0;0.01@30"),
        ("0.1@0;0.01@30", 0.1, "0.07@0;0.01@30"),  # the default is the neighbour of the same rate
        ("0.1@0;0.01@30;1@40", 0.1, "0.07@0;0.01@30;1@40"),
        (f"{DECADES[0]:g}@0;0.01@30", DECADES[0], f"{DECADES[0]:g}@0;0.01@30"),  # none is lower
        ("0.2@0;0.01@30", "0.3@0;0.01@30", "0.3@0;0.01@30"),
        (0.2, 0.1, 0.1),
        (0.2, "0.3@0;0.01@30", "0.3@0;0.01@30"),
    ],
)
def test_a_step_of_the_slider_keeps_the_later_rates(step, before, after, shown):
    assert step(before, after) == shown
