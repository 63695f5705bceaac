"""The learning rate's slider beside the box of later rates: what a step of one leaves of the other."""

from contextlib import nullcontext
from types import SimpleNamespace

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


@pytest.mark.parametrize(
    ("later", "label"),
    [
        ("", "Change it during training"),
        ("0.01@30", "Changes: 0.01@30"),
        ("0.01@30;1@40;2@450", "Changes: 0.01@30;1@40;2@450"),  # 18 characters
        ("0.01@30;1@40;2@4500", "3 changes of the rate"),
        ("0.0123456789@1000000", "1 change of the rate"),
    ],
)
def test_the_button_of_the_box_says_how_the_rate_changes_as_far_as_there_is_room(later, label):
    assert rates._label(later) == label


@pytest.mark.parametrize(
    ("box", "shown", "told"),
    [
        ("many", "many", ["It cannot be read."]),
        (None, "0.01@30", []),  # as on the way back from another page
        ("0.01@30", "0.01@30", []),
    ],
)
def test_a_text_that_was_refused_is_told_of_while_it_is_in_the_box_and_no_longer(
    monkeypatch, box, shown, told
):
    tab, said = Visit(refused_rates=("many", "It cannot be read.")), []
    elements = SimpleNamespace(
        popover=lambda *_, **__: nullcontext(),
        text_input=lambda *_, **__: None,
        caption=lambda text: None,
        error=None,
        session_state={rates.BOX: box} if box else {},
    )
    monkeypatch.setattr(rates, "st", elements)
    monkeypatch.setattr(rates, "visit", lambda: tab)
    monkeypatch.setattr(rates, "show_sentence", lambda show, sentence, icon: said.append(sentence))
    for _ in range(2):
        rates.change_box("0.1@0;0.01@30")
        assert (elements.session_state[rates.BOX], said) == (shown, told)
        said.clear()
    assert tab.rates == "0.1@0;0.01@30"
