"""The notes below the steps and their questions: what they say of the mathematics, next to a calculation."""

import re

import numpy as np
import pytest
from derived import steps_of

from lab.derivation import Problem
from mlp import ACTIVATIONS, Layer, loss_and_gradients
from mlp.initializers import INITIALIZERS
from mlp.network import penalty
from mlp.optimizers import ADAM_DECAY_1, ADAM_DECAY_2

RELU = Problem(activation="relu", l2=0.1)
Z = np.random.default_rng(0).normal(size=400_000)


def risk(problem, params=None):
    return loss_and_gradients(params or problem.params, problem.X, problem.y, problem.without_penalty)[0]


def after_a_step(problem, rate):
    _, gradients = loss_and_gradients(problem.params, problem.X, problem.y, problem.without_penalty)
    moved = [
        Layer(W - rate * dW, b - rate * db)
        for (W, b), (dW, db) in zip(problem.params, gradients, strict=True)
    ]
    return risk(problem, moved)


def is_added_once(problem):
    whole = loss_and_gradients(problem.params, problem.X, problem.y, problem.config)[0]
    return whole == pytest.approx(risk(problem) + float(penalty(problem.params, problem.config)))


def changed_by_the_penalty(problem):
    with_it, without = (
        loss_and_gradients(problem.params, problem.X, problem.y, config)[1]
        for config in (problem.config, problem.without_penalty)
    )
    pairs = list(zip(with_it, without, strict=True))
    return any((a.W != b.W).any() for a, b in pairs), any((a.b != b.b).any() for a, b in pairs)


SLOPES = {name: ACTIVATIONS[name].derivative for name in ("relu", "leaky_relu")}
SIDES = np.array([-2.0, 0.0, 2.0])
NOTES = [  # step, words of its note, whether they are true
    (
        "empirical_risk",
        "A penalty (see elastic net, below) is added to the risk once, not once per",
        is_added_once(RELU),
    ),
    (
        "gradient_descent",
        "Against the gradient the risk falls, so a small enough step lowers it.",
        after_a_step(RELU, 1e-3) < risk(RELU) < after_a_step(RELU, -1e-3),
    ),
    (
        "elastic_net",
        "gradients of the biases and of the inputs stay as they were",
        changed_by_the_penalty(RELU) == (True, False),
    ),
    (
        "elastic_net",
        "The penalty's gradient is added once, after the mean over the examples.",
        is_added_once(RELU),
    ),
    (
        "rect_slope",
        "At 0 there is no derivative; the code uses 0.",
        SLOPES["relu"](SIDES, np.maximum(SIDES, 0)).tolist() == [0, 0, 1],
    ),
    (
        "leaky_relu_slope",
        "The slope is never 0, so some gradient always comes through.",
        (SLOPES["leaky_relu"](SIDES, SIDES) > 0).all(),
    ),
    (
        "second_moment",
        r"For ReLU $c = \tfrac12$, so $\sigma^2 = 2/n$: He's initializer.",
        abs(np.mean(np.maximum(Z, 0) ** 2) - 1 / 2) < 0.01
        and INITIALIZERS["he_normal"].variance(8, 3) == 2 / 8,
    ),
    (
        "second_moment",
        "such as tanh, hardly shrinks a small signal",
        np.mean(np.tanh(Z / 50) ** 2) > 0.99 / 2500,
    ),
    (
        "second_moment",
        "with He's variance a small signal grows from layer to layer",
        2 * np.mean(np.tanh(Z / 50) ** 2) > 1 / 2500,
    ),
    (
        "variance_layers",
        "These are mean squares, not variances: activations such as ReLU's have a mean that is not 0",
        np.maximum(Z, 0).var() < 0.9 * np.mean(np.maximum(Z, 0) ** 2),
    ),
    ("adam_correction", "$m_1 = 0.1\\, g$ is too small", pytest.approx(0.1) == 1 - ADAM_DECAY_1),
    (
        "adam_correction",
        r"$\sqrt{s_1} \approx 0.0316\, |g|$, by which it is divided, is smaller still",
        pytest.approx(0.0316, rel=1e-3) == (1 - ADAM_DECAY_2) ** 0.5,
    ),
    (
        "adam_correction",
        "the first step would be $3.16$ times as long",
        pytest.approx(3.16, rel=1e-3) == (1 - ADAM_DECAY_1) / (1 - ADAM_DECAY_2) ** 0.5,
    ),
    (
        "batch_mean",
        "A mean does not grow with the size of the minibatch. A sum would, and the learning rate would "
        "have to shrink",
        np.mean([2, 2, 2]) == np.mean([2]) < np.sum([2, 2, 2]),
    ),
    ("batch_delta", r"δ is the derivative of $\hat R$: a row for each example, with the 1/K in it", True),
    ("every_layer", "Its input, stored during the forward pass, and its δ, which comes from above.", True),
    ("inputs", "Every unit of the hidden layer receives every input, so the sum over j stays", True),
    ("hidden_pre_activation", "$x W + b$ here, and its $W^2_{kj}$ is our $W^2_{jk}$", True),
    ("hidden_pre_activation", "$h^a$ is `pre_activations[0]` and $h^s$ is `activations[0]`", True),
    ("hidden_pre_activation", "Indices in formulas count from 1, those in the code from 0.", True),
    ("momentum_unrolled", "the second the parameter: $g_{2,5}$ is that of parameter 5 at step 2.", True),
    ("equal_units", "with unit 1 copied over hidden layer 1", True),
    (
        "chain_of_layers",
        "where these are small, little of it arrives at the inputs; where they are large, a lot",
        True,
    ),
    ("variance_backward", "In a wide layer each weight changes them only a little.", True),
]


@pytest.mark.parametrize(
    ("key", "words", "is_true"), NOTES, ids=[f"{note[0]}-{note[1][:24]}" for note in NOTES]
)
def test_what_a_note_says_is_true(key, words, is_true):
    assert words in steps_of(RELU)[key].note
    assert is_true


@pytest.mark.parametrize(("K", "said"), [(1, "and its one example."), (2, "all 2 examples.")])
def test_the_examples_of_the_copied_network_are_counted(K, said):
    assert f"copied over hidden layer 1, {said} A step" in steps_of(Problem(K=K))["equal_units"].note


UNNUMBERED = re.compile(r"h\^\{?[as](?!,)|h[ᵃˢ]")  # a hidden layer's symbol, without the layer's number


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_with_several_hidden_layers_every_symbol_of_a_hidden_layer_names_its_layer(depth):
    """All steps are read: their lines, notes, claims, and the symbol of an entry."""
    found = {}
    for key, step in steps_of(Problem(hidden_layer_sizes=(2,) * depth)).items():
        said = [text for line in step.lines for text in (line.latex, line.numbers)]
        said += [step.note, *(claim.what for claim in step.claims.values())]
        said += [step.symbol((0, 0))] if step.symbol and key == "variance_backward" else []
        found[key] = UNNUMBERED.findall(" ".join(said))
    assert any(found.values()) == (depth == 1)
    assert depth > 1 or found["variance_backward"]


@pytest.mark.parametrize(
    ("sizes", "who"),
    [((3,), "Every unit of the hidden layer"), ((3, 2), "Every unit of the first hidden layer")],
)
def test_the_units_that_receive_every_input_are_those_of_the_first_hidden_layer(sizes, who):
    assert steps_of(Problem(hidden_layer_sizes=sizes))["inputs"].note.startswith(
        f"{who} receives every input"
    )


def test_the_convention_names_the_first_hidden_layer_as_the_page_does():
    for sizes, z, a in (((3,), "h^a", "h^s"), ((3, 2), "h^{a,1}", "h^{s,1}")):
        note = steps_of(Problem(hidden_layer_sizes=sizes))["hidden_pre_activation"].note
        assert f"${z}$ is `pre_activations[0]` and ${a}$ is `activations[0]`" in note
