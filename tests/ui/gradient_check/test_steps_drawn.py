"""The rules and names in the chart of the steps, the shares of the parts, groups, and files of gradients."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from gradient_checks import subject

from lab.gradient_check.plan import Plan
from lab.links.cost import Speed
from lab.links.experiment import Experiment
from lab.links.pages import A_GRID, DECADES, FIRST_TEN
from lab.words import counted
from mlp import TrainConfig
from mlp.checks.gradient_check import GradientCheck
from mlp.checks.judgement import Judgement
from ui.gradient_check import epochs, largest, own_program, parts, planted, setup, steps

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")
SPEED = Speed(1e-6, 1e-9, 1e-10, {"tanh": 1e-9})

DIFFERENCES = np.array([0.5, 0.1, 2e-3]), np.array([0.6, 0.2, 3e-3]), 1.0  # right, wrong, the largest


def frame_of(*lines, against="h"):
    """The table of lines [(scheme, precision, {h: error}), …]."""
    swept = [
        ((scheme, precision), np.array(list(line)), np.array(list(line.values())))
        for scheme, precision, line in lines
    ]
    return steps.table(swept, against)


def test_the_rules_stand_at_the_best_steps_in_theory_and_at_that_of_the_check_with_names_inside_the_chart():
    line = {10.0**-k: 10.0 ** (k - 16) for k in range(16)}  # from 1 down to 1e-15
    for against in ("h", "N = 1/h"):
        marks = steps._marks(
            PLAN._replace(step=0.5), frame_of(("central", "float64", line)), against, DECADES
        )
        at = marks.set_index("text")["at"] ** (1 if against == "h" else -1)
        u64, u32 = 2.0**-53, 2.0**-24
        assert at.to_dict() == pytest.approx(
            {"√u 64": u64 ** (1 / 2), "∛u 64": u64 ** (1 / 3), "√u 32": u32 ** (1 / 2)}
            | {"∛u 32": u32 ** (1 / 3), "h of the check": 0.5}
        )
        aligned = marks.set_index("text")["align"]
        inner = {"√u 64", "∛u 64", "√u 32", "∛u 32"}
        assert set(aligned[list(inner)]) == {"left"}
        assert aligned["h of the check"] == ("right" if against == "h" else "left"), "0.5 is near the edge"
        by_step = marks.assign(h=at.to_numpy()).sort_values("h")["height"].to_numpy()
        assert (by_step[:3] > by_step[1:4]).tolist() == [True, True, False], (
            "three rows, then the first again"
        )


@pytest.mark.parametrize(
    ("step", "marked"), [(1.0, True), (0.1, True), (0.05, False), (1.05, False), (0.3, True)]
)
def test_the_step_of_the_check_is_marked_where_the_chart_has_it(step, marked):
    frame = frame_of(("central", "float64", {1.0: 1e-2, 0.5: 1e-3, 0.1: 1e-4}))
    marks = steps._marks(PLAN._replace(step=step), frame, "h", A_GRID)
    assert marks["at"].to_list() == [step] * marked
    assert marks["height"].to_list() == [0.02] * marked


def test_a_lines_name_is_near_its_place_on_decades_and_at_a_third_of_it_elsewhere():
    line = {1e-4: 1.0, 1e-9: 3.0, 1e-11: 5.0, 1e-14: 7.0}
    dashed = {1e-11: 0.5, 1e-12: 0.5, 1e-13: 0.5}
    named = frame_of(("forward", "float32", dashed), ("forward", "float64", line), ("other", "float64", line))
    labels = steps._labels(named, DECADES)
    assert labels["text"].to_list() == ["forward", "other"], "the line in float32 is dashed"
    assert labels["at"].to_list() == [1e-11, 1e-14], "nearest to 1e-11 and to 1e-13 by their ratios"
    assert labels["label_at"].to_list() == [5.0 * 100, 7.0 * 6]
    line = {10.0**-k: 10.0**-k for k in range(6)}
    labels = steps._labels(frame_of(("central", "float64", line)), A_GRID)
    assert labels[["at", "text"]].to_numpy().tolist() == [[pytest.approx(1e-3), "central"]]
    higher = {h: 1e3 * error for h, error in line.items()}
    two = frame_of(("forward", "float64", higher), ("central", "float64", line))
    labels = steps._labels(two, A_GRID)
    assert labels["text"].to_list() == ["central", "forward"], "the lowest first"
    assert labels["label_at"].to_list() == pytest.approx([1e-5, 1e-2]), "where the lines begin"


@pytest.mark.parametrize(("shortest", "named"), [(9e-4, True), (1e-3, False), (0.5, False)])
def test_rounding_is_named_where_steps_are_short_enough_for_it(shortest, named):
    regimes = steps._regimes(frame_of(("central", "float64", {shortest: 1e-2, 1.0: 8.0})), "h")
    assert regimes["text"].to_list() == ["← rounding" if named else "", "truncation →"]
    assert regimes["at"].to_list() == [shortest, 1.0]
    assert regimes["height"].to_list() == [1e-2 / 40] * 2


@pytest.mark.parametrize(("against", "at", "align"), [("h", 1e-9, "left"), ("N = 1/h", 1e9, "right")])
def test_what_dashed_lines_are_is_written_above_all_lines_at_the_shortest_step(against, at, align):
    solid, dashed = {1e-9: 1e-3, 1.0: 8.0}, {1e-9: 1.0, 1.0: 8.0}
    frame = frame_of(("central", "float64", solid), ("central", "float32", dashed))
    (row,) = steps._regimes(frame, against)[2:].to_dict("records")
    assert row == {"at": pytest.approx(at), "text": "dashed: float32", "align": align, "height": 1.5}
    assert len(steps._regimes(frame_of(("central", "float64", solid)), against)) == 2, "no line is dashed"


STEEP = {10.0**-k: 10.0**-k for k in range(1, 9)} | {10.0**-k: 10.0 ** (k - 16) for k in range(9, 17)}
PHONE = 17.7, 13.8  # pixels per decade of the plot on a phone, across and up


@pytest.mark.parametrize("scheme", ["forward", "central"])
def test_on_a_phone_a_schemes_name_does_not_touch_its_steep_line(scheme):
    frame = frame_of((scheme, "float64", STEEP))
    (label,) = steps._labels(frame, DECADES).to_dict("records")
    half = 3.2 * len(label["text"]) / PHONE[0], 6 / PHONE[1]  # decades of half a name at a font size of 11
    across = np.log10(label["at"]) + np.linspace(-half[0], half[0])
    h = np.sort([*STEEP])
    line = np.interp(across, np.log10(h), np.log10([STEEP[one] for one in h]))
    assert np.abs(line - np.log10(label["label_at"])).min() > half[1]


def test_each_line_is_said_with_its_own_best_step():
    frame = frame_of(
        ("forward", "float64", {0.5: 3e-2, 0.25: 2e-3, 0.1: 4e-2}),
        ("central", "float32", {0.5: 1e-4, 0.1: np.nan}),
        ("complex", "float64", {0.5: 0.0, 0.1: 1e-17}),
    )
    assert steps._best(frame) == [
        "forward in float64: least error 2e-03 at h = 0.25",
        "central in float32: least error 1e-04 at h = 0.5",
        "complex in float64: least error 0 at h = 0.5",
    ]


def test_the_slope_and_the_least_error_are_those_of_each_scheme():
    lines, said = [], lambda: steps._slopes_in_words(subject(), frame_of(*lines), np.arange(35))
    for scheme, power in (("forward", 1), ("central", 2)):
        line = {10.0**-k: 10.0 ** -(power * k) for k in range(9)}
        # beyond 2e-2 and near the best step the slope is another
        lines.append((scheme, "float64", line | {0.1: 1e-9, 1e-8: 1e-15, 1e-7: 1e-14, 1.0: 1e-9}))
    lines.append(("complex", "float64", {1e-3: 1e-6, 1e-9: 3e-16, 1e-12: 1e-16}))
    assert said() == "; ".join(
        [
            "In float64, **forward**: least error 1e-15 at h = 1e-8 (theory: √u = 1e-08); to the right of it "
            "the slope is 1.00 (truncation of order h)",
            "**central**: least error 1e-15 at h = 1e-8 (theory: ∛u = 5e-06); to the right of it the slope "
            "is 2.00 (truncation of order h²)",
            "**complex**: 3e-16 or less at every step up to 1e-9, since nothing is subtracted.",
        ]
    )
    lines[1] = ("central", "float64", lines[1][2] | {1e-3: 0.0, 1e-9: 0.0})
    assert (
        "**central**: least error 0 at h = 1e-9 (theory: ∛u = 5e-06); to the right of it the slope" in said()
    )
    assert "the slope is 2.00 (truncation of order h²); **complex**" in said()
    for most, words in ((1.45e-16, "2e-16 or less"), (0.0, "0")):
        lines[2] = ("complex", "float64", {1e-3: 1e-6, 1e-9: most, 1e-12: most / 2})
        assert f"**complex**: {words} at every step" in said()
    lines[1] = ("central", "float64", lines[0][2])
    assert "the slope is 1.00, not the 2 of truncation of order h²; **complex**" in said()


def test_what_the_curves_of_a_wrong_gradient_show_is_said_with_both_errors_at_the_best_step_of_the_right():
    right = pd.DataFrame({"h": [0.5, 0.1, 0.05], "error": [1e-1, 1e-3, 2e-3]})
    for wrong, times in ((0.1, "100×"), (1.0, "1e+03×"), (5.0, "5e+03×")):
        one = pd.DataFrame({"h": [0.5, 0.1, 0.05], "error": [9.0, wrong, 1e-6]})
        assert planted.told_apart(right, one, np.zeros(3, bool)).startswith(
            "**These steps tell them apart.** At their best step, h = 0.1, central differences are off by "
            f"1.0e-03; of the same gradient made 0.01% too large by {wrong:.1e}, {times} as much. "
        )
    assert planted.told_apart(right, one[:0], np.zeros(3, bool)).startswith("Too few errors are finite")


def test_the_largest_differences_are_said_from_the_longest_step_to_the_shortest_of_both_gradients(
    monkeypatch,
):
    shown = []
    monkeypatch.setattr(largest, "show", lambda chart, title, finding: shown.append((chart, title, finding)))
    monkeypatch.setattr(largest, "cached_sweep", lambda *_: DIFFERENCES)
    monkeypatch.setattr(largest, "STEPS", {A_GRID: np.array([1.0, 0.5, 0.1])})
    monkeypatch.setattr(largest.charts, "largest_difference", lambda frame, x, title, log: (x, log))
    monkeypatch.setattr(largest.st, "markdown", lambda text: None)
    monkeypatch.setattr(largest.st, "caption", lambda text: None)
    largest.section(PLAN, subject(), A_GRID, "h")
    finding = "Right: 5.0e-01 at the longest step, 2.0e-03 at the shortest; wrong: 6.0e-01 and 3.0e-03"
    n = counted(len(subject().sample(largest.SAMPLE)), "derivative")
    assert shown == [
        (("step h", False), f"Largest difference of {n}, linear axis", finding),
        (("step h", True), f"Largest difference of {n}, logarithmic axis", finding),
    ]
    frame = largest.table(np.array([0.5, 0.25]), np.array([0.0, 3.0]), np.array([4.0, 5.0]), "N = 1/h")
    rows = {name: part[["at", "error"]].to_numpy().tolist() for name, part in frame.groupby("gradient")}
    assert rows["right"] == [[2.0, largest.LEAST], [4.0, 3.0]]
    assert rows[largest.charts.PLANTED] == [[2.0, 4.0], [4.0, 5.0]]


def test_of_a_network_that_has_diverged_no_largest_difference_is_drawn(monkeypatch):
    said, none = [], np.full(3, np.nan)
    monkeypatch.setattr(largest, "show", lambda *_: pytest.fail("nothing to draw"))
    monkeypatch.setattr(largest, "STEPS", {A_GRID: np.array([1.0, 0.5, 0.1])})
    monkeypatch.setattr(largest.st, "warning", lambda words, icon: said.append(words))
    monkeypatch.setattr(largest.st, "markdown", lambda text: pytest.fail(text))
    monkeypatch.setattr(largest.st, "columns", lambda *_, **__: pytest.fail("nothing to draw"))
    for swept in ((none, none, np.nan), None):  # the second waits for a click
        monkeypatch.setattr(largest, "cached_sweep", lambda *_, swept=swept: swept)
        largest.section(PLAN, subject(), A_GRID, "h")
    (words,) = said
    assert words.startswith("**Some differences are not numbers**")


def test_the_penaltys_share_is_that_of_its_gradients_length(monkeypatch):
    def result(*analytic):
        return SimpleNamespace(check=SimpleNamespace(analytic=np.array(analytic))), None

    said = []
    results = {"data": result(3.0, 4.0), "penalty": result(0.6, 0.8), "objective": result(9.0)}
    results = {name: SimpleNamespace(check=one.check) for name, (one, _) in results.items()}
    monkeypatch.setattr(parts, "checked", lambda plan, subject, config: asked.append(config) or results)
    monkeypatch.setattr(parts, "PARTS", {})
    monkeypatch.setattr(parts.st, "dataframe", lambda *_, **__: None)
    monkeypatch.setattr(parts.st, "markdown", said.append)
    asked = []
    parts.section(PLAN, subject(l1=0.0, l2=0.25))
    assert said[0].startswith("The penalty's gradient accounts for **17%** of the combined gradient norms.")
    assert asked == [subject(l1=0.0, l2=0.25).config]
    parts.section(PLAN, subject())
    l1, l2 = parts.PENALTIES
    assert said[1] == f"Your network has no penalty, so this section uses λ₁ = {l1:g} and λ₂ = {l2:g}."
    assert (asked[1].l1, asked[1].l2) == (l1, l2)
    for penalty in ({"l1": 0.1}, {"l2": (0.0, 0.0, 0.1)}):
        said.clear()
        parts.section(PLAN, subject(**penalty))
        assert said[0].startswith("The penalty's gradient accounts for **17%**")
        assert asked[-1] == subject(**penalty).config
    said.clear()
    results["objective"].check.analytic[:] = np.inf
    parts.section(PLAN, subject(l2=0.25))
    for one in results.values():
        one.check.analytic[:] = 0.0
    parts.section(PLAN, subject(l2=0.25))  # as where a bias of a dead unit is checked
    monkeypatch.setattr(parts, "checked", lambda *_: None)
    parts.section(PLAN, subject(l2=0.25))
    assert said == []


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        ("happy", "✓"),
        ("usual", "✓"),
        ("nothing", "– all are 0"),
        ("blind", "? blind"),
        ("wrong", "✗ wrong"),
        ("not finite", "✗ not finite"),
    ],
)
def test_a_part_has_the_mark_of_its_verdict(kind, mark):
    n = np.zeros(2)
    check = GradientCheck(np.arange(2), n, n, n, n, np.zeros(2, bool))
    judgement = Judgement(kind, np.zeros(2, int), 0, 1e-10, 1e-8, np.nan, 0.5)
    assert parts.row("penalty alone", check, judgement)["verdict"] == mark


def test_the_parts_are_checked_again_for_other_penalties_and_three_parts_take_twice_each(monkeypatch):
    asked = []
    monkeypatch.setattr(parts, "cache", lambda: SimpleNamespace(speed=SPEED))
    monkeypatch.setattr(parts.progress, "result", lambda *what: asked.append(what))
    network = subject(l2=0.25)
    for config in (network.config, replace(network.config, l2=0.5)):
        parts.checked(PLAN, network, config)
    parts.checked(PLAN._replace(step=1e-6), network, network.config)
    assert len({name for name, *_ in asked}) == 3
    assert asked[0][2] == pytest.approx(2 * 3 * network.seconds(35, SPEED))


def test_the_groups_are_those_that_a_network_has(monkeypatch):
    deep = TrainConfig(hidden_layer_sizes=(4, 3))
    layers = ["layer 1", "layer 2", "layer 3"]
    assert setup.groups_of(deep) == ["all", "weights", "biases", *layers, FIRST_TEN]
    alone = TrainConfig(hidden_layer_sizes=(), use_bias=False)
    assert setup.groups_of(alone) == ["all", "weights", "layer 1"]
    assert setup._groups({"hidden_layer_sizes": "4,3"}) == setup.groups_of(deep)
    assert setup._groups({"hidden_layer_sizes": "x"}) == setup._groups({"hidden_layer_sizes": "8,8"})
    assert len(setup._groups({"hidden_layer_sizes": ",".join("1" * 60)})) == setup.MOST_GROUPS == 40


@pytest.fixture
def compared(monkeypatch):
    """A function of files [(name, bytes), …]: which of them are compared, the cache's key, and captions."""

    def compare(*files, experiment=None):
        told, seen = [], SimpleNamespace()
        files = [SimpleNamespace(name=name, size=len(b), getvalue=lambda b=b: b) for name, b in files]

        def read(given, batch):
            seen.given = given
            return SimpleNamespace(
                layers=[[np.frombuffer(content, np.uint8)] for _, content in sorted(given)]
            )

        def result(key, *_):
            seen.key = key

        batch = SimpleNamespace(y=[0] * 8, params=(), config=TrainConfig())
        monkeypatch.setattr(own_program.batches, "batch_of", lambda *_: batch)
        monkeypatch.setattr(own_program.batches, "names", lambda batch: ["dW1", "db1"])
        monkeypatch.setattr(own_program.compare, "tries_pairs", lambda batch: False)
        monkeypatch.setattr(own_program.compare, "estimated_seconds", lambda *_: 0.0)
        monkeypatch.setattr(own_program.gradients_file, "check_sizes", lambda sizes, batch: None)
        monkeypatch.setattr(own_program.gradients_file, "read", read)
        monkeypatch.setattr(own_program.progress, "result", result)
        monkeypatch.setattr(own_program, "cache", lambda: SimpleNamespace(dataset=None, speed=None))
        for name in ("markdown", "download_button"):
            monkeypatch.setattr(own_program.st, name, lambda *_, **__: None)
        monkeypatch.setattr(own_program.st, "caption", told.append)
        monkeypatch.setattr(own_program.st, "file_uploader", lambda *_, **__: files)
        own_program._diagnose(experiment or Experiment("data", "train"))
        return [name for name, _ in seen.given], seen.key, told

    return compare


def test_of_several_archives_the_last_is_compared_and_of_csv_files_all(compared):
    names, _, told = compared(("a.npz", b"1"))
    assert (names, told) == (["a.npz"], [])
    names, _, told = compared(("a.npz", b"1"), ("b.NPZ", b"2"))
    assert names == ["b.NPZ"]
    assert told[0].replace("\\", "") == "The last of the 2 archives, b.NPZ, is compared."
    mixed = ("a.npz", b"1"), ("dW1.csv", b"3"), ("b.NPZ", b"2")
    names, _, told = compared(*mixed)
    assert (names, told) == ([name for name, _ in mixed], []), "read refuses them"
    assert compared(("dW1.csv", b"1"), ("db1.csv", b"2"))[0] == ["dW1.csv", "db1.csv"]
    many = [(f"dW{k}.csv", b"1") for k in range(own_program.MOST_FILES)]
    assert len(compared(*many)[0]) == 62
    with pytest.raises(ValueError, match="There are 63 files"):
        compared(*many, ("db1.csv", b"2"))


def test_a_diagnosis_is_that_of_the_files_and_of_the_experiment(compared):
    file = ("a.npz", b"1")
    keys = [
        compared(file)[1],
        compared(("a.npz", b"2"))[1],
        compared(file, experiment=Experiment("other", "train"))[1],
        compared(file, experiment=Experiment("data", "other"))[1],
    ]
    assert len(set(keys)) == 4
    assert compared(("renamed.npz", b"1"))[1] == keys[0]
    one, other = (
        compared(("dW1.csv", b"1"), ("dW2.csv", b"2")),
        compared(("dW2.csv", b"1"), ("dW1.csv", b"2")),
    )
    assert one[1] != other[1], "the same contents under each other's names are other gradients"
    assert compared(("dW2.csv", b"2"), ("dW1.csv", b"1"))[1] == one[1], "in another order they are the same"


def test_an_epochs_estimate_is_that_of_each_form_and_of_the_buttons_images(monkeypatch):
    said, buttons, tab = [], [], SimpleNamespace(stopped={epochs.KIND: 7}, looped_epoch=None)
    monkeypatch.setattr(epochs, "per_example", lambda: (3e-3, 1e-4))
    monkeypatch.setattr(epochs, "visit", lambda: tab)
    monkeypatch.setattr(epochs.shell, "code", lambda *_, **__: None)
    monkeypatch.setattr(epochs.looped_epoch, "sizes", {3e-3: (1000, 49_000)}.get)  # of a loop's seconds
    for name in ("markdown", "caption", "info"):
        monkeypatch.setattr(epochs.st, name, lambda text, **_: said.append(text))
    monkeypatch.setattr(epochs.st, "button", lambda label, **_: buttons.append(label))
    epochs.section()
    assert "takes about 3,000 µs by a loop over examples and 100 µs by matrices" in said[0]
    assert said[0].endswith("An epoch of 49,000 images, 70% of all, would take about 2 min and 5 s.**")
    assert buttons == ["Train 1,000 images of it, about 3 s", "Train the whole epoch, about 3 min"]
    assert said[1] == "Stopped. An unfinished epoch is not shown."
    monkeypatch.setattr(epochs.st, "button", lambda label, **_: "1,000" in label)
    monkeypatch.setattr(epochs.looped_epoch, "said", lambda outcome: f"{outcome} images")
    monkeypatch.setattr(epochs, "run", lambda n, each: (n, "12:00:00 UTC"))
    said.clear()
    epochs.section()
    assert said[1:3] == ["1000 images", "Measured on this server at 12:00:00 UTC, in float64."]
    assert tab.stopped == {}


@pytest.mark.parametrize("n", [20, 80, 100, 120, 49_000])
def test_so_many_images_are_trained_on_as_the_button_says(monkeypatch, n):
    asked = []

    def dataset(config):
        asked.append(config)
        raise InterruptedError

    monkeypatch.setattr(epochs, "ready", lambda name: False)
    monkeypatch.setattr(epochs.progress, "download", lambda name: None)
    monkeypatch.setattr(epochs.progress, "Progress", lambda *_: None)
    monkeypatch.setattr(epochs, "cache", lambda: SimpleNamespace(dataset=dataset))
    with pytest.raises(InterruptedError):
        epochs.run(n, (1e-3, 1e-4))
    (n_train, *_), per_cent = asked[0].split_sizes()
    assert (n_train, per_cent, asked[0].name) == (n, False, "mnist")
