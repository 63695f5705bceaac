"""The settings of a task before it is added: the controls left open, a goal, the derivation's network."""

import contextlib
from types import SimpleNamespace

import pytest

from lab.assignment import KINDS, Task
from lab.assignment.assignment import check
from ui.instructors import subject

OFFERS = {kind: [offer.subject for offer in entry.catalogue()] for kind, entry in KINDS.items()}


@pytest.fixture
def page(monkeypatch):
    """Widgets with their first values, or with those in `chosen` by their key."""
    page = SimpleNamespace(chosen={}, first={})

    def value(key, first):
        page.first[key] = first
        return page.chosen.get(key, first)

    widgets = {
        "multiselect": lambda label, offered, key, **_: value(key, []),
        "number_input": lambda label, least, most, first, key, **_: value(key, first),
        "slider": lambda label, least, most, first, key: value(key, first),
        "selectbox": lambda label, names, at, key, **_: value(key, names[at]),
        "container": lambda **_: contextlib.nullcontext(),
        "expander": lambda _: contextlib.nullcontext(),
        "caption": lambda _: None,
    }
    for name, widget in widgets.items():
        monkeypatch.setattr(subject.st, name, widget)
    return page


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_changed_is_as_in_the_catalogue(page, kind):
    for offered in OFFERS[kind][:3]:
        chosen = subject.choose(kind, offered)
        check(Task(kind, chosen))
        assert chosen == {name: offered[name] for name in offered}


def test_the_controls_left_open_are_in_their_pages_order(page):
    offered = next(one for one in OFFERS["question"] if one["page"] == "decision_boundary")
    page.chosen["_open_task_decision_boundary"] = ["epochs", "noise", "l2"]
    assert subject.choose("question", offered) == offered | {"open": ["noise", "l2", "epochs"]}


def test_a_goal_is_chosen_in_per_cent(page):
    offered = OFFERS["experiment"][0]
    page.chosen["_goal"] = 57
    assert subject.choose("experiment", offered)["target"] == 0.57
    assert page.first["_goal"] == 100 * offered["target"]
    page.chosen[f"_units_{offered['most_units']}"] = 3
    assert subject.choose("experiment", offered)["most_units"] == 3


def test_of_the_derivations_network_only_what_differs_from_the_pages_own_is_in_the_task(page):
    offered = OFFERS["step"][0]
    page.chosen = {"_network_d": 4, "_network_loss": "sigmoid_squared_error"}
    assert subject.choose("step", offered) == offered | {"d": 4, "loss": "sigmoid_squared_error"}
    offered = OFFERS["chapter"][0]
    page.chosen = {"_network_depth": 2, "_network_activation": "relu"}
    assert subject.choose("chapter", offered) == offered | {"depth": 2, "activation": "relu"}
