"""A bug's entry is complete: one that the lab never heard of is shown, tested and hidden, told to nobody."""

import pytest
from visiting import charts, hold, opened, press, sentences, text

from lab.bugs import BUGS, DETECTORS, RIGHT, table
from lab.bugs.bug import CIRCLES, MOONS, planted
from lab.bugs.hunt import NONE, SOLVED, Played, hunt, played_text, read_played

FIRST_HUNT = 501
QUICK = {"n_samples": "300", "epochs": "2", "hidden_layer_sizes": "5,5"}


@planted(
    len(BUGS) + 1,
    "Every step is taken twice",
    "update",
    ("one_step",),
    "The line that updates was pasted twice.",
    "Training is as fast as with twice the rate.",
    places=(CIRCLES, MOONS),
    first_hunt=FIRST_HUNT,
)
def taken_twice(layer, gradient, eta):
    return RIGHT.update(RIGHT.update(layer, gradient, eta), gradient, eta)


@pytest.fixture
def registered(monkeypatch):
    """The bug is in its registry; the answers of the hunts before it was."""
    before = [hunt(number) for number in range(1, FIRST_HUNT)]
    monkeypatch.setitem(BUGS, "taken_twice", taken_twice)
    return before


def test_its_page_shows_its_lines_and_its_tests_and_the_table_has_its_row(registered):
    app = opened("pages/bug_lab.py", QUICK | {"bug": "taken twice"})
    assert not app.exception
    assert sentences(app) == []
    assert taken_twice.title in [one.value for one in app.subheader]
    wrong, right = [one.value for one in app.code if one.language == "python"]
    assert right.startswith("def update(")
    assert wrong.startswith("def taken_twice(layer, gradient, eta):\n    return RIGHT.update(")
    assert f"{taken_twice.why} {taken_twice.gives_away}" in text(app)
    judged = next(one.value for one in app.table if "verdict" in one.value)["verdict"]
    assert [title for title in judged.index if judged[title].startswith(table.MARK)] == [
        DETECTORS["one_step"].title
    ]
    shown = app.table[-1].value.loc[taken_twice.title]
    assert shown[shown == table.MARK].index.tolist() == ["one step"]


def test_hunts_hide_it_from_its_first_on_and_earlier_ones_keep_their_answers(registered):
    assert [hunt(number) for number in range(1, FIRST_HUNT)] == registered
    later = [number for number in range(FIRST_HUNT, FIRST_HUNT + 60) if hunt(number).answer == "taken_twice"]
    assert len(later) == 2
    assert {hunt(number).place for number in later} <= {CIRCLES, MOONS}
    games = {later[0]: Played(("order",), ("taken_twice", NONE), SOLVED)}
    assert read_played(played_text(games)) == (games, [])
    app = opened("pages/bug_lab.py", {"mode": "Hunt", "hunt": str(later[0])})
    assert charts(app)
    app = press(hold(app, **{f"_answer_{later[0]}": taken_twice.title}), "Submit")
    assert [one.value for one in app.success] == ["Found, for 100 points."]
    assert "**Every step is taken twice.** The line that updates was pasted twice." in text(app)
    assert "Found by: one step against hand arithmetic." in text(app)
