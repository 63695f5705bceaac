"""What is said of wrong answers where the loss or its output is not one of the lab's own."""

import re

import other_losses
import pytest

from lab.derivation import Problem, derive
from lab.derivation.mistakes import Asked
from mlp.losses import LOSSES

OTHERS = other_losses.NAMES
AT_THE_OUTPUT = ("output", "loss", "delta")
PROBABILITIES = re.compile(r"probabilit|between 0 and 1|exponential|e\^\{o\}|softmax|certain|1 - o\^s")
CROSS_ENTROPY = re.compile(r"cross-entropy|logarithm|entry of the right class is negative|exactly 0 or 1")


@pytest.fixture(autouse=True)
def registered():
    with other_losses.registered():
        yield


def asked_of(loss, activation="tanh", seeds=(1, 3, 4, 5)):
    """Yield (Asked, Question) for each question about this loss, its output and its δ."""
    for seed in seeds:
        problem = Problem(activation=activation, loss=loss, seed=seed, m=3)
        for step in derive(problem):
            asked = Asked(problem, step)
            if asked.loss is LOSSES[loss] and asked.topic in AT_THE_OUTPUT:
                for question in step.asks:
                    if question.kind != "rule":  # a rule of another loss may be the wrong one
                        yield asked, question


def sentences(question):
    return [*(one.why for one in question.wrong), re.sub(r"\$[^$]*\$", "", question.more)]


@pytest.mark.slow
@pytest.mark.parametrize("loss", OTHERS)
def test_no_reason_says_what_is_true_of_the_cross_entropy_or_of_probabilities_alone(loss):
    told = [text for _, question in asked_of(loss) for text in sentences(question)]
    assert len(told) > 50
    assert not [text for text in told if CROSS_ENTROPY.search(text)]
    if loss != "squared_softmax":  # its outputs are probabilities
        assert not [text for text in told if PROBABILITIES.search(text)]


@pytest.mark.slow
@pytest.mark.parametrize("loss", OTHERS)
def test_target_minus_output_and_the_2_are_named_where_delta_has_them(loss):
    behind = {one.key: one.why for _, question in asked_of(loss) for one in question.wrong}
    assert "you took target minus output" in behind["target_minus_output"]
    assert ("two_of_the_square_forgotten" in behind) == (loss != "half_squares")
    assert ("target_forgotten" in behind) == (loss == "half_squares")
    assert not {"output_slope_once_more", "output_slope_at_the_logit", "sign_of_the_target"} & set(behind)


@pytest.mark.slow
def test_what_is_said_of_a_sign_is_true_of_outputs_on_both_sides_of_0():
    reasons = {}
    for loss in OTHERS[1:]:
        for asked, question in asked_of(loss, seeds=range(12)):
            if question.kind == "sign" and asked.topic == "output":
                reasons.setdefault(question.answer, set()).update(
                    (one.answer, one.why) for one in question.wrong
                )
    assert set(reasons) == {"positive", "negative"}
    for told in reasons.values():
        assert ("0", "At these logits the output is not 0.") in told


def test_a_loss_of_another_formula_has_no_sentence_about_where_it_is_0():
    told = {why for _, question in asked_of("half_squares") for why in sentences(question)}
    assert "At this output and this target the loss is not 0." in told
    assert not [why for why in told if why.startswith("A loss is 0 where")]
    squares = {why for _, question in asked_of("squashed_squares") for why in sentences(question)}
    assert "A loss is 0 where the output equals the target, and positive everywhere else." in squares


@pytest.mark.slow
def test_the_lab_s_own_losses_are_still_explained_in_their_own_words():
    told = {
        loss: {why for _, question in asked_of(loss) for why in sentences(question)}
        for loss in ("softmax_cross_entropy", "sigmoid_cross_entropy", "sigmoid_squared_error")
    }
    for loss, texts in told.items():
        assert "An output is made of exponentials, which are positive: it lies between 0 and 1." in texts
        assert (
            "You differentiated the squared error; the loss of this step is the cross-entropy." in texts
        ) == (loss != "sigmoid_squared_error")
        assert any("To check: the entry of the right class is negative" in text for text in texts)
