"""The initialization page without a page: which starts are compared, and what is said of their training."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from data import DataConfig, DataUnavailable
from lab.links.ensemble import DEFAULTS, MOST_STARTS, STARTS, Ensemble, Start, parse_start
from lab.links.experiment import Experiment
from lab.links.limits import MAX_LAYERS
from mlp import TrainConfig
from ui.charts import palette
from ui.initialization import distributions, images, panels, setup, symmetry, training

ZEROS, HE, NORMAL = Start("zeros", 1.0), Start("he_normal", 1.0), Start("normal", 0.5)
ENSEMBLE = Ensemble(Experiment(DataConfig(), TrainConfig()), 2, (ZEROS, HE, NORMAL))


@pytest.fixture
def sidebar(monkeypatch):
    """The `state` of the widgets, and a function of the chosen and the linked starts."""
    page = SimpleNamespace(state={})
    monkeypatch.setattr(setup, "STATE", page.state)
    for name in ("slider", "select_slider"):
        monkeypatch.setattr(setup.st, name, lambda *_, **__: None)

    def read(chosen, linked=()):
        problems = []
        params = SimpleNamespace(get_all=lambda name: list(linked))
        monkeypatch.setattr(setup.st, "query_params", params)
        monkeypatch.setattr(setup.lock, "control", lambda *_, **__: list(chosen))
        return setup._starts(problems), problems

    page.read = read
    return page


def test_starts_are_compared_once_each_and_what_is_none_is_named(sidebar):
    starts, problems = sidebar.read(["zeros", "normal*0.5", "zeros", "x", "he_normal"])
    assert starts == (ZEROS, NORMAL, HE)
    assert len(problems) == 1
    assert "'x'" in problems[0]
    assert sidebar.read([]) == (tuple(map(parse_start, STARTS)), [])
    assert sidebar.read(["x"])[0] == tuple(map(parse_start, STARTS))


def test_a_link_may_ask_for_as_many_starts_as_allowed_and_no_more(sidebar):
    texts = [f"normal*0.{n}" for n in range(1, MOST_STARTS + 2)]
    starts, problems = sidebar.read(texts[:MOST_STARTS], texts[:MOST_STARTS])
    assert (len(starts), problems) == (MOST_STARTS, [])
    starts, problems = sidebar.read(texts, texts)
    assert starts == tuple(map(parse_start, texts[:MOST_STARTS]))
    assert problems == [f"The link asks for {MOST_STARTS + 1} initializers; allowed: up to {MOST_STARTS}."]


@pytest.mark.parametrize(
    ("text", "depth", "width"),
    [
        ("16,8,8", 3, 16),
        ("9", 1, 9),
        ("none", 1, 64),
        ("x", len(DEFAULTS["hidden_layer_sizes"]), DEFAULTS["hidden_layer_sizes"][0]),
        (",".join(["4"] * (MAX_LAYERS + 1)), MAX_LAYERS, 4),
    ],
)
def test_the_sliders_follow_the_text_of_the_layers_and_write_it(sidebar, text, depth, width):
    setup._depth_and_width(text)
    assert sidebar.state == {"_depth": depth, "_width": width}
    sidebar.state["_depth"] = 2
    setup._shape()
    assert sidebar.state["hidden_layer_sizes"] == f"{width},{width}"


@pytest.mark.parametrize(
    ("held", "chosen", "found", "kept"),
    [
        ("he_normal", "he_normal", HE, True),
        ("gone", "zeros", ZEROS, False),
        (None, "normal*0.5", NORMAL, False),
        ("he_normal", None, ZEROS, True),
    ],
)
def test_the_start_that_is_looked_at_is_one_of_those_compared(
    sidebar, monkeypatch, held, chosen, found, kept
):
    if held:
        sidebar.state["_look"] = held
    if chosen == "normal*0.5":
        chosen = NORMAL.label
    monkeypatch.setattr(setup.st, "segmented_control", lambda *_, **__: chosen)
    assert setup.look(ENSEMBLE) == found
    assert ("_look" in sidebar.state) == kept


def test_of_several_starts_of_one_initializer_the_one_scaled_least_has_its_colour():
    starts = [Start("normal", 0.01), Start("normal", 2.0), Start("normal", 0.5), Start("normal", 0.0), HE]
    colours = setup.colours_of(starts)
    assert list(colours) == [start.label for start in starts]
    assert len(set(colours.values())) == 5 <= len(palette.STARTS)
    own = setup.colour_of("normal")
    assert own in (colours[starts[1].label], colours[starts[2].label]), "a factor of 2, either way"
    assert colours[HE.label] == setup.colour_of("he_normal")
    assert setup.colours_of(starts[3:4])[starts[3].label] == own


@pytest.mark.parametrize(("name", "points", "shown"), [("mnist", "", "mnist"), ("own_images", "", "mnist")])
def test_without_an_upload_mnist_is_shown_instead(monkeypatch, name, points, shown):
    monkeypatch.setattr(setup.progress, "download", lambda name: None)
    data = DataConfig(name=name, points=points)
    ensemble = ENSEMBLE._replace(experiment=Experiment(data, TrainConfig(epochs=3)))
    found, said = setup.obtainable(ensemble)
    assert (found.experiment.data.name, found.starts) == (shown, ENSEMBLE.starts)
    assert found.experiment.train == TrainConfig(epochs=3)
    assert len(said) == (name != shown)
    assert all(one.endswith(" MNIST is shown instead.") for one in said)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((8.0, 8.0), "8"),
        ((1.0, 8.0), "1 → 8"),
        ((8.0, math.nan), "8 → –"),
        ((math.nan, math.nan), "–"),
        ((3.0, 0.0), "3 → 0"),
    ],
)
def test_a_count_before_and_after_training_is_one_number_if_it_stays(values, words):
    assert symmetry._change(*values) == words


def quantiles(n_epochs=2, n_layers=3):
    """Values (n_epochs, n_layers, 5): 100 · the epoch + 10 · the layer + 0 to 4."""
    return np.fromfunction(lambda e, k, q: 100 * e + 10 * k + q, (n_epochs, n_layers, 5))


def test_a_box_has_the_quantiles_of_its_epoch_and_layer_and_none_where_one_is_no_number():
    values = quantiles()
    values[0, 1, 4], values[1, 0, 0], values[1, 2, 2] = math.nan, 1e30, -1e30
    frame = distributions.by_layer((0, 7), values)
    assert frame[["epoch", "layer"]].to_numpy().tolist() == [[0, 1], [0, 3], [7, 2]]
    names = ["low", "lower", "median", "upper", "high"]
    assert frame[names].to_numpy().tolist() == [
        [0, 1, 2, 3, 4],
        [20, 21, 22, 23, 24],
        [110, 111, 112, 113, 114],
    ]
    assert distributions.by_layer((0,), np.full((1, 2, 5), math.nan)).empty


@pytest.fixture
def said(monkeypatch):
    found = []
    monkeypatch.setattr(training.st, "markdown", found.append)
    return found


def verdicts(*rows):
    """The table of (initializer, learns, right, lost, below), …"""
    table = pd.DataFrame(rows, columns=["initializer", "measured", "right", "lost", "below"])
    return table.assign(measured=table["measured"].map({True: "learns", False: "does not"}))


@pytest.mark.parametrize(
    ("rows", "guesses", "sentences"),
    [
        (
            [("a", True, True, "", False), ("b", False, True, "", True), ("c", False, False, "", True)],
            ["a", "c"],
            [
                "**After 1 epoch, a has learned**: the median accuracy beats always guessing the most common "
                "class (50.0%) by 10 points or more.",
                "No better than always guessing the most common class: b and c.",
                "You were right about **2 of 3**. You were wrong about c.",
            ],
        ),
        (
            [("a", True, True, "", False), ("b", True, True, "", False)],
            ["a", "b"],
            ["**After 1 epoch, a and b have learned**: ", "You were right about **2 of 2**."],
        ),
        (
            [("a", False, False, "in epoch 3", False), ("b", False, True, "", False)],
            [],
            [
                "**After 1 epoch, none of them has learned**: that takes a median accuracy that beats always "
                "guessing the most common class (50.0%) by 10 points or more.",
                ":red[**a: every network diverged in epoch 3**]: its loss is no longer a number.",
            ],
        ),
    ],
)
def test_what_has_learned_is_said_with_the_prediction(said, rows, guesses, sentences):
    training._answer(verdicts(*rows), guesses, 0.5, 1)
    assert len(said) == len(sentences)
    for found, expected in zip(said, sentences, strict=True):
        assert found == expected or (expected.endswith(": ") and found.startswith(expected))


@pytest.mark.parametrize(
    ("chance", "learns", "words"),
    [
        (
            0.9,
            True,
            "the median accuracy beats always guessing the most common class (90.0%) by 10 points or",
        ),
        (
            0.95,
            True,
            "always guessing the most common class (95.0%) by half of what is left to 100% or more.",
        ),
        (0.95, False, "none of them has learned**: that takes a median accuracy that beats always guessing"),
        (0.9999, True, "the most common class (over 99.9%) by half of what is left"),
        (1.0, False, "learned**: the validation set has one class only, and no accuracy beats always"),
    ],
)
def test_the_margin_is_said_that_was_asked_for(said, chance, learns, words):
    training._answer(verdicts(("a", learns, True, "", False)), [], chance, 3)
    assert words in said[0]


@pytest.mark.parametrize(
    ("whose", "words"),
    [
        ((False, True), "Loss"),
        ((False, True, "kept"), "Loss: kept"),
        ((True, True), "Loss: ours, and as published (dashed)"),
        ((True, True, "kept"), "Loss: kept, and as published (dashed)"),
        ((True, False), "Loss: as published"),
    ],
)
def test_a_title_says_whose_curves_are_drawn(whose, words):
    assert panels.titled("Loss", *whose) == words


def test_lines_end_at_their_last_epoch_in_the_unit_of_their_quantity():
    rows = pd.DataFrame(
        {"start": ["b", "a", "b", "a"], "epoch": [3, 1, 1, 0], "median": [0.975, 0.5, 0.1, 0.2]}
    )
    assert panels.ends_of(rows, "median", "accuracy") == "b ends at 97.5%; a ends at 50.0%"
    assert panels.ends_of(rows, "median", "loss") == "b ends at 0.975; a ends at 0.5"
    assert panels.ends_of(rows, "median", "error") == "b ends at 97.5%; a ends at 50.0%"


def test_an_accuracy_that_is_nearly_all_does_not_end_at_all():
    rows = pd.DataFrame({"epoch": 1, "start": ["a", "b"], "median": [0.9996, 1.0]})
    assert panels.ends_of(rows, "median", "accuracy") == "a ends at over 99.9%; b ends at 100.0%"


def test_a_finding_has_every_start_with_how_many_of_its_networks_diverged():
    def record(diverged=False):
        return SimpleNamespace(diverged=diverged, epoch=4, learning_rate=0.1)

    records = [record(True), record(True), record(), record(True), record(), record()]
    run = SimpleNamespace(at={4: SimpleNamespace(records=records)}.get)
    rows = pd.DataFrame({"start": [HE.label, NORMAL.label], "epoch": [4, 4], "median": [0.5, 0.25]})
    lost, some, whole = panels.finding(ENSEMBLE, run, rows, "loss", 4).split("; ")
    assert lost.startswith("zeros: ")
    assert "diverged" in lost
    assert some.startswith("he_normal ends at 0.5, ")
    assert "1 of 2" in some
    assert whole == f"{NORMAL.label} ends at 0.25"
    assert panels.finding(ENSEMBLE, None, rows, "loss", 4) == (
        f"he_normal ends at 0.5; {NORMAL.label} ends at 0.25"
    )


@pytest.mark.parametrize(
    ("n_wrong", "n", "words"),
    [
        (0, 5, "0 of 5 test images are misclassified"),
        (1, 5, "1 of 5 test images is misclassified"),
        (1234, 5000, "1,234 of 5,000 test images are misclassified"),
        (1, 1, "The one test image is classified wrongly"),
    ],
)
def test_the_misclassified_images_are_counted(n_wrong, n, words):
    assert images._misclassified(n_wrong, n, "test") == words


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [(9, 1, 0.5), (10, 1, 0.15), (10, 2, 0.25)],
            "At epoch 10 the layers lie between 1.5e-01 and 2.5e-01",
        ),
        (
            [(1, 1, 0.12), (1, 2, 0.26)],  # all later ones are exactly 0
            "At epoch 1, the last one drawn, the layers lie between 1.2e-01 and 2.6e-01",
        ),
        ([(10, 1, 0.15)], "At epoch 10 layer 1 lies at 1.5e-01"),
        ([(10, 1, 0.5), (10, 2, 0.501)], "At epoch 10 the layers lie at 5.0e-01"),
        ([(9, 1, 7.0), (9, 2, 8.0), (10, 2, 0.15)], "At epoch 10 layer 2 lies at 1.5e-01"),
    ],
)
def test_the_steps_by_layer_are_said_of_the_last_epoch_that_has_any(rows, words):
    frame = pd.DataFrame(rows, columns=["epoch", "layer", "median"])
    assert training._range(frame, 10) == words


def test_charts_stand_two_in_a_row(monkeypatch):
    rows, drawn = [], []

    class Column:
        def __init__(self, row, place):
            self.at = row, place

        def __enter__(self):
            drawn.append(self.at)

        def __exit__(self, *_):
            return False

    def columns(n, **_):
        rows.append(n)
        return [Column(len(rows), place) for place in range(n)]

    monkeypatch.setattr(panels.st, "columns", columns)
    panels._in_pairs([lambda n=n: drawn.append(n) for n in range(3)])
    assert drawn == [(1, 0), 0, (1, 1), 1, (2, 0), 2]


def test_data_that_cannot_be_had_are_named(monkeypatch):
    def download(name):
        raise DataUnavailable(f"{name} cannot be had.")

    monkeypatch.setattr(setup.progress, "download", download)
    experiment = Experiment(DataConfig(name="cifar10"), TrainConfig())
    found, said = setup.obtainable(ENSEMBLE._replace(experiment=experiment))
    assert found.experiment.data.name == "mnist"
    assert said == ["cifar10 cannot be had. MNIST is shown instead."]
