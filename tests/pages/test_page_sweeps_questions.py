"""A question of the sweeps page: asked, its sweep waits, runs, and answers it above the chart."""

import pytest
from visiting import FAST, choose_question, hold, labels, opened, press, text, widget

from lab.questions.score import answerable
from lab.questions.search import SWEEPS
from ui.sweeps import running
from ui.training import confirm

RATE, _, APART, _ = SWEEPS


@pytest.mark.slow
def test_the_answer_of_a_question_waits_for_its_sweep_and_stays_that_of_its_sweep(monkeypatch):
    monkeypatch.setattr(running, "REDRAW", 1e9)
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = choose_question(opened("pages/sweeps.py", FAST | {"init_seed": "91"}), RATE.question, 0)
    assert not app.exception
    assert f"**{RATE.question}** {RATE.predict}" in text(app)
    assert "The answer appears here once the experiment has run." in text(app)
    app = hold(app, axis2="–")
    assert "You have changed the experiment. Choose the question again to see its answer." in text(app)
    app = choose_question(app, APART.question, 0)
    assert widget(app, "values1").value == "relu / tanh / sigmoid / gelu"
    assert RATE.predict not in text(app)
    assert "explored" not in text(app), "a question without its answer does not count"
    app = press(app, "Start the sweep")
    assert not app.exception
    assert "60 trainings in 4 jobs, all done." in text(app)
    assert "**The activation alone: right.**] Friedman's test with 5 seeds: activation, p = 0.0" in text(app)
    assert f"1 of {len(answerable())} questions explored; your one prediction was right." in text(app)
    app = hold(app, noise=0.2)
    assert "Start the sweep" in labels(app)
    assert "**The activation alone: right.**" in text(app)
    assert "The answer belongs to the question's own experiment." in text(app)
