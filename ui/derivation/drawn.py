"""Draw the derivation's charts: the graph of the network, a matrix product, the curves of an identity."""

import re

import numpy as np
import pandas as pd
import streamlit as st

from lab.derivation import graph
from ui.charts import derivation as charts
from ui.charts import palette
from ui.frame.show import show

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789as", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃˢ")
VALUES, GRADIENTS = "Forward: values", "Backward: gradients"
N_POINTS = 161
HIDDEN = "?"


def network(problem, step, revealed):
    """Draw the network as a graph, with the step's part highlighted; its numbers only once `revealed`."""
    backward = any(name.startswith("d_") for name in step.claims) or step.key in ("gradient_descent", "stall")
    chosen = st.segmented_control(
        "The graph shows",
        [VALUES, GRADIENTS],
        default=GRADIENTS if backward else VALUES,
        key=f"_graph_{step.key}",
        label_visibility="collapsed",
        required=True,
    )
    backward = chosen == GRADIENTS
    drawn = graph(problem)
    rows = pd.Series([node.column for node in drawn.nodes]).value_counts()
    place = {node.id: (node.column, (rows[node.column] - 1) / 2 - node.row) for node in drawn.nodes}
    lit = step.lit or {node.kind for node in drawn.nodes} | {edge.kind for edge in drawn.edges}
    nodes = pd.DataFrame(
        [
            {
                "x": place[node.id][0],
                "y": place[node.id][1],
                "label": name_of(node, problem.depth),
                "lit": node.kind in lit,
                "value": node.value,
                "gradient": node.gradient,
                "told": _told(node, backward, step, revealed),
            }
            for node in drawn.nodes
        ]
    )
    flow = {node.id: node.gradient for node in drawn.nodes}
    strength = [edge.local * flow[edge.target] if backward else edge.local for edge in drawn.edges]
    largest = {}
    for edge, value in zip(drawn.edges, strength, strict=True):
        largest[edge.kind] = max(largest.get(edge.kind, 0.0), abs(value))
    labels = {node.id: name_of(node, problem.depth) for node in drawn.nodes}
    edges = pd.DataFrame(
        [
            {
                "x": place[edge.source][0],
                "y": place[edge.source][1],
                "x2": place[edge.target][0],
                "y2": place[edge.target][1],
                "size": abs(value) / largest[edge.kind] if largest[edge.kind] else 0.0,
                "lit": edge.kind in lit,
                "told": _edge(edge, labels, value, backward),
            }
            for edge, value in zip(drawn.edges, strength, strict=True)
        ]
    )
    if not revealed:  # no tooltip either
        hidden = nodes["told"] == HIDDEN
        nodes.loc[hidden, "gradient" if backward else "value"] = np.nan
        given = [edge.weight is not None and not backward for edge in drawn.edges]
        edges.loc[edges["lit"] & ~pd.Series(given), "told"] = HIDDEN
    if backward:
        title = "What each node's change does to the loss: from right to left, ∂L/∂node below each node"
        finding = "Gradients flow from the loss back to the inputs; wider edges carry more"
    else:
        title = "What each node computes for the first example: from left to right, its value below it"
        finding = f"The loss of the first example is {drawn.nodes[-1].value:.4g}"
    kind = "Computation graph of the network" if revealed else "Computation graph, some numbers hidden"
    show(charts.graph(nodes, edges, title, backward=backward), kind, finding, key="_network")


def name_of(node, depth):
    """Return a node's name in Unicode: x₁, hᵃ₁, h²ˢ₁ (of the second hidden layer), oˢ₂, L."""
    if node.kind == "L":
        return "L"
    letter, which, layer = re.fullmatch(r"(x|h|o)([as]?)(\d*)", node.kind).groups()
    layer = layer if depth > 1 else ""
    return letter + (layer + which).translate(SUPERSCRIPTS) + str(node.row + 1).translate(SUBSCRIPTS)


def _told(node, backward, step, revealed):
    shown = node.gradient if backward else node.value
    if not revealed and step.main == f"{'d_' * backward}{node.kind}":
        return HIDDEN
    return f"{shown + 0.0:.3g}"


def _edge(edge, labels, value, backward):
    ends = f"{labels[edge.source]} → {labels[edge.target]}"
    if backward:
        return f"{ends}: carries {value:.3g} back" + (
            "" if edge.weight is None else f"; weight {edge.weight:.3g}, ∂L/∂weight {edge.gradient:.3g}"
        )
    what = "slope" if edge.weight is None else "weight"
    return f"{ends}: {what} {edge.local:.3g}"


def product(step):
    """Draw the step's first matrix product, entry by entry."""
    it = step.products[0]
    left, right = it.operands(step.values)
    result = left @ right
    gap = 0.8
    offsets = {"left": 0.0, "right": left.shape[1] + gap, "result": left.shape[1] + right.shape[1] + 2 * gap}
    cells = []
    for matrix, values in (("left", left), ("right", right), ("result", result)):
        shift = (max(left.shape[0], right.shape[0]) - values.shape[0]) / 2
        for (row, column), value in np.ndenumerate(values):
            terms = ""
            if matrix == "result":
                pairs = zip(*it.terms(step.values, row, column), strict=True)
                terms = " + ".join(f"{a:.3g} · {b:.3g}" for a, b in pairs) + f" = {value:.3g}"
            cells.append(
                {
                    "matrix": matrix,
                    "x": offsets[matrix] + column,
                    "y": row + shift,
                    "row": row,
                    "column": column,
                    "text": f"{value:.3g}",
                    "sum": terms,
                }
            )
    middle = (max(left.shape[0], right.shape[0], result.shape[0]) - 1) / 2
    for sign, x in (("·", offsets["right"]), ("=", offsets["result"])):
        cells.append({"matrix": "sign", "x": x - 0.9, "y": middle, "text": sign})
    names = (it.left, it.right, it.result)
    colours = {
        matrix: colour_of(name) for matrix, name in zip(("left", "right", "result"), names, strict=True)
    }
    title = "Point at an entry on the right: its row, its column, their sum"
    chart = charts.product(pd.DataFrame(cells), title, colours)
    n, k = result.shape
    finding = f"{left.shape[0]} by {left.shape[1]} times {right.shape[0]} by {right.shape[1]} is {n} by {k}"
    show(chart, "A matrix product, cell by cell", finding, key="_product")


def colour_of(key):
    """Return the colour of a quantity; its gradient and its Jacobian have the same."""
    bare = key.removeprefix("d_").removeprefix("J_")
    colour = palette.QUANTITIES.get(bare) or palette.QUANTITIES.get(bare.rstrip("0123456789"))
    return colour or palette.NEUTRAL


def identity(step):
    """Draw both sides of an identity over a range that the visitor chooses, and its derivative."""
    it = step.identity
    low, high = st.slider("Range of x", -20.0, 20.0, (-4.0, 4.0), 0.5, key=f"_range_{step.key}")
    if low == high:
        high = low + 0.5
    x = np.linspace(low, high, N_POINTS)
    x = x[~np.isclose(x[:, None], np.array([*it.kinks, np.inf])[None, :], atol=1e-9).any(axis=1)]
    left, right = st.columns(2, gap="medium")
    for place, names, pair, title in (
        (left, ("left side", "right side"), (it.left, it.right), "Both sides"),
        (right, ("formula", "numerical"), (it.derivative, it.numeric), "The derivative"),
    ):
        with np.errstate(all="ignore"):
            values = [np.asarray(function(x), float) + 0.0 * x for function in pair]
        gap = float(np.abs(values[0] - values[1]).max())
        frame = pd.concat(
            pd.DataFrame({"x": x, "name": name, "y": y}) for name, y in zip(names, values, strict=True)
        )
        with place:
            finding = f"they differ by {gap:.0e} at most"
            show(
                charts.curves(frame, f"{title}: {finding}", "value"),
                f"Line chart of {names[0]} and {names[1]}",
                finding.capitalize(),
                key=f"_identity_{title}",
            )
