"""The derivation of any network: every line holds, and a value that is off by a thousandth does not."""

import dataclasses

import numpy as np
import pytest
from derived import PROBLEMS, steps_of

from lab.derivation import CHAPTERS, Problem, _chapter, derive, evidence, summary
from lab.derivation.chapters import one_variable
from lab.derivation.evidence import DERIVATIVE, RECOMPUTED, SAMPLED, Claim, largest_error
from lab.derivation.step import Line, Step
from mlp import ACTIVATIONS, LOSSES


def off(value, share):
    """The value with its largest entry changed by that share, or by the share itself where it is 0."""
    moved = np.array(value, dtype=float)
    at = np.unravel_index(np.abs(moved).argmax(), moved.shape)
    moved[at] += share * (moved[at] if abs(moved[at]) > 1e-12 else 1.0)
    return moved


@pytest.mark.slow
@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: f"{problem.activation}-{problem.loss}")
def test_every_line_of_every_step_holds_and_none_would_hold_if_it_were_off(problem):
    steps = steps_of(problem)
    total = summary(steps.values())
    assert total.failed == ()
    assert total.verified == total.lines
    assert total.largest_error < 1e-9
    assert "f'(" in steps["hidden_delta"].lines[1].latex
    for step in steps.values():
        for name, claim in step.claims.items():
            share = max(1e-3, 4 * claim.tolerance)
            assert not claim.of(off(claim.numeric, share)).ok, (step.key, name)
        for line in step.lines:
            if line.value is not None:
                claim = step.claims[line.claim or step.main]
                assert not claim.of(off(line.value, max(1e-3, 4 * claim.tolerance))).ok


def test_a_wrong_slope_in_the_engine_is_found_where_it_enters_and_below(monkeypatch):
    wrong = dataclasses.replace(
        ACTIVATIONS["tanh"], derivative=lambda z, a, out=None: np.subtract(1, a, out=out)
    )
    monkeypatch.setitem(ACTIVATIONS, "tanh", wrong)
    problem = Problem(activation="tanh", hidden_layer_sizes=(3, 2), seed=987_654)  # in no other test
    found = {key for key, _ in summary(derive(problem)).failed}
    below = {f"hidden_{name}" for name in ("delta.2", "weights.2", "output", "delta", "weights")}
    assert below | {"inputs", "recursion", "every_layer", "elastic_net"} <= found
    assert not found & {"output_delta", "output_weights", "hidden_output.2", "loss", "batch_outer"}


def test_a_wrong_loss_gradient_in_the_engine_is_found(monkeypatch):
    correct = LOSSES["sigmoid_cross_entropy"]
    wrong = dataclasses.replace(correct, gradient=lambda o, T, out=None: -correct.gradient(o, T))
    monkeypatch.setitem(LOSSES, "sigmoid_cross_entropy", wrong)
    problem = Problem(loss="sigmoid_cross_entropy", seed=987_655)
    failed = {key for key, _ in summary(derive(problem, CHAPTERS[1:3])).failed}
    assert {"output_weights", "hidden_output", "batch_delta", "gradient_descent"} <= failed


def test_the_course_is_derived_in_its_order_and_whole():
    steps = derive(Problem())
    assert list(dict.fromkeys(step.chapter for step in steps)) == list(CHAPTERS)
    places = [place for step in steps for place in step.number.split(", ") if place]
    assert places == [f"1.{n}" for n in range(1, 10)] + [f"2.{n}" for n in range(1, 19)]
    keys = [step.key for step in steps]
    assert len(set(keys)) == len(keys)
    more = {"softplus_slope", "leaky_relu_slope", "gelu_slope", "softmax_jacobian", "softmax_shift"}
    more |= {"batch_outer", "recursion", "stall", "variance_layers", "zeros_equal", "momentum_unrolled"}
    assert more | {"adam_correction", "adam_update", "equal_units", "softmax_careful"} <= set(keys)


@pytest.mark.parametrize("depth", [1, 3])
def test_every_intermediate_of_every_layer_has_a_numerical_derivative(depth):
    problem = Problem(hidden_layer_sizes=(3, 4, 2)[:depth], seed=3)
    claims = {name: claim for step in derive(problem, CHAPTERS[1:2]) for name, claim in step.claims.items()}
    wanted = {"d_oa", "d_x"} | {f"d_{kind}{n}" for kind in ("ha", "hs") for n in range(1, depth + 1)}
    wanted |= {f"d_{kind}{n}" for kind in "Wb" for n in range(1, depth + 2)}
    assert wanted <= set(claims)
    assert all(claims[name].scheme.startswith("complex step") for name in wanted)


def test_keys_stay_when_the_network_grows_and_a_part_of_the_derivation_is_that_part():
    one, two = (derive(Problem(hidden_layer_sizes=sizes)) for sizes in ((3,), (3, 2)))
    assert {step.key for step in one} <= {step.key for step in two}
    part = derive(Problem(), (CHAPTERS[2],))
    assert [step.key for step in part] == [step.key for step in one if step.chapter == CHAPTERS[2]]


def test_the_summary_says_what_the_checks_say():
    steps = derive(Problem(), (CHAPTERS[1],))
    line = steps[3].lines[0]
    broken = dataclasses.replace(
        steps[3], lines=(line._replace(value=off(line.value, 0.1)), *steps[3].lines[1:])
    )
    before, after = summary(steps), summary((*steps[:3], broken, *steps[4:]))
    assert (after.lines, after.verified) == (before.lines, before.lines - 1)
    assert [key for key, _ in after.failed] == [steps[3].key]
    assert str(after).startswith(
        f"{after.lines - 1} of {after.lines} lines that state a number are verified "
    )
    assert before.lines == sum(line.value is not None for step in steps for line in step.lines)
    assert before.silent == sum(line.value is None for step in steps for line in step.lines)
    claim = steps[3].claims[steps[3].main]
    wrong = dataclasses.replace(
        steps[3], claims=steps[3].claims | {steps[3].main: claim.of(off(claim.analytic, 0.1))}
    )
    of_engine = summary((*steps[:3], wrong, *steps[4:]))
    assert (of_engine.verified, of_engine.agreeing) == (before.verified, before.agreeing - 1)
    assert f"{before.values - 1} of {before.values} values of the engine agree" in str(of_engine)


@pytest.fixture
def nothing_remembered():
    _chapter.cache_clear()
    yield
    _chapter.cache_clear()


def test_each_line_is_counted_by_how_it_is_checked(monkeypatch, nothing_remembered):
    problem = Problem(hidden_layer_sizes=(3, 2), l1=0.1)
    told = summary(derive(problem))
    # without any numerical derivative exactly the lines that are counted so lose what they are checked with
    _chapter.cache_clear()
    for module, name in ((evidence, "difference_quotient"), (one_variable, "quotient")):
        original = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, original=original: np.nan * original(*a))
    claims = [
        step.claims[line.claim or step.main]
        for step in derive(problem)
        for line in step.lines
        if line.value is not None
    ]
    lost = [not np.isfinite(np.asarray(claim.numeric, float)).all() for claim in claims]
    assert [claim.kind == DERIVATIVE for claim in claims] == lost
    assert told.by_derivative == sum(lost) > 40
    drawn = [claim for claim in claims if claim.kind == SAMPLED]
    assert told.sampled == len(drawn) == 3
    assert told.recomputed == len(claims) - sum(lost) - 3
    assert told.scatter == max(np.max(claim.tolerance) for claim in drawn) > 1e-3
    assert 1e-9 < told.sampled_error <= told.scatter
    assert told.largest_error < 1e-9


def stated(*claims, silent=0):
    """A Step with a line for each Claim, which says what it claims, and lines without a number."""
    named = {f"c{n}": claim for n, claim in enumerate(claims)}
    lines = [Line("", "", "", claim.analytic, name) for name, claim in named.items()]
    lines += [Line("", "", "")] * silent
    return Step(key="made_up", title="", question="", lines=tuple(lines), claims=named)


@pytest.mark.parametrize(
    ("claims", "silent", "words"),
    [
        (
            [Claim("", 1.0, 1.0)],
            1,
            "1 of 1 line that states a number is verified for this network: 1 by a numerical derivative, "
            "largest error 0e+00. 1 of 1 value of the engine agrees; 1 line states no number.",
        ),
        (
            [Claim("", 2.0, 2.0 + 4e-10, "50 digits"), Claim("", 1.0, 1.0)],
            0,
            "2 of 2 lines that state a number are verified for this network: 1 by a numerical derivative and "
            "1 by an identity or a second calculation, largest error 2e-10. "
            "2 of 2 values of the engine agree.",
        ),
        (
            [Claim("", 1.0, 1.25, "a mean", tolerance=0.5, sampled=True)],
            2,
            "1 of 1 line that states a number is verified for this network: 1 by random draws, largest error "
            "2e-01 with a sampling tolerance of 5e-01. 1 of 1 value of the engine agrees; 2 lines state no "
            "number.",
        ),
        (
            [
                Claim("", 1.0, 1.0, "a mean", tolerance=0.7, sampled=True),
                Claim("", 1.0, 1.25, "a mean", tolerance=0.5, sampled=True),
            ],
            0,
            "2 of 2 lines that state a number are verified for this network: 2 by random draws, largest "
            "error 2e-01 with a sampling tolerance of 7e-01. 2 of 2 values of the engine agree.",
        ),
        (
            [],
            0,
            "0 of 0 lines that state a number are verified for this network. "
            "0 of 0 values of the engine agree.",
        ),
    ],
)
def test_the_summary_in_words(claims, silent, words):
    assert str(summary([stated(*claims, silent=silent)])) == words
    assert {claim.kind for claim in claims} <= {DERIVATIVE, RECOMPUTED, SAMPLED}


@pytest.mark.parametrize(
    ("one", "other", "error"),
    [
        ([2.0, 1.0], [2.0, 1.1], 0.1 / 1.1),  # by the larger of both
        ([100.0, 1e-3], [100.0, 2e-3], 1e-3 / 1.0),  # a small entry by a hundredth of the largest
        ([0.0], [1e-9], 1e-3),  # below 1e-6 by the absolute size
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([1.0], [np.nan], np.inf),
        ([1.0, 2.0], [1.0], np.inf),
    ],
)
def test_the_measure_of_error(one, other, error):
    assert largest_error(np.array(one), np.array(other)) == pytest.approx(error)
