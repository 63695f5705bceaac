"""Events during a training, in sentences: units that die, a loss that rises, layers that saturate.

An event is reported if the figures of the stored epochs show it, and its cause only if no other is possible.
"""

import itertools
import math
from typing import NamedTuple

import numpy as np

from lab import baseline
from lab.divergence import when
from lab.words import percent, to_tenths
from mlp import ACTIVATIONS, OPTIMIZERS
from mlp.signal import FLAT

RISE = 0.1  # share of the first loss by which the loss must rise from one stored epoch to the next
MOST_RISES = 3  # only the largest rises are reported
SATURATED = 0.5  # share of a layer's activations
MOST_NAMED = 4  # at most so many units are named one by one
TOO_LARGE = (
    " The step was too large: it followed the gradient of all examples, so a shorter one would have lowered "
    "the loss."
)


class Event(NamedTuple):
    """The epoch at whose end something is first observed, and what it is, in a sentence or two."""

    epoch: int
    sentence: str


def events(config, dataset, figures, records=()):
    """Return the Events of a network in the order of their epochs.

    `figures` are its Figures, see `training_figures`; NaN figures are skipped. `records` are the last
    EpochRecords of all networks that were trained together, to report which diverged.
    """
    usable = [one for one in figures if math.isfinite(one.loss)]
    found = divergences(records)
    if usable:
        found += [*_rates(config, usable), *_units(config, usable), *_saturation(config, usable)]
        found += [*_rises(config, len(dataset.y_train), usable), *_accuracy(dataset, usable)]
    return sorted(found, key=lambda event: event.epoch)


def divergences(records):
    """Return an Event for every epoch in which some of several networks diverged.

    `records` are the last EpochRecord of each.
    """
    n, gone, found = len(records), 0, []
    for epoch in sorted({record.epoch for record in records if record.diverged}):
        lost = [record for record in records if record.diverged and record.epoch == epoch]
        now, gone = len(lost), gone + len(lost)
        who = f"{now} of {n} networks"
        if now == n:
            who = {1: "The network", 2: "Both networks"}.get(n, f"All {n} networks")
        elif gone == n:
            who = f"The last {'' if now == 1 else f'{now} '}of {n} networks"
        found.append(Event(epoch, f"{who} diverged {when(lost)}: not all numbers are finite any more."))
    return found


def _rates(config, figures):
    """Return an Event for each change of the learning rate between the first and the last stored epoch."""
    return [
        Event(epoch, f"After epoch {epoch} η goes from {before:g} to {after:g}.")
        for (before, _), (after, epoch) in itertools.pairwise(config.rate_pieces())
        if figures[0].epoch <= epoch < figures[-1].epoch
    ]


def _units(config, figures):
    """Return the Events of units that die, and of units that are no longer dead later.

    A unit that is dead at a single stored epoch before the last one is ignored.
    """
    silent, found = _silent(config.activation), []
    for layer, _ in enumerate(figures[0].dead):
        dead = np.array([one.dead[layer] for one in figures])
        beside = np.zeros_like(dead)
        beside[1:] |= dead[:-1]
        beside[:-1] |= dead[1:]
        beside[-1] = True
        before = np.zeros_like(dead[0])
        for i, now in enumerate(dead & beside):
            died, back = now & ~before, before & ~now
            if died.any():
                said = f"{_named(_since(figures, i), died, layer)} {_died(died.sum() == 1, i, silent)}"
                if silent and now.all():
                    said += " No unit of the layer is left: every training example gets the same output."
                found.append(Event(figures[i].epoch, said))
            if back.any():
                are = "is" if back.sum() == 1 else "are"
                said = f"{_named(_since(figures, i), back, layer)} {are} no longer dead."
                found.append(Event(figures[i].epoch, said))
            before = now
    return found


def _died(alone, i, silent):
    """Return the verb and the reason for units dead from the i-th stored epoch on; `alone` means one unit."""
    if silent:
        why = "its output is" if alone else "their outputs are"
    else:
        why = "the slope of its activation is" if alone else "the slopes of their activations are"
    verb = "died" if i else "is dead" if alone else "are dead"
    return f"{verb}: {why} 0 for every training example."


def _saturation(config, figures):
    """Return an Event for each layer of which more than SATURATED are flat from some epoch to the end."""
    if not ACTIVATIONS[config.activation].saturates:
        return []
    found = []
    for layer, shares in enumerate(zip(*(one.flat for one in figures), strict=True)):
        below = [i for i, share in enumerate(shares) if share <= SATURATED]
        first = below[-1] + 1 if below else 0
        if first < len(shares):
            said = f"{_since(figures, first)} layer {layer + 1} {'saturated' if first else 'is saturated'}: "
            share, last = percent(shares[first]), percent(shares[-1])
            said += f"{share} of its activations have a slope below {FLAT:.0%} of the largest"
            end = f", {last} at the end." if first < len(shares) - 1 else "."
            found.append(Event(figures[first].epoch, said + end))
    return found


def _rises(config, n_train, figures):
    """Return the Events of the MOST_RISES largest rises of the loss by RISE of the first loss, or more.

    It is certain that the step was too large if an epoch is one step of plain gradient descent on all
    examples without a penalty, because the loss at first falls along its negative gradient.
    """
    least = RISE * figures[0].loss
    rises = [
        (now.loss - before.loss, i)
        for i, (before, now) in enumerate(itertools.pairwise(figures), start=1)
        if now.loss - before.loss >= least
    ]
    one_step = config.batch_size == 0 or config.batch_size >= n_train
    unpenalized = not any(l1 or l2 for l1, l2 in config.penalties())
    found = []
    for _, i in sorted(rises, reverse=True)[:MOST_RISES]:
        before, now = figures[i - 1], figures[i]
        said = f"{_since(figures, i)} the training loss rose from {before.loss:.3g} to {now.loss:.3g}"
        more = ""
        if len(rises) > MOST_RISES and not found:
            among = "" if _all_stored(figures, len(figures) - 1) else " on the timeline"
            more = f", the largest of {len(rises)} such rises{among}"
        known = one_step and unpenalized and OPTIMIZERS[config.optimizer].plain
        known = known and now.epoch == before.epoch + 1
        found.append(Event(now.epoch, f"{said}{more}.{TOO_LARGE if known else ''}"))
    return found


def _accuracy(dataset, figures):
    """Return the Events of the training accuracy: above the most common class, and every example right.

    The accuracy of always guessing the most common class is mentioned at the stored epoch where it is first
    exceeded, unless the untrained network exceeds it; or at the last one if it never is.
    """
    y, found, last = dataset.y_train, [], figures[-1].epoch
    guess = f"{to_tenths(baseline.share(y))}, that of always guessing the most common class"
    above = [i for i, one in enumerate(figures) if baseline.exceeds(one.accuracy, y)]
    if not above and last > 0:
        said = f"Up to epoch {last} the training accuracy has not exceeded {guess}"
        thinned = not _all_stored(figures, len(figures) - 1)
        found.append(Event(last, f"{said}{', at the epochs on the timeline' if thinned else ''}."))
    right = [i for i, one in enumerate(figures) if one.accuracy == 1]
    every = "every training example is right"
    for places, past, present in (
        (above, f"the training accuracy exceeded {guess}", f"the training accuracy exceeds {guess}"),
        (right, every, every),
    ):
        if places and places[0] > 0:
            i = places[0]
            found.append(Event(figures[i].epoch, _first(figures, i, past, present)))
    return found


def _first(figures, i, past, present):
    """Return the sentence about what first holds at the i-th stored epoch, in the past and in the present."""
    if _all_stored(figures, i):
        return f"{_since(figures, i)} {past}, for the first time."
    return f"Of the epochs on the timeline, epoch {figures[i].epoch} is the first at whose end {present}."


def _all_stored(figures, i):
    """Return whether no epoch before the i-th of `figures` is missing from them."""
    return figures[i].epoch == i


def _since(figures, i):
    """Return when something first observed at the i-th stored epoch has happened, to start a sentence."""
    now = figures[i].epoch
    if i == 0:
        return f"At epoch {now}"
    before = figures[i - 1].epoch
    return f"In epoch {now}" if now == before + 1 else f"Between epochs {before} and {now}"


def _named(since, units, layer):
    """Return `since` and the units of a layer flagged in `units`: their numbers from 1, or how many."""
    numbers, of_layer = (np.flatnonzero(units) + 1).tolist(), f"of layer {layer + 1}"
    if len(numbers) == 1:
        return f"{since} unit {numbers[0]} {of_layer}"
    if len(numbers) <= MOST_NAMED:
        return f"{since} units {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} {of_layer}"
    all_ = len(numbers) == len(units)
    return f"{since}{' all' if all_ else f', {len(numbers)} of'} {len(units)} units {of_layer}"


def _silent(activation):
    """Return whether f is 0 wherever f' is 0, as for ReLU."""
    z = np.array([-10.0])
    a = ACTIVATIONS[activation](z)
    return not ACTIVATIONS[activation].derivative(z, a).any() and not a.any()
