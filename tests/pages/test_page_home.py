"""The home page: a map to play with, a gallery whose links are whole experiments, the systems replayed."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from linear import pixels
from visiting import (
    charts,
    choose_question,
    datasets,
    expected,
    frame_with,
    hold,
    home,
    payload,
    press,
    query_of,
    said,
    text,
    timeline,
    widget,
)

from data import DataConfig, load_dataset
from lab.links.experiment import Experiment
from lab.questions import rooms
from lab.questions.learn import TWO_UNITS
from lab.questions.score import answerable
from mlp import TrainConfig, train
from ui.home import SYSTEMS, learning

QUESTIONS = [(room, question) for room in rooms.rooms() for question in room.questions]


@pytest.fixture(scope="module")
def front():
    """The page as it opens; not to be moved."""
    return home()


def page_links(app):
    return [one.proto for one in app.get("page_link")]


def sentence(app):
    return next(one.value for one in app.markdown if "random starts" in one.value)


def good(records):
    n = sum(r.valid_accuracy >= 0.95 for r in records)
    which = "none" if n == 0 else "all" if n == 5 else n
    return f"the first of 5 random starts, {which} of which {'reaches' if n == 1 else 'reach'} 95%"


@pytest.mark.parametrize(
    ("n_good", "words"),
    [
        (0, "none of which reach"),
        (1, "1 of which reaches"),
        (2, "2 of which reach"),
        (3, "all of which reach"),
    ],
)
def test_the_verb_agrees_with_the_number_of_good_starts(n_good, words):
    records = [SimpleNamespace(diverged=False, valid_accuracy=0.5 + 0.5 * (n < n_good)) for n in range(3)]
    assert f", {words} 95%" in learning._starts(records)


def test_the_map_and_its_sentence_follow_the_controls(front):
    assert not front.exception
    assert [one.value.endswith("?") for one in front.title] == [True]
    assert good(expected()) in sentence(front)
    app = hold(home(), _units=2, _round_points="moons")
    data = DataConfig(name="moons")
    assert good(expected(data, hidden_layer_sizes=(2,))) in sentence(app)
    assert datasets(charts(app)[0]) != datasets(charts(front)[0])
    assert "Network 1 after epoch 50" in said(app)[0]
    shown = Experiment.from_query(query_of("?" + page_links(app)[0].query_string))
    assert shown == Experiment(data, TrainConfig(hidden_layer_sizes=(2,)))


def test_the_network_learns_by_itself_with_its_loss_accuracy_and_units(front):
    told = timeline(front)
    assert told["plays"]
    assert not told["tells"]
    assert told["epochs"] == list(range(51))
    assert told["epoch"] == 50
    assert payload(front) + len(str(told)) < 400_000
    board, curve, units = charts(front)[:3]
    (reel,) = frame_with(board, "picture").to_dict("records")
    assert reel["epochs"].split(",") == [str(epoch) for epoch in told["epochs"]]
    assert len({one.tobytes() for one in np.split(pixels(reel["picture"]), 51)}) > 45, (
        "it changes as it learns"
    )
    pictures = frame_with(units, "picture")
    assert pictures["epoch"].tolist() == told["epochs"]
    assert pictures["picture"].nunique() > 45
    frame = frame_with(curve, "accuracy")
    alone = list(train(TrainConfig(), load_dataset(DataConfig())))
    for column in ("loss", "accuracy"):
        values = [getattr(record, f"valid_{column}") for record in alone]
        assert frame[column].tolist() == pytest.approx(values, rel=1e-4)


def test_every_question_without_choices_is_a_link_to_its_experiment_with_a_prediction(front):
    links = {link.label: link for link in page_links(front)}
    captions = {caption.value for caption in front.caption}
    for room, question in QUESTIONS:
        if getattr(question, "choices", ()):
            continue
        assert question.predict in captions
        link = links[question.question]
        assert f"pages/{link.page}.py" == room.script
        query = parse_qs(link.query_string, keep_blank_values=True)
        assert query == parse_qs(urlencode(rooms.query(room, question), doseq=True), keep_blank_values=True)


@pytest.mark.slow
def test_a_question_is_answered_before_its_experiment_opens_and_is_counted_once():
    app = home()
    pills = {one.label.split("**")[1]: one for one in app.get("button_group") if "**" in one.label}
    asked = [question.question for _, question in QUESTIONS if getattr(question, "choices", ())]
    assert {*pills} == {*asked, TWO_UNITS.question}
    app = pills[TWO_UNITS.question].set_value(2).run()
    assert not app.exception
    assert any(one.value.startswith(f"**{TWO_UNITS.question}**") for one in app.markdown)
    assert widget(app, "hidden_layer_sizes").value == "2"
    n_good = sum(record.valid_accuracy >= 0.95 for record in expected(hidden_layer_sizes=(2,)))
    assert n_good == 0
    assert "You said: All of them.] The engine finds: **None of them**. 0 of 5 random starts" in text(app)
    score = f"1 of {len(answerable())} questions explored; your one prediction was wrong."
    assert score in text(app)
    app = choose_question(hold(app, noise=0.2), TWO_UNITS.question, 0)
    assert "**None of them: right.**" in text(app)
    assert score in text(app), "the first answer counts"
    app = hold(app, learning_rate=0.05)
    assert "You have changed the experiment." in text(app)
    assert "The engine finds" not in text(press(app, "Close"))


def test_the_five_systems_have_their_rows_and_page_links(front):
    said_of = text(front)
    assert [system.letter for system in SYSTEMS] == list("ABCDE")
    for system in SYSTEMS:
        assert f"**{system.letter}.**" in said_of
        for _, label, _ in system.links:
            assert label in [link.label for link in page_links(front)]
