"""The plan that the controls of the sweeps page make, the steps from a plan to its results, and a claim."""

import contextlib
from types import SimpleNamespace

import pandas as pd
import pytest
from swept import TWO, outcome, plan_of

from data import DataConfig
from lab.links.experiment import Experiment
from lab.links.fields import FIELDS
from lab.links.sweep_plan import NONE
from lab.sweeps.what_matters import analysis
from mlp import TrainConfig, execution
from ui.frame.visit import Visit
from ui.sweeps import board, learning_rates, published, results, running, space, what_matters
from ui.sweeps.sweep_run import Place, SweepRun

BASE = Experiment(DataConfig(n_samples=120), TrainConfig(hidden_layer_sizes=(4,)))


@pytest.fixture
def controls(monkeypatch):
    """The controls' values by key; `asked` are the drawn groups and whether their headings were drawn."""
    page = SimpleNamespace(values={}, groups=[], headings=[], hidden=set(), name="circles")
    page.values |= {f"axis{number}": NONE for number in (1, 2, 3)} | {"values1": "", "values2": ""}
    page.values |= {"values3": "", "design": "grid", "range_points": 3, "least": 0, "most": 0}

    def group(title, names, widget_values):
        page.groups.append(title)
        widget_values["name"] = page.name

    monkeypatch.setattr(space.lock, "control", lambda draw, label, *_, key, **__: page.values[key])
    monkeypatch.setattr(space.lock, "hides", lambda key: key in page.hidden)
    monkeypatch.setattr(space.controls, "group", group)
    monkeypatch.setattr(space.controls, "more", lambda *_, **__: contextlib.nullcontext())
    monkeypatch.setattr(space.controls, "seeds", lambda: 3)
    monkeypatch.setattr(space.controls, "ignored", lambda values: ["ignored", "both"])
    monkeypatch.setattr(
        space.controls,
        "assemble",
        lambda values, defaults: (BASE, ["both", f"points {values.get('points')}"]),
    )
    monkeypatch.setattr(
        space.own_images, "upload_box", lambda problems: problems.append("upload") or "a file"
    )
    monkeypatch.setattr(space.st, "sidebar", contextlib.nullcontext())
    monkeypatch.setattr(space.st, "markdown", page.headings.append)
    return page


# 2 features and 2 classes: 22 parameters with 4 hidden units, 42 with 8, 82 with 16
def test_the_plan_has_the_base_the_fields_the_budget_and_the_seeds_of_the_controls(controls):
    controls.values |= {
        "axis1": "hidden_layer_sizes",
        "values1": "4 / 8 / 16",
        "axis3": "l2",
        "values3": "0 / x",
    }
    controls.values |= {"least": 23, "most": 81}
    plan, said = space.sidebar()
    assert (plan.base, plan.fields, plan.design, plan.n_seeds) == (BASE, ("hidden_layer_sizes",), "grid", 3)
    assert [dict(trial.settings) for trial in plan.sweep.trials] == [{"hidden_layer_sizes": (8,)}]
    reasons = [f"{n} parameters; the budget is 23 to 81." for n in (22, 82)]
    assert [one.reason for one in plan.sweep.refused] == reasons
    (fault, *others) = said
    assert fault.startswith("l2 ")
    assert others == ["ignored", "both", "points None"], "each sentence once"
    assert controls.groups == ["Data", "Network", "Training"]
    assert controls.headings == ["**Sweep**", "**Budget**"]


def test_one_at_a_time_the_base_comes_first_and_a_value_that_its_field_lacks_is_not_run(controls):
    controls.values |= {"axis1": "activation", "values1": "tanh / <b> / relu", "design": "one at a time"}
    plan, _ = space.sidebar()
    assert [dict(trial.settings) for trial in plan.sweep.trials] == [{}, {"activation": "tanh"}]
    assert (len(plan.sweep.refused), plan.sweep.n_repeated) == (1, 1)


def test_a_field_chosen_twice_has_its_first_values_and_unequal_lists_side_by_side_run_nothing(controls):
    controls.values |= {"axis1": "l2", "values1": "0.1 / 0.2", "axis2": "l2", "values2": "0.3"}
    plan, said = space.sidebar()
    assert [dict(trial.settings) for trial in plan.sweep.trials] == [{"l2": 0.1}, {"l2": 0.2}]
    assert said[0] == "l2 is chosen twice; its first values are used."
    controls.values |= {"axis2": "activation", "values2": "relu / tanh / gelu", "design": "side by side"}
    plan, said = space.sidebar()
    assert plan.sweep.trials == ()
    assert said[0] == "Side by side, all fields need the same number of values: l2 has 2; activation has 3."


def test_a_field_that_changes_nothing_is_named(controls):
    controls.values |= {"axis1": "n_classes", "values1": "2 / 3", "axis2": "l2", "values2": "0 / 0.1"}
    plan, said = space.sidebar()
    assert len(plan.sweep.trials) == 4
    assert said[-1] == "n_classes has no effect here: trials that differ only in it train the same networks."


@pytest.mark.parametrize(
    ("values", "said"),
    [("1 / 2 / 3", []), ("1 / 2 / 3 / 4", ["The sweep asks for 4 trials; only the first 3 are run."])],
)
def test_of_more_trials_than_allowed_the_first_are_run(controls, monkeypatch, values, said):
    monkeypatch.setattr(space.plans, "MAX_TRIALS", 3)
    controls.values |= {"axis1": "epochs", "values1": values}
    plan, problems = space.sidebar()
    assert [dict(trial.settings)["epochs"] for trial in plan.sweep.trials] == [1, 2, 3]
    assert problems == [*said, "ignored", "both", "points None"]


@pytest.mark.parametrize("is_open", [True, False])
def test_what_is_not_run_is_in_a_table_with_the_reason_once_its_box_is_open(monkeypatch, is_open):
    said, boxes, tables = [], [], []
    box = SimpleNamespace(open=is_open, dataframe=lambda rows, **_: tables.append(rows))
    monkeypatch.setattr(space.st, "markdown", said.append)
    monkeypatch.setattr(space.st, "expander", lambda label, **_: boxes.append(label) or box)
    refused = [SimpleNamespace(settings=(("hidden_layer_sizes", (8, 4)), ("l2", 0.1)), reason="Too large.")]
    for some, n_repeated in ((refused, 2), ([], 1), ([], 0)):
        plan = SimpleNamespace(trials=range(3), refused=some, n_repeated=n_repeated)
        space.show_trials(SimpleNamespace(sweep=plan, n_seeds=1))
    trials = "**3 trials × 1 seed**"
    assert said == [
        f"{trials}; 2 repeated combinations run once; 1 combination not run.",
        f"{trials}; 1 repeated combination runs once.",
        f"{trials}.",
    ]
    assert boxes == ["1 combination not run"]
    assert tables == [[{"hidden_layer_sizes": "8,4", "l2": "0.1", "why": "Too large."}]] * is_open


def test_images_of_ones_own_are_those_of_the_box_and_locked_parts_have_no_heading(controls):
    controls.name, controls.hidden = "own_images", {"least", "most", *space.OWN}
    _, said = space.sidebar()
    assert said == ["upload", "ignored", "both", "points a file"]
    assert controls.headings == []
    for shown, heading in (("most", "**Budget**"), ("sweep_seed", "**Sweep**"), ("design", "**Sweep**")):
        controls.headings.clear()
        controls.hidden = {"least", "most", *space.OWN} - {shown}
        space.sidebar()
        assert controls.headings == [heading]


def test_a_field_just_chosen_gets_examples_of_its_own_in_its_own_box(monkeypatch):
    filled = []
    monkeypatch.setattr(space, "set_widgets", filled.append)
    monkeypatch.setattr(space.st, "session_state", {"axis1": "l2", "axis2": "noise"})
    space._suggest(2)
    assert filled == [{"values2": "0.05 to 0.4"}]


@pytest.fixture
def work(monkeypatch):
    """A sweep of three trainings of which one is done, and what `complete` does with it, in order."""
    page = SimpleNamespace(plan="plan", tab=Visit(), did=[], may=True, fails=None)
    outcomes = {0: SimpleNamespace(records=(), error="")}
    page.results = SimpleNamespace(
        experiments=("a", "b", "c"), outcomes=outcomes, missing=lambda: [1, 2], failed=dict
    )
    page.run = SimpleNamespace(complete=False, results=page.results, jobs=lambda: ["job"])
    place = SimpleNamespace(executor="executor", at_once=2, words="here")

    def place_of(jobs):
        if page.fails is ValueError:
            raise ValueError("No cluster.")
        return place

    def work_on(plan, run, at, draw, seconds, text):
        page.did.append(("run", plan, run, at, draw, seconds, text))
        if page.fails is execution.ExecutorLost:
            raise execution.ExecutorLost

    def may_start(*asked):
        page.did.append(("may", *asked))
        return page.may

    monkeypatch.setattr(running, "visit", lambda: page.tab)
    monkeypatch.setattr(running, "run_of", lambda plan: page.run)
    monkeypatch.setattr(running, "_fetch", lambda run: page.did.append(("fetch", run)))
    monkeypatch.setattr(running, "jobs_of", lambda experiments: ["job"])
    monkeypatch.setattr(running, "place_of", place_of)
    monkeypatch.setattr(running, "estimate", lambda jobs, at_once: 3.0 * len(jobs) / at_once)
    monkeypatch.setattr(running, "_may_start", may_start)
    monkeypatch.setattr(running, "_run", work_on)
    monkeypatch.setattr(running.confirm, "stop", lambda *what: page.did.append(("stop", *what)))
    monkeypatch.setattr(running, "give_back", lambda: page.did.append(("give back",)))
    monkeypatch.setattr(running.st, "rerun", lambda: page.did.append(("rerun",)))
    monkeypatch.setattr(running.st, "caption", lambda text: page.did.append(("caption", text)))
    page.place = place
    return page


LEFT = "2 trainings in 1 job"


def test_a_sweep_that_may_start_is_run_at_its_place_and_then_the_page_again(work):
    running.complete("plan", "draw")
    assert work.did == [
        ("fetch", work.run),
        ("may", "plan", work.run, 1.5, f"{LEFT}, here"),
        ("run", "plan", work.run, work.place, "draw", 1.5, f"{LEFT}, here"),
        *(("give back",), ("rerun",)),
    ]


def test_a_sweep_that_waits_was_stopped_or_is_complete_gives_what_there_is_and_runs_nothing(
    work, monkeypatch
):
    work.may = False
    assert running.complete("plan", "draw") is work.results
    assert [one[0] for one in work.did] == ["fetch", "may"]
    work.did.clear()
    work.tab.stopped["sweep"] = "plan"
    assert running.complete("plan", "draw") is work.results
    assert work.did == [("may", "plan", work.run, 0.0, LEFT)], "nothing is fetched either"
    work.did.clear()
    work.run.complete = True
    monkeypatch.setattr(running, "_ended", lambda results: results)
    assert running.complete("another plan", "draw") is work.results
    assert work.did == [("fetch", work.run), ("caption", work.results)]


@pytest.mark.parametrize(
    ("fails", "halted", "where"),
    [
        (ValueError, "No cluster.", ""),
        (execution.ExecutorLost, "The connection to the cluster was lost.", ", here"),
    ],
)
def test_a_sweep_without_its_cluster_is_stopped_says_why_and_can_go_on(work, fails, halted, where):
    work.fails = fails
    assert running.complete("plan", "draw") is work.results
    assert work.tab.halted == halted
    assert work.did[-2:] == [("stop", "sweep", "plan"), ("may", "plan", work.run, 0.0, LEFT + where)]
    assert ("rerun",) not in work.did


def test_a_sweep_that_goes_on_shows_the_share_of_all_and_estimates_by_the_share_of_what_was_left(monkeypatch):
    run, shown, estimated = SweepRun(plan_of(TWO).experiments()), [], []
    rows = iter(range(12))

    def add_two(*_):
        run.add([outcome(next(rows), 0.5), outcome(next(rows), 0.5)])

    bar = SimpleNamespace(note="", show=lambda share, text: shown.append(share))
    bar.time_left = lambda share: estimated.append(share) or "1 s"
    monkeypatch.setattr(running.progress, "Progress", lambda *_, **__: bar)
    monkeypatch.setattr(running, "_slice", add_two)
    for _ in range(2):
        add_two()
    running._run("plan", run, Place(None, 1, "here"), None, 10.0, "8 trainings")
    assert estimated == [1 / 4, 1 / 2, 3 / 4, 1]
    assert shown == [0, 6 / 12, 8 / 12, 10 / 12, 1]


@pytest.mark.parametrize(("redraw", "drawn"), [(-1.0, [1, 1, 2]), (1e6, [])])
def test_while_it_runs_what_there_is_is_drawn_again_and_what_keeps_it_is_told(monkeypatch, redraw, drawn):
    run, did, told = SweepRun(plan_of(TWO).experiments()[:2]), [], []
    coming = iter([[], [outcome(0, 0.5)], [], [outcome(1, 0.5)]])
    bar = SimpleNamespace(note="", show=lambda share, text: told.append(text), time_left=lambda share: "1 s")
    monkeypatch.setattr(running.progress, "Progress", lambda *_, **__: bar)
    monkeypatch.setattr(running, "_slice", lambda *_: run.add(next(coming)))
    monkeypatch.setattr(running, "trouble", lambda place: "" if run.results.outcomes else "No workers")
    monkeypatch.setattr(running.first_chart, "skip", lambda: did.append("skip"))
    monkeypatch.setattr(running, "REDRAW", redraw)
    running._run("plan", run, Place(None, 1, "here"), lambda now: did.append(len(now.outcomes)), 10.0, "2")
    assert did == [one for n in drawn for one in ("skip", n)], "what is drawn anew is not the page's first"
    assert [text.split(". ")[1].startswith("No workers") for text in told[1:]] == [
        False,
        bool(drawn),
        False,
        False,
    ]


@pytest.mark.parametrize("scheduler", ["", "tcp://here"])
def test_what_is_asked_before_a_sweep_names_its_work_and_what_stopped_it(monkeypatch, scheduler):
    asked = []
    monkeypatch.setattr(running, "visit", lambda: Visit(halted="Stopped."))
    monkeypatch.setattr(running, "_tally", lambda results: "1 of 3 done, 2 to go")
    monkeypatch.setattr(running.workers, "scheduler", lambda: scheduler)
    monkeypatch.setattr(running, "may_start", lambda *args, **how: asked.append((*args, how)) or "yes")
    run = SimpleNamespace(results=SimpleNamespace(outcomes={4: None}, failed=dict, experiments=()))
    assert running._may_start("plan", run, 3.0, "two trainings, here") == "yes"
    ((kind, plan, seconds, messages, how),) = asked
    assert (kind, plan, seconds, how) == ("sweep", "plan", 3.0, {"here": not scheduler})
    assert messages.work == "This sweep of two trainings, here"
    assert messages.asked == "Two trainings, here: about 3 s."
    assert messages.stopped == "Stopped. 1 of 3 done, 2 to go. The results so far are kept."
    for outcomes in ({}, {4: "failed"}):
        vars(run.results).update(outcomes=outcomes, failed=lambda outcomes=outcomes: outcomes)
        running._may_start("plan", run, 3.0, "two trainings, here")
        assert asked[-1][3].stopped == "Stopped. 1 of 3 done, 2 to go.", "there is no result to keep"


def test_a_published_search_says_its_question_what_was_published_and_what_its_budget_refuses(monkeypatch):
    said, asked = [], []
    monkeypatch.setattr(published.st, "markdown", said.append)
    monkeypatch.setattr(
        published.searches, "refused_sizes", lambda plan, budget: asked.append((plan, budget)) or refused
    )
    claim = SimpleNamespace(sentence="Nine is best.", best=("9",))
    search = SimpleNamespace(
        question="How many", note="A note.", claim=claim, changes={"least": 5, "most": 9}
    )
    refused = "Two are refused."
    published.introduce(search, "plan")
    assert said == ["**How many.** A note.", "**Published.** Nine is best.", "Two are refused."]
    refused, bare = "", SimpleNamespace(question="How", note="N.", claim=None, changes={})
    published.introduce(bare, "plan")
    assert said[3:] == ["**How.** N."]
    assert asked == [("plan", (5, 9)), ("plan", (0, 0))]
    published.introduce(None, "plan")
    told = []
    monkeypatch.setattr(published.noise, "in_words", lambda *what: told.append(what) or "It is.")
    run = SimpleNamespace(outcomes="outcomes")
    for one in (search, bare, None):
        published.conclude(one, "plan", run, "metric")
    assert told == [("plan", "outcomes", "metric", best) for best in (("9",), ())]
    assert said[4:] == ["**What the seeds say.** It is."] * 2


def test_what_is_computed_of_a_sweep_is_of_its_plan_its_run_and_its_metric(monkeypatch):
    asked = []
    monkeypatch.setattr(what_matters, "cached_view", lambda *of: asked.append(of) or NOTHING)
    monkeypatch.setattr(what_matters.st, "info", lambda text: None)
    NOTHING = SimpleNamespace(problem="Nothing.", effects=[], left_out={}, n_diverged=0)
    what_matters.effects_of_fields("plan", "run", "metric")
    kept = SimpleNamespace(plan=plan_of(TWO), has=lambda figure: figure != "valid_loss")
    monkeypatch.setattr(published.kept_results, "of", lambda search: kept)
    monkeypatch.setattr(published.st, "subheader", lambda text: None)
    monkeypatch.setattr(published.st, "columns", lambda n, **_: [contextlib.nullcontext()] * n)
    monkeypatch.setattr(published, "cached_view", lambda *of: asked.append(of) or "table")
    monkeypatch.setattr(published.views, "lowest", lambda *_: "")
    for name in ("show", "conclude"):
        monkeypatch.setattr(published, name, lambda *what: asked.append(what))
    drawn, said = [], []
    monkeypatch.setattr(published.charts, "by_value", lambda *what: what)
    monkeypatch.setattr(published.views, "overview", lambda *what, live: drawn.append((*what, live)))
    monkeypatch.setattr(published.most_common, "caption", lambda *what: drawn.append(what))
    monkeypatch.setattr(published, "_origin", lambda of: "Stored here." if of is kept else "")
    monkeypatch.setattr(published.st, "caption", said.append)
    metric = "validation accuracy"
    published.show_kept("search", metric)
    title = "Training loss by learning_rate"
    assert asked == [
        (analysis, "plan", "run", "metric"),
        (results.by_value, kept.plan, kept, "learning_rate", "train_loss"),
        (("table", title, (("cross-entropy", "nats"),)), "One line per value", title),
        ("search", kept.plan, kept, metric),
        (results.trials, kept.plan, kept, metric),
    ]
    assert drawn == [(kept.plan, kept, metric, True), (kept.plan, "table", metric)]
    assert said == ["Stored here."]


def test_a_range_test_is_of_the_allowed_base_and_is_noted_under_it(monkeypatch):
    plan, did = plan_of(TWO), []
    of_base = SimpleNamespace(
        dataset=lambda data: SimpleNamespace(y_train=range(84)),
        fitting=lambda setup: [setup.experiment.train],
        noted=lambda key: did.append(("noted", key)),
        note=lambda key, make: did.append(("note", key)) or make(),
        speed=None,
    )
    monkeypatch.setattr(learning_rates, "cache", lambda: of_base)
    monkeypatch.setattr(learning_rates.limits, "check_networks", lambda *what: did.append(what))
    monkeypatch.setattr(learning_rates.cost, "seconds", lambda *_: 1.0)
    monkeypatch.setattr(learning_rates, "may_start", lambda *_: True)
    monkeypatch.setattr(learning_rates.st, "spinner", lambda text: contextlib.nullcontext())
    monkeypatch.setattr(
        learning_rates,
        "range_test",
        lambda config, data, n_steps: did.append((config, len(data.y_train), n_steps)),
    )
    learning_rates.learning_rates(plan, None)
    assert did == [
        ("sweeps", plan.base.data, [plan.base.train]),
        *(("noted", ("range", plan.base)), ("note", ("range", plan.base))),
        (plan.base.train, 84, 200),
    ]


@pytest.mark.parametrize("n_seeds", [1, 2])
def test_the_leaderboard_has_the_columns_of_a_comparison_if_there_are_seeds_to_compare(monkeypatch, n_seeds):
    drawn = []
    monkeypatch.setattr(board.st, "dataframe", lambda table, column_config, **_: drawn.append(column_config))
    monkeypatch.setattr(board.st, "caption", drawn.append)
    monkeypatch.setattr(board.standings, "comparison", lambda *_: "How to read it.")
    table = pd.DataFrame({"trial": [1], "behind": [0.0], "behind_low": [0.0], "indistinct": [True]})
    board.leaderboard(table, "validation loss", n_seeds)
    columns, said = drawn
    assert said == "How to read it."
    for name in ("behind", "behind_low", "behind_high"):
        assert (columns[name] is None) == (n_seeds == 1)
    assert columns["indistinct"] is None


def test_each_of_three_fields_may_be_any_or_none_and_suggests_its_values(monkeypatch):
    drawn = []

    def control(draw, label, *options, key, **how):
        drawn.append((label, *options, key, how))
        return NONE

    monkeypatch.setattr(space.lock, "control", control)
    assert space._axes([]) == {}
    assert drawn == [
        (label, (NONE, *space.SWEPT), f"axis{n}", {"on_change": space._suggest, "args": (n,)})
        for n, label in enumerate(("Vary", "and", "and"), start=1)
    ]


def test_every_field_of_an_experiment_is_in_one_group_of_the_sidebar():
    names = [name for groups in (space.GROUPS, space.MORE) for some in groups.values() for name in some]
    assert sorted(names) == sorted(FIELDS.keys() - {"dtype"})
    assert {name for name in space.OWN if name.startswith("axis")} == {"axis1", "axis2", "axis3"}
    assert {"design", "draws", "sweep_seed", "range_points", "values3"} <= set(space.OWN)
