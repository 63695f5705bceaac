"""The home page: a map to play with, a gallery whose links are whole experiments, the systems replayed."""

import csv
import pathlib
from urllib.parse import parse_qs

import pytest
from visiting import charts, datasets, expected, hold, home, opened, said, text

from data import DataConfig
from lab.links import experiment as share
from lab.links.experiment import Experiment
from lab.questions import rooms
from mlp import TrainConfig
from ui.home import gallery

REPLAYS = pathlib.Path(__file__).resolve().parents[2] / "data" / "replays.csv"


@pytest.fixture(scope="module")
def front():
    """The page as it opens; not to be moved."""
    return home()


def links(app):
    return [one.proto for one in app.get("page_link")]


def query_of(link):
    return {name: values[-1] for name, values in parse_qs(link.query_string, keep_blank_values=True).items()}


def sentence(app):
    return next(one.value for one in app.markdown if "random starts reach" in one.value)


def good(records):
    return f"**{sum(r.valid_accuracy >= 0.95 for r in records)} of 5 random starts reach 95%"


def test_the_map_and_its_sentence_follow_the_controls(front):
    assert sentence(front).startswith(good(expected()))
    app = hold(home(), _units=2, _points="moons")
    data = DataConfig(name="moons")
    assert sentence(app).startswith(good(expected(data, hidden_layer_sizes=(2,))))
    assert datasets(charts(app)[0]) != datasets(charts(front)[0])
    assert "Network 1 after epoch 50" in said(app)[0]
    shown = Experiment.from_query(query_of(links(app)[0]))
    assert shown == Experiment(data, TrainConfig(hidden_layer_sizes=(2,)))


def test_some_twenty_questions_each_with_a_prediction(front):
    asked = [preset for room in rooms.rooms() for preset in room.questions]
    assert 20 <= len(asked) <= 28
    labels = [link.label for link in links(front)]
    captions = [caption.value for caption in front.caption]
    assert [label for label in labels if label in {one.question for one in asked}][: len(asked)] == [
        one.question for one in asked
    ]
    assert all(preset.predict in captions for preset in asked)
    assert len({room.script for room in rooms.rooms()}) == 6


@pytest.mark.parametrize("room", rooms.rooms(), ids=lambda room: room.script)
def test_a_link_states_the_whole_experiment_of_its_question(room, front):
    page = pathlib.Path(room.script).stem
    for preset in room.questions:
        link = next(one for one in links(front) if one.label == preset.question)
        assert link.page == page
        asked = query_of(link)
        for name, value in preset.changes.items():
            if name in share.DATA_FIELDS or (name in share.TRAIN_FIELDS and room.defaults is not None):
                found = Experiment.from_query(asked)
                owner = found.data if name in share.DATA_FIELDS else found.train
                assert getattr(owner, name) == value
            else:
                assert name in asked
        if room.defaults:
            assert {*share.DATA_FIELDS, *share.TRAIN_FIELDS} <= asked.keys()


@pytest.mark.parametrize("script", ["pages/derivation.py", "pages/bug_lab.py", "pages/gradient_check.py"])
def test_a_link_opens_its_page(script, front):
    room = next(room for room in rooms.rooms() if room.script == script)
    app = opened(script, rooms.query(room, room.questions[1]))
    assert not app.exception
    assert not any("link" in one.value or "default" in one.value for one in app.warning)
    assert charts(app)


def test_the_five_systems_have_their_rows_and_links(front):
    said_of = text(front)
    assert [system.letter for system in gallery.SYSTEMS] == list("ABCDE")
    for system in gallery.SYSTEMS:
        assert f"**{system.letter}.**" in said_of
        for _, label, _ in system.links:
            assert label in [link.label for link in links(front)]


def test_the_table_of_replays_is_that_of_the_file(front):
    with REPLAYS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    table = front.dataframe[0].value
    assert table["published"].tolist() == [row["published"] for row in rows]
    assert table["ours, range"].tolist() == [row["ours, range"] for row in rows]
    assert all(row["date"] in text(front) for row in rows)
