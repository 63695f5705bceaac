"""What a question away from the page states: the network that it is about, and no other."""

import re

import pytest
from derived import ONE_EACH, PER_LAYER, PROBLEMS, asked, steps_of
from latex_symbols import indices, symbols

from lab.derivation import Problem, given
from lab.derivation.deck import front
from lab.derivation.sheet import sheet

DEFAULT = Problem()
OTHER_WEIGHTS = {
    "zeros_equal": "Take this network after 5 steps from zeros. Is ",
    "equal_units": "Take this network with unit 1 copied over hidden layer 1. Given ",
}


@pytest.mark.parametrize("key", OTHER_WEIGHTS)
def test_a_question_about_other_weights_says_which_and_is_not_given_the_networks(key):
    for ask in (ask for ask in steps_of(DEFAULT)[key].asks if ask.kind in ("sign", "number")):
        assert ask.prompt.startswith(OTHER_WEIGHTS[key])
        (examples,) = given.formulas(DEFAULT, steps_of(DEFAULT)[key], ask)
        assert examples.startswith("X = ")
        assert r"\[W^{1}" not in front(DEFAULT, steps_of(DEFAULT)[key], ask)


def test_a_question_about_the_network_is_given_every_layer():
    step = steps_of(DEFAULT)["hidden_pre_activation"]
    formulas = {ask.kind: given.formulas(DEFAULT, step, ask) for ask in step.asks}
    assert [one[:5] for one in formulas["number"]] == ["X = \\", "W^{1}", "W^{2}"]
    assert formulas["shape"] == formulas["rule"] == []


@pytest.mark.parametrize(
    ("key", "loss"),
    [
        ("output_delta", "softmax with cross-entropy"),
        ("sigmoid_squared_error.delta", "sigmoid with squared error"),
        ("sigmoid_cross_entropy.delta", "sigmoid with cross-entropy"),
    ],
)
def test_the_loss_is_that_of_the_step(key, loss):
    step = steps_of(DEFAULT)[key]
    for ask in (ask for ask in step.asks if ask.kind in given.WITH_NUMBERS):
        assert f"; {loss}; " in given.sentence(DEFAULT, step, ask)
        assert f"; {loss}; " in front(DEFAULT, step, ask)


def test_the_mean_loss_and_the_objective_are_defined_where_they_are_named_and_nowhere_else():
    seen = set()
    for problem in PROBLEMS[:6]:
        for step, ask in asked(problem):
            said = given.sentence(problem, step, ask)
            named = r"\hat R" in ask.prompt or "J" in ask.prompt
            if said:
                assert (r"$\hat R$ is the mean loss of all examples, $J = \hat R + " in said) == named
                seen.add(named)
    assert seen == {True, False}


U = r"$u(z) = \sqrt{2/\pi}\,(z + 0.044715\, z^3)$"
SIGMA = r"$\sigma(x) = 1 / (1 + e^{-x})$"


@pytest.mark.parametrize(
    ("activation", "loss", "defined"),
    [
        ("relu", "softmax_cross_entropy", []),
        ("softplus", "softmax_cross_entropy", []),
        ("gelu", "softmax_cross_entropy", [U]),
        ("sigmoid", "softmax_cross_entropy", [SIGMA]),
        ("sigmoid", "sigmoid_squared_error", [SIGMA]),
        ("tanh", "sigmoid_cross_entropy", [SIGMA]),
        ("gelu", "sigmoid_squared_error", [U, SIGMA]),
    ],
)
def test_a_function_that_the_networks_formulas_use_is_defined_where_they_are(activation, loss, defined):
    problem = Problem(activation=activation, loss=loss)
    step = steps_of(problem)["hidden_activation"]
    (number,) = (ask for ask in step.asks if ask.kind == "number")
    head = sheet(problem, [step])[0].partition("There ")[0]
    for text in (given.sentence(problem, step, number), front(problem, step, number), head):
        plain = text.replace(r"\(", "$").replace(r"\)", "$")
        assert [one for one in (U, SIGMA) if one in plain] == defined
        assert plain.count(r"\sigma(x)") == defined.count(SIGMA)


SOFTPLUS = r"$\operatorname{softplus}(x) = \ln(1 + e^{x})$"


def test_no_question_defines_the_same_twice():
    """Nor in two sentences that begin with Here: that of the card, and that of the question."""
    n_asked = 0
    for problem in (DEFAULT, Problem(activation="sigmoid", loss="sigmoid_cross_entropy")):
        for step, ask in asked(problem):
            prompt = ask.prompt.partition("The line before it ")[0]
            card = f"{given.sentence(problem, step, ask)} {prompt}"
            for one in (SIGMA, SOFTPLUS, r"\sqrt{2/\pi}\,(x + 0.044715\, x^3)", r"$\delta = \partial L"):
                assert card.count(one) <= 1, (step.key, ask.kind, one)
            if ask.kind == "shape":
                assert card.count("Here ") <= 1, step.key
            n_asked += 1
    assert n_asked > 100


def test_what_a_shape_question_introduces_is_introduced_there_alone():
    step = steps_of(DEFAULT)["momentum_unrolled"]
    (shape,) = (ask for ask in step.asks if ask.kind == "shape")
    assert shape.prompt.startswith("Here $v_t$ is the velocity and $g_t$ the gradient")
    assert "g_t" not in given.sentence(DEFAULT, step, shape)
    (number,) = (ask for ask in step.asks if ask.kind == "number")
    assert r"$v_t = \mu\, v_{t-1} + g_t$" in given.sentence(DEFAULT, step, number)


IN_CALCULUS = {"d", "dx", "dz", "nfty"}  # of a derivative, an integral and its end


@pytest.mark.slow
@pytest.mark.parametrize(
    "problem", [DEFAULT, Problem(K=1, seed=4), PER_LAYER, *ONE_EACH[::2]], ids=lambda problem: problem.seed
)
def test_every_symbol_of_a_question_is_introduced_on_its_card(problem):
    unknown = {}
    for step, ask in asked(problem):
        told = given.sentence(problem, step, ask)
        formulas = " ".join(f"${one}$" for one in given.formulas(problem, step, ask))
        inside = " ".join(re.findall(r"Given .*?\$\.|Here .*", ask.prompt))
        question = f"{ask.prompt} {' '.join(ask.choices or ())}"
        new = symbols(question) - symbols(f"{told} {formulas} {inside}") - indices(question) - IN_CALCULUS
        if new - {"x"} or (new and step.chapter != given.FUNCTIONS):
            unknown[step.key, ask.kind] = new
        if re.search(r"\bK\b", question):
            assert f"$K = {problem.K}$ example" in told
        assert told in as_one_line(front(problem, step, ask))
    assert not unknown


def as_one_line(card):
    """The Markdown that a card's HTML was made of."""
    for html, markdown in ((r"\(", "$"), (r"\)", "$"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        card = card.replace(html, markdown)
    return card


def test_the_notation_says_what_its_comes_after():
    step = steps_of(DEFAULT)["hidden_pre_activation"]
    number = next(ask for ask in step.asks if ask.kind == "number")
    said = given.sentence(DEFAULT, step, number).replace("{", "").replace("}", "")
    assert said.partition("Notation: ")[2] == (
        "$x$, one example, a row of $d$ inputs; $W^1$, weights of the hidden layer; $b^1$, its biases, one "
        "for each unit; $h^a$, its pre-activation, $x\\, W^1 + b^1$."
    )


@pytest.mark.parametrize("key", ["momentum_unrolled", "momentum_constant", "adam_moments"])
def test_an_entry_of_a_gradient_has_the_step_and_the_parameter_as_indices_also_if_it_is_constant(key):
    step = steps_of(DEFAULT)[key]
    for ask in (ask for ask in step.asks if ask.kind in ("sign", "number")):
        told = f"{given.sentence(DEFAULT, step, ask)} {ask.prompt}"
        parameter = re.search(r"[vm]_\{\d+,(\d+)\}", ask.prompt)[1]
        indices = re.findall(r"\bg_(\{[^}]*\}|\w)", told)
        assert set(indices) <= {"t"} | {f"{{{step},{parameter}}}" for step in "t1234"}


def test_the_mean_square_of_a_layer_is_shown_with_its_premises():
    step = steps_of(DEFAULT)["second_moment"]
    (task,) = (one for one in sheet(DEFAULT, [step])[0].split("\n\n") if one.startswith("**1. "))
    # E[(Σ W f(z) + b)²] = n σ² E[f(z)²] only without b, and E[f(z)²] = c only if z ~ N(0, 1)
    assert r"Biases are 0, and every $z^l_i \sim \mathcal{N}(0, 1)$." in task
