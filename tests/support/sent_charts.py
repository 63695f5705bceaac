"""Every chart drawn by Altair, too: what is sent of it is what Altair would send, and valid."""

import contextlib
import functools
import importlib
import json
import sys

import altair
import pandas as pd
from altair.utils.schemapi import disable_debug_mode

from ui.charts import vega

VEGA, CHARTS = "ui.charts.vega", "ui.charts."


@functools.cache
def by_altair(name):
    """A module of charts with Altair in place of `ui.charts.vega`."""
    with _apart():
        return importlib.import_module(name)


@contextlib.contextmanager
def _apart():
    """While modules of charts are imported: those that are here stay, and Altair's are kept apart."""
    ours = _taken()
    _put(_modules | {VEGA: altair})
    disable_debug_mode()  # which checks every part of a chart when it is made: the whole is validated
    try:
        yield
    finally:
        _modules.update(_taken())
        _put(ours)


_modules = {}


def _taken():
    """Take the modules of charts away; return them by name."""
    modules = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(CHARTS)}
    for name in modules:
        vars(sys.modules["ui.charts"]).pop(name.removeprefix(CHARTS), None)
    return modules


def _put(modules):
    sys.modules.update(modules)
    for name, module in modules.items():
        setattr(sys.modules["ui.charts"], name.removeprefix(CHARTS), module)


def altairs(drawing):
    """The chart of a Drawing, drawn by Altair."""
    draw = drawing._draw
    function = getattr(by_altair(draw.__module__), draw.__qualname__)
    return function(*drawing._args, **drawing._options).chart()


def to_dict(drawing, **_):
    """A drawing's specification by Altair, valid and with its data; what is sent is the same."""
    chart = altairs(drawing)
    spec = chart.to_dict()
    assert_same(drawing.chart(), chart)
    return spec


def assert_same(ours, by_altair):
    """A chart is Altair's but for names of views, the configuration, and the order of parameters."""
    spec, frames = vega.specified(ours)
    named = {}
    _name(by_altair, named)
    theirs = by_altair.to_dict(validate=False)
    theirs.pop("config", None)
    assert json.dumps(_plain(spec), sort_keys=True) == json.dumps(_plain(theirs), sort_keys=True)
    assert list(frames) == [name for name, _ in named.values()]
    for one, (_, other) in zip(frames.values(), named.values(), strict=True):
        pd.testing.assert_frame_equal(one, other)


def _name(chart, frames):
    """Replace every data frame of Altair's chart by a name, in place; add them to `frames` {id: …}."""
    if isinstance(getattr(chart, "data", None), pd.DataFrame):
        name, _ = frames.setdefault(id(chart.data), (f"frame_{len(frames)}", chart.data))
        chart.data = altair.NamedData(name)
    for layer in getattr(chart, "layer", ()):
        _name(layer, frames)


def _plain(spec):
    """The specification with its views named by the numbers of their layers, and parameters by name."""
    parts = spec.get("layer", [spec])
    number = {part["name"]: n for n, part in enumerate(parts) if "name" in part}
    params = [
        one | {"views": [number.get(view) for view in one["views"]]} if one.get("views") else one
        for one in spec.get("params", ())
    ]
    plain = spec | {"params": sorted(params, key=lambda one: one["name"])}
    if "layer" in spec:
        return plain | {"layer": [part | {"name": number.get(part.get("name"))} for part in parts]}
    return plain | {"name": number.get(spec.get("name"))}
