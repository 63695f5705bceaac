"""A quiz: each question for every seed of the key, then the pages' questions, with the share that is done."""

import collections
import contextlib
import itertools
from urllib.parse import urlencode

import pytest

from lab.derivation import Problem
from lab.questions.rooms import query, rooms
from lab.quizzes import of_pages
from lab.quizzes.item import CHOICE, NUMBER, of_derivation
from lab.sheets.names import seed_of
from ui.instructors import quizzes

STEPS = ("output_delta",)


def made(monkeypatch, n_seeds=3, kinds=(NUMBER,), own=(), steps=STEPS, key="a key"):
    """(The shares that are told, the Items of a quiz); a page's question has its own text as its Item."""

    def of_page(chosen, address):
        for n, _ in enumerate(chosen, start=1):
            yield n / len(chosen)
        return tuple(chosen)

    monkeypatch.setattr(of_pages, "items", of_page)
    work, shares = quizzes._items(steps, n_seeds, kinds, 0.25, list(own), key), []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as finished:
            return shares, finished.value


def test_the_variants_are_those_of_the_keys_first_seeds_with_the_tolerance_that_was_asked(monkeypatch):
    _, items = made(monkeypatch)
    numbered = (Problem(activation="tanh", seed=seed_of(f"quiz {n}", "a key")) for n in (1, 2, 3))
    assert items == tuple(
        itertools.chain.from_iterable(
            of_derivation(one, STEPS, 1, kinds=(NUMBER,), tolerance=0.25) for one in numbered
        )
    )
    assert len(items) == 3
    assert set(made(monkeypatch, key="another key")[1]).isdisjoint(items)


def test_a_question_that_is_the_same_for_every_seed_is_asked_once(monkeypatch):
    _, items = made(monkeypatch, kinds=(CHOICE,), steps=("hidden_weights", *STEPS))
    texts = [item.text for item in items]
    assert len(set(texts)) == len(texts)
    _, alone = made(monkeypatch, n_seeds=1, kinds=(CHOICE,), steps=("hidden_weights", *STEPS))
    assert items[: len(alone)] == alone, "that of the first seed"


def test_the_questions_of_pages_come_last_and_the_shares_grow_to_all_of_the_work(monkeypatch):
    offered = list(of_pages.offered())[:2]
    shares, items = made(monkeypatch, own=offered)
    assert items[3:] == tuple(of_pages.offered()[one] for one in offered)
    assert shares == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert made(monkeypatch, n_seeds=1)[0] == [1.0]


def test_a_quiz_may_have_as_many_questions_as_allowed_and_no_more(monkeypatch):
    monkeypatch.setattr(quizzes, "MOST_ITEMS", 3)
    assert len(made(monkeypatch, n_seeds=3)[1]) == 3
    with pytest.raises(ValueError, match=r"^The quiz has 4 questions; allowed: up to 3\.$"):
        made(monkeypatch, n_seeds=4)


def test_steps_that_ask_for_no_number_make_no_quiz_of_numbers_without_a_pages_question(monkeypatch):
    careful = ("sigmoid_careful", "softmax_careful")
    with pytest.raises(ValueError, match=r"^None of these steps asks for a number; choose other steps, or "):
        made(monkeypatch, steps=careful)
    assert len(made(monkeypatch, steps=(*careful, *STEPS))[1]) == 3
    one = next(iter(of_pages.offered()))
    assert made(monkeypatch, steps=careful, own=(one,))[1] == (of_pages.offered()[one],)
    assert all(item.kind == CHOICE for item in made(monkeypatch, steps=careful, kinds=(CHOICE,))[1])


def test_a_quiz_of_no_numbers_is_refused_after_one_variant_as_all_ask_the_same(monkeypatch):
    worked = []
    monkeypatch.setattr(quizzes, "of_derivation", lambda variant, *_, **__: worked.append(variant.seed) or ())
    with pytest.raises(ValueError, match=r"^None of these steps asks for a number"):
        made(monkeypatch, n_seeds=100)
    assert len(worked) == 1


def test_the_link_of_a_pages_question_opens_its_experiment(monkeypatch):
    monkeypatch.setattr(quizzes.links, "base", lambda: "http://lab")
    of_page = {room.page: room for room in rooms()}
    for name in ("decision_boundary", "derivation"):
        page, preset = next(one for one in of_pages.offered().values() if one[0] == name)
        asked = urlencode(query(of_page[name], preset))
        assert quizzes._address(page, preset) == f"http://lab/{name}?{asked}"


@pytest.mark.parametrize(("with_steps", "with_pages"), [(True, False), (False, True), (True, True)])
def test_what_is_said_of_categories_is_so_of_the_questions_to_download(monkeypatch, with_steps, with_pages):
    said, names, items = [], list(of_pages.offered())[:2], ()
    if with_steps:
        items += made(monkeypatch)[1]
        monkeypatch.undo()
    if with_pages:
        work = of_pages.items([of_pages.offered()[one] for one in names], lambda *_: "")
        try:
            while True:
                next(work)
        except StopIteration as finished:
            items += finished.value
    monkeypatch.setattr(quizzes.st, "container", lambda **_: contextlib.nullcontext())
    monkeypatch.setattr(quizzes.st, "download_button", lambda *_, **__: None)
    monkeypatch.setattr(quizzes.st, "caption", said.append)
    quizzes._downloads(items)
    (sentence,) = said
    in_category = collections.Counter(item.category for item in items)
    pages = [n for category, n in in_category.items() if category[1] == "Questions of the pages"]
    assert ("Each question of a step has its own category with all its variants" in sentence) == with_steps
    assert ("The questions of the pages share one category and have no variants" in sentence) == with_pages
    assert pages == [2] * with_pages, "they do share one"
    assert len(in_category) == with_steps + with_pages
