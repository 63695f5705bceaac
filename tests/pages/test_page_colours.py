"""Colour is never the only carrier: what it tells of, another channel of the same chart tells too."""

import json

import pytest
from visiting import opened

SMALL = {"n_samples": "120", "epochs": "2", "hidden_layer_sizes": "5,5"}
PAGES = {
    "derivation": {"d_h": "2"},
    "initialization": SMALL | {"train": "true", "seeds": "2"},
    "optimization": SMALL,
    "decision_boundary": SMALL,
    "gradient_check": SMALL,
    "bug_lab": SMALL,
    "bug_lab?mode=Hunt": {"mode": "Hunt"},
    "sweeps": SMALL | {"values1": "0.1 / 1", "seeds": "2"},
}
WORDS = {"x", "y", "row", "column", "facet", "shape", "strokeDash", "text", "opacity"}
OTHERS = WORDS | {"size", "tooltip"}  # who sees no colour is not to point at every mark to tell kinds apart
SAME = {  # what a colour tells under one name and words beside it under another
    "scheme": "text",  # the lines' names
    "shade": "relative_error",  # of the cell that is pointed at, and of the table below
    "band": "label",  # the error of the whole tensor, beside its strip
    "significant": "words",  # "cannot be told from noise"
}


def layers(spec, facet=()):
    """(encodings of each mark) of a chart: its layers', with those that they inherit."""
    inherited = spec.get("encoding", {})
    facets = {**dict(facet), **({"facet": spec["facet"]} if "facet" in spec else {})}
    if "layer" in spec:
        return [inherited | facets | one for layer in spec["layer"] for one in layers(layer)]
    if "spec" in spec:
        return layers(spec["spec"], facets.items())
    return [inherited | facets]


def fields(encoding, channels):
    """The fields that an encoding draws in some channels."""
    found = set()
    for channel in channels & set(encoding):
        given = encoding[channel]
        for one in given if isinstance(given, list) else [given]:
            found.add(one.get("field"))
    return found - {None}


def told_by_colour_alone(spec):
    """The fields that colour shows and no other channel does."""
    drawn = layers(spec)
    alone = set()
    for channel in ("color", "fill", "stroke"):
        for encoding in drawn:
            if "field" in encoding.get(channel, {}):
                field = encoding[channel]["field"]
                channels = WORDS if encoding[channel]["type"] == "nominal" else OTHERS
                if not any({field, SAME.get(field)} & fields(one, channels) for one in drawn):
                    alone.add(field)
    return alone


@pytest.mark.parametrize(
    ("encoding", "alone"),
    [
        ({"x": {"field": "a"}, "color": {"field": "b", "type": "nominal"}}, {"b"}),
        ({"shape": {"field": "b"}, "color": {"field": "b", "type": "nominal"}}, set()),
        ({"tooltip": [{"field": "b"}], "color": {"field": "b", "type": "nominal"}}, {"b"}),
        ({"tooltip": [{"field": "b"}], "color": {"field": "b", "type": "quantitative"}}, set()),
        ({"color": {"value": "red"}}, set()),
    ],
)
def test_the_rule_itself(encoding, alone):
    assert told_by_colour_alone({"encoding": encoding}) == alone
    named = {"encoding": {"text": {"field": "b"}}}
    assert told_by_colour_alone({"layer": [{"encoding": encoding}, named]}) == set()


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_what_colour_tells_another_channel_tells_too(page):
    app = opened(f"pages/{page.partition('?')[0]}.py", PAGES[page])
    assert not app.exception
    drawn = [json.loads(one.proto.spec) for one in app.get("vega_lite_chart")]
    assert drawn
    assert [
        (one.get("description"), told_by_colour_alone(one)) for one in drawn if told_by_colour_alone(one)
    ] == []
