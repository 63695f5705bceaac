"""The HTML of an embedded element: what its link keeps, and that a visitor's words stay inert in it."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from lab.exports import frames
from lab.links import reader
from lab.links.embedded import VIEWS, asked

SHARED = (
    "http://lab.example/decision_boundary?v=2&name=moons&noise=0.3&l2=0;0.01&seeds=2&view=2&lock=1&open=l2"
)


def tags(text):
    """[(tag, {attribute: value}), …] of HTML as a browser reads it."""
    found, parser = [], HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(text)
    return found


def test_the_frame_shows_the_experiment_of_the_link_and_nothing_else_of_it():
    query = frames.query(
        SHARED + "&fingerprint=w0123456789ab_0.25_0.31_0.3", "map", ("noise", "l2"), "dark_theme"
    )
    address = frames.address("http://lab.example", "map", query)
    linked = reader.query_of(address)
    assert reader.read(address)[:-1] == reader.read(SHARED)[:-1]
    assert asked("decision_boundary", linked) == ("map", ("noise", "l2"), "2", "")
    assert linked["embed_options"] == ["dark_theme"]
    assert not {"lock", "fingerprint"} & linked.keys()
    again = frames.query(address, "map", ("noise",))
    assert again["open"] == "noise", "not what the first link opened"
    assert again["view"] == "map:2"
    assert "embed_options" not in again


def test_what_a_page_looks_at_is_kept_only_where_the_element_shows_it():
    boundary = "http://lab.example/decision_boundary?view="
    assert [frames.query(f"{boundary}{n}", "map", ())["view"] for n in "123"] == ["map", "map:2", "map:3"]
    assert frames.query("http://lab.example/derivation?view=2", "quiz", ())["view"] == "quiz"


def test_of_several_values_the_last_view_counts_and_several_of_a_field_are_kept():
    link = "http://lab.example/decision_boundary?view=2&view=3&seeds=2"
    assert frames.query(link, "map", ())["view"] == "map:3"
    two = {"view": "map", "open": "a b,c", "seeds": ["2", "3"]}
    assert frames.address("http://lab.example", "map", two) == (
        "http://lab.example/decision_boundary?view=map&open=a+b%2Cc&seeds=2&seeds=3"
    )


def test_an_empty_link_is_the_page_as_it_opens():
    assert frames.query(" ", "quiz", ()) == {"embed": "true", "view": "quiz", "open": ""}


def test_a_link_to_another_page_or_over_a_limit_is_refused():
    with pytest.raises(ValueError, match="does not lead to the page of this element, decision_boundary; "):
        frames.query("http://lab.example/derivation?d=3", "map", ())
    with pytest.raises(ValueError, match="did you mean noise"):
        frames.query("http://lab.example/decision_boundary?nois=3", "map", ())
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        frames.query("http://lab.example/decision_boundary?hidden_layer_sizes=90000,90000", "map", ())


def test_what_a_visitor_typed_is_one_attribute_of_one_tag():
    hostile = 'http://lab.example/decision_boundary?points="><script>alert(1)</script>&name=own_points'
    hostile += "&values=\"'<img src=x>"
    query = frames.query(hostile, "curves", ())
    address = frames.address("http://lab.example", "curves", query)
    ((tag, attributes),) = tags(frames.frame(address, "curves", "100%", 500))
    assert tag == "iframe"
    assert attributes.keys() == {"src", "title", "width", "height", "style", "loading"}
    assert (attributes["width"], attributes["height"]) == ("100%", "500")
    assert attributes["title"] == f"Backprop Lab: {VIEWS['curves'].label}"
    assert (attributes["loading"], attributes["style"]) == ("lazy", "border: 0"), "a page may have many"
    assert attributes["src"] == address
    assert parse_qs(urlsplit(attributes["src"]).query)["points"] == ['"><script>alert(1)</script>']
