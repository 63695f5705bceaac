"""How opaque a pixel of a map is."""

import numpy as np


def outputs(largest, finite, n_classes, ends):
    """Return the place of each largest output (k, n, n) between its ends, 0 to 1; anything if not `finite`.

    Between 0 and 1 it counts from chance, 1/n_classes, and is below 0 under it. Without `ends` each picture
    has its own: the smallest and the largest of its largest outputs.
    """
    if ends == (0, 1):
        return (largest * n_classes - 1) / (n_classes - 1)
    if ends:
        low, high = ends
    else:
        low = np.where(finite, largest, np.inf).min(axis=(-2, -1), keepdims=True)
        high = np.where(finite, largest, -np.inf).max(axis=(-2, -1), keepdims=True)
    return (largest - low) / np.where(high > low, high - low, 1)
