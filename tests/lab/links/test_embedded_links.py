"""Links to one element of a page: which views there are, their controls, and what is refused."""

import pytest

from lab.links import embedded
from lab.links.embedded import MOST_CONTROLS, VIEWS, Asked, asked
from lab.links.fields import FIELDS
from lab.links.pages import PAGES
from lab.links.reader import read
from lab.links.reading import Unusable

LINK = "http://lab.example/{page}?embed=true&view={view}&init_seed=7"


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_at_most_three_controls_which_its_page_has(name):
    view = VIEWS[name]
    assert len(view.controls) <= view.room <= MOST_CONTROLS
    assert view.room + view.has_timeline == MOST_CONTROLS
    assert {*view.controls} <= {*FIELDS} & {*PAGES[view.page].others}
    assert asked(view.page, {"view": [name]})[:2] == (name, view.controls)


def test_a_link_says_which_controls_are_open_and_which_network_is_on_the_map():
    query = {"view": ["map:mean"], "open": ["noise, noise", "l2"]}
    assert asked("decision_boundary", query) == Asked("map", ("noise", "l2"), "mean")
    assert asked("decision_boundary", {"view": ["map"], "open": [""]}) == Asked("map", (), "1")
    assert asked("derivation", {"view": ["quiz"]}) == Asked("quiz", (), "")
    for number in ("1", "10"):  # as many networks as a link may ask for
        assert asked("decision_boundary", {"view": [f"map:{number}"]})[2] == number
    for number in ("0", "11"):
        with pytest.raises(Unusable):
            asked("decision_boundary", {"view": [f"map:{number}"]})


def test_controls_without_room_are_left_out_and_named():
    kept = asked("decision_boundary", {"view": ["map"], "open": ["noise,l2,epochs"]})
    assert kept.controls == ("noise", "l2")
    assert kept.problems == (
        "open is 'noise,l2,epochs'; allowed: up to 2 controls besides the timeline, here noise, l2.",
    )
    assert asked("decision_boundary", {"view": ["curves"], "open": ["noise,l2,epochs"]}).problems == ()


@pytest.mark.parametrize(
    ("page", "query", "sentences"),
    [
        (
            "decision_boundary",
            {"mode": "Compare", "values": "4 / 8"},
            [
                "The link asks for mode = 'Compare', but an element shows one experiment: that of the link's "
                "other settings."
            ],
        ),
        ("decision_boundary", {"mode": "One experiment", "values": "4 / 8", "class": " "}, []),
        (
            "decision_boundary",
            {"class": "K7MXPA"},
            ["The link has class, which only the whole page uses; an element is shown without it."],
        ),
        (
            "derivation",
            {"sheet": "1", "tasks": "abc", "lines": "2"},
            [
                "The link has tasks, sheet and lines, which only the whole page uses; an element is shown "
                "without them."
            ],
        ),
        ("derivation", {"lines": "None", "predict": "true"}, []),
    ],
)
def test_what_no_element_shows_is_said(page, query, sentences):
    query = {name: [text] for name, text in query.items()}
    view = embedded.views(page)[0]
    assert asked(page, query | {"view": [view]}) == Asked(
        view, VIEWS[view].controls, "1" if page == "decision_boundary" else "", tuple(sentences)
    )


@pytest.mark.parametrize("own", ["mean", "disagreement"])
def test_a_diagram_is_of_one_network_and_says_so_if_the_link_asks_for_all(own):
    told = asked("decision_boundary", {"view": [f"network:{own}"]}).problems
    assert told == (
        f"view is 'network:{own}'; allowed: the number of a network, such as network:2. The diagram shows "
        "network 1.",
    )
    for fine in ("network", "network:2", f"map:{own}", f"curves:{own}"):
        assert asked("decision_boundary", {"view": [fine]}).problems == ()


@pytest.mark.parametrize(
    ("page", "view", "sentence"),
    [
        ("decision_boundary", "quiz", "view is 'quiz'; allowed: map, network, curves."),
        ("decision_boundary", "11", "view is '11'; allowed: map, network, curves."),
        ("derivation", "1", "view is '1'; allowed: step, quiz."),
        ("derivation", "step:2", "view is 'step:2'; allowed: step."),
        (
            "decision_boundary",
            "map:all",
            "view is 'map:all'; allowed: map:mean, map:disagreement or the number of a network, such as "
            "map:2.",
        ),
    ],
)
def test_a_view_that_there_is_not_gets_one_sentence_from_every_reader(page, view, sentence):
    with pytest.raises(Unusable) as refused:
        asked(page, {"view": [view]})
    assert str(refused.value) == sentence
    with pytest.raises(Unusable) as by_the_terminal:
        read(LINK.format(page=page, view=view))
    assert str(by_the_terminal.value) == sentence


def test_the_terminal_trains_what_an_embedded_link_asks_for():
    plain = read(LINK.format(page="decision_boundary", view="1").replace("embed=true&", ""))
    for view in (*embedded.views("decision_boundary"), "map:disagreement", "2", "mean"):
        link = LINK.format(page="decision_boundary", view=view) + "&open=noise&embed_options=dark_theme"
        assert read(link) == plain
    assert read(LINK.format(page="derivation", view="quiz")).page == "derivation"


def test_a_view_of_its_own_keeps_its_meaning_on_every_page():
    for page, text in {"decision_boundary": "mean", "sweeps": "Cost", "": "map"}.items():
        assert asked(page, {"view": [text]}) is None


@pytest.mark.parametrize("page", PAGES)
def test_a_link_without_a_view_asks_for_the_whole_page(page):
    for query in ({}, {"view": [""]}, {"view": ["map", " "]}):
        assert asked(page, query) is None
