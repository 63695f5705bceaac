"""Coursework D: sigmoids in all layers, one-step momentum, two learning rates."""

from lab.links.sweep_plan import PAIRED
from lab.published import sigmoids
from lab.published.again import D_RAW_AND_SCALED
from lab.published.replay import IN_FILE_ORDER, Replay
from lab.published.search import AS_PUBLISHED, Claim, forms

SOURCE = "mnist_sigmoid"

LOOKED_AT = (0.254, 0.493, 0.029)  # losses of single images that it printed

SATURATED = (
    "The published update sums the gradient of Σ(y − ŷ)² over the batch of 50, so its η = {eta} is η = "
    "{ours} here; its α is {eta} too. It reports the accuracy averaged over all batches **since the first "
    "epoch**; ours is averaged likewise. The loss that it reports is not the one it minimises: it is the "
    "binary cross-entropy of the ten outputs, summed over a batch of 50 and averaged in the same way. With "
    "weights from N(0, 1) most units start saturated, and some starts never learn one or more of the digits: "
    "look at how wide the band is.\n\n"
)
DIFFERENCES = (
    "Its σ′ was taken at the pre-activation rounded to a whole number, and its training images were scaled "
    "min-max for each position in the batch; ours is exact, and ours are divided by 255. That hardly "
    f"matters: {len(sigmoids.AS_IT_DID_AND_EXACT)} starts trained both ways differ by "
    f"{sigmoids.points(sigmoids.AS_IT_DID_AND_EXACT)} in their running accuracy. Its **test images were "
    f"never scaled**, and that does matter: with its code, {len(D_RAW_AND_SCALED)} trained networks "
    f"scored {sigmoids.points(D_RAW_AND_SCALED)} less on raw test images than on scaled ones. So its "
    "test accuracy is compared with ours on raw test images.\n\n"
) + sigmoids.two_images()


def _d(eta, epochs):
    return {
        "name": "mnist",
        "scaling": "unit",
        "split": "60000/0/10000",
        "hidden_layer_sizes": (100, 100),
        "activation": "sigmoid",
        "use_bias": False,
        "loss": "sigmoid_squared_error",
        "optimizer": "one_step_momentum",
        "learning_rate": round(eta * 50, 10),
        "momentum": eta,
        "batch_size": 50,
        "epochs": epochs,
        "sets": ["normal"],
    } | IN_FILE_ORDER


def _sigmoids(question, predict, published):
    eta, epochs, accuracy = published
    return Replay(
        question,
        predict,
        SOURCE,
        _d(eta, epochs),
        SATURATED.format(eta=eta, ours=round(eta * 50, 10)) + DIFFERENCES,
        curves={"normal": f"lr_{eta:g}_{epochs}"},
        finals={"normal": ("test_accuracy", epochs, accuracy)},
        cumulative=True,
        unscaled_test=True,
        looked_at=LOOKED_AT,
    )


REPLAYS = (
    _sigmoids(
        "D: sigmoids everywhere, η = 0.01, 100 epochs",
        "Weights from N(0, 1) into a sigmoid: how long until the saturated units start to learn?",
        (0.01, 100, 0.9424),
    ),
    _sigmoids(
        "D: the same, η = 0.001",
        "A tenth of the rate and as many epochs. Does it get a tenth of the way?",
        (0.001, 100, 0.9145),
    ),
    _sigmoids(
        "D: the same, η = 0.01, 50 epochs", "What did the second fifty epochs add?", (0.01, 50, 0.9403)
    ),
)

TWO_RATES = {
    "name": "mnist",
    "scaling": "unit",
    "hidden_layer_sizes": (100, 100),
    "activation": "sigmoid",
    "use_bias": False,
    "initializer": "normal",
    "loss": "sigmoid_squared_error",
    "optimizer": "one_step_momentum",
    "learning_rate": 0.5,
    "momentum": 0.01,
    "batch_size": 50,
    "shuffle": False,
    "design": PAIRED,
    "axis1": "learning_rate",
    "values1": "0.5 / 0.05",
    "axis2": "momentum",
    "values2": "0.01 / 0.001",
}
TOGETHER = (
    "D's momentum α equals its learning rate η in both trainings, 0.01 and 0.001: two trials, side by side. "
    "Summed over batches of 50, its η is 0.5 and 0.05 here."
)

SEARCHES = forms(
    "d_rates",
    "D: two learning rates for sigmoids",
    names=(AS_PUBLISHED, "small, with five seeds"),
    published=(
        TWO_RATES | {"split": "60000/0/10000", "epochs": 100, "seeds": 2},
        "A tenth of the rate and of the momentum, and as many epochs. How much accuracy is lost?",
        f"{TOGETHER} It had no validation set: here the trials are compared by their training accuracy.",
    ),
    repaired=(
        TWO_RATES | {"split": "5000/1000/1000", "epochs": 50, "seeds": 5},
        "One start of each was published. Do five of them agree?",
        f"{TOGETHER} 5,000 images with a validation set, 50 epochs, five random starts.",
    ),
    claim=Claim(
        "D published a test accuracy of 0.9424 with η = 0.01 and of 0.9145 with η = 0.001, after 100 epochs.",
        ("0.5", "0.01"),
    ),
)
