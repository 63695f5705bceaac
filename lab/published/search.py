"""Search: a published search as a preset of the sweeps page, in two forms, and what it concluded."""

import functools
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlencode

from lab.links import reader
from lab.links.experiment import Experiment, field_text
from lab.links.limits import widths
from lab.links.sweep_plan import DEFAULTS, Plan
from lab.questions import preset

AS_PUBLISHED, REPAIRED = "as published", "repaired"
AS_WRITTEN = "as written"  # for a search whose results the coursework did not report
ORIGINAL = (AS_PUBLISHED, AS_WRITTEN)  # the forms whose results are stored


class Claim(NamedTuple):
    """What a coursework said about its search, as a sentence, and the `best` trial that it names.

    `best` holds the values of the fields that vary, as text.
    """

    sentence: str
    best: tuple[str, ...]


class Search(NamedTuple):
    """A published search: a Preset, its `key` in the file of stored results, its form, a note and a claim.

    The forms of one search share their `key`. `note` says in Markdown what this form keeps and what it
    changes; `claim` is None if no conclusion is known.
    """

    question: str
    changes: dict
    predict: str
    key: str
    form: str
    note: str
    claim: Claim | None = None


def forms(key, question, *, claim=None, **named):
    """Return the Searches of one search: `published` and `repaired` are (changes, prediction, note) each.

    `names`, if given, replace AS_PUBLISHED and REPAIRED.
    """
    names = named.get("names", (AS_PUBLISHED, REPAIRED))
    parts = zip(names, (named["published"], named["repaired"]), strict=True)
    return tuple(
        Search(f"{question}, {form}", changes, predict, key, form, note, claim)
        for form, (changes, predict, note) in parts
    )


@functools.cache
def plan_of(changes):
    """Return the Plan of a search's changes, given as sorted items."""
    query = preset.query(preset.Preset("", dict(changes), ""), DEFAULTS)
    return reader.read(f"http://here/sweeps?{urlencode(query, doseq=True)}").plan


def plan(search):
    """Return the Plan of a Search."""
    return plan_of(tuple(sorted(search.changes.items())))


def matching(asked, searches):
    """Return the Search among `searches` with the trials of a Plan, ignoring its seeds; or None."""
    return next((one for one in searches if plan(one).sweep.trials == asked.sweep.trials), None)


def stand_in(asked, name="mnist"):
    """Return a Plan with the dataset `name` in place of its own in the base and in all trials."""

    def replaced(data):
        return replace(data, name=name, points="")

    trials = tuple(trial._replace(data=replaced(trial.data)) for trial in asked.sweep.trials)
    base = Experiment(replaced(asked.base.data), asked.base.train)
    return Plan(base, asked.fields, asked.design, asked.sweep._replace(trials=trials), asked.n_seeds)


def refused_sizes(asked, budget):
    """Return in sentences which hidden layer sizes of a Plan a budget (least, most) excludes.

    "" if it excludes none; `most` 0 means no upper limit.
    """
    least, most = budget
    sentences = []
    for refused in asked.sweep.refused:
        settings = dict(refused.settings)
        if "hidden_layer_sizes" not in settings:
            continue
        config = replace(asked.base.train, hidden_layer_sizes=settings["hidden_layer_sizes"])
        n = config.n_parameters(*widths(asked.base.data))
        if least <= n and (not most or n <= most):
            continue  # refused for another reason, which the page shows
        where = "below" if n < least else "above"
        allowed = f"{least:,} to {most:,}" if most else f"{least:,} or more"
        units = field_text(settings["hidden_layer_sizes"]).replace(",", "-")
        sentences.append(
            f"{units}, which is in the published list, has {n:,} parameters and lies {where} the "
            f"assignment's budget of {allowed}: it is not run here."
        )
    return " ".join(sentences)
