"""Every field has a widget, every widget can show its default and offers nothing that is refused."""

import dataclasses

import pytest

from data import DataConfig
from lab.links.fields import (
    DEFAULTS,
    EXAMPLES,
    FIELDS,
    Choice,
    Flag,
    Log,
    Range,
    Typed,
    Whole,
    check_range,
    explained,
    widget_value,
)
from lab.links.reading import BOTH_PENALTIES, Unusable, parse_field
from mlp import TrainConfig

OWNERS = {field.name: config for config in (DataConfig, TrainConfig) for field in dataclasses.fields(config)}


def of_kind(*kinds):
    return [name for name, (_, kind, _) in FIELDS.items() if isinstance(kind, kinds)]


def accepted(name, value):
    """The value as its config keeps it, with everything else at the default."""
    return getattr(OWNERS[name](**{name: value}), name)


def offered(kinds):
    return [(name, value) for name in of_kind(kinds) for value in FIELDS[name][1].options]


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


@pytest.mark.parametrize("name", of_kind(Log))
def test_options_ascend(name):
    options = FIELDS[name][1].options
    assert list(options) == sorted(set(options))


@pytest.mark.parametrize("name", of_kind(Range, Whole))
def test_a_range_is_checked_up_to_both_its_ends(name):
    kind = FIELDS[name][1]
    for value in (kind.least, kind.most):
        check_range(name, value)
        assert accepted(name, value) == value
    beyond = 1 if isinstance(kind.least, int) else 1e-9
    for value in (kind.least - beyond, kind.most + beyond):
        with pytest.raises(Unusable, match=rf"^{name} is .*; allowed: (whole )?numbers from ") as refusal:
            check_range(name, value)
        assert refusal.value.field == name


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_offered_to_compare_are_different_values_of_the_field(name):
    field = "l1" if name == BOTH_PENALTIES else name
    values = [parse_field(field, text) for text in EXAMPLES[name].split("/")]
    assert len(set(values)) == 3
    assert [accepted(field, value) for value in values] == values


def test_every_name_of_a_registry_is_offered():
    from data import DATASETS, SCALINGS
    from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES

    registries = {"name": DATASETS, "scaling": SCALINGS, "activation": ACTIVATIONS, "loss": LOSSES}
    registries |= {"initializer": INITIALIZERS, "optimizer": OPTIMIZERS, "schedule": SCHEDULES}
    for name, registry in registries.items():
        assert FIELDS[name][1].options == tuple(registry)
