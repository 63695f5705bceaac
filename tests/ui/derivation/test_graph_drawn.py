"""The graph of a network: what it tells before a step is revealed, and after."""

import contextlib
import types

import numpy as np
import pytest

from lab.derivation import Problem, derive
from ui.derivation import figures

TANH = Problem(activation="tanh")
STEPS = {step.key: step for step in derive(TANH)}


@pytest.fixture
def drawn(monkeypatch):
    """Return a function that draws a step's graph and returns its nodes, edges, title and finding."""

    def draw(key, shows, *, revealed=False, problem=TANH):
        got = types.SimpleNamespace()
        monkeypatch.setattr(figures.st, "container", lambda **_: contextlib.nullcontext())
        monkeypatch.setattr(figures.st, "segmented_control", lambda *_, **__: shows)
        monkeypatch.setattr(figures.chain, "chosen", lambda problem, step: None)

        def chart(nodes, edges, title, **_):
            got.nodes, got.edges, got.title = nodes.set_index("id"), edges.set_index("id"), title

        monkeypatch.setattr(figures.charts, "graph", chart)
        monkeypatch.setattr(
            figures, "show", lambda chart, kind, finding, **_: setattr(got, "finding", finding)
        )
        step = STEPS[key] if problem is TANH else next(one for one in derive(problem) if one.key == key)
        figures._network(step.about(problem), step, revealed)
        return got

    return draw


@pytest.mark.parametrize("shows", [figures.VALUES, figures.GRADIENTS])
def test_the_asked_loss_is_hidden_whatever_the_graph_shows(drawn, shows):
    (loss,) = STEPS["loss"].claims["L"].analytic
    got = drawn("loss", shows)
    assert np.isnan(got.nodes.loc["L.0", "value"])
    assert got.nodes.loc["L.0", "gradient"] == 1
    assert got.nodes.loc["L.0", "text"] == {figures.VALUES: "?", figures.GRADIENTS: "1"}[shows]
    assert f"{loss:.3g}" not in got.finding + got.title
    got = drawn("loss", shows, revealed=True)
    assert got.nodes.loc["L.0", "value"] == loss
    if shows == figures.VALUES:
        assert got.finding == f"The loss for the first example is {loss:.4g}"


@pytest.mark.parametrize("shows", [figures.VALUES, figures.GRADIENTS])
def test_an_asked_gradient_is_hidden_whatever_the_graph_shows_and_the_values_are_not(drawn, shows):
    got = drawn("output_delta", shows)
    assert np.isnan(got.nodes.loc[["oa.0", "oa.1"], "gradient"]).all()
    assert np.isfinite(got.nodes["value"]).all()
    shown = got.nodes.loc[["oa.0", "oa.1"], "text"].tolist()
    assert (shown == ["?", "?"]) == (shows == figures.GRADIENTS)


def test_weights_are_told_unless_the_step_is_about_others(drawn):
    told = drawn("hidden_pre_activation", figures.VALUES).edges.loc["x.0>ha1.0", "text"]
    assert told.endswith(f": weight {TANH.params[0].W[0, 0]:.3g}")
    hidden = drawn("zeros_equal", figures.VALUES).edges.loc["x.0>ha1.0", "text"]
    assert hidden == "?"
    assert drawn("zeros_equal", figures.VALUES, revealed=True).edges.loc["x.0>ha1.0", "text"] != "?"


def test_an_aside_in_the_finding_ends_with_a_comma(drawn):
    got = drawn("zeros_equal", figures.VALUES, revealed=True)
    start, _, loss = got.finding.rpartition(" is ")
    assert start == "The loss, mean of all 3 examples, after 5 steps from zeros,"
    assert float(loss) == pytest.approx(STEPS["zeros_equal"].values["losses"][-1], rel=1e-3)
