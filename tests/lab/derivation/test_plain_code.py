"""The exported script's lines beside the steps: they compute what the engine computes."""

import dataclasses

import made_up
import numpy as np
import pytest
from derived import ONE_EACH, PER_LAYER, steps_of

from lab.derivation import Problem, derive
from lab.derivation import _chapter as derived_chapter
from lab.derivation.plain_code import FUNCTIONS, LINES, SETTINGS, function_of, script, settings
from lab.derivation.problem import trace
from mlp import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, loss_and_gradients
from mlp.losses import one_hot

WITH_PENALTY = Problem(activation="gelu", l1=0.1, l2=0.02, K=5, seed=41)
OTHER_ORDER = Problem(  # script and engine differ by 7e-18
    hidden_layer_sizes=(5, 2),
    m=3,
    activation="gelu",
    loss="sigmoid_cross_entropy",
    l1=0.3,
    l2=0.5,
    K=1,
    seed=21,
)


def run(problem, **changes):
    """The names of the script, run."""
    names = {"np": np, "HIDDEN_LAYER_SIZES": list(problem.hidden_layer_sizes)}
    exec(compile(script(problem, **changes), "script", "exec"), names)
    return names


def of_step(problem, key):
    """The function shown beside a step; the other functions that it calls come from the same script."""
    name = function_of(problem, key)
    names = {one: what for one, what in run(problem, **settings(key)).items() if one != name}
    exec(steps_of(problem)[key].plain, names)
    return names[name]


@pytest.mark.parametrize(
    "problem", [*ONE_EACH, WITH_PENALTY, PER_LAYER, OTHER_ORDER], ids=lambda problem: problem.seed
)
def test_the_lines_compute_what_the_engine_does_to_the_last_digits(problem):
    plain, passed = run(problem), trace(problem, problem.K)
    T = one_hot(problem.y, problem.m, float)
    pre_activations, inputs = plain["forward"](problem.params, problem.X)
    delta = plain["loss_gradient"](pre_activations[-1], T) / len(problem.X)
    gradients = plain["backward"](problem.params, pre_activations, inputs, delta)
    for ours, theirs in zip(pre_activations, passed.z, strict=True):
        assert np.array_equal(ours, theirs)
    for ours, theirs in zip(inputs, (problem.X, *passed.a[:-1]), strict=True):
        assert np.array_equal(ours, theirs)
    _, with_penalty = loss_and_gradients(problem.params, problem.X, problem.y, problem.config)
    l1, l2 = zip(*problem.config.penalties(), strict=True)
    for layer, (dW, db) in enumerate(gradients):
        assert_equal_up_to_the_order_of_sums(dW, passed.gradients[layer].W)
        assert_equal_up_to_the_order_of_sums(db, passed.gradients[layer].b)
        names = {"np": np, "dW": dW.copy(), "W": problem.params[layer].W, "layer": layer, "L1": l1, "L2": l2}
        exec(steps_of(problem)["elastic_net"].plain, names)
        assert_equal_up_to_the_order_of_sums(names["dW"], with_penalty[layer].W)


def assert_equal_up_to_the_order_of_sums(ours, theirs):
    """A matrix product may add its terms in another order where an array lies otherwise in memory."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=8 * np.finfo(float).eps * np.abs(theirs).max())


def test_each_line_stands_in_the_script_and_those_of_a_step_in_its_order():
    for problem in (WITH_PENALTY, PER_LAYER):
        steps = steps_of(problem)
        for key, wanted in LINES.items():
            lines = [line.strip() for line in script(problem, **settings(key)).splitlines()]
            shown = [line.strip() for line in steps[key].plain.splitlines()]
            assert len(shown) == len(wanted)
            places = [lines.index(line) for line in shown]
            assert places == sorted(places), key
    assert steps_of(Problem())["elastic_net"].plain == "", "no penalty, no line"


@pytest.mark.parametrize("loss", LOSSES)
def test_beside_the_loss_and_its_gradient_is_the_whole_function_that_computes_it(loss):
    problem = Problem(loss=loss, m=3)
    passed = trace(problem, 1)
    for key, value in (("loss", passed.losses), ("output_delta", passed.dz[-1])):
        assert np.array_equal(of_step(problem, key)(passed.z[-1], passed.T), value)
        if LOSSES[loss].listing:
            assert len(steps_of(problem)[key].plain.splitlines()) <= 4


@pytest.mark.parametrize("loss", made_up.MADE_UP_LOSSES)
def test_a_loss_without_a_listing_is_shown_as_the_engine_has_it(loss):
    with made_up.registered():
        problem = Problem(loss=loss, m=3)
        passed, steps = trace(problem, 1), {step.key: step for step in derive(problem)}
        for key, function, value in (
            ("loss", LOSSES[loss].function, passed.losses),
            ("output_delta", LOSSES[loss].gradient, passed.dz[-1]),
        ):
            assert f"def {function.__name__}(" in steps[key].plain
            names = run(problem)
            exec(steps[key].plain, names)
            assert np.array_equal(names[function.__name__](passed.z[-1], passed.T), value)
        for key in (f"{loss}.loss", f"{loss}.delta"):
            assert {step.key: step for step in derive(Problem())}[key].plain.startswith("def ")


def test_the_step_about_a_loss_ends_with_the_note_of_its_entry(monkeypatch):
    problem = Problem(loss="softmax_cross_entropy", seed=77)
    (before,) = (step.note for step in derive(problem) if step.key == "loss")
    noted = dataclasses.replace(LOSSES[problem.loss], note="Here $h$ is a parabola.")
    monkeypatch.setitem(LOSSES, problem.loss, noted)
    derived_chapter.cache_clear()
    (after,) = (step.note for step in derive(problem) if step.key == "loss")
    derived_chapter.cache_clear()
    assert after == f"{before} Here $h$ is a parabola."


PROBLEM = Problem(
    seed=7, l1=0.3, l2=0.2, loss="sigmoid_squared_error"
)  # all other losses have steps of theirs
OTHER = Problem(seed=8)
Z = np.array([[-30.0, -1.5, -0.0], [0.0, 0.25, 30.0]])
T = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
COMPUTED = {  # {key of a step: (problem, arguments of its function, what the engine computes of them)}
    "sigmoid_tanh": (PROBLEM, (Z,), ACTIVATIONS["sigmoid"](Z)),
    "sigmoid_careful": (PROBLEM, (Z,), ACTIVATIONS["sigmoid"](Z)),
    "sigmoid_cross_entropy.output": (PROBLEM, (Z,), ACTIVATIONS["sigmoid"](Z)),
    "sigmoid_squared_error.output": (OTHER, (Z,), ACTIVATIONS["sigmoid"](Z)),
    "log_sigmoid": (PROBLEM, (Z,), ACTIVATIONS["softplus"](Z)),
    "softplus_careful": (PROBLEM, (Z,), ACTIVATIONS["softplus"](Z)),
    "log_sigmoid_careful": (PROBLEM, (Z,), ACTIVATIONS["softplus"](Z)),
    "log_sum_exp_careful": (PROBLEM, (Z, T), LOSSES["softmax_cross_entropy"](Z, T)),
    "factor_that_stays": (OTHER, (Z, T), LOSSES["sigmoid_squared_error"].gradient(Z, T)),
    "stall": (OTHER, (Z, T), LOSSES["sigmoid_squared_error"].gradient(Z, T)),
}
for name, key in {
    "sigmoid": "sigmoid_slope",
    "tanh": "tanh_slope",
    "relu": "rect_slope",
    "softplus": "softplus_slope",
    "leaky_relu": "leaky_relu_slope",
    "gelu": "gelu_slope",
}.items():
    activation = ACTIVATIONS[name]
    COMPUTED[key] = (OTHER, (Z, activation(Z)), activation.derivative(Z, activation(Z)))
for name, loss in LOSSES.items():
    problem = OTHER if PROBLEM.loss == name else PROBLEM
    COMPUTED[f"{name}.loss"] = (problem, (Z, T), loss(Z, T))
    COMPUTED[f"{name}.delta"] = (problem, (Z, T), loss.gradient(Z, T))
for key, name in {
    "variance_forward": "lecun_normal",
    "second_moment": "he_normal",
    "variance_backward": "glorot_normal",
    "zeros_equal": "zeros",
}.items():
    sizes = (4, 3)
    COMPUTED[key] = (OTHER, (5, *sizes), INITIALIZERS[name](np.random.default_rng(5), *sizes))


@pytest.mark.parametrize("key", COMPUTED)
def test_a_function_beside_a_step_computes_what_the_engine_does_to_the_bit(key):
    problem, (first, *others), wanted = COMPUTED[key]
    first = np.random.default_rng(first) if np.ndim(first) == 0 else first
    with np.errstate(over="ignore"):
        assert np.array_equal(of_step(problem, key)(first, *others), wanted)


@pytest.mark.parametrize("key", ["momentum_unrolled", "momentum_constant", "adam_update"])
def test_an_optimizer_beside_a_step_moves_the_parameters_as_the_engine_does_to_the_bit(key):
    ours, optimizer = of_step(OTHER, key), OPTIMIZERS[FUNCTIONS[key]]
    rng = np.random.default_rng(9)
    theta = {who: np.linspace(-1, 1, 5) for who in "we"}
    state = {who: [np.zeros(5) for _ in range(optimizer.n_states)] for who in "we"}
    for t in range(4):
        gradient = rng.standard_normal(5)
        for who, step in (("w", ours), ("e", optimizer)):
            step(theta[who], gradient.copy(), state[who], np.empty(5), 0.1, 0.9, t)
        assert np.array_equal(theta["w"], theta["e"])


def test_the_lines_beside_gradient_descent_make_its_step_whatever_the_penalty():
    problem = Problem(l1=0.3, l2=0.2, K=4, seed=11)
    names = run(problem, optimizer="sgd")
    params = [[layer.W.copy(), layer.b.copy()] for layer in problem.params]
    passed, eta = trace(problem, problem.K), 0.05
    pre_activations, inputs = names["forward"](params, problem.X)
    delta = names["loss_gradient"](pre_activations[-1], passed.T) / problem.K
    names |= {"params": params, "pre_activations": pre_activations, "inputs": inputs, "delta": delta}
    exec(steps_of(problem)["gradient_descent"].plain, names | {"LEARNING_RATE": eta})
    for (W, b), layer, gradient in zip(params, problem.params, passed.gradients, strict=True):
        np.testing.assert_allclose(W, layer.W - eta * gradient.W, rtol=1e-13)
        np.testing.assert_allclose(b, layer.b - eta * gradient.b, rtol=1e-13, atol=1e-15)


def test_the_lines_beside_a_penalty_add_its_derivative():
    W = np.array([[-2.0, 0.0, 0.5]])
    for key, added in (
        ("sign_cases", [[-0.1, 0.0, 0.1]]),
        ("absolute_sum", [[-0.1, 0.0, 0.1]]),
        ("square_sum", [[-0.4, 0.0, 0.1]]),
    ):
        names = {"np": np, "dW": np.zeros((1, 3)), "W": W, "layer": 0, "L1": [0.1], "L2": [0.1]}
        exec(steps_of(OTHER)[key].plain, names)
        np.testing.assert_allclose(names["dW"], added)


def test_every_line_and_function_belongs_to_a_step():
    keys = {step for problem in (PROBLEM, OTHER) for step in steps_of(problem)}
    first_parts = {key.partition(".")[0] for key in keys}
    assert set(FUNCTIONS) <= keys
    assert set(LINES) <= first_parts
    assert set(SETTINGS) <= set(FUNCTIONS) | set(LINES)
    untested = set(FUNCTIONS) - set(COMPUTED) - {"loss", "output_delta"}
    assert untested == {"momentum_unrolled", "momentum_constant", "adam_update"}
