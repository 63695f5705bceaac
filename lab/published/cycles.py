"""Learning rates that go up and down: the rate at each step of a training, and a description in words."""

from dataclasses import replace

import numpy as np

from lab.words import counted
from mlp.epochs import learning_rates

MEANT, SLIPPED = "triangular", "sawtooth"
MOST_DRAWN = 1000  # steps of a drawn schedule, besides those where a half-cycle begins


def rates(train, n_train, steps=None):
    """Return the learning rates at `steps` of a training on `n_train` examples, by default at all steps.

    Ask for all steps only if the training is known to be short: 300,000 epochs have millions of steps.
    """
    if steps is None:
        steps = np.arange(n_steps(train, n_train))
    return learning_rates([train], steps, steps_per_epoch(train, n_train))[:, 0]


def n_steps(train, n_train):
    """Return the number of steps of a training."""
    return train.epochs * steps_per_epoch(train, n_train)


def steps_per_epoch(train, n_train):
    """Return the number of minibatches in an epoch; the last one may be smaller."""
    return -(-n_train // min(train.batch_size or n_train, n_train))


def with_schedule(train, name):
    """Return the TrainConfig with another schedule."""
    return replace(train, schedule=name)


def drawn_steps(train, n_steps, most=MOST_DRAWN):
    """Return the steps to draw: `most` evenly spaced ones, and both sides of each half-cycle's beginning."""
    even = np.linspace(0, n_steps - 1, min(n_steps, most)).astype(int)
    n_starts = (n_steps - 1) // train.cycle_steps
    starts = train.cycle_steps * np.arange(1, n_starts + 1 if n_starts <= most else 1)
    return np.unique(np.concatenate([even, starts, starts - 1]))


def sentence(train, n_train):
    """Return in words how far a triangular schedule's rate, right or slipped, gets; "" without steps."""
    by_step, top, least = rates(train, n_train), train.learning_rate, train.learning_rate_min
    if not len(by_step):
        return ""
    if top == least:
        return f"The learning rate is {top:g} in all steps."
    n_steps, highest = counted(len(by_step), "step"), by_step.max()
    if highest == by_step[0] < top:
        said = f"In {n_steps} the learning rate stays at {highest:g}."
    elif np.isclose(highest, top, rtol=1e-9):
        halves = f"{len(by_step) / train.cycle_steps:.3g} half-cycles of {train.cycle_steps:,}"
        said = f"{n_steps} are {halves}: the learning rate is {_turns(by_step, top, least)}."
    else:
        share = (highest - least) / (top - least)
        way = f"{highest:.3g}: {100 * share:.3g}%" if share < 0.999 else f"just below {top:g}: over 99.9%"
        rise = f"In {n_steps} the learning rate rises from {by_step[0]:g} to {way} of the way"
        said = f"{rise} to its top, {top:g}."
    return said + (f" {_changed(train, n_train)}" if train.schedule == SLIPPED else "")


def _turns(by_step, top, least):
    """Return in words how often the rates reach their top and return to their minimum, or jump."""
    tops = f"{times(np.isclose(by_step, top, rtol=1e-9).sum())} at its top, {top:g}"
    jumped = np.diff(by_step) > (top - least) / 2
    if jumped.any():
        low = by_step[:-1][jumped].max()
        return f"{tops}, and jumps up to it from {low:.2g} in a single step {times(jumped.sum())}"
    return f"{tops}, and {times(np.isclose(by_step[1:], least, rtol=1e-9).sum())} back at {least:g}"


def _changed(train, n_train):
    """Return in how many steps the slip changes the rate."""
    meant, slipped = (rates(with_schedule(train, name), n_train) for name in (MEANT, SLIPPED))
    n = int((~np.isclose(meant, slipped, rtol=1e-9)).sum())
    if n == 0:
        return (
            f"The slip changes none of these rates: it would do so only after {2 * train.cycle_steps:,} "
            "steps."
        )
    return f"The slip changes the rate in {n:,} of {counted(len(meant), 'step')}."


def times(n):
    """Return n in words: never, once, twice, 3 times."""
    return {0: "never", 1: "once", 2: "twice"}.get(n, f"{n:,} times")
