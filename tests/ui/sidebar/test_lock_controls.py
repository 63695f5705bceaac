"""A page's own controls: how each is drawn, what it returns, what is said of a link's value, and locks."""

from types import SimpleNamespace

import pytest

from ui.frame.visit import Visit
from ui.sidebar import lock

DRAWN = ("number_input", "slider", "selectbox", "segmented_control", "multiselect", "toggle", "text_input")


class Query(dict):
    """The address: {parameter: its texts}."""

    def get_all(self, key):
        return super().get(key, [])

    def get(self, key, default=None):
        return self[key][-1] if key in self else default


@pytest.fixture
def page(monkeypatch):
    """A visit in `tab`, its address in `query`; `drawn` are [(element, choices, options), …]."""
    page = SimpleNamespace(tab=Visit(page="bug_lab"), query=Query(), drawn=[], returned={}, open=False)

    def element(name):
        def draw(label, *choices, key="", **options):
            page.drawn.append((name, choices, options))
            return page.returned.get(key)

        return draw

    st = {name: element(name) for name in DRAWN}
    st["expander"] = lambda label, **_: SimpleNamespace(open=page.open, kind="expander")
    st["container"] = lambda: SimpleNamespace(kind="container")
    page.state, context = {}, SimpleNamespace(is_embedded=False)
    st |= {"query_params": page.query, "session_state": page.state, "context": context}
    monkeypatch.setattr(lock, "st", SimpleNamespace(**st))
    monkeypatch.setattr(lock, "visit", lambda: page.tab)
    monkeypatch.setattr(lock, "address", lambda: dict(page.query))
    return page


def control(page, element, *choices, key="key", **options):
    return lock.control(getattr(lock.st, element), "Label", *choices, key=key, **options)


@pytest.mark.parametrize(
    ("element", "choices", "default", "drawn", "options"),
    [
        ("slider", (1, 6), 3, (1, 6, 3), {}),
        ("number_input", (0, 9), 0, (0, 9, 0), {}),
        ("selectbox", ("abc",), "b", ("abc",), {"index": 1}),
        ("segmented_control", ("abc",), "c", ("abc",), {"default": "c", "required": True}),
        ("multiselect", ("abc",), ["a", "b"], ("abc",), {"default": ["a", "b"]}),
        ("toggle", (), True, (True,), {}),
        ("text_input", (), "text", ("text",), {}),
    ],
)
def test_a_widget_is_drawn_at_its_default_bound_to_the_address(
    page, element, choices, default, drawn, options
):
    assert control(page, element, *choices, default=default, help="Help") == default, "it returned None"
    assert page.drawn == [(element, drawn, {"bind": "query-params", "help": "Help"} | options)]


@pytest.mark.parametrize(
    ("element", "choices", "default", "value"),
    [("toggle", (), True, False), ("slider", (0, 6), 3, 0), ("multiselect", ("ab",), ["a"], [])],
)
def test_a_value_of_0_of_false_or_of_nothing_chosen_is_a_value(page, element, choices, default, value):
    page.returned["key"] = value
    assert control(page, element, *choices, default=default) == value


@pytest.mark.parametrize("element", ["slider", "number_input"])
@pytest.mark.parametrize(
    ("held", "left"), [(1, 1), (6, 6), (0, 3), (7, 3), (99, 3), (4, 4), (None, None), (2.5, 3)]
)
def test_a_number_that_its_widget_cannot_show_gives_way_to_the_default(page, element, held, left):
    page.state["key"] = held
    control(page, element, 1, 6, default=3)
    assert page.state["key"] == left


@pytest.mark.parametrize(
    ("asked", "value", "told"),
    [
        ("True", True, False),
        ("false", False, False),
        ("false", True, True),
        ("6.0", 6, False),
        ("7", 6, True),
        ("many", 6, True),
        ("b", "b", False),
        ("c", "b", True),
        ("", 6, False),
        ("c", ["a"], False),  # the page itself reads what a list asks for
    ],
)
def test_a_value_of_the_link_that_its_widget_does_not_show_is_told_with_what_it_shows(
    page, asked, value, told
):
    page.tab.requests["key"], page.returned["key"] = asked, value
    assert control(page, "toggle", default=not value) == value
    sentence = (
        f"The link asks for key = '{asked}', which this page cannot use; allowed: true or false. It shows "
        f"{value} instead."
    )
    assert page.tab.unused == [sentence] * told


@pytest.mark.parametrize(
    ("draw", "choices", "default", "allowed"),
    [
        ("slider", (1, 6), 3, "; allowed: whole numbers from 1 to 6. It shows"),
        ("selectbox", (["bees", "ants"],), "ants", "; allowed: bees, ants. It shows"),
        (
            "selectbox",
            ([f"ant {n}" for n in range(99)],),
            "ant 3",
            "; allowed: one of its 99 options. It",
        ),
        ("text_input", (), "some", "; it shows"),
    ],
)
def test_what_a_widget_allows_is_named_with_the_value_that_it_cannot_show(
    page, draw, choices, default, allowed
):
    page.tab.requests["key"], page.returned["key"] = "wasps", default
    control(page, draw, *choices, default=default)
    (sentence,) = page.tab.unused
    assert sentence.startswith(f"The link asks for key = 'wasps', which this page cannot use{allowed}")
    assert sentence.endswith(f" {default} instead.")


@pytest.mark.parametrize(
    ("asked", "chosen", "shown", "told"),
    [
        ("x", "b", "b", 1),
        ("b", "b", "b", 0),
        ("x", None, "ants", 1),
        ("", None, "ants", 0),
        (None, "b", "b", 0),  # the link does not say
    ],
)
def test_what_is_shown_may_be_told_of_too(page, monkeypatch, asked, chosen, shown, told):
    pages = {"bug_lab": SimpleNamespace(view={"view": "ants"})}
    monkeypatch.setattr(lock, "PAGES", pages)
    page.tab.requests["view"], page.returned["view"] = asked, chosen
    assert lock.choose("Label", "ab", key="view") == shown
    assert page.tab.unused == []
    assert lock.choose("Label", "ab", key="view", told=True) == shown
    sentence = (
        f"The link asks for view = '{asked}', which this page cannot use; allowed: a, b. It shows {shown} "
        "instead."
    )
    assert page.tab.unused == [sentence] * told


def test_controls_are_known_once_each_in_the_order_in_which_they_are_drawn(page):
    for key in ("b", "a", "b"):
        control(page, "toggle", key=key, default=True)
    assert lock.controls() == ("b", "a")


def test_a_hidden_box_that_takes_new_options_has_the_links_and_the_last_of_several_texts_counts(page):
    page.query |= {"lock": ["1"], "h": ["0.1", "0.25"], "on": ["true", "false"]}
    lock.arrive("bug_lab", False)
    assert control(page, "selectbox", ("0.1", "1"), key="h", default="1") == "1"
    assert control(page, "selectbox", ("0.1", "1"), key="h", default="1", accept_new_options=True) == "0.25"
    assert lock.text("h") == "0.25"
    assert control(page, "toggle", key="on", default=True) is False
    assert page.drawn == []


def test_a_lock_is_that_of_its_page_until_a_link_without_one_opens_it(page):
    page.query |= {"lock": ["1"], "noise": ["0.2"]}
    lock.arrive("bug_lab", False)
    assert lock.hides("noise")
    lock.leave()
    page.tab.page = "sweeps"
    assert lock.arrive("sweeps", True) is None, "the navigation has copied the address"
    assert not lock.hides("noise")
    assert lock.arrive("bug_lab", True) == {"lock": ["1"], "noise": ["0.2"]}
    page.tab.page = "bug_lab"
    assert lock.hides("noise")
    page.query.clear()
    assert lock.arrive("bug_lab", False) is None
    assert not lock.hides("noise")


def test_an_embedded_element_hides_all_controls_but_those_it_names_and_shows_the_view_it_asks_for(
    page, monkeypatch
):
    lock.st.context.is_embedded = True
    asked = SimpleNamespace(own="2", controls=("noise",))
    monkeypatch.setattr(lock.embedded, "asked", lambda name, query: asked if name == "bug_lab" else None)
    page.query |= {"view": ["map:2"], "noise": ["0.2"]}
    lock.arrive("bug_lab", False)
    assert (lock.text("view"), lock.text("noise")) == ("2", "0.2")
    assert (lock.hides("noise"), lock.hides("l2")) == (False, True)
    assert page.tab.embedded == {"bug_lab": asked}
    asked.own = ""
    lock.arrive("bug_lab", False)
    assert lock.text("view") is None


@pytest.mark.parametrize(
    ("address", "state", "is_open", "folded"),
    [
        ({}, {}, False, True),
        ({}, {"a": 1, "b": 2}, False, True),
        ({}, {"b": 3}, False, False),
        ({"a": ["1"]}, {}, False, False),  # it may ask for another value
        ({"c": ["1"]}, {"c": 9}, False, True),  # not one of its controls
        ({}, {}, True, False),
    ],
)
def test_controls_in_a_closed_box_are_drawn_only_where_one_may_differ_from_its_default(
    page, address, state, is_open, folded
):
    page.query |= address
    page.state |= state
    page.open = is_open
    lock.expander("More", {"a": 1, "b": 2})
    assert [lock.hides(key) for key in "abc"] == [folded, folded, False]
    assert page.state == state, "a run may be interrupted here, and Streamlit may still have them as drawn"
    lock.leave()
    assert page.state == {key: value for key, value in state.items() if key == "c" or not folded}


def test_a_box_whose_controls_are_all_hidden_is_none(page):
    page.query |= {"lock": ["1"], "open": ["a"]}
    lock.arrive("bug_lab", False)
    assert lock.expander("More", {"a": 1, "b": 2}).kind == "expander"
    assert lock.expander("More", {"c": 1, "b": 2}).kind == "container"


def test_a_lock_that_cannot_be_used_is_told(page):
    assert lock.problems() == []
    page.query["lock"] = [""]
    assert lock.problems() == ["lock is ''; allowed: 1. Nothing is locked."]
    page.query |= {"lock": ["1"], "open": ["x, y,z"]}
    lock.arrive("bug_lab", False)
    lock.hides("noise")
    (sentence,) = lock.problems()
    assert sentence == "open names 'x', 'y', 'z'; allowed: controls of this page, that is noise."
