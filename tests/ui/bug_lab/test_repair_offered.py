"""The choices that repair a bug: which lines, which codes, and that a result is that of the last repair."""

import contextlib
from types import SimpleNamespace

import pytest

from lab.bugs import BUGS, RIGHT
from lab.bugs.repair import fragments
from ui.bug_lab import repair
from ui.frame.visit import Visit

KEY = "mask_forgotten"


@pytest.fixture
def page(monkeypatch):
    """What is `drawn`; `step` and `letter` are chosen; the widgets' settings."""
    page = SimpleNamespace(drawn=[], step=None, letter=None, widgets={}, tab=Visit(), results=[])

    def widget(name, chosen):
        def draw(label, options=None, **how):
            page.widgets[name] = (label, options, how)
            return getattr(page, chosen) if chosen else None

        return draw

    st = SimpleNamespace(
        selectbox=widget("selectbox", "step"),
        radio=widget("radio", "letter"),
        button=widget("button", None),
        container=lambda **_: contextlib.nullcontext(),
        **{
            name: lambda text, name=name, **_: page.drawn.append((name, text))
            for name in ("markdown", "caption", "code")
        },
    )
    monkeypatch.setattr(repair, "st", st)
    monkeypatch.setattr(repair, "visit", lambda: page.tab)
    monkeypatch.setattr(repair, "_result", lambda *what: page.results.append(what))
    return page


def test_first_the_line_is_chosen_among_all_steps_with_what_they_do(page):
    repair.offer("lab", KEY, "here")
    label, options, how = page.widgets["selectbox"]
    assert (label, options) == ("The line to repair", list(RIGHT._fields))
    assert (how["index"], how["key"]) == (None, "_mend_here")
    assert how["format_func"]("mean") == "mean: The share of each example in the mean loss of the batch."
    assert list(page.widgets) == ["selectbox"]
    assert page.drawn == [("markdown", "**Fix it.** Which line is wrong, and what belongs there?")]


@pytest.mark.parametrize(("key", "step"), [(KEY, "slope"), (KEY, "mean"), ("sawtooth", "slope")])
def test_then_its_codes_are_offered_in_an_order_of_the_bugs_own(page, key, step):
    page.step = step
    repair.offer("lab", key, "here")
    offered = fragments(step, BUGS[key].number)
    letters = "ABCDEFG"[: len(offered)]
    shown = [one for one in page.drawn if one[0] == "code" or one[1] in letters]
    pairs = zip(letters, offered, strict=True)
    assert shown == [one for n, of in pairs for one in (("caption", n), ("code", of.code()))]
    label, options, how = page.widgets["radio"]
    assert (label, options, how["index"]) == ("Replace it with", list(letters), None)
    assert how["key"] == f"_put_here_{step}"
    label, _, how = page.widgets["button"]
    assert (label, how["disabled"], how["key"]) == ("Repair and run", True, "_run_here")
    textbook = "`textbook` has the correct version of every step."
    assert (("caption", textbook) in page.drawn) == any("textbook." in one.code() for one in offered)
    assert page.results == []


def test_the_orders_of_two_bugs_differ():
    assert [one.key for one in fragments("slope", BUGS[KEY].number)] != [
        one.key for one in fragments("slope", BUGS["sawtooth"].number)
    ]


def test_a_result_is_drawn_as_long_as_the_repair_that_was_run_is_the_one_chosen(page):
    offered = fragments("slope", BUGS[KEY].number)
    page.step, page.letter = "slope", "B"
    repair.offer("lab", KEY, "here")
    assert page.results == [], "it has not been run"
    _, _, how = page.widgets["button"]
    assert not how["disabled"]
    how["on_click"](*how["args"])
    assert page.tab.repairs == {"here": ("slope", offered[1].key)}
    repair.offer("lab", KEY, "here")
    assert page.results == [("lab", KEY, offered[1], "here")]
    repair.offer("lab", KEY, "elsewhere")
    page.letter = "A"
    repair.offer("lab", KEY, "here")
    page.letter = None
    repair.offer("lab", KEY, "here")
    page.step, page.letter = "mean", "B"
    repair.offer("lab", KEY, "here")
    assert len(page.results) == 1
