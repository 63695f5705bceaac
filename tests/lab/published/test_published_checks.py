"""What published courseworks' gradient checks show: against hand values, theory and other programs."""

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.links.pages import A_CODE, A_GRID, B_GRID
from lab.published import eight_digits, looped_epoch, one_sided
from lab.published.steps_of_n import COURSEWORK, STEPS, largest_differences
from mlp import Layer, init_params
from mlp.loops import Epoch

N = 1 / np.arange(1, 6)  # steps of N = 1 to 5


def test_the_grids_are_those_of_the_assignment_of_as_code_and_of_b():
    assert sorted(np.rint(1 / STEPS[A_CODE])) == [10, 50, 1000, 5000, 100_000]
    assert list(np.rint(1 / STEPS[B_GRID])) == list(range(1, 25))
    assert set(np.rint(1 / STEPS[A_CODE])) <= set(np.rint(1 / STEPS[A_GRID]))
    assert "plotted nothing" in COURSEWORK[A_GRID]
    assert "plotted nothing" in COURSEWORK[A_CODE]


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (
            (1.0, 0.25, 0.11, 0.0625, 0.04),
            (1.0, 0.25, 0.11, 0.0626, 0.0401),
            (
                "falls from 1.0e+00 at N = 1 to 4.0e-02 at N = 5**; from one N to the next it falls 4 of 4",
                "farther apart than 0.01% of the chart's height: **this wrong gradient looks the same.**",
                "does not tell them apart either",
            ),
        ),
        (
            (1.0, 0.25, 0.3, 0.01, 0.001),
            (1.0, 0.25, 0.3, 0.02, 0.011),  # twice as far off, then 11 times
            (
                "it falls 3 of 4 times",
                "up to 1% of the chart's height apart",
                "they separate at the last N: there",
                "is 11 times",
            ),
        ),
        (
            (1.0, 4.0, 3.0, 2.5, 2.0),
            (1.0, 4.0, 3.0, 2.5, 2.0),
            ("rises from 1.0e+00 at N = 1 to 2.0e+00 at N = 5**; from one N to the next it falls 3 of 4",),
        ),
        (
            (1.0, 0.5, 3.0, 0.5, 1.0),
            (1.0, 0.5, 3.0, 0.5, 1.0),
            ("goes from 1.0e+00 at N = 1 to 1.0e+00 at N = 5**",),
        ),
        (
            (1.0, 2.0, 3.0, 4.0, 5.0),
            (4.0, 5.0, 6.0, 7.0, 50.0),
            (
                "rises from 1.0e+00",
                "falls 0 of 4 times",
                "up to 92% of the chart's",
                "they separate at the last N: there",
                "is 10 times",
            ),
        ),
        (
            (1.0,) * 5,
            (1.0,) * 5,
            ("goes from 1.0e+00", "falls 0 of 4", "apart than 0.00%", "does not tell them apart"),
        ),
        (
            (1.0, 0.0, 0.3, 0.02, 0.01),
            (1.0, 0.5, 0.7, 0.3, 0.25),
            ("from N = 2 on the wrong gradient is more than 2 times", "and 25 times at the last N"),
        ),
        (
            (0.0,) * 5,
            (1e-4,) * 5,
            (
                "goes from 0 at N = 1",
                "100% of the chart's",
                "from N = 1 on",
                "infinitely many times at the last",
            ),
        ),
        (
            (1.0, 0.01, 0.02, 0.5, 4.0),
            (1.0, 0.5, 0.6, 1.5, 4.0),
            (
                "from N = 2 to N = 4: the wrong gradient is up to 50 times as far off, at N = 2. At the last",
                "N the errors of the differences themselves hide that of the gradient.",
            ),
        ),
        (
            (1.0, 0.5, 0.1, 1.0, 2.0),
            (1.0, 0.6, 0.9, 1.1, 9.0),
            (
                "they separate at N = 3: there the wrong gradient is 9 times as far off. ",
                "At the last N it is 4.5 times as far off.",
            ),
        ),
        (
            (1.0, 0.5, 0.1, 0.01, 0.001),
            (1.0, 0.5, 0.3, 0.21, 0.2),
            (
                "up to 20% of the",
                "from N = 3 on the wrong gradient is more than 2 times",
                "and 200 times at the last N",
            ),
        ),
    ],
)
def test_largest_differences_are_told_as_they_are(right, wrong, words):
    said = largest_differences(N, np.array(right), np.array(wrong), 1.0, 1e-4)
    assert "made 0.01% too large" in said
    for part in words:
        assert part in said


def test_derivatives_that_are_all_0_and_differences_that_are_no_numbers_are_told_apart():
    nothing = largest_differences(N, np.zeros(5), np.zeros(5), 0.0, 1e-4)
    assert nothing.startswith(
        "**All these derivatives are 0, and every difference from N = 1 to N = 5 is 0.**"
    )
    assert nothing.endswith(
        "Take another weight seed or another example; if all weights are 0, take another initializer."
    )
    lost = largest_differences(N, np.array([1.0, 1, 1, 1, np.nan]), np.ones(5), 1.0, 1e-4)
    assert lost.startswith("**Some differences are not numbers**")
    for last in (0.01002, 0.00998, 0.01):
        same = largest_differences(N[:2], np.array([0.01, last]), np.array([1.0, 1.0]), 1.0, 1e-4)
        assert same.startswith("**The largest difference goes from 1.0e-02 at N = 1 to 1.0e-02 at N = 2**")
    alone = largest_differences(N[:2], np.array([2.0, 1.0]), np.array([2.0, 1.0]), 1.0, 1e-4)
    assert "falls 1 of 1 time." in alone


def test_one_side_is_counted_as_c_counts_it():
    # f(x) = x⁴ at 1 and −1: central differences of h = 1 are 4x³ + 4xh², above at 1 and below at −1
    x, analytic = np.array([1.0, -1.0]), np.array([4.0, -4.0])
    found = one_sided.flagged({h: (analytic, np.array([4 + 4 * h * h, -4 - 4 * h * h])) for h in (1.0, 1e-5)})
    assert [(row.gradient, row.step, row.one_sided, row.two_sided) for row in found] == [
        ("right", 1.0, 1, 2),
        ("0.01 too high", 1.0, 1, 2),
        ("0.01 too low", 1.0, 1, 2),
        ("right", 1e-5, 0, 0),
        ("0.01 too high", 1e-5, 2, 2),
        ("0.01 too low", 1e-5, 0, 2),
    ]
    said = one_sided.verdict(found)
    assert said.startswith("**With h = 1, C's test reports 1 of 2 derivatives of the right gradient**, 1 of")
    assert "by more than 1e-7 in 2 places" in said
    assert "With h = 1e-5 it reports 0, 2 and 0; `|difference| > 1e-7`, a test of both sides," in said
    assert "reports 0, 2 and 2" in said
    # f is no parabola; of the parabola x², (f(x + h) − f(x − h)) / 2h is 2x at every step
    assert "in 2 places: over a step of 1 the loss is not even a parabola, and that" in said
    parabola = {h: (2 * x, ((x + h) ** 2 - (x - h) ** 2) / (2 * h)) for h in (1.0, 1e-5)}
    assert "places" not in one_sided.verdict(one_sided.flagged(parabola))
    assert "**So a gradient that is too low passes**" in said
    straight = one_sided.flagged(dict.fromkeys((1.0, 1e-05), (analytic[:1], analytic[:1])))
    assert "of 1 derivative of the right" in one_sided.verdict(straight)
    assert "parabola" not in one_sided.verdict(straight)
    at_the_limit, _, _ = one_sided.flagged({1.0: ([1e-7, 2e-7, -1e-7, -2e-7], np.zeros(4))})
    assert (at_the_limit.one_sided, at_the_limit.two_sided) == (1, 2), "only what is greater is reported"
    none_low = one_sided.flagged(dict.fromkeys((1.0, 1e-05), (analytic[:1], analytic[:1] - 1)))
    assert "too low passes" not in one_sided.verdict(none_low), "it is reported here"


@pytest.fixture(scope="module")
def circles():
    dataset = load_dataset(DataConfig())
    return dataset.X_train.astype(np.float64), dataset.y_train


def es_objective(params, X, y, constant):
    """E's objective, written once more: −log(o + c), ReLU, and λ on L1 and L2 of both matrices."""
    (W1, b1), (W2, b2) = params
    total = 0.0
    for x, label in zip(X, y, strict=True):
        o = np.exp(np.maximum(x @ W1 + b1, 0) @ W2 + b2)
        total -= np.log(o[label] / o.sum() + constant)
    return total / len(X) + sum(0.001 * (np.abs(W).sum() + (W**2).sum()) for W in (W1, W2))


@pytest.mark.parametrize("k", eight_digits.SIZES)
def test_all_pairs_of_e_are_those_of_its_objective_with_the_penalty(circles, k):
    X, y = circles[0][:k], circles[1][:k]
    found, params = eight_digits.pairs(X, y), init_params(eight_digits.CONFIG, 2, 2)
    assert found.objective == pytest.approx(es_objective(params, X, y, 0.0), rel=1e-12)
    assert found.objective_with_constant == pytest.approx(es_objective(params, X, y, 1e-6), rel=1e-12)
    at = 0
    for layer, part in ((layer, part) for layer in range(2) for part in range(2)):
        for place in np.ndindex(params[layer][part].shape):
            values = []
            for shift in (1e-6, -1e-6):
                moved = [Layer(W.copy(), b.copy()) for W, b in params]
                moved[layer][part][place] += shift
                values.append([es_objective(moved, X, y, constant) for constant in (0.0, 1e-6)])
            numeric, with_constant = (np.subtract(*values) / 2e-6).tolist()
            assert found.numeric[at] == pytest.approx(numeric, abs=1e-9)
            assert found.with_constant[at] == pytest.approx(with_constant, abs=1e-9)
            assert found.analytic[at] == pytest.approx(numeric, abs=1e-9)
            at += 1
    assert at == len(found.analytic) == 12


def test_the_gap_of_one_example_is_what_theory_says_of_the_datas_part(circles):
    found = eight_digits.pairs(circles[0][:1], circles[1][:1])
    share = 1e-6 / (found.outputs[0] + 1e-6)
    np.testing.assert_allclose(found.analytic - found.with_constant, share * found.of_data, atol=1e-9)
    gap = np.linalg.norm(found.analytic - found.with_constant) / np.linalg.norm(found.analytic)
    said = eight_digits.gaps(found)
    assert f"{gap:.2e} with it." in said
    assert f"o = {found.outputs[0]:.4f} for the right class and this penalty, theory says {gap:.2e}." in said
    ten = eight_digits.pairs(circles[0][:10], circles[1][:10])
    words = f"Over the examples, the right class has o from {min(ten.outputs):.3f} to {max(ten.outputs):.3f}."
    assert words in eight_digits.gaps(ten)


def test_the_published_gap_is_more_than_rounding_and_print_explain_and_tells_the_output(circles):
    gap, rounding = eight_digits.unexplained()
    assert gap == pytest.approx(1.5e-6)
    assert rounding == pytest.approx(4 * 1.1e-16 / 1e-6, rel=0.01)
    least, largest = eight_digits.probabilities()
    seen = []
    for w in np.linspace(-(2**-0.5), 2**-0.5, 41):  # what E would print, for every weight and both signs of g
        for o in (least + 1e-4, largest - 1e-4, least - 1e-4, largest + 1e-4):
            g = 0.53615986 - 0.001 * (np.sign(w) + 2 * w)
            seen.append((o, abs(g * 1e-6 / (o + 1e-6) - 1.5e-6) <= 1.05e-8))
    allowed = {o for o, fits in seen if fits}
    assert allowed == {least + 1e-4, largest - 1e-4}
    ours = eight_digits.pairs(circles[0][:1], circles[1][:1]).outputs[0]
    assert least < ours < largest


def epoch(seconds, *values):
    return Epoch((Layer(np.array([values]), np.zeros(len(values))),), seconds)


def test_an_epoch_in_both_forms_is_told_with_its_ratio_its_rounding_and_what_was_not_measured():
    rounding = looped_epoch.outcome("MNIST", 2450, epoch(10.0, 0.5, -2.0), epoch(2.0, 0.5, -2.0 + 1e-15))
    said = looped_epoch.said(rounding)
    assert said.startswith("**5.0×**: 2,450 images of MNIST took 10.00 s by a loop over examples and 2.00 s")
    assert "E published 11.4×; our loop calls the backward pass once per example, E's 4 times." in said
    assert "all 49,000 would take about 3 min and 40 s: extrapolated, not measured." in said
    assert "differ by up to 1.1e-15, where the largest is 2: equal up to rounding." in said
    whole = looped_epoch.outcome("MNIST", 49_000, epoch(1.0, 1.0), epoch(1.0, 1.0))
    assert "extrapolated" not in looped_epoch.said(whole)
    assert "the same parameters, to the last bit" in looped_epoch.said(whole)
    wrong = looped_epoch.outcome("MNIST", 20, epoch(1.0, 1.0), epoch(1.0, 1.1))
    assert "that is more than rounding" in looped_epoch.said(wrong)
    lost = looped_epoch.outcome("MNIST", 20, epoch(1.0, np.nan), epoch(1.0, 1.0))
    assert "some parameters are not finite" in looped_epoch.said(lost)
    assert "11.4×" in looped_epoch.QUOTE
    assert "between 2.8× and 11.4×" in looped_epoch.QUOTE


@pytest.mark.parametrize(
    ("seconds", "sizes"),
    [
        (1e-4, (49_000,)),
        (1e-3, (25_000, 49_000)),
        (0.0125, (2000, 49_000)),
        (9.0, (20, 49_000)),
    ],
)
def test_as_many_images_are_offered_as_loop_for_half_a_minute_and_all(seconds, sizes):
    assert looped_epoch.sizes(seconds) == sizes
