"""One rule for the labels of a visitor's own points and images: any distinct whole numbers are classes.

The classes are in ascending order, and each is named as its label is written; a number that is not a label,
such as 0 when the labels are 1 and 2, is not a class.
"""

import numpy as np

LARGEST = 999_999  # label, and the negative of the smallest


def class_ids(labels, among=()):
    """Return (ids (n,) int64, names) of labels (n,), whole numbers; those in `among` are classes as well."""
    labels = np.asarray(labels, np.int64)
    classes = np.unique(np.concatenate([labels, np.asarray(among, np.int64)]))
    return np.searchsorted(classes, labels).astype(np.int64), tuple(map(str, classes.tolist()))
