"""The derivation's charts: the graph of the network, the curves of an identity."""

from collections import Counter
from math import inf, nan

import numpy as np
import pandas as pd
import streamlit as st

from lab.derivation import graph
from lab.derivation.names import symbol
from lab.words import at_most
from ui.charts import derivation as charts
from ui.derivation import chain
from ui.frame.show import show

KEYS = ("_graph_", "_range_", *chain.KEYS)
VALUES, GRADIENTS = "Forward: values", "Backward: gradients"
N_POINTS = 161
HIDDEN = "?"
MARKS = {"value": "", "gradient": "d_"}  # a node's numbers: the mark of its kind as a step's claim


def network(problem, step, revealed, asked=()):
    """Draw the network as a graph with the step's part highlighted, and with its numbers once `revealed`.

    Once revealed, a node or an edge can be chosen, and its paths to the loss are highlighted instead; but
    while lines ask for the numbers `asked`, given as texts, these are hidden, and no path is written out.
    """
    st.fragment(_network)(step.about(problem), step, revealed, asked)


def _network(problem, step, revealed, asked_by_lines=()):
    backward = any(name.startswith("d_") for name in step.claims) or step.key in ("gradient_descent", "stall")
    tells_all = revealed and not asked_by_lines
    followed = tells_all and not step.mean and step.params is None  # paths are those of the first example
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "The graph shows",
            [VALUES, GRADIENTS],
            default=GRADIENTS if backward else VALUES,
            key=f"_graph_{step.key}",
            label_visibility="collapsed",
            required=True,
        )
        start = chain.chosen(problem, step) if followed else None
    on_path = chain.lit(problem, start) if start else ()
    backward = chosen == GRADIENTS
    number = "gradient" if backward else "value"
    network = graph(problem, mean=step.mean, params=step.params)
    labels = {
        node.id: symbol(node.kind, problem.depth, (node.row,) * (node.kind != "L")) for node in network.nodes
    }
    lit = step.lit or {*(node.kind for node in network.nodes), *(edge.kind for edge in network.edges)}
    hidden = {
        name: {
            node.id
            for node in network.nodes
            if (not revealed and mark + node.kind == step.main) or _asked(getattr(node, name), asked_by_lines)
        }
        for name, mark in MARKS.items()
    }
    digits = 3 if problem.depth == 1 else 2  # so that the numbers of two columns do not touch on a phone
    nodes = _nodes(network, labels, number, hidden, digits)
    edges = _edges(network, nodes, labels, backward)
    for edge in network.edges:
        given = edge.weight is not None and not backward and not step.params
        asked = any(_asked(one, asked_by_lines) for one in edge[3:])
        if asked or not (revealed or given or edge.kind not in lit):
            edges[edge.source, edge.target]["text"] = HIDDEN
    for named, parts in ((nodes, network.nodes), (edges, network.edges)):
        for row, part in zip(named.values(), parts, strict=True):
            row["lit"] = row["id"] in on_path if start else part.kind in lit
    of = f", mean of all {problem.K} examples" if step.mean and problem.K > 1 else ""
    if not (of or backward or step.params):
        of = " for the first example"
    of += f", {step.network}" if step.network else ""
    if backward:
        title = f"How the loss changes with each node{of}, from right to left; ∂L/∂node is below each node"
        finding = "Gradients flow from the loss back to the inputs; a wider edge means a larger gradient"
    else:
        title = f"What each node computes{of}, from left to right; its value is below it"
        finding = "Values flow from the inputs to the loss, each computed from those on its left"
        if tells_all:
            finding = f"The loss{of}{',' * (',' in of)} is {network.nodes[-1].value:.4g}"
    kind = "Computation graph of the network" if tells_all else "Computation graph, some numbers hidden"
    nodes = pd.DataFrame(nodes.values())[["id", "x", "y", "label", "lit", "value", "gradient", "text"]]
    edges = pd.DataFrame(edges.values())[["id", "x", "y", "x2", "y2", "size", "lit", "text"]]
    chart = charts.graph(nodes, edges, title, backward=backward, clickable=followed)
    clicked = {"on_select": chain.on_click(problem, step, "_network")} if followed else {}
    show(chart, kind, finding, key="_network", **clicked)
    if start:
        chain.follow(problem, start)


def _nodes(network, labels, number, hidden, digits):
    """Return {id: row} of the nodes, without what is lit; a hidden number has no tooltip either."""
    n_rows = Counter(node.column for node in network.nodes)
    return {
        node.id: {
            "id": node.id,
            "x": node.column,
            "y": (n_rows[node.column] - 1) / 2 - node.row,
            "label": labels[node.id],
            **{name: nan if node.id in ids else getattr(node, name) for name, ids in hidden.items()},
            "text": HIDDEN if node.id in hidden[number] else f"{getattr(node, number) + 0.0:.{digits}g}",
        }
        for node in network.nodes
    }


def _edges(network, nodes, labels, backward):
    """Return {(source, target): row} of the edges, without what is lit."""
    number = "carried" if backward else "local"
    sizes = [abs(getattr(edge, number)) for edge in network.edges]
    largest = {}
    for edge, size in zip(network.edges, sizes, strict=True):
        largest[edge.kind] = max(largest.get(edge.kind, 0.0), size)  # of NaN and a number, the number
    return {
        (edge.source, edge.target): {
            "id": f"{edge.source}>{edge.target}",
            "x": nodes[edge.source]["x"],
            "y": nodes[edge.source]["y"],
            "x2": nodes[edge.target]["x"],
            "y2": nodes[edge.target]["y"],
            "size": size / largest[edge.kind] if 0 < size < inf else 0.0,
            "text": _edge(edge, labels, getattr(edge, number), backward),
        }
        for edge, size in zip(network.edges, sizes, strict=True)
    }


def _asked(value, texts):
    """Return whether a number is equal to one of these, which have three digits."""
    if value is None:
        return False
    return any(np.isclose(value, float(one), rtol=5e-3, atol=0.0) for one in texts)


def _edge(edge, labels, carried, backward):
    ends = f"{labels[edge.source]} → {labels[edge.target]}"
    if not backward:
        return f"{ends}: {'slope' if edge.weight is None else 'weight'} {edge.local:.3g}"
    weight = "" if edge.weight is None else f"; weight {edge.weight:.3g}, ∂L/∂weight {edge.gradient:.3g}"
    return f"{ends}: gradient passed back {carried:.3g}{weight}"


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
        most = float(np.abs(values[0] - values[1]).max())
        finding = f"they differ by {at_most(most)} at most" if most else "they are identical"
        curves = pd.concat(
            pd.DataFrame({"x": x, "name": name, "y": y}) for name, y in zip(names, values, strict=True)
        )
        chart = charts.curves(curves, f"{title}: {finding}", "value")
        kind = f"Line chart of {names[0]} and {names[1]}"
        with place:
            show(chart, kind, finding.capitalize(), key=f"_identity_{title}")
