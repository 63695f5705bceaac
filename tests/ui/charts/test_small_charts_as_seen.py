"""Small charts: how high they are, where dots are piled up, and which epochs and headings are on show."""

import pandas as pd
import pytest
from seen import marks, seen

from ui.charts import (
    class_answers,
    clicking,
    counts,
    effects,
    following,
    gradient_forms,
    palette,
    pictures,
    sensitivity,
    slow_motion,
    starts,
    steps,
)

GREY, BLUE, ORANGE = palette.NEUTRAL, palette.POSITIVE, palette.NEGATIVE


def of_rows(n):
    """A frame with the columns of every chart that has a row for each of its n names."""
    names = dict.fromkeys(("row", "feature", "effect", "answer", "class", "form", "actual"))
    frame = pd.DataFrame({column: [f"name {k}" for k in range(n)] for column in names})
    numbers = dict.fromkeys(("value", "share", "noise", "output", "microseconds"), 0.5)
    return frame.assign(
        **numbers, column=1, count=1, round="1", kind="other", text="", words="", significant=True
    )


OF_ROWS = {  # a chart of a row for each name, the pixels of a row, and of the rest
    "a table": (lambda frame: slow_motion.table(frame, "unit", ""), 26, 90),
    "answers": (lambda frame: class_answers.distribution(frame, list(frame["answer"]), ""), 56, 0),
    "effects": (lambda frame: effects.effects(frame, ""), 34, 50),
    "forms": (lambda frame: gradient_forms.forms(frame, ""), 44, 40),
    "magnitudes": (lambda frame: sensitivity.magnitudes(frame, ""), 22, 70),
    "signed": (lambda frame: sensitivity.signed(frame, ""), 22, 70),
    "outputs": (lambda frame: pictures.probabilities(frame, ""), 24, 40),
    "a confusion matrix": (lambda frame: counts.confusion(frame.assign(predicted="a"), ""), 28, 0),
}


@pytest.mark.parametrize("name", OF_ROWS)
@pytest.mark.parametrize("n", [8, 11])
def test_every_row_has_the_same_height(name, n):
    draw, row, rest = OF_ROWS[name]
    assert draw(of_rows(n)).parts().specification()["height"] == row * n + rest


@pytest.mark.parametrize(("n_rounds", "height"), [(1, 56 * 3), (2, 84 * 3), (3, 112 * 3)])
def test_a_further_round_needs_half_the_room_of_the_first_and_each_has_its_colour(n_rounds, height):
    frame = pd.concat([of_rows(3).assign(round=f"round {k}", count=k + 1) for k in range(n_rounds)])
    drawing = class_answers.distribution(frame, ["name 2", "name 0", "name 1"], "")
    bars, numbers = seen(drawing)
    colours = [BLUE, ORANGE, GREY][:n_rounds]
    assert bars("x", "color", "yOffset") == [
        (k + 1, colour, f"round {k}") for k, colour in enumerate(colours) for _ in range(3)
    ]
    assert bars("tooltip")[-1] == {"answer": "name 2", "round": f"round {n_rounds - 1}", "count": n_rounds}
    assert numbers("text", "x") == [(x, x) for x in bars("x")]
    assert bars.encoding["yOffset"]["sort"] == [f"round {k}" for k in range(n_rounds)]
    legend = bars.encoding["color"]["legend"]
    assert legend == (None if n_rounds == 1 else {"title": None, "orient": "bottom"})
    assert drawing.parts().specification()["height"] == height


def test_accuracies_in_the_same_48th_of_the_chart_are_piled_up():
    values = [0, 9, 9.55, 10.45, 11, 48]
    drawing = starts.pile([value / 64 for value in values], 0.25, "a name", "")
    (dots,) = marks(drawing, "circle")
    assert dots("x", "y") == [(v / 64, n) for v, n in zip(values, (1, 1, 1, 2, 1, 1), strict=True)]


@pytest.mark.parametrize(("epoch", "on_show"), [(0, 3), (3, 3), (6, 3), (7, 7), (8, 7)])
def test_the_last_epoch_up_to_the_servers_is_on_show_or_else_the_first(epoch, on_show):
    frame = following.marked_up_to(pd.DataFrame({"epoch": [7, 3, 3]}), epoch)
    assert set(frame["epoch"][frame["now"] == following.SERVED]) == {on_show}
    assert set(frame["epoch"][frame["now"] == 0]) == {3, 7} - {on_show}


def test_a_heading_is_in_the_themes_ink_above_the_chart_from_its_left_to_its_right_edge():
    frame = following.marked(of_rows(2).assign(predicted="a"), 3)
    headings = following.marked(pd.DataFrame({"heading": ["2 of 3"]}), 3)
    drawing = counts.confusions(frame, headings, "")
    *_, words = seen(drawing)
    assert words("text", "x", "y") == [("2 of 3", 0, -8)]
    style = {"color": following.INK.to_dict(), "limit": {"expr": "width"}}
    assert (style | {"align": "left", "baseline": "bottom"}).items() <= words.style.items()
    assert drawing.parts().specification()["padding"]["top"] > 8 + words.style["fontSize"]


def test_a_click_or_a_tap_that_ends_no_swipe_selects_one_mark():
    (name, select) = clicking.selection("unit", ["layer", "unit"]).param.to_dict().values()
    events = "click, touchend[event.cancelable]"
    expected = {"type": "point", "fields": ["layer", "unit"], "on": events, "toggle": False}
    assert (name, select) == ("unit", expected)


def test_a_profile_has_a_rule_of_thumb_where_that_is_asked_for_and_tells_layer_and_epoch():
    frame = pd.DataFrame({"epoch": [4], "layer": [2], "median": [0.5], "low": [0.25], "high": [0.75]})
    ranges, line = seen(steps.profile(frame, 4, "", "a ratio"))
    told = {"layer": 2, "epoch": 4, "median": "0.5", "low": "0.25", "high": "0.75"}
    assert line("tooltip") == [told]
    assert all(layer.style["clip"] for layer in (ranges, line))
