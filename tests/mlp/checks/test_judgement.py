"""The judgement on a gradient check: bands, what is excused and why, and what is not."""

import numpy as np
import pytest

from mlp import ACTIVATIONS, Layer, TrainConfig, gradient_check, init_params
from mlp.checks.gradient_check import compared
from mlp.checks.judgement import (
    CAUSES,
    ERRORS,
    KINDS,
    PASSES,
    band,
    has_kinks,
    judge,
    judged,
    rounding_floor,
)

HOW = {"scheme": "central", "step": 1e-5, "dtype": "float64"}


def example(activation="tanh", n=16, **fields):
    config = TrainConfig(hidden_layer_sizes=(5, 4), activation=activation, dtype="float64", **fields)
    rng = np.random.default_rng(1)
    return init_params(config, 2, 3), rng.standard_normal((n, 2)), rng.integers(0, 3, n), config


def judged_network(what, how, change=lambda a: a):
    """(check, judgement) with the gradient from backpropagation changed by hand."""
    check = gradient_check(*what, **how)
    check = compared(check.index, change(check.analytic.copy()), check.numeric, check.crosses_kink)
    return check, judge(check, *what, **how)


def off(position, factor):
    def change(analytic):
        analytic[position] *= factor
        return analytic

    return change


def causes(found):
    return {CAUSES[cause] for cause in found.cause}


@pytest.mark.parametrize(
    ("edge", "above", "below"),
    [(1e-2, "wrong", "uncomfortable"), (1e-4, "uncomfortable", "usual"), (1e-7, "usual", "happy")],
)
def test_the_bands_and_their_edges(edge, above, below):
    assert (band(1.01 * edge), band(edge)) == (above, below)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("scheme", ["central", "complex"])
def test_the_right_gradient_makes_happy_whatever_the_network(activation, scheme):
    _, found = judged_network(example(activation), HOW | {"scheme": scheme})
    assert found.kind == "happy"
    assert "unexplained" not in causes(found)


@pytest.mark.parametrize(
    ("factor", "kind", "scheme"),
    [
        (2.0, "wrong", "central"),
        (1.001, "uncomfortable", "central"),
        (1.00001, "unexplained", "central"),
        # it leaves truncation of 1e-5: an error of a thousandth stays when h is halved
        (1.001, "uncomfortable", "forward"),
    ],
)
def test_one_wrong_entry_is_found_and_named(factor, kind, scheme):
    what, how = example(), HOW | {"scheme": scheme}
    largest = int(np.abs(gradient_check(*what, **HOW).analytic).argmax())
    check, found = judged_network(what, how, off(largest, factor))
    assert found.kind == kind
    assert found.worst == largest
    assert [CAUSES[cause] for cause in found.cause].count("unexplained") == 1
    assert check.relative_error[found.worst] == pytest.approx(1 - 1 / factor, rel=0.02)


def cubes(theta, scale, h, factor):
    """The judgement of Σ scale θ³ at a step h, its gradient made wrong by factors, by hand.

    A central difference of θ³ is 3θ² + h², exactly: all of its error is truncation.
    """

    def numeric(step):
        return scale * (3 * theta**2 + step**2)

    check = compared(
        np.arange(theta.size), factor * 3 * scale * theta**2, numeric(h), np.zeros(theta.size, bool)
    )
    loss = float((scale * theta**3).sum())
    return judged(
        check, lambda entries: numeric(h / 2)[entries], loss, scheme="central", step=h, dtype="float64"
    )


@pytest.mark.parametrize("h", [1e-2, 1e-3])
def test_an_error_above_what_truncation_leaves_is_found_and_one_below_is_not(h):
    theta, scale = np.array([1.0, 0.5, -0.3, 2.0]), np.array([1.0, 3.0, 2.0, 1.0])
    right = cubes(theta, scale, h, np.ones(4))
    assert not right.finds_error
    # the largest error, 3h², as a share of the largest derivative, 12
    assert right.resolution == pytest.approx(3 * h**2 / 12, rel=1e-3)
    assert right.shrinkage == pytest.approx(4, rel=1e-3)
    assert (right.kind, right.hides, right.largest) == ("usual", "truncation", 12)
    for share, found in ((0.9, False), (1.1, True)):
        # made too small, so that it adds to the truncation of its entry, h²: together as much as 3h²
        planted = share * (3 * h**2 - h**2) / 12
        wrong = cubes(theta, scale, h, np.array([1.0, 1.0, 1.0, 1 - planted]))
        assert wrong.finds_error == found
        assert wrong.kind == ("unexplained" if found else right.kind)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize(
    "how",
    [HOW, HOW | {"dtype": "float32", "step": 1e-2}, HOW | {"step": 1 / 24}, HOW | {"scheme": "complex"}],
    ids=str,
)
def test_the_right_gradient_is_never_wrong_and_one_beyond_the_resolution_is(activation, how):
    what = example(activation)
    check, right = judged_network(what, how)
    assert not right.finds_error
    smooth = np.flatnonzero(~check.crosses_kink)
    largest = smooth[np.abs(check.analytic[smooth]).argmax()]
    # moved away from the numerical one
    sign = np.sign((check.analytic - check.numeric)[largest] * check.analytic[largest]) or 1.0
    for share, found in ((0.2, False), (2.0, True)):
        planted = sign * max(share * right.resolution, (0.5 if share < 1 else 2) * 1e-7)
        _, wrong = judged_network(what, how, off(largest, 1 + planted))
        assert wrong.finds_error == found


def test_where_all_derivatives_are_0_nothing_was_compared_and_a_derivative_missed_is_an_error():
    nought = np.zeros(3)
    how = {"scheme": "central", "step": 1e-5, "dtype": "float64"}
    for numeric, kind in ((nought, "nothing"), (np.array([0.0, 0.5, 0.0]), "wrong")):
        check = compared(np.arange(3), nought, numeric, np.zeros(3, bool))
        found = judged(check, lambda entries, n=numeric: n[entries], 0.5, **how)
        assert (found.kind, found.passes, found.only_kinks) == (kind, False, False)
    all_cross = compared(np.arange(3), nought, nought, np.ones(3, bool))
    found = judged(all_cross, lambda entries: nought[entries], 0.5, **how)
    assert (found.kind, found.passes, found.only_kinks) == ("blind", False, True)
    one = compared(np.arange(1), np.ones(1), np.ones(1), np.zeros(1, bool))
    assert judged(one, None, 0.5, **how).kind == "happy"


def test_every_kind_either_passes_or_finds_an_error_or_cannot_tell():
    assert set(KINDS) == {*ERRORS, *PASSES, "not finite", "nothing", "blind"}
    assert not set(ERRORS) & set(PASSES)


@pytest.mark.parametrize(("scheme", "step", "shrinkage"), [("forward", 1e-4, 2), ("central", 1e-3, 4)])
def test_truncation_shrinks_by_the_order_of_the_scheme(scheme, step, shrinkage):
    _, found = judged_network(example(), HOW | {"scheme": scheme, "step": step})
    assert found.shrinkage == pytest.approx(shrinkage, rel=0.1)
    assert "truncation" in causes(found)
    assert "unexplained" not in causes(found)


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        # of 100, a quarter should be left: up to 1.5 × 25, and 4 × the floor at h/2, which is 2
        *((100, 45, "truncation"), (100, 46, "unexplained")),
        # no less than a third of the 250, minus those 8
        *((1000, 76, "truncation"), (1000, 75, "unexplained")),
        *((12, 8.9, "truncation"), (12, 9.1, "unexplained")),  # three quarters of it: it did not shrink
        (4.1, 4.1, "unexplained"),
        (3.9, 3.9, "rounding"),
    ],
)
def test_what_an_error_becomes_at_half_the_step_tells_truncation_from_a_mistake(before, after, cause):
    floor, right = 2**-53 / HOW["step"], 1e-5  # the errors are so many times the floor of the step
    check = compared(np.arange(1), np.array([right]), np.array([right + before * floor]), np.zeros(1, bool))
    assert check.relative_error[0] > 1e-7, "an error above this has a cause"
    found = judged(check, lambda entries: np.array([right + after * floor]), 0.5, **HOW)
    assert CAUSES[found.cause[0]] == cause


def test_shrinkage_is_the_median_and_nothing_that_is_no_number_is_compared():
    floor, right = 2**-53 / HOW["step"], np.full(3, 1e-5)
    check = compared(np.arange(3), right, right + 100 * floor, np.zeros(3, bool))
    found = judged(check, lambda entries: right + np.array([25, 25, 40]) * floor, 0.5, **HOW)
    assert found.shrinkage == pytest.approx(4, rel=1e-6)
    check = compared(np.arange(2), np.ones(2), np.array([np.nan, 1.5]), np.array([False, True]))
    found = judged(check, None, 0.5, **HOW)
    assert (found.kind, found.resolution, found.worst) == ("not finite", np.inf, 0)


@pytest.mark.parametrize("how", [{"dtype": "float32"}, {"step": 1e-12}, {"scheme": "forward", "step": 0.1}])
def test_a_check_that_could_not_see_an_error_of_1e_4_says_so(how):
    _, found = judged_network(example(), HOW | how)
    assert found.kind == "blind"
    assert found.resolution > 1e-4


def test_the_resolution_is_what_a_hidden_error_may_reach():
    what, how = example(), HOW | {"dtype": "float32"}
    honest, found = judged_network(what, how)
    largest = int(np.abs(honest.analytic).argmax())
    _, hidden = judged_network(what, how, off(largest, 1 + 0.5 * found.resolution))
    assert hidden.kind == "blind"
    _, seen = judged_network(what, how, off(largest, 1 + 10 * found.resolution))
    assert seen.kind == "wrong"


def test_small_derivatives_at_the_rounding_floor_are_told_from_wrong_ones():
    X, y = np.array([[1.0, -2.0]]), np.array([0])
    config = TrainConfig(hidden_layer_sizes=(), dtype="float64")
    # logits 20 apart: the derivatives are about 2e-9, the floor u/h 1e-11
    params = (Layer(np.array([[20.0, 0.0], [0.0, 0.0]]), np.zeros(2)),)
    check, found = judged_network((params, X, y, config), HOW)
    assert 1e-10 < np.abs(check.analytic).max() < 1e-8
    assert found.floor == pytest.approx(2**-53 / 1e-5)
    assert check.relative_error.max() > 1e-7
    assert causes(found) <= {"rounding", "agrees"}
    assert (found.kind, found.hides) == ("blind", "rounding")


def test_who_crosses_a_kink_is_set_apart():
    what = example("relu", n=64)
    how = HOW | {"step": 1e-2}
    check, found = judged_network(what, how)
    crossing = check.crosses_kink
    assert 0 < crossing.sum() < len(crossing)
    assert {CAUSES[cause] for cause in found.cause[crossing]} == {"kink"}
    assert "kink" not in {CAUSES[cause] for cause in found.cause[~crossing]}
    assert check.relative_error[crossing].max() > 1e-2
    assert found.kind in ("usual", "happy")
    assert not crossing[found.worst]
    assert not found.only_kinks


def test_numbers_that_are_none_are_no_success():
    params, X, y, config = example()
    params = (Layer(params[0].W * np.nan, params[0].b), *params[1:])
    with np.errstate(invalid="ignore"):
        _, found = judged_network((params, X, y, config), HOW)
    assert found.kind == "not finite"
    assert CAUSES[found.cause[found.worst]] == "not a number"


@pytest.mark.parametrize(
    ("scheme", "step", "loss", "largest", "floor"),
    [
        ("central", 1e-5, 0.01, 0.1, 1e5 * 2**-53),
        ("forward", 1e-5, 30.0, 0.1, 2 * 30 * 1e5 * 2**-53),
        ("central", 1e-5, -30.0, 0.1, 30 * 1e5 * 2**-53),  # of any function, not of a loss alone
        ("complex", 1e-20, 0.5, 3.0, 3 * 2**-53),
    ],
)
def test_the_rounding_floor_grows_with_the_loss_or_the_largest_derivative(scheme, step, loss, largest, floor):
    assert rounding_floor(scheme, step, "float64", loss, largest) == pytest.approx(floor)
    assert rounding_floor(scheme, step, "float32", loss, largest) == pytest.approx(floor * 2**29)


@pytest.mark.parametrize(
    ("beside", "loss", "size"), [(0.0, 1e-6, 1e-6), (1e-3, 1e-6, 1e-3), (1e-3, -0.5, 0.5), (8.0, 0.5, 8.0)]
)
def test_the_floor_of_another_function_is_that_of_the_larger_of_its_value_and_what_is_added_to_it(
    beside, loss, size
):
    for scheme, times in (("central", 1), ("forward", 2)):
        floor = rounding_floor(scheme, 1e-5, "float64", loss, 0.1, beside)
        assert floor == pytest.approx(times * size * 1e5 * 2**-53)


def test_kinks_come_from_the_activation_or_from_an_l1_penalty():
    assert has_kinks(TrainConfig(activation="relu"))
    assert has_kinks(TrainConfig(activation="tanh", l1=(0.0, 0.1)))
    assert not has_kinks(TrainConfig(activation="tanh", l2=0.1))
