"""What the charts of a sweep say and leave out, without a page; and what a click on a mark does."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from seen import marks
from swept import outcome, run_of

from data import DataConfig
from lab.links.sweep_plan import DESIGNS, GRID
from lab.sweeps import field_values
from ui.frame.visit import Visit
from ui.sweeps import views

PLAN = SimpleNamespace(fields=("rate", "units", "noise"), design=GRID, n_seeds=3)


@pytest.fixture
def page(monkeypatch):
    """What is shown: `charts`, [(drawing, kind, finding, options), …], and the sentences `told`."""
    page = SimpleNamespace(charts=[], told=[], made=None, asked=[])
    monkeypatch.setattr(views, "visit", lambda: Visit(trial=1))
    monkeypatch.setattr(views, "show", lambda *args, **options: page.charts.append((*args, options)))
    monkeypatch.setattr(views, "cached_view", lambda *asked: page.asked.append(asked) or page.made)
    monkeypatch.setattr(views.st, "info", page.told.append)
    monkeypatch.setattr(views, "losses_of", lambda plan: ["one"])
    monkeypatch.setattr(field_values, "ordered", lambda plan, field: page.values[field])
    page.values = {name: [str(first + k) for k in range(20)] for name, first in (("rate", 0.1), ("units", 0))}
    page.values["noise"] = ["0", "0.1", "0.2"]
    return page


def trials(n, **columns):
    """A table of n trials, the first the best, each with other units and the same noise."""
    numbers = np.arange(n)
    frame = pd.DataFrame({"trial": numbers + 1, "median": 0.9 - numbers / 1000, "low": 0.1, "high": 0.95})
    frame = frame.assign(rate=[str(0.1 + k) for k in numbers], units=[str(k) for k in numbers], noise="0.1")
    frame = frame.assign(behind=0.0, behind_low=0.0, behind_high=0.0, indistinct=True)
    return frame.assign(curve=None, link="", status="done", **columns)


@pytest.mark.parametrize(("n", "colours"), [(1, None), (2, "units"), (12, "units"), (13, None)])
def test_the_overview_names_the_best_and_colours_by_the_first_other_field_of_two_to_twelve_values(
    page, n, colours
):
    page.made = pd.concat([trials(n), trials(1).assign(trial=99, median=np.nan, units="none")])
    views.overview(PLAN, None, "validation accuracy")
    ((drawing, _, finding, options),) = page.charts
    best = "best " if n > 1 else ""
    assert finding == f"Validation accuracy: {best}median 90.0% at rate 0.1, units 0, noise 0.1"
    assert page.asked == [(views.results.trials, PLAN, None, "validation accuracy")]
    look = {"other": colours, "apart": ["units"] if n == 13 else [], "joined": True}
    values = {name: page.values[name] for name in ("rate", colours) if name}
    assert drawing._options == look | {"selected": 1, "losses": ["one"]}
    assert drawing._args[1:] == ("rate", "validation accuracy", finding, values)
    assert drawing._args[0]["trial"].tolist() == list(range(1, n + 1)), "without those that lack a result"
    assert options["key"] == "_pick_overview"
    views.overview(PLAN, None, "validation loss", live=True)
    assert page.charts[1][0]._options["selected"] is None
    assert page.charts[1][2:] == (f"Validation loss: {best}median 0.9 at rate 0.1, units 0, noise 0.1", {})


@pytest.mark.parametrize(
    ("n", "noises", "same"),
    [
        (2, ["0", "0.2"], "Lines with the same value of units differ in noise."),
        (13, ["0", "0.2"], "Lines with the same value of noise differ in units."),
        (13, ["0"], "The lines differ in units."),
    ],
)
@pytest.mark.parametrize("design", DESIGNS)
def test_a_line_joins_trials_that_differ_in_the_first_field_alone(page, monkeypatch, design, n, noises, same):
    said = []
    monkeypatch.setattr(views.st, "caption", said.append)
    rows = pd.MultiIndex.from_product([["0.1", "1"], [str(k) for k in range(n)], noises]).to_frame()
    fields = dict(zip(PLAN.fields, rows.to_numpy().T, strict=True))
    page.made = trials(len(rows)).assign(**fields)
    page.values["rate"] = ["0.1", "1"]
    views.overview(SimpleNamespace(fields=PLAN.fields, design=design, n_seeds=3), None, "training accuracy")
    lines = marks(page.charts[0][0], "line")
    assert len(lines) == len(said) == (design == GRID)
    for line in lines:
        channels = [*line.encoding["detail"], line.encoding.get("color", {})]
        names = [channel["field"] for channel in channels if channel]
        joined = [list(part["at"]) for _, part in pd.DataFrame(line.rows).groupby(names)]
        assert joined == [[0.1, 1]] * len(noises) * n
        assert said == [f"Each line joins trials that differ only in rate. {same}"]


def ended_at(*epochs):
    """A run that ended without diverging, for each of these numbers of epochs."""
    return run_of(*(outcome(row, *[0.5] * (1 + epoch)) for row, epoch in enumerate(epochs)))


def test_curves_and_small_multiples_are_drawn_of_up_to_twelve_values_and_say_where_the_loss_is_lowest(page):
    figures = {"median": [0.5, 0.2], "low": 0.1, "high": 0.6}
    curves = [pd.DataFrame({"epoch": [0, 3], "value": str(k)} | figures) for k in range(13)]
    curves[7].loc[1, "median"] = 0.125
    page.made = pd.concat(curves[:12])
    run = ended_at(2, 3)
    views._curves(PLAN, run, "rate")
    of = [(views.results.by_value, PLAN, run, "rate", f"{split}_loss") for split in ("train", "valid")]
    assert page.asked == of
    findings = [finding for _, _, finding, _ in page.charts]
    assert findings == [
        f"{split} loss by rate: median and quartiles; lowest at the end with 7: 0.125"
        for split in ("Training", "Validation")
    ]
    for curve in curves[:2]:
        curve.loc[1, "median"] = 0.125
    tie = views.lowest(pd.concat(curves[:12]), "rate", run)
    assert tie == "; lowest at the end with 0, 1 and 7: 0.125"
    shorter = pd.concat([curves[0].assign(epoch=[0, 2], median=[0.5, 0.1]), curves[1]])
    assert views.lowest(shorter, "rate", run).startswith("; lowest at the end with 1:")
    shorter["value"] = shorter["value"].replace({"0": "2", "1": "3"})
    assert views.lowest(shorter, "epochs", run) == "; lowest at the end with 2: 0.1"
    views._multiples(PLAN, run, "rate")
    assert page.asked == of * 2
    drawing, _, finding, _ = page.charts[2]
    assert set(drawing._args[0]["split"]) == {"train", "validation"}
    end = "lowest at the end with 7: 0.125"
    assert finding == f"Training loss by rate: median; {end}. Validation loss by rate: median; {end}"
    page.made = pd.concat(curves)
    views._curves(PLAN, None, "rate")
    views._multiples(PLAN, None, "rate")
    assert len(page.charts) == 3
    assert len(page.told) == 3


def test_without_a_validation_set_the_small_multiples_are_of_the_training_loss(page, monkeypatch):
    drawn = pd.DataFrame({"epoch": [0, 3], "value": "1", "median": 0.5, "low": 0.1, "high": 0.6})
    train, validation = (
        f"{name} loss by rate: median; 0.5 at the end" for name in ("Training", "Validation")
    )
    run = ended_at(3)
    for n, title, words in (
        (2, "Training and validation loss by rate", f"{train}. {validation}"),
        (0, "Training loss by rate", train),
    ):
        losses = {"training": drawn, "validation": drawn[:n]}
        monkeypatch.setattr(views, "_losses", lambda plan, run, field, split, losses=losses: losses[split])
        views._multiples(PLAN, run, "rate")
        assert page.charts[-1][0]._args[2] == title
        assert page.charts[-1][2] == words


def test_a_map_of_more_than_four_hundred_cells_is_not_drawn(page, monkeypatch):
    monkeypatch.setattr(views.st, "selectbox", lambda label, options, **_: options[0])
    for n in (20, 21):
        monkeypatch.setattr(views.results, "MOST_LEVELS", 21)
        pairs = [(str(a), str(b)) for a in range(20) for b in range(n)]
        page.values |= {"units": [str(k) for k in range(n)], "rate": [str(k) for k in range(20)]}
        table = trials(len(pairs)).assign(rate=[a for a, _ in pairs], units=[b for _, b in pairs])
        views._heat(PLAN, table, "validation accuracy")
    (chart,) = page.charts
    assert chart[2] == "Median validation accuracy by rate and units: click a cell to open its best trial"
    values = {"rate": page.values["rate"], "units": [str(k) for k in range(20)]}
    assert chart[0]._args[1:] == ("rate", "units", "validation accuracy", chart[2], values)
    assert chart[3]["key"] == "_pick_heat"
    assert page.told[0].startswith("There are too many pairs of values for a map")


def test_a_click_opens_the_trial_of_the_mark_and_one_beside_the_marks_leaves_it_open(monkeypatch):
    state, tab = {"_pick": {"selection": {"pick": [{"trial": 7.0}]}}}, Visit()
    monkeypatch.setattr(views.st, "session_state", state)
    monkeypatch.setattr(views, "visit", lambda: tab)
    click = views._picking("_pick")["on_select"]
    click()
    assert tab.trial == 7
    for nothing in ({"selection": {"pick": []}}, {"selection": {}}, {}):
        state["_pick"] = nothing
        click()
        assert tab.trial == 7


@pytest.mark.parametrize(
    ("metric", "front"),  # of the cheap trial with the higher figure and the dear one with the lower
    [("validation accuracy", "1 of 2 trials is"), ("validation loss", "2 of 2 trials are")],
)
def test_the_front_of_costs_has_the_better_results_which_are_the_lower_losses(
    page, monkeypatch, metric, front
):
    monkeypatch.setattr(views.st, "segmented_control", lambda *_, **__: "parameters")
    views._cost(PLAN, trials(2, parameters=[10, 20], seconds=1.0), metric)
    ((_, kind, finding, _),) = page.charts
    assert kind == f"{metric} against parameters"
    assert finding == f"{front} on the front: nothing is cheaper and as good, or as cheap and better"


def test_without_a_field_the_base_has_its_result_in_words(page, monkeypatch):
    said = []
    monkeypatch.setattr(views.st, "markdown", said.append)
    page.made = trials(1)
    views.overview(SimpleNamespace(fields=(), design=GRID, n_seeds=3), None, "validation loss")
    assert said == ["**Validation loss: median 0.9 at the base**"]
    assert page.charts == page.told == []


@pytest.mark.parametrize("fields", [(), PLAN.fields])
@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("failed", "There is no result to draw."),
        ("2 of 3 diverged", "2 trials are not drawn: half or more of their runs diverged."),
    ],
)
def test_without_a_result_it_is_said_whether_the_runs_diverged(page, fields, status, told):
    page.made = trials(2).assign(median=np.nan, status=status)
    views.overview(SimpleNamespace(fields=fields, design=GRID, n_seeds=3), None, "validation loss")
    assert page.told == [told]
    assert page.charts == []


@pytest.mark.parametrize(
    ("asked", "n_valid", "metric", "which"),
    [  # the base's split has no validation set: it is no trial
        ("validation loss", [1], "validation loss", ""),
        ("validation loss", [0], "training loss", "There is no validation set in this split: "),
        ("validation accuracy", [0, 4], "validation accuracy", ""),
        ("validation accuracy", [0, 0], "training accuracy", "No trial has a validation set: "),
        ("training loss", [0, 0], "training loss", ""),
        ("training accuracy", [9], "training accuracy", ""),
    ],
)
def test_without_validation_examples_in_any_trial_they_are_judged_by_the_training_set(
    page, monkeypatch, asked, n_valid, metric, which
):
    monkeypatch.setattr(views.lock, "choose", lambda label, names, key: asked)

    def dataset(place):
        return SimpleNamespace(y_valid=range(0 if place == "base" else n_valid[place]))

    monkeypatch.setattr(views, "cache", lambda: SimpleNamespace(dataset=dataset))
    trials = [SimpleNamespace(data=place) for place in range(len(n_valid))] * 2
    plan = SimpleNamespace(base=SimpleNamespace(data="base"), sweep=SimpleNamespace(trials=trials))
    assert views.choose_metric(plan) == metric
    assert page.told == ([f"{which}trials are judged by the training set."] if which else [])


def test_of_data_that_cannot_be_loaded_the_split_says_how_many_are_for_validation(monkeypatch):
    def dataset(data):
        raise OSError("It is not there.")

    monkeypatch.setattr(views, "cache", lambda: SimpleNamespace(dataset=dataset))
    assert views._n_valid(DataConfig(name="mnist", split="500/70/200")) == 70


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ((), []),
        ((1,), ["1 run diverged; its curve ends there, and the medians include only the others."]),
        ((0, 2), ["2 runs diverged; their curves end there, and the medians include only the others."]),
        ((0, 1, 2), ["3 runs diverged; their curves end there."]),
    ],
)
def test_runs_that_diverged_are_counted_by_their_last_epoch(monkeypatch, lost, said):
    captions = []
    monkeypatch.setattr(views.st, "caption", captions.append)
    rows = [outcome(row, 0.5, 0.5, diverged=row in lost) for row in range(3)]
    views._say_diverged(run_of(*rows, outcome(3)))  # the last one failed
    assert captions == said


def test_the_coordinates_say_whether_every_trial_has_a_line(page):
    one, other = trials(3), trials(3)
    other.loc[2, "median"] = np.nan
    for table in (one, other, other[2:]):
        views._parallel(PLAN, table, "validation loss")
    assert {options["key"] for *_, options in page.charts} == {"_pick_lines"}
    assert [drawing._options["selected"] for drawing, *_ in page.charts] == [1] * 2, "the open trial"
    assert [finding for _, _, finding, _ in page.charts] == [
        f"{which} across the fields, coloured by validation loss: click a line to open it"
        for which in ("Every trial", "Every trial with a result")
    ]


def test_a_map_needs_two_fields_and_a_result(page, monkeypatch):
    monkeypatch.setattr(views.st, "selectbox", lambda label, options, **_: options[0])
    views._heat(SimpleNamespace(fields=("rate",)), trials(3), "validation loss")
    views._heat(PLAN, trials(3).assign(median=np.nan), "validation loss")
    assert page.told == ["A map needs two fields that vary.", views.NOTHING]
    table = trials(3).assign(rate=["0.1", "1", "0.1"])
    page.values |= {"rate": ["0.1", "1"], "units": ["0", "1", "2"]}
    views._heat(SimpleNamespace(fields=("rate", "units")), table, "validation loss")
    ((drawing, *_),) = page.charts
    frame = drawing._args[0]
    assert (set(frame["x"]), set(frame["y"])) == ({"0.1", "1"}, {"0", "1", "2"})


def test_values_tie_at_the_end_that_differ_by_a_rounding(page):
    rows = [("a", 1, 0.5), ("a", 2, 0.25), ("b", 1, 0.1), ("b", 2, 0.25 * (1 + 1e-12)), ("c", 2, 0.2501)]
    frame = pd.DataFrame(rows, columns=["value", "epoch", "median"])
    assert views.lowest(frame, "rate", ended_at(2)) == "; lowest at the end with a and b: 0.25"
    two = frame[frame["value"] != "c"]
    assert views.lowest(two, "rate", ended_at(2)) == "; both values end at the same median, 0.25"
    three = frame.assign(median=0.25)
    assert views.lowest(three, "rate", ended_at(2)) == "; all 3 values end at the same median, 0.25"
    one = frame[frame["value"] == "c"]
    assert views.lowest(one, "rate", ended_at(2)) == "; 0.25 at the end"


@pytest.mark.parametrize("field", ["rate", "epochs"])
def test_where_all_runs_diverged_the_values_are_compared_at_the_last_epoch_that_one_reached(field):
    run = run_of(outcome(0, 0.5, 1.0, 2.0, diverged=True), outcome(1, 0.5, 9.0, 8.0, 8.5, diverged=True))
    frame = pd.DataFrame([("5", 1, 1.0), ("6", 1, 9.0), ("6", 2, 8.0)], columns=["value", "epoch", "median"])
    said = "; lowest after epoch 2, the last before all diverged, with 6: 8"
    assert views.lowest(frame, field, run) == said
    equal = pd.DataFrame([("5", 2, 8.0), ("6", 2, 8.0)], columns=["value", "epoch", "median"])
    same = "; both values have the same median after epoch 2, the last before all diverged, 8"
    assert views.lowest(equal, field, run) == same
    with_one = run_of(*run.outcomes.values(), outcome(2, 0.5, 0.4))
    added = pd.DataFrame([("1", 0, 0.5), ("1", 1, 1.5)], columns=frame.columns)
    # of 5 epochs, the run of "5" had only one
    less = {"rate": "5: 1", "epochs": "1: 1.5"}[field]
    assert views.lowest(pd.concat([added, frame]), field, with_one) == f"; lowest at the end with {less}"


@pytest.mark.parametrize("field", ["rate", "epochs"])
def test_no_value_is_lowest_at_the_end_if_no_training_got_beyond_its_start(page, field):
    frame = pd.DataFrame([("a", 0, 0.9), ("b", 0, 0.9)], columns=["value", "epoch", "median"])
    assert views.lowest(frame, field, ended_at(0)) == ""


def test_of_values_of_the_epochs_none_at_all_ends_at_its_start():
    frame = pd.DataFrame([("0", 0, 0.1), ("5", 5, 0.9)], columns=["value", "epoch", "median"])
    assert views.lowest(frame, "epochs", ended_at(0, 5)) == "; lowest at the end with 0: 0.1"
    lost = pd.DataFrame([("0", 0, 0.7), ("5", 0, 0.1)], columns=["value", "epoch", "median"])
    assert views.lowest(lost, "epochs", ended_at(0)) == "; lowest at the end with 0: 0.7"


def test_the_cost_in_seconds_is_against_the_seconds(page, monkeypatch):
    monkeypatch.setattr(views.st, "segmented_control", lambda *_, **__: "seconds")
    views._cost(PLAN, trials(3, parameters=[10, 20, 30], seconds=[3.0, 2.0, 1.0]), "validation accuracy")
    ((drawing, kind, finding, options),) = page.charts
    assert (drawing._options["selected"], options["key"]) == (1, "_pick_cost")
    assert kind == "validation accuracy against seconds"
    assert finding.startswith("3 of 3 trials are on the front")
    assert drawing._args[0]["front"].all()
    views._cost(PLAN, trials(3, parameters=1, seconds=1.0).assign(median=np.nan), "validation accuracy")
    assert len(page.charts) == 1


def test_the_chosen_view_is_drawn_of_the_chosen_field_and_without_a_field_says_what_to_choose(
    page, monkeypatch
):
    drawn, chosen = [], SimpleNamespace(view="")
    for name in ("_curves", "_multiples", "_say_diverged", "_heat", "_parallel", "_cost"):
        monkeypatch.setattr(views, name, lambda *args, name=name: drawn.append((name, *args)))
    monkeypatch.setattr(views.lock, "choose", lambda label, names, key: names[names.index(chosen.view)])
    monkeypatch.setattr(views.st, "selectbox", lambda label, options, **_: options[1])
    for chosen.view in ("Curves", "Small multiples", "Map", "Coordinates", "Cost"):
        views.chosen_view(PLAN, "run", "table", "metric")
    assert drawn == [
        *(("_curves", PLAN, "run", "units"), ("_say_diverged", "run")),
        *(("_multiples", PLAN, "run", "units"), ("_say_diverged", "run")),
        ("_heat", PLAN, "table", "metric"),
        ("_parallel", PLAN, "table", "metric"),
        ("_cost", PLAN, "table", "metric"),
    ]
    views.chosen_view(SimpleNamespace(fields=()), "run", "table", "metric")
    assert page.told == ["Nothing varies: choose a field in the sidebar."]
    assert len(drawn) == 7


@pytest.mark.parametrize(("split", "name"), [("training", "train_loss"), ("validation", "valid_loss")])
def test_the_curves_are_of_the_loss_of_their_split(page, split, name):
    assert views._losses(PLAN, "run", "units", split) is page.made
    assert page.asked == [(views.results.by_value, PLAN, "run", "units", name)]
