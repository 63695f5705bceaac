"""A question of each page is answered above its charts, by what the page itself computes."""

from visiting import choose_question, press, text, visit

from lab.questions.learn import TWO_UNITS
from ui.training import confirm


def test_an_answer_waits_with_its_page_for_the_click_that_starts_the_work(monkeypatch):
    app = visit(n_samples="121")
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = choose_question(app, TWO_UNITS.question, 0)
    assert not app.exception
    assert [button.label for button in app.button].count("Train") == 1
    assert "The answer appears here once the experiment has run." in text(app)
    app = press(app, "Train")
    assert "**None of them: right.**] 0 of 5 random starts reach 95%" in text(app)
