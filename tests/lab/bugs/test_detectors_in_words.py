"""The sentences of the bug lab's tests and their figures, against numbers computed here, on three classes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lab.bugs import BUGS, DETECTORS, RIGHT, RawData, bench, check, train
from mlp import TrainConfig
from mlp.checks.judgement import CAUSES
from mlp.network import Layer

rng = np.random.default_rng(3)
X = rng.normal([5.0, -2.0, 0.5], [2.0, 1.0, 3.0], (120, 3))  # three inputs
Y = np.sort(np.arange(120) % 3)
ORDER = rng.permutation(120)[:90]
TRAIN, VALID, TEST = np.sort(ORDER[:60]), ORDER[60:75], np.setdiff1d(np.arange(120), ORDER)
RAW = RawData(X[TRAIN], Y[TRAIN], X[VALID], Y[VALID], X[TEST], Y[TEST], 3, "standard")
CONFIG = TrainConfig(
    hidden_layer_sizes=(4,), activation="tanh", l2=0.01, schedule="triangular", learning_rate=0.3,
    learning_rate_min=0.1, cycle_steps=10, batch_size=16, epochs=1, dtype="float64",
)  # fmt: skip


@pytest.fixture(scope="module")
def right():
    return bench(RIGHT, CONFIG, RAW)


def found(on, test, key=None):
    return DETECTORS[test](on._replace(steps=BUGS[key].steps() if key else RIGHT))


@pytest.mark.parametrize("sizes", [(), (4,)])
def test_a_bug_with_fewer_hidden_layers_than_it_needs_is_none_and_with_as_many_it_is_found(sizes):
    plain = bench(RIGHT, replace(CONFIG, hidden_layer_sizes=sizes), RAW)
    for key, bug in BUGS.items():
        caught = any(found(plain, test, key).caught for test in bug.caught_by)
        assert caught == (bug.least_hidden_layers <= len(sizes)), key


def test_a_check_is_made_near_the_right_program_after_two_epochs(right):
    *_, trained = train(RIGHT, replace(CONFIG, epochs=2), RAW)
    for ours, theirs in zip(right.params, trained.params, strict=True):
        np.testing.assert_array_equal(ours.W, theirs.W)
        moved = ours.b - theirs.b
        assert moved.min() >= 0.02
        assert moved.max() <= 0.1
        assert len(np.unique(moved)) == len(moved), "each by another amount"
    wrong = right._replace(steps=BUGS["divided_twice"].steps())
    np.testing.assert_array_equal(wrong.batch()[0], right.batch()[0])  # of the right inputs


def test_the_steps_of_a_sweep_and_its_least_error(right):
    for key, steps in ((None, "1e-10 to 0.1"), ("coarse_check", "0.04 to 1")):
        finding = found(right, "step_sweep", key)
        least = min(finding.figures.values())
        assert finding.sentence == f"The smallest error over all steps h, from {steps}, is {least:.1e}."
        assert finding.caught == (key is not None)
    assert len(finding.figures) == 24
    assert finding.figures[1 / 24] == least


def test_the_largest_error_and_its_tensor(right):
    largest = "the largest relative error of a tensor is"
    finding = found(right, "gradient_check", "factor_two_missing")
    W1 = finding.figures["W1"]
    assert 1.5 * finding.figures["W2"] < W1
    assert finding.sentence == f"At h = 1e-05 {largest} {W1:.1e}, in W1. Wrong in W1, W2."
    # of the penalty, λW for 2λW: half of the larger of the two, in both matrices
    finding = found(right, "penalty_apart", "factor_two_missing")
    assert finding.sentence == f"With the penalty alone {largest} 5.0e-01, in W1 and W2. Wrong in W1, W2."
    assert finding.figures == pytest.approx({"W1": 0.5, "b1": 0, "W2": 0.5, "b2": 0}, abs=1e-6)
    finding = found(right, "gradient_check", "coarse_check")
    assert finding.sentence.startswith("At h = 0.042 the largest relative error")


def test_one_step_by_hand(right):
    for key, wrong in ((None, 1.0), ("step_per_weight", 4.0)):
        finding = found(right, "one_step", key)
        # b² of a unit with four weights moves four times as far: 3 of 4; b¹, with three, 2 of 3
        expected = {"W1": 0, "b1": 0 if wrong == 1 else 2 / 3, "W2": 0, "b2": 1 - 1 / wrong}
        assert finding.figures == pytest.approx(expected, abs=1e-9)
    assert finding.sentence == "The largest relative error of a step is 7.5e-01, in b2."


def test_mean_and_deviation_of_each_split(right):
    mean, deviation = X[TRAIN].mean(axis=0), X[TRAIN].std(axis=0)
    scaled = {"train": X[TRAIN], "valid": X[VALID], "test": X[TEST]}
    scaled = {split: (rows - mean) / deviation for split, rows in scaled.items()}
    for key in (None, "test_set_forgotten"):
        inputs = scaled if key is None else scaled | {"test": X[TEST]}
        told = ", ".join(f"{s} {x.mean():.3f} ± {x.std():.3g}" for s, x in inputs.items())
        finding = found(right, "data_statistics", key)
        assert finding.sentence == f"Mean and deviation of the inputs: {told.replace('-0.000', '0.000')}."
        assert finding.figures["test"]["least"] == pytest.approx(inputs["test"].min())
        assert finding.figures["valid"]["largest"] == pytest.approx(inputs["valid"].max())
    one, other = scaled["train"][0], X[TRAIN][0]
    gap = np.linalg.norm(one - other) / max(np.linalg.norm(one), np.linalg.norm(other))
    finding = found(right, "same_example", "test_set_forgotten")
    assert finding.sentence == (
        f"Between the splits the same example differs by {gap:.1g}, relative to its length."
    )
    assert finding.figures["test"] == pytest.approx(other[:2].tolist())
    assert found(right, "same_example").sentence == "The same example is identical in every split."


def of_validation(right, mean, deviation):
    """The right program with 15 validation examples of this mean and deviation, of scaled inputs."""
    u = np.random.default_rng(0).normal(size=(15, 3))
    scaled = mean + deviation * (u - u.mean()) / u.std()
    X_valid = X[TRAIN].mean(axis=0) + scaled * X[TRAIN].std(axis=0)
    return right._replace(data=RAW._replace(X_valid=X_valid))


def test_a_split_may_differ_by_four_standard_errors_of_its_own_size(right):
    # 4/√15 = 1.03 deviations for the mean, 4/√30 = 0.73 of the deviation
    for mean, deviation, caught in (
        *((0.9, 1, False), (1.1, 1, True), (0, 1.7, False), (0, 1.8, True)),
        *((0, 0.3, False), (0, 0.2, True)),
    ):
        assert found(of_validation(right, mean, deviation), "data_statistics").caught == caught


def test_what_a_scaling_promises_is_checked_at_both_ends_and_for_each_input(right):
    pixels = np.random.default_rng(1).integers(1, 255, (60, 4)).astype(float)
    for least, largest, caught in ((0, 255, False), (1, 255, True), (0, 254, True)):
        pixels[0, 0], pixels[1, 1] = least, largest
        data = RAW._replace(X_train=pixels, X_valid=pixels[:15], X_test=pixels[15:45], scaling="unit")
        assert found(right._replace(data=data), "data_statistics").caught == caught

    def shifted(splits, scaling):  # the mean over all inputs is still 0
        return tuple(X + np.array([0.01, -0.01, 0.0]) for X in RIGHT.encode(splits, scaling))

    assert DETECTORS["data_statistics"](right._replace(steps=RIGHT._replace(encode=shifted))).caught


def test_a_weak_penalty_is_checked_as_well_as_a_strong_one(right):
    weak = right._replace(config=replace(CONFIG, l2=1e-9))
    assert not found(weak, "penalty_apart").caught
    assert found(weak, "penalty_apart", "factor_two_missing").caught


def test_a_mean_that_rounds_to_0_has_no_sign(right):
    turned = RAW._replace(
        **{f"X_{split}": -getattr(RAW, f"X_{split}") for split in ("train", "valid", "test")}
    )
    means = []
    for data in (RAW, turned):
        finding = found(right._replace(data=data), "data_statistics")
        assert "inputs: train 0.000 ± 1, valid " in finding.sentence
        means.append(float(finding.sentence.partition("valid ")[2].partition(" ")[0]))
    assert means[0] == -means[1] != 0


def test_a_rate_that_may_not_change_is_drawn_without_a_jump(right):
    flat = right._replace(config=replace(CONFIG, learning_rate_min=CONFIG.learning_rate))
    finding = found(flat, "schedule")
    assert not finding.caught
    assert (
        finding.sentence
        == "From one step to the next the rate changes no faster than the schedule prescribes."
    )
    halved = RIGHT._replace(rate=lambda t, config: config.learning_rate / (1 + t % 2))
    finding = DETECTORS["schedule"](flat._replace(steps=halved))
    assert finding.caught
    assert (
        finding.sentence == "From one step to the next the rate changes faster than the schedule prescribes."
    )


def test_the_rate_the_order_and_softmax(right):
    assert found(right, "schedule").sentence.startswith(
        "From one step to the next the rate changes no faster"
    )
    # from a tenth of the way up it jumps to the top: nine steps at once
    assert "changes 9 times as fast as the schedule" in found(right, "schedule", "sawtooth").sentence
    twice = RIGHT._replace(rate=lambda t, config: RIGHT.rate(2 * t, config))
    doubled = DETECTORS["schedule"](right._replace(steps=twice))
    assert doubled.caught
    assert "changes 2 times as fast as" in doubled.sentence
    n_first = len({*Y[TRAIN][:16].tolist()})
    assert found(right, "order", "never_shuffled").sentence == (
        "100% of the positions have the same example in both epochs; the first minibatch has examples of "
        f"{n_first} of 3 classes."
    )
    seen = set()
    for seed in range(8):
        of_three = replace(CONFIG, shuffle_seed=seed, batch_size=3)
        shuffled, drawn = found(right._replace(config=of_three), "order"), np.random.default_rng(seed)
        first, second = drawn.permutation(60), drawn.permutation(60)
        n_classes, n_later = (len({*Y[TRAIN][order[:3]].tolist()}) for order in (first, second))
        assert shuffled.figures == {"same": np.mean(first == second), "classes": n_classes}
        seen.add(n_classes == n_later)
        few = {0: "0%", 1: "2%"}.get(int((first == second).sum()))
        assert few is None or shuffled.sentence.startswith(f"{few} of the positions")
    assert False in seen
    many = right._replace(data=RAW._replace(y_train=np.zeros(5000, int)))
    assert found(many, "order").sentence.startswith("Under 1% of the positions")
    assert found(right, "large_logits").sentence == "The softmax of 800, 0 and -800 is 1, 0, 0."
    overflow = found(right, "large_logits", "softmax_without_shift").sentence
    assert overflow == "The softmax of 800, 0 and -800 is nan, 0, 0."


def test_an_order_is_wrong_if_only_the_second_epoch_repeats_an_example(right):
    for repeats, caught in (((False, False), False), ((False, True), True), ((True, False), True)):
        orders = iter(repeats)

        def order(generator, n, orders=orders):
            return generator.integers(n, size=n) if next(orders) else generator.permutation(n)

        assert DETECTORS["order"](right._replace(steps=RIGHT._replace(order=order))).caught == caught


def test_wrong_reports_and_a_wrong_schedule_by_hand():
    rates = [BUGS["sawtooth"].wrong(t, CONFIG) for t in (0, 5, 10, 15, 20)]
    assert rates == pytest.approx([0.1, 0.2, 0.3, 0.2, 0.3])  # it rises once
    assert BUGS["last_minibatch"].wrong([1.0, 2.0, 3.0], [4, 4, 1]) == 3.0
    assert BUGS["two_images"].wrong(np.array([True, False, False, False])) == 0.5


def test_the_error_of_a_tensor_leaves_out_what_crosses_a_kink_and_one_wrong_entry_is_enough():
    crosses = np.array([False, True])
    one = check.TensorCheck("W1", (2,), np.arange(2), np.ones(2), np.array([1.0, 0.5]), crosses)
    assert one.smooth_error == 0
    assert one.error == pytest.approx(0.5 / np.sqrt(2))
    causes = ["agrees", "unexplained", "agrees", "not a number", "kink", "rounding"]
    verdict = SimpleNamespace(cause=np.array([CAUSES.index(cause) for cause in causes]))
    checks = [one, one._replace(name="b1"), one._replace(name="W2")]
    assert check.wrong(checks, verdict) == ["W1", "b1"]


def test_an_entry_crosses_a_kink_if_a_hidden_unit_switches_within_the_step():
    config = replace(CONFIG, hidden_layer_sizes=(4, 3), activation="relu", l1=0.3)  # the program has no l1
    on = bench(RIGHT, config, RAW)
    (x, t), h = on.batch(), 0.04

    def switched_on(params):
        first = np.maximum(x @ params[0].W + params[0].b, 0)
        return np.hstack([first, first @ params[1].W + params[1].b]) > 0

    checks = check.check(RIGHT, on.params, x, t, config, h)
    arrays = [(layer, kind) for layer in range(3) for kind in (0, 1)]
    assert [one.name for one in checks] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    for one, (layer, kind) in zip(checks, arrays, strict=True):
        expected = []
        for index in one.index:
            patterns = []
            for step in (h, -h):
                params = [[array.copy() for array in of_layer] for of_layer in on.params]
                params[layer][kind].flat[index] += step
                patterns.append(switched_on([Layer(*of_layer) for of_layer in params]))
            expected.append(not np.array_equal(*patterns))
        assert one.crosses_kink.tolist() == expected, one.name
    crossing = np.concatenate([one.crosses_kink for one in checks])
    assert 0 < crossing.sum() < len(crossing)


def test_reported_figures_beside_recounted_ones(right):
    finding = found(right, "recount", "last_minibatch")
    assert list(finding.figures) == ["training loss", "penalty", "test accuracy"]
    reported, again = finding.figures["training loss"]
    assert reported != again
    for name in ("penalty", "test accuracy"):
        assert finding.figures[name][0] == pytest.approx(finding.figures[name][1], rel=1e-12)
    told = [f"{name} {a:.4g}, recounted {b:.4g}" for name, (a, b) in finding.figures.items()]
    assert finding.sentence == f"Reported {'; '.join(told)}."
    finding = found(right, "recount")
    assert finding.figures["training loss"][0] == pytest.approx(again, rel=1e-12)
    assert not finding.caught


def test_wrong_gradients_by_hand():
    wrong = {key: bug.wrong for key, bug in BUGS.items()}
    o, T = np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]]), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    np.testing.assert_allclose(wrong["mean_taken_twice"](o), o / 4)
    of_softmax = [np.diag(p) - np.outer(p, p) for p in o]
    expected = [J @ (2 * (p - t)) for J, p, t in zip(of_softmax, o, T, strict=True)]
    np.testing.assert_allclose(wrong["squared_error_differentiated"](o, T), expected)
    np.testing.assert_allclose(wrong["constant_in_log"](o, T), -np.log([0.5 + 1e-6, 0.6 + 1e-6]), rtol=1e-14)
    z = [np.array([[0.6, -1.4]]), np.array([[0.2, 0.3]]), np.zeros((1, 3))]
    np.testing.assert_allclose(wrong["slope_at_rounded"](z, 0, CONFIG), 1 - np.tanh([[1.0, -1.0]]) ** 2)
    for layer in (0, 1):
        np.testing.assert_allclose(wrong["mask_of_next_layer"](z, layer, CONFIG), 1 - np.tanh(z[1]) ** 2)
    np.testing.assert_array_equal(wrong["mask_forgotten"](z, 0, CONFIG), [[1, 1]])
    np.testing.assert_array_equal(wrong["overwritten_by_mask"](z[0], 1 / (1 + np.exp(-z[0]))), [[1, 0]])
    layer = Layer(np.array([[2.0, -1.0]]), np.array([3.0, 4.0]))
    for key, W, b in (("factor_two_missing", 0.1, 0), ("biases_penalised", 0.2, 0.2)):
        found = wrong[key](layer, 0.1)
        np.testing.assert_allclose(found.W, W * layer.W)
        np.testing.assert_allclose(found.b, b * layer.b)
    assert wrong["last_layer_first"](["b", "a"]) == ("b", "a")
    W, dW, delta = np.diag([1.0, 2.0]), np.ones((2, 2)), np.array([[1.0, 1.0]])
    np.testing.assert_allclose(wrong["updated_too_early"](delta, W, dW, 0.5), delta @ (W - 0.5).T)
