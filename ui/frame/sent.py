"""A chart's data frames as they are sent to the browser: the columns that it uses, in few bytes."""

import re

import pandas as pd
import pyarrow as pa

IN_EXPRESSION = re.compile(r"datum\.(\w+)|datum\[['\"](.+?)['\"]\]")
OFFSET, EXTRA = 8, 200  # bytes: of a text, besides its letters; of a column whose values are sent once


def tables(frames, spec):
    """Return {name: Arrow table} of {name: data frame}, for a chart with this Vega-Lite specification.

    A table has no index, and only the columns that the specification names: as a text of its own, such as a
    field, or after `datum` in an expression. A column with few values is sent as their numbers in a list of
    them, where that is shorter.
    """
    named = _names(spec)
    return {name: _table(frame, named) for name, frame in frames.items()}


def _names(spec):
    """Return the texts of a specification, and the fields of their expressions."""
    if isinstance(spec, str):
        found = {one or other for one, other in IN_EXPRESSION.findall(spec)}
        return {spec.replace("\\", ""), *found}  # a field's dots are escaped
    parts = spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else ()
    return set().union(*map(_names, parts))


def _table(frame, named):
    used = {name: _without_repeats(frame[name]) for name in frame if name in named}
    slim = pd.DataFrame(used, index=frame.index)
    # without what pandas would need to make the same frame of it: 0.8 kB of each table
    return pa.Table.from_pandas(slim, preserve_index=False, nthreads=1).replace_schema_metadata()


def _without_repeats(column):
    """Return a column as a categorical one, whose values are sent once each, if that is shorter."""
    if column.dtype.kind in "iu" and column.dtype.itemsize > 4 and column.between(-(2**31), 2**31 - 1).all():
        column = column.astype("int32")  # the browser would read longer ones as numbers of another kind
    if column.hasnans or column.dtype.kind not in "iufOTU":
        return column
    if column.dtype.kind in "OTU":
        if not all(isinstance(value, str) for value in column):
            return column
        size = OFFSET + sum(map(len, column)) / max(1, len(column))
    elif (size := column.dtype.itemsize) > 4 and column.dtype.kind != "f":
        return column
    n_values = column.nunique()
    n_bytes = (1 if n_values <= 127 else 2) * len(column) + size * n_values + EXTRA
    return column.astype("category") if n_bytes < size * len(column) else column
