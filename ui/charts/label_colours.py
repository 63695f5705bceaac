"""Colours of words in charts: those of the marks they name, with a contrast of 4.5:1 to the background."""

import json

import altair as alt

from ui.charts import palette

BACKGROUNDS = ("#FFFFFF", "#171614")  # of the light and the dark theme
CONTRAST = 4.5  # WCAG 2.1, level AA, of text; marks need 3
STEPS = 50


def readable(colour, background):
    """Return "#RRGGBB", the colour mixed with as little black or white as gives it the CONTRAST."""
    target = 0 if _luminance(palette.rgb(background)) > 0.5 else 255
    for step in range(STEPS + 1):
        mixed = [round(part + (target - part) * step / STEPS) for part in palette.rgb(colour)]
        if _contrast(mixed, palette.rgb(background)) >= CONTRAST:
            break
    return "#{:02X}{:02X}{:02X}".format(*mixed)


def coloured(colour):
    """Return the colour for words about a mark with this colour, which depends on the theme."""
    return _by_theme(*(repr(readable(colour, one)) for one in BACKGROUNDS))


def coloured_by(expression, colours):
    """Return the colour for the words of each row: `colours` are {value of the Vega expression: colour}."""
    return _by_theme(*(f"{_table(colours, one)}[{expression}]" for one in BACKGROUNDS))


def _table(colours, background):
    return json.dumps({str(value): readable(colour, background) for value, colour in colours.items()})


def _by_theme(light, dark):
    return alt.ExprRef(f"luminance(background) > 0.5 ? {light} : {dark}")


def _luminance(rgb):
    """Return the relative luminance of sRGB by WCAG 2.1, 0 to 1."""
    parts = (part / 255 for part in rgb)
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)
