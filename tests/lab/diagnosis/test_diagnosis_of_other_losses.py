"""What `diagnose` says of a network whose loss or output is not one of the lab's own."""

import itertools
import re

import numpy as np
import other_losses
import pytest

from lab.diagnosis import compare, report
from lab.diagnosis.batch import Batch
from lab.diagnosis.mistakes import MISTAKES, mistakes_of
from mlp.activations import tanh
from mlp.config import TrainConfig
from mlp.losses import LOSSES
from mlp.network import Layer

OWN_LOSSES = re.compile(r"loss is the cross-entropy|for the cross-entropy|softmax|σ|output minus target")


@pytest.fixture(autouse=True)
def registered():
    with other_losses.registered():
        yield


def batch(loss):
    rng = np.random.default_rng(3)
    config = TrainConfig(hidden_layer_sizes=(5, 4), activation="tanh", loss=loss, dtype="float64", l2=0.02)
    sizes = (3, 5, 4, 3)
    params = tuple(
        Layer(rng.standard_normal((n, m)), rng.uniform(0.1, 0.5, m)) for n, m in itertools.pairwise(sizes)
    )
    return Batch(config, params, rng.standard_normal((9, 3)), rng.integers(3, size=9))


def by_hand(one, wrong_delta):
    """A student's gradients, whose δ of the output is wrong_delta(logits, outputs, targets)."""
    (W1, b1), (W2, b2), (W3, b3) = one.params
    a1 = tanh(one.X @ W1 + b1)
    a2 = tanh(a1 @ W2 + b2)
    o = a2 @ W3 + b3
    delta = wrong_delta(o, LOSSES[one.config.loss].output(o), np.eye(3)[one.y]) / len(one.y)
    found = []
    for W, inputs in ((W3, a2), (W2, a1), (W1, one.X)):
        found.insert(0, Layer(inputs.T @ delta + 0.04 * W, delta.sum(axis=0)))
        delta = (delta @ W.T) * (1 - inputs**2)
    return found


def diagnosed(loss, wrong_delta):
    """What is said of the most likely causes, and the report of what stays hidden."""
    one = batch(loss)
    steps = compare.diagnose(one, by_hand(one, wrong_delta))
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            return report.causes(ended.value), report.hidden(ended.value, one.config, 9, 3)


def delta_of(loss):
    """∂ℓ/∂o of the made-up losses, from their formulas."""
    return {
        "squared_softmax": lambda o, p, T: 2 * p * (p - T - (p * (p - T)).sum(axis=1, keepdims=True)),
        "squashed_squares": lambda o, p, T: 2 * (p - T) / (1 + o * o) ** 1.5,
        "half_squares": lambda o, p, T: o - T,
    }[loss]


@pytest.mark.parametrize("loss", other_losses.NAMES)
def test_right_gradients_are_right(loss):
    assert diagnosed(loss, delta_of(loss))[0] == []


@pytest.mark.parametrize("loss", other_losses.NAMES)
@pytest.mark.parametrize(
    ("factor", "says"),
    [
        (2.0, "δ of the output is doubled."),
        (0.5, "δ of the output is half of what it should be."),
    ],
)
def test_a_factor_of_two_is_not_explained_by_the_losses_that_the_network_has_not(loss, factor, says):
    told, _ = diagnosed(loss, lambda *of: factor * delta_of(loss)(*of))
    squared = "The squared error was differentiated, but this network has another loss."
    is_squared = (loss, factor) == ("half_squares", 2.0)  # twice (o - T) is the squared error's derivative
    assert set(told) == ({says, squared} if is_squared else {says})


def test_a_missing_slope_of_the_output_is_named_for_every_output():
    told, _ = diagnosed("squashed_squares", lambda o, p, T: 2 * (p - T))
    says = (
        "The slope of the output is missing: that is the derivative of the loss with respect to the output."
    )
    assert says in told
    assert not [text for text in told if OWN_LOSSES.search(text)]


def test_the_delta_of_the_cross_entropy_is_named_in_a_network_with_another_loss():
    told, _ = diagnosed("squashed_squares", lambda o, p, T: p - T)
    assert "That is δ of the cross-entropy, p - T; this network's loss is the squared error." in told
    told = {key: one.says for key, one in mistakes_of(LOSSES["half_squares"]).items()}
    assert told["cross_entropy_differentiated"].endswith("this network has another loss.")


@pytest.mark.parametrize("loss", other_losses.NAMES)
def test_no_mistake_of_delta_says_what_is_true_of_the_lab_s_own_losses_alone(loss):
    for one in mistakes_of(LOSSES[loss]).values():
        if one.step == "delta" and one.key not in ("target_minus_output", "cross_entropy_differentiated"):
            assert not OWN_LOSSES.search(one.says), one.key


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "sigmoid_cross_entropy", "sigmoid_squared_error"])
def test_of_the_lab_s_own_losses_the_sentences_are_those_of_the_registry(loss):
    own = mistakes_of(LOSSES[loss])
    for key in (
        "twice_the_error",
        "half_the_error",
        "target_minus_output",
        "other_output",
        "target_forgotten",
    ):
        assert own[key] is MISTAKES[key]


@pytest.mark.parametrize(
    ("loss", "squared"),
    [
        ("squashed_squares", "sigmoid with squared error as the loss"),
        ("half_squares", "the squared error as the loss"),
    ],
)
def test_another_loss_is_named_among_the_settings_that_reveal_more(loss, squared):
    _, hidden = diagnosed(loss, delta_of(loss))
    assert f": a cross-entropy as the loss, {squared}" in hidden
