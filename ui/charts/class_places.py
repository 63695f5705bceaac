"""Places for the names of the classes: deep in the region of a class, or among its examples."""

import math

import numpy as np
import pandas as pd

MOST_COMPARED = 300  # examples, to find a place of a class's name among them
CELLS_ACROSS = 24  # that are compared for a place of a class's name


def regions(cells, class_names):
    """Return columns x, y, class: for each class that is predicted somewhere, a place deep in its region.

    The centre of the cell that is farthest from the cells of other classes and from the edge of the plane;
    among equals the one nearest to the top left.
    """
    side = math.isqrt(len(cells))
    stride = -(-side // CELLS_ACROSS)
    rows = cells.iloc[np.arange(len(cells)).reshape(side, side)[::stride, ::stride].ravel()]
    places, predicted = rows[["x", "y"]].to_numpy(float), rows["predicted"].to_numpy()
    low, high = places.min(axis=0), places.max(axis=0)
    known = predicted >= 0
    at = (places - low) / np.where(high > low, high - low, 1.0)  # the axes may differ in their units
    half = 1 / max(1, 2 * (math.isqrt(len(rows)) - 1))
    edge = np.minimum(at, 1 - at).min(axis=1) + half
    corner = (at[:, 0] + 1 - at[:, 1]) * 0.02
    columns = ("x", "y")
    return _places(
        places[known], predicted[known], columns, class_names, edge[known], corner[known], at[known]
    )


def apart(examples):
    """Return columns number, class: the example of each class that is farthest from other classes' ones.

    `examples` has columns first, second, class; the number counts its rows from 0. Among equals, and where
    there is no other class, it is the first; of many examples some hundreds are compared.
    """
    numbers = np.arange(len(examples))[:: max(1, len(examples) // MOST_COMPARED)]
    some = examples.iloc[numbers]
    labels = some["class"].astype(str)
    names = list(dict.fromkeys(labels))
    at = some[["first", "second"]].to_numpy(float)
    classes = labels.map(names.index).to_numpy()
    found = _places(numbers[:, np.newaxis], classes, ("number",), names, at=at)
    return found.astype({"number": "int64"})


def _places(places, classes, columns, class_names, edge=np.inf, corner=0.0, at=None):
    """Return the columns and class: of each class, the place farthest from other classes' and from the edge.

    Distances are those between the points `at`, by default the places. `edge` is each place's distance from
    the edge; `corner` decides among equals: the smaller is taken.
    """
    at = places if at is None else at
    edge, corner = np.broadcast_to(edge, len(at)), np.broadcast_to(corner, len(at))
    rows = []
    for k in np.unique(classes):
        own = classes == k
        apart = [here[own][:, np.newaxis] - here[~own] for here in at.T]
        nearest = np.sqrt((apart[0] ** 2 + apart[1] ** 2).min(axis=1, initial=np.inf))
        depth = np.minimum(edge[own], nearest) - corner[own]
        name = class_names[k]
        place = places[own][depth.argmax()]
        rows.append((*place, f"class {name}" if name.lstrip("-").isdigit() else name))
    return pd.DataFrame(rows, columns=[*columns, "class"]).astype(dict.fromkeys(columns, "float32"))
