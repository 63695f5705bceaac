"""What the bug lab trains for its curves, what it keeps, what it says went wrong, and what the work costs."""

import contextlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from finishing import finished

from data import DataConfig, load_dataset
from lab.bugs import BUGS, DETECTORS, RIGHT, Finding, experiment
from lab.bugs import train as train_program
from lab.links.experiment import Setup
from lab.links.fixed_fields import in_lab
from mlp import TrainConfig
from ui.bug_lab import trials

LAB = Setup(in_lab(DataConfig(n_samples=100), TrainConfig(hidden_layer_sizes=(4,), epochs=3, l2=0.01)), 2)
RAW = experiment.raw_data(load_dataset(experiment.unscaled(LAB.experiment.data)), "standard")
STEPS = BUGS["two_images"].steps()
CURVE = np.array([[1.0, 0.5], [0.5, 0.75]])
LOST = np.array([[1.0, 0.5], [0.9, 0.5], [np.nan, np.nan]])
STOPS = "The program stops: no."


@pytest.fixture
def server(monkeypatch):
    """The results that are `kept`, the trainings `trained`, what was `asked`; `allowed` starts them."""
    server = SimpleNamespace(kept={}, trained=[], asked=[], bars=[], estimates=[], shares=[], allowed=True)

    def note(key, make):
        if key not in server.kept:
            server.kept[key] = make()
        return server.kept[key]

    def may_start(*what, **how):
        server.asked.append((what, how))
        return server.allowed

    def follow(steps, bar, doing):
        shares, value = finished(steps)
        server.shares.append((doing, shares))
        return value

    def seconds_of(*what):
        server.estimates.append(what)
        return 2.0

    place = SimpleNamespace(take=lambda compute: compute() or True)
    cached = SimpleNamespace(
        note=note,
        noted=server.kept.get,
        dataset=load_dataset,
        speed="speed",
        turns=SimpleNamespace(place=lambda: contextlib.nullcontext(place)),
    )
    monkeypatch.setattr(trials, "cache", lambda: cached)
    monkeypatch.setattr(trials, "may_start", may_start)
    monkeypatch.setattr(trials.progress, "follow", follow)
    monkeypatch.setattr(trials.progress, "Progress", lambda *what: server.bars.append(what))
    monkeypatch.setattr(trials, "seconds_of", seconds_of)
    return server


@pytest.fixture
def made_up(server, monkeypatch):
    """A server whose trainings end with `of[steps is RIGHT][seed]`."""
    server.of = {True: [CURVE, CURVE + 1], False: [CURVE + 2, CURVE + 3]}

    def train(lab, seed, steps):
        server.trained.append((seed, steps))
        yield 0.5
        return server.of[steps is RIGHT][seed]

    monkeypatch.setattr(trials, "_train", train)
    return server


def medians(frame, program, quantity="loss"):
    return frame[(frame["program"] == program) & (frame["quantity"] == quantity)]["median"].tolist()


def test_each_program_is_trained_once_from_each_start_and_drawn_under_its_own_name(made_up):
    frame, problems = trials.curves(LAB, "key", STEPS, "this one")
    assert problems == []
    assert made_up.trained == [(0, STEPS), (1, STEPS), (0, RIGHT), (1, RIGHT)]
    assert frame["program"].unique().tolist() == ["this one", "the right program"]
    assert medians(frame, "this one") == [3.5, 3.0]
    assert medians(frame, "the right program", "accuracy") == [1.0, 1.25]
    assert made_up.shares == [("Training", [0.125, 0.375, 0.625, 0.875])]
    dataset, config = load_dataset(LAB.experiment.data), LAB.experiment.train
    ((of_config, of_dataset, speed),) = made_up.estimates
    assert (of_config, speed) == (config, "speed")
    np.testing.assert_array_equal(of_dataset.X_train, dataset.X_train)
    assert made_up.bars == [("lab", (LAB.experiment, "key"), 8.0, trials.progress.SHOW_AFTER)]
    again, _ = trials.curves(LAB, "key", STEPS, "another name")
    assert len(made_up.trained) == 4, "from what is kept"
    assert medians(again, "another name") == [3.5, 3.0]
    trials.curves(LAB, "other key", "other steps", "this one")
    assert made_up.trained[4:] == [(0, "other steps"), (1, "other steps")], "the right one is there"
    assert made_up.bars[1][2] == 4.0
    assert made_up.asked[1][0][3].asked.startswith("2 trainings, with the bug and without, take about 4 s")


def test_trainings_that_are_long_wait_for_a_click_and_say_how_many_they_are(made_up):
    made_up.allowed = False
    assert trials.curves(LAB, "key", STEPS, "this one") is None
    assert (made_up.trained, made_up.bars, made_up.kept) == ([], [], {})
    (((kind, work, seconds, messages), how),) = made_up.asked
    assert (kind, work, seconds) == ("lab", (LAB.experiment, "key"), 8.0)
    assert how == {"n_bytes": trials.bytes_of(LAB)}
    assert messages.asked == "4 trainings, with the bug and without, take about 8 s."
    assert messages.work == "This comparison"
    assert (messages.button, messages.stopped) == ("Train", "Stopped. Finished trainings are kept.")


def test_a_program_that_stops_has_no_curve_and_says_so_once(made_up):
    made_up.of[False] = [STOPS, STOPS]
    frame, problems = trials.curves(LAB, "key", STEPS, "this one")
    assert problems == ["The program stops: no. So it has no curve."]
    assert frame["program"].unique().tolist() == ["the right program"]
    trials.curves(LAB, "key", STEPS, "this one")
    assert len(made_up.trained) == 4, "a program that stopped is kept too"


@pytest.mark.parametrize(
    ("of_bug", "of_right", "problems"),
    [
        ([LOST, CURVE], [CURVE, CURVE], ["1 of 2 starts of this program has diverged by epoch 2."]),
        ([LOST[1:], LOST], [CURVE, CURVE], ["2 of 2 starts of this program have diverged by epoch 2."]),
        ([LOST, STOPS], [CURVE, CURVE], [
            "The program stops: no. So it has no curve.",
            "1 of 1 start of this program has diverged by epoch 2.",
        ]),
        ([CURVE, CURVE], [CURVE, LOST], ["1 of 2 starts of the right program has diverged by epoch 2."]),
    ],
)  # fmt: skip
def test_starts_that_diverge_are_counted_and_told_with_their_program(made_up, of_bug, of_right, problems):
    made_up.of = {False: of_bug, True: of_right}
    assert trials.curves(LAB, "key", STEPS, "this one")[1] == problems


def test_the_figures_of_a_start_are_the_reported_loss_and_the_validation_accuracy(server):
    config = LAB.configs()[1]
    records = list(train_program(STEPS, config, RAW))
    shares, figures = finished(trials._train(LAB, 1, STEPS))
    np.testing.assert_array_equal(figures, [[r.train_loss, r.valid_accuracy] for r in records])
    assert shares == [0.25, 0.5, 0.75, 1.0]
    assert figures[0, 0] != finished(trials._train(LAB, 0, STEPS))[1][0, 0], "another start"


def test_the_epoch_in_which_a_start_diverges_has_no_figures(server, monkeypatch):
    records = [
        SimpleNamespace(train_loss=1.0, valid_accuracy=0.5, diverged=False),
        SimpleNamespace(train_loss=3.0, valid_accuracy=0.25, diverged=True),
    ]
    monkeypatch.setattr(trials, "train", lambda steps, config, raw: iter(records))
    shares, figures = finished(trials._train(LAB, 0, STEPS))
    np.testing.assert_array_equal(figures, [[1.0, 0.5], [np.nan, np.nan]])
    assert shares == [0.25, 0.5]


def test_a_start_of_a_program_that_stops_has_its_sentence(server):
    _, sentence = finished(trials._train(LAB, 0, BUGS["last_layer_first"].steps()))
    assert sentence.startswith("The program stops: a gradient of shape (4, 2) does not fit weights of shape")


def test_a_turn_that_does_not_come_takes_no_epoch(server, monkeypatch):
    taken = iter([False, True, True, False, True, True, True])

    def take(compute):
        if came := next(taken):
            compute()
        return came

    place = SimpleNamespace(take=take)
    monkeypatch.setattr(trials.cache().turns, "place", lambda: contextlib.nullcontext(place))
    shares, figures = finished(trials._train(LAB, 0, STEPS))
    assert shares == [0, 0.25, 0.5, 0.5, 0.75, 1.0]
    assert len(figures) == 4


@pytest.mark.parametrize("scaling", ["standard", "unit"])
def test_a_program_reads_unscaled_data_and_scales_them_as_the_lab_says(server, monkeypatch, scaling):
    asked = []
    monkeypatch.setattr(trials.cache(), "dataset", lambda data: asked.append(data) or load_dataset(data))
    one = replace(LAB.experiment, data=replace(LAB.experiment.data, scaling=scaling))
    raw = trials.raw_data(one)
    assert [data.scaling for data in asked] == ["none"]
    assert raw.scaling == scaling
    np.testing.assert_array_equal(raw.X_train, RAW.X_train)


def test_a_bench_is_the_right_programs_of_its_own_experiment_with_the_steps_that_are_asked_for(server):
    other = Setup(replace(LAB.experiment, train=replace(LAB.experiment.train, init_seed=9)), 2)
    first, again, of_other = (trials.on_bench(*what) for what in ((LAB, STEPS), (LAB, RIGHT), (other, RIGHT)))
    assert (first.steps, again.steps) == (STEPS, RIGHT)
    assert first.params is again.params
    assert (first.config, of_other.config) == (LAB.experiment.train, other.experiment.train)
    assert not np.array_equal(first.params[0].W, of_other.params[0].W)


def test_all_tests_are_run_on_the_right_program_and_on_this_one(server, monkeypatch):
    ran, asked = [], []
    monkeypatch.setattr(trials, "finding", lambda *what: ran.append(what))
    monkeypatch.setattr(trials, "seconds_of_tests", lambda lab: 6.0)
    monkeypatch.setattr(trials.progress, "result", lambda *what: asked.append(what) or "given back")
    assert trials.run_tests(LAB, "key", STEPS) == "given back"
    ((_, tests, *others),) = asked
    assert others == [6.0, "Testing this program", "Testing", trials.bytes_of(LAB)]
    shares, value = finished(tests())
    assert value is True
    assert ran == [
        (LAB, *program, test) for test in DETECTORS for program in (("right", RIGHT), ("key", STEPS))
    ]
    assert shares == pytest.approx([share / 10 for n in range(1, 11) for share in (n, n)])
    other = Setup(replace(LAB.experiment, data=DataConfig(seed=5)), 2)
    for lab, key in ((LAB, "other"), (other, "key")):
        trials.run_tests(lab, key, STEPS)
    assert len({one[0] for one in asked}) == 3, "kept by experiment and program"


def test_a_test_that_the_right_program_fails_does_not_count(server, monkeypatch):
    found = {"right": {"a": True, "b": False}, "key": {"a": True, "b": True}}
    monkeypatch.setattr(
        trials,
        "findings",
        lambda lab, key, steps: {t: Finding(c, f"{key}.", {}) for t, c in found[key].items()},
    )
    verdicts = trials.verdicts(LAB, "key", STEPS)
    assert {test: finding.caught for test, finding in verdicts.items()} == {"a": False, "b": True}
    assert verdicts["b"].sentence == "key."


@pytest.mark.parametrize(
    ("sizes", "batch_size", "values"),
    [
        ((4,), 0, 4 * 5 * 70),  # 70 training examples, all in a batch
        ((4, 6), 16, 10 * 2 * 70),  # z and a of all are more than five arrays of 16
        ((4,), 40, 4 * 5 * 40),
        ((), 0, 0),
    ],
)
def test_the_bytes_of_a_program_are_those_of_its_activations(server, sizes, batch_size, values):
    train = TrainConfig(hidden_layer_sizes=sizes, batch_size=batch_size)
    lab = Setup(in_lab(DataConfig(n_samples=100), train), 2)
    assert trials.bytes_of(lab) == 8 * values


def test_the_seconds_of_a_training_are_the_engines_in_float64_and_sixty_per_cent_more(monkeypatch):
    asked = []
    monkeypatch.setattr(trials.cost, "seconds", lambda *what: asked.append(what) or 10.0)
    config = TrainConfig(epochs=7, dtype="float32")
    assert trials.seconds_of(config, "dataset", "speed") == pytest.approx(16.0)
    (((priced,), dataset, epochs, speed),) = asked
    assert (priced.dtype, priced.epochs) == ("float64", 7)
    assert (dataset, epochs, speed) == ("dataset", 7, "speed")
