"""The matrices of a step have a heading above them; a step without matrices has no heading."""

import pytest

from lab.derivation import Problem, derive
from ui.derivation import workings


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn: texts, and what the component is given."""
    calls = []
    monkeypatch.setattr(workings.st, "markdown", calls.append)
    monkeypatch.setattr(workings, "_component", lambda data, key: calls.append((key, data)))
    return calls


def test_a_step_without_matrices_has_no_heading_either(drawn, monkeypatch):
    problem = Problem()
    step = derive(problem)[0]
    monkeypatch.setattr(workings, "workings", lambda problem, step: [])
    assert workings.draw(problem, step) is False
    assert drawn == []


def test_the_matrices_of_a_step_have_a_heading_and_their_colours(drawn):
    problem = Problem()
    step = next(one for one in derive(problem) if one.key == "hidden_weights")
    assert workings.draw(problem, step) is True
    heading, (key, data) = drawn
    assert heading.startswith("**Where does this number come from?**")
    assert key == "_workings_hidden_weights"
    named = {matrix["key"] for one in data["workings"] for matrix in one["matrices"]}
    assert named
    assert data["colours"].keys() == named
