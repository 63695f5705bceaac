"""Coursework C: a two-layer network on CIFAR-10 with cyclical learning rates."""

from lab.links.sweep_plan import RANDOM
from lab.published.replay import Replay, along
from lab.questions.preset import Preset

SOURCE = "dd2424"

REPLAYS = (
    Replay(
        "C: CIFAR-10 with a triangular learning rate",
        "Up to 0.1 and down to 0.0001 again, every 800 steps: do you see it in the loss?",
        SOURCE,
        {
            "name": "cifar10",
            "scaling": "standard",
            "split": "40000/10000/10000",
            "hidden_layer_sizes": (50,),
            "schedule": "triangular",
            "learning_rate": 0.1,
            "learning_rate_min": 1e-4,
            "cycle_steps": 800,
            "l2": 0.01,
            "batch_size": 100,
            "epochs": 24,
            "init_seed": 111,
            "sets": ["lecun_normal"],
            "train": True,
        },
        "The published code standardises each file by its own mean and deviation, which lets the test set "
        "speak; here the training set's are used for all. No table by epoch was published.",
    ),
)

SEARCHES = (
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
            **along("l2", "0.0001 to 0.001 log"),
        },
        "Ten values of λ. Can their differences be told from luck? (5,000 images here; published: 40,000.)",
    ),
)
