"""Inputs and classes of a dataset, known before it is loaded."""

from data import DATASETS, held_images


def sizes(digest):
    """(values an image, classes) of a file that was uploaded; of MNIST where it is not here."""
    try:
        own = held_images(digest)
    except ValueError:
        return 784, 10
    return own.X.shape[1], own.n_classes


def widths(data):
    """(n_features, n_classes) of the set that a DataConfig describes."""
    entry = DATASETS[data.name]
    if entry.n_features is None:
        return sizes(data.points)
    return entry.n_features, data.n_classes if entry.class_range else entry.n_classes
