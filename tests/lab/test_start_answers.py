"""The answers about first weights, each against a calculation by another route."""

import numpy as np
import pytest
from answering import trained, values_of

from data import load_dataset
from lab.questions import start_answers
from lab.questions.learn import INITIALIZATION
from mlp import forward, init_params, loss_and_gradients

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
    ],
)
def test_how_many_starts_are_near_the_best(medians, choice, said):
    def record(accuracy):
        return type("Record", (), {"diverged": False, "valid_accuracy": accuracy})

    def given(setups, watched):
        run = {"records": [record(m + e) for m in medians for e in (-0.05, 0, 0, 0, 0.05)], "epochs": 5}
        return [type("OneRun", (), run)]

    answer, chosen = answered(DIGITS, given)
    assert chosen == choice
    assert said in answer.sentence
    assert f"zeros {medians[0]:.1%}; normal {medians[1]:.1%}" in answer.sentence
