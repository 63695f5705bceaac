"""The charts of a sweep: valid and titled, on the right axes, coloured in order, and what a click gives."""

import numpy as np
import pandas as pd
import pytest
from values_swept import of_fields, of_map

from ui.charts import clicking, palette
from ui.charts import effects as effect_charts
from ui.charts import range_test as range_charts
from ui.charts import sweeps as drawn

ACCURACY, LOSS = "validation accuracy", "validation loss"


def trials_frame(rates=("0.01", "0.1", "1"), others=("relu", "tanh"), level=0.5):
    rows = [(rate, other) for rate in rates for other in others]
    frame = pd.DataFrame(rows, columns=["learning_rate", "activation"])
    median = level * np.linspace(1.8, 1, len(frame))
    return frame.assign(
        trial=np.arange(len(frame)) + 1, median=median, low=median - 0.1, high=median + 0.05,
        parameters=np.arange(len(frame)) * 10 + 22, seconds=0.5, front=[True, False] * (len(frame) // 2),
    )  # fmt: skip


def against(metric=ACCURACY, field="learning_rate", frame=None, **options):
    frame = trials_frame() if frame is None else frame
    values = of_fields(frame, *filter(None, (field, options.get("other"))))
    return drawn.against(frame, field, metric, "A title", values, **options)


def curves_frame(values=("0.1", "1"), n_epochs=4):
    parts = []
    for k, value in enumerate(values):
        median = np.linspace(1, 0.1 + 0.1 * k, n_epochs + 1)
        columns = {"median": median, "low": median * 0.9, "high": median * 1.1}
        parts.append(pd.DataFrame({"epoch": np.arange(n_epochs + 1), "value": value} | columns))
    return pd.concat(parts, ignore_index=True)


def multiples():
    frames = [curves_frame().assign(split=split) for split in ("train", "validation")]
    return drawn.multiples(pd.concat(frames), "learning_rate", "A title")


def heat(metric=ACCURACY, x=("0.1", "0.01", "1"), y=("8,8", "4"), medians=None):
    rows = [(a, b) for a in x for b in y]
    frame = pd.DataFrame(rows, columns=["x", "y"])
    medians = np.linspace(0.1, 0.9, len(frame)) if medians is None else medians
    frame = frame.assign(median=medians, trials=1, trial=np.arange(len(frame)) + 11)
    fields = "learning_rate", "hidden_layer_sizes"
    return drawn.heat(frame, *fields, metric, "A title", of_map(frame, *fields))


def parallel(n=3, metric=ACCURACY, **options):
    values = np.arange(n) / max(1, n - 1)
    parts = [
        {"axis": axis, "trial": np.arange(n) + 1, "position": values, "value": [f"{v:.4g}" for v in values]}
        for axis in ("learning_rate", "l2", "median")
    ]
    frame = pd.concat([pd.DataFrame(part).assign(median=values) for part in parts])
    return drawn.parallel(frame, metric, "A title", **options)


def cost(metric=ACCURACY, **options):
    return drawn.cost(trials_frame(), "parameters", metric, "A title", **options)


def effects(noise=(0.05, 0.1)):
    frame = pd.DataFrame({"effect": ["learning_rate", "l2"], "share": [0.9, 0.1], "noise": noise})
    return effect_charts.effects(
        frame.assign(significant=[True, False], words=["", "p = 0.3, not distinguishable"]), "A title"
    )


def range_test(band=(0.01, 0.1)):
    frame = pd.DataFrame({"rate": [0.001, 0.01, 0.1], "loss": [1.0, 0.8, 0.2], "smoothed": [1.0, 0.9, 0.5]})
    marks = pd.DataFrame({"rate": [0.01, 0.1], "is_best": [True, False]})
    return range_charts.range_test(frame, band, "A title", marks)


CHARTS = {
    "against numbers": against,
    "against texts": lambda: against(field="activation"),
    "against, coloured, of a random search": lambda: against(other="activation", joined=False),
    "against, a trial chosen": lambda: against(LOSS, selected=2),
    "by value": lambda: drawn.by_value(curves_frame(), "A title"),
    "multiples": multiples,
    "heat": heat,
    "heat of one cell": lambda: heat(x=("0.1",), y=("4",)),
    "parallel": parallel,
    "parallel of one trial": lambda: parallel(1),
    "cost": cost,
    "effects": effects,
    "effects, one seed": lambda: effects((np.nan, np.nan)),
    "range test": range_test,
    "range test without a suggestion": lambda: range_test(None),
}


def specification(chart):
    return chart.to_dict(validate=True)


def channel(spec, name):
    return [layer["encoding"][name] for layer in spec["layer"] if name in layer.get("encoding", {})]


def rows_of(spec, mark):
    """The rows of the layers with this mark."""
    for layer in spec["layer"]:
        kind = layer["mark"] if isinstance(layer["mark"], str) else layer["mark"]["type"]
        if kind == mark:
            return spec["datasets"][layer.get("data", spec.get("data"))["name"]]
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", CHARTS)
def test_a_sweeps_chart_is_valid_and_titled_and_a_click_gives_the_trial_of_the_mark(name):
    spec = specification(CHARTS[name]())
    assert spec["title"] == "A title"
    picks = [param for param in spec.get("params", []) if param["name"] == "pick"]
    assert bool(picks) == name.startswith(("against", "heat", "cost", "parallel"))
    for pick in picks:
        chosen = {key: pick["select"][key] for key in ("type", "fields", "on")}
        assert chosen == {"type": "point", "fields": ["trial"], "on": f"click, {clicking.TAP}"}
        assert len(pick["views"]) == 1
        assert all("trial" in row for data in spec["datasets"].values() for row in data)


@pytest.mark.parametrize(
    ("rates", "type_"),
    [
        (("0.01", "0.1", "1"), "log"),
        (("1", "10"), "log"),
        (("1", "9.9"), "linear"),
        (("0", "1", "100"), "linear"),
    ],
)
def test_numbers_that_span_a_decade_are_on_a_logarithmic_axis(rates, type_):
    spec = specification(against(frame=trials_frame(rates)))
    assert {x["scale"]["type"] for x in channel(spec, "x")} == {type_}
    assert {row["at"] for row in rows_of(spec, "point")} == set(map(float, rates))


def test_texts_are_in_the_order_of_their_coming_and_points_joined_but_in_a_random_search():
    spec = specification(against(field="activation"))
    assert [(x["type"], x["sort"]) for x in channel(spec, "x")] == [("nominal", ["relu", "tanh"])] * 3
    assert marks(against()) == ["rule", "line", "point"]
    assert marks(against(joined=False)) == ["rule", "point"]


@pytest.mark.parametrize(("metric", "type_", "format_"), [(ACCURACY, "linear", "~%"), (LOSS, "log", "~g")])
def test_losses_are_on_a_logarithmic_axis_and_accuracies_in_per_cent(metric, type_, format_):
    axes = channel(specification(against(metric)), "y")
    assert {y["scale"]["type"] for y in axes} == {type_}
    assert format_ in {y.get("axis", {}).get("format") for y in axes}


def marks(chart):
    return [one["mark"]["type"] for one in specification(chart)["layer"]]


@pytest.mark.parametrize("make", [against, cost, parallel])
def test_the_open_trial_is_drawn_once_more_above_the_others_and_one_that_is_not_there_is_not(make):
    plain, none, one = (specification(make(selected=k)) for k in (None, 99, 2))
    assert len(one["layer"]) == len(plain["layer"]) + 1 == len(none["layer"]) + 1
    ring = one["layer"][-1]
    color = palette.NEGATIVE if make is parallel else palette.NEUTRAL
    kind = "line" if make is parallel else "point"
    assert (ring["mark"]["type"], ring["mark"]["color"], ring["mark"].get("filled")) == (kind, color, None)
    assert {row["trial"] for row in one["datasets"][ring["data"]["name"]]} == {2}


def test_the_colours_go_from_the_first_of_the_layers_to_the_last():
    found = palette.shades(["0", "0.1", "1"])
    first, last = (tuple(palette.rgb(colour)) for colour in (palette.LAYERS[0], palette.LAYERS[-1]))
    assert list(found) == ["0", "0.1", "1"]
    assert [tuple(palette.rgb(colour)) for colour in found.values()][::2] == [first, last]
    middle = palette.rgb(found["0.1"])
    assert all(abs(m - (a + b) / 2) <= 1 for m, a, b in zip(middle, first, last, strict=True))
    assert list(palette.shades(["one"])) == ["one"]
    assert palette.shades([]) == {}


def test_the_map_has_numbers_in_order_upwards_and_to_the_right():
    spec = specification(heat(x=("1", "0.01", "10", "0.1"), y=("16", "8", "128")))
    assert channel(spec, "x")[0]["sort"] == ["0.01", "0.1", "1", "10"]
    assert channel(spec, "y")[0]["sort"] == ["128", "16", "8"]
    assert channel(specification(heat(y=("8,8", "4"))), "y")[0]["sort"] == ["4", "8,8"], "texts as they come"


@pytest.mark.parametrize(("metric", "bright_is_least"), [(ACCURACY, False), (LOSS, True)])
def test_the_bright_end_of_the_colours_is_the_better_one(metric, bright_is_least):
    spec = specification(heat(metric, medians=[0.1, 0.2, 0.3, 0.4, 0.5, 0.9]))
    (colour,) = [c for c in channel(spec, "color") if "scale" in c]
    assert (colour["scale"]["scheme"], colour["scale"]["reverse"]) == ("viridis", bright_is_least)
    assert colour["scale"]["type"] == ("log" if metric == LOSS else "linear")
    lines = channel(specification(parallel(metric=metric)), "color")[0]
    assert lines["scale"] == {"scheme": "viridis", "reverse": bright_is_least}


def test_parallel_axes_stand_in_their_order_and_many_values_write_their_ends_alone():
    few, many = specification(parallel(8)), specification(parallel(9))
    assert channel(few, "x")[0]["sort"] == ["learning_rate", "l2", ACCURACY]
    assert len(rows_of(few, "text")) == 16
    assert [row["value"] for row in rows_of(many, "text")] == ["0", "1"] * 2
    assert {row["trial"] for row in rows_of(many, "line")} == set(range(1, 10))


def test_what_is_marked_beside_the_dots_and_bars_is_the_front_the_noise_that_is_known_and_the_suggestion():
    front = specification(cost())
    assert [row["trial"] for row in rows_of(front, "line")] == [1, 3, 5]
    assert [row["trial"] for row in rows_of(front, "circle")] == [1, 2, 3, 4, 5, 6]
    spec = specification(effects((0.05, np.nan)))
    assert channel(spec, "y")[0]["sort"] == ["learning_rate", "l2"]
    assert [row["noise"] for row in rows_of(spec, "tick")] == [0.05]
    assert [row["words"] for row in rows_of(spec, "text")] == ["", "p = 0.3, not distinguishable"]
    assert rows_of(specification(range_test()), "rect") == [{"rate": 0.01, "high": 0.1}]
    assert "rect" not in marks(range_test(None))


def test_whole_numbers_on_a_linear_axis_are_written_out_and_one_apart_at_least():
    axes = {
        values: channel(specification(against(frame=trials_frame(values))), "x")[0]["axis"]
        for values in (("30", "50", "80", "100"), ("0.1", "0.3"), ("50", "100", "500"))
    }
    whole, parts, log = axes.values()
    assert (whole["format"], whole["tickMinStep"]) == ("d", 1)
    assert "tickMinStep" not in parts | log
