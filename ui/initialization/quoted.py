"""Published results of the page's experiment, next to the results of our own seeds."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import streamlit as st

from data import DataConfig
from lab.links.ensemble import parse_start
from lab.published import REPLAYS, SOURCES, published_runs
from mlp import TrainConfig
from ui.initialization import frames
from ui.initialization.setup import DEFAULTS

FREE = {"init_seed": 0, "shuffle_seed": 0, "epochs": 1, "initializer": "zeros", "init_scale": 1.0}


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
    asked = ensemble.experiment
    labels = {start.label for start in ensemble.starts}
    found = []
    for replay in REPLAYS:
        data, train = experiment(replay)
        same = replace(asked.data, seed=0) == replace(data, seed=0)
        shown = labels & {parse_start(text).label for text in replay.changes["sets"]}
        if same and shown and replace(asked.train, **FREE) == replace(train, **FREE):
            found.append(replay)
    exact = [replay for replay in found if replay.changes["epochs"] == asked.train.epochs]
    return next(iter(exact or found), None)


def published(replay, ensemble, quantity, split):
    """Return columns epoch, start, value: the values published for the page's starts; None if there are none.

    Their first epoch is our epoch 1.
    """
    if replay.cumulative and quantity == "loss":
        return None  # the source reports another loss than the one it minimises
    figure = f"{'valid' if split == 'validation' else split}_{quantity}"
    labels = {start.label for start in ensemble.starts}
    parts = []
    for text, run in replay.curves.items():
        values = published_runs()[replay.source, run][figure]
        label, epochs = parse_start(text).label, np.arange(1, len(values) + 1)
        if label in labels:
            keep = np.isfinite(values) & (values > 0) & (epochs <= ensemble.experiment.train.epochs)
            parts.append(pd.DataFrame({"epoch": epochs[keep], "start": label, "value": values[keep]}))
    for text, (name, epoch, value) in replay.finals.items():
        label = parse_start(text).label
        if name == figure and label in labels and epoch <= ensemble.experiment.train.epochs:
            parts.append(pd.DataFrame({"epoch": [epoch], "start": label, "value": value}))
    return pd.concat(parts) if parts else None


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
    wanted = []
    for text, name in replay.curves.items():
        for figure, values in published_runs()[replay.source, name].items():
            last = min(len(values), n_epochs)
            usable = not (replay.cumulative and figure.endswith("loss"))
            if last and np.isfinite(values[last - 1]) and usable:
                wanted.append((text, figure, last, float(values[last - 1]), _digits(replay.source, figure)))
    for text, (figure, epoch, value) in replay.finals.items():
        if epoch <= n_epochs:
            wanted.append((text, figure, epoch, value, _decimals(value)))
    rows = []
    for text, figure, epoch, value, decimals in wanted:
        start = parse_start(text)
        if start in ensemble.starts:
            ours = _ours(replay, ensemble, run, start, figure, epoch)
            rows.append(_row(start, figure, epoch, value, ours, decimals))
    return pd.DataFrame(rows)


def _ours(replay, ensemble, run, start, figure, epoch):
    part = frames.part(run, ensemble.positions(start), epoch, cumulative=replay.cumulative)
    return np.array([getattr(r, figure) if not r.diverged else np.nan for r in part.at(epoch).records])


def _digits(source, figure):
    """Return the decimals that a source gives of a figure: the most of any value, as 0.1060 reads 0.106."""
    columns = [table[figure] for (name, _), table in published_runs().items() if name == source]
    return max(_decimals(value) for column in columns for value in column if np.isfinite(value))


def _decimals(value):
    return len(repr(float(value)).partition(".")[2])


def _row(start, figure, epoch, value, ours, decimals):
    finite = ours[np.isfinite(ours)]
    digits = ".4f"
    row = {
        "initializer": start.label,
        "figure": figure.replace("_", " "),
        "after epoch": epoch,
        "published": f"{value:{digits}}" if value < 1e6 else f"{value:.1e}",
        "ours, median": "diverged",
    }
    if len(finite):
        low, high = finite.min(), finite.max()
        half = 0.5 * 10.0**-decimals  # half a unit of the last published digit
        inside = "inside" if low - half <= value <= high + half else "outside"
        row["ours, median"] = f"{np.median(finite):{digits}}"
        row["ours, range"] = f"{low:{digits}} – {high:{digits}}"
        row["difference"] = f"{round(np.median(finite) - value, 4) + 0.0:+{digits}}"
        if len(finite) > 1:
            row["published lies"] = f"{inside} the range of {len(finite)} seeds"
    return row
