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

TABLE, NUMBER, PAIR = "values", "number", "pair"
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
        frames[TABLE] = pd.DataFrame(_columns({name: parts.values[name] for name in used}))
    return filled(spec, slots, parts.values), frames


@functools.lru_cache(MAX_TEMPLATES)
def _separated(build, tables, kinds, options):
    """Return (specification, its slots that are left, names of the values that are read from the table)."""
    spec, slots = template(build, tables, tuple(name for name, _ in kinds), options)
    if "layer" not in spec:
        return spec, slots, ()
    used = {}
    spec, slots = _read_from_table(spec, slots, dict(kinds), used)
    if not used:
        return spec, slots, ()
    read = [
        {"name": f"{TABLE}_{column}", "expr": f"data('{TABLE}')[0]['{column}']"}
        for name, kind in used.items()
        for column in _names(name, kind)
    ]
    # a table is sent to the browser's charts only if a layer has it; this layer has no marks
    unseen = {"data": {"name": TABLE}, "transform": [{"filter": "false"}], "mark": "point"}
    params, layers = spec.get("params", []), [*spec["layer"], unseen]
    return {**spec, "params": [*params, *read], "layer": layers}, slots, tuple(used)


def _read_from_table(part, slots, kinds, used, where=()):
    """Return (part of a specification with expressions for numbers, its slots that are left).

    Adds {name: kind} of the values that are read from the table to `used`.
    """
    if isinstance(slots, str):
        moved = _expression(slots, kinds, where, used)
        return (part, slots) if moved is None else (moved, None)
    copy, left = part.copy(), {}
    for place, below in slots.items():
        copy[place], rest = _read_from_table(part[place], below, kinds, used, (*where, place))
        if rest:
            left[place] = rest
        elif place == "datum":
            copy.setdefault("type", "quantitative")  # Vega-Lite does not see it from an expression
    return copy, left


def _expression(text, kinds, where, used):
    """Return what stands for a slot's text at a place of the specification; None if it must be a constant."""
    key, scale = where[-1], where[-3:-1] == ("scale", "domain")
    if whole := WHOLE.fullmatch(text):
        name = whole[1]
        kind = kinds[name]
        if (kind, key) == (PAIR, "domain") or (kind == NUMBER and (key == "datum" or scale)):
            used[name] = kind
            ends = [{"expr": f"{TABLE}_{column}"} for column in _names(name, kind)]
            return ends if kind == PAIR else ends[0]
        return None
    names = {*IN_TEXT.findall(text)}
    if key not in EXPRESSIONS or any(kinds[name] != NUMBER for name in names):
        return None
    used |= dict.fromkeys(names, NUMBER)
    return IN_TEXT.sub(lambda match: f"{TABLE}_{match[1]}", text)


def _kind(value):
    if _is_finite(value):
        return NUMBER
    is_pair = isinstance(value, tuple | list | np.ndarray) and len(value) == 2 and all(map(_is_finite, value))
    return PAIR if is_pair else None


def _is_finite(value):
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and math.isfinite(value)


def _names(name, kind):
    """Return the names of a value's columns in the table."""
    return [f"{name}_low", f"{name}_high"] if kind == PAIR else [name]


def _columns(values):
    """Return {column: its only number} of {name: number or pair}."""
    return {
        column: [float(number)]
        for name, value in values.items()
        for column, number in zip(_names(name, _kind(value)), np.atleast_1d(value), strict=True)
    }
