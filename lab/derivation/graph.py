"""The computation graph of a network: its nodes with values and gradients, and its edges."""

from typing import NamedTuple

import numpy as np

from lab.derivation.problem import traced
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
    """`local` is ∂target/∂source; `carried` is local · ∂L/∂target, which sums to a node's gradient.

    kind: W1, …, f1, … (activation), out (softmax or σ) or loss. On edges of kind W, `local` is the weight;
    they also have ∂L/∂weight.
    """

    source: str
    target: str
    kind: str
    local: float
    carried: float
    weight: float | None = None
    gradient: float | None = None


class Graph(NamedTuple):
    """The nodes and edges of a computation graph."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph(problem, *, mean=False, params=None):
    """Return the Graph of the problem's first example, without penalty; with `mean`, of all examples.

    With `mean`, values and `local` are means over the examples, and gradients are those of the mean loss.
    `params`, if given, replace the problem's.
    """
    params = params or problem.params
    v, loss, top = View(problem, batch=mean, params=params), LOSSES[problem.loss], problem.depth + 1
    slopes = traced(problem, v.n, params).slopes
    # one row per example; the gradients of the mean loss contain the 1/n
    d_os = np.array([loss.output_gradient(*pair) for pair in zip(v.values["os"], v.values["y"], strict=True)])
    v.values["d_os"] = d_os / v.n
    nodes, edges = _nodes(v, "x", 0), []
    for layer, (W, _) in enumerate(params, 1):
        below, z_key, a_key = v.s.a_key(layer - 1), v.s.z_key(layer), v.s.a_key(layer)
        dW, dz = v.values[f"d_W{layer}"], v.values[f"d_{z_key}"].sum(axis=0)
        nodes += _nodes(v, z_key, 2 * layer - 1) + _nodes(v, a_key, 2 * layer)
        for i, j in np.ndindex(W.shape):
            numbers = map(float, (W[i, j], W[i, j] * dz[j], W[i, j], dW[i, j]))
            edges.append(Edge(f"{below}.{i}", f"{z_key}.{j}", f"W{layer}", *numbers))
        if layer < top:
            slope, da = slopes[layer - 1], v.values[f"d_{a_key}"]
            for j, numbers in enumerate(zip(slope.mean(axis=0), (slope * da).sum(axis=0), strict=True)):
                edges.append(Edge(f"{z_key}.{j}", f"{a_key}.{j}", f"f{layer}", *map(float, numbers)))
    jacobian = np.array([loss.output.jacobian(p) for p in v.values["os"]])  # (example, os, oa)
    carried = (jacobian * v.values["d_os"][:, :, np.newaxis]).sum(axis=0)
    for k, n in np.ndindex(carried.shape):
        if loss.output.coupled or k == n:
            numbers = map(float, (jacobian[:, n, k].mean(), carried[n, k]))
            edges.append(Edge(f"oa.{k}", f"os.{n}", "out", *numbers))
    for k, (local, carried) in enumerate(zip(d_os.mean(axis=0), v.values["d_os"].sum(axis=0), strict=True)):
        edges.append(Edge(f"os.{k}", "L.0", "loss", float(local), float(carried)))
    nodes.append(Node("L.0", "L", 2 * top + 1, 0, float(v.values["L"].mean()), 1.0))
    return Graph(tuple(nodes), tuple(edges))


def _nodes(view, kind, column):
    values, gradients = view.values[kind].mean(axis=0), view.values[f"d_{kind}"].sum(axis=0)
    return [
        Node(f"{kind}.{row}", kind, column, row, float(value), float(gradient))
        for row, (value, gradient) in enumerate(zip(values, gradients, strict=True))
    ]
