"""The bug lab without a browser: what it shows of a bug, and that a hunt gives nothing away."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
import visiting
from visiting import (
    charts,
    hold,
    labels,
    opened,
    parts,
    plain,
    press,
    ruled,
    sentences,
    shared,
    text,
    timeline,
    widget,
)

from data import DataConfig, load_dataset
from lab.bugs import BUGS, DETECTORS, table
from lab.bugs.experiment import NO_VERDICT
from lab.bugs.hunt import NONE, hunt
from mlp import TrainConfig, train
from ui.bug_lab import gallery
from ui.bug_lab import hunt as hunting
from ui.training import confirm

QUICK = {"n_samples": "300", "epochs": "3", "hidden_layer_sizes": "5,5"}
EVERY_TEST = ",".join(DETECTORS)


def visit(**query):
    return opened("pages/bug_lab.py", query)


def hunting_page(number=2, **query):
    return visit(mode="Hunt", hunt=str(number), **query)


@pytest.fixture
def unasked(monkeypatch):
    """All work waits for a click: pages whose work no test needs."""
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 0.0)


def frame_with(app, column):
    found = (visiting.frame_with(chart, column) for chart in charts(app))
    return next(frame for frame in found if frame is not None)


def judged(app):
    """The table under "Which test finds it?", and the tests that it says find the bug."""
    shown = next(one.value for one in app.table if "verdict" in one.value)
    marked = shown["verdict"].str.startswith(table.MARK)
    return shown, {name for name, test in DETECTORS.items() if marked[test.title]}


def code(app):
    return [one.value for one in app.code if one.language == "python"]


def metric(app, label="This hunt is worth"):
    return next(one.value for one in app.metric if one.label == label)


def title_of(answer):
    return hunting.NOTHING_WRONG if answer == NONE else BUGS[answer].title


RIGHT_ANSWER = title_of(hunt(2).answer)
WRONG_ANSWER = next(title for title in hunting.answers() if title != RIGHT_ANSWER)


def answered(app, title):
    number = widget(app, "hunt").value
    return press(hold(app, **{f"_answer_{number}": title}), "Submit")


@pytest.fixture(scope="module")
def first():
    """The page as it opens; not to be moved."""
    return visit()


@pytest.mark.slow
def test_the_first_view_shows_a_bug_beside_the_right_program(first):
    assert not first.exception
    assert sentences(first) == []
    assert len(charts(first)) == 3
    assert BUGS["mean_taken_twice"].title in [one.value for one in first.subheader]
    assert code(first)[:2] == list(BUGS["mean_taken_twice"].lines())[::-1]
    errors = frame_with(first, "relative_error")
    assert errors.groupby("tensor", sort=False).size().to_dict() == {
        "W1": 32, "b1": 16, "W2": 256, "b2": 16, "W3": 32, "b3": 2,
    }  # fmt: skip


@pytest.mark.slow
def test_the_grey_curve_is_that_of_the_engine(first):
    config = TrainConfig(
        hidden_layer_sizes=(16, 16),
        learning_rate=0.3,
        learning_rate_min=0.01,
        schedule="triangular",
        cycle_steps=60,
        l2=0.001,
        epochs=20,
        dtype="float64",
    )
    dataset = load_dataset(DataConfig())
    order = np.argsort(dataset.y_train, kind="stable")
    dataset = dataset._replace(X_train=dataset.X_train[order], y_train=dataset.y_train[order])
    records = [list(train(replace(config, init_seed=k, shuffle_seed=k), dataset)) for k in range(3)]
    curves = frame_with(first, "program").query("program == 'the right program'")
    losses = [[record.train_loss for record in of_seed] for of_seed in records]
    # the engine's data are scaled in float32, the program's in float64
    np.testing.assert_allclose(curves["median"], np.median(losses, axis=0), rtol=1e-3)
    accuracy = np.median([of_seed[-1].valid_accuracy for of_seed in records])
    assert f"the right program {accuracy:.1%} after epoch 20 (median)." in text(first)


def test_the_timeline_has_both_programs_figures_of_each_epoch(first):
    sent = timeline(first)
    assert (sent["epochs"], sent["epoch"], sent["tells"]) == (list(range(21)), 20, True)
    median = frame_with(first, "program").set_index(["epoch", "program"])["median"]
    wrong, right = (median[7, program] for program in ("with the bug", "the right program"))
    assert sent["said"][7].startswith(
        f"Median reported training loss: with the bug {wrong:.3g}; the right program {right:.3g}. "
        "Median validation accuracy: with the bug "
    )
    assert '"at_epoch"' in charts(first)[0].proto.spec, "the curves follow"


@pytest.mark.slow
@pytest.mark.parametrize("query", [{}, {"mode": "Hunt", "hunt": "2"}], ids=["gallery", "hunt"])
def test_a_link_has_the_epoch_at_which_the_rule_stands_also_without_the_timelines_javascript(query, unasked):
    app = press(visit(epoch="2", **QUICK | query), "Train")
    n_epochs = timeline(app)["epochs"][-1]
    for epoch in (2, 1):
        assert timeline(app)["epoch"] == widget(app, "epoch").value == epoch
        assert ruled(charts(app)[0]) == epoch
        hold(app, epoch=1)
    assert widget(app, "epoch").label == f"Epoch, 0 to {n_epochs}"


def test_what_the_page_finds_is_what_the_bug_claims():
    app, bug = visit(bug="own statistics", **QUICK), BUGS["own_statistics"]
    assert not app.exception
    assert judged(app)[1] == set(bug.caught_by)
    tests = "; ".join(DETECTORS[name].title.lower() for name in bug.caught_by)
    verdict = f"**A gradient check does not find it. Found by: {tests}.**"
    assert f"{verdict} {bug.why} {bug.gives_away}" in text(app)
    assert code(app)[0].startswith(f"def {bug.wrong.__name__}(")


def test_where_a_claim_does_not_hold_the_page_says_so_and_so_does_the_test_of_every_bug(monkeypatch):
    few = {key: BUGS[key] for key in ("mean_taken_twice", "factor_two_missing", "mask_of_next_layer")}
    monkeypatch.setattr(gallery, "BUGS", few)
    label, query = "Run every test on every bug, now, on this network", QUICK | {"hidden_layer_sizes": "5"}
    app = press(visit(**query), label)
    assert [one.value for one in app.success] == [
        "Run just now: 2 bugs, 10 tests each; all agree with the table."
    ]
    app = visit(bug="factor two missing", l2="0", **query)
    assert judged(app)[1] == set()
    bug = BUGS["factor_two_missing"]
    verdict = "**On this network no test finds it.**"
    assert f"{verdict} {bug.why} (How you can see it: {bug.gives_away})" in text(app)
    tests = "; ".join(DETECTORS[name].title.lower() for name in bug.caught_by)
    says = "On this network the tests say otherwise."
    assert f"Elsewhere this bug is found by: {tests}. {says}" in sentences(app)
    assert f"On this network the table is wrong about: {bug.title}." in sentences(press(app, label))


def test_a_test_that_condemns_the_right_program_finds_no_bug():
    # where l2 has made the parameters no numbers at all, no check can pass
    app = visit(bug="sawtooth", l2="10", n_samples="1100", epochs="2")
    shown, found = judged(app)
    assert found == {"schedule"}
    assert shown["what it says"][DETECTORS["gradient_check"].title].endswith(NO_VERDICT)
    assert any(one.value.startswith("**A gradient check cannot tell here.") for one in app.markdown)


def test_the_verdicts_can_be_saved_under_their_own_name(offered):
    shown, found = judged(visit(**QUICK, bug="mean taken twice"))
    assert "Records (.csv)" not in offered
    write, how = offered["Verdicts (.csv)"]
    assert how["help"] == "What each test says about this bug, and whether it finds it."
    head, *rows = csv.reader(io.StringIO(write()))
    assert head == ["test", "verdict", "what it says"]
    assert [row[0] for row in rows] == shown.index.tolist()
    finds = {row[0] for row in rows if row[1].startswith(table.MARK)}
    assert finds == {DETECTORS[name].title for name in found}


def test_a_bug_that_needs_more_layers_says_so_where_they_are_too_few(unasked):
    needs = "This bug needs 2 hidden layers to do harm; the network has 1."
    app = visit(**QUICK | {"bug": "mask of next layer", "hidden_layer_sizes": "5"})
    assert needs in sentences(app)
    assert not any("This bug needs" in one for one in sentences(hold(app, hidden_layer_sizes="5,5")))


def test_a_program_that_cannot_run_is_told_in_a_sentence():
    app = visit(bug="last layer first", **QUICK)
    stops = "The program stops: a gradient of shape (5, 2) does not fit weights of shape (2, 5)."
    assert any(sentence.startswith(stops) for sentence in sentences(app))
    assert set(frame_with(app, "program")["program"]) == {"the right program"}


def test_a_hunts_link_is_complete_and_can_be_locked(unasked):
    app = hunting_page(12)
    assert shared(app).items() >= {"mode": "Hunt", "hunt": "12"}.items()
    locked = hunting_page(12, lock="1", open="")
    assert not locked.exception
    assert not locked.number_input
    assert metric(locked) == "100 points"
    assert "Start the next hunt" not in labels(press(locked, "Give up"))


def test_a_hunt_is_scored_from_its_first_instrument_to_the_next_hunt(unasked):
    app = hunting_page()
    assert metric(app) == "100 points"
    app = answered(app, WRONG_ANSWER)
    assert metric(app) == "80 points"
    assert any(plain(WRONG_ANSWER) in sentence for sentence in sentences(app))
    assert metric(answered(app, WRONG_ANSWER)) == "80 points", "the same answer costs once"
    app = press(app, DETECTORS["order"].title)
    assert metric(app) == "75 points"
    app = answered(app, RIGHT_ANSWER)
    assert [one.value for one in app.success] == ["Found, for 75 points."]
    instruments = [one for one in app.button if one.label in {test.title for test in DETECTORS.values()}]
    assert all(button.disabled for button in instruments)
    app = press(app, "Start the next hunt")
    assert widget(app, "hunt").value == 3
    assert [metric(app), metric(app, "Your score")] == ["100 points", "75 points"]
    app = press(app, "Give up")
    assert [metric(app), metric(app, "Your score")] == ["0 points", "75 points"]


def test_a_reload_gives_no_points_back(unasked):
    app = press(answered(hunting_page(), WRONG_ANSWER), DETECTORS["order"].title)
    again = hunting_page(played=app.query_params[hunting.PLAYED] + ",magic")
    allowed = "allowed: hunts such as 12:order,solved, as the page writes them."
    assert f"played holds 'magic'; {allowed}" in sentences(again)
    assert metric(again) == "75 points"
    assert DETECTORS["order"].title not in labels(again)
    assert f"**{DETECTORS['order'].title}**" in [one.value for one in again.markdown]
    played = answered(again, RIGHT_ANSWER).query_params[hunting.PLAYED]
    assert metric(hunting_page(3, played=played, lock="1"), "Your score") == "75 points"


def sent(app):
    """All that the browser is sent."""
    protos = [getattr(part, "proto", None) for part in parts(app)]
    return b"\n".join(proto.SerializeToString() for proto in protos if proto is not None)


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 9])
def test_a_hunt_with_every_instrument_open_gives_nothing_away(number):
    app = hunting_page(number, played=f"{number}:{EVERY_TEST}")
    assert not app.exception
    assert metric(app) == "50 points"
    assert len(charts(app)) == 4
    everything = sent(app)
    for bug in BUGS.values():
        assert everything.count(bug.title.encode()) == 1  # among the answers to choose from
        everything = everything.replace(bug.title.encode(), b"")
    for key, bug in BUGS.items():
        for words in (key, key.replace("_", " "), bug.wrong.__name__, bug.gives_away, bug.why):
            assert words.encode() not in everything
