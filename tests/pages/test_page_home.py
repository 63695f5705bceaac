"""The home page: a map to play with, a gallery whose links are whole experiments, the systems replayed."""

from urllib.parse import parse_qs, urlencode

import pytest
from visiting import (
    charts,
    datasets,
    expected,
    frame_with,
    hold,
    home,
    payload,
    query_of,
    said,
    text,
    timeline,
)

from data import DataConfig, load_dataset
from lab.links.experiment import Experiment
from lab.questions import rooms
from mlp import TrainConfig, train
from ui.home import SYSTEMS

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
    return f"the first of 5 random starts, {n} of which reach 95%"


def test_the_map_and_its_sentence_follow_the_controls(front):
    assert not front.exception
    assert [one.value.endswith("?") for one in front.title] == [True]
    assert good(expected()) in sentence(front)
    app = hold(home(), _units=2, _points="moons")
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
    for chart in (board, units):
        pictures = frame_with(chart, "picture")
        assert pictures["epoch"].tolist() == told["epochs"]
        assert pictures["picture"].nunique() > 45, "they change as it learns"
    frame = frame_with(curve, "accuracy")
    alone = list(train(TrainConfig(), load_dataset(DataConfig())))
    for column in ("loss", "accuracy"):
        values = [getattr(record, f"valid_{column}") for record in alone]
        assert frame[column].tolist() == pytest.approx(values, rel=1e-4)


def test_every_question_is_a_link_to_its_experiment_with_a_prediction(front):
    asked = {question.question for _, question in QUESTIONS}
    shown = [link for link in page_links(front) if link.label in asked][: len(QUESTIONS)]
    assert [link.label for link in shown] == [question.question for _, question in QUESTIONS]
    predictions = {question.predict for _, question in QUESTIONS}
    assert predictions <= {caption.value for caption in front.caption}
    for link, (room, question) in zip(shown, QUESTIONS, strict=True):
        assert f"pages/{link.page}.py" == room.script
        query = parse_qs(link.query_string, keep_blank_values=True)
        assert query == parse_qs(urlencode(rooms.query(room, question), doseq=True), keep_blank_values=True)


def test_the_five_systems_have_their_rows_and_page_links(front):
    said_of = text(front)
    assert [system.letter for system in SYSTEMS] == list("ABCDE")
    for system in SYSTEMS:
        assert f"**{system.letter}.**" in said_of
        for _, label, _ in system.links:
            assert label in [link.label for link in page_links(front)]
