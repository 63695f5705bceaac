"""The order of a field's values: by size, as typed, or by depth and width; never that of the results."""

import pytest
from swept import plan_of

from lab.links.sweep_plan import GRID, ONE, PAIRED, RANDOM
from lab.sweeps.field_values import in_order, ordered

DEEP = [(128, 128), (64,), (4,), (128,) * 4, (64, 64), ()]


def drawn(field, values, design):
    return plan_of({field: None}, 1, [{field: value} for value in values])._replace(design=design)


@pytest.mark.parametrize("design", [GRID, PAIRED, ONE, RANDOM])
def test_numbers_are_sorted_by_size_in_every_design(design):
    assert ordered(drawn("learning_rate", [0.5, 1e-05, 10.0, 2.0], design), "learning_rate") == [
        "1e-05",
        "0.5",
        "2",
        "10",
    ]
    layers = [(64,), (8,), (128,)]
    assert ordered(drawn("hidden_layer_sizes", layers, design), "hidden_layer_sizes") == ["8", "64", "128"]
    rates = [((0.5, 0), (0.001, 9)), 0.1, 2.0]
    assert ordered(drawn("learning_rate", rates, design), "learning_rate") == ["0.1", "0.5@0;0.001@9", "2"]


@pytest.mark.parametrize("design", [GRID, PAIRED])
def test_layers_and_names_that_were_typed_keep_their_order(design):
    typed = ordered(drawn("hidden_layer_sizes", DEEP, design), "hidden_layer_sizes")
    assert typed == ["128,128", "64", "4", "128x4", "64,64", "none"]
    names = ["tanh", "relu", "gelu"]
    assert ordered(drawn("activation", names, design), "activation") == names


@pytest.mark.parametrize("design", [ONE, RANDOM])
def test_without_a_typed_order_layers_are_sorted_by_depth_and_width_and_names_alphabetically(design):
    by_depth = ["none", "4", "64", "64,64", "128,128", "128x4"]
    for layers in (DEEP, DEEP[::-1]):
        assert ordered(drawn("hidden_layer_sizes", layers, design), "hidden_layer_sizes") == by_depth
    assert ordered(drawn("activation", ["tanh", "relu", "gelu"], design), "activation") == [
        "gelu",
        "relu",
        "tanh",
    ]
    penalties = [(0.5, 0.25), 0.125, (0.25, 0.5)]  # some for all layers, some for each
    assert ordered(drawn("l2", penalties, design), "l2") == ["0.125", "0.25;0.5", "0.5;0.25"]


def test_a_value_that_the_trials_do_not_set_is_the_bases():
    assert ordered(drawn("learning_rate", [0.5], GRID), "activation") == ["relu"]


def test_numbers_bins_and_rates_that_change_are_in_the_order_of_their_first_number():
    assert in_order(["1 to 3", "0.01 to 0.1", "0.1 to 1"]) == ["0.01 to 0.1", "0.1 to 1", "1 to 3"]
    assert in_order(["2", "0.5@0;0.001@9", "0.1", "2"]) == ["0.1", "0.5@0;0.001@9", "2"]
    assert in_order(["relu", "1", "1"]) == ["relu", "1"]
