"""The whole specification of a drawing, which Altair has checked."""

import json
import re

from ui.charts.template import specified
from ui.charts.values import separated


def differences(one, other, path=""):
    """Where two specifications differ: (path, what the one has, what the other has)."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [*dict.fromkeys([*one, *other])]
        pairs = [(key, one.get(key, "nothing"), other.get(key, "nothing")) for key in keys]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(place, *both) for place, both in enumerate(zip(one, other, strict=True))]
    else:
        return [] if one == other and type(one) is type(other) else [(path, one, other)]
    return [found for key, *both in pairs for found in differences(*both, f"{path}/{key}")]


def to_dict(drawing, **_):
    """A drawing's specification with its data; Altair raises an error where it is not valid.

    It is that of the chart built afresh, whose template, filled in, is the same.
    """
    parts = drawing.parts()
    if found := differences(as_sent(parts.specification()), built_afresh(parts)):
        raise AssertionError(f"The template differs from the chart built afresh: {found}")
    if found := differences(with_numbers(*separated(parts)), with_numbers(parts.specification(), {})):
        raise AssertionError(f"The chart with a table of its numbers is another: {found}")
    return parts.chart().to_dict(validate=True)


def built_afresh(parts):
    """The specification of the chart that Altair builds of these tables and values, without the title."""
    spec = specified(parts.chart(), parts.frames())
    assert spec.pop("title") == parts.title
    return as_sent(spec)


def with_numbers(spec, frames):
    """A specification with the numbers of the table of values where it reads them, all of them floats."""
    spec, row = dict(spec), {}
    if "values" in frames:
        (row,) = frames["values"].to_dict("records")
        read = {one["name"]: one["expr"] for one in spec["params"] if one["name"].startswith("values_")}
        assert read == {f"values_{name}": f"data('values')[0]['{name}']" for name in row}
        *spec["layer"], unseen = spec["layer"]
        assert unseen == {"data": {"name": "values"}, "transform": [{"filter": "false"}], "mark": "point"}
        spec["params"] = [one for one in spec["params"] if one["name"] not in read]
        if not spec["params"]:
            del spec["params"]

    def number(found):
        return repr(row[found[1]] if found[1] else float(found[0]))

    def filled(part):
        match part:
            case {"expr": str(text)} if (name := text.removeprefix("values_")) in row:
                return row[name]
            case dict():
                inside = {key: filled(one) for key, one in part.items()}
                return inside | ({"type": "quantitative"} if "datum" in part else {})
            case list():
                return [*map(filled, part)]
            case str():
                return re.sub(r"\bvalues_(\w+)|\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b", number, part)
        return float(part) if isinstance(part, int) and not isinstance(part, bool) else part

    return filled(as_sent(spec))


def as_sent(spec):
    """A specification as the browser reads it, its views named by their order.

    Altair names a view that takes clicks after a hash of its data frame as it is printed.
    """
    text = json.dumps(spec)
    for number, name in enumerate(dict.fromkeys(re.findall(r"view_[0-9a-f]{16}", text))):
        text = text.replace(name, f"view {number}")
    return json.loads(text)
