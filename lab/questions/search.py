"""The questions of the sweeps."""

from lab.links.sweep_plan import GRID, RANDOM
from lab.questions.preset import Preset

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
