"""A chart's data frames as they are sent to the browser: the columns that it uses, each text once."""

import re

import pandas as pd
import pyarrow as pa

IN_EXPRESSION = re.compile(r"datum\.(\w+)|datum\[['\"](.+?)['\"]\]")


def tables(frames, spec):
    """Return {name: Arrow table} of {name: data frame}, for a chart with this Vega-Lite specification.

    A table has no index and only the columns that the specification names, either as a string, such as a
    field, or after `datum` in an expression. A column of repeated texts is sent as numbers with a list of the
    texts.
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
    used = [name for name in frame if name in named]
    repeats = {name: column for name in used if (column := _without_repeats(frame[name])) is not None}
    if repeats:
        frame = frame[used].assign(**repeats)
    return pa.Table.from_pandas(frame, columns=used, preserve_index=False, nthreads=1)


def _without_repeats(column):
    """Return a column of texts as a categorical one if there are at least two rows per text, else None."""
    if column.dtype.kind not in "OTU":
        return None
    texts = column.tolist()
    if not all(isinstance(text, str) for text in texts):
        return None
    codes = {text: code for code, text in enumerate(dict.fromkeys(texts))}
    if 2 * len(codes) > len(texts):
        return None
    return pd.Categorical.from_codes([codes[text] for text in texts], list(codes))
