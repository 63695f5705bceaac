"""Colours can be told from both backgrounds and from each other."""

import itertools

import pytest

from lab.links.ensemble import parse_start
from mlp import INITIALIZERS
from ui.charts import palette
from ui.initialization import setup

BACKGROUNDS = {"light": "#ffffff", "dark": "#0e1117"}
OUTLINED = palette.CLASSES[1]


def channels(colour):
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def luminance(colour):
    """Relative luminance of sRGB (WCAG 2.1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_what_the_pages_call_orange_is_negative_and_what_they_call_blue_is_positive():
    (red, green, blue), (r, g, b) = map(channels, (palette.NEGATIVE, palette.POSITIVE))
    assert red > green > blue, palette.NEGATIVE
    assert r < g < b, palette.POSITIVE


DRAWN = {*palette.SPLITS.values(), *palette.CLASSES, *palette.COMPARED, palette.NEUTRAL} - {OUTLINED}


@pytest.mark.parametrize("theme", BACKGROUNDS.values(), ids=BACKGROUNDS)
def test_a_colour_stands_out(theme):
    assert [colour for colour in DRAWN if contrast(colour, theme) < 3] == []
    pale = {name for name in INITIALIZERS if contrast(setup.colour_of(name), theme) < 3}
    assert pale <= ({"orthogonal"} if theme == BACKGROUNDS["light"] else set())


def test_the_first_eleven_initializers_have_a_colour_of_their_own():
    found = [setup.colour_of(name) for name in INITIALIZERS]
    assert found[: len(palette.STARTS)] == list(palette.STARTS)
    assert len(palette.STARTS) == 11


def test_starts_of_one_initializer_have_different_colours_and_the_unscaled_one_its_own():
    starts = tuple(map(parse_start, ("normal*0.01", "he_normal", "normal", "normal*0.1", "zeros")))
    found = setup.colours_of(starts)
    assert list(found) == [start.label for start in starts]
    assert len(set(found.values())) == 5
    for name in ("normal", "he_normal", "zeros"):
        assert found[name] == setup.colour_of(name)


@pytest.mark.parametrize(
    "colours",
    [
        palette.CLASSES,
        tuple(palette.SPLITS.values()),
        palette.COMPARED,
        palette.STARTS,
        palette.LAYERS,
        (palette.NEGATIVE, palette.POSITIVE),
    ],
)
def test_no_two_colours_of_a_set_are_alike(colours):
    for one, other in itertools.combinations(colours, 2):
        distance = sum((a - b) ** 2 for a, b in zip(channels(one), channels(other), strict=True)) ** 0.5
        assert distance > 0.15, (one, other)


def test_splits_differ_in_shape_and_in_dashes_too_and_there_are_six_colours_of_classes_and_of_values():
    assert set(palette.SPLIT_SHAPES) == set(palette.SPLIT_DASHES) == set(palette.SPLITS)
    assert len(set(palette.SPLIT_SHAPES.values())) == 3
    assert len(set(map(tuple, palette.SPLIT_DASHES.values()))) == 3
    assert len(palette.CLASSES) == len(palette.COMPARED) == 6
    assert palette.rgb("#0072B2") == (0, 0x72, 0xB2)
