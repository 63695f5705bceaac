"""How many bytes the films of a timeline have, and what becomes of a film once it is computed."""

from types import SimpleNamespace

import pytest
from linear import points_dataset

from mlp import TrainConfig
from ui.figures import bent_plane, diagram, films
from ui.figures.maps import Plane

PLANE = Plane((-2.0, 2.0), (-1.0, 3.0))
CONFIG = TrainConfig(hidden_layer_sizes=(3,))


def run_of(n_classes=3):
    dataset = points_dataset([(0, 0, 0), (1, 1, 2)], n_classes=n_classes)
    epochs = [SimpleNamespace(number=n, records=[SimpleNamespace(params=True)]) for n in range(20)]
    return SimpleNamespace(configs=[CONFIG], dataset=dataset, up_to=lambda last: epochs[: last + 1])


@pytest.mark.parametrize(
    ("diagrams", "splits", "more"),
    [
        (False, (), lambda n: 0),
        (True, (), lambda n: diagram.bytes_sent(CONFIG, 2, 3, n)),
        (False, ("train",), lambda n: bent_plane.bytes_sent(n) + 25 * 3 * 3 * n),
        (
            True,
            ("train",),
            lambda n: diagram.bytes_sent(CONFIG, 2, 3, n) + bent_plane.bytes_sent(n) + 225 * n,
        ),
    ],
)
def test_a_films_bytes_are_those_of_the_map_and_of_what_is_drawn_with_it(monkeypatch, diagrams, splits, more):
    for name, value in (("seconds_of_frame", 0.01), ("seconds_of_units", 0.02), ("pixels", 80)):
        monkeypatch.setattr(films.plane_map, name, lambda *_, value=value: value)
    asked, frames = [], []
    monkeypatch.setattr(films.plane_map, "bytes_of_frame", lambda *args: frames.append(args) or 100)
    monkeypatch.setattr(films, "most_within", lambda sized, room: asked.append((sized, room)) or 7)
    monkeypatch.setattr(films, "is_filmed", lambda *part: False)
    run = run_of()
    film = films.of(run, 12, 4, "mean", PLANE, 0, panel=2, diagrams=diagrams, splits=splits)
    ((sized, room),) = asked
    assert room == 400_000 - 170_000
    for n in (1, 12):
        assert sum(size(n) for size in sized) == 100 * n + more(n)
    assert frames == [(run, 12, "mean", PLANE, 2)]
    assert len(film.epochs) == 7
    assert {0, 4, 12} <= set(film.epochs), "the first, the one on show and the last"


def test_the_longest_of_several_trainings_gives_the_epochs():
    def run(*numbers):
        epochs = [SimpleNamespace(number=n, records=[SimpleNamespace(params=n % 2 == 0)]) for n in numbers]
        return SimpleNamespace(up_to=lambda last: [one for one in epochs if one.number <= last])

    short, long = run(*range(5)), run(*range(20))
    assert films.kept_of([short, long], (4, 9)) == [0, 2, 4, 6, 8]
    assert films.kept_of([short, long], (4, 1)) == [0, 2, 4]


def test_a_film_that_is_computed_has_all_its_epochs_and_takes_no_more_time(monkeypatch):
    made = []
    monkeypatch.setattr(films, "cached_film", lambda *part: made.append(part))
    film = films.Film((0, 2), (), list, "left out", 4.5, [("map", 1), ("units", 2)]).made()
    assert made == [("map", 1), ("units", 2)]
    assert (film.epochs, film.epochs_made, film.seconds, film.left_out) == ((0, 2), (0, 2), 0.0, "left out")
