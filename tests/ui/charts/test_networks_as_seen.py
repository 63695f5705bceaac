"""Slow motion, the confusion matrix, a class's answers, and drawn networks: which mark is where, and when."""

import pandas as pd
import pytest
from seen import axis, evaluated, marks, seen

from ui.charts import class_answers, counts, derivation, following, network, palette, pictures, slow_motion
from ui.charts.label_colours import coloured, readable

GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE
WORDS = coloured(GREY).to_dict()  # a colour by theme
DISC = readable(GREY, "#FFFFFF")  # with white words


def test_the_batch_is_in_the_colours_of_its_classes_and_the_others_are_grey():
    others = pd.DataFrame({"x": [0.0, 10.0], "y": [0.0, 0.0]})
    batch = pd.DataFrame({"x": [2.0], "y": [4.0], "class": ["b"], "index": [17]})
    drawing = slow_motion.batch(others, batch, ("a", "b"), "A title")
    grey, dots, numbers = seen(drawing)
    assert grey("x", "y", "color") == [(0, 0, GREY), (10, 0, GREY)]
    assert dots("x", "y", "color") == [(2, 4, palette.CLASSES[1])]
    assert dots("tooltip") == [{"example": 17, "class": "b"}]
    assert dots.encoding["color"]["title"] == "class"
    assert numbers("x", "y", "text") == [(2, 4, 17)]
    assert axis(drawing, "x")[0] == "x₁"
    assert axis(drawing, "y")[::2] == ("x₂", pytest.approx((2 - 5.5, 2 + 5.5)))


def test_a_number_of_a_table_is_told_in_full_and_is_white_on_a_blue_cell():
    frame = pd.DataFrame({"row": ["z", "a", "z"], "column": [1, 1, 2], "value": [-2.0, 0.99, 1.9012345]})
    drawing = slow_motion.table(frame, "unit", "A title")
    cells, words = seen(drawing)
    assert cells("x", "y") == [(1, "z"), (1, "a"), (2, "z")]
    assert cells("color")[0] == ORANGE
    assert cells("tooltip")[2] == {"row": "z", "unit": 2, "value": "1.90123"}
    assert words("x", "y", "text", "color") == [
        (1, "z", "-2", "black"),
        (1, "a", "0.99", "black"),
        (2, "z", "1.9", "white"),
    ]
    assert cells.encoding["y"]["sort"] == ["z", "a"]
    assert axis(drawing, "x")[0] == "unit"


def matrix():
    frame = pd.DataFrame(
        {"actual": ["a", "a"], "predicted": ["a", "b"], "count": [3, 5], "share": [0.375, 0.95]}
    )
    return frame


def test_a_count_is_in_the_row_of_the_actual_and_the_column_of_the_predicted_class():
    drawing = counts.confusion(matrix(), "A title")
    cells, numbers = seen(drawing)
    assert cells("x", "y", "color") == [("a", "a", cells("color")[0]), ("b", "a", cells("color")[1])]
    assert numbers("x", "y", "text", "color") == [("a", "a", 3, "black"), ("b", "a", 5, "white")]
    assert cells("tooltip")[1] == {"actual": "a", "predicted": "b", "count": 5, "share": "95.0%"}
    assert [axis(drawing, name)[0] for name in "xy"] == ["predicted class", "actual class"]
    assert (cells.encoding["color"]["scale"]["domain"], cells.encoding["color"]["scale"]["range"][1]) == (
        [0, 1],
        BLUE,
    )
    assert numbers.encoding["y"].get("sort") is None


def test_counts_and_their_heading_are_of_the_epoch_on_show():
    both = pd.concat([matrix().assign(epoch=3), matrix().assign(epoch=5, count=[8, 0])])
    headings = following.marked(pd.DataFrame({"epoch": [3, 5], "heading": ["three", "five"]}), 5, 2)
    drawing = counts.confusions(following.marked(both, 5, 2), headings, "A title")
    for at_epoch, numbers, words in ((None, [8, 0], "five"), ("3", [3, 5], "three")):
        text, heading = marks(drawing, "text", at_epoch)
        assert text("text") == numbers
        assert heading("text", "x", "y") == [(words, 0, -8)]
    bound = [one["bind"]["event"] for one in drawing.parts().specification()["params"] if "bind" in one]
    assert bound == ["epoch_confusion"]


@pytest.mark.parametrize(("n", "height"), [(2, 110), (10, 200)])
def test_the_matrix_is_as_high_as_its_classes(n, height):
    frame = pd.DataFrame({"actual": range(n), "predicted": range(n), "count": 1, "share": 1.0})
    specification = counts.confusion(frame, "").parts().specification()
    assert specification["height"] == height
    assert specification["autosize"]["type"] == "fit-x", "long names below it do not make it lower"


def test_an_answers_bar_has_the_colour_of_its_round_and_its_number():
    frame = pd.DataFrame(
        {"answer": ["yes", "no"] * 2, "round": ["first"] * 2 + ["second"] * 2, "count": [4, 1, 2, 3]}
    )
    drawing = class_answers.distribution(frame, ["no", "yes"], "A title")
    bars, numbers = seen(drawing)
    assert bars("x", "y", "yOffset", "color") == [
        (4, "yes", "first", BLUE),
        (1, "no", "first", BLUE),
        (2, "yes", "second", ORANGE),
        (3, "no", "second", ORANGE),
    ]
    assert bars("tooltip")[3] == {"answer": "no", "round": "second", "count": 3}
    assert numbers("x", "y", "yOffset", "text") == [
        (count, answer, one, count) for count, answer, one in bars("x", "y", "yOffset")
    ]
    assert axis(drawing, "x") == ("answers", None, [0, 4], "d")
    assert bars.encoding["yOffset"]["sort"] == bars.encoding["color"]["sort"] == ["first", "second"]


def test_a_picture_of_a_gallery_has_its_label_below_and_its_other_columns_for_the_pointer():
    frame = pd.DataFrame(
        {"picture": ["one", "two"], "column": [0, 1], "row": [0, 0], "label": ["7", "9"], "output": 0.5}
    )
    drawing = pictures.gallery(frame, 2, "A title")
    images, words = seen(drawing)
    assert images("url") == ["one", "two"]
    assert images("tooltip")[1] == {"label": "9", "output": 0.5}
    (left, right, top, bottom), _ = images("x", "x2", "y", "y2")
    assert (0 < left < right < 1, 0 < top < bottom < 1) == (True, True)
    assert words("x", "text") == [(0.5, "7"), (1.5, "9")]
    assert bottom < words("y")[0] < 1


def test_a_class_has_a_bar_of_its_output_with_the_number_behind_it():
    frame = pd.DataFrame({"class": ["cat", "dog"], "output": [0.75, 0.25], "kind": ["predicted", "other"]})
    drawing = pictures.outputs(frame, "A title")
    bars, words = seen(drawing)
    assert bars("x", "y", "color") == [(0.75, "cat", palette.CLASSES[3]), (0.25, "dog", GREY)]
    assert words("x", "y", "text") == [(0.75, "cat", "0.750"), (0.25, "dog", "0.250")]
    assert axis(drawing, "x")[0] == "output of the network"
    assert axis(drawing, "y")[0] == "class"
    assert bars.encoding["color"]["legend"], "what the colours mean"


# ---- networks as graphs


@pytest.mark.parametrize(("sources", "lit"), [(None, "a"), (",b,", "b")])
@pytest.mark.parametrize("backward", [False, True])
def test_a_graph_lights_up_what_the_matrices_point_at_and_otherwise_the_parts_of_the_step(
    sources, lit, backward
):
    nodes = pd.DataFrame({"id": ["a", "b"], "x": [0, 1], "y": [0.5, -0.5], "label": ["x₁", "L"]})
    nodes = nodes.assign(lit=[True, False], value=[0.5, 2.0], gradient=[3.0, 1.0], text=["0.5", "2"])
    edges = pd.DataFrame({"id": ["a", "b"], "x": [0, 0], "y": [0.5, 0.25], "x2": [1, 1], "y2": [-0.5, -0.25]})
    edges = edges.assign(size=[0.0, 1.0], lit=[True, False], text=["W", "b"])
    drawing = derivation.graph(nodes, edges, "A title", backward=backward, clickable=True)
    lines, pointer, halos, numbers, circles, names = seen(drawing, sources=sources)
    colour = ("#0072B2", "#D55E00")[backward]
    ends = [(0, 1, 0.5, -0.5), (0, 1, 0.25, -0.25)]
    assert lines("x", "x2", "y", "y2") == pointer("x", "x2", "y", "y2") == ends
    assert lines("strokeWidth") == [0.7, 7]
    assert lines("opacity") == [0.9 if lit == one else derivation.FAINT for one in "ab"]
    assert (
        circles("x", "y") == names("x", "y") == numbers("x", "y") == halos("x", "y") == [(0, 0.5), (1, -0.5)]
    )
    assert circles("color") == [readable(colour, "#FFFFFF") if lit == one else DISC for one in "ab"]
    assert circles("tooltip")[0] == {"node": "x₁", "value": "0.5", "∂L/∂node": "3"}
    assert (names("text"), numbers("text"), halos("text")) == (["x₁", "L"], ["0.5", "2"], ["0.5", "2"])
    assert pointer("tooltip") == [{"edge": "W"}, {"edge": "b"}]


def test_both_sides_of_an_identity_have_their_names_in_their_colours():
    frame = pd.DataFrame({"x": [0.0, 1.0], "name": ["z", "a"], "y": [0.25, 0.5]})
    drawing = derivation.curves(frame, "A title", "f(x)")
    first, second, *words = seen(drawing)
    assert first("x", "y", "color") == [(0, 0.25, derivation.FORWARD)]
    assert second("x", "y", "color") == [(1, 0.5, derivation.BACKWARD)]
    assert first("tooltip") == [{"name": "z", "x": 0.0, "y": "0.25"}]
    assert [word("text", "color", "x", "y") for word in words] == [
        [("z", coloured(derivation.FORWARD).to_dict(), 8, 10)],
        [("a", coloured(derivation.BACKWARD).to_dict(), 8, 26)],
    ]
    assert [axis(drawing, name)[0] for name in "xy"] == ["x", "f(x)"]


@pytest.mark.parametrize(
    ("y", "domain"), [([0.0, 0.0], [-1, 1]), ([0.0, -4e-17], [-1, 1]), ([0.5, 0.5], None), ([0, 1e-9], None)]
)
def test_an_identity_that_is_0_everywhere_has_an_axis_with_other_values_too(y, domain):
    frame = pd.DataFrame({"x": [0.0, 1.0], "name": ["z", "a"], "y": y})
    assert axis(derivation.curves(frame, "A title", "f(x)"), "y")[2] == domain


LETTERS = "abcde"  # from minus the largest magnitude to it


def diagram(quantity="weight", click=None):
    units = {
        "layer": [1.0, 1.0],
        "top": 0.0,
        "bottom": 2.0,
        "picture": ["three", "five"],
        "key": ["k3", "k5"],
    }
    nodes = {"kind": ["input", "hidden", "hidden", "output"], "x": [0, 1, 1, 2], "y": [1.0, 0.5, 1.5, 1.0]}
    nodes |= {
        "name": ["x1", "unit 1", "unit 2", "output 1"],
        "text": ["x₁", "", "", "no"],
        "unit": [0, 0, 1, 0],
    }
    nodes |= {"beside": ["width", "", "", "benign"], "layer": [0, 1, 1, 2], "closer": [0, 0, 1, 0]}
    edges = {
        "id": [0, 1],
        "x": [0, 1],
        "y": [1.0, 0.5],
        "x2": [1, 2],
        "y2": [0.5, 1.0],
        "source": ["x1", "u"],
    }
    edges |= {"target": ["u", "o"], "weight": ["ae", "cd"], "gradient": ["ec", "aa"], "weight_scale": 4.0}
    edges |= {"gradient_scale": 0.5, "weight_now": [1.5, 2.5], "gradient_now": 0.25, "update_now": -0.125}
    return network.network(
        following.marked(pd.DataFrame(units).assign(epoch=[3, 5]), 5, 2),
        *(pd.DataFrame(nodes), pd.DataFrame(edges), quantity, LETTERS, (3, 5), 5, "A title"),
        click=click,
    )


@pytest.mark.parametrize(
    ("quantity", "at_epoch", "levels"),
    [
        ("weight", None, (1, 0.5)),
        ("weight", "3", (-1, 0)),
        ("gradient", "5", (0, -1)),
        ("weight", "9", (-1, 0)),
    ],
)
def test_an_edge_is_as_wide_as_its_level_at_the_epoch_on_show_blue_from_0_on_and_orange_below(
    quantity, at_epoch, levels
):
    lines, pointer, *_ = seen(diagram(quantity), at_epoch)
    assert (
        lines("x", "x2", "y", "y2") == pointer("x", "x2", "y", "y2") == [(0, 1, 1.0, 0.5), (1, 2, 0.5, 1.0)]
    )
    assert lines("strokeWidth") == pytest.approx([0.25 + 7.75 * abs(level) for level in levels])
    assert lines("opacity") == pytest.approx([0.25 + 0.7 * abs(level) for level in levels])
    assert lines("color") == [BLUE if level >= 0 else ORANGE for level in levels]
    assert pointer("tooltip")[1] == {
        "source": "u",
        "target": "o",
        "weight, epoch 5": "2.5",
        "gradient, epoch 5": "0.25",
        "update, epoch 5": "-0.125",
    }


def test_the_history_of_the_edge_under_the_pointer_runs_below_the_network():
    *_, zero, line, dot, words = seen(diagram(), "5", edge=0)
    middle, reach = 2 + 1.3 + 0.3, 0.8  # two rows of nodes, then half of what is below them
    assert zero("x", "x2", "y") == [(0, 2, pytest.approx(middle))]
    assert line("x", "y", "order") == [
        (0, pytest.approx(middle + reach), 1),
        (2, pytest.approx(middle - reach), 2),
    ]
    assert dot("x", "y") == line("x", "y")[1:]
    assert words("x", "text") == [(0, "x1 → u: its weight by epoch, between ± 4")]
    assert 2 < words("y")[0] < middle - reach, "between the network and the history"
    assert [len(layer.rows) for layer in seen(diagram())[-3:]] == [0, 0, 0], "of no edge"


@pytest.mark.parametrize("click", [None, 7])
def test_a_unit_is_its_picture_in_a_frame_and_inputs_and_outputs_have_their_names(click):
    layers = seen(diagram(click=click), "3")
    _, _, ground, images, frame, discs, text, inputs, outputs, *_ = layers
    hidden = [(1, 0.5), (1, 1.5)]
    assert ground("x", "y") == frame("x", "y") == hidden
    assert images("x", "y", "y2", "url", "key") == [(1, 0, 2, "three", "k3"), (1, 0, 0, "five", "k5")]
    assert frame("stroke", "strokeWidth") == [(GREY, 2), (palette.RED, 4)], "the unit shown in detail"
    assert frame("tooltip") == [{"name": "unit 1"}, {"name": "unit 2"}]
    assert not frame.style["filled"]
    assert frame.style.get("cursor") == ("pointer" if click else None)
    assert discs("x", "y", "color") == [(0, 1.0, DISC), (2, 1.0, DISC)]
    assert discs("tooltip") == [{"name": "x1"}, {"name": "output 1"}]
    assert text("x", "y", "text") == [(0, 1.0, "x₁"), (2, 1.0, "no")]
    assert inputs("x", "y", "text", "color") == [(0, 1.0, "width", WORDS)]
    assert outputs("x", "y", "text", "color") == [(2, 1.0, "benign", WORDS)]
    assert (inputs.style["align"], outputs.style["align"]) == ("right", "left")
    params = [one["name"] for one in diagram(click=click).parts().specification()["params"]]
    assert ("closer" in params) == (click is not None)
    if click is not None:
        (picked,) = [
            one for one in diagram(click=7).parts().specification()["params"] if one["name"] == "closer"
        ]
        assert picked["select"]["fields"] == ["layer", "unit", "click"]
        assert [row["click"] for row in frame.rows] == [7, 7]
    assert discs.encoding["x"]["scale"]["domain"][0] == {"expr": "-2 * 120 / max(36, width - 240)"}
    assert axis(diagram(), "y")[2] == [2 + network.HISTORY_ROWS, 0], "the first node is on top"


def test_names_beside_the_nodes_have_room_whatever_the_width():
    low, high = network._ends(2, True)
    for width in (400, 1000):
        left, right = (evaluated(end.to_dict()["expr"], {"width": width}) for end in (low, high))
        pixels = width / (right - left)
        assert -left * pixels == pytest.approx(network.NODE_WIDTH + network.NAME_WIDTH)
        assert (right - 2) * pixels == pytest.approx(network.NODE_WIDTH + network.NAME_WIDTH)
    assert network._ends(2, False) == [-0.35, 2.35]
