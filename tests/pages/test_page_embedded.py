"""One element of a page in a frame: few controls, the same numbers, and the way to the whole page."""

import pytest
from streamlit.testing.v1 import AppTest
from visiting import (
    ENTRY,
    FAST,
    charts,
    go,
    labels,
    parts,
    query_of,
    said,
    sentences,
    timelines,
    visit,
    widget,
)

from lab.links.embedded import VIEWS
from lab.links.fields import FIELDS


def embedded(view, text=None, **query):
    """The element, as the first visitor of its frame sees it; `text` is another one for `view`."""
    app = AppTest.from_file(str(ENTRY), default_timeout=60).switch_page(f"pages/{VIEWS[view].page}.py")
    app.context = {"is_embedded": True, "url": f"http://lab.example/{VIEWS[view].page}"}
    app.query_params["view"] = text or view
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def controls(app):
    return [part.key for part in parts(app) if getattr(part, "key", None) in FIELDS]


def whole_page(app):
    """The parameters of the link to the whole page."""
    (link,) = [one.proto.url for one in app.get("link_button")]
    return query_of(link)


def test_the_map_has_its_controls_its_timeline_and_the_numbers_of_the_whole_page():
    app = embedded("map", **FAST, open="noise")
    assert sentences(app) == []
    assert controls(app) == ["noise"]
    assert len(charts(app)) == len(timelines(app)) == 1
    assert not app.sidebar
    assert labels(app) == [], "no row of actions"
    query = whole_page(app)
    assert FAST.items() <= query.items()
    assert not {"embed", "lock", "open"} & query.keys()
    whole = visit(**query)
    kind, shown = said(whole)[0].split(". ", 1)
    assert said(app)[0].startswith(f"{kind}. The map follows the timeline")
    assert said(app)[0].endswith(f". {shown}"), "at the last epoch, which the page shows"
    widget(app, "noise").set_value(0.5)
    moved = whole_page(go(app))
    assert moved == query | {"noise": "0.5"}


def test_the_other_elements_are_those_of_the_page_too():
    whole = visit(**FAST, view="mean", hide_test="true")
    curves = embedded("curves", **FAST, hide_test="true", open="seeds,learning_rate")
    assert controls(curves) == ["learning_rate"]
    assert widget(curves, "seeds").value == 2
    assert said(curves) == said(whole)[1:3]
    network = embedded("network", **FAST, epoch="2")
    assert whole_page(network)["epoch"] == "2"
    assert said(network) == [one for one in said(visit(**FAST, epoch="2")) if "Diagram" in one]


@pytest.mark.parametrize("view", ["step", "quiz"])
def test_a_quiz_hides_what_a_step_shows(view):
    app = embedded(view, d="3")
    assert not app.sidebar
    assert sentences(app) == []
    asks = [one for one in app.markdown if one.value.startswith("**Predict first.**")]
    assert bool(asks) is (view == "quiz")
    assert ("some numbers hidden" in said(app)[0]) is (view == "quiz")
    assert bool(app.latex) is (view == "step")
    query = whole_page(app)
    assert (query["d"], query["predict"]) == ("3", str(view == "quiz").lower())


def test_data_that_cannot_be_trained_on_are_told_and_opened_on_the_whole_page():
    app = embedded("map", name="own_points", points="0,0,0;1,1,0;0,1,0", epochs="7")
    (told,) = sentences(app)
    assert "all of one class" in told
    assert charts(app) == []
    query = whole_page(app)
    assert (query["name"], query["epochs"], query["points"]) == ("own_points", "7", "0,0,0;1,1,0;0,1,0")


def test_what_the_link_asks_for_and_cannot_have_is_said():
    app = embedded("map", **FAST, open="noise,l2,zoom")
    assert [one.split(";")[0] for one in sentences(app)] == ["open is 'noise,l2,zoom'"]
    assert controls(app) == ["noise", "l2"]
    app = embedded("map", **FAST, open="zoom")
    assert sentences(app)[0].startswith("open names 'zoom'; allowed: controls of this page, that is ")
    compared = embedded("map", **FAST, mode="Compare", values="4 / 8")
    assert sentences(compared) == [
        "The link asks for mode = 'Compare', but an element shows one experiment: that of the link's other "
        "settings."
    ]
    assert len(charts(compared)) == 1
    diagram = embedded("network", "network:mean", **FAST, **{"class": "K7MXPA"})
    assert [one.split("; ")[0] for one in sentences(diagram)] == [
        "view is 'network:mean'",
        "The link has class, which only the whole page uses",
    ]
    third = embedded("map", "map:3", **FAST)
    assert sentences(third) == ["view is 'map:3'; allowed: networks 1 to 2."]
    assert FAST.items() <= whole_page(third).items()
    bad = embedded("quiz", "map")
    assert "view is 'map'; allowed: step, quiz." in sentences(bad)
    assert bad.sidebar, "the page is shown whole"
