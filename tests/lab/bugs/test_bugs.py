"""Every planted bug is found by the detectors it names, and by no other, on three architectures."""

import functools
import inspect
import pathlib
import re
from dataclasses import replace

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.bugs import BUGS, DETECTORS, RIGHT, RawData, bench, check, detectors, program, train
from lab.bugs.check import TensorCheck
from mlp import TrainConfig
from mlp import train as engine_train

ROOT = pathlib.Path(__file__).resolve().parents[3]
ARCHITECTURES = ((8,), (6, 6), (5, 5, 5))
CONFIG = TrainConfig(
    l2=1e-3,
    schedule="triangular",
    learning_rate=0.3,
    learning_rate_min=0.02,
    cycle_steps=30,
    epochs=3,
    dtype="float64",
)


@functools.cache
def raw():
    """The circles with their training set sorted by class."""
    dataset = load_dataset(DataConfig(n_samples=800, scaling="none"))
    order = np.argsort(dataset.y_train, kind="stable")
    X_train, X_valid, X_test = map(np.float64, (dataset.X_train, dataset.X_valid, dataset.X_test))
    y_train = dataset.y_train[order]
    return RawData(X_train[order], y_train, X_valid, dataset.y_valid, X_test, dataset.y_test, 2, "standard")


def at(architecture, **changes):
    return replace(CONFIG, hidden_layer_sizes=architecture, **changes)


@functools.cache
def right_bench(config):
    return bench(RIGHT, config, raw())


def on_bench(key, architecture=(6, 6), **changes):
    """The Bench of a bug, or of the right program where the key is None."""
    steps = BUGS[key].steps() if key else RIGHT
    return right_bench(at(architecture, **changes))._replace(steps=steps)


def last(steps, config, data=None):
    *_, record = train(steps, config, data or raw())
    return record


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_the_right_program_gives_the_numbers_of_the_engine(architecture):
    config, encoded = at(architecture, init_seed=3, shuffle_seed=8), raw().encoded(RIGHT)
    dataset = load_dataset(DataConfig(n_samples=800))._replace(
        **{name: getattr(encoded, name) for name in RawData._fields[:6]}
    )
    for ours, theirs in zip(train(RIGHT, config, raw()), engine_train(config, dataset), strict=True):
        ours, theirs = ours._asdict(), theirs._asdict()
        for layer, other in zip(ours.pop("params"), theirs.pop("params"), strict=True):
            np.testing.assert_allclose(layer.W, other.W, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(layer.b, other.b, rtol=1e-9, atol=1e-12)
        del ours["seconds"], theirs["seconds"]
        assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
@pytest.mark.parametrize("key", [None, *BUGS])
def test_a_bug_is_found_by_the_detectors_it_names_and_by_no_other(key, architecture):
    if key and BUGS[key].least_hidden_layers > len(architecture):
        architecture = architecture * BUGS[key].least_hidden_layers
    program_on_bench = on_bench(key, architecture)
    found = {name for name, detector in DETECTORS.items() if detector(program_on_bench).caught}
    assert found == (set(BUGS[key].caught_by) if key else set())


@pytest.mark.parametrize("key", BUGS)
def test_a_wrong_step_takes_what_the_right_one_takes(key):
    bug = BUGS[key]
    assert bug.number == list(BUGS).index(key) + 1
    assert [other.title for other in BUGS.values()].count(bug.title) == 1
    right = getattr(RIGHT, bug.step)
    assert inspect.signature(right).parameters.keys() == inspect.signature(bug.wrong).parameters.keys()
    replaced = [name for name, step in bug.steps()._asdict().items() if step is not getattr(RIGHT, name)]
    assert replaced == [bug.step]
    shown = bug.lines()
    assert shown[0] == inspect.getsource(right).strip()
    assert shown[1].startswith(f"def {key}(")
    assert shown[0] != shown[1]


def test_a_check_looks_at_examples_of_every_class_and_moves_every_bias_from_0():
    X, T = right_bench(at((6, 6))).batch()
    encoded = raw().encoded(RIGHT)
    np.testing.assert_array_equal(X[[0, -1]], encoded.X_train[[0, -1]])
    assert X.shape == (16, 2)
    assert 6 <= T.sum(axis=0).min() <= 8
    assert all(layer.b.all() for layer in right_bench(at((6, 6))).params)


def test_a_check_in_parts_has_the_same_numbers(monkeypatch):
    b = on_bench("mask_forgotten")
    checks = []
    for copied in (check.COPIED, 60):
        monkeypatch.setattr(check, "COPIED", copied)
        checks.append(check.check(b.steps, b.params, *b.batch(), b.config, 1e-5))
    for whole, parts in zip(*checks, strict=True):
        assert (whole.name, whole.shape) == (parts.name, parts.shape)
        assert whole.numeric.size == min(40, np.prod(whole.shape))
        np.testing.assert_array_equal(whole.numeric, parts.numeric)


def test_the_mean_taken_twice_makes_every_ratio_one_over_k():
    b = on_bench("mean_taken_twice", l2=0.0)
    X, T = b.batch()
    wrong = program.differentiate(b.steps, b.params, X, T, b.config)[1]
    right = program.differentiate(RIGHT, b.params, X, T, b.config)[1]
    for layer, other in zip(wrong, right, strict=True):
        np.testing.assert_allclose(layer.W * len(X), other.W, rtol=1e-12)


@pytest.mark.parametrize("key", ["penalty_not_reported", "factor_two_missing", "biases_penalised"])
def test_without_a_penalty_nothing_is_wrong_with_it(key):
    unpenalised = on_bench(key, l2=0.0)
    assert not detectors.gradient_check(unpenalised).caught
    assert not detectors.penalty_apart(unpenalised).caught


def test_penalised_biases_do_not_show_while_they_are_zero():
    b = on_bench("biases_penalised", activation="tanh")
    untouched = tuple(layer._replace(b=np.zeros_like(layer.b)) for layer in b.params)
    assert not detectors.gradient_check(b._replace(params=untouched)).caught


@pytest.mark.parametrize(
    ("key", "detector", "wrong"),
    [
        ("mask_forgotten", "gradient_check", "W1 b1 W2 b2"),
        ("mask_of_next_layer", "gradient_check", "W1 b1"),
        ("overwritten_by_mask", "gradient_check", "W2 W3"),
        ("factor_two_missing", "gradient_check", "W1 W2 W3"),
        ("biases_penalised", "gradient_check", "b1 b2 b3"),
        ("squared_error_differentiated", "gradient_check", "W1 b1 W2 b2 W3 b3"),
        ("updated_too_early", "one_step", "W1 b1 W2 b2"),
        ("step_per_weight", "one_step", "b1 b2 b3"),
        ("biases_penalised", "penalty_apart", "b1 b2 b3"),
    ],
)
def test_a_check_by_layer_shows_where_a_program_is_wrong(key, detector, wrong):
    finding = DETECTORS[detector](on_bench(key, activation="tanh"))
    assert {name for name, error in finding.figures.items() if error > 1e-6} == set(wrong.split())
    if detector != "one_step":
        assert finding.sentence.endswith(f". Wrong in {', '.join(wrong.split())}.")


def test_a_check_at_too_long_a_step_is_found_where_truncation_hides_errors_and_by_no_margin_of_luck():
    for architecture in ARCHITECTURES:
        for activation in ("relu", "tanh"):
            b = on_bench("coarse_check", architecture, activation=activation)
            checks, verdict = check.judged(b, 1 / 24)
            assert not verdict.finds_error
            assert verdict.resolution > 10 * 1e-7
            said = check.verdict_in_words(checks, verdict)
            # with such a long step, some ReLU units cross the kink
            crossing = " that crosses no kink" if activation == "relu" else ""
            assert said.startswith(
                f"Errors below {verdict.resolution:.0e} of the largest derivative{crossing} would go"
            )
            assert said.endswith("hidden by truncation")
            assert check.too_coarse(verdict)
            fine = check.judged(b, 1e-5)
            assert not check.too_coarse(fine[1])
            assert (
                check.verdict_in_words(*fine) == "Every tensor agrees within 1e-07 of the largest derivative"
            )


def test_where_every_derivative_is_0_the_check_says_so():
    checks, _ = check.judged(right_bench(at((6, 6), l2=0.0)), 1e-5)
    nought = [one._replace(analytic=0 * one.analytic, numeric=0 * one.numeric) for one in checks]
    found = check.judged_by(lambda h: nought, 1e-5, 0.7)
    assert check.verdict_in_words(*found) == "Nothing to compare: all derivatives are 0"
    first = nought[0]
    first = first._replace(crosses_kink=np.ones(first.index.size, bool), analytic=1 + first.analytic)
    found = check.judged_by(lambda h: [first, *nought[1:]], 1e-5, 0.7)
    assert check.verdict_in_words(*found) == "Nothing to compare: all derivatives that cross no kink are 0"
    crossing = [one._replace(crosses_kink=np.ones(one.index.size, bool)) for one in checks]
    found = check.judged_by(lambda h: crossing, 1e-5, 0.7)
    assert check.verdict_in_words(*found) == "Nothing to compare: every parameter crosses a kink"
    assert not check.too_coarse(found[1])


def test_a_reversed_list_stops_the_program_unless_all_layers_have_one_shape():
    reversed_ = BUGS["last_layer_first"].steps()
    sentence = "The program stops: a gradient of shape (6, 2) does not fit weights of shape (2, 6)."
    with pytest.raises(program.Stopped, match=re.escape(sentence)):
        last(reversed_, at((6, 6)))
    assert detectors.one_step(on_bench("last_layer_first")) == (True, sentence, {})
    assert detectors.recount(on_bench("last_layer_first")) == (False, sentence, {})
    assert last(reversed_, at((2, 2))).epoch == CONFIG.epochs
    finding = detectors.gradient_check(on_bench("last_layer_first", (2, 2)))
    assert finding.caught
    assert finding.figures["W1"] > 0.1
    assert finding.figures["W2"] < 1e-6  # the one in the middle


def test_a_step_per_weight_moves_the_biases_fan_in_times_too_far():
    b = on_bench("step_per_weight")
    X, T = b.batch()
    _, right = program.step(RIGHT, b.params, X, T, b.config, 0.1)
    _, wrong = program.step(b.steps, b.params, X, T, b.config, 0.1)
    for fan_in, old, one, other in zip((2, 6, 6), b.params, right, wrong, strict=True):
        np.testing.assert_allclose(other.b - old.b, fan_in * (one.b - old.b), rtol=1e-9)
        np.testing.assert_array_equal(one.W, other.W)


def test_a_test_set_too_large_for_a_loss_does_not_end_the_training():
    far = raw()._replace(X_test=raw().X_test * 1e6)  # all its probabilities are 0 or 1
    record = last(BUGS["test_set_forgotten"].steps(), at((6, 6)), far)
    assert (record.epoch, record.diverged, record.test_loss) == (CONFIG.epochs, False, np.inf)
    assert record.train_loss == last(RIGHT, at((6, 6))).train_loss


@pytest.mark.parametrize("key", [None, "last_minibatch"])
def test_of_a_network_that_diverges_at_once_every_test_gives_its_finding(key):
    b = on_bench(key, init_scale=1e308)
    (record,) = train(b.steps, b.config, raw())
    assert (record.epoch, record.diverged) == (0, True)
    findings = {name: detector(b) for name, detector in DETECTORS.items()}
    sentence = "The network diverges before the end of its first epoch: there is nothing to recount."
    assert findings["recount"] == (False, sentence, {})
    assert all(finding.sentence.endswith(".") for finding in findings.values())


def test_an_entry_that_is_no_number_is_as_wrong_as_can_be():
    analytic, exact = np.array([0.0, 1.0, np.nan, np.inf, 2.0]), np.array([0.0, 0.5, 1.0, np.inf, 2.0])
    crosses = np.array([False, True, False, False, False])
    one = TensorCheck("W1", (5, 1), np.arange(5), analytic, exact, crosses)
    np.testing.assert_array_equal(one.relative_errors, [0, 0.5, np.inf, np.inf, 0])
    assert one.error == one.smooth_error == np.inf


def test_pixels_divided_twice_are_a_255th_and_their_statistics_tell():
    pixels = raw()._replace(X_train=np.full((4, 3), 255.0), scaling="unit")
    assert (pixels.encoded(RIGHT).X_train == 1).all()
    assert (pixels.encoded(BUGS["divided_twice"].steps()).X_train == 1 / 255).all()


def test_of_two_images_right_the_bug_says_how_often_that_happens_and_how_little_it_tells():
    said = BUGS["two_images"].gives_away
    assert "an accuracy of 0.94 is right about both of two images 88% of the time" in said  # 0.94² = 0.8836
    assert "leave every accuracy above 0.34 possible" in said  # 2 / (2 + 1.96²) = 0.342
    record = last(BUGS["two_images"].steps(), at((6, 6)))
    assert record.test_accuracy in (0, 0.5, 1)


def test_scaling_by_the_place_in_a_batch_is_that_of_the_training_set_cut_into_batches_of_50():
    pixels = np.random.default_rng(0).integers(0, 256, (150, 4)).astype(float)
    pixels[:, 3] = 7  # constant
    data = raw()._replace(X_train=pixels, X_valid=pixels[:9], X_test=pixels[9:20], scaling="unit")
    wrong = data.encoded(BUGS["scaled_by_place"].steps())
    batches = pixels.reshape(3, 50, 4)
    low, high = batches.min(axis=0), batches.max(axis=0)
    width = np.where(high > low, high - low, 1)
    np.testing.assert_allclose(wrong.X_train, ((batches - low) / width).reshape(150, 4), rtol=1e-12)
    for name in ("X_valid", "X_test"):
        np.testing.assert_array_equal(getattr(wrong, name), getattr(data.encoded(RIGHT), name))
    few = raw()._replace(X_train=raw().X_train[:20])  # fewer examples than places
    assert (few.encoded(BUGS["scaled_by_place"].steps()).X_train == 0).all()


def test_digits_scaled_by_the_place_in_a_batch_are_found_by_the_same_test_as_points():
    dataset = load_dataset(DataConfig(name="mnist", split="1000/500/200", scaling="none"))
    order = np.argsort(dataset.y_train, kind="stable")
    arrays = map(np.float64, (dataset.X_train[order], dataset.X_valid, dataset.X_test))
    X_train, X_valid, X_test = arrays
    digits = RawData(
        X_train, dataset.y_train[order], X_valid, dataset.y_valid, X_test, dataset.y_test, 10, "unit"
    )
    on = right_bench(at((8,)))._replace(data=digits, steps=BUGS["scaled_by_place"].steps())
    assert detectors.same_example(on).caught
    assert not detectors.data_statistics(on).caught


@pytest.mark.parametrize(
    ("split", "changed", "caught"),
    [("test", lambda X: X + 1, True), ("valid", lambda X: X * 1.8, True), ("test", lambda X: X[::3], False)],
)
def test_a_split_may_differ_from_the_training_set_as_far_as_chance_goes(split, changed, caught):
    b = on_bench(None)
    data = b.data._replace(**{f"X_{split}": changed(getattr(b.data, f"X_{split}"))})
    if not caught:
        data = data._replace(**{f"y_{split}": changed(getattr(b.data, f"y_{split}"))})
    assert detectors.data_statistics(b._replace(data=data)).caught == caught


@pytest.mark.parametrize(
    ("order", "caught"),
    [
        (lambda generator, n: generator.permutation(n), False),
        (lambda generator, n: generator.integers(n, size=n), True),  # some twice, some never
        (lambda generator, n: np.r_[: n * 2 // 3, n * 2 // 3 + generator.permutation(n - n * 2 // 3)], True),
    ],
)
def test_an_order_is_right_if_it_has_every_example_once_and_changes(order, caught):
    assert detectors.order(on_bench(None)._replace(steps=RIGHT._replace(order=order))).caught == caught


@pytest.mark.parametrize("cycle_steps", [1, 1_000_000])
def test_a_schedule_of_any_length_is_judged_by_few_of_its_steps(cycle_steps):
    config, asked = at((8,), cycle_steps=cycle_steps), []
    counted = RIGHT._replace(rate=lambda t, config: asked.append(t) or RIGHT.rate(t, config))
    b = right_bench(at((8,)))._replace(config=config)
    assert not detectors.schedule(b._replace(steps=counted)).caught
    assert detectors.schedule(b._replace(steps=BUGS["sawtooth"].steps())).caught == (cycle_steps > 1)
    assert len(asked) < 5000
    assert max(asked) == 4 * cycle_steps


@pytest.mark.parametrize("turn", [1_000_000, 2_000_000, 3_000_000])
@pytest.mark.parametrize("late", [False, True])
def test_a_jump_into_or_out_of_a_single_turn_of_a_long_schedule_is_found(turn, late):
    def rate(t, config):  # one half-cycle again, from the turn or from the step after it
        return RIGHT.rate(t - config.cycle_steps if t >= turn + late else t, config)

    b = right_bench(at((8,)))._replace(config=at((8,), cycle_steps=1_000_000))
    assert detectors.schedule(b._replace(steps=RIGHT._replace(rate=rate))).caught


ALLOWED = (" import check", " import DETECTORS, check", " import BUGS", ".hunt import read_code")
ALLOWED += (".hunt import hunt", ".hunt import MOST_HUNTS", ".hunt import MOST_HUNTS, hunt")
ALLOWED += (".hunt import MOST_HUNTS, NONE, hunt", ".hunt import MOST_HUNTS, read_code")
ALLOWED += (" import answers as of_bugs",)


def test_no_other_page_can_reach_a_bug():
    # but for the check of any program, names of bugs and tests, hunts' answers and codes, which run no bug,
    # and for the marks of questions about bugs
    importing = [
        str(path.relative_to(ROOT))
        for part in ("mlp", "data", "lab", "ui", "pages", "benchmarks")
        for path in sorted((ROOT / part).rglob("*.py"))
        for line in re.findall(
            r"^\s*(?:from|import) .*\bbugs\b.*", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        if line.strip().removeprefix("from lab.bugs") not in ALLOWED
    ]
    for path in ("lab/assignment/kinds/hunts.py", "ui/class_answers/__init__.py"):
        assert "steps" not in (ROOT / path).read_text(encoding="utf-8")
    allowed = ("lab/bugs/", "ui/bug_lab/", "pages/bug_lab.py", "benchmarks/estimates.py")
    assert [path for path in importing if not path.startswith(allowed)] == []
