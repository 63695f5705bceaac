"""A link proves itself on the page that it opens, and a locked one shows the controls it leaves open."""

import io

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from visiting import (
    ENTRY,
    FAST,
    FAST_DATA,
    FAST_TRAIN,
    charts,
    choose_question,
    expected,
    go,
    hold,
    labels,
    links,
    opened,
    plain,
    press,
    query_of,
    sentences,
    shared,
    verdict,
    widget,
)

from data import DataConfig, load_dataset
from lab.links import fingerprint, reader
from lab.links.experiment import Experiment, Setup
from lab.links.fields import FIELDS
from lab.questions import preset
from lab.questions.learn import ANOTHER_COMPUTER
from mlp import TrainConfig, train
from ui.frame.visit import KEY, Visit
from ui.training import confirm, history
from ui.training.cache import cache

pytestmark = pytest.mark.usefixtures("no_timeline")

STARTS = {"sets": ["he_normal", "normal"], "hidden_layer_sizes": "4,4"}
VERDICTS = ("Reproduced", "Differs", "The same experiment", "Another experiment", "Not decided")
SWEEP = {"axis1": "learning_rate", "values1": "0.1 / 1", "axis2": "–"}


def visit(page="decision_boundary", **query):
    return opened(f"pages/{page}.py", query)


def proof(data=FAST_DATA, **changes):
    config = TrainConfig(**FAST_TRAIN | changes)
    return fingerprint.of_network((data, config), list(train(config, load_dataset(data))))


def verdicts(app):
    """The sentences that say whether the link's result came out again."""
    told = [plain(one.value) for one in app.success] + sentences(app)
    return [one for one in told if one.startswith(VERDICTS)]


def test_a_shared_link_ends_with_its_fingerprint_which_follows_the_controls_and_opens_as_reproduced():
    app = visit(**FAST)
    assert sentences(app) == verdicts(app) == []
    assert shared(app)["fingerprint"] == proof().text()
    (link,) = links(hold(app, learning_rate=0.5, activation="gelu"))
    changed = proof(learning_rate=0.5, activation="gelu")
    assert reader.read(link).fingerprint.digest == changed.digest
    (told,) = visit(**query_of(link)).success
    assert plain(told.value).startswith("Reproduced exactly")


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda p: p._replace(digest="0" * 12), "info", "Reproduced within 1e-4"),
        (
            lambda p: p._replace(losses=(p.losses[0], p.losses[1] * 1.5, p.losses[2])),
            "error",
            "Differs by 33.3%",
        ),
    ],
)
def test_who_opens_the_link_sees_whether_it_is_reproduced(change, kind, words):
    app = visit(**FAST, fingerprint=change(proof()).text())
    assert not app.exception
    (told,) = getattr(app, kind)
    assert told.value.replace("\\", "").startswith(words)
    assert "weight seed 0" in told.value.replace("\\", "")


def test_a_fingerprint_of_other_settings_is_another_experiment():
    app = visit(**FAST, fingerprint=proof(learning_rate=0.3).text())
    (told,) = app.error
    assert plain(told.value).startswith(
        "Another experiment: the fingerprint was made with different settings"
    )
    assert charts_of_courses(app) == []


def charts_of_courses(app):
    """The charts of the losses of the link, of this page and of twins."""
    return [chart for chart in charts(app) if "of this page and of twins" in chart.proto.alt]


@pytest.mark.slow
def test_the_question_about_another_computer_is_answered_by_twins_and_a_chart(monkeypatch):
    app = visit()
    app = choose_question(app, ANOTHER_COMPUTER.question, 0)
    assert not app.exception
    assert app.query_params["fingerprint"] == ANOTHER_COMPUTER.changes["fingerprint"]
    (told,) = app.warning
    assert plain(told.value).startswith(
        "The same experiment: rounding has grown from less than 0.001% after "
    )
    assert "3 twins, whose first weights differ in the last bit alone, differ by up to" in plain(told.value)
    assert len(charts_of_courses(app)) == 1
    link = preset.query(ANOTHER_COMPUTER)
    assert [one.value for one in visit(**link).warning] == [told.value], "its link says the same"
    hold(app, learning_rate=0.2)
    assert verdicts(app) == charts_of_courses(app) == []


def test_long_twins_wait_for_a_click_and_the_verdict_is_open_until_then(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", -1.0)
    old = proof(learning_rate=0.2)._replace(experiment=proof(learning_rate=0.25).experiment)
    app = visit(**FAST | {"learning_rate": "0.25"}, fingerprint=old.text())
    assert [plain(one.value).startswith("Not the same: the final") for one in app.warning] == [True]
    assert any(one.value.startswith("Training the twins takes about") for one in app.info)
    press(app, "Start")
    (told,) = app.error
    assert "Rounding does not explain it: 3 twins" in plain(told.value)
    assert len(charts_of_courses(app)) == 1


def test_the_verdict_goes_with_the_first_change_and_takes_the_fingerprint_from_the_address():
    app = visit(**FAST, fingerprint=proof().text())
    assert verdicts(hold(app, view="2")), "a view is no change of the experiment"
    hold(app, noise=0.3)
    assert verdicts(app) == sentences(app) == []
    assert "fingerprint" not in app.query_params
    assert verdicts(hold(app, noise=0.1)), "it is the experiment of the link again"


def test_what_is_no_fingerprint_gets_a_sentence():
    app = visit(**FAST, fingerprint="w_1_2_3")
    (sentence,) = sentences(app)
    assert sentence.startswith("The link's fingerprint cannot be checked: fingerprint is")
    assert "networks reach" in verdict(app)


def test_a_fingerprint_is_not_held_against_another_experiment_than_its_links():
    app = visit(**FAST | {"hidden_layer_sizes": "1000000"}, fingerprint=proof().text())
    assert verdicts(app) == []
    (told,) = [one for one in sentences(app) if "fingerprint" in one]
    assert told.startswith(
        "The link's fingerprint cannot be checked: hidden_layer_sizes asks for 1 hidden layer"
    )


def test_what_has_not_been_trained_has_no_fingerprint_until_it_is_asked_for(untrained):
    app = visit(**FAST | {"init_seed": "31"})
    assert "fingerprint" not in shared(app)
    press(app, "Add the fingerprint")
    assert not app.exception
    assert shared(app)["fingerprint"] == proof(init_seed=31).text()


def test_a_costly_link_is_checked_on_a_click(untrained, monkeypatch):
    from ui.frame import proof as proofs

    monkeypatch.setattr(proofs, "AT_ONCE", -1.0)
    app = visit(**FAST | {"init_seed": "32"}, fingerprint=proof(init_seed=32).text())
    assert verdicts(app) == []
    assert any("The link has a fingerprint" in one.value for one in app.caption)
    press(app, "Train it now")
    assert verdicts(app)[0].startswith("Reproduced exactly")


@pytest.mark.slow
@pytest.mark.parametrize(("seeds", "init_seed"), [("1", 33), ("2", 36)])
def test_a_training_that_went_on_without_keeping_its_weights_is_trained_again_for_its_fingerprint(
    monkeypatch, seeds, init_seed
):
    from ui.frame import proof as proofs

    monkeypatch.setattr(history, "MAX_RUN_BYTES", 1)  # the weights of the last epoch alone are kept
    monkeypatch.setattr(proofs, "AT_ONCE", -1.0)
    query = FAST | {"init_seed": str(init_seed), "seeds": seeds}
    visit(**query | {"seeds": "1", "epochs": "7"})
    visit(**query | {"epochs": "7"})
    ours = proof(init_seed=init_seed)
    app = visit(**query)
    press(app, "Add the fingerprint")
    assert not app.exception
    assert shared(app)["fingerprint"] == ours.text()
    cache().runs.drop(lambda key: key[1][0].epochs == 3)  # forget the second training
    app = visit(**query, fingerprint=ours.text())
    assert verdicts(app) == []
    press(app, "Train it now")
    assert verdicts(app)[0].startswith("Reproduced exactly")
    cache().runs.drop(lambda key: key[1][0].epochs == 3)
    monkeypatch.setattr(proofs, "AT_ONCE", 3.0)
    assert verdicts(visit(**query, fingerprint=ours.text())), "it is cheap"


def test_the_initialization_page_shares_the_fingerprint_of_its_first_start_and_checks_it_untrained():
    one = proof(initializer="he_normal", hidden_layer_sizes=(4, 4))
    app = visit("initialization", **FAST | STARTS, train="true")
    assert shared(app)["fingerprint"] == one.text()
    assert shared(app)["sets"] == STARTS["sets"]
    app = visit("initialization", **FAST | STARTS, fingerprint=one.text())
    assert not app.exception
    assert verdicts(app)[0].startswith("Reproduced exactly"), "it is cheap"
    assert not widget(app, "train").value


def test_a_sweep_shares_and_checks_the_fingerprint_of_all_its_results():
    app = visit("sweeps", **FAST | SWEEP)
    link = shared(app, "axis1")
    assert link["fingerprint"].startswith("2r")
    again = visit("sweeps", **link)
    assert verdicts(again)[0].startswith("Reproduced exactly")
    assert "4 trainings" in verdicts(again)[0]
    hold(again, values1="0.1 / 2")
    assert verdicts(again) == []


LOCK = FAST | {"noise": "0.25", "learning_rate": "0.3", "l2": "0.001", "view": "2"}
LOCK |= {"lock": "1", "open": "learning_rate,init_seed"}
SIDEBAR = {*FIELDS, "seeds", "points"}


def controls(app):
    """The keys of the experiment's controls that are drawn."""
    kinds = (app.slider, app.select_slider, app.selectbox, app.number_input, app.toggle, app.text_input)
    keys = {one.key for kind in kinds for one in kind}
    return keys & (SIDEBAR | {"axis1", "values1", "axis2", "train", "least", "_depth", "_width"})


def assert_linked(app, **changes):
    """The page shows the experiment of LOCK with these changes."""
    query = shared(app)
    data = DataConfig(n_samples=120, noise=0.25)
    train = {"learning_rate": 0.3, "l2": 0.001} | changes
    assert query["fingerprint"] == proof(data, **train).text()
    assert query["seeds"] == "2"
    assert "of 2 networks" in verdict(app)


@pytest.mark.slow
def test_a_locked_link_shows_the_open_controls_keeps_the_others_in_force_and_is_shared_and_reset_as_such():
    app = visit(**LOCK)
    assert not app.exception
    assert sentences(app) == []
    assert controls(app) == {"learning_rate", "init_seed"}
    assert_linked(app)
    assert widget(app, "view").value == "2"
    hold(app, learning_rate=0.5, init_seed=3)
    assert_linked(app, learning_rate=0.5, init_seed=3)
    assert controls(app) == {"learning_rate", "init_seed"}
    assert [one.label for one in app.button if one.label.endswith("?")] == [], "no questions"
    assert not any(getattr(one, "key", None) == "mode" for one in app.get("button_group"))
    query = shared(app)
    assert (query["lock"], query["open"]) == ("1", "learning_rate,init_seed")
    assert (query["noise"], query["learning_rate"], query["l2"]) == ("0.25", "0.5", "0.001")
    assert_linked(visit(**query), learning_rate=0.5, init_seed=3)
    press(hold(app, view="1"), "Reset")
    assert_linked(app)
    assert (widget(app, "learning_rate").value, widget(app, "view").value) == (0.3, "2")


def walk(app, page):
    """Go to a page by the navigation, which empties the address; AppTest leaves it as it is."""
    app.switch_page(f"pages/{page}.py")
    for name in list(app.query_params):
        del app.query_params[name]
    go(app)


def test_a_page_that_is_come_back_to_has_its_experiment():
    app = visit(**FAST)
    walk(app, "derivation")
    walk(app, "decision_boundary")
    assert widget(app, "hidden_layer_sizes").value == "4"


def test_another_page_is_not_locked_the_locked_one_is_found_again_until_a_later_link_without_a_lock():
    app = hold(visit(**LOCK), learning_rate=0.7)
    walk(app, "derivation")
    assert widget(app, "init_seed").value == 0
    assert "lock" not in app.query_params
    assert "init_seed" in app.session_state[KEY].controls
    assert "noise" not in app.session_state[KEY].controls, "which the other page has"
    walk(app, "decision_boundary")
    assert controls(app) == {"learning_rate", "init_seed"}
    assert_linked(app, learning_rate=widget(app, "learning_rate").value)
    walk(app, "derivation")
    app.switch_page("pages/decision_boundary.py")
    for name, text in (FAST | {"noise": "0.35"}).items():
        app.query_params[name] = text
    go(app)
    assert controls(app) >= {"noise", "learning_rate"}
    assert widget(app, "noise").value == 0.35
    assert "lock" not in shared(app)


def test_a_bad_value_of_a_hidden_control_gets_a_sentence_and_the_default():
    app = visit(**LOCK | {"noise": "7", "l2": "weak"})
    assert not app.exception
    found = sentences(app)
    assert len(found) == 2
    assert {name for name in ("noise", "l2") if any(name in one for one in found)} == {"noise", "l2"}
    assert shared(app)["noise"] == "0.1"


@pytest.mark.parametrize(
    ("page", "own", "opened"),
    [
        ("initialization", STARTS, "hidden_layer_sizes"),
        ("sweeps", SWEEP, "values1,noise"),
    ],
)
def test_every_page_with_controls_can_be_locked(page, own, opened):
    free = visit(page, **FAST | own)
    app = visit(page, **FAST | own, lock="1", open=opened)
    assert not app.exception
    assert sentences(app) == sentences(free)
    depth = {"_depth", "_width"} if "hidden_layer_sizes" in opened else set()
    needed = {"train"} if page == "initialization" else set()
    assert controls(app) == set(opened.split(",")) | depth | needed
    assert len(app.get("vega_lite_chart")) == len(free.get("vega_lite_chart"))
    mine, theirs = shared(app), shared(free)
    assert {name: mine.get(name) for name in theirs} == theirs


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "query", "names"),
    [
        ("decision_boundary", FAST | {"mode": "Compare"}, {"Mode", "Compare", "Values to compare"}),
        ("bug_lab", {"mode": "Hunt"}, {"Hunt number"}),
        ("derivation", {}, {"Classes m", "Step of the derivation", "Predict first"}),
        ("gradient_check", {"n_samples": "60", "hidden_layer_sizes": "3"}, {"Scheme", "Error of the sweep"}),
        ("sweeps", {"design": "random"}, {"First field that varies", "Draws", "Fewest parameters"}),
    ],
)
def test_the_controls_that_can_be_left_open_have_labels_and_not_the_names_of_their_parameters(
    page, query, names
):
    app = opened(f"pages/{page}.py", query)
    hold(app, _locking=True)
    offered = widget(app, "_left_open").options
    assert names <= set(offered)
    assert not set(offered) & set(app.session_state[KEY].controls)
    assert len(set(offered)) == len(offered)


def test_the_builder_makes_a_locked_link_of_what_is_on_show():
    app = visit(**FAST, noise="0.25")
    hold(app, _locking=True)
    chosen = widget(app, "_left_open")
    assert {"noise", "learning_rate", "seeds", "mode"} <= set(app.session_state[KEY].controls)
    chosen.set_value(["learning_rate", "noise"])
    go(app)
    free, query = map(query_of, links(app))
    assert (query.pop("lock"), query.pop("open")) == ("1", "noise,learning_rate")
    assert query.items() <= free.items()
    assert controls(visit(**query, lock="1", open="noise,learning_rate")) == {"noise", "learning_rate"}


def test_everything_can_be_taken_home(offered):
    visit(**FAST)
    assert list(offered)[-1] == "Records (.csv)"
    texts = {label: make() for label, (make, _) in offered.items()}
    one = expected(FAST_DATA, 1, **FAST_TRAIN)[0]
    for label in ("Script (.py)", "Notebook (.ipynb)", "Homework (.py)"):
        assert str(float(one.valid_loss)) in texts[label]
    assert "NotImplementedError" in texts["Homework (.py)"]
    weights = np.load(io.BytesIO(texts["Weights (.npz)"]))
    first, second = expected(FAST_DATA, 2, **FAST_TRAIN)
    assert (weights["W1"] == [first.params[0].W, second.params[0].W]).all()
    assert texts["Records (.csv)"].startswith("run,")


def test_what_has_not_been_trained_can_be_taken_home_as_a_script_alone(untrained, offered):
    app = visit(**FAST | {"init_seed": "33"})
    assert not app.exception
    assert "EXPECTED" not in offered["Script (.py)"][0]()
    assert offered["Weights (.npz)"][1]["disabled"]


def test_one_network_that_was_stopped_is_offered_once_and_not_trained_for_its_fingerprint():
    query = {**FAST, "seeds": "1", "init_seed": "813"}
    app = AppTest.from_file(str(ENTRY), default_timeout=60).switch_page("pages/decision_boundary.py")
    train = TrainConfig(init_seed=813, **FAST_TRAIN)
    app.session_state[KEY] = Visit(stopped={"train": (Setup(Experiment(FAST_DATA, train), 1),)})
    for name, value in (query | {"fingerprint": proof().text()}).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert labels(app).count("Go on") == 1
