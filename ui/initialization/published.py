"""The published experiment that the page shows, its figures by epoch, and a table of them next to ours."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd

from data import DataConfig
from lab.divergence import surviving, when
from lab.links.ensemble import DEFAULTS, parse_start
from lab.published import starts
from lab.published.replay import NOTHING
from lab.published.sigmoids import unscaled_test_accuracy
from lab.published.systems import REPLAYS
from lab.published.tables import FIGURES, SOURCES, published_runs
from mlp import TrainConfig
from ui.figures.frames import SPLITS
from ui.initialization.frames import part

FREE = {"init_seed": 0, "shuffle_seed": 0, "epochs": 1, "initializer": "zeros", "init_scale": 1.0}
STAND_IN = "mnist"  # replaces a dataset that would have to be downloaded first
NAMES = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST", "cifar10": "CIFAR-10"}
REPORTED = "reported loss"  # a loss that a source reports but does not minimise
RAW, SCALED = "test accuracy on raw test images", "test accuracy on scaled ones"


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
    """Return the Replay of this experiment, whatever the seeds, epochs and starts, or None.

    Of replays that differ only in their epochs, return the one with this number of epochs, else the first.
    The same experiment on MNIST is returned with MNIST as its `stand_in` and without published figures.
    """
    visitors, matches = ensemble.experiment, []
    for replay in REPLAYS:
        data, train = experiment(replay)
        shown = set(map(parse_start, replay.changes["sets"])) & set(ensemble.starts)
        if not shown or replace(visitors.train, **FREE) != replace(train, **FREE):
            continue
        if replace(visitors.data, seed=0) == replace(data, seed=0):
            matches.append(replay)
        elif replace(visitors.data, seed=0) == replace(data, seed=0, name=STAND_IN):
            matches.append(replay._replace(stand_in=STAND_IN, curves=NOTHING, finals=NOTHING))
    exact = [replay for replay in matches if replay.changes["epochs"] == visitors.train.epochs]
    return next(iter(exact or matches), None)


def introduction(replay):
    """Return in words what the replay is, its source, the data it is trained on here, and its quirks."""
    own = NAMES[replay.changes["name"]]
    source = SOURCES[replay.source]
    source = f"Dashed: {source}." if replay.curves or replay.finals else f"{source[0].upper()}{source[1:]}."
    trained_on = f"Trained on {own}."
    if replay.stand_in:
        trained_on = (
            f"**Trained on {NAMES[replay.stand_in]}, a stand-in for {own}**: these curves cannot be compared "
            f"with what was published for {own}."
        )
    question = replay.question if replay.question.endswith("?") else f"{replay.question}."
    return f"**{question}** {source} {trained_on} {replay.note}"


def columns(replay):
    """Return [(quantity, split), …] of everything that was published by epoch, in the order of the table."""
    names = []
    for figure in FIGURES:
        name, quantity = figure.split("_")
        runs = [published_runs()[replay.source, run] for run in replay.curves.values()]
        if np.isfinite([value for run in runs for value in run[figure]]).any():
            (split,) = [split for split, short in SPLITS.items() if short == name]
            names.append((REPORTED if replay.cumulative and quantity == "loss" else quantity, split))
    return names


def figures(replay, starts):
    """Return [(start, figure, epoch, value), …] published for these starts, from epoch 1 on.

    A loss that a source reports but does not minimise is a separate figure, REPORTED.
    """
    values = [
        (
            parse_start(text),
            REPORTED if replay.cumulative and figure.endswith("loss") else figure,
            epoch,
            value,
        )
        for text, run in replay.curves.items()
        for figure, curve in published_runs()[replay.source, run].items()
        for epoch, value in enumerate(curve, start=1)
        if np.isfinite(value)
    ]
    values += [(parse_start(text), *final) for text, final in replay.finals.items()]
    return [value for value in values if value[0] in starts]


def by_epoch(replay, ensemble, quantity, split):
    """Return columns epoch, start, value of one published figure for the page's starts, or None."""
    name, n_epochs = quantity, ensemble.experiment.train.epochs
    if quantity != REPORTED:
        name = f"{SPLITS[split]}_{quantity}"
    rows = [
        {"epoch": epoch, "start": start.label, "value": value}
        for start, figure, epoch, value in figures(replay, ensemble.starts)
        if figure == name and epoch <= n_epochs and 0 < value < np.inf
    ]
    return pd.DataFrame(rows) if rows else None


def kept(replay, ensemble, quantity, split):
    """Return (columns epoch, start, median, low, high; number of starts) of our stored curves, or None."""
    figure = "train_loss" if quantity == REPORTED else f"{SPLITS[split]}_{quantity}"
    frame = pd.DataFrame(
        row | {"start": parse_start(text).label}
        for text in replay.changes["sets"]
        if parse_start(text) in ensemble.starts
        for row in starts.curve(replay, text, figure)
        if row["epoch"] <= ensemble.experiment.train.epochs
    )
    return None if frame.empty else (frame.drop(columns="seeds"), int(frame["seeds"].max()))


def comparison(replay, ensemble, run, n_epochs, *, with_test=True):
    """Return one row per published figure: its last value within the trained epochs, and ours at that epoch.

    A test accuracy on images that the source did not scale is compared with ours on unscaled images; ours on
    scaled images has a row of its own. Without the weights of that epoch, only the latter row is returned.
    """
    last = _last(replay, ensemble, n_epochs, with_test)
    rows = []
    for (start, figure), (epoch, value) in last.items():
        history = part(run, ensemble.positions(start), epoch, cumulative=replay.cumulative)
        records = history.at(epoch).records
        ours = [getattr(record, figure) for record in surviving(records)]
        lost = [record for record in records if record.diverged]
        gone = f"{len(lost)} of {len(records)} diverged {when(lost)}" if lost else ""
        decimals = _decimals(replay.source, figure, value)
        if replay.unscaled_test and figure == "test_accuracy":
            raw = unscaled(ensemble.of(start), records, run.dataset)
            if raw is not None:
                rows.append(_row(start, RAW, epoch, value, raw, gone, decimals))
            rows.append(_row(start, SCALED, epoch, None, ours, gone, decimals))
        else:
            rows.append(_row(start, figure.replace("_", " "), epoch, value, ours, gone, decimals))
    return pd.DataFrame(rows)


def kept_comparison(replay, ensemble, *, with_test=True):
    """Return the rows of `comparison` for those of our trainings that are stored with the lab."""
    rows, texts = [], {parse_start(text): text for text in replay.changes["sets"]}
    last = _last(replay, ensemble, ensemble.experiment.train.epochs, with_test)
    for (start, figure), (epoch, value) in last.items():
        raw = replay.unscaled_test and figure == "test_accuracy"
        kept_rows = starts.kept(replay, texts[start], epoch)
        ours = [row.get(starts.UNSCALED if raw else figure, np.nan) for row in kept_rows]
        n_lost = sum(not np.isfinite(row["train_loss"]) for row in kept_rows)
        gone = f"{n_lost} of {len(ours)} diverged" if n_lost else ""
        name = RAW if raw else figure.replace("_", " ")
        rows.append(_row(start, name, epoch, value, ours, gone, _decimals(replay.source, figure, value)))
    return pd.DataFrame(rows)


def _last(replay, ensemble, n_epochs, with_test):
    """Return {(start, figure): (epoch, value)}: the last published value of each figure up to this epoch."""
    return {
        (start, figure): (epoch, value)
        for start, figure, epoch, value in figures(replay, ensemble.starts)
        if epoch <= n_epochs and figure != REPORTED and (with_test or not figure.startswith("test"))
    }


def like_for_like(table, replay, n_epochs):
    """Return what our rows on raw and on scaled test images say, as a list of at most one sentence."""
    if not replay.unscaled_test or table.empty or SCALED not in set(table["figure"]):
        return []
    medians = table.set_index("figure")["ours, median"]
    epoch = table.set_index("figure")["after epoch"][SCALED]
    if RAW not in medians:
        return [
            f"The weights of epoch {epoch} are not kept, because this training has gone on to epoch "
            f"{n_epochs}: our figure on raw test images is missing, so the published figure cannot be "
            "compared."
        ]
    raw, scaled = (pd.to_numeric(medians[name], errors="coerce") for name in (RAW, SCALED))
    if not np.isfinite([raw, scaled]).all():
        return []
    points = round(100 * (scaled - raw), 1)
    more = f"{abs(points):.1f} points {'more' if points > 0 else 'less'}"
    return [
        f"**Like for like**: on test images that are not scaled, as it tested, our median is {raw:.4f}; on "
        f"scaled ones it is {scaled:.4f}, {more if points else 'the same to 0.1 points'}."
    ]


def unscaled(configs, records, dataset):
    """Return the accuracies on raw test images of the networks that did not diverge; None without weights."""
    pairs = [pair for pair in zip(records, configs, strict=True) if not pair[0].diverged]
    if not all(record.params for record, _ in pairs):
        return None
    return [unscaled_test_accuracy(record.params, config, dataset) for record, config in pairs]


def _decimals(source, figure, value):
    """Return the most decimals among a source's values of a figure, because 0.1060 is read as 0.106."""
    tables = [table.get(figure, ()) for (name, _), table in published_runs().items() if name == source]
    given = [value, *(other for table in tables for other in table if np.isfinite(other))]
    return max(len(repr(float(one)).partition(".")[2]) for one in given)


def _row(start, figure, epoch, value, ours, gone, decimals):
    """Return a row of the table; `value` is None if our figure has no published counterpart.

    `gone` says which of our networks diverged, "" if none did.
    """
    ours = np.array(ours)
    ours = ours[np.isfinite(ours)]
    row = {
        "initializer": start.label,
        "figure": figure,
        "after epoch": epoch,
        "published": "–" if value is None else f"{value:.4f}" if value < 1e6 else f"{value:.1e}",
        "ours, median": gone or "–",
    }
    if len(ours):
        low, high, median = ours.min(), ours.max(), np.median(ours)
        row["ours, median"] = f"{median:.4f}"
        row["ours, range"] = f"{low:.4f} – {high:.4f}" + (f" ({gone})" if gone else "")
        if value is None:
            return row
        row["difference"] = f"{round(median - value, 4) + 0.0:+.4f}"
        half = 0.5 * 10.0**-decimals  # half a unit in the last published digit
        inside = "inside" if low - half <= value <= high + half else "outside"
        if len(ours) > 1:
            row["published lies"] = f"{inside} the range of {len(ours)} seeds"
    return row
