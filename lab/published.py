"""Published experiments: each as a preset of the initialization page, with the figures that were published.

The figures by epoch are those of data/published_runs.csv; data/README.md says where they are from.
"""

import csv
import functools
import pathlib
from types import MappingProxyType
from typing import NamedTuple

RUNS_PATH = pathlib.Path(__file__).parents[1] / "data" / "published_runs.csv"
REPLAYS_PATH = RUNS_PATH.with_name("replays.csv")  # written by `benchmarks.replays --write`
FIGURES = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")
NOTHING = MappingProxyType({})
SOURCES = {  # key in published_runs.csv: what it is
    "ift6135_a": "published coursework A for IFT 6135, Université de Montréal",
    "ift6135_b": "published coursework B for IFT 6135, Université de Montréal",
    "dd2424": "published coursework C for DD2424, KTH Stockholm",
    "mnist_sigmoid": "a published implementation D of sigmoid networks on MNIST",
}
A, B, C, D = SOURCES
RAW_MNIST = {"name": "mnist", "scaling": "none", "split": "48000/12000/10000"}
TWICE_DIVIDED = {"name": "mnist", "scaling": "unit_twice", "split": "50000/10000/10000"}
IN_FILE_ORDER = {"shuffle": False, "train": True}
TWICE_AVERAGED = (
    "The published code averages the gradient over the batch **twice**, so its step is the learning rate "
    "over the batch size *once more*: its η = {eta} with batches of {batch} is η = {ours} here"
)
DOUBLE_DIVISION = (
    "The published code divides the pixels by 255 **twice**, so no input exceeds 0.0039: first-layer "
    "activations and the gradients of its weights shrink by 255, and learning waits for them. Set *Scaling* "
    "to unit to see the same network without that division."
)
SATURATED = (
    "The published update sums the gradient over the batch of 50, so its η = {eta} is η = {ours} here. It "
    "reports the accuracy averaged over all batches **since the first epoch**; ours is averaged likewise. "
    "Its σ′ was taken at a rounded pre-activation, ours is exact. With weights from N(0, 1) most units start "
    "saturated, and some seeds never learn one of the digits: look at how far the band reaches."
)


class Replay(NamedTuple):
    """A published experiment: a Preset with its source, a note, and what was published.

    `changes` are what it changes of the page's defaults; `curves` {start as text: its run in the
    published table}; `finals` {start as text: (figure, epoch, value)} where only a final figure was
    published; `cumulative` whether its figures are means over all epochs so far.
    """

    question: str
    predict: str
    source: str
    changes: dict
    note: str
    curves: dict = NOTHING
    finals: dict = NOTHING
    cumulative: bool = False


def _b(sizes, starts, eta, batch, weight_decay=0.0):
    return RAW_MNIST | {
        "hidden_layer_sizes": sizes,
        "learning_rate": round(eta / batch, 10),
        "batch_size": batch,
        "l2": round(weight_decay * batch / 2, 10),
        "epochs": 10,
        "sets": list(starts),
        **IN_FILE_ORDER,
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


def _architecture(sizes, accuracy):
    return Replay(
        f"A: {sizes[0]} and {sizes[1]} units, 100 epochs, pixels divided twice",
        f"It published {accuracy:.1%}. What would one division by 255 have given?",
        A,
        _a(sizes, ["glorot_uniform"], 100),
        DOUBLE_DIVISION,
        finals={"glorot_uniform": ("valid_accuracy", 100, accuracy)},
    )


def _sigmoids(question, predict, published):
    eta, epochs, accuracy = published
    return Replay(
        question,
        predict,
        D,
        _d(eta, epochs),
        SATURATED.format(eta=eta, ours=round(eta * 50, 10)),
        curves={"normal": f"lr_{eta:g}_{epochs}"},
        finals={"normal": ("test_accuracy", epochs, accuracy)},
        cumulative=True,
    )


REPLAYS = (
    Replay(
        "B: N(0, 1), Glorot or zeros?",
        "Raw pixels up to 255 and 512 units a layer: which of the three survives its first epoch?",
        B,
        _b((512, 512), ("normal", "glorot_uniform", "zeros"), 0.1, 100),
        TWICE_AVERAGED.format(eta=0.1, batch=100, ours=0.001) + ".",
        curves={"normal": "normal", "glorot_uniform": "glorot", "zeros": "zeros"},
    ),
    Replay(
        "B: the network that found 97 %",
        "A random search chose 600 and 250 units. Is that better than 512 and 512?",
        B,
        _b((600, 250), ("glorot_uniform",), 0.14, 50, 1e-3),
        TWICE_AVERAGED.format(eta=0.14, batch=50, ours=0.0028)
        + "; its weight decay, added once, is λ₂ = 0.001 · 50 / 2 = 0.025.",
        curves={"glorot_uniform": "glorot_600_250"},
    ),
    Replay(
        "B: N(0, 0.001²), small and successful",
        "A thousandth of N(0, 1), no Glorot in sight. Can that beat 97 %?",
        B,
        _b((512, 512), ("normal*0.001",), 0.1, 50),
        TWICE_AVERAGED.format(eta=0.1, batch=50, ours=0.002)
        + ". (Its text says η = 0.14, its code 0.1; the code's is what reproduces its first epochs.)",
        curves={"normal*0.001": "small_normal"},
    ),
    Replay(
        "A: zeros, N(0, 1) or Glorot, pixels divided twice",
        "No input exceeds 0.0039. Does that rescue N(0, 1)?",
        A,
        _a((500, 300), ("zeros", "normal", "glorot_uniform"), 10),
        DOUBLE_DIVISION + " No table by epoch was published for this comparison.",
    ),
    _architecture((500, 200), 0.7943),
    _architecture((500, 300), 0.6615),
    _architecture((800, 200), 0.8416),
    Replay(
        "C: CIFAR-10 with a triangular learning rate",
        "Up to 0.1 and down to 0.0001 again, every 800 steps: do you see it in the loss?",
        C,
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
    _sigmoids(
        "D: sigmoids everywhere, η = 0.01, 100 epochs",
        "Weights from N(0, 1) into a sigmoid: how long until the saturated units wake?",
        (0.01, 100, 0.9424),
    ),
    _sigmoids(
        "D: the same, η = 0.001",
        "A tenth of the rate, as many epochs. A tenth of the way?",
        (0.001, 100, 0.9145),
    ),
    _sigmoids(
        "D: the same, η = 0.01, 50 epochs", "What did the second fifty epochs add?", (0.01, 50, 0.9403)
    ),
)


def measured_replays():
    """Return our results of the replays, one dict per figure, with all values as text."""
    with REPLAYS_PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def published_runs():
    """Return {(source, run): {figure: values by epoch, a tuple, NaN where none was published}}.

    The first value is that after the first epoch.
    """
    rows = {}
    with RUNS_PATH.open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["epoch"])):
            rows.setdefault((row["source"], row["run"]), []).append(row)
    return {
        key: {figure: tuple(float(row[figure] or "nan") for row in epochs) for figure in FIGURES}
        for key, epochs in rows.items()
    }
