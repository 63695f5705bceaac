"""The leaderboard: its shading and its selection; the open trial and its test set."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from swept import outcome, plan_of, run_of

from lab.sweeps import tested
from mlp.execution import Outcome
from mlp.sweep import Values
from ui.frame import shell
from ui.frame.visit import Visit
from ui.sweeps import board, views

TABLE = pd.DataFrame({"trial": [4, 2, 7], "behind": [0.0, 0.1, 0.2], "behind_low": [0.0, -0.1, 0.1]})
TABLE = TABLE.assign(behind_high=[0.0, 0.3, 0.3], indistinct=[True, True, False])


def test_trials_that_cannot_be_told_from_the_best_are_shaded_and_the_caption_counts_them(monkeypatch):
    shown = []
    monkeypatch.setattr(board.st, "dataframe", lambda styled, **options: shown.append((styled, options)))
    monkeypatch.setattr(board.st, "caption", shown.append)
    board.leaderboard(TABLE, "validation loss", 2)
    (styled, options), caption = shown
    cells = styled._compute().ctx
    assert {row for row, _ in cells if any("background" in name for name, _ in cells[row, 0])} == {0, 1}
    assert options["column_config"]["behind_low"]["label"] == "from"
    assert "1 of the 2 others is shaded" in caption
    board.leaderboard(TABLE.assign(behind_low=np.nan, indistinct=False), "validation loss", 1)
    assert shown[2][1]["column_config"]["behind"] is None, "one seed has no interval"


@pytest.mark.parametrize(("metric", "form"), [("validation accuracy", "percent"), ("training loss", None)])
@pytest.mark.parametrize("n_seeds", [1, 2])
def test_every_figure_of_the_board_is_written_as_the_metric_is(monkeypatch, metric, form, n_seeds):
    shown = {}
    monkeypatch.setattr(board.st, "dataframe", lambda styled, **options: shown.update(options))
    monkeypatch.setattr(board.st, "caption", lambda text: None)
    board.leaderboard(TABLE, metric, n_seeds)
    columns = shown["column_config"]
    figures = ["median", "low", "high"] + ["behind", "behind_low", "behind_high"] * (n_seeds > 1)
    assert [columns[name]["type_config"].get("format") for name in figures] == [form] * len(figures)
    assert [columns[name]["label"] for name in figures[1:3]] == ["lowest", "highest"]
    assert [columns[name]["label"] for name in figures[4:]] == ["from", "to"] * (n_seeds > 1)


def test_losses_are_written_as_in_the_sentences_also_too_large_ones_and_none_as_a_dash(monkeypatch):
    shown = {}
    monkeypatch.setattr(board.st, "dataframe", lambda styled, **options: shown.update(options, styled=styled))
    monkeypatch.setattr(board.st, "caption", lambda text: None)
    losses = {"median": [0.7152, 3.99858e25, np.nan], "low": [0.00123456, 12345678.9, np.nan]}
    board.leaderboard(TABLE.assign(**losses), "validation loss", 2)
    columns, styled = shown["column_config"], shown["styled"]
    assert styled.data["median"].tolist() == ["0.7152", "3.999e+25", "–"]
    assert columns["median"]["type_config"]["type"] == "text", "2^53 is too large for a column of numbers"
    assert columns["median"]["alignment"] == "right"
    assert (columns["median"]["label"], columns["low"]["label"]) == ("median", "lowest")
    assert columns["low"]["type_config"]["type"] == "number", "sorted by a click as numbers"
    low = styled.data.columns.get_loc("low")
    written = [styled._display_funcs[row, low](styled.data["low"][row]) for row in (0, 1)]
    assert written == ["0.001235", "1.235e+07"]
    assert shown["placeholder"] == "–"
    assert columns["median"]["width"] >= 9 * 7 + 16
    small = TABLE.assign(median=[0.1, 0.2, 0.3])
    board.leaderboard(small, "validation loss", 2)
    narrower = shown["column_config"]["behind"]["width"]
    board.leaderboard(small.assign(behind=[0.0, -133.2, 0.00012345]), "validation loss", 2)
    assert shown["column_config"]["behind"]["width"] >= 9 * 7 + 16 > narrower


def test_a_selected_row_opens_its_trial_and_no_selection_leaves_it_open(monkeypatch):
    state, tab, drawn = {}, Visit(), {}
    monkeypatch.setattr(board.st, "session_state", state)
    monkeypatch.setattr(board, "visit", lambda: tab)
    monkeypatch.setattr(board.st, "dataframe", lambda table, **options: drawn.update(options))
    board.leaderboard(TABLE, "validation loss", 2)
    for rows in ([2], []):
        state[drawn["key"]] = {"selection": {"rows": rows}}
        drawn["on_select"]()
        assert tab.trial == 7


def test_no_row_stays_selected_once_a_trial_was_opened_or_closed_elsewhere(monkeypatch):
    tab, keys = Visit(), []
    monkeypatch.setattr(board, "visit", lambda: tab)
    monkeypatch.setattr(board.st, "session_state", {})
    monkeypatch.setattr(board.st, "dataframe", lambda table, **options: keys.append(options))
    monkeypatch.setattr(shell, "visit", lambda: tab)
    monkeypatch.setattr(shell.address, "set_widgets", lambda values: None)
    monkeypatch.setattr(shell.proof, "expect", lambda *what: None)
    monkeypatch.setattr(shell.lock, "fixed", tuple)
    tab.page = "sweeps"

    def drawn():
        board.leaderboard(TABLE, "validation loss", 2)
        return keys[-1]["key"]

    first = drawn()
    board.st.session_state[first] = {"selection": {"rows": [1]}}
    keys[-1]["on_select"]()
    assert (tab.trial, drawn()) == (2, first), "the row that was selected stays so"
    shell.apply({})
    assert tab.trial is None
    assert drawn() != first, "Reset"
    monkeypatch.setattr(views, "visit", lambda: tab)
    board.st.session_state["_pick_cost"] = {"selection": {"pick": [{"trial": 4}]}}
    before = drawn()
    views._picking("_pick_cost")["on_select"]()
    assert tab.trial == 4
    assert drawn() != before, "a click in a chart"


PLAN = plan_of({"learning_rate": Values((0.1, 1.0, 3.0))})  # two seeds, so trial 2 has the rows 2 and 3


@pytest.fixture
def page(monkeypatch):
    """What is `said`, the trials that are `drawn`, the `buttons`, and the `address` of the tab."""
    page = SimpleNamespace(said=[], drawn=[], buttons=[], address={}, tab=Visit())
    monkeypatch.setattr(board, "visit", lambda: page.tab)
    for name in ("markdown", "info", "warning"):
        monkeypatch.setattr(board.st, name, lambda text, name=name: page.said.append((name, text)))
    monkeypatch.setattr(board.st, "query_params", page.address)
    monkeypatch.setattr(board.st, "fragment", lambda function: lambda *args: page.drawn.append(args))
    monkeypatch.setattr(board.st, "button", lambda *_, **how: page.buttons.append(how))
    monkeypatch.setattr(board, "show_sentence", lambda show, text, icon: page.said.append(("warning", text)))
    monkeypatch.setattr(board, "cached_view", lambda make, plan, run, number: page.frame(number))
    page.frame = lambda number: pd.DataFrame({"number": [number]})
    return page


def standings(*medians):
    """The table of trials 3, 1, 2 with these medians, best first."""
    return pd.DataFrame(
        {"trial": [3, 1, 2], "median": medians, "learning_rate": ["3", "0.1", "1"], "link": "L"}
    )


@pytest.mark.parametrize(
    ("clicked", "number", "medians", "tie"),
    [
        (None, 3, (0.9, 0.8, 0.7), ""),
        (1, 1, (0.9, 0.8, 0.7), ""),
        (4, 3, (0.9, 0.8, 0.7), ""),  # of a sweep before
        (0, 3, (0.9, 0.8, 0.7), ""),
        (1, 1, (0.9, 0.9, 0.7), "; one of 2 that tie for the best median"),
        (3, 3, (0.9, 0.9, 0.9), "; one of 3 that tie for the best median"),
        (2, 2, (0.9, 0.9, 0.7), ""),
        (2, 2, (0.9, 0.8, np.nan), ""),
    ],
)
def test_the_open_trial_is_the_clicked_one_or_else_the_best(page, clicked, number, medians, tie):
    page.tab.trial = clicked
    assert board.open_trial(PLAN, None, standings(*medians)) == number
    rate = {1: "0.1", 2: "1", 3: "3"}[number]
    said = f"**Trial {number}**: learning_rate {rate}{tie}. [Open it as an experiment](L)"
    assert page.said == [("markdown", said)]
    ((plan, drawn, frame),) = page.drawn
    assert (plan, drawn, frame["number"].tolist()) == (PLAN, number, [number - 1])


def test_the_clicked_trial_is_found_by_its_setting_and_forgotten_once_a_plan_lacks_it(page):
    def number_in(*rates, **base):
        board.follow_clicked(plan_of({"learning_rate": Values(rates)}, **base))
        return page.tab.trial

    assert number_in(0.1, 1.0, 3.0) is None
    page.tab.trial = 3
    assert number_in(0.1, 1.0, 3.0) == 3
    assert number_in(3.0, 0.1) == 1
    assert number_in(3.0, 0.1, n_seeds=5) == 1
    assert number_in(1.0, 0.1) is None
    assert number_in(0.1, 1.0, 3.0) is None, "it is not opened again by a plan that has it"


def test_without_any_result_no_trial_is_open_and_one_that_lacks_one_says_so(page):
    assert board.open_trial(PLAN, None, standings(np.nan, np.nan, np.nan)) is None
    assert page.said == []
    page.frame, page.tab.trial = lambda number: pd.DataFrame(), 2
    assert board.open_trial(PLAN, None, standings(0.9, np.nan, np.nan)) == 2
    assert page.said[1] == ("info", "This trial has no result yet.")
    assert page.drawn == []


def test_the_curves_end_with_the_figure_of_their_last_epoch_in_validation_or_else_in_training(
    page, monkeypatch
):
    shown, columns = [], (Column(), Column())
    monkeypatch.setattr(board.st, "columns", lambda *_, **__: columns)
    monkeypatch.setattr(board.of_curves, "choose", lambda epochs: SimpleNamespace(epoch=1))
    monkeypatch.setattr(board.of_curves, "draw", lambda *_: None)
    monkeypatch.setattr(board, "show", lambda drawing, kind, finding: shown.append((kind, finding)))
    rows = [
        (epoch, quantity, split, value + epoch - 2)
        for quantity, value in (("loss", 0.25), ("accuracy", 0.5))
        for split, value in (("train", value), ("validation", 2 * value))
        for epoch in (2, 3)
    ]
    frame = pd.DataFrame(rows, columns=["epoch", "quantity", "split", "median"]).assign(low=0.0, high=2.0)
    board._curves(PLAN, 3, frame)
    assert shown == [
        ("Loss by epoch", "Loss of trial 3, 2 seeds: median 1.5 at the end, validation"),
        ("Accuracy by epoch", "Accuracy of trial 3, 2 seeds: median 2 at the end, validation"),
    ]
    board._curves(PLAN, 3, frame[frame["split"] == "train"])
    assert shown[2:] == [
        ("Loss by epoch", "Loss of trial 3, 2 seeds: median 1.25 at the end, training"),
        ("Accuracy by epoch", "Accuracy of trial 3, 2 seeds: median 1.5 at the end, training"),
    ]
    board._curves(PLAN, 3, frame[frame["epoch"] < 3])  # all seeds diverged in the last of 3 epochs
    assert shown[4][1] == "Loss of trial 3, 2 seeds: median 0.5 after epoch 2, validation"


class Column:
    """A column of a page that is not drawn."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


@pytest.fixture
def examples(page, monkeypatch):
    """A test set of 84 examples and a validation set of 9; others by `examples.n` and `n_valid`."""
    counted = SimpleNamespace(n=84, n_valid=9)

    def dataset(config):
        return SimpleNamespace(y_test=range(counted.n), y_valid=range(counted.n_valid))

    monkeypatch.setattr(board, "cache", lambda: SimpleNamespace(dataset=dataset))
    return counted


def accuracies(row, last, diverged=False):
    one = outcome(row, 0.5, 0.5, diverged=diverged)
    return one._replace(records=(one.records[0], one.records[1]._replace(test_accuracy=last)))


@pytest.mark.usefixtures("examples")
def test_the_test_accuracy_is_that_of_the_first_seed_at_its_end_once_the_test_set_is_opened(page):
    run = run_of(accuracies(2, 0.75), accuracies(3, 0.25), accuracies(0, 0.1))
    board.test_set(PLAN, run, 2)
    assert page.said[0][1].startswith("Nothing on this page has used the test set yet.")
    (button,) = page.buttons
    assert len(page.said) == 1
    button["on_click"](*button["args"])
    assert page.tab.tested == {tested.digest(PLAN.experiments()[2])}
    board.test_set(PLAN, run, 2)
    # Wilson's interval for 63 of 84: (0.75 + 1.92/84 ± 1.96 √(0.75 · 0.25/84 + 0.96/84²)) / (1 + 3.84/84)
    assert page.said[1:] == [
        ("markdown", "The test set has been opened once, for this trial."),
        (
            "markdown",
            "**Test accuracy 75.0%** of its first seed on 84 examples; 95% confidence interval 64.8% to "
            "83.0% (Wilson).",
        ),
    ]
    assert page.address == {"tested": tested.digest(PLAN.experiments()[2])}
    board.test_set(PLAN, run, 1)
    assert page.said[-1][1].startswith("The test set has been opened for another network.")
    page.tab.tested.add(tested.digest(PLAN.experiments()[0]))
    board.test_set(PLAN, run, 2)
    assert page.said[-2][0] == "warning"
    assert page.said[-2][1].startswith("The test set has been opened for 2 networks.")


def test_where_no_example_is_for_validation_the_trial_is_chosen_by_training(page, examples):
    run, choose = run_of(accuracies(2, 0.75)), "choose a trial by its training result"
    for examples.n_valid in (9, 0):
        board.test_set(PLAN, run, 2)
    assert [choose in words for _, words in page.said] == [False, True]


def test_there_is_nothing_to_open_without_a_trial_a_result_test_examples_or_a_finite_accuracy(page, examples):
    lost = run_of(accuracies(2, np.nan, diverged=True), Outcome(0, (), "MemoryError"))
    page.tab.tested = {tested.digest(PLAN.experiments()[2])}
    for number in (None, 1, 3):
        board.test_set(PLAN, lost, number)
    none = "No trial has a result by which to choose it, so there is nothing to test."
    no_result = "The first network of this trial has no result: it has no test accuracy."
    assert page.said == [("info", words) for words in (none, no_result, no_result)]
    board.test_set(PLAN, lost, 2)
    no_accuracy = "The first network of this trial has diverged: it has no test accuracy."
    assert page.said[4] == ("info", no_accuracy)
    examples.n = 0
    board.test_set(PLAN, lost, 2)
    assert page.said[5:] == [("info", "This split has no test set.")]
    assert page.buttons == []


def test_the_opened_test_sets_of_a_link_are_read_once_and_written_back(page):
    page.address["tested"] = "0a1b2c3d,x,ffffffff"
    assert board.opened() == {"0a1b2c3d", "ffffffff"}
    assert page.said == [("warning", "tested holds 'x'; allowed: digests as the page writes them.")]
    assert page.address == {"tested": "0a1b2c3d,ffffffff"}
    page.address["tested"] = ""
    assert board.opened() == {"0a1b2c3d", "ffffffff"}, "what was opened stays opened"
    assert page.address == {"tested": "0a1b2c3d,ffffffff"}
    assert len(page.said) == 1
    page.tab.tested, page.address["tested"] = set(), "0a1b2c3d"
    assert board.opened() == set(), "nor does a text that comes later open any"
