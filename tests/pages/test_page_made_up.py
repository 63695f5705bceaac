"""Every page with entries of the registries that no page was told of."""

import dataclasses
import functools
import re
from urllib.parse import urlencode

import made_up
import numpy as np
import pytest
from visiting import (
    assert_says,
    board,
    charts,
    frame_with,
    frames,
    hold,
    opened,
    parts,
    said,
    sentences,
    shared,
    text,
    widget,
)

import lab.__main__ as terminal
from data import load_dataset
from data.built_in import PAGES as TABLE_PAGES
from lab.derivation import Problem, derive, summary
from lab.links.experiment import Experiment
from mlp import LOSSES, train_many
from ui.decision_boundary import boundary
from ui.sidebar.controls import Setup
from ui.training.cache import cache

TRAINED = {"hidden_layer_sizes": "4", "epochs": "3", "seeds": "2", "batch_size": "16"}
ASKED = {name: str(value) for name, value in (made_up.DATA | made_up.TRAIN).items()} | TRAINED
NETWORK = {name: ASKED[name] for name in ("activation", "loss")}


@pytest.fixture(scope="module", autouse=True)
def registered():
    with made_up.registered():
        yield
        shared = cache()  # whose runs of made-up entries nothing could ask for their bytes any more
        shared.runs.drop(bool)
        shared.sweeps.drop(bool)


def visit(page, **query):
    """The page, without an exception and without a sentence about what could not be used."""
    app = opened(f"pages/{page}.py", query)
    assert not app.exception
    assert sentences(app) == []
    return app


def records(epochs=3, **changes):
    """The last record of each network that the link trains, trained apart from the page."""
    config = made_up.train_config(**{"hidden_layer_sizes": (4,), "l1": 0.0, "epochs": epochs} | changes)
    setup = Setup(Experiment(made_up.data_config(), config), 2)
    *_, last = train_many(setup.configs(), load_dataset(setup.experiment.data))
    return last


@pytest.mark.slow
def test_decision_boundaries_train_it_and_offer_it():
    app = visit("decision_boundary", **ASKED)
    assert_says(app, records())
    for field, name in ({"name": "stripes"} | made_up.TRAIN).items():
        assert name in widget(app, field).options
    for field in ("momentum", "learning_rate_min", "n_classes"):
        assert not widget(app, field).disabled
    assert widget(app, "cycle_steps").disabled
    assert boundary.output_latex("squared_softmax") == r"o_k = e^{z^{(L)}_k} \Big/ \sum_j e^{z^{(L)}_j}"
    # the schedule depends on the epochs: more of them are another training, not a longer one
    app = hold(app, epochs=5)
    loss = np.median([record.valid_loss for record in records(epochs=5)])
    assert any(f"→ {loss:.3g} (median of 2 networks)" in one for one in said(app))


@pytest.mark.parametrize(("loss", "lowest"), [("squared_softmax", "0"), ("squashed_squares", "−1")])
def test_decision_boundaries_say_between_which_numbers_the_outputs_lie(loss, lowest):
    app = visit("decision_boundary", **ASKED | {"loss": loss})
    assert f"gives each class a number from {lowest} to 1. At every point of the plane" in text(app)


@pytest.mark.slow
def test_the_gradient_check_finds_nothing_wrong():
    app = visit("gradient_check", **ASKED)
    words = text(app)
    assert "With all logits 0 the loss would be **1 − 1/C = 0.6667** for C = 3." in words
    assert "crooked, crosses" in " ".join(said(app))
    causes = set(app.dataframe[0].value["cause"])
    assert causes <= {"agrees", "kink", "rounding", "truncation"}


def test_initialization_draws_from_it_and_predicts_it():
    app = visit("initialization", **ASKED | {"hidden_layer_sizes": "64,64,64", "sets": ["laplace", "zeros"]})
    table = app.dataframe[0].value.set_index("initializer")
    assert list(table.index) == ["laplace", "zeros"]
    measured = float(table.loc["laplace", "Var[a], factor per layer"])
    predicted = float(table.loc["laplace", "Var[a], factor per layer, predicted"])
    assert predicted == pytest.approx(measured, rel=0.2)
    assert any(one.startswith("laplace: where the activations lie.") for one in said(app))


@pytest.mark.slow
def test_optimization_walks_down_with_it_and_compares_its_schedule():
    app = visit("optimization", **ASKED | {"paths": ["adam*0.1"], "learning_rate": "0.05"})
    path = frame_with(charts(app)[0], "path")
    assert list(dict.fromkeys(path["path"])) == ["averaged", "adam × 0.1"]
    # v ← μv + (1 - μ)g with a constant g goes as fast as gradient descent; on ½λx² it is stable up to
    # ηλ < 2(1 + μ)/(1 - μ), by Jury's criterion
    assert f"{2 * 1.9 / 0.1:.3g}/η, averaged" in {name for one in charts(app) for name in names_of(one)}
    assert any("averaged" in set(one.value["optimizer"]) for one in app.dataframe if "optimizer" in one.value)
    assert "falling" in {name for one in charts(app) for name in names_of(one, "schedule")}


def names_of(chart, column="name"):
    """What stands in a column of a chart's frames."""
    return {name for frame in frames(chart) if column in frame for name in frame[column]}


def test_the_bug_lab_finds_the_planted_bug_and_no_other():
    asked = {name: ASKED[name] for name in ("name", "n_samples", "activation", "initializer", "epochs")}
    app = visit("bug_lab", **asked)
    assert "A gradient check finds it." in text(app)
    assert any(re.search(r": [0-9]e-(09|1[0-9]) \(the right program\)", one) for one in said(app))
    judged = next(one.value for one in app.table if "verdict" in one.value)
    assert not any("right program fails" in one for one in judged["what it says"])


@pytest.mark.slow
@pytest.mark.parametrize("page", TABLE_PAGES)
def test_every_page_of_tables_takes_a_table(page):
    of_page = {"sweeps": {"axis1": "stratified", "values1": "true / false", "axis2": "–"}}
    app = visit(page, name="leaves", **TRAINED, **of_page.get(page, {}))
    assert charts(app)
    assert "leaves" in widget(app, "name").options
    assert widget(app, "name").value == "leaves"


@pytest.mark.parametrize("loss", made_up.MADE_UP_LOSSES)
@pytest.mark.parametrize("part", ["output", "loss", "output_delta", "hidden_delta", "elastic_net"])
def test_the_derivation_shows_it_and_verifies_it(loss, part):
    problem = Problem(activation="crooked", loss=loss)
    steps = derive(problem)
    app = visit("derivation", activation="crooked", loss=loss, step=part, predict="false")
    assert [one.value for one in app.success] == [str(summary(steps))]
    assert ":red" not in text(app)
    step = next(step for step in steps if step.key == part)
    assert any(one.value == step.title for one in app.subheader)
    quoted = {line.text for line in step.code}
    assert quoted
    assert quoted | ({step.plain} - {""}) <= {one.value for one in app.code}


def test_the_derivation_shows_the_script_s_lines_of_a_loss_whose_own_lines_are_nowhere(monkeypatch):
    listing = "def loss(logits, T):\n    return brier(logits, T)"
    entry = dataclasses.replace(
        LOSSES["squared_softmax"], function=functools.partial(made_up.brier), listing=(listing,)
    )
    monkeypatch.setitem(LOSSES, "squared_softmax", entry)
    app = visit("derivation", loss="squared_softmax", init_seed="77", step="loss", predict="false")
    assert listing in {one.value for one in app.code}


@pytest.mark.slow
@pytest.mark.parametrize("loss", made_up.MADE_UP_LOSSES)
def test_every_page_with_a_network_takes_each_loss(loss):
    asked = ASKED | {"loss": loss}
    app = visit("decision_boundary", **asked)
    assert_says(app, records(loss=loss))
    assert any(
        one.value.startswith(":green[") and "derivatives of this network" in one.value for one in app.caption
    )
    compared = visit(
        "decision_boundary", **asked, mode="Compare", compare="loss", values=f"{loss} / sigmoid_squared_error"
    )
    assert {loss, "sigmoid_squared_error"} <= {
        one.value.strip("*").rpartition(" = ")[2] for one in compared.markdown if " = " in one.value
    }
    causes = set(visit("gradient_check", **asked).dataframe[0].value["cause"])
    assert causes <= {"agrees", "kink", "rounding", "truncation"}


@pytest.mark.parametrize("loss", made_up.MADE_UP_LOSSES)
def test_the_bug_lab_keeps_its_own_loss_optimizer_and_schedule_and_offers_no_other(loss):
    app = visit("bug_lab", **{name: ASKED[name] for name in ("name", "n_samples", "epochs")} | {"loss": loss})
    keys = {getattr(part, "key", None) for part in parts(app)}
    assert not keys & {"loss", "optimizer", "schedule"}


@pytest.mark.parametrize("page", ["home", "instructors"])
def test_the_other_pages_open(page):
    assert not opened(f"pages/{page}.py", ASKED).exception


def test_a_link_to_it_is_reproduced_in_the_terminal(capsys):
    query = shared(visit("decision_boundary", **ASKED), "fingerprint")
    assert terminal.main([f"http://lab.example/decision_boundary?{urlencode(query)}"]) == 0
    assert "Reproduced exactly" in capsys.readouterr().out


def test_a_sweep_compares_it_with_others():
    axes = {"axis1": "activation", "values1": "crooked / tanh", "axis2": "initializer"}
    app = visit("sweeps", **ASKED, **axes, values2="laplace / normal")
    trials = board(app).set_index(["activation", "initializer"])
    for (activation, initializer), row in trials.iterrows():
        last = records(activation=activation, initializer=initializer)
        assert row["median"] == np.median([record.valid_accuracy for record in last])
    assert len(trials) == 4
