"""The colours of what the engine's registries hold."""

from mlp import INITIALIZERS
from ui.charts import palette


def of_initializer(name):
    """Return the colour of an initializer, the same on every page; one beyond the last takes the first."""
    return palette.STARTS[list(INITIALIZERS).index(name) % len(palette.STARTS)]


def of_starts(starts):
    """Return {label: colour} of the starts of an ensemble."""
    return {start.label: of_initializer(start.initializer) for start in starts}
