"""The weight that a step first offers to move."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from derived import steps_of

from lab.derivation import Problem
from ui.derivation import nudging

PROBLEM = Problem(hidden_layer_sizes=(3, 3), activation="tanh", seed=2)


@pytest.fixture
def offered(monkeypatch):
    """A function of a step: the weight that is chosen at first."""

    def of(step):
        chosen = []
        choice = SimpleNamespace(
            selectbox=lambda label, names, index, key: chosen.append(list(names)[index]) or chosen[0]
        )
        move = SimpleNamespace(slider=lambda words, low, high, value, step, key: value)
        monkeypatch.setattr(nudging.st, "columns", lambda *_, **__: (choice, move))
        for name in ("markdown", "caption"):
            monkeypatch.setattr(nudging.st, name, lambda text: nullcontext())
        monkeypatch.setattr(nudging, "show", lambda *_, **__: None)
        nudging.draw(PROBLEM, step)
        return chosen[0]

    return of


def test_it_is_one_of_the_layer_that_the_step_is_about(offered):
    steps = [step for key, step in steps_of(PROBLEM).items() if key.partition(".")[0] in nudging.ABOUT]
    first = {step.main: offered(step) for step in steps}
    assert len(first) == 3
    for main, weight in first.items():
        assert weight.startswith(main.removeprefix("d_").translate(str.maketrans("123", "¹²³"))), (
            main,
            weight,
        )
