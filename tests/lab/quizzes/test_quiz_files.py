"""Moodle XML and GIFT: as the published formats want them, and read back to equal answers."""

from dataclasses import replace

import pytest
from answering import trained
from finishing import finished
from quiz_files import read_gift, read_xml

from lab.derivation import Problem, derive
from lab.derivation.answers import MATCH, why_wrong
from lab.derivation.deck import as_html
from lab.derivation.mistakes import Wrong
from lab.derivation.step import Question
from lab.links.pages import PAGES
from lab.links.reading import OverLimit
from lab.questions.answer import Answer, Unanswered
from lab.quizzes import gift, moodle, of_pages
from lab.quizzes.item import (
    CHOICE,
    MOST_SEEDS,
    NUMBER,
    UNKNOWN,
    Item,
    Option,
    _numbers,
    by_category,
    of_derivation,
)

FIRST, N = 2**32 - 4, 3
PROBLEMS = [Problem(activation="leaky_relu", loss="sigmoid_squared_error", seed=FIRST + k) for k in range(N)]
KEYS = [step.key for step in derive(PROBLEMS[0])]


@pytest.fixture(scope="module")
def items():
    return of_derivation(PROBLEMS[0], KEYS, N)


@pytest.fixture(scope="module")
def questions():
    """{(step key, n, seed): Question} of every question of the three seeds."""
    return {
        (step.key, n, problem.seed): question
        for problem in PROBLEMS
        for step in derive(problem)
        for n, question in enumerate(step.asks, start=1)
    }


def asked(item, questions):
    key, n, seed = item.key.removeprefix("backprop-").rsplit("-", 2)
    return questions[key, int(n), int(seed)]


def read(items):
    """[(Item, as read from XML, as read from GIFT), …]"""
    from_xml, faults = read_xml(moodle.xml(items))
    assert faults == []
    by_name = {item.name: item for item in items}
    assert len(by_name) == len(items)
    from_gift = {one.name: one for one in read_gift(gift.text(items))}
    return [(by_name[one.name], one, from_gift[one.name]) for one in from_xml]


@pytest.mark.slow
def test_both_files_read_back_to_the_same_questions_and_answers(items, questions):
    found = read(items)
    assert len(found) == len(items)
    for item, in_xml, in_gift in found:
        question = asked(item, questions)
        assert in_xml == in_gift
        assert in_xml.kind == ("multichoice" if question.choices else "numerical")
        right = [one.answer for one in in_xml.answers if one.fraction]
        if question.choices:
            assert right == [as_html(question.answer)]
            assert [one.answer for one in in_xml.answers] == [as_html(one) for one in question.choices]
        else:
            assert [float(one) for one in right] == [question.answer]
        told = "" if question.choices or "within 5%" in question.prompt else " Give it within 5%."
        assert in_xml.text.endswith(as_html(question.prompt) + told)
        assert in_xml.reason == as_html(question.reason)
        assert in_xml.category.startswith("$course$/top/Backprop Lab/")


def test_a_wrong_number_gets_the_feedback_of_its_mistake_and_any_other_is_unknown(items, questions):
    n_wrong = 0
    for item, quiz, _ in read(items):
        question = asked(item, questions)
        if quiz.kind == "multichoice":
            continue
        answer = question.answer
        for near in (answer, answer * 1.049, answer * 0.951):
            assert quiz.marked(near).fraction == 100
        assert quiz.marked(1e6).feedback == UNKNOWN
        for one in question.wrong:
            close = [
                other
                for other in question.wrong
                if abs(other.answer - one.answer) <= MATCH * 2 * abs(one.answer)
            ]
            assert quiz.marked(one.answer).fraction == 0
            if len(close) == 1:  # nobody else's interval is near
                n_wrong += 1
                assert quiz.marked(one.answer).feedback == as_html(one.why)
            elif len({other.answer for other in close}) == 1:
                assert quiz.marked(one.answer).feedback == as_html(why_wrong(question, one.answer))
    assert n_wrong > 100


def test_a_question_without_numbers_is_asked_once_and_one_with_numbers_for_every_seed(items):
    n_numbers = [
        sum(item.key.endswith(f"-{FIRST + k}") and item.kind == NUMBER for item in items) for k in range(N)
    ]
    assert min(n_numbers) >= n_numbers[0] - 3
    rules = [item for item in items if "(rule " in item.name]
    assert len({item.text for item in rules}) == len(rules)
    assert len(of_derivation(PROBLEMS[0], KEYS, MOST_SEEDS, kinds=())) == 0


def test_steps_kinds_and_tolerance_are_chosen(questions):
    (item,) = of_derivation(PROBLEMS[1], ["output_delta"], 1, kinds=(NUMBER,), tolerance=0.01)
    (quiz,), _ = read_xml(moodle.xml([item], points=2))
    answer = asked(item, questions).answer
    assert quiz.answers[0].tolerance == pytest.approx(0.01 * abs(answer))
    assert quiz.text.endswith("within 1%?")
    assert b"<defaultgrade>2</defaultgrade>" in moodle.xml([item], points=2)
    kinds = {one.kind for one in of_derivation(PROBLEMS[1], ["output_delta"], 1, kinds=(CHOICE,))}
    assert kinds == {CHOICE}


@pytest.mark.parametrize(("tolerance", "said"), [(0.05, "within 5%"), (0.001, "within 0.1%")])
def test_every_number_is_asked_for_with_the_tolerance_it_is_marked_with(tolerance, said):
    """Some questions about functions, penalties and variances do not say one themselves."""
    items = of_derivation(PROBLEMS[0], KEYS, 1, kinds=(NUMBER,), tolerance=tolerance)
    assert len(items) > 40
    for item in items:
        assert item.text.endswith((f", {said}?", f" Give it {said}.")), item.key
        assert item.text.count("within") == 1, item.key
    choices = of_derivation(PROBLEMS[0], KEYS, 1, kinds=(CHOICE,), tolerance=tolerance)
    assert not any(said in item.text for item in choices)


def test_the_seeds_begin_with_the_problems_and_end_with_the_largest():
    def seeds(first, n):
        found = of_derivation(replace(PROBLEMS[0], seed=first), ["output_delta"], n, kinds=(NUMBER,))
        return [int(item.key.rsplit("-", 1)[1]) for item in found]

    assert seeds(7, 1) == [7]
    assert seeds(7, 3) == [7, 8, 9]
    assert seeds(2**32 - 2, 3) == [2**32 - 2, 2**32 - 1]


def test_a_right_number_of_0_has_an_interval_and_equal_mistakes_one_answer():
    """2 and 2 + 1e-10 are one mistake, and 0.004 counts as right."""
    values = 2.0, 2 + 1e-10, 0.004, 0.006, -2.0
    wrong = tuple(Wrong(f"key {n}", value, f"why {n}") for n, value in enumerate(values))
    question = Question("number", "What is it?", None, 0.0, "It is 0.", wrong)
    right, *others, rest = _numbers(question, 0.05)
    assert right == Option(0.0, True, "", 0.005)
    assert [(one.answer, one.is_right) for one in others] == [(2.0, False), (0.006, False), (-2.0, False)]
    assert [one.tolerance for one in others] == pytest.approx([0.04, 0.00012, 0.04])
    assert others[0].feedback == as_html("Two mistakes lead to this number. Either: why 0 Or: why 1")
    assert (rest.answer, rest.is_right, rest.feedback) == ("*", False, as_html(UNKNOWN))


def test_a_mistake_that_leads_to_0_but_for_rounding_has_the_answer_0_once():
    values = 5.551115123125783e-17, 0.3, -1.1e-16, 0.0
    wrong = tuple(Wrong(f"key {n}", value, f"why {n}") for n, value in enumerate(values))
    question = Question("number", "What is it?", None, 2.0, "It is 2.", wrong)
    _, *others, _ = _numbers(question, 0.05)
    assert [(one.answer, one.tolerance) for one in others] == [(0.0, 1e-12), (0.3, pytest.approx(0.006))]
    assert others[0].feedback == as_html(why_wrong(question, 0.0))
    assert str(others[0].answer) == "0.0", "without a sign"


def item_of(category, name):
    return Item(name[:9], name, category, CHOICE, "text", (Option("a", True), Option("b", False)), "reason")


def test_a_mistake_within_the_tolerance_of_the_right_number_has_no_answer_of_its_own():
    wrong = tuple(Wrong(f"{answer}", answer, "Why.") for answer in (3.0, 1.0, 1.5, 3.25, 0.75))
    question = Question("number", "How much?", None, 2.0, "It is so.", wrong)
    assert [one.answer for one in _numbers(question, 0.5)] == [2.0, 3.25, 0.75, "*"]


def test_items_are_gathered_by_category_in_the_order_of_the_first_of_each():
    first, second = ("z", "y"), ("a",)
    items = [item_of(*one) for one in ((first, "1"), (second, "2"), (first, "3"), (second, "4"))]
    assert [(path, [one.name for one in some]) for path, some in by_category(items)] == [
        (first, ["1", "3"]),
        (second, ["2", "4"]),
    ]


def test_names_are_cut_where_a_platform_has_no_more_room():
    item = item_of(("c" * 256, "d" * 255), "n" * 256)
    (quiz,), _ = read_xml(moodle.xml([item]))
    assert quiz.name == "n" * 255
    assert quiz.category == f"$course$/top/{'c' * 255}/{'d' * 255}"
    assert b"<defaultgrade>0.5</defaultgrade>" in moodle.xml([item], points=0.5)


@pytest.mark.parametrize(
    ("n_seeds", "tolerance"), [(0, 0.05), (MOST_SEEDS + 1, 0.05), (10**9, 0.05), (1, 0), (1, 1), (1, 5)]
)
def test_what_cannot_be_made_is_refused_before_it_is_made(monkeypatch, n_seeds, tolerance):
    monkeypatch.setattr("lab.quizzes.item.derive", None)
    with pytest.raises(ValueError, match="allowed: "):
        of_derivation(PROBLEMS[0], KEYS, n_seeds, tolerance=tolerance)


def test_the_number_of_questions_is_bounded(monkeypatch):
    monkeypatch.setattr("lab.quizzes.item.MOST_ITEMS", 20)
    with pytest.raises(OverLimit, match="choose fewer steps"):
        of_derivation(PROBLEMS[0], KEYS, 50)
    numbers = {"wanted": ["output_delta"], "kinds": (NUMBER,)}
    monkeypatch.setattr("lab.quizzes.item.MOST_ITEMS", 2)
    assert len(of_derivation(PROBLEMS[0], n_seeds=2, **numbers)) == 2
    with pytest.raises(OverLimit, match=r"^questions is '3'; allowed: up to 2, so choose fewer steps"):
        of_derivation(PROBLEMS[0], n_seeds=3, **numbers)


def test_the_questions_of_pages_are_offered_by_their_words_and_each_has_its_page():
    for words, (page, preset) in of_pages.offered().items():
        assert words == preset.question
        assert preset in of_pages.QUESTIONS[page]
    assert {page for page, _ in of_pages.offered().values()} == {"decision_boundary", "derivation"}


def test_a_question_that_the_engine_cannot_answer_is_left_out_and_a_link_may_be_missing(monkeypatch):
    chosen = list(of_pages.offered().values())[:3]

    def answer(page, preset):
        if preset is chosen[1][1]:
            raise Unanswered("It has no answer.")
        return Answer(0, "Because.")

    monkeypatch.setattr(of_pages.engine, "answer", answer)
    _, items = finished(of_pages.items(chosen, lambda page, preset: ""))
    assert [item.name for item in items] == [chosen[0][1].question, chosen[2][1].question]
    assert not any("href" in item.text for item in items)
    assert [[one.is_right for one in item.options].index(True) for item in items] == [0, 0]
    assert [option.feedback for option in items[0].options[:2]] == ["", as_html("Because.")]


NASTY = "<b>&amp; ]]> \\(a_{1}\\) ~ = # { } : \\n \\nabla // é \U0001f600 \x00\x1b --> ' \" $CATEGORY: x"


def test_control_characters_of_either_format_are_only_text():
    options = (Option(NASTY, True, NASTY), Option("//" + NASTY, False, "=" + NASTY))
    item = Item("key", "::a/b" + NASTY, ("x/y", NASTY), CHOICE, NASTY, options, "\n\n" + NASTY + "\n")
    (quiz,), faults = read_xml(moodle.xml([item]))
    assert faults == []
    kept = moodle.clean(NASTY)
    assert NASTY.replace("\x00\x1b", "") == kept
    assert quiz.text == kept
    assert [one.answer for one in quiz.answers] == [kept, "//" + kept]
    assert [one.feedback for one in quiz.answers] == [kept, "=" + kept]
    assert quiz.category == f"$course$/top/x//y/{kept.replace('/', '//')}"
    (other,) = read_gift(gift.text([item]))
    assert other.text == NASTY
    assert [one.answer for one in other.answers] == [NASTY, "//" + NASTY]
    assert (other.name, other.reason) == ("::a/b" + NASTY, NASTY)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("<name>", "<named>"), "named"),
        (('fraction="100"', 'fraction="0"'), "not one right answer"),
        (("<tolerance>", "<tolerance>about "), "tolerance is 'about"),
        (("<penalty>0.3333333", "<penalty>a third"), "penalty is 'a third'"),
        (('format="html"', 'format="htm"'), "in the format 'htm'"),
    ],
)
def test_the_validator_sees_what_the_importer_would_not_take(items, change, fault):
    old, new = change
    content = moodle.xml([item for item in items if item.kind == NUMBER][:1]).decode().replace(old, new)
    content = content.replace("</name>", "</named>") if new == "<named>" else content
    _, faults = read_xml(content.encode())
    assert any(fault in one for one in faults)


@pytest.mark.slow
def test_a_question_of_a_page_has_the_computed_answer_and_a_link():
    chosen = [next(one for one in of_pages.offered().values() if one[0] == page) for page in of_pages.PAGES]
    steps, shares = of_pages.items(chosen, lambda page, preset: f"http://lab.example/{page}?a=1&b=2"), []
    while True:
        try:
            shares.append(next(steps))
        except StopIteration as finished:
            items = finished.value
            break
    assert shares == [0.5, 1]
    for (page, preset), (item, in_xml, in_gift) in zip(chosen, read(items), strict=True):
        assert in_xml == in_gift
        right = preset.answer(PAGES[page].defaults | preset.changes, trained)
        expected = [100.0 if n == right.right else 0.0 for n in range(len(preset.choices))]
        assert [one.fraction for one in in_xml.answers] == expected
        assert in_xml.reason == as_html(right.sentence) == item.reason
        assert f'href="http://lab.example/{page}?a=1&amp;b=2"' in in_xml.text


def test_gift_has_a_text_on_one_line_with_single_spaces():
    assert gift.escaped("a \r\n  b\tc{}") == "a b c\\{\\}"
