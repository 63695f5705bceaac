"""Every field has a widget, every widget can show its default and offers nothing that is refused."""

import dataclasses
import itertools

import pytest

from data import DATASETS, SCALINGS, DataConfig
from lab.links.fields import (
    DECADES,
    DEFAULTS,
    EXAMPLES,
    FIELDS,
    PENALTIES,
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
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES, TrainConfig

OWNERS = {field.name: config for config in (DataConfig, TrainConfig) for field in dataclasses.fields(config)}


def accepted(name, value):
    """The value as its config keeps it, with everything else at the default."""
    return getattr(OWNERS[name](**{name: value}), name)


def test_every_field_but_the_points_has_a_widget_with_the_default_of_its_config():
    defaults = {field.name: field.default for field in dataclasses.fields(DataConfig)}
    defaults |= {field.name: field.default for field in dataclasses.fields(TrainConfig)}
    assert defaults.pop("points") == ""
    assert defaults == DEFAULTS


def test_every_field_has_a_label_of_its_own_and_a_sentence_of_help():
    assert len({label.strip() for label, *_ in FIELDS.values()}) == len(FIELDS)
    assert all(len(explained(name)) > 10 for name in FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_widget_can_show_its_default_and_offers_what_its_config_accepts(name):
    kind, default = FIELDS[name][1], DEFAULTS[name]
    match kind:
        case Choice() | Log():
            values = kind.options
            assert default in values or min(values) <= default <= max(values)
            assert isinstance(kind, Choice) or list(values) == sorted(set(values))
        case Typed():
            values = [parse_field(name, text) for text in kind.options]
            assert [widget_value(name, value) for value in values] == list(kind.options), (
                "as a link spells it"
            )
            assert parse_field(name, widget_value(name, default)) == default
        case Range() | Whole():
            values = kind.least, kind.most
            steps = (default - kind.least) / getattr(kind, "step", 1)
            assert abs(steps - round(steps)) < 1e-9
            assert len({type(value) for value in (*kind, default)}) == 1
            beyond = 1 if isinstance(kind.least, int) else 1e-9
            for value in (kind.least - beyond, kind.most + beyond):
                match = rf"^{name} is .*; allowed: (whole )?numbers from "
                with pytest.raises(Unusable, match=match) as refusal:
                    check_range(name, value)
                assert refusal.value.field == name
        case Flag():
            values = True, False
    for value in (default, *values):
        check_range(name, value)
        assert accepted(name, value) == value
        assert type(accepted(name, value)) is type(value)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_offered_to_compare_are_different_values_of_the_field(name):
    field = "l1" if name == BOTH_PENALTIES else name
    values = [parse_field(field, text) for text in EXAMPLES[name].split("/")]
    assert len(set(values)) == 3
    assert [accepted(field, value) for value in values] == values


def test_the_numbers_of_classes_on_offer_are_those_that_any_dataset_allows():
    ranges = [entry.class_range for entry in DATASETS.values() if entry.class_range]
    kind = FIELDS["n_classes"][1]
    assert (kind.least, kind.most) == (min(low for low, _ in ranges), max(high for _, high in ranges))


def test_every_name_of_a_registry_is_offered():
    registries = {"name": DATASETS, "scaling": SCALINGS, "activation": ACTIVATIONS, "loss": LOSSES}
    registries |= {"initializer": INITIALIZERS, "optimizer": OPTIMIZERS, "schedule": SCHEDULES}
    for name, registry in registries.items():
        assert FIELDS[name][1].options is registry


def test_penalties_have_two_values_per_decade_and_learning_rates_five():
    assert [float(one) for one in PENALTIES] == [0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1]
    steps = [float(above) / float(below) for below, above in itertools.pairwise(DECADES)]
    assert steps[:5] == pytest.approx([2, 3 / 2, 5 / 3, 7 / 5, 10 / 7])
    assert steps == pytest.approx(steps[:5] * 5)
    assert (float(DECADES[0]), float(DECADES[-1])) == (1e-4, 10)
