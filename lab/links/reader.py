"""Read a link to any page without a browser: the trainings it asks for."""

import functools
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from data import DataConfig, offered
from lab.links import compared, descents, ensemble, fingerprint, limits, parameters
from lab.links import sweep_plan as plans
from lab.links.experiment import (
    DATA_FIELDS,
    Experiment,
    Setup,
    field_text,
    parse_field,
    with_settings,
)
from lab.links.fields import DEFAULT_SEEDS, FIELDS, Typed, check_range
from lab.links.fixed_fields import in_lab
from lab.links.pages import MODES, PAGES
from lab.links.reading import Unusable, quoted, whole
from mlp import TrainConfig
from mlp.config import seeds_of

MAX_CHARACTERS = 200_000
MOST_SEEDS = 10
ONE_NETWORK = ("gradient_check", "bug_lab")  # pages that train only the first network


class Group(NamedTuple):
    """Networks that differ only in their seeds; `label` names the start, the value or the trial."""

    label: str
    data: DataConfig
    configs: tuple[TrainConfig, ...]


class Linked(NamedTuple):
    """The trainings that a link asks for.

    `experiment` is the one its fields describe, `groups` are all networks to train. `by` says what the
    groups' labels are, "" if there is one group. `plan` is the sweep's Plan or None; `metric` ranks its
    trials.
    """

    page: str
    experiment: Experiment
    groups: tuple[Group, ...]
    by: str
    plan: plans.Plan | None
    metric: str
    fingerprint: fingerprint.Fingerprint | None


def read(link):
    """Return the Linked of a whole address or of its query alone; raise Unusable or OverLimit, a sentence."""
    page, query = _parts(link)
    page = page or parameters.page_of(query)
    for problem in (*parameters.too_long(query), *parameters.problems(page, query)):
        raise problem
    query = parameters.current(page, query)
    last = {name: texts[-1] for name, texts in query.items() if texts[-1].strip() or not _empties(name)}
    readers = {"sweeps": _sweep, "initialization": _starts, "optimization": _paths, "bug_lab": _bug_lab}
    reader = readers.get(page, functools.partial(_experiment, PAGES[page]))
    if _mode(page, last) == "Compare":
        reader = _compared
    proof = fingerprint.read(last["fingerprint"]) if "fingerprint" in last else None
    experiment, groups, by, plan = reader(last, query)
    names = offered("decision_boundary" if reader is _compared else page)
    if names and (elsewhere := [group.data.name for group in groups if group.data.name not in names]):
        raise Unusable("name", elsewhere[0], ", ".join(names))
    if plan is None:
        _check_limits(page, groups)
    metric = _one_of(last, "metric", plans.VIEW["metric"], plans.METRICS) if plan else ""
    return Linked(page, experiment, tuple(groups), by, plan, metric, proof)


def query_of(link):
    """Return the query {name: [text, …]} of a link that `read` accepts, as Share would write it today."""
    return parameters.current(*_parts(link))


def _check_limits(page, groups):
    """Raise OverLimit if networks that train together on their page are too large.

    The starts of the initialization page train together; the pages that check gradients train one network.
    """
    if page == "initialization":
        limits.check_networks(page, groups[0].data, [config for group in groups for config in group.configs])
        return
    for group in groups:
        together = group.configs[:1] if page in ONE_NETWORK else group.configs
        limits.check_networks(page, group.data, together)


def _parts(link):
    """Return (page, {parameter: its texts}) of a link as pasted; `page` is "" for a bare query."""
    if len(link) > MAX_CHARACTERS:
        raise parameters.over_length("link", "The link", len(link), MAX_CHARACTERS)
    link = parameters.unpunctuated(link.strip().lstrip("".join(parameters.BRACKETS.values())))
    try:
        whole = "://" in link or link.startswith("?")
        parts = urlsplit(link if whole else f"//{link}" if "?" in link else f"?{link}")
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        fault = f"The link {quoted(link)} cannot be read"
        raise Unusable("link", link, "an address, or its query", fault) from None
    bare = not parts.netloc and not any("=" in part for part in parts.query.split("&"))
    if bare or not (pairs or "://" in link):
        allowed = "an address, or its query, such as v=1&noise=0.2"
        raise Unusable("link", link, allowed, f"The link is {quoted(link)}")
    if parts.fragment:
        fault = f"The link ends with {quoted('#' + parts.fragment)}, which no page reads"
        raise Unusable("link", link, "parameters before the #, separated by &", fault)
    is_word = parts.netloc.isidentifier() and parts.netloc != "localhost"
    named = parts.netloc if is_word and not whole else ""
    last = parts.path.rstrip("/").rpartition("/")[2]
    is_folder = parts.path.endswith("/") and last not in PAGES  # of a server that has the lab in a folder
    return ("" if is_folder else last) or named, parameters.tidy(pairs)


def _empties(name):
    """Return whether a parameter with an empty text means the default, as on the page."""
    typed = name in FIELDS and isinstance(FIELDS[name][1], Typed)
    return typed or name in parameters.WHOLE_NUMBERS or name in parameters.FLAGS


def _base(last, defaults=None):
    """Return the Experiment of the parameters; missing fields have the page's own defaults."""
    texts = {name: field_text(value) for name, value in (defaults or {}).items()}
    for name in [name for name in FIELDS if name in last]:
        check_range(name, parse_field(name, last[name]))  # first: the configs allow more
    return Experiment.from_query(texts | last)


def _whole(last, name, default, least, most):
    text = last.get(name, str(default))
    try:
        value = whole(text)
    except ValueError:
        value = None
    if value is None or not least <= value <= most:
        raise Unusable(name, text, f"whole numbers from {least} to {most}")
    return value


def _seeds(last, default=DEFAULT_SEEDS):
    return _whole(last, "seeds", default, 1, MOST_SEEDS)


def _one_of(last, name, default, allowed):
    text = last.get(name, default).strip()
    if text not in allowed:
        raise Unusable(name, text, ", ".join(allowed))
    return text


def _mode(page, last):
    """Return the mode that the link asks for, "" if its page has no modes; a bare query may have any."""
    allowed = MODES.get(page, ()) if page else [mode for modes in MODES.values() for mode in modes]
    asked = last.get("mode", "").strip()
    return _one_of({"mode": asked}, "mode", "", allowed) if asked and allowed else ""


def _experiment(page, last, query):
    experiment = _base(last, page.defaults)
    return experiment, [_group("", experiment, _seeds(last, page.seeds))], "", None


def _bug_lab(last, query):
    """Read the bug lab's experiment; what the link does not state is as the page's program fixes it."""
    experiment = _base(last, PAGES["bug_lab"].defaults)
    fixed = in_lab(experiment.data, experiment.train)
    values = {name: getattr(fixed.data if name in DATA_FIELDS else fixed.train, name) for name in FIELDS}
    experiment = with_settings(experiment, [item for item in values.items() if item[0] not in last])
    return experiment, [_group("", experiment, _seeds(last, PAGES["bug_lab"].seeds))], "", None


def _group(label, experiment, n_seeds):
    return Group(label, experiment.data, Setup(experiment, n_seeds).configs())


def _compared(last, query):
    """Read Compare of the decision boundaries: one group per value."""
    experiment = _base(last)
    asked = PAGES["decision_boundary"].view | last
    field, n_seeds = _one_of(asked, "compare", "", compared.COMPARABLE), _seeds(last)
    varied = compared.experiments(experiment, field, asked["values"])
    others = [_group(value, changed, n_seeds) for value, changed in varied.items()]
    own = _group("the link's own", experiment, n_seeds)
    is_among = any(own[1:] == other[1:] for other in others)
    return experiment, others if is_among else [*others, own], field, None


def _starts(last, query):
    """Read the initialization page: one group per start."""
    texts = query.get("sets", list(ensemble.STARTS))
    if len(texts) > ensemble.MOST_STARTS:
        fault = f"sets contains {len(texts)} initializers"
        raise Unusable("sets", texts, f"up to {ensemble.MOST_STARTS}", fault)
    starts = tuple(dict.fromkeys(map(ensemble.parse_start, texts)))
    asked = ensemble.of_starts(_base(last, ensemble.DEFAULTS), _seeds(last), starts)
    data = asked.experiment.data
    groups = [Group(start.label, data, asked.of(start)) for start in starts]
    return asked.experiment, groups, "start", None


def _paths(last, query):
    """Read the optimization page: one group per optimizer, the experiment's first."""
    base = _base(last, descents.DEFAULTS)
    asked = descents.parse(query.get("paths", descents.VIEW["paths"]))
    by_path = descents.configs(base.train, asked)
    return base, [Group(label, base.data, (config,)) for label, config in by_path.items()], "path", None


def _sweep(last, query):
    """Read the sweeps page: one group per trial."""
    base, n_seeds = _base(last, plans.DEFAULTS), _seeds(last)
    space = {}
    for number in range(1, plans.AXES + 1):
        axis, values = f"axis{number}", f"values{number}"
        field = _one_of(last, axis, plans.VIEW[axis], (plans.NONE, *plans.SWEPT))
        if field != plans.NONE and field not in space:
            space[field] = plans.parse_axis(field, last.get(values, plans.VIEW[values]))
    design = _one_of(last, "design", plans.GRID, plans.DESIGNS)
    view = {name: _whole(last, name, plans.VIEW[name], *ends) for name, ends in plans.RANGES.items()}
    plan = plans.build(
        base, space, design, plans.settings(design, space, view), (view["least"], view["most"]), n_seeds
    )
    if not plan.sweep.trials:
        reasons = [refused.reason for refused in plan.sweep.refused[:1]]
        sentence = " ".join(["The sweep has no trial that can be run.", *reasons])
        raise Unusable("design", design, "one with a trial that can be run", sentence=sentence)
    groups = [
        Group(_in_words(trial.settings), trial.data, seeds_of(trial.config, n_seeds))
        for trial in plan.sweep.trials
    ]
    return base, groups, "trial", plan


def _in_words(settings):
    return ", ".join(f"{field} {field_text(value)}" for field, value in settings) or "the base"
