"""Colours can be told from both backgrounds and from each other."""

import itertools

import pytest

from lab.links.ensemble import parse_start
from mlp import OPTIMIZERS
from ui.charts import palette
from ui.charts.curves import dashes_of
from ui.initialization import setup
from ui.optimization import setup as optimization

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
    pale = [colour for colour in palette.STARTS if contrast(colour, theme) < 3]
    assert pale == (["#ADAD7D"] if theme == BACKGROUNDS["light"] else [])


def test_an_initializer_and_an_optimizer_keep_their_colours_whatever_is_added_after_them():
    names = ("zeros", "constant", "normal", "uniform_fan_in", "uniform_fan_out", "lecun_normal")
    names += ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "orthogonal")
    last = "a new entry goes to the end of its registry"
    assert [setup.colour_of(name) for name in names] == list(palette.STARTS), last
    names = ("sgd", "one_step_momentum", "momentum", "nesterov", "rmsprop", "adam")
    for name, colour in zip(names, palette.OPTIMIZERS, strict=True):
        assert optimization.colours([name]) == {name: colour}, last


@pytest.mark.parametrize("n", [6, 7, 20, 36])
def test_lines_of_one_colour_differ_in_their_dashes_so_that_36_optimizers_can_be_told_apart(n, monkeypatch):
    for k in range(n - 6):
        monkeypatch.setitem(OPTIMIZERS, f"new {k}", OPTIMIZERS["sgd"])
    colours = list(optimization.colours(list(OPTIMIZERS)).values())[:n]
    dashes = list(map(tuple, dashes_of(colours)))
    assert len(set(zip(colours, dashes, strict=True))) == n
    assert dashes[:6] == list(map(tuple, palette.DASHES))


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
        palette.OPTIMIZERS,
        tuple(palette.QUANTITIES.values()),
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


OKABE_ITO = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}
PETROFF = {  # his sets of six, eight and ten colours
    *("#5790FC", "#F89C20", "#E42536", "#964A8B", "#9C9CA1", "#7A21DD"),
    *("#1845FB", "#FF5E02", "#C91F16", "#C849A9", "#ADAD7D", "#86C8DD", "#578DFF", "#656364"),
    *("#3F90DA", "#FFA90E", "#BD1F01", "#94A4A2", "#832DB6", "#A96B59", "#E76300", "#B9AC70", "#717581"),
    "#92DADD",
}


def test_colours_are_those_of_the_published_sets_but_three_of_quantities():
    first_five, grey = set(palette.CLASSES[:5]), palette.CLASSES[5]
    assert first_five < OKABE_ITO
    assert {grey, *palette.SPLITS.values()} < PETROFF
    published = OKABE_ITO | PETROFF
    assert {*palette.COMPARED, *palette.OPTIMIZERS, *palette.STARTS, *palette.LAYERS} < published
    assert {palette.NEGATIVE, palette.POSITIVE, palette.RED, palette.DISAGREEMENT} < published
    own = {name for name, colour in palette.QUANTITIES.items() if colour not in published}
    assert own == {"y", "hs", "os"}
    assert {palette.QUANTITIES[name] for name in own} == {"#8A8F99", "#2E8B9A", "#9A5BD0"}
    assert palette.QUANTITIES["L"] == palette.RED, "the loss"
    assert list(palette.QUANTITIES) == ["x", "y", "W", "b", "ha", "hs", "oa", "os", "L"]


def test_no_optimizer_is_grey_as_the_surface_is():
    spreads = [max(channels(colour)) - min(channels(colour)) for colour in palette.OPTIMIZERS]
    assert min(spreads) > 0.3


def test_dash_patterns_differ_begin_with_a_solid_line_and_have_gaps_of_one_length():
    patterns = [palette.DASHES, [*palette.SPLIT_DASHES.values()]]
    for dashes in patterns:
        assert len(set(map(tuple, dashes))) == len(dashes)
        assert [dash for dash in dashes if 0 in dash] == [[1, 0]], "one is solid"
        assert all(len(dash) % 2 == 0 and len(set(dash[1::2])) == 1 for dash in dashes)
    assert palette.DASHES[0] == palette.SPLIT_DASHES["validation"] == [1, 0]
