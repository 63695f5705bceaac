"""An ensemble's run as tidy data frames, by start or by split."""

import numpy as np
import pandas as pd

from lab import baseline
from lab.divergence import surviving, when
from lab.words import to_tenths
from mlp.checks.numerical import spread
from ui.charts.curves import LEAST_LOSS
from ui.figures import frames
from ui.training.history import of_epochs

LEARNED = 0.1  # an accuracy this far above the share of the most common class counts as having learned
MOST_EPOCHS = 100  # epochs in the charts by layer


def part(run, positions, n_epochs, *, cumulative=False):
    """Return the History of some `positions` of a Run, up to an epoch.

    With `cumulative`, training figures are means over all epochs so far, as some sources report them; the
    History then ends before the first missing epoch.
    """
    epochs = run.up_to(n_epochs)
    if cumulative:
        epochs = [epoch for place, epoch in enumerate(epochs) if epoch.number == place]
    records = [tuple(epoch.records[i] for i in positions) for epoch in epochs]
    for name in ("train_loss", "train_accuracy") if cumulative else ():
        values = np.array([[getattr(record, name) for record in row] for row in records[1:]])
        means = np.cumsum(values, axis=0) / np.arange(1, len(records))[:, np.newaxis]
        for place, row in enumerate(means.tolist(), start=1):
            pairs = zip(records[place], row, strict=True)
            records[place] = tuple(record._replace(**{name: mean}) for record, mean in pairs)
    return of_epochs(epoch._replace(records=row) for epoch, row in zip(epochs, records, strict=True))


def curves(ensemble, run, n_epochs, *, cumulative=False):
    """Return columns epoch, quantity, split, median, low, high, start: over the seeds of each start."""
    parts = []
    for start in ensemble.starts:
        history = part(run, ensemble.positions(start), n_epochs, cumulative=cumulative)
        parts.append(frames.curves(history, n_epochs).assign(start=start.label))
    return pd.concat(parts)


def by_split(ensemble, run, start, n_epochs, quantity, splits):
    """Return columns epoch, quantity, split, median, low, high of one start, from the first epoch on.

    The `quantity` is loss, accuracy, error (1 - accuracy) or cost (the loss plus the penalty of the weights
    at the epoch's end).
    """
    history = part(run, ensemble.positions(start), n_epochs)
    kind = {"cost": "loss", "error": "accuracy"}.get(quantity, quantity)
    names = [f"{frames.SPLITS[split]}_{kind}" for split in splits]

    def changed(record):
        values = {name: getattr(record, name) for name in names}
        if quantity == "cost":
            values = {name: value + record.penalty for name, value in values.items()}
        if quantity == "error":
            values = {name: 1 - value for name, value in values.items()}
        return record._replace(**values)

    epochs = [epoch._replace(records=tuple(map(changed, epoch.records))) for epoch in history.epochs]
    frame = frames.curves(of_epochs(epochs), n_epochs, splits)
    frame = frame[(frame["quantity"] == kind) & (frame["epoch"] > 0)]
    return frame.assign(quantity=quantity)


def ends(ensemble, run, n_epochs, quantity, split):
    """Return columns start, epoch, value, runs: where a start's runs diverged; their last finite value."""
    name, epochs, rows = f"{frames.SPLITS[split]}_{quantity}", run.up_to(n_epochs), {}
    least = LEAST_LOSS if quantity == "loss" else 0.0
    for start in ensemble.starts:
        for i in ensemble.positions(start):
            n_before = next((k for k, epoch in enumerate(epochs) if epoch.records[i].diverged), None)
            if n_before is None:
                continue
            values = [getattr(epoch.records[i], name) for epoch in epochs[:n_before]]
            finite = [value for value in values if np.isfinite(value)]
            value = max(finite[-1], least) if finite else np.nan
            epoch = epochs[max(0, n_before - 1)].number
            row = rows.setdefault((start, epoch), {"epoch": epoch, "start": start.label, "value": value})
            row["runs"] = row.get("runs", 0) + 1
    return pd.DataFrame(list(rows.values()), columns=["start", "epoch", "value", "runs"]).dropna()


def margin(chance):
    """Return how far above the share of the most common class an accuracy counts as having learned.

    It is LEARNED or, if no accuracy can be so far above that share, half of what is left to 1.
    """
    return LEARNED if chance + LEARNED <= 1 else (1 - chance) / 2


def verdicts(ensemble, run, n_epochs, guesses):
    """Return (the table that checks the prediction, one row per start; the share of the most common class).

    A start has learned if the median of its seeds' validation accuracy (training accuracy if there is no
    validation set) exceeds the share of the most common class by its `margin` or more.
    """
    records = run.at(n_epochs).records
    split, name = ("valid", "validation") if len(run.dataset.y_valid) else ("train", "train")
    y = getattr(run.dataset, f"y_{split}")
    chance, rows = baseline.share(y), []
    for start in ensemble.starts:
        finals = [records[i] for i in ensemble.positions(start)]
        values = np.array([getattr(record, f"{split}_accuracy") for record in surviving(finals)])
        lost = [record for record in finals if record.diverged]
        middle = np.median(values) if len(values) > len(finals) / 2 else np.nan
        learned = bool(middle >= chance + margin(chance) and baseline.exceeds(middle, y))
        ends = [to_tenths(of(values)) for of in (np.median, np.min, np.max)] if len(values) else ()
        row = {
            "initializer": start.label,
            "you said": "learns" if start.label in guesses else "does not",
            "measured": "learns" if learned else "does not",
            "right": learned == (start.label in guesses),
            f"{name} accuracy": "{} ({} – {})".format(*ends) if ends else "–",
            "diverged": f"{len(lost)} of {len(finals)}" + (f" {when(lost)}" if lost else ""),
            "lost": when(lost) if not len(values) else "",
            "below": len(values) > 0 and not baseline.exceeds(np.median(values), y),
        }
        rows.append(row)
    return pd.DataFrame(rows), chance


def label_entropy(y):
    """Return -Σ_k p_k ln p_k of the classes' shares, in nats: the least mean cross-entropy without X."""
    shares = np.bincount(y) / len(y)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def observed(run, n_epochs):
    """Return the epochs of the charts by layer, from the first step on: up to MOST_EPOCHS, evenly spread."""
    epochs = run.up_to(n_epochs)[1:]
    return [epochs[place] for place in spread(len(epochs), MOST_EPOCHS)]


def by_layer(run, positions, n_epochs, quantity):
    """Return columns epoch, layer, median, low, high of an Observation's `gradient` or `update_ratio`."""
    parts = []
    for epoch in observed(run, n_epochs):
        values = getattr(epoch.observation, quantity)[list(positions)].astype(float)
        values[~np.isfinite(values) | (values <= 0)] = np.nan
        layers = np.flatnonzero(~np.isnan(values).all(axis=0))
        if layers.size:
            columns = {"epoch": epoch.number, "layer": layers + 1}
            parts.append(pd.DataFrame(columns | frames.over_seeds(values[:, layers])))
    return pd.concat(parts) if parts else pd.DataFrame(columns=["epoch", "layer", "median", "low", "high"])


def distinct(ensemble, run, n_epochs):
    """Return columns epoch, start, median, low, high: distinct units of the first hidden layer; one seed."""
    rows = [
        {"epoch": epoch.number, "start": start.label, "median": epoch.observation.distinct[number, 0]}
        for epoch in run.up_to(n_epochs)
        for number, start in enumerate(ensemble.starts)
    ]
    frame = pd.DataFrame(rows, columns=["epoch", "start", "median"]).dropna()
    return frame.assign(low=frame["median"], high=frame["median"])
