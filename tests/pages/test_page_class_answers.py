"""A class's answers: counted without names, hidden until revealed, projected by the instructor."""

import pytest
from visiting import charts, frames, opened, plain, press, query_of, said, sentences, text

from lab.assignment.kinds.questions import QUESTIONS
from lab.bugs.hunt import hunt
from lab.class_counts import MOST_CLASSES, ClassCounts, code_of
from lab.questions.rooms import query, rooms
from ui.bug_lab.hunt import answers
from ui.frame import class_answers

pytestmark = pytest.mark.usefixtures("no_timeline")

KEY = "ABCDEFGHJKLM"
CODE = code_of(KEY)
ROOM = next(room for room in rooms() if room.page == "derivation")
PRESET = next(one for one in QUESTIONS["derivation"] if one.choices)
NAME = f"derivation:{PRESET.key}"
LINK = query(ROOM, PRESET) | {"lock": "1", "open": "", "class": CODE}


@pytest.fixture(autouse=True)
def counts(monkeypatch):
    """The counts of this test alone; every visit is a visitor of its own."""
    own = ClassCounts()
    monkeypatch.setattr(class_answers, "counts", lambda: own)
    monkeypatch.setattr("ui.class_answers.counts", lambda: own)
    return own


def student():
    app = opened(ROOM.script, LINK)
    assert not app.exception
    return app


def answer(app, choice):
    return next(one for one in app.radio if one.label == "Your answer").set_value(choice).run()


def projector(of=NAME, key=KEY):
    app = opened("pages/class_answers.py", {"key": key, "of": of})
    assert not app.exception
    return app


def bars(app):
    """{(answer, round): count} of the chart."""
    (frame,) = frames(charts(app)[0])
    return {(row.answer, row.round): row.count for row in frame.itertuples()}


def test_answers_are_counted_and_held_until_the_instructor_reveals_them(counts):
    first, second = student(), student()
    assert [one.label for one in first.radio] == ["Your answer"]
    assert len(charts(first)) == 0
    first = answer(first, 0)
    second = answer(answer(second, 0), 1)
    assert counts.look(CODE, NAME) == ([{0: 1, 1: 1}], False)
    assert "Your answer is counted, without your name. You can change it." in text(first)
    assert len(first.subheader) == 0, "the page would give it away"
    screen = projector()
    assert "### 2 answers" in [one.value for one in screen.markdown]
    shown = bars(screen)
    assert shown[PRESET.choices[0], "first round"] == shown[PRESET.choices[1], "first round"] == 1
    assert sum(shown.values()) == 2
    assert f"{PRESET.choices[0]}, first round: 1" in said(screen)[0]
    press(screen, "Reveal the answer")
    for app, choice in ((first.run(), 0), (second.run(), 1)):
        assert not any(one.key.startswith("_class_") for one in app.radio)
        assert PRESET.choices[choice] in text(app)
        assert any("right" in one.value or "You said" in one.value for one in app.markdown)
    late = student()
    assert any("The engine finds" in one.value for one in late.markdown)


def test_a_second_round_begins_without_answers_and_both_are_projected(counts):
    app, screen = answer(student(), 0), projector()
    screen = press(screen, "Ask again")
    app = app.run()
    assert "Discuss it with your neighbours, then answer once more." in text(app)
    assert app.radio[0].value is None
    app = answer(app, 1)
    screen = screen.run()
    assert "### 1 answer in round 2" in [one.value for one in screen.markdown]
    shown = bars(screen)
    assert (shown[PRESET.choices[0], "first round"], shown[PRESET.choices[1], "second round"]) == (1, 1)
    screen = press(screen, "Clear all answers")
    assert counts.look(CODE, NAME) == ([{}], False)
    assert "### 0 answers" in [one.value for one in screen.markdown]


@pytest.mark.slow
def test_a_hunt_is_answered_together(counts):
    app = opened("pages/bug_lab.py", {"mode": "Hunt", "hunt": "7", "class": CODE})
    assert not app.exception
    box = next(one for one in app.selectbox if one.label == "Your answer")
    app = box.set_value("none").run()
    assert counts.look(CODE, "hunt:7") == ([{"none": 1}], False)
    assert "Submit" not in [one.label for one in app.button]
    screen = press(projector("hunt:7"), "Reveal the answer")
    right = next(title for title, key in answers().items() if key == hunt(7).answer)
    assert any(right in one.value for one in screen.success)
    app = app.run()
    box = next(one for one in app.selectbox if one.label == "Your answer")
    assert box.value == "There is no bug"
    assert "Submit" in [one.label for one in app.button]


def test_a_code_that_is_none_is_named_in_a_sentence_and_the_page_works_without_it(counts):
    app = opened(ROOM.script, LINK | {"class": "<b>"})
    assert not app.exception
    assert any(one.startswith("class is '") and "six letters and digits" in one for one in sentences(app))
    assert counts.look(CODE, NAME) == ([{}], False)


def test_an_address_that_projects_nothing_is_refused_in_a_sentence():
    app = opened("pages/class_answers.py", {"key": "ABC", "of": NAME})
    assert not app.exception
    (told,) = sentences(app)
    assert told.startswith("key is 'ABC'; allowed: twelve letters and digits")
    assert not charts(app)


def test_a_server_that_is_full_says_so(counts):
    for n in range(MOST_CLASSES):
        counts.answer(f"{n:06}", "q", "a", "x")
    app = answer(student(), 0)
    assert any(one.startswith("This server is counting for 200 classes") for one in sentences(app))
    (told,) = sentences(press(projector(), "Reveal the answer"))
    assert told.startswith("This server is counting for 200 classes")


def test_the_page_for_instructors_gives_a_link_of_both_kinds():
    app = opened("pages/instructors.py", {"part": "Class"})
    links = [one.value for one in app.code if "class=" in one.value or "class_answers?" in one.value]
    (for_class, to_project) = links
    key, of = (query_of(to_project)[name] for name in ("key", "of"))
    assert query_of(for_class)["class"] == code_of(key)
    assert key not in for_class
    screen = opened("pages/class_answers.py", {"key": key, "of": of})
    assert not screen.exception
    assert code_of(key) in next(one.value for one in screen.code)
    assert plain(screen.title[0].value) == "What does the class think?"


def test_a_browser_is_known_again_after_a_reload():
    first = "2|85567663|0239f7111059230de807cceef71717ba|1795790601"
    second = "2|785bd5e0|ff345492ed54808e150a6f6d0a1ab439|1795790601"
    assert class_answers.browser_token(first) == class_answers.browser_token(second)
    assert len(class_answers.browser_token(first)) == 16
    other = "2|785bd5e0|ff345492ed54808e150a6f6d0a1ab438|1795790601"
    assert class_answers.browser_token(other) != class_answers.browser_token(first)
    for cookie in (None, "", "2|a|b", "2|zz|zz|1", "2||ff|1", object()):
        assert class_answers.browser_token(cookie) == b""
