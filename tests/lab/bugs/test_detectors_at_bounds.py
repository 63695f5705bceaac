"""The bounds of the bug lab's tests, and made-up programs that no planted bug is like."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from test_detectors_in_words import CONFIG, RAW

from lab.bugs import BUGS, DETECTORS, RIGHT, bench, check, detectors, program, train
from mlp import TrainConfig
from mlp.checks.judgement import HAPPY


@pytest.fixture(scope="module")
def right():
    return bench(RIGHT, CONFIG, RAW)


def with_steps(on, **steps):
    return on._replace(steps=RIGHT._replace(**steps))


def scaled(**factors):
    """A scaling that multiplies some splits by a factor more."""
    names = ("train", "valid", "test")
    return lambda splits, scaling: tuple(
        X * factors.get(name, 1.0) for name, X in zip(names, RIGHT.encode(splits, scaling), strict=True)
    )


def test_the_loss_of_a_check_is_the_one_that_the_program_reports_with_its_penalty(right, monkeypatch):
    asked = []
    monkeypatch.setattr(check, "judged_by", lambda checks, h, loss: asked.append((checks(h), h, loss)))
    config = replace(CONFIG, l2=5.0)
    on = right._replace(config=config)
    check.judged(on, 1e-4, 7)
    ((checks, h, loss),) = asked
    x, t = on.batch()
    assert h == 1e-4
    assert loss == float(program.objective(RIGHT, on.params, x, t, config)) > 5
    assert [one.index.size for one in checks] == [7, 4, 7, 3]
    assert all(np.array_equal(one.index, np.unique(one.index)) for one in checks)
    ends = [one.index[[0, -1]].tolist() for one in checks]
    assert ends == [[0, np.prod(one.shape) - 1] for one in checks], "from its first entry to its last"


def test_central_differences_in_double_precision_are_judged_at_their_step_and_at_half_of_it(
    right, monkeypatch
):
    asked, steps = [], []

    def judged(whole, halved, loss, **how):
        asked.append((whole, loss, how))
        asked.append(halved(np.array([0, 3])))

    def checks(h):
        steps.append(h)
        zero = np.zeros(2)
        entries = check.TensorCheck("W1", (2,), np.arange(2), zero + 1, zero + h, np.array([False, True]))
        return [entries, entries._replace(name="b1", analytic=zero + 2, numeric=zero + 3 * h)]

    monkeypatch.setattr(check.judgement, "judged", judged)
    check.judged_by(checks, 0.5, 0.7, beside=0.25)
    (whole, loss, how), half = asked
    assert (loss, how) == (0.7, {"scheme": "central", "step": 0.5, "dtype": "float64", "beside": 0.25})
    assert (steps, half.tolist()) == ([0.5, 0.25], [0.25, 0.75])
    assert (whole.analytic.tolist(), whole.numeric.tolist()) == ([1, 1, 2, 2], [0.5, 0.5, 1.5, 1.5])
    assert whole.crosses_kink.tolist() == [False, True] * 2
    check.judged_by(checks, 0.5, 0.7)
    assert asked[2][2]["beside"] == 1.0


@pytest.mark.parametrize(
    ("resolution", "by", "coarse"),
    [
        (2e-7, "truncation", True),
        (2e-7, "rounding", False),
        (HAPPY, "truncation", False),
        (np.inf, "truncation", False),
        (np.nan, "truncation", False),
    ],
)
def test_a_step_is_too_coarse_if_truncation_alone_hides_errors(resolution, by, coarse):
    verdict = SimpleNamespace(
        resolution=resolution, hides=by, kind="", only_kinks=False, cause=np.zeros(4, int)
    )
    derivatives = [np.array([0.5, -3.0]), np.array([1.0, 2.0])]
    checks = [
        check.TensorCheck(name, (2,), np.arange(2), analytic, analytic, np.zeros(2, bool))
        for name, analytic in zip(("W1", "b1"), derivatives, strict=True)
    ]
    assert check.too_coarse(verdict) == coarse
    said = check.verdict_in_words(checks, verdict)
    assert said.endswith(f"of the largest derivative would go unnoticed, hidden by {by}")


@pytest.mark.parametrize(
    ("offered", "taken"), [([1e-6, 2e-5], 2e-5), ([1e-4, 1e-7], 1e-4), ([3.0], 3.0), ([1e-9, 1e-5], 1e-5)]
)
def test_of_the_steps_that_a_program_offers_the_nearest_factor_to_the_usual_one_is_taken(
    right, offered, taken
):
    on = with_steps(right, check_steps=lambda: np.array(offered))
    assert detectors.step_taken(on) == taken


@pytest.mark.parametrize(("h", "caught", "by"), [(1e-3, True, "truncation"), (1e-9, False, "rounding")])
def test_a_step_at_which_truncation_hides_errors_is_a_bug_and_rounding_is_none(right, h, caught, by):
    finding = DETECTORS["gradient_check"](with_steps(right, check_steps=lambda: np.array([h])))
    assert finding.caught == caught
    said, _, hidden = finding.sentence.partition("Errors below ")
    assert said.startswith(f"At h = {h:.2g} the largest relative error of a tensor is ")
    assert hidden.endswith(f" of the largest derivative would go unnoticed, hidden by {by}.")
    assert 1e-7 < float(hidden.partition(" ")[0]) < 1e-4, "a check of 1e-4 passes"


def test_the_gradient_of_a_sum_of_squares_is_right_up_to_rounding(right):
    assert 0 < max(DETECTORS["penalty_apart"](right).figures.values()) < 2e-12


def test_the_sweep_has_all_steps_and_looks_at_eight_entries_of_a_tensor(right, monkeypatch):
    asked = []

    def checked(steps, params, x, t, config, h, n_checked):
        asked.append((h, n_checked))
        return check.check(steps, params, x, t, config, h, n_checked)

    monkeypatch.setattr(detectors, "check", checked)
    assert list(detectors.step_sweep(right).figures) == pytest.approx([10.0**-n for n in range(1, 11)])
    assert {n for _, n in asked} == {8}


def test_the_error_of_the_sweep_includes_what_crosses_a_kink():
    on = bench(RIGHT, replace(CONFIG, hidden_layer_sizes=(6,), activation="relu"), RAW)
    figures = detectors.step_sweep(on).figures
    checks = check.check(RIGHT, on.params, *on.batch(), on.config, 0.1, 8)
    assert any(one.crosses_kink.any() for one in checks)
    gaps = [
        np.linalg.norm(one.analytic - one.numeric)
        / max(np.linalg.norm(one.analytic), np.linalg.norm(one.numeric))
        for one in checks
    ]
    assert figures[0.1] == pytest.approx(max(gaps), rel=1e-9)
    assert figures[0.1] > max(one.smooth_error for one in checks)


def test_one_step_is_taken_at_the_highest_rate_and_a_millionth_is_seen(right):
    from_0 = right._replace(config=replace(CONFIG, learning_rate_min=0.0))
    assert DETECTORS["one_step"](from_0._replace(steps=BUGS["step_per_weight"].steps())).caught
    for error, caught in ((1e-6, True), (1e-9, False)):
        on = with_steps(right, update=lambda layer, of, eta, e=error: RIGHT.update(layer, of, eta * (1 + e)))
        finding = DETECTORS["one_step"](on)
        assert finding.caught == caught
        assert all(one == pytest.approx(error, rel=1e-3, abs=1e-12) for one in finding.figures.values())


def of_split(right, split, mean, n_train=60, n=30):
    """A program with n examples of a split at this mean, of scaled inputs, and as many of training."""
    u = np.random.default_rng(0).normal(size=(n, 3))
    rows, labels = RAW.X_train[:n_train], RAW.y_train[:n_train]
    inputs = rows.mean(axis=0) + rows.std(axis=0) * (mean + (u - u.mean()) / u.std())
    own = {f"X_{split}": inputs, f"y_{split}": np.zeros(n, int)}
    other = "valid" if split == "test" else "test"
    own |= {f"X_{other}": rows, f"y_{other}": labels}
    return right._replace(data=RAW._replace(X_train=rows, y_train=labels, **own))


@pytest.mark.parametrize(
    ("split", "n_train", "n", "mean", "caught"),
    [
        ("test", 60, 30, 0.7, False),  # 4/√30 = 0.73
        ("test", 60, 30, 0.76, True),
        ("valid", 16, 60, 0.97, False),  # the training set is the smaller one, 4/√16 = 1
        ("valid", 16, 60, 1.03, True),
        ("test", 16, 60, 0.97, False),
        ("test", 16, 60, 1.03, True),
        ("test", 60, 30, -0.76, True),
    ],
)
def test_the_smaller_of_a_split_and_the_training_set_sets_the_bound(right, split, n_train, n, mean, caught):
    finding = DETECTORS["data_statistics"](of_split(right, split, mean, n_train, n))
    assert finding.caught == caught


@pytest.mark.parametrize("split", ["valid", "test"])
def test_the_same_example_is_followed_into_both_splits_and_a_rounding_is_told_but_is_no_bug(right, split):
    for factor, caught, gap in ((2.0, True, "0.5"), (1 + 1e-12, False, "1e-12")):
        finding = DETECTORS["same_example"](with_steps(right, encode=scaled(**{split: factor})))
        assert finding.caught == caught
        assert finding.sentence == (
            f"Between the splits the same example differs by {gap}, relative to its length."
        )
    other = {"valid": "test", "test": "valid"}[split]
    assert finding.figures[other] == finding.figures["train"]


def test_the_rates_of_four_half_cycles_are_kept(right):
    config = replace(CONFIG, cycle_steps=4, learning_rate=0.5, learning_rate_min=0.1)
    up = [0.1, 0.2, 0.3, 0.4]
    finding = DETECTORS["schedule"](right._replace(config=config))
    assert finding.figures["rate"] == pytest.approx([*up, *reversed([*up[1:], 0.5])] * 2)
    for factor, caught in ((1.4, False), (1.6, True)):
        on = with_steps(right, rate=lambda t, config, f=factor: f * RIGHT.rate(t, config))
        assert DETECTORS["schedule"](on).caught == caught, "half as fast again is allowed"


def test_a_class_without_training_examples_counts_among_the_classes(right):
    on = right._replace(data=RAW._replace(n_classes=4), config=replace(CONFIG, batch_size=0))
    assert DETECTORS["order"](on).sentence.endswith("the first minibatch has examples of 3 of 4 classes.")


@pytest.mark.parametrize(("error", "caught"), [(1e-7, True), (1e-11, False)])
@pytest.mark.parametrize("report", ["epoch_loss", "accuracy", "penalty"])
def test_a_report_that_is_wrong_by_a_ten_millionth_is_seen_and_a_rounding_is_not(
    right, report, error, caught
):
    def wrong(*what):
        return getattr(RIGHT, report)(*what) * (1 + error)

    assert DETECTORS["recount"](with_steps(right, **{report: wrong})).caught == caught


def test_the_test_accuracy_is_recounted_with_the_right_outputs(right):
    turned = with_steps(right, probabilities=lambda logits: RIGHT.probabilities(-logits))
    finding = DETECTORS["recount"](turned)
    assert finding.caught
    reported, again = finding.figures["test accuracy"]
    assert reported != again


def test_reports_that_are_as_infinite_as_the_recounted_ones_are_no_bug(right):
    def grown(layer, gradient, eta):
        return layer._replace(W=1e60 * layer.W)

    finding = DETECTORS["recount"](with_steps(right, update=grown))
    assert finding.sentence.startswith(
        "Reported training loss inf, recounted inf; penalty inf, recounted inf; test accuracy 0."
    )
    assert not finding.caught
    at_0 = with_steps(right, update=grown, penalty=lambda params, l2: 0.0)
    assert DETECTORS["recount"](at_0).caught, "0 is reported and is infinite"


def test_a_softmax_may_not_depend_on_a_shift_though_it_is_right_at_800(right):
    def stretched(logits):
        return RIGHT.probabilities(np.where(logits > 90, 1.5 * logits, logits))

    finding = DETECTORS["large_logits"](with_steps(right, probabilities=stretched))
    assert finding.caught
    assert finding.sentence == "The softmax of 800, 0 and -800 is 1, 0, 0."


def test_a_batch_size_of_0_is_one_step_per_epoch_with_all_examples():
    config = TrainConfig(
        hidden_layer_sizes=(), schedule="triangular", learning_rate=0.3, learning_rate_min=0.1, cycle_steps=2,
        batch_size=0, epochs=3, l2=0.0, dtype="float64",
    )  # fmt: skip
    untrained, *records = train(RIGHT, config, RAW)
    assert [record.learning_rate for record in records] == pytest.approx([0.1, 0.2, 0.3])
    x = (RAW.X_train - RAW.X_train.mean(axis=0)) / RAW.X_train.std(axis=0)
    (W, b), = untrained.params  # fmt: skip
    e = np.exp(x @ W + b)
    delta = (e / e.sum(axis=1, keepdims=True) - np.eye(3)[RAW.y_train]) / 60
    np.testing.assert_allclose(records[0].params[0].W, W - 0.1 * x.T @ delta, rtol=1e-12)
    np.testing.assert_allclose(records[0].params[0].b, b - 0.1 * delta.sum(axis=0), rtol=1e-12, atol=1e-15)
