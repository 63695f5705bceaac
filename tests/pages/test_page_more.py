"""The controls under "More": none while it is closed and all are at their defaults; none is ever lost."""

import pytest
from streamlit.runtime.scriptrunner import StopException
from visiting import (
    answer_in_menu,
    choose_question,
    go,
    hold,
    menu,
    opened,
    parts,
    press,
    sentences,
    unfold,
    widget,
)

from lab.links.fields import DEFAULTS
from lab.links.sweep_plan import NONE
from lab.questions.answer import SHOWN
from ui.bug_lab import gallery as bug_lab
from ui.frame import first_chart
from ui.sidebar.controls import MORE

pytestmark = pytest.mark.usefixtures("no_timeline", "untrained")
FOLDED = {name for names in MORE.values() for name in names} | {"seeds"}
PAGES = ("initialization", "bug_lab", "sweeps")


def drawn(app):
    """The keys of all widgets on the page."""
    return {getattr(part, "key", None) for part in parts(app)}


def fold(app):
    app.session_state["_more"] = False
    return go(app)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_at_its_defaults_draws_no_more_until_it_is_opened(page):
    app = opened(f"pages/{page}.py", {})
    assert not {"n_samples", "init_seed", "batch_size"} & drawn(app)
    unfold(app)
    assert {"n_samples", "init_seed", "batch_size"} <= drawn(app)
    assert not app.exception


def test_all_of_more_comes_and_goes_together_but_stays_where_something_differs():
    app = opened("pages/decision_boundary.py", {})
    assert not FOLDED & drawn(app)
    assert drawn(unfold(app)) >= FOLDED
    assert not FOLDED & drawn(fold(app))
    hold(app, optimizer="adam", seeds=2)
    assert drawn(fold(app)) >= FOLDED
    assert (widget(app, "optimizer").value, widget(app, "seeds").value) == ("adam", 2)


def test_a_link_that_asks_for_one_of_them_has_it_or_is_told_and_reset_folds_it():
    app = opened("pages/decision_boundary.py", {"init_seed": "7", "optimizer": "newton"})
    assert widget(app, "init_seed").value == 7
    (told,) = [one for one in sentences(app) if one.startswith("The link")]
    assert "optimizer = 'newton'" in told
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


def test_what_is_set_in_controls_that_are_not_drawn_yet_goes_into_the_address():
    app = opened("pages/decision_boundary.py", {})
    choose_question(app, "How much weight decay?")
    asked = {"compare": "l1 and l2", "values": "0.0001 / 0.001 / 0.003", "schedule": "inverse_epoch"}
    assert {key: app.query_params.get(key) for key in asked} == asked
    app = opened("pages/sweeps.py", {"axis2": NONE})
    hold(app, axis2="momentum")
    assert app.query_params["values2"] == widget(app, "values2").value


def test_what_a_question_sets_is_in_the_address_though_the_run_that_folded_its_control_was_interrupted(
    monkeypatch,
):
    app = press(opened("pages/decision_boundary.py", {"init_seed": "7"}), "Reset")

    def interrupted():
        raise StopException

    with monkeypatch.context() as patch:
        patch.setattr(first_chart, "sent", interrupted)
        menu(app)
    assert "init_seed" not in drawn(app), "its control is folded, but Streamlit still has it bound"
    answer_in_menu(app, "What if all weights start at zero?", SHOWN)
    assert app.session_state["initializer"] == "zeros"
    assert dict(app.query_params) == {"activation": "tanh", "initializer": "zeros"}
