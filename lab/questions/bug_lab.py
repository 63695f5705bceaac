"""Bugs to start from: the question each answers."""

from lab.questions.preset import Preset

QUESTIONS = (
    Preset(
        "Which layers does a rounded z spoil?",
        {"bug": "slope at rounded", "activation": "sigmoid", "learning_rate": 1.0},
        "Which strips turn red: the first layers, the last, or all?",
    ),
    Preset(
        "The network reaches its accuracy. Is its loss right?",
        {"bug": "constant in log"},
        "Will a check at one step see a constant of a millionth?",
    ),
    Preset(
        "Can layers of one shape hide a reversed list?",
        {"bug": "last layer first", "name": "linear", "hidden_layer_sizes": (2, 2), "activation": "tanh"},
        "With other shapes the program stops. And here?",
    ),
    Preset(
        "Does a missing factor matter where there is no penalty?",
        {"bug": "factor two missing", "l2": 0.0},
        "Will any of the ten tests find it?",
    ),
    Preset(
        "What do pixels divided by 255 twice look like?",
        {"bug": "divided twice", "name": "mnist"},
        "How long will the loss keep to its plateau?",
    ),
    Preset(
        "All gradients are right. Is the step?",
        {"bug": "updated too early"},
        "Which test can see a step that is wrong though every gradient is right?",
    ),
)
