"""What the timeline needs for every epoch of an experiment: maps, pictures of units, and a sentence."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from lab import training_events, training_figures
from lab.links import cost
from lab.links.cost import in_words
from lab.words import counted, to_tenths
from ui.figures import bent_plane, diagram, frames, inside, plane_map
from ui.timeline import component
from ui.training import progress
from ui.training.cache import cache, cached_film, cached_view, is_filmed
from ui.training.confirm import begin_unasked

SECONDS = 3.0  # estimated seconds that drawing all epochs may take; a large network gets fewer epochs
# Bytes that a page sends at most, with all frames, so that its first view is small also if they are ready
# before the first chart is drawn; about how many are no frames; how many more each further panel has, whose
# chart is sent twice if its frames are not ready.
BYTES, OTHERS = 400_000, 170_000
OTHERS_OF_PANEL, PANELS_OF_OTHERS = 37_000, 3
BYTES_OF_COUNT = 25  # of the confusion matrix, per epoch
FEWEST = 5  # epochs; with fewer there is nothing to play

KEYS = ("_film",)


class Film(NamedTuple):
    """The epochs of the timeline, () without one, and `seconds`, the estimated time to compute the film.

    `epochs_made` are the same epochs if the film is cached, else (). `said()` returns a sentence per epoch;
    `left_out` says which epochs are missing.
    """

    epochs: tuple
    epochs_made: tuple
    said: Callable
    left_out: str
    seconds: float
    parts: list

    def may_be_made(self):
        """Return whether to compute the film; draw a switch if the page would start too much work unasked."""
        if self.seconds <= progress.SPINNER_ABOVE or begin_unasked(self.seconds):
            return True
        return st.toggle(f"Draw a timeline through the epochs: about {in_words(self.seconds)}", key="_film")

    def made(self):
        """Return the Film with its frames computed and cached."""
        for part in self.parts:
            cached_film(*part)
        return self._replace(epochs_made=self.epochs, seconds=0.0)


def of(run, n_epochs, epoch, view, plane, index, *, panel=None, diagrams=True, splits=()):
    """Return the Film of a run and of the units of its network `index`; the page now shows `epoch`.

    `panel` is that of `plane_map.map_of`; without `diagrams`, units are drawn without edges. With
    `splits`, the bent plane is one of its parts, with the examples of these splits.
    """
    kept = _kept(run, n_epochs)
    each = plane_map.seconds_of_frame(run, view, panel) + plane_map.seconds_of_units(run, index)
    config, n = run.configs[index], plane_map.pixels(run, view, panel)
    n_features, n_classes = run.dataset.X_train.shape[1], len(run.dataset.class_names)
    inner, sized = inside.units_film, [_times(plane_map.bytes_of_frame(run, n_epochs, view, plane, panel))]
    if diagrams and inside.draws_diagram(config):
        inner = diagram.film
        sized.append(partial(diagram.bytes_sent, config, n_features, n_classes))
        n_examples = 3 * len(run.dataset.X_train)
        each += cost.forward_seconds(config, n_features, n_classes, n_examples, cache().speed)
    if splits:
        sized += [bent_plane.bytes_sent, _times(BYTES_OF_COUNT * n_classes**2)]
    epochs = _epochs(kept, epoch, each, most_within(sized, BYTES - OTHERS))
    parts = [(plane_map.film, run, epochs, n_epochs, view, plane, n), (inner, run, epochs, index, plane)]
    if len(run.dataset.X_test):
        parts.append((confusion, run, epochs, index))
    if splits and bent_plane.plays(config):
        parts.append((bent_plane.film, run, epochs, index, plane, splits))
    return _film(epochs, kept, lambda: cached_view(_said, run, epochs, index), parts, each)


def kept_of(runs, lasts):
    """Return the epochs, ascending, at which the run with most of them up to lasts[i] has its parameters."""
    return max((_kept(run, last) for run, last in zip(runs, lasts, strict=True)), key=len)


def of_panels(runs, lasts, epoch, view, planes, values):
    """Return the Film of several runs side by side; run i is on planes[i] and ends at epoch lasts[i].

    The page now shows `epoch`, one of `kept_of(runs, lasts)`.
    """
    kept = kept_of(runs, lasts)
    each = sum(plane_map.seconds_of_frame(run, view, panel=0) for run in runs)
    sized = [
        _times(plane_map.bytes_of_frame(run, last, view, plane, 0))
        for run, last, plane in zip(runs, lasts, planes, strict=True)
    ]
    room = BYTES - OTHERS - OTHERS_OF_PANEL * max(0, len(runs) - PANELS_OF_OTHERS)
    epochs = _epochs(kept, epoch, each, most_within(sized, room))
    parts = []
    for run, last, plane in zip(runs, lasts, planes, strict=True):
        until, n = run.with_parameters(last).number, plane_map.pixels(run, view, panel=0)
        parts.append((plane_map.film, run, epochs, until, view, plane, n))

    def said(epoch):
        panels = zip(values, runs, lasts, strict=True)
        losses = (f"{value}: {_median_loss(run.at(min(epoch, last)))}" for value, run, last in panels)
        return f"Median {_splits(runs)} loss: {'; '.join(losses)}"

    return _film(epochs, kept, lambda: [said(epoch) for epoch in epochs], parts, each)


def _splits(runs):
    """Return in words whose loss `_median_loss` is in these runs."""
    names = {"validation" if len(run.dataset.y_valid) else "training" for run in runs}
    return " or ".join(sorted(names, reverse=True))


def _median_loss(epoch):
    """Return the median validation loss (else training loss) of the networks that did not diverge."""
    losses = [
        record.train_loss if np.isnan(record.valid_loss) else record.valid_loss
        for record in epoch.records
        if not record.diverged
    ]
    return f"{np.median(losses):.3g}" if losses else "diverged"


def _kept(run, n_epochs):
    return [one.number for one in run.up_to(n_epochs) if one.records[0].params]


def most_within(sized, n_bytes):
    """Return the largest number of epochs, up to that of a timeline, whose frames fit into so many bytes.

    `sized` are functions that return the bytes of a number of epochs.
    """
    fitting = (n for n in range(component.MOST, 0, -1) if sum(size(n) for size in sized) <= n_bytes)
    return next(fitting, 0)


def _times(n_bytes):
    """Return the function of the bytes of a number of epochs with so many each."""
    return lambda n_epochs: n_bytes * n_epochs


def _epochs(kept, epoch, each, most):
    """Return the epochs of a timeline, each of which takes `each` seconds; () if there would be too few."""
    most = int(min(component.MOST, most, SECONDS / each))
    return component.moments(kept, epoch, most) if len(kept) >= 2 and most >= FEWEST else ()


def _film(epochs, kept, said, parts, each):
    if not epochs:
        return Film((), (), list, "", 0.0, ())
    made = all(is_filmed(*part) for part in parts)
    seconds = 0.0 if made else each * len(epochs)
    left_out = component.thinned(kept, epochs)
    return Film(epochs, epochs if made else (), said, left_out, seconds, parts)


def _said(run, epochs, index):
    """Return one sentence per epoch: a network's figures, and the latest event in its training.

    Loss and accuracy are those of all training examples at the epoch's end; the curves show means over the
    epoch's minibatches.
    """
    records = [run.at(epoch).records[index] for epoch in epochs]
    alive = [(e, record.params) for e, record in zip(epochs, records, strict=True) if not record.diverged]
    figures = training_figures.figures(run.configs[index], run.dataset, alive)
    events = training_events.events(run.configs[index], run.dataset, figures, records[-1:])
    by_epoch = {one.epoch: _figures(one, index) for one in figures}
    said = []
    for epoch in epochs:
        latest = [event.sentence for event in events if event.epoch <= epoch][-1:]
        figured = by_epoch.get(epoch, "" if latest else f"Network {index + 1} has diverged.")
        said.append(" ".join(filter(None, [figured, *latest])))
    return said


def confusion(run, epochs, index):
    """Return (matrices, findings) of network `index` on the test set; at the first epoch it has not diverged.

    `matrices` are those of `frames.confusion` with a column epoch, up to divergence; `findings` has columns
    epoch, finding and heading: the number of misclassified examples, as a sentence and shorter.
    """
    records = [run.with_parameters(epoch).records[index] for epoch in epochs]
    alive = [(e, record.params) for e, record in zip(epochs, records, strict=True) if not record.diverged]
    findings = dict.fromkeys(epochs, (f"Network {index + 1} has diverged",) * 2)
    numbers, networks = zip(*alive, strict=True)
    frame = frames.confusion(training_figures.stacked(networks), run.configs[index], run.dataset)
    frame = frame.assign(epoch=np.repeat(np.array(numbers, np.int32), len(frame) // len(alive)))
    wrong = frame["count"].where(frame["actual"] != frame["predicted"], 0).groupby(frame["epoch"]).sum()
    n = len(run.dataset.X_test)
    for number, n_wrong in wrong.items():
        are = "is" if n_wrong == 1 else "are"
        after = f"misclassified after epoch {number:,}"
        whole = f"{n_wrong} of {counted(n, 'test example')} {are} {after}"
        findings[number] = whole, f"{n_wrong} of {n:,} {after}"
    said = pd.DataFrame(list(findings.values()), columns=["finding", "heading"])
    return frame, said.assign(epoch=np.array(epochs, np.int32))


def _figures(one, index):
    dead = f"; {counted(one.n_dead, 'dead unit')}" if one.n_dead else ""
    return (
        f"Network {index + 1}, all training examples: loss {one.loss:.3g}; "
        f"accuracy {to_tenths(one.accuracy)}; "
        f"gradient norm {one.gradient_norm:.2g}{dead}."
    )
