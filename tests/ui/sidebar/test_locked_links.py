"""A lock: which controls it hides, the values it fixes, and when it begins and ends."""

import pytest
from streamlit.testing.v1 import AppTest


def on_a_page(query, ask):
    """A script of its own for AppTest: on arrival by a link, what `lock` answers to the questions `ask`."""
    import streamlit as st

    from ui.frame.visit import visit
    from ui.sidebar import lock

    for name, texts in query.items():
        st.query_params[name] = texts
    visit().page = "decision_boundary"
    lock.arrive("decision_boundary", False)
    answers = []
    for function, arguments in ask:
        answers.append(getattr(lock, function)(*arguments))
    st.session_state["_answers"] = answers


def answers(query, *ask):
    app = AppTest.from_function(on_a_page, kwargs={"query": query, "ask": ask}, default_timeout=30).run()
    assert not app.exception
    return app.session_state["_answers"]


LOCK = {"lock": "1", "open": "noise, seeds", "noise": "0.2", "view": "2", "train": "true", "l2": "0;1"}


def test_only_the_open_controls_and_those_the_task_needs_are_shown():
    keys = ("noise", "seeds", "l2", "train", "points")
    hidden = answers(LOCK, *(("hides", (key,)) for key in keys), ("fixed", ()))
    assert hidden == [False, False, True, False, False, ("l2",)]
    assert answers(LOCK | {"points": "1,2,0"}, ("hides", ("points",))) == [True]
    assert answers(LOCK | {"lock": "2"}, *(("hides", (key,)) for key in keys)) == [False] * 5


@pytest.mark.parametrize(
    ("key", "text", "default", "allowed", "value"),
    [
        ("seeds", "3", 5, range(1, 11), 3),
        ("seeds", "11", 5, range(1, 11), 5),
        ("seeds", "many", 5, None, 5),
        ("predict", "false", True, None, False),
        ("predict", "False", True, None, True),
        ("view", "mean", "1", None, "mean"),
        ("view", "mean", "1", ("1", "2"), "1"),
        ("sets", ["zeros", "normal"], [], None, ["zeros", "normal"]),
        ("absent", None, 7, None, 7),
    ],
)
def test_a_pages_own_widget_has_the_links_value_where_it_is_allowed(key, text, default, allowed, value):
    query = {"lock": "1"} | ({key: text} if text else {})
    assert answers(query, ("linked_value", (key, default, allowed))) == [value]
    assert answers({key: text} if text else {}, ("linked_value", (key, default, allowed))) == [default]


@pytest.mark.parametrize(
    ("name", "text", "options", "value"),
    [
        ("noise", "0.25", None, 0.25),
        ("noise", "7", None, 0.1),
        ("learning_rate", "0.123", None, 0.123),
        ("learning_rate", "0", None, 0.1),
        ("momentum", "0.9995", None, 0.1),
        ("init_seed", "4294967296", None, 0.1),
        ("l2", "weak", None, "weak"),
        ("name", "moons", None, "moons"),
        ("name", "moons", ("xor",), 0.1),
        ("name", "iris", None, 0.1),
    ],
)
def test_a_hidden_field_has_the_links_value_where_it_is_allowed(name, text, options, value):
    """0.1 stands for the default; the text of a box stays, to be refused in a sentence."""
    assert answers({"lock": "1", name: text}, ("linked_field", (name, options, 0.1))) == [value]


def test_a_page_left_is_found_again_until_a_link_without_a_lock_opens_it():
    page = "decision_boundary"
    ask = [("leave", (page,)), ("arrive", (page, True)), ("text", ("noise",))]
    _, again, noise = answers(LOCK, *ask)
    assert again == {name: [text] for name, text in LOCK.items()}
    assert noise == "0.2"
    assert answers(LOCK, *ask, ("arrive", ("sweeps", True)))[-1] is None
    assert answers({"noise": "0.2"}, *ask) == [None, None, None]


def test_an_unusable_lock_gets_a_sentence():
    assert answers({"lock": "yes"}, ("problems", ())) == [["lock is 'yes'; allowed: 1. Nothing is locked."]]
    (told,) = answers({"lock": "1", "open": "a,b,c,d"}, ("hides", ("noise",)), ("problems", ()))[1]
    assert told == "open names 'a', 'b', 'c', …; allowed: controls of this page, that is noise."
