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
    if found := differences_with_table(parts):
        raise AssertionError(f"The chart with a table of its numbers is another: {found}")
    spec = parts.chart().to_dict(validate=True)
    assert unsorted_amounts(spec) == [], "Vega-Lite warns of each in the browser's console"
    assert long_titles(spec) == [], "they are cut off beside their axes"
    return spec


def long_titles(spec):
    """Lines of the titles of vertical axes that do not fit beside a chart of a fixed height."""
    height = spec.get("height")
    if not isinstance(height, int | float):
        return []
    of_the_plot = spec.get("autosize", {}).get("type") == "fit-x"
    room = height - (0 if of_the_plot else BELOW)
    return [line for line in lines_of_titles(spec) if len(line) * LETTER > room]


def lines_of_titles(spec):
    """The lines of the titles of vertical axes, of a chart and of its layers."""
    y = spec.get("encoding", {}).get("y", {})
    axis = y.get("axis", {})
    title = None if axis is None else y.get("title") or (axis or {}).get("title")
    own = [title] if isinstance(title, str) else title or []
    return own + [line for layer in spec.get("layer", ()) for line in lines_of_titles(layer)]


LETTER, BELOW = 6.5, 65  # pixels, as seen: a letter, and what the axis below the plot and its title take


def unsorted_amounts(spec):
    """Channels of amounts that a specification gives to names without an order, as (channel, field)."""
    if isinstance(spec, list):
        return [found for part in spec for found in unsorted_amounts(part)]
    if not isinstance(spec, dict):
        return []
    below = [found for key, part in spec.items() if key not in READ for found in unsorted_amounts(part)]
    channels = spec.get("encoding", {}).items()
    return below + [
        (name, one["field"])
        for name, one in channels
        if name in AMOUNTS and isinstance(one, dict) and one.get("type") == "nominal" and not one.get("sort")
    ]


AMOUNTS = {"size", "opacity", "fillOpacity", "strokeOpacity", "strokeWidth", "angle"}
READ = {"data", "datasets", "encoding"}


def built_afresh(parts):
    """The specification of the chart that Altair builds of these tables and values, without the title."""
    spec = specified(parts.chart(), parts.frames())
    assert spec.pop("title") == parts.title
    return as_sent(spec)


def put_back(spec, numbers):
    """A specification as sent, with the numbers of its table of values where it reads them."""
    *layers, unseen = spec["layer"]
    assert unseen == {"data": {"name": "values"}, "transform": [{"filter": "false"}], "mark": "point"}
    *params, read = spec["params"]
    assert read == {"name": "values", "expr": "pluck(data('values'), 'number')"}

    def filled(part):
        match part:
            case {"expr": str(text)} if row := re.fullmatch(r"values\[(\d+)\]", text):
                return numbers[int(row[1])]
            case dict():
                return {key: filled(one) for key, one in part.items()}
            case list():
                return [*map(filled, part)]
            case str():
                return re.sub(r"\bvalues\[(\d+)\]", lambda row: repr(numbers[int(row[1])]), part)
        return part

    rest = {key: one for key, one in spec.items() if key != "params"}
    return filled({**rest, "layer": layers} | ({"params": params} if params else {}))


def with_floats(spec):
    """A specification whose numbers, also those in expressions, are floats, and whose datums have a type."""
    match spec:
        case dict():
            typed = {"type": "quantitative"} if "datum" in spec else {}
            return {key: with_floats(one) for key, one in spec.items()} | typed
        case list():
            return [*map(with_floats, spec)]
        case str():
            number = r"\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b"
            return re.sub(number, lambda found: repr(float(found[0])), spec)
    return float(spec) if isinstance(spec, int) and not isinstance(spec, bool) else spec


def differences_with_table(parts):
    """Where a chart with a table of its numbers differs from the one built afresh."""
    spec, frames = separated(parts)
    spec = as_sent(spec)
    if "values" in frames:
        spec = put_back(spec, frames["values"]["number"].tolist())
    return differences(with_floats(spec), with_floats(built_afresh(parts)))


def as_sent(spec):
    """A specification as the browser reads it, its views named by their order.

    Altair names a view that takes clicks after a hash of its data frame as it is printed.
    """
    text = json.dumps(spec)
    for number, name in enumerate(dict.fromkeys(re.findall(r"view_[0-9a-f]{16}", text))):
        text = text.replace(name, f"view {number}")
    return json.loads(text)
