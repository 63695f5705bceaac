"""Questions of the decision-boundary page, each an experiment to start from."""

from lab.questions.preset import Preset

COURSEWORK = {  # a two-layer network on the circles, as published in a course's solutions
    "hidden_layer_sizes": (128,),
    "epochs": 30,
    "batch_size": 16,
    "learning_rate": 0.5,
    "schedule": "inverse_epoch",
    "l1": 1e-4,
    "l2": 1e-4,
    "initializer": "uniform_fan_out",
}


def _compare(field, values):
    return {"mode": "Compare", "compare": field, "values": values}


BOUNDARY = (
    Preset(
        "3, 20 or 128 hidden units?",
        COURSEWORK | _compare("hidden_layer_sizes", "3 / 20 / 128"),
        "Three units cut the plane with three lines. Is that enough to enclose a disc?",
    ),
    Preset(
        "2, 10 or 30 epochs?",
        COURSEWORK | _compare("epochs", "2 / 10 / 30"),
        "What is left to learn once the inner ring is enclosed?",
    ),
    Preset(
        "How much weight decay?",
        COURSEWORK | _compare("l1 and l2", "0.0001 / 0.001 / 0.003"),
        "Will the line itself move, or only the confidence on either side?",
    ),
    Preset(
        "What does one hidden unit draw?",
        {"hidden_layer_sizes": (1,)},
        "How many straight pieces can the boundary have?",
    ),
    Preset(
        "Where do five networks disagree?",
        {"name": "moons", "noise": 0.25, "view": "disagreement"},
        "Near the points, far from them, or along the line?",
    ),
    Preset(
        "Can it follow a spiral?",
        {
            "name": "spirals",
            "hidden_layer_sizes": (16, 16),
            "optimizer": "adam",
            "learning_rate": 0.01,
            "epochs": 100,
        },
        "Two layers of sixteen units: enough for three arms?",
    ),
    Preset(
        "What if all weights start at zero?",
        {"initializer": "zeros", "activation": "tanh"},
        "What could tell one hidden unit from the next?",
    ),
    Preset(
        "Which rate is too high?",
        {"learning_rate": 10.0},
        "A hundred times the usual step: slower, faster, or lost?",
    ),
)
