"""The final training after a search: the best trial again from scratch, with new seeds."""

from dataclasses import replace

import numpy as np

from lab.divergence import diverged, surviving
from lab.links.experiment import Experiment, Setup, with_settings
from lab.links.sweep_plan import METRICS
from lab.sweeps.leaderboard import figure
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
    name = METRICS[metric][0]
    before = np.asarray(searched, float)
    before = before[np.isfinite(before)]
    networks = counted(len(records), "new network")
    if not left:
        return f"No test accuracy: {diverged(records)}."
    sentences = [f"**Test accuracy {_spread([one.test_accuracy for one in left], 'accuracy')}**, {networks}."]
    if lost := diverged(records):
        others = "other" if len(left) == 1 else "others"
        sentences.append(f"{lost[0].upper()}{lost[1:]}; these figures are for the {others}.")
    after = [getattr(one, name) for one in left]
    if before.size and np.isfinite(after).all():
        whose, gap = "Its" if len(left) == 1 else "Their", np.median(after) - np.median(before)
        sentences.append(
            f"{whose} {metric} is {_spread(after, metric)}. In the search it was {_spread(before, metric)}: "
            f"{_difference(gap, len(left), metric)}."
        )
        if n_trials > 1:
            sentences.append(
                f"The search's figure is that of the best of {n_trials} trials, and a lucky trial is more "
                "likely to be chosen. The new seeds had no part in the choice."
            )
    return " ".join(sentences)


def _spread(values, metric):
    """Return the median and the range of some results as text."""
    low, high, median = (figure(f(values), metric) for f in (np.min, np.max, np.median))
    if len(values) == 1:
        return median
    return f"{median} in the median (range {low} to {high})"


def _difference(gap, n, metric):
    """Return in words how far n new networks are above or below those of the search."""
    if gap_text(abs(gap), metric) == gap_text(0.0, metric):
        return "no difference in the figures shown"
    which = "the new network is" if n == 1 else "the new networks are"
    return f"{which} {gap_text(abs(gap), metric)} {'higher' if gap > 0 else 'lower'}"
