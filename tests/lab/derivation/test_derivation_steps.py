"""What the steps show: shapes, products, values, code and numbers, against independent calculations."""

import dataclasses
import decimal
import importlib
import inspect
import math
import pathlib
import re

import numpy as np
import pytest
from derived import ONE_EACH, PER_LAYER, PROBLEMS, steps_of

from lab.derivation import Problem, code, plain, sheet
from lab.derivation.chapters.initialization import after_zeros, zeros_trained
from lab.derivation.chapters.optimizers import trained
from lab.derivation.evidence import loss_derivative
from lab.derivation.latex import number
from mlp import Layer, loops, loss_and_gradients
from mlp.losses import LOSSES
from mlp.network import objective, propagate

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("problem", ONE_EACH, ids=lambda problem: problem.seed)
def test_every_numerical_derivative_is_a_difference_quotient_of_the_engine(problem):
    h = 1e-6
    for with_penalty, config in ((True, problem.config), (False, problem.without_penalty)):
        for layer, (W, _) in enumerate(problem.params, 1):
            found = loss_derivative(problem, problem.K, "W", layer, with_penalty)
            for at in np.ndindex(W.shape):
                losses = []
                for shift in (h, -h):
                    params = [Layer(W.copy(), b) for W, b in problem.params]
                    params[layer - 1].W[at] += shift
                    losses.append(loss_and_gradients(params, problem.X, problem.y, config)[0])
                assert found[at] == pytest.approx((losses[0] - losses[1]) / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("problem", ONE_EACH, ids=lambda problem: problem.seed)
def test_products_give_their_results_entry_by_entry(problem):
    products = [(step, product) for step in steps_of(problem).values() for product in step.products]
    assert len(products) == 3 * problem.depth + 4  # one per layer forwards, two backwards, and the minibatch
    for step, product in products:
        left, right = product.operands(step.values)
        result = step.values[product.result]
        np.testing.assert_allclose(left @ right, result, atol=1e-14)
        for row, column in np.ndindex(result.shape):
            assert math.fsum(left[row] * right[:, column]) == pytest.approx(result[row, column], abs=1e-14)


@pytest.mark.parametrize("problem", ONE_EACH, ids=lambda problem: problem.seed)
def test_shapes_in_words_are_shapes_in_numbers(problem):
    widths = {"d": problem.d, "m": problem.m, "K": problem.K, "1": 1, "d_h": problem.sizes[1]}
    widths |= {f"d_{{{n}}}": problem.sizes[n] for n in range(1, problem.depth + 1)}
    widths[r"n_\theta"] = problem.config.n_parameters(problem.d, problem.m)
    seen = set()
    for step in steps_of(problem).values():
        for shape in step.shapes:
            assert tuple(widths[word] for word in shape.words.strip("()").split(", ")) == shape.dims
            key = re.fullmatch(r"\\q\{(\w+)\}\{.*\}", shape.symbol)
            if key and key.group(1) in step.values and "(" not in shape.symbol:
                assert step.values[key.group(1)].shape == shape.dims
                seen.add(key.group(1))
    assert {"W1", "b1", "oa", "os", "d_W1", "d_oa", "d_x", "d_hs1", "d_ha1"} <= seen


@pytest.mark.parametrize("problem", ONE_EACH[:2], ids=lambda problem: problem.seed)
def test_every_line_of_code_shown_stands_in_the_source_where_it_is_said_to(problem):
    for step in steps_of(problem).values():
        assert step.code, step.key
        for line in step.code:
            path = ROOT.joinpath(*line.module.split(".")).with_suffix(".py")
            assert path.read_text(encoding="utf-8").splitlines()[line.number - 1].strip() == line.text
            function = getattr(importlib.import_module(line.module), line.function)
            assert line.text in inspect.getsource(function)


@pytest.mark.parametrize("fragment", ["no such line", "W"])
def test_code_that_is_not_there_or_not_one_line_fails_loudly(fragment):
    with pytest.raises(LookupError, match="it must be in one"):
        code(loops.by_example, fragment)


def test_the_first_example_of_a_network_by_hand():
    # everything again in Python floats from the drawn numbers: softmax, two hidden ReLUs
    problem = Problem(d=1, hidden_layer_sizes=(2,), m=2, K=1, seed=5)
    ((W1, b1), (W2, b2)), x, y = problem.params, float(problem.X[0, 0]), int(problem.y[0])
    h_a = [x * W1[0, j] + b1[j] for j in range(2)]
    h_s = [max(0.0, z) for z in h_a]
    e = [math.exp(h_s[0] * W2[0, k] + h_s[1] * W2[1, k] + b2[k]) for k in range(2)]
    p = [v / sum(e) for v in e]
    d_o = [p[k] - (k == y) for k in range(2)]
    d_h = [(d_o[0] * W2[j, 0] + d_o[1] * W2[j, 1]) * (h_a[j] > 0) for j in range(2)]
    steps = steps_of(problem)
    for key, expected in (
        ("loss", [-math.log(p[y])]),
        ("output_delta", [d_o]),
        ("output_weights", [[h_s[j] * d_o[k] for k in range(2)] for j in range(2)]),
        ("hidden_delta", [d_h]),
        ("hidden_weights", [[x * d for d in d_h]]),
        ("inputs", [[d_h[0] * W1[0, 0] + d_h[1] * W1[0, 1]]]),
    ):
        claim = steps[key].claims[steps[key].main]
        np.testing.assert_allclose(claim.analytic, expected, atol=1e-15)
        np.testing.assert_allclose(claim.numeric, expected, atol=1e-15)


def test_squared_error_stalls_where_cross_entropy_does_not():
    claims = steps_of(Problem())["stall"].claims
    squared, cross = (claims[name].analytic[0, -1] for name in ("d_oa", "cross"))
    s = 1 / (1 + math.exp(-8))
    assert squared == pytest.approx(2 * s * s * (1 - s))
    assert cross == pytest.approx(s)
    assert cross / squared > 1000


@pytest.mark.slow
def test_identities_may_be_drawn_over_any_range_but_at_their_kinks():
    drawn = [step for step in steps_of(Problem(m=3)).values() if step.identity]
    assert len(drawn) == 14
    x = np.linspace(-5.003, 5.001, 400)
    for step in drawn:
        one = step.identity
        assert one.left(x).shape == one.right(x).shape == one.function(x).shape == x.shape
        away = x[np.all([np.abs(x - kink) > 0.01 for kink in one.kinks], axis=0)] if one.kinks else x
        np.testing.assert_allclose(one.left(away), one.right(away), rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(one.derivative(away), one.numeric(away), rtol=1e-9, atol=1e-9)
        far = np.array([-1000.0, -100.0, 100.0, 1000.0])
        assert np.isfinite([one.right(far), one.function(far), one.derivative(far), one.numeric(far)]).all()
        slope = (one.function(away + 1e-6) - one.function(away - 1e-6)) / 2e-6
        np.testing.assert_allclose(one.derivative(away), slope, rtol=1e-5, atol=1e-6)


def test_the_careful_forms_are_right_where_the_naive_ones_are_not():
    steps = steps_of(Problem())
    naive = {key: step.values["naive"] for key, step in steps.items() if key.endswith("careful")}
    assert np.isnan(naive["sigmoid_careful"][-1])
    assert np.isinf(naive["softplus_careful"][-1])
    assert naive["softplus_careful"][1] == 0.0  # e^-40 is lost beside 1
    assert np.isinf(naive["log_sigmoid_careful"][0])
    assert np.isnan(naive["softmax_careful"][0]).any()
    assert np.isnan(naive["softmax_careful"][1]).all()
    small = decimal.Decimal(-40).exp()
    for key, at, exact in (
        ("sigmoid_careful", 1, float(small / (1 + small))),
        ("softplus_careful", -1, 1000.0),
        ("log_sigmoid_careful", 0, -1000.0),
    ):
        assert steps[key].values["careful"][at] == pytest.approx(exact, rel=1e-14, abs=0)
    exact = math.log1p(math.exp(-1))
    assert steps["log_sum_exp_careful"].values["exact"][0] == pytest.approx(exact, rel=1e-14)
    rights = {key: re.findall(r"gets (\d) right and the careful form (\d)", steps[key].note) for key in naive}
    assert (rights["sigmoid_careful"], rights["softplus_careful"]) == ([("4", "5")], [("3", "5")])


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_the_layers_measured_tell_the_initializers_apart(activation):
    step = steps_of(Problem(activation=activation))["variance_layers"]
    for name, claim in step.claims.items():
        assert claim.sampled
        assert claim.tolerance < 0.3
        for other, rival in step.claims.items():
            if other != name:
                assert not rival.of(claim.analytic).ok


def test_zeros_learn_nothing_but_the_output_biases_under_relu_and_one_unit_under_sigmoid():
    dead, alike = (steps_of(Problem(activation=name, seed=1))["zeros_equal"] for name in ("relu", "sigmoid"))
    assert not dead.values["W1"].any()
    assert "only the output biases learn" in dead.note
    assert alike.values["W1"].any()
    assert np.ptp(alike.values["W1"], axis=1).max() == 0.0
    assert alike.values["losses"][-1] < alike.values["losses"][0]


def test_the_losses_after_zeros_are_those_before_each_step_and_after_the_last():
    problem = Problem(activation="sigmoid", seed=1)
    config = dataclasses.replace(problem.config, initializer="zeros", l1=0.0, l2=0.0)
    for n in (0, 1, 3):
        params, losses = after_zeros(problem, n)
        assert len(losses) == n + 1
        assert losses[0] == pytest.approx(math.log(problem.m)), "all classes are as likely"
        assert losses[-1] == objective(params, problem.X, problem.y, config)[0]
        assert (np.diff(losses) < 0).all()


@pytest.mark.parametrize("activation", ["sigmoid", "softplus", "tanh"])
def test_after_zeros_it_is_the_units_that_are_equal_and_not_their_inputs(activation):
    step = zeros_trained(Problem(activation=activation, seed=1))
    W = step.values["W1"]
    if activation != "tanh":  # which is 0 at 0, so that all weights stay 0
        assert np.ptp(W, axis=0).min() > 1e-3
    assert np.ptp(W, axis=1).max() == 0
    for claim in step.claims.values():
        assert np.abs(claim.analytic).max() == 0, claim.what


def test_the_entry_of_the_true_class_is_named_by_its_number_and_has_its_value():
    for problem in PROBLEMS:
        o = propagate(problem.params, problem.X[:1], problem.config)[0][-1]
        k = int(problem.y[0])
        delta = LOSSES[problem.loss].gradient(o, np.eye(problem.m)[[k]])[0]
        steps = (step for key, step in steps_of(problem).items() if key == "output_delta")
        named = [
            re.match(
                r"\{\\frac\{\\partial L\}\{\\partial o\^a_(\d)\}\} = .*\\approx (.*)$", plain(line.numbers)
            )
            for step in steps
            for line in step.lines
        ]
        named = [match.groups() for match in named if match]
        assert named
        assert set(named) == {(str(k + 1), number(delta[k]))}


def test_an_argument_that_is_negative_has_one_pair_of_parentheses():
    written = [
        plain(line.numbers) for one in PROBLEMS for step in steps_of(one).values() for line in step.lines
    ]
    assert sum("({-" in one for one in written) > 10
    assert sum("{(-" in one for one in written) > 10, "as a factor"
    assert [one for one in written if re.search(r"\(\{\(-[^()]*\)\}\)", one)] == []


def test_momentum_and_adam_move_as_their_published_recurrences():
    problem = ONE_EACH[1]
    steps = steps_of(problem)
    g = trained(problem, "momentum").g
    v = 0.0
    for row in g:
        v = 0.9 * v + row
    steepest = max(range(v.size), key=lambda i: abs(g[0][i])) + 1
    for key in ("momentum_unrolled", "momentum_constant", "adam_moments", "adam_correction", "adam_update"):
        assert f",{steepest}}}" in steps[key].lines[0].numbers
    np.testing.assert_allclose(steps["momentum_unrolled"].claims["v"].numeric, v, rtol=1e-12)
    _, first = loss_and_gradients(problem.params, problem.X, problem.y, problem.config)
    np.testing.assert_allclose(g[0], np.concatenate([np.ravel(a) for layer in first for a in layer]))
    adam = trained(problem, "adam")
    moved = adam.theta[1] - adam.theta[0]  # the first step is η, whatever the gradient's size
    np.testing.assert_allclose(moved, -0.01 * np.sign(adam.g[0]), rtol=1e-4)


def test_what_is_written_out_is_of_the_first_example_and_says_what_it_leaves_out():
    for problem in (Problem(K=5, seed=1), Problem(K=6, seed=2), Problem(K=6, hidden_layer_sizes=(2, 2))):
        steps = steps_of(problem)
        true_class = problem.y[0] + 1
        assert rf"o^s_{{{true_class}}}" in steps["output"].lines[1].numbers
        assert rf"o^a_{{{true_class}}}" in steps["output_pre_activation"].lines[1].numbers
        for key in ("batch_mean", "batch_outer", "every_layer"):
            assert (r"\cdots" in steps[key].entry((0, 0))) == (problem.K > 5)
        assert f"multiplied {('once', 'twice')[problem.depth - 1]} by slopes" in steps["chain_of_layers"].note


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1)])
def test_a_network_without_a_penalty_is_told_that_nothing_is_added(l1, l2):
    note = steps_of(Problem(l1=l1, l2=l2))["elastic_net"].note
    assert ("both strengths are 0, so nothing is added" in note) == (l1 == l2 == 0)


def test_each_layer_may_have_its_own_penalty_which_the_step_and_the_sheet_state():
    step, problem = steps_of(PER_LAYER)["elastic_net"], PER_LAYER
    strengths = list(zip(problem.l1, problem.l2, strict=True))
    for layer, ((W, _), (l1, l2)) in enumerate(zip(problem.params, strengths, strict=True), 1):
        added = step.values[f"d_J_W{layer}"] - step.values[f"d_W{layer}"]
        np.testing.assert_allclose(added, l1 * np.sign(W) + 2 * l2 * W, rtol=1e-12, atol=1e-14)
        of_l1 = rf"\lambda_{{{layer}1}} \operatorname{{sign}}(W^{{{layer}}})"
        formulas = [re.sub(r"[{}]", "", plain(line.latex)) for line in step.lines]
        penalized = f"{of_l1} + 2 \\lambda_{{{layer}2}}\\,"
        assert any(re.sub(r"[{}]", "", penalized) in formula for formula in formulas)
    (tasks, _), stated = sheet(problem, (step,)), [r"\lambda_{11} = 0", r"\lambda_{12} = 0.5"]
    stated += [r"\lambda_{21} = 0.01", r"\lambda_{22} = 0", r"\lambda_{31} = 0.3", r"\lambda_{32} = 0.02"]
    assert ", ".join(f"${one}$" for one in stated) in tasks
    assert ", ".join(f"${one}$" for one in stated) in step.note
    alike = steps_of(Problem(l1=0.3, l2=0.02))["elastic_net"]
    assert r"\lambda_1 \operatorname{sign}" in alike.lines[2].latex
    assert r"\lambda_{" not in "".join((alike.note, *(line.latex for line in alike.lines)))
