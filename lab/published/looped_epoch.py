"""Coursework E's epoch, as a loop over examples and with matrices: its figures and ours."""

from typing import NamedTuple

import numpy as np

from lab.links.cost import in_words
from lab.published.again import E_LOOP, E_MATRICES
from lab.published.eight_digits import SOURCE
from mlp import TrainConfig

CALLS = 4  # of each backward pass per example, in E's loop
SPEED_UP = E_LOOP / E_MATRICES
CONFIG = TrainConfig(
    hidden_layer_sizes=(64,),
    activation="relu",
    initializer="uniform_fan_out",
    batch_size=20,
    learning_rate=0.1,
    dtype="float64",
)
WHOLE = 49_000  # images: 70% of all 70,000
LOOP_FOR = 25.0  # seconds that the loop may take, on part of the epoch
ROUNDED = 1e-9  # times the largest parameter: smaller differences are rounding
QUOTE = (
    f"{SOURCE}: one epoch of Fashion-MNIST, 784-64-10, batches of {CONFIG.batch_size}, took {E_LOOP} s "
    f"by a loop over examples and {E_MATRICES} s by matrices, {SPEED_UP:.1f}×. Its loop called each "
    f"backward pass {CALLS} times per example. With one call it would have taken no less than a quarter of "
    f"that, so its ratio would lie between {SPEED_UP / CALLS:.1f}× and {SPEED_UP:.1f}×."
)


class Outcome(NamedTuple):
    """One epoch of `n` images of `name`, trained both ways: the seconds of each, and how far they differ.

    `gap` is the largest difference between any two parameters at the end, `largest` the largest parameter.
    """

    name: str
    n: int
    loop: float
    matrix: float
    gap: float
    largest: float


def sizes(seconds_per_example):
    """Return the numbers of images to choose from: at most as many as a loop handles in LOOP_FOR seconds."""
    batch = CONFIG.batch_size
    n = max(1, int(LOOP_FOR / seconds_per_example) // batch) * batch
    return (n, WHOLE) if n < WHOLE else (WHOLE,)


def outcome(name, n, loop, matrix):
    """Return the Outcome of two `mlp.loops.Epoch`, by a loop and by matrices."""
    arrays = [[array for layer in epoch.params for array in layer] for epoch in (loop, matrix)]
    gap = max(float(np.abs(one - other).max()) for one, other in zip(*arrays, strict=True))
    largest = max(float(np.abs(array).max()) for array in arrays[1])
    return Outcome(name, n, loop.seconds, matrix.seconds, gap, largest)


def said(found):
    """Return in Markdown what an Outcome shows."""
    ratio = found.loop / found.matrix
    words = [
        f"**{ratio:.1f}×**: {found.n:,} images of {found.name} took {found.loop:.2f} s by a loop over "
        f"examples and {found.matrix:.2f} s by matrices, forward, backward and update. "
        f"E published {SPEED_UP:.1f}×; our loop calls the backward pass once per example, E's {CALLS} times."
    ]
    if found.n < WHOLE:
        loop, matrix = (in_words(seconds * WHOLE / found.n) for seconds in (found.loop, found.matrix))
        words.append(
            f"An epoch of all {WHOLE:,} would take about {loop} and {matrix}: extrapolated, not measured."
        )
    if not np.isfinite(found.gap):
        words.append("Afterwards some parameters are not finite.")
    elif found.gap == 0:
        words.append("Afterwards the two networks have the same parameters, to the last bit.")
    else:
        apart = f"differ by up to {found.gap:.1e}, where the largest is {found.largest:.2g}"
        rounding = found.gap <= ROUNDED * found.largest
        because = "equal up to rounding." if rounding else "that is more than rounding."
        words.append(f"Afterwards the parameters of the two networks {apart}: {because}")
    return " ".join(words)
