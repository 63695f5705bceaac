"""The network that learns on Home: its curve, and how many of the starts end well."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lab import learned
from ui.home import learning

GOOD, POOR, LOST = learned.GOOD, learned.GOOD - 0.001, None


def record(accuracy):
    lost = accuracy is LOST  # its last accuracy is a number all the same
    return SimpleNamespace(valid_accuracy=1.0 if lost else accuracy, diverged=lost, epoch=3)


@pytest.mark.parametrize(
    ("accuracies", "said"),
    [
        ([GOOD] * 5, "5 random starts, all of which reach"),
        ([GOOD] * 2, "2 random starts, all of which reach"),
        ([POOR] * 5, "5 random starts, none of which reach"),
        ([GOOD, POOR, POOR, POOR, POOR], "5 random starts, 1 of which reaches"),
        ([POOR, POOR, 1.0, GOOD], "4 random starts, 2 of which reach"),
        ([GOOD, GOOD, LOST], "3 random starts, 2 of which reach"),
    ],
)
def test_the_starts_that_reach_the_accuracy_exactly_or_beyond_are_counted(accuracies, said):
    sentence = learning._starts([record(one) for one in accuracies])
    assert sentence.startswith(f"This is the first of {said} {learned.GOOD:.0%} validation accuracy")
    assert ("diverged" in sentence) == (LOST in accuracies)


def test_the_curve_is_of_the_first_network_until_it_diverges_and_a_loss_of_0_can_be_drawn():
    rows = [(0, 0.7, 0.5, False), (1, np.inf, 0.6, False), (2, 0.0, 0.9, False), (5, 9.0, 0.4, True)]
    other = SimpleNamespace(valid_loss=8.0, valid_accuracy=0.1, diverged=False)

    def up_to(last):
        for number, loss, accuracy, diverged in rows:
            if number <= last:
                first = SimpleNamespace(valid_loss=loss, valid_accuracy=accuracy, diverged=diverged)
                yield SimpleNamespace(number=number, records=(first, other))

    run = SimpleNamespace(up_to=up_to)
    frame = learning.curve(run, 5)
    assert frame["epoch"].tolist() == [0, 2]
    assert frame["loss"].tolist() == pytest.approx([0.7, 1e-9])
    assert frame["accuracy"].tolist() == [0.5, 0.9]
    assert learning.curve(run, 0)["epoch"].tolist() == [0]


@pytest.fixture
def home(monkeypatch):
    """A function of (dataset, units, epochs trained): what Home draws of the networks, by name."""

    def draw(name="circles", units=16, trained=99, plays=True):
        drawn, setups = {}, []

        def noted(key, value=None):
            return lambda *what, **how: drawn.setdefault(key, []).append((what, how)) or value

        run = SimpleNamespace(
            n_epochs=trained,
            dataset="the points",
            with_parameters=lambda epoch: SimpleNamespace(number=epoch),
            at=lambda epoch: SimpleNamespace(records=epoch),
        )
        film = SimpleNamespace(epochs=(0, 4), epochs_made=(), seconds=0.0, left_out="")
        film.may_be_made, film.said, film.made = lambda: plays, lambda: ["a", "b"], noted("made")

        class Place(nullcontext):
            empty = container = lambda self, **_: Place()
            caption = staticmethod(noted("explained"))

        elements = {name: lambda *_, **__: Place() for name in ("empty", "container")}
        elements |= {"columns": lambda *_, **__: (Place(), Place()), "select_slider": lambda *_, **__: units}
        elements |= {"pills": lambda *_, **__: name, "markdown": noted("said"), "page_link": noted("link")}
        elements["caption"] = noted("explained")
        monkeypatch.setattr(learning, "st", SimpleNamespace(**elements))
        for module, attribute, fake in (
            (learning.progress, "trained", lambda asked: setups.extend(asked) or [run]),
            (learning.progress, "spinner", lambda *_: nullcontext()),
            (learning.plane_map, "plane_of_runs", lambda runs: "plane"),
            (learning.films, "of", noted("film", film)),
            (learning.plane_map, "map_of", noted("map")),
            (learning.plane_map, "show_number_drawn", noted("points")),
            (learning.inside, "draw_units", noted("units")),
            (learning.component, "timeline", noted("timeline")),
            (learning.questions, "open_by_choice", noted("question")),
            (learning, "_curve", noted("curve")),
            (learning, "cached_view", lambda make, run, last: f"Ends at {last}."),
            (learning, "_starts", lambda records: f"Of epoch {records}."),
        ):
            monkeypatch.setattr(module, attribute, fake)
        learning.draw()
        return drawn, setups

    return draw


@pytest.mark.parametrize(("trained", "last"), [(99, 50), (50, 50), (7, 7)])
def test_the_network_is_shown_at_the_last_of_its_own_epochs(home, trained, last):
    drawn, (setup,) = home(units=8, trained=trained)
    assert (setup.experiment.train.hidden_layer_sizes, setup.n_seeds) == ((8,), 5)
    assert setup.experiment.train.epochs == 50
    assert drawn["said"] == [((f"**Ends at {last}.** Of epoch {last}.",), {})]
    assert [what[1] for what, _ in drawn["map"]] == [last] * 2
    assert [how["epochs"] for _, how in drawn["map"]] == [(), (0, 4)], "first its end, then all its epochs"
    assert [how["until"] for _, how in drawn["map"]] == [last] * 2
    assert drawn["curve"] == [((drawn["map"][0][0][0], last), {})]
    ((what, how),) = drawn["timeline"]
    assert (what, how) == (((0, 4), last, ["a", "b"], ""), {"tells": False, "plays": True})
    assert drawn["link"][0][1]["query_params"] == setup.experiment.to_query()
    assert [what[0][:15] for what, _ in drawn["explained"]] == ["Each square is ", "The colour of t"]
    assert drawn["points"] == [(("the points", learning.frames.MOST_POINTS_IN_PANEL), {})]


@pytest.mark.parametrize(
    ("name", "units", "asked"), [("circles", 3, True), ("circles", 2, False), ("moons", 16, False)]
)
def test_whether_two_units_are_enough_is_asked_of_circles_with_more(home, name, units, asked):
    drawn, (setup,) = home(name, units)
    assert setup.experiment.data.name == name
    assert ("question" in drawn) == asked


def test_a_film_that_waits_has_no_timeline(home):
    drawn, _ = home(plays=False)
    assert "timeline" not in drawn
    assert len(drawn["map"]) == 1


def test_the_finding_of_the_curve_goes_from_its_first_loss_to_its_last(monkeypatch):
    shown = []
    frame = pd.DataFrame({"epoch": [0, 3], "loss": [0.7, 0.25], "accuracy": [0.5, 0.9]})
    lost, good = (
        SimpleNamespace(records=[SimpleNamespace(diverged=one) for one in (first, not first)])
        for first in (True, False)
    )
    monkeypatch.setattr(learning, "cached_view", lambda make, run, last: frame)
    monkeypatch.setattr(learning.charts, "learning", lambda frame, epoch, title, losses: (epoch, *losses))
    monkeypatch.setattr(learning, "show", lambda *what: shown.append(what))
    configs = [SimpleNamespace(loss="softmax_cross_entropy")]
    learning._curve(SimpleNamespace(up_to=lambda last: [good, lost], configs=configs), 5)
    assert shown == [((3, ("cross-entropy", "nats")), "Loss by epoch", "Validation loss: 0.7 → 0.25")]
    frame = frame[:1]  # while the training waits for its turn
    learning._curve(SimpleNamespace(up_to=lambda last: [good], configs=configs), 0)
    assert shown.pop()[2] == "Validation loss: 0.7 before training"
    learning._curve(SimpleNamespace(up_to=lambda last: [lost], configs=configs), 5)
    assert len(shown) == 1
