"""Where the derivation scrolls to: to a step that a visitor moved to, to a section on request, once."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from ui.derivation import choosing, contents, ordering, recall
from ui.frame import arriving
from ui.frame.visit import Visit


@pytest.fixture
def page(monkeypatch):
    """A visit; `sent` is what the browser was sent, [(key, data), …]; `drawn` the keys of containers."""
    page = SimpleNamespace(tab=Visit(), sent=[], drawn=[])

    def container(key=None, **_):
        page.drawn.append(key)
        return nullcontext()

    for name in ("_here", "_in_view"):
        monkeypatch.setattr(arriving, name, lambda data, key: page.sent.append((key, data)))
    for module in (contents, recall, choosing, ordering):
        monkeypatch.setattr(module, "visit", lambda: page.tab)
    for name in ("subheader", "markdown", "code", "button"):
        monkeypatch.setattr(contents.st, name, lambda *_, **__: None)
    monkeypatch.setattr(contents.st, "columns", lambda *_, **__: [nullcontext()] * 2)
    monkeypatch.setattr(contents.st, "form", lambda *_, **__: nullcontext())
    monkeypatch.setattr(contents.st, "fragment", lambda part: lambda problem: None)
    monkeypatch.setattr(contents.st, "container", container)
    monkeypatch.setattr(contents, "STATE", {})
    return page


def scrolls(data, last):
    """What the script in the browser does: (whether it scrolls, the arrival it remembers)."""
    return data["arrival"] != (data["before"] if last is None else last), data["arrival"]


def test_a_section_is_scrolled_to_when_it_was_asked_for_and_not_again(page):
    last, scrolled = None, []
    for asked in (False, True, False, True):
        if asked:
            contents._go("last", True)
        page.sent.clear()
        recall.draw("problem")
        ((key, data),) = page.sent
        assert (key, data["what"]) == ("_here_recall", recall.TITLE)
        due, last = scrolls(data, last)
        scrolled.append(due)
    assert scrolled == [False, True, False, True]


def test_a_section_that_is_drawn_for_the_first_time_on_request_is_scrolled_to(page):
    contents._go("last", True)
    recall.draw("problem")
    assert scrolls(page.sent[-1][1], None)[0]
    recall.draw("problem")
    assert not scrolls(page.sent[-1][1], None)[0], "as after a reload of the page"


def test_a_step_is_scrolled_to_when_a_visitor_moves_to_it_and_not_on_the_first_page(page):
    step = SimpleNamespace(key="step", title="A title", question="?")
    contents.heading(step)
    ((key, data),) = page.sent
    assert (key, data["what"]) == ("_here_step", "A title")
    due, last = scrolls(data, None)
    assert not due
    contents._go("next")
    contents.heading(step)
    due, last = scrolls(page.sent[-1][1], last)
    assert due
    contents.heading(step)
    assert not scrolls(page.sent[-1][1], last)[0]


def test_a_verdict_is_brought_into_view_by_the_name_of_its_container_after_each_run(page, monkeypatch):
    monkeypatch.setattr(ordering, "pool", lambda *_: [])
    monkeypatch.setattr(ordering, "shown", lambda *_: "")
    monkeypatch.setattr(choosing, "_form", lambda problem: None)
    page.tab.n_runs = 3
    problem = SimpleNamespace(seed=0, activation="relu")
    for draw, key in ((ordering.draw, ordering.JUDGED), (choosing.draw, choosing.VERDICT)):
        page.sent.clear()
        draw(problem)
        assert page.sent == [(f"_in_view{key}", {"of": key, "n": 3})]
        assert key in page.drawn
