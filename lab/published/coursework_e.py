"""Coursework E: one hidden layer on Fashion-MNIST, its error and loss by epoch."""

from lab.published.replay import Replay

SOURCE = "ift6390"

REPLAYS = (
    Replay(
        "E: Fashion-MNIST, 64 hidden units, 30 epochs",
        "From which epoch on is the training error the lowest of the three?",
        SOURCE,
        {
            "name": "fashion_mnist",
            "scaling": "unit",
            "split": "70/15/15",
            "hidden_layer_sizes": (64,),
            "learning_rate": 0.1,
            "schedule": "inverse_epoch",
            "l1": 1e-4,
            "l2": 1e-4,
            "batch_size": 32,
            "epochs": 30,
            "sets": ["uniform_fan_out"],
            "train": True,
        },
        "It published its error in per cent and its mean loss by epoch, for training, validation **and "
        "test**; there is no table of them here to compare with. Its learning rate falls as 0.1 / (1 + "
        "4e/30), its four penalties (λ₁ and λ₂ of both layers) are 0.0001, and its weights come from "
        "U(±1/√n), where n is the layer's own width, not its fan-in. How it scaled its pixels is not "
        "recorded here: these are divided by 255, once. The training curve is a mean over each epoch's "
        "minibatches as they were visited; the other two are measured at the epoch's end.",
        panels=("error", "loss"),
        splits=("train", "validation", "test"),
    ),
)
