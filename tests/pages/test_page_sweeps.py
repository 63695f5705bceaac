"""The sweeps page against networks trained apart: the first view, the views, the test set, the CSV."""

import io
import itertools
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
import visiting
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from visiting import FAST, charts, go, opened, payload, press, said, sentences, text, widget

from data import DataConfig, load_dataset
from mlp import TrainConfig, train_many
from mlp.range_test import range_test
from ui.frame import shell
from ui.sweeps import running
from ui.training import progress

RATES, PENALTIES = ("0.01", "0.03", "0.1", "0.3", "1", "3"), ("0", "0.0001", "0.001", "0.01")
FAST_DATA, FAST_TRAIN = DataConfig(n_samples=120), {"hidden_layer_sizes": (4,), "epochs": 3, "batch_size": 16}


@pytest.fixture(autouse=True)
def drawn_when_complete(monkeypatch):
    """No drawing in between, whose number depends on the machine."""
    monkeypatch.setattr(running, "REDRAW", 1e9)


def visit(**query):
    return opened("pages/sweeps.py", query)


def trained(data, n_seeds, axes, **base):
    """{values as text: last records}, each network of a grid of values trained apart from the page."""
    found = {}
    for texts in itertools.product(*axes.values()):
        changed = base | {name: float(value) for name, value in zip(axes, texts, strict=True)}
        configs = [TrainConfig(**changed, init_seed=k, shuffle_seed=k) for k in range(n_seeds)]
        *_, found[texts] = train_many(configs, load_dataset(data))
    return found


def accuracies(records):
    return np.array([np.nan if r.diverged else r.valid_accuracy for r in records])


def frames(chart):
    return [convert_arrow_bytes_to_pandas_df(dataset.data.data) for dataset in chart.proto.datasets]


def chart(app, words):
    return next(one for one in charts(app) if words in one.proto.alt)


def board(app):
    """The table of all trials."""
    return next(one.value for one in app.dataframe if "trial" in one.value)


@pytest.fixture(scope="module")
def first_view():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "REDRAW", 1e9)
        return visit()


@pytest.fixture(scope="module")
def first_records():
    axes = {"learning_rate": RATES, "l2": PENALTIES}
    return trained(DataConfig(), 5, axes, hidden_layer_sizes=(8, 8), epochs=30, batch_size=16)


def test_the_first_view_has_every_trial_with_the_figures_of_networks_trained_apart(first_view, first_records):
    assert not first_view.exception
    assert sentences(first_view) == []
    assert "**24 trials × 5 seeds**." in text(first_view)
    assert "120 trainings in 2 jobs, all done." in text(first_view)
    table = board(first_view).set_index(["learning_rate", "l2"])
    assert len(table) == 24
    for pair, records in first_records.items():
        values = accuracies(records)
        row = table.loc[pair]
        expected = [np.median(values), values.min(), values.max()]
        np.testing.assert_allclose(row[["median", "low", "high"]].astype(float), expected, atol=1e-6)
        assert row["status"] == "done"
        assert row["parameters"] == 3 * 8 + 9 * 8 + 9 * 2


def test_the_first_sentence_names_the_best_trial(first_view, first_records):
    medians = {pair: np.median(accuracies(records)) for pair, records in first_records.items()}
    best = max(medians, key=medians.get)
    words = f"best {medians[best]:.1%} at learning_rate {best[0]}, l2 {best[1]}."
    assert words in said(first_view)[0]
    number = list(first_records).index(best) + 1
    assert f"**Trial {number}**: learning_rate {best[0]}, l2 {best[1]}." in text(first_view)


def test_the_shares_are_those_of_the_sums_of_squares_and_sum_to_one(first_view, first_records):
    medians = np.array([accuracies(records).mean() for records in first_records.values()]).reshape(6, 4)
    parts = medians - medians.mean()
    a, b = parts.mean(axis=1, keepdims=True), parts.mean(axis=0, keepdims=True)
    squares = {
        "learning_rate": 4 * (a**2).sum(),
        "l2": 6 * (b**2).sum(),
        "learning_rate × l2": ((parts - a - b) ** 2).sum(),
    }
    bars = next(f for f in frames(chart(first_view, "A bar an effect")) if "share" in f)
    shown = dict(zip(bars["effect"], bars["share"], strict=True))
    assert shown == pytest.approx({name: s / (parts**2).sum() for name, s in squares.items()}, abs=1e-4)
    assert sum(shown.values()) == pytest.approx(1)
    assert "the shares of all 3 effects sum to 1.000" in text(first_view)
    first = max(shown, key=shown.get)
    assert f"{first} explains {shown[first]:.0%} of the differences" in said(first_view)[1]


def test_the_first_view_is_light_and_so_are_four_hundred_trials(first_view):
    assert 5_000 < payload(first_view) < 400_000
    many = {"design": "random", "draws": "400", "values1": "0.001 to 1 log", "values2": "0 to 0.1"}
    app = visit(**FAST | many | {"seeds": "1", "epochs": "2", "view": "Coordinates"})
    assert not app.exception
    assert len(board(app)) == 400
    assert 5_000 < payload(app) < 400_000


def test_the_test_set_is_locked_until_the_button_and_then_counts_what_was_opened():
    app = visit(**FAST | {"values1": "0.01 / 0.1", "axis2": "–"})
    records = trained(FAST_DATA, 2, {"learning_rate": ("0.01", "0.1")}, **FAST_TRAIN)
    assert "Test accuracy" not in text(app)
    assert not any("test" in frame.get("split", pd.Series(dtype=str)).astype(str).to_numpy()
                   for one in charts(app) for frame in frames(one))  # fmt: skip
    for number in (1, 2):
        app.session_state["_trial"] = number
        go(app)
        assert "Test accuracy" not in text(app)
        press(app, f"Open the test set for trial {number}")
        accuracy = records[("0.01", "0.1")[number - 1],][0].test_accuracy
        n = len(load_dataset(FAST_DATA).y_test)
        assert f"**Test accuracy {accuracy:.1%}** of its first seed on {n} examples" in text(app)
        warned = [one for one in sentences(app) if "opened the test set for" in one]
        assert [re.search("for ([0-9]+) networks", one)[1] for one in warned] == ["2"] * (number - 1)
    press(app, "Open the test set for trial 2")
    assert "for 2 networks" in sentences(app)[-1], "the same one again is not a third"


@pytest.mark.parametrize(
    ("view", "finding"),
    [
        ("Curves", "Validation loss by learning_rate: median and quartiles"),
        ("Small multiples", "Training and validation loss by learning_rate"),
        ("Map", "Validation accuracy by learning_rate and l2: click a cell"),
        ("Coordinates", "Every trial across the fields, coloured by validation accuracy"),
        ("Cost", "1 of 4 trials are on the front"),  # all four have as many parameters
    ],
)
def test_every_closer_view_says_its_finding(view, finding):
    app = visit(**FAST | {"values1": "0.01 / 0.1", "values2": "0 / 0.1", "view": view})
    assert not app.exception
    assert sentences(app) == []
    assert any(finding in one for one in said(app))
    if view in ("Map", "Coordinates", "Cost"):
        records = trained(FAST_DATA, 2, {"learning_rate": ("0.01", "0.1"), "l2": ("0", "0.1")}, **FAST_TRAIN)
        medians = {k + 1: np.median(accuracies(r)) for k, r in enumerate(records.values())}
        rows = next(f for f in frames(chart(app, finding)) if "median" in f and len(f) >= 4)
        assert dict(zip(rows["trial"], rows["median"], strict=True)) == pytest.approx(medians)


@pytest.mark.parametrize("view", ["Map", "Coordinates", "Cost", "Curves", "Small multiples"])
def test_a_sweep_in_which_all_diverge_says_so_in_every_view_and_keeps_its_table(view):
    app = visit(**FAST | {"values1": "1e9 / 1e10", "values2": "0 / 0.1", "view": view})
    assert not app.exception
    assert [one.value for one in app.error] == []
    assert board(app)["status"].tolist() == ["2 of 2 diverged"] * 4
    assert "No effects can be given: of 4 trials, 4 diverged." in sentences(app)


@pytest.mark.parametrize(("view", "design"), [("Curves", "random"), ("Small multiples", "grid")])
def test_a_sweep_in_which_all_diverge_before_their_first_epoch_keeps_its_table(view, design):
    scales = {"axis1": "init_scale", "values1": "1e38 / 1e39", "draws": "4", "design": design}
    app = visit(**FAST | scales | {"axis2": "–", "view": view, "seeds": "1"})
    assert not app.exception
    assert [one.value for one in app.error] == []
    assert board(app)["status"].tolist() == ["1 of 1 diverged"] * 2
    assert "No effects can be given: of 2 trials, 2 diverged." in sentences(app)


def test_a_sweep_that_is_drawn_again_and_again_while_it_fills_in_ends_with_every_trial(monkeypatch):
    monkeypatch.setattr(running, "REDRAW", 0.0)
    monkeypatch.setattr(running, "SLICE", 0.0)
    activations = {"axis1": "activation", "values1": "relu / tanh / gelu / sigmoid", "axis2": "–"}
    app = visit(**FAST | activations | {"init_seed": "71"})
    assert not app.exception
    assert len(board(app)) == 4


def test_the_csv_has_a_row_a_trial_with_its_settings_figures_and_link(monkeypatch):
    written = []
    monkeypatch.setattr(shell.st, "download_button", lambda label, data, *_, **__: written.append(data))
    app = visit(**FAST | {"values1": "0.01 / 0.1 / 1", "values2": "0 / 0.1"})
    table = pd.read_csv(io.StringIO(written[-1]))
    records = trained(FAST_DATA, 2, {"learning_rate": ("0.01", "0.1", "1"), "l2": ("0", "0.1")}, **FAST_TRAIN)
    assert sorted(table["trial"]) == [1, 2, 3, 4, 5, 6]
    for _, row in table.iterrows():
        mine = accuracies(records[f"{row['learning_rate']:g}", f"{row['l2']:g}"])
        assert row["median"] == pytest.approx(np.median(mine), abs=1e-6)
        query = parse_qs(urlsplit(row["link"]).query)
        assert float(query["learning_rate"][0]) == row["learning_rate"]
    assert table["trial"].tolist() == board(app)["trial"].tolist()


def test_a_trials_link_opens_the_same_network_on_its_own_page():
    app = visit(**FAST | {"values1": "0.01 / 1", "axis2": "–"})
    (row,) = board(app)[board(app)["learning_rate"] == "1"].to_dict("records")
    query = {name: values[0] for name, values in parse_qs(urlsplit(row["link"]).query).items()}
    other = visiting.visit(**query)
    assert not other.exception
    words = f"median {row['median']:.1%}, from {row['low']:.1%} to {row['high']:.1%}"
    assert words in visiting.verdict(other)


def test_the_shared_link_shows_the_same_table():
    asked = FAST | {"design": "random", "draws": "6", "sweep_seed": "4", "values1": "0.01 to 1 log"}
    app = visit(**asked | {"metric": "training loss", "view": "Cost"})
    link = next(code.value for code in app.code if "sweep_seed" in code.value)
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    other = visit(**query)
    columns = ["trial", "learning_rate", "l2", "median", "low", "high", "link"]
    pd.testing.assert_frame_equal(board(app)[columns], board(other)[columns])
    assert widget(other, "metric").value == "training loss"
    assert [one for one in said(other) if "front" in one] == [one for one in said(app) if "front" in one]


def range_tested(**query):
    """The page with its range test open, once the sweep is done."""
    app = visit(**FAST | {"axis2": "–"} | query)
    app.session_state["_rates"] = True
    return go(app)


def test_the_range_test_is_of_the_base_and_its_chart_says_which_rates_let_the_loss_fall():
    app = range_tested()
    data, train = DataConfig(n_samples=120), TrainConfig(hidden_layer_sizes=(4,), batch_size=16, epochs=3)
    low, high = range_test(train, load_dataset(data)).suggestion
    assert any(f"The loss falls for learning rates from {low:.2g} to {high:.2g}" in one for one in said(app))


@pytest.mark.parametrize("batch_size", ["0", "1000"])
def test_the_range_test_takes_a_batch_beyond_the_training_set_as_the_whole_of_it(batch_size):
    assert any("The loss falls" in one for one in said(range_tested(batch_size=batch_size)))


def test_a_base_too_large_is_refused_before_its_range_test_is_made():
    app = range_tested(hidden_layer_sizes="3000,3000", axis1="hidden_layer_sizes", values1="4 / 8")
    assert not app.exception
    assert any("parameters in 1 network; allowed: 30 layers and 4,000,000" in one for one in sentences(app))


def test_a_long_range_test_waits_for_a_click(monkeypatch):
    monkeypatch.setattr(progress, "ASK_ABOVE", 0.0)
    app = range_tested(noise="0.31")  # which no other test has trained
    assert any(re.match(r"The range test takes about .* on this server\.", one) for one in sentences(app))
