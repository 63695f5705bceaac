"""The charts of the derivation: what can be clicked, what follows the matrices, where the tangent is."""

import numpy as np
import pandas as pd
import pytest

from ui.charts import derivation, nudge


def spec(clickable):
    nodes = pd.DataFrame({"id": ["x.0", "L.0"], "x": [0, 1], "y": [0.0, 0.0], "label": ["x₁", "L"]})
    nodes = nodes.assign(lit=True, value=0.5, gradient=1.0, text="0.5")
    edges = pd.DataFrame({"id": ["x.0>L.0"], "x": [0], "y": [0.0], "x2": [1], "y2": [0.0]})
    edges = edges.assign(size=1.0, lit=False, text="x₁ → L")
    return derivation.graph(nodes, edges, "title", backward=True, clickable=clickable).to_dict()


def test_nodes_and_edges_of_the_graph_can_be_clicked_only_where_that_is_asked_for():
    names = [[one["name"] for one in spec(clickable)["params"]] for clickable in (True, False)]
    assert sorted(names[0]) == ["edge", "node", "sources"]
    assert names[1] == ["sources"]
    selected = {one["name"]: one.get("select") for one in spec(True)["params"]}
    adds_or_removes = {"type": "point", "fields": ["id"], "toggle": "true"}
    assert selected == {"sources": None, "node": adds_or_removes, "edge": adds_or_removes}
    bound = next(one for one in spec(False)["params"] if one["name"] == "sources")
    assert bound["bind"] == {"element": "html", "event": "sources"}


def test_pointing_at_a_node_tells_its_name_its_value_and_its_gradient():
    told = [layer.get("encoding", {}).get("tooltip") for layer in spec(True)["layer"]]
    (of_node,) = (one for one in told if isinstance(one, list) and len(one) == 3)
    pairs = [(one["field"], one.get("title", one["field"])) for one in of_node]
    assert pairs == [("label", "node"), ("value", "value"), ("gradient", "∂L/∂node")]


def test_the_numbers_lie_over_the_edges_with_a_halo_of_the_themes_background():
    marks = [layer["mark"] for layer in spec(True)["layer"]]
    halo = next(n for n, mark in enumerate(marks) if mark.get("stroke") == {"expr": "background"})
    assert [mark["type"] for mark in marks[:halo]] == ["rule", "rule"]
    assert marks[halo + 1]["type"] == "text"


@pytest.mark.parametrize("kinks", [(), (0.25, 0.5)])
def test_the_tangent_touches_the_curve_and_the_gap_reaches_from_it_to_the_curve(kinks):
    weight = np.linspace(-1, 1, 21)
    curve = pd.DataFrame({"weight": weight, "loss": weight**2})
    chart = nudge.along(curve, (0.5, 0.25), (1.0, 1.0), 1.0, kinks, ("W", "L"), "title")
    sent = chart.to_dict()["datasets"].values()
    (gap,) = next(rows for rows in sent if rows and "to" in rows[0])
    assert (gap["weight"], gap["loss"], gap["to"]) == pytest.approx((1.0, 1.0, 0.75))
    tangent = next(rows for rows in sent if [row.get("weight") for row in rows] == [-1.0, 1.0])
    assert [row["loss"] for row in tangent] == pytest.approx([-1.25, 0.75])
    assert len(chart.chart().layer[0].data) == len(kinks)
