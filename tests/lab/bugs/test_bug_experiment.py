"""The bug lab's experiment: what it fixes, the data as its program reads them, and what counts as found."""

from dataclasses import replace

import numpy as np
import pytest

from data import DataConfig, keep_table, load_dataset
from lab.bugs import BUGS, DETECTORS, RIGHT, Finding, bench, check, experiment
from lab.links.experiment import Experiment
from lab.links.fixed_fields import in_lab
from mlp import Layer, TrainConfig

DATA = DataConfig(name="blobs", n_classes=3, n_samples=100, split="50/30/20", scaling="unit")
TRAIN = TrainConfig(
    hidden_layer_sizes=(9, 5), activation="tanh", loss="sigmoid_cross_entropy", optimizer="adam", l2=0.01,
    init_seed=4, epochs=7,
)  # fmt: skip


def test_the_lab_fixes_what_its_program_cannot_do_otherwise():
    assert in_lab(DATA, TRAIN) == Experiment(
        replace(DATA, split="70/15/15", scaling="standard"),
        replace(TRAIN, loss="softmax_cross_entropy", optimizer="sgd", schedule="triangular", dtype="float64"),
    )
    assert experiment.unscaled(DATA) == replace(DATA, scaling="none")


@pytest.fixture(scope="module")
def on():
    lab = in_lab(DATA, TRAIN)
    raw = experiment.raw_data(load_dataset(experiment.unscaled(lab.data)), "standard")
    return bench(RIGHT, lab.train, raw)


def test_the_training_set_is_sorted_by_class_and_keeps_its_order_within_one(on):
    dataset, raw = load_dataset(replace(DATA, split="70/15/15", scaling="none")), on.data
    rows = [i for label in range(3) for i in range(70) if dataset.y_train[i] == label]
    np.testing.assert_array_equal(raw.y_train, dataset.y_train[rows])
    np.testing.assert_array_equal(raw.X_train, dataset.X_train[rows])
    for part in ("valid", "test"):
        np.testing.assert_array_equal(getattr(raw, f"X_{part}"), getattr(dataset, f"X_{part}"))
        np.testing.assert_array_equal(getattr(raw, f"y_{part}"), getattr(dataset, f"y_{part}"))
    assert {X.dtype for X in (raw.X_train, raw.X_valid, raw.X_test)} == {np.dtype(float)}
    assert (raw.n_classes, raw.scaling) == (3, "standard")
    without = experiment.raw_data(dataset._replace(y_train=np.minimum(dataset.y_train, 1)), "none")
    assert (without.n_classes, without.scaling) == (3, "none"), "a class without training examples is one"


def test_an_input_that_does_not_vary_in_the_training_set_is_scaled_as_the_engine_scales_it():
    rows = "".join(f"{i * 0.37 % 5:.3f},{'yes' if i == 7 else 'no'},{'uv'[i % 3 > 0]}\n" for i in range(60))
    data = DataConfig(name="own_table", points=keep_table(f"width,rare,kind\n{rows}".encode()))
    lab = in_lab(data, TRAIN)
    engine = load_dataset(lab.data)
    raw = experiment.raw_data(load_dataset(experiment.unscaled(lab.data)), "standard")
    order = np.argsort(engine.y_train, kind="stable")
    assert np.ptp(raw.X_train, axis=0)[1] == 0 < np.ptp([*raw.X_valid, *raw.X_test], axis=0)[1]
    scaled = raw.encoded(RIGHT)
    for ours, theirs in zip(
        (scaled.X_train, scaled.X_valid, scaled.X_test),
        (engine.X_train[order], engine.X_valid, engine.X_test),
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    on = bench(RIGHT, lab.train, raw)
    for test in ("data_statistics", "same_example", "gradient_check"):
        assert not DETECTORS[test](on).caught, test
    twice = DETECTORS["data_statistics"](on._replace(steps=BUGS["divided_twice"].steps()))
    assert twice.caught


def test_every_entry_is_judged_up_to_a_size_and_forty_of_each_tensor_beyond(on, monkeypatch):
    sizes = [18, 9, 45, 5, 15, 3]
    asked = []
    with monkeypatch.context() as patched:
        patched.setattr(check, "judged", lambda on, h, n: asked.append(n))
        for n in (1490, 1491):
            experiment.judged(on._replace(params=(Layer(np.zeros((n, 1)), np.zeros(10)),)))
    assert asked == [1500, 40]
    for limit, checked in ((95, sizes), (94, [18, 9, 40, 5, 15, 3])):
        monkeypatch.setattr(experiment, "ALL_ENTRIES_UP_TO", limit)
        checks, verdict = experiment.judged(on)
        assert [one.index.size for one in checks] == checked
        assert verdict.passes
    coarse = experiment.judged(on._replace(steps=BUGS["coarse_check"].steps()))
    assert check.verdict_in_words(*coarse).endswith("hidden by truncation"), "at the program's own step"
    stopped = experiment.judged(on._replace(steps=BUGS["last_layer_first"].steps()))
    assert stopped.startswith("The program stops: a gradient of shape (5, 3) does not fit weights of shape")


def test_an_input_that_does_not_vary_becomes_0_to_the_last_bit_and_pixels_are_shares_of_255():
    X = np.column_stack([np.full(3, 0.1), [1.0, 2.0, 6.0]])  # the mean of three 0.1 is another number
    assert X.mean(axis=0)[0] != 0.1
    train, other = RIGHT.encode((X, X + 1), "standard")
    assert train[:, 0].tolist() == [0, 0, 0]
    np.testing.assert_allclose(other[:, 0], 1)
    np.testing.assert_allclose(train[:, 1], np.array([-2, -1, 3]) / np.sqrt(14 / 3))
    (pixels,) = RIGHT.encode((np.array([0.0, 51.0, 255.0]),), "unit")
    assert pixels.tolist() == [0, 0.2, 1]


def test_a_batch_may_be_as_large_as_the_training_set_that_is_loaded():
    data = replace(DATA, n_samples=90)  # 0.7 · 90 is less than 63 as a program counts
    asked = [in_lab(data, replace(TRAIN, batch_size=n)) for n in (63, 64)]
    assert [one.train.batch_size for one in asked] == [63, 0]
    assert len(load_dataset(asked[0].data).y_train) == 63


def test_a_test_counts_if_the_right_program_passes_it():
    found, passed = Finding(True, "Wrong in W1.", {"W1": 0.5}), Finding(False, "Fine.", {})
    tests = {"both fail": (found, found), "one fails": (passed, found), "none fails": (passed, passed)}
    right, own = ({test: pair[n] for test, pair in tests.items()} for n in (0, 1))
    verdicts = experiment.verdicts(right, own)
    assert experiment.caught_by(verdicts) == {"one fails"}
    assert verdicts["one fails"] == found
    assert verdicts["none fails"] == passed
    sentence = (
        "Wrong in W1. The right program fails this test too, so on this network the test shows nothing."
    )
    assert verdicts["both fail"] == Finding(False, sentence, {"W1": 0.5})
