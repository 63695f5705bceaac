"""Every field has a widget, every widget can show its default and offers nothing that is refused."""

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from data import DataConfig
from lab.links.experiment import parse_field
from lab.links.fields import (
    DEFAULTS,
    FIELDS,
    Choice,
    Flag,
    Log,
    Range,
    Typed,
    Whole,
    explained,
    widget_value,
)
from mlp import TrainConfig

OWNERS = {field.name: config for config in (DataConfig, TrainConfig) for field in dataclasses.fields(config)}


def of_kind(*kinds):
    return [name for name, (_, kind, _) in FIELDS.items() if isinstance(kind, kinds)]


def accepted(name, value):
    """The value as its config keeps it, with everything else at the default."""
    return getattr(OWNERS[name](**{name: value}), name)


def offered(kinds):
    return [(name, value) for name in of_kind(kinds) for value in FIELDS[name][1].options]


def draw_everything():
    """A script of its own for AppTest: every widget, one below the other."""
    import streamlit as st

    from lab.links.fields import FIELDS
    from ui.sidebar.controls import draw

    for name in FIELDS:
        st.session_state[f"_drawn_{name}"] = draw(name)


def draw_a_learning_rate():
    from ui.sidebar.controls import draw

    draw("learning_rate")


def draw_some_datasets():
    from ui.sidebar.controls import draw

    draw("name", ("moons", "xor"))


def draw_disabled():
    from ui.sidebar.controls import draw

    draw("noise", disabled=True)


def test_every_field_but_the_points_has_a_widget():
    assert set(FIELDS) == set(OWNERS) - {"points"}


def test_the_defaults_are_those_of_the_configs():
    defaults = {field.name: field.default for field in dataclasses.fields(DataConfig)}
    defaults |= {field.name: field.default for field in dataclasses.fields(TrainConfig)}
    assert defaults.pop("points") == ""
    assert defaults == DEFAULTS


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_of_a_known_kind_with_a_label_and_a_sentence_of_help(name):
    label, kind, _ = FIELDS[name]
    assert isinstance(kind, (Choice, Typed, Log, Range, Whole, Flag))
    assert label.strip()
    assert len(explained(name)) > 10


def test_no_two_fields_share_a_label():
    labels = [label for label, _, _ in FIELDS.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", FIELDS)
def test_a_default_can_be_shown(name):
    kind, default = FIELDS[name][1], DEFAULTS[name]
    match kind:
        case Choice():
            assert default in kind.options
        case Typed():
            assert parse_field(name, widget_value(name, default)) == default
        case Log():
            assert min(kind.options) <= default <= max(kind.options)
        case Range():
            assert kind.least <= default <= kind.most
            steps = (default - kind.least) / kind.step
            assert abs(steps - round(steps)) < 1e-9
            assert len({type(kind.least), type(kind.most), type(kind.step), type(default)}) == 1
        case Whole():
            assert kind.least <= default <= kind.most
        case Flag():
            assert default in (True, False)


@pytest.mark.parametrize(("name", "value"), offered(Choice) + offered(Log))
def test_every_option_is_accepted_by_its_config(name, value):
    assert accepted(name, value) == value
    assert type(accepted(name, value)) is type(value)


@pytest.mark.parametrize(("name", "text"), offered(Typed))
def test_every_text_that_is_offered_is_accepted_by_its_config(name, text):
    value = parse_field(name, text)
    assert accepted(name, value) == value
    assert widget_value(name, value) == text, "it is spelt as a link spells it"


@pytest.mark.parametrize("name", of_kind(Range, Whole))
def test_both_ends_of_a_range_are_accepted_by_their_config(name):
    kind = FIELDS[name][1]
    assert accepted(name, kind.least) == kind.least
    assert accepted(name, kind.most) == kind.most


@pytest.mark.parametrize("name", of_kind(Log))
def test_options_ascend(name):
    options = FIELDS[name][1].options
    assert list(options) == sorted(set(options))


def test_every_name_of_a_registry_is_offered():
    from data import DATASETS, SCALINGS
    from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES

    registries = {"name": DATASETS, "scaling": SCALINGS, "activation": ACTIVATIONS, "loss": LOSSES}
    registries |= {"initializer": INITIALIZERS, "optimizer": OPTIMIZERS, "schedule": SCHEDULES}
    for name, registry in registries.items():
        assert FIELDS[name][1].options == tuple(registry)


@pytest.fixture(scope="module")
def drawn():
    return AppTest.from_function(draw_everything, default_timeout=30).run()


@pytest.mark.parametrize("name", FIELDS)
def test_a_widget_is_drawn_under_its_fields_name_and_holds_the_default(drawn, name):
    assert not drawn.exception
    assert drawn.session_state[name] == widget_value(name, DEFAULTS[name])
    assert drawn.session_state[f"_drawn_{name}"] == widget_value(name, DEFAULTS[name])


def test_every_widget_is_labelled_and_helped(drawn):
    widgets = [widget for widget in drawn.main if getattr(widget, "key", None) in FIELDS]
    assert len(widgets) == len(FIELDS)
    for widget in widgets:
        assert widget.label == FIELDS[widget.key][0]
        assert widget.help == explained(widget.key)
        assert not widget.disabled


def test_a_number_of_a_link_takes_its_place_among_a_sliders():
    app = AppTest.from_function(draw_a_learning_rate, default_timeout=30)
    app.query_params["learning_rate"] = "0.1234"
    app.run()
    slider = app.select_slider(key="learning_rate")
    assert slider.value == pytest.approx(0.1234)
    at = slider.options.index("0.1234")
    assert float(slider.options[at - 1]) < 0.1234 < float(slider.options[at + 1])


@pytest.mark.parametrize("text", ["fast", "-1", "nan", "inf", "0", ""])
def test_a_bad_number_of_a_link_does_not(text):
    app = AppTest.from_function(draw_a_learning_rate, default_timeout=30)
    app.query_params["learning_rate"] = text
    app.run()
    assert not app.exception
    assert app.select_slider(key="learning_rate").value == DEFAULTS["learning_rate"]
    numbers = [float(option) for option in app.select_slider(key="learning_rate").options]
    assert set(numbers) == set(FIELDS["learning_rate"][1].options)


def test_a_choice_can_be_narrowed_but_keeps_its_default():
    app = AppTest.from_function(draw_some_datasets, default_timeout=30).run()
    box = app.selectbox(key="name")
    assert set(box.options) == {"moons", "xor", DEFAULTS["name"]}
    assert box.value == DEFAULTS["name"]


def test_a_widget_can_be_disabled():
    app = AppTest.from_function(draw_disabled, default_timeout=30).run()
    assert app.slider(key="noise").disabled
