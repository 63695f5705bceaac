"""Links to the initialization page: what they ask for is shown, what cannot be is told in one sentence."""

import pytest
from starting import DIGITS, QUICK, chart, label_of, named, visit
from visiting import charts, frame_with, hold, labels, press, said, sentences, shared, text, widget

from lab.links.fields import widget_value
from lab.questions.learn import INITIALIZATION as QUESTIONS
from ui.initialization import setup

LINKS = {
    "untrained": {
        "activation": "tanh",
        "hidden_layer_sizes": "16x10",
        "sets": ["orthogonal", "normal*0.05"],
        "init_seed": "7",
        "seeds": "3",
    },
    "digits": DIGITS | {"sets": ["glorot_uniform", "zeros"], "train": "true", "l2": "0.001"},
}


def held(app):
    return {name: app.session_state[name] for name in (*setup.KEYS, *setup.VIEW) if name in app.session_state}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_the_shared_link_says_every_setting_and_opens_the_same_page(link):
    app = visit(**QUICK | link)
    assert not app.exception
    assert sentences(app) == []
    assert named(chart(app, "Forward")) <= {label_of(start) for start in link["sets"]}
    query = shared(app)
    assert query["sets"] == link["sets"]
    assert {name for name in setup.KEYS if name != "points"} < query.keys()
    again = visit(**query)
    assert held(again) == held(app)
    assert said(again) == said(app)


def test_a_question_sets_every_control_and_reset_puts_them_back(monkeypatch):
    preset = max(QUESTIONS, key=lambda one: len(one.changes))
    monkeypatch.setattr("ui.training.progress.REFUSE_ABOVE", 0.0)  # nothing is trained
    app = visit(**QUICK | {"noise": "0.5", "l1": "0.01"}, sets=["lecun_normal"])
    press(app, preset.question)
    assert not app.exception
    assert len(sentences(app)) == 2, "the small networks of the symmetry are refused too"
    assert all("would take about" in one and "fewer epochs" in one for one in sentences(app))
    assert "Train" not in labels(app)
    assert_holds(app, preset.changes)
    press(app, "Reset")
    assert not app.exception
    assert_holds(app, {"sets": list(setup.STARTS)})
    assert frame_with(chart(app, "Forward"), "median")["layer"].max() == 11


def assert_holds(app, changes):
    """Every control is at its default but for these."""
    values = setup.DEFAULTS | changes
    for name in set(setup.KEYS) & set(setup.DEFAULTS):
        assert app.session_state[name] == widget_value(name, values[name])
    assert app.session_state["sets"] == changes["sets"]
    assert app.session_state["train"] is changes.get("train", False)
    assert app.session_state["seeds"] == 5


BAD = [  # links whose every value is bad, with what is said of each
    {
        "sets": (["<script>alert(1)</script>"], "sets holds '<script>alert(1)</script>'; allowed: "),
        "hidden_layer_sizes": ("9999x9999", "hidden_layer_sizes is '9999x9999'; allowed: "),
        "name": ("iris", "The link asks for name = 'iris', which this page cannot use"),
        "learning_rate": ("abc", "learning_rate is 'abc'; allowed: a number, such as 0.1."),
        "activation": ("<b>", "The link asks for activation = '<b>'"),
        "l1": ("weak", "l1 is 'weak'; allowed: "),
    },
    {
        "sets": (["none"], "sets holds 'none'; allowed: "),
        "hidden_layer_sizes": ("8x31", "hidden_layer_sizes asks for 31 hidden layers"),
        "name": ("own_points", "The link asks for name = 'own_points', which this page cannot use"),
        "l2": ("0.1,0.2", "l2 is (0.1, 0.2); allowed: one number, or a tuple of "),
    },
]


@pytest.mark.parametrize("link", BAD, ids=" ".join)
def test_every_bad_value_of_a_link_gets_one_sentence_and_the_page_works(link):
    app = visit(**QUICK | {name: value for name, (value, _) in link.items()})
    assert not app.exception
    found = sentences(app)
    assert len(found) == len(link)
    for _, words in link.values():
        (sentence,) = [one for one in found if one.startswith(words)]
        assert len(sentence) < 300
    assert named(chart(app, "Forward")) == {"he_normal", "glorot_uniform", "normal × 0.01", "normal"}
    assert frame_with(chart(app, "Forward"), "median")["layer"].max() == 11, "the page's own default"


def test_a_split_that_cannot_be_trained_on_gets_one_sentence_until_it_is_mended():
    app = visit(**QUICK | {"name": "mnist", "split": "1/1/1"})
    assert not app.exception
    (sentence,) = sentences(app)
    assert sentence.startswith("The training set of mnist has 1 examples of 1 classes")
    assert charts(app) == []
    assert "One unit adds up many inputs" in text(app), "the rest of the page is there"
    hold(app, split="300/100/100")
    assert sentences(app) == []
    assert len(charts(app)) >= 6


def test_no_hidden_layer_is_no_reason_to_stop():
    app = visit(**QUICK | {"hidden_layer_sizes": "none"}, sets=["he_normal"], train="true")
    assert not app.exception
    assert sentences(app) == ["There is no hidden layer, or its activations are not finite numbers."]
    assert frame_with(chart(app, "Forward"), "median")["layer"].tolist() == [1]
    assert chart(app, "Validation accuracy by epoch")
    assert widget(app, "_depth").value == 1
    assert not any(".." in one for one in [*said(app), text(app)])
