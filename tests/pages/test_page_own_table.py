"""A visitor's own table in the sidebar: pasted, read, told and chosen; or refused, and nothing is lost."""

import csv
import hashlib
import io
import pathlib

import numpy as np
import pyarrow as pa
import pytest
from visiting import (
    FAST,
    assert_says,
    expected,
    go,
    hold,
    links,
    ok,
    opened,
    press,
    said,
    sentences,
    shared,
    text,
    visit,
    widget,
)

import lab.__main__ as terminal
from data import DataConfig, keep_table, table_choices, with_table_choices
from lab.exports import experiment
from ui.sidebar import own_table

ROWS = "height,colour,kind\n" + "".join(
    f"{k % 7 + 3 * (k % 2)},{'red' if k % 3 else 'blue'},{'ab'[k % 2]}\n" for k in range(40)
)
TRAINED = {"epochs": 3, "hidden_layer_sizes": (4,)}
START = FAST | {"name": "own_table"}
SCRIPTS = ("Script (.py)", "Notebook (.ipynb)", "Homework (.py)")


def pasted(app, rows):
    widget(app, "_pasted_table").set_value(rows)
    return press(app, "Use this table")


def test_a_table_that_is_pasted_is_told_trained_on_and_shared():
    app = visit(**START)
    assert sentences(app) == [own_table.FIRST]
    assert_says(app, expected(DataConfig(n_samples=120), 2, **TRAINED))
    ok(pasted(app, ROWS))
    points = keep_table(ROWS.encode())
    assert_says(app, expected(DataConfig(name="own_table", points=points), 2, batch_size=0, **TRAINED))
    whole = text(app)
    assert "40 rows, 3 inputs, 2 classes. Always guessing the most common class gets 50.0%" in whole
    assert "**height**: number. Numbers from 0 to 9." in whole
    assert "**colour**: text. 2 texts, each an input of 0 or 1: blue, red." in whole
    assert "**kind**: class. 2 classes: a (20), b (20)." in whole
    assert "The network takes the 3 features of an example" in whole
    link = shared(app)
    assert (link["name"], link["points"]) == ("own_table", points)
    assert terminal.main([next(iter(links(app)))]) == 0


@pytest.mark.slow
def test_the_column_of_classes_is_chosen_and_a_choice_that_cannot_be_read_leaves_the_table_as_it_was():
    app = pasted(visit(**START), ROWS)
    hold(app, _table_target="colour")
    points = with_table_choices(keep_table(ROWS.encode()), target="colour")
    assert widget(app, "points").value == points
    assert "**colour**: class. 2 classes: blue (14), red (26)." in text(app)
    hold(app, _table_header="no")
    (sentence,) = sentences(app)
    assert sentence.startswith("target is 'colour'; allowed: a column: column 1, column 2, column 3.")
    assert widget(app, "points").value == points
    assert widget(app, "_table_header").value == "guess"
    hold(app, _table_missing="median")
    assert table_choices(widget(app, "points").value)["missing"] == "median"
    assert sentences(app) == []


@pytest.mark.slow
def test_a_column_called_guessed_is_chosen_like_any_other():
    rows = ROWS.replace("colour", "guessed")
    app = pasted(visit(**START), rows)
    assert "**kind**: class." in text(app)
    hold(app, _table_target="guessed")
    assert widget(app, "points").value == with_table_choices(keep_table(rows.encode()), target="guessed")
    assert "**guessed**: class. 2 classes: blue (14), red (26)." in text(app)
    assert widget(app, "_table_target").value == "guessed"
    hold(app, _table_target="")
    assert widget(app, "points").value == keep_table(rows.encode())
    assert "**kind**: class." in text(app)


def test_a_table_that_cannot_be_used_gets_its_sentence_and_the_one_before_stays():
    app = pasted(visit(**START), ROWS)
    points = widget(app, "points").value
    pasted(app, "<html><body>1,2</body></html>")
    (sentence,) = sentences(app)
    assert "a web page" in sentence
    assert widget(app, "points").value == points
    assert "40 rows" in text(app)
    # one whose class cannot be guessed can be read once it is chosen
    pasted(app, "a,b\n" + "".join(f"{k}.5,{k}.25\n" for k in range(30)))
    assert "No column is taken as the class" in sentences(app)[0]
    assert widget(app, "points").value == points


def test_the_example_is_of_the_irises():
    with open(pathlib.Path(__file__).parents[2] / "data" / "iris.csv", encoding="utf-8", newline="") as file:
        irises = [dict(row) for row in csv.DictReader(file)]
    for row in csv.DictReader(own_table.EXAMPLE.splitlines()):
        assert any(
            float(one["petal length (cm)"]) == float(row["petal length (cm)"])
            and float(one["petal width (cm)"]) == float(row["petal width (cm)"])
            and one["species"] == row["species"]
            for one in irises
        )


@pytest.mark.slow
def test_points_are_not_taken_for_a_table_nor_a_table_for_points():
    app = visit(**FAST, name="own_points")
    hold(app, points="0,0,0;1,1,1;0,1,0;1,0,1")
    hold(app, name="own_table")
    assert sentences(app) == [own_table.FIRST]
    assert widget(app, "points").value == ""
    press(app, "Use an example")
    assert sentences(app) == []
    hold(app, name="circles")
    hold(app, name="own_points")
    assert not app.exception
    assert widget(app, "points").value == ""


def test_a_locked_link_shows_its_table_and_no_box_for_another():
    points = keep_table(ROWS.encode(), target="colour")
    app = ok(visit(**START, points=points, lock="1", open="learning_rate"))
    assert "**colour**: class. 2 classes: blue (14), red (26)." in text(app)
    keys = [getattr(part, "key", None) for part in (*app.text_area, *app.text_input, *app.selectbox)]
    assert not {"_pasted_table", "points", "_table_target"} & {*keys}


def test_no_name_in_a_table_is_a_formula_in_what_a_chart_offers_as_csv():
    rows = "=f1,g,kind\n" + "".join(f"{k % 7 - 3},{k % 5},{('+y', '@b', '-x')[k % 3]}\n" for k in range(60))
    app = visit(**START, points=keep_table(rows.encode()))
    sent = [one for chart in app.get("vega_lite_chart") for one in chart.proto.datasets]
    columns = [column for one in sent for column in pa.ipc.open_stream(one.data.data).read_all().columns]
    texts = {text for column in columns for text in column.to_pylist() if isinstance(text, str)}
    assert {"'+y", "'@b", "'-x"} <= texts
    assert texts.isdisjoint(["+y", "@b", "-x", "=f1"])


def test_a_link_to_a_larger_table_asks_for_its_file_and_offers_no_script(offered):
    digest = hashlib.sha256(b"not here").hexdigest()
    app = visit(**START, points=digest)
    (sentence,) = sentences(app)
    assert sentence.startswith(f"own_table needs the file whose sha256 begins with {digest[:12]}…; upload it")
    assert f"There is no script to export: {sentence}" in text(app)
    assert "The script will train it" not in text(app)
    assert [offered[label][1]["disabled"] for label in SCRIPTS] == [True] * 3
    assert "The network takes the features of an example" in text(app), "nobody knows how many"


def test_a_script_is_offered_for_a_table_that_is_here_trained_or_not(offered, untrained):
    app = visit(**START, points=keep_table(ROWS.encode()), init_seed="77")  # not trained by another test
    assert [offered[label][1]["disabled"] for label in SCRIPTS] == [False] * 3
    assert "Table (.npz)" not in offered, "the scripts contain it"
    assert "The script will train it" in text(app)
    assert "The network takes the 3 features of an example" in text(app)


def test_the_file_that_a_script_reads_is_offered_beside_it(offered, untrained, monkeypatch):
    monkeypatch.setattr(experiment, "MOST_CARRIED", 100)  # ROWS has 120 numbers
    query = START | {"points": keep_table(ROWS.encode()), "init_seed": "78"}
    visit(**query)
    write, how = offered["Table (.npz)"]
    assert not how["disabled"]
    with np.load(io.BytesIO(write())) as file:
        assert file["X"][:, 0].tolist() == [k % 7 + 3 * (k % 2) for k in range(40)]
        assert file["y"].tolist() == [k % 2 for k in range(40)]
    monkeypatch.setattr(experiment, "MOST_OFFERED", 1000)  # it has 1,280 bytes
    visit(**query)
    assert (offered["Table (.npz)"][0], offered["Table (.npz)"][1]["disabled"]) == (b"", True)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["initialization", "gradient_check", "bug_lab", "sweeps", "optimization"])
def test_every_page_takes_a_table(page):
    points = keep_table(ROWS.encode())
    app = opened(f"pages/{page}.py", START | {"points": points})
    assert not app.exception
    assert sentences(app) == []
    assert said(app)
    assert "40 rows, 3 inputs, 2 classes" in text(app)
    assert go(app).session_state["points"] == points


@pytest.mark.slow
@pytest.mark.parametrize(
    ("labels", "said"),
    [("ab" * 8, "16 examples, by heart"), ("a" * 150 + "b" * 3, "has 20 of 153 examples, all of one class")],
)
def test_rows_too_few_to_learn_twenty_by_heart_leave_the_other_checks_as_they_are(labels, said):
    table = "height,kind\n" + "".join(f"{k % 7 + 3 * (k % 2)},{label}\n" for k, label in enumerate(labels))
    app = opened("pages/gradient_check.py", START | {"points": keep_table(table.encode()), "epochs": "0"})
    assert not app.exception
    whole = text(app)
    assert said in whole.replace("\\", "")
    assert "The penalty's gradient accounts for" in whole
    assert "**With h = 1, C's test reports" in whole
    assert len(sentences(app)) == ("one class" in said)
