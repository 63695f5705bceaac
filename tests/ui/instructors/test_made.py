"""Work that an instructor starts with a click: it begins after the click, once, and for what was asked."""

from types import SimpleNamespace

import pytest

from ui.frame.visit import Visit
from ui.instructors import made as module
from ui.training import confirm


@pytest.fixture
def page(monkeypatch):
    """A visit: the `buttons` drawn, the keys of the work `begun`, and whether work is `allowed`."""
    tab, page = Visit(), SimpleNamespace(buttons=[], begun=[], allowed=True)
    for place in (module, confirm):
        monkeypatch.setattr(place, "visit", lambda: tab)
    monkeypatch.setattr(
        module.st, "button", lambda label, on_click, args, **_: page.buttons.append((label, on_click, args))
    )
    monkeypatch.setattr(module, "may_start", lambda *_, **__: page.allowed)
    monkeypatch.setattr(module, "Progress", lambda *_: None)
    monkeypatch.setattr(module, "follow", lambda steps, progress, doing: steps)
    return page


def asked(page, key, kind="sheets"):
    def steps():
        page.begun.append(key)
        return f"made {key}"

    return module.made(kind, key, steps, 3.0, "Make them", "Making them", "Writing")


def click(page):
    label, on_click, args = page.buttons.pop()
    assert label == "Make them"
    on_click(*args)


def test_it_begins_with_a_click_and_is_done_once(page):
    assert asked(page, "a") is None
    assert page.begun == []
    click(page)
    assert [asked(page, "a") for _ in range(3)] == ["made a"] * 3
    assert page.begun == ["a"]
    assert page.buttons == []


def test_other_work_needs_a_click_of_its_own_and_takes_the_place_of_the_first(page):
    asked(page, "a")
    click(page)
    asked(page, "a")
    assert asked(page, "b") is None, "the click was for other work"
    assert asked(page, "a") == "made a"
    asked(page, "b")
    click(page)
    assert asked(page, "b") == "made b"
    page.buttons.clear()
    assert asked(page, "a") is None, "only the last is kept"
    assert len(page.buttons) == 1
    assert page.begun == ["a", "b"]


def test_each_kind_of_work_has_its_own_result_and_its_own_click(page):
    asked(page, "a")
    click(page)
    asked(page, "a")
    assert asked(page, "a", kind="quiz") is None
    click(page)
    assert asked(page, "a", kind="quiz") == "made a"
    assert asked(page, "a") == "made a"
    assert page.begun == ["a", "a"]


def test_what_may_not_start_gives_nothing_and_keeps_nothing(page):
    asked(page, "a")
    click(page)
    page.allowed = False
    assert asked(page, "a") is None
    page.allowed = True
    assert asked(page, "a") == "made a"


def test_work_that_is_refused_is_not_tried_again_until_something_else_is_asked_for(page):
    def refused(key):
        def steps():
            page.begun.append(key)
            raise ValueError(f"No {key}.")

        return module.made("quiz", key, steps, 3.0, "Make them", "Making them", "Writing")

    refused("a")
    click(page)
    for _ in range(3):
        with pytest.raises(ValueError, match=r"^No a\.$"):
            refused("a")
    assert page.begun == ["a"]
    assert page.buttons == []
    assert refused("b") is None
    click(page)
    with pytest.raises(ValueError, match=r"^No b\.$"):
        refused("b")
    assert page.begun == ["a", "b"]


def test_the_work_is_asked_for_and_followed_with_its_own_estimate(page, monkeypatch):
    told = []
    monkeypatch.setattr(module, "may_start", lambda *what, **how: told.append((*what, how)) or True)
    monkeypatch.setattr(module, "Progress", lambda *what: told.append(what))
    assert asked(page, "first") is None
    click(page)
    assert asked(page, "first") == "made first"
    (kind, key, seconds, messages, how), progress = told
    assert (kind, key, seconds, how) == ("sheets", "first", 3.0, {"trains": False, "key": "sheets"})
    assert (messages.work, messages.stopped) == ("Making them", "Stopped. Making them was not finished.")
    assert (messages.asked, messages.button) == ("Making them takes a while.", "Make them")
    assert progress == ("sheets", "first", 3.0)
