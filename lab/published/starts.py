"""Where a published figure lies among many random starts of the same training.

The starts are those of data/starts.csv, written by `python -m benchmarks.replays --starts N`.
"""

import csv
import functools
import math
import statistics
from typing import NamedTuple

from lab.links.ensemble import parse_start
from lab.published import coursework_a, coursework_b, coursework_d
from lab.published.tables import RUNS_PATH, published_runs
from lab.words import counted, percent, to_tenths
from mlp.comparisons import wilson

STARTS_PATH = RUNS_PATH.with_name("starts.csv")
KEYS = ("date", "version", "experiment", "initializer", "seed", "epoch")
FIGURES = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "test_accuracy")
UNSCALED, LOST = "unscaled_test_accuracy", "digits_lost"
COLUMNS = (*KEYS, *FIGURES, UNSCALED, LOST)
AVERAGED = "train_accuracy"  # D's, which is averaged over all epochs so far
DECIMALS = {AVERAGED: 2}  # all other figures have OTHERWISE
OTHERWISE = 4
FEWEST = 5  # fewest starts for which a standing is stated
TRIES = 10


class Figure(NamedTuple):
    """A published final figure of a replay: the start, the epoch, the value and its number of decimals.

    `label` says in a few words which of the coursework's figures it is.
    """

    label: str
    replay: object
    start: str
    name: str
    epoch: int
    value: float
    decimals: int


def figures():
    """Return {letter: the final Figures that this coursework published}.

    D's test accuracies are on test images that it forgot to scale.
    """
    found = {}
    for letter, coursework in (("A", coursework_a), ("B", coursework_b), ("D", coursework_d)):
        of_letter = found.setdefault(letter, [])
        for replay in coursework.REPLAYS:
            for start, run in replay.curves.items():
                name = AVERAGED if replay.cumulative else "valid_accuracy"
                values = published_runs()[replay.source, run][name]
                of_letter.append(_figure(replay, start, name, len(values), values[-1]))
            for start, (name, epoch, value) in replay.finals.items():
                measured = UNSCALED if name == "test_accuracy" else name
                of_letter.append(_figure(replay, start, measured, epoch, value))
    return found


def _figure(replay, start, name, epoch, value):
    label = "-".join(map(str, replay.changes["hidden_layer_sizes"])) + f", {parse_start(start).label}"
    if replay.cumulative:
        measured = "test" if name == UNSCALED else "training"
        label = f"η {replay.changes['momentum']:g}, {counted(epoch, 'epoch')}, {measured}"
    return Figure(label, replay, start, name, epoch, value, DECIMALS.get(name, OTHERWISE))


class Standing(NamedTuple):
    """A published figure among `values`, those of the same training from other starts, in ascending order.

    `n_as_good` of them are at least as good, within half a unit of the last published digit. A start that
    diverged counts as 0.
    """

    figure: Figure
    values: tuple[float, ...]
    n_as_good: int

    @property
    def share(self):
        """The share of the starts that are at least as good."""
        return self.n_as_good / len(self.values)

    def interval(self):
        """Return (low, high), the 95% interval of the chance of such a start (Wilson, 1927)."""
        return wilson(self.share, len(self.values))

    def sentence(self):
        """Return in words where the published figure lies, and what follows."""
        figure, n = self.figure, len(self.values)
        published = f"{figure.value:.{max(0, figure.decimals - 2)}%}"
        if self.values[0] == self.values[-1] and self.n_as_good:
            return f"Published {published}: all {n} starts give the same."
        low, high = map(_chance, self.interval())
        chance = _chance(self.share)
        if self.n_as_good == 0:
            most, gets = (
                math.ceil(100 * self.interval()[1]),
                "averages" if figure.name == AVERAGED else "ends at",
            )
            return (
                f"Published {published}: none of {counted(n, 'start')} gets there, the best {gets} "
                f"{self.values[-1]:.2%}. So (95%) the chance of such a start is below {most}%, or the "
                "published program differs from this one."
            )
        if self.n_as_good == n:
            return f"Published {published}: every one of {counted(n, 'start')} is at least as good."
        found = min(1 - (1 - self.share) ** TRIES, 0.9999)  # never certain: some start falls short
        reach = "reaches" if self.n_as_good == 1 else "reach"
        return (
            f"Published {published}: {self.n_as_good} of {counted(n, 'start')} {reach} it, a chance of "
            f"{chance} (95%: {low} to {high}). If it is {chance}, the best of {TRIES} starts "
            f"gets there in {percent(found)} of cases."
        )


def _chance(share):
    """Return a probability in whole percent, with one more digit below 1% and above 99%."""
    return percent(share) if 0.01 <= share <= 0.99 else to_tenths(share)


def standing(figure, values):
    """Return the Standing of a figure among these values of single starts; None for fewer than FEWEST."""
    values = tuple(sorted(0.0 if math.isnan(value) else float(value) for value in values))
    if len(values) < FEWEST:
        return None
    half = 0.5 * 10.0**-figure.decimals
    return Standing(figure, values, sum(value >= figure.value - half for value in values))


def kept(replay, start, epoch):
    """Return the rows of a replay's start after an epoch: one dict per seed, figures as numbers."""
    label = parse_start(start).label
    return [
        row
        for row in _rows()
        if (row["experiment"], row["initializer"], row["epoch"]) == (replay.question, label, epoch)
    ]


def curve(replay, start, name):
    """Return the median and range of a figure over the stored starts, [{epoch, median, low, high, seeds}, …].

    Epochs are ascending; a start that diverged does not count.
    """
    label, values = parse_start(start).label, {}
    for row in _rows():
        same = (row["experiment"], row["initializer"]) == (replay.question, label)
        if same and math.isfinite(row[name]):
            values.setdefault(row["epoch"], []).append(row[name])
    return [
        {
            "epoch": epoch,
            "median": statistics.median(of_epoch),
            "low": min(of_epoch),
            "high": max(of_epoch),
            "seeds": len(of_epoch),
        }
        for epoch, of_epoch in sorted(values.items())
    ]


def of(figure):
    """Return the Standing of a published figure among the stored starts, or None if there are too few."""
    rows = kept(figure.replay, figure.start, figure.epoch)
    return standing(figure, [row[figure.name] for row in rows])


@functools.cache
def _rows():
    if not STARTS_PATH.exists():
        return []
    with STARTS_PATH.open(encoding="utf-8", newline="") as file:
        return [_numbers(row) for row in csv.DictReader(file)]


def _numbers(row):
    figures = {name: float(row[name] or "nan") for name in COLUMNS[len(KEYS) :]}
    return row | figures | {"seed": int(row["seed"]), "epoch": int(row["epoch"])}


def lost(replay, start, epoch, name):
    """Return [(number of digits never learned, figure), …] of a replay's starts, sorted."""
    rows = kept(replay, start, epoch)
    return sorted((int(row[LOST]), row[name]) for row in rows if not math.isnan(row[LOST]))


def lost_in_words(pairs):
    """Return in one sentence how the accuracies of starts depend on the digits never learned; "" for none.

    `pairs` are [(number of digits never learned, accuracy averaged over all epochs), …].
    """
    groups = {}
    for n_lost, accuracy in sorted(pairs):
        groups.setdefault(n_lost, []).append(accuracy)
    parts = []
    for n_lost, values in groups.items():
        low, high = percent(min(values)), percent(max(values))
        average = "averages" if len(values) == 1 else "average"
        average += f" between {low} and {high}" if low != high else f" {low}"
        loses = "lose" if len(values) > 1 else "loses"
        parts.append(f"{len(values)} {loses} {counted(n_lost, 'digit') if n_lost else 'none'} and {average}")
    return f"Of {counted(len(pairs), 'start')}, {'; '.join(parts)}." if parts else ""
