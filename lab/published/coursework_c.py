"""Coursework C: a two-layer network on CIFAR-10 with cyclical learning rates."""

from lab.published.replay import Replay, along
from lab.published.search import AS_PUBLISHED, forms

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

CYCLICAL = {
    "name": "cifar10",
    "scaling": "standard",
    "hidden_layer_sizes": (50,),
    "initializer": "lecun_normal",
    "schedule": "triangular",
    "learning_rate": 0.1,
    "learning_rate_min": 0.0001,
    "batch_size": 100,
    "shuffle": False,
    "init_seed": 111,
    **along("l2", " / ".join(f"{10 ** (-4 + i / 10):.6g}" for i in range(10))),
}
LESS_THAN_A_DECADE = "The grid is λ = 10^(−4 + i/10) with i = 0 to 9: ten values within one decade."

SEARCHES = forms(
    "c_penalty",
    "C: ten values of λ from 0.0001 to 0.0008",
    names=(AS_PUBLISHED, "small, with five seeds"),
    published=(
        CYCLICAL | {"split": "40000/10000/10000", "cycle_steps": 800, "epochs": 30, "seeds": 2},
        "All ten lie within one decade. Can their differences be told from luck?",
        f"{LESS_THAN_A_DECADE} 40,000 images in file order, and n_s = 800 as in its second run of 30 epochs.",
    ),
    repaired=(
        CYCLICAL | {"split": "5000/1000/1000", "cycle_steps": 100, "epochs": 8, "seeds": 5},
        "5,000 images, two cycles of the learning rate. Do five random starts agree on the best λ?",
        f"{LESS_THAN_A_DECADE} 5,000 images and two cycles of 200 steps, so that it can have five random "
        "starts.",
    ),
)
