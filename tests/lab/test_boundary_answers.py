"""The answers about decision boundaries, each against a calculation by another route."""

import contourpy
import numpy as np
import pytest
from answering import trained, values_of

from lab.questions import boundary_answers as boundary
from lab.questions.answer import setups
from lab.questions.learn import DECISION_BOUNDARY
from mlp import forward

BY_KEY = {one.key: one for one in DECISION_BOUNDARY}
SPIRAL, TWO = "can-it-follow-a-spiral", "would-two-hidden-units-be-enough"
SIZES, ONE = "3-20-or-128-hidden-units", "what-does-one-hidden-unit-draw"


def answered(key):
    question = BY_KEY[key]
    answer = question.answer(values_of("decision_boundary", question), trained)
    assert 0 <= answer.right < len(question.choices)
    return answer, question.choices[answer.right], runs(key)


def runs(key):
    return trained(setups(values_of("decision_boundary", BY_KEY[key])))


def outputs(run, X):
    """The outputs of each network, one at a time and in float64."""
    for record in run.records:
        params = [tuple(array.astype(float) for array in layer) for layer in record.params]
        a = X.astype(float)
        for W, b in params[:-1]:
            z = a @ W + b
            a = np.tanh(z) if run.config.activation == "tanh" else np.maximum(z, 0)
        z = a @ params[-1][0] + params[-1][1]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        yield e / e.sum(axis=1, keepdims=True)


def accuracies(run):
    y = run.dataset.y_valid
    return [float((p.argmax(axis=1) == y).mean()) for p in outputs(run, run.dataset.X_valid)]


def losses(run):
    X, y = run.dataset.X_valid, run.dataset.y_valid
    return [float(-np.log(p[np.arange(len(y)), y]).mean()) for p in outputs(run, X)]


@pytest.mark.parametrize("key", [SIZES, SPIRAL, TWO])
def test_how_many_starts_are_good(key):
    answer, choice, found = answered(key)
    counts = [sum(a >= 0.95 for a in accuracies(run)) for run in found]
    assert choice == ("None of them", *["Some of them"] * 4, "All of them")[counts[0]]
    assert f"{counts[0]} of 5 random starts" in answer.sentence
    if key == SIZES:
        assert f"with 20 units {counts[1]}; with 128 units {counts[2]}." in answer.sentence


def test_what_more_epochs_improve():
    answer, choice, (_, before, after) = answered("2-10-or-30-epochs")
    gains = [np.median(f(after)) - np.median(f(before)) for f in (accuracies, losses)]
    assert choice == ("The accuracy and the loss" if gains[0] > 1e-9 else "The loss alone")
    assert gains[1] < 0
    assert f"to {np.median(losses(after)):.3g}" in answer.sentence


def test_what_the_penalty_moves():
    answer, choice, (weak, _, strong) = answered("how-much-weight-decay")
    X = weak.dataset.X_valid
    pairs = list(zip(outputs(weak, X), outputs(strong, X), strict=True))
    moved = np.mean([a.argmax(axis=1) != b.argmax(axis=1) for a, b in pairs])
    confidence = [np.mean([pair[i].max(axis=1) for pair in pairs]) for i in (0, 1)]
    assert moved < 0.05
    assert confidence[1] < confidence[0]
    assert choice == "Only the confidence falls"
    for number in (moved, *confidence):
        assert f"{number:.1%}" in answer.sentence


def test_one_unit_draws_one_straight_line():
    answer, choice, (run,) = answered(ONE)
    along = np.linspace(-40, 40, 401)
    places = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    n_lines = []
    for p in outputs(run, places):
        lead = (p[:, 1] - p[:, 0]).reshape(401, 401)
        lines = contourpy.contour_generator(along, along, lead).lines(0.0)
        n_lines.append(len(lines))
        for line in lines:
            assert np.linalg.svd(line - line.mean(axis=0))[1][1] < 0.01 * len(line), "straight"
    assert choice == "One"
    assert max(n_lines) == 1
    assert f"{sum(n_lines)} of 5 networks here draw one straight line" in answer.sentence


def test_where_networks_disagree():
    answer, choice, (run,) = answered("where-do-five-networks-disagree")
    X = run.dataset.X_train
    low, high = X.min(axis=0), X.max(axis=0)
    middle, half = (low + high) / 2, 0.54 * (high - low).max()
    places = middle + half * np.random.default_rng(0).uniform(-1, 1, (6000, 2))
    votes = np.array([p.argmax(axis=1) for p in outputs(run, places)])
    places = places[votes.min(axis=0) != votes.max(axis=0)]
    nearest = [np.sort(np.linalg.norm(X - x, axis=1))[1] for x in X]
    far = np.mean([np.linalg.norm(X - x, axis=1).min() > np.quantile(nearest, 0.95) for x in places])
    assert choice == ("Where there are no examples" if far > 0.5 else "Among the examples")
    told = float(answer.sentence.partition("plane. ")[2].partition("%")[0]) / 100
    assert told == pytest.approx(far, abs=0.06)


def test_zeros_learn_nothing():
    answer, choice, (run,) = answered("what-if-all-weights-start-at-zero")
    X = run.dataset.X_train
    moved = [np.abs(forward(r.params, X, run.config).activations[0]).max() for r in run.records]
    assert choice == "Nothing at all"
    assert moved == [0] * 5
    assert f"{max(accuracies(run)):.1%}" in answer.sentence


def test_a_rate_a_hundred_times_too_high_is_no_better_than_a_guess():
    answer, choice, (run,) = answered("which-rate-is-too-high")
    share = np.bincount(run.dataset.y_valid).max() / len(run.dataset.y_valid)
    assert np.median(accuracies(run)) <= share
    assert choice == "Lost: no better than a guess"
    assert f"gets {share:.1%}" in answer.sentence


@pytest.mark.parametrize(("here", "right"), [(0.0335074, 0), (0.0336, 1), (0.0688751, 2), (0.02, 2)])
def test_another_computers_loss_is_the_same_nearly_so_or_not(here, right):
    question = BY_KEY["would-the-same-network-come-out-on-another-computer"]
    record = type("Record", (), {"valid_loss": here})
    run = type("OneRun", (), {"records": [record], "epochs": 100})
    answer = question.answer(values_of("decision_boundary", question), lambda _: [run])
    assert answer.right == right
    told = f"{abs(here / 0.0335074 - 1):.1%}" if right else "the same to six digits."
    assert f"was 0.0335074 there and is {here:.6g} here: {told}" in answer.sentence


def test_another_computers_loss_that_differs_by_little_does_not_differ_by_nothing():
    question = BY_KEY["would-the-same-network-come-out-on-another-computer"]
    record = type("Record", (), {"valid_loss": 0.0335084})
    run = type("OneRun", (), {"records": [record], "epochs": 100})
    answer = question.answer(values_of("decision_boundary", question), lambda _: [run])
    assert answer.right == 1
    assert answer.sentence.endswith("here: less than 0.1% higher.")


@pytest.mark.parametrize(("n_good", "verb"), [(0, "reach"), (1, "reaches"), (3, "reach")])
def test_the_verb_agrees_with_the_number(n_good, verb):
    record = type("Record", (), {"diverged": False, "valid_accuracy": 0.5})
    good = type("Record", (), {"diverged": False, "valid_accuracy": 0.95})
    run = type("OneRun", (), {"records": [good] * n_good + [record] * (3 - n_good)})
    answer = boundary.starts_that_reach(values_of("decision_boundary", BY_KEY[TWO]), lambda _: [run])
    assert answer.sentence.startswith(f"{n_good} of 3 random starts {verb} 95%")
