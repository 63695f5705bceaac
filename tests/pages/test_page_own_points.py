"""Points of one's own: from nothing, by steps that make no sense, to a network."""

import pytest
from visiting import (
    assert_says,
    charts,
    expected,
    frame_with,
    hold,
    labels,
    links,
    press,
    query_of,
    said,
    sentences,
    shared,
    text,
    verdict,
    visit,
    widget,
)

from data import DataConfig, parse_points
from ui.sidebar import own_data

EXAMPLE = DataConfig(name="own_points", points=own_data.EXAMPLE)
OWN = {"name": "own_points", "epochs": "3", "seeds": "2"}
GRID = ";".join(f"{i % 20 / 5:g},{i // 20 / 5:g},{int(i % 20 > 9)}" for i in range(500))
TOO_MANY = "\n".join(f"{i % 100},{i // 100},{i % 2}" for i in range(10_000))


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ("0,0,1;1,1,1;2,2,1;3,3,1;4,4,1;5,5,1", ["all of one class;"]),
        (
            "<script>alert(1)</script>",
            ["row 1 is '<script>alert(1)</script>'", "has no examples yet"],
        ),
    ],
    ids=lambda value: value[:20],
)
def test_what_cannot_be_trained_on_yet_gets_a_sentence_each_and_a_map_to_click(points, told):
    app = visit(**OWN, points=points)
    assert not app.exception
    for sentence, words in zip(sentences(app), told, strict=True):
        assert words in sentence
        assert len(sentence) < 300
    (canvas,) = charts(app)
    assert "click" in canvas.proto.alt.lower()
    assert {"Undo", "Clear", "Use an example"} <= set(labels(app))
    assert app.subheader, "the rest of the page is there"


@pytest.mark.parametrize(
    ("points", "why"),
    [
        ("", "own_points has no examples yet; training needs at least two classes."),
        ("0,0,1;1,1,1;2,2,1", "own_points has 2 of 3 examples, all of one class; training needs"),
        (own_data.EXAMPLE, ""),
    ],
)
def test_scripts_are_offered_for_points_that_can_be_trained_on(offered, points, why):
    app = visit(**OWN, points=points)
    scripts = [offered[label][1].get("disabled") for label in ("Script (.py)", "Notebook (.ipynb)")]
    assert scripts == [bool(why)] * 2
    assert ("There is no script to export: " in text(app)) == bool(why)
    assert why in text(app)
    assert "The script will train it" not in text(app)


def test_a_batch_larger_than_the_set_is_the_whole_set_and_the_curves_before_are_drawn_behind():
    app = visit(**OWN, points=own_data.EXAMPLE)
    assert not app.exception
    assert sentences(app) == []
    assert widget(app, "batch_size").value == 32 > len(parse_points(own_data.EXAMPLE))
    assert_says(app, expected(EXAMPLE, 2, epochs=3, batch_size=0))
    n_frames = len(charts(app)[1].proto.datasets)
    hold(app, learning_rate=0.5)
    assert len(charts(app)[1].proto.datasets) > n_frames


def test_the_example_trains_and_undo_and_clear_take_it_back():
    app = visit(**OWN)
    hold(app, points=TOO_MANY)
    assert not app.exception
    refused, waiting = sentences(app)
    assert "longer than 500 points" in refused
    assert "no examples yet" in waiting, "the empty box from before is kept"
    assert widget(app, "points").value == ""
    press(app, "Use an example")
    assert "networks reach" in verdict(app)
    assert parse_points(widget(app, "points").value) == parse_points(own_data.EXAMPLE)
    press(app, "Undo")
    assert parse_points(widget(app, "points").value) == parse_points(own_data.EXAMPLE)[:-1]
    press(app, "Clear")
    assert not app.exception
    assert widget(app, "points").value == ""
    assert "no examples yet" in sentences(app)[0]
    press(app, "Undo")
    assert not app.exception
    assert widget(app, "points").value == ""


@pytest.mark.slow
def test_a_message_with_the_text_from_before_a_click_takes_no_point_back_and_a_typed_text_holds():
    rows = own_data.EXAMPLE.split(";")
    app = visit(**OWN, points=own_data.EXAMPLE)
    app = press(app, "Undo")
    widget(app, "points").set_value(own_data.EXAMPLE)  # as the browser has it until the answer arrives
    app = press(app, "Undo")
    assert widget(app, "points").value == ";".join(rows[:-2])
    typed = ";".join(rows[2:])
    app = hold(app, points=typed)
    assert widget(app, "points").value == typed
    app = press(app, "Undo")
    assert widget(app, "points").value == ";".join(rows[2:-1])


def test_an_odd_set_of_points_trains_too():
    points = "-100,-100,0;100,100,5;0,100,0;0,100,5"
    app = visit(**OWN, points=points, split="100/0/0")
    assert not app.exception
    data = DataConfig(name="own_points", points=points, split="100/0/0")
    assert_says(app, expected(data, 2, epochs=3, batch_size=0), "train")


@pytest.mark.slow
def test_any_labels_are_classes_on_the_map_and_to_be_placed_and_an_old_link_keeps_its_third():
    labelled = own_data.EXAMPLE.replace(",0;", ",7;").replace(",1;", ",-1;")[:-1] + "-1"
    app = visit(**OWN, points=labelled)
    assert sentences(app) == []
    assert_says(app, expected(DataConfig(name="own_points", points=labelled), 2, epochs=3, batch_size=0))
    assert widget(app, "_class").options == ["-1", "0", "1", "2", "3", "7"]
    assert widget(app, "_class").value == "-1"
    assert set(frame_with(charts(app)[0], "predicted")["predicted"]) <= {"-1", "7"}, "by name"
    assert query_of(links(app)[0])["v"] == "2"
    points = own_data.EXAMPLE.replace(",1;", ",2;")[:-1] + "2"
    old = visit(**OWN, points=points, v="1")
    assert widget(old, "points").value == f"{points};,,1"
    assert_says(
        old, expected(DataConfig(name="own_points", points=f"{points};,,1"), 2, epochs=3, batch_size=0)
    )
    parameters = {metric.label: metric.value for metric in old.metric}["parameters"]
    assert parameters == f"{2 * 16 + 16 + 16 * 3 + 3}", "three outputs"
    assert shared(old)["points"] == f"{points};,,1"


def test_points_wait_for_the_visitor_who_tries_another_dataset():
    app = visit(**OWN, points=own_data.EXAMPLE)
    hold(app, name="moons")
    assert "networks reach" in verdict(app)
    assert widgets(app).isdisjoint({"points"})
    hold(app, name="own_points")
    assert parse_points(widget(app, "points").value) == parse_points(own_data.EXAMPLE)


def widgets(app):
    return {one.key for one in app.text_area}


def test_undo_takes_the_last_point_and_keeps_the_row_that_cannot_be_read():
    app = visit(**OWN, points="2,2,0;1,1,0;oops")
    press(app, "Undo")
    assert widget(app, "points").value == "2,2,0;oops"
    press(press(app, "Undo"), "Undo")
    assert widget(app, "points").value == "oops"
    assert widget(press(app, "Clear"), "points").value == ""


@pytest.mark.parametrize("lock", [{}, {"lock": "1"}])
def test_rows_that_cannot_be_read_are_named_and_the_others_train(lock):
    text = f"{own_data.EXAMPLE};a;b;c;d;e"
    app = visit(**OWN, **lock, points=text)
    named = "points, row 17 is 'a'; row 18 is 'b'; row 19 is 'c'; and 2 more rows cannot be read; "
    allowed = "allowed: x,y,label with x and y from -100 to 100 and a whole number as the label."
    assert sentences(app) == [f"{named}{allowed} The other 16 rows are used."]
    assert_says(app, expected(EXAMPLE, 2, epochs=3, batch_size=0))
    if lock:
        assert widgets(app) == set()
        assert not {"Undo", "Clear", "Use an example"} & set(labels(app))
        assert not any("click" in one.lower() for one in said(app))
    else:
        assert widget(app, "points").value == text, "to be mended where it stands"


def test_a_locked_link_without_points_leaves_the_box_and_the_map_to_the_student():
    app = visit(**OWN, lock="1")
    assert widgets(app) == {"points"}
    press(app, "Use an example")
    assert_says(app, expected(EXAMPLE, 2, epochs=3, batch_size=0))
