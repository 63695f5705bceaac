"""Coursework A: two hidden layers on MNIST, three initializations, searches by hand."""

from lab.published.replay import IN_FILE_ORDER, Replay, along
from lab.published.search import Claim, forms

SOURCE = "ift6135_a"

TWICE_DIVIDED = {"name": "mnist", "scaling": "unit_twice", "split": "50000/10000/10000"}

DOUBLE_DIVISION = (
    "The published code divides the pixels by 255 **twice**, so no input exceeds 0.0039: first-layer "
    "activations and the gradients of its weights are 255 times smaller, and learning is slow at first. "
    "Set *Scaling* to unit to see the same network without that division."
)


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
        f"It published {accuracy:.2%}. What would one division by 255 have given?",
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

SCALED_TWICE = TWICE_DIVIDED | {
    "hidden_layer_sizes": (500, 300),
    "learning_rate": 0.1,
    "batch_size": 100,
    "shuffle": False,
    "seeds": 2,
}
SCALED_ONCE = SCALED_TWICE | {"scaling": "unit", "split": "5000/1000/1000", "seeds": 5}
AS_IT_RAN = (
    "50,000 images in file order, pixels divided by 255 twice, 500 and 300 units. The loss "
    "that A reports for an epoch is that of its last minibatch; the curves here are the mean over the epoch."
)
FIFTY = (
    " One of its searches is titled “Epoch = 100” and ran 50, so 50 epochs are trained here, with two random "
    "starts."
)
REPAIRED = (
    "The pixels are divided once, so the network learns. {images} images and {epochs}, so that "
    "five random starts take about a minute on two cores."
)
FIVE_THOUSAND = {"images": "5,000", "epochs": "15 epochs"}
OWN_BATCH = " Batches of 50, the best of its first search."

ONE_TRAINING = (
    " The learning rate is constant and the order the same, so the four are one training of 100 epochs, "
    "read off after four numbers of epochs. A's final training takes 80, from scratch, and prints no "
    "accuracy."
)

BATCH = along("batch_size", "50 / 100 / 150 / 500")
RATE = {"batch_size": 50, **along("learning_rate", "0.1 / 0.01 / 0.001")}
EPOCHS = {"batch_size": 50, **along("epochs", "30 / 50 / 80 / 100")}
BUDGET = {"least": 500_000, "most": 1_000_000}
SIZES = BUDGET | along("hidden_layer_sizes", "500,200 / 500,300 / 800,200 / 800,300")
WIDTHS = BUDGET | along("hidden_layer_sizes", "500,300 / 600,300 / 800,300 / 1000,300")

SEARCHES = (
    *forms(
        "a_batch_size",
        "A: batch size 50, 100, 150 or 500",
        published=(
            SCALED_TWICE | BATCH | {"epochs": 50},
            "The same number of epochs each. Which batch size leaves the plateau first? Is it the batch or "
            "the steps?",
            AS_IT_RAN + FIFTY,
        ),
        repaired=(
            SCALED_ONCE | BATCH | {"epochs": 15},
            "A batch of 50 takes ten times as many steps as one of 500. How much of the difference is due to "
            "that?",
            REPAIRED.format(**FIVE_THOUSAND),
        ),
        claim=Claim("A concluded: “best batch 50”.", ("50",)),
    ),
    *forms(
        "a_learning_rate",
        "A: learning rate 0.1, 0.01 or 0.001",
        published=(
            SCALED_TWICE | RATE | {"epochs": 50},
            "Pixels divided by 255 twice: is any of the three large enough?",
            AS_IT_RAN + OWN_BATCH + FIFTY,
        ),
        repaired=(
            SCALED_ONCE | RATE | {"epochs": 16},
            "A concluded that a lower learning rate is better. Does a network that learns agree?",
            REPAIRED.format(images="5,000", epochs="16 epochs") + OWN_BATCH,
        ),
        claim=Claim("A concluded: “a lower learning rate is better”.", ("0.001",)),
    ),
    *forms(
        "a_epochs",
        "A: 30, 50, 80 or 100 epochs",
        published=(
            SCALED_TWICE | EPOCHS,
            "When does the loss leave its plateau?",
            AS_IT_RAN + OWN_BATCH + ONE_TRAINING,
        ),
        repaired=(
            SCALED_ONCE | {"split": "600/600/600"} | EPOCHS,
            "Scaled once: do 80 epochs beat 30, or 100?",
            REPAIRED.format(images="600", epochs="up to 100 epochs") + OWN_BATCH,
        ),
        claim=Claim("A concluded: “best accuracy with 80 epochs”.", ("80",)),
    ),
    *forms(
        "a_sizes",
        "A: 500 or 800 units, then 200 or 300",
        published=(
            SCALED_TWICE | SIZES | {"epochs": 100},
            "0.5 to 1 million parameters are allowed. Which sizes are outside that budget?",
            AS_IT_RAN.replace(", 500 and 300 units", "") + " Batches of 100, 100 epochs.",
        ),
        repaired=(
            SCALED_ONCE | SIZES | {"epochs": 15},
            "Scaled once: do 300 more units make a difference that five seeds can show?",
            REPAIRED.format(**FIVE_THOUSAND),
        ),
        claim=Claim(
            "A published a validation accuracy of 0.7943 with 500 and 200 units, of 0.6615 with 500 and 300, "
            "and of 0.8416 with 800 and 200, the best. Its final training took 500 and 300.",
            ("800,200",),
        ),
    ),
    *forms(
        "a_widths",
        "A: 500, 600, 800 or 1,000 units, then 300",
        published=(
            SCALED_TWICE | WIDTHS | {"epochs": 100},
            "What does a wider first layer change while the pixels are divided by 255 twice?",
            AS_IT_RAN.replace(", 500 and 300 units", "") + " Batches of 100, 100 epochs.",
        ),
        repaired=(
            SCALED_ONCE | WIDTHS | {"epochs": 15},
            "Scaled once: does a wider first layer help?",
            REPAIRED.format(**FIVE_THOUSAND),
        ),
    ),
)
