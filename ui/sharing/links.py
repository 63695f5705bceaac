"""A link to any page, read without a browser: which trainings it asks for."""

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from data import DataConfig
from mlp import TrainConfig, sweep

from .. import limits
from ..initialization import ensemble
from ..kinds import DEFAULT_SEEDS
from ..share import Experiment, Setup, field_text, parse_field, with_settings
from ..sweeps import plan as plans
from . import fingerprint

MOST_CHARACTERS = 200_000
MOST_SEEDS = 10
BOTH_PENALTIES = "l1 and l2"  # a choice of Compare


class Group(NamedTuple):
    """Networks that differ in their seeds alone; `label` is the start, the value or the trial."""

    label: str
    data: DataConfig
    configs: tuple[TrainConfig, ...]


class Linked(NamedTuple):
    """What a link asks for: `groups` are trained, the first network is the experiment's.

    `by` says what the labels are, "" where there is one group; `plan` is a sweep's, else None, and `metric`
    what its trials are judged by.
    """

    page: str
    experiment: Experiment
    groups: tuple[Group, ...]
    by: str
    plan: plans.Plan | None
    metric: str
    fingerprint: fingerprint.Fingerprint | None


def read(link):
    """The Linked of a whole address, or of its query alone; raises ValueError in one sentence."""
    page, query = _parts(link)
    last = {key: values[-1] for key, values in query.items()}
    own = {"sweeps": "axis1", "initialization": "sets"}  # by which a bare query is told
    page = page or next((name for name, key in own.items() if key in query), "")
    reader = {"sweeps": _sweep, "initialization": _starts}.get(page, _experiment)
    if page in ("", "decision_boundary") and last.get("mode") == "Compare":
        reader = _compared
    proof = fingerprint.read(last["fingerprint"]) if "fingerprint" in last else None
    experiment, groups, by, plan = reader(last, query)
    if plan is None:
        _check_limits(page, groups)
    metric = _one_of(last, "metric", plans.VIEW["metric"], plans.METRICS) if plan else ""
    return Linked(page, experiment, tuple(groups), by, plan, metric, proof)


def _check_limits(page, groups):
    """Raise OverLimit where networks that train together are too large; all starts of a page train as one."""
    if page == "initialization":
        limits.check_networks(page, groups[0].data, [config for group in groups for config in group.configs])
    else:
        for group in groups:
            limits.check_networks(page, group.data, group.configs)


def _parts(link):
    """(page, {parameter: values}) of a link."""
    link = link.strip()
    shown = link if len(link) <= 60 else link[:60] + "…"
    try:
        if len(link) > MOST_CHARACTERS:
            raise ValueError
        whole = "://" in link or link.startswith("?")
        parts = urlsplit(link if whole else f"//{link}" if "?" in link else f"?{link}")
        query = parse_qs(parts.query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        raise ValueError(f"The link {shown!r} cannot be read; allowed: an address, or its query.") from None
    if not query and "://" not in link:
        raise ValueError(f"The link is {shown!r}; allowed: an address, or its query, such as v=1&noise=0.2.")
    if not parts.netloc and not any("=" in part for part in parts.query.split("&")):
        raise ValueError(f"The link is {shown!r}; allowed: an address, or its query, such as v=1&noise=0.2.")
    return parts.path.rstrip("/").rpartition("/")[2], query


def _base(last, defaults=None):
    """The Experiment of the parameters; what they leave out has the page's own default."""
    texts = {name: field_text(value) for name, value in (defaults or {}).items()}
    return Experiment.from_query(texts | last)


def _whole(last, name, default, least, most):
    text = last.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        raise ValueError(f"{name} is {text[:40]!r}; allowed: whole numbers from {least} to {most}.")
    return int(text)


def _seeds(last):
    return _whole(last, "seeds", DEFAULT_SEEDS, 1, MOST_SEEDS)


def _one_of(last, name, default, allowed):
    text = last.get(name, default)
    if text not in allowed:
        raise ValueError(f"{name} is {text[:40]!r}; allowed: {', '.join(allowed)}.")
    return text


def _experiment(last, query):
    experiment = _base(last)
    return experiment, [_group("", experiment, _seeds(last))], "", None


def _group(label, experiment, n_seeds):
    return Group(label, experiment.data, Setup(experiment, n_seeds).configs())


def _compared(last, query):
    """Of decision boundaries side by side: a group a value."""
    experiment = _base(last)
    field, text = last.get("compare", "hidden_layer_sizes"), last.get("values", "3 / 20 / 128")
    names = ("l1", "l2") if field == BOTH_PENALTIES else (field,)
    _one_of({"compare": names[0]}, "compare", "", plans.FIELDS)
    groups = {}
    for part in filter(None, map(str.strip, text.split("/"))):
        value = parse_field(names[0], part)
        changed = with_settings(experiment, [(name, value) for name in names])
        groups[field_text(value)] = _group(field_text(value), changed, _seeds(last))
    if not 2 <= len(groups) <= 6:
        raise ValueError(f"values is {text[:40]!r}; allowed: two to six different ones, parted by /.")
    own = _group("the link's own", experiment, _seeds(last))
    others = list(groups.values())
    return experiment, others if own[1:] in [one[1:] for one in others] else [*others, own], field, None


def _starts(last, query):
    """Of the initialization page: a group a start."""
    texts = query.get("sets", list(ensemble.STARTS))
    if len(texts) > ensemble.MOST_STARTS:
        raise ValueError(f"sets holds {len(texts)} initializers; allowed: up to {ensemble.MOST_STARTS}.")
    starts = tuple(dict.fromkeys(map(ensemble.parse_start, texts)))
    asked = ensemble.of_starts(_base(last, ensemble.DEFAULTS), _seeds(last), starts)
    data = asked.experiment.data
    groups = [Group(start.label, data, asked.of(start)) for start in starts]
    return asked.experiment, groups, "start", None


def _sweep(last, query):
    """Of the sweeps page: a group a trial."""
    base, n_seeds = _base(last, plans.DEFAULTS), _seeds(last)
    space = {}
    for number in range(1, plans.AXES + 1):
        axis, values = f"axis{number}", f"values{number}"
        field = _one_of(last, axis, plans.VIEW[axis], (plans.NONE, *plans.SWEPT))
        if field != plans.NONE and field not in space:
            space[field] = plans.parse_axis(field, last.get(values, plans.VIEW[values]))
    design = _one_of(last, "design", plans.GRID, (plans.GRID, plans.RANDOM, plans.ONE))
    view = {name: _whole(last, name, plans.VIEW[name], *ends) for name, ends in plans.RANGES.items()}
    plan = plans.build(
        base, space, design, plans.settings(design, space, view), (view["least"], view["most"]), n_seeds
    )
    if not plan.sweep.trials:
        reasons = [refused.reason for refused in plan.sweep.refused[:1]]
        raise ValueError(" ".join(["The sweep has no trial that can be run.", *reasons]))
    groups = [
        Group(_in_words(trial.settings), trial.data, sweep.seeds_of(trial, n_seeds))
        for trial in plan.sweep.trials
    ]
    return base, groups, "trial", plan


def _in_words(settings):
    return ", ".join(f"{field} {field_text(value)}" for field, value in settings) or "the base"
