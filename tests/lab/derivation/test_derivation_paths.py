"""The chain rule along the graph: the paths of every node and weight sum to its derivative."""

import itertools
import math
import re

import numpy as np
import pytest
from derived import ONE_EACH, PROBLEMS

from lab.derivation import Problem, graph, plain
from lab.derivation.evidence import loss_derivative
from lab.derivation.paths import Chain, Path, chain, code, formula, sentence, starts, whole
from lab.derivation.problem import trace
from lab.derivation.symbols import View
from mlp import LOSSES

DEEP = Problem(hidden_layer_sizes=(3, 2), activation="tanh", m=3)


def numerical(problem):
    """∂L/∂ every start by the complex step on the loss, without the graph."""
    found = {}
    for layer, (fan_in, _) in enumerate([W.shape for W, _ in problem.params], 1):
        z = "oa" if layer == problem.depth + 1 else f"ha{layer}"
        below = f"hs{layer - 1}" if layer > 1 else "x"
        at = ("a", layer - 1) if layer > 1 else ("x", 1)
        found |= {f"{below}.{i}": value for i, value in enumerate(loss_derivative(problem, 1, *at)[0])}
        found |= {f"{z}.{j}": value for j, value in enumerate(loss_derivative(problem, 1, "z", layer)[0])}
        dW = loss_derivative(problem, 1, "W", layer)
        found |= {f"{below}.{i}>{z}.{j}": dW[i, j] for i, j in np.ndindex(dW.shape)}
        assert fan_in == len(dW)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "problem", [*ONE_EACH, DEEP], ids=lambda problem: f"{problem.activation}-{problem.loss}"
)
def test_what_the_paths_carry_sums_to_the_derivative(problem):
    truth = numerical(problem)
    assert {start for start in starts(problem) if not start.startswith("os.")} == set(truth)
    ends = {f"{edge.source}>{edge.target}" for edge in graph(problem).edges}
    for start, value in truth.items():
        one = chain(problem, start)
        total = math.fsum(path.product for path in one.paths)
        assert total == pytest.approx(value, rel=1e-9, abs=1e-12), start
        assert one.gradient == pytest.approx(value, rel=1e-9, abs=1e-12)
        for path in one.paths:
            assert set(path.edges) <= ends
            assert path.edges[0].startswith(start.partition(">")[0])
            assert path.edges[-1].endswith(">L.0")
            joints = [edge.split(">") for edge in path.edges]
            assert all(a[1] == b[0] for a, b in itertools.pairwise(joints))
        assert len({path.edges for path in one.paths}) == len(one.paths)


@pytest.mark.parametrize("problem", PROBLEMS[::4], ids=lambda problem: f"{problem.activation}-{problem.loss}")
def test_there_are_as_many_paths_as_ways_through_the_units(problem):
    out = problem.m**2 if LOSSES[problem.loss].output.coupled else problem.m
    assert len(chain(problem, "x.0").paths) == math.prod(problem.hidden_layer_sizes) * out
    assert len(chain(problem, "x.0>ha1.0").paths) == math.prod(problem.hidden_layer_sizes[1:]) * out
    assert len(chain(problem, "os.1").paths) == 1


def test_the_largest_path_is_first_whatever_its_sign():
    for start in ("x.0", "x.1>ha1.2", "hs1.1"):
        sizes = [abs(path.product) for path in chain(DEEP, start).paths]
        assert sizes == sorted(sizes, reverse=True)
        assert min(path.product for path in chain(DEEP, start).paths) < 0
    nothing = carrying(0.0, -0.0)
    assert nothing.share(nothing.paths) == 0.0


def test_the_factors_stand_in_the_order_of_the_formula_from_the_loss_down():
    problem = Problem(activation="tanh")
    wanted = ("x.0>ha1.1", "ha1.1>hs1.1", "hs1.1>oa.0", "oa.0>os.1", "os.1>L.0")
    path = next(one for one in chain(problem, "x.0>ha1.1").paths if one.edges == wanted)
    symbols, numbers = formula(problem, path, "x.0>ha1.1")
    way = ("L", "o^s_2", "o^a_1", "h^s_2", "h^a_2", "W^1_12")
    fractions = [f"\\frac\\partial {above}\\partial {below}" for above, below in itertools.pairwise(way)]
    assert re.sub("[{}]", "", plain(symbols)) == r"\, ".join(fractions)
    shown = [float(one.strip("()")) for one in plain(numbers).partition(r" \approx")[0].split(r" \cdot ")]
    np.testing.assert_allclose(shown, path.factors[::-1], rtol=6e-3, atol=5e-4)
    total = re.sub("[{}]", "", plain(whole(problem, "x.0>ha1.1")))
    assert total.startswith(r"\frac\partial L\partial W^1_12 \approx ")


def test_the_code_of_the_way_down_computes_the_gradient():
    v = View(DEEP)
    slopes = {f"slope{n}": slope for n, slope in enumerate(trace(DEEP, 1).slopes, 1)}
    given = {f"W{n}": W for n, (W, _) in enumerate(DEEP.params, 1)} | {"X": DEEP.X[:1]} | slopes
    given |= {"p": v.values["os"], "T": v.values["y"]} | {f"a{n}": v.values[f"hs{n}"] for n in (1, 2)}
    for start in starts(DEEP):
        lines, names = code(DEEP, start), dict(given)
        exec("\n".join(lines), names)
        if start.startswith("os."):
            assert lines == ()
            continue
        source, _, target = start.partition(">")
        at = [int(end.partition(".")[2]) for end in (source, target) if end]
        value = names[lines[-1].partition(" = ")[0]][tuple(at) if target else (0, *at)]
        assert value == pytest.approx(chain(DEEP, start).gradient, rel=1e-12), start
    assert code(DEEP, "hs2.0>oa.1") == ("delta3 = p - T", "dW3 = a2.T @ delta3")


def carrying(*values):
    return Chain("x₁", tuple(Path(("x.0>L.0",), (value,)) for value in values), sum(values))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (carrying(0.5), "1 path leads from x₁ to L."),
        (carrying(0.0), "1 path leads from x₁ to L. It contributes 0, because a factor is 0."),
        (
            carrying(0.5, 0.0),
            "2 paths lead from x₁ to L; ∂L/∂x₁ is the sum of their products. "
            "1 of them contributes 0, because a factor is 0.",
        ),
        (
            carrying(0.0, 0.0),
            "2 paths lead from x₁ to L; ∂L/∂x₁ is the sum of their products. "
            "They all contribute 0, because a factor is 0.",
        ),
        (
            carrying(3.0, -2.0, 1.0, 0.0, 0.0),
            "5 paths lead from x₁ to L; ∂L/∂x₁ is the sum of their products. "
            "2 of them contribute 0, because a factor is 0.",  # three are left, which are all that is shown
        ),
        (
            carrying(3.0, -2.0, 1.0, 1.0, 1.0),
            "5 paths lead from x₁ to L; ∂L/∂x₁ is the sum of their products. "
            "The 3 largest make up 75% of the sum of absolute values.",
        ),
    ],
)
def test_the_sentence_counts_the_paths_and_those_that_carry_nothing(one, said):
    assert sentence(one) == said
