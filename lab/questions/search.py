"""The questions of the sweeps, and the searches that published coursework made by hand."""

from lab.links.sweep_plan import GRID, NONE, ONE, RANDOM
from lab.questions.preset import Preset


def _along(field, values):
    """Return the changes that make a field the only axis of a sweep."""
    return {"axis1": field, "values1": values, "axis2": NONE, "values2": ""}


TWICE_DIVIDED = {
    "name": "mnist",
    "scaling": "unit_twice",
    "split": "5000/1000/1000",
    "hidden_layer_sizes": (500, 300),
    "batch_size": 100,
    "shuffle": False,
    "epochs": 5,
    "seeds": 2,
}
SWEEPS = (
    Preset("How large may the learning rate be?", {}, "Which end of the range fails first, and how?"),
    Preset(
        "Does depth help on a spiral?",
        {
            "name": "spirals",
            "design": GRID,
            "axis1": "hidden_layer_sizes",
            "values1": "16 / 16,16 / 16,16,16",
            "axis2": "optimizer",
            "values2": "sgd / momentum / adam",
            "learning_rate": 0.01,
            "epochs": 50,
        },
        "More layers, or a better optimizer: which of the two matters more?",
    ),
    Preset(
        "Can five seeds tell these settings apart?",
        {
            "noise": 0.3,
            "n_samples": 300,
            "axis1": "activation",
            "values1": "relu / tanh / sigmoid / gelu",
            "axis2": "initializer",
            "values2": "glorot_uniform / he_normal / orthogonal",
        },
        "Twelve combinations, five seeds each. Which field can be shown to matter?",
    ),
    Preset(
        "What would a random search have found?",
        {
            "design": RANDOM,
            "draws": 40,
            "axis1": "learning_rate",
            "values1": "0.001 to 3 log",
            "axis2": "l2",
            "values2": "0.00001 to 0.1 log",
            "axis3": "hidden_layer_sizes",
            "values3": "4 / 16 / 8,8 / 16,16",
        },
        "Forty draws instead of a grid of hundreds. What do you lose?",
    ),
)
PUBLISHED = (
    Preset(
        "A: batch size 50, 100, 150 or 500",
        TWICE_DIVIDED | _along("batch_size", "50 / 100 / 150 / 500"),
        "5,000 images and 5 epochs here; published with 50,000.",
    ),
    Preset(
        "A: learning rate 0.1, 0.01 or 0.001",
        TWICE_DIVIDED | _along("learning_rate", "0.1 / 0.01 / 0.001"),
        "Pixels divided by 255 twice: is any of them large enough?",
    ),
    Preset(
        "A: 30, 50, 80 or 100 epochs",
        TWICE_DIVIDED | {"split": "1000/500/500"} | _along("epochs", "30 / 50 / 80 / 100"),
        "1,000 images here. When does the loss leave its plateau?",
    ),
    Preset(
        "A: the sizes of the hidden layers, 0.5 to 1 million parameters",
        TWICE_DIVIDED
        | _along("hidden_layer_sizes", "500,200 / 500,300 / 600,300 / 800,200 / 800,300 / 1000,300")
        | {"least": 500_000, "most": 1_000_000},
        "Which of them are outside of the budget?",
    ),
    Preset(
        "B: a random search for learning rate and weight decay",
        {
            "name": "mnist",
            "scaling": "none",
            "split": "2000/1000/1000",
            "hidden_layer_sizes": (512, 512),
            "batch_size": 100,
            "shuffle": False,
            "epochs": 3,
            "seeds": 1,
            "design": RANDOM,
            "draws": 20,
            "axis1": "learning_rate",
            "values1": "0.0001 to 0.01 log",
            "axis2": "l2",
            "values2": "0.0005 to 50 log",
        },
        "It drew η = 10^U(-2, 0) and weight decay 10^U(-5, 0); averaged twice over batches of 100, that is "
        "η/100 and 50 times the decay here. 20 draws of 2,000 images; it made 100 of 48,000.",
    ),
    Preset(
        "C: λ between 0.0001 and 0.001, triangular learning rate",
        {
            "name": "cifar10",
            "scaling": "standard",
            "split": "5000/1000/1000",
            "hidden_layer_sizes": (50,),
            "initializer": "lecun_normal",
            "schedule": "triangular",
            "learning_rate": 0.1,
            "learning_rate_min": 0.0001,
            "cycle_steps": 100,
            "batch_size": 100,
            "epochs": 8,
            "seeds": 1,
            "design": RANDOM,
            "draws": 10,
            **_along("l2", "0.0001 to 0.001 log"),
        },
        "Ten values of λ. Can their differences be told from luck? (5,000 images here; published: 40,000.)",
    ),
    Preset(
        "D: two learning rates for sigmoids",
        {
            "name": "mnist",
            "scaling": "unit",
            "split": "2000/500/1000",
            "hidden_layer_sizes": (100, 100),
            "activation": "sigmoid",
            "use_bias": False,
            "initializer": "normal",
            "loss": "sigmoid_squared_error",
            "optimizer": "one_step_momentum",
            "momentum": 0.01,
            "batch_size": 50,
            "shuffle": False,
            "epochs": 20,
            "design": ONE,
            **_along("learning_rate", "0.5 / 0.05"),
        },
        "Its η = 0.01 and 0.001, summed over batches of 50, are 0.5 and 0.05 here.",
    ),
)
