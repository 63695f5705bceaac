"""The assignment that an instructor builds: its tasks in order, its key, and what an opened one stays."""

import contextlib
from dataclasses import replace
from types import SimpleNamespace

import pytest
from handed_in import TASKS

from lab.assignment import KINDS, Assignment, Task, key_of, link_text, unlocks
from lab.assignment.assignment import MOST_BYTES
from lab.assignment.key import digest_of
from ui.frame.visit import Visit
from ui.instructors import building, solving, unlocking
from ui.instructors import built as building_state
from ui.instructors.built import Built, offers


@pytest.fixture
def own():
    """Three tasks, named 0 to 2."""
    own = Built()
    for task in TASKS[:3]:
        own.add(task)
    return own


@pytest.mark.parametrize(
    ("name", "by", "order"),
    [
        (0, -1, [0, 1, 2]),
        (0, 1, [1, 0, 2]),
        (1, -1, [1, 0, 2]),
        (1, 1, [0, 2, 1]),
        (2, -1, [0, 2, 1]),
        (2, 1, [0, 1, 2]),
    ],
)
def test_a_task_moves_by_one_place_and_not_past_an_end(own, name, by, order):
    own.move(name, by)
    assert list(own.tasks.items()) == [(one, TASKS[one]) for one in order]
    assert own.assignment().tasks == tuple(TASKS[one] for one in order)


def test_a_task_that_cannot_be_added_is_refused_by_its_number_and_the_next_one_takes_the_sentence_away(own):
    own.add(replace(TASKS[3], points=-1))
    assert own.refused.startswith("points of task 4 is '-1'; allowed: ")
    assert list(own.tasks.values()) == list(TASKS[:3])
    own.title = ""  # it is asked for later
    own.add(TASKS[3])
    assert own.refused == ""
    assert list(own.tasks) == [0, 1, 2, 3]


def test_a_task_that_is_there_already_is_refused(own):
    own.add(TASKS[1])
    assert own.refused == "Task 4 is task 2 again; allowed: each task once."
    assert list(own.tasks.values()) == list(TASKS[:3])


def test_a_change_is_of_one_task_alone_and_a_removed_ones_name_is_not_given_again(own):
    own.change(1, points=7, tolerance=0.2)
    assert list(own.tasks.values()) == [TASKS[0], replace(TASKS[1], points=7, tolerance=0.2), TASKS[2]]
    own.remove(2)
    own.add(TASKS[4])
    assert list(own.tasks) == [0, 1, 3], "its widgets would have the values of the one before"


def test_several_tasks_on_one_subject_get_the_first_number_that_is_free():
    one, other = (offer.subject for offer in KINDS["chapter"].catalogue()[:2])
    own = Built()
    subjects = (one, one, other, one)
    for points, subject in enumerate(subjects, start=1):
        own.add(Task("chapter", subject, points=points))
    for _ in range(2):
        own.add(Task("repair", {"repair": True}))
    assert [task.subject.get("number") for task in own.tasks.values()] == [None, 1, None, 2, None, None]
    assert [task.subject.get("program") for task in own.tasks.values()][-2:] == [None, 1]
    own.remove(1)
    own.add(Task("chapter", one))
    assert [task.subject.get("number") for task in own.tasks.values()] == [None, None, 2, None, None, 1]
    assert own.refused == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chapter", "network", "n"),
    [
        ("Momentum and Adam", {}, 5),
        ("Minibatch and depth", {}, 7),
        ("Initialization", {}, 7),
        ("Initialization", {"activation": "relu"}, 6),  # without equal units, which may be inactive
        ("Other losses", {}, 8),
        ("The network", {}, 10),  # it has 11, but a number is at most 9
    ],
)
def test_a_chapter_is_asked_as_often_as_it_has_questions_and_no_student_has_one_twice(chapter, network, n):
    own, subject = Built(), {"chapter": chapter, "asks": "number", **network}
    for _ in range(n):
        own.add(Task("chapter", subject))
        assert own.refused == ""
    own.add(Task("chapter", subject))
    assert own.refused == f"There are {n} different tasks of this sort, and the assignment has them all."
    assert len(own.tasks) == n
    for seed in (0, 1, 2, 77, 123456):
        asked = {KINDS["chapter"].ask(task, seed).prompt for task in own.tasks.values()}
        assert len(asked) == n
    own.add(Task("hunt", {"hunt": True}))
    assert own.refused == "", "others may be added"


def test_no_student_has_one_program_to_repair_twice():
    own = Built()
    for _ in range(11):
        own.add(Task("repair", {"repair": True}))
    assert own.refused == "There are 10 different tasks of this sort, and the assignment has them all."
    assert len(own.tasks) == 10
    for seed in (*range(30), 123456):
        programs = {KINDS["repair"].ask(task, seed).code for task in own.tasks.values()}
        assert len(programs) == 10


def test_an_assignment_that_asks_a_chapter_too_often_still_opens_and_gets_no_more():
    """As the builder let an instructor build it before."""
    subject = {"chapter": "Momentum and Adam", "asks": "number"}
    tasks = [Task("chapter", subject | ({"number": n} if n else {})) for n in (0, 6, 7)]
    old = Assignment("Old", tasks)
    asked = [KINDS["chapter"].ask(task, 77).query["step"] for task in old.tasks]
    own = Built()
    own.open(old)
    assert own.assignment() == old
    for _ in range(2):
        own.add(Task("chapter", subject))
        asked.append(KINDS["chapter"].ask(list(own.tasks.values())[-1], 77).query["step"])
    assert len(set(asked)) == 5, "numbers 3 and 4 are the ones that nobody has yet"
    own.add(Task("chapter", subject))
    assert own.refused.startswith("There are 5 different tasks of this sort")


def test_an_assignment_begun_here_has_the_key_that_is_shown(own):
    assert own.key == own.own_key
    assert unlocks(own.assignment(), own.key)
    assert Built().key != own.key


@pytest.mark.parametrize("key", ["", digest_of(key_of("another"))])
def test_an_opened_assignment_stays_as_it_was_whether_it_has_a_key_or_none(own, key):
    old = Assignment("Last year", TASKS[3:], key=key)
    own.refused = "The assignment's link is cut off."
    own.open(old)
    assert own.assignment() == old
    assert (own.key, own.refused, own.n_opened) == ("", "", 1)
    assert list(own.tasks) == [3, 4], "none has the widgets of a task before"


def test_every_offer_of_a_kind_can_be_chosen():
    for kind, entry in KINDS.items():
        catalogue = entry.catalogue()
        groups = offers(kind)
        assert {(group, title): subject for group in groups for title, subject in groups[group].items()} == {
            (offer.group, offer.title): offer.subject for offer in catalogue
        }
        assert sum(map(len, groups.values())) == len(catalogue), "no two have one title"


@pytest.mark.parametrize(
    ("kind", "subject", "in_numbers"),
    [
        ("homework", {"homework": True}, True),
        ("step", {"step": "output_delta", "asks": "number"}, True),
        ("step", {"step": "output_delta", "asks": "sign"}, False),
        ("chapter", {"chapter": "Gradients"}, True),
        ("chapter", {"chapter": "Gradients", "asks": "number"}, True),
        ("chapter", {"chapter": "Gradients", "asks": "shape"}, False),
        ("hunt", {"hunt": True}, False),
    ],
)
def test_a_tolerance_is_asked_for_where_a_number_may_be_the_answer(kind, subject, in_numbers):
    assert building._in_numbers(kind, subject) == in_numbers


def file_of(content, name="a.json"):
    return SimpleNamespace(name=name, size=len(content), getvalue=lambda: content)


def test_a_file_of_an_assignment_may_have_as_many_bytes_as_allowed_and_no_more():
    old = Assignment("Last year", TASKS)
    content = b"\xef\xbb\xbf" + old.to_json().encode()
    assert building.of_file(file_of(content.ljust(MOST_BYTES))) == old
    with pytest.raises(ValueError, match=r"^The file 'a\.json' has 30,001 bytes; allowed: up to 30,000\.$"):
        building.of_file(file_of(content.ljust(MOST_BYTES + 1)))


@pytest.fixture
def tab(monkeypatch):
    tab = Visit()
    monkeypatch.setattr(building_state, "visit", lambda: tab)
    return tab


@pytest.mark.parametrize(
    "link",
    [
        "http://lab/assignment?tasks={}",
        " {}\n",
        "http://lab/derivation?step=loss&tasks={}&task=2",
        "assignment?embed=true&tasks={}&embed=false",
    ],
)
def test_an_assignment_is_opened_by_its_link_and_by_that_of_one_of_its_tasks(tab, link):
    old = Assignment("Last year", TASKS)
    building._opened(None, link.format(link_text(old)))
    assert building_state.built().refused == ""
    assert tuple(building_state.built().tasks.values()) == TASKS


def test_a_file_goes_before_a_link_and_what_cannot_be_opened_loses_nothing(tab):
    old, other = Assignment("Last year", TASKS[:2]), Assignment("Other", TASKS[3:])
    building._opened(file_of(old.to_json().encode()), link_text(other))
    own = building_state.built()
    assert (own.title, own.n_opened) == ("Last year", 1)
    building._opened(file_of(b"{"), link_text(other))
    assert own.refused == "The assignment is not valid JSON, so it cannot be read."
    assert (own.title, own.n_opened, tuple(own.tasks.values())) == ("Last year", 1, TASKS[:2])


def test_the_key_of_another_assignment_is_asked_for_and_that_of_this_visit_is_known(tab, monkeypatch):
    typed, said = [], []
    monkeypatch.setattr(unlocking.st, "text_input", lambda *_, **__: typed.pop())
    monkeypatch.setattr(unlocking.st, "caption", said.append)
    monkeypatch.setattr(unlocking, "show_sentence", lambda show, sentence, icon: said.append(sentence))
    own = building_state.built()
    assert unlocking.key_of(Assignment("Mine", TASKS, key=digest_of(own.own_key)), "it") == own.own_key
    other, key = Assignment("Other", TASKS, key=digest_of(key_of("another"))), key_of("another")
    typed[:] = [key.lower(), own.own_key, "  "]
    assert unlocking.key_of(other, "the marks") == ""
    assert said == ["Type the key that was shown when this assignment was built: it opens the marks."]
    assert unlocking.key_of(other, "the marks") == ""
    assert said[1].startswith("That key does not belong to this assignment")
    assert unlocking.key_of(other, "the marks") == key.lower()
    assert len(said) == 2


@pytest.fixture
def solving_page(tab, monkeypatch):
    """The part of the solutions: what is said, the files offered, the key that is typed, and the student."""
    page = SimpleNamespace(said=[], offered=[], key="a key", student=" Ann ")
    place = contextlib.nullcontext()
    column = SimpleNamespace(text_input=lambda *_, **__: page.student)
    monkeypatch.setattr(solving.st, "caption", page.said.append)
    monkeypatch.setattr(solving.st, "columns", lambda *_, **__: (column, place))
    monkeypatch.setattr(
        solving.st, "download_button", lambda label, data, *_, **__: page.offered.append(data)
    )
    monkeypatch.setattr(solving, "show_sentence", lambda show, sentence, icon: page.said.append(sentence))
    monkeypatch.setattr(solving.unlocking, "key_of", lambda assignment, what: page.key)
    monkeypatch.setattr(solving, "solutions", lambda *what: what)
    return page


def test_the_solutions_are_those_of_the_student_and_need_a_key_and_a_name(solving_page):
    page, own = solving_page, building_state.built()
    solving.draw()
    assert page.said == [solving.NONE_YET]
    own.add(TASKS[1])
    solving.draw()
    (work,) = page.offered
    assert work() == (own.assignment(), "Ann", "a key")
    for key, student in (("", "Ann"), ("a key", "  ")):
        page.key, page.student = key, student
        solving.draw()
    assert (len(page.said), len(page.offered)) == (1, 1)


def test_an_assignment_without_a_key_or_a_title_has_no_solutions_and_says_why(solving_page):
    page, own = solving_page, building_state.built()
    own.open(Assignment("Last year", TASKS[:2]))
    solving.draw()
    assert page.said == ["This assignment was made without a key, so it has no solutions to open."]
    own.title = ""
    solving.draw()
    assert page.said[1].startswith("title is ''; allowed: ")
    assert page.offered == []
