"""The bowl: the engine's optimizers against the theory of quadratic functions, to six digits."""

import made_up
import numpy as np
import pytest

from lab.optimization import bowl, bowl_sentences
from lab.optimization.bowl import Settings
from mlp import OPTIMIZERS
from mlp.entries import Optimizer

KAPPAS = (2, 10, 100, 1000)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov"])
def test_the_rate_measured_from_the_steps_is_that_of_theory_to_six_digits(name, kappa):
    root = np.sqrt(kappa)
    theory = {
        "sgd": (kappa - 1) / (kappa + 1),
        "momentum": np.sqrt(((root - 1) / (root + 1)) ** 2),  # √β
        "nesterov": 1 - 2 / np.sqrt(3 * kappa + 1),
    }[name]
    settings = bowl.best(name, kappa)
    points = bowl.descend(settings, kappa, bowl.budget(kappa))
    assert f"{bowl.measured_rate(points):.6f}" == f"{theory:.6f}"
    assert bowl.rate_of(settings, kappa) == pytest.approx(theory, abs=1e-7)
    assert bowl.theory(name, kappa) == pytest.approx(theory, rel=1e-12)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "one_step_momentum"])
def test_no_other_learning_rate_and_momentum_is_faster(name, kappa):
    best = bowl.best(name, kappa)
    least, rng = bowl.rate_of(best, kappa), np.random.default_rng(0)
    momenta = rng.uniform(0, 1, 300) if OPTIMIZERS[name].uses else np.zeros(300)
    for rate, momentum in zip(rng.uniform(0, 4, 300), momenta, strict=True):
        slack = 0.01 * (1 - least) if name == "one_step_momentum" else 1e-7  # which is the best of a grid
        assert bowl.rate_of(Settings(name, rate, momentum), kappa) >= least - slack
    for change in (0.98, 1.02):
        assert bowl.rate_of(best._replace(rate=best.rate * change), kappa) > least - 1e-7


@pytest.mark.parametrize("kappa", [1, 2, 3, 30])
def test_one_step_momentum_at_its_best_is_no_slower_than_gradient_descent_which_is_a_case_of_it(kappa):
    ours, plain = (
        bowl.steps_to(bowl.descend(bowl.best(name, kappa), kappa, bowl.budget(kappa)))
        for name in ("one_step_momentum", "sgd")
    )
    assert ours <= plain


def by_hand(name, kappa, rate, momentum, n_steps):
    """The distances from the optimum along u and v, by the textbook recurrences of each direction alone."""
    columns = []
    for curved, x in ((1.0, kappa**-0.5), (1 / kappa, 1.0)):
        g_before, v, found = 0.0, 0.0, [x]
        for _ in range(n_steps):
            g = curved * x
            if name == "sgd":
                x = x - rate * g
            elif name == "one_step_momentum":
                x, g_before = x - rate * (g + momentum * g_before), g
            elif name == "momentum":
                v = momentum * v + g
                x = x - rate * v
            else:
                v = momentum * v + g
                x = x - rate * (g + momentum * v)
            found.append(x)
        columns.append(found)
    return np.array(columns).T


@pytest.mark.parametrize("name", ["sgd", "one_step_momentum", "momentum", "nesterov"])
def test_the_steps_are_those_of_each_direction_alone_however_the_bowl_is_turned(name):
    found = bowl.descend(Settings(name, 0.7, 0.4), 20, 30)
    np.testing.assert_allclose(found, by_hand(name, 20, 0.7, 0.4, 30), rtol=1e-9, atol=1e-12)


def test_many_learning_rates_descend_as_each_alone():
    rates = np.array([0.1, 0.5])
    together = bowl.descend(Settings("adam", rates, 0.0), 10, 20)
    for place, rate in enumerate(rates):
        alone = bowl.descend(Settings("adam", rate, 0.0), 10, 20)
        np.testing.assert_allclose(together[:, place], alone, rtol=1e-9, atol=1e-12)


def test_the_matrix_of_a_step_by_hand():
    # momentum on ½x²: v ← μv + x, x ← x - ηv
    np.testing.assert_allclose(bowl.step_matrices("momentum", 0.3, 0.5), [[0.7, -0.15], [1.0, 0.5]])
    assert bowl.step_matrices("sgd", 0.3, 0.0).tolist() == [[0.7]]
    for name in ("sgd", "one_step_momentum", "momentum", "nesterov"):
        assert bowl.is_linear(name)
    for name in ("rmsprop", "adam"):
        assert not bowl.is_linear(name)


@pytest.mark.parametrize("momentum", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_the_largest_stable_rates_are_those_of_theory(momentum):
    """By Jury's criterion on each one's characteristic polynomial."""
    expected = {
        "sgd": 2.0,
        "momentum": 2 * (1 + momentum),
        "nesterov": 2 * (1 + momentum) / (1 + 2 * momentum),
        "one_step_momentum": min(1 / max(momentum, 1e-9), 2 / (1 - momentum)),
    }
    for name, limit in expected.items():
        assert bowl.largest_stable_rate(name, momentum) == pytest.approx(limit, rel=1e-6)
    assert bowl.largest_stable_rate("adam", momentum) is None
    assert bowl.largest_stable_rate("rmsprop", momentum) is None


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_round_bowl_is_no_trouble(name):
    settings = bowl.best(name, 1)
    points = bowl.descend(settings, 1, bowl.budget(1))
    assert np.isfinite(points).all()
    if bowl.is_linear(name):  # without momentum and with η = 1, the first step leads to the bottom
        assert bowl.steps_to(points) == 1
        assert bowl.measured_rate(points) == 0.0


def test_the_step_of_arrival_by_hand():
    distances = np.array([1.0, 1e-7, 0.5, 1e-7, 1e-8])
    points = np.stack([distances, 0 * distances], axis=1)
    assert bowl.steps_to(points) == 3, "once it was near, but it went away again"
    assert bowl.steps_to(points[:3]) is None
    assert bowl.steps_to(points * [np.nan, 1]) is None
    assert bowl.steps_to(points, 2.0) == 0
    exact = np.array([[2.0, 0.0], [0.0, 2e-6], [1e-6, 0.0]])
    assert bowl.steps_to(exact) == 1, "a millionth of the first distance is near enough"


def test_every_optimizer_takes_the_steps_that_gradient_descent_needs_and_300_at_least():
    """With κ = 100 the distance falls by 99/101 a step: ln(0.5e-6) / ln(99/101) = 725.4."""
    assert bowl.budget(100) == 726 + 2
    assert bowl.budget(1) == bowl.budget(2) == 300
    assert bowl.start(100).tolist() == [0.1, 1.0]
    assert bowl.curvatures(100).tolist() == [1.0, 0.01]


def test_a_rate_of_what_diverges_is_above_1_and_of_what_is_not_finite_there_is_none():
    points = bowl.descend(Settings("sgd", 2.5, 0.0), 10, 40)
    assert bowl.measured_rate(points) == pytest.approx(1.5)
    assert bowl.measured_rate(points * np.inf) is None
    one_step = Settings("one_step_momentum", *bowl.best("momentum", 100)[1:])
    assert bowl.rate_of(one_step, 100) > 1, "with the η and β of momentum it diverges"


def test_adam_and_rmsprop_have_the_tried_rate_that_arrives_first():
    for name in ("rmsprop", "adam"):
        best = bowl.best(name, 100)
        steps = {
            rate: bowl.steps_to(bowl.descend(Settings(name, rate, 0.0), 100, bowl.budget(100)))
            for rate in bowl.RATES
        }
        arrived = {rate: n for rate, n in steps.items() if n is not None}
        assert not arrived or steps[best.rate] == min(arrived.values())


def test_what_is_said_of_the_steps():
    said = bowl_sentences.speed(100, {"sgd": 691, "momentum": 93})
    assert said == (
        "With κ = 100, gradient descent at its best needs 691 steps to come within a millionth of its first "
        "distance from the bottom; momentum needs 93: 7.43 times fewer."
    )
    assert bowl_sentences.speed(1, {"sgd": 1, "momentum": 1}).endswith(
        "needs 1 step to come within a millionth of its first distance from the bottom, and momentum just as "
        "many."
    )
    assert "momentum needs 20: 2 times more." in bowl_sentences.speed(2, {"sgd": 10, "momentum": 20})
    assert "do not both arrive" in bowl_sentences.speed(2, {"sgd": None, "momentum": 20})
    assert "do not both arrive" in bowl_sentences.speed(2, {"sgd": 20, "momentum": None})


def test_what_is_said_of_rates_and_of_one_step_momentum():
    for measured in (0.1234564, 0.12345655, 0.1234557):  # the second rounds to 0.123457, the others do not
        assert "to six digits" in bowl_sentences.agreement({"sgd": 0.1234561}, {"sgd": measured})
    for off in (0.1234567, 0.1234555, float("nan")):
        assert bowl_sentences.agreement({"sgd": 0.1234561}, {"sgd": off}).endswith("six digits for sgd.")
    assert bowl_sentences.agreement({"sgd": 0.1, "nesterov": 0.2}, {"sgd": 0.1, "nesterov": 0.2001}).endswith(
        "in the first six digits for nesterov."
    )
    steps = {"one_step_momentum": 354, "momentum": 93, "sgd": 691}
    assert bowl_sentences.one_step(1.49, steps) == (
        "With the η and μ that suit momentum, one-step momentum multiplies the distance by 1.49 per step in "
        "the long run: it diverges. With its own best η and μ it needs 354 steps, momentum 93, gradient "
        "descent 691."
    )
    assert "diverges" not in bowl_sentences.one_step(1.0, steps)
    assert "by 1.001 per step in the long run: it diverges" in bowl_sentences.one_step(1.00107, steps)
    assert "by 0.99996 per step in the long run." in bowl_sentences.one_step(0.99996, steps)
    assert "needs" not in bowl_sentences.one_step(1.49, steps | {"one_step_momentum": None})
    slow = bowl_sentences.one_step(0.5, steps | {"sgd": None})
    assert slow.endswith("one-step momentum multiplies the distance by 0.5 per step in the long run.")


@pytest.mark.parametrize("kappa", [38, 101, 111, 185, 211, 280, 439])
def test_a_rate_beside_the_edge_of_rounding_still_equals_that_of_theory(kappa):
    """Near a rate of 0.7208425, that of momentum at κ = 38, 3e-8 decide how six digits are rounded."""
    names = ("momentum", "nesterov")
    paths = {name: bowl.descend(bowl.best(name, kappa), kappa, bowl.budget(kappa)) for name in names}
    said = bowl_sentences.agreement(
        {name: bowl.theory(name, kappa) for name in names},
        {name: bowl.measured_rate(path) for name, path in paths.items()},
    )
    assert "equals the theoretical one to six digits" in said


def test_momentum_that_averages_gradients_is_as_fast_as_momentum_at_its_best():
    """θ moves as under momentum if η is 1/(1 - μ) times as large."""
    with made_up.registered():
        bowl.best.cache_clear()
        for kappa in KAPPAS:
            settings = bowl.best("averaged", kappa)
            root = np.sqrt(kappa)
            assert bowl.rate_of(settings, kappa) == pytest.approx((root - 1) / (root + 1), abs=1e-7)
        bowl.best.cache_clear()


def corrected(theta, g, state, scratch, learning_rate, momentum, t):
    """v ← μv + (1 - μ)g, θ ← θ - ηv/(1 - μ^(t+1)): linear, but another step at each t."""
    (v,) = state
    v *= momentum
    v += (1 - momentum) * g
    theta -= learning_rate * v / (1 - momentum ** (t + 1))


def cautious(theta, g, state, scratch, learning_rate, momentum, t):
    """v ← μv + g, θ ← θ - ηv where v and g have the same sign: twice as far from twice as far away."""
    (v,) = state
    v *= momentum
    v += g
    theta -= learning_rate * v * (v * g > 0)


def root(theta, g, state, scratch, learning_rate, momentum, t):
    """v ← μv + g, θ ← θ - η sign(v)√|v|."""
    (v,) = state
    v *= momentum
    v += g
    theta -= learning_rate * np.sign(v) * np.sqrt(np.abs(v))


def drifting(theta, g, state, scratch, learning_rate, momentum, t):
    """θ ← θ - η(g + 1)."""
    theta -= learning_rate * (g + 1)


@pytest.fixture
def others(monkeypatch):
    for step in (corrected, cautious, root):
        monkeypatch.setitem(OPTIMIZERS, step.__name__, Optimizer(step, n_states=1, uses=("momentum",)))
    monkeypatch.setitem(OPTIMIZERS, "drifting", Optimizer(drifting))
    bowl.best.cache_clear()
    yield
    bowl.best.cache_clear()


def test_a_step_that_changes_with_t_or_with_the_signs_is_not_linear(others):
    for name in ("corrected", "cautious", "root", "drifting"):
        assert not bowl.is_linear(name), name
        assert bowl.largest_stable_rate(name, 0.9) is None


@pytest.mark.parametrize("name", ["corrected", "cautious", "root"])
def test_an_optimizer_with_momentum_is_tried_with_several_momenta(others, name):
    best = bowl.best(name, 30)
    needs, by_momentum = {}, {}
    for momentum in (0.0, 0.5, 0.9, 0.99):
        for rate in bowl.RATES:
            path = bowl.descend(Settings(name, rate, momentum), 30, bowl.budget(30))
            needs[rate, momentum] = bowl.steps_to(path) or np.inf
        by_momentum[momentum] = min(needs[rate, momentum] for rate in bowl.RATES)
    if np.isfinite(least := min(needs.values())):
        assert needs[best.rate, best.momentum] == least
    assert name == "root" or by_momentum[best.momentum] < by_momentum[0.0]


def test_without_momentum_no_other_is_tried(others):
    assert [bowl.best(name, 30).momentum for name in ("rmsprop", "adam", "drifting")] == [0.0] * 3
