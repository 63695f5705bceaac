"""An ensemble's run as tidy data frames by start, and the published figures of the same experiment."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import streamlit as st

from data import DataConfig
from lab import baseline
from lab.divergence import surviving, when
from lab.links.ensemble import DEFAULTS, parse_start
from lab.published.systems import REPLAYS
from lab.published.tables import SOURCES, published_runs
from mlp import TrainConfig
from mlp.checks.numerical import spread
from ui.figures import frames
from ui.training.history import of_epochs

LEARNED = 0.1  # accuracy above the share of the most common class that counts as having learned
MOST_EPOCHS = 100  # of the charts by layer
FREE = {"init_seed": 0, "shuffle_seed": 0, "epochs": 1, "initializer": "zeros", "init_scale": 1.0}


def part(run, positions, n_epochs, *, cumulative=False):
    """Return the History of some `positions` of a Run, up to an epoch.

    With `cumulative`, training figures are means over all epochs so far, as some report them; it ends
    before the first epoch that has been left out.
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


def ends(ensemble, run, n_epochs, quantity, split):
    """Return columns start, epoch, value, runs: where runs of a start diverged; their last finite value."""
    name, epochs, rows = f"{frames.SPLITS[split]}_{quantity}", run.up_to(n_epochs), {}
    least = frames.LEAST_LOSS if quantity == "loss" else 0.0
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


def verdicts(ensemble, run, n_epochs, guesses):
    """Return (the table that answers the prediction, one row per start; the share of the most common class).

    A start has learned if the median of its seeds' validation accuracy (training accuracy if there is no
    validation set) exceeds the share of the most common class by LEARNED or more.
    """
    records = run.at(n_epochs).records
    split, name = ("valid", "validation") if len(run.dataset.y_valid) else ("train", "train")
    y = getattr(run.dataset, f"y_{split}")
    chance, rows = baseline.share(y), []
    for start in ensemble.starts:
        finals = [records[i] for i in ensemble.positions(start)]
        values = np.array([getattr(record, f"{split}_accuracy") for record in surviving(finals)])
        lost = [record for record in finals if record.diverged]
        learned = len(values) > len(finals) / 2 and np.median(values) >= chance + LEARNED
        spread = f"{np.median(values):.1%} ({values.min():.1%} – {values.max():.1%})" if len(values) else "–"
        row = {
            "initializer": start.label,
            "you said": "learns" if start.label in guesses else "does not",
            "measured": "learns" if learned else "does not",
            "right": learned == (start.label in guesses),
            f"{name} accuracy": spread,
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


def by_layer(run, positions, n_epochs, quantity):
    """Return columns epoch, layer, median, low, high of an Observation's `gradient` or `update_ratio`."""
    parts, epochs = [], run.up_to(n_epochs)[1:]
    for place in spread(len(epochs), MOST_EPOCHS):
        values = getattr(epochs[place].observation, quantity)[list(positions)].astype(float)
        values[~np.isfinite(values) | (values <= 0)] = np.nan
        layers = np.flatnonzero(~np.isnan(values).all(axis=0))
        if layers.size:
            columns = {"epoch": epochs[place].number, "layer": layers + 1}
            parts.append(pd.DataFrame(columns | frames.over_seeds(values[:, layers])))
    return pd.concat(parts) if parts else pd.DataFrame(columns=["epoch", "layer", "median", "low", "high"])


def distinct(ensemble, run, n_epochs):
    """Return columns epoch, start, median, low, high: distinct units of the first hidden layer, one seed."""
    rows = [
        {"epoch": epoch.number, "start": start.label, "median": epoch.observation.distinct[number, 0]}
        for epoch in run.up_to(n_epochs)
        for number, start in enumerate(ensemble.starts)
    ]
    frame = pd.DataFrame(rows, columns=["epoch", "start", "median"]).dropna()
    return frame.assign(low=frame["median"], high=frame["median"])


def experiment(replay):
    """Return (DataConfig, TrainConfig) of a replay, with its first start."""
    values = DEFAULTS | replay.changes
    start = parse_start(values["sets"][0])
    values |= {"initializer": start.initializer, "init_scale": start.scale}
    return tuple(
        kind(**{field.name: values[field.name] for field in fields(kind) if field.name in values})
        for kind in (DataConfig, TrainConfig)
    )


def matching(ensemble):
    """Return the Replay with this experiment, whatever the seeds, epochs and starts; or None.

    Of replays that differ only in their epochs, return the one with the same number, else the first.
    """
    visitors, matches = ensemble.experiment, []
    for replay in REPLAYS:
        data, train = experiment(replay)
        same = replace(visitors.data, seed=0) == replace(data, seed=0)
        shown = set(map(parse_start, replay.changes["sets"])) & set(ensemble.starts)
        if same and shown and replace(visitors.train, **FREE) == replace(train, **FREE):
            matches.append(replay)
    exact = [replay for replay in matches if replay.changes["epochs"] == visitors.train.epochs]
    return next(iter(exact or matches), None)


def figures(replay, starts):
    """Return [(start, figure, epoch, value), …] of all that was published for these starts, from epoch 1 on.

    A loss that a source reports but does not minimise is left out.
    """
    values = [
        (parse_start(text), figure, epoch, value)
        for text, run in replay.curves.items()
        for figure, curve in published_runs()[replay.source, run].items()
        for epoch, value in enumerate(curve, start=1)
        if not (replay.cumulative and figure.endswith("loss"))
    ]
    values += [(parse_start(text), *final) for text, final in replay.finals.items()]
    return [value for value in values if value[0] in starts]


def published(replay, ensemble, quantity, split):
    """Return columns epoch, start, value of one published figure for the page's starts, or None."""
    name, n_epochs = f"{frames.SPLITS[split]}_{quantity}", ensemble.experiment.train.epochs
    rows = [
        {"epoch": epoch, "start": start.label, "value": value}
        for start, figure, epoch, value in figures(replay, ensemble.starts)
        if figure == name and epoch <= n_epochs and 0 < value < np.inf
    ]
    return pd.DataFrame(rows) if rows else None


def show_published(replay, ensemble, run, n_epochs):
    """Show the source and its quirks, and each published figure next to the range of our seeds."""
    st.markdown(f"**{replay.question}** Dashed: {SOURCES[replay.source]}. {replay.note}")
    table = comparison(replay, ensemble, run, n_epochs)
    if len(table):
        st.dataframe(table, hide_index=True)
    else:
        st.caption("No published figure falls within the epochs trained here.")


def comparison(replay, ensemble, run, n_epochs):
    """Return one row per published figure: its last value within the epochs trained, and ours then."""
    last = {
        (start, figure): (epoch, value)
        for start, figure, epoch, value in figures(replay, ensemble.starts)
        if epoch <= n_epochs
    }
    rows = []
    for (start, figure), (epoch, value) in last.items():
        if np.isfinite(value):
            history = part(run, ensemble.positions(start), epoch, cumulative=replay.cumulative)
            records = history.at(epoch).records
            rows.append(_row(start, figure, epoch, value, records, _decimals(replay.source, figure, value)))
    return pd.DataFrame(rows)


def _decimals(source, figure, value):
    """Return the most decimals that a source gives of any value of a figure, as 0.1060 reads 0.106."""
    tables = [table.get(figure, ()) for (name, _), table in published_runs().items() if name == source]
    given = [value, *(other for table in tables for other in table if np.isfinite(other))]
    return max(len(repr(float(one)).partition(".")[2]) for one in given)


def _row(start, figure, epoch, value, records, decimals):
    ours = np.array([getattr(record, figure) for record in surviving(records)])
    ours, lost = ours[np.isfinite(ours)], [record for record in records if record.diverged]
    gone = f"{len(lost)} of {len(records)} diverged {when(lost)}" if lost else ""
    row = {
        "initializer": start.label,
        "figure": figure.replace("_", " "),
        "after epoch": epoch,
        "published": f"{value:.4f}" if value < 1e6 else f"{value:.1e}",
        "ours, median": gone or "–",
    }
    if len(ours):
        low, high, median = ours.min(), ours.max(), np.median(ours)
        row["ours, median"] = f"{median:.4f}"
        row["ours, range"] = f"{low:.4f} – {high:.4f}" + (f" ({gone})" if gone else "")
        row["difference"] = f"{round(median - value, 4) + 0.0:+.4f}"
        half = 0.5 * 10.0**-decimals  # half a unit of the last published digit
        inside = "inside" if low - half <= value <= high + half else "outside"
        if len(ours) > 1:
            row["published lies"] = f"{inside} the range of {len(ours)} seeds"
    return row
