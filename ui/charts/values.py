"""A chart whose numbers, such as the ends of its axes, are sent as a table like its data.

The browser rebuilds a chart when its specification changes, which takes it several times as long as updating
the marks of one whose data have changed: `benchmarks.ablation` has a row with the table and one without.

A number is read from the table where Vega-Lite takes an expression: as an end of a scale's domain, as a
datum, and within an expression. Elsewhere it stays in the specification.
"""

import functools
import math

import numpy as np
import pandas as pd

from ui.charts.template import IN_TEXT, MAX_TEMPLATES, WHOLE, filled, template

TABLE, COLUMN = "values", "number"  # a row for each number; the parameter of that name has the column
NUMBER, PAIR = "number", "pair"
EXPRESSIONS = {"expr", "calculate", "filter", "test"}  # keys of a specification whose texts are expressions


def separated(parts):
    """Return (specification, {name: data frame}) of a chart's parts, its numbers in a table where possible.

    A chart without layers has no place for another table: its specification has all values. It is shared with
    other charts: do not mutate it.
    """
    kinds = tuple((name, _kind(value)) for name, value in parts.values.items())
    spec, slots, used = _separated(parts.build, parts.present(), kinds, parts.key())
    frames = parts.frames()
    if used:
        numbers = [float(number) for name in used for number in np.atleast_1d(parts.values[name])]
        frames[TABLE] = pd.DataFrame({COLUMN: numbers})
    return filled(spec, slots, parts.values), frames


@functools.lru_cache(MAX_TEMPLATES)
def _separated(build, tables, kinds, options):
    """Return (specification, its slots that are left, names of the values that are read from the table)."""
    spec, slots = template(build, tables, tuple(name for name, _ in kinds), options)
    if "layer" not in spec:
        return spec, slots, ()
    rows = _Rows(kinds)
    spec, slots = _read_from_table(spec, slots, rows)
    if not rows.first:
        return spec, slots, ()
    read = {"name": TABLE, "expr": f"pluck(data('{TABLE}'), '{COLUMN}')"}
    # a table is sent to the browser's charts only if a layer has it; this layer has no marks
    unseen = {"data": {"name": TABLE}, "transform": [{"filter": "false"}], "mark": "point"}
    # at the end, as the slots that are left are counted from the beginning
    params, layers = spec.get("params", []), [*spec["layer"], unseen]
    return {**spec, "params": [*params, read], "layer": layers}, slots, tuple(rows.first)


class _Rows:
    """The rows of the table: one for each number that is read, two for a pair."""

    def __init__(self, kinds):
        self.kinds = dict(kinds)
        self.first = {}  # {name of a value: its first row}

    def read(self, name):
        """Return the expressions of a value's numbers, which have rows from now on."""
        size = 2 if self.kinds[name] == PAIR else 1
        taken = sum(2 if self.kinds[one] == PAIR else 1 for one in self.first)
        first = self.first.setdefault(name, taken)
        return [f"{TABLE}[{row}]" for row in range(first, first + size)]


def _read_from_table(part, slots, rows, where=()):
    """Return (part of a specification with expressions for numbers, its slots that are left)."""
    if isinstance(slots, str):
        read = _expression(slots, rows, where)
        return (part, slots) if read is None else (read, None)
    copy, left = part.copy(), {}
    for place, below in slots.items():
        copy[place], rest = _read_from_table(part[place], below, rows, (*where, place))
        if rest:
            left[place] = rest
        elif place == "datum":
            copy.setdefault("type", "quantitative")  # Vega-Lite does not see it from an expression
    return copy, left


def _expression(text, rows, where):
    """Return what stands for a slot's text at a place of the specification; None if it must be a constant."""
    key, is_end = where[-1], where[-3:-1] == ("scale", "domain")
    if whole := WHOLE.fullmatch(text):
        kind = rows.kinds[whole[1]]
        if kind == PAIR and key == "domain":
            return [{"expr": read} for read in rows.read(whole[1])]
        if kind == NUMBER and (key == "datum" or is_end):
            return {"expr": rows.read(whole[1])[0]}
        return None
    if key not in EXPRESSIONS or any(rows.kinds[name] != NUMBER for name in IN_TEXT.findall(text)):
        return None
    return IN_TEXT.sub(lambda match: rows.read(match[1])[0], text)


def _kind(value):
    if _is_finite(value):
        return NUMBER
    is_pair = isinstance(value, tuple | list | np.ndarray) and len(value) == 2 and all(map(_is_finite, value))
    return PAIR if is_pair else None


def _is_finite(value):
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and math.isfinite(value)
