"""The controls of the sweeps page: the space in the sidebar and in the link, what is refused, what waits."""

import pytest
from visiting import FAST, board, hold, labels, opened, press, sentences, text, widget

from data import DataConfig
from mlp import TrainConfig
from ui.frame.visit import KEY
from ui.sweeps import running, space
from ui.training import confirm

ONE_FIELD = FAST | {"axis2": "–"}


@pytest.fixture(autouse=True)
def drawn_when_complete(monkeypatch):
    monkeypatch.setattr(running, "REDRAW", 1e9)


@pytest.fixture
def plans(monkeypatch):
    """The Plans that the sidebar gives, none of which is run."""
    read, sidebar = [], space.sidebar

    def reading():
        plan, problems = sidebar()
        read.append(plan)
        return plan, problems

    monkeypatch.setattr(space, "sidebar", reading)
    monkeypatch.setattr(running, "complete", lambda plan, draw: running.SweepRun(()).results)
    return read


def visit(**query):
    return opened("pages/sweeps.py", query)


def values(plan, field):
    return [dict(trial.settings)[field] for trial in plan.sweep.trials]


def test_the_plan_of_the_page_without_a_link_is_its_grid_about_its_own_base(plans):
    app = visit()
    assert not app.exception
    assert plans[-1].base.train == TrainConfig(hidden_layer_sizes=(8, 8), epochs=30, batch_size=16)
    assert plans[-1].base.data == DataConfig()
    assert (plans[-1].fields, plans[-1].n_seeds, plans[-1].design) == (("learning_rate", "l2"), 5, "grid")
    found = list(zip(values(plans[-1], "learning_rate"), values(plans[-1], "l2"), strict=True))
    assert found == [(r, p) for r in (0.01, 0.03, 0.1, 0.3, 1, 3) for p in (0, 0.0001, 0.001, 0.01)]


def test_fields_and_values_of_the_link_are_those_of_the_plan(plans):
    axes = {"axis1": "activation", "values1": "tanh / gelu", "axis2": "noise", "values2": "0 to 0.4"}
    app = visit(**FAST | axes | {"range_points": "3", "axis3": "epochs", "values3": "2 / 4"})
    assert not app.exception
    assert sentences(app) == []
    assert plans[-1].fields == ("activation", "noise", "epochs")
    assert plans[-1].n_seeds == 2
    assert plans[-1].base.train.hidden_layer_sizes == (4,)
    found = [tuple(dict(trial.settings).values()) for trial in plans[-1].sweep.trials]
    assert found == [(a, n, e) for a in ("tanh", "gelu") for n in (0, 0.2, 0.4) for e in (2, 4)]


def test_without_any_field_the_base_alone_runs():
    app = visit(**FAST | {"axis1": "–", "axis2": "–"})
    assert not app.exception
    assert app.error == []
    assert "**1 trial × 2 seeds**" in text(app)
    assert len(board(app)) == 1
    assert "There is nothing to compare." in sentences(app)
    assert "Nothing varies: choose a field in the sidebar." in sentences(app)


@pytest.mark.parametrize("seeds", ["1", "2"])
def test_what_a_point_stands_for_is_true_with_one_seed_too(plans, seeds):
    told = text(visit(**FAST | {"seeds": seeds}))
    assert plans[-1].n_seeds == int(seeds)
    assert "Every point stands for one setting, trained on this server from one or several random" in told
    assert "With several, a line through the point reaches from the worst of them to the best." in told


def test_a_long_sweep_waits_for_a_click_and_says_how_many_trainings_in_how_many_jobs(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = visit(**ONE_FIELD | {"axis1": "activation", "values1": "relu / tanh / gelu", "init_seed": "81"})
    (sentence,) = sentences(app)
    assert sentence.startswith("6 trainings in 3 jobs, here, as stacks: about ")
    assert "Start the sweep" in labels(app)
    assert len(app.dataframe) == 0
    press(app, "Start the sweep")
    assert "Start the sweep" not in labels(app)
    assert "6 trainings in 3 jobs, all done." in text(app)
    assert board(app)["status"].tolist() == ["done"] * 3
    hold(app, init_seed=82)
    assert "Start the sweep" in labels(app), "a click is for one sweep only"


def test_a_sweep_that_takes_too_long_is_refused_and_says_why(monkeypatch):
    monkeypatch.setattr(confirm, "REFUSE_ABOVE", 0.0)
    app = visit(**ONE_FIELD | {"init_seed": "83"})
    (sentence,) = sentences(app)
    assert sentence.startswith("This sweep of 12 trainings in 1 job, here, as stacks would take ")
    assert "fewer trials, epochs or seeds" in sentence
    assert not set(labels(app)) & {"Start the sweep", "Go on"}


def open_trial(app):
    (sentence,) = [part for part in text(app).splitlines() if part.startswith("**Trial ")]
    return sentence.partition(".**")[0].partition(". [")[0]


@pytest.mark.slow
@pytest.mark.parametrize("locked", [{}, {"lock": "1", "open": "values2"}])
def test_a_clicked_trial_is_followed_to_its_number_in_the_next_sweep_and_forgotten_by_reset(locked):
    query = FAST | {"values1": "0.01 / 0.1", "values2": "0 / 0.1 / 0.2"}
    app = visit(**query | locked)
    best = open_trial(app)
    for number, setting in ((2, "0.01, l2 0.1"), (6, "0.1, l2 0.2"), (1, "0.01, l2 0")):
        app.session_state[KEY].trial = number
        hold(app, values2="0 / 0.1 / 0.2")
        assert open_trial(app) == f"**Trial {number}**: learning_rate {setting}"
    app.session_state[KEY].trial = 3
    hold(app, values2="0.2 / 0.1 / 0")
    assert open_trial(app) == "**Trial 1**: learning_rate 0.01, l2 0.2"
    press(app, "Reset")
    assert app.session_state[KEY].trial is None
    if locked:
        assert open_trial(app) == best


@pytest.mark.slow
@pytest.mark.parametrize(
    ("view", "chosen"),
    [
        ("Curves", {"_by": "l2"}),
        ("Map", {"_heat_x": "l2", "_heat_y": "learning_rate"}),
        ("Map", {"_heat_x": "learning_rate", "_heat_y": "activation"}),
        ("Cost", {"_cost": "seconds"}),
    ],
)
def test_what_a_view_shows_is_as_it_was_when_the_visitor_returns_to_the_page(view, chosen):
    axes = {"values1": "0.1", "values2": "0", "axis3": "activation", "values3": "relu", "view": view}
    app = visit(**FAST | axes)
    for key, value in chosen.items():
        hold(app, **{key: value})
    app.query_params.clear()  # the navigation's links have no parameters
    for page in ("home", "sweeps"):
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert text(app).count("**1 trial × 2 seeds**") == 1
    assert {key: widget(app, key).value for key in chosen} == chosen
