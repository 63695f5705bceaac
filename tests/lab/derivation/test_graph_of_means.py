"""The computation graph of a minibatch and of one example: what each edge carries, and where nodes stand."""

import math

import numpy as np
import pytest

from lab.derivation import Problem, graph
from mlp import Layer, loss_and_gradients
from mlp.network import objective

SIZES = {"d": 2, "hidden_layer_sizes": (4, 3), "m": 5, "K": 6, "activation": "tanh"}
UNEVEN = Problem(**SIZES, seed=3)
SEPARATE = Problem(**SIZES, loss="sigmoid_cross_entropy", seed=4)


@pytest.mark.parametrize("mean", [False, True])
@pytest.mark.parametrize("problem", [UNEVEN, SEPARATE], ids=lambda problem: problem.loss)
def test_what_leaves_a_node_carries_its_gradient(problem, mean):
    nodes, edges = graph(problem, mean=mean)
    by_id = {node.id: node for node in nodes}
    for node in nodes[:-1]:
        leaving = [edge.carried for edge in edges if edge.source == node.id]
        assert math.fsum(leaving) == pytest.approx(node.gradient, rel=1e-9, abs=1e-12), node.id
    if not mean:
        for edge in edges:
            assert edge.carried == pytest.approx(edge.local * by_id[edge.target].gradient, abs=1e-14)
    n = 6 if mean else 1
    loss, gradients = loss_and_gradients(problem.params, problem.X[:n], problem.y[:n], problem.config)
    assert by_id["L.0"].value == pytest.approx(loss)
    for layer, gradient in enumerate(gradients, 1):
        own = [edge.gradient for edge in edges if edge.kind == f"W{layer}"]
        assert own == pytest.approx(gradient.W.ravel().tolist())
        units = [node.gradient for node in nodes if node.kind == ("oa" if layer == 3 else f"ha{layer}")]
        assert units == pytest.approx(gradient.b.tolist())


def test_of_a_minibatch_values_and_local_derivatives_are_means():
    nodes, edges = graph(UNEVEN, mean=True)
    (W1, b1), (W2, b2), (W3, b3) = UNEVEN.params
    z1 = UNEVEN.X @ W1 + b1
    z2 = np.tanh(z1) @ W2 + b2
    e = np.exp(np.tanh(z2) @ W3 + b3)
    p, t = e / e.sum(axis=1, keepdims=True), np.eye(5)[UNEVEN.y]
    values = {"x": UNEVEN.X, "ha1": z1, "hs1": np.tanh(z1), "ha2": z2, "hs2": np.tanh(z2), "os": p}
    for kind, array in values.items():
        shown = [node.value for node in nodes if node.kind == kind]
        assert shown == pytest.approx(array.mean(axis=0).tolist()), kind
    slopes = [edge.local for edge in edges if edge.kind == "f2"]
    assert slopes == pytest.approx((1 - np.tanh(z2) ** 2).mean(axis=0).tolist())
    local = {(edge.source, edge.target): edge.local for edge in edges if edge.kind in ("out", "loss")}
    for k in range(5):
        assert local[f"os.{k}", "L.0"] == pytest.approx((-t / p)[:, k].mean())
        for n in range(5):
            assert local[f"oa.{k}", f"os.{n}"] == pytest.approx((p[:, n] * ((n == k) - p[:, k])).mean())


def test_columns_go_from_the_inputs_to_the_loss_and_separate_outputs_have_one_edge_each():
    nodes, edges = graph(SEPARATE)
    kinds = ["x", "ha1", "hs1", "ha2", "hs2", "oa", "os", "L"]
    assert [(node.kind, node.column) for node in nodes] == [
        (kind, column)
        for column, kind in enumerate(kinds)
        for _ in range({"x": 2, "L": 1}.get(kind, 4 if "1" in kind else 3 if "2" in kind else 5))
    ]
    assert [node.row for node in nodes if node.kind == "ha2"] == [0, 1, 2]
    out = [(edge.source, edge.target) for edge in edges if edge.kind == "out"]
    assert out == [(f"oa.{k}", f"os.{k}") for k in range(5)]


@pytest.mark.parametrize("mean", [False, True])
def test_other_parameters_may_take_the_place_of_the_problems(mean):
    params = tuple(Layer(1.5 * W, b - 0.1) for W, b in UNEVEN.params)
    nodes, edges = graph(UNEVEN, mean=mean, params=params)
    n = 6 if mean else 1
    loss = objective(params, UNEVEN.X[:n], UNEVEN.y[:n], UNEVEN.config)[0]
    assert nodes[-1].value == pytest.approx(float(loss))
    assert {edge.weight for edge in edges if edge.kind == "W2"} == {*params[1].W.ravel().tolist()}
    z = UNEVEN.X[:n] @ params[0].W + params[0].b
    slopes = [edge.local for edge in edges if edge.kind == "f1"]
    assert slopes == pytest.approx((1 - np.tanh(z) ** 2).mean(axis=0).tolist())
