"""Charts of starts made from small frames, and what their specifications hold."""

import numpy as np
import pandas as pd

from ui.charts import initialization as charts
from ui.charts import palette, pictures
from ui.figures.maps import BLANK

COLOURS = {f"start {k}": colour for k, colour in enumerate(palette.STARTS)}
STARTS = list(COLOURS)[:3]
NOTHING = pd.DataFrame(columns=["epoch", "start", "value", "runs"])
ENDS = pd.DataFrame({"epoch": [2], "start": [STARTS[0]], "value": [0.7], "runs": [4]})


def lines(finals, x="epoch", first=1.0, n=5, **columns):
    """Straight lines from `first` to the finals, one a start, with a spread of a tenth."""
    parts = []
    for start, final in zip(COLOURS, finals, strict=False):
        median = np.linspace(first, final, n)
        spread = {"median": median, "low": median * 0.95, "high": median * 1.05}
        parts.append(pd.DataFrame({x: np.arange(1, n + 1), "start": start} | spread | columns))
    return pd.concat(parts, ignore_index=True)


def values(*given, start=STARTS[0], x="epoch"):
    return pd.DataFrame({x: np.arange(1, len(given) + 1), "start": start, "value": given})


def by_layer(n_layers=3, n_epochs=4, level=1e-3):
    rows = [(e, k, level * k) for e in range(1, n_epochs + 1) for k in range(1, n_layers + 1)]
    frame = pd.DataFrame(rows, columns=["epoch", "layer", "median"])
    return frame.assign(low=frame["median"] / 2, high=frame["median"] * 2)


def signal(finals=(0.1, 1.0, 30.0), predicted=(1.0, 0.5), backward=False):
    frame = lines(finals, x="layer")
    return charts.signal(
        frame, values(*predicted, x="layer"), COLOURS, "A title", "Var[a]", backward=backward
    )


def trained(quantity="loss", finals=(0.1, 0.2, 0.3), **options):
    return charts.trained(lines(finals, first=0.9), quantity, COLOURS, "A title", **options)


def activations():
    bins = {
        "layer": [1, 2],
        "left": [0.0, 0.5],
        "right": [0.5, 1.0],
        "share": [1.0, 0.5],
        "scaled": [1.0, 0.7],
    }
    return charts.activations(pd.DataFrame(bins), "A title")


def shares():
    return charts.shares(lines((0.2, 0.9, 1.0), x="layer", first=0.0), COLOURS, "A title", "share of units")


def distinct(most=8.0):
    return charts.distinct(lines((1.0, most)), COLOURS, "A title")


def gallery(n=8, n_columns=6, **options):
    places = np.arange(n)
    cells = {"picture": BLANK, "label": "a", "column": places % n_columns, "row": places // n_columns}
    return pictures.gallery(pd.DataFrame(cells | {"index": places}), n_columns, "A title", **options)


def probabilities():
    outputs = {"class": ["cat", "dog"], "output": [0.3, 0.7], "kind": ["actual", "predicted"]}
    return pictures.outputs(pd.DataFrame(outputs), "A title")


def specification(chart):
    return chart.to_dict(validate=True)


def marked(spec, type_):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == type_]


def rows_of(spec, layer):
    data = layer.get("data", spec.get("data"))
    return data["values"] if "values" in data else spec["datasets"][data["name"]]


def domain(spec, channel="y"):
    """The one domain of all layers."""
    channels = [one["encoding"][channel] for one in spec["layer"] if channel in one["encoding"]]
    (only,) = {tuple(one["scale"]["domain"]) for one in channels if "scale" in one}
    return only
