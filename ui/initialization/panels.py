"""The charts of a training by epoch: per start with published values, or per split; and the learning rate."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from lab.divergence import diverged, surviving
from lab.measures import measures
from lab.published import cycles
from lab.words import counted, to_tenths
from ui.charts import curves as curve_charts
from ui.charts import initialization as charts
from ui.charts.curves import LOGARITHMIC, MOST_DECADES
from ui.figures.frames import left_out
from ui.frame.show import show
from ui.frame.tables import show_rows
from ui.initialization import frames, published
from ui.initialization.published import REPORTED
from ui.initialization.setup import colours_of
from ui.training.cache import cache, cached_view
from ui.training.run import Run

PLAIN = (("loss", "train"), ("accuracy", "validation"))  # (quantity, split) of the charts without a replay
NAMES = {"train": "Training", "validation": "Validation", "test": "Test"}
WHAT = {
    "cost": "Cost: loss and penalty",
    "loss": "Mean loss",
    "accuracy": "Accuracy",
    "error": "Error in per cent",
}
SMALL, WIDE = 230, 320  # heights


class Trained(NamedTuple):
    """A Run up to epoch `n_epochs`, the share of its most common class, and the epoch on show."""

    run: Run
    n_epochs: int
    chance: float
    epoch: int


def at_once(replay, ensemble, n_train, *, trains, with_test):
    """Draw what a replay is and, before its training is done, all that can be shown without it.

    Return the container of these charts, in which `draw` replaces them by charts with ours if the page
    `trains`.
    """
    if replay:
        st.markdown(published.introduction(replay))
    place = st.empty()
    run = cache().peek(ensemble, watched=True)
    done = trains and run and (run.ended or run.n_epochs >= ensemble.experiment.train.epochs)
    if replay and not done:
        with place.container():
            pairs = published.columns(replay)
            _in_pairs([lambda pair=pair: _by_start(ensemble, replay, *pair) for pair in pairs])
            if len(pairs) > 2 and len(ensemble.starts) > 1:
                st.caption("Remove a start from *Initializers* to see the others more closely.")
            _rates(replay, ensemble, n_train)
            rows = published.kept_comparison(replay, ensemble, with_test=with_test)
            if len(rows):
                show_rows(rows)
                st.caption(
                    "*Ours* are trainings from other seeds, stored with the lab. Train to see your own."
                )
    return place


def draw(place, ensemble, trained, replay, start, *, with_test):
    """Draw the charts of a Trained: one line per start or, as in some replays, per split of one start."""
    pairs = published.columns(replay) if replay else []
    if (REPORTED, "train") in pairs:
        pairs = [*pairs, ("loss", "train")]
    own = replay.panels if replay else ()
    if not pairs and (not own or len(ensemble.starts) > 1):
        pairs = PLAIN
    parts = [lambda pair=pair: _by_start(ensemble, replay, *pair, trained) for pair in pairs]
    splits = [split for split in replay.splits if with_test or split != "test"] if own else []
    for quantity in own:
        if quantity in WHAT:
            parts.append(lambda name=quantity: _by_split(ensemble, trained, start, name, splits))
    with place.container():
        _in_pairs(parts)
        if own and not with_test and "test" in replay.splits:
            st.caption(":material/visibility_off: The test set is hidden: its error and its loss.")
        _rates(replay, ensemble, len(trained.run.dataset.y_train))
        for sentence in left_out(trained.run, trained.n_epochs):
            st.caption(sentence)


def _in_pairs(parts):
    """Call the parts, each of which draws a chart, in rows of two."""
    for first in range(0, len(parts), 2):
        for column, part in zip(st.columns(2, gap="medium"), parts[first : first + 2], strict=False):
            with column:
                part()


def _by_start(ensemble, replay, quantity, split, trained=None):
    """Draw a quantity by epoch, one line per start, with published values and our stored curve."""
    run, n_epochs, chance, epoch = trained or (None, 0, None, None)
    if run and quantity == "accuracy" and split == "validation" and not len(run.dataset.y_valid):
        split = "train"
    name = "Reported loss" if quantity == REPORTED else f"{NAMES[split]} {quantity}"
    theirs = published.by_epoch(replay, ensemble, quantity, split) if replay else None
    rows, marks, whose = None, {}, "ours"
    if run and quantity != REPORTED:
        cumulative = bool(replay and replay.cumulative)
        frame = cached_view(frames.curves, ensemble, run, n_epochs, cumulative=cumulative)
        rows = frame[(frame["quantity"] == quantity) & (frame["split"] == split)]
        if rows.empty:
            st.error(f"{name}: every network diverged before its first epoch was over.")
        marks["epoch"] = epoch
        marks["ends"] = frames.ends(ensemble, run, n_epochs, quantity, split)
        if quantity == "accuracy":
            marks["rule"] = (chance, f"most common class {to_tenths(chance)}")
    elif replay and (curve := published.kept(replay, ensemble, quantity, split)):
        rows, whose = curve[0], f"ours of up to {counted(curve[1], 'start')}, kept"
    if (rows is None or rows.empty) and theirs is None:
        return
    title, said = titled(name, theirs is not None, rows is not None and len(rows) > 0, whose), ""
    if rows is not None and len(rows):
        of_run = run if quantity != REPORTED else None
        said = finding(ensemble, of_run, rows, quantity, n_epochs)
    elif theirs is not None:
        said = "as published, " + ends_of(theirs, "value", quantity)
    if theirs is not None:
        marks |= {"published": theirs, "decades": MOST_DECADES}
    else:  # a published one may be another
        marks["losses"] = measures([ensemble.experiment.train.loss])
    height = SMALL if replay and replay.curves else WIDE
    chart = charts.trained(rows, quantity, colours_of(ensemble.starts), title, height=height, **marks)
    show(chart, f"{name} by epoch, one line per start", said)


def titled(name, theirs, ours, whose="ours"):
    """Return the title of a chart: whose curves it shows, and which are dashed."""
    if not theirs:
        return name if whose == "ours" else f"{name}: {whose}"
    return f"{name}: {whose}, and as published (dashed)" if ours else f"{name}: as published"


def finding(ensemble, run, rows, quantity, n_epochs):
    """Return in words each start's final median of a quantity, and how many of its networks diverged."""
    if run is None:
        return ends_of(rows, "median", quantity)
    records, said = run.at(n_epochs).records, []
    for start in ensemble.starts:
        own = [records[i] for i in ensemble.positions(start)]
        mine = rows[rows["start"] == start.label]
        if not surviving(own):
            said.append(f"{start.label}: {diverged(own)}")
        elif len(mine):
            lost = f", {diverged(own)}" if diverged(own) else ""
            said.append(ends_of(mine, "median", quantity) + lost)
    return "; ".join(said)


def ends_of(rows, column, quantity, name="start"):
    """Return in words where each line of a frame with columns epoch and `name` ends."""
    text = "{:.3g}".format if quantity in LOGARITHMIC else to_tenths
    last = rows.sort_values("epoch", kind="stable").groupby(name, sort=False).tail(1)
    ends = dict(zip(last[name], last[column], strict=True))
    return "; ".join(f"{line} ends at {text(ends[line])}" for line in dict.fromkeys(rows[name]))


def _by_split(ensemble, trained, start, quantity, splits):
    """Draw a quantity of one start by epoch, one line per split."""
    run, n_epochs = trained.run, trained.n_epochs
    rows = cached_view(frames.by_split, ensemble, run, start, n_epochs, quantity, tuple(splits))
    title = WHAT[quantity] + (f", {start.label}" if len(ensemble.starts) > 1 else "")
    if rows.empty:
        st.error(f"{title}: every network diverged before its first epoch was over.")
        return
    losses = measures([ensemble.experiment.train.loss])
    chart = curve_charts.curves(rows, quantity, title, epoch=trained.epoch, losses=losses)
    show(chart, f"{title}, by epoch, one line per split", ends_of(rows, "median", quantity, "split"))


def _rates(replay, ensemble, n_train):
    """If a replay drew the learning rate by step, draw it and say how far it gets."""
    if not replay or "rate" not in replay.panels:
        return
    train = ensemble.experiment.train
    said = cycles.sentence(train, n_train)
    if not said:
        return
    frame, title = rates_frame(train, n_train), "Learning rate by step"
    show(charts.rates(frame, float(train.learning_rate), title), title, said.rstrip("."))
    st.markdown(said)


def rates_frame(train, n_train):
    """Return columns step, rate, schedule: the intended schedule, if it differs, and the replay's own."""
    names = [name for name in (cycles.MEANT,) if train.schedule == cycles.SLIPPED] + [train.schedule]
    parts = []
    for name in names:
        by_step = cycles.rates(cycles.with_schedule(train, name), n_train)
        steps = cycles.drawn_steps(train, len(by_step))
        parts.append(pd.DataFrame({"step": steps.astype(np.int32), "rate": by_step[steps], "schedule": name}))
    return pd.concat(parts, ignore_index=True)
