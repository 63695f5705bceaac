"""Polylines with as few points as their shape needs."""

import numpy as np


def simplified(lines, tolerance):
    """Return as few points of polylines [(m, 2), …] as keep all others within `tolerance` of the chords.

    The algorithm of Ramer (1972), and Douglas and Peucker (1973): between two kept points, the point farthest
    from their chord is kept if it is farther than `tolerance`; then both halves are treated alike. All halves
    of all lines are treated at once.
    """
    if not lines:
        return []
    points, sizes = np.concatenate(lines), np.array([len(line) for line in lines])
    ends = np.cumsum(sizes)
    first, last = ends - sizes, ends - 1
    kept = np.zeros(len(points), bool)
    kept[first] = kept[last] = True
    while len(first := first[(some := last - first > 1)]):
        last = last[some]
        n_between = last - first - 1
        start = np.cumsum(n_between) - n_between
        half = np.repeat(np.arange(len(first)), n_between)
        at = first[half] + 1 + np.arange(len(half)) - start[half]
        chord = (points[last] - points[first])[half]
        between = points[at] - points[first][half]
        along = (between * chord).sum(axis=1) / np.maximum((chord * chord).sum(axis=1), 1e-300)
        distance = np.linalg.norm(between - np.clip(along, 0.0, 1.0)[:, np.newaxis] * chord, axis=1)
        farthest = np.maximum.reduceat(distance, start)
        reaches = np.flatnonzero(distance == farthest[half])
        middle = at[reaches[np.searchsorted(half[reaches], np.arange(len(first)))]]  # among equals, the first
        split = farthest > tolerance
        first, middle, last = first[split], middle[split], last[split]
        kept[middle] = True
        first, last = np.concatenate([first, middle]), np.concatenate([middle, last])
    return [line[keep] for line, keep in zip(lines, np.split(kept, ends[:-1]), strict=True)]
