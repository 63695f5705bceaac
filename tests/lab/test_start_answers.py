"""The answers about first weights, each against a calculation by another route."""

from types import SimpleNamespace

import numpy as np
import pytest
from answering import trained, values_of

from data import load_dataset
from lab.links.ensemble import Start
from lab.questions import start_answers
from lab.questions.learn import INITIALIZATION
from mlp import Layer, forward, init_params, loss_and_gradients

DEEP, TANH, SIGMOID, EQUAL, DIGITS = INITIALIZATION


def answered(question, given=trained):
    answer = question.answer(values_of("initialization", question), given)
    return answer, question.choices[answer.right]


def of_starts(question, figure):
    """{start: the median over its seeds of figure(params, X, y, config)}, on the page's 200 examples."""
    ensemble = start_answers.ensemble_of(values_of("initialization", question))
    data = load_dataset(ensemble.experiment.data)
    rows = np.linspace(0, len(data.y_train) - 1, 200).astype(int)
    X, y = data.X_train[rows].astype(float), data.y_train[rows]
    found = {}
    for start in ensemble.starts:
        configs = ensemble.of(start, dtype="float64")
        values = [figure(init_params(c, 2, len(data.class_names)), X, y, c) for c in configs]
        found[start.label] = float(np.median(values))
    return found


def variance_ratio(params, X, y, config):
    hidden = forward(params, X, config).activations[:-1]
    return hidden[-1].var() / hidden[0].var()


def test_what_thirty_layers_leave():
    shares = of_starts(DEEP, variance_ratio)
    answer, choice = answered(DEEP)
    assert shares["glorot_uniform"] < 1e-6
    assert choice == "Less than a millionth"
    told = float(answer.sentence.partition("by ")[2].partition(";")[0])
    assert told == pytest.approx(shares["glorot_uniform"], rel=0.5), "a ratio of medians, a median of ratios"


def test_which_start_suits_tanh():
    shares = of_starts(TANH, variance_ratio)
    best = min(shares, key=lambda label: max(shares[label], 1 / shares[label]))
    _, choice = answered(TANH)
    assert {"lecun_normal": "LeCun", "he_normal": "He"}.get(best) == choice == "He"


@pytest.mark.slow
def test_how_small_the_gradient_of_deep_sigmoids_is():
    def ratio(params, X, y, config):
        """By the biases' gradients, example by example: for one example ∂L/∂b is δ."""
        squares = np.zeros(len(params))
        for x, label in zip(X, y, strict=True):
            _, layers = loss_and_gradients(params, x[np.newaxis], np.array([label]), config)
            squares += [np.square(layer.b).mean() for layer in layers]
        return np.sqrt(squares[0] / squares[-2])

    values = values_of("initialization", SIGMOID) | {"sets": ["lecun_normal"]}
    share = of_starts(SIGMOID._replace(changes=SIGMOID.changes | {"sets": ["lecun_normal"]}), ratio)
    answer = SIGMOID.answer(values, trained)
    assert share["lecun_normal"] < 1e-5
    assert SIGMOID.choices[answer.right] == "Less than a hundred-thousandth"
    told = float(answer.sentence.partition("layer 1 is ")[2].partition(" times")[0])
    assert told == pytest.approx(share["lecun_normal"], rel=0.5)


def test_equal_units_stay_equal():
    small = EQUAL._replace(changes=EQUAL.changes | {"epochs": 3, "n_samples": 200})
    answer, choice = answered(small)
    assert choice == "All of them"
    assert "a hidden layer of 16 units has 1 different unit, in every one of 5 networks" in answer.sentence
    drawn = small._replace(changes=small.changes | {"sets": ["glorot_uniform", "constant*0.1"]})
    ensemble = start_answers.ensemble_of(values_of("initialization", drawn))
    (run,) = trained([ensemble])
    W = run.records[ensemble.positions(ensemble.starts[1])[0]].params[0].W
    np.testing.assert_allclose(W, np.broadcast_to(W[:, :1], W.shape), rtol=1e-4)


@pytest.mark.parametrize(
    ("medians", "choice", "said"),
    [
        ((0.1, 0.88, 0.9, 0.93, 0.94), "One or two", "2 of 5 are within 2 points"),
        ((0.1, 0.925, 0.9, 0.93, 0.94), "Three or four", "3 of 5 are within 2 points"),
        ((0.93, 0.925, 0.94, 0.93, 0.94), "All five", "5 of 5 are within 2 points"),
        ((0.93, 0.92, 0.94, 0.93, 0.94), "All five", "5 of 5 are within 2 points"),
        ((0.001, 0.013, 0.002, 0.033, 0.003), "One or two", "2 of 5 are within 2 points"),
        ((0.1, 0.913, 0.2, 0.934, 0.3), "One or two", "1 of 5 is within 2 points"),
    ],
)
def test_how_many_starts_are_near_the_best(medians, choice, said):
    def record(accuracy):
        return type("Record", (), {"diverged": False, "valid_accuracy": accuracy})

    def given(setups, watched):
        assert watched, "the run that the page has watched"
        run = {"records": [record(m + e) for m in medians for e in (-0.05, 0, 0, 0, 0.05)], "epochs": 5}
        return [type("OneRun", (), run)]

    answer, chosen = answered(DIGITS, given)
    assert chosen == choice
    assert said in answer.sentence
    assert f"zeros {medians[0]:.1%}; normal {medians[1]:.1%}" in answer.sentence


def signals(monkeypatch, **ratios):
    """Make up the signals: a first layer of 4, a middle one, a last hidden one of 4 times a ratio."""
    found = {
        Start(label, 1.0): np.array([[4.0, 9.0, 4 * ratio, 1.0], [4 * ratio, 9.0, 4.0, 1.0]])
        for label, ratio in ratios.items()
    }
    monkeypatch.setattr(start_answers, "_signals", lambda values, trained: found)


@pytest.mark.parametrize(
    ("share", "right"), [(2.0, 0), (1e-3, 0), (0.99e-3, 1), (1e-6, 1), (0.99e-6, 2), (0.0, 2)]
)
def test_what_is_left_of_the_variance(share, right, monkeypatch):
    signals(monkeypatch, a=share, b=0.5, c=0.25)
    answer = start_answers.variance_left({"hidden_layer_sizes": (8,) * 30}, None)
    said = f"From hidden layer 1 to 30 a multiplies the variance by {share:.1e}; b 5.0e-01; c 2.5e-01."
    assert answer == (right, said)


@pytest.mark.parametrize(("share", "right"), [(1e-2, 0), (0.99e-2, 1), (1e-5, 1), (0.99e-5, 2)])
def test_what_is_left_of_the_gradient(share, right, monkeypatch):
    signals(monkeypatch, a=share, b=1.0)
    answer = start_answers.gradient_left({"hidden_layer_sizes": (8,) * 9}, None)
    assert answer == (
        right,
        f"With a, before any training, the gradient in hidden layer 1 is {share:.1e} times that in layer 9.",
    )


@pytest.mark.parametrize(
    ("ratios", "right"),
    [((0.5, 1.9, 3.0), 1), ((0.6, 1.9, 3.0), 0), ((0.5, 2.0, 0.9), 2), ((0.5, 2.0, 9.0), 0)],
)
def test_the_start_that_keeps_the_variance_best_may_raise_or_lower_it(ratios, right, monkeypatch):
    signals(monkeypatch, **dict(zip("abc", ratios, strict=True)))
    answer = start_answers.keeps_best({"hidden_layer_sizes": (8,) * 9}, None)
    assert answer.right == right
    told = "; ".join(f"{label} {ratio:.2f}" for label, ratio in zip("abc", ratios, strict=True))
    assert answer.sentence.endswith(f"is multiplied by: {told}.")


@pytest.mark.parametrize(
    ("units", "right", "said"),
    [
        (([1, 1, 1], [2, 2, 2]), 0, "has 1 different unit, in every one of 2 networks."),
        (([1, 1, 1], [1, 2, 2]), 1, "has 1 to 2 different units, in"),
        (([1, 2, 3], [1, 2, 2]), 1, "has 2 to 3 different units, in"),
        (([1, 2, 3], [4, 5, 6]), 2, "has 3 different units, in"),
    ],
)
def test_equal_units_stay_equal_in_all_networks_or_in_some(units, right, said, monkeypatch):
    monkeypatch.setattr(start_answers, "DEFAULT_SEEDS", 2)
    layers = [Layer(np.array([row], float), np.zeros(3)) for row in units]
    records = [SimpleNamespace(params=(one, one)) for one in layers]
    run = SimpleNamespace(epochs=3, records=records)
    values = values_of("initialization", EQUAL) | {"sets": ["constant*0.1"]}
    answer = start_answers.equal_weights(values, lambda setups, watched: [run] * watched)
    assert answer.right == right
    assert f"from constant × 0.1 a hidden layer of 3 units {said}" in answer.sentence


@pytest.mark.parametrize(
    ("medians", "right"), [((0.9, 0.9, 0.8, 0.8), 2), ((0.9, 0.9, 0.89, 0.8), 1), ((0.9, 0.88, 0.8, 0.8), 2)]
)
def test_half_of_the_starts_are_not_more_than_half(medians, right):
    names = ("zeros", "normal", "he_normal", "glorot_uniform")
    records = [SimpleNamespace(diverged=False, valid_accuracy=m) for m in medians for _ in range(5)]
    records[15:18] = [SimpleNamespace(diverged=True, valid_accuracy=0.99)] * 3  # which counts as 0
    run = SimpleNamespace(epochs=5, records=records)
    values = values_of("initialization", DIGITS) | {"sets": list(names)}
    answer = start_answers.within_the_best(values, lambda *_, **__: [run])
    assert answer.right == right
    assert "glorot_uniform 0.0%." in answer.sentence
