"""A question on its page: how long it waits, what its answer says, and what is kept of the choice."""

import contextlib
from types import SimpleNamespace

import pytest

from data import DataConfig
from lab.links.experiment import Experiment, Setup
from lab.links.fields import FIELDS
from lab.links.pages import PAGES
from lab.questions.answer import SHOWN, Answer, Unanswered
from lab.questions.preset import Preset
from mlp import TrainConfig
from ui.frame import changed, questions, shell
from ui.frame.questions import Waiting
from ui.frame.visit import Visit
from ui.sidebar.lock import Lock

PAGE = "decision_boundary"
ASKED = Preset("How many?", {"epochs": 7}, "Predict.", ("None", "One", "Two"), lambda values, given: None)
UNCOMPUTED = Preset("Why?", {"epochs": 7}, "Look.")


@pytest.fixture
def page(monkeypatch):
    """A visit of a page: the widgets' `state`, what is `said`, the questions `asked`, the answers `noted`."""
    page = SimpleNamespace(tab=Visit(page=PAGE), state={}, said=[], asked=[], noted={}, buttons=[])
    for module in (questions, changed):
        monkeypatch.setattr(module, "visit", lambda: page.tab)
        monkeypatch.setattr(module, "STATE", page.state)
    monkeypatch.setattr(changed.lock, "current", lambda: page.tab.locks.get(PAGE))
    monkeypatch.setattr(questions.class_answers, "asks_first", lambda preset: False)
    monkeypatch.setattr(questions, "draw_score", lambda: page.said.append("the score"))

    def note(key, make):
        return page.noted.setdefault(key, make())

    shared = SimpleNamespace(noted=page.noted.get, note=note)
    monkeypatch.setattr(questions, "cache", lambda: shared)
    for name in ("markdown", "caption"):
        monkeypatch.setattr(questions.st, name, page.said.append)
    for name in ("container", "popover"):
        monkeypatch.setattr(questions.st, name, lambda *_, **__: contextlib.nullcontext())
    monkeypatch.setattr(
        questions.st, "pills", lambda label, options, **how: page.asked.append((label, options, how))
    )
    monkeypatch.setattr(
        questions.st,
        "button",
        lambda label, on_click, args=(), **_: page.buttons.append((label, on_click, args)),
    )
    return page


def answered(right, sentence="Because."):
    return ASKED._replace(answer=lambda values, given: Answer(right, sentence))


def test_a_page_that_is_opened_forgets_its_question_unless_it_was_chosen_on_the_page_before(page):
    page.tab.asked = {PAGE: ("a", 0), "other": ("b", 1)}
    questions.arrive(PAGE, from_other_page=True)
    assert page.tab.asked == {PAGE: ("a", 0), "other": ("b", 1)}
    questions.arrive(PAGE, from_other_page=False)
    assert page.tab.asked == {"other": ("b", 1)}
    for from_other_page in (True, False):
        page.tab.asked_next = "c", 2
        questions.arrive(PAGE, from_other_page)
        assert page.tab.asked == {"other": ("b", 1), PAGE: ("c", 2)}
        assert page.tab.asked_next is None


def test_a_question_offers_its_choices_and_to_be_shown_and_one_that_was_answered_has_a_tick(page):
    page.tab.answered = {"another": (0, True)}
    questions.choose(ASKED, "key")
    page.tab.answered[ASKED.key] = (0, False)
    questions.choose(ASKED, "key")
    (label, options, how), (ticked, *_) = page.asked
    assert label == "**How many?** Predict."
    assert ticked == f":material/check: {label}"
    assert [how["format_func"](one) for one in options] == ["None", "One", "Two", "Just show me"]


def test_a_choice_in_the_menu_opens_the_experiment_and_a_question_without_choices_asks_nothing(page):
    applied, key = [], "_preset_Questions_0"
    page.tab.asked = {PAGE: ("before", 1), "other": ("b", 1)}
    page.state |= {key: None, "_menu": True}
    questions._chosen(ASKED, key, "_menu", applied.append)
    assert (applied, page.tab.n_asked, page.state["_menu"]) == ([], 0, True), "nothing was chosen"
    page.state[key] = 0
    questions._chosen(ASKED, key, "_menu", applied.append)
    assert page.tab.asked == {PAGE: (ASKED.key, 0), "other": ("b", 1)}
    assert (applied, page.tab.n_asked) == ([{"epochs": 7}], 1)
    assert page.state == {key: None, "_menu": False}
    questions._opened(UNCOMPUTED, "_menu", applied.append)
    assert page.tab.asked == {"other": ("b", 1)}


@pytest.mark.parametrize(
    ("is_open", "choices", "score"),
    [(False, [ASKED], 0), (True, [UNCOMPUTED], 0), (True, [UNCOMPUTED, ASKED], 1), (True, [ASKED] * 2, 1)],
)
def test_an_open_menu_has_every_question_and_the_score_if_one_of_them_counts(
    page, monkeypatch, is_open, choices, score
):
    box = contextlib.nullcontext()
    box.open = is_open
    monkeypatch.setattr(questions.st, "popover", lambda *_, **__: box)
    questions.menu(choices, None, "Questions", "icon")
    assert len(page.asked) == is_open * choices.count(ASKED)
    assert len(page.buttons) == is_open * choices.count(UNCOMPUTED)
    assert page.said == ["the score"] * score
    assert len({how["key"] for *_, how in page.asked}) == len(page.asked)


@pytest.mark.parametrize(
    ("before", "asked", "waits", "said"),
    [
        ({}, {}, True, ""),
        ({}, {"other": (ASKED.key, 1)}, True, ""),
        ({"another": (1, True)}, {}, True, ""),
        ({}, {PAGE: (ASKED.key, 1)}, False, ":green[:material/check_circle: **One: right.**] Because."),
        (
            {ASKED.key: (2, False)},
            {},
            False,
            ":orange[:material/cancel: You said: Two.] The engine finds: **One**. Because.",
        ),
        (
            {ASKED.key: (1, True)},
            {PAGE: (ASKED.key, SHOWN)},  # asked again, to be shown
            False,
            "The engine finds: **One**. Because.",
        ),
    ],
)
def test_a_locked_question_waits_for_its_answer_and_one_that_was_answered_shows_it(
    page, before, asked, waits, said
):
    page.tab.answered, page.tab.asked = dict(before), dict(asked)
    assert questions.asks_first(answered(1), None) == waits
    assert len(page.asked) == waits
    assert page.said[-1] == (said or "The experiment opens with your answer.")
    assert (page.said[0] == "**How many?**  \n*Predict first:* Predict.") == waits


def test_a_locked_question_without_choices_waits_for_nobody_and_one_of_a_class_for_the_class(
    page, monkeypatch
):
    assert not questions.asks_first(UNCOMPUTED, None)
    assert page.said == ["**Why?**  \n*Predict first:* Look."]
    monkeypatch.setattr(questions.class_answers, "asks_first", lambda preset: True)
    assert not questions.asks_first(UNCOMPUTED, None)
    page.tab.asked[PAGE] = ASKED.key, 1
    assert questions.asks_first(answered(1), None)


def test_the_first_choice_counts_however_often_the_question_is_asked_again(page):
    for choice in (2, 1, SHOWN):
        page.tab.asked[PAGE] = ASKED.key, choice
        questions.draw_asked([UNCOMPUTED, answered(1)], None)
    assert page.tab.answered == {ASKED.key: (2, False)}
    page.tab.answered.clear()
    page.tab.asked[PAGE] = ASKED.key, 0
    page.noted.clear()
    questions.draw_asked([answered(0)], None)
    assert page.tab.answered == {ASKED.key: (0, True)}, "the first choice may be right"


def test_only_the_question_asked_on_this_page_is_drawn(page):
    for asked in ({}, {"other": (ASKED.key, 1)}, {PAGE: ("another", 1)}, {PAGE: (UNCOMPUTED.key, 1)}):
        page.tab.asked = asked
        questions.draw_asked([UNCOMPUTED, answered(1)], None)
    assert page.said == []


@pytest.mark.parametrize(
    ("state", "hint"),
    [
        ({}, None),
        ({"epochs": 7, "seeds": 5}, None),
        ({"epochs": 8}, "changed"),
        ({"epochs": 7, "l2": 0.5}, "changed"),  # as at first on the page
        ({"seeds": 4}, "changed"),
        ({"epochs": 7, "hidden_layer_sizes": "9"}, "changed"),
        ({"unit": 3}, None),  # no control of the experiment
    ],
)
def test_a_changed_experiment_is_told(page, state, hint):
    defaults = PAGES[PAGE].defaults.items()
    fields = {name: changed.widget_value(name, value) for name, value in defaults if name in FIELDS}
    page.state |= fields | {"epochs": 7} | state
    page.tab.asked[PAGE] = ASKED.key, 1
    questions.draw_asked([answered(1)], None)
    told = [one for one in page.said if one.startswith("You have changed the experiment.")]
    assert len(told) == (hint is not None)
    assert all(one.endswith("The answer belongs to the question's own experiment.") for one in told)


def test_a_setting_of_the_page_itself_that_the_question_has_changed_counts_too(page):
    asked = answered(1)._replace(changes={"epochs": 7, "mode": "Compare"})
    for state, differs in (({}, False), ({"mode": "Compare"}, False), ({"mode": "One"}, True)):
        page.state.clear()
        page.state |= {"epochs": 7} | state
        assert changed.differs(asked.changes) == differs


def test_the_derivations_sizes_count_and_which_step_it_shows_does_not(page):
    page.tab.page = "derivation"
    for state, differs in (({"d_h": 5, "K": 3}, False), ({"K": 4}, True), ({"d_h": 3}, True)):
        page.state.clear()
        page.state |= {"step": "recursion", "d_h": 5} | state
        assert changed.differs({"d_h": 5}) == differs


@pytest.mark.parametrize("choice", [None, 0, 1, SHOWN])
@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        ({"epochs": 7}, False),
        ({"epochs": 8}, True),
        ({"l2": 0.5}, True),
        ({"train": False}, False),  # the question is the same
        ({"seeds": 4, "learning_rate": 3.0}, False),  # hidden: their widgets are not drawn
    ],
)
def test_a_locked_question_tells_that_an_open_control_differs_before_and_after_its_answer(
    page, choice, state, is_told
):
    page.tab.locks = {PAGE: Lock(("epochs", "l2", "train"), {})}
    page.state |= state
    if choice is not None:
        page.tab.asked[PAGE] = ASKED.key, choice
    asked = answered(1)._replace(changes={"epochs": 7, "train": True})
    assert questions.asks_first(asked, None) == (choice is None)
    said = "The experiment set here is not the question's own. The answer belongs to the question's own"
    assert [one.startswith(said) for one in page.said[-1:]] == [is_told]
    assert not any("You have changed" in one for one in page.said), "the link may have"


def test_an_answer_that_is_not_there_yet_is_awaited_and_one_that_there_is_not_is_told(page):
    def waits(values, given):
        raise Waiting

    def nothing(values, given):
        raise Unanswered("Every network diverged.")

    page.tab.asked[PAGE] = ASKED.key, 1
    page.state["epochs"] = 8
    questions.draw_asked([ASKED._replace(answer=waits)], None)
    assert page.said[1] == "The answer appears here once the experiment has run."
    assert page.said[2].endswith("Choose the question again to see its answer.")
    questions.draw_asked([ASKED._replace(answer=nothing)], None)
    assert "Every network diverged." in page.said
    assert page.tab.answered == {}
    assert page.noted == {}, "it may have an answer later"


def test_an_answer_is_computed_once_from_the_questions_own_settings_on_its_page(page):
    asked, other = [], PAGES["optimization"].defaults

    def answer(values, given):
        asked.append((values, given))
        return Answer(0, "")

    preset = ASKED._replace(answer=answer)
    assert questions.computed(preset, "given") is questions.computed(preset, "given")
    assert asked == [(PAGES[PAGE].defaults | {"epochs": 7}, "given")]
    questions.computed(preset._replace(question="How few?"), "given")
    assert len(asked) == 2, "another question has an answer of its own"
    page.tab.page = "optimization"
    questions.computed(preset, "given")
    assert asked[2:] == [(other | {"epochs": 7}, "given")]


@pytest.mark.parametrize("choice", [None, 0, 1])
def test_a_choice_on_another_page_opens_the_questions_page_with_it(page, monkeypatch, choice):
    switched = []
    monkeypatch.setattr(questions, "choose", lambda preset, key: choice)
    monkeypatch.setattr(
        questions.st, "switch_page", lambda script, query_params: switched.append((script, query_params))
    )
    page.tab.n_asked = 4
    questions.open_by_choice("pages/sweeps.py", {"epochs": "7"}, ASKED)
    if choice is None:
        assert (switched, page.tab.asked_next, page.tab.n_asked) == ([], None, 4)
    else:
        assert switched == [("pages/sweeps.py", {"epochs": "7"})]
        assert (page.tab.asked_next, page.tab.n_asked) == ((ASKED.key, choice), 5)


@pytest.mark.parametrize(
    ("runs", "waits"),
    [
        ([(5, False), (9, False)], False),
        ([(5, False), (4, False)], True),
        ([(4, False), (5, False)], True),
        ([(5, False), (2, True)], False),  # it diverged
    ],
)
def test_an_answer_waits_until_every_network_is_trained_or_has_diverged(page, monkeypatch, runs, waits):
    runs = [SimpleNamespace(n_epochs=n, ended=ended) for n, ended in runs]
    asked = []
    monkeypatch.setattr(questions.progress, "trained", lambda setups, watched: asked.append(watched) or runs)
    setups = [Setup(Experiment(DataConfig(), TrainConfig(epochs=5)), 2)] * 2
    if waits:
        with pytest.raises(Waiting):
            questions.trained(setups)
    else:
        assert [(one.run, one.epochs) for one in questions.trained(setups)] == [(run, 5) for run in runs]
        questions.trained(setups, True)
        assert asked == [False, True], "the page's own runs"


def test_an_answer_waits_for_data_for_a_whole_sweep_and_for_work_that_needs_a_click(page, monkeypatch):
    def missing(*_):
        raise ValueError("They are not there.")

    with pytest.raises(Waiting):
        questions.loaded(missing, 1)
    assert questions.loaded(divmod, 7, 2) == (3, 1)
    with pytest.raises(Waiting):
        questions.finished(None)
    assert questions.finished(0) == 0
    plan, sweeps = SimpleNamespace(experiments=lambda: ["a", "b"]), {}
    monkeypatch.setattr(questions, "cache", lambda: SimpleNamespace(sweeps=sweeps))
    for run in (None, SimpleNamespace(complete=False)):
        sweeps["a", "b"] = run
        with pytest.raises(Waiting):
            questions.trained.sweep(plan)
    sweeps["a", "b"] = SimpleNamespace(complete=True, results="all")
    assert questions.trained.sweep(plan) == "all"


@pytest.mark.parametrize(("kind", "asks"), [(None, True), ("a kind of task", False)])
def test_a_locked_question_is_asked_unless_its_link_is_that_of_a_task_of_another_kind(
    monkeypatch, kind, asks
):
    asked = []
    monkeypatch.setattr(shell, "visit", lambda: SimpleNamespace(page=PAGE, verdict_place=None))
    monkeypatch.setattr(shell.lock, "current", lambda: SimpleNamespace(query={}, open=()))
    monkeypatch.setattr(shell.box, "asked_among", lambda choices: None)
    monkeypatch.setattr(shell.box, "kind", lambda: kind)
    monkeypatch.setattr(shell, "asked_by", lambda *_: ASKED)
    monkeypatch.setattr(shell.questions, "asks_first", lambda preset, given: asked.append(preset))
    monkeypatch.setattr(shell.st, "container", contextlib.nullcontext)
    shell.presets([ASKED])
    assert asked == [ASKED] * asks
