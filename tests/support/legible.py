"""The contrast of a chart's words to what is drawn below them, by WCAG 2.1, computed from the sent tables."""

import math

import numpy as np

THEMES = {"light": "#FFFFFF", "dark": "#171614"}
LEAST = 4.5  # level AA, of text
GROUNDS = {"rect", "circle", "square"}
BESIDE = {"dx", "dy", "align", "baseline"}  # words with one of these are not on the mark at their place
NAMED = {"white": "#FFFFFF", "black": "#000000"}
VIRIDIS = (
    *("#440154", "#48196B", "#472D7B", "#424086", "#3B528B", "#34638D", "#2C728E", "#27828E"),
    *("#21918D", "#1F9F88", "#28AE80", "#3EBC74", "#5DC963", "#82D34C", "#ABDC32", "#D5E21B", "#FDE725"),
)
XYZ = np.array(  # of linear sRGB, relative to the white D50
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
WHITE = XYZ.sum(1)
DARK = 6 / 29  # below the cube of this, lightness is linear


def rgba(colour):
    """(red, green, blue, opacity), each 0 to 1."""
    if not isinstance(colour, str):
        return tuple(colour)
    colour = NAMED.get(colour, colour)
    parts = [int(colour[i : i + 2], 16) / 255 for i in range(1, len(colour), 2)]
    return (*parts, 1.0)[:4]


def luminance(colour):
    """Relative luminance of sRGB, 0 to 1."""
    red, green, blue = _linear(rgba(colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def over(colour, ground):
    """A colour on an opaque ground."""
    *parts, opacity = rgba(colour)
    *below, _ = rgba(ground)
    return (*(opacity * a + (1 - opacity) * b for a, b in zip(parts, below, strict=True)), 1.0)


def between(one, other, share):
    """The colour between two, as a scale of Vega-Lite interpolates: by hue, chroma, lightness and opacity."""
    (h, c, *rest), (h2, c2, *rest2) = _hcl(one), _hcl(other)
    h, h2 = (h2 if math.isnan(h) else h), (h if math.isnan(h2) else h2)
    turn = (h2 - h + 180) % 360 - 180
    lightness, opacity = (a + share * (b - a) for a, b in zip(rest, rest2, strict=True))
    return (*_of_hcl(h + share * turn, c + share * (c2 - c), lightness), opacity)


def scaled(value, scale):
    """The colour of a value on a scale of numbers."""
    how = np.log if scale.get("type") == "log" else np.asarray
    ends, values = scale["domain"], scale.get("range") or VIRIDIS
    if "range" not in scale:
        ends, values = np.linspace(*how(ends), len(values)), values[:: -1 if scale.get("reverse") else 1]
    place = float(np.interp(how(value), ends, np.arange(len(ends))))
    first = min(int(place), len(ends) - 2)
    return between(values[first], values[first + 1], place - first)


def illegible(layers, background):
    """[(text, its colour, the colour below it, their contrast), …] below LEAST, of layers as in `seen`.

    The layers are those with the signal `background`. Words with a halo are on it; others are on the mark in
    whose middle they are, or else on the background.
    """
    found = []
    for number, layer in enumerate(layers):
        if layer.kind != "text" or "stroke" in layer.style:
            continue
        below = layers[number - 1] if number else None
        for row in layer.rows:
            if below is not None and below.kind == "text" and "stroke" in below.style:
                ground = over(below.values("stroke", row), background)
            else:
                ground = _ground(layers[:number], layer, row, background)
            ink = layer.values("color", row)
            if ink is None:
                ink = "black"  # Vega-Lite's own, whatever the theme
            reached = contrast(over(ink, ground), ground)
            if reached < LEAST:
                found.append((layer.values("text", row), ink, ground, round(reached, 2)))
    return found


def _ground(lower, layer, row, background):
    """The opaque colour below the words of a row."""
    ground = background
    if BESIDE & set(layer.style):
        return ground
    place = [layer.values(channel, row) for channel in "xy"]
    for mark in lower:
        if mark.kind in GROUNDS:
            for tile in _drawn(mark):
                if all(_holds(mark, tile, *one) for one in zip("xy", place, strict=True)):
                    ground = over(_fill(mark, tile), ground)
    return ground


def _holds(mark, tile, channel, at):
    first, last = (mark.values(one, tile) for one in (channel, f"{channel}2"))
    return at == first if last is None else min(first, last) < at < max(first, last)


def _fill(mark, tile):
    """The colour of a mark with its opacity."""
    said = mark.encoding.get("color", {})
    if said.get("type") == "quantitative":
        parts = scaled(tile[said["field"]], with_ends(said, mark.rows))
    else:
        parts = rgba(mark.values("color" if said or "fill" not in mark.style else "fill", tile))
    opaque = mark.style.get("opacity", 1) * mark.style.get("fillOpacity", 1)
    return (*parts[:3], parts[3] * opaque)


def _drawn(mark):
    """The rows of marks that the browser draws: those with a number where the colour is a number's."""
    said = mark.encoding.get("color", {})
    numbers = said.get("type") == "quantitative"
    return [row for row in mark.rows if not numbers or math.isfinite(row[said["field"]])]


def with_ends(encoded, rows):
    """The scale of an encoding; without a domain, its ends are those of the rows."""
    values = [row[encoded["field"]] for row in rows if math.isfinite(row[encoded["field"]])]
    return {"domain": [min(values), max(values)]} | encoded["scale"]


def _linear(parts):
    return [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]


def _hcl(colour):
    """(hue in degrees, chroma, lightness, opacity); the hue of a grey is NaN."""
    *parts, opacity = rgba(colour)
    shares = XYZ @ _linear(parts) / WHITE
    f = [one ** (1 / 3) if one > DARK**3 else one / (3 * DARK**2) + 4 / 29 for one in shares]
    a, b = 500 * (f[0] - f[1]), 200 * (f[1] - f[2])
    grey = max(parts) == min(parts)
    hue = math.nan if grey else math.degrees(math.atan2(b, a))
    return hue, 0.0 if grey else math.hypot(a, b), 116 * f[1] - 16, opacity


def _of_hcl(hue, chroma, lightness):
    """(red, green, blue), cut to what a screen can show."""
    middle = (lightness + 16) / 116
    f = [middle + chroma * math.cos(math.radians(hue)) / 500, middle]
    f.append(middle - chroma * math.sin(math.radians(hue)) / 200)
    shares = [one**3 if one > DARK else 3 * DARK**2 * (one - 4 / 29) for one in f]
    linear = np.linalg.solve(XYZ, shares * WHITE).clip(0, 1)
    return tuple(12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in linear)
