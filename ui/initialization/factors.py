"""A signal before training in words: its factor per layer, where it is 0, where most units have no slope."""

import numpy as np

from lab.words import listed, percent

KEPT = 0.1  # a total factor this near to 1 keeps the signal's size
ZERO = {  # {field of a Signal: (what is so where it is 0 in every layer, and in some of them)}
    "activation": (
        "with activations that are equal or differ by rounding alone",
        "a network's activations are equal or differ by rounding alone",
    ),
    "gradient": ("whose gradient is 0 in every layer", "a network's gradient is 0"),
}
LOST = {  # {field of a Signal: what is so where it is not finite}
    "activation": "whose variance is beyond the largest number",
    "gradient": "whose gradient is not a finite number",
}


def in_words(factor, n_steps):
    """Return in words what `n_steps` layers, each of which multiplies by `factor`, do to a size."""
    with np.errstate(all="ignore"):
        total = float(np.float64(factor) ** n_steps)
    verb = "keeps its size," if abs(total - 1) < KEPT else "shrinks" if total < 1 else "grows"
    whole = f", × {_short(total)} over {n_steps} layers" if n_steps > 1 else ""
    return f"{verb} × {_short(factor)} per layer{whole}"


def without_factor(sizes, quantity, what):
    """Return the headline where no start has a signal to follow: it is 0 in some layer, or overflows.

    `sizes` are {label of a start: its values (n_seeds, n_layers)}, the output layer last; `what` names them.
    """
    passes = "a gradient back" if quantity == "gradient" else "a signal"
    with np.errstate(all="ignore"):
        medians = {label: np.median(values, axis=0)[:-1] for label, values in sizes.items()}
    lost = [label for label, values in medians.items() if not np.isfinite(values).all()]
    if not lost:
        return f"No start passes {passes} through all of its layers"
    overflow = f"{listed(lost)}: numbers overflow, so the {what} is not finite in some layers"
    others = [label for label in medians if label not in lost]
    if not others:
        return overflow
    verb = "does" if len(others) == 1 else "do"
    return f"{overflow}; {listed(others)} {verb} not pass {passes} through all layers"


def undrawn(sizes, quantity):
    """Return the sentences about what a logarithmic axis leaves out of a quantity, a field of a Signal.

    `sizes` are {label of a start: its values (n_seeds, n_layers)}.
    """
    everywhere, somewhere = ZERO[quantity]
    zero = {label: (values == 0).any(axis=0) for label, values in sizes.items()}
    sentences = []
    if starts := ", ".join(label for label, layers in zero.items() if layers.all()):
        sentences.append(f"Not on a logarithmic axis, which has no 0: {starts}, {everywhere}.")
    if starts := ", ".join(label for label, layers in zero.items() if layers.any() and not layers.all()):
        where = f"where {somewhere} (a logarithmic axis has no 0)"
        sentences.append(f"Not drawn in some layers, {where}: {starts}.")
    lost = {label: ~np.isfinite(values).all(axis=0) for label, values in sizes.items()}
    if starts := ", ".join(label for label, layers in lost.items() if layers.all()):
        sentences.append(f"Not drawn in any layer: {starts}, {LOST[quantity]} there.")
    if starts := ", ".join(label for label, layers in lost.items() if layers.any() and not layers.all()):
        sentences.append(f"Not drawn in some layers: {starts}, {LOST[quantity]} there.")
    return sentences


def largest_share(frame, nothing):
    """Return in words where the median of a frame with columns layer, start, median, high is largest.

    All starts and layers that tie are named. `nothing` is the sentence for shares that are 0 everywhere.
    """
    if not frame["high"].any():
        return nothing
    most = frame[frame["median"] == frame["median"].max()]
    if not most["median"].any():
        return f"{nothing} in the median over the seeds"
    starts_in = {}
    for start, rows in most.groupby("start", sort=False):
        starts_in.setdefault(tuple(rows["layer"]), []).append(start)
    places = "; of ".join(
        f"{listed(starts)} in layer{'s' * (len(layers) > 1)} {listed(layers)}"
        for layers, starts in starts_in.items()
    )
    return f"The largest share is {percent(most['median'].iloc[0])}, of {places}"


def _short(value):
    """Return a factor as text, so precise that one other than 1 seldom looks like 1."""
    if abs(value - 1) < 0.1:
        return f"{value:.2f}" if value == 1 or abs(value - 1) >= 0.01 else f"{value:.3f}"
    return f"{value:.2g}" if 0.01 <= value < 100 else f"{value:.0e}"
