"""Records and observations of an ensemble's run as tidy data frames, by start."""

import numpy as np
import pandas as pd

from mlp import INITIALIZERS
from ui.charts import palette
from ui.figures import frames
from ui.training.history import of_epochs

LEARNED = 0.1  # accuracy above the share of the commonest class that counts as having learned


def part(run, positions, n_epochs, *, cumulative=False):
    """Return the History of some `positions` of a Run, up to an epoch.

    With `cumulative`, training figures are means over all epochs so far, as some report them; it ends
    before the first epoch that has been left out.
    """
    epochs = run.up_to(n_epochs)
    if cumulative:
        epochs = [epoch for place, epoch in enumerate(epochs) if epoch.number == place]
    records = [tuple(epoch.records[i] for i in positions) for epoch in epochs]
    if cumulative:
        for name in ("train_loss", "train_accuracy"):
            values = np.array([[getattr(r, name) for r in epoch] for epoch in records[1:]])
            means = np.cumsum(values, axis=0) / np.arange(1, len(records))[:, np.newaxis]
            for place, row in enumerate(means.tolist(), start=1):
                pairs = zip(records[place], row, strict=True)
                records[place] = tuple(r._replace(**{name: value}) for r, value in pairs)
    chosen = zip(epochs, records, strict=True)
    return of_epochs(epoch._replace(records=mine) for epoch, mine in chosen)


def curves(ensemble, run, n_epochs, *, cumulative=False):
    """Return columns epoch, quantity, split, median, low, high, start: over the seeds of each start."""
    parts = []
    for start in ensemble.starts:
        mine = part(run, ensemble.positions(start), n_epochs, cumulative=cumulative)
        frame = frames.curves(mine, n_epochs)
        parts.append(frame.assign(start=start.label))
    return pd.concat(parts)


def ends(ensemble, run, n_epochs, quantity, split):
    """Return columns epoch, start, value, runs: where runs of a start diverged; their last finite value."""
    name, rows = f"{frames.SPLITS[split]}_{quantity}", {}
    for start in ensemble.starts:
        for i in ensemble.positions(start):
            epochs = run.up_to(n_epochs)
            lost = next((k for k, epoch in enumerate(epochs) if epoch.records[i].diverged), None)
            if lost is None:
                continue
            values = [getattr(epoch.records[i], name) for epoch in epochs[:lost]]
            finite = [v for v in values if np.isfinite(v)]
            value = max(finite[-1], frames.LEAST_LOSS if quantity == "loss" else 0.0) if finite else np.nan
            row = rows.setdefault((start.label, epochs[max(0, lost - 1)].number), {"value": value, "runs": 0})
            row["runs"] += 1
    frame = [{"start": label, "epoch": epoch, **row} for (label, epoch), row in rows.items()]
    return pd.DataFrame(frame, columns=["start", "epoch", "value", "runs"]).dropna()


def verdicts(ensemble, run, n_epochs, guessed):
    """Return (the table that answers the prediction, one row per start; the share of the commonest class).

    A start has learned if the median of its seeds' validation accuracy (training accuracy if there is no
    validation set) exceeds the share of the commonest class by LEARNED or more.
    """
    records = run.at(n_epochs).records
    split = "valid" if len(run.dataset.y_valid) else "train"
    chance = commonest(getattr(run.dataset, f"y_{split}"))
    rows = []
    for start in ensemble.starts:
        mine = [records[i] for i in ensemble.positions(start)]
        values = np.array([getattr(r, f"{split}_accuracy") for r in mine])
        values[[r.diverged for r in mine]] = np.nan
        finite = values[np.isfinite(values)]
        learned = len(finite) > len(values) / 2 and np.median(finite) >= chance + LEARNED
        spread = f"{np.median(finite):.1%} ({finite.min():.1%} – {finite.max():.1%})" if len(finite) else "–"
        rows.append(
            {
                "initializer": start.label,
                "you said": "learns" if start.label in guessed else "does not",
                "measured": "learns" if learned else "does not",
                "right": learned == (start.label in guessed),
                f"{'validation' if split == 'valid' else 'train'} accuracy": spread,
                "diverged": f"{len(values) - len(finite)} of {len(values)}",
            }
        )
    return pd.DataFrame(rows), chance


def commonest(y):
    """Return the share of the commonest class, which is the accuracy of always guessing it."""
    return float(np.bincount(y).max() / len(y)) if len(y) else float("nan")


def label_entropy(y):
    """Return -Σ_k p_k ln p_k of the classes' shares, in nats: the least mean cross-entropy without X."""
    shares = np.bincount(y) / len(y)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def by_layer(run, positions, n_epochs, quantity):
    """Return columns epoch, layer, median, low, high of an Observation's `gradient` or `update_ratio`."""
    parts, trained = [], run.up_to(n_epochs)[1:]
    chosen = np.linspace(0, len(trained) - 1, min(len(trained), 100)).round().astype(int)
    for place in np.unique(chosen):
        epoch, _, seen_then, _ = trained[place]
        values = getattr(seen_then, quantity)[list(positions)].astype(float)
        values[~np.isfinite(values) | (values <= 0)] = np.nan
        seen = ~np.isnan(values).all(axis=0)
        if seen.any():
            columns = [f(values[:, seen], axis=0) for f in (np.nanmedian, np.nanmin, np.nanmax)]
            rows = dict(zip(("median", "low", "high"), columns, strict=True))
            parts.append(pd.DataFrame({"epoch": epoch, "layer": np.flatnonzero(seen) + 1} | rows))
    return pd.concat(parts) if parts else pd.DataFrame(columns=["epoch", "layer", "median", "low", "high"])


def distinct(ensemble, run, n_epochs):
    """Return columns epoch, start, median, low, high: distinct units of the first hidden layer, one seed."""
    rows = []
    for epoch in run.up_to(n_epochs):
        for number, start in enumerate(ensemble.starts):
            units = epoch.observation.distinct[number, 0]
            if np.isfinite(units):
                rows.append({"epoch": epoch.number, "start": start.label, "median": units})
    frame = pd.DataFrame(rows, columns=["epoch", "start", "median"])
    return frame.assign(low=frame["median"], high=frame["median"])


def colour_of(initializer):
    """Return the colour of an initializer; with more initializers than colours, the colours repeat."""
    return palette.STARTS[list(INITIALIZERS).index(initializer) % len(palette.STARTS)]


def colours_of(starts):
    """Return {label: colour} of the starts of an ensemble."""
    return {start.label: colour_of(start.initializer) for start in starts}
