"""What a loss measures, and in which unit."""

from mlp import LOSSES


def measures(losses):
    """Return the different (measure, unit) of these keys of LOSSES, in order of first appearance."""
    return tuple(dict.fromkeys((LOSSES[name].measure, LOSSES[name].unit) for name in losses))
