"""Links: an experiment as a complete, versioned set of query parameters, and back.

One rule about commas, for pages and terminal alike (`lab.links.reading` carries it out):

- A link with a version was written by Share, with decimal points. In it commas separate the layers of a
  penalty, as Share once wrote them: `v=1&l2=0,1` is 0 on layer 1 and 1 on layer 2, for ever. `upgraded`
  rewrites such lists with semicolons before anything else reads the link.
- Share and the sidebar write semicolons today, `l2=0;1`, which cannot be taken for anything else. That is
  a further way of writing, not another meaning, so the version stays.
- What is typed, or stands in a link without a version, may come from a reader who writes 0,001 for a
  thousandth. There, a text with a comma that can be a decimal one is refused, and the sentence writes out
  both readings; `0.001,0.01` has only one and is read.
- A page that has read a link takes the version out of its address: what the visitor then types is no
  longer what Share wrote.
"""

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from data import DataConfig
from lab.links.reading import DATA_FIELDS, PENALTIES, TRAIN_FIELDS, field_text, parse_field, quoted
from mlp import TrainConfig
from mlp.config import seeds_of

__all__ = ["BOTH_PENALTIES", "DATA_FIELDS", "TRAIN_FIELDS", "VERSION", "Experiment", "Setup", "field_text"]
__all__ += ["parse_field", "refused_version", "upgraded", "with_settings"]

VERSION = "1"  # a change of meaning raises it; older ones are read for ever, see tests/links
BOTH_PENALTIES = "l1 and l2"  # a choice of Compare


@dataclass(frozen=True, slots=True)
class Experiment:
    """A dataset and a training: all that a link has to say to reproduce a result."""

    data: DataConfig
    train: TrainConfig

    def to_query(self):
        """Every field as text, and the version "v", so that a later default changes no old link."""
        query = {"v": VERSION}
        for config in (self.data, self.train):
            query |= {field.name: field_text(getattr(config, field.name)) for field in fields(config)}
        return query

    @classmethod
    def from_query(cls, query):
        """The experiment of a mapping made by `to_query`; what it does not name has its default.

        Raises ValueError for a version not known, or naming the field, its value and what is
        allowed.
        """
        refused = refused_version(query)
        if refused:
            raise ValueError(refused)
        query = upgraded(query)
        data = {name: parse_field(name, query[name]) for name in DATA_FIELDS if name in query}
        train = {name: parse_field(name, query[name]) for name in TRAIN_FIELDS if name in query}
        return cls(DataConfig(**data), TrainConfig(**train))


def refused_version(query):
    """The sentence about a version that is not known, or ""."""
    if query.get("v", VERSION) == VERSION:
        return ""
    return f"v is {quoted(query['v'])}; allowed: {VERSION}, the version of this link's format."


def upgraded(query):
    """The query {name: text} as Share would write it today: lists of penalties of a link with a version have
    semicolons, also among the values of Compare and of a sweep.
    """
    if query.get("v") != VERSION:
        return dict(query)
    lists = [*PENALTIES]
    lists += ["values"] * (query.get("compare") in (*PENALTIES, BOTH_PENALTIES))
    axes = {"axis2": "l2"} | query  # which a sweep varies where its link does not say
    lists += [f"values{axis[-1]}" for axis in ("axis1", "axis2", "axis3") if axes.get(axis) in PENALTIES]
    return query | {name: query[name].replace(",", ";") for name in lists if name in query}


class Setup(NamedTuple):
    """What a sidebar asks for: an experiment, from so many random starts."""

    experiment: Experiment
    n_seeds: int

    def configs(self):
        """A TrainConfig a start: the seeds count up from those of the experiment."""
        return seeds_of(self.experiment.train, self.n_seeds)


def with_settings(base, settings):
    """The Experiment of ((field, value), …): the base with these settings."""
    data = {k: v for k, v in settings if k in DATA_FIELDS}
    train = {k: v for k, v in settings if k not in DATA_FIELDS}
    return Experiment(replace(base.data, **data), replace(base.train, **train))
