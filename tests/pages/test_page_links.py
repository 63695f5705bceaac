"""Links to every page: what is shared opens the same page; questions, Reset and bad values."""

import re

import pytest
from starting import DIGITS
from visiting import (
    FAST,
    charts,
    choose_question,
    go,
    hold,
    opened,
    press,
    said,
    sentences,
    shared,
    verdict,
    visit,
    widget,
)

from data.built_in import TABLES
from lab.links import feature_plane
from lab.links.fields import DEFAULT_SEEDS, DEFAULTS, widget_value
from lab.links.pages import B_GRID, PAGES
from lab.published.systems import REPLAYS, SEARCHES
from lab.questions import learn, search, verify
from lab.questions.preset import query
from ui.sidebar import own_data
from ui.training import confirm

pytestmark = pytest.mark.usefixtures("no_timeline")


def visit_page(page, link):
    return opened(f"pages/{page}.py", link)


def told(app):
    """The sentences about the link: none of those that ask for a click, and no verdict."""
    assert not app.exception
    return [one for one in sentences(app) if not re.search(r" about |\*\*", one)]


def asked_for(app):
    return [one for one in told(app) if one.startswith("The link asks for")]


def assert_holds(app, page, changes=None):
    """Every control that is drawn is at the page's default, or as the changes have it."""
    fields = PAGES[page].defaults | (changes or {})
    values = {name: widget_value(name, value) for name, value in fields.items() if name in DEFAULTS}
    values |= PAGES[page].view | {name: value for name, value in fields.items() if name not in DEFAULTS}
    drawn = {name: app.session_state[name] for name in values if name in app.session_state}
    assert drawn == {name: values[name] for name in drawn}
    assert len(drawn) > 5


SMALL = {"n_samples": "120", "epochs": "3", "hidden_layer_sizes": "3"}
SHARED = {
    "one network": (
        "decision_boundary",
        FAST | {"learning_rate": "0.14", "name": "moons", "view": "2", "l2": "0.001;0.01", "epoch": "2"},
    ),
    "compared": (
        "decision_boundary",
        FAST | {"mode": "Compare", "compare": "activation", "values": "relu / tanh", "split": "60/20/20"},
    ),
    "own points": (
        "decision_boundary",
        FAST | {"name": "own_points", "points": own_data.EXAMPLE, "use_bias": "false"},
    ),
    "a table": (
        "decision_boundary",
        FAST | {"name": "iris", "across": "petal width (cm)", "held": "1=6;2=2.5"},
    ),
    "derivation": (
        "derivation",
        {"step": "hidden_weights.2", "depth": "2", "K": "5", "loss": "sigmoid_squared_error"}
        | {"init_seed": "7"},
    ),
    "digits": (
        "initialization",
        DIGITS | {"sets": ["glorot_uniform", "zeros"], "train": "true", "l2": "0.001"},
    ),
    "paths": (
        "optimization",
        SMALL
        | {"paths": ["adam*0.1", "sgd*2"], "plane": "two weights", "weight1": "b1[0]", "weight2": "W2[0,0]"}
        | {"kappa": "7", "schedule": "cosine", "learning_rate_min": "0.001"},
    ),
    "check": (
        "gradient_check",
        SMALL | {"h": "1e-4", "scheme": "forward", "which": "weights", "grid": B_GRID, "examples": "10"},
    ),
    "bug": ("bug_lab", SMALL | {"bug": "sawtooth", "n_samples": "300"}),
    "sweep": (
        "sweeps",
        FAST
        | {"design": "random", "draws": "6", "sweep_seed": "4", "values1": "0.01 to 1 log"}
        | {"metric": "training loss", "view": "Cost"},
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("page", "link"), SHARED.values(), ids=SHARED)
def test_a_shared_link_says_every_setting_and_opens_the_same_page_which_reset_puts_back(
    page, link, monkeypatch
):
    app = visit_page(page, link)
    assert told(app) == []
    address = shared(app, "axis1" if page == "sweeps" else "")
    assert link.items() <= address.items()
    named = set(PAGES[page].defaults) & set(PAGES[page].others) | set(PAGES[page].view)
    named -= set() if link.get("name") in TABLES else set(feature_plane.VIEW)
    assert named <= address.keys()
    again = visit_page(page, address)
    assert told(again) == []
    assert said(again) == said(app)
    for table, other in zip(app.dataframe, again.dataframe, strict=True):
        assert table.value.drop(columns="seconds", errors="ignore").equals(
            other.value.drop(columns="seconds", errors="ignore")
        )
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", -1.0)
    press(again, "Reset")
    assert asked_for(again) == []
    assert_holds(again, page)


CHOICES = {
    "initialization": (*learn.INITIALIZATION, *REPLAYS),
    "optimization": learn.OPTIMIZATION,
    "bug_lab": verify.BUG_LAB,
    "sweeps": (*search.SWEEPS, *SEARCHES),
}


@pytest.mark.slow
@pytest.mark.parametrize("page", CHOICES)
def test_a_question_sets_every_control(page, untrained):
    app = visit_page(page, SMALL | {"noise": "0.4", "l1": "0.01", "momentum": "0.5", "use_bias": "false"})
    for question in sorted(CHOICES[page], key=lambda one: len(one.changes))[-2:]:
        published = f"Published {'searches' if page == 'sweeps' else 'experiments'}"
        name = published if question in (*REPLAYS, *SEARCHES) else "Questions"
        app = choose_question(app, question.question, name=name)
        assert not app.exception
        assert_holds(app, page, question.changes)


@pytest.fixture(scope="module")
def asking():
    """One visit of many: each question finds what the one before has left."""
    return visit(**FAST | {"activation": "gelu", "view": "2"})


@pytest.mark.slow
@pytest.mark.parametrize("preset", learn.DECISION_BOUNDARY[:9:3], ids=lambda preset: preset.question)
def test_a_question_shows_its_networks(asking, preset):
    for key, value in {"noise": 0.5, "seeds": 2, "use_bias": False}.items():
        widget(asking, key).set_value(value)
    choose_question(asking, preset.question)
    assert told(asking) == []
    assert_holds(asking, "decision_boundary", preset.changes)
    if "mode" in preset.changes:
        assert len(asking.dataframe[0].value) == 3
    else:
        assert "of 5 networks reach" in verdict(asking)


@pytest.mark.slow
def test_a_questions_link_opens_what_its_button_does(asking):
    preset = next(one for one in learn.DECISION_BOUNDARY if "view" in one.changes)
    choose_question(asking, preset.question)
    assert "disagree" in said(asking)[0]
    linked = visit(**query(preset))
    assert_holds(linked, "decision_boundary", preset.changes)
    assert said(linked) == said(asking)


SCRIPT = "<script>alert(1)</script>"
BAD = {
    "derivation": {
        "step": "999",
        "d": "9",
        "predict": "maybe",
        "lines": "nine",
        "l1": SCRIPT,
        "activation": "a",
    },
    "decision_boundary": {
        "mode": "Both",
        "seeds": "99",
        "schedule": "",
        "split": "half",
        "activation": SCRIPT,
    },
    "initialization": {
        **{"sets": SCRIPT, "seeds": "-1", "hidden_layer_sizes": "9999x9999", "name": "irises"},
        **{"learning_rate": "abc", "activation": "<b>", "l1": "weak"},
    },
    "gradient_check": {
        **{"h": "5", "scheme": "sideways", "precision": "float16", "which": "biases", "examples": "0"},
        **{"grid": "<b>x</b>", "activation": "step", "l1": "-1"},
    },
    "optimization": {
        **{"paths": SCRIPT, "plane": "flat", "kappa": "0", "name": "mnist", "l1": "-1"},
        **{"learning_rate": "abc", "optimizer": "<b>", "hidden_layer_sizes": "9999x9999"},
    },
    "bug_lab": {"bug": "ants", "hidden_layer_sizes": "<b>", "learning_rate": "nan"},
    "sweeps": {
        "least": "-5",
        "design": "Latin",
        "name": "irises",
        "noise": "loud",
        "hidden_layer_sizes": "x",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("page", BAD)
def test_every_bad_value_of_a_link_gets_one_sentence_once_and_the_page_works(page, untrained):
    others = {"use_bias": "false"} if page == "gradient_check" else {}  # whose biases cannot be chosen then
    app = visit_page(page, others | BAD[page])
    found = told(app)
    assert len(found) == len(BAD[page])
    widgets = PAGES[page].view | {"seeds": DEFAULT_SEEDS}
    for name in BAD[page]:
        (sentence,) = [one for one in found if re.search(rf"\b{name} (=|is|contains|asks) ", one)]
        assert len(sentence) < 300
        if name in widgets and sentence.startswith("The link asks for"):
            assert ", which this page cannot use; allowed: " in sentence
            assert sentence.endswith(f". It shows {widgets[name]} instead.")
    assert charts(app) or page == "sweeps", "which waits for a click"
    go(app)
    assert asked_for(app) == [], "once is enough"
    own = [name for name in BAD[page] if name in widgets and name not in ("h", "sets", "paths")]
    app = visit_page(page, dict.fromkeys(own, ""))
    assert asked_for(app) == [], "an empty one means the default"
    assert all(str(app.session_state[name]) in (str(widgets[name]), "None") for name in own)


def test_the_derivation_takes_a_penalty_for_all_layers_or_one_for_each():
    link = {"l1": "0.5", "l2": "1;2", "step": "elastic_net", "predict": "false"}
    app = visit_page("derivation", link)
    assert told(app) == []
    assert link.items() <= shared(app).items()
    assert app.subheader[0].value == "Elastic net"
    shown = "\n".join(one.value for one in (*app.latex, *app.markdown))
    for stated in (r"\lambda_{11} = 0.5", r"\lambda_{12} = 1", r"\lambda_{21} = 0.5", r"\lambda_{22} = 2"):
        assert f"${stated}$" in shown
    assert r"2 \lambda_{22}\," in shown
    app = visit_page("derivation", link | {"depth": "2"})
    (sentence,) = told(app)
    assert sentence == ("l2 is 1;2; allowed: one number, or one per layer: 3. The default is used instead.")


def test_a_hidden_widget_of_a_locked_link_speaks_too(untrained):
    (sentence,) = asked_for(visit(lock="1", open="noise", seeds="99"))
    assert "seeds = '99'" in sentence


def test_what_another_page_left_in_the_address_was_not_asked_of_this_one(untrained):
    app = visit(mode="Compare")
    app.switch_page("pages/bug_lab.py").run()
    assert asked_for(app) == []


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("decision_boundary", {"view": ""}),
        ("sweeps", {"view": " ", "metric": "", "values1": "0.1 / 1", "axis2": "–"}),
    ],
)
def test_an_empty_choice_of_what_is_shown_shows_what_is_shown_without_one(page, link):
    app = visit_page(page, FAST | link)
    assert not app.exception
    asked = {key: text for key, text in link.items() if text.strip()}
    assert said(app) == said(visit_page(page, FAST | asked)) != []


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
