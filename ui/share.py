"""Links: an experiment as a complete, versioned set of query parameters, and back."""

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

from data import DataConfig
from mlp import TrainConfig

VERSION = "1"  # a change of meaning raises it; older ones are read for ever, see tests/links
MOST_LAYERS_READ = 1000  # of a text such as 8x99999999999
DATA_FIELDS = {field.name: field for field in fields(DataConfig)}
TRAIN_FIELDS = {field.name: field for field in fields(TrainConfig)}


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
        if query.get("v", VERSION) != VERSION:
            raise ValueError(
                f"v is {query['v'][:40]!r}; allowed: {VERSION}, the version of this link's format."
            )
        data = {name: parse_field(name, query[name]) for name in DATA_FIELDS if name in query}
        train = {name: parse_field(name, query[name]) for name in TRAIN_FIELDS if name in query}
        return cls(DataConfig(**data), TrainConfig(**train))


class Setup(NamedTuple):
    """What a sidebar asks for: an experiment, from so many random starts."""

    experiment: Experiment
    n_seeds: int

    def configs(self):
        """A TrainConfig a start: the seeds count up from those of the experiment."""
        train = self.experiment.train
        return tuple(
            replace(train, init_seed=train.init_seed + i, shuffle_seed=train.shuffle_seed + i)
            for i in range(self.n_seeds)
        )


def with_settings(base, settings):
    """The Experiment of ((field, value), …): the base with these settings."""
    data = {k: v for k, v in settings if k in DATA_FIELDS}
    train = {k: v for k, v in settings if k not in DATA_FIELDS}
    return Experiment(replace(base.data, **data), replace(base.train, **train))


def field_text(value):
    """A field's value as text: the shortest that reads back the same."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        if len(value) > 3 and len(set(value)) == 1 and isinstance(value[0], int):
            return f"{value[0]}x{len(value)}"
        return ",".join(field_text(item) for item in value) or "none"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def parse_field(name, text):
    """The value that `text` gives the field `name`; raises ValueError in one sentence."""
    default = (DATA_FIELDS | TRAIN_FIELDS)[name].default
    if isinstance(default, str):
        return text
    text = text.strip()
    try:
        if name == "hidden_layer_sizes":
            return _layer_sizes(text)
        if name in ("l1", "l2"):
            values = tuple(float(value) for value in text.split(","))
            return values[0] if len(values) == 1 else values
        if isinstance(default, bool):
            return {"true": True, "false": False}[text.lower()]
        return type(default)(text)
    except (ValueError, KeyError):
        shown = text if len(text) <= 60 else text[:60] + "…"
        raise ValueError(f"{name} is {shown!r}; allowed: {_example(name, default)}.") from None


def _layer_sizes(text):
    """The sizes of "8,8,4", of "8x2,4", or of "none"."""
    sizes = []
    for part in [] if text == "none" else text.replace("-", ",").replace("×", "x").split(","):
        size, repeated, times = part.partition("x")
        times = int(times) if repeated else 1
        if not 1 <= times <= MOST_LAYERS_READ - len(sizes):
            raise ValueError
        sizes += [int(size)] * times
    return tuple(sizes)


def _example(name, default):
    if name == "hidden_layer_sizes":
        return 'whole numbers parted by commas, one a hidden layer, such as "16", "8,8" or "64x10", or "none"'
    if name in ("l1", "l2"):
        return 'a number such as "0.001", or one a layer parted by commas'
    kinds = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
    return f"{kinds[type(default)]}, such as {field_text(default)}"
