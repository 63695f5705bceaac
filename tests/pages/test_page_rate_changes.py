"""A learning rate that changes during training: set in the sidebar, opened by a link, and on every page."""

import pytest
from starting import DIGITS
from streamlit.testing.v1 import AppTest
from visiting import (
    FAST,
    FAST_DATA,
    FAST_TRAIN,
    assert_says,
    board,
    expected,
    go,
    hold,
    opened,
    press,
    sentences,
    shared,
    text,
    visit,
    widget,
)

pytestmark = pytest.mark.usefixtures("no_timeline")

BOX, PIECES = "_later_rates", "0.3@0;0.01@1"
CHANGING = FAST | {"learning_rate": PIECES}
TURNED = ((0.3, 0), (0.01, 1))


def draw_the_rate():
    """A script of its own for AppTest: the slider and the box."""
    from ui.frame.visit import visit
    from ui.sidebar.controls import draw

    visit().page = "decision_boundary"
    draw("learning_rate")


def range_tested(query):
    """A sweep with its range test open."""
    app = opened("pages/sweeps.py", query)
    app.session_state["_rates"] = True
    return go(app)


def assert_trained(app, rate, pieces, **train):
    """The slider and the box hold this, the networks have been trained by it, and the link says it."""
    assert not app.exception
    assert sentences(app) == []
    assert app.session_state["learning_rate"] == rate
    assert widget(app, BOX).value == pieces
    assert_says(app, expected(FAST_DATA, 2, **FAST_TRAIN | train))
    assert shared(app)["learning_rate"] == (rate if isinstance(rate, str) else f"{rate:g}")


@pytest.mark.slow
def test_a_link_is_shown_trained_and_shared_as_it_is_and_reset():
    app = visit(**CHANGING)
    assert_trained(app, PIECES, "0.01@1", learning_rate=TURNED)
    assert_trained(visit(**shared(app)), PIECES, "0.01@1", learning_rate=TURNED)
    press(app, "Reset")
    assert app.session_state["learning_rate"] == 0.1
    assert widget(app, BOX).value == ""


@pytest.mark.slow
def test_the_box_changes_the_rate_the_slider_its_first_piece_and_an_empty_box_nothing():
    app = visit(**FAST)
    hold(app, **{BOX: " 0.01@1; "})
    assert_trained(app, "0.1@0;0.01@1", "0.01@1", learning_rate=((0.1, 0), (0.01, 1)))
    hold(app, learning_rate=PIECES)
    assert_trained(app, PIECES, "0.01@1", learning_rate=TURNED)
    hold(app, **{BOX: "0.01@1;1@2"})
    assert_trained(app, "0.3@0;0.01@1;1@2", "0.01@1;1@2", learning_rate=(*TURNED, (1.0, 2)))
    hold(app, **{BOX: ""})
    assert_trained(app, 0.3, "", learning_rate=0.3)


def test_a_step_of_the_slider_over_the_default_goes_on_with_the_later_rates():
    """The default is the one option without them: it is there for the address."""
    app = visit(**FAST | {"learning_rate": "0.1@0;0.01@1"})
    options = widget(app, "learning_rate").options
    assert [option for option in options if "@" not in option] == ["0.1"]
    assert options[options.index("0.1") - 1 :][:4] == ["0.07@0;0.01@1", "0.1", "0.1@0;0.01@1", "0.2@0;0.01@1"]
    hold(app, learning_rate=0.1)  # a step to the left
    assert_trained(app, "0.07@0;0.01@1", "0.01@1", learning_rate=((0.07, 0), (0.01, 1)))
    hold(app, learning_rate=0.1)  # and to the right
    assert_trained(app, "0.1@0;0.01@1", "0.01@1", learning_rate=((0.1, 0), (0.01, 1)))


def test_the_button_of_the_box_says_how_the_rate_changes():
    app = AppTest.from_function(draw_the_rate, default_timeout=30)
    app.query_params["learning_rate"] = "0.1@0;0.01@30;1@40"
    app.run()
    assert not app.exception
    (popover,) = app.get("popover")
    assert popover.proto.popover.label == "Changes: 0.01@30;1@40"


@pytest.mark.slow
def test_a_box_that_cannot_be_read_says_why_and_changes_nothing_until_it_can():
    app = visit(**CHANGING)
    for typed, allowed in (
        ("0,01@1", "decimal points, as in 0.3@0;0.01@1"),
        ("0.01", "rates with"),
        ("1@0", "a"),
    ):
        hold(app, **{BOX: typed})
        (sentence,) = sentences(app)
        assert sentence.startswith(f"learning_rate is '0.3@0;{typed}'; allowed: {allowed}")
        assert widget(app, BOX).value == typed
        assert app.session_state["learning_rate"] == PIECES
    hold(app, **{BOX: "0.02@1"})
    assert_trained(app, "0.3@0;0.02@1", "0.02@1", learning_rate=((0.3, 0), (0.02, 1)))
    hold(app, **{BOX: "many"})
    press(app, "Reset")
    assert sentences(app) == []
    assert widget(app, BOX).value == ""


def test_a_link_that_cannot_be_used_is_told_and_the_default_shown():
    app = visit(**FAST | {"learning_rate": "0,3@0;0,01@1"})
    (sentence,) = sentences(app)
    assert sentence == (
        "learning_rate is '0,3@0;0,01@1'; allowed: decimal points, as in 0.3@0;0.01@1. "
        "The page shows 0.1 instead."
    )
    assert app.session_state["learning_rate"] == 0.1


def test_a_locked_link_has_it_and_the_box_only_where_the_rate_is_open():
    fixed = visit(**CHANGING | {"lock": "1", "open": "noise"})
    assert sentences(fixed) == []
    assert_says(fixed, expected(FAST_DATA, 2, **FAST_TRAIN, learning_rate=TURNED))
    assert not [box for box in fixed.text_input if box.key == BOX]
    left_open = visit(**CHANGING | {"lock": "1", "open": "learning_rate"})
    assert_trained(left_open, PIECES, "0.01@1", learning_rate=TURNED)
    hold(left_open, **{BOX: "1@2"})
    assert_trained(left_open, "0.3@0;1@2", "1@2", learning_rate=((0.3, 0), (1.0, 2)))
    press(left_open, "Reset")
    assert_trained(left_open, PIECES, "0.01@1", learning_rate=TURNED)


def test_another_page_and_the_way_back_keep_it():
    app = visit(**CHANGING)
    app.switch_page("pages/home.py").run()
    assert not app.exception
    app.switch_page("pages/decision_boundary.py").run()
    assert_trained(app, PIECES, "0.01@1", learning_rate=TURNED)


@pytest.mark.slow
def test_values_that_change_are_compared_and_swept():
    values = f"0.3 / {PIECES} / 0.01"
    app = visit(**FAST | {"mode": "Compare", "compare": "learning_rate", "values": values})
    assert sentences(app) == []
    (table,) = [one.value for one in app.dataframe]
    assert table["learning_rate"].tolist() == values.split(" / ")
    first, second = expected(FAST_DATA, 2, **FAST_TRAIN, learning_rate=TURNED)
    low, high = sorted((first.valid_accuracy, second.valid_accuracy))
    assert table["validation accuracy"][1] == f"{(low + high) / 2:.1%} ({low:.1%} – {high:.1%})"
    query = FAST | {"axis1": "learning_rate", "values1": values, "axis2": "–", "batch_size": "32"}
    swept = range_tested(query)
    rows = board(swept).set_index("learning_rate")
    assert rows.loc[PIECES, "median"] == (low + high) / 2
    assert "1 trial changes its learning rate during training" in text(swept)


def test_a_sweep_around_such_a_base_and_by_chance_says_so():
    query = CHANGING | {"axis1": "learning_rate", "values1": f"{PIECES} / 0.1", "axis2": "l2"}
    query |= {"values2": "0 to 0.1", "design": "random", "draws": "4"}
    app = range_tested(query)
    assert set(board(app)["learning_rate"]) <= {PIECES, "0.1"}
    assert len(board(app)) == 4
    assert "The base changes its learning rate during training" in text(app)


def test_the_bug_lab_says_that_it_takes_the_first_rate_alone():
    app = opened("pages/bug_lab.py", {"n_samples": "300", "epochs": "2", "learning_rate": PIECES})
    assert not app.exception
    assert sentences(app)[0].startswith(
        "The bug lab trains with one learning rate: that of the first epoch, 0.3"
    )
    assert not [box for box in app.text_input if box.key == BOX]


@pytest.mark.slow
def test_the_starts_and_the_check_train_by_it():
    starts = opened("pages/initialization.py", DIGITS | {"train": "true", "learning_rate": PIECES})
    assert not starts.exception
    assert shared(starts)["learning_rate"] == PIECES
    check = opened("pages/gradient_check.py", FAST | {"epochs": "2", "learning_rate": PIECES})
    assert not check.exception
    assert shared(check)["learning_rate"] == PIECES
    assert sentences(starts) == sentences(check) == []
