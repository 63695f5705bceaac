"""A symbol's colour in a formula can be read in both themes, and is of its quantity's hue."""

import colorsys
import re

import pytest
from test_architecture import ROOT

from ui.charts import palette

LIGHT, DARK = "#ffffff", "#171614"  # the darker text is on white, the lighter on the dark background
RULE = re.compile(
    r'\.katex \[style\*="rgb\((\d+), (\d+), (\d+)\)"\] \{'
    r"\s*color: light-dark\((#\w{6}), (#\w{6})\) !important;"
)


def channels(colour):
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(colour):
    """As WCAG 2.1 defines it."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shades():
    """{colour that a formula is written in: its colours in the light and in the dark theme}."""
    css = (ROOT / "ui/frame/look.css").read_text()
    return {f"#{int(r):02X}{int(g):02X}{int(b):02X}": both for r, g, b, *both in RULE.findall(css)}


def test_contrast_of_known_pairs():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_there_is_a_rule_for_each_colour_and_for_no_other():
    assert set(shades()) == set(palette.QUANTITIES.values())


@pytest.mark.parametrize("colour", palette.QUANTITIES.values(), ids=palette.QUANTITIES)
def test_every_symbol_has_the_contrast_of_normal_text_in_both_themes(colour):
    light, dark = shades()[colour]
    assert contrast(light, LIGHT) >= 4.5
    assert contrast(dark, DARK) >= 4.5
    hues = [colorsys.rgb_to_hls(*channels(one))[0] for one in (colour, light, dark)]
    assert all(min(abs(hue - hues[0]), 1 - abs(hue - hues[0])) < 0.015 for hue in hues), "of the same hue"
