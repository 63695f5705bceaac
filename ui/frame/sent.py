"""A chart's data frames as they are sent to the browser: the columns that it uses, in few bytes."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa

from ui.frame.tables import safe_text

# Tables then lie in memory that `ui.training.cache.give_back` returns. Arrow's own allocator keeps some of
# what each thread has freed, and every run of a page is a new thread. `benchmarks.ablation` measures it.
pa.set_memory_pool(pa.system_memory_pool())
IN_EXPRESSION = re.compile(r"datum\.(\w+)|(?:datum\[|pluck\(.+, )['\"](.+?)['\"][\])]")
OFFSET, EXTRA = 8, 200  # bytes: of a text, besides its letters; of a column whose values are sent once


def tables(frames, spec):
    """Return {name: Arrow table} of {name: data frame}, for a chart with this Vega-Lite specification.

    A table has no index, and only the columns that the specification names: as a text of its own, such as a
    field, or in an expression, after `datum` or in `pluck`. A column with few values is sent as their
    numbers in a list of them, where that is shorter.
    """
    named = _names(spec)
    return {name: _table(frame, named) for name, frame in frames.items()}


def safe(frames, spec):
    """Return ({name: data frame}, specification) without a text that a spreadsheet would execute.

    The toolbar of a chart offers a data frame as CSV, and the name of a class may be a stranger's. Only texts
    of fields are changed, in the frames and in lists of the specification such as a scale's domain: the other
    columns are read by expressions, letter by letter.
    """
    fields, changed = _fields(spec), {}
    for frame in frames.values():
        for name in fields.intersection(frame):
            changed |= {text: other for text in _texts(frame[name]) if (other := safe_text(text)) != text}
    if not changed:
        return frames, spec
    return {name: _replaced(frame, fields, changed) for name, frame in frames.items()}, _in_lists(
        spec, changed
    )


def _fields(spec):
    """Return the names of the fields that a specification's marks show."""
    parts = spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else ()
    field = spec.get("field") if isinstance(spec, dict) else None
    own = {field.replace("\\", "")} if isinstance(field, str) else set()
    return own.union(*map(_fields, parts))


def _texts(column):
    """Return the set of a column's texts."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.categories
    return set() if column.dtype.kind in "biuf" else {one for one in column.tolist() if isinstance(one, str)}


def _replaced(frame, fields, changed):
    """Return a data frame with other texts in its fields, {text: other text}."""
    columns = [name for name in frame if name in fields and not _texts(frame[name]).isdisjoint(changed)]
    return frame.assign(**{name: frame[name].map(lambda text: changed.get(text, text)) for name in columns})


def _in_lists(spec, changed):
    """Return a specification with other texts in its lists, {text: other text}."""
    if isinstance(spec, dict):
        return {name: _in_lists(part, changed) for name, part in spec.items()}
    if isinstance(spec, list):
        return [changed.get(one, one) if isinstance(one, str) else _in_lists(one, changed) for one in spec]
    return spec


def _names(spec):
    """Return the texts of a specification, and the fields of their expressions."""
    if isinstance(spec, str):
        found = {one or other for one, other in IN_EXPRESSION.findall(spec)}
        return {spec.replace("\\", ""), *found}  # a field's dots are escaped
    parts = spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else ()
    return set().union(*map(_names, parts))


def _table(frame, named):
    used = [name for name in frame if name in named]
    shorter = {name: column for name in used if (column := _shorter(frame[name])) is not None}
    if shorter:
        frame = frame[used].assign(**shorter)
    # without what pandas would need to make the same frame of it: 0.8 kB of each table
    table = pa.Table.from_pandas(frame, columns=used, preserve_index=False, nthreads=1)
    return table.replace_schema_metadata()


def _shorter(column):
    """Return a column in fewer bytes, None if there is no such: as a categorical one if few values repeat."""
    if column.dtype.kind in "OTU":
        texts = column.tolist()
        if not all(isinstance(text, str) for text in texts):
            return None
        size = OFFSET + sum(map(len, texts)) / max(1, len(texts))
        return _categorical(texts, size)
    if column.dtype.kind not in "iuf" or column.dtype.itemsize == 1:
        return None
    values, whole = column.to_numpy(), column.dtype.kind != "f"
    if whole and column.dtype.itemsize > 4:  # the browser would read these as numbers of another kind
        if not len(values) or values.min() < -(2**31) or values.max() >= 2**31:
            return None
        values = values.astype(np.int32)
    elif not whole and np.isnan(values).any():
        return None
    found = _categorical(values.tolist(), values.itemsize, values.dtype)
    return values if found is None and values.dtype != column.dtype else found


def _categorical(values, size, dtype=None):
    """Return the values, each of so many bytes, as a categorical array; None if that is not shorter."""
    codes = {value: code for code, value in enumerate(dict.fromkeys(values))}
    if (1 if len(codes) <= 127 else 2) * len(values) + size * len(codes) + EXTRA >= size * len(values):
        return None
    kinds = list(codes) if dtype is None else np.array(list(codes), dtype)
    return pd.Categorical.from_codes([codes[value] for value in values], kinds)
