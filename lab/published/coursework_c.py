"""Coursework C: a two-layer network on CIFAR-10 with cyclical learning rates."""

from lab.published.replay import IN_FILE_ORDER, Replay, along
from lab.published.search import AS_PUBLISHED, forms

SOURCE = "dd2424"

SLIP = "int(t/n_s)*2 == 0"

CONDITIONS = (
    "λ = 0.01, batches of 100 in the order of the files. Its cost is the mean loss plus λ·(ΣW₁² + ΣW₂²); "
    "here the penalty is computed from the weights at the epoch's end. The published code standardises "
    "each file by that file's own mean and deviation, the test file too; here all images are scaled by "
    "those of the training set. There is no table of its figures by epoch to compare with."
)
MEANT = f"Its code tests `{SLIP}` where `% 2` was meant; this is the schedule that was meant."
SLIPPED = (
    f"Its code tests `{SLIP}` where `% 2` was meant, so that every half-cycle but the first one falls; this "
    "is what that line does."
)


def _c(epochs, half_cycle, schedule):
    return {
        "name": "cifar10",
        "scaling": "standard",
        "split": "40000/10000/10000",
        "hidden_layer_sizes": (50,),
        "schedule": schedule,
        "learning_rate": 0.1,
        "learning_rate_min": 1e-4,
        "cycle_steps": half_cycle,
        "l2": 0.01,
        "batch_size": 100,
        "epochs": epochs,
        "init_seed": 111,
        "sets": ["lecun_normal"],
    } | IN_FILE_ORDER


def _cycles(question, predict, *run):
    epochs, half_cycle, schedule = run
    note = f"{MEANT if schedule == 'triangular' else SLIPPED} {CONDITIONS}"
    panels = ("cost", "loss", "accuracy", "rate")
    return Replay(question, predict, SOURCE, _c(epochs, half_cycle, schedule), note, panels=panels)


REPLAYS = (
    _cycles(
        "C: 24 epochs with n_s = 80,000",
        "A half-cycle of 80,000 steps, and 9,600 steps in all. How high does the learning rate get?",
        *(24, 80_000, "triangular"),
    ),
    _cycles(
        "C: 30 epochs with n_s = 800",
        "Up to 0.1 in 800 steps and down to 0.0001 in 800 more, again and again: do you see it in the loss?",
        *(30, 800, "triangular"),
    ),
    _cycles(
        "C: 24 epochs with n_s = 80,000, and its slip",
        "`* 2` where `% 2` was meant. In how many of the 9,600 steps does that change the rate?",
        *(24, 80_000, "sawtooth"),
    ),
    _cycles(
        "C: 30 epochs with n_s = 800, and its slip",
        "The rate jumps up where it should rise slowly. Does the network end up any worse?",
        *(30, 800, "sawtooth"),
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
        "All ten lie within one decade. Can their differences be distinguished from luck?",
        f"{LESS_THAN_A_DECADE} 40,000 images in file order, and n_s = 800 as in its second run of 30 epochs.",
    ),
    repaired=(
        CYCLICAL | {"split": "5000/1000/1000", "cycle_steps": 100, "epochs": 8, "seeds": 5},
        "5,000 images, two cycles of the learning rate. Do five random starts agree on the best λ?",
        f"{LESS_THAN_A_DECADE} 5,000 images and two cycles of 200 steps, so that it can have five random "
        "starts.",
    ),
)
