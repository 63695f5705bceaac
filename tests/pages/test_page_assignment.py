"""The page of an assignment, and the locked pages of its tasks: a student's way to a hand-in."""

import re

import pytest
from visiting import charts, opened, parts, plain, press, sentences, text, widget

from lab.assignment import KINDS, Assignment, Task, hand_in_for, link_text, read_hand_in, student_seed
from lab.questions.search import SWEEPS
from ui.frame.visit import KEY

pytestmark = pytest.mark.usefixtures("no_timeline")

PAGE = "pages/assignment.py"
DELTA = {"step": "output_delta", "asks": "number"}
TWO_UNITS = {"page": "decision_boundary", "question": "would-two-hidden-units-be-enough"}
GOAL = {"target": 0.95, "most_units": 8}
SMALL = {"n_samples": 200, "epochs": 20}


def assigned(*tasks):
    return Assignment("Week 5 [x](http://y)", tasks)


def begun(assignment, name="Ann 4711"):
    """The assignment's page, with a name typed."""
    app = opened(PAGE, {"tasks": link_text(assignment)})
    widget(app, "_student").set_value(name)
    return press(app, "Begin")


def unfolded(app, *places):
    app.session_state[KEY].taken.unfolded.update(places)
    return app.run()


def answer(app, assignment, place, value, name="Ann 4711"):
    """Give an answer in the form of the task at a place; a list for several numbers."""
    key = f"_answer_{student_seed(assignment, name)}_{place}"
    for n, one in enumerate(value if isinstance(value, list) else [value]):
        widget(app, f"{key}_{n}" if isinstance(one, str) else key).set_value(one)
    form = f"FormSubmitter:_task_{place}"
    button = next(one for one in app.button if (one.key or "").startswith(form))
    button.click()
    return app.run()


def said(app):
    """All that the page says, a success too."""
    return "\n".join([text(app), *(plain(one.value) for one in app.success)])


def handed_in(app, assignment):
    app = press(app, "Hand in")
    return read_hand_in(
        next(code.value for code in app.code if re.fullmatch(r"[\w-]+\.[0-9a-f]{8}", code.value)), assignment
    )


def right(assignment, place, name="Ann 4711"):
    task = assignment.tasks[place]
    return KINDS[task.kind].solve(task, student_seed(assignment, name)).answer


def page_of(assignment, place, name="Ann 4711"):
    """(app, the address) of the locked page of a task, for a student whose name is known."""
    task = assignment.tasks[place]
    asked = KINDS[task.kind].ask(task, student_seed(assignment, name))
    app = begun(assignment, name)
    query = {**asked.query, "tasks": link_text(assignment), "task": str(place + 1)}
    app.switch_page(f"pages/{asked.page}.py")
    app.query_params.clear()
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_without_a_link_the_page_asks_for_one_and_is_in_no_menu():
    app = opened(PAGE, {})
    assert "An assignment comes as a link from your instructor" in said(app)
    link = f"http://lab/assignment?tasks={link_text(assigned(Task('hunt', {'hunt': True})))}"
    widget(app, "_tasks_link").set_value(link)
    app = press(app, "Open")
    assert "1 task, 1 point." in said(app)
    assert not app.exception


def test_a_name_begins_the_tasks_and_a_name_that_is_none_is_refused():
    one = assigned(Task("step", DELTA), Task("hunt", {"hunt": True}, points=2.5))
    app = opened(PAGE, {"tasks": link_text(one)})
    assert "2 tasks, 3.5 points." in said(app)
    assert "Given" not in said(app)
    widget(app, "_student").set_value(" ")
    app = press(app, "Begin")
    assert sentences(app) == ["Your name or number is ''; allowed: 1 to 40 characters, on one line."]
    widget(app, "_student").set_value("=cmd|'/c calc'!A1 <b>")
    app = press(app, "Begin")
    assert [one.value for one in app.text] == ["=cmd|'/c calc'!A1 <b>"], "as plain text"
    assert [box.label.split(" · ")[1:] for box in app.expander] == [
        ["1 point", "open"],
        ["2.5 points", "open"],
    ]
    assert not app.exception


def test_a_link_that_is_cut_off_is_refused_in_a_sentence_and_the_page_works():
    app = opened(PAGE, {"tasks": link_text(assigned(Task("hunt", {"hunt": True})))[:-4]})
    (sentence,) = sentences(app)
    assert sentence.startswith("The assignment's link is cut off")
    assert not app.exception


@pytest.mark.parametrize("shown", ["nothing", "verdict", "reason"])
def test_what_is_said_of_an_answer_is_what_the_instructor_has_chosen(shown):
    one = assigned(Task("step", DELTA, shown=shown))
    wrong = next(w for w in KINDS["step"].solve(one.tasks[0], student_seed(one, "Ann 4711")).wrong)
    app = answer(begun(one), one, 0, wrong.answer)
    assert ("Not right." in said(app)) == (shown != "nothing")
    assert (wrong.why in said(app)) == (shown == "reason")
    assert ("Your answer is kept." in said(app)) == (shown == "nothing")
    app = answer(app, one, 0, right(one, 0))
    assert ("Right." in said(app)) == (shown != "nothing")
    assert "answered" in app.expander[0].label
    found = handed_in(app, one)
    assert found.answers == (right(one, 0),)
    assert found.attempts == (2,)


def test_a_number_that_cannot_be_read_is_refused_and_the_answer_before_is_kept():
    one = assigned(Task("step", DELTA))
    app = answer(begun(one), one, 0, "0.25")
    app = answer(app, one, 0, "0,3")
    assert "The number is '0,3'; allowed: a decimal point, as in 0.3." in sentences(app)
    app = answer(app, one, 0, "0.25")
    assert handed_in(app, one).attempts == (1,), "the same answer again is no new attempt"
    assert handed_in(app, one).answers == ("0.25",)


def test_choices_programs_and_homework_are_answered_on_the_page_itself():
    one = assigned(
        Task("repair", {"repair": True}),
        Task("hunt", {"hunt": True}),
        Task("homework", {"homework": True, "hidden_layer_sizes": [4], "activation": "tanh"}),
    )
    app = unfolded(begun(one), 1, 2)
    app = answer(app, one, 0, int(right(one, 0)))
    app = answer(app, one, 1, int(right(one, 1)))
    app = answer(app, one, 2, right(one, 2).split(";"))
    assert [part.value for part in app.success] == ["Right. "] * 3 or len(app.success) == 3
    assert "All 3 tasks are answered." in said(app)
    assert handed_in(app, one).answers == tuple(right(one, place) for place in range(3))


@pytest.mark.parametrize(
    "answers", [("x", "9999", "1;2;3", "<b>"), ("-1", "nan", ";;;", "a=%00"), ("9" * 40,) * 4]
)
def test_answers_that_a_browser_has_kept_may_be_anything(answers):
    one = assigned(
        Task("step", DELTA, shown="reason"),
        Task("hunt", {"hunt": True}, shown="reason"),
        Task("homework", {"homework": True, "hidden_layer_sizes": [4]}, shown="reason"),
        Task("experiment", GOAL, shown="reason"),
    )
    app = opened(PAGE, {"tasks": link_text(one)})
    app.session_state[KEY].taken.resume(hand_in_for(one, "Ann", answers, [1] * 4).code())
    app = unfolded(app, *range(4))
    assert not app.exception
    assert len(app.error) >= 4
    assert not any("http" in error.value or "<b>" in error.value for error in app.error)


def test_another_student_has_other_numbers_and_starting_again_forgets_the_answers():
    one = assigned(Task("step", DELTA))
    app = answer(begun(one), one, 0, right(one, 0))
    mine = text(app)
    app = press(app, "Start again")
    assert "_student" in {getattr(part, "key", None) for part in parts(app)}
    widget(app, "_student").set_value("Bob")
    app = press(app, "Begin")
    assert "No task is answered yet." in said(app)
    assert mine != text(app)
    assert handed_in(app, one).student == "Bob"


def test_the_page_of_a_step_gives_the_number_away_with_the_reason_alone():
    for shown in ("verdict", "reason"):
        one = assigned(Task("step", DELTA, shown=shown))
        app = page_of(one, 0)
        assert "Task 1 of 1 · 1 point · The loss and the logits: a number" in said(app)
        assert "Predict first" not in said(app)
        assert "Show me" not in [button.label for button in app.button]
        assert len(app.get("latex")) == 0
        app = answer(app, one, 0, "77")
        assert "Not right." in said(app)
        assert len(app.get("latex")) == 0, "not after a wrong answer"
        assert not offers_lines(app), "no line is drawn"
        app = answer(app, one, 0, right(one, 0))
        assert "Right." in said(app)
        assert (len(app.get("latex")) > 0) == (shown == "reason")
        assert offers_lines(app) == (shown == "reason")
        assert not app.exception


def offers_lines(app):
    return "lines" in {getattr(part, "key", None) for part in parts(app)}


@pytest.mark.slow
@pytest.mark.parametrize("shown", ["nothing", "verdict", "reason"])
def test_a_pages_question_waits_for_the_answer_and_then_says_what_was_chosen(shown):
    one = assigned(Task("question", TWO_UNITS, shown=shown))
    app = page_of(one, 0)
    assert charts(app) == []
    opens = shown != "nothing"
    assert ("The experiment opens with your answer." in said(app)) == opens
    wrong = [n for n in range(3) if n != int(right(one, 0))]
    app = answer(app, one, 0, wrong[0])
    assert (len(charts(app)) > 2) == opens
    assert ("The experiment stays closed, because it would show the answer." in said(app)) != opens
    verdicts = [] if shown == "nothing" else ["Not right."]
    assert [plain(error.value).strip() for error in app.error] == verdicts, "the student may choose again"
    app = answer(app, one, 0, int(right(one, 0)))
    assert charts(app) == [] if shown == "nothing" else len(charts(app)) > 2
    assert ("Right." in said(app)) == (shown != "nothing")
    assert ("random starts reach 95%" in said(app).split("Map")[0]) or shown != "reason"
    assert "The engine finds" not in said(app)
    assert not app.exception


@pytest.mark.slow
def test_the_answer_to_a_sweeps_question_is_judged_once_the_sweep_has_run():
    (key, *_) = [one.key for one in SWEEPS]
    one = assigned(Task("question", {"page": "sweeps", "question": key}))
    app = page_of(one, 0)
    assert charts(app) == []
    app = answer(app, one, 0, 0)
    assert re.search(
        "Whether it is right appears here once the experiment has run|Right|Not right", said(app)
    )
    for _ in range(20):
        if "appears here once" not in said(app):
            break
        app = app.run()
    assert re.search(r"Right\.|Not right\.", said(app))
    assert not app.exception


@pytest.mark.slow
def test_the_hunt_of_a_task_is_answered_in_its_box_and_reveals_nothing():
    one = assigned(Task("hunt", {"hunt": True}, shown="nothing"))
    app = page_of(one, 0)
    labels = [button.label for button in app.button]
    assert "Somebody wrote this program" in said(app)
    assert not {"Submit", "Give up", "Start the next hunt"} & set(labels)
    assert "This hunt is worth" not in [metric.label for metric in app.metric]
    app = answer(app, one, 0, int(right(one, 0)))
    assert "Right" not in said(app)
    assert "Your answer is kept." in said(app)


@pytest.mark.slow
def test_an_experiment_is_handed_in_from_its_page_and_trained_from_other_starts():
    one = assigned(Task("experiment", GOAL | SMALL, shown="reason"))
    app = page_of(one, 0)
    widget(app, "hidden_layer_sizes").set_value("9")
    assert widget(app, "epochs").value == 20, "as many as the task allows"
    app = press(app.run(), "Submit these settings as my answer")
    assert "hidden_layer_sizes is '9'; allowed: 8 units together." in sentences(app)
    widget(app, "hidden_layer_sizes").set_value("8")
    widget(app, "learning_rate").set_value(1.0)
    app = press(app.run(), "Submit these settings as my answer")
    assert "Your answer: hidden_layer_sizes=8, learning_rate=1" in said(app)
    verdict = r"From 5 other starts than those of your mark, this earns \d+% of the points\. "
    assert re.search(verdict + r"\d of 5 starts reach(es)? 95%", said(app))
    assert not app.exception


def test_a_task_number_that_the_assignment_does_not_have_shows_no_box():
    one = assigned(Task("step", DELTA))
    for number in ("0", "2", "x", "1" * 400):
        app = opened("pages/derivation.py", {"lock": "1", "tasks": link_text(one), "task": number})
        assert "Task " not in said(app)
        assert not app.exception


def test_a_locked_page_opened_before_a_name_was_typed_asks_for_it():
    one = assigned(Task("step", DELTA))
    app = opened("pages/derivation.py", {"lock": "1", "tasks": link_text(one), "task": "1"})
    assert "type it on the assignment's page first" in said(app)
    assert not app.exception


def test_a_name_that_was_refused_is_there_to_be_shortened_after_a_look_at_another_page():
    app = opened(PAGE, {"tasks": link_text(assigned(Task("step", DELTA)))})
    widget(app, "_student").set_value("Ann " * 12)
    app = press(app, "Begin")
    assert "allowed: 1 to 40 characters" in sentences(app)[0]
    app.switch_page("pages/home.py").run()
    app.switch_page(PAGE).run()
    assert widget(app, "_student").value == "Ann " * 12
