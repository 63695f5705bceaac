"""Inputs and classes of a dataset, known before it is loaded."""

from data import CLASS_RANGES, held_images

INPUTS_AND_CLASSES = {  # where the number of classes is not a field; own points may be of up to six
    "mnist": (784, 10),
    "fashion_mnist": (784, 10),
    "cifar10": (3072, 10),
    "own_points": (2, 6),
}


def sizes(digest):
    """(values an image, classes) of a file that was uploaded; of MNIST where it is not here."""
    try:
        own = held_images(digest)
    except ValueError:
        return 784, 10
    return own.X.shape[1], own.n_classes


def widths(data):
    """(n_features, n_classes) of the set that a DataConfig describes."""
    if data.name == "own_images":
        return sizes(data.points)
    points = (2, data.n_classes if data.name in CLASS_RANGES else 2)
    return INPUTS_AND_CLASSES.get(data.name, points)
