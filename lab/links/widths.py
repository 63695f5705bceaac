"""The numbers of inputs and classes of a dataset, known before it is loaded."""

from data import DATASETS, held_images


def sizes(digest):
    """Return (values per image, classes) of an uploaded file; those of MNIST if it is not in memory."""
    try:
        own = held_images(digest)
    except ValueError:
        return 784, 10
    return own.X.shape[1], own.n_classes


def widths(data):
    """Return (n_features, n_classes) of the dataset that a DataConfig describes."""
    entry = DATASETS[data.name]
    if entry.n_features is None:
        return sizes(data.points)
    return entry.n_features, data.n_classes if entry.class_range else entry.n_classes
