"""The whole specification of a drawing, which Altair has checked."""

import json
import re

from ui.charts.template import specified


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
    return parts.chart().to_dict(validate=True)


def built_afresh(parts):
    """The specification of the chart that Altair builds of these tables and values, without the title."""
    spec = specified(parts.chart(), parts.frames())
    assert spec.pop("title") == parts.title
    return as_sent(spec)


def as_sent(spec):
    """A specification as the browser reads it, its views named by their order.

    Altair names a view that takes clicks after a hash of its data frame as it is printed.
    """
    text = json.dumps(spec)
    for number, name in enumerate(dict.fromkeys(re.findall(r"view_[0-9a-f]{16}", text))):
        text = text.replace(name, f"view {number}")
    return json.loads(text)
