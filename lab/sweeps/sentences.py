"""The sentences about what matters in a sweep: what was shown, by which test, and what could not be shown."""

import math

import numpy as np

from lab.links.sweep_plan import GRID
from lab.sweeps import scatter
from lab.sweeps.leaderboard import figure
from lab.sweeps.what_matters import reasons
from lab.words import counted, listed, percent
from mlp.comparisons import least_p_value, n_draws
from mlp.effects import MOST_SLICES

ALPHA = 0.05  # significance level
SHOWN = 0.5e-3  # two shares tie if they agree in the digits that are shown


def title(analysis, metric):
    """Return the finding about the largest effect."""
    first = analysis.effects[0]
    name, what = " × ".join(first.fields), f"{_middle(analysis)}{metric}"
    if len(analysis.n_values) == 1:
        if first.p_value < ALPHA:
            return f"{name} makes a difference to {what} ({_p(first.p_value)})"
        if math.isnan(first.p_value):
            return f"The values of {name} differ in {what}; {_untested(first, analysis)}"
        return f"{name}: no difference in {what} distinguishable at 5% with {_trials_or_seeds(analysis)}"
    tied = [e for e in analysis.effects if abs(e.share - first.share) < SHOWN]
    if len(tied) > 1:
        names = listed([" × ".join(effect.fields) for effect in tied])
        told = f"{names} explain {percent(first.share)} each"
        return f"{told} of the differences in {what}{_doubt_of_ties(tied, analysis)}"
    told = f"{name} explains {percent(first.share)} of the differences in {what}"
    if first.p_value >= ALPHA:
        told += f"; not distinguishable from luck at 5% with {_trials_or_seeds(analysis)}"
    return told


def _doubt_of_ties(tied, analysis):
    """Return which of the effects that tie are not distinguishable from luck; "" if none is."""
    unclear = [" × ".join(effect.fields) for effect in tied if effect.p_value >= ALPHA]
    if not unclear:
        return ""
    which = "" if len(unclear) == len(tied) else f"{listed(unclear)} {'is' if len(unclear) == 1 else 'are'} "
    return f"; {which}not distinguishable from luck at 5% with {_trials_or_seeds(analysis)}"


def doubt(effect, analysis):
    """Return the result of an effect's test in a few words."""
    if math.isnan(effect.p_value):
        return _untested(effect, analysis)
    return _p(effect.p_value) + ("" if effect.p_value < ALPHA else ", not distinguishable")


def how_to_read(analysis):
    """Return in sentences how to read the shares and the p-values."""
    n_fields = len(analysis.n_values)
    sentences = [
        f"*Not distinguishable*: not at 5% with {_trials_or_seeds(analysis)}, which does not mean "
        "that there is no effect."
    ]
    if n_fields > 1:
        sentences.append(f"The p-values of the {n_fields} fields are not adjusted for their number.")
    if analysis.estimator != GRID:
        estimated = (
            "These shares are estimates, because there is no complete grid: each is the share of the "
            "variance of the trials' medians that lies between the values of a field (correlation ratio). "
            "Fields with many different numbers are divided into five bins. "
            "Orange ticks: what shuffled results would give on average; p: how often shuffled results give "
            "at least as much, in 2,000 shuffles. The shares need not sum to one."
        )
        return " ".join([estimated, *sentences])
    exact = ["These shares are exact, because every value has all its results."]
    if (n_effects := len(analysis.effects)) > 1:
        total = sum(effect.share for effect in analysis.effects)
        exact = [
            "These shares are exact, because the grid is complete: "
            f"the shares of all {n_effects} effects sum to {total:.3f}."
        ]
    if analysis.n_seeds == 1:
        return exact[0]
    draws = sorted({n_draws(n_values, analysis.n_seeds) for n_values in analysis.n_values.values()})
    n_simulated = " to ".join(f"{n:,}" for n in dict.fromkeys((draws[0], draws[-1])))
    exact.append(
        "They are shares of the means over the seeds; the other charts show medians. p is that of Friedman's "
        "test: on each seed the values of a field are ranked by their mean result, and p says how often "
        "chance alone would make the seeds agree that much on the order. It is simulated: "
        f"{n_simulated} sweeps in which the field does nothing and each value scatters over the seeds "
        "as it does here."
    )
    if n_fields > 1:
        exact.append("Interactions (×) have no test.")
    return " ".join(filter(None, [*exact, scatter.in_words(analysis), *sentences]))


def can_show(analysis):
    """Return in sentences what this number of seeds can and cannot show about each field of a grid."""
    if analysis.estimator != GRID:
        return ""
    if analysis.n_seeds == 1:
        return (
            "One seed cannot show any of these differences: without a second, we cannot tell how much of "
            "them is luck. Choose two or more random starts."
        )
    n, sentences = analysis.n_seeds, []
    least = {field: least_p_value(k, n) for field, k in analysis.n_values.items()}
    hidden = [field for field, p_value in least.items() if p_value > ALPHA]
    for field in hidden:
        k = analysis.n_values[field]
        sentences.append(
            f"{n} seeds cannot show at 5% that {field}, with {k} values, matters: even the same order on "
            f"{'both' if n == 2 else f'all {n}'} has {_p(least[field])}. It takes at least {seeds_needed(k)}."
        )
    if shown := [field for field in least if field not in hidden]:
        values = "; ".join(
            f"{field}, {analysis.n_values[field]} values: {_p(least[field])}" for field in shown
        )
        sentences.append(
            f"The smallest p that {n} seeds can give, where "
            f"{'both' if n == 2 else 'all'} agree on the order of the values: {values}."
        )
    return " ".join(sentences)


def seeds_needed(n_values):
    """Return the smallest number of seeds whose agreement on the order of n_values has p ≤ 5%."""
    n_seeds = 2
    while least_p_value(n_values, n_seeds) > ALPHA:
        n_seeds += 1
    return n_seeds


def counted_in(analysis):
    """Return in sentences which trials are left out and how diverged runs are counted; "" without effects."""
    sentences = []
    if not analysis.effects:
        return ""
    if analysis.left_out:
        sentences.append(
            f"Of {counted(analysis.n_trials, 'trial')} {reasons(analysis.left_out)}: what follows is about "
            f"the other {analysis.n_used}."
        )
    n = analysis.n_diverged
    if 0 < n < analysis.n_used * analysis.n_seeds:  # there are others
        counts = "it counts" if n == 1 else "they count"
        sentences.append(f"{counted(n, 'run')} diverged; {counts} as the worst result of the others.")
    return " ".join(sentences)


def where(analysis, metric):
    """Return in Markdown one sentence per field of a grid about the row in which it differs most clearly."""
    sentences = []
    for field in analysis.n_values:
        rows = [row for row in analysis.rows if row.field == field]
        tested = [row for row in rows if not math.isnan(row.p_value)]
        if rows:
            first = min(tested, key=lambda row: row.adjusted, default=None)
            sentences.append(_clearest(field, first, rows, analysis.n_seeds, metric))
    return sentences


def _clearest(field, row, rows, n_seeds, metric):
    if row is None:
        values = f"the values of **{field}** give different results on any seed"
        return f"In none of its {len(rows)} rows do {values}."
    among, adjusted = ("two" if len(rows) == 2 else len(rows)), p_text(row.adjusted)
    looks_told = f"; adjusted for its {among} rows {adjusted})."
    if row.adjusted >= ALPHA:
        looks_told = (
            f"). Among {among} rows that is not distinguishable from luck at 5% (adjusted {adjusted})."
        )
    told = f"({_p(row.p_value)}{looks_told}"
    if row.best == row.worst:
        return f"**{field}** has the same mean for each of its values even at {row.where} {told}"
    better = f"{row.best} is better on {row.n_better} of {n_seeds} seeds"
    if not math.isnan(row.gap):
        gap = gap_text(abs(row.gap), metric)
        worse = row.gap < 0 and gap != gap_text(0.0, metric)
        better += (
            f" and in the mean, but worse by {gap} in the median" if worse else f", by {gap} in the median"
        )
    return (
        f"**{field}** differs most clearly at {row.where}: {row.best} gives "
        f"{range_text(row.best_range, metric)} and {row.worst} gives {range_text(row.worst_range, metric)}. "
        f"{better} {told}"
    )


def range_text(range_, metric):
    """Return (lowest, highest, runs that diverged) in words."""
    low, high, n_diverged = range_
    if not np.isfinite(low):
        return "no result (diverged)"
    ends = figure(low, metric), figure(high, metric)
    text = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    return text + (f" ({n_diverged} diverged)" if n_diverged else "")


def looks(analysis):
    """Return in sentences how to read the rows of the grid, or why there are none."""
    if analysis.estimator != GRID or analysis.n_seeds == 1 or len(analysis.n_values) < 2:
        return ""
    if not analysis.rows:
        return f"The grid has more than {MOST_SLICES} rows, so they are not examined one by one."
    return (
        f"A row contains trials in which only one field differs; {len(analysis.rows)} were examined. *p* is "
        "Friedman's test in that row; *adjusted* allows for all rows of the field (Holm), because among many "
        "rows some look clear by luck. The best and the worst value were selected after seeing the results, "
        "which makes their gap look larger than it is."
    )


def _middle(analysis):
    if analysis.n_seeds == 1:
        return ""
    return "mean " if analysis.estimator == GRID else "median "


def _untested(effect, analysis):
    if analysis.estimator != GRID:
        return "no test"
    if analysis.n_seeds == 1:
        return "no test with one seed"
    return "no test of an interaction" if len(effect.fields) > 1 else "the same on every seed"


def _p(p_value):
    return f"p = {p_text(p_value)}"


def _trials_or_seeds(analysis):
    n = analysis.n_seeds if analysis.estimator == GRID else analysis.n_used
    return f"these {counted(n, 'seed' if analysis.estimator == GRID else 'trial')}"


def gap_text(gap, metric):
    """Return the difference of two results in words; "–" if it is NaN."""
    if math.isnan(gap):
        return "–"
    return f"{100 * gap:.1f} percentage points" if metric.endswith("accuracy") else f"{gap:.4g}"


def p_text(p_value):
    """Return a p-value as text; "–" if there is none."""
    return "–" if math.isnan(p_value) else f"{p_value:.2g}"
