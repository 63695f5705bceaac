"""The page of one experiment as a whole: what is drawn at which epoch, and when the timeline plays."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from ui.decision_boundary import boundary

SPLITS = ("train", "validation")


class Place(nullcontext):
    empty = container = lambda self: self


@pytest.fixture
def explored(monkeypatch):
    """A function of the epochs of the film and how the page is: {name: [what it was drawn with, …]}."""

    def explore(epochs=(), made=(), *, wanted=True, dataset="moons", section=None, view="2"):
        drawn = {}

        def note(name, result=None):
            return lambda *what, **how: drawn.setdefault(name, []).append((what, how)) or result

        film = SimpleNamespace(
            epochs=epochs,
            epochs_made=made,
            seconds=2.0,
            said=lambda: "said",
            left_out=0,
            may_be_made=note("asked", wanted),
        )
        done = SimpleNamespace(**vars(film) | {"epochs_made": epochs})
        film.made = done.made = note("made", done)
        plane = SimpleNamespace(section=section)
        run = SimpleNamespace(
            n_epochs=8,
            configs=[None] * 3,
            dataset=SimpleNamespace(name=dataset),
            history=SimpleNamespace(spacing=5),
            with_parameters=lambda epoch: SimpleNamespace(number=epoch - 2),
        )
        setup = SimpleNamespace(experiment=SimpleNamespace(train=SimpleNamespace(epochs=9)))
        for module, name, result in (
            (boundary.own_data, "tools", None),
            (boundary.component, "epoch_number", 6),
            (boundary.component, "part", Place()),
            (boundary.component, "timeline", None),
            (boundary.feature_plane, "choose", [plane]),
            (boundary.films, "of", film),
            (boundary.plane_map, "map_of", None),
            (boundary.numbers, "draw", None),
            (boundary.derivatives, "verified", None),
            (boundary.sensitivity, "draw", None),
            (boundary.progress, "spinner", nullcontext()),
            (boundary.frames, "left_out", ["One diverged."]),
            (boundary.st, "caption", None),
            (boundary.st, "container", Place()),
            (boundary, "choose_view", view),
            (boundary, "curves_by_epoch", None),
            (boundary, "_inside", None),
        ):
            monkeypatch.setattr(module, name, note(f"{module.__name__.split('.')[-1]}.{name}", result))
        monkeypatch.setattr(boundary.st, "columns", lambda *_, **__: (Place(), Place()))
        boundary.explore(run, setup, "ghost", SPLITS)
        return run, drawn

    return explore


@pytest.mark.parametrize(("view", "index"), [("1", 0), ("3", 2), ("mean", 0)])
def test_curves_and_figures_are_of_the_epoch_chosen_and_maps_of_the_nearest_with_weights(
    explored, view, index
):
    run, drawn = explored(view=view)
    assert drawn["component.epoch_number"] == [((8, 5), {})], "nine were asked for, eight trained"
    (curves,) = drawn["boundary.curves_by_epoch"]
    assert curves == ((run, 8, 6, SPLITS, "ghost"), {"part": "curves"})
    assert drawn["numbers.draw"] == [((run, 6, index, 8, SPLITS), {})]
    assert drawn["derivatives.verified"] == [((run, 4, index), {})]
    ((what, how),) = drawn["plane_map.map_of"]
    assert what[:3] == (run, 4, view)
    assert how == {"epochs": (), "until": 8, "splits": SPLITS, "part": "map"}
    ((inside, _),) = drawn["boundary._inside"]
    assert inside[:3] == (run, 4, index)
    assert "sensitivity.draw" not in drawn
    assert "sensitivity.draw" in explored(section="a plane")[1]


def test_a_timeline_plays_where_there_are_epochs_to_play_and_the_visitor_wants_them(explored):
    def played(*film, **how):
        _, drawn = explored(*film, **how)
        maps = [how["epochs"] for _, how in drawn["plane_map.map_of"]]
        timeline = [what for what, _ in drawn.get("component.timeline", ())]
        ((*_, inside), _) = drawn["boundary._inside"][0]
        return "asked" in drawn, maps, timeline, inside

    shown = [((0, 4), 4, "said", 0)]
    assert played() == (False, [()], [], ())
    assert played((0, 4), wanted=False) == (True, [()], [], ())
    assert played((0, 4)) == (True, [(), (0, 4)], shown, (0, 4)), "the map is drawn again with its film"
    assert played((0, 4), (0, 4)) == (True, [(0, 4)], shown, (0, 4)), "of a film that is there, once"


def test_a_map_to_click_on_is_drawn_once_with_its_film_and_is_no_part_of_the_timeline(explored):
    _, drawn = explored((0, 4), dataset="own_points")
    assert [(how["epochs"], how["part"]) for _, how in drawn["plane_map.map_of"]] == [((0, 4), None)]
    assert len(drawn["own_data.tools"]) == 1
    assert "own_data.tools" not in explored()[1]
