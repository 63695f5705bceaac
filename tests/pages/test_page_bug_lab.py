"""The bug lab without a browser: what it shows of a bug, and that a hunt gives nothing away."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from visiting import charts, go, hold, opened, parts, plain, press, sentences, text, widget

from data import DataConfig, load_dataset
from lab.bugs import BUGS, DETECTORS, table
from lab.bugs.hunt import NONE, hunt
from lab.links.experiment import Experiment
from lab.questions.verify import BUG_LAB
from mlp import TrainConfig, train
from ui.bug_lab import hunt as hunting
from ui.bug_lab import trials

QUICK = {"n_samples": "300", "epochs": "3", "hidden_layer_sizes": "5,5"}


def visit(**query):
    return opened("pages/bug_lab.py", query)


def frames(chart):
    return [convert_arrow_bytes_to_pandas_df(dataset.data.data) for dataset in chart.proto.datasets]


def frame_with(app, column):
    return next(f for chart in charts(app) for f in frames(chart) if column in f)


def judged(app):
    """{test: verdict} of the table under "Which test finds it?"."""
    return next(one.value for one in app.table if "verdict" in one.value)["verdict"].to_dict()


@pytest.fixture(scope="module")
def first():
    """The page as it opens; not to be moved."""
    return visit()


def test_the_first_view_shows_a_bug_beside_the_right_program(first):
    assert not first.exception
    assert sentences(first) == []
    assert len(charts(first)) == 3
    assert BUGS["mean_taken_twice"].title in [one.value for one in first.subheader]
    right, wrong = BUGS["mean_taken_twice"].lines()
    assert [one.value for one in first.code if one.language == "python"][:2] == [right, wrong]


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
    losses = [
        [record.train_loss for record in train(replace(config, init_seed=k, shuffle_seed=k), dataset)]
        for k in range(3)
    ]
    shown = frame_with(first, "program").query("program == 'without' and quantity == 'loss'")
    # the engine's data are scaled in float32, the program's in float64
    np.testing.assert_allclose(shown["median"], np.median(losses, axis=0), rtol=1e-3)


def test_the_map_shows_every_entry_and_the_ratio_of_one_over_k(first):
    frame = frame_with(first, "relative_error")
    assert frame.groupby("tensor", sort=False).size().to_dict() == {
        "W1": 32, "b1": 16, "W2": 256, "b2": 16, "W3": 32, "b3": 2,
    }  # fmt: skip
    bias = frame[(frame["tensor"] == "b3")]
    np.testing.assert_allclose(bias["analytic"] / bias["numeric"], 1 / 16, rtol=1e-6)


@pytest.mark.parametrize("key", ["constant_in_log", "own_statistics", "updated_too_early"])
def test_what_the_page_finds_is_what_the_bug_claims(key):
    app = visit(bug=key.replace("_", " "), **QUICK)
    assert not app.exception
    found = {name for name in DETECTORS if judged(app)[DETECTORS[name].title].startswith(table.MARK)}
    assert found == set(BUGS[key].caught_by)
    says = next(one.value for one in app.markdown if one.value.startswith("**A gradient check "))
    assert says.startswith("**A gradient check finds it.") == ("gradient_check" in BUGS[key].caught_by)
    assert [one.value for one in app.code if one.language == "python"][1].startswith(
        f"def {BUGS[key].wrong.__name__}("
    )


def test_every_test_is_run_on_every_bug_on_request():
    app = press(visit(**QUICK), "Run every test on every bug, now, on this network")
    assert [one.value for one in app.success] == [
        f"Run just now: {len(BUGS)} bugs, {len(DETECTORS)} tests each; all as in the table."
    ]


def test_where_a_claim_does_not_hold_the_page_says_so():
    app = visit(bug="factor two missing", l2="0", **QUICK)
    assert not any(verdict.startswith(table.MARK) for verdict in judged(app).values())
    assert "On this network no test finds it." in text(app)
    assert any("Elsewhere this bug is found by" in sentence for sentence in sentences(app))


def test_a_test_that_condemns_the_right_program_finds_no_bug():
    # where l2 has made the parameters no numbers at all, no check can pass
    app = visit(bug="sawtooth", l2="10", n_samples="1100", epochs="2")
    found = {title for title, verdict in judged(app).items() if verdict.startswith(table.MARK)}
    assert found == {DETECTORS["schedule"].title}
    says = next(one.value for one in app.table if "verdict" in one.value)["what it says"]
    assert says[DETECTORS["gradient_check"].title].endswith(trials.NO_VERDICT)
    assert any(one.value.startswith("**A gradient check tells nothing here.") for one in app.markdown)


def test_a_bug_that_cannot_be_seen_is_not_said_to_show():
    bug = BUGS["slope_at_rounded"]
    assert f"(Where it can be seen: {bug.gives_away})" in text(
        visit(bug="slope at rounded", activation="identity", **QUICK)
    )
    assert f"{bug.why} {bug.gives_away}" in text(visit(bug="slope at rounded", activation="tanh", **QUICK))


def test_a_hunts_link_is_complete_and_can_be_locked():
    app = visit(mode="Hunt", hunt="12")
    link = next(one.value for one in app.code if "hunt=12" in one.value)
    assert dict(parse_qsl(urlsplit(link).query)).items() >= {"mode": "Hunt", "hunt": "12"}.items()
    locked = visit(mode="Hunt", hunt="12", lock="1", open="")
    assert not locked.exception
    assert not locked.number_input
    assert metric(locked, "This hunt is worth") == "100 points"
    assert not any(button.label == "Next hunt" for button in press(locked, "Give up").button)


def test_a_program_that_cannot_run_is_told_in_a_sentence():
    app = visit(bug="last layer first", **QUICK)
    stops = "The program stops: a gradient of shape (5, 2) does not fit weights of shape (2, 5)."
    assert any(sentence.startswith(stops) for sentence in sentences(app))
    assert set(frame_with(app, "program")["program"]) == {"without"}


def test_a_program_that_diverges_is_told_in_a_sentence():
    app = visit(bug="mask forgotten", learning_rate="10", l2="1", **QUICK)
    assert not app.exception
    assert any("diverge, by epoch" in sentence for sentence in sentences(app))


def test_a_question_sets_every_control():
    app = visit(bug="two images", epochs="2", n_samples="300")
    for question in BUG_LAB[:4]:
        app = press(app, question.question)
        assert not app.exception
        assert widget(app, "epochs").value == 20
        for name, value in question.changes.items():
            expected = ",".join(map(str, value)) if isinstance(value, tuple) else value
            assert str(widget(app, name).value) == str(expected if expected != 0.0 else "0")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"epochs": "5000"}, "the bug lab trains 100 at most"),
        ({"n_samples": "19000"}, "the bug lab takes 4000 at most"),
        ({"l2": "0.1,0.2,0.3"}, "takes one L2 penalty"),
        ({"hidden_layer_sizes": "9000,9000"}, "The default is used instead"),
        ({"hidden_layer_sizes": "<b>"}, "The default is used instead"),
        ({"learning_rate": "nan"}, "learning_rate"),
    ],
    ids=str,
)
def test_what_a_link_cannot_have_is_told_in_a_sentence(query, words):
    app = visit(**{"epochs": "2", "n_samples": "200"} | query)
    assert not app.exception
    assert any(words in sentence for sentence in sentences(app))
    assert charts(app)


@pytest.mark.parametrize(
    "query", [{"bug": "no such bug"}, {"mode": "Nothing"}, {"mode": "Hunt", "hunt": "-4"}, {"hunt": "many"}]
)
def test_a_choice_that_is_not_there_is_the_default(query):
    app = visit(**query, **QUICK)
    assert not app.exception
    assert charts(app)


def answered(app, title):
    number = widget(app, "hunt").value
    app = hold(app, **{f"_answer_{number}": title})
    return press(app, "This is it")


def title_of(number):
    answer = hunt(number).answer
    return hunting.NOTHING_WRONG if answer == NONE else BUGS[answer].title


def metric(app, label):
    return next(one.value for one in app.metric if one.label == label)


def test_a_hunt_is_scored():
    app = visit(mode="Hunt", hunt="2")
    assert metric(app, "This hunt is worth") == "100 points"
    wrong = next(title for title in hunting.answers() if title != title_of(2))
    app = answered(app, wrong)
    assert metric(app, "This hunt is worth") == "80 points"
    assert any(plain(wrong) in sentence for sentence in sentences(app))
    app = press(app, DETECTORS["order"].title)
    assert metric(app, "This hunt is worth") == "75 points"
    app = answered(app, title_of(2))
    assert [one.value for one in app.success] == ["Found, for 75 points."]
    assert metric(app, "Your score") == "75 points"
    app = press(app, "Next hunt")
    assert widget(app, "hunt").value == 3
    assert metric(app, "This hunt is worth") == "100 points"
    assert metric(app, "Your score") == "75 points"
    assert metric(press(app, "Give up"), "Your score") == "75 points"


def test_the_same_wrong_answer_costs_once():
    wrong = next(title for title in hunting.answers() if title != title_of(2))
    app = answered(answered(visit(mode="Hunt", hunt="2"), wrong), wrong)
    assert metric(app, "This hunt is worth") == "80 points"


def test_a_reload_gives_no_points_back():
    wrong = next(title for title in hunting.answers() if title != title_of(2))
    app = press(answered(visit(mode="Hunt", hunt="2"), wrong), DETECTORS["order"].title)
    assert metric(app, "This hunt is worth") == "75 points"
    played = app.query_params[hunting.PLAYED]
    again = visit(mode="Hunt", hunt="2", played=played)
    assert metric(again, "This hunt is worth") == "75 points"
    assert DETECTORS["order"].title not in [button.label for button in again.button]
    assert f"**{DETECTORS['order'].title}**" in [one.value for one in again.markdown]
    again = answered(again, title_of(2))
    played = again.query_params[hunting.PLAYED]
    for number, lock in (("2", {}), ("3", {}), ("2", {"lock": "1"})):
        assert metric(visit(mode="Hunt", hunt=number, played=played, **lock), "Your score") == "75 points"


def test_what_an_address_says_of_hunts_and_cannot_be_read_is_named():
    app = visit(mode="Hunt", hunt="2", played="2:order,magic;<b>")
    assert not app.exception
    assert sentences(app) == [
        "played holds 'magic'; allowed: hunts such as 12:order,solved, as the page writes them."
    ]
    assert metric(app, "This hunt is worth") == "95 points"


def sent(app):
    """All that the browser is sent."""
    protos = [getattr(part, "proto", None) for part in parts(app)]
    return b"\n".join(proto.SerializeToString() for proto in protos if proto is not None)


@pytest.mark.parametrize("number", [2, 4, 9])
def test_a_hunt_gives_nothing_away(number):
    app = visit(mode="Hunt", hunt=str(number))
    for title in (DETECTORS["order"].title, DETECTORS["large_logits"].title):
        app = press(app, title)
    assert not app.exception
    everything = sent(app)
    for bug in BUGS.values():
        assert everything.count(bug.title.encode()) == 1  # among the answers to choose from
        everything = everything.replace(bug.title.encode(), b"")
    for key, bug in BUGS.items():
        for words in (key, key.replace("_", " "), bug.wrong.__name__, bug.gives_away, bug.why):
            assert words.encode() not in everything


def test_a_hunts_instruments_all_open():
    app = visit(mode="Hunt", hunt="4")
    for title in [test.title for test in DETECTORS.values()]:
        app = press(app, title)
        assert not app.exception
    assert metric(app, "This hunt is worth") == "50 points"
    assert len(charts(app)) == 4
    assert go(app).metric[0].value == "50 points"


def test_a_link_states_the_whole_experiment():
    app = visit(bug="sawtooth", **QUICK)
    link = next(one.value for one in app.code if "hidden_layer_sizes" in one.value)
    assert "bug=sawtooth" in link
    again = Experiment.from_query(dict(parse_qsl(urlsplit(link).query)))
    assert again.train.hidden_layer_sizes == (5, 5)
    assert again.train.schedule == "triangular"
    assert again.data == DataConfig(n_samples=300)
