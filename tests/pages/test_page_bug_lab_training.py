"""The bug lab's trainings: long ones wait for a click, can be stopped, and go on with what is kept."""

import pytest
from visiting import charts, go, labels, opened, press, sentences

from ui.training import confirm

QUICK = {"n_samples": "300", "hidden_layer_sizes": "5,5", "epochs": "4"}
CURVES = "Line chart of the reported training loss"


def visit(**query):
    return opened("pages/bug_lab.py", QUICK | query)


def has_curves(app):
    return any(one.proto.alt.startswith(CURVES) for one in charts(app))


@pytest.mark.slow
def test_a_long_training_waits_for_a_click_the_rest_of_the_page_does_not_and_what_is_kept_stays(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = visit(init_seed="3100")
    assert not has_curves(app)
    assert len(charts(app)) >= 1, "the map of errors needs no training"
    (asked,) = [one for one in sentences(app) if "take about" in one]
    assert asked.startswith("6 trainings, with the bug and without")
    press(app, "Train")
    assert has_curves(app)
    assert sentences(app) == []
    assert "Train" not in labels(app)
    assert has_curves(go(app))
    (asked,) = [one for one in sentences(visit(init_seed="3100", bug="sawtooth")) if "take about" in one]
    assert asked.startswith("3 trainings"), "those without the bug are kept"
