"""Colours of words in charts: those of the marks they name, with a contrast of 4.5:1 to the background."""

import json

import altair as alt

from ui.charts import palette

BACKGROUNDS = ("#FFFFFF", "#171614")  # of the light and the dark theme
CONTRAST = 4.5  # WCAG 2.1, level AA, of text; marks need 3
STEPS = 50
FAINT = "#80808015"  # a tile of 0
WHITE_FROM, BLACK_UP_TO = 0.94, -0.88  # shares where words change, on the light and on the dark background
EVEN = 0.179  # the luminance to which black and white have the same contrast, 4.58:1


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


def on_shades(share):
    """Return the colour for words on a tile shaded from NEGATIVE at −1 over FAINT at 0 to POSITIVE at 1.

    `share` is a Vega expression. The words are black or white, with the CONTRAST to every shade in both
    themes.
    """
    dark = f"({share} < {BLACK_UP_TO} ? 'black' : 'white')"
    return _by_theme(f"({share} > {WHITE_FROM} ? 'white' : 'black')", dark)


def on_scale(scale, value):
    """Return the colour for words on a tile with a scale's colour of the value, a Vega expression.

    They are black or white, whichever has the higher contrast to the tile, or to the background if no tile is
    drawn as the value is not valid.
    """
    ground = f"isValid({value}) ? scale('{scale}', {value}) : background"
    return alt.ExprRef(f"luminance({ground}) > {EVEN} ? 'black' : 'white'")


def _table(colours, background):
    table = {str(value): readable(colour, background) for value, colour in colours.items()}
    return json.dumps(table, separators=(",", ":"))


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


NEUTRAL_WORDS = coloured(palette.NEUTRAL)
AXES = _by_theme("'#5C6069'", "'#E6EAF1'")  # of axes and legends; Streamlit's own has 3.7:1 on white
