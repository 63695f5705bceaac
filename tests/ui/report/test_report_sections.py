"""Which epoch a report names and what it says about it; and that no heading stands above nothing."""

import json

import pytest
from streamlit.proto.Element_pb2 import Element

from ui.report import recorder
from ui.report.recorder import Part


def number(most):
    drawn = Element()
    drawn.number_input.query_param_key = "epoch"
    drawn.number_input.max = most
    return drawn


def timeline(epochs, epoch, said, name="backprop_lab_timeline"):
    drawn = Element()
    drawn.bidi_component.component_name = name
    drawn.bidi_component.json = json.dumps(
        {"epochs": epochs, "epoch": epoch, "said": said, "note": "Of all.", "tells": True, "plays": False}
    )
    return drawn


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        (
            timeline([0, 10, 30], 10, ["a", "Network 1: loss 0.5.", "c"]),
            "Epoch 10 of 30. Network 1: loss 0.5.",
        ),
        (
            timeline([0, 10], 10, ["a", "Training loss: adam: 0.5"]),
            "Epoch 10 of 10. Training loss: adam: 0.5",
        ),
        (timeline([0, 1, 10], 1, ["a", "Epoch 10 diverges.", "c"]), "Epoch 1 of 10. Epoch 10 diverges."),
        (timeline([0, 1000, 2000], 1000, ["a", "Loss 0.5.", "c"]), "Epoch 1,000 of 2,000. Loss 0.5."),
        (timeline([0, 2], 0, ["", "b"]), "Epoch 0 of 2."),
        (timeline([0], 0, ["Nothing is trained yet."]), "Nothing is trained yet."),
    ],
)
def test_a_report_says_what_the_timeline_says_of_the_epoch_on_show_and_names_it(drawn, words):
    recorded = {(0, 0): number(30), (0, 1): drawn}
    assert recorder.parts(recorded) == [Part("plain", words)], "once"


def test_without_a_timeline_the_number_of_the_epoch_on_show_is_named(monkeypatch):
    monkeypatch.setattr(recorder.st, "session_state", {"epoch": 7})
    other = timeline([0, 1], 1, ["a", "b"], "backprop_lab_kept")
    assert recorder.parts({(0, 0): number(1200), (0, 1): other}) == [Part("plain", "Epoch 7 of 1,200.")]
    another = Element()
    another.number_input.query_param_key = "seeds"
    assert recorder.parts({(0, 0): another}) == []


def heading(level, words):
    drawn = Element()
    drawn.heading.tag, drawn.heading.body = f"h{level}", words
    return drawn


def text(words):
    drawn = Element()
    drawn.text.body = words
    return drawn


def test_a_heading_with_nothing_but_controls_below_it_is_left_out_and_the_title_stays():
    button = Element()
    button.button.label = "Train"
    drawn = [
        *(heading(1, "Title"), heading(2, "Empty"), button, heading(3, "Empty too"), heading(2, "Section")),
        *(heading(3, "Part"), text("Words."), heading(3, "Empty at the end"), heading(2, "Last"), button),
    ]
    parts = recorder.parts({(0, place): one for place, one in enumerate(drawn)})
    assert [part.words or part.content for part in parts] == ["Title", "Section", "Part", "Words."]
    assert recorder.parts({(0, 0): heading(1, "Alone")}) == [Part("heading", 1, "Alone")]
