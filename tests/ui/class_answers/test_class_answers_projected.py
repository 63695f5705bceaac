"""What an instructor projects: the question of the link, the counts by round, and which buttons work."""

import collections
import contextlib
from types import SimpleNamespace

import pytest

from lab.assignment.kinds.questions import QUESTIONS
from lab.bugs.hunt import hunt
from lab.class_counts import MOST_ROUNDS, Full
from lab.links.pages import PAGES
from lab.links.reading import Unusable
from lab.questions.preset import asked_by
from ui import class_answers
from ui.frame import class_answers as of_students
from ui.frame.visit import Visit

KEY, OTHER_KEY = "ABCDEFGHJKLM", "ABCDEFGHJKLN"
PRESET = next(one for one in QUESTIONS["derivation"] if one.choices)


def test_counts_and_revealed_answers_are_looked_for_every_few_seconds():
    assert 1 <= class_answers.LOOK_EVERY <= of_students.LOOK_EVERY <= 5


def test_a_question_has_its_choices_and_a_hunt_its_answer():
    asked = class_answers.read(KEY, f"derivation:{PRESET.key}")
    assert asked.answers == dict(enumerate(PRESET.choices))
    assert (asked.right, asked.page, asked.parameters["lock"]) == (None, "derivation", "1")
    for number in ("1", "9999"):
        asked = class_answers.read(KEY, f"hunt:{number}")
        assert asked.right == hunt(int(number)).answer
        assert asked.right in asked.answers
        assert asked.parameters == {"mode": "Hunt", "hunt": number}
    assert class_answers.read(KEY, "hunt:0007") == class_answers.read(KEY, "hunt:7"), "counted together"


@pytest.mark.parametrize("page", QUESTIONS)
def test_the_link_of_a_question_is_known_on_its_page_as_that_question(page):
    defaults, view, *_ = PAGES[page]
    for preset in QUESTIONS[page]:
        if preset.choices:
            asked = class_answers.read(KEY, f"{page}:{preset.key}")
            linked = {
                name: text if isinstance(text, list) else [text] for name, text in asked.parameters.items()
            }
            assert asked.page == page
            assert asked_by(linked, (), QUESTIONS[page], view, defaults) is preset


@pytest.mark.parametrize(
    "of",
    [
        *("", "derivation", "derivation:x", "x:y"),
        *("hunt:", "hunt:0", "hunt:10000", "hunt:000019999999", "hunt:x", "hunt:\u0661"),
        *("hunt:00007", f"hunt:{'1' * 5000}", f"Derivation:{PRESET.key}", f"hunt:{PRESET.key}"),
    ],
)
def test_a_question_that_there_is_not_is_refused(of):
    with pytest.raises(Unusable, match="allowed"):
        class_answers.read(KEY, of)


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        ("derivation:nothing", "of is 'derivation:nothing'; allowed: a question of a page or a hunt"),
        ("", "of is ''; allowed: a question of a page or a hunt"),
        ("hunt:99999", "The hunt is '99999'; allowed: whole numbers from 1 to 9,999."),
        ("hunt:²", "The hunt is '²'; allowed: whole numbers"),
    ],
)
def test_the_refusal_names_what_was_asked_and_what_is_allowed(of, sentence):
    with pytest.raises(Unusable) as refusal:
        class_answers.read(KEY, of)
    assert str(refusal.value).startswith(sentence)


def counts(*rounds):
    return [collections.Counter(one) for one in rounds]


@pytest.mark.parametrize(
    ("n", "totals", "rows"),
    [
        (2, counts({1: 3}), [("a0", "first round", 0), ("a1", "first round", 3)]),
        (
            2,
            counts({0: 1}, {1: 2}),
            [
                *(("a0", "first round", 1), ("a0", "second round", 0)),
                *(("a1", "first round", 0), ("a1", "second round", 2)),
            ],
        ),
        (8, counts({}), [(f"a{k}", "first round", 0) for k in range(8)]),
        (9, counts({8: 2, 3: 1}), [("a3", "first round", 1), ("a8", "first round", 2)]),
        (9, counts({}), [("a0", "first round", 0)]),
    ],
)
def test_every_answer_is_counted_and_of_more_than_eight_only_those_given(n, totals, rows):
    frame = class_answers.as_frame({k: f"a{k}" for k in range(n)}, totals)
    assert [tuple(row) for row in frame.itertuples(index=False)] == rows


@pytest.mark.parametrize(
    ("totals", "is_revealed", "title", "works"),
    [
        (counts({}), False, "### 0 answers", ["Reveal the answer"]),
        (counts({0: 1}), False, "### 1 answer", ["Ask again", "Reveal the answer", "Clear all answers"]),
        (counts({0: 2}, {}), False, "### 0 answers in round 2", ["Reveal the answer", "Clear all answers"]),
        (counts({0: 2}), True, "### 2 answers", ["Clear all answers"]),
        (
            counts(*[{0: 2, 1: 1}] * MOST_ROUNDS),
            False,
            f"### 3 answers in round {MOST_ROUNDS}",
            ["Reveal the answer", "Clear all answers"],
        ),
        (
            counts(*[{0: 1}] * (MOST_ROUNDS - 1)),
            False,
            f"### 1 answer in round {MOST_ROUNDS - 1}",
            ["Ask again", "Reveal the answer", "Clear all answers"],
        ),
    ],
)
def test_another_round_needs_answers_and_room_and_nothing_is_revealed_twice(
    monkeypatch, totals, is_revealed, title, works
):
    said, buttons, revealed = [], [], []
    shared = SimpleNamespace(look=lambda code, of: (totals, is_revealed))
    for name in ("ask_again", "reveal", "clear"):
        setattr(shared, name, name)
    monkeypatch.setattr(class_answers, "counts", lambda: shared)
    monkeypatch.setattr(class_answers, "show", lambda *_, **__: None)
    monkeypatch.setattr(class_answers.st, "markdown", said.append)
    monkeypatch.setattr(class_answers, "_revealed", revealed.append)
    monkeypatch.setattr(class_answers, "visit", Visit)
    monkeypatch.setattr(class_answers.st, "container", lambda **_: contextlib.nullcontext())
    monkeypatch.setattr(
        class_answers.st, "button", lambda label, disabled, **_: buttons.append((label, disabled))
    )
    asked = class_answers.read(KEY, f"derivation:{PRESET.key}")
    class_answers.draw.__wrapped__(asked)
    assert (said, revealed) == ([title], [asked] * is_revealed)
    assert [label for label, disabled in buttons if not disabled] == works


@pytest.mark.parametrize(
    ("cookie", "token"),
    [
        ("2|0102|0306|1700000000", b"\x02\x04"),  # each byte with that of the mask
        ("2|01|0306ff|1700000000", b"\x02\x07\xfe"),  # the mask is repeated
        ("2||0306|1", b""),
        ("2|0102|0306", b""),
        ("2|01|xy|1", b""),
        (None, b""),
    ],
)
def test_the_token_of_a_browser_is_the_same_whatever_its_mask(cookie, token):
    assert of_students.browser_token(cookie) == token


@pytest.fixture
def visited(monkeypatch):
    """A visit with this address; what is `said`, in order."""
    page = SimpleNamespace(tab=Visit(), address={}, said=[])
    monkeypatch.setattr(class_answers, "visit", lambda: page.tab)
    monkeypatch.setattr(class_answers.st, "query_params", page.address)
    monkeypatch.setattr(class_answers.st, "markdown", page.said.append)
    monkeypatch.setattr(
        class_answers.st, "success", lambda sentence, icon: page.said.append((sentence, icon))
    )
    monkeypatch.setattr(
        class_answers, "show_sentence", lambda show, sentence, icon: page.said.append(sentence)
    )
    return page


def test_the_question_of_the_address_stays_for_the_visit_until_another_one_comes(visited):
    assert class_answers.arrive() is None
    assert visited.said[0].startswith("Open this page from **For instructors**")
    visited.address |= {"key": KEY, "of": "hunt:7"}
    first = class_answers.arrive()
    assert first == class_answers.read(KEY, "hunt:7")
    visited.address.clear()
    assert class_answers.arrive() is first
    visited.address |= {"key": KEY, "of": "hunt:0"}
    assert class_answers.arrive() is None
    assert visited.said[1] == "The hunt is '0'; allowed: whole numbers from 1 to 9,999."
    visited.address.clear()
    assert class_answers.arrive() is None, "the question before is not shown for the one that was meant"
    visited.address |= {"of": "hunt:7"}
    assert class_answers.arrive() is None, "without the key nobody may reveal the answer"


def test_what_is_revealed_is_the_answer_of_a_hunt_and_of_a_question_what_everybody_now_sees(visited):
    asked = class_answers.read(KEY, "hunt:7")
    class_answers._revealed(asked)
    class_answers._revealed(class_answers.read(KEY, f"derivation:{PRESET.key}"))
    answer = class_answers.title(hunt(7).answer)
    assert visited.said == [
        (f"The answer: **{answer}**.", ":material/check_circle:"),
        ("Revealed: everybody's page now shows the experiment and its answer.", ":material/visibility:"),
    ]


@pytest.mark.parametrize("refused", ["", "There is no room."])
def test_a_refused_press_is_explained_where_the_buttons_are_drawn_again(visited, monkeypatch, refused):
    def press(key, question):
        raise Full(refused)

    shared = SimpleNamespace(look=lambda code, of: (counts({}), False), ask_again=1, reveal=2, clear=3)
    monkeypatch.setattr(class_answers, "counts", lambda: shared)
    monkeypatch.setattr(class_answers, "show", lambda *_, **__: None)
    monkeypatch.setattr(class_answers.st, "container", lambda **_: contextlib.nullcontext())
    monkeypatch.setattr(class_answers.st, "button", lambda *_, **__: None)
    if refused:
        class_answers._act(press, class_answers.read(KEY, "hunt:7"))
    class_answers.draw.__wrapped__(class_answers.read(KEY, "hunt:7"))
    assert visited.said == ["### 0 answers", *[refused] * bool(refused)]
    visited.said.clear()
    class_answers.draw.__wrapped__(class_answers.read(KEY, "hunt:8"))
    class_answers.draw.__wrapped__(class_answers.read(OTHER_KEY, "hunt:7"))
    assert visited.said == ["### 0 answers"] * 2, "it is about another question"


def test_a_button_acts_on_its_question_and_says_if_there_is_no_room(visited):
    done, asked = [], class_answers.read(KEY, "hunt:7")

    def full(key, question):
        raise Full("There is no room.")

    class_answers._act(full, asked)
    assert visited.tab.class_refused == {(KEY, "hunt:7"): "There is no room."}
    class_answers._act(lambda *of: done.append(of), asked)
    assert (done, visited.tab.class_refused) == ([(KEY, "hunt:7")], {})
