"""The optimization page's fields and widgets, and the optimizers that it compares from one start."""

from dataclasses import replace
from typing import NamedTuple

from lab.links.experiment import field_text
from lab.links.fields import DEFAULTS as FIELD_DEFAULTS
from lab.links.reading import Unusable, name_and_factor, quoted
from lab.optimization.planes import PRINCIPAL
from mlp import TrainConfig

DEFAULTS = FIELD_DEFAULTS | {
    **{"hidden_layer_sizes": (8, 8), "activation": "tanh", "cycle_steps": 200, "epochs": 30},
}
PATHS = ("momentum*0.1", "nesterov*0.1", "rmsprop*0.1", "adam*0.1")
MOST_PATHS = 5  # besides the experiment's own
MOST_KAPPA = 1000
VIEW = {  # initial values of the page's own widgets
    "paths": list(PATHS),
    "plane": PRINCIPAL,
    "weight1": "W1[0,0]",
    "weight2": "W2[0,0]",
    "plane_seed": 0,
    "kappa": 100,
}


class Descent(NamedTuple):
    """An optimizer, and the factor by which its learning rate differs from the experiment's."""

    optimizer: str
    factor: float

    @property
    def label(self):
        """Its name on the page, such as adam × 0.1."""
        return self.optimizer if self.factor == 1 else f"{self.optimizer} × {field_text(self.factor)}"

    def of(self, train):
        """Return the TrainConfig with this optimizer; learning_rate_min is multiplied by the factor too."""
        pieces = tuple((self._times(rate), epoch) for rate, epoch in train.rate_pieces())
        rates = {"learning_rate": pieces, "learning_rate_min": self._times(train.learning_rate_min)}
        return replace(train, optimizer=self.optimizer, **rates)

    def _times(self, rate):
        return rate if self.factor == 1 else float(f"{self.factor * rate:.12g}")


def parse_descent(text):
    """Return the Descent of "adam" or "adam*0.1"; raise Unusable otherwise."""
    try:
        name, factor = name_and_factor(text)
        config = TrainConfig(optimizer=name, learning_rate=factor)
    except ValueError:
        allowed = "an optimizer, or one times a factor of the learning rate such as adam*0.1"
        raise Unusable("paths", text, allowed, f"paths contains {quoted(text)}") from None
    return Descent(config.optimizer, config.learning_rate)


def parse(texts):
    """Return the distinct Descents of some texts, in order; raise Unusable, also if there are too many."""
    if len(texts) > MOST_PATHS:
        raise Unusable("paths", texts, f"up to {MOST_PATHS}", f"paths contains {len(texts)} optimizers")
    return tuple(dict.fromkeys(parse_descent(text) for text in texts))


def configs(train, asked):
    """Return {label: TrainConfig}: the experiment's own first, then the others, all from one start.

    Raise Unusable if a factor leaves no usable learning rate.
    """
    found = {train.optimizer: train}
    for descent in asked:
        try:
            config = descent.of(train)
        except ValueError:
            sentence = f"paths contains {descent.label}, whose factor leaves no finite learning rate above 0."
            raise Unusable("paths", descent.label, "a factor", sentence=sentence) from None
        if config not in found.values():
            found[descent.label] = config
    return found
