"""Specifications that Altair makes once per kind of chart and options; tables and values are filled in.

Altair takes some 20 ms for a chart of several layers, which is most of what a chart costs the server;
`python -m benchmarks.drawing` has a row with templates and one without.

A chart is built by a function of its tables, of values that are in its specification, such as the ends of an
axis, and of options. The template is what the function builds from empty tables and from placeholders for the
values. So the function must not look at tables or values: anything that depends on them is an option.
"""

import functools
import re
import secrets
from typing import NamedTuple

import altair as alt
import numpy as np
import pandas as pd
from altair.utils.schemapi import disable_debug_mode

disable_debug_mode()  # else every part of a chart is checked as it is made; the tests check whole charts

MAX_TEMPLATES = 512  # some 20 kB each
TOKEN = secrets.token_hex(8)  # a visitor's text, such as the name of a class, can never be a slot
WHOLE, IN_TEXT = re.compile(rf"<{TOKEN} (\w+)>"), re.compile(rf"<text {TOKEN} (\w+)>")


class Parts(NamedTuple):
    """What a chart is built from; `tables` is {name: data frame or None}."""

    build: object
    title: str
    tables: dict
    values: dict
    options: dict

    def chart(self):
        """Return the chart, newly built by Altair."""
        chart = self.build(**self.tables, **self.values, **self.options)
        chart.title = self.title
        return chart

    def specification(self):
        """Return the specification without title and data: the template with these values.

        Most of it is shared with other charts: do not mutate it.
        """
        return filled(*template(self.build, self.present(), tuple(self.values), self.key()), self.values)

    def key(self):
        """Return the options as a key."""
        return _Options(self.options)

    def present(self):
        """Return ((name, whether the table is not None), …)."""
        return tuple((name, frame is not None) for name, frame in self.tables.items())

    def frames(self):
        """Return {name: data frame} of the tables that are not None."""
        return {name: frame for name, frame in self.tables.items() if frame is not None}


def from_template(build, title, tables, values=None, **options):
    """Return the parts of the chart that `build(**tables, **values, **options)` returns, without a title.

    Every table is a separate data frame. Values are plain: strings, numbers, lists, dictionaries. An f-string
    of the function may insert them into a string of the specification, without a format.
    """
    return Parts(build, title, tables, values or {}, options)


def specified(chart, frames):
    """Return the specification of an Altair chart, with names for the frames of {name: data frame}.

    The chart is changed: pass one that was drawn for this call alone.
    """
    _name(chart, {id(frame): name for name, frame in frames.items()})
    return chart.to_dict(validate=False)


def filled(spec, slots, values):
    """Return a copy of a specification with the values in its `slots`; the rest is shared."""
    if not slots:
        return spec
    if isinstance(slots, str):
        if whole := WHOLE.fullmatch(slots):
            return plain(values[whole[1]])
        return IN_TEXT.sub(lambda match: str(values[match[1]]), slots)
    copy = spec.copy()
    for place, below in slots.items():
        copy[place] = filled(spec[place], below, values)
    return copy


def plain(value):
    """Return a value as in JSON: lists for tuples, Python's numbers for NumPy's."""
    match value:
        case list() | tuple():
            return [plain(one) for one in value]
        case dict():
            return {name: plain(one) for name, one in value.items()}
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value


class _Slot(str):
    """A placeholder for a value of a specification, or for one that an f-string inserts into a string."""

    def __format__(self, how):
        if how:
            raise TypeError("A value is inserted into a template as it is; format it as text first.")
        return f"<text {self[1:]}"


class _Options(dict):
    """Options as a key: equal if they are written alike."""

    def __hash__(self):
        return hash(repr(self))

    def __eq__(self, other):
        return repr(self) == repr(other)


@functools.lru_cache(MAX_TEMPLATES)
def template(build, tables, names, options):
    """Return (specification, its slots) of a chart of tables ((name, whether it is there), …) and values.

    Both are shared with other charts: do not mutate them.
    """
    frames = {name: pd.DataFrame() if there else None for name, there in tables}
    chart = build(**frames, **{name: _Slot(f"<{TOKEN} {name}>") for name in names}, **options)
    spec = specified(chart, frames)
    return spec, _slots(spec) or {}


def _slots(part):
    """Return where a part of a specification has slots: {key or index: slots below}, or a text; else None."""
    if isinstance(part, str):
        return part if WHOLE.fullmatch(part) or IN_TEXT.search(part) else None
    if not isinstance(part, dict | list):
        return None
    below = {
        place: _slots(one) for place, one in (part.items() if isinstance(part, dict) else enumerate(part))
    }
    return {place: slots for place, slots in below.items() if slots is not None} or None


def _name(chart, names):
    """Replace every data frame of the chart by its name, in place."""
    if isinstance(getattr(chart, "data", None), pd.DataFrame):
        chart.data = alt.NamedData(names[id(chart.data)])
    for layer in getattr(chart, "layer", ()):
        _name(layer, names)
