"""The derivation's charts: the graph of the network, a matrix product, the curves of an identity."""

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
GAP = 0.8  # between the matrices of a product, in cells
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
    number = "gradient" if backward else "value"
    network = graph(problem, mean=step.mean, params=step.params)
    labels = {node.id: name_of(node, problem.depth) for node in network.nodes}
    nodes = pd.DataFrame(network.nodes).set_index("id")
    n_rows = nodes.groupby("column")["row"].transform("size")
    lit = step.lit or {*(node.kind for node in network.nodes), *(edge.kind for edge in network.edges)}
    asked = ("d_" * backward + nodes["kind"] == step.main) & (not revealed)
    nodes = nodes.assign(
        x=nodes["column"],
        y=(n_rows - 1) / 2 - nodes["row"],
        label=labels,
        lit=nodes["kind"].isin(lit),
        text=[HIDDEN if hide else f"{x + 0.0:.3g}" for x, hide in zip(nodes[number], asked, strict=True)],
    )
    edges = pd.DataFrame(network.edges)
    source, target = (nodes.loc[edges[end], ["x", "y"]] for end in ("source", "target"))
    carried = edges["carried" if backward else "local"]
    largest = carried.abs().groupby(edges["kind"]).transform("max")
    texts = [_edge(edge, labels, x, backward) for edge, x in zip(network.edges, carried, strict=True)]
    edges = edges.assign(
        x=source["x"].to_numpy(),
        y=source["y"].to_numpy(),
        x2=target["x"].to_numpy(),
        y2=target["y"].to_numpy(),
        size=(carried.abs() / largest).fillna(0.0),
        lit=edges["kind"].isin(lit),
        text=texts,
    )
    if not revealed:  # no tooltip either
        nodes.loc[asked, number] = np.nan
        given = edges["weight"].notna() & (not backward)
        edges.loc[edges["lit"] & ~given, "text"] = HIDDEN
    of = f", mean of all {problem.K} examples" if step.mean and problem.K > 1 else ""
    of += f", {step.network}" if step.network else ""
    if backward:
        title = f"What each node's change does to the loss{of}: from right to left, ∂L/∂node below each node"
        finding = "Gradients flow from the loss back to the inputs; wider edges carry more"
    else:
        of = of or " for the first example"
        title = f"What each node computes{of}: from left to right, its value below it"
        finding = f"The loss{of} is {network.nodes[-1].value:.4g}"
    kind = "Computation graph of the network" if revealed else "Computation graph, some numbers hidden"
    nodes = nodes[["x", "y", "label", "lit", "value", "gradient", "text"]].reset_index(drop=True)
    edges = edges[["x", "y", "x2", "y2", "size", "lit", "text"]]
    show(charts.graph(nodes, edges, title, backward=backward), kind, finding, key="_network")


def name_of(node, depth):
    """Return a node's name in Unicode: x₁, hᵃ₁, h²ˢ₁ (of the second hidden layer), oˢ₂, L."""
    if node.kind == "L":
        return "L"
    letter, unit, layer = re.fullmatch(r"(x|h|o)([as]?)(\d*)", node.kind).groups()
    layer = layer if depth > 1 else ""
    return letter + (layer + unit).translate(SUPERSCRIPTS) + str(node.row + 1).translate(SUBSCRIPTS)


def _edge(edge, labels, carried, backward):
    ends = f"{labels[edge.source]} → {labels[edge.target]}"
    if not backward:
        return f"{ends}: {'slope' if edge.weight is None else 'weight'} {edge.local:.3g}"
    weight = "" if edge.weight is None else f"; weight {edge.weight:.3g}, ∂L/∂weight {edge.gradient:.3g}"
    return f"{ends}: carries {carried:.3g} back{weight}"


def product(step):
    """Draw the step's first matrix product, entry by entry."""
    it = step.products[0]
    left, right = it.operands(step.values)
    matrices = {"left": left, "right": right, "result": left @ right}
    rows, cells, offset = max(len(left), len(right)), [], 0.0
    for name, values in matrices.items():
        if name != "left":
            sign = {"matrix": "sign", "x": offset - 0.9, "y": (rows - 1) / 2}
            cells.append(sign | {"text": "·" if name == "right" else "="})
        for (row, column), value in np.ndenumerate(values):
            place = {"x": offset + column, "y": row + (rows - len(values)) / 2, "row": row, "column": column}
            cells.append({"matrix": name, **place, "text": f"{value:.3g}", "sum": ""})
            if name == "result":
                pairs = zip(*it.terms(step.values, row, column), strict=True)
                cells[-1]["sum"] = " + ".join(f"{a:.3g} · {b:.3g}" for a, b in pairs) + f" = {value:.3g}"
        offset += values.shape[1] + GAP
    colours = dict(zip(matrices, map(colour_of, (it.left, it.right, it.result)), strict=True))
    chart = charts.product(
        pd.DataFrame(cells), "Point at an entry on the right: its row, its column, their sum", colours
    )
    a, b, c = (f"{len(values)} by {values.shape[1]}" for values in matrices.values())
    show(chart, "A matrix product, cell by cell", f"{a} times {b} is {c}", key="_product")


def colour_of(key):
    """Return the colour of a quantity; its gradient and its Jacobian have the same."""
    bare = key.removeprefix("d_").removeprefix("J_")
    colour = palette.QUANTITIES.get(bare) or palette.QUANTITIES.get(bare.rstrip("0123456789"))
    return colour or palette.NEUTRAL


def identity(step):
    """Draw both sides of an identity over a range that the visitor chooses, and its derivative."""
    it = step.identity
    low, high = st.slider("Range of x", -20.0, 20.0, (-4.0, 4.0), 0.5, key=f"_range_{step.key}")
    x = np.linspace(low, high if high > low else low + 0.5, N_POINTS)
    x = x[~np.isclose(x[:, None], np.array([*it.kinks, np.inf])[None, :], atol=1e-9).any(axis=1)]
    left, right = st.columns(2, gap="medium")
    for place, names, pair, title in (
        (left, ("left side", "right side"), (it.left, it.right), "Both sides"),
        (right, ("formula", "numerical"), (it.derivative, it.numeric), "The derivative"),
    ):
        values = [np.asarray(function(x), float) + 0.0 * x for function in pair]
        finding = f"they differ by {float(np.abs(values[0] - values[1]).max()):.0e} at most"
        curves = pd.concat(
            pd.DataFrame({"x": x, "name": name, "y": y}) for name, y in zip(names, values, strict=True)
        )
        chart = charts.curves(curves, f"{title}: {finding}", "value")
        kind = f"Line chart of {names[0]} and {names[1]}"
        with place:
            show(chart, kind, finding.capitalize(), key=f"_identity_{title}")
