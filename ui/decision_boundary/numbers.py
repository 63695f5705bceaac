"""The numbers of one experiment: its inputs, its curves' titles, the verdict at an epoch, its accuracies."""

import numpy as np
import streamlit as st

from data import DATASETS, held_table
from lab import baseline, leakage
from lab.divergence import diverged, median_of, surviving
from lab.links import limits
from lab.words import counted, to_tenths
from mlp import LOSSES
from ui.figures import frames
from ui.training.cache import cached_view

GOOD = 0.95  # the accuracy that counts as reached


def inputs_in_words(setup):
    """Return a network's inputs in words: a point's coordinates, or the features of a table's row.

    They are not counted if the table is not in memory.
    """
    data = setup.experiment.data
    if not DATASETS[data.name].table:
        return "the two coordinates of a point"
    try:
        if DATASETS[data.name].own:
            held_table(data.points)
    except ValueError:
        return "the features of an example"
    n_features, _ = limits.widths(data)
    return f"the {counted(n_features, 'feature')} of an example"


def output_in_words(loss):
    """Return the network's output for one class in words, such as "a number from 0 to 1"."""
    ends = LOSSES[loss].output.range
    if not ends:
        return "a number"
    low, high = (f"{end:g}".replace("-", "−") for end in ends)
    return f"a number from {low} to {high}"


def strength_in_words(loss):
    """Return the sentence about strengths of colour if each epoch's map has a scale of its own, else ""."""
    if LOSSES[loss].output.range:
        return ""
    return " Each epoch's map has its own scale: strengths of colour cannot be compared between epochs."


def title(frame, quantity, records):
    """Return the title of a chart of curves: first and last value, of validation or else of training.

    `records` are those of the last epoch. If all networks have diverged, there is no last value; before
    training there is only one.
    """
    for split in ("validation", "train"):
        rows = frame[(frame["quantity"] == quantity) & (frame["split"] == split)]
        if len(rows):
            name = f"{split.capitalize()} {quantity}"
            text = to_tenths if quantity == "accuracy" else "{:.3g}".format
            if not surviving(records):
                return f"{name}: {diverged(records)}"
            first, last = (text(rows["median"].iloc[place]) for place in (0, -1))
            if not rows["epoch"].any():
                of = median_of(surviving(records))
                return f"{name}: {first} before training" + (f" ({of})" if of else "")
            of = median_of(records)
            return f"{name}: {first} → {last}" + (f" ({of})" if of else "")
    return quantity.capitalize()


def verdict(records, dataset, epoch):
    """Return in words how many networks reach GOOD accuracy, their median, and the most common class.

    `records` are the networks' records after `epoch`; a network that has diverged has no accuracy.
    """
    split = "validation" if len(dataset.y_valid) else "train"
    short, left = frames.SPLITS[split], surviving(records)
    values = np.array([getattr(record, f"{short}_accuracy") for record in left])
    n_good = int((values >= GOOD).sum())
    reach = "reaches" if n_good == 1 else "reach"
    said = f"**{n_good} of {len(records)} networks {reach} {GOOD:.0%} {split} accuracy**"
    if len(records) == 1 and left:
        said = f"**The network reaches {_beside_good(values[0])} {split} accuracy** after epoch {epoch}."
    elif len(left) == 1:
        said += f": the one that did not diverge has {_beside_good(values[0])} after epoch {epoch}."
    elif left:
        few = len(left) < len(records)
        said += f": the {len(left)} that did not diverge have a median of" if few else ": median"
        median, least, most = map(_beside_good, (np.median(values), values.min(), values.max()))
        said += f" {median}, from {least} to {most}, after epoch {epoch}."
    share = baseline.share(y := getattr(dataset, f"y_{short}"))
    if share == 1:
        said += f" All {split} examples are of one class."
    elif left and not baseline.exceeds(np.median(values), y):
        which = "the network" if len(records) == 1 else "that network" if len(left) == 1 else "the median"
        said += f" Always guessing the most common class gets {to_tenths(share)}: {which} is no better."
    if lost := diverged(records):
        lost = f":red[**{lost[0].upper()}{lost[1:]}**: the loss is no longer a number.]"
        said = lost if len(records) == 1 else f"{said} {lost}" if left else f"{said}. {lost}"
    return said


def _beside_good(accuracy):
    """Return an accuracy in words; one below GOOD does not look as if it reached it."""
    text = to_tenths(accuracy)
    return f"just under {GOOD:.1%}" if accuracy < GOOD and text == f"{GOOD:.1%}" else text


def draw(run, epoch, index, n_epochs, splits=tuple(frames.SPLITS)):
    """Draw the verdict on all networks at an epoch, then the figures of network `index` on these splits.

    The training time is that of `n_epochs`: the run may have gone on for a longer experiment.
    """
    snapshot, trained, n_networks = run.at(epoch), run.at(n_epochs), len(run.configs)
    st.markdown(verdict(snapshot.records, run.dataset, snapshot.number))
    record, config = snapshot.records[index], run.configs[index]
    with st.container(horizontal=True):
        for name in splits:
            accuracy = getattr(record, f"{frames.SPLITS[name]}_accuracy")
            st.metric(
                f"{name} accuracy",
                to_tenths(accuracy) if np.isfinite(accuracy) and not record.diverged else "–",
                width="content",
                help="Train: mean over the epoch's minibatches as they were visited. "
                "Validation and test: at the epoch's end.",
            )
        n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
        st.metric("parameters", f"{config.n_parameters(n_features, n_classes):,}", width="content")
        whose = {1: "the network", 2: "both networks together"}.get(
            n_networks, f"all {n_networks} networks together"
        )
        st.metric(
            "training time",
            f"{trained.seconds:.2f} s",
            width="content",
            help=f"Of {whose}, for {counted(trained.number, 'epoch')}, on this server.",
        )
    st.caption(baseline.sentence(run.dataset, splits=[frames.SPLITS[name] for name in splits]))
    if run.dataset.feature_names and (sentence := cached_view(_repeated, run)):
        st.caption(f":material/warning: {sentence}")


def _repeated(run):
    """Return `leakage.warning` of the run's dataset; for `cached_view`."""
    return leakage.warning(run.dataset)
