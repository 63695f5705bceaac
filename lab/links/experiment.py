"""Experiment: a dataset and a training as a complete, versioned set of query parameters, and back.

Commas follow one rule, on the pages and in the terminal (implemented in `lab.links.reading`):

- A link with a version was written by Share, with decimal points. In version 1 commas separate the layers of
  a penalty, as Share used to write them: `v=1&l2=0,1` means 0 on layer 1 and 1 on layer 2, forever.
  `upgraded` rewrites such lists with semicolons before anything else reads the link.
- Today Share and the sidebar write semicolons, `l2=0;1`, which are unambiguous.
- Text that is typed, or in a link without a version, may come from someone who writes 0,001 for a
  thousandth. There, a text with a possible decimal comma is refused with a sentence that spells out both
  readings; `0.001,0.01` has only one reading and is accepted.
- A page that has read a link removes the version from its address: text typed from then on was not
  written by Share.

The labels of a visitor's own points mean other classes since version 2: any distinct labels are classes,
whereas in version 1 the classes ran from 0 to the largest label, whether or not a point had them.
`v=1&points=1,1,1;2,2,2` trains three outputs forever: `upgraded` adds a row that makes 0 a class (see
`data.points`), and an address without a version has today's meaning.
"""

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from data import DataConfig, with_every_class
from lab.links.reading import (
    BOTH_PENALTIES,
    DATA_FIELDS,
    PENALTIES,
    TRAIN_FIELDS,
    Unusable,
    field_text,
    parse_field,
)
from mlp import TrainConfig
from mlp.config import seeds_of

__all__ = ["BOTH_PENALTIES", "DATA_FIELDS", "TRAIN_FIELDS", "VERSION", "Experiment", "Setup", "field_text"]
__all__ += ["parse_field", "refused_version", "upgraded", "with_settings"]

VERSION = "2"  # raised when a link's meaning changes; older versions are read forever, see tests/lab/links
VERSIONS = ("1", VERSION)


@dataclass(frozen=True, slots=True)
class Experiment:
    """A dataset and a training: everything a link must state to reproduce a result."""

    data: DataConfig
    train: TrainConfig

    def to_query(self):
        """Return every field as text and the version "v": a link must not change when a default does."""
        query = {"v": VERSION}
        for config in (self.data, self.train):
            query |= {field.name: field_text(getattr(config, field.name)) for field in fields(config)}
        return query

    @classmethod
    def from_query(cls, query):
        """Return the experiment of a mapping from `to_query`; missing fields have their defaults.

        Raise a ValueError with field, value and allowed if one of them cannot be used.
        """
        if problem := refused_version(query):
            raise problem
        query = upgraded(query)
        data = {name: parse_field(name, query[name]) for name in DATA_FIELDS if name in query}
        train = {name: parse_field(name, query[name]) for name in TRAIN_FIELDS if name in query}
        return cls(DataConfig(**data), TrainConfig(**train))


def refused_version(query):
    """Return the Unusable about an unknown version, or None."""
    if query.get("v", VERSION) in VERSIONS:
        return None
    return Unusable("v", query["v"], f"{' or '.join(VERSIONS)}, the version of this link's format")


def upgraded(query):
    """Return the query {name: text} as Share would write it today.

    In a link of version 1, lists of penalties get semicolons, also in the values of Compare and of a sweep,
    and points a row for each class that none of them has.
    """
    if query.get("v") != "1":
        return dict(query)
    lists = [*PENALTIES]
    lists += ["values"] * (query.get("compare") in (*PENALTIES, BOTH_PENALTIES))
    axes = {"axis2": "l2"} | query  # a sweep varies l2 if its link does not name a second field
    lists += [f"values{axis[-1]}" for axis in ("axis1", "axis2", "axis3") if axes.get(axis) in PENALTIES]
    now = {name: query[name].replace(",", ";") for name in lists if name in query}
    return query | now | ({"points": with_every_class(query["points"])} if "points" in query else {})


class Setup(NamedTuple):
    """The experiment a sidebar asks for, and its number of random starts."""

    experiment: Experiment
    n_seeds: int

    def configs(self):
        """Return one TrainConfig per start; seeds count up from the experiment's."""
        return seeds_of(self.experiment.train, self.n_seeds)


def with_settings(base, settings):
    """Return the base Experiment with the settings ((field, value), …) applied."""
    data = {k: v for k, v in settings if k in DATA_FIELDS}
    train = {k: v for k, v in settings if k not in DATA_FIELDS}
    return Experiment(replace(base.data, **data), replace(base.train, **train))
