"""Places for the names of the classes: deep in the region of a class, or among its examples."""

import math

import numpy as np
import pandas as pd

MOST_COMPARED = 300  # examples among which the place for a class's name is sought
CELLS_ACROSS = 24  # examples that are compared to find that place


def regions(cells, class_names):
    """Return columns x, y, class: for each class that is predicted somewhere, a place deep in its region.

    It is the centre of the cell that is farthest from the cells of other classes and from the edge of the
    plane; among equals, the cell nearest to the top left.
    """
    side = math.isqrt(len(cells))
    stride = -(-side // CELLS_ACROSS)
    rows = cells.iloc[np.arange(len(cells)).reshape(side, side)[::stride, ::stride].ravel()]
    places, predicted = rows[["x", "y"]].to_numpy(float), rows["predicted"].to_numpy()
    low, high = places.min(axis=0), places.max(axis=0)
    known = predicted >= 0
    at = (places - low) / np.where(high > low, high - low, 1.0)  # the axes may have different units
    half = 1 / max(1, 2 * (math.isqrt(len(rows)) - 1))
    edge = np.minimum(at, 1 - at).min(axis=1) + half
    corner = (at[:, 0] + 1 - at[:, 1]) * 0.02
    columns = ("x", "y")
    return _places(
        places[known], predicted[known], columns, class_names, edge[known], corner[known], at[known]
    )


def apart(examples):
    """Return columns first, second, class: of each class, the example farthest from those of other classes.

    Among equals, and if there is only one class, it is the first. Of many examples only some hundreds are
    compared.
    """
    some = examples.iloc[:: max(1, len(examples) // MOST_COMPARED)]
    labels = some["class"].astype(str)
    names = list(dict.fromkeys(labels))
    at = some[["first", "second"]].to_numpy(float)
    return _places(at, labels.map(names.index).to_numpy(), ("first", "second"), names)


def _places(places, classes, columns, class_names, edge=np.inf, corner=0.0, at=None):
    """Return the columns and `class`: each class's place farthest from other classes and from the edge.

    Distances are measured between the points `at`, by default the places. `edge` is each place's distance
    from the edge; among equals the place with the smaller `corner` is taken.
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
