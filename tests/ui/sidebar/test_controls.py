"""The sidebar: what its widgets hold becomes an experiment, field by field, within limits."""

import contextlib
import types
from dataclasses import fields, replace

import pytest
from experiments import experiments
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from data import SCALINGS, DataConfig, offered
from lab.links import limits
from lab.links.experiment import Experiment
from lab.links.fields import DEFAULTS, FIELDS, Choice, Flag, Range, Typed, Whole, explained, widget_value
from lab.links.pages import PAGES
from mlp import TrainConfig
from ui.frame.visit import Visit
from ui.sidebar import controls, own_table
from ui.sidebar.controls import GROUPS, MORE, assemble, within_limits

DEFAULT = Experiment(DataConfig(), TrainConfig())
ORDER = [name for names in (*GROUPS.values(), *MORE.values()) for name in names]
SETTINGS = settings(deadline=None, database=None, max_examples=40)
SLOW = TrainConfig(learning_rate=5e-5, schedule="cosine", learning_rate_min=1e-6)


def bad(name):
    """A value that is of no use to its field, as a widget could hold it by mistake or by a link."""
    return {Choice: "newton", Typed: "eight", Flag: None}.get(type(FIELDS[name][1]), -1)


def other(name):
    """A good value that is not the default."""
    kind, default = FIELDS[name][1], widget_value(name, DEFAULTS[name])
    if isinstance(kind, Flag):
        return not default
    if isinstance(kind, (Range, Whole)):
        return kind.least if kind.least != default else default + 1
    return next(option for option in kind.options if option != default)


BAD, OTHER = ({name: make(name) for name in ORDER} for make in (bad, other))


def figures(experiment):
    return {f.name: getattr(c, f.name) for c in (experiment.data, experiment.train) for f in fields(c)}


def held(experiment):
    """What the sidebar's widgets hold when they show the experiment, in the order of drawing."""
    values = figures(experiment)
    return {name: widget_value(name, values[name]) for name in ORDER}


def test_the_groups_hold_every_field_once_and_at_most_seven_are_outside_more():
    assert sorted(ORDER) == sorted(FIELDS)
    assert 1 <= sum(len(names) for names in GROUPS.values()) <= 7


@given(experiments())
@example(DEFAULT)
@example(Experiment(DataConfig(), SLOW))
@SETTINGS
def test_widgets_that_show_an_experiment_make_it_again(experiment):
    experiment = replace(experiment, data=replace(experiment.data, points=""))
    assume(experiment.data.name != "own_table")
    assert assemble(held(experiment)) == (experiment, [])


def test_until_there_is_a_table_another_dataset_is_shown():
    widgets = held(replace(DEFAULT, data=DataConfig(name="own_table", seed=7)))
    assert assemble(widgets) == (replace(DEFAULT, data=DataConfig(seed=7)), [own_table.FIRST])
    assert assemble(widgets | {"points": "0" * 64})[0].data.name == "own_table"


def test_a_bad_value_costs_fields_that_depend_on_each_other_nothing():
    found, problems = assemble(held(Experiment(DataConfig(), SLOW)) | {"momentum": 2.0})
    assert found.train == SLOW
    assert [problem.split()[0] for problem in problems] == ["momentum"]


def test_a_schedule_that_a_small_rate_rules_out_gets_one_sentence():
    found, problems = assemble(held(DEFAULT) | {"learning_rate": 5e-5, "schedule": "cosine"})
    assert found.train == TrainConfig(learning_rate=5e-5)
    assert len(problems) == 1
    assert "schedule" in problems[0]


@pytest.mark.parametrize("name", FIELDS)
def test_a_bad_value_gets_one_sentence_and_leaves_its_field_alone_at_the_default(name):
    good = {other: OTHER[other] for other in ORDER}
    expected = figures(assemble(good)[0]) | {name: DEFAULTS[name]}
    found, problems = assemble(good | {name: BAD[name]})
    assert figures(found) == expected
    assert len(problems) == 1
    assert problems[0].startswith(f"{name} is ")
    assert "allowed: " in problems[0]
    assert "default" in problems[0]


def test_a_bad_value_becomes_the_default_of_its_page():
    own = DEFAULTS | {"learning_rate": 0.3, "hidden_layer_sizes": (16, 16)}
    found, problems = assemble(held(DEFAULT) | {"learning_rate": 0.0, "hidden_layer_sizes": "eight"}, own)
    assert found.train == TrainConfig(learning_rate=0.3, hidden_layer_sizes=(16, 16))
    assert len(problems) == 2


@pytest.mark.slow
@given(st.sampled_from(["hidden_layer_sizes", "l1", "l2", "split"]), st.text(max_size=300))
@SETTINGS
def test_whatever_is_typed_gives_an_experiment_or_a_sentence(name, text):
    found, problems = assemble(held(DEFAULT) | {name: text})
    assert len(problems) <= 1
    if problems:
        assert found == DEFAULT
        assert problems[0].startswith(f"{name} is ")
        assert len(problems[0]) < 400


@pytest.mark.parametrize("name", ["hidden_layer_sizes", "l1", "l2", "split"])
@pytest.mark.parametrize("nothing", ["", None])
def test_an_emptied_box_means_the_default(name, nothing):
    assert assemble(held(DEFAULT) | {name: nothing}) == (DEFAULT, [])


def limited(n_seeds=5, data=None, **train):
    data = data or DataConfig()
    return within_limits(Experiment(data, TrainConfig(**train)), n_seeds)


@pytest.mark.parametrize("sizes", [(10**6, 10**6), (1,) * 31], ids=["wide", "deep"])
def test_a_network_too_large_becomes_the_default_without_its_penalties_a_layer(sizes):
    penalties = (0.1,) * (len(sizes) + 1)
    found, problems = limited(hidden_layer_sizes=sizes, l1=penalties, l2=0.01, activation="tanh")
    assert found.train == TrainConfig(l2=0.01, activation="tanh")
    (problem,) = problems
    assert problem.startswith("hidden_layer_sizes ")
    assert "allowed: " in problem


def test_what_one_start_may_do_ten_may_not():
    assert limited(n_seeds=1, hidden_layer_sizes=(1000, 1000))[1] == []
    assert len(limited(n_seeds=10, hidden_layer_sizes=(1000, 1000))[1]) == 1


def test_a_whole_batch_of_a_wide_network_becomes_a_small_one():
    data = DataConfig(n_samples=20_000)
    found, problems = limited(data=data, hidden_layer_sizes=(5000,), batch_size=0)
    assert found.train == TrainConfig(hidden_layer_sizes=(5000,), batch_size=32)
    assert len(problems) == 1
    assert problems[0].startswith("batch_size 0 ")
    assert limited(data=data, hidden_layer_sizes=(16,), batch_size=0)[1] == []


def test_a_default_that_is_too_large_for_the_images_is_made_narrower():
    data = DataConfig(name="cifar10", split="45000/5000/10000")
    default = Experiment(data, TrainConfig(hidden_layer_sizes=(64,) * 10))
    assert within_limits(default, 59, "initialization") == (default, [])  # 59 · 234,762 = 13,850,958
    found, (problem,) = within_limits(default, 80, "initialization")
    assert found.train == TrainConfig(hidden_layer_sizes=(32,) * 10)
    assert 80 * (3073 * 32 + 9 * 33 * 32 + 33 * 10) <= 14_000_000 < 80 * (3073 * 64 + 9 * 65 * 64 + 65 * 10)
    limits.check_networks("initialization", data, [found.train] * 80)
    assert "18,780,960 parameters in 80 networks" in problem
    assert problem.endswith("The default is too large as well; 32x10 is used instead.")
    huge, (problem,) = within_limits(
        Experiment(data, TrainConfig(hidden_layer_sizes=(5000,) * 2)), 80, "initialization"
    )
    assert huge == found
    assert problem.endswith("32x10 is used instead.")


def test_a_batch_of_32_that_is_too_large_is_made_smaller(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ACTIVATIONS", 100_000)
    found, (problem,) = limited(n_seeds=2, hidden_layer_sizes=(5000,), batch_size=100)
    assert found.train.batch_size == 10  # 10 examples · 5,000 units · 2 networks
    assert problem.endswith("10 is used instead.")


def test_each_page_has_its_own_limit_and_its_own_default():
    experiment = Experiment(DataConfig(), TrainConfig(hidden_layer_sizes=(200, 200)))  # 41,202 parameters
    assert within_limits(experiment, 1) == (experiment, [])
    for page, default in (("optimization", (8, 8)), ("bug_lab", (16, 16))):
        found, (problem,) = within_limits(experiment, 1, page)
        assert found.train.hidden_layer_sizes == default
        assert problem.startswith("hidden_layer_sizes ")


@given(
    st.lists(st.integers(1, 10**7), max_size=40).map(tuple), st.integers(0, 10**9), st.integers(20, 20_000)
)
@SETTINGS
def test_what_comes_out_is_within_the_limits_whatever_goes_in(sizes, batch_size, n_samples):
    experiment = Experiment(
        DataConfig(n_samples=n_samples), TrainConfig(hidden_layer_sizes=sizes, batch_size=batch_size)
    )
    found, problems = within_limits(experiment, 10)
    train = found.train
    assert len(train.hidden_layer_sizes) <= limits.MAX_LAYERS
    assert 10 * train.n_parameters(2, 2) <= limits.MAX_PARAMETERS["decision_boundary"]
    rows = min(train.batch_size or n_samples, n_samples)
    assert rows * 10 * sum(train.hidden_layer_sizes) <= limits.MAX_ACTIVATIONS
    assert (found == experiment) == (problems == [])


def draw_everything():
    """A script of its own for AppTest: every widget, one below the other, and each one's value."""
    import streamlit as st

    from lab.links.fields import FIELDS
    from ui.frame.visit import visit
    from ui.sidebar.controls import draw

    visit().page = "bug_lab"
    st.session_state["_drawn"] = {name: draw(name, disabled=name == "noise") for name in FIELDS}


def drawn(**query):
    app = AppTest.from_function(draw_everything, default_timeout=30)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    return app


def test_a_widget_is_drawn_under_its_fields_name_with_label_help_and_default():
    app = drawn()
    widgets = {widget.key: widget for widget in app.main if getattr(widget, "key", None) in FIELDS}
    assert widgets.keys() == FIELDS.keys()
    for name, widget in widgets.items():
        assert (widget.label, widget.help) == (FIELDS[name][0], explained(name))
        assert widget.disabled == (name == "noise")
        default = widget_value(name, PAGES["bug_lab"].defaults[name])
        assert app.session_state[name] == app.session_state["_drawn"][name] == default
    assert widgets["name"].options == list(offered("bug_lab"))


def test_a_number_of_a_link_takes_its_place_among_a_sliders():
    slider = drawn(learning_rate="0.1234").select_slider(key="learning_rate")
    assert slider.value == pytest.approx(0.1234)
    at = slider.options.index("0.1234")
    assert float(slider.options[at - 1]) < 0.1234 < float(slider.options[at + 1])


@pytest.mark.parametrize("text", ["fast", "0"])
def test_a_bad_number_of_a_link_does_not(text):
    slider = drawn(learning_rate=text).select_slider(key="learning_rate")
    assert slider.value == PAGES["bug_lab"].defaults["learning_rate"]
    assert set(map(float, slider.options)) == set(FIELDS["learning_rate"][1].options)


def draw_group(chosen):
    """A script of its own for AppTest: the fields whose effect depends on other fields."""
    from ui.frame.visit import visit
    from ui.sidebar.controls import group

    visit().page = "decision_boundary"
    names = ("noise", "n_samples", "n_classes", "momentum", "learning_rate_min", "cycle_steps", "l1")
    group("Fields", names, dict(chosen))


@pytest.mark.parametrize(
    ("chosen", "without_effect"),
    [
        (("circles", "sgd", "constant"), {"n_classes", "momentum", "learning_rate_min", "cycle_steps"}),
        (("blobs", "momentum", "triangular"), set()),
        ((None, None, None), {"n_classes", "momentum", "learning_rate_min", "cycle_steps"}),
        (("mnist", "adam", "cosine"), {"noise", "n_samples", "n_classes", "momentum", "cycle_steps"}),
    ],
)
def test_a_control_without_effect_is_disabled(chosen, without_effect):
    chosen = dict(zip(("name", "optimizer", "schedule"), chosen, strict=True))
    app = AppTest.from_function(draw_group, kwargs={"chosen": chosen}, default_timeout=30).run()
    assert not app.exception
    assert {part.key for part in app.main if getattr(part, "disabled", False) and part.key in FIELDS} == (
        without_effect
    )


HERE = offered("decision_boundary")


@pytest.mark.parametrize(
    ("name", "asked", "shown", "told"),
    [
        ("noise", "0.2", 0.2, ""),
        (
            "noise",
            "0.3",
            0.2,
            "The link asks for noise = '0.3', which this page cannot use; it shows 0.2 instead.",
        ),
        (
            "noise",
            "loud",
            0.1,
            "noise is 'loud'; allowed: a number, such as 0.1. The page shows 0.1 instead.",
        ),
        ("l2", " 0;1 ", "0;1", ""),
        ("l2", "weak", "weak", ""),  # `assemble` tells of the text in a box
        ("l2", "weak", "0", ""),
        (
            "use_bias",
            "false",
            True,
            "The link asks for use_bias = 'false', which this page cannot use; it shows true instead.",
        ),
        *(
            (
                name,
                asked,
                shown,
                f"The link asks for {name} = '{asked}', which this page cannot use; {instead}",
            )
            for name, asked, shown, instead in (
                ("momentum", "1", 0.9, "allowed: numbers from 0 to 0.999. It shows 0.9 instead."),
                ("momentum", "0.9995", 0.9, "allowed: numbers from 0 to 0.999. It shows 0.9 instead."),
                ("learning_rate", "0", 0.1, "allowed: a finite number greater than 0. It shows 0.1 instead."),
                ("scaling", "big", "standard", f"allowed: {', '.join(SCALINGS)}. It shows standard instead."),
                ("name", "mnist", "moons", f"allowed: {', '.join(HERE)}. It shows moons instead."),
            )
        ),
        ("seeds", "3", 5, ""),  # not a field
    ],
)
def test_a_link_is_told_what_a_widget_shows_instead(monkeypatch, name, asked, shown, told):
    tab = Visit(
        page="decision_boundary", requests={name: asked, "init_seed": "7"}
    )  # whose widget is not on the page
    monkeypatch.setattr(controls, "visit", lambda: tab)
    assert controls.ignored({name: shown}) == [told] * bool(told)


@pytest.fixture
def group(monkeypatch):
    """A function: what `controls.group` draws of noise and l2, [text or (field, disabled), …]."""

    def draw(hidden=(), varied=(), title="Fields"):
        shown, tab = [], Visit(page="decision_boundary", varied=varied)
        texts = types.SimpleNamespace(markdown=shown.append, caption=shown.append)
        monkeypatch.setattr(controls, "st", texts)
        monkeypatch.setattr(controls, "visit", lambda: tab)
        monkeypatch.setattr(controls.lock, "hides", lambda name: name in hidden)
        monkeypatch.setattr(controls, "draw", lambda name, disabled: shown.append((name, disabled)))
        controls.group(title, ("noise", "l2"), {"name": "circles"})
        return shown

    return draw


def test_a_group_has_its_title_where_any_of_its_controls_is_shown(group):
    assert group() == ["**Fields**", ("noise", False), ("l2", False)]
    assert group(hidden=("noise",))[0] == "**Fields**"
    assert group(hidden=("noise", "l2")) == [("noise", False), ("l2", False)]
    assert group(title="")[0] == ("noise", False)


def test_a_field_that_is_compared_is_disabled_and_says_so_where_its_control_is_shown(group):
    label = FIELDS["l2"][0]
    assert group(varied=("l2",))[-2:] == [("l2", True), f"{label} is varied by *Compare*."]
    assert group(varied=("l2",), hidden=("l2",))[-1] == ("l2", False)


def test_another_dataset_forgets_points_and_tables_and_another_rate_keeps_the_later_ones(monkeypatch):
    called = {}

    def widget(label, *_, key, on_change=None, **__):
        called[key] = on_change

    tab = Visit(page="decision_boundary")
    monkeypatch.setattr(controls, "visit", lambda: tab)
    monkeypatch.setattr(controls.lock, "hides", lambda key: False)
    monkeypatch.setattr(controls.rates, "change_box", lambda value: None)
    for name in ("selectbox", "select_slider"):
        monkeypatch.setattr(controls.st, name, widget)
    for page in ("decision_boundary", "bug_lab"):
        tab.page = page
        for name in ("name", "activation", "learning_rate", "momentum"):
            controls.draw(name)
        assert called.pop("name") is own_table.forget_other_data
        changes = called.pop("learning_rate")
        assert changes is (controls.rates.keep_later if page == "decision_boundary" else None), "it has one"
        assert set(called.values()) == {None}


def test_an_example_beside_a_box_goes_into_the_box(monkeypatch):
    state, buttons = {"_offered_l2": "0;0.1"}, []
    box = types.SimpleNamespace(
        container=lambda **_: contextlib.nullcontext(),
        text_input=lambda label, default, key, **_: "as typed",
        menu_button=lambda label, options, **how: buttons.append((options, how)),
        session_state=state,
    )
    monkeypatch.setattr(controls, "st", box)
    kind = FIELDS["l2"][1]
    assert controls._box("Label", kind, "0", {"key": "l2", "disabled": True}) == "as typed"
    ((options, how),) = buttons
    assert (options, how["key"], how["disabled"]) == (kind.options, "_offered_l2", True)
    how["on_click"]()
    assert state["l2"] == "0;0.1"


@pytest.mark.parametrize("name", [name for name in ORDER if isinstance(FIELDS[name][1], Range)])
def test_a_slider_has_the_ends_the_start_and_the_step_of_its_field(name, monkeypatch):
    tab, drawn = Visit(), []
    tab.page = "decision_boundary"
    monkeypatch.setattr(controls, "visit", lambda: tab)
    monkeypatch.setattr(controls.lock, "hides", lambda name: False)
    monkeypatch.setattr(controls.st, "slider", lambda label, *numbers, **_: drawn.append(numbers))
    controls.draw(name)
    kind = FIELDS[name][1]
    start = widget_value(name, PAGES["decision_boundary"].defaults[name])
    assert drawn == [(kind.least, kind.most, start, kind.step)]
