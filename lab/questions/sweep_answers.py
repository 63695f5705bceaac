"""The computed answers to the questions of the sweeps, from the results that their page shows."""

import math

import numpy as np

from lab import baseline
from lab.links.sweep_plan import METRICS
from lab.published.search import plan_of
from lab.questions.answer import Answer, Unanswered
from lab.sweeps import leaderboard, sentences
from lab.sweeps.leaderboard import field_value, figure
from lab.sweeps.what_matters import analysis
from lab.words import counted, listed, percent
from mlp import effects
from mlp.comparisons import finite, with_best

METRIC = "validation accuracy"
RATES = (0.1, 0.3, 1.0)  # bounds between the choices
POINT = 0.01  # of accuracy: a median at most this far below the best one is near it
SURE = 0.95  # share of all orders
DRAWS = (10, 20)  # bounds between the choices


def _compared(values, trained):
    """Return (Plan, its Results). Raise Unanswered if trainings failed or there is only one seed."""
    plan = plan_of(tuple(sorted(values.items())))
    run = trained.sweep(plan)
    if failed := sum(bool(outcome.error) for outcome in run.outcomes.values()):
        raise Unanswered(
            f"{failed} of {counted(len(run.outcomes), 'training')} failed. The answer needs all results."
        )
    if plan.n_seeds == 1:
        raise Unanswered("One seed cannot tell a difference from luck. Choose two or more random starts.")
    return plan, run


def largest_rate(values, trained):
    """Say which is the largest learning rate with a trial that cannot be distinguished from the best."""
    plan, run = _compared(values, trained)
    rates = {}
    for one in leaderboard.trials(plan, run.outcomes, METRIC):
        rates.setdefault(dict(plan.sweep.trials[one.number - 1].settings)["learning_rate"], []).append(one)
    near = {rate: [one for one in of if one.behind and not one.behind.apart] for rate, of in rates.items()}
    if not any(near.values()):
        raise Unanswered("No trial ended with a finite result on every seed, so there is no best one.")
    first = [rate for rate in rates if any(one.behind.mean <= leaderboard.TIE for one in near[rate])]
    means = leaderboard.finals(plan, run.outcomes, METRIC).mean(axis=1)
    best = max(means[one.number - 1] for one in near[first[0]])
    largest = max(rate for rate in rates if near[rate])
    said = [
        f"The best mean over {plan.n_seeds} seeds, {figure(best, METRIC)}, is at η = "
        f"{listed([f'{rate:g}' for rate in sorted(first)])}. At η = {largest:g}, {len(near[largest])} of "
        f"{counted(len(rates[largest]), 'trial')} cannot be distinguished from it "
        f"({_medians(near[largest])})."
    ]
    if higher := sorted(rate for rate in rates if rate > largest):
        of = rates[higher[0]]
        guess = figure(baseline.share(trained.dataset(plan.base.data).y_valid), METRIC)
        said.append(
            f"At η = {higher[0]:g}, none of {counted(len(of), 'trial')} is that close ({_medians(of)}); "
            f"always guessing the most common class gets {guess}."
        )
    said.append("A trial whose seeds scatter widely is hard to tell from the best: it need not be as good.")
    return Answer(sum(largest > rate for rate in RATES), " ".join(said))


def _medians(trials):
    """Return the medians of some trials in words, and how many trials have none."""
    known = [one.median for one in trials if not math.isnan(one.median)]
    told = []
    if known:
        ends = dict.fromkeys(figure(end(known), METRIC) for end in (min, max))
        told.append(f"median{'s from' * (len(ends) > 1)} {' to '.join(ends)}")
    if lost := len(trials) - len(known):
        told.append(f"{counted(lost, 'trial')} without a median, because runs diverged")
    return ", ".join(told)


def depth_or_optimizer(values, trained):
    """Say which of the two fields explains more: the layers, the optimizer, or neither for sure.

    As between trials, the seeds decide: the two shares are computed for each seed alone, and the 95% interval
    of their mean difference must exclude 0.
    """
    plan, run = _compared(values, trained)
    found = _effects(plan, run)
    results = finite(leaderboard.finals(plan, run.outcomes, METRIC), METRICS[METRIC][1])
    texts = [[field_value(plan, field, trial) for trial in plan.sweep.trials] for field in plan.fields]
    levels = np.stack([np.unique(column, return_inverse=True)[1] for column in texts], axis=1)
    by_seed = [effects.anova(plan.fields, levels, results[:, [seed]]) for seed in range(plan.n_seeds)]
    shares = np.array([[_of(field, one).share for one in by_seed] for field in plan.fields])
    more = int(shares[1].mean() > shares[0].mean())
    n = int((shares[more] > shares[1 - more]).sum())
    layers, optimizer = (_of(field, found.effects) for field in plan.fields)
    says = ("the layers explain", "the optimizer explains")[more]
    return Answer(
        more if with_best(shares, larger=True)[1 - more].apart else 2,
        f"The optimizer explains {percent(optimizer.share)} of the differences in mean {METRIC}, the layers "
        f"{percent(layers.share)}. Seed by seed, {says} more on {n} of {plan.n_seeds}. Averaged over the "
        f"optimizers, {_means(texts[0], results)} ({sentences.doubt(layers, found)}).",
    )


def _means(texts, results):
    """Return the mean result of each value of a field, in words."""
    return "; ".join(
        f"{value} gets {figure(results[np.array(texts) == value].mean(), METRIC)}"
        for value in dict.fromkeys(texts)
    )


def _effects(plan, run):
    """Return the Analysis of a sweep; raise Unanswered where there is nothing to compare."""
    found = analysis(plan, run, METRIC)
    if found.problem:
        raise Unanswered(found.problem)
    return found


def _of(field, found):
    """Return the Effect of one field."""
    return next(effect for effect in found if effect.fields == (field,))


def which_is_shown(values, trained):
    """Say which of the two fields is shown to matter: the first, the second, both or neither."""
    plan, run = _compared(values, trained)
    found = _effects(plan, run)
    both = [_of(field, found.effects) for field in plan.fields]
    first, second = (effect.p_value < sentences.ALPHA for effect in both)
    told = "; ".join(f"{effect.fields[0]}, {sentences.doubt(effect, found)}" for effect in both)
    clearest = [text for text in sentences.where(found, METRIC) if text.startswith(f"**{plan.fields[0]}**")]
    return Answer(
        (3, 1, 0, 2)[2 * first + second],
        f"Friedman's test with {plan.n_seeds} seeds: {told}. An effect that {plan.n_seeds} seeds cannot "
        f"show may still exist. {' '.join(clearest)}",
    )


def draws_needed(values, trained):
    """Say how many draws are enough, in SURE of all orders, to include one whose median is near the best.

    Of n draws m are near. The first k include none of them in C(n - m, k) of C(n, k) cases.
    """
    plan, run = _compared(values, trained)
    found = leaderboard.trials(plan, run.outcomes, METRIC)
    best, n = found[0], len(found)
    if math.isnan(best.median):
        raise Unanswered("No trial has a median: half or more of the runs of each diverged.")
    m = sum(one.median >= best.median - POINT - leaderboard.TIE for one in found)
    k = next(k for k in range(1, n + 1) if math.comb(n - m, k) <= (1 - SURE) * math.comb(n, k))
    low, high = figure(best.low, METRIC), figure(best.high, METRIC)
    spread = f"range from {low} to {high}" if low != high else f"all end at {low}"
    which = "it" if m == 1 else f"one of the {m}"
    return Answer(
        sum(k > limit for limit in DRAWS),
        f"{m} of the {n} medians {'is' if m == 1 else 'are'} within one percentage point of the best, "
        f"{figure(best.median, METRIC)}. In at least {SURE:.0%} of all orders in which these {n} can be "
        f"drawn, {which} is among the first {k}. The {plan.n_seeds} seeds of the best trial alone {spread}.",
    )
