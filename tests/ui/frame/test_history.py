"""The browser's history: an address written at once, and Back to a page as it was left."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from streamlit.runtime.state.query_params import QueryParams

from ui.frame import address, history
from ui.frame import visit as visits
from ui.frame.visit import Visit


class Query(QueryParams):
    """An address that counts what it sends to the browser."""

    sent = ()

    def _send_query_param_msg(self):
        self.sent = (*self.sent, self.to_dict())


@pytest.fixture
def page(monkeypatch):
    """A page's visit, the address `query`, the run's context, and how often it is run again."""
    page = SimpleNamespace(tab=Visit(), query=Query(), reruns=0)
    page.context = SimpleNamespace(is_history_navigation=False, query_string="")

    def rerun():
        page.reruns += 1

    elements = SimpleNamespace(
        query_params=page.query,
        session_state={},
        rerun=rerun,
        context=SimpleNamespace(is_embedded=False),
        container=lambda **_: nullcontext(),
    )
    for module in (address, history, visits):
        monkeypatch.setattr(module, "st", elements)
    monkeypatch.setattr(address, "visit", lambda: page.tab)
    monkeypatch.setattr(history, "get_script_run_ctx", lambda: page.context)
    monkeypatch.setattr(history, "_history", lambda **_: None)
    return page


def test_an_address_is_written_at_once_and_only_if_it_differs(page):
    page.query.update({"a": "1", "b": "2", "c": "3", "kept": "7"})
    page.query.sent = ()
    old = {"a": ["1"], "b": ["2"], "c": ["3"]}
    assert not address._replace(old, dict(old))
    assert page.query.sent == ()
    assert address._replace(old, {"a": ["1"], "b": ["5"], "d": ["6", "7"]})
    assert page.query.sent == ({"kept": "7", "a": "1", "b": "5", "d": "7"},)
    assert page.query.get_all("d") == ["6", "7"]


def test_of_an_address_with_a_widgets_parameter_nothing_is_written(page):
    page.query.update({"a": "1", "b": "2"})
    page.query.bind_widget("c", "its widget", "int_value", "its page")
    page.query.sent = ()
    assert not address._replace({"a": ["1"], "b": ["2"]}, {"b": ["2"], "c": ["3"]})
    assert (page.query.to_dict(), page.query.sent) == ({"a": "1", "b": "2"}, ())


def test_what_a_callback_sets_leaves_in_no_address_on_the_way_what_is_neither_old_nor_new(page):
    page.tab.page = "decision_boundary"
    page.query.update({"noise": "0.4", "l1": "1", "momentum": "0.5"})
    page.query.sent = ()
    address.set_widgets({"noise": 0.3, "l1": "2", "momentum": 0.9})
    assert page.query.to_dict() == {"noise": "0.3", "l1": "2"}, "0.9 is the initial momentum"
    assert all(sent["noise"] in ("0.4", "0.3") and "l1" in sent for sent in page.query.sent)


def test_a_visits_first_link_is_rid_at_once_of_what_the_page_has_anyway(page):
    asked = {"v": "2", "noise": "0.3", "activation": "relu", "points": "", "view": "1", "seeds": "4"}
    page.query.update(asked)
    page.query.sent = ()
    address.read("decision_boundary")
    assert page.query.sent == ({"noise": "0.3", "seeds": "4"},)
    assert page.tab.requests == asked
    assert page.reruns == 1


@pytest.mark.parametrize("reason", ["later", "locked", "embedded"])
def test_a_later_a_locked_and_an_embedded_page_keep_what_their_link_says(page, reason):
    page.query.update({"noise": "0.3", "activation": "relu"} | ({"lock": "1"} if reason == "locked" else {}))
    page.tab.page = "optimization" if reason == "later" else ""
    address.st.context.is_embedded = reason == "embedded"
    address.read("decision_boundary")
    assert page.query["activation"] == "relu"


@pytest.mark.parametrize(
    ("kept", "asked", "reruns"),
    [
        ({"seeds": "2"}, "seeds=2&epochs=10&paths=a&paths=b%3Bc&points=", 1),
        ({"seeds": "2"}, "seeds=2", 0),
        ({}, "", 0),
    ],
)
def test_back_to_a_page_puts_into_its_address_again_what_streamlit_has_dropped(page, kept, asked, reruns):
    page.query.update(kept)
    page.context.query_string = f"{asked}&embed=true"
    history.arrive()
    assert (page.query.to_dict(), page.reruns) == (kept, 0), "no way back"
    page.context.is_history_navigation = True
    history.arrive()
    assert page.reruns == reruns
    if reruns:
        assert page.query.get_all("paths") == ["a", "b;c"]
        assert page.query.to_dict() == {"seeds": "2", "epochs": "10", "paths": "b;c", "points": ""}


def test_a_link_opens_a_page_without_the_values_of_other_pages_widgets(page):
    page.tab.page, page.tab.keys = "decision_boundary", ("activation", "view")
    page.tab.widget_values = {"decision_boundary": {"activation": "elu"}}
    state, initial = address.st.session_state, {"activation": "relu"}
    state |= {"activation": "tanh", "view": "3", "of_another_page": 1}
    assert address.on_arrival(initial, from_other_page=True) == {"activation": "elu"}, "as it was left"
    page.tab.widget_values.clear()
    assert address.on_arrival(initial, from_other_page=True) == initial
    assert state == {"activation": "tanh", "view": "3", "of_another_page": 1}
    assert address.on_arrival(initial, from_other_page=False) == {}
    assert state == {"of_another_page": 1}
