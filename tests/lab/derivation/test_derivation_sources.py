"""Where a number comes from: exactly the entries that are named make it, in numbers and in code."""

import numpy as np
import pytest
from derived import ONE_EACH, PER_LAYER
from made_up import registered

from lab.derivation import CHAPTERS, Problem, derive, graph
from lab.derivation.names import number, symbol
from lab.derivation.sources import equations, workings
from mlp import ACTIVATIONS, LOSSES

PROBLEMS = (*ONE_EACH, PER_LAYER)
SHIFTS = (4.0, -4.0, 0.01)


def steps_of(problem):
    """The steps by key."""
    return {step.key: step for step in derive(problem)}


def found(problem):
    """Every (step, Equation) of a problem."""
    return [(step, one) for step in steps_of(problem).values() for one in equations(problem, step)]


def as_computed(matrix):
    """The quantity of a Matrix as code holds it."""
    values = matrix.values.T if matrix.transposed else matrix.values
    return values[0] if matrix.sides == (1,) else values[:, 0] if matrix.sides == (0,) else values


def results(one, arrays):
    with np.errstate(invalid="ignore", divide="ignore"):
        return one.compute(*arrays)


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: f"{problem.activation}-{problem.loss}")
def test_an_entry_changes_with_each_of_its_sources_and_with_no_other_entry(problem):
    rng = np.random.default_rng(1)
    for step, one in found(problem):
        values = [part.values for part in one.parts]
        np.testing.assert_allclose(one.compute(*values), one.result.values, rtol=1e-12, atol=1e-14)
        generic = [rng.uniform(0.2, 0.8, part.values.shape) for part in one.parts]  # where no factor is 0
        before = results(one, generic)
        changes = {place: set() for place in np.ndindex(before.shape)}
        for part, array in enumerate(generic):
            for at in np.ndindex(array.shape):
                for shift in SHIFTS:
                    moved = [array.copy() for array in generic]
                    moved[part][at] += shift
                    for place in np.argwhere(results(one, moved) != before):
                        changes[tuple(place)].add((part, *at))
        for place, sources in changes.items():
            assert set(one.sources(*place)) == sources, (step.key, one.result.symbol, place)


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: f"{problem.activation}-{problem.loss}")
def test_the_code_of_a_matrix_and_of_each_entry_computes_it_and_the_numbers_are_those_of_its_sources(problem):
    f = ACTIVATIONS[problem.activation]
    functions = {
        problem.activation: f,
        f"{problem.activation}_derivative": lambda z: 1.0 * f.derivative(z, f(np.asarray(z))),
        "softmax": LOSSES["softmax_cross_entropy"].output,
        "sigmoid": ACTIVATIONS["sigmoid"],
    }
    functions["softplus"] = ACTIVATIONS["softplus"]
    for step, one in found(problem):
        every = [matrix for other in equations(problem, step) for matrix in (other.result, *other.parts)]
        names = {
            matrix.name: as_computed(matrix) for matrix in (*every, *one.parts) if "(" not in matrix.name
        }
        names |= functions | {"np": np, "y": np.argmax(step.values.get("y", [[0.0]]), axis=1)}
        for layer, (W, _) in enumerate(problem.params, 1):
            names.setdefault(f"W{layer}", W)
        with np.errstate(all="ignore"):
            whole = eval("".join(text for text, _ in one.code()), names)
        expected = one.result.values[0, 0] if one.result.sides == () else as_computed(one.result)
        np.testing.assert_allclose(whole, expected, rtol=1e-12, atol=1e-14)
        for place in np.ndindex(one.result.values.shape):
            with np.errstate(all="ignore"):
                entry = eval("".join(text for text, _ in one.code(*place)), names)
            np.testing.assert_allclose(entry, one.result.values[place], rtol=1e-12, atol=1e-14)
            pieces = one.written(*place)
            for part, *at in one.sources(*place):
                shown = " ".join(text for text, of in pieces if of == part)
                assert number(one.parts[part].values[tuple(at)]) in shown, (step.key, place)


def test_every_step_of_the_network_and_of_the_minibatch_shows_where_its_numbers_come_from():
    problem = Problem(activation="tanh", hidden_layer_sizes=(3, 2))
    for step in steps_of(problem).values():
        if step.chapter in CHAPTERS[1:3]:
            shown = equations(problem, step)
            assert shown, step.key
            about = {one.result.key for one in shown} & {step.main, "risk", *step.claims}
            assert about or step.key == "gradient_descent"


def test_a_product_is_written_out_as_on_paper():
    problem = Problem(activation="tanh")
    (one,) = workings(problem, steps_of(problem)["output_pre_activation"])
    result, left, _, bias = one["matrices"]
    a, (W, b) = np.tanh(problem.X[0] @ problem.params[0].W + problem.params[0].b), problem.params[1]
    cell = result["rows"][0][1]
    assert cell["name"] == "oᵃ₂"
    assert float(cell["text"].replace("−", "-")) == pytest.approx(a @ W[:, 1] + b[1], rel=5e-3)
    assert "".join(text for text, _ in cell["pieces"]) == (
        "0.0826 · 0.5 + (−0.421) · 0.95 + (−0.607) · (−1.09) + (−0.21)"
    )
    assert "".join(text for text, _ in cell["code"]) == "logits[0, 1] = a1[0, :] @ W2[:, 1] + b2[1]"
    assert {tuple(at) for at in cell["sources"]} == {
        *((1, 0, i) for i in range(3)),
        *((2, i, 1) for i in range(3)),
        (3, 0, 1),
    }
    assert left["rows"][0][0]["said"] == "It is used in oᵃ₁ and oᵃ₂."
    assert "".join(text for text, _ in left["rows"][0][0]["pieces"]).startswith("tanh(")
    assert bias["rows"][0][1]["said"] == "Given: a bias. It is used in oᵃ₂."


def test_a_part_names_what_it_goes_into_or_that_it_does_not_enter():
    problem = Problem(hidden_layer_sizes=(5,))
    (one,) = workings(problem, steps_of(problem)["hidden_pre_activation"])
    x = one["matrices"][1]["rows"][0][0]
    assert x["said"] == "Given: an input. It is used in 5 entries of hᵃ."
    (loss,) = workings(problem, steps_of(problem)["loss"])
    said = [cell["said"] for cell in loss["matrices"][1]["rows"][0]]
    y = problem.y[0]
    assert said[y] == "It is used in L."
    assert said[1 - y] == "It is not used in L."


def test_many_rows_are_shown_by_the_first_and_the_last():
    problem = Problem(activation="tanh", K=8, d=4, m=4)
    result, left, right = workings(problem, steps_of(problem)["batch_outer"])[1]["matrices"]
    assert [cell and cell["at"][1] for cell in left["rows"][0]] == [0, 1, 2, 3, 4, None, 7]
    assert [row[0] and row[0]["at"][0] for row in right["rows"]] == [0, 1, 2, 3, None, 7]
    pieces = result["rows"][0][0]["pieces"]
    assert "".join(text for text, _ in pieces).count(" · ") == 8, "the sum is whole"


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS[:3], ids=lambda problem: problem.activation)
def test_what_lights_up_is_in_the_graph_and_for_one_example_are_the_sources(problem):
    there = graph(problem)
    ids = {node.id for node in there.nodes} | {f"{edge.source}>{edge.target}" for edge in there.edges}
    for step in steps_of(problem).values():
        for one in workings(problem, step):
            cells = [c for m in one["matrices"] for row in m["rows"] for c in row if c]
            if step.chapter != CHAPTERS[3]:  # where another loss has other edges
                assert {name for cell in cells for name in cell["lit"]} <= ids, step.key
    (first,) = workings(problem, steps_of(problem)["hidden_pre_activation"])
    lit = first["matrices"][0]["rows"][0][0]["lit"]
    inputs = range(problem.d)
    assert set(lit) == {"ha1.0", *(f"x.{i}" for i in inputs), *(f"x.{i}>ha1.0" for i in inputs)}


def test_a_made_up_activation_and_loss_have_their_sources_too():
    with registered():
        problem = Problem(activation="crooked", loss="squared_softmax", hidden_layer_sizes=(2,), m=3)
        steps = steps_of(problem)
        (one,) = equations(problem, steps["hidden_activation"])
        assert "".join(text for text, _ in one.written(0, 0)).startswith("crooked(")
        (one,) = equations(problem, steps["output"])
        np.testing.assert_allclose(one.compute(*(part.values for part in one.parts)), one.result.values)
        (one,) = equations(problem, steps["output_delta"])  # by the chain rule through the output
        left, jacobian = (part.values for part in one.parts)
        np.testing.assert_allclose(left @ jacobian, steps["output_delta"].claims["d_oa"].numeric, rtol=1e-9)


@pytest.mark.parametrize(
    ("key", "depth", "index", "text"),
    [
        ("x", 1, (0,), "x₁"),
        ("ha1", 1, (1,), "hᵃ₂"),
        ("hs2", 3, (0,), "h²ˢ₁"),
        ("W2", 1, (0, 3), "W²₁₄"),
        ("d_J_W1", 2, (1, 1), "∂J/∂W¹₂₂"),
        ("slope1", 1, (2,), "f′(hᵃ₃)"),
        ("L", 1, (), "L"),
    ],
)
def test_symbols_in_plain_text(key, depth, index, text):
    assert symbol(key, depth, index) == text


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (-0.0, "0"),
        (-1.23456, "−1.23"),
        (1e-7, "1 · 10⁻⁷"),
        (np.inf, "∞"),
        (np.nan, "nan"),
        (12345.6, "1.23 · 10⁴"),
        (12345.0, "12345"),
        (-1003.0, "−1003"),
        (1e5, "1 · 10⁵"),
    ],
)
def test_numbers_in_plain_text(x, text):
    assert number(x) == text


@pytest.mark.parametrize("problem", PROBLEMS[:2], ids=lambda problem: problem.activation)
def test_states_of_an_optimizer_are_those_of_its_loop_with_the_published_decays(problem):
    """Momentum keeps 0.9 of v; Adam 0.9 of m and 0.999 of s (Kingma & Ba 2015)."""
    shown = {(step.key, one.result.symbol): one for step, one in found(problem)}
    values = {key: one.result.values[0] for key, one in shown.items()}
    by_step = {
        key: shown[key, name].parts[1].values
        for key, name in (("momentum_unrolled", "v₄"), ("adam_moments", "m₄"))
    }
    g = shown["momentum_constant", "v₃₀"].parts[0].values[0]
    np.testing.assert_array_equal(shown["adam_correction", "m₄"].parts[0].values[0], g)

    def states(steps):
        v = m = s = 0.0
        for one in steps:
            v, m, s = 0.9 * v + one, 0.9 * m + 0.1 * one, 0.999 * s + 0.001 * one**2
        return v, m, s

    expected = {("momentum_unrolled", "v₄"): states(by_step["momentum_unrolled"])[0]}
    expected["momentum_constant", "v₃₀"], *_ = states([g] * 30)
    expected["momentum_constant", "v in the end"], *_ = states([g] * 1000)
    for key, steps in (("adam_moments", by_step["adam_moments"]), ("adam_correction", [g] * 4)):
        _, expected[key, "m₄"], expected[key, "s₄"] = states(steps)
    expected["adam_correction", "m̂₄"], expected["adam_correction", "ŝ₄"] = g, g**2
    for key, value in expected.items():
        np.testing.assert_allclose(values[key], value, rtol=1e-10, err_msg=key)
    m, s = (states(by_step["adam_moments"])[n] / (1 - decay**4) for n, decay in ((1, 0.9), (2, 0.999)))
    before = shown["adam_update", "θ₄"].parts[0].values[0]
    np.testing.assert_allclose(
        values["adam_update", "θ₄"], before - 0.01 * m / (np.sqrt(s) + 1e-8), rtol=1e-10
    )


@pytest.mark.parametrize("problem", PROBLEMS[:2], ids=lambda problem: problem.activation)
def test_a_number_in_a_written_entry_points_at_the_matrix_that_has_it(problem):
    n_checked = 0
    shown = [
        zip(equations(problem, step), workings(problem, step), strict=True)
        for step in steps_of(problem).values()
    ]
    for one, drawn in (pair for pairs in shown for pair in pairs):
        matrices = (one.result, *one.parts)
        for cell in (cell for row in drawn["matrices"][0]["rows"] for cell in row if cell):
            for text, matrix in cell["pieces"]:
                if matrix >= 0:
                    numbers = {number(value) for value in matrices[matrix].values.flat}
                    assert any(value in text for value in numbers), (text, numbers)
                    n_checked += 1
    assert n_checked > 200


def test_the_transpose_of_a_longer_name_is_that_of_the_name_in_brackets():
    shown = {part.symbol for _, one in found(PER_LAYER) for part in one.parts if part.transposed}
    assert shown == {"xᵀ", "(W¹)ᵀ", "(W²)ᵀ", "(W³)ᵀ", "(h¹ˢ)ᵀ", "(h²ˢ)ᵀ"}
