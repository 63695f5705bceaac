"""What the charts of the optimization page show, in sentences computed from the numbers drawn."""

import numpy as np

from lab.divergence import when_in
from lab.optimization.paths import REACH
from lab.words import counted, listed, percent

BATCH_GUIDE = (
    "2/η is the bound for gradient descent on the whole training set without momentum; {but} it is a guide "
    "only"
)


def lowest(losses):
    """Return which path ends lowest, from {label: final loss}, to three digits.

    A loss is NaN if its path is cut off, infinite if it is not finite at the path's end.
    """
    finite = {label: f"{loss:.3g}" for label, loss in losses.items() if np.isfinite(loss)}
    if not finite:
        which = "No path is" if len(losses) > 1 else "The path is not"
        cut = all(map(np.isnan, losses.values()))
        return f"{which} followed to {'its end' if cut else 'an end with a finite loss'}"
    least = min(finite.values(), key=float)
    if len(finite) == 1:
        only = "" if len(losses) == 1 else ", the only path followed to its end,"
        return f"{next(iter(finite))}{only} ends at a loss of {least}"
    first = [label for label, loss in finite.items() if loss == least]
    verb = "end" if len(first) > 1 else "ends"
    among = "" if len(finite) == len(losses) else f" of the {len(finite)} paths followed to their end"
    return f"{listed(first)} {verb} lowest{among}, at a loss of {least}"


def in_plane(shares, from_solution, left=None):
    """Return how much of each path the plane contains, from {label: share, or None if it does not move}.

    `left` {label: epoch or None} are the epochs in which paths were cut off: one cut off at once moves, too.
    """
    place = "the solution" if from_solution else "the start"
    moving = {label: percent(share) for label, share in shares.items() if share is not None}
    cut = {label for label, epoch in (left or {}).items() if epoch is not None}
    still = [label for label, share in shares.items() if share is None and label not in cut]
    said = []
    if len(shares) == 1 and moving:
        (share,) = moving.values()
        said.append(f"Of the path's squared distance from {place}, the plane contains {share}.")
    elif moving:
        each = listed([f"{share} ({label})" for label, share in moving.items()])
        said.append(f"Of each path's squared distance from {place}, the plane contains {each}.")
    if still:
        said.append(f"{listed(still)} {'does' if len(still) == 1 else 'do'} not move.")
    return " ".join(said)


def lost(paths, beyond):
    """Return which paths were cut off, when and why, from {label: epoch or None}; "" if none was.

    `beyond` are the labels of those whose parameters were still finite.
    """
    far = f"have changed by more than {REACH:g} each, in root mean square"
    parts = []
    for why, inside in ((far, True), ("are no longer finite", False)):
        epochs = {label: n for label, n in paths.items() if n is not None and (label in beyond) == inside}
        if epochs:
            each = listed([f"{label} {when_in(epoch)}" for label, epoch in epochs.items()])
            parts.append(f"{each}, where the parameters {why}")
    return f"Not followed to the end: {'; '.join(parts)}." if parts else ""


def holes(values):
    """Return a sentence on how many points of a surface have no finite loss; "" if none."""
    n = int(np.isnan(values).sum())
    if not n:
        return ""
    of_all = f"{n:,} of {counted(values.size, 'point')}"
    return f"The loss is not finite at {of_all}: there the picture is transparent."


def schedules(losses, whole=False):
    """Return which schedule ends lowest, from {name: mean loss of the last epoch's steps, NaN if not finite}.

    `whole` says that each step takes the whole training set, so that there are no minibatches to order.
    """
    finite = {name: loss for name, loss in losses.items() if np.isfinite(loss)}
    gone = [name for name in losses if name not in finite]
    said = []
    if finite:
        order = sorted(finite, key=finite.get)
        first = [name for name in order if f"{finite[name]:.3g}" == f"{finite[order[0]]:.3g}"]
        verb = "has" if len(first) == 1 else "have"
        least = f"{finite[order[0]]:.3g}"
        said.append(f"Over the last epoch **{listed(first)}** {verb} the lowest mean loss, {least}")
        if len(first) < len(order):
            most = f"{finite[order[-1]]:.3g}"
            last = [name for name in order if f"{finite[name]:.3g}" == most]
            said[0] += f"; {listed(last)} the highest, {most}"
        said[0] += f". This is {'one start' if whole else 'one order of the minibatches, from one start'}."
    if gone:
        said.append(f"With {listed(gone)} the loss does not stay finite.")
    return " ".join(said)


def curvature(largest, rates, config, n_train, diverged=None):
    """Return how the largest eigenvalues (n,) along a path compare with 2/η, for learning rates (n,).

    `diverged` is the epoch in which the training diverged, if it did.
    """
    finite = np.isfinite(largest)
    if not finite.any():
        return "The curvature is not finite at any of the epochs measured."
    largest, rates = largest[finite], rates[finite]
    with np.errstate(divide="ignore"):  # a rate of 0 allows any curvature
        bounds = 2 / rates
    n, above, gone = len(largest), int((largest > bounds).sum()), int((~finite).sum())
    digits = _digits([(largest[place], bounds[place]) for place in (0, -1)])
    ends = f"from {_number(bounds.min(), digits)} to {_number(bounds.max(), digits)}"
    bound = _number(bounds[0], digits) if bounds.max() == bounds.min() else ends
    every = {1: "the one epoch", 2: "both epochs"}.get(n, f"all {n} epochs")
    known = "where it is finite" if gone else "measured"
    if above == n:
        where = f"above 2/η, {bound}, at {every} {known}"
    elif above:
        where = f"above 2/η, {bound}, at {above} of {n} epochs {known}"
    else:
        where = f"below 2/η, {bound}, at {every} {known}"
    if gone:
        where += f"; at {gone} {'other' if gone == 1 else 'others'} it is not finite"
    first, last = _number(largest[0], digits), _number(largest[-1], digits)
    goes = f"goes from {first} to {last}" if first != last else f"is {first} at the first and the last epoch"
    said = f"The largest eigenvalue {goes if n > 1 else f'is {first}'}. It lies {where}."
    buts = []
    if config.batch_size and config.batch_size < n_train:
        buts.append(f"minibatches of {config.batch_size}")
    if config.optimizer != "sgd":
        buts.append(config.optimizer)
    if buts:
        said += f" {BATCH_GUIDE.format(but=f'with {listed(buts)}')}."
    elif above:
        said += (
            " There, as far as the loss is a parabola along that direction, each step lands farther from the "
            "bottom than it started."
        )
    if diverged is not None:
        said += f" The training diverged {when_in(diverged)}."
    return said


def _digits(pairs):
    """Return how many digits, three or more, tell the two numbers of each pair apart if they differ."""
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    enough = (n for n in range(3, 17) if all(_number(a, n) != _number(b, n) for a, b in differing))
    return next(enough, 3)


def _number(value, digits=3):
    if np.isposinf(value):
        return "∞"
    return f"{value:,.{digits}g}" if abs(value) < 10**digits - 0.5 else f"{value:,.0f}"
