"""Coursework A: two hidden layers on MNIST, three initializations, searches by hand."""

from lab.published.replay import IN_FILE_ORDER, Replay, along
from lab.questions.preset import Preset

SOURCE = "ift6135_a"

TWICE_DIVIDED = {"name": "mnist", "scaling": "unit_twice", "split": "50000/10000/10000"}

DOUBLE_DIVISION = (
    "The published code divides the pixels by 255 **twice**, so no input exceeds 0.0039: first-layer "
    "activations and the gradients of its weights shrink by 255, and learning waits for them. Set *Scaling* "
    "to unit to see the same network without that division."
)

SEARCHED = {
    "name": "mnist",
    "scaling": "unit_twice",
    "split": "5000/1000/1000",
    "hidden_layer_sizes": (500, 300),
    "batch_size": 100,
    "shuffle": False,
    "epochs": 5,
    "seeds": 2,
}


def _a(sizes, starts, epochs):
    return TWICE_DIVIDED | {
        "hidden_layer_sizes": sizes,
        "learning_rate": 0.1,
        "batch_size": 100,
        "epochs": epochs,
        "sets": list(starts),
        **IN_FILE_ORDER,
    }


def _architecture(sizes, accuracy):
    return Replay(
        f"A: {sizes[0]} and {sizes[1]} units, 100 epochs, pixels divided twice",
        f"It published {accuracy:.1%}. What would one division by 255 have given?",
        SOURCE,
        _a(sizes, ["glorot_uniform"], 100),
        DOUBLE_DIVISION,
        finals={"glorot_uniform": ("valid_accuracy", 100, accuracy)},
    )


REPLAYS = (
    Replay(
        "A: zeros, N(0, 1) or Glorot, pixels divided twice",
        "No input exceeds 0.0039. Does that rescue N(0, 1)?",
        SOURCE,
        _a((500, 300), ("zeros", "normal", "glorot_uniform"), 10),
        DOUBLE_DIVISION + " No table by epoch was published for this comparison.",
    ),
    _architecture((500, 200), 0.7943),
    _architecture((500, 300), 0.6615),
    _architecture((800, 200), 0.8416),
)

SEARCHES = (
    Preset(
        "A: batch size 50, 100, 150 or 500",
        SEARCHED | along("batch_size", "50 / 100 / 150 / 500"),
        "5,000 images and 5 epochs here; published with 50,000.",
    ),
    Preset(
        "A: learning rate 0.1, 0.01 or 0.001",
        SEARCHED | along("learning_rate", "0.1 / 0.01 / 0.001"),
        "Pixels divided by 255 twice: is any of them large enough?",
    ),
    Preset(
        "A: 30, 50, 80 or 100 epochs",
        SEARCHED | {"split": "1000/500/500"} | along("epochs", "30 / 50 / 80 / 100"),
        "1,000 images here. When does the loss leave its plateau?",
    ),
    Preset(
        "A: the sizes of the hidden layers, 0.5 to 1 million parameters",
        SEARCHED
        | along("hidden_layer_sizes", "500,200 / 500,300 / 600,300 / 800,200 / 800,300 / 1000,300")
        | {"least": 500_000, "most": 1_000_000},
        "Which of them are outside of the budget?",
    ),
)
