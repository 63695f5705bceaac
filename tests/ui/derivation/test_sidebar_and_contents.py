"""The derivation's sidebar read as its network, the link that states it, and the list of the steps."""

import itertools
from contextlib import nullcontext
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from derived import PROBLEMS

from lab.derivation import CHAPTERS, Problem, derive
from ui.derivation import contents, recall, setup
from ui.frame.visit import Visit
from ui.instructors import sheets


@pytest.fixture
def sidebar(monkeypatch):
    """A function of widgets' values by key: (the Problem, sentences); `headings` and `groups` are drawn."""
    page = SimpleNamespace(headings=[], groups=[], places=[], lock=None)

    def read(place=None, **values):
        page.headings.clear()
        page.groups.clear()
        page.places.clear()

        def group(title, names, held):
            page.groups.append((title, names))
            first = {"l1": "0", "l2": "0", **{name: setup.DEFAULTS[name] for name in ("activation", "loss")}}
            held |= {name: (first | {"init_seed": 7} | values)[name] for name in names}

        def control(draw, label, least, most, key, help):
            return values.get(key, setup.SIZES[key][3])

        monkeypatch.setattr(setup.st, "sidebar", nullcontext())
        monkeypatch.setattr(setup.st, "markdown", page.headings.append)
        monkeypatch.setattr(setup.lock, "current", lambda: page.lock)
        monkeypatch.setattr(setup.lock, "control", control)
        monkeypatch.setattr(setup.controls, "group", group)
        monkeypatch.setattr(setup.controls, "ignored", lambda held: ["It has no effect."])
        return setup.sidebar(place)

    page.read = read
    return page


def test_the_sidebar_is_read_as_a_network_whose_penalties_fit_its_layers(sidebar):
    problem, sentences = sidebar.read(d=4, depth=2, d_h=5, m=3, K=8, l2="0;1;0.5", activation="relu")
    assert problem == Problem(
        d=4, hidden_layer_sizes=(5, 5), m=3, K=8, l2=(0.0, 1.0, 0.5), activation="relu", seed=7
    )
    assert sentences == ["It has no effect."]
    problem, sentences = sidebar.read(depth=1, l2="0;1;0.5", l1="x")
    assert (problem.l1, problem.l2) == (0.0, 0.0)
    of_l1, of_l2, _ = sentences
    assert of_l1.startswith("l1 is 'x'; allowed: ")
    assert of_l2.startswith("l2 is 0;1;0.5; allowed: one number, or one per layer: 2.")
    assert of_l1.endswith(" The default is used instead.")
    assert of_l2.endswith(" The default is used instead.")
    problem, sentences = sidebar.read(l1="", l2="0.25")
    assert (problem.l1, problem.l2, len(sentences)) == (0.0, 0.25, 1)


def test_the_headings_are_in_the_sidebar_and_neither_in_an_element_nor_on_a_locked_page(sidebar):
    sidebar.read()
    assert sidebar.headings == ["**Network**", "**Examples**"]
    assert [title for title, _ in sidebar.groups] == ["Functions", "Penalty", "Numbers"]
    sidebar.read(place=nullcontext())
    assert sidebar.headings == []
    assert {title for title, _ in sidebar.groups} == {""}
    sidebar.lock = "a lock"
    sidebar.read()
    assert sidebar.headings == []


@pytest.mark.parametrize("problem", [one for one in PROBLEMS if len(set(one.hidden_layer_sizes)) == 1])
def test_a_link_states_the_whole_network(problem):
    assert sheets.problem_of(f"?{urlencode(setup.query(problem))}") == problem


@pytest.fixture
def listed(monkeypatch):
    """A function of the step on show, those read and answered: the boxes by chapter, and all buttons."""

    def of(problem, key, read=(), answered=()):
        steps, boxes, buttons = derive(problem), {}, []
        step = next(one for one in steps if one.key == key)
        tab = Visit(read=set(read), guesses={(problem, one, 0): None for one in answered})

        def expander(label, expanded):
            boxes[label.split("**")[1]] = label.split("**: ")[1], expanded
            return SimpleNamespace(container=lambda gap: SimpleNamespace(button=button))

        def button(label, **how):
            buttons.append((label, how))

        monkeypatch.setattr(contents, "visit", lambda: tab)
        monkeypatch.setattr(contents.st, "caption", lambda text: None)
        monkeypatch.setattr(contents.st, "expander", expander)
        monkeypatch.setattr(contents.st, "button", button)
        contents._list(steps, step)
        return steps, boxes, buttons

    return of


def test_every_step_is_listed_in_its_chapter_and_goes_to_itself(listed):
    steps, boxes, buttons = listed(Problem(), "loss")
    assert list(boxes) == list(CHAPTERS)
    assert [chapter for chapter, (_, expanded) in boxes.items() if expanded] == ["The network"]
    own = [(label, how) for label, how in buttons if how["key"].startswith("_to_")]
    for step, (label, how) in zip(steps, own, strict=True):
        assert label == (f"{step.title} ({step.number})" if step.number else step.title)
        assert (how["on_click"], how["args"]) == (contents._go, (step.key,))
        assert how["type"] == ("secondary" if step.key == "loss" else "tertiary")
    assert {step.number is None or step.number == "" for step in steps} == {True, False}


def test_steps_that_were_read_or_answered_are_marked_and_counted(listed):
    steps, boxes, buttons = listed(Problem(), "loss", {"loss", "output"}, {"output", "inputs"})
    icons = {how["args"][0]: how["icon"] for _, how in buttons if how["key"].startswith("_to_")}
    assert {key for key, icon in icons.items() if icon == contents.READ} == {"loss"}
    assert {key for key, icon in icons.items() if icon == contents.ANSWERED} == {"output", "inputs"}
    assert set(icons.values()) == {contents.READ, contents.ANSWERED, contents.AHEAD}
    n = sum(step.chapter == "The network" for step in steps)
    assert boxes["The network"][0] == f"3 of {n} steps read, 2 questions answered"


def test_the_section_from_memory_is_listed_once_after_the_chapter_that_it_closes(listed):
    steps, _, buttons = listed(Problem(), "loss")
    home = recall.home(steps)
    keys = [how["key"] for _, how in buttons]
    at = keys.index("_recall_home")
    assert keys[at - 1] == f"_to_{home}"
    assert buttons[at][1]["args"] == (home, True)
    before = list(itertools.takewhile(lambda step: step.key != home, steps))
    assert at == len(before) + 1
    assert keys.count("_recall_home") == 1


@pytest.mark.parametrize(
    ("at", "labels"), [(0, ["Next"]), (7, ["Back", "Next"]), (-2, ["Back", "Next"]), (-1, ["Back"])]
)
@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("locked", [False, True])
def test_back_and_next_lead_to_the_neighbours_and_what_is_shown_counts_as_read(
    monkeypatch, at, labels, shown, locked
):
    steps, tab, buttons = derive(Problem()), Visit(), []
    monkeypatch.setattr(contents, "visit", lambda: tab)
    monkeypatch.setattr(contents.lock, "hides", lambda key: key == "step" and locked)
    monkeypatch.setattr(contents.st, "container", lambda **_: nullcontext())
    monkeypatch.setattr(contents.st, "button", lambda label, **how: buttons.append((label, how)))
    contents.moves(steps, steps[at], shown)
    assert tab.read == ({steps[at].key} if shown else set())
    to = {"Back": steps[at - 1], "Next": steps[(at + 1) % len(steps)]}
    labels = [] if locked else labels
    assert [label for label, _ in buttons] == [f"{label}: {to[label].title}" for label in labels]
    assert [how["args"] for _, how in buttons] == [(to[label].key,) for label in labels]
    assert [how["shortcut"] for _, how in buttons] == [
        {"Back": "Left", "Next": "Right"}[one] for one in labels
    ]
