"""The graph of the network as it is drawn: its numbers, what is lit or hidden, and its title."""

import contextlib
import re
from types import SimpleNamespace

import numpy as np
import pytest
from derived import ONE_EACH, steps_of

from lab.derivation import CHAPTERS, Problem, paths
from lab.derivation.fading import left_out, numbers_of
from mlp import forward, loss_and_gradients
from ui.derivation import chain, figures

PROBLEM = Problem(activation="tanh", seed=2)
DEEP = Problem(activation="tanh", hidden_layer_sizes=(3, 3), seed=2)


@pytest.fixture
def drawn(monkeypatch):
    """A function of a step's key: its graph as it is drawn, by default as it is at first."""

    def of(key, problem=PROBLEM, *, revealed=True, graph=None, start=None, asked_by_lines=()):
        found, asked = SimpleNamespace(followed=[]), []

        def show(chart, kind, finding, key, **clicked):
            found.kind, found.finding, found.clicked = kind, finding, clicked

        def chart(nodes, edges, title, **how):
            found.nodes, found.edges = nodes.set_index("id"), edges.set_index("id")
            found.title, found.how = title, how

        def segmented_control(label, options, default, **_):
            found.first = default
            return graph or default

        monkeypatch.setattr(figures.st, "container", lambda **_: contextlib.nullcontext())
        monkeypatch.setattr(figures.st, "segmented_control", segmented_control)
        monkeypatch.setattr(figures.chain, "chosen", lambda *what: asked.append(what) or start)
        monkeypatch.setattr(figures.chain, "follow", lambda problem, start: found.followed.append(start))
        monkeypatch.setattr(figures.charts, "graph", chart)
        monkeypatch.setattr(figures, "show", show)
        step = steps_of(problem)[key]
        figures._network(step.about(problem), step, revealed, asked_by_lines)
        found.asked = bool(asked)
        return found

    return of


def test_the_graph_shows_the_values_of_the_first_example_at_steps_of_the_forward_pass(drawn):
    found = drawn("hidden_activation")
    passed = forward(PROBLEM.params, PROBLEM.X[:1], PROBLEM.config)
    z, out = passed.pre_activations[0][0], passed.pre_activations[1][0]
    assert found.first == figures.VALUES
    for name, values in (("x", PROBLEM.X[0]), ("ha1", z), ("hs1", np.tanh(z)), ("oa", out)):
        of_layer = [found.nodes.loc[f"{name}.{row}"] for row in range(len(values))]
        assert [node["value"] for node in of_layer] == pytest.approx(list(values))
        assert [node["text"] for node in of_layer] == [f"{value:.3g}" for value in values]
    loss, _ = loss_and_gradients(PROBLEM.params, PROBLEM.X[:1], PROBLEM.y[:1], PROBLEM.config)
    assert found.finding == f"The loss for the first example is {loss:.4g}"
    assert found.title == (
        "What each node computes for the first example, from left to right; its value is below it"
    )
    weight, slope = found.edges.loc["x.1>ha1.2"], found.edges.loc["ha1.2>hs1.2"]
    assert weight["text"].endswith(f": weight {PROBLEM.params[0].W[1, 2]:.3g}")
    assert slope["text"].endswith(f": slope {1 - np.tanh(z[2]) ** 2:.3g}")
    sizes = np.abs(PROBLEM.params[0].W) / np.abs(PROBLEM.params[0].W).max()
    for (i, j), size in np.ndenumerate(sizes):
        assert found.edges.loc[f"x.{i}>ha1.{j}", "size"] == pytest.approx(size)


def test_the_graph_shows_the_gradients_at_steps_of_the_backward_pass(drawn):
    found = drawn("hidden_delta")
    assert found.first == figures.GRADIENTS
    assert drawn("gradient_descent").first == figures.GRADIENTS
    assert found.title.startswith("How the loss changes with each node, from right to left; ∂L/∂node")
    assert found.finding.startswith("Gradients flow from the loss back to the inputs")
    one = PROBLEM.params, PROBLEM.X[:1], PROBLEM.y[:1], PROBLEM.config
    delta = loss_and_gradients(*one)[1][0].b  # ∂L/∂b is that of the pre-activation
    texts = [found.nodes.loc[f"ha1.{row}", "text"] for row in range(3)]
    assert texts == [f"{value:.3g}" for value in delta]
    carried = PROBLEM.params[0].W[1] * delta
    for j, value in enumerate(carried):
        edge = found.edges.loc[f"x.1>ha1.{j}"]
        assert f": gradient passed back {value:.3g}; weight " in edge["text"]
    assert (found.how["backward"], drawn("hidden_delta", graph=figures.VALUES).how["backward"]) == (
        True,
        False,
    )


def test_the_nodes_of_a_column_are_centred_and_the_first_is_on_top(drawn):
    nodes = drawn("loss").nodes
    assert nodes.loc[["ha1.0", "ha1.1", "ha1.2"], "y"].tolist() == [1.0, 0.0, -1.0]
    assert nodes.loc[["x.0", "x.1"], "y"].tolist() == [0.5, -0.5]
    assert nodes.loc[["x.0", "ha1.0", "hs1.0", "oa.0", "os.0", "L.0"], "x"].tolist() == [0, 1, 2, 3, 4, 5]
    edge = drawn("loss").edges.loc["x.1>ha1.2"]
    assert edge[["x", "y", "x2", "y2"]].tolist() == [0, -0.5, 1, -1.0]


@pytest.mark.parametrize(
    ("key", "problem", "of"),
    [
        ("loss", PROBLEM, " for the first example"),
        ("batch_mean", PROBLEM, ", mean of all 3 examples"),
        ("batch_mean", Problem(activation="tanh", K=2), ", mean of all 2 examples"),
        ("batch_mean", Problem(activation="tanh", K=1), " for the first example"),
        ("zeros_equal", PROBLEM, ", mean of all 3 examples, after 5 steps from zeros"),
        ("zeros_equal", Problem(activation="tanh", K=1), ", after 5 steps from zeros"),
        ("sigmoid_cross_entropy.loss", PROBLEM, " for the first example, under sigmoid with cross-entropy"),
    ],
)
def test_the_title_says_of_which_examples_and_network_the_numbers_are(drawn, key, problem, of):
    found = drawn(key, problem, graph=figures.VALUES)
    assert found.title == f"What each node computes{of}, from left to right; its value is below it"
    assert found.finding.startswith(f"The loss{of}{',' * (',' in of)} is ")


def test_what_a_step_asks_for_is_hidden_until_it_is_answered_and_what_is_given_is_not(drawn):
    found = drawn("hidden_pre_activation", revealed=False)
    asked = found.nodes.index.str.startswith("ha1.")
    assert set(found.nodes.loc[asked, "text"]) == {figures.HIDDEN}
    assert found.nodes.loc[asked, "value"].isna().all()
    assert found.nodes.loc[~asked, "value"].notna().all()
    assert figures.HIDDEN not in set(found.nodes.loc[~asked, "text"])
    assert not (found.edges["text"] == figures.HIDDEN).any(), "its weights are given"
    assert found.kind == "Computation graph, some numbers hidden"
    found = drawn("hidden_activation", revealed=False)
    hidden = found.edges["text"] == figures.HIDDEN
    assert hidden[hidden].index.tolist() == [f"ha1.{row}>hs1.{row}" for row in range(3)]
    backward = drawn("output_weights", revealed=False)
    lit = backward.edges.index.str.startswith("hs1.")
    assert (backward.edges.loc[lit, "text"] == figures.HIDDEN).all(), "with the gradient of each weight"
    assert not (backward.edges.loc[~lit, "text"] == figures.HIDDEN).any()
    gradient = drawn("hidden_delta", revealed=False)
    asked = gradient.nodes.index.str.startswith("ha1.")
    assert gradient.nodes.loc[asked, "gradient"].isna().all()
    assert gradient.nodes.loc[asked, "value"].notna().all()
    shown = drawn("hidden_delta")
    assert figures.HIDDEN not in {*shown.nodes["text"], *shown.edges["text"]}
    assert shown.kind == "Computation graph of the network"


@pytest.mark.parametrize("shown", [figures.VALUES, figures.GRADIENTS])
def test_an_asked_number_is_hidden_whatever_the_graph_shows_and_the_other_is_not(drawn, shown):
    (loss,) = steps_of(PROBLEM)["loss"].claims["L"].analytic
    found = drawn("loss", revealed=False, graph=shown)
    node = found.nodes.loc["L.0"]
    assert np.isnan(node["value"])
    assert node["gradient"] == 1
    assert node["text"] == {figures.VALUES: figures.HIDDEN, figures.GRADIENTS: "1"}[shown]
    assert f"{loss:.3g}" not in found.finding + found.title
    assert drawn("loss", graph=shown).nodes.loc["L.0", "value"] == loss
    found = drawn("output_delta", revealed=False, graph=shown).nodes
    asked = found.index.str.startswith("oa.")
    assert found.loc[asked, "gradient"].isna().all()
    assert found["value"].notna().all()
    assert (set(found.loc[asked, "text"]) == {figures.HIDDEN}) == (shown == figures.GRADIENTS)


@pytest.mark.slow
@pytest.mark.parametrize("shown", [figures.VALUES, figures.GRADIENTS])
@pytest.mark.parametrize("problem", [PROBLEM, DEEP, *ONE_EACH])
def test_a_number_that_a_line_asks_for_is_nowhere_in_the_graph(drawn, shown, problem):
    n_asked = 0
    for key, step in steps_of(problem).items():
        numbers = numbers_of(step, left_out(problem, step, 9).values())
        if not numbers or step.chapter == CHAPTERS[0]:
            continue
        found = drawn(key, problem, graph=shown, asked_by_lines=numbers)
        tooltips = [f"{x:.4g}" for name in ("value", "gradient") for x in found.nodes[name].dropna()]
        printed = " ".join(
            (*found.nodes["text"], *found.edges["text"], *tooltips, found.finding, found.title)
        )
        tokens = {float(f"{float(one):.3g}") for one in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", printed)}
        assert not tokens & set(map(float, numbers)), key
        assert found.nodes[["value", "gradient"]].isna().any(axis=None)
        assert len(tokens) > 3, "other numbers are shown"
        assert not found.how["clickable"]
        assert found.kind == "Computation graph, some numbers hidden"
        n_asked += 1
    assert n_asked or problem.activation == "identity"  # f′ is 1, so no line has a number worth asking for


def test_weights_are_told_unless_the_step_is_about_others(drawn):
    hidden = drawn("zeros_equal", revealed=False, graph=figures.VALUES).edges.loc["x.0>ha1.0", "text"]
    assert hidden == figures.HIDDEN
    assert ": weight " in drawn("zeros_equal", graph=figures.VALUES).edges.loc["x.0>ha1.0", "text"]


def test_a_steps_part_is_lit_or_the_whole_network_and_instead_the_paths_from_what_was_chosen(drawn):
    found = drawn("hidden_activation")
    assert set(found.nodes[found.nodes["lit"]].index.str.partition(".").get_level_values(0)) == {"ha1", "hs1"}
    assert found.edges["lit"].sum() == 3
    start = "x.0>ha1.1"
    path = drawn("hidden_activation", start=start)
    assert path.followed == [start]
    assert path.edges.loc[start, "lit"]
    assert not path.edges.loc["x.0>ha1.0", "lit"]
    of_class = f"os.{PROBLEM.y[0]}"  # the loss depends on no other output
    assert set(path.nodes[path.nodes["lit"]].index) == {
        *("x.0", "ha1.1", "hs1.1", "oa.0", "oa.1", of_class, "L.0")
    }


@pytest.mark.parametrize(
    ("key", "revealed", "followed"),
    [
        ("hidden_delta", True, True),
        ("hidden_delta", False, False),
        ("batch_mean", True, False),
        ("zeros_equal", True, False),
    ],
)
def test_paths_are_followed_once_the_numbers_of_the_first_example_are_shown(drawn, key, revealed, followed):
    found = drawn(key, revealed=revealed, start="x.0" if followed else None)
    assert found.asked == found.how["clickable"] == bool(found.clicked) == followed
    assert found.followed == ["x.0"] * followed


def test_numbers_have_three_digits_and_two_in_a_deeper_network(drawn):
    for problem, digits in ((PROBLEM, 3), (DEEP, 2)):
        found = drawn("loss", problem, graph=figures.VALUES)
        values, texts = found.nodes["value"], found.nodes["text"].to_list()
        assert texts == [f"{value:.{digits}g}" for value in values]
        assert texts != [f"{value:.{5 - digits}g}" for value in values]


@pytest.mark.parametrize(
    ("start", "problem", "n_formulas"),
    [
        ("hs1.1", PROBLEM, 2 + 1),  # two of four paths are silent: the loss is that of one class
        ("x.0>ha1.1", PROBLEM, 2 + 1),
        ("x.0", PROBLEM, 3 + 1),
        ("os.0", PROBLEM, 1 + 1),
        ("x.0", DEEP, 2 * 3 + 1),  # symbols and numbers of a longer product in a row each
    ],
)
def test_up_to_three_paths_are_written_out_with_their_products_and_the_gradient_last(
    monkeypatch, start, problem, n_formulas
):
    formulas, codes, said = [], [], []
    columns = contextlib.nullcontext(), SimpleNamespace(code=lambda text, **_: codes.append(text))
    monkeypatch.setattr(chain.st, "markdown", said.append)
    monkeypatch.setattr(chain.st, "columns", lambda *_, **__: columns)
    monkeypatch.setattr(chain.st, "latex", formulas.append)
    chain.follow(problem, start)
    assert len(formulas) == n_formulas
    assert said == [paths.sentence(paths.chain(problem, start))]
    every = paths.chain(problem, start)
    products = sorted((path.product for path in every.paths), key=abs, reverse=True)
    long = problem is DEEP
    for formula, product in zip(formulas[long : -1 : 1 + long], products, strict=False):
        assert rf"\approx {product:.3g}" in formula
        assert (" = " in formula) != long
    assert all(r"\footnotesize" in formula for formula in formulas[:-1] * long)
    assert rf"\approx {every.gradient:.3g}" in formulas[-1]
    assert codes == (["\n".join(paths.code(problem, start))] if start != "os.0" else [])
