"""The final training after a search: the best trial again from scratch, with new seeds."""

from dataclasses import replace

import numpy as np

from lab.divergence import diverged, surviving
from lab.links.experiment import Experiment, Setup, with_settings
from lab.links.sweep_plan import METRICS
from lab.sweeps.leaderboard import figure, over_seeds
from lab.sweeps.sentences import gap_text
from lab.words import counted
from mlp.config import seeds_of


def setups(plan, number):
    """Return the Setups of the final training of a trial (its number from 0), one network each.

    There are as many as the search has seeds; their seeds continue where those of the search end.
    """
    trial = plan.sweep.trials[number]
    experiment = with_settings(plan.base, trial.settings)
    first, n = experiment.train, plan.n_seeds
    later = replace(first, init_seed=first.init_seed + n, shuffle_seed=first.shuffle_seed + n)
    return tuple(Setup(Experiment(experiment.data, config), 1) for config in seeds_of(later, n))


def in_words(searched, records, metric, n_trials):
    """Return in sentences the results of the final training and how they differ from the search.

    `searched` are the trial's final results in the search, one per seed, not finite where a run diverged;
    `records` are the last EpochRecords of the new networks; the search had `n_trials`.
    """
    left = surviving(records)
    name, before = METRICS[metric][0], np.asarray(searched, float)
    networks = counted(len(records), "new network")
    if not left:
        return f"No test accuracy: {diverged(records)}."
    sentences = [f"**Test accuracy {_spread([one.test_accuracy for one in left], 'accuracy')}**, {networks}."]
    if lost := diverged(records):
        others = "other" if len(left) == 1 else "others"
        sentences.append(f"{lost[0].upper()}{lost[1:]}; these figures are for the {others}.")
    after = [getattr(one, name) for one in left]
    n_lost = int(np.isinf(before).sum())
    if np.isfinite(over_seeds(before)[0]) and np.isfinite(after).all():
        whose = "Its" if len(left) == 1 else "Their"
        sentences.append(
            f"{whose} {metric} is {_spread(after, metric)}. In the search it was {_spread(before, metric)}: "
            f"{_difference(before, after, metric)}."
        )
        if n_trials > 1:
            sentences.append(
                f"The search's figure is that of the best of {n_trials} trials, and a lucky trial is more "
                "likely to be chosen. The new seeds had no part in the choice."
            )
    elif n_lost:
        runs = "the run" if len(before) == 1 else f"{n_lost} of {len(before)} runs"
        sentences.append(f"In the search {runs} diverged, so there is no {metric} to compare.")
    return " ".join(sentences)


def _spread(values, metric):
    """Return the median and the range of some results as text; diverged runs count as in the leaderboard."""
    values = np.asarray(values, float)
    median, low, high = (figure(value, metric) for value in over_seeds(values))
    if len(values) == 1:
        return median
    n = int(np.isinf(values).sum())
    if low == high and not n:
        return f"{median} in every run"
    counts = f"; {counted(n, 'run')} diverged and {'counts' if n == 1 else 'count'} as the worst" if n else ""
    return f"{median} in the median (range {low} to {high}{counts})"


def _difference(before, after, metric):
    """Return in words how far the new networks' median `after` is above or below that of the search."""
    old, new = over_seeds(before)[0], over_seeds(np.asarray(after, float))[0]
    if figure(old, metric) == figure(new, metric):
        return f"no difference in the {'figures' if len(before) == len(after) == 1 else 'medians'} shown"
    which = "the new network is" if len(after) == 1 else "the new networks are"
    gap = gap_text(abs(new - old), metric)
    if gap == gap_text(0.0, metric):
        gap = f"less than {gap_text(0.001, metric)}"
    return f"{which} {gap} {'higher' if new > old else 'lower'}"
