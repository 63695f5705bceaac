"""The colours of initializers, the same on every page."""

from mlp import INITIALIZERS
from ui.charts import palette


def of_initializer(name):
    """Return the colour of an initializer; with more initializers than colours, the colours repeat."""
    return palette.STARTS[list(INITIALIZERS).index(name) % len(palette.STARTS)]


def of_starts(starts):
    """Return {label: colour} of the starts of an ensemble."""
    return {start.label: of_initializer(start.initializer) for start in starts}
