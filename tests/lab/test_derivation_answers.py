"""The answers about the derivation, each against a forward pass and differences written out here."""

import math

import numpy as np
import pytest
from answering import values_of

from data import DataConfig, load_dataset
from lab.derivation.evidence import loss_derivative
from lab.questions import derivation_answers as derived
from lab.questions.derive import DERIVATION
from mlp import TrainConfig, train

ORIGIN, RELU, PRODUCT, DEEP, STALL, PENALTY, ZEROS = DERIVATION
H = 1e-5


def answered(question, **changed):
    answer = question.answer(values_of("derivation", question) | changed, None)
    return answer.sentence, question.choices[answer.right]


def problem_of(question):
    return derived.problem_of(values_of("derivation", question))


def loss_of(o, y):
    """The mean cross-entropy of logits (n, m)."""
    return np.mean(np.log(np.exp(o).sum(axis=1)) - o[np.arange(len(y)), y])


def differences(loss, at):
    """∂loss/∂at by central differences, entry by entry."""
    found = np.empty_like(at)
    for place in np.ndindex(at.shape):
        moved = [at.copy(), at.copy()]
        moved[0][place] += H
        moved[1][place] -= H
        found[place] = (loss(moved[0]) - loss(moved[1])) / (2 * H)
    return found


def numbers(sentence, after):
    """The row of numbers in brackets that follows these words."""
    row = sentence.partition(after)[2].partition("(")[2].partition(")")[0].replace("−", "-")
    return [float(text) for text in row.split(", ")]


def test_o_minus_onehot_is_the_gradient_of_the_logits_and_not_of_the_outputs():
    problem, (said, choice) = problem_of(ORIGIN), answered(ORIGIN)
    (W1, b1), (W2, b2) = problem.params
    o, y = np.tanh(problem.X[:1] @ W1 + b1) @ W2 + b2, problem.y[:1]
    of_logits = differences(lambda logits: loss_of(logits, y), o)[0]
    p = (np.exp(o) / np.exp(o).sum())[0]
    of_outputs = [-1 / p[k] if k == y[0] else 0 for k in range(len(p))]
    assert choice == "The logits"
    for words, row in (("is", of_logits), ("the gradient is", of_logits), ("to the logits and", of_outputs)):
        assert numbers(said, words) == pytest.approx(row, rel=5e-3)


def test_the_units_below_the_kink_pass_nothing_back():
    problem, (said, choice) = problem_of(RELU), answered(RELU)
    (W1, b1), (W2, b2) = problem.params
    z, y = problem.X[:1] @ W1 + b1, problem.y[:1]
    gradient = differences(lambda z: loss_of(np.maximum(z, 0) @ W2 + b2, y), z)[0]
    assert (gradient == 0).tolist() == (z[0] < 0).tolist()
    assert choice == "Those with z below 0"
    assert f"{(z < 0).sum()} of 5 units pass nothing back" in said
    assert numbers(said, "and ∂L/∂z") == pytest.approx(gradient, rel=5e-3)


def test_one_outer_product_per_example_adds_up_to_the_gradient():
    problem, (said, choice) = problem_of(PRODUCT), answered(PRODUCT)
    (W1, b1), (W2, b2) = problem.params
    h = np.tanh(problem.X @ W1 + b1)
    whole = differences(lambda W: loss_of(h @ W + b2, problem.y), W2)
    each = [
        differences(lambda W, n=n: loss_of(h[n : n + 1] @ W + b2, problem.y[n : n + 1]), W2) / 5
        for n in range(5)
    ]
    assert [np.linalg.matrix_rank(one, tol=1e-6) for one in each] == [1] * 5
    np.testing.assert_allclose(sum(each), whole, atol=1e-9)
    assert choice == "Five: one per example"
    assert "The sum of all 5 products differs from" in said
    gaps = [np.abs(sum(each[:n]) - whole).max() for n in (1, 2, 3)]
    told = (
        f"the first product alone by {gaps[0]:.2g}, that of the first 2 by {gaps[1]:.2g}, "
        f"that of the first 3 by {gaps[2]:.2g}."
    )
    assert said.endswith(told)


def test_a_further_layer_adds_no_line():
    said, choice = answered(DEEP)
    assert choice == "None"
    assert "has 8 lines; with 3 it has the same ones: its loop runs 4 times instead of 2" in said
    assert float(said.rpartition("by ")[2].split()[0]) < 1e-12


def test_how_much_larger_the_gradient_of_the_cross_entropy_is():
    said, choice = answered(STALL)
    p = 1 / (1 + math.exp(-8))
    ratio = 1 / (2 * p * (1 - p))  # (p - 0) / (2 (p - 0) p (1 - p))
    assert choice == "More than 1,000 times"
    assert f"{ratio:,.0f} times as large" in said
    assert "1,491" in said


def test_the_penalty_leaves_the_biases_alone():
    problem, (said, choice) = problem_of(PENALTY), answered(PENALTY)
    largest = max(np.abs(W).max() for W, _ in problem.params)
    assert choice == "No, only the weights' do"
    assert f"change by up to {0.01 + 2 * 0.01 * largest:.2g}, those of the biases by 0." in said


def test_zeros_keep_the_units_equal(monkeypatch):
    said, choice = answered(ZEROS)
    config = TrainConfig(
        hidden_layer_sizes=(3,), activation="tanh", initializer="zeros", batch_size=0, learning_rate=0.5
    )
    *_, record = train(config, load_dataset(DataConfig(n_samples=100)))
    assert [np.abs(array).max() for array in record.params[0]] == [0, 0]
    assert choice == "Not within 200 steps"
    assert said.startswith("After 200 steps of gradient descent with η = 0.5 the 3 units")
    assert said.endswith("are the same: the largest of their weights and biases is 0.")
    drawn = problem_of(ZEROS).params
    monkeypatch.setattr(derived, "init_params", lambda *_: drawn)
    said, choice = answered(ZEROS)
    assert choice == "After the first step"
    assert said.startswith("After 1 step of")
    problem = problem_of(ZEROS)
    slopes = [loss_derivative(problem, problem.K, kind, 1) for kind in "Wb"]
    largest = max(np.abs(one - 0.5 * slope).max() for one, slope in zip(drawn[0], slopes, strict=True))
    assert said.endswith(f"layer differ: the largest of their weights and biases is {largest:.2g}.")
