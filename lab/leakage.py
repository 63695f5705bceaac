"""Rows of the test or validation set that are in the training set too: getting them right shows little.

Columns that give the class away are reported when a table is read, see `data.table_inputs.gives_away`.
"""

from typing import NamedTuple

import numpy as np

from data import held_table
from lab.baseline import SPLITS
from lab.words import counted, listed


class Repeats(NamedTuple):
    """`n` examples of a split, of which `same` have the inputs of training examples.

    Of these, `other` have a class that no training example with their inputs has, and `mixed` have the class
    of some of them but not of all.
    """

    n: int
    same: int
    other: int
    mixed: int

    @property
    def told(self):
        """How many have the one class that all training examples with their inputs have."""
        return self.same - self.other - self.mixed


def repeats(dataset, split):
    """Return the Repeats of a split, "valid" or "test", of a dataset whose X are arrays."""
    X, y = getattr(dataset, f"X_{split}"), getattr(dataset, f"y_{split}")
    classes = {}
    for key, label in zip(_keys(dataset.X_train), dataset.y_train.tolist(), strict=True):
        classes.setdefault(key, set()).add(label)
    found = [(classes[key], label) for key, label in zip(_keys(X), y.tolist(), strict=True) if key in classes]
    other = sum(label not in labels for labels, label in found)
    return Repeats(len(y), len(found), other, sum(labels > {label} for labels, label in found))


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
    n, other, mixed, told = (
        sum(getattr(one, name) for one in found.values()) for name in ("same", "other", "mixed", "told")
    )
    said = f"{listed(parts)} {'has' if n == 1 else 'have'} the same inputs as a row of the training set"
    exceptions = [
        f"{_whom(other, n, 'is', 'are')} of another class" if other else "",
        f"{_whom(mixed, n, 'occurs', 'occur')} with more than one class" if mixed else "",
    ]
    if other or mixed:
        said += f", where {listed([one for one in exceptions if one])}"
    if not told:
        return f"{said}."
    whose = ("its class" if n == 1 else "their class") if told == n else f"the class of the other {told:,}"
    whose = "the class of the other one" if told == 1 < n else whose
    names = [name for name, one in found.items() if one.told]
    accuracies = f"{listed(names)} {'accuracy says' if len(names) == 1 else 'accuracies say'}"
    return f"{said}. A network can remember {whose}, so the {accuracies} less about new rows."


def _whom(some, n, singular, plural):
    if n == 1:
        return f"it {singular}"
    return f"{'all' if some == n else f'{some:,}'} of them {singular if some == 1 else plural}"


def notes(data, dataset):
    """Return the sentences on what makes a result less meaningful, including those on a visitor's table."""
    warnings = held_table(data.points).warnings if data.name == "own_table" else ()
    return [note for note in (warning(dataset), *warnings) if note]
