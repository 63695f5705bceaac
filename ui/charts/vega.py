"""Vega-Lite specifications, put together in Altair's words but without Altair.

Altair checks and copies every part of a chart several times; a chart of the lab is a dozen nested dicts.
Every class and function does what Altair's of the same name does, as far as the charts of the lab need it;
their tests draw each chart by Altair, too, and compare. `benchmarks.drawing` has a row with Altair.
"""

import types

import numpy as np
import pandas as pd

SCHEMA_URL = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
TYPES = {"Q": "quantitative", "N": "nominal", "O": "ordinal", "T": "temporal"}
MARKS = ["area", "bar", "circle", "image", "line", "point", "rect", "rule", "square", "text", "tick"]


class Chart:
    """A mark with its channels: `data`, a data frame or Data, the mark, encoding and transforms.

    Its methods return another.
    """

    def __init__(self, data=None):
        self.data, self.mark, self.encoding = data, None, {}
        self.transforms, self.params, self.named = [], [], {}

    def _with(self, **parts):
        chart = object.__new__(Chart)
        chart.__dict__ = self.__dict__ | parts
        return chart

    def encode(self, *channels, **named):
        """Return the chart with further channels: by name, or one whose class is that name."""
        return self._with(encoding=self.encoding | {one.name: one for one in channels} | named)

    def add_params(self, *params):
        """Return the chart with further parameters."""
        return self._with(params=[*self.params, *params])

    def properties(self, **named):
        """Return the chart with further properties, such as a title and a height."""
        return self._with(named=self.named | named)

    def transform_filter(self, predicate):
        """Return the chart of the rows for which an expression is true, or which a selection contains."""
        if isinstance(predicate, Parameter):
            predicate = {"param": predicate["name"], **predicate.condition}
        return self._with(transforms=[*self.transforms, {"filter": predicate}])

    def transform_calculate(self, **expressions):
        """Return the chart with further fields of its rows, {name: expression}."""
        made = ({"calculate": expression, "as": name} for name, expression in expressions.items())
        return self._with(transforms=[*self.transforms, *made])

    def transform_flatten(self, fields):
        """Return the chart with a row for each entry of the arrays in these fields."""
        return self._with(transforms=[*self.transforms, {"flatten": fields}])

    def transform_window(self, **operations):
        """Return the chart with further fields, {name: operation}, such as "row_number()"."""
        made = [{"op": one.removesuffix("()"), "field": "", "as": name} for name, one in operations.items()]
        return self._with(transforms=[*self.transforms, {"window": made}])

    def facet(self, facet, columns, **named):
        """Return the FacetChart with the chart once for each value of a channel, in so many columns."""
        return FacetChart(self, facet, columns, named)

    def specification(self):
        """Return the specification; its data are as they were given."""
        spec = {"data": self.data, "mark": self.mark}
        if self.encoding:
            spec["encoding"] = self.encoding
        if self.transforms:
            spec["transform"] = self.transforms
        if self.params:
            spec["params"] = self.params
        return spec | self.named


def _marking(kind):
    def mark(chart, **style):
        return chart._with(mark={"type": kind, **style})

    mark.__doc__ = f"Return the chart with {kind} marks of this style."
    return mark


for _kind in MARKS:
    setattr(Chart, f"mark_{_kind}", _marking(_kind))


class Layers:
    """Charts one above the other, the first below, with properties such as a title and a height."""

    def __init__(self, layer, named):
        self.layer, self.named = list(layer), named

    def specification(self):
        """Return the specification; its data are as they were given.

        Vega-Lite wants parameters at the top; a selection there names the view that it is made in.
        """
        layers, params = [one.specification() for one in self.layer], []
        for number, layer in enumerate(layers):
            for one in layer.pop("params", ()):
                if "select" in one:
                    layer["name"] = f"view_{number}"
                    one = one | {"views": [layer["name"]]}
                params.append(one)
        top = dict(self.named)
        if all(layer["data"] is layers[0]["data"] for layer in layers):
            top["data"] = layers[0]["data"]
            for layer in layers:
                del layer["data"]
        if params:
            top["params"] = params
        return {"layer": layers, **top}


class FacetChart:
    """A chart once for each value of a field."""

    def __init__(self, chart, facet, columns, named):
        self._parts, self.named = (chart, facet, columns), named

    def specification(self):
        """Return the specification; its data are as they were given."""
        chart, facet, columns = self._parts
        inner = chart.specification()
        return {"data": inner.pop("data"), "facet": facet, "spec": inner, "columns": columns} | self.named


def layer(*charts, **properties):
    """Return the Layers of some charts."""
    return Layers(charts, properties)


def specified(chart):
    """Return (specification, {name: data frame}): the data frames are named by their order."""
    frames = {}

    def plain(value):
        match value:
            case str() | bool() | None:
                return value
            case dict():
                return {key: plain(one) for key, one in value.items()}
            case list() | tuple():
                return [plain(one) for one in value]
            case np.generic():
                return value.item()
            case pd.DataFrame():
                name, _ = frames.setdefault(id(value), (f"frame_{len(frames)}", value))
                return {"name": name}
        return value

    spec = {"$schema": SCHEMA_URL, **plain(chart.specification())}
    return spec, dict(frames.values())


class Channel(dict):
    """A channel, such as X("loss:Q", title="loss"): `shorthand` is the field and the letter of its type.

    The methods return it with another scale, axis or legend, None for none.
    """

    name, typed = "", True

    def __init__(self, shorthand, **options):
        field, _, kind = shorthand.rpartition(":")
        super().__init__(field=field, **{"type": TYPES[kind]} if self.typed else {}, **options)
        self.shorthand = shorthand

    def _with(self, **options):
        before = {key: one for key, one in self.items() if key not in ("field", "type")}
        return type(self)(self.shorthand, **before | options)

    def scale(self, **options):
        return self._with(scale=options)

    def axis(self, axis):
        return self._with(axis=axis)

    def legend(self, legend):
        return self._with(legend=legend)


class _Constant(dict):
    name = kind = ""

    def __init__(self, constant, **options):
        super().__init__(**{self.kind: constant}, **options)


def _channels(names):
    for name in names.split():
        typed = name not in ("x2", "y2")  # which have the type of x and of y
        yield type(name, (Channel,), {"name": name, "typed": typed})


def _constants(kind, names):
    return (type(name, (_Constant,), {"name": name, "kind": kind}) for name in names.split())


X, X2, Y, Y2, YOffset, Color, Opacity = _channels("x x2 y y2 yOffset color opacity")
Shape, Size, StrokeDash, StrokeWidth = _channels("shape size strokeDash strokeWidth")
Detail, Facet, Key, Order, Text, Tooltip, Url = _channels("detail facet key order text tooltip url")
XValue, YValue, ColorValue, OpacityValue, TextValue = _constants("value", "x y color opacity text")
XDatum, X2Datum, YDatum, Y2Datum = _constants("datum", "x x2 y y2")
Axis = AutoSizeParams = BindDirect = Data = Header = Legend = Scale = dict


class Parameter(dict):
    """A parameter; `condition` is what a filter by it says beside its name."""

    condition = types.MappingProxyType({})


def param(name, **options):
    """Return the parameter with a value, an expression or a binding."""
    return Parameter(name=name, **options)


def selection_point(name, *, empty=True, **options):
    """Return the parameter that holds the marks chosen; unless `empty`, it contains none where none is."""
    selection = Parameter(name=name, select={"type": "point", **options})
    if not empty:
        selection.condition = {"empty": False}
    return selection


def value(value):
    """Return a constant."""
    return {"value": value}


def condition(test, then, otherwise):
    """Return the constant `then` for rows of which an expression is true, else `otherwise`."""
    return {"condition": {"test": test, **then}, **otherwise}


def ExprRef(expr):
    """Return what Vega computes from an expression."""
    return {"expr": expr}


def Step(step):
    """Return a size in pixels per row."""
    return {"step": step}
