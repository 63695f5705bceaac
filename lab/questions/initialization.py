"""Experiments to start from: what each asks, and what it changes of the page's defaults."""

from lab.questions.preset import Preset

QUESTIONS = (
    Preset(
        "What happens over thirty layers?",
        {"hidden_layer_sizes": (128,) * 30, "sets": ["glorot_uniform", "he_normal", "orthogonal"]},
        "A factor of a half a layer: what is left after thirty?",
    ),
    Preset(
        "Does tanh want what ReLU wants?",
        {"activation": "tanh", "sets": ["lecun_normal", "glorot_uniform", "he_normal", "normal"]},
        "He's factor of 2 was made for ReLU. What does tanh do with it?",
    ),
    Preset(
        "Why did deep sigmoids not learn?",
        {
            "activation": "sigmoid",
            "sets": ["lecun_normal", "glorot_normal", "he_normal", "normal"],
            "train": True,
        },
        "The slope of a sigmoid is a quarter at most. A quarter to the tenth power?",
    ),
    Preset(
        "What if all weights are equal?",
        {"hidden_layer_sizes": (16, 16), "sets": ["zeros", "constant*0.1", "glorot_uniform"], "train": True},
        "What could tell one hidden unit from the next?",
    ),
    Preset(
        "Which start reads digits best?",
        {
            "name": "mnist",
            "split": "5000/1000/1000",
            "scaling": "unit",
            "hidden_layer_sizes": (100, 100),
            "sets": ["zeros", "normal", "normal*0.01", "glorot_uniform", "he_normal"],
            "epochs": 5,
            "train": True,
        },
        "Two layers are not deep. Does the start still matter?",
    ),
)
