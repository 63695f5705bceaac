"""Every chart is valid, titled and coloured by the palette, and no two of its labels touch."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ui import charts
from ui.charts import palette
from ui.charts.lines import LABEL_GAP, Axis
from ui.figures.maps import BLANK, Plane

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
SPLITS = ("train", "validation", "test")


def curve_frame(names, finals, quantity="loss", column="split", n_epochs=5):
    """Straight curves from 1 to the finals, with a spread of a tenth."""
    parts = []
    for name, final in zip(names, finals, strict=True):
        median = np.linspace(1.0, final, n_epochs + 1)
        columns = {"median": median, "low": median * 0.95, "high": median * 1.05}
        frame = pd.DataFrame({"epoch": np.arange(n_epochs + 1), "quantity": quantity, **columns})
        parts.append(frame.assign(**{column: name}))
    return pd.concat(parts, ignore_index=True)


def points_frame(n_classes=2):
    rows = [(k / 3, -k / 4, str(k), split) for k in range(n_classes) for split in SPLITS]
    return pd.DataFrame(rows, columns=["x", "y", "class", "split"])


def cells_frame():
    edges = {"x1": [-2.0], "x2": [2.0], "y1": [-1.0], "y2": [3.0]}
    return pd.DataFrame({"x": [0.0], "y": [1.0], **edges, "output": [0.9], "predicted": [1]})


def line_frame():
    return pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0], "line": [0, 0], "step": [0, 1]})


def units_frame(n=10):
    rows = [(i + 1, i % 8, i % 8 + 0.9, i // 8, i // 8 + 0.9, -1.0, 1.0) for i in range(n)]
    return pd.DataFrame(rows, columns=["unit", "left", "right", "top", "bottom", "smallest", "largest"])


def pictures_frame():
    return pd.DataFrame({"key": ["0", "1"], "picture": [BLANK, BLANK], "opacity": [1.0, 0.0]})


def hidden_frames():
    examples = pd.DataFrame({"first": [0.0, 1.0], "second": [1.0, 0.0], "class": ["0", "1"]})
    grid = pd.DataFrame({"first": [0.0, 1.0], "second": [0.0, 1.0], "line": [0, 0], "step": [0, 1]})
    return examples.assign(split=["train", "test"]), grid


def confusion_frame():
    return pd.DataFrame(
        {
            "actual": ["0", "0", "1", "1"],
            "predicted": ["0", "1", "0", "1"],
            "count": [3, 1, 0, 2],
            "share": [0.75, 0.25, 0.0, 1.0],
        }
    )


def loss_curves(**options):
    return charts.curves(curve_frame(SPLITS, (0.1, 0.2, 0.3)), "loss", "A title", **options)


def accuracy_curves(**options):
    frame = curve_frame(SPLITS, (0.1, 0.2, 0.3), "accuracy")
    return charts.curves(frame, "accuracy", "A title", **options)


def compared(n=3):
    names = [f"{i} units" for i in range(n)]
    return charts.compared(curve_frame(names, np.linspace(0.1, 0.2, n), column="value"), "A title")


def boundary_map(n_classes=2, **options):
    names = tuple(map(str, range(n_classes)))
    frames = (line_frame(), cells_frame(), points_frame(n_classes))
    return charts.boundary_map(pictures_frame(), *frames, PLANE, names, "A title", **options)


CHARTS = {
    "loss": loss_curves,
    "loss with a rule and a ghost": lambda: loss_curves(
        epoch=3, ghost=curve_frame(SPLITS, (0.5, 0.6, 0.7), n_epochs=9)
    ),
    "accuracy": accuracy_curves,
    "compared": compared,
    "map": boundary_map,
    "map that takes clicks": lambda: boundary_map(click=3),
    "map among others": lambda: boundary_map(6, legend=False, height=charts.PANEL_HEIGHT),
    "units": lambda: charts.unit_maps(pictures_frame(), units_frame(), "A title"),
    "hidden view": lambda: charts.hidden_view(*hidden_frames(), ("0", "1"), "A title"),
    "confusion": lambda: charts.confusion(confusion_frame(), "A title"),
}


def specification(chart):
    """The chart as Vega-Lite, valid by its schema."""
    return chart.to_dict(validate=True)


def encodings(spec, channel):
    return [layer["encoding"][channel] for layer in spec["layer"] if channel in layer.get("encoding", {})]


def rows_of(spec, layer):
    return spec["datasets"][layer.get("data", spec.get("data"))["name"]]


def labels(spec):
    """(rows, y domain, whether it is logarithmic) of the names at the ends of curves."""
    layer = next(one for one in spec["layer"] if one["mark"]["type"] == "text")
    scale = layer["encoding"]["y"]["scale"]
    return rows_of(spec, layer), layer["encoding"]["y"]["field"], scale


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_and_titled_and_so_are_its_axes(name):
    spec = specification(CHARTS[name]())
    assert spec["title"] == "A title"
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert len(spec["layer"]) >= 2
    for channel in ("x", "y"):
        assert name == "units" or any(encoding.get("title") for encoding in encodings(spec, channel))


@pytest.mark.parametrize(
    ("make", "type_"), [(loss_curves, "log"), (compared, "log"), (accuracy_curves, "linear")]
)
def test_losses_and_only_losses_are_on_a_logarithmic_axis(make, type_):
    scales = [encoding["scale"] for encoding in encodings(specification(make()), "y")]
    assert scales
    assert {scale["type"] for scale in scales} == {type_}
    assert len({tuple(scale["domain"]) for scale in scales}) == 1, "one axis for every layer"
    assert scales[0]["domain"][0] < scales[0]["domain"][1]


@pytest.mark.parametrize("make", [loss_curves, accuracy_curves])
def test_the_axis_holds_every_band(make):
    spec = specification(make())
    low, high = encodings(spec, "y")[0]["scale"]["domain"]
    band = pd.DataFrame(rows_of(spec, spec["layer"][0]))
    assert low <= band["low"].min()
    assert min(1.0, band["high"].max()) <= high


def heights(spec):
    """Where the labels stand, as a share of the axis, lowest first, with their names."""
    rows, field, scale = labels(spec)
    of = np.log if scale["type"] == "log" else np.asarray
    low, high = of(np.array(scale["domain"], float))
    return sorted(((float(of(row[field])) - low) / (high - low), row) for row in rows)


def assert_spaced(heights):
    assert min(heights) >= -1e-9
    assert max(heights) <= 1 + 1e-9
    assert np.diff(heights).min(initial=1) >= LABEL_GAP - 1e-6


@given(st.lists(st.floats(1e-8, 50), min_size=1, max_size=7), st.booleans())
@example([1.0] * 7, True)
@example([0.0, 0.0, 1.0], False)
@example([1e-8] * 3 + [50.0] * 4, True)
@settings(deadline=None, database=None, max_examples=200)
def test_names_do_not_touch_and_stay_on_the_axis_in_their_order(values, log):
    values = sorted(values)
    axis = Axis(values[0], max(values[-1], 1.001 * values[0] + 1e-9), log=log)
    of = np.log if log else np.asarray
    (low, high), spaced = of(np.array(axis.domain)), of(axis.spaced(np.array(values)))
    assert_spaced((spaced - low) / (high - low))


@pytest.mark.parametrize("finals", [(1.0, 1.0, 1.0), (1e-8, 1e-8, 50.0), (0.0, 0.0, 0.0)])
def test_the_names_of_curves_do_not_touch(finals):
    frame = curve_frame(SPLITS, finals, "accuracy")
    assert_spaced([at for at, _ in heights(specification(charts.curves(frame, "accuracy", "A title")))])
    if min(finals) > 0:
        frame = curve_frame(SPLITS, finals)
        assert_spaced([at for at, _ in heights(specification(charts.curves(frame, "loss", "A title")))])


def test_the_names_of_six_compared_values_do_not_touch():
    names = [f"{i} units" for i in range(6)]
    spec = specification(charts.compared(curve_frame(names, [1.0] * 6, column="value"), "A title"))
    assert_spaced([at for at, _ in heights(spec)])


def test_names_stand_at_the_last_epoch_in_the_order_of_their_curves_and_at_them_where_there_is_room():
    spec = specification(charts.curves(curve_frame(SPLITS, (0.001, 0.5, 0.03)), "loss", "A title"))
    found = heights(spec)
    assert [row["split"] for _, row in found] == ["train", "test", "validation"]
    field = labels(spec)[1]
    for _, row in found:
        assert row["epoch"] == 5
        assert row[field] == pytest.approx(row["median"])


@pytest.mark.parametrize("make", [loss_curves, accuracy_curves])
def test_splits_have_their_colours_and_dashes(make):
    spec = specification(make())
    for encoding in encodings(spec, "color"):
        assert dict(zip(*scale_of(encoding), strict=True)) == palette.SPLITS
    (dashes,) = encodings(spec, "strokeDash")
    assert dict(zip(*scale_of(dashes), strict=True)) == palette.SPLIT_DASHES


def scale_of(encoding):
    return encoding["scale"]["domain"], encoding["scale"]["range"]


@pytest.mark.parametrize("n", [2, 6])
def test_compared_values_have_a_colour_each(n):
    names, colours = scale_of(encodings(specification(compared(n)), "color")[0])
    assert names == [f"{i} units" for i in range(n)]
    assert colours == list(palette.COMPARED[:n])
