"""Ensemble: one experiment from several initializers, each with several seeds, trained as one stack."""

from dataclasses import replace
from typing import NamedTuple

from lab.links.experiment import Experiment, field_text
from lab.links.fields import DEFAULTS as FIELD_DEFAULTS
from lab.links.reading import Unusable, name_and_factor, quoted
from mlp import TrainConfig
from mlp.config import seeds_of

DEFAULTS = FIELD_DEFAULTS | {"hidden_layer_sizes": (64,) * 10, "epochs": 20}
STARTS = ("he_normal", "glorot_uniform", "normal*0.01", "normal")
MOST_STARTS = 8
VIEW = {"sets": list(STARTS), "train": False, "hide_test": False}  # initial values of the page's own widgets


class Start(NamedTuple):
    """An initializer and the factor by which its weights are multiplied."""

    initializer: str
    scale: float

    @property
    def label(self):
        """Its name on the page, such as normal × 0.01."""
        return self.initializer if self.scale == 1 else f"{self.initializer} × {field_text(self.scale)}"


class Ensemble(NamedTuple):
    """One experiment from each of several starts, each with `n_seeds` random seeds."""

    experiment: Experiment
    n_seeds: int
    starts: tuple[Start, ...]

    def configs(self):
        """Return one TrainConfig per network: all seeds of the first start, then of the next, …"""
        return tuple(config for start in self.starts for config in self.of(start))

    def of(self, start, **changes):
        """Return the configs of one start, with seeds counting up from the experiment's."""
        train = replace(
            self.experiment.train, initializer=start.initializer, init_scale=start.scale, **changes
        )
        return seeds_of(train, self.n_seeds)

    def positions(self, start):
        """Return the range of a start's configs in `configs()`."""
        first = self.starts.index(start) * self.n_seeds
        return range(first, first + self.n_seeds)


def of_starts(experiment, n_seeds, starts):
    """Return the Ensemble of these starts; the experiment's own initializer becomes that of the first."""
    train = replace(experiment.train, initializer=starts[0].initializer, init_scale=starts[0].scale)
    return Ensemble(Experiment(experiment.data, train), n_seeds, tuple(starts))


def parse_start(text):
    """Return the Start of "normal" or "normal*0.01"; raise Unusable otherwise."""
    try:
        name, scale = name_and_factor(text)
        config = TrainConfig(initializer=name, init_scale=scale)
    except ValueError:
        allowed = "an initializer, or one times a scale such as normal*0.01"
        raise Unusable("sets", text, allowed, f"sets contains {quoted(text)}") from None
    return Start(config.initializer, config.init_scale)
