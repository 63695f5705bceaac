"""The words of every chart have a contrast of 4.5:1 to what is drawn below them, in both themes."""

import importlib
import pkgutil

import altair as alt
import numpy as np
import pandas as pd
import pytest
import start_charts
import test_curves_as_seen as by_epoch
import test_networks_as_seen as networks
import test_optimization_charts as optimizers
import test_planes_as_seen as planes
import test_sweeps_as_seen as swept
from legible import LEAST, THEMES, between, contrast, illegible, scaled, with_ends
from seen import seen
from test_titles_and_colours_as_seen import AROUND, ROW
from values_swept import of_map

from ui import charts
from ui.charts import (
    bent_plane,
    bug_lab,
    counts,
    curves,
    derivation,
    following,
    gradient_check,
    initialization,
    nudge,
    palette,
    slow_motion,
    starts,
    sweeps,
)
from ui.charts.drawing import drawn
from ui.charts.layers import layered
from ui.charts.template import from_template

SHARES = np.r_[np.linspace(0, 1, 101), 0.935, 0.945]
SCHEMES = [*gradient_check.SCHEMES, gradient_check.PLANTED]
BENT = pd.DataFrame(
    {"first": ["000g"], "second": ["0g00"], "class": "b", "split": "test", "line": 0, "step": 0}
)
PROGRAMS = {"yours": palette.NEGATIVE, "right": palette.NEUTRAL}


def cells(shares=SHARES):
    frame = pd.DataFrame({"actual": "a", "predicted": [*map(str, shares)], "count": 1, "share": shares})
    return counts.confusion(frame, "")


def confusions():
    headings = following.marked(pd.DataFrame({"epoch": [3], "heading": ["three"]}), 3, 2)
    return counts.confusions(following.marked(networks.matrix().assign(epoch=3), 3, 2), headings, "")


def table():
    values = 2.5 * np.r_[-SHARES[::-1], SHARES, -0.875, -0.885, -np.inf, np.inf, np.nan]
    frame = pd.DataFrame({"row": [*map(str, values)], "column": 1, "value": values})
    return slow_motion.table(frame, "unit", "")


def heat(metric, medians):
    x = [*map(str, range(len(medians)))]
    frame = pd.DataFrame({"x": x, "y": "1", "median": medians, "trials": 1, "trial": 0})
    return sweeps.heat(frame, "rate", "l2", metric, "", of_map(frame, "rate", "l2"))


def error_map():
    shades = np.r_[np.geomspace(1e-15, 1, 61), 1.4e-8, 1.6e-8, np.nan]
    left = np.arange(len(shades))
    frame = pd.DataFrame(
        {"left": left, "right": left + 1, "top": 0, "bottom": 1, "name": "W", "shade": shades}
    )
    frame = frame.assign(analytic=1.0, numeric=1.0, error=0.5, relative_error=0.5, cause="kink", mark="×")
    blocks = pd.DataFrame({"left": [0.0], "top": [0.0], "text": ["W, 1 × 64"]})
    return gradient_check.error_map(frame, blocks, "")


def steps():
    rows = [{"at": 10.0**-k, "error": 1e-3, "scheme": name} for k, name in enumerate(SCHEMES)]
    frame = pd.DataFrame(rows).assign(precision="float64", label_at=1e-4, text="a")
    sides = frame.assign(height=0.1, align=["left", "right"] * 2)
    return gradient_check.steps(frame, frame, sides, sides, "h", "")


def graph(backward):
    nodes = pd.DataFrame(
        {"id": ["a", "b"], "x": [0, 1], "y": [0.5, -0.5], "label": "L", "lit": [True, False]}
    )
    nodes = nodes.assign(value=0.5, gradient=3.0, text="0.5")
    edges = pd.DataFrame({"id": ["a>b"], "x": 0, "y": 0.5, "x2": 1, "y2": -0.5, "size": 1.0, "lit": True})
    return derivation.graph(nodes, edges.assign(text="W"), "", backward=backward)


def tangent():
    curve = pd.DataFrame({"weight": [-1.0, 1.0], "loss": [1.0, 3.0]})
    return nudge.along(curve, (0.0, 1.5), (0.5, 2.5), 1.0, (0.25,), ("W", "L"), "")


def bent():
    shares = following.marked(pd.DataFrame({"epoch": [0, 9], "share": 0.5}), 9, 2)
    ends = ((0, 8), (1, 5))
    return bent_plane.bent_plane(BENT, BENT, BENT, shares, ends, 17, (0, 9), 9, ("a", "b"))


def of_programs(name, **columns):
    frame = pd.DataFrame({"program": [*PROGRAMS] * 2, "step": [0, 0, 9, 9]} | columns)
    return getattr(bug_lab, name)(frame.assign(h=frame["step"] + 1.0), "", PROGRAMS)


def compared():
    values = [*map(str, range(len(palette.COMPARED)))]
    return curves.compared(swept.losses(values).sort_values("epoch"), "", epoch=3)


def ghost():
    return curves.curves(by_epoch.by_split(), "loss", "", ghost=by_epoch.by_split())


def courses():
    frame = pd.DataFrame({"of": [*curves.COURSES, "twin"], "epoch": 1, "loss": 0.5})
    return curves.courses(frame, "")


def trained():
    published = pd.DataFrame({"epoch": [1], "start": "start 0", "value": 0.5})
    frame = start_charts.lines(np.linspace(0.1, 1, len(start_charts.COLOURS)))
    return initialization.trained(
        frame, "loss", start_charts.COLOURS, "", published=published, rule=(0.5, "chance")
    )


def rates():
    return initialization.rates(ROW.assign(schedule="a"), 0.5, "")


CHARTS = {name: draw for name, (draw, *_) in AROUND.items()} | {
    "counts of all shares": cells,
    "counts by epoch": confusions,
    "a table of all shares": table,
    "accuracies": lambda: heat("validation accuracy", np.linspace(0, 1, 81)),
    "losses": lambda: heat("validation loss", np.geomspace(1e-9, 9, 81)),
    "accuracies with one that is far lower": lambda: heat("validation accuracy", [0.97, 0.98, 0.99, 0.1]),
    "one accuracy": lambda: heat("validation accuracy", [0.5, 0.5]),
    "a diverged loss": lambda: heat("validation loss", [0.5, 0.25, np.nan]),
    "a map of errors": error_map,
    "errors by step": steps,
    "a graph": lambda: graph(False),
    "a graph backward": lambda: graph(True),
    "an identity": lambda: derivation.curves(pd.DataFrame({"x": 0.0, "name": ["z", "a"], "y": 1.0}), "", "f"),
    "a diagram": networks.diagram,
    "a tangent": tangent,
    "a boundary": planes.boundary_map,
    "the bent plane": bent,
    "a surface": optimizers.surface,
    "a curvature": optimizers.curvature,
    "a program's curves": lambda: by_epoch.programs("loss"),
    "a program's errors": lambda: of_programs("sweep", error=0.5),
    "a program's rates": lambda: of_programs("rates", rate=0.5),
    "curves before and now": ghost,
    "curves compared": compared,
    "courses": courses,
    "a signal": start_charts.signal,
    "shares": start_charts.shares,
    "distinct units": start_charts.distinct,
    "trained starts": trained,
    "rates": rates,
    "a loss by value": lambda: sweeps.by_value(swept.losses(), ""),
    "parallel axes": lambda: swept.parallel("validation loss"),
    "a program's errors by tensor": lambda: bug_lab.errors_by_tensor(
        pd.DataFrame(
            {"tensor": "W", "tensor_error": 0.5, "left": [0.0], "right": 1.0, "entry": "1"}
            | {"relative_error": 0.5, "crosses_kink": False, "analytic": 1.0, "numeric": 1.0}
        ),
        "",
    ),
    "a published figure on the left": lambda: starts.pile([0.1, 0.2], 0.9, "published", ""),
}
WORDLESS = {  # charts without words but those of axes and legends, whose colours `ui.frame.show` sets
    *("activations", "error_histogram", "kinks", "loss_curve", "loss_by_step", "rate_by_step"),
    *("against", "multiples", "cost", "unit_map", "unit_maps"),
}


def functions():
    """{(module, name)} of the functions that draw a chart."""
    modules = [
        importlib.import_module(f"ui.charts.{one.name}") for one in pkgutil.iter_modules(charts.__path__)
    ]
    code = drawn(len).__code__
    return {
        (one.__module__, one.__name__)
        for module in modules
        for one in vars(module).values()
        if getattr(one, "__code__", None) is code
    }


def layers(drawing, background):
    """The layers of a drawing in a theme; of a diagram, with the pointer on an edge."""
    spec, frames = drawing.parts().specification(), drawing.parts().frames()

    def scale(channel, value):
        (layer,) = [one for one in spec["layer"] if "scale" in one.get("encoding", {}).get(channel, {})]
        rows = frames[layer.get("data", spec.get("data"))["name"]].to_dict("records")
        return scaled(value, with_ends(layer["encoding"][channel], rows))

    return seen(drawing, background=background, scale=scale, edge=0, sources=None)


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", CHARTS)
def test_every_word_has_a_contrast_of_4_5_to_what_is_below_it(name, theme):
    found = layers(CHARTS[name](), THEMES[theme])
    assert illegible(found, THEMES[theme]) == []


def test_every_chart_with_words_is_among_them():
    reached = {(one._draw.__module__, one._draw.__name__) for one in (draw() for draw in CHARTS.values())}
    left = functions() - reached
    assert {name for _, name in left} == WORDLESS
    assert len(reached) > 35


# ---- the measure itself


@drawn
def words_on(ink, ground, opacity):
    table = {"frame": pd.DataFrame({"x": [1], "y": [2], "text": "a"})}
    return from_template(_words_on, "", table, ink=ink, ground=ground, opacity=opacity)


def _words_on(frame, ink, ground, opacity):
    base = alt.Chart(frame).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"))
    style = {} if ink is None else {"color": ink}
    words = base.mark_text(**style).encode(text=alt.Text("text:N"))
    return layered(base.mark_circle(color=ground, opacity=opacity), words)


@pytest.mark.parametrize(
    ("ink", "ground", "opacity", "reached"),
    [
        ("#808080", "#FFFFFF", 1, {"light": 3.95, "dark": 3.95}),
        ("#808080", "#FFFFFF", 0, {"light": 3.95}),  # 18.1 / 3.95 on the dark background
        ("white", "#D55E00", 1, {"light": 3.87, "dark": 3.87}),
        ("white", "#0072B2", 1, {}),
        ("white", "#0072B2", 0.5, {"light": 2.14}),
        (None, "#000000", 0, {"dark": 1.16}),
    ],
)
def test_words_are_held_against_their_mark_or_the_background(ink, ground, opacity, reached):
    drawing = words_on(ink, ground, opacity)
    found = {
        theme: one[0][3]
        for theme, background in THEMES.items()
        if (one := illegible(layers(drawing, background), background))
    }
    assert found == pytest.approx(reached, abs=0.02)
    assert all(reached < LEAST for reached in found.values())


@pytest.mark.parametrize(
    ("end", "share", "drawn_by_vega"),
    [
        ("#0072B2", 0.0, (128, 128, 128, 0.082)),
        ("#0072B2", 0.25, (111, 124, 141, 0.312)),
        ("#0072B2", 0.5, (91, 121, 153, 0.541)),
        ("#0072B2", 0.95, (26, 115, 176, 0.954)),
        ("#D55E00", 0.5, (177, 114, 75, 0.541)),
        ("#D55E00", 0.9, (206, 99, 24, 0.908)),
    ],
)
def test_a_shade_is_the_one_that_vega_6_draws(end, share, drawn_by_vega):
    *parts, opacity = between("#80808015", end, share)
    assert [255 * one for one in parts] == pytest.approx(drawn_by_vega[:3], abs=0.6)
    assert opacity == pytest.approx(drawn_by_vega[3], abs=0.001)


@pytest.mark.parametrize(("value", "drawn_by_vega"), [(0.431, (39, 128, 142)), (1.0, (253, 231, 37))])
def test_an_accuracy_has_the_colour_that_vega_6_draws(value, drawn_by_vega):
    scale = {"domain": [0, 1], "scheme": "viridis"}
    assert [255 * one for one in scaled(value, scale)[:3]] == pytest.approx(drawn_by_vega, abs=1)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
