"""The colours of the lab, the same on every page.

Classes take five of Okabe and Ito's colours (2008) and a grey of Petroff's (2021), splits three of
Petroff's; each of them has a contrast of 3:1 or more against both the light and the dark background, except
the second class and the orthogonal initializer on the light background.
"""

import numpy as np

CLASSES = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#717581")
SPLITS = {"train": "#717581", "validation": "#C849A9", "test": "#A96B59"}
SPLIT_SHAPES = {"train": "circle", "validation": "triangle-up", "test": "square"}
SPLIT_DASHES = {"train": [2, 2], "validation": [1, 0], "test": [8, 3]}
DISAGREEMENT = "#832DB6"
NEGATIVE, POSITIVE = "#D55E00", "#0072B2"
COMPARED = ("#3F90DA", "#E76300", "#C849A9", "#A96B59", "#717581", "#009E73")
OPTIMIZERS = (*COMPARED[:4], DISAGREEMENT, COMPARED[5])  # distinguishable on a grey surface
DASHES = (
    [1, 0],
    [7, 3],
    [2, 2],
    [9, 3, 2, 3],
    [4, 4],
    [14, 4],
)  # dash patterns of lines that also differ in colour
NEUTRAL = "#808080"
QUANTITIES = {  # of a network's quantities in formulas; the gradient with respect to one has its colour
    "x": "#3F90DA",
    "y": "#8A8F99",
    "W": "#E76300",
    "b": "#A96B59",
    "ha": "#009E73",
    "hs": "#2E8B9A",
    "oa": "#C849A9",
    "os": "#9A5BD0",
    "L": "#E42536",
}
LAYERS = ("#E69F00", "#0072B2")  # the first, the last
RED = "#E42536"
STARTS = (  # of the initializers, in the order of the registry
    "#717581",
    "#A96B59",
    RED,
    "#3F90DA",
    "#CC79A7",
    "#0072B2",
    "#009E73",
    "#E76300",
    "#C849A9",
    "#964A8B",
    "#ADAD7D",
)


def rgb(colour):
    """Return (red, green, blue), 0 to 255, of "#RRGGBB"."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def shades(values):
    """Return {value: colour}, in their order, from the first colour of layers to the last."""
    ends = [rgb(colour) for colour in LAYERS]
    colours = np.linspace(*ends, len(values)).round().astype(int).tolist()
    return {v: "#" + bytes(colour).hex() for v, colour in zip(values, colours, strict=True)}
