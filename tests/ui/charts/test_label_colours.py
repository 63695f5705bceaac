"""Words in the colour of a mark can be read on both backgrounds."""

import json
import re

import pandas as pd
import pytest
from test_ui_palette import contrast

from ui.charts import curves, derivation, palette
from ui.charts.label_colours import coloured, coloured_by, readable

BACKGROUNDS = ("#ffffff", "#171614")
COLOURS = {
    *(*palette.SPLITS.values(), *palette.CLASSES, *palette.COMPARED, *palette.STARTS, *palette.LAYERS),
    *(palette.NEUTRAL, palette.NEGATIVE, palette.POSITIVE, palette.DISAGREEMENT, *palette.OPTIMIZERS),
}
HEX = re.compile("#[0-9A-F]{6}")


@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_colour_of_a_mark_is_readable_in_its_label_and_changed_no_more_than_needed(background):
    found = {colour: readable(colour, background) for colour in COLOURS}
    assert min(contrast(one, background) for one in found.values()) >= 4.5
    unchanged = {colour for colour in COLOURS if contrast(colour, background) >= 4.5}
    assert {colour for colour, one in found.items() if one == colour} == unchanged
    assert max(contrast(one, background) for colour, one in found.items() if colour not in unchanged) < 5


def test_what_was_measured_as_hard_to_read_is_readable():
    for colour, measured in (("#0072B2", 3.49), ("#964A8B", 3.14), ("#E42536", 3.98)):
        assert contrast(colour, BACKGROUNDS[1]) == pytest.approx(measured, abs=0.02)
        assert contrast(readable(colour, BACKGROUNDS[1]), BACKGROUNDS[1]) >= 4.5


def chosen(expression):
    """The colours of the light and of the dark theme in an expression."""
    condition, _, both = expression.to_dict()["expr"].partition(" ? ")
    assert condition == "luminance(background) > 0.5"
    return [HEX.findall(part) for part in both.split(" : ")] if "{" not in both else both


def test_an_expression_chooses_by_theme_and_by_row():
    (light,), (dark,) = chosen(coloured("#964A8B"))
    assert (light, contrast(dark, BACKGROUNDS[1]) >= 4.5) == ("#964A8B", True)
    tables = re.findall(
        r"(\{.*?\})\[datum\.of\]", chosen(coloured_by("datum.of", {"a": "#964A8B", 3: "#E69F00"}))
    )
    light, dark = map(json.loads, tables)
    assert list(light) == list(dark) == ["a", "3"]
    assert light["a"] == "#964A8B"
    assert contrast(light["3"], BACKGROUNDS[0]) >= 4.5
    assert contrast(dark["a"], BACKGROUNDS[1]) >= 4.5


def texts(spec):
    found = [spec] if isinstance(spec.get("mark"), dict) and spec["mark"]["type"] == "text" else []
    return found + [one for layer in spec.get("layer", ()) for one in texts(layer)]


def test_the_names_of_lines_and_of_a_derivatives_sides_have_such_colours():
    frame = pd.DataFrame({"quantity": "loss", "split": ["train", "test"] * 2, "epoch": [0, 0, 1, 1]})
    frame = frame.assign(median=[1.0, 0.9, 0.5, 0.6], low=0.4, high=1.1)
    name, *_ = texts(curves.curves(frame, "loss", "T").chart().to_dict())
    assert "color" not in name["encoding"]
    assert readable(palette.SPLITS["test"], BACKGROUNDS[1]) in name["mark"]["color"]["expr"]
    sides = pd.DataFrame({"x": [0.0, 1.0] * 2, "y": 1.0, "name": ["left side"] * 2 + ["formula"] * 2})
    words = texts(derivation.curves(sides, "T", "y").chart().to_dict())
    expected = [coloured(colour).to_dict() for colour in (derivation.FORWARD, derivation.BACKWARD)]
    assert [one["mark"]["color"] for one in words] == expected
