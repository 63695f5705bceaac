"""What matters in a sweep: the share of the differences that each field explains, and what chance would give.

On a complete grid the cells' mean results decompose exactly into main effects and interactions
(analysis of variance), and the seeds within the cells measure the noise. A random search has
no cells: each field's values are divided into bins, and the estimator is the correlation ratio, the share of
the variance that lies between the bins' means.
"""

import itertools
from typing import NamedTuple

import numpy as np

from mlp.comparisons import friedman, holm

PERMUTATIONS = 2_000
ROUNDING = 1e-12  # differences below this share of the largest result count as 0
BINS = 5
MOST_SLICES = 60


class Effect(NamedTuple):
    """What a field, or an interaction of several, explains.

    `share` is its share of the sum of squares of the results; `noise` is the sum of squares that is expected
    if it did nothing, as a multiple of the observed total (in `anova` it can exceed 1), and `p_value` the
    probability of results at least as extreme in that case. Both are NaN if unknown.
    """

    fields: tuple[str, ...]
    share: float
    noise: float
    p_value: float


class Slice(NamedTuple):
    """The cells of a grid in which only one field differs: their numbers and that field's p-value there.

    `adjusted` is the p-value adjusted for the number of the field's slices (Holm).
    """

    field: str
    cells: tuple[int, ...]
    p_value: float
    adjusted: float


def is_complete(levels):
    """Return whether the rows of `levels` (n_cells, n_fields) are all combinations of values, once each."""
    levels = np.asarray(levels)
    sizes = [len(np.unique(column)) for column in levels.T]
    return len(levels) == np.prod(sizes) == len(np.unique(levels, axis=0))


def anova(names, levels, results):
    """Return the Effects of a complete grid, largest share first; the shares sum to one.

    `levels` (n_cells, n_fields) name each cell's values; `results` (n_cells, n_seeds), column k from the same
    seed in every cell. The sum of squares of the cell means m about their mean is the sum over all sets of
    fields of Σ e², where e is computed by inclusion and exclusion from the means over the other fields. Each
    seed is a block: the residual of the results after removing the means of cells and seeds has the noise's
    mean variance σ². An effect of d degrees of freedom that does nothing has an expected sum of squares d
    σ²/n_seeds (randomized block design; Fisher, 1935). The p-value of a single field is that of
    `comparisons.friedman` for the means of its levels within each seed, which does not assume equal
    variances; an interaction has none.

    Raise ValueError if the grid is not complete or a result is not finite.
    """
    levels, results = np.asarray(levels), np.asarray(results, float)
    if not is_complete(levels) or not np.isfinite(results).all():
        raise ValueError("The effects need a complete grid of finite results.")
    coordinates = tuple(np.unique(column, return_inverse=True)[1] for column in levels.T)
    sizes = [coordinate.max() + 1 for coordinate in coordinates]
    means = np.empty(sizes)
    means[coordinates] = results.mean(axis=1)
    total = _none_if_tiny(float(((means - means.mean()) ** 2).sum()), results)
    n_cells, n_seeds = results.shape
    residual = results - results.mean(axis=1, keepdims=True) - results.mean(axis=0) + results.mean()
    left = (n_cells - 1) * (n_seeds - 1)  # degrees of freedom of the noise
    variance = _none_if_tiny(float((residual**2).sum()), results) / left if left else np.nan
    effects = []
    for size in range(1, len(names) + 1):
        for chosen in itertools.combinations(range(len(names)), size):
            freedom = int(np.prod([sizes[axis] - 1 for axis in chosen]))
            if freedom == 0:
                continue
            squares = _sum_of_squares(means, chosen)
            expected = freedom * variance / n_seeds
            effects.append(
                Effect(
                    tuple(names[axis] for axis in chosen),
                    squares / total if total > 0 else 0.0,
                    float(expected / total) if total > 0 else np.nan,
                    _p_value(coordinates[chosen[0]], results) if size == 1 and total > 0 else np.nan,
                )
            )
    return sorted(effects, key=lambda effect: -effect.share)


def by_slice(names, levels, results):
    """Return, for a complete grid, a Slice for every field at every combination of the other fields' values.

    [] for a single field, and if there would be more than MOST_SLICES. `levels` and `results` are as in
    `anova`.
    """
    levels, results = np.asarray(levels), np.asarray(results, float)
    n_slices = [len(levels) // len(np.unique(column)) for column in levels.T]
    if len(names) == 1 or sum(n_slices) > MOST_SLICES:
        return []
    slices = []
    for axis, name in enumerate(names):
        others = np.delete(levels, axis, axis=1)
        at = np.unique(others, axis=0)
        cells = [np.flatnonzero((others == row).all(axis=1)) for row in at]
        codes = [np.unique(levels[here, axis], return_inverse=True)[1] for here in cells]
        p_values = [_p_value(code, results[here]) for code, here in zip(codes, cells, strict=True)]
        for here, p_value, adjusted in zip(cells, p_values, holm(p_values), strict=True):
            slices.append(Slice(name, tuple(here.tolist()), p_value, float(adjusted)))
    return slices


def correlation_ratios(names, columns, results, seed=0):
    """Return the Effects of single fields in a random search, largest share first.

    `columns` (n_fields, n_trials) are numbers (only their order matters) or labels; `results` is (n_trials,).
    Numbers are divided into BINS bins of equal counts. share = Σ_bins n_b (mean_b - mean)² /
    Σ (result - mean)²; for results in random order it is (n_bins - 1) / (n_trials - 1) on
    average. p-values are by permutation. The shares need not sum to one. Raise ValueError for a result
    that is not finite.
    """
    results = np.asarray(results, float)
    if not np.isfinite(results).all():
        raise ValueError("The effects need finite results.")
    rng = np.random.default_rng(seed)
    centred = results - results.mean()
    total = _none_if_tiny(float((centred**2).sum()), results)
    shuffled = np.stack([rng.permutation(centred) for _ in range(PERMUTATIONS)])
    effects = []
    for name, column in zip(names, columns, strict=True):
        bins = _binned(column)
        if total == 0 or bins.max(initial=0) == 0:
            effects.append(Effect((name,), 0.0, np.nan, np.nan))
            continue
        share = _between(centred, bins) / total
        chance = _between(shuffled, bins) / total
        p_value = (1 + int((chance >= share - 1e-12).sum())) / (1 + PERMUTATIONS)
        effects.append(Effect((name,), float(share), bins.max() / (len(results) - 1), p_value))
    return sorted(effects, key=lambda effect: -effect.share)


def _binned(column):
    """Return a bin number per entry: one bin per distinct value, or for many numbers, bins of equal counts.

    Equal numbers share the bin of their mean rank.
    """
    column = np.asarray(column)
    values, codes, counts = np.unique(column, return_inverse=True, return_counts=True)
    if len(values) <= BINS or column.dtype.kind not in "iuf":
        return codes
    mean_rank = np.cumsum(counts) - (counts + 1) / 2
    bins = (mean_rank * BINS // len(codes)).astype(int)
    return np.unique(bins, return_inverse=True)[1][codes]


def _none_if_tiny(squares, results):
    """Return the sums of squares, with 0 for those no larger than the rounding of equal results."""
    return squares if squares > results.size * (ROUNDING * np.abs(results).max()) ** 2 else 0.0


def _between(centred, bins):
    """Return Σ_bins n_b mean_b² for values whose mean is 0; for every row, if there are rows."""
    member = (bins[:, np.newaxis] == np.arange(bins.max() + 1)).astype(float)
    return ((centred @ member) ** 2 / member.sum(axis=0)).sum(axis=-1)


def _p_value(levels, results):
    """Return the p-value of a field with these levels, one per cell, for results (n_cells, n_seeds)."""
    results = results / (np.abs(results).max() or 1.0)
    scores = [results[levels == level].mean(axis=0) for level in range(levels.max() + 1)]
    return friedman(np.round(scores, 12))  # equal means must tie, in whatever order they were summed


def _sum_of_squares(means, chosen):
    """Return the sum of squares of the `chosen` axes' interaction that no smaller set of them explains."""
    effect = np.zeros_like(means)
    for size in range(len(chosen) + 1):
        for kept in itertools.combinations(chosen, size):
            others = tuple(axis for axis in range(means.ndim) if axis not in kept)
            effect = effect + (-1) ** (len(chosen) - size) * means.mean(axis=others, keepdims=True)
    return float((effect**2).sum())
