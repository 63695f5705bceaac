"""The problem that is drawn, its computation graph, and the sheet to print."""

import dataclasses
import math
import re

import numpy as np
import pytest
from derived import ONE_EACH, PROBLEMS, steps_of

from lab.derivation import CHAPTERS, Problem, derive, graph, sheet, summary
from lab.derivation.answers import within
from lab.derivation.latex import matrix
from lab.derivation.problem import trace
from lab.derivation.sheet import ALL_EXAMPLES, ON_PAPER, notation
from mlp import ACTIVATIONS, forward, loss_and_gradients
from mlp.config import NotAllowed


def test_what_is_drawn_has_two_decimals_no_zero_no_kink_and_a_loss_that_depends_on_it():
    for problem in PROBLEMS:
        arrays = [problem.X, *(array for layer in problem.params for array in layer)]
        for array in arrays:
            assert array.dtype == np.float64
            np.testing.assert_allclose(array * 100, np.round(array * 100), atol=1e-9)
            assert np.all(array != 0)
            assert not array.flags.writeable
        hidden = forward(problem.params, problem.X, problem.config).pre_activations[:-1]
        assert min(np.abs(z).min() for z in hidden) >= 2e-3
        assert np.abs(trace(problem, 1).dX).max() > 0
        assert set(problem.y) <= set(range(problem.m))


def test_a_unit_at_a_kink_is_drawn_again(monkeypatch):
    kinks = np.arange(-2, 2, 0.05)  # at 2e-3 from one of them is a twelfth of all that is drawn
    monkeypatch.setitem(ACTIVATIONS, "tanh", dataclasses.replace(ACTIVATIONS["tanh"], kinks=tuple(kinks)))
    for seed in range(987_000, 987_010):  # in no other test
        problem = Problem(activation="tanh", seed=seed)
        z = forward(problem.params, problem.X, problem.config).pre_activations[0]
        assert np.abs(z[..., np.newaxis] - kinks).min() >= 2e-3


def test_a_seed_draws_the_same_again_and_another_seed_something_else():
    one, again, other = Problem(seed=3), Problem(seed=3), Problem(seed=4)
    assert one == again
    assert hash(one) == hash(again)
    assert np.array_equal(one.X, again.X)
    assert not np.array_equal(one.params[0].W, other.params[0].W)
    # what the activation and the loss do is compared on the same network where both allow it
    assert np.array_equal(Problem(activation="tanh").params[0].W, Problem(activation="gelu").params[0].W)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"seed": 2**32}, "seed is 4294967296; allowed: whole numbers from 0 to 4294967295."),
        ({"seed": -1}, "seed is -1; allowed: whole numbers from 0 to 4294967295."),
        ({"activation": "step"}, "activation is 'step'; allowed: relu"),
        ({"l1": math.nan}, "l1 is nan; allowed: numbers from 0 to 10."),
        ({"l2": 10.1}, "l2 is 10.1; allowed: numbers from 0 to 10."),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(fields, message):
    with pytest.raises(NotAllowed, match=re.escape(message)):
        Problem(**fields)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 8])
def test_the_smallest_network_and_the_largest_are_derived(width):
    problem = Problem(d=width, hidden_layer_sizes=(width,) * 3, m=max(2, width), K=1 if width == 1 else 64)
    assert summary(derive(problem)).failed == ()


def test_on_the_graph_a_gradient_is_the_sum_over_the_edges_that_leave():
    for problem in PROBLEMS:
        nodes, edges = graph(problem)
        by_id = {node.id: node for node in nodes}
        assert len(by_id) == len(nodes)
        assert by_id["L.0"].gradient == 1.0
        for node in by_id.keys() - {"L.0"}:
            leaving = [edge.local * by_id[edge.target].gradient for edge in edges if edge.source == node]
            assert by_id[node].gradient == pytest.approx(math.fsum(leaving), rel=1e-9, abs=1e-12), node


def test_under_another_loss_the_network_and_its_examples_stay():
    sizes = {"d": 3, "hidden_layer_sizes": (5, 5, 1), "m": 3, "K": 5, "seed": 1453}
    problem = Problem(**sizes, activation="sigmoid")
    fresh = dataclasses.replace(problem, loss="sigmoid_squared_error")
    assert not np.array_equal(fresh.X, problem.X), "drawn anew, as its loss hardly depends on the inputs"
    for other in (
        problem.under("sigmoid_squared_error"),
        problem.under("sigmoid_cross_entropy").under("sigmoid_squared_error"),
    ):
        assert other.loss == other.config.loss == "sigmoid_squared_error"
        for ours, theirs in zip(
            (other.X, other.y, *other.params), (problem.X, problem.y, *problem.params), strict=True
        ):
            for one, two in zip(ours, theirs, strict=True):
                assert np.array_equal(one, two)


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS[::3], ids=lambda problem: problem.seed)
def test_a_number_that_a_step_and_its_graph_both_show_is_the_same(problem):
    n_compared = 0
    for step in steps_of(problem).values():
        if step.chapter == CHAPTERS[0] or step.key == "stall":  # its logits are not the network's
            continue
        nodes, _ = graph(step.about(problem), mean=step.mean, params=step.params)
        shown = {**step.values, **{key: claim.analytic for key, claim in step.claims.items()}}
        for kind in {node.kind for node in nodes}:
            rows = [node for node in nodes if node.kind == kind]
            n_examples = problem.K if step.mean else 1
            for key, field, together in ((kind, "value", np.mean), (f"d_{kind}", "gradient", np.sum)):
                if key in shown:
                    of_each = np.reshape(shown[key], (n_examples, len(rows)))
                    on_graph = [getattr(row, field) for row in rows]
                    np.testing.assert_allclose(on_graph, together(of_each, axis=0), atol=1e-12)
                    n_compared += 1
    assert n_compared > 100


@pytest.mark.parametrize("problem", ONE_EACH, ids=lambda problem: problem.seed)
def test_the_graph_holds_the_first_examples_values_and_every_parameters_gradient(problem):
    nodes, edges = graph(problem)
    by_id = {node.id: node for node in nodes}
    loss, gradients = loss_and_gradients(
        problem.params, problem.X[:1], problem.y[:1], problem.without_penalty
    )
    assert by_id["L.0"].value == pytest.approx(loss)
    shown = {edge.kind for edge in edges if edge.weight is not None}
    assert shown == {f"W{layer}" for layer in range(1, problem.depth + 2)}
    for layer, gradient in enumerate(gradients, 1):
        own = [edge for edge in edges if edge.kind == f"W{layer}"]
        assert len(own) == gradient.W.size
        for edge in own:
            i, j = (int(end.rpartition(".")[2]) for end in (edge.source, edge.target))
            assert edge.weight == edge.local == problem.params[layer - 1].W[i, j]
            assert edge.gradient == pytest.approx(gradient.W[i, j])
        for node in (by_id[edge.target] for edge in own):  # what arrives at a unit is what it computes
            arriving = [edge.weight * by_id[edge.source].value for edge in own if edge.target == node.id]
            bias = problem.params[layer - 1].b[node.row]
            assert node.value == pytest.approx(math.fsum([*arriving, bias]))
            assert node.gradient == pytest.approx(gradient.b[node.row])
    assert [node.column for node in nodes] == sorted(node.column for node in nodes)


@pytest.mark.slow
def test_every_step_lights_what_is_on_the_graph():
    for problem in ONE_EACH:
        nodes, edges = graph(problem)
        kinds = {one.kind for one in (*nodes, *edges)}
        kinds |= {f"b{layer}" for layer in range(1, problem.depth + 2)}
        for step in steps_of(problem).values():
            assert step.lit <= kinds, step.key
            assert step.lit or step.number.startswith("1.") or step.chapter != "The network"


@pytest.mark.parametrize("problem", ONE_EACH[:2], ids=lambda problem: problem.seed)
def test_the_sheet_asks_every_step_and_the_solutions_solve_it(problem):
    steps = derive(problem)
    tasks, solutions = sheet(problem, steps)
    for text in (tasks, solutions):
        assert re.findall("^## (.+)$", text, re.MULTILINE) == list(CHAPTERS), "each chapter has one heading"
    for n, step in enumerate(steps, 1):
        assert f"**{n}. {step.title}.** {ON_PAPER.get(step.key, step.question)}" in tasks
        assert f"**{n}. {step.title}.**" in solutions
        assert all(f"Rule: {line.rule}." in solutions for line in step.lines)
        assert all(line.text in solutions for line in step.code)
        for question in step.asks:
            if question.kind == "number":
                assert within(question) in tasks
                assert question.reason in solutions
                assert question.reason not in tasks
    for array in (problem.X, *(array for layer in problem.params for array in layer)):
        assert matrix(array, whole=True) in tasks
    before, _, _ = tasks.partition("**1. ")
    hidden = ("h^a", "h^s") if problem.depth == 1 else ()  # of several layers they have another index
    assert all(f"| ${{{symbol}}}$ | `" in before for symbol in (*hidden, "o^a", "o^s"))
    assert not re.search(r"\$\$([^$]+)\$\$\n\n\$\$\1\$\$", solutions), "no line is written twice"
    assert tasks.count("$$") % 2 == solutions.count("$$") % 2 == 0
    assert r"\q{" not in tasks + solutions


def test_the_sheet_leaves_no_number_out():
    problem = Problem(d=7, hidden_layer_sizes=(8,), m=4, K=9, seed=3)
    tasks, _ = sheet(problem, derive(problem))
    given = tasks.partition("## ")[0]
    assert "dots" not in given
    rows = [[float(x) for x in row.split("&")] for row in re.findall(r"[-.\d]+(?: & [-.\d]+)+", given)]
    for row in (*problem.X, *problem.params[0].W, *problem.params[1].W, problem.y + 1):
        assert row.tolist() in rows


def test_a_task_asks_for_what_its_step_is_about():
    problem = Problem(activation="tanh", K=3)
    tasks, _ = sheet(problem, derive(problem))
    task = {part.partition("**")[0].partition(" ")[2]: part for part in tasks.split("\n\n**")}
    for title, symbols in {
        "The Jacobian of softmax.": [r"\frac{\partial p}{\partial o}"],
        "The gradient of the hidden weights.": [r"L}{\partial W^{1}}", r"L}{\partial b^{1}}"],
        "Elastic net.": [r"J}{\partial W^{1}}", r"J}{\partial W^{2}}", r"J}{\partial b^{1}}"],
        "Momentum is a sum of all gradients.": ["v_t", r"\theta_t"],
    }.items():
        asks = "\n".join(line for line in task[title].splitlines() if line.startswith("   - Derive "))
        assert all(symbol in asks for symbol in symbols), task[title]
    over_all = {title for title, text in task.items() if "(All 3 examples.)" in text}
    assert {"Elastic net.", "The mean over a minibatch.", "Two units with equal weights."} <= over_all
    assert not {"The loss of one example.", "The gradient of the hidden weights."} & over_all
    single = Problem(K=1, seed=3)
    assert "(All 1 examples.)" not in sheet(single, derive(single))[0]


def test_a_task_over_all_examples_is_one_whose_numbers_change_with_the_others():
    one, more = (Problem(activation="tanh", K=K, d=2, seed=2) for K in (2, 3))
    assert (one.X[0] == more.X[0]).all()
    assert all((a.W == b.W).all() for a, b in zip(one.params, more.params, strict=True))
    for step, other in zip(derive(one), derive(more), strict=True):
        if step.key in ALL_EXAMPLES or step.chapter in CHAPTERS[:2] + CHAPTERS[3:4]:
            values = (np.asarray(each.claims[each.main].analytic) for each in (step, other))
            same = np.array_equal(*values)
            still = step.key == "zeros_equal"  # 0, whatever the examples
            assert same == (step.key not in ALL_EXAMPLES or still), step.key


@pytest.mark.parametrize("sizes", [(3,), (1, 5, 3)])
def test_the_notation_gives_every_quantity_the_shape_it_has(sizes):
    problem = Problem(d=4, hidden_layer_sizes=sizes, m=3, K=2)
    passed = forward(problem.params, problem.X[:1], problem.config)
    widths = {"d": 4, "m": 3} | {
        "d_h" if len(sizes) == 1 else f"d_{{{n}}}": w for n, w in enumerate(sizes, 1)
    }
    for layer in range(1, len(sizes) + 1):  # where one l stands for all hidden layers
        of_l = widths | {"d_l": sizes[layer - 1], "d_{l-1}": (4, *sizes)[layer - 1]}
        rows = [re.sub(r"[()]|\{,\}", "", one.shape).split(", ") for one in notation(problem)]
        dims = [tuple(int(of_l.get(word, word)) for word in row) for row in rows]
        hidden, output = problem.params[layer - 1], problem.params[-1]
        z, a = passed.pre_activations[layer - 1], passed.activations[layer - 1]
        arrays = (problem.X[:1], *hidden, z, a, *output, passed.pre_activations[-1], passed.output)
        arrays = (*arrays, np.eye(3)[problem.y[:1]], problem.y[:1])  # the target; a loss for each example
        assert dims == [array.shape for array in arrays]
