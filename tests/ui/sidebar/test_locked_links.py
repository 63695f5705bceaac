"""A lock: which controls it hides, the values it fixes, and when it begins and ends."""

from streamlit.testing.v1 import AppTest


def on_a_page(visits):
    """A script of its own for AppTest: what `lock` answers on arrival, [(query, questions), …]."""
    import streamlit as st

    from ui.frame.visit import KEY, Visit
    from ui.sidebar import lock

    st.session_state["_answers"] = []
    for query, ask in visits:
        st.query_params.clear()
        for name, texts in query.items():
            st.query_params[name] = texts
        st.session_state[KEY] = Visit(page="decision_boundary")
        lock.arrive("decision_boundary", False)
        answered = []
        for name, *arguments in ask:
            if name == "control":  # its widget, what it chooses from, its key, its default
                draw, *choices, key, default = arguments
                answered.append(lock.control(getattr(st, draw), "Label", *choices, key=key, default=default))
            else:
                answered.append(getattr(lock, name)(*arguments))
        st.session_state["_answers"].append(answered)


def answers(*visits):
    app = AppTest.from_function(on_a_page, kwargs={"visits": visits}, default_timeout=30).run()
    assert not app.exception
    return app.session_state["_answers"]


LOCK = {"lock": "1", "open": "noise, seeds", "noise": "0.2", "view": "2", "train": "true", "l2": "0;1"}


def test_only_the_open_controls_and_those_the_task_needs_are_shown():
    asked = [("hides", key) for key in ("noise", "seeds", "l2", "train", "points")]
    locked, with_points, unlocked = answers(
        (LOCK, [*asked, ("fixed",)]), (LOCK | {"points": "1,2,0"}, asked), (LOCK | {"lock": "2"}, asked)
    )
    assert locked == [False, False, True, False, False, ("l2",)]
    assert with_points == [False, False, True, False, True]
    assert unlocked == [False] * 5


def test_a_pages_own_widget_has_the_links_value_where_it_is_locked_and_allowed():
    cases = [
        ("seeds", "3", 5, range(1, 11), 3),
        ("seeds", "11", 5, range(1, 11), 5),
        ("seeds", "many", 5, None, 5),
        ("predict", "false", True, None, False),
        ("predict", "False", True, None, True),
        ("train", "true", False, None, True),
        ("view", "mean", "1", None, "mean"),
        ("view", "mean", "1", ("1", "2"), "1"),
        ("sets", ["zeros", "normal"], [], None, ["zeros", "normal"]),
        ("view", None, "7", None, "7"),
    ]
    for lock in ({"lock": "1"}, {}):
        asked = [
            (lock | ({k: text} if text else {}), [("linked_value", k, *how)]) for k, text, *how, _ in cases
        ]
        assert answers(*asked) == [[value if lock else default] for _, _, default, _, value in cases]


def test_a_hidden_number_may_be_the_least_and_the_largest_of_its_widget_and_nothing_beyond():
    texts = {"0": 3, "1": 1, "6": 6, "7": 3, "2.5": 3}
    for draw in ("slider", "number_input"):
        asked = [({"lock": "1", "size": text}, [("control", draw, 1, 6, "size", 3)]) for text in texts]
        assert answers(*asked) == [[value] for value in texts.values()]
    chosen = [({"lock": "1", "kind": text}, [("control", "selectbox", "ab", "kind", "a")]) for text in "abc"]
    assert answers(*chosen) == [["a"], ["b"], ["a"]]


def test_a_hidden_field_has_the_links_value_where_it_is_allowed():
    """0.1 stands for the default; the text of a box stays, to be refused in a sentence."""
    cases = [
        ("noise", "0.25", None, 0.25),
        ("noise", "7", None, 0.1),
        ("learning_rate", "0.123", None, 0.123),
        ("learning_rate", "0", None, 0.1),
        ("momentum", "0.9995", None, 0.1),
        ("init_seed", "4294967296", None, 0.1),
        ("l2", "weak", None, "weak"),
        ("name", "moons", None, "moons"),
        ("name", "moons", ("xor",), 0.1),
        ("name", "irises", None, 0.1),
    ]
    asked = [({"lock": "1", k: text}, [("linked_field", k, options, 0.1)]) for k, text, options, _ in cases]
    assert answers(*asked) == [[value] for *_, value in cases]


def test_a_page_left_is_found_again_until_a_link_without_a_lock_opens_it():
    page = "decision_boundary"
    ask = [("leave",), ("arrive", page, True), ("text", "noise"), ("arrive", "sweeps", True)]
    locked, unlocked = answers((LOCK, ask), ({"noise": "0.2"}, ask[:3]))
    assert locked[1:] == [{name: [text] for name, text in LOCK.items()}, "0.2", None]
    assert unlocked == [None, None, None]


def test_an_unusable_lock_gets_a_sentence():
    wrong, unknown = answers(
        ({"lock": "yes"}, [("problems",)]),
        ({"lock": "1", "open": "a,b,c,d"}, [("hides", "noise"), ("problems",)]),
    )
    assert wrong == [["lock is 'yes'; allowed: 1. Nothing is locked."]]
    assert unknown[1] == ["open names 'a', 'b', 'c', …; allowed: controls of this page, that is noise."]
