"""The network of an exported script and the check of its gradients, run here a function at a time."""

import re

import numpy as np
import pytest

from data import DataConfig
from lab.exports import network
from lab.exports.experiment import Export
from mlp import TrainConfig


def exported(sizes=(3,), use_bias=True, data=None, **changes):
    """{name: object} of the script's part about the network, in double precision."""
    config = TrainConfig(hidden_layer_sizes=sizes, use_bias=use_bias, activation="tanh", **changes)
    space = {"np": np, "HIDDEN_LAYER_SIZES": sizes, "INIT_SCALE": 0.5, "INIT_SEED": 4, "DTYPE": "float64"}
    for part in network.parts(Export(data or DataConfig(), config, None, "")):
        exec(part.code, space)
    return space


def test_a_network_starts_scaled_at_its_seed_with_biases_of_0():
    params = exported((3, 5), initializer="normal")["init_params"](2, 4)
    rng = np.random.default_rng(4)
    assert [(W.shape, b.tolist()) for W, b in params] == [
        ((2, 3), [0] * 3),
        ((3, 5), [0] * 5),
        ((5, 4), [0] * 4),
    ]
    for W, _ in params:
        np.testing.assert_allclose(W, 0.5 * rng.standard_normal(W.shape), rtol=1e-12)


def test_forward_returns_what_its_text_says():
    space = exported((3,))
    rng = np.random.default_rng(0)
    params = [[rng.normal(size=shape), rng.normal(size=shape[1])] for shape in ((2, 3), (3, 4))]
    X = rng.normal(size=(6, 2))
    pre_activations, inputs = space["forward"](params, X)
    hidden = X @ params[0][0] + params[0][1]
    for found, expected in zip(
        (*pre_activations, *inputs),
        (hidden, np.tanh(hidden) @ params[1][0] + params[1][1], X, np.tanh(hidden)),
        strict=True,
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    said = " ".join(space["forward"].__doc__.split())
    for name, arrays in (
        ("pre_activations[l] are the z of layer l", pre_activations),
        ("inputs of the layer", inputs),
    ):
        told = re.search(rf"{re.escape(name)}, \(n, (\w+)\)", said)[1]
        fans = [dict(zip(("fan_in", "fan_out"), W.shape, strict=True)) for W, _ in params]
        assert [array.shape for array in arrays] == [(6, fan[told]) for fan in fans], name


@pytest.mark.parametrize("use_bias", [True, False])
def test_the_random_network_of_the_check_is_scaled_as_it_says(use_bias):
    space = exported((5, 7), use_bias)
    params, X, T = space["_random_network"](np.random.default_rng(1))
    assert (X.shape, T.shape) == ((10, 2), (10, 2))
    assert (T.sum(axis=1) == 1).all()
    assert X.dtype == params[0][0].dtype == np.float64
    for z in space["forward"](params, X)[0]:
        if use_bias:
            assert z.std(axis=0).mean() == pytest.approx(1)
            np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
        else:
            assert z.std() == pytest.approx(1)
    assert ("deviation 1, and mean 0." in space["_random_network"].__doc__) == use_bias
    assert ("This network has no biases: db is np.zeros_like(b)." in space["backward"].__doc__) != use_bias


def test_the_random_network_has_a_class_per_label_of_own_points():
    labels = DataConfig(name="own_points", points="0,0,5;1,1,9;0,1,5;2,2,-1")
    params, X, T = exported((4,), data=labels)["_random_network"](np.random.default_rng(1))
    assert ([W.shape for W, _ in params], X.shape, T.shape) == ([(2, 4), (4, 3)], (10, 2), (10, 3))


def test_a_row_of_the_check_names_its_worst_entry_with_both_derivatives():
    space = exported((3,))
    params, X, T = space["_random_network"](np.random.default_rng(0))
    before = params[0][0].copy()
    pre_activations, inputs = space["forward"](params, X)
    delta = space["loss_gradient"](pre_activations[-1], T) / len(X)
    right = space["backward"](params, pre_activations, inputs, delta)[0][0]
    wrong = right.copy()
    wrong[1, 0] -= 7.0
    wrong[0, 2] += 0.5
    row = space["_compared"]("W of layer 1", params, X, T, params[0][0], wrong)
    name, difference, largest, where, compared = row
    assert compared == "all 6 entries"
    assert name == "W of layer 1"
    assert difference == pytest.approx(7.0)
    assert largest == pytest.approx(abs(wrong[1, 0]), rel=1e-6)
    assert where == (
        f"entry [1, 0]: backward() says {wrong[1, 0]:.6g}, the numerical derivative is {right[1, 0]:.6g}"
    )
    np.testing.assert_array_equal(params[0][0], before)


def test_the_row_of_an_array_with_one_entry_says_so():
    space = exported((1,))
    params, X, T = space["_random_network"](np.random.default_rng(0))
    b = params[0][1]
    assert b.shape == (1,)
    assert space["_compared"]("b of layer 1", params, X, T, b, np.zeros(1))[-1] == "its one entry"


@pytest.mark.parametrize("n_units", [3, 150, 151])
def test_all_entries_or_twenty_of_a_large_array_are_moved_both_ways_from_its_first_to_its_last(n_units):
    space = exported((n_units,))
    params, X, T = space["_random_network"](np.random.default_rng(0))
    W, before, loss, moved = params[0][0], params[0][0].copy(), space["loss"], []

    def watched(logits, T):
        (entry,) = np.flatnonzero(W - before)
        moved.append((int(entry), round(float((W - before).flat[entry]), 9)))
        return loss(logits, T)

    space["loss"] = watched
    space["_compared"]("W of layer 1", params, X, T, W, np.zeros((2, n_units)))
    places = [int(k * 301 / 19) for k in range(20)] if n_units == 151 else range(2 * n_units)
    assert moved == [(place, step) for place in places for step in (1e-6, -1e-6)]


ROWS = {True: lambda name: (name, 0.0, 1.0, "fine", ""), False: lambda name: (name, 1.0, 1.0, "wrong", "")}


@pytest.mark.parametrize(
    ("seeds", "agree", "n_tried"),
    [
        ([{"W1", "b1", "W2", "b2"}], 4, 1),
        ([{"W1"}, {"b1"}, {"W2", "b2"}], 4, 3),  # each of them once
        ([{"W1", "b1"}, set(), {"W2"}, {"b2"}], 3, 3),  # a fourth is not tried
    ],
)
def test_of_three_random_networks_one_that_agrees_is_enough_for_an_array(seeds, agree, n_tried):
    space = exported((3,))
    tried = []

    def compared(name, params, *_):
        layer = f"{name[0]}{name[-1]}"
        if layer == "W2":  # the first of each network
            tried.append(params[0][0])
        return ROWS[layer in seeds[len(tried) - 1]](name)

    space["_compared"] = compared
    rows = space["check_gradients"]()
    assert [row[0] for row in rows] == [f"{kind} of layer {layer}" for layer in (2, 1) for kind in "Wb"]
    assert sum(row[3] == "fine" for row in rows) == agree
    assert len({W.tobytes() for W in tried}) == len(tried) == n_tried, "each another network"


def test_a_difference_of_a_ten_thousandth_of_the_largest_derivative_agrees():
    agrees = exported()["_agrees"]
    for difference, largest, is_close in (
        (0.99e-4, 1.0, True),
        (1.01e-4, 1.0, False),
        (0.99e-8, 0.0, True),  # where every derivative is 0 there is rounding
        (1.01e-8, 0.0, False),
        (np.nan, 1.0, False),
    ):
        assert agrees(("W of layer 1", difference, largest, "")) == is_close
