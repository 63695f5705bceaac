"""Links to the initialization page: what they ask for is shown, what cannot be is told in one sentence."""

from urllib.parse import parse_qs, urlsplit

import pytest
from starting import DIGITS, QUICK, chart, frame_with, named, visit
from visiting import charts, hold, press, said, sentences, text, widget

from lab.links.experiment import Experiment
from lab.links.fields import widget_value
from lab.questions.learn import INITIALIZATION as QUESTIONS
from ui.initialization import setup

LINKS = {
    "untrained": {"activation": "tanh", "sets": ["orthogonal", "normal*0.05"], "init_seed": "7"},
    "trained": {"sets": ["he_normal", "zeros"], "train": "true", "learning_rate": "0.14"},
    "one start of ten layers": {"hidden_layer_sizes": "16x10", "sets": ["normal"], "seeds": "3"},
    "digits": DIGITS | {"sets": ["glorot_uniform"], "train": "true", "l2": "0.001"},
}


def held(app):
    return {name: app.session_state[name] for name in (*setup.KEYS, *setup.VIEW) if name in app.session_state}


def shared(app):
    """The query parameters of the Share link, a list each."""
    (address,) = [block.value for block in app.code if "learning_rate=" in block.value]
    return parse_qs(urlsplit(address).query, keep_blank_values=True)


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_the_shared_link_says_every_setting_and_opens_the_same_page(link):
    app = visit(**QUICK | link)
    assert not app.exception
    query = shared(app)
    assert query["sets"] == link["sets"]
    assert {name for name in setup.KEYS if name != "points"} < query.keys()
    again = visit(**{name: values if name == "sets" else values[-1] for name, values in query.items()})
    assert held(again) == held(app)
    assert said(again) == said(app)


def test_the_link_of_the_first_view_says_its_defaults():
    query = shared(visit())
    assert query["hidden_layer_sizes"] == ["64x10"]
    assert query["epochs"] == ["20"]
    assert query["sets"] == ["he_normal", "glorot_uniform", "normal*0.01", "normal"]
    assert query["train"] == ["false"]
    experiment = Experiment.from_query({name: values[-1] for name, values in query.items()})
    assert experiment.train.hidden_layer_sizes == (64,) * 10


def test_a_question_sets_every_control(monkeypatch):
    preset = max(QUESTIONS, key=lambda one: len(one.changes))
    monkeypatch.setattr("ui.training.progress.REFUSE_ABOVE", 0.0)  # nothing is trained
    app = visit(**QUICK | {"noise": "0.5", "l1": "0.01"}, sets=["lecun_normal"])
    press(app, preset.question)
    assert not app.exception
    values = setup.DEFAULTS | {key: value for key, value in preset.changes.items() if key in setup.DEFAULTS}
    for name in setup.KEYS:
        if name in values:
            assert app.session_state[name] == widget_value(name, values[name])
    assert app.session_state["sets"] == preset.changes["sets"]
    assert app.session_state["train"] is preset.changes.get("train", False)
    assert app.session_state["seeds"] == 5


def test_reset_puts_every_control_back():
    app = visit(**QUICK | {"activation": "gelu"}, sets=["zeros"], train="true")
    press(app, "Reset")
    assert not app.exception
    assert sentences(app) == []
    for name, value in setup.DEFAULTS.items():
        if name in setup.KEYS:
            assert app.session_state[name] == widget_value(name, value)
    assert app.session_state["sets"] == list(setup.STARTS)
    assert app.session_state["train"] is False
    assert frame_with(chart(app, "Forward"), "median")["layer"].max() == 11


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
    },
    {"hidden_layer_sizes": ("9999x2", "hidden_layer_sizes asks for 2 hidden layers")},
    {"hidden_layer_sizes": ("eight", "hidden_layer_sizes is 'eight'; allowed: ")},
    {"l2": ("0.1,0.2", "l2 is (0.1, 0.2); allowed: one number, or a tuple of 3")},
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
    deepest = frame_with(chart(app, "Forward"), "median")["layer"].max()
    assert deepest == (11 if "hidden_layer_sizes" in link else 3), (
        "its own default, or what the link asks for"
    )


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"name": "mnist", "split": "1/1/1"}, "The training set of mnist has 1 examples of 1 classes"),
        ({"name": "mnist", "split": "70000/1/1"}, "split is '70000/1/1'; allowed: up to 60000 examples"),
        ({"split": "1/1/0"}, "The training set of circles has 1 examples"),
    ],
    ids=["one image", "too many images", "one point"],
)
def test_a_split_that_cannot_be_trained_on_gets_one_sentence_until_it_is_mended(link, words):
    app = visit(**QUICK | link)
    assert not app.exception
    (sentence,) = sentences(app)
    assert sentence.startswith(words)
    assert charts(app) == []
    assert "One unit adds up many inputs" in text(app), "the rest of the page is there"
    hold(app, split="300/100/100" if "name" in link else "70/15/15")
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


def test_one_hidden_layer_does_pass_a_signal():
    app = visit(**QUICK | {"hidden_layer_sizes": "16"}, sets=["he_normal"])
    assert (frame_with(chart(app, "Forward"), "median")["median"] > 0).all()
    assert "No start passes a signal" not in text(app)


def test_images_of_ones_own_are_asked_for_before_they_are_missed():
    app = visit(**QUICK | {"split": "40/12/10"})
    hold(app, name="own_images")
    assert not any("points is ''" in one for one in sentences(app))


def test_what_a_link_says_beyond_the_experiment_does_no_harm():
    app = visit(**QUICK, utm_source="mail", epoch="77", initializer="orthogonal", dtype="float16", seed="3")
    assert not app.exception
    assert sentences(app) == []
    assert len(charts(app)) == 6
