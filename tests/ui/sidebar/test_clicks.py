"""Clicks on the map of own points: each becomes a point once, whatever the browser's messages hold."""

import math
import types

import pytest

from ui.figures.maps import Plane
from ui.frame.visit import Visit
from ui.sidebar import clicks, late
from ui.sidebar.clicks import Click


@pytest.fixture
def tab(monkeypatch):
    tab, now = Visit(), types.SimpleNamespace(seconds=0.0)
    tab.clock = now
    monkeypatch.setattr(late, "time", types.SimpleNamespace(monotonic=lambda: now.seconds))
    for module in (clicks, late):
        monkeypatch.setattr(module, "visit", lambda: tab)
    monkeypatch.setattr(late, "STATE", {})
    return tab


def state(*rows, **told):
    return types.SimpleNamespace(clicks={"tries": 1, "clicks": list(rows)} | told)


def test_every_message_tells_of_all_that_is_not_known_and_a_click_counts_once(tab):
    first, second = [11, 0.5, -0.25, "1"], [12, 1.234, 2.0, ""]
    assert clicks.new(state(first)) == [Click(0.5, -0.25, "1")]
    assert clicks.new(state(first, second)) == [Click(1.23, 2.0, "")]
    assert clicks.new(state(first, second)) == []
    assert math.copysign(1, clicks.new(state([13, -0.001, 0, "0"]))[0].x) == 1, "no point is at -0"


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        [1, 2.0, 3.0],
        ["1", 2.0, 3.0, "0"],
        [True, 2.0, 3.0, "0"],
        [1, math.nan, 3.0, "0"],
        [1, 2.0, math.inf, "0"],
        [1, 2.0, 3.0, 0],
    ],
)
def test_what_is_no_click_is_left_out(tab, row):
    assert clicks.new(state(row, [2, 1.0, 1.0, "0"])) == [Click(1.0, 1.0, "0")]


@pytest.mark.parametrize("told", [None, [], "clicks", {"clicks": 7}, {"clicks": {"1": 2}}])
def test_a_state_of_another_form_tells_of_nothing(tab, told):
    assert clicks.new(types.SimpleNamespace(clicks=told)) == []
    assert not clicks.types(types.SimpleNamespace(clicks=told))


def test_an_old_text_is_late_however_slow_the_machine_is_until_the_visitor_types(tab):
    late.STATE["points"] = "a"
    late.write("a;b")
    for _ in range(2):
        tab.clock.seconds += 3 * late.LATE  # the page has not been drawn yet
        late.STATE["points"] = "a"
        late.put_back()
        assert late.STATE["points"] == "a;b"
    late.sent()
    tab.clock.seconds += late.LATE - 1
    late.STATE["points"] = "a"
    late.put_back()
    assert late.STATE["points"] == "a;b"
    assert not clicks.types(state(typed=0))
    assert clicks.types(state(typed=1))
    late.believe()
    late.STATE["points"] = "a"
    late.put_back()
    assert late.STATE["points"] == "a", "the last row was taken away by hand"
    assert not clicks.types(state(typed=1)), "told once"


def test_without_word_from_the_browser_an_old_text_counts_as_typed_after_a_while(tab):
    late.STATE["points"] = "a"
    late.write("a;b")
    late.sent()
    tab.clock.seconds = late.LATE + 1
    late.STATE["points"] = "a"
    late.put_back()
    assert late.STATE["points"] == "a"


def test_each_late_message_is_waited_for_anew_but_a_page_drawn_again_sends_nothing_new(tab):
    late.STATE["points"] = "a"
    late.write("a;b")
    late.sent()
    for _ in range(3):
        tab.clock.seconds += late.LATE - 1
        late.STATE["points"] = "a"
        late.put_back()
        late.sent()
        assert late.STATE["points"] == "a;b"
    tab.clock.seconds += 1
    late.sent()
    tab.clock.seconds += late.LATE - 1
    late.STATE["points"] = "a"
    late.put_back()
    assert late.STATE["points"] == "a", "nothing old has come for so long"


def test_of_two_clicks_before_the_browser_has_heard_neither_is_lost(tab):
    late.STATE["points"] = "a"
    late.write("a;b")
    late.write("a;b;c")
    for old in ("a", "a;b", "a;b;c"):
        late.STATE["points"] = old
        late.put_back()
        assert late.STATE["points"] == "a;b;c"


def test_the_browser_is_told_the_plane_and_which_clicks_are_known(tab, monkeypatch):
    sent = []
    monkeypatch.setattr(clicks, "_clicks", lambda **what: sent.append(what))
    tab.last_click, tab.typed = 12, 7
    clicks.hear(Plane((-1.0, 2.0), (-3.0, 4.0)), print)
    assert sent == [
        {
            "data": {"plane": [[-1.0, 2.0], [-3.0, 4.0]], "known": 12},
            "key": clicks.KEY,
            "on_clicks_change": print,
        }
    ]
