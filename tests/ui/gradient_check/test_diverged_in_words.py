"""What further checks say of a network whose loss or derivatives are not numbers."""

from types import SimpleNamespace

import numpy as np
import pytest
from gradient_checks import subject

from lab.gradient_check.plan import Plan
from lab.links.cost import Speed
from lab.published import one_sided
from mlp.network import objective
from ui.gradient_check import further_checks

PLAN = Plan("an experiment", 16, "central", 1e-5, "float64", "all")
NAN = float("nan")


@pytest.mark.filterwarnings("ignore")
def test_a_start_without_a_finite_loss_is_no_multiple_of_the_loss_of_zero_logits(monkeypatch):
    said = []
    shared = SimpleNamespace(view=lambda key, make: make(), speed=Speed(1e-6, 1e-9, 1e-10, {"relu": 1e-9}))
    monkeypatch.setattr(further_checks, "cache", lambda: shared)
    monkeypatch.setattr(further_checks, "show_rows", lambda *_, **__: None)
    monkeypatch.setattr(further_checks.st, "markdown", said.append)
    network = subject("relu", init_scale=1e200)
    assert not np.isfinite(objective(network.params, network.X, network.y, network.config)[0])
    further_checks.initial_loss(PLAN, network)
    assert " × 1e+200 has **no finite loss** on these 16 examples. Other logits" in said[0]
    assert "nan" not in said[0]


def test_differences_that_are_not_numbers_are_said_not_to_be_reported():
    none = one_sided.flagged(dict.fromkeys((1.0, 1e-5), (np.full(3, NAN), np.zeros(3))))
    assert [row.n_lost for row in none] == [3] * 6
    said = one_sided.verdict(none)
    assert "the differences are not numbers" in said
    assert "0 of 3" not in said
    some = one_sided.flagged(dict.fromkeys((1.0, 1e-5), (np.array([0.0, NAN, 1.0]), np.zeros(3))))
    assert "reports 1 of 3 derivatives of the right gradient" in one_sided.verdict(some)
    assert "1 difference of each, not a number, cannot be reported. " in one_sided.verdict(some)
    whole = one_sided.flagged(dict.fromkeys((1.0, 1e-5), (np.ones(3), np.zeros(3))))
    assert "not a number" not in one_sided.verdict(whole)
