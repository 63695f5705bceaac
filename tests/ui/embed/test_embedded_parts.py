"""Embedded elements: the frame that the builder writes, and the controls in a row."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from lab.links.embedded import VIEWS, Asked
from ui.embed import builder, controls, element
from ui.frame.visit import Visit


@pytest.fixture
def built(monkeypatch):
    """A function of what is chosen: (the HTML, the preview's (address, width, height) or None)."""

    def build(
        view="map",
        opened=("noise",),
        width="700 px",
        height=900,
        theme="Dark",
        preview=True,
        link="",
        is_open=False,
    ):
        codes, previews, asked, said = [], [], {}, []

        def multiselect(label, options, default, max_selections, key, **_):
            asked.update(label=label, default=default, most=max_selections)
            return chosen(list(opened), key)

        def number_input(label, least, most, value, step, key, **_):
            asked.update(height=(least, most, value))
            return chosen(height, key)

        def chosen(value, key):
            build.keys.add(key)
            return value

        elements = SimpleNamespace(
            columns=lambda *_, **__: (nullcontext(), nullcontext()),
            selectbox=lambda *_, key, **__: chosen(view, key),
            text_input=lambda *_, key, **__: chosen(link, key),
            multiselect=multiselect,
            segmented_control=lambda label, *_, key, **__: chosen(theme if label == "Theme" else width, key),
            number_input=number_input,
            code=lambda text, **_: codes.append(text),
            toggle=lambda *_, key, **__: chosen(preview, key),
            iframe=lambda address, width, height, alt: previews.append((address, width, height)),
            expander=lambda *_, **__: SimpleNamespace(
                open=is_open, markdown=said.append, code=lambda text, **_: codes.append(text)
            ),
            error=said.append,
            info=said.append,
        )
        monkeypatch.setattr(builder, "st", elements)
        monkeypatch.setattr(builder, "show_sentence", lambda show, text, icon: said.append(text))
        builder.draw("http://lab.example")
        return codes, previews, asked, said

    build.keys = set()
    return build


def test_the_frame_and_its_preview_have_the_size_the_theme_and_the_controls_that_were_chosen(built):
    ((code,), ((address, width, height),), asked, _) = built()
    assert address == (
        "http://lab.example/decision_boundary?embed=true&embed_options=dark_theme&view=map&open=noise"
    )
    assert (width, height) == (700, 900)
    for part in ('width="700"', 'height="900"', address.replace("&", "&amp;")):
        assert part in code
    view = VIEWS["map"]
    assert asked == {
        "label": "Controls, up to 2, beside the timeline",
        "default": list(view.controls),
        "most": 2,
        "height": (200, 3000, view.height),
    }
    ((code,), ((_, width, _),), asked, _) = built("curves", width="100%")
    assert width == "stretch"
    assert 'width="100%"' in code
    assert (asked["label"], asked["most"]) == ("Controls, up to 3", 3)
    assert built(preview=False)[1] == []


def test_all_that_is_chosen_is_kept_when_the_page_is_left(built):
    for view in VIEWS:
        built(view)
    assert built.keys == set(builder.KEYS)


def test_a_link_of_an_experiment_is_in_the_frame_and_one_of_another_page_is_refused_in_a_sentence(built):
    _, ((address, *_),), _, said = built(link="http://lab.example/decision_boundary?epochs=7")
    assert address.endswith("&epochs=7")
    assert said == []
    _, ((address, *_),), _, (sentence,) = built(link="http://lab.example/decision_boundary?class=K7MXPA")
    assert "class" not in address
    assert sentence.startswith("The link has class, which only the whole page uses")
    codes, previews, _, (sentence,) = built(link="http://lab.example/sweeps?epochs=7")
    assert sentence.startswith("The link does not lead to the page of this element, decision_boundary")
    assert codes == previews == []


def test_the_script_that_a_page_around_needs_is_there_once_its_box_is_open(built):
    assert len(built()[0]) == 1
    codes, *_ = built(is_open=True)
    assert [code.split()[0] for code in codes] == ["<iframe", "<script>"]


@pytest.mark.parametrize(("name", "points"), [("own_points", "0,0,0;1,1,1"), ("circles", "")])
def test_a_row_has_the_box_of_points_for_points_alone_and_tells_of_all_problems_in_their_order(
    monkeypatch, name, points
):
    def group(title, names, values):
        assert title == ""
        values |= {"name": name, "l2": "weak"}

    monkeypatch.setattr(controls, "st", SimpleNamespace(container=lambda **_: nullcontext()))
    monkeypatch.setattr(controls.controls, "group", group)
    monkeypatch.setattr(controls.controls, "seeds", lambda: 7)
    monkeypatch.setattr(controls.own_data, "paste_box", lambda: ("0,0,0;1,1,1", ["of the box"]))
    monkeypatch.setattr(controls.controls, "ignored", lambda values: ["of the link"])
    limited = []
    monkeypatch.setattr(
        controls.controls,
        "within_limits",
        lambda experiment, n: limited.append(n) or (experiment, ["too large"]),
    )
    setup, problems = controls.row()
    assert (setup.n_seeds, limited) == (7, [7])
    assert (setup.experiment.data.name, setup.experiment.data.points) == (name, points)
    box, link, field, large = (["of the box"] if points else ["-"]) + problems[-3:]
    assert (box, link, large) == ("of the box" if points else "-", "of the link", "too large")
    assert field.startswith("l2 is 'weak'")
    assert len(problems) == 3 + bool(points)


@pytest.fixture
def alone(monkeypatch):
    """A function of what a link asks for: what is drawn, and whether the script goes on."""

    def draw(asked, error=None, problems=()):
        drawn, tab = [], Visit(page="decision_boundary", embedded={"decision_boundary": asked})
        tab.link_problems = list(problems)

        class Stopped(Exception):
            pass

        def stop():
            raise Stopped

        def element_of(asked):
            drawn.append(asked.view)
            if error:
                raise ValueError(error)
            return {"view": asked.own}

        monkeypatch.setattr(element, "visit", lambda: tab)
        monkeypatch.setattr(element, "_height", lambda key: drawn.append("height"))
        monkeypatch.setattr(element, "show_sentence", lambda show, text, icon: drawn.append(text))
        monkeypatch.setattr(element.lock, "problems", lambda: ["of the lock"])
        monkeypatch.setattr(element.address, "page_link", lambda query: f"link {query}")
        monkeypatch.setattr(element.shell, "end", lambda: drawn.append("end"))
        monkeypatch.setattr(element.st, "container", lambda **_: nullcontext())
        monkeypatch.setattr(element.st, "link_button", lambda label, link, **_: drawn.append(link))
        monkeypatch.setattr(element.st, "stop", stop)
        try:
            element.alone(element_of)
        except Stopped:
            return drawn, False
        return drawn, True

    return draw


def test_an_element_is_drawn_alone_with_the_problems_of_its_link_and_the_way_to_the_whole_page(alone):
    assert alone(None, problems=["of the link"]) == ([], True)
    asked = Asked("map", (), "2")
    end = ["height", "end"]
    assert alone(asked) == (["map", "of the lock", "link {'view': '2'}", *end], False)
    told = ["of the link", "too many", "map", "not so", "of the lock", "link {}", *end]
    assert alone(asked._replace(problems=("too many",)), "not so", ["of the link"]) == (told, False)
