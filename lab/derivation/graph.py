"""The computation graph of the first example: its nodes with values and gradients, and its edges."""

import itertools
from typing import NamedTuple

import numpy as np

from lab.derivation.problem import trace
from lab.derivation.symbols import View
from mlp.losses import LOSSES


class Node(NamedTuple):
    """A scalar: its value and ∂L/∂value; `column` counts from 0 at the inputs, `row` within it.

    kind: x, ha1, hs1, …, oa, os or L, as in `Step.lit`.
    """

    id: str
    kind: str
    column: int
    row: int
    value: float
    gradient: float


class Edge(NamedTuple):
    """`local` is ∂target/∂source; a node's gradient is Σ over its edges of local · target's gradient.

    kind: W1, …, f1, … (activation), out (softmax or σ) or loss. Edges of kind W have a weight, which
    is their `local`, and ∂L/∂weight.
    """

    source: str
    target: str
    kind: str
    local: float
    weight: float | None = None
    gradient: float | None = None


class Graph(NamedTuple):
    """The nodes and edges of a computation graph."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph(problem):
    """Return the Graph of the problem's first example, without penalty."""
    v, loss, top = View(problem), LOSSES[problem.loss], problem.depth + 1
    p, T = v.values["os"][0], v.values["y"][0]
    d_os = loss.output_gradient(p, T)
    v.values["d_os"] = d_os[np.newaxis]
    nodes, edges = _nodes(v, "x", 0), []
    for layer, (W, _) in enumerate(problem.params, 1):
        below, z_key, a_key = v.s.a_key(layer - 1), v.s.z_key(layer), v.s.a_key(layer)
        dW = v.values[f"d_W{layer}"]
        nodes += _nodes(v, z_key, 2 * layer - 1) + _nodes(v, a_key, 2 * layer)
        edges += [
            Edge(f"{below}.{i}", f"{z_key}.{j}", f"W{layer}", float(W[i, j]), float(W[i, j]), float(dW[i, j]))
            for i, j in np.ndindex(W.shape)
        ]
        if layer < top:
            slope = trace(problem, 1).slopes[layer - 1][0]
            edges += [
                Edge(f"{z_key}.{j}", f"{a_key}.{j}", f"f{layer}", float(f)) for j, f in enumerate(slope)
            ]
    jacobian = loss.output.jacobian(p)
    edges += [
        Edge(f"oa.{k}", f"os.{n}", "out", float(jacobian[n, k]))
        for k, n in itertools.product(range(p.size), repeat=2)
        if loss.output.coupled or k == n
    ]
    edges += [Edge(f"os.{k}", "L.0", "loss", float(v)) for k, v in enumerate(d_os)]
    nodes.append(Node("L.0", "L", 2 * top + 1, 0, float(v.values["L"][0]), 1.0))
    return Graph(tuple(nodes), tuple(edges))


def _nodes(view, kind, column):
    values, gradients = (view.values[key][0].tolist() for key in (kind, f"d_{kind}"))
    return [
        Node(f"{kind}.{row}", kind, column, row, value, gradient)
        for row, (value, gradient) in enumerate(zip(values, gradients, strict=True))
    ]
