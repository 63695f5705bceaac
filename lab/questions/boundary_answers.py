"""The computed answers to the questions about decision boundaries."""

import numpy as np

from lab import baseline
from lab.divergence import surviving
from lab.learned import GOOD
from lab.links import fingerprint
from lab.questions.answer import Answer, setups
from lab.training_figures import stacked
from lab.words import counted, percent, to_tenths
from mlp.losses import predict
from mlp.measures import distinct_units
from mlp.network import forward, propagate

NONE, SOME, ALL = "None of them", "Some of them", "All of them"
FEW_SIDES = 0.05  # the line counts as moved if at least this share of the examples changes sides
GRID = 60  # places across the plane
OTHERS = 0.95  # share of the examples whose nearest neighbour is within the distance that counts as near
CLEARLY = 0.01  # relative difference of two losses


def starts_that_reach(values, trained):
    """Say how many of the first experiment's random starts reach GOOD: NONE, SOME or ALL of them."""
    asked = setups(values)
    counts = [_n_good(run) for run in trained(asked)]
    (n_good, n), *others = counts
    right = 0 if n_good == 0 else 2 if n_good == n else 1
    reach = "reaches" if n_good == 1 else "reach"
    said = f"{n_good} of {n} random starts {reach} {GOOD:.0%} validation accuracy"
    if others:
        names = values["values"].split(" / ")
        rest = (f"with {name} units {k}" for (k, _), name in zip(others, names[1:], strict=True))
        said = f"With {names[0]} units {said}; {'; '.join(rest)}"
    return Answer(right, f"{said}.")


def _n_good(run):
    records = run.records
    return sum(record.valid_accuracy >= GOOD for record in surviving(records)), len(records)


def improves(values, trained):
    """Say what the last compared run improves: accuracy and loss, the loss alone, or neither."""
    _, before, after = trained(setups(values))
    losses, accuracies = (
        [np.median([getattr(record, name) for record in run.records]) for run in (before, after)]
        for name in ("valid_loss", "valid_accuracy")
    )
    example = 1 / len(after.dataset.y_valid)
    better = accuracies[1] > accuracies[0] + example / 4, losses[1] < losses[0]
    right = 0 if all(better) else 1 if better[1] else 2
    n_epochs = [run.epochs for run in (before, after)]
    first, last = map(to_tenths, accuracies)
    ends = f"from {first} to {last}" if first != last else f"stays at {first}"
    return Answer(
        right,
        f"From {n_epochs[0]} to {n_epochs[1]} epochs the median validation loss goes from {losses[0]:.3g} to "
        f"{losses[1]:.3g}, the accuracy {ends}.",
    )


def penalty_moves(values, trained):
    """Say whether the strongest penalty moves the line, lowers the confidence alone, or does neither."""
    first, *_, last = trained(setups(values))
    X = first.dataset.X_valid
    outputs = []
    for run in (first, last):
        config, networks = run.config, [record.params for record in run.records]
        outputs.append(forward(stacked(networks), X.astype(config.dtype), config).output)
    moved = float((outputs[0].argmax(axis=-1) != outputs[1].argmax(axis=-1)).mean())
    confidence = [float(one.max(axis=-1).mean()) for one in outputs]
    right = 0 if moved >= FEW_SIDES else 1 if confidence[1] < confidence[0] else 2
    return Answer(
        right,
        f"Between the weakest and the strongest penalty, {to_tenths(moved)} of the validation examples "
        f"change sides (mean of {counted(len(outputs[0]), 'start')}); the mean of the largest output goes "
        f"from {to_tenths(confidence[0])} to {to_tenths(confidence[1])}.",
    )


def pieces_of_one_unit(values, trained):
    """Say how many straight pieces the boundary has at most: one, two, or three and more.

    Along the weights of the one ReLU unit the difference of the two logits is c for z < 0 and c + w z beyond:
    it is 0 at z = -c / w if that is above 0, along a straight line, and nowhere else.
    """
    (run,) = trained(setups(values))
    counts = []
    for record in run.records:
        W, b = record.params[-1]
        w, c = float(W[0, 1] - W[0, 0]), float(b[1] - b[0])
        counts.append(int(w != 0 and -c / w > 0))
    n, n_lines, most = len(counts), sum(counts), max(counts)
    who = f"{n_lines} of {n} networks here {'draws' if n_lines == 1 else 'draw'} one straight line"
    if 0 < n_lines < n:
        who += "; the other draws none" if n_lines == n - 1 else "; the others draw none"
    return Answer(
        max(0, most - 1),
        "The unit's output is 0 on one side of a line and proportional to the distance from it on the other. "
        f"{who}.",
    )


def where_they_disagree(values, trained):
    """Say whether most of the plane on which the networks disagree lies near the examples or far from them.

    "Near" is within the distance within which OTHERS of the training examples have their nearest neighbour.
    The predictions are compared at GRID x GRID points.
    """
    (run,) = trained(setups(values))
    config, X = run.config, run.dataset.X_train
    low, high = X.min(axis=0), X.max(axis=0)
    along = 0.54 * (high - low).max() * np.linspace(-1, 1, GRID)
    places = np.stack(np.meshgrid(*((low + high) / 2 + along[:, np.newaxis]).T), axis=-1).reshape(-1, 2)
    networks = stacked([record.params for record in surviving(run.records)])
    votes = predict(propagate(networks, places.astype(config.dtype), config)[0][-1])
    disagreed = (votes != votes[0]).any(axis=0)
    among = _distances(X, X)
    np.fill_diagonal(among, np.inf)
    reach = np.quantile(among.min(axis=0), OTHERS)
    far = _distances(places[disagreed], X).min(axis=1, initial=np.inf) > reach
    share = float(far.mean()) if len(far) else 0.0
    return Answer(
        int(share > 0.5),
        f"They disagree on {to_tenths(disagreed.mean())} of the plane. {percent(share)} of that area is "
        f"farther from every training example than {OTHERS:.0%} of the examples are from their nearest "
        "neighbour.",
    )


def _distances(A, B):
    return np.sqrt(np.square(A[:, np.newaxis] - B[np.newaxis]).sum(axis=-1))


def zeros_learn(values, trained):
    """Say whether the hidden units stay at zero, become the same, or differ."""
    (run,) = trained(setups(values))
    hidden = [layer for record in run.records for layer in record.params[:-1]]
    largest = max(float(np.abs(array).max()) for layer in hidden for array in layer)
    accuracies = [record.valid_accuracy for record in run.records]
    share = baseline.share(run.dataset.y_valid)
    right = 0 if largest == 0 else 1 if max(map(distinct_units, hidden)) == 1 else 2
    said = f"The largest weight or bias of a hidden unit is {largest:.3g} after {run.epochs} epochs"
    return Answer(
        right,
        f"{said}; the best of {counted(len(accuracies), 'network')} reaches {to_tenths(max(accuracies))} "
        f"validation accuracy; always guessing the most common class gets {to_tenths(share)}.",
    )


def rate_too_high(values, trained):
    """Say whether this learning rate learns in fewer epochs than the usual one, in more, or not at all."""
    usual = {name: value for name, value in values.items() if name != "learning_rate"}
    high, low = trained([*setups(values), *setups(usual)])
    medians = [np.median([r.valid_accuracy for r in surviving(run.records)] or [0]) for run in (high, low)]
    y, rates = high.dataset.y_valid, [run.config.learning_rate for run in (high, low)]
    right = 2
    if baseline.exceeds(medians[0], y):
        right = int(_epochs_to(high, min(medians)) > _epochs_to(low, min(medians)))
    return Answer(
        right,
        f"At η = {rates[0]:g} the median validation accuracy is {to_tenths(medians[0])}, at η = {rates[1]:g} "
        f"{to_tenths(medians[1])}. Always guessing the most common class gets "
        f"{to_tenths(baseline.share(y))}.",
    )


def _epochs_to(run, accuracy):
    """Return the first stored epoch whose median validation accuracy is at least `accuracy`."""
    for one in run.history:
        if np.median([record.valid_accuracy for record in one.records]) >= accuracy:
            return one.number
    return np.inf


def another_computer(values, trained):
    """Say whether the first network's validation loss equals the one in the link: exactly, nearly, or not."""
    (run,) = trained(setups(values))
    here = run.records[0].valid_loss
    there = fingerprint.read(values["fingerprint"]).losses[1]
    gap = abs(here - there) / there
    right = 0 if f"{here:.6g}" == f"{there:.6g}" else 1 if gap < CLEARLY else 2
    by = "less than 0.1%" if gap < 0.0005 else f"{gap:.1%}"
    told = f"{by} {'lower' if here < there else 'higher'}" if right else "the same to six digits"
    return Answer(
        right,
        f"After {run.epochs} epochs the validation loss was {there:.6g} there and is {here:.6g} "
        f"here: {told}.",
    )
