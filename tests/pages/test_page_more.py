"""The controls under "More": none while it is closed and all are at their defaults; none is ever lost."""

import pytest
from visiting import expected, go, hold, opened, parts, press, sentences, unfold, verdict, verdict_of, widget

from lab.links.fields import DEFAULTS
from ui.bug_lab import setup as bug_lab
from ui.sidebar.controls import MORE
from ui.training import progress

FOLDED = {name for names in MORE.values() for name in names} | {"seeds"}
PAGES = ("decision_boundary", "initialization", "gradient_check", "bug_lab", "sweeps")


@pytest.fixture(autouse=True)
def untrained(monkeypatch):
    """Every training waits for a click, which these tests do not give unless they say so."""
    monkeypatch.setattr(progress, "ASK_ABOVE", -1.0)


def drawn(app):
    """The keys of all widgets on the page."""
    return {getattr(part, "key", None) for part in parts(app)}


def fold(app):
    app.session_state["_more"] = False
    return go(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_at_its_defaults_draws_no_more_until_it_is_opened(page):
    app = opened(f"pages/{page}.py", {})
    assert not {"n_samples", "init_seed", "batch_size"} & drawn(app)
    unfold(app)
    assert {"n_samples", "init_seed", "batch_size"} <= drawn(app)
    assert not app.exception
    fold(app)
    assert not {"n_samples", "init_seed", "batch_size"} & drawn(app)


def test_all_of_more_comes_and_goes_together():
    app = opened("pages/decision_boundary.py", {})
    assert not FOLDED & drawn(app)
    assert drawn(unfold(app)) >= FOLDED


def test_what_differs_from_its_default_stays_when_more_is_closed():
    app = hold(opened("pages/decision_boundary.py", {}), optimizer="adam", seeds=2)
    assert drawn(fold(app)) >= FOLDED
    assert (widget(app, "optimizer").value, widget(app, "seeds").value) == ("adam", 2)


def test_a_link_that_asks_for_one_of_them_has_it():
    app = opened("pages/decision_boundary.py", {"init_seed": "7"})
    assert widget(app, "init_seed").value == 7
    assert not any("init_seed" in one for one in sentences(app))


def test_a_link_that_asks_for_what_cannot_be_is_told_so():
    app = opened("pages/decision_boundary.py", {"optimizer": "newton"})
    assert any("optimizer = 'newton'" in one for one in sentences(app))


def test_reset_folds_what_is_closed():
    app = opened("pages/decision_boundary.py", {"init_seed": "7", "seeds": "2"})
    press(app, "Reset")
    assert not FOLDED & drawn(go(app))
    assert widget(unfold(app), "init_seed").value == 0


def test_the_defaults_of_one_page_do_not_come_along_to_another():
    app = opened("pages/bug_lab.py", {})
    assert bug_lab.DEFAULTS["cycle_steps"] != DEFAULTS["cycle_steps"]
    app.switch_page("pages/decision_boundary.py")
    app.query_params["noise"] = "0.3"
    go(app)
    assert "cycle_steps" not in drawn(app)
    assert widget(unfold(app), "cycle_steps").value == DEFAULTS["cycle_steps"]


def test_folded_controls_train_the_defaults(monkeypatch):
    monkeypatch.setattr(progress, "ASK_ABOVE", 1e9)
    asked = {"epochs": "3", "hidden_layer_sizes": "4"}
    app = opened("pages/decision_boundary.py", asked)
    assert not FOLDED & drawn(app)
    for words in verdict_of(expected(epochs=3, hidden_layer_sizes=(4,))):
        assert words in verdict(app).replace("**", "")
