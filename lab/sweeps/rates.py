"""What the learning-rate range test of a sweep's base says, beside the rates that the sweep tried."""

from typing import NamedTuple

from lab.sweeps.leaderboard import field_value, leaders
from mlp.range_test import ENOUGH

FIELD = "learning_rate"


class Swept(NamedTuple):
    """The learning `rates` of a sweep, those of its `best` trials, and whether it has `varied` them."""

    rates: tuple[float, ...]
    best: tuple[float, ...]
    varied: bool


def swept(plan, ranked):
    """Return the Swept of a plan whose (trial number, median) come best first, NaN last."""
    of_trial = [float(field_value(plan, FIELD, trial)) for trial in plan.sweep.trials]
    rates = sorted(set(of_trial)) or [plan.base.train.learning_rate]
    ranked = [(number, median) for number, median in ranked if median == median]
    n_best = leaders([median for _, median in ranked]) if ranked else 0
    best = sorted({of_trial[number - 1] for number, _ in ranked[:n_best]})
    return Swept(tuple(rates), tuple(best), len(rates) > 1)


def title(interval):
    """Return the finding of a range test."""
    if interval is None:
        return f"The loss falls by less than {ENOUGH:.0%} at every learning rate"
    low, high = f"{interval.low:.2g}", f"{interval.high:.2g}"
    return f"Learning rates from {low} to {high} are worth trying for this base"


def verdict(interval, rates):
    """Return whether the interval contains the best rates of the sweep, in a sentence."""
    if not rates.varied:
        (rate,) = rates.rates
        where = "" if interval is None else f", {'inside' if _inside(interval, rate) else 'outside'} the band"
        return f"The learning rate is {rate:g} in all trials{where}."
    if not rates.best:
        return "No trial of the sweep has a result to compare with."
    which = "Of the learning rates of the sweep, " + _listed(rates.best)
    which += " is the best" if len(rates.best) == 1 else " tie as the best"
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


def how_to_read(interval):
    """Return how to read the chart, in sentences."""
    drawn = (
        "One short training of the base, whose learning rate grows with every step (L. N. Smith, 2017). "
        "Dots: the loss of each minibatch; line: their running mean, which lags by some ten steps. Ticks: "
        "the rates of the sweep; orange: those of its best trials."
    )
    if interval is None:
        return f"{drawn} The test is too short, or the network too hard to train, to say more."
    return (
        f"{drawn} At each rate the loss is that of weights which all lower rates have trained: half of its "
        f"fall is made at {interval.halfway:.2g}, after rates that sum to {interval.total:.2g}. Small steps "
        f"get as far as their rates sum to, and in the whole training of the base a rate of "
        f"{interval.low:.2g} sums to as much: there the band begins. It ends at {interval.high:.2g}, where "
        "half of the fall is lost again. So it says at which rates this training gets somewhere without "
        "falling apart, not which of them is best."
    )


def _inside(interval, rate):
    return interval.low <= rate <= interval.high


def _listed(rates):
    texts = [f"{rate:g}" for rate in rates]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
