"""Move a weight: the loss along it, its tangent and its kinks, against single passes and numbers by hand."""

import itertools
import math

import numpy as np
import pytest
from derived import ONE_EACH

from lab.derivation import Problem, nudge
from lab.derivation.nudge import Nudge, Parameter, sentence
from mlp import loss_and_gradients
from mlp.network import Layer, propagate

RELU = Problem(hidden_layer_sizes=(3, 2), seed=5)


def moved(problem, parameter, value):
    """The parameters with one number changed, as a copy."""
    params = [Layer(W.copy(), b.copy()) for W, b in problem.params]
    getattr(params[parameter.layer - 1], parameter.kind)[parameter.index] = value
    return params


@pytest.mark.parametrize("problem", [*ONE_EACH, RELU], ids=lambda problem: problem.activation)
def test_the_loss_along_every_parameter_is_that_of_single_networks_and_the_slope_its_derivative(problem):
    one = problem.X[:1], problem.y[:1], problem.without_penalty
    for parameter in nudge.parameters(problem):
        start = nudge.value_of(problem, parameter)
        values = [start - 2, start - 1e-6, start, start + 1e-6, start + 0.7]
        singly = [loss_and_gradients(moved(problem, parameter, value), *one)[0] for value in values]
        np.testing.assert_allclose(nudge.losses(problem, parameter, values), singly, rtol=1e-12)
        n = nudge.nudge(problem, parameter, values[-1])
        assert n.slope == pytest.approx((singly[3] - singly[1]) / 2e-6, abs=1e-7)
        assert (n.start, n.loss, n.moved) == pytest.approx((start, singly[2], singly[4]), rel=1e-12)
    assert len(nudge.parameters(problem)) == problem.config.n_parameters(problem.d, problem.m)


def test_a_bias_of_the_output_moves_the_loss_as_softmax_says_by_hand():
    problem = Problem(activation="tanh")
    (W1, b1), (W2, b2) = problem.params
    o, y = np.tanh(problem.X[0] @ W1 + b1) @ W2 + b2, int(problem.y[0])
    p = np.exp(o) / np.exp(o).sum()
    n = nudge.nudge(problem, Parameter("b", 2, (y,)), b2[y] + 0.5)
    assert n.name == f"b²{'₁₂'[y]}"
    assert n.slope == pytest.approx(p[y] - 1, rel=1e-12)
    assert n.predicted == pytest.approx(0.5 * (p[y] - 1), rel=1e-12)
    after = math.log(math.exp(o[y] + 0.5) + math.exp(o[1 - y])) - o[y] - 0.5
    assert n.change == pytest.approx(after + math.log(p[y]), rel=1e-9)
    assert n.gap > 0, "the loss is convex in a logit: its tangent is below it"


@pytest.mark.parametrize(
    "parameter", [Parameter("W", 1, (0, 1)), Parameter("b", 1, (2,)), Parameter("W", 2, (1, 0))]
)
def test_a_kink_is_where_a_hidden_unit_is_at_0_and_there_are_no_others(parameter):
    found = nudge.kinks(RELU, parameter)
    start, hand = nudge.value_of(RELU, parameter), []
    if parameter.layer == 1:
        x = RELU.X[0, parameter.index[0]] if parameter.kind == "W" else 1.0
        unit = parameter.index[-1]
        z = (RELU.X[0] @ RELU.params[0].W + RELU.params[0].b)[unit]
        hand = [at for at in [start - z / x] if abs(at - start) < nudge.REACH]
    for at in found:
        z, _ = propagate(moved(RELU, parameter, at), RELU.X[:1], RELU.config)
        assert min(np.abs(one).min() for one in z[:-1]) < 1e-12
    for at in hand:
        assert min(abs(at - kink) for kink in found) < 1e-12
    edges = [start - nudge.REACH, *found, start + nudge.REACH]
    for low, high in itertools.pairwise(edges):  # between two kinks, every unit stays on its side
        inside = np.linspace(low + 1e-9, high - 1e-9, 50)
        signs = [
            np.concatenate(
                [one[0] > 0 for one in propagate(moved(RELU, parameter, at), RELU.X[:1], RELU.config)[0][:-1]]
            )
            for at in inside
        ]
        assert (np.array(signs) == signs[0]).all()


def test_the_parameter_shown_first_is_the_one_whose_tangent_is_worst():
    def worst(parameter):
        start = nudge.value_of(RELU, parameter)
        n = [nudge.nudge(RELU, parameter, start + by) for by in np.linspace(-nudge.REACH, nudge.REACH, 9)]
        return max(abs(one.gap) for one in n)

    for parameter in nudge.parameters(RELU)[:4]:
        start, by = nudge.value_of(RELU, parameter), nudge.first_move(RELU, parameter)
        gaps = [abs(nudge.nudge(RELU, parameter, start + move).gap) for move in (by, -by)]
        assert gaps[0] >= gaps[1]
    of_layer = [one for one in nudge.parameters(RELU) if (one.kind, one.layer) == ("W", 2)]
    assert nudge.most_bent(RELU, "W2") == max(of_layer, key=worst)
    assert worst(nudge.most_bent(RELU, "d_x")) == max(map(worst, nudge.parameters(RELU)))


def test_how_far_a_curve_departs_from_its_tangent_is_where_it_is_farthest():
    parameter = Parameter("W", 1, (0, 1))
    values, along = nudge.curve(RELU, parameter)
    start, n = nudge.value_of(RELU, parameter), nudge.nudge(RELU, parameter, values[0])
    gaps = [abs(loss - n.loss - n.slope * (value - start)) for value, loss in zip(values, along, strict=True)]
    assert nudge._departure(RELU, parameter) == pytest.approx(max(gaps))
    assert (values[0], values[-1], len(values)) == (start - 4, start + 4, 801)


def test_there_are_kinks_to_find_and_none_where_nothing_bends():
    assert any(nudge.kinks(RELU, parameter) for parameter in nudge.parameters(RELU))
    assert nudge.kinks(RELU, Parameter("W", 3, (0, 0))) == (), "an output weight moves no hidden unit"
    smooth = Problem(activation="tanh")
    assert not any(nudge.kinks(smooth, parameter) for parameter in nudge.parameters(smooth))


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (
            Nudge("W", 0.5, 0.5, 1.0, 1.0, 1.0, -0.2),
            "∂L/∂W = −0.2: move W a little, and L changes by −0.2 times that amount.",
        ),
        (
            Nudge("W", 0.0, 1.0, 1.0, 1.5, 1.2, 0.3),
            "W goes from 0 to 1: **ΔL = +0.5**. The tangent predicts 0.3 · 1 = **+0.3**; "
            "it is 0.2 below the curve. For half the step the distance is 0.05: 4 times smaller.",
        ),
        (
            Nudge("W", 0.0, -1.0, 1.0, 0.5, 0.85, 0.3),
            "W goes from 0 to −1: **ΔL = −0.5**. The tangent predicts 0.3 · (−1) = **−0.3**; "
            "it is 0.2 above the curve. For half the step they agree.",
        ),
        (
            Nudge("W", 0.0, 1.0, 1.0, 1.1, 1.4, 0.0),
            "W goes from 0 to 1: **ΔL = +0.1**. The tangent predicts 0 · 1 = **0**; it is 0.1 below the "
            "curve. For half the step the distance is 0.4.",
        ),
        (
            Nudge("W", 0.0, 1.0, 0.0, 1e-13, 0.0, 0.0),  # a loss of 0 is rounded like one of 1
            "W goes from 0 to 1: **ΔL = 0**. The tangent predicts 0 · 1 = **0**, which is exactly what "
            "happens.",
        ),
        (
            Nudge("W", 0.0, 1.0, 1.0, 1.0, 1.0, 0.0),
            "W goes from 0 to 1: **ΔL = 0**. The tangent predicts 0 · 1 = **0**, which is exactly what "
            "happens.",
        ),
    ],
)
def test_the_sentence_says_what_happened_and_no_more(n, said):
    assert sentence(n) == said


def test_a_distance_that_is_as_large_at_half_the_step_is_not_called_smaller():
    as_large = Nudge("b¹₁", 0.0, 1.0, 0.0, 1.001, 1.0, 0.0)
    assert sentence(as_large).endswith("For half the step the distance is 1.")
