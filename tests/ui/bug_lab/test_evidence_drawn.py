"""Which evidence is drawn of which program, what a repair says, and by what the results are cached."""

import contextlib
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from data import DataConfig
from lab.bugs import BUGS, DETECTORS, RIGHT
from lab.bugs.detectors import Finding
from lab.links.experiment import Setup
from lab.links.fixed_fields import in_lab
from mlp import TrainConfig
from ui.bug_lab import evidence, repair, trials
from ui.charts import palette

LAB = Setup(in_lab(DataConfig(n_samples=100), TrainConfig(cycle_steps=4, learning_rate=0.5)), 2)
OTHERS = [
    Setup(replace(LAB.experiment, data=replace(LAB.experiment.data, seed=3)), 2),
    Setup(replace(LAB.experiment, train=replace(LAB.experiment.train, l2=0.3)), 2),
]


@pytest.fixture
def noted(monkeypatch):
    """What the server keeps, {key: value}."""
    kept = {}

    def note(key, make):
        if key not in kept:
            kept[key] = make()
        return kept[key]

    for module in (evidence, trials):
        monkeypatch.setattr(module, "cache", lambda: SimpleNamespace(note=note, noted=kept.get))
    return kept


def test_a_check_and_a_test_are_kept_by_their_experiment_their_program_and_their_test(noted, monkeypatch):
    made = iter(range(100))
    monkeypatch.setattr(trials, "on_bench", lambda lab, steps: (lab, steps))
    monkeypatch.setattr(evidence.experiment, "judged", lambda bench: (bench, next(made)))
    monkeypatch.setattr(trials, "DETECTORS", {name: lambda bench: (bench, next(made)) for name in ("a", "b")})
    programs = [(lab, key, f"steps {key}") for lab in (LAB, *OTHERS) for key in ("right", ("hunt", 7))]
    for ask in (
        lambda: [evidence.judged(*program) for program in programs],
        lambda: [trials.finding(*program, test) for program in programs for test in ("a", "b")],
    ):
        first = ask()
        assert ask() == first, "from what is kept"
        assert len({number for _, number in first}) == len(first)
    assert [evidence.judged(*program)[0] for program in programs] == [
        (lab, steps) for lab, _, steps in programs
    ]
    found = trials.findings(LAB, "right", "steps right")
    assert found == {test: trials.finding(LAB, "right", "steps right", test) for test in ("a", "b")}


def test_a_training_is_kept_by_its_data_its_settings_its_seed_and_its_program():
    keys = {
        trials._key(lab, seed, key)
        for lab in (LAB, *OTHERS)
        for seed in (0, 1)
        for key in ("right", "mean_taken_twice")
    }
    assert len(keys) == 12


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn, in order."""
    drawn = []
    for name in ("error", "caption", "success", "markdown"):
        monkeypatch.setattr(evidence.st, name, lambda text, icon="", name=name: drawn.append((name, text)))
    monkeypatch.setattr(evidence, "show_rows", lambda rows, hide_index: drawn.append(("table", rows)))
    monkeypatch.setattr(evidence, "show", lambda chart, kind, words, key: drawn.append((chart, words, key)))
    return drawn


def test_each_test_has_evidence_of_its_own_and_one_without_figures_has_none(drawn, monkeypatch):
    for name in ("error_map", "_sweep", "_schedule"):
        monkeypatch.setattr(evidence, name, lambda *args, name=name: drawn.append((name, *args)))
    monkeypatch.setattr(evidence, "_table", lambda test, figures: (test, figures))
    asked = []
    figures = {"n": 1}

    def finding(*what):
        asked.append(what)
        return Finding(True, "It says so.", figures)

    monkeypatch.setattr(evidence, "finding", finding)
    for test in ("gradient_check", "step_sweep", "schedule", "order"):
        assert evidence.draw(test, LAB, "key", "steps", "a program", "here").sentence == "It says so."
    figures = {}
    evidence.draw("recount", LAB, "key", "steps", "a program", "here")
    assert drawn == [
        ("error_map", LAB, "key", "steps", "here"),
        ("_sweep", LAB, "key", "steps", "a program", "here"),
        ("_schedule", LAB, "steps", "a program", "here", "It says so."),
        ("table", ("order", {"n": 1})),
    ]
    assert asked[0] == (LAB, "key", "steps", "gradient_check")


def test_the_map_says_the_verdict_and_of_a_program_that_stops_why(drawn, monkeypatch):
    answers = [("checks", "verdict"), "It stops."]
    asked = []
    monkeypatch.setattr(evidence, "judged", lambda *what: asked.append(what) or answers.pop(0))
    monkeypatch.setattr(evidence.check, "verdict_in_words", lambda *of: f"{' '.join(of)} said")
    monkeypatch.setattr(evidence.charts, "strips", lambda checks: f"strips of {checks}")
    monkeypatch.setattr(evidence.charts, "errors_by_tensor", lambda frame, title: (frame, title))
    for _ in range(2):
        evidence.error_map(LAB, "key", "steps", "here")
    title = "checks verdict said: backpropagation against numerical derivatives"
    assert drawn == [
        (("strips of checks", title), "checks verdict said", "_map_here"),
        ("error", "It stops."),
    ]
    assert asked == [(LAB, "key", "steps")] * 2


def test_the_learning_rates_are_those_of_the_right_program_and_of_this_one(drawn, monkeypatch):
    monkeypatch.setattr(evidence.charts, "rates", lambda frame, title, colours: (frame, colours))
    own = RIGHT._replace(rate=lambda step, config: -step)
    evidence._schedule(LAB, own, "this program", "here", "It jumps.")
    (((frame, colours), words, key),) = drawn
    assert (words, key) == ("It jumps", "_rates_here")
    assert list(colours) == ["this program", trials.WITHOUT]
    mine = frame[frame["program"] == "this program"].set_index("step")["rate"]
    right = frame[frame["program"] == trials.WITHOUT].set_index("step")["rate"]
    assert mine.to_dict() == {t: -t for t in range(17)}, "four cycles of four steps, and the next one's first"
    train = LAB.experiment.train
    assert right[[0, 4, 8, 16]].tolist() == [
        train.learning_rate_min, train.learning_rate, train.learning_rate_min, train.learning_rate_min
    ]  # fmt: skip


FRAME = pd.DataFrame(
    {"epoch": [0, 3, 2], "quantity": "loss", "program": ["a", "a", "b"], "median": [0.5, 0.25, 0.75]}
)


def test_the_losses_of_a_repair_are_drawn_at_their_last_epoch_with_what_went_wrong(drawn, monkeypatch):
    answers, asked = [(FRAME, ["One.", "Two."]), None], []
    monkeypatch.setattr(evidence.trials, "curves", lambda *what: asked.append(what) or answers.pop(0))
    monkeypatch.setattr(evidence.charts, "programs", lambda *what: what)
    colours = {"your repair": "green", trials.WITHOUT: "grey"}
    for _ in range(2):
        evidence.losses(LAB, "key", "steps", "Title", colours, evidence.last_losses, "here")
    said = "Last reported loss: a 0.25 after epoch 3; b 0.75 after epoch 2"
    (*faults, (chart, words, key), caption) = drawn
    assert faults == [("error", "One."), ("error", "Two.")]
    assert (chart[0] is FRAME, chart[1:]) == (True, ("loss", "Title", colours, 3))
    assert (words, key, caption) == (f"{said} (median)", "_loss_here", ("caption", f"{said} (median)."))
    assert asked == [(LAB, "key", "steps", "your repair")] * 2


def test_a_repair_is_tested_under_a_name_of_its_own_and_a_wrong_one_is_told_as_wrong(drawn, monkeypatch):
    key, bug = next(iter(BUGS.items()))
    right = SimpleNamespace(step=bug.step, key="right", function=getattr(RIGHT, bug.step), why="")
    wrong = SimpleNamespace(**vars(right) | {"key": "other"})
    ran, told, ready = [], [], [None, True, True]
    title = DETECTORS["order"].title
    monkeypatch.setattr(repair.trials, "run_tests", lambda *what: ran.append(what) or ready.pop(0))
    monkeypatch.setattr(repair.trials, "verdicts", lambda *what: ran.append(what) or {"order": "finding"})
    monkeypatch.setattr(
        repair.repair, "said", lambda *what: told.append(what[2]) or ["First.", "Second.", "Third."]
    )
    monkeypatch.setattr(repair.evidence, "losses", lambda *what: ran.append(what))
    repair._result(LAB, key, right, "here")
    assert (len(ran), drawn) == (1, [])
    for fragment in (right, wrong):
        repair._result(LAB, key, fragment, "here")
    names = [("mended", key, bug.step, one) for one in ("right", "other")]
    assert [what[1] for what in ran] == [names[0], *[names[0]] * 3, *[names[1]] * 3]
    assert [kind for kind, _ in drawn] == ["success", "markdown", "markdown", "error", "markdown", "markdown"]
    assert told == [{title: "finding"}] * 2
    assert ran[3][-1] == "mended_here"
    assert ran[3][3] == "Reported training loss after your repair, 2 random starts"


@pytest.mark.parametrize("waits", [False, True])
def test_the_curves_of_a_program_are_drawn_at_the_epoch_on_show_and_told_at_every_one(
    drawn, monkeypatch, waits
):
    frame = pd.DataFrame(
        {
            "epoch": [0, 2, 0, 2],
            "quantity": ["loss", "loss", "accuracy", "accuracy"],
            "program": "this program",
            "median": [0.5, 0.25, 0.5, 0.7512],
        }
    )
    asked, chosen = [], SimpleNamespace(epoch=0, kept=(0, 2))
    monkeypatch.setattr(
        evidence.trials, "curves", lambda *what: asked.append(what) or (None if waits else (frame, ["One."]))
    )
    monkeypatch.setattr(evidence.st, "fragment", lambda function: function)
    monkeypatch.setattr(evidence.st, "container", contextlib.nullcontext)
    monkeypatch.setattr(evidence.charts, "programs", lambda *what: what)
    monkeypatch.setattr(
        evidence.of_curves, "choose", lambda epochs, narrow: asked.append((list(epochs), narrow)) or chosen
    )
    monkeypatch.setattr(
        evidence.of_curves, "draw", lambda chosen, said: drawn.append(("timeline", chosen, said(0), said(2)))
    )
    evidence.learning(LAB, "key", "steps", "this program", "here")
    assert asked[0] == (LAB, "key", "steps", "this program")
    if waits:
        assert drawn == []
        return
    assert asked[1] == ([0, 2, 0, 2], True)
    said = "Validation accuracy: this program 75.1% after epoch 2"
    fault, (chart, words, key), caption, timeline = drawn
    loss = "Last reported loss: this program 0.25 after epoch 2"
    assert (fault, words, key) == (("error", "One."), f"{loss} (median). {said} (median)", "_loss_here")
    colours = {"this program": palette.NEGATIVE, trials.WITHOUT: palette.NEUTRAL}
    assert chart[1:] == ("loss", "Reported training loss, 2 random starts", colours, 0)
    assert caption == ("caption", f"{said} (median).")
    assert timeline == (
        "timeline",
        chosen,
        "Median reported training loss: this program 0.5. Median validation accuracy: this program 50.0%.",
        "Median reported training loss: this program 0.25. Median validation accuracy: this program 75.1%.",
    )
