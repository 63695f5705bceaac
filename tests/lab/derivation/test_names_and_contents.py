"""Names of quantities in plain text and in code, numbers, and a chapter's progress in words."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from lab.derivation import Problem, names
from lab.derivation.contents import nearest, progress
from lab.derivation.sheet import layers_in_words
from lab.derivation.symbols import View, focus


@pytest.mark.parametrize(
    ("key", "depth", "index", "text"),
    [
        ("x", 1, (0,), "x₁"),
        ("y", 2, (1,), "T₂"),
        ("ha1", 1, (0,), "hᵃ₁"),
        ("hs2", 2, (9,), "h²ˢ₁₀"),
        ("oa", 2, (), "oᵃ"),
        ("os", 3, (2,), "oˢ₃"),
        ("W2", 1, (0, 1), "W²₁₂"),
        ("b12", 11, (), "b¹²"),
        ("slope1", 1, (), "f′(hᵃ)"),
        ("slope2", 2, (0,), "f′(h²ᵃ₁)"),
        ("L", 1, (), "L"),
        ("L", 1, (2,), "L⁽³⁾"),
        ("d_oa", 1, (1,), "∂L/∂oᵃ₂"),
        ("d_J_W1", 2, (0, 0), "∂J/∂W¹₁₁"),
    ],
)
def test_a_symbol_counts_from_1_and_names_the_layer_where_there_are_several(key, depth, index, text):
    assert names.symbol(key, depth, index) == text


def test_gradients_are_those_of_the_loss_that_is_named():
    assert names.symbol("d_hs1", 2, (0,), names.MEAN) == "∂R\u0302/∂h¹ˢ₁"
    assert names.symbol("d_J_b2", 2, (), names.MEAN) == "∂J/∂b²"


def test_names_in_code_of_two_hidden_layers():
    expected = {
        "x": "X", "y": "T", "L": "losses", "oa": "logits", "os": "p", "ha2": "z2", "hs1": "a1", "W1": "W1",
        "b3": "b3", "slope1": "slope1", "d_oa": "delta3", "d_ha1": "delta1", "d_hs1": "da1", "d_W2": "dW2",
        "d_x": "dX", "d_b1": "db1", "d_J_W1": "dJ_dW1", "d_J_b3": "dJ_db3", "d_os": "dp",
    }  # fmt: skip
    assert {key: names.in_code(key, 2) for key in expected} == expected


@pytest.mark.parametrize(
    ("x", "text", "factor"),
    [
        (1.2345, "1.23", "1.23"),
        (-0.5, "−0.5", "(−0.5)"),
        (-1.234e-5, "−1.23 · 10⁻⁵", "(−1.23 · 10⁻⁵)"),
        (2e7, "2 · 10⁷", "(2 · 10⁷)"),
        (-0.0, "0", "0"),
        (math.nan, "nan", "nan"),
        (math.inf, "∞", "∞"),
        (-math.inf, "−∞", "(−∞)"),
    ],
)
def test_a_number_has_three_digits_and_is_in_parentheses_as_a_factor_if_it_needs_them(x, text, factor):
    assert (names.number(x), names.factor(x)) == (text, factor)


def test_a_claim_about_a_minibatch_names_the_mean_loss():
    problem = Problem(hidden_layer_sizes=(3, 2), activation="tanh")
    assert View(problem).claim("d_ha1").what == "∂L/∂h¹ᵃ"
    assert View(problem, batch=True).claim("d_W3", ", all examples").what == "∂R\u0302/∂W³, all examples"


def steps(*keys):
    return [SimpleNamespace(key=key) for key in keys]


@pytest.mark.parametrize(
    ("read", "answered", "words"),
    [
        ((), (), "0 of 3 steps read"),
        (("a", "other"), (), "1 of 3 steps read"),
        (("a",), ("a",), "1 of 3 steps read, 1 question answered"),
        (("a",), ("b", "c", "other"), "3 of 3 steps read, 2 questions answered"),  # who answers has read
    ],
)
def test_the_progress_in_a_chapter(read, answered, words):
    assert progress(steps("a", "b", "c"), {*read}, {*answered}) == words


def test_the_step_of_another_network_that_matches():
    here = steps("hidden_delta", "output_delta", "loss", "sigmoid_squared_error.loss")
    assert nearest(here, "hidden_delta.2") == "hidden_delta"
    assert nearest(here, "sigmoid_cross_entropy.delta") == "output_delta"
    assert nearest(here, "sigmoid_cross_entropy.loss") == "loss"
    assert nearest(here, "momentum") is nearest(here, "nowhere.3") is None


def test_the_layers_in_words():
    one = layers_in_words(Problem(d=1, hidden_layer_sizes=(3,), m=2))
    assert one.endswith(
        "Here there are $d = 1$ input, $d_h = 3$ units in the hidden layer and $m = 2$ classes."
    )
    two = layers_in_words(Problem(d=2, hidden_layer_sizes=(4, 1), m=3))
    assert two.endswith(
        "Here there are $d = 2$ inputs, $d_{1} = 4$ units in the first hidden layer, $d_{2} = 1$ unit in the "
        "second and $m = 3$ classes."
    )


def test_lines_are_written_out_for_the_largest_units_and_the_true_class():
    for seed in range(6):
        problem = Problem(d=3, hidden_layer_sizes=(4,), m=3, activation="tanh", K=2, seed=seed)
        (W, b), x = problem.params[0], problem.X[0]
        h = np.abs(np.tanh(x @ W + b)).tolist()
        assert focus(problem) == (np.abs(x).tolist().index(max(abs(x))), h.index(max(h)), problem.y[0])
