"""Every part of the five courseworks, and the link that opens it here."""

import functools
from typing import NamedTuple

from lab.derivation import Problem
from lab.links.pages import PAGES
from lab.published import coursework_a, coursework_b, systems
from lab.published.replay import IN_FILE_ORDER
from lab.questions import learn, preset, search, verify
from lab.questions.preset import Preset

DERIVATION, BOUNDARY, BUGS, CHECK = "derivation", "decision_boundary", "bug_lab", "gradient_check"
START, SWEEPS = "initialization", "sweeps"

A_FINAL = coursework_a.TWICE_DIVIDED | {
    "hidden_layer_sizes": (500, 300),
    "learning_rate": 0.1,
    "batch_size": 50,
    "epochs": 80,
    "sets": ["glorot_uniform"],
    **IN_FILE_ORDER,
}
DEEPER = coursework_b.THREE_STARTS.changes | {
    "hidden_layer_sizes": (512, 256, 128),
    "sets": ["glorot_uniform"],
}
# (letter, part, page, what opens it: the beginning of a question, or the changes of an
# experiment, a bug included, or the key of a step of the derivation)
TABLE = (
    ("A", "MNIST, 50,000 and 10,000 images, pixels divided twice", START, "A: zeros, N(0, 1)"),
    ("A", "Zeros, N(0, 1) or Glorot: 500-300, ten epochs", START, "A: zeros, N(0, 1)"),
    ("A", "500-200 for 100 epochs, published with 0.7943", START, "A: 500 and 200 units"),
    ("A", "500-300 for 100 epochs, published with 0.6615", START, "A: 500 and 300 units"),
    ("A", "800-200 for 100 epochs, published with 0.8416", START, "A: 800 and 200 units"),
    ("A", "Sizes of both layers, 0.5 to 1 million parameters", SWEEPS, "A: 500 or 800 units"),
    ("A", "500, 600, 800 or 1,000 units, then 300", SWEEPS, "A: 500, 600, 800"),
    ("A", "Batch size: 50, 100, 150 or 500", SWEEPS, "A: batch size"),
    ("A", "Learning rate: 0.1, 0.01 or 0.001", SWEEPS, "A: learning rate"),
    ("A", "Epochs: 30, 50, 80 or 100", SWEEPS, "A: 30, 50, 80"),
    (
        "A",
        "Batch size, with the pixels divided once",
        SWEEPS,
        "A: batch size 50, 100, 150 or 500, repaired",
    ),
    (
        "A",
        "Learning rate, with the pixels divided once",
        SWEEPS,
        "A: learning rate 0.1, 0.01 or 0.001, rep",
    ),
    ("A", "Epochs, with the pixels divided once", SWEEPS, "A: 30, 50, 80 or 100 epochs, repaired"),
    ("A", "Losses by epoch, final accuracy by value, small multiples", SWEEPS, "A: batch size"),
    ("A", "The final training: 500-300, batches of 50, 80 epochs; the test set", START, A_FINAL),
    ("A", "Forward and backward for one example and for a minibatch", DERIVATION, "batch_outer"),
    ("A", "Finite differences of ten weights, N = k·10ⁱ", CHECK, "A: the five N"),
    ("A", "Pixels divided by 255 twice", BUGS, "What do pixels divided"),
    ("A", "The last minibatch's loss as the epoch's", BUGS, {"bug": "last minibatch"}),
    ("B", "MNIST, 48,000 and 12,000 images, raw pixels", START, "B: N(0, 1)"),
    ("B", "N(0, 1), Glorot or zeros: 512-512, four figures by epoch", START, "B: N(0, 1), Glorot"),
    ("B", "600-250 with weight decay, published with 0.9712", START, "B: the network that found 97%"),
    ("B", "N(0, 0.001²): 512-512, published with 0.9738", START, "B: N(0, 0.001²)"),
    ("B", "Any number of hidden layers", START, DEEPER),
    ("B", "A random search for learning rate and weight decay", SWEEPS, "B: a random search"),
    (
        "B",
        "Loss and accuracy, training and validation, side by side",
        START,
        "B: the network that found 97%",
    ),
    ("B", "Weights saved (Export) and opened again", START, "B: the network that found 97%"),
    ("B", "W²[0, :10] for one example, N = 1 … 24", CHECK, "B: ten weights of W²"),
    ("B", "A check with steps of 1/N", BUGS, {"bug": "coarse check"}),
    ("B", "The gradient averaged over the batch twice", BUGS, {"bug": "mean taken twice"}),
    ("C", "CIFAR-10, 40,000 images, validated on batch 2", START, "C: 24 epochs"),
    ("C", "24 epochs with n_s = 80,000", START, "C: 24 epochs"),
    ("C", "30 epochs with n_s = 800", START, "C: 30 epochs"),
    ("C", "24 epochs with its slip", START, "C: 24 epochs with n_s = 80,000, and"),
    ("C", "30 epochs with its slip", START, "C: 30 epochs with n_s = 800, and"),
    ("C", "Cost, loss and accuracy by epoch, learning rate by step", START, "C: 30 epochs"),
    ("C", "The schedule that multiplies by 2", BUGS, {"bug": "sawtooth", "name": "linear"}),
    ("C", "Ten values of λ: 10^(-4 + i/10)", SWEEPS, "C: ten values of λ"),
    ("C", "A check with h = 1 and difference > 1e-7", CHECK, "C: h = 1"),
    ("C", "Each file standardised by itself", BUGS, {"bug": "own statistics"}),
    ("D", "MNIST, 60,000 and 10,000 images, batches of 50 in file order", START, "D: sigmoids everywhere"),
    ("D", "η = 0.01 for 100 epochs, published with 0.9424", START, "D: sigmoids everywhere"),
    ("D", "η = 0.001 for 100 epochs, published with 0.9145", START, "D: the same, η = 0.001"),
    ("D", "η = 0.01 for 50 epochs, published with 0.9403", START, "D: the same, η = 0.01, 50"),
    ("D", "Two learning rates, each with α = η", SWEEPS, "D: two learning rates"),
    ("D", "Ten outputs for one test image", START, "D: sigmoids everywhere"),
    ("D", "The gradient of Σ(y − ŷ)² through a sigmoid", DERIVATION, ("stall", "sigmoid_squared_error")),
    ("D", "The slope at a rounded z", BUGS, "Which layers does a rounded z"),
    (
        "D",
        "The cross-entropy reported, the squared error minimised",
        BUGS,
        {"bug": "squared error differentiated"},
    ),
    ("D", "Training pixels scaled by their position in the batch", BUGS, {"bug": "scaled by place"}),
    ("D", "Test images that are not scaled", BUGS, {"bug": "test set forgotten", "name": "mnist"}),
    ("D", "100% from two images", BUGS, {"bug": "two images"}),
    ("E", "Nine identities of functions of one variable", DERIVATION, "sigmoid_tanh"),
    ("E", "Pre-activations, softmax and loss (steps 1 to 4)", DERIVATION, "hidden_pre_activation"),
    ("E", "Empirical risk and gradient descent (steps 5 and 6)", DERIVATION, "empirical_risk"),
    ("E", "∂L/∂o, and its line of NumPy (steps 7 and 8)", DERIVATION, "output_delta"),
    ("E", "∂L/∂W² and ∂L/∂b² (steps 9 and 10)", DERIVATION, "output_weights"),
    ("E", "∂L/∂h, before and after ReLU (steps 11 to 14)", DERIVATION, "hidden_output"),
    ("E", "∂L/∂W¹ and ∂L/∂b¹ (steps 15 and 16)", DERIVATION, "hidden_weights"),
    ("E", "∂L/∂x, with the sum it dropped (step 17)", DERIVATION, "inputs"),
    ("E", "The elastic net (step 18)", DERIVATION, "elastic_net"),
    ("E", "Two circles of 1,100 points, 70/15/15, standardised", BOUNDARY, {}),
    ("E", "Boundaries of 3, 20 and 128 hidden units", BOUNDARY, "3, 20 or 128"),
    ("E", "Boundaries after 2, 10 and 30 epochs", BOUNDARY, "2, 10 or 30"),
    ("E", "Boundaries with weight decay 1e-4, 1e-3 and 3e-3", BOUNDARY, "How much weight decay"),
    ("E", "24 derivatives next to numerical ones, λ = 0.001", CHECK, "E: 24 pairs"),
    ("E", "Loop and matrices, K = 1 and K = 10", CHECK, "E: 24 pairs"),
    ("E", "An epoch by loops and by matrices", CHECK, "E: an epoch"),
    ("E", "Fashion-MNIST: 784-64-10, 30 epochs", START, "E: Fashion-MNIST"),
    ("E", "The constant in the logarithm", BUGS, "The network reaches its accuracy"),
)


class Part(NamedTuple):
    """A part of a coursework: its letter, what it is, the page that has it, and the query that opens it."""

    letter: str
    part: str
    page: str
    query: dict


@functools.cache
def parts():
    """Return the Parts of all courseworks, in the order of their letters."""
    return tuple(Part(letter, part, page, _query(page, opens)) for letter, part, page, opens in TABLE)


def _query(page, opens):
    if page == DERIVATION:
        key, loss = opens if isinstance(opens, tuple) else (opens, Problem().loss)
        return {"step": key} | ({"loss": loss} if loss != Problem().loss else {})
    question = Preset("", opens, "") if isinstance(opens, dict) else named(page, opens)
    return preset.query(question, PAGES[page].defaults)


def named(page, beginning):
    """Return the first question of a page that begins with this text."""
    questions = {
        START: (*systems.REPLAYS, *learn.INITIALIZATION),
        SWEEPS: (*systems.SEARCHES, *search.SWEEPS),
        CHECK: verify.GRADIENT_CHECK,
        BOUNDARY: learn.DECISION_BOUNDARY,
        BUGS: verify.BUG_LAB,
    }[page]
    return next(question for question in questions if question.question.startswith(beginning))
