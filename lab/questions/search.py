"""The questions of the sweeps."""

from lab.links.sweep_plan import GRID, RANDOM, VIEW
from lab.questions import sweep_answers as sweep
from lab.questions.preset import Preset

SWEEPS = (
    Preset(
        "How large may the learning rate be?",
        {name: VIEW[name] for name in ("design", "axis1", "values1", "axis2", "values2", "axis3")},
        "Six rates from 0.01 to 3, each with four penalties. Which is the highest rate with a trial as "
        "good as the best, as far as five seeds can tell?",
        ("0.1 or less", "0.3", "1", "3"),
        sweep.largest_rate,
    ),
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
        "More layers, or a better optimizer: which of the two explains more of the differences?",
        ("The layers", "The optimizer", "Five seeds cannot tell"),
        sweep.depth_or_optimizer,
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
        ("The activation alone", "The initializer alone", "Both", "Neither"),
        sweep.which_is_shown,
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
        "Forty draws instead of a grid of hundreds. In a random order, how many of them are enough to come "
        "within one percentage point of the best, 19 times out of 20?",
        ("Up to 10", "11 to 20", "More than 20"),
        sweep.draws_needed,
    ),
)
