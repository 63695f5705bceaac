"""Every planted bug is found by the detectors it names, and by no other, on three architectures."""

import dataclasses
import difflib
import inspect
import pathlib
import re

import numpy as np
import pytest

from data import DataConfig, load_dataset
from lab.bugs import BUGS, DETECTORS, RIGHT, RawData, bench, detectors, program, steps, train
from lab.bugs.program import TensorCheck
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


@pytest.fixture(scope="module")
def dataset():
    return load_dataset(DataConfig(n_samples=800, scaling="none"))


@pytest.fixture(scope="module")
def raw(dataset):
    """The circles with their training set sorted by class."""
    order = np.argsort(dataset.y_train, kind="stable")
    return RawData(
        np.float64(dataset.X_train[order]),
        dataset.y_train[order],
        np.float64(dataset.X_valid),
        dataset.y_valid,
        np.float64(dataset.X_test),
        dataset.y_test,
        2,
        "standard",
    )


def at(architecture, **changes):
    return dataclasses.replace(CONFIG, hidden_layer_sizes=architecture, **changes)


def last(some_steps, config, raw):
    *_, record = train(some_steps, config, raw)
    return record


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
def test_the_right_program_gives_the_numbers_of_the_engine(architecture, raw):
    config = at(architecture)
    encoded = raw.encoded(RIGHT)
    dataset = load_dataset(DataConfig(n_samples=800))._replace(
        **{name: getattr(encoded, name) for name in RawData._fields[:6]}
    )
    for ours, theirs in zip(train(RIGHT, config, raw), engine_train(config, dataset), strict=True):
        ours, theirs = ours._asdict(), theirs._asdict()
        for one, other in zip(ours.pop("params"), theirs.pop("params"), strict=True):
            np.testing.assert_allclose(one.W, other.W, rtol=1e-9, atol=1e-12)
            np.testing.assert_allclose(one.b, other.b, rtol=1e-9, atol=1e-12)
        del ours["seconds"], theirs["seconds"]
        assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=str)
@pytest.mark.parametrize("key", [None, *BUGS])
def test_a_bug_is_found_by_the_detectors_it_names_and_by_no_other(key, architecture, raw):
    if key and BUGS[key].least_hidden_layers > len(architecture):
        architecture = architecture * BUGS[key].least_hidden_layers
    on_bench = bench(BUGS[key].steps() if key else RIGHT, at(architecture), raw)
    found = {name for name, detector in DETECTORS.items() if detector(on_bench).caught}
    assert found == (set(BUGS[key].caught_by) if key else set())


def test_every_wrong_step_is_a_bug_and_every_bug_has_its_own():
    assert [bug.number for bug in BUGS.values()] == list(range(1, len(BUGS) + 1))
    assert len({bug.title for bug in BUGS.values()}) == len(BUGS)


@pytest.mark.parametrize("key", BUGS)
def test_a_wrong_step_takes_what_the_right_one_takes(key):
    bug = BUGS[key]
    right = getattr(RIGHT, bug.step)
    assert inspect.signature(right).parameters.keys() == inspect.signature(bug.wrong).parameters.keys()
    assert [name for name, step in bug.steps()._asdict().items() if step is not getattr(RIGHT, name)] == [
        bug.step
    ]
    shown = bug.lines()
    assert all(source.startswith("def ") for source in shown)
    assert difflib.SequenceMatcher(None, *shown).ratio() < 1


def test_the_mean_taken_twice_makes_every_ratio_one_over_k(raw):
    on_bench = bench(BUGS["mean_taken_twice"].steps(), at((6, 6), l2=0.0), raw)
    X, T = on_bench.batch()
    wrong = program.differentiate(on_bench.steps, on_bench.params, X, T, on_bench.config)[1]
    right = program.differentiate(RIGHT, on_bench.params, X, T, on_bench.config)[1]
    for one, other in zip(wrong, right, strict=True):
        np.testing.assert_allclose(one.W * len(X), other.W, rtol=1e-12)


@pytest.mark.parametrize("key", ["penalty_not_reported", "factor_two_missing", "biases_penalised"])
def test_without_a_penalty_nothing_is_wrong_with_it(key, raw):
    on_bench = bench(BUGS[key].steps(), at((6, 6), l2=0.0), raw)
    assert not detectors.gradient_check(on_bench).caught
    assert not detectors.penalty_apart(on_bench).caught


def test_penalised_biases_do_not_show_while_they_are_zero(raw):
    on_bench = bench(BUGS["biases_penalised"].steps(), at((6, 6), activation="tanh"), raw)
    untouched = tuple(layer._replace(b=np.zeros_like(layer.b)) for layer in on_bench.params)
    assert detectors.gradient_check(on_bench).caught
    assert not detectors.gradient_check(on_bench._replace(params=untouched)).caught


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("slope_at_rounded", {"W1", "b1", "W2", "b2"}),
        ("mask_forgotten", {"W1", "b1", "W2", "b2"}),
        ("mask_of_next_layer", {"W1", "b1"}),
        ("overwritten_by_mask", {"W2", "W3"}),
        ("factor_two_missing", {"W1", "W2", "W3"}),
        ("penalty_not_reported", {"W1", "W2", "W3"}),
        ("biases_penalised", {"b1", "b2", "b3"}),
        ("squared_error_differentiated", {"W1", "b1", "W2", "b2", "W3", "b3"}),
    ],
)
def test_the_check_by_layer_shows_where_a_gradient_is_wrong(key, wrong, raw):
    figures = detectors.gradient_check(bench(BUGS[key].steps(), at((6, 6), activation="tanh"), raw)).figures
    assert {name for name, error in figures.items() if error > detectors.WRONG} == wrong


def test_a_reversed_list_stops_the_program_unless_all_layers_have_one_shape(raw):
    reversed_ = BUGS["last_layer_first"].steps()
    with pytest.raises(ValueError, match=re.escape("(6, 2) does not fit weights of shape (2, 6)")):
        last(reversed_, at((6, 6)), raw)
    square = bench(reversed_, at((2, 2)), raw)
    assert last(reversed_, at((2, 2)), raw).epoch == CONFIG.epochs
    finding = detectors.gradient_check(square)
    assert finding.caught
    assert finding.figures["W1"] > 0.1
    assert finding.figures["W2"] < 1e-6  # the one in the middle


def test_the_constant_in_the_log_keeps_the_error_at_a_millionth(raw):
    figures = detectors.step_sweep(bench(BUGS["constant_in_log"].steps(), at((6, 6)), raw)).figures
    assert 1e-7 < min(figures.values()) < 1e-4
    right = detectors.step_sweep(bench(RIGHT, at((6, 6)), raw)).figures
    assert min(right.values()) < 1e-8


def test_updating_too_early_is_wrong_below_the_last_layer_alone(raw):
    figures = detectors.one_step(bench(BUGS["updated_too_early"].steps(), at((6, 6)), raw)).figures
    assert {name for name, error in figures.items() if error > 1e-3} == {"W1", "b1", "W2", "b2"}


def test_a_step_per_weight_moves_the_biases_fan_in_times_too_far(raw):
    on_bench = bench(BUGS["step_per_weight"].steps(), at((6, 6)), raw)
    X, T = on_bench.batch()
    _, right = program.step(RIGHT, on_bench.params, X, T, on_bench.config, 0.1)
    _, wrong = program.step(on_bench.steps, on_bench.params, X, T, on_bench.config, 0.1)
    for fan_in, old, one, other in zip((2, 6, 6), on_bench.params, right, wrong, strict=True):
        np.testing.assert_allclose(other.b - old.b, fan_in * (one.b - old.b), rtol=1e-9)
        np.testing.assert_array_equal(one.W, other.W)


def test_a_test_set_too_large_for_a_loss_does_not_end_the_training(raw):
    far = raw._replace(X_test=raw.X_test * 1e6)  # all its probabilities are 0 or 1
    record = last(BUGS["test_set_forgotten"].steps(), at((6, 6)), far)
    assert record.epoch == CONFIG.epochs
    assert not record.diverged
    assert np.isinf(record.test_loss)
    assert record.train_loss == last(RIGHT, at((6, 6)), raw).train_loss


@pytest.mark.parametrize("key", [None, "last_minibatch"])
def test_of_a_network_that_diverges_at_once_every_test_gives_its_finding(key, raw):
    some_steps = BUGS[key].steps() if key else RIGHT
    on_bench = bench(some_steps, at((6, 6), init_scale=1e308), raw)
    (record,) = train(some_steps, at((6, 6), init_scale=1e308), raw)
    assert (record.epoch, record.diverged) == (0, True)
    findings = {name: detector(on_bench) for name, detector in DETECTORS.items()}
    assert findings["recount"] == (
        False,
        "The network diverges before its first epoch: there is nothing to recount.",
        {},
    )
    assert all(finding.sentence.endswith(".") for finding in findings.values())


def test_an_entry_that_is_no_number_is_as_wrong_as_can_be():
    analytic, exact = np.array([0.0, 1.0, np.nan, np.inf, 2.0]), np.array([0.0, 0.5, 1.0, np.inf, 2.0])
    found = TensorCheck("W1", (5, 1), np.arange(5), analytic, exact)
    np.testing.assert_array_equal(found.relative_errors, [0, 0.5, np.inf, np.inf, 0])
    assert found.error == np.inf


def test_pixels_divided_twice_are_a_255th(raw):
    pixels = raw._replace(X_train=np.full((4, 3), 255.0), scaling="unit")
    assert (pixels.encoded(RIGHT).X_train == 1).all()
    assert (pixels.encoded(BUGS["divided_twice"].steps()).X_train == 1 / 255).all()


def test_the_right_schedule_is_the_engines(raw):
    from mlp import SCHEDULES

    t = np.arange(200)
    expected = SCHEDULES["triangular"](0.3, t, learning_rate_min=0.02, cycle_steps=30)
    np.testing.assert_allclose([steps.rate(int(one), CONFIG) for one in t], expected, atol=1e-12)
    wrong = [BUGS["sawtooth"].wrong(int(one), CONFIG) for one in t]
    np.testing.assert_allclose(wrong[:30], expected[:30], atol=1e-12)
    assert (np.diff(wrong)[[29, 59, 89]] > 0).sum() >= 2  # it jumps up instead of rising


def test_no_other_page_can_reach_a_bug():
    importing = [
        str(path.relative_to(ROOT))
        for part in ("mlp", "data", "lab", "ui", "pages", "benchmarks")
        for path in sorted((ROOT / part).rglob("*.py"))
        if re.search(r"^\s*(from|import) .*\bbugs\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    allowed = (
        "lab/bugs/",
        "lab/__",
        "lab/questions/",
        "ui/bug_lab/",
        "pages/bug_lab.py",
        "benchmarks/estimates.py",
    )
    assert [path for path in importing if not path.startswith(allowed)] == []
    assert "bugs" not in (ROOT / "mlp/__init__.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("cycle_steps", [1, 7, 1_000_000])
def test_a_schedule_of_any_length_is_judged_by_few_of_its_steps(raw, cycle_steps):
    config = at((8,), cycle_steps=cycle_steps)
    asked = []

    def counted(rate):
        return lambda t, config: asked.append(t) or rate(t, config)

    right = detectors.schedule(bench(RIGHT._replace(rate=counted(steps.rate)), config, raw))
    wrong = detectors.schedule(bench(BUGS["sawtooth"].steps(), config, raw))
    assert (right.caught, wrong.caught) == (False, cycle_steps > 1)
    assert len(asked) < 5000
    assert max(asked) == 4 * cycle_steps
