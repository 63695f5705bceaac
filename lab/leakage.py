"""Rows of the test or validation set that are in the training set too: getting them right shows little.

Columns that give the class away are reported when a table is read, see `data.table_inputs.gives_away`.
"""

from typing import NamedTuple

import numpy as np

from data import held_table
from lab.baseline import SPLITS
from lab.words import counted, listed


class Repeats(NamedTuple):
    """`n` examples of a split; `same` of them have the inputs of a training example, `other` another class.

    An example is among `other` if a training example with the same inputs has another class.
    """

    n: int
    same: int
    other: int


def repeats(dataset, split):
    """Return the Repeats of a split, "valid" or "test", of a dataset whose X are arrays."""
    X, y = getattr(dataset, f"X_{split}"), getattr(dataset, f"y_{split}")
    classes = {}
    for key, label in zip(_keys(dataset.X_train), dataset.y_train.tolist(), strict=True):
        classes.setdefault(key, set()).add(label)
    found = [(classes[key], label) for key, label in zip(_keys(X), y.tolist(), strict=True) if key in classes]
    return Repeats(len(y), len(found), sum(labels != {label} for labels, label in found))


def _keys(X):
    """Return the rows of X (n, n_features) as bytes, the same for rows of equal numbers."""
    X = np.ascontiguousarray(X) + 0.0  # -0 becomes 0
    return [row.tobytes() for row in X]


def warning(dataset):
    """Return the sentences on repeated examples of the validation and test sets; "" if there are none.

    Images are not compared.
    """
    if dataset.image_shape:
        return ""
    found = {SPLITS[split]: repeats(dataset, split) for split in ("valid", "test")}
    found = {name: one for name, one in found.items() if one.same}
    if not found:
        return ""
    parts = [f"{one.same:,} of {counted(one.n, f'{name} row')}" for name, one in found.items()]
    n, other = sum(one.same for one in found.values()), sum(one.other for one in found.values())
    verb, them = ("has", "its") if n == 1 else ("have", "their")
    said = f"{listed(parts)} {verb} the same inputs as a row of the training set"
    if other:
        whom = (
            "it is"
            if n == 1
            else f"{'all' if other == n else f'{other:,}'} of them {'is' if other == 1 else 'are'}"
        )
        said += f", where {whom} of another class"
    accuracies = f"{listed(list(found))} {'accuracy says' if len(found) == 1 else 'accuracies say'}"
    return f"{said}. A network can remember {them} class, so the {accuracies} less about new rows."


def notes(data, dataset):
    """Return the sentences on what makes a result less meaningful, including those on a visitor's table."""
    warnings = held_table(data.points).warnings if data.name == "own_table" else ()
    return [note for note in (warning(dataset), *warnings) if note]
