"""The text alternative of a map of the plane: what it shows, and how well its network classifies."""

import numpy as np

from lab.words import to_tenths
from ui.figures import section_planes


def alternative(run, epoch, view, plane, finding, lost=""):
    """Return the alternative of a map at an epoch: its finding, its accuracy, and the networks it lacks."""
    words = "; ".join(filter(None, [finding, lost])) + section_planes.in_brackets(plane)
    return words + accuracy(run, epoch, view)


def alternative_of_film(run, epochs, view, plane, findings):
    """Return the alternative of a map that moves through `epochs` without the server knowing the one on show.

    It states what the map shows at the first and at the last of them, as `findings` has it for each.
    """
    ends = [(epochs[place], findings[place]) for place in (0, -1)]
    first, last = (alternative(run, epoch, view, plane, finding) for epoch, finding in ends)
    return f"The map follows the timeline, from its first epoch to its last. {first}. {last}"


def accuracy(run, epoch, view):
    """Return in words the accuracy of the network on the map, "" of several: validation, or else training.

    During an epoch, the training accuracy is a mean over minibatches (see `mlp.training.EpochRecord`).
    """
    record = run.at(epoch).records[int(view) - 1] if view.isdigit() else None
    if record is None or record.diverged:
        return ""
    if np.isfinite(record.valid_accuracy):
        return f": {to_tenths(record.valid_accuracy)} of the validation examples are classified correctly"
    share = f"{to_tenths(record.train_accuracy)} of the training examples"
    if epoch == 0:
        return f": {share} are classified correctly"
    return f": on average over the epoch's minibatches, {share} are classified correctly"
