"""Comparisons of results that share their seeds: tests and intervals that do not assume equal variances.

A seed gives the same draws in every cell of a sweep: it is a block. So results are compared only within
seeds, by ranks or by differences, and the scatter over seeds may differ from cell to cell.
"""

import math
from typing import NamedTuple

import numpy as np

DRAWS = 9_999  # most draws of a null distribution
MOST_NUMBERS = 2**22  # most numbers drawn for a null distribution; takes about half a second
AT_ONCE = 2**18  # normal numbers drawn at once
ROUNDING = 1e-9  # differences are equal if they differ by less, as a share of the largest result
LEAST_DEVIATION = 1e-3  # least deviation of a level, as a share of the largest, so that ties are broken
Z = 1.959964  # the normal quantile of 97.5%
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)  # t of 97.5%, 1 to 9 degrees


class Paired(NamedTuple):
    """By how much the best trial is better than another, over the seeds: the mean and its 95% interval.

    `low` and `high` are NaN with one seed, and if all seeds differ by the same amount, not 0. `apart` says
    whether the interval lies above 0, or, for the same amount, whether `agreement_shows` a difference.
    """

    mean: float
    low: float
    high: float
    apart: bool


def friedman(scores, seed=0):
    """Return the p-value of Friedman's statistic for `scores` (n_levels, n_seeds): do the levels differ?

    With r_ij the rank of level i within seed j (equal scores share the mean of their ranks) the statistic is
    Σ_i (mean_j r_ij - (n_levels + 1)/2)² (Friedman, 1937). Its usual null distribution assumes exchangeable
    levels; but a level that scatters more gets the first and last ranks more often and is then found to
    differ too often. So the null distribution is simulated by `n_draws` draws of normal numbers with each
    level's deviation around the means of level and seed. That gives no p-value below `least_p_value`. NaN
    with one seed or one level, or if all ranks tie.
    """
    scores = np.asarray(scores, float)
    n_levels, n_seeds = scores.shape
    ranks = _ranks(scores)
    if n_levels < 2 or n_seeds < 2 or np.ptp(ranks) == 0:
        return math.nan
    residuals = scores - scores.mean(axis=0)
    deviations = residuals.std(axis=1, keepdims=True)
    deviations = np.maximum(deviations, LEAST_DEVIATION * deviations.max()) if deviations.any() else 1.0
    rng, found = np.random.default_rng(seed), _spread(ranks) - 1e-9
    as_large, done, most = 0, 0, n_draws(n_levels, n_seeds)
    while done < most:
        n = min(most - done, max(1, AT_ONCE // scores.size))
        drawn = rng.standard_normal((n, n_levels, n_seeds)) * deviations
        as_large += int((_spread(drawn.argsort(axis=1).argsort(axis=1) + 1) >= found).sum())
        done += n
    return max((1 + as_large) / (1 + most), least_p_value(n_levels, n_seeds))


def n_draws(n_levels, n_seeds):
    """Return the number of `friedman`'s draws: DRAWS, or fewer for many levels and seeds, but at least 99."""
    return max(99, min(DRAWS, MOST_NUMBERS // (n_levels * n_seeds)))


def _spread(ranks):
    """Return Friedman's statistic of ranks (…, n_levels, n_seeds)."""
    return ((ranks.mean(axis=-1) - (ranks.shape[-2] + 1) / 2) ** 2).sum(axis=-1)


def least_p_value(n_levels, n_seeds):
    """Return the smallest p-value that `friedman` can give.

    If all levels scatter equally, it is that of the same order on all seeds, n_levels!^(1 - n_seeds), unless
    there are too few draws; if they do not, some orders are likelier, and so is the same one on all seeds.
    """
    if n_levels < 2 or n_seeds < 2:
        return math.nan
    exact = math.exp((1 - n_seeds) * math.lgamma(n_levels + 1))
    return max(exact, 1 / (1 + n_draws(n_levels, n_seeds)))


def holm(p_values):
    """Return p-values adjusted for their number (Holm, 1979), in the given order; NaN stays NaN, not counted.

    The i-th smallest of m, from 0, is multiplied by m - i; none is smaller than the one before it, or above
    1.
    """
    p_values = np.asarray(p_values, float)
    order = np.argsort(p_values)[: int(np.isfinite(p_values).sum())]
    adjusted = np.full(p_values.shape, np.nan)
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p_values[order] * factors))
    return adjusted


def with_best(results, larger):
    """Return a Paired of each trial of `results` (n_trials, n_seeds) with the one that has the best mean.

    A result that is not finite counts as the worst finite one, see `finite`. The interval is Student's: mean
    ± t s/√n_seeds, where s is the deviation of that trial's differences. It assumes they are normal, and it
    does not account for the best having been selected among many. If all differences are equal, s is 0, and
    there is no interval: with few seeds and few examples that often happens by chance.
    """
    gains = finite(results, larger) * (1 if larger else -1)
    differences = gains[np.argmax(gains.mean(axis=1))] - gains
    n_seeds = differences.shape[1]
    mean, rounding = differences.mean(axis=1), ROUNDING * np.abs(gains).max()
    if n_seeds == 1:
        return [Paired(float(value), math.nan, math.nan, False) for value in mean]
    t = STUDENT[min(n_seeds - 1, len(STUDENT)) - 1]
    half = t * differences.std(axis=1, ddof=1) / math.sqrt(n_seeds)
    equal = (np.ptp(differences, axis=1) <= rounding) & (mean > rounding)
    half[equal] = math.nan
    apart = np.where(equal, agreement_shows(n_seeds), mean - half > 0)
    columns = (mean, mean - half, mean + half, apart)
    return [Paired(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def agreement_shows(n_seeds):
    """Return whether so many seeds that all agree on the better of two results show it at 5% (sign test)."""
    return least_p_value(2, n_seeds) <= 0.05


def finite(results, larger):
    """Return the results with non-finite ones replaced by the worst finite one; all 0 if none is finite."""
    results = np.asarray(results, float)
    usable = results[np.isfinite(results)]
    worst = 0.0 if usable.size == 0 else usable.min() if larger else usable.max()
    return np.where(np.isfinite(results), results, worst)


def _ranks(scores):
    """Return the ranks from 1 within each column; equal scores share the mean of their ranks."""
    below = (scores[:, np.newaxis] > scores[np.newaxis]).sum(axis=1)
    equal = (scores[:, np.newaxis] == scores[np.newaxis]).sum(axis=1)
    return below + (equal + 1) / 2


def wilson(share, n):
    """Return (low, high), the 95% interval of a proportion `share` of n trials (Wilson, 1927)."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))
