"""The numbers that a question states are those of the experiment that its link opens."""

import pytest

from lab.bugs import DETECTORS
from lab.derivation.chapters.other_losses import WRONG
from lab.links.fields import DEFAULT_SEEDS
from lab.links.pages import PAGES
from lab.questions import learn, search, verify
from lab.questions.answer import setups
from lab.questions.derive import DERIVATION

QUESTIONS = {
    "decision_boundary": learn.DECISION_BOUNDARY,
    "derivation": DERIVATION,
    "initialization": learn.INITIALIZATION,
    "optimization": learn.OPTIMIZATION,
    "gradient_check": verify.GRADIENT_CHECK,
    "bug_lab": verify.BUG_LAB,
    "sweeps": search.SWEEPS,
}
DEFAULT_RATE = PAGES["decision_boundary"].defaults["learning_rate"]


def n_parameters(d, *widths):
    return sum(above * (below + 1) for below, above in zip((d, *widths), widths, strict=False))


def parts(text):
    return [part.strip() for part in text.split("/")]


STATED = [  # page, beginning of the question, words in it or below it, whether its values are such
    ("decision_boundary", "3, 20 or 128", "3, 20 or 128", lambda v: parts(v["values"]) == ["3", "20", "128"]),
    (
        "decision_boundary",
        "3, 20 or 128",
        "Three units cut the plane with three",
        lambda v: parts(v["values"])[0] == "3",
    ),
    ("decision_boundary", "2, 10 or 30", "2, 10 or 30", lambda v: parts(v["values"]) == ["2", "10", "30"]),
    (
        "decision_boundary",
        "2, 10 or 30",
        "After 10 epochs the inner ring is enclosed. What do 20 more",
        lambda v: [int(text) for text in parts(v["values"])[1:]] == [10, 10 + 20],
    ),
    (
        "decision_boundary",
        "What does one hidden unit",
        "one hidden unit",
        lambda v: v["hidden_layer_sizes"] == (1,),
    ),
    ("decision_boundary", "Where do five", "five networks", lambda v: len(setups(v)[0].configs()) == 5),
    (
        "decision_boundary",
        "Can it follow",
        "Two layers of sixteen units: how many of five random starts",
        lambda v: v["hidden_layer_sizes"] == (16,) * 2 and len(setups(v)[0].configs()) == 5,
    ),
    (
        "decision_boundary",
        "What does a hundred times",
        "Each step is a hundred times as long as usual",
        lambda v: v["learning_rate"] == 100 * DEFAULT_RATE,
    ),
    (
        "decision_boundary",
        "Would two hidden",
        "Two units cut the plane with two lines.",
        lambda v: v["hidden_layer_sizes"] == (2,),
    ),
    ("decision_boundary", "Would the same", "the loss after a hundred epochs", lambda v: v["epochs"] == 100),
    (
        "derivation",
        "Why is it a matrix",
        "A minibatch of 5 examples, 3 hidden units, 2 classes.",
        lambda v: (v["K"], v["d_h"], v["m"]) == (5, 3, 2),
    ),
    ("derivation", "Three hidden layers", "Three hidden layers", lambda v: v["depth"] == 3),
    ("derivation", "Why does squared", "A logit is 8 where it should be low", lambda v: WRONG.max() == 8),
    (
        "initialization",
        "What happens over thirty",
        "halves the variance. What is left of it after thirty?",
        lambda v: len(v["hidden_layer_sizes"]) == 30,
    ),
    ("initialization", "Does tanh want", "over ten layers", lambda v: len(v["hidden_layer_sizes"]) == 10),
    (
        "initialization",
        "Why did deep",
        "how much of the gradient of layer 10 is left in layer 1",
        lambda v: len(v["hidden_layer_sizes"]) == 10 and v["activation"] == "sigmoid",
    ),
    (
        "initialization",
        "Which start reads",
        "Two layers are not deep. How many of the five starts",
        lambda v: (len(v["hidden_layer_sizes"]), len(v["sets"])) == (2, 5),
    ),
    (
        "optimization",
        "Do five optimizers",
        "each of the other four",
        lambda v: len({"sgd", *v["paths"]}) == 5,
    ),
    (
        "optimization",
        "Does a learning rate of 3",
        "2/η is 0.67.",
        lambda v: f"{2 / v['learning_rate']:.2f}" == "0.67",
    ),
    (
        "optimization",
        "What does a random",
        "two random directions, in 114 dimensions",
        lambda v: n_parameters(2, *v["hidden_layer_sizes"], 2) == 114,
    ),
    ("optimization", "How much is a memory", "a thousand times as curved", lambda v: v["kappa"] == 1000),
    (
        "gradient_check",
        "ReLU",
        "A step of 0.01 sometimes moves a pre-activation past 0. For how many of 114",
        lambda v: v["h"] == "0.01" and n_parameters(2, *v["hidden_layer_sizes"], 2) == 114,
    ),
    ("gradient_check", "What does float32", "h = 1e-5 is right for float64.", lambda v: v["h"] == "1e-5"),
    ("gradient_check", "B: ten weights", "ten weights of W²", lambda v: v["which"] == "W²[0, :10]"),
    ("gradient_check", "C: h = 1", "h = 1 and", lambda v: v["h"] == "1"),
    (
        "gradient_check",
        "E: 24 pairs",
        "24 pairs of eight digits, λ = 0.001",
        lambda v: 2 * n_parameters(2, *v["hidden_layer_sizes"], 2) == 24 and v["l1"] == v["l2"] == 0.001,
    ),
    (
        "gradient_check",
        "E: an epoch",
        "784-64-10, batches of 20.",
        lambda v: (v["hidden_layer_sizes"], v["batch_size"]) == ((64,), 20),
    ),
    ("gradient_check", "And after 50", "And after 50 epochs?", lambda v: v["epochs"] == 50),
    ("gradient_check", "Can differences", "A step of 1e-20", lambda v: v["h"] == "1e-20"),
    (
        "gradient_check",
        "A network that reads",
        "The network has 50,890 parameters.",
        lambda v: n_parameters(784, *v["hidden_layer_sizes"], 10) == 50_890,
    ),
    (
        "gradient_check",
        "A million",
        "A million parameters",
        lambda v: 1_000_000 < n_parameters(2, *v["hidden_layer_sizes"], 2) < 1_010_000,
    ),
    ("bug_lab", "Does a missing", "any of the ten tests", lambda v: len(DETECTORS) == 10 and v["l2"] == 0),
    (
        "sweeps",
        "How large",
        "Six rates from 0.01 to 3, each with four penalties.",
        lambda v: (
            (
                len(parts(v["values1"])),
                parts(v["values1"])[0],
                parts(v["values1"])[-1],
                len(parts(v["values2"])),
            )
            == (6, "0.01", "3", 4)
        ),
    ),
    (
        "sweeps",
        "Can five seeds",
        "Twelve combinations, five seeds each.",
        lambda v: (
            len(parts(v["values1"])) * len(parts(v["values2"])) == 12 and v.get("seeds", DEFAULT_SEEDS) == 5
        ),
    ),
    ("sweeps", "What would a random", "Forty draws", lambda v: v["draws"] == 40),
]


@pytest.mark.parametrize(
    ("page", "beginning", "words", "is_so"), STATED, ids=[f"{one[1]}-{one[2][:20]}" for one in STATED]
)
def test_a_number_in_a_question_is_that_of_its_experiment(page, beginning, words, is_so):
    (question,) = [one for one in QUESTIONS[page] if one.question.startswith(beginning)]
    assert words in f"{question.question} {question.predict}"
    assert is_so(PAGES[page].defaults | PAGES[page].view | question.changes)
