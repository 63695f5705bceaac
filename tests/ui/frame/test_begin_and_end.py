"""The beginning and the end of a page: what a visit forgets, keeps and restores."""

from types import SimpleNamespace

import pytest

from ui.frame import shell
from ui.frame.visit import Visit

PAGE = "bug_lab"


class Query(dict):
    def to_dict(self):
        return dict(self)


@pytest.fixture
def page(monkeypatch):
    """A visit `tab`, the session's `state`, the address `query`, the order of what is `called`."""
    page = SimpleNamespace(tab=Visit(entered=True), state={}, query=Query(), called=[], reruns=0)

    def called(name, result=None):
        return lambda *what, **_: page.called.append((name, *what)) or result

    def rerun():
        page.reruns += 1

    elements = SimpleNamespace(
        session_state=page.state, query_params=page.query, html=called("look"), rerun=rerun
    )
    monkeypatch.setattr(shell, "st", elements)
    monkeypatch.setattr(shell.address, "st", elements)
    for module in (shell, shell.address):
        monkeypatch.setattr(module, "visit", lambda: page.tab)
    monkeypatch.setattr(shell.history, "arrive", called("back"))
    monkeypatch.setattr(shell.history, "draw", called("history"))
    monkeypatch.setattr(shell.recorder, "begin", called("recorder"))
    monkeypatch.setattr(shell.first_chart, "begin", called("first chart"))
    monkeypatch.setattr(shell.first_chart, "release", called("released"))
    monkeypatch.setattr(shell.address, "read", called("read"))
    monkeypatch.setattr(shell.class_answers, "arrive", called("class", "of the class"))
    for module, name in ((shell.proof, "proof"), (shell.questions, "questions"), (shell.lock, "lock")):
        monkeypatch.setattr(module, "arrive", called(name))
    monkeypatch.setattr(shell.taken, "arrive", called("taken", ""))
    for module in (shell.answers, shell.keyboard, shell.scrolling, shell.reconnected):
        monkeypatch.setattr(module, "draw", called("drawn"))
    monkeypatch.setattr(shell.offer, "finish", called("offer"))
    monkeypatch.setattr(shell.lock, "leave", called("left"))
    monkeypatch.setattr(shell.priority, "end", called("ended", True))
    return page


def test_a_run_of_a_page_begins_with_nothing_begun_and_no_control_drawn(page):
    page.tab.seconds_begun, page.tab.waiting = 7.0, {("train", 1)}
    page.tab.controls, page.tab.folded, page.tab.varied = ["noise"], {"l2"}, ("l1",)
    page.tab.unused, page.tab.task_place = ["a sentence"], "a place"
    shell.begin(PAGE, ("seeds",))
    assert (page.tab.seconds_begun, page.tab.waiting) == (0.0, set())
    assert (page.tab.controls, page.tab.folded, page.tab.varied, page.tab.unused) == ([], set(), (), [])
    assert page.tab.task_place is None
    assert page.tab.page == PAGE
    assert page.tab.keys == ("seeds", *shell.PAGES[PAGE].view)


def test_a_page_arrives_once_which_its_first_chart_is_told(page):
    shell.begin(PAGE)
    assert ("first chart", True) in page.called
    arrivals = [what[1:] for what in page.called if what[0] in ("class", "proof", "questions", "lock")]
    assert arrivals == [(PAGE, True)] * 4, "an empty address is that of the page before"
    assert page.tab.link_problems == ["of the class"]
    page.called.clear()
    shell.begin(PAGE)
    assert ("first chart", False) in page.called
    assert not {"read", "class", "proof", "questions", "lock"} & {name for name, *_ in page.called}
    page.query["noise"] = "0.2"
    shell.begin("sweeps")
    assert ("lock", "sweeps", False) in page.called, "a link has opened it"


def test_an_address_is_read_before_anything_is_drawn(page):
    shell.begin(PAGE)
    order = [name for name, *_ in page.called]
    assert order[:6] == ["back", "read", "recorder", "look", "history", "first chart"]
    page.called.clear()
    shell.begin(PAGE)
    assert [name for name, *_ in page.called][:4] == ["recorder", "look", "history", "first chart"]


@pytest.mark.parametrize(
    ("before", "address", "left", "restored"),
    [
        ({}, {}, {"noise": 0.3, "seeds": 2}, {"noise": 0.3, "seeds": 2}),
        ({"noise": "0.5"}, {"noise": "0.5"}, {"noise": 0.3}, {"noise": 0.3}),
        ({}, {"noise": "0.5"}, {"noise": 0.3}, {}),  # a link says what it wants
        ({"noise": "0.4"}, {"noise": "0.5"}, {"noise": 0.3}, {}),
    ],
)
def test_a_page_that_the_navigation_opens_is_as_it_was_left_and_that_of_a_link_as_the_link_says(
    page, before, address, left, restored
):
    page.tab.query, page.tab.widget_values = before, {PAGE: left}
    page.query |= address
    page.state["activation"] = "tanh"  # of another page
    shell.begin(PAGE, ("activation",))
    assert page.state == restored | ({} if restored == {} else {"activation": "tanh"})
    assert page.tab.restored[0] == restored
    page.state.clear()
    shell.begin(PAGE)
    assert page.state == {}, "only on arrival"


@pytest.mark.parametrize(
    ("address", "kept"), [({"part": "Class"}, True), ({"part": "Class", "noise": "1"}, False)]
)
def test_which_part_is_open_does_not_make_a_link_of_the_way_back(page, address, kept):
    page.tab.widget_values = {"instructors": {"_sheet_key": "ABCD-EFGH-JKLM-NPQR"}}
    page.query |= address
    page.state["_sheet_key"] = "of another page"
    shell.begin("instructors", ("_sheet_key",))
    assert page.state == ({"_sheet_key": "ABCD-EFGH-JKLM-NPQR"} if kept else {})


def test_a_page_that_was_never_left_gets_its_own_defaults(page):
    shell.begin(PAGE)
    defaults = shell.PAGES[PAGE].defaults
    assert page.state == shell.address.widget_values(defaults)
    assert page.state["cycle_steps"] == defaults["cycle_steps"]


def test_a_page_ends_with_its_widgets_stored_and_what_its_link_asked_told(page):
    shell.begin(PAGE, ("noise", "seeds"))
    page.tab.restored = {}, {}
    page.state |= {"noise": 0.3, "_other": 1}
    page.tab.requests, page.tab.link_problems = {"noise": "0.3"}, ["a problem"]
    page.query["noise"] = "0.3"
    shell.end()
    assert page.tab.widget_values == {PAGE: {"noise": 0.3}}
    assert page.tab.link_told == ({"noise": "0.3"}, ["a problem"])
    assert (page.tab.requests, page.tab.link_problems) == ({}, [])
    assert page.tab.query == {"noise": "0.3"}
    assert page.tab.trained is True
    assert page.reruns == 0
    assert ("left",) in page.called
    assert ("released",) in page.called, "the sidebar of a page without a chart"


@pytest.mark.parametrize(
    ("restored", "state", "address", "again"),
    [
        ({"noise": 0.3}, {"noise": 0.3}, {"noise": "0.3"}, False),
        ({"noise": 0.3}, {"noise": 0.1}, {"noise": "0.3"}, True),  # Streamlit has reset it
        ({"noise": 0.3}, {"noise": 0.3}, {}, True),  # the address does not follow
        ({"noise": 0.1}, {"noise": 0.1}, {}, False),  # a default is not in the address
        ({"view": "2"}, {"view": "2"}, {}, False),  # not a field
    ],
)
def test_widgets_that_streamlit_has_reset_since_are_restored_in_another_run(
    page, restored, state, address, again
):
    page.tab.page, page.tab.restored = PAGE, (restored, {"noise": 0.1})
    page.state |= state
    page.query |= address
    shell.end()
    assert page.reruns == again
    assert page.tab.to_restore == (restored if again else {})
    if again:
        page.state.clear()
        shell.begin(PAGE)
        assert page.state == restored
        assert page.tab.to_restore == {}
        assert page.tab.restored == ({}, {}), "once is enough"
