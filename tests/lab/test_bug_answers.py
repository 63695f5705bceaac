"""The answers about the bug lab, each against the program taken apart here, or a rule at its edges."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from answering import values_of

from data import DataConfig
from lab.assignment import engine
from lab.bugs import BUGS, DETECTORS, RIGHT, Finding, answers, bench, program
from lab.links.fixed_fields import in_lab
from lab.questions.verify import BUG_LAB
from mlp import TrainConfig, loss_and_gradients
from mlp.checks import judgement
from ui.bug_lab import answering, trials

ROUNDED, CONSTANT, REVERSED, FACTOR, TWICE, EARLY = BUG_LAB


def answered(question, **offered):
    """(sentence, choice) from what the page has measured, or from what is `offered` in its place."""
    given = SimpleNamespace(**{name: lambda values, one=one: one for name, one in offered.items()})
    answer = question.answer(values_of("bug_lab", question), given if offered else answering)
    if not offered:
        assert engine.answer("bug_lab", question) == answer, "what an assignment is marked by"
    return answer.sentence, question.choices[answer.right]


def gradients(question):
    """(those of the question's program, the engine's of the same loss), on the examples of a check."""
    lab, _, steps = answering._asked(values_of("bug_lab", question))
    raw, config = trials.raw_data(lab.experiment), lab.experiment.train
    on = bench(steps, config, raw)
    X, T = on.batch()
    _, found = program.differentiate(steps, on.params, X, T, config)
    return found, loss_and_gradients(on.params, X, T.argmax(axis=1), config)[1]


def wrong_layers(question):
    """The numbers of the layers with a wrong gradient, from 1."""
    pairs = zip(*gradients(question), strict=True)
    return [
        n for n, (one, other) in enumerate(pairs, 1) if not np.allclose(one.W, other.W, rtol=1e-9, atol=0)
    ]


def test_a_rounded_z_spoils_all_layers_but_the_last():
    said, choice = answered(ROUNDED)
    assert wrong_layers(ROUNDED) == [1, 2]
    assert choice == "Those of the first layers"
    assert said.startswith("Wrong in W1, b1, W2, b2. The relative error of a tensor is up to")
    ratio = [
        np.linalg.norm(a.b - b.b) / np.linalg.norm(b.b) for a, b in zip(*gradients(ROUNDED), strict=True)
    ]
    told = float(said.partition("up to ")[2].partition(",")[0])
    assert told == pytest.approx(max(ratio), rel=0.2)


@pytest.mark.parametrize(
    ("wrong", "choice", "said"),
    [
        (["W2", "b2"], "Those of the last layer", "elsewhere it is 1.0e-09 in W1 and 1.0e-09 in b1."),
        (["W1", "b1", "W2", "b2"], "All of them", "The relative error of a tensor is up to 5.0e-01, in "),
        (["b1"], "Those of the first layers", "elsewhere it is 1.0e-09 in W1, 1.0e-09 in W2 and"),
    ],
)
def test_which_layers_are_spoiled(wrong, choice, said):
    names = ("W1", "b1", "W2", "b2")
    checks = [
        SimpleNamespace(name=name, index=np.arange(1), smooth_error=0.5 if name in wrong else 1e-9)
        for name in names
    ]
    causes = [judgement.UNEXPLAINED if name in wrong else judgement.AGREES for name in names]
    found, chosen = answered(ROUNDED, judged=(checks, SimpleNamespace(cause=np.array(causes))))
    assert chosen == choice
    assert said in found


def test_a_constant_of_a_millionth_is_seen():
    said, choice = answered(CONSTANT)
    lab, *_ = answering._asked(values_of("bug_lab", CONSTANT))
    on = trials.on_bench(lab, RIGHT)
    (X, T), config = on.batch(), on.config
    o = (RIGHT.probabilities(program.propagate(on.params, X, config)[0][-1]) * T).sum(axis=1)
    parts = [
        loss_and_gradients(on.params, x[np.newaxis], [t.argmax()], replace(config, l2=0.0))[1][-1].W
        for x, t in zip(X, T, strict=True)
    ]
    whole = loss_and_gradients(on.params, X, T.argmax(axis=1), config)[1][-1].W
    # -ln(o + c) has the derivative of -ln o times o / (o + c)
    gap = np.mean([1e-6 / (one + 1e-6) * part for one, part in zip(o, parts, strict=True)], axis=0)
    assert choice == "Yes, the check fails"
    told = float(said.partition("tensor is ")[2].partition(",")[0])
    assert told == pytest.approx(np.linalg.norm(gap) / np.linalg.norm(whole), rel=0.1)


def test_layers_of_one_shape_let_the_program_run_and_tests_find_the_bug():
    said, choice = answered(REVERSED)
    assert wrong_layers(REVERSED) == [1, 3], "the middle one of three stays where it is"
    assert choice == "It runs, and a test finds the bug"
    assert said.startswith("It runs. 3 of 10 tests find it: gradient check, by layer; the check at many")
    found = dict.fromkeys(DETECTORS, Finding(False, "Nothing.", {}))
    assert answered(REVERSED, judged="The program stops: no.", verdicts=found)[1] == "It stops as well"
    assert answered(REVERSED, judged=([], None), verdicts=found)[1] == "It runs, and no test finds the bug"


def test_without_a_penalty_no_test_finds_its_missing_factor():
    said, choice = answered(FACTOR)
    assert wrong_layers(FACTOR) == [], "of a penalty of 0 the gradient is 0, with the factor and without"
    assert choice == "No"
    assert said.startswith("None of the 10 tests finds it.")
    assert said.endswith("all derivatives are 0.")
    one = dict.fromkeys(DETECTORS, Finding(False, "", {})) | {"recount": Finding(True, "Not the same.", {})}
    said, choice = answered(FACTOR, verdicts=one)
    assert choice == "Yes"
    assert said.startswith("1 of 10 tests finds it: reported figures, recounted.")


def test_one_step_shows_a_step_that_is_wrong_though_all_gradients_are_right():
    said, choice = answered(EARLY)
    assert choice == "One step against hand arithmetic"
    assert said.startswith(
        "It is the only one of the 10 tests that finds it. The largest relative error of a step"
    )
    one = dict.fromkeys(DETECTORS, Finding(True, "Caught.", {}))
    assert answered(EARLY, verdicts=one)[0].startswith(
        "10 of 10 tests find it: gradient check, by layer; the"
    )
    assert "The gradient check finds nothing: at h = 1e-05 the largest" in said
    assert wrong_layers(EARLY) == [], "with a learning rate of 0"


@pytest.mark.parametrize(
    ("losses", "right", "choice", "said"),
    [
        ([2.0] * 21, [2.0, 1.0], "All 20 epochs", "never leaves the plateau and is 2 after 20 epochs"),
        ([2.0] * 6 + [1.7], [2.0], "5 epochs or fewer", "leaves it in epoch 6 and is 1.7 after 6 epochs"),
        ([2.0] * 7 + [1.8], [2.0], "6 to 19 epochs", "starts at 2, leaves it in epoch 7 and is 1.8"),
        (
            [2.0, 1.0],
            [2.0, 0.5],
            "5 epochs or fewer",
            "is 1 after 1 epoch. The right program's leaves it in epoch 1",
        ),
    ],
)
def test_how_long_the_plateau_lasts(losses, right, choice, said):
    found, chosen = answered(TWICE, losses=(losses, right))
    assert chosen == choice
    assert said in found


def test_the_losses_are_the_medians_of_the_pages_curves():
    question = TWICE._replace(changes={"bug": "divided twice", "n_samples": 100, "epochs": 2})
    lab, key, steps = answering._asked(values_of("bug_lab", question))
    assert (key, lab.n_seeds) == ("divided_twice", 3)
    for found, one in zip(answering.losses(values_of("bug_lab", question)), (steps, RIGHT), strict=True):
        raw = trials.raw_data(lab.experiment)
        trained = [[r.train_loss for r in program.train(one, config, raw)] for config in lab.configs()]
        assert found == pytest.approx(np.median(trained, axis=0))
    assert BUGS[key].steps() == steps
    assert answers.losses(values_of("bug_lab", question)) == answering.losses(values_of("bug_lab", question))


def test_without_the_page_the_program_is_that_of_the_bug_that_a_question_names():
    for key, bug in BUGS.items():
        asked = answers._asked(values_of("bug_lab", TWICE._replace(changes={"bug": key.replace("_", " ")})))
        assert asked[1] == bug.steps()


def test_the_data_that_a_question_waits_for_are_those_of_the_lab(monkeypatch):
    asked = []
    monkeypatch.setattr(answering, "loaded", lambda make, data: asked.append(data))
    question = TWICE._replace(changes={"bug": "divided twice", "name": "mnist", "split": "60/20/20"})
    lab, *_ = answering._asked(values_of("bug_lab", question))
    assert asked == [lab.experiment.data]
    assert (lab.experiment.data.split, lab.experiment.data.scaling) == ("1000/500/1000", "unit")


@pytest.mark.parametrize(
    ("of_starts", "medians"),
    [
        ([[1.0, 2.0, np.inf], [3.0, 8.0], [6.0, 9.0, 7.0]], [3.0, 8.0, 7.0]),  # one start is left at the end
        ([[1.0, np.inf], [2.0, np.nan]], [1.5]),  # none
    ],
)
def test_without_the_page_the_losses_are_the_medians_of_those_starts_that_have_a_number(
    monkeypatch, of_starts, medians
):
    def made_up(steps, config, raw):
        shift = 10.0 * (steps is RIGHT)
        return [SimpleNamespace(train_loss=loss + shift) for loss in of_starts[config]]

    monkeypatch.setattr(answers, "train", made_up)
    monkeypatch.setattr(answers, "_raw", lambda experiment: None)
    lab = SimpleNamespace(experiment=None, configs=lambda: range(len(of_starts)))
    monkeypatch.setattr(answers, "_asked", lambda values: (lab, "the bug's steps"))
    program_, right = answers.losses({})
    assert program_ == medians
    assert right == [10 + one for one in medians]


def test_without_the_page_the_data_are_read_unscaled_and_scaled_as_their_experiment_says(monkeypatch):
    monkeypatch.setattr(answers, "load_dataset", lambda data: ("loaded", data))
    monkeypatch.setattr(answers.experiment, "raw_data", lambda *what: what)
    for name, scaling in (("mnist", "unit"), ("circles", "standard")):
        lab = in_lab(DataConfig(name=name), TrainConfig())
        (loaded, data), own = answers._raw.__wrapped__(lab)
        assert (loaded, data, own) == ("loaded", replace(lab.data, scaling="none"), scaling)


def test_without_the_page_a_test_that_the_right_program_fails_does_not_count():
    question = EARLY._replace(changes={**EARLY.changes, "n_samples": 100})
    found = answers.verdicts(values_of("bug_lab", question))
    assert {test for test, finding in found.items() if finding.caught} == {"one_step"}
