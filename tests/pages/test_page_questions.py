"""A question of each page is answered above its charts, by what the page itself computes."""

import pytest
from visiting import choose_question, home, opened, press, text, visit

from lab.questions.derive import DERIVATION
from lab.questions.learn import TWO_UNITS
from lab.questions.score import answerable
from lab.questions.verify import BUG_LAB
from ui.training import confirm


@pytest.mark.slow
def test_an_answer_waits_with_its_page_for_the_click_that_starts_the_work(monkeypatch):
    app = visit(n_samples="121")
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    app = choose_question(app, TWO_UNITS.question, 0)
    assert not app.exception
    assert [button.label for button in app.button].count("Train") == 1
    assert "The answer appears here once the experiment has run." in text(app)
    app = press(app, "Train")
    assert "**None of them: right.**] 0 of 5 random starts reach 95%" in text(app)


@pytest.mark.slow
def test_questions_of_the_derivation_and_of_the_bug_lab_are_answered_and_counted():
    units, early = DERIVATION[1], BUG_LAB[5]
    app = home()
    pills = next(one for one in app.get("button_group") if f"**{units.question}**" in one.label)
    app = pills.set_value(0).run()
    assert not app.exception
    assert "**Those with z below 0: right.**] For the first example z is" in text(app)
    app = choose_question(app.switch_page("pages/bug_lab.py").run(), early.question, 0)
    assert not app.exception
    said = f"You said: {early.choices[0]}.] The engine finds: **{early.choices[1]}**. It is the only one of"
    assert said in text(app)
    assert f"2 of {len(answerable())} questions explored; 1 of 2 predictions right." in text(app)


def test_a_bug_lab_that_waits_for_a_click_answers_after_it(monkeypatch):
    monkeypatch.setattr(confirm, "ASK_TO_TRAIN_ABOVE", 0.0)
    monkeypatch.setattr(confirm, "ASK_TO_COMPUTE_ABOVE", 0.0)
    app = choose_question(opened("pages/bug_lab.py", {"epochs": "2"}), BUG_LAB[3].question, 1)
    assert not app.exception
    assert "The answer appears here once the experiment has run." in text(app)
    assert "**No: right.**] None of the 10 tests finds it." in text(press(app, "Start"))
