"""Curves by epoch: valid, titled, coloured by the palette, on the right axis, and no two names touch."""

import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from start_charts import domain, marked, rows_of, specification

from ui.charts import curves as charts
from ui.charts import palette
from ui.charts.curves import LABEL_GAP, Axis

ROOT = pathlib.Path(__file__).resolve().parents[3]
SPLITS = ("train", "validation", "test")


def curve_frame(finals=(0.1, 0.2, 0.3), quantity="loss", names=SPLITS, column="split", n_epochs=5):
    """Straight curves from 1 to the finals, with a spread of a twentieth each way."""
    parts = []
    for name, final in zip(names, finals, strict=True):
        median = np.linspace(1.0, final, n_epochs + 1)
        columns = {"median": median, "low": median * 0.95, "high": median * 1.05, column: name}
        parts.append(pd.DataFrame({"epoch": np.arange(n_epochs + 1), "quantity": quantity} | columns))
    return pd.concat(parts, ignore_index=True)


def curves(quantity="loss", finals=(0.1, 0.2, 0.3), **options):
    return charts.curves(curve_frame(finals, quantity), quantity, "A title", **options)


def compared(finals=(0.1, 0.15, 0.2)):
    names = [f"{i} units" for i in range(len(finals))]
    return charts.compared(curve_frame(finals, names=names, column="value"), "A title")


def scales(spec, channel):
    return [layer["encoding"][channel]["scale"] for layer in spec["layer"] if channel in layer["encoding"]]


def ranges(spec, channel):
    return [dict(zip(scale["domain"], scale["range"], strict=True)) for scale in scales(spec, channel)]


@pytest.mark.parametrize(
    ("low", "high", "log", "ends"),
    [
        (0.5, 1.0, False, (0.48, 1.02)),  # accuracies and shares
        (0.0, 10.0, False, (-0.5, 10.5)),
        (1.15, 100.0, True, (1.0, 115.0)),
    ],
)
def test_an_axis_goes_a_little_beyond_its_data(low, high, log, ends):
    assert Axis(low, high, log=log).domain == pytest.approx(ends)


@pytest.mark.parametrize(
    ("chart", "type_"),
    [
        (curves(), "log"),
        (curves(epoch=3, ghost=curve_frame((0.5, 0.6, 0.7), n_epochs=9)), "log"),
        (compared(), "log"),
        (curves("accuracy"), "linear"),
    ],
    ids=["loss", "loss, rule and ghost", "compared", "accuracy"],
)
def test_a_chart_is_valid_and_titled_and_has_one_axis_that_holds_every_band_logarithmic_for_losses(
    chart, type_
):
    spec = specification(chart)
    assert spec["title"] == "A title"
    for channel in ("x", "y"):
        assert any(layer["encoding"].get(channel, {}).get("title") for layer in spec["layer"])
    assert {scale["type"] for scale in scales(spec, "y")} == {type_}
    low, high = domain(spec)
    (band,) = marked(spec, "area")
    assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
    assert low <= 0.95 * 0.1
    assert high >= 1.0


@given(st.lists(st.floats(1e-8, 50), min_size=1, max_size=7), st.booleans())
@example([1.0] * 7, True)
@example([0.0, 0.0, 1.0], False)
@example([1e-8] * 3 + [50.0] * 4, True)
@settings(deadline=None, database=None, max_examples=200)
def test_names_do_not_touch_and_stay_on_the_axis_in_their_order(values, log):
    values = sorted(values)
    axis = Axis(values[0], max(values[-1], 1.001 * values[0] + 1e-9), log=log)
    of = np.log if log else np.asarray
    (low, high), places = of(np.array(axis.domain)), of(axis.spaced(np.array(values)))
    heights = (places - low) / (high - low)
    assert min(heights) >= -1e-9
    assert max(heights) <= 1 + 1e-9
    assert np.diff(heights).min(initial=1) >= LABEL_GAP - 1e-6


def test_names_stand_at_the_last_epoch_at_their_curves_where_there_is_room():
    spec = specification(curves(finals=(0.001, 0.5, 0.03)))
    (names,) = marked(spec, "text")
    rows = rows_of(spec, names)
    assert {row["split"]: row["epoch"] for row in rows} == dict.fromkeys(SPLITS, 5)
    assert [row["label_at"] for row in rows] == pytest.approx([row["median"] for row in rows])


def test_splits_and_compared_values_have_their_colours_and_splits_their_dashes():
    spec = specification(curves())
    assert all(found == palette.SPLITS for found in ranges(spec, "color"))
    assert ranges(spec, "strokeDash") == [palette.SPLIT_DASHES]
    for n in (2, 6):
        named = {f"{i} units": palette.COMPARED[i] for i in range(n)}
        assert ranges(specification(compared([0.5] * n)), "color")[0] == named


def test_the_ghost_is_the_validation_curve_before_and_goes_no_farther_than_the_one_now():
    ghost = curve_frame((20.0, 2.0, 20.0), n_epochs=9)
    spec = specification(curves(ghost=ghost))
    (grey,) = [line for line in marked(spec, "line") if line["mark"].get("color") == palette.NEUTRAL]
    rows = rows_of(spec, grey)
    assert [row["epoch"] for row in rows] == list(range(6))
    assert rows[-1]["median"] == pytest.approx(1 + 5 / 9)
    assert domain(spec)[1] >= rows[-1]["median"]
    names = [row["split"] for text in marked(spec, "text") for row in rows_of(spec, text)]
    assert sorted(names) == sorted([*SPLITS, "before"])
    assert len(marked(specification(curves(ghost=ghost[:0])), "line")) == 1


def test_the_epoch_on_show_is_a_rule():
    spec = specification(curves(epoch=3))
    (rule,) = marked(spec, "rule")
    assert [row["epoch"] for row in rows_of(spec, rule)] == [3]
    assert marked(specification(curves()), "rule") == []


def test_only_the_quantity_asked_for_is_drawn():
    both = pd.concat([curve_frame(), curve_frame((0.7, 0.8, 0.9), "accuracy")])
    for quantity, last in (("loss", 0.3), ("accuracy", 0.9)):
        spec = specification(charts.curves(both, quantity, "A title"))
        for layer in marked(spec, "line") + marked(spec, "area"):
            rows = rows_of(spec, layer)
            assert len(rows) == 18
            assert rows[-1]["median"] == pytest.approx(last)


PANDAS_IS_BEING_LOADED = """
import importlib.abc, sys, threading, time
import altair
begun = threading.Event()
class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "pandas.core.api":
            begun.set()
            time.sleep(1)
sys.meta_path.insert(0, Slow())
threading.Thread(target=__import__, args=("pandas",)).start()
begun.wait()
"""


@pytest.mark.slow
def test_charts_load_neither_the_server_nor_the_engine_and_wait_for_a_pandas_that_another_visitor_loads():
    modules = ", ".join(f"ui.charts.{path.stem}" for path in (ROOT / "ui" / "charts").glob("[!_]*.py"))
    code = f"import sys, {modules}; print(sorted({{m.split('.')[0] for m in sys.modules}}))"
    alone = "import ui.charts.following\n"  # which itself imports Altair alone
    command = [sys.executable, "-c", PANDAS_IS_BEING_LOADED + alone + code]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "'altair'" in loaded
    assert "'streamlit'" not in loaded
    assert "'mlp'" not in loaded
