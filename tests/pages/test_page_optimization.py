"""The optimization page: paths on the loss over a plane in three kinds of directions, and its sentences."""

import json
import re
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest
from visiting import (
    charts,
    choose_question,
    frame_with,
    frames,
    hold,
    labels,
    opened,
    press,
    said,
    sentences,
    shared,
    text,
    timelines,
    widget,
)

import lab.__main__ as terminal
from data import DataConfig, load_dataset
from lab.links import limits, reader
from lab.optimization import bowl
from lab.questions.learn import OPTIMIZATION
from mlp import SCHEDULES, Layer, TrainConfig, init_params, loss_and_gradients, train
from mlp.network import flatten, unflatten
from ui.training import confirm

SMALL = {"n_samples": "120", "hidden_layer_sizes": "4", "epochs": "4", "batch_size": "16"}
DATA = DataConfig(n_samples=120)
TRAIN = {"hidden_layer_sizes": (4,), "activation": "tanh", "epochs": 4, "batch_size": 16}
HELD = re.compile(r"the plane contains (.+?)\.\s")


def visit(**query):
    app = opened("pages/optimization.py", SMALL | query)
    assert not app.exception
    return app


def paths(app):
    return frame_with(charts(app)[0], "path")


def walked(optimizer, rate, n_epochs=4):
    """The flat parameters after each epoch, trained apart from the page, and the last training loss."""
    config, dataset = TrainConfig(**TRAIN, optimizer=optimizer, learning_rate=rate), load_dataset(DATA)
    points = [flatten(record.params).astype(float) for record in train(config, dataset)]
    *_, last = train(config, dataset)
    return np.array(points), loss_and_gradients(last.params, dataset.X_train, dataset.y_train, config)[0]


@pytest.fixture(scope="module")
def page():
    """The small experiment; not to be moved."""
    return visit()


def test_the_paths_start_together_and_end_where_each_optimizer_ends_when_trained_apart(page):
    assert sentences(page) == []
    frame = paths(page)
    assert list(dict.fromkeys(frame["path"])) == [
        *("sgd", "momentum × 0.1", "nesterov × 0.1", "rmsprop × 0.1", "adam × 0.1")
    ]
    ends = {}
    for label, path in frame.groupby("path", sort=False):
        optimizer, _, factor = label.partition(" × ")
        _, loss = walked(optimizer, 0.1 * float(factor or 1))
        assert list(path["epoch"]) == [0, *[1] * 6, 2, 3, 4], "six minibatches of 84 examples in the first"
        assert list(path["step"])[-4:] == [6, 12, 18, 24]
        assert path["loss"].iloc[-1] == pytest.approx(loss, rel=1e-4)
        ends[label] = loss
    starts = frame[frame["epoch"] == 0]
    assert np.ptp(starts["a"]) == np.ptp(starts["b"]) == 0
    own = frame[frame["path"] == "sgd"]
    assert np.abs(own[["a", "b"]].iloc[-1]).max() < 1e-4, "the solution is the origin"
    lowest = min(ends, key=ends.get)
    assert f"{lowest} ends lowest, at a loss of {ends[lowest]:.3g}" in said(page)[0]


def test_the_share_of_a_path_in_the_plane_of_two_weights_is_that_of_its_two_coordinates():
    app = visit(plane="two weights", weight1="W1[0,1]", weight2="b1[2]", paths="adam*0.1")
    assert sentences(app) == []
    shares = HELD.search(text(app))[1]
    solution = walked("sgd", 0.1)[0][-1]
    for label, told in zip(("sgd", "adam"), shares.split(" and "), strict=True):
        path = paths(app)[paths(app)["path"].str.startswith(label)]
        points, _ = walked(label, 0.1 if label == "sgd" else 0.01)
        offsets = points[[1, -1]] - solution
        by_epoch = path[path["epoch"].ne(path["epoch"].shift(-1))]
        np.testing.assert_allclose(by_epoch[["a", "b"]].iloc[[1, -1]], offsets[:, [1, 10]], atol=1e-4)
        assert re.fullmatch(rf"(under 1|\d+)% \({label}( × 0\.1)?\)", told)
    assert "Only these two parameters vary" in text(app)


def test_a_plane_of_random_directions_is_another_for_another_seed_and_comes_back():
    app = visit(plane="random directions", plane_seed="3")
    first = paths(app)
    assert "drawn at random" in text(app)
    hold(app, plane_seed=4)
    assert not first.equals(paths(app))
    hold(app, plane_seed=3)
    assert first.equals(paths(app))


def test_weights_that_the_network_does_not_have_get_a_sentence_and_others_are_used():
    app = visit(plane="two weights", weight1="W9[0,0]", weight2="b1[0]")
    (sentence,) = sentences(app)
    assert sentence.startswith(
        "weight1 is 'W9[0,0]'; allowed: a parameter of this network, from W1[0,0] to b2[1]."
    )
    assert sentence.endswith("W1[0,0] and W1[0,1] are used.")
    assert len(paths(app))


def test_paths_on_one_line_get_a_sentence_and_two_weights_draw_them():
    app = visit(initializer="zeros", paths="adam*0.1")
    assert sentences(app)[0].startswith("All paths lie on one line through the solution")
    press_directions = hold(app, plane="two weights")
    assert sentences(press_directions) == []
    assert len(paths(press_directions))


def test_a_lost_path_is_said_and_the_plane_goes_through_the_start_if_it_is_the_own_one():
    lost = visit(
        learning_rate="10", optimizer="momentum", momentum="0.999", activation="relu", paths="adam*0.001"
    )
    assert "Not followed to the end: momentum in epoch" in text(lost)
    assert "so the plane goes through its start instead" in text(lost)
    assert "from the start, the plane contains" in text(lost)


def test_after_one_epoch_a_path_has_its_steps_and_before_it_no_plane():
    assert len(paths(visit(epochs="1", paths="adam"))) == 2 * 7
    app = visit(epochs="0", paths="adam")
    assert any(one.startswith("No path has a point besides its start") for one in sentences(app)), sentences(
        app
    )


def test_long_trainings_wait_for_a_click_and_nothing_is_drawn_before(untrained):
    app = visit(init_seed="77")
    assert any(one.startswith("This training takes") for one in sentences(app))
    assert "Train" in labels(app)
    assert not [one for one in said(app) if one.startswith("Map of the loss")]
    press(app, "Train")
    assert len(paths(app))


def test_the_link_is_whole_and_trains_every_path_in_the_terminal(page, capsys):
    address = shared(page, "fingerprint")
    assert address["paths"] == ["momentum*0.1", "nesterov*0.1", "rmsprop*0.1", "adam*0.1"]
    assert address["seeds"] == "1"
    assert terminal.main([f"http://lab/optimization?{urlencode(address, doseq=True)}"]) == 0
    out = capsys.readouterr().out
    assert "Reproduced exactly" in out
    assert "5 networks" in out
    for label in dict.fromkeys(paths(page)["path"]):
        assert label.replace("×", "x") in out.replace("×", "x")
    again = opened("pages/optimization.py", address)
    assert said(again) == said(page)
    assert any("Reproduced exactly" in one.value for one in again.success)


def test_the_table_of_the_paths_can_be_saved(offered):
    app = visit()
    table, _ = offered["Paths (.csv)"]
    assert table().splitlines()[0] == "a,b,path,epoch,step,loss"
    assert len(table().splitlines()) == 1 + len(paths(app))


def test_compared_optimizers_that_cannot_be_used_are_told_and_the_others_are_shown():
    app = visit(paths=["adam*0.1", "no optimizer"])
    (sentence,) = sentences(app)
    assert sentence.startswith("paths contains 'no optimizer'; allowed: an optimizer, or one times a factor")
    assert list(dict.fromkeys(paths(app)["path"])) == ["sgd", "adam × 0.1"]
    many = visit(paths=[f"adam*{k}" for k in range(1, 8)])
    assert "The link asks for 7 optimizers; allowed: up to 5." in sentences(many)
    same = visit(paths=["sgd", "adam*0.1", "adam * 0.1"])
    assert list(dict.fromkeys(paths(same)["path"])) == ["sgd", "adam × 0.1"]


def test_a_locked_link_hides_the_plane_and_keeps_it():
    app = visit(lock="1", open="learning_rate", plane="random directions", plane_seed="3", paths="adam*0.1")
    assert not any(getattr(part, "key", None) in ("plane", "paths") for part in app.get("multiselect"))
    assert list(dict.fromkeys(paths(app)["path"])) == ["sgd", "adam × 0.1"]
    assert "drawn at random" in text(app)
    assert widget(app, "learning_rate").value == 0.1


def test_a_network_too_large_for_the_page_is_refused_at_every_door(untrained):
    app = visit(hidden_layer_sizes="100,100")
    assert sentences(app)[0].startswith("hidden_layer_sizes asks for 2 hidden layers and 10,602 parameters")
    with pytest.raises(ValueError, match="10,602 parameters in 1 network; allowed: 30 layers and 10,000"):
        reader.read("http://lab/optimization?hidden_layer_sizes=100,100")
    assert limits.MAX_PARAMETERS["optimization"] == 10_000


def by_step(config, dataset):
    """The rate of every step, and its minibatch's loss, of a training made here step by step."""
    rng, params = np.random.default_rng(0), init_params(config, 2, 2)
    rates, losses = [], []
    for _ in range(config.epochs):
        order = rng.permutation(len(dataset.y_train))
        for start in range(0, len(order), config.batch_size):
            X, y = (part[order[start : start + config.batch_size]] for part in dataset[:2])
            loss, gradients = loss_and_gradients(params, X, y, config)
            rate = SCHEDULES[config.schedule](
                config.learning_rate,
                len(rates),
                learning_rate_min=config.learning_rate_min,
                cycle_steps=config.cycle_steps,
                epochs=config.epochs,
                steps_per_epoch=-(-len(order) // config.batch_size),
            )
            params = [
                Layer(W - rate * dW, b - rate * db)
                for (W, b), (dW, db) in zip(params, gradients, strict=True)
            ]
            rates.append(float(rate))
            losses.append(loss)
    return rates, losses


def test_loss_and_learning_rate_by_step_are_those_of_every_schedule_over_the_same_steps(page):
    loss, rate = charts(page)[1:3]
    losses, rates = (
        pd.concat([frame for frame in frames(chart) if "schedule" in frame]) for chart in (loss, rate)
    )
    assert set(losses["schedule"]) == set(rates["schedule"]) == set(SCHEDULES)
    dataset, lowest = load_dataset(DATA), {}
    for name in SCHEDULES:
        config = TrainConfig(**TRAIN, schedule=name, cycle_steps=200)
        expected_rates, expected = by_step(config, dataset)
        mine = losses[losses["schedule"] == name].sort_values("step")
        assert mine["step"].tolist() == list(range(24))
        np.testing.assert_allclose(mine["loss"], expected, rtol=1e-4)
        drawn = rates[rates["schedule"] == name].set_index("step")["rate"]
        np.testing.assert_allclose(drawn, np.array(expected_rates)[drawn.index], rtol=1e-5)
        lowest[name] = np.mean(expected[-6:])
    best = f"{min(lowest.values()):.3g}"
    assert re.search(rf"Over the last epoch \*\*.*\*\* ha(s|ve) the lowest mean loss, {best};", text(page))
    assert "constant stays at 0.1" in said(page)[2]
    specs = [json.loads(chart.proto.spec) for chart in (loss, rate)]
    domains = [
        layer["encoding"]["x"]["scale"]["domain"]
        for spec in specs
        for layer in spec["layer"]
        if layer["mark"]["type"] == "line"
    ]
    assert domains == [[0, 24]] * 4
    assert "of 2 steps" not in json.dumps(specs), "each step is a point where there are few"


def test_a_schedule_whose_loss_is_lost_is_named_and_the_own_one_stands_in_front():
    app = visit(schedule="cosine", learning_rate="1e20", activation="relu")
    assert "the loss does not stay finite" in text(app)
    rate = next(one for one in charts(app) if one.proto.alt.startswith("Learning rate by step"))
    layers = json.loads(rate.proto.spec)["layer"]
    widths = [layer["mark"]["strokeWidth"] for layer in layers if layer["mark"]["type"] == "line"]
    assert widths[-1] == max(widths) > widths[0]
    assert "cosine goes from 1e+20 to" in rate.proto.alt


def curvature_frames(app):
    """The eigenvalues by epoch, and the bounds, of the chart of the curvature."""
    chart = next(one for one in charts(app) if "curvature by epoch" in one.proto.alt)
    return frame_with(chart, "error"), next(one for one in frames(chart) if "name" in one)


def test_the_curvature_is_drawn_by_epoch_beside_2_over_eta():
    app = visit(batch_size="0", epochs="3")
    drawn, bounds = curvature_frames(app)
    assert list(drawn["epoch"]) == [0, 1, 2, 3]
    assert set(bounds["value"]) == {20.0}
    config, dataset = TrainConfig(**TRAIN | {"batch_size": 0, "epochs": 3}), load_dataset(DATA)
    *_, last = train(config, dataset)
    X, shapes = dataset.X_train.astype(float), [W.shape for W, _ in last.params]

    def gradient(theta):
        return flatten(loss_and_gradients(unflatten(theta, shapes), X, dataset.y_train, config)[1])

    theta = flatten(last.params).astype(float)
    rows = [(gradient(theta + 1e-5 * e) - gradient(theta - 1e-5 * e)) / 2e-5 for e in np.eye(len(theta))]
    assert drawn["value"].iloc[-1] == pytest.approx(np.linalg.eigvalsh(np.array(rows))[-1], rel=2e-3)
    assert "It lies below 2/η, 20, at all 4 epochs measured." in text(app)
    assert "guide only" not in text(app)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "bounds"),
    [
        ({"optimizer": "momentum"}, {20.0, 38.0}),
        ({"optimizer": "one_step_momentum"}, {20.0, 100 / 9}),
        ({"optimizer": "adam"}, {20.0}),
        ({"schedule": "step"}, {20.0, 200.0, 2000.0}),
        ({"schedule": "triangular", "learning_rate_min": "0", "cycle_steps": "1"}, {20.0}),
    ],
)
def test_the_bound_follows_the_schedule_and_an_optimizer_with_another_one_has_a_line_of_its_own(
    query, bounds
):
    app = visit(**query)
    drawn = sorted(set(curvature_frames(app)[1]["value"]))
    np.testing.assert_allclose(drawn, sorted(bounds), rtol=1e-9)
    assert re.search(r"with minibatches of 16( and \w+)? it is a guide only\.", text(app))


def on_show(app):
    """The rows of the paths that the chart draws without a timeline."""
    frame = paths(app)
    return frame[frame["past"] == 1]


def test_the_paths_reach_as_far_as_the_epoch_on_show_which_the_link_holds():
    app = visit(epoch="2", paths="adam*0.1")
    assert set(on_show(app)["epoch"]) == {0, 1, 2}
    assert set(paths(app)["epoch"]) == {0, 1, 2, 3, 4}, "the timeline goes through all"
    assert shared(app)["epoch"] == "2"
    steps_at = [
        one for one in charts(app) if one.proto.alt.startswith(("Line chart of the loss", "Learning"))
    ]
    for chart in steps_at:
        assert frame_with(chart, "epoch")["epoch"].tolist() == [2]
        assert "* 6" in chart.proto.spec, "minibatches in an epoch"
    assert curvature_frames(app)[0]["epoch"].max() == 4
    (timeline,) = timelines(app)
    told = json.dumps(str(timeline.proto))
    assert "Training loss: sgd: " in told
    hold(app, epoch=4)
    assert len(on_show(app)) == len(paths(app))


ANSWERS = {  # question: where its answer is, as computed
    "Do five optimizers end in the same valley?": r"from the solution, the plane contains .*\(sgd\)",
    "Does a learning rate of 3 settle?": r"It lies above 2/η, 0\.667, at (all )?\d+ (of|epochs)",
    "Does a learning rate that goes up and down help?": r"Over the last epoch \*\*\w+\*\* has the lowest",
    "What does a random slice show of the way down?": r"the plane contains (\d|under 1)% \(sgd\), ",
    "How much is a memory worth in a narrow valley?": r"momentum needs \d+: \d\d\.\d times fewer\.",
}


@pytest.mark.slow
@pytest.mark.parametrize("question", OPTIMIZATION, ids=lambda one: one.question)
def test_each_question_is_answered_by_a_number_on_its_page(question):
    app = opened("pages/optimization.py", {"epochs": "1", "paths": "adam", "kappa": "2"})
    app = choose_question(app, question.question)
    assert not app.exception
    assert sentences(app) == []
    assert re.search(ANSWERS[question.question], text(app)), text(app)
    assert f"**{question.question}** {question.predict}" in text(app)
    assert any(f"The engine finds: **{choice}**. " in text(app) for choice in question.choices)
    assert len(OPTIMIZATION) == len(ANSWERS) == 5


@pytest.mark.slow
def test_a_question_states_no_number_that_its_experiment_does_not_have():
    app = opened("pages/optimization.py", {"epochs": "1", "paths": "adam"})
    app = choose_question(app, OPTIMIZATION[1].question)
    drawn, bounds = curvature_frames(app)
    assert (
        "2/η is 0.67. At the first weights the loss bends with a curvature of 1.2." in OPTIMIZATION[1].predict
    )
    assert (f"{bounds['value'].iloc[0]:.2f}", f"{drawn['value'].iloc[0]:.1f}") == ("0.67", "1.2")
    assert "in 114 dimensions" in OPTIMIZATION[3].predict
    assert TrainConfig(hidden_layer_sizes=(8, 8)).n_parameters(2, 2) == 114


def test_work_that_takes_long_together_asks_before_it_begins_and_does_so_once_asked(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 0.0)
    app = visit(init_seed="79", paths="adam*0.1")
    asked = [one for one in sentences(app) if "takes about" in one]
    assert [one.partition(" takes")[0] for one in asked] == [
        *("This surface", "Comparing the schedules", "This curvature")
    ]
    waiting = ("Map of the loss", "Line chart of the loss", "Line chart of the curvature")
    assert not [one for one in said(app) if one.startswith(waiting)]
    press(app, "Start")
    assert len(paths(app))
    assert len([one for one in sentences(app) if "takes about" in one]) == 2


@pytest.mark.slow
def test_a_larger_network_has_a_coarser_surface_and_says_so():
    app = visit(hidden_layer_sizes="60,60", epochs="1", paths="adam", n_samples="1100")
    assert "the loss is computed at only 48 × 48 points." in text(app)
    assert "is computed at only" not in text(visit(epochs="1", paths="adam"))


def test_the_reasons_are_there_once_their_boxes_are_open():
    app = visit(epochs="1", paths="adam")
    assert ("Lanczos" in text(app), len(app.latex)) == (False, 0)
    app.session_state["_why_bound"] = app.session_state["_why_rates"] = True
    app.run()
    assert not app.exception
    assert ("Lanczos' method (1950)" in text(app), len(app.latex)) == (True, 5)
    assert f"the best of {len(bowl.RATES)} learning rates from 0.0001 to 5.62 is shown" in text(app)


def test_a_learning_rate_that_changes_in_training_does_so_for_every_path_schedule_and_bound():
    app = visit(learning_rate="0.1@0;0.01@2", paths="adam*0.1", schedule="cosine")
    assert sentences(app) == []
    later = {"learning_rate": ((0.01, 0), (0.001, 2)), "learning_rate_min": 1e-5, "schedule": "cosine"}
    config, dataset = TrainConfig(**TRAIN, optimizer="adam", **later), load_dataset(DATA)
    *_, last = train(config, dataset)
    loss, _ = loss_and_gradients(last.params, dataset.X_train, dataset.y_train, config)
    assert paths(app).groupby("path", sort=False)["loss"].last()["adam × 0.1"] == pytest.approx(
        loss, rel=1e-4
    )
    rates = pd.concat(frame for frame in frames(charts(app)[2]) if "rate" in frame)
    constant = rates[rates["schedule"] == "constant"].set_index("step")["rate"]
    np.testing.assert_allclose(constant[[0, 11, 12, 23]], [0.1, 0.1, 0.01, 0.01], rtol=1e-6)
    app = visit(learning_rate="0.1@0;0.01@2", paths="adam*0.1")
    bounds = curvature_frames(app)[1].set_index("epoch")["value"]
    np.testing.assert_allclose(bounds[[0, 1, 2, 4]], [20, 20, 200, 200])
