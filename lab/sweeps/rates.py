"""The learning-rate range test of a sweep's base, compared with the rates that the sweep tried."""

import math
from typing import NamedTuple

from lab.sweeps.leaderboard import field_value, leaders
from lab.words import counted, listed
from mlp.range_test import ENOUGH

FIELD = "learning_rate"


class Swept(NamedTuple):
    """The learning `rates` of a sweep, those of its `best` trials, and whether it has `varied` them.

    Only trials with a constant rate count; `n_changing` trials change their rate during training.
    """

    rates: tuple[float, ...]
    best: tuple[float, ...]
    varied: bool
    n_changing: int = 0


def swept(plan, ranked):
    """Return the Swept of a plan whose (trial number, median) come best first, NaN last."""
    texts = enumerate((field_value(plan, FIELD, trial) for trial in plan.sweep.trials), start=1)
    of_trial = {number: float(text) for number, text in texts if "@" not in text}
    n_changing = len(plan.sweep.trials) - len(of_trial)
    base = plan.base.train.learning_rate
    rates = sorted(set(of_trial.values())) or [base] * (not n_changing and not isinstance(base, tuple))
    ranked = [(number, median) for number, median in ranked if median == median and number in of_trial]
    n_best = leaders([median for _, median in ranked]) if ranked else 0
    best = sorted({of_trial[number] for number, _ in ranked[:n_best]})
    return Swept(tuple(rates), tuple(best), len(rates) > 1, n_changing)


def title(result, train):
    """Return the finding of a RangeTest of the base with this TrainConfig."""
    if result.interval is not None:
        low, high = f"{result.interval.low:.2g}", f"{result.interval.high:.2g}"
        return f"Learning rates from {low} to {high} are worth trying for this base"
    if math.isnan(result.fall):
        return (
            f"The test ends after {counted(len(result.losses), 'step')}, too early to suggest a learning rate"
        )
    if result.fall < ENOUGH:
        return f"The loss falls by less than {ENOUGH:.0%} at every learning rate"
    if not train.epochs:
        return "This base takes no training step, so no learning rate is suggested"
    return "The learning rates of this base's training add up to 0, so none is suggested"


def verdict(interval, rates):
    """Return in words whether the interval contains the best rates of the sweep, and what is left out."""
    if not rates.rates:
        return (
            "No trial has a constant learning rate, which the test assumes, so it says nothing about "
            "these trials."
        )
    if not rates.n_changing:
        return _verdict(interval, rates)
    left_out = "1 trial changes its learning rate during training and is not among these."
    if rates.n_changing > 1:
        left_out = (
            f"{rates.n_changing} trials change their learning rate during training and are not among these."
        )
    return f"{_verdict(interval, rates)} {left_out}"


def _verdict(interval, rates):
    """Return the sentence about the trials with one rate."""
    all_trials = "all other trials" if rates.n_changing else "all trials"
    if not rates.varied:
        (rate,) = rates.rates
        where = "" if interval is None else f", {'inside' if _inside(interval, rate) else 'outside'} the band"
        return f"The learning rate is {rate:g} in {all_trials}{where}."
    if not rates.best:
        return "No trial of the sweep has a result to compare with."
    which = "Of the learning rates of the sweep, " + _listed(rates.best)
    which += " is the best" if len(rates.best) == 1 else " tie for the best"
    if interval is None:
        return f"{which}."
    outside = [rate for rate in rates.best if not _inside(interval, rate)]
    if not outside:
        where = "it lies" if len(rates.best) == 1 else "both lie" if len(rates.best) == 2 else "all lie"
        return f"{which}: {where} inside the band."
    if len(outside) == len(rates.best):
        where = "it lies" if len(outside) == 1 else "both lie" if len(outside) == 2 else "all lie"
        return f"{which}: {where} outside the band, which the test of the base has missed."
    return f"{which}: {_listed(outside)} {'lies' if len(outside) == 1 else 'lie'} outside the band."


def how_to_read(result, train):
    """Return in sentences how to read the chart of a RangeTest of the base with this TrainConfig."""
    drawn = (
        "One short training of the base, whose learning rate grows with every step (L. N. Smith, 2017). "
        "Dots: the loss of each minibatch; line: their running mean, which lags by about ten steps. Ticks: "
        "the rates of the sweep; orange: those of its best trials."
    )
    if isinstance(train.learning_rate, tuple):
        drawn += (
            " The base changes its learning rate during training; the test and its band assume a "
            "constant rate."
        )
    if result.interval is not None:
        return f"{drawn} {_band(result.interval)}"
    if result.fall >= ENOUGH:
        return drawn
    return f"{drawn} The test is too short to say more, or the network is too hard to train."


def _band(interval):
    """Return in sentences where the band of an Interval begins and ends, and why."""
    same = f"{interval.total / interval.n_training:.2g}"
    low, high = f"{interval.low:.2g}", f"{interval.high:.2g}"
    begins = f"a rate of {same} gives the same sum, so the band begins there."
    if interval.is_short:
        begins = (
            f"only a rate of {same} gives the same sum. The loss of the test is least at a lower one, {low}, "
            "so the band begins there."
        )
    ends = "where half of the fall is lost again." if interval.is_lost else "where the test ends."
    return (
        "At each rate the weights have already been trained at all lower rates. Half of the "
        f"loss's fall is reached at {interval.halfway:.2g}, after rates that sum to {interval.total:.2g}. "
        "With small steps, progress depends on the sum of the rates; over the whole training of the base, "
        f"{begins} It ends at {high}, {ends} So the band shows at which rates this "
        "training makes progress without becoming unstable, not which of them is best."
    )


def _inside(interval, rate):
    return interval.low <= rate <= interval.high


def _listed(rates):
    return listed([f"{rate:g}" for rate in rates])
