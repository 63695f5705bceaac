"""What a link says of a page's own widgets: used, or refused in a sentence."""

import pytest
from visiting import opened, said, sentences

from ui.training import progress

BAD = {  # page: {key: (what the link asks for, what is shown)}
    "derivation": {"step": ("999", "20"), "d": ("9", "2"), "predict": ("maybe", "True")},
    "decision_boundary": {"mode": ("Both", "One experiment"), "seeds": ("99", "5")},
    "initialization": {"seeds": ("-1", "5")},
    "gradient_check": {
        "scheme": ("backward", "central"),
        "examples": ("1e9", "32"),
        "grid": ("every step", "√10 apart"),
    },
    "bug_lab": {"bug": ("ants", "mean taken twice")},
    "sweeps": {"least": ("-5", "0"), "design": ("Latin", "grid")},
}


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    monkeypatch.setattr(progress, "ASK_ABOVE", -1.0)


def refused(app):
    assert not app.exception
    return [one for one in sentences(app) if one.startswith("The link asks for")]


@pytest.mark.parametrize("page", BAD)
def test_a_value_that_the_widget_cannot_hold_is_told_once_and_an_empty_one_is_the_default(page):
    app = opened(f"pages/{page}.py", {key: asked for key, (asked, _) in BAD[page].items()})
    assert sorted(refused(app)) == sorted(
        f"The link asks for {key} = {asked!r}, which this page cannot use; it shows {shown} instead."
        for key, (asked, shown) in BAD[page].items()
    )
    app.run()
    assert refused(app) == [], "once is enough"
    app = opened(f"pages/{page}.py", dict.fromkeys(BAD[page], ""))
    assert refused(app) == []
    for key, (_, shown) in BAD[page].items():
        assert str(app.session_state[key]) in (shown, "None")


def test_a_hidden_widget_of_a_locked_link_speaks_too():
    app = opened("pages/decision_boundary.py", {"lock": "1", "open": "noise", "seeds": "99"})
    assert len(refused(app)) == 1
    assert "seeds = '99'" in refused(app)[0]


def test_what_another_page_left_in_the_address_was_not_asked_of_this_one():
    app = opened("pages/decision_boundary.py", {"mode": "Compare"})
    app.switch_page("pages/bug_lab.py").run()
    assert refused(app) == []


SMALL = {"n_samples": "40", "epochs": "1", "seeds": "1", "hidden_layer_sizes": "2"}
SHOWN = [
    ("decision_boundary", {"view": ""}),
    ("sweeps", {"view": " ", "metric": "", "values1": "0.1 / 1", "axis2": "–"}),
]


@pytest.mark.parametrize(("page", "query"), SHOWN)
def test_an_empty_choice_of_what_is_shown_shows_what_is_shown_without_one(page, query, monkeypatch):
    monkeypatch.setattr(progress, "ASK_ABOVE", 100.0)
    app = opened(f"pages/{page}.py", SMALL | query)
    assert not app.exception
    asked = {key: text for key, text in query.items() if text.strip()}
    assert said(app) == said(opened(f"pages/{page}.py", SMALL | asked)) != []
