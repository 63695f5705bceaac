"""What a visitor has chosen on a page, and no address tells, is there when the page is opened again."""

import pytest
from starting import DIGITS
from visiting import FAST, go, opened, widget

from lab.derivation import Problem, derive
from ui.decision_boundary import boundary
from ui.derivation import recall

LAST = recall.home(derive(Problem(activation="tanh")))
CASES = {  # a page's link, and choices that the page draws
    "home": ({}, {"_round_points": "moons", "_units": 2}),
    "five_students": ({}, {"_parts": "C"}),
    "decision_boundary": (FAST, {"_inside": True, "_edges": "update", "_unit": "unit 2 of layer 1"}),
    "derivation": (
        {"step": LAST, "predict": "false"},
        {"_recall": recall.ORDER, f"_graph_{LAST}": "Forward: values"},
    ),
    "initialization": (
        DIGITS | {"sets": "glorot_uniform", "train": "true"},
        {"_image": 7, "_symmetry": True, "_guessed": ["glorot_uniform"]},
    ),
    "bug_lab": ({"mode": "Hunt"}, {"_answer_1": "There is no bug"}),
    "instructors": ({}, {"_kind": "hunt", "_points": 3.0}),
}


@pytest.mark.parametrize("page", CASES)
def test_a_choice_is_there_when_its_page_is_opened_again(page, monkeypatch, no_timeline):
    monkeypatch.setattr(boundary, "INSIDE_ABOVE", -1.0)
    link, choices = CASES[page]
    app, first = go(opened(f"pages/{page}.py", link)), {}
    for key, value in choices.items():
        first[key] = widget(app, key).value
        assert first[key] != value
        widget(app, key).set_value(value)
        go(app)
    app.query_params.clear()  # the navigation's links have no parameters
    for one in ("assignment", page):
        app.switch_page(f"pages/{one}.py").run()
    assert not app.exception
    assert {key: widget(app, key).value for key in choices} == choices
