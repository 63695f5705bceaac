"""What the scatter over seeds says about the best trial of a sweep, and about the published best."""

import math

from lab.sweeps.leaderboard import TIE, field_value, figure, finals, leaders, trials
from lab.sweeps.sentences import gap_text
from lab.words import counted


def in_words(plan, outcomes, metric, published=()):
    """Return in sentences which trial is best, as far as the seeds can tell.

    `published` are the settings that were published as the best, as text.

    Means are compared seed by seed, see `leaderboard.Trial`: a trial can be distinguished from the best if
    the 95% interval of the mean difference lies above 0.
    """
    standings = trials(plan, outcomes, metric)
    claimed = next((one for one in standings if published and _values(plan, one) == published), None)
    if plan.n_seeds == 1:
        return _one_seed(plan, standings, claimed, metric)
    compared = [one for one in standings if one.behind is not None]
    if len(compared) < 2:
        return "Fewer than two trials have all their results, so nothing can be compared yet."
    means = finals(plan, outcomes, metric).mean(axis=1)
    best = [one for one in compared if one.behind.mean <= TIE]
    found = figure(means[best[0].number - 1], metric)
    over = f"over {counted(plan.n_seeds, 'seed')}"
    if len(best) == len(compared):
        two = len(best) == 2
        which, none = ("Both", "neither") if two else (f"All {len(best)}", "none of them")
        sentences = [
            f"{which} trials have the same mean {metric} {over}, {found}: {none} is better than the "
            f"other{'' if two else 's'}."
        ]
    elif len(best) > 1:
        sentences = [f"{len(best)} of {len(compared)} trials tie for the best mean {metric} {over}, {found}."]
    else:
        sentences = [f"{_name(plan, best[0])} has the best mean {metric} {over}, {found}. {_apart(compared)}"]
    if claimed and len(best) < len(compared):
        sentences.append(_judged(plan, claimed, best, compared, metric))
    if left_out := len(standings) - len(compared):
        verb = "is" if left_out == 1 else "are"
        sentences.append(
            f"{counted(left_out, 'trial')} {verb} not compared: results are missing, or runs diverged."
        )
    return " ".join(sentences)


def _one_seed(plan, standings, claimed, metric):
    ranked = [one for one in standings if one.median == one.median]
    if len(ranked) < 2:
        return "Fewer than two trials have a result, so nothing can be compared yet."
    n_best, best = leaders([one.median for one in ranked]), figure(ranked[0].median, metric)
    luck = "we cannot tell how much of such a gap is luck"
    what = f"{_name(plan, ranked[0])} has the best {metric}, {best}"
    if n_best > 1:
        which = f"{n_best} of {len(ranked)}"
        if n_best == len(ranked):
            which = "both" if n_best == 2 else f"all {n_best}"
            luck = "we cannot tell whether they differ"
        what = f"{which} trials tie for the best {metric}, {best}"
    sentences = [f"With one seed {what}."]
    if claimed in ranked[n_best:]:
        sentences.append(f"{_name(plan, claimed)} has {figure(claimed.median, metric)}.")
    return " ".join([*sentences, f"Without a second seed {luck}."])


def _apart(compared):
    """Return how many of the trials can be distinguished from the single best one."""
    n_others = len(compared) - 1
    n_apart = sum(one.behind.apart for one in compared)
    if n_others == 1:
        return f"The other trial {'can' if n_apart else 'cannot'} be distinguished from it."
    if n_others == 2 and n_apart == 2:
        return "Both others can be distinguished from it."
    which = {0: "None", n_others: "All"}.get(n_apart, n_apart)
    return f"{which} of the {n_others} others can be distinguished from it."


def _judged(plan, claimed, best, compared, metric):
    """Return in words what follows for the published best."""
    name = _name(plan, claimed)
    if claimed in best:
        rivals = [one for one in compared if one is not claimed and not one.behind.apart]
        if not rivals:
            return "That is the published best, and the seeds confirm it."
        which = (
            "That is the published best" if len(best) == 1 else f"{name}, the published best, is one of them"
        )
        others = "the other" if len(compared) == 2 else "all others"
        return f"{which}, but these seeds cannot show that it is better than {others}."
    if claimed.behind is None:
        return f"{name}, the published best, is among those that are not compared."
    behind = claimed.behind
    gap = f"{_gap(behind.mean, metric)} behind on average"
    interval = _interval(behind.low, behind.high, metric)
    follows = (
        "the conclusion does not hold here" if behind.apart else "it cannot be distinguished from the best"
    )
    return f"{name}, the published best, is {gap} ({interval}): {follows}."


def _gap(gap, metric):
    return f"{_points(gap)} percentage points" if metric.endswith("accuracy") else gap_text(gap, metric)


def _points(share):
    """Return a share in percentage points, to one decimal; a smaller one to its first digit."""
    points = 100 * share
    return f"{points:.1g}" if 1e-9 < abs(points) < 0.05 else f"{points:.1f}"


def _interval(low, high, metric):
    if math.isnan(low):
        return "all seeds differ by the same amount, which gives no interval"
    if metric.endswith("accuracy"):
        return f"95% interval {_points(low)} to {_points(high)}"
    return f"95% interval {low:.4g} to {high:.4g}"


def _values(plan, standing):
    trial = plan.sweep.trials[standing.number - 1]
    return tuple(field_value(plan, field, trial) for field in plan.fields)


def _name(plan, standing):
    values = zip(plan.fields, _values(plan, standing), strict=True)
    return ", ".join(f"{field} {value}" for field, value in values) or "The base"
