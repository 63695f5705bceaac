"""The visitor's own table: from a file's bytes to inputs and classes, with a report of what was done.

See `data.table_text` for the files and `data.table_cells` for the cells that can be read.
"""

from typing import NamedTuple

import numpy as np

from data import table_inputs, table_names
from data.archive import Refusal
from data.table_columns import LEFT_OUT, NUMBER, TEXT, content, notation, read_columns
from data.table_inputs import DROP, MEDIAN, MISSING_CHOICES, counted
from data.table_names import HEADERS
from data.table_text import rows_of

__all__ = ["DROP", "HEADERS", "LEFT_OUT", "MEDIAN", "MISSING_CHOICES", "NUMBER", "TARGET", "TEXT", "Column"]
__all__ += ["Table", "read"]
MOST_INPUTS = 200
MOST_LISTED = 10  # classes in a sentence
TARGET = "class"  # kind of a column, beside NUMBER, TEXT and LEFT_OUT


class Column(NamedTuple):
    """How a column of the file was understood.

    `kind` is NUMBER, TEXT, TARGET or LEFT_OUT. `told` says in sentences what it is and what was changed.
    `examples` are some of its cells as written. `inputs` are the names of the inputs that it gives.
    """

    name: str
    kind: str
    told: str
    examples: tuple[str, ...]
    inputs: tuple[str, ...] = ()


class Table(NamedTuple):
    """A table ready for use: X (n, n_features) float64, NaN where a number is missing; y (n,) class ids.

    `understood` has a Column for every column of the file, in order. `notes` are sentences on the whole file,
    `warnings` on what makes a result less meaningful than it looks.
    """

    X: np.ndarray
    y: np.ndarray
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    understood: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def target(self):
        """The name of the column of classes."""
        return next(column.name for column in self.understood if column.kind == TARGET)


class _Read(NamedTuple):
    """The columns of a file, the target's index, and the class ids y (n,), -1 if missing."""

    names: tuple[str, ...]
    contents: list
    place: int
    y: np.ndarray
    class_names: tuple[str, ...]
    alike: str  # the sentence on classes written in several ways, or ""
    row_numbers: np.ndarray
    notes: tuple[str, ...]


def read(file_bytes, target="", missing=DROP, header="guess"):
    """Return the Table of a file; raise Refusal, a ValueError with one sentence, if it cannot be used.

    `target` is the name of the column of classes, or "" for the one that `table_names.target` guesses.
    `missing` is a key of MISSING_CHOICES, `header` of HEADERS.
    """
    found = _read(rows_of(file_bytes), target, header)
    names, y = found.names, found.y
    useless, useful = {}, {}
    for i, one in enumerate(found.contents):
        if i != found.place:
            why = table_inputs.no_use(names[i], one, found.row_numbers, y >= 0)
            (useless if why else useful)[i] = why or one
    used = y >= 0
    if missing == DROP:
        for one in useful.values():
            used = used & ~table_inputs.missing(one)
    if not used.any():
        raise Refusal(
            "Every row has a missing value", "missing numbers replaced by the median, or other rows"
        )
    for i, one in list(useful.items()):
        if why := table_inputs.constant(one, used):  # in the rows that are left
            useless[i] = why
            del useful[i]
    if not useful:
        reasons = "; ".join(f"{names[i]}: {why[:-1]}" for i, why in list(useless.items())[:3])
        reasons += f"; and {counted(len(useless) - 3, 'more column')}" * (len(useless) > 3)
        raise Refusal(f"No column can be an input ({reasons})", "one or more columns of values that vary")
    return _table(found, useful, useless, used, missing)


def _read(rows, target, header):
    """Return the _Read of `table_text.Rows`; raise Refusal if no column can be the class."""
    has_header = table_names.has_header(rows, header)
    names, renamed = table_names.names(rows.first[0][1], has_header)
    if rows.n_rows <= has_header:
        raise Refusal("The table has no row below the row of names", "2 rows or more")
    row_numbers, columns = read_columns(rows, has_header)
    usual = notation(columns, rows.separator)
    if usual == "comma":  # where 1.234 may be a whole number
        again = {
            i
            for i, one in enumerate(columns)
            if one.numbers is not None and (np.nan_to_num(one.numbers) % 1).any()
        }
        columns = read_columns(rows, has_header, again)[1] if again else columns
    contents = [content(*pair, row_numbers, usual) for pair in zip(columns, names, strict=True)]
    place, why = table_names.target(names, contents, target)
    labels = columns[place]
    if labels.numbers is not None:  # classes are named as they are written
        labels = read_columns(rows, has_header, {place})[1][place]
    y, class_names = table_names.classes(labels, names[place], usual)
    first = "The first row has the names." if has_header else "There is no row of names."
    notes = (*rows.notes, first, *renamed, why, *_ragged(rows))
    alike = table_names.written_alike(labels, y)
    return _Read(names, contents, place, y, class_names, alike, row_numbers, notes)


def _ragged(rows):
    """Return the sentence on rows with another width, if there are any."""
    if not rows.n_ragged:
        return []
    (number, n_cells), others = rows.ragged[0], rows.n_ragged - 1
    like = f", like {counted(others, 'other row')}" if others else ""
    found = f"Row {number} has {counted(n_cells, 'value')}; allowed: {rows.width}, one per column"
    return [f"{found}. It is left out{like}."]


def _table(found, useful, useless, used, missing):
    """Return the Table of the columns `useful` {index: Content} and the rows `used` (n,) bool."""
    parts = {i: table_inputs.inputs(found.names[i], one, used) for i, one in useful.items()}
    X = np.concatenate([columns for columns, _ in parts.values()], axis=1)
    feature_names = tuple(name for _, names in parts.values() for name in names)
    if len(feature_names) > MOST_INPUTS:
        raise Refusal(f"The columns give {len(feature_names)} inputs", f"up to {MOST_INPUTS}")
    present, y = np.unique(found.y[used], return_inverse=True)
    class_names = tuple(found.class_names[i] for i in present)
    if len(class_names) < 2:
        rows = f"The {counted(int(used.sum()), 'row')} without a missing value"
        allowed = "2 classes or more, or missing numbers replaced by the median"
        raise Refusal(f"{rows} {'all have' if used.sum() > 1 else 'has'} class {class_names[0]}", allowed)
    understood = []
    for i, (name, one) in enumerate(zip(found.names, found.contents, strict=True)):
        if i == found.place:
            told = f"{_balance(y, class_names)} {found.alike}".strip()
            understood.append(Column(name, TARGET, told, class_names[:3]))
        elif i in useless:
            understood.append(Column(name, LEFT_OUT, useless[i], one.examples))
        else:
            inputs = parts[i][1]
            told = table_inputs.description(one, used, missing)
            understood.append(Column(name, one.kind, told, one.examples, inputs))
    warnings = (*_given_away(found, useful, used, y), *_alone(y, class_names))
    X.flags.writeable = y.flags.writeable = False
    notes = (*found.notes, *_left_out(found, used, class_names))
    return Table(X, y, class_names, feature_names, tuple(understood), notes, warnings)


def _balance(y, class_names):
    """Return the sentence on how many rows each of the first MOST_LISTED classes has."""
    each = [f"{name} ({n:,})" for name, n in zip(class_names, np.bincount(y), strict=True)]
    more = f" and {len(each) - MOST_LISTED} more" if len(each) > MOST_LISTED else ""
    return f"{len(each)} classes: {', '.join(each[:MOST_LISTED])}{more}."


def _left_out(found, used, class_names):
    """Return the sentences on the rows and classes that are not used."""
    n, unlabelled = len(found.y), int((found.y < 0).sum())
    gaps = n - unlabelled - int(used.sum())
    reasons = [f"{unlabelled:,} without a class"] * (unlabelled > 0)
    reasons += [f"{gaps:,} with a missing value"] * (gaps > 0)
    are = "is" if n - used.sum() == 1 else "are"
    said = [f"{used.sum():,} of {counted(n, 'row')} are used: {' and '.join(reasons)} {are} left out."]
    lost = [name for name in found.class_names if name not in class_names]
    return said * bool(reasons) + [f"No row that is used has class {', '.join(lost[:MOST_LISTED])}."] * bool(
        lost
    )


def _given_away(found, useful, used, y):
    """Return the sentences on columns that give the class away."""
    target = found.names[found.place]
    said = [table_inputs.gives_away(found.names[i], target, one.values[used], y) for i, one in useful.items()]
    return [text for text in said if text]


def _alone(y, class_names):
    """Return the sentences on classes with a single row."""
    alone = [name for name, n in zip(class_names, np.bincount(y), strict=True) if n == 1]
    said = [
        f"Class {name} has only one row, which can be in only one part of the split." for name in alone[:3]
    ]
    if more := len(alone[3:]):
        said.append(f"{more} more {'class has' if more == 1 else 'classes have'} only one row.")
    return said
