"""The answers about decision boundaries, each against a calculation by another route."""

from types import SimpleNamespace

import contourpy
import numpy as np
import pytest
from answering import trained, values_of

from lab.questions import boundary_answers as boundary
from lab.questions.answer import setups
from lab.questions.learn import DECISION_BOUNDARY
from mlp import Layer, TrainConfig, forward

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


@pytest.mark.slow
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


@pytest.mark.parametrize(
    ("n_good", "verb", "right"), [(0, "reach", 0), (1, "reaches", 1), (2, "reach", 1), (3, "reach", 2)]
)
@pytest.mark.parametrize("lost", [False, True])
def test_the_verb_agrees_with_the_number(n_good, verb, right, lost):
    """A start that diverged is not good, whatever its last accuracy."""
    record = type("Record", (), {"diverged": lost, "valid_accuracy": 0.99 if lost else 0.94})
    good = type("Record", (), {"diverged": False, "valid_accuracy": 0.95})
    run = type("OneRun", (), {"records": [good] * n_good + [record] * (3 - n_good)})
    answer = boundary.starts_that_reach(values_of("decision_boundary", BY_KEY[TWO]), lambda _: [run])
    assert answer.sentence.startswith(f"{n_good} of 3 random starts {verb} 95%")
    assert answer.right == right


def made(records, **more):
    """A run made up of records, each {field: value}; `more` are its config, dataset, epochs and history."""
    return SimpleNamespace(records=[SimpleNamespace(**{"diverged": False} | one) for one in records], **more)


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        ((0.90, 0.5), (0.91, 0.4), 0),
        ((0.90, 0.5), (0.904, 0.4), 0),
        ((0.90, 0.5), (0.90, 0.4), 1),
        ((0.90, 0.5), (0.9002, 0.4), 1),  # less than a quarter of one of the hundred examples
        ((0.90, 0.5), (0.89, 0.4), 1),
        ((0.90, 0.5), (0.95, 0.5), 2),
        ((0.90, 0.5), (0.89, 0.6), 2),
    ],
)
def test_what_improves_is_judged_by_the_medians_of_the_last_two(before, after, right):
    dataset = SimpleNamespace(y_valid=np.zeros(100, int))
    found = []
    for (accuracy, loss), epochs in (((0.1, 9.0), 2), (before, 10), (after, 30)):
        around = [(accuracy, loss), (0.0, 9.0), (1.0, 0.0)]
        records = [{"valid_accuracy": a, "valid_loss": b} for a, b in around]
        found.append(made(records, epochs=epochs, dataset=dataset))
    values = values_of("decision_boundary", BY_KEY["2-10-or-30-epochs"])
    answer = boundary.improves(values, lambda _: found)
    assert answer.right == right
    same = f"{before[0]:.1%}" == f"{after[0]:.1%}"
    told = "stays at {:.1%}" if same else "from {:.1%} to {:.1%}"
    assert answer.sentence == (
        f"From 10 to 30 epochs the median validation loss goes from {before[1]:.3g} to {after[1]:.3g}, the "
        f"accuracy {told.format(before[0], after[0])}."
    )


FLAT = TrainConfig(hidden_layer_sizes=(), dtype="float64")


@pytest.mark.parametrize(
    ("slope", "shift", "right"),
    [
        (1.0, 1.5, 0),  # one of the twenty examples, -0.5, changes sides
        (1.0, 0.5, 1),
        (0.5, 0.0, 1),
        (1.0, 0.0, 2),
        (2.0, 0.0, 2),
    ],
)
def test_a_penalty_moves_the_line_or_the_confidence_or_neither(slope, shift, right):
    """One input, no hidden layer: the difference of the two logits is 2 · slope · x + shift."""
    dataset = SimpleNamespace(X_valid=np.arange(-9.5, 10)[:, np.newaxis])
    pairs = [(1.0, 0.0), (9.0, 9.0), (slope, shift)]
    found = [
        made([{"params": (Layer(np.array([[-a, a]]), np.array([0.0, b])),)}], config=FLAT, dataset=dataset)
        for a, b in pairs
    ]
    values = values_of("decision_boundary", BY_KEY["how-much-weight-decay"])
    answer = boundary.penalty_moves(values, lambda _: found)
    assert answer.right == right
    moved = "5.0%" if right == 0 else "0.0%"
    assert f", {moved} of the validation examples change sides (mean of 1 start)" in answer.sentence


@pytest.mark.parametrize(
    ("outputs", "right", "who"),
    [
        ([(2.0, -1.0), (-2.0, 1.0)], 0, "2 of 2 networks here draw one straight line."),
        ([(2.0, -1.0), (2.0, 1.0)], 0, "1 of 2 networks here draws one straight line; the other draws none."),
        (
            [(2.0, -1.0), (2.0, 1.0), (0.0, 1.0)],
            0,
            "1 of 3 networks here draws one straight line; the others draw none.",
        ),
        ([(0.0, -1.0), (-2.0, -1.0)], 0, "0 of 2 networks here draw one straight line."),
    ],
)
def test_a_unit_draws_a_line_where_its_slope_takes_the_logits_from_one_sign_to_the_other(outputs, right, who):
    records = [{"params": (None, Layer(np.array([[0.0, w]]), np.array([0.0, c])))} for w, c in outputs]
    values = values_of("decision_boundary", BY_KEY[ONE])
    answer = boundary.pieces_of_one_unit(values, lambda _: [made(records)])
    assert answer.right == right
    assert answer.sentence.endswith(who)


@pytest.mark.parametrize(
    ("hidden", "right"),
    [
        ([[[0.0, 0.0]], [[0.0, 0.0]]], 0),
        ([[[0.5, 0.5]], [[0.25, 0.25]]], 1),
        ([[[0.5, 0.5]], [[0.25, -0.25]]], 2),
    ],
)
def test_units_that_started_at_zero_are_zero_or_equal_or_different(hidden, right):
    output = Layer(np.ones((2, 2)), np.zeros(2))
    records = [
        {"params": (Layer(np.array(W), np.zeros(2)), output), "valid_accuracy": accuracy}
        for W, accuracy in zip(hidden, (0.5, 0.75), strict=True)
    ]
    run = made(records, epochs=50, dataset=SimpleNamespace(y_valid=np.array([0, 1, 1])))
    values = values_of("decision_boundary", BY_KEY["what-if-all-weights-start-at-zero"])
    answer = boundary.zeros_learn(values, lambda _: [run])
    assert answer.right == right
    largest = max(abs(one) for W in hidden for one in W[0])
    assert f"of a hidden unit is {largest:g} after 50 epochs; the best of 2 networks reaches 75.0%" in (
        answer.sentence
    )
    assert answer.sentence.endswith("always guessing the most common class gets 66.7%.")


@pytest.mark.parametrize(
    ("high", "low", "right"),
    [
        ((0.5, 0.8, 0.9), (0.5, 0.6, 0.9), 0),  # 0.9 after two epochs each: as fast
        ((0.5, 0.9, 0.8), (0.5, 0.6, 0.8), 0),
        ((0.5, 0.7, 0.8), (0.5, 0.6, 0.9), 0),  # both are at 0.8 after two epochs
        ((0.5, 0.6, 0.8), (0.5, 0.9, 0.7), 1),  # 0.7 after two epochs and after one
        ((0.5, 0.6, 0.502), (0.5, 0.6, 0.9), 2),  # within a quarter of an example of a guess
        ((0.5, 0.9, None), (0.5, 0.6, 0.9), 2),
    ],
)
def test_a_rate_is_faster_slower_or_lost(high, low, right):
    def run(accuracies, rate):
        records = [
            [SimpleNamespace(valid_accuracy=0.99 if a is None else a, diverged=a is None)] * 3
            for a in accuracies
        ]
        history = [SimpleNamespace(number=n, records=one) for n, one in enumerate(records)]
        dataset = SimpleNamespace(y_valid=np.arange(100) % 2)
        config = SimpleNamespace(learning_rate=rate)
        return SimpleNamespace(records=records[-1], history=history, dataset=dataset, config=config)

    values = values_of("decision_boundary", BY_KEY["which-rate-is-too-high"])
    answer = boundary.rate_too_high(values, lambda _: [run(high, 30.0), run(low, 0.3)])
    assert answer.right == right
    last = f"{high[-1] or 0:.1%}"
    assert answer.sentence.startswith(f"At η = 30 the median validation accuracy is {last}, at η = 0.3 ")
    assert answer.sentence.endswith("gets 50.0%.")


def test_networks_that_agree_everywhere_disagree_on_nothing():
    params = (Layer(np.array([[0.0, 1.0], [0.0, 0.0]]), np.zeros(2)),)
    dataset = SimpleNamespace(X_train=np.random.default_rng(0).random((30, 2)))
    run = made([{"params": params}] * 2, config=FLAT, dataset=dataset)
    values = values_of("decision_boundary", BY_KEY["where-do-five-networks-disagree"])
    answer = boundary.where_they_disagree(values, lambda _: [run])
    assert answer.right == 0
    assert answer.sentence.startswith("They disagree on 0.0% of the plane. 0% of that area")


def test_the_plane_on_which_networks_may_disagree_is_a_square_around_the_examples():
    def below(x):  # class 1 where the first input is below x
        return {"params": (Layer(np.array([[0.0, -1.0], [0.0, 0.0]]), np.array([0.0, x])),)}

    X = np.array([[0.0, 10.0], [4.0, 11.0], [2.0, 10.5], [2.1, 10.5]])
    run = made([below(1.0), below(2.0)], config=FLAT, dataset=SimpleNamespace(X_train=X))
    values = values_of("decision_boundary", BY_KEY["where-do-five-networks-disagree"])
    sentence = boundary.where_they_disagree(values, lambda _: [run]).sentence
    share = float(sentence.removeprefix("They disagree on ").partition("%")[0])
    assert share == pytest.approx(100 / 4.32, abs=1.5)  # a strip of width 1 of 1.08 times the longer side
