"""The HTML of an embedded element: what its link keeps, and that a visitor's words stay inert in it."""

import hashlib
import json
import pathlib
import shutil
import subprocess
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import playwright
import pytest

from data import keep_table
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
    assert asked("decision_boundary", linked) == ("map", ("noise", "l2"), "2", ())
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


def test_a_link_that_compares_experiments_is_refused_since_an_element_shows_one():
    link = "http://lab.example/decision_boundary?values=4 / 8&mode="
    for view in ("map", "network", "curves"):
        with pytest.raises(ValueError, match=r"compares experiments, and an element shows one; allowed: a l"):
            frames.query(f"{link}Compare", view, ())
        assert frames.query(f"{link}One experiment", view, ())["view"] == view


@pytest.mark.parametrize(
    ("link", "view", "names"),
    [
        ("decision_boundary?class=K7MXPA&tasks=abc&task=1", "map", "tasks, task and class"),
        ("derivation?sheet=1&lines=2&init_seed=3", "step", "sheet and lines"),
        ("derivation?class=K7MXPA", "quiz", "class"),
        ("derivation?lines=None", "quiz", ""),
        ("decision_boundary?epochs=7", "map", ""),
    ],
)
def test_what_works_only_on_the_whole_page_is_left_out_and_named(link, view, names):
    link = f"http://lab.example/{link}"
    assert not {"class", "tasks", "task", "sheet", "lines"} & frames.query(link, view, ()).keys()
    told = frames.left_out(link, view)
    assert [one.split(", which only")[0] for one in told] == [f"The link has {names}"] * bool(names)
    assert frames.left_out("", view) == []


def test_a_diagram_is_of_a_network_of_the_link_or_of_the_first():
    link = "http://lab.example/decision_boundary?seeds=3&view="
    assert frames.query(f"{link}mean", "network", ())["view"] == "network"
    assert frames.left_out(f"{link}mean", "network") == [
        "The link shows the mean of all networks; a diagram shows network 1."
    ]
    assert frames.query(f"{link}2", "network", ())["view"] == "network:2"
    assert frames.query(f"{link}mean", "map", ())["view"] == "map:mean"
    assert frames.left_out(f"{link}2", "network") == frames.left_out(f"{link}mean", "map") == []
    assert frames.query(f"{link}nothing", "map", ())["view"] == "map", "the page shows network 1 then"
    assert frames.left_out(f"{link}nothing", "network") == []


@pytest.mark.parametrize("view", ["map", "network", "curves"])
def test_a_table_that_is_not_in_the_link_is_named_and_one_that_is_there_is_not(view):
    rows = "a,b,kind\n" + "".join(f"{k},{k * k % 7},{'uv'[k % 2]}\n" for k in range(40))
    link = "http://lab.example/decision_boundary?name=own_table&points="
    digest = hashlib.sha256(rows.encode()).hexdigest()
    (told,) = frames.left_out(f"{link}{digest}", view)
    assert told == (
        f"The link does not contain its table, only the sha256 of its file ({digest[:12]}…). Readers see the "
        "element while the file is in this server's memory; in a frame they cannot upload it again."
    )
    assert frames.left_out(f"{link}{digest};missing=median", view) == [told]
    for points in (keep_table(rows.encode()), "damaged", ""):
        assert frames.left_out(f"{link}{points}", view) == []
    assert frames.left_out(f"{link}{digest}".replace("own_table", "moons"), view) == []


@pytest.mark.parametrize("view", ["map", "curves", "network"])
def test_a_network_that_the_link_does_not_train_is_refused_as_by_the_element(view):
    link = "http://lab.example/decision_boundary?view="
    with pytest.raises(ValueError, match=r"^view is '3'; allowed: networks 1 to 2\.$"):
        frames.query(f"{link}3&seeds=2", view, ())
    with pytest.raises(ValueError, match=r"^view is '6'; allowed: networks 1 to 5\.$"):
        frames.query(f"{link}map:6", view, ())
    assert frames.query(f"{link}3&seeds=3", view, ())["view"] == f"{view}:3"
    assert frames.query(f"{link}mean&seeds=1", "map", ())["view"] == "map:mean"


def test_of_several_values_the_last_view_counts_and_several_of_a_field_are_kept():
    link = "http://lab.example/decision_boundary?view=2&view=3&seeds=3"
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


def test_a_quotation_mark_in_an_address_ends_no_attribute():
    address = "http://lab.example/map?a=\"><b>'&amp;c=1"
    ((tag, attributes),) = tags(frames.frame(address, "map", 640, 480))
    assert (tag, attributes["src"], attributes["width"]) == ("iframe", address, "640")


def test_a_theme_is_that_of_its_label():
    assert {label: theme for label, theme in frames.THEMES.items() if theme} == {
        label: f"{label.lower()}_theme" for label in ("Light", "Dark")
    }


PAGE = """
const frames = ["http://lab.example/a?v=1", "http://lab.example/b?v=1"].map(
  (src) => ({ src, height: 480, contentWindow: {} }));
const document = { querySelectorAll: (tag) => (tag === "iframe" ? frames : []) };
let listen = null;
const addEventListener = (kind, called) => { if (kind === "message") listen = called; };
@listener@
const told = [];
for (const [height, from, subject, origin] of @messages@) {
  frames.forEach((frame) => { frame.height = 480; });
  listen({ data: subject && { subject, height }, origin, source: frames[from]?.contentWindow });
  told.push(frames.map((frame) => frame.height));
}
console.log(JSON.stringify(told));
"""
OURS, ORIGIN = "lti.frameResize", "http://lab.example"
MESSAGES = [  # (height, of which frame, subject, origin) and the heights of the two frames then
    ((700, 1, OURS, ORIGIN), [480, 700]),
    ((5001, 0, OURS, ORIGIN), [5000, 480]),
    ((4999.5, 0, OURS, ORIGIN), [4999.5, 480]),
    (("700", 0, OURS, ORIGIN), [700, 480]),
    ((0, 0, OURS, ORIGIN), [480, 480]),
    ((-5, 0, OURS, ORIGIN), [480, 480]),
    (("tall", 0, OURS, ORIGIN), [480, 480]),
    ((700, 0, "another", ORIGIN), [480, 480]),
    ((700, 0, OURS, "http://other.example"), [480, 480]),
    ((700, 2, OURS, ORIGIN), [480, 480]),  # of a window that is in no frame
    ((700, 0, None, ORIGIN), [480, 480]),  # without any data
]


def test_a_frame_is_as_high_as_its_own_element_says_up_to_a_bound():
    code = frames.LISTENER.removeprefix("<script>").removesuffix("</script>")
    page = PAGE.replace("@listener@", code).replace("@messages@", json.dumps([sent for sent, _ in MESSAGES]))
    node = shutil.which("node") or pathlib.Path(playwright.__file__).parent / "driver" / "node"
    done = subprocess.run([node, "-"], input=page, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [heights for _, heights in MESSAGES]
    root = pathlib.Path(__file__).resolve().parents[3]
    assert f'const SUBJECT = "{OURS}";' in (root / "ui/embed/height.js").read_text(encoding="utf-8")
