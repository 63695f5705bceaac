"""Starts and checked parameters are visible in both themes, with a contrast of 3, as WCAG asks of marks."""

import pandas as pd
import pytest
from legible import THEMES, contrast, over, rgba
from seen import seen

from ui.charts import gradient_check, starts

LEAST = 3


def apart():
    rows = [("B", 1.5, "start"), ("B", 2.5, "median")]
    return starts.apart(pd.DataFrame(rows, columns=["figure", "points", "kind"]), "")


def kinks():
    frame = pd.DataFrame({"group": ["x", "y", "z"], "error": 0.5, "lift": 0.0, "name": "W"})
    return gradient_check.kinks(frame, frame, "")


CHARTS = {
    "apart": apart,
    "pile": lambda: starts.pile([0.5, 0.75], 0.625, "published", ""),
    "lost": lambda: starts.lost(pd.DataFrame({"lost": [1], "value": [0.5]}), 0.625, "published", ""),
    "kinks": kinks,
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", CHARTS)
def test_every_mark_has_a_contrast_of_3_to_the_background(name, theme):
    ground, n_marks = THEMES[theme], 0
    for layer in seen(CHARTS[name](), background=ground):
        if layer.kind != "text":
            for colour in layer("color"):
                shown = over((*rgba(colour)[:3], layer.style.get("opacity", 1)), ground)
                assert contrast(shown, ground) >= LEAST, (layer.kind, colour)
                n_marks += 1
    assert n_marks > 1
