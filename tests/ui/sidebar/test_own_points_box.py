"""Points of one's own: the box, the classes to place, clicks, Undo, and how much room there is."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from data import MAX_OWN_POINTS
from ui.frame.visit import Visit
from ui.sidebar import clicks, late, own_data
from ui.sidebar.clicks import Click


@pytest.fixture
def page(monkeypatch):
    """A visit `tab`, the session's `state`, what is typed into the box, and `toasts`."""
    page = SimpleNamespace(tab=Visit(), state={}, toasts=[], asked={}, believed=0, hidden=False)

    def text_area(label, key, help, **_):
        page.asked.update(key=key)
        return page.state.get("points")

    def believe():
        page.believed += 1

    for module in (own_data, clicks, late):
        monkeypatch.setattr(module, "visit", lambda: page.tab)
    for module in (own_data, late):
        monkeypatch.setattr(module, "STATE", page.state)
    monkeypatch.setattr(own_data.st, "text_area", text_area)
    monkeypatch.setattr(own_data.st, "toast", page.toasts.append)
    monkeypatch.setattr(own_data.lock, "hides", lambda key: page.hidden)
    monkeypatch.setattr(own_data.lock, "text", lambda key: page.state.get("points"))
    monkeypatch.setattr(late, "believe", believe)
    return page


def test_a_text_that_is_too_long_is_replaced_by_the_one_before(page):
    page.state["points"] = "1,1,0"
    assert own_data.paste_box() == ("1,1,0", [])
    assert page.tab.points == "1,1,0"
    most = ";".join(["1,1,0"] * 400).ljust(own_data.MAX_TEXT)
    page.state["points"] = most
    text, problems = own_data.paste_box()
    assert (text.strip(), problems) == (most.strip(), []), "as long as 500 points can be"
    page.state["points"] = most + " "
    assert own_data.paste_box() == (
        text,
        ["The text is longer than 500 points can be, so the previous points are kept."],
    )
    assert page.state["points"] == most
    page.state["points"] = None
    assert own_data.paste_box() == ("", [])


@pytest.mark.parametrize(
    ("text", "points", "used"),
    [
        ("1,1,0;a;2,2,1", "1,1,0;2,2,1", "The other 2 rows are used."),
        ("1,1,0;a;b", "1,1,0", "The other row is used."),
        ("1,1,0;a;,,3", "1,1,0;,,3", "The other 2 rows are used."),  # a class without a point
        ("a", "", ""),
        ("1,1,0", "1,1,0", None),
        ("", "", None),
    ],
)
@pytest.mark.parametrize("hidden", [True, False])
def test_rows_that_cannot_be_read_are_named_and_the_others_used(page, text, points, used, hidden):
    page.state["points"], page.hidden = text, hidden
    found, problems = own_data.paste_box()
    assert found == points
    assert len(problems) == (used is not None)
    for problem in problems:
        assert problem.startswith("points, row ")
        assert problem.endswith(used)
        assert used or "other" not in problem


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("", "0 1 2 3 4 5"),
        (None, "0 1 2 3 4 5"),
        ("1,1,7;2,2,-1", "-1 0 1 2 3 7"),
        ("1,1,3;2,2,0", "0 1 2 3 4 5"),
        (";".join(f"1,1,{k}" for k in range(9, 2, -1)), "3 4 5 6 7 8"),  # of more than allowed the first
    ],
)
def test_the_classes_to_place_are_those_of_the_points_and_then_the_smallest_numbers(page, text, classes):
    page.state["points"] = text
    assert own_data._classes() == classes.split()
    assert own_data._classes("1,1,8") == ["0", "1", "2", "3", "4", "8"]


def click(page, *points, typed=False):
    """Click on these places, each a Click, and return the box's text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clicks, "new", lambda state: list(points))
        patch.setattr(clicks, "types", lambda state: typed)
        page.state[clicks.KEY] = None
        own_data._add()
    return page.state["points"]


def test_a_click_is_a_point_of_the_class_that_the_browser_or_else_the_server_has_chosen(page):
    page.state |= {"points": "1,1,7;oops", "_class": "7"}
    text = click(page, Click(0.5, 0.25, "1"), Click(2.0, 3.0, ""), Click(4.0, 5.0, "99"))
    assert text == "1,1,7;oops;0.5,0.25,1;2,3,7;4,5,7"
    assert page.tab.points_changed
    page.tab.points_changed = False
    page.state["_class"] = None
    assert click(page, Click(6.0, 6.0, "")).endswith(";6,6,0"), "the first of the classes"
    assert page.believed == 0
    click(page, typed=True)
    assert page.believed == 1
    page.hidden, page.tab.points_changed = True, False
    before = page.state["points"]
    assert click(page, Click(1.0, 1.0, "")) == before
    assert not page.tab.points_changed


@pytest.mark.parametrize(
    ("n_points", "rows", "n_clicks", "added", "told"),
    [
        (498, "", 2, 2, False),
        (499, "", 2, 1, True),
        (500, "", 1, 0, True),
        (497, ";oops", 3, 2, True),  # it counts, as it may become a point
        (498, ";,,8;,,9", 2, 2, False),  # classes without a point do not
        (499, ";,,8;,,9", 2, 1, True),
    ],
)
def test_there_is_room_for_five_hundred_points(page, n_points, rows, n_clicks, added, told):
    page.state["points"] = ";".join(["1,1,0"] * n_points) + rows
    text = click(page, *[Click(2.0, 2.0, "0")] * n_clicks)
    assert text.count("2,2,0") == added
    assert (page.toasts != []) == told
    assert all(toast.startswith(f"There are {MAX_OWN_POINTS} points, the most") for toast in page.toasts)
    page.state["points"] = ";".join(["1,1,0"] * 501)
    own_data._undo()
    assert page.toasts[-1].startswith("The box holds too many points")


def test_undo_takes_the_last_point_and_no_other_row(page):
    page.state["points"] = "1,1,0;2,2,1;oops;,,3"
    for left in ("1,1,0;oops;,,3", "oops;,,3", "oops;,,3"):
        own_data._undo()
        assert page.state["points"] == left


def test_the_tools_offer_the_classes_and_the_page_is_drawn_again_after_a_click(page, monkeypatch):
    drawn, reruns = {}, []
    monkeypatch.setattr(own_data.st, "container", lambda **_: nullcontext())
    monkeypatch.setattr(own_data.st, "rerun", lambda: reruns.append(True))
    monkeypatch.setattr(
        own_data.st,
        "segmented_control",
        lambda label, classes, default, **_: drawn.update(classes=classes, default=default),
    )
    monkeypatch.setattr(
        own_data.st, "button", lambda label, on_click, args=(), **_: drawn.update({label: (on_click, args)})
    )
    page.state |= {"points": "1,1,7", "_class": "9"}
    own_data.tools()
    assert (drawn["classes"], drawn["default"]) == (["0", "1", "2", "3", "4", "7"], "0")
    assert "_class" not in page.state, "there is no such class"
    page.state["_class"] = "7"
    page.tab.points_changed = True
    own_data.tools()
    assert page.state["_class"] == "7"
    assert (reruns, page.tab.points_changed) == ([True], False)
    for label, points in (("Use an example", own_data.EXAMPLE), ("Clear", ""), ("Undo", "")):
        callback, args = drawn[label]
        callback(*args)
        assert page.state["points"] == points
    page.hidden = True
    drawn.clear()
    own_data.tools()
    assert drawn == {}


@pytest.mark.parametrize(("name", "placed"), [("own_points", True), ("circles", False)])
def test_the_progress_of_own_points_has_a_place_of_fixed_height(monkeypatch, name, placed):
    setup = SimpleNamespace(experiment=SimpleNamespace(data=SimpleNamespace(name=name)))
    monkeypatch.setattr(own_data.st, "container", lambda height, border: height)
    assert own_data.bar_place(setup) == (own_data.BAR if placed else None)


@pytest.mark.parametrize(
    ("text", "names", "rows", "said"),
    [
        (
            "3,4,7;-1,0,2;5,5,7",
            ("2", "7"),
            [(3, 4, "7"), (-1, 0, "2"), (5, 5, "7")],
            "has 3 points of 2 classes",
        ),
        ("3,4,7", ("7",), [(3, 4, "7")], "has 1 point of 1 class"),
        ("", (), [], "is empty"),
        ("oops", (), [], "is empty"),
    ],
)
def test_before_any_training_the_map_has_the_points_and_the_names_of_their_classes(
    monkeypatch, text, names, rows, said
):
    drawn = []
    monkeypatch.setattr(own_data, "draw", lambda *what: drawn.append(what))
    monkeypatch.setattr(own_data.planes, "boundary_map", lambda *parts, **how: (parts, how))
    own_data.untrained_map(text)
    ((((_, cells, points, plane, class_names, _), how), shown, words),) = drawn
    assert plane is shown
    assert words == f"No network is trained yet: the plane {said}"
    assert (class_names, how) == (names, {"clickable": True})
    assert [tuple(row) for row in points[["x", "y", "class"]].itertuples(index=False)] == rows
    assert set(points["split"]) <= {"train"}
    assert len(cells) == own_data.CELLS**2
    assert (cells["predicted"] == -1).all()
    reach = max([abs(value) for x, y, _ in rows for value in (x, y)], default=0)
    assert plane.x[0] < -0.5 * bool(rows)
    assert plane.x[1] > reach * bool(rows)
    if not rows:
        assert plane.x == pytest.approx((-plane.x[1], plane.x[1])), "around 0"


def test_the_map_is_shown_and_then_listens_for_clicks_on_its_plane(monkeypatch):
    done = []
    monkeypatch.setattr(own_data.st, "container", lambda key: nullcontext(done.append(key)))
    monkeypatch.setattr(own_data, "show", lambda chart, _, words, key: done.extend([chart, words]))
    monkeypatch.setattr(clicks, "hear", lambda plane, on_change: done.append((plane, on_change)))
    own_data.draw("chart", "plane", "Network 1 after epoch 7: 50% are classified correctly")
    words = (
        "Network 1 after epoch 7: 50% are classified correctly. To add a point, click on the map, "
        "or write a row x,y,class into the box Points."
    )
    assert done == [clicks.MAP, "chart", words, ("plane", own_data._add)]


def test_the_box_shows_what_was_clicked_although_the_browser_sends_the_text_before(page):
    page.state["points"] = "1,1,0"
    click(page, Click(2.0, 2.0, "1"))
    page.state["points"] = "1,1,0"
    assert own_data.paste_box() == ("1,1,0;2,2,1", [])
