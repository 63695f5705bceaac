"""Links: from Home, from the address, to the clipboard; presets and reset set every control."""

import re

import pytest
from visiting import (
    FAST,
    assert_says,
    charts,
    expected,
    hold,
    press,
    said,
    sentences,
    shared,
    verdict,
    visit,
    widget,
)

from lab.links.fields import DEFAULTS, widget_value
from lab.questions import learn
from lab.questions.preset import query
from ui.frame.visit import KEY
from ui.sidebar import own_points

QUESTIONS = [preset.question for preset in learn.DECISION_BOUNDARY]
SINGLE = [preset for preset in learn.DECISION_BOUNDARY if "mode" not in preset.changes]


def held(app):
    return {name: app.session_state[name] for name in DEFAULTS}


@pytest.fixture(scope="module")
def asking():
    """One visit of many: each question finds what the one before has left."""
    return visit(**FAST | {"activation": "gelu", "view": "2"})


@pytest.mark.parametrize("preset", learn.DECISION_BOUNDARY[::3], ids=QUESTIONS[::3])
def test_a_question_sets_every_control_as_its_link_does(asking, preset):
    app = asking
    for key, value in {"noise": 0.5, "seeds": 2, "use_bias": False}.items():
        widget(app, key).set_value(value)
    press(app, preset.question)
    assert not app.exception
    assert sentences(app) == []
    values = DEFAULTS | {name: value for name, value in preset.changes.items() if name in DEFAULTS}
    assert held(app) == {name: widget_value(name, value) for name, value in values.items()}
    if preset in SINGLE:
        assert "of 5 networks reach" in verdict(app)
    else:
        assert len(app.dataframe[0].value) == 3


def test_a_questions_link_opens_what_its_button_does(asking):
    preset = next(preset for preset in SINGLE if "view" in preset.changes)
    press(asking, preset.question)
    assert "disagree" in said(asking)[0]
    linked = visit(**query(preset))
    assert held(linked) == held(asking)
    assert said(linked) == said(asking)


SHARED = {
    "one": {"learning_rate": "0.14", "name": "moons", "view": "2", "l2": "0.001;0.01", "epoch": "2"},
    "compared": {"mode": "Compare", "compare": "activation", "values": "relu / tanh", "split": "60/20/20"},
    "own points": {"name": "own_points", "points": own_points.EXAMPLE, "use_bias": "false"},
}


@pytest.mark.parametrize("link", SHARED.values(), ids=SHARED)
def test_the_shared_link_says_every_setting_and_opens_the_same_page(link):
    app = visit(**FAST | link)
    assert sentences(app) == []
    query = shared(app)
    assert DEFAULTS.keys() < query.keys()
    assert (FAST | link).items() <= query.items()
    again = visit(**query)
    assert sentences(again) == []
    assert said(again) == said(app)
    assert held(again) == held(app)


def test_reset_puts_every_control_back():
    app = visit(noise="0.3", hidden_layer_sizes="3", learning_rate="0.14", seeds="2", schedule="step")
    app.session_state[KEY].playing = True
    press(app, "Reset")
    assert not app.session_state[KEY].playing
    assert held(app) == {name: widget_value(name, value) for name, value in DEFAULTS.items()}
    assert "Network 1 after epoch 50" in said(app)[0]
    assert_says(app, expected())


DROPPED = {  # what a widget cannot hold
    "name": "mnist",
    "noise": "7",
    "activation": "<script>alert(1)</script>",
    "learning_rate": "abc",
    "epochs": "-3",
    "n_samples": "1e9",
    "use_bias": "perhaps",
    "schedule": "",
}
UNREADABLE = {"hidden_layer_sizes": "eight", "l1": "-1", "l2": "weak", "split": "half"}


def test_every_bad_value_of_a_link_gets_one_sentence_and_the_page_works():
    app = visit(**FAST | DROPPED | UNREADABLE)
    assert not app.exception
    found = sentences(app)
    assert len(found) == len(DROPPED | UNREADABLE)
    for name in DROPPED | UNREADABLE:
        assert sum(re.search(rf"\b{name}\b", sentence) is not None for sentence in found) == 1
    assert "networks reach" in verdict(app)
    assert len(charts(app)) >= 5
    for name in DROPPED:
        assert app.session_state[name] == DEFAULTS[name]


def test_what_a_link_says_beyond_the_experiment_does_no_harm_and_is_told_once():
    app = visit(**FAST, utm_source="mail", epoch="77", view="9", mode="x")
    assert not app.exception
    (sentence,) = sentences(app)
    assert sentence.startswith("The link asks for mode = 'x', which this page cannot use")
    assert "Network 1 after epoch 3" in said(app)[0]
    assert sentences(hold(app, noise=0.2)) == []


def test_data_that_cannot_be_split_as_asked_get_one_sentence():
    app = visit(**FAST | {"split": "110/20/20"})
    assert not app.exception
    (sentence,) = sentences(app)
    assert sentence.startswith("split is '110/20/20'; allowed: ")
    assert charts(app) == []
    hold(app, n_samples=500)
    assert sentences(app) == []
    assert "networks reach" in verdict(app)
