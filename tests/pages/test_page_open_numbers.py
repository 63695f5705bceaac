"""A number that a line of the derivation leaves to the student is nowhere on the page until then."""

import re

import pytest
from visiting import charts, frames, opened, press, text

from lab.derivation import Problem, derive
from lab.derivation.fading import left_out

PROBLEM = Problem(activation="tanh")


def numbers_on(app):
    """All numbers in the page's text, formulas, code and charts, to three digits."""
    cells = [
        str(value)
        for chart in charts(app)
        for frame in frames(chart)
        for column in set(frame) & {"value", "gradient", "text"}
        for value in frame[column]
    ]
    written = [one.value for one in (*app.latex, *app.code)]
    titles = [chart.proto.alt for chart in charts(app)]
    everything = " ".join((text(app), *written, *cells, *titles)).replace("−", "-")
    return {float(f"{float(one):.3g}") for one in re.findall(r"-?\d+\.\d+(?:e-?\d+)?", everything)}


@pytest.mark.parametrize("key", ["hidden_activation", "hidden_delta"])
def test_an_open_number_is_nowhere_on_the_page_and_everywhere_once_it_is_answered(key):
    step = next(one for one in derive(PROBLEM) if one.key == key)
    first = next(iter(left_out(PROBLEM, step, 9).values()))
    assert first.kind == "number"
    app = opened("pages/derivation.py", {"step": key, "lines": "All", "predict": "false"})
    assert "Your line." in text(app)
    assert first.answer not in numbers_on(app)
    assert len(numbers_on(app)) > 20
    (box,) = [one for one in app.number_input if one.label == "Your answer"]
    box.set_value(first.answer)
    app = press(app, "Check")
    assert not app.exception
    assert first.answer in numbers_on(app)
