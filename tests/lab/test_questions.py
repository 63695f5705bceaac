"""Every question's link is the experiment that it asks about, and the question is recognized by the link."""

from urllib.parse import parse_qs, urlencode

import pytest

from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS, Experiment
from lab.links.pages import PAGES
from lab.published.systems import REPLAYS, SEARCHES
from lab.questions import learn, preset, rooms, search, verify
from lab.questions.derive import DERIVATION

CHOICES = {
    "decision_boundary": learn.DECISION_BOUNDARY,
    "initialization": (*learn.INITIALIZATION, *REPLAYS),
    "optimization": learn.OPTIMIZATION,
    "gradient_check": verify.GRADIENT_CHECK,
    "bug_lab": verify.BUG_LAB,
    "sweeps": (*search.SWEEPS, *SEARCHES),
}
ALL = [(page, question) for page, questions in CHOICES.items() for question in questions]
FIELDS = {*DATA_FIELDS, *TRAIN_FIELDS}


def of_each(cases):
    return pytest.mark.parametrize(
        ("page", "question"), cases, ids=lambda part: getattr(part, "question", None)
    )


def link_of(page, question, **changed):
    """The link's parameters as a page reads them, {parameter: its values}, with some changed by a student."""
    query = preset.query(question, PAGES[page].defaults) | changed
    return parse_qs(urlencode(query, doseq=True), keep_blank_values=True, strict_parsing=True)


def asked_by(page, linked, opened=()):
    return preset.asked_by(linked, opened, CHOICES[page], PAGES[page].view, PAGES[page].defaults)


@of_each(ALL)
def test_a_link_has_every_field_and_what_its_question_changes(page, question):
    linked = link_of(page, question)
    assert linked.keys() >= FIELDS, "a link that leaves a field out changes when a default does"
    read = Experiment.from_query({name: values[-1] for name, values in linked.items()})
    for name, value in (PAGES[page].defaults | question.changes).items():
        if name in FIELDS:
            assert getattr(read.data if name in DATA_FIELDS else read.train, name) == value
        else:
            texts = map(str, value if isinstance(value, (list, tuple)) else [value])
            assert linked[name] == [{"True": "true", "False": "false"}.get(text, text) for text in texts]


@of_each(ALL)
def test_a_link_asks_its_own_question_until_the_experiment_is_another(page, question):
    assert asked_by(page, link_of(page, question)) is question
    assert asked_by(page, link_of(page, question, train="false")) is question
    changed = link_of(page, question, seed="17", momentum="0.123")
    assert asked_by(page, changed, ("seed", "momentum")) is question
    untrained = link_of(page, question, seed="17", train="false")
    assert asked_by(page, untrained, ("seed",)) is question
    assert asked_by(page, changed, ("seed",)) is None
    at_first = PAGES[page].defaults | PAGES[page].view
    assert asked_by(page, {}) in (None, *[one for one in CHOICES[page] if at_first == at_first | one.changes])


def test_a_link_with_too_much_left_open_asks_no_question():
    first = learn.DECISION_BOUNDARY[3]  # which only has fewer units than the default
    assert asked_by("decision_boundary", link_of("decision_boundary", first)) is first
    every = tuple({name for question in learn.DECISION_BOUNDARY for name in question.changes})
    changed = link_of("decision_boundary", first, hidden_layer_sizes="5")
    assert asked_by("decision_boundary", changed, every) is None


def test_the_derivations_links_hold_what_is_changed_alone():
    room = next(room for room in rooms.rooms() if room.page == "derivation")
    for question in room.questions:
        assert rooms.query(room, question) == {name: str(value) for name, value in question.changes.items()}


def test_the_rooms_have_some_twenty_questions_in_the_order_of_a_course():
    assert [room.page for room in rooms.rooms()] == [
        *("decision_boundary", "derivation", "initialization", "optimization", "gradient_check"),
        *("bug_lab", "sweeps"),
    ]
    asked = [question for room in rooms.rooms() for question in room.questions]
    assert 20 <= len(asked) <= 28
    assert len({question.question for question in asked}) == len(asked)
    for room in rooms.rooms():
        for question in room.questions:
            assert room.page == "derivation" or question in CHOICES[room.page]


PRESETS = [one for _, one in ALL if isinstance(one, preset.Preset)] + list(DERIVATION)


def test_no_choice_stands_out_by_its_length():
    for question in PRESETS:
        *_, second, longest = sorted(map(len, question.choices))
        assert longest - second < 16, question.question


def test_a_reworded_question_keeps_the_key_that_browsers_and_assignments_store():
    keys = {one.question: one.key for one in PRESETS}
    assert keys["Does a learning rate of 3 settle?"] == "why-does-a-learning-rate-of-3-not-settle"
    assert keys["What does a hundred times the learning rate do?"] == "which-rate-is-too-high"
    assert keys["What tells the units of a network of zeros apart?"] == "why-do-zeros-keep-all-units-equal"
    assert keys["Can it follow a spiral?"] == "can-it-follow-a-spiral"
    assert len(set(keys.values())) == len(keys)
