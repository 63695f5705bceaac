"""What a timeline needs of every epoch, of networks that are known."""

from types import SimpleNamespace

import numpy as np
import pytest
from linear import STRAIGHT, points_dataset, straight

from ui.figures import films, frames
from ui.timeline import component

DATASET = points_dataset([(-1, 0, 0), (1, 0, 1)], test=[(-1, 1, 0), (1, 1, 1), (1, -1, 1)])
BY_EPOCH = {0: straight((-1, 0), 0.0), 2: straight((0, 1), 0.0), 5: straight((1, 0), 0.0)}
FINDINGS = [f"{n} of 3 test examples are misclassified" for n in (3, 2, 0)]


def run(lost=()):
    def snapshot(epoch):
        return SimpleNamespace(
            records=[None, SimpleNamespace(params=BY_EPOCH[epoch], diverged=epoch in lost)]
        )

    return SimpleNamespace(configs=[STRAIGHT] * 2, dataset=DATASET, with_parameters=snapshot)


@pytest.mark.parametrize("lost", [(), (5,)])
def test_every_epoch_has_its_confusion_matrix_and_its_finding_until_the_network_diverges(lost):
    matrices, findings = films.confusion(run(lost), (0, 2, 5), 1)
    alive = [epoch for epoch in BY_EPOCH if epoch not in lost]
    assert list(dict.fromkeys(matrices["epoch"])) == alive
    for epoch in alive:
        alone = frames.confusion(BY_EPOCH[epoch], STRAIGHT, DATASET)
        np.testing.assert_array_equal(matrices.loc[matrices["epoch"] == epoch, alone.columns], alone)
    said = [f"{words} after epoch {epoch}" for words, epoch in zip(FINDINGS, BY_EPOCH, strict=True)]
    if lost:
        said[-1] = "Network 2 has diverged"
    assert findings["finding"].tolist() == said
    assert findings["epoch"].tolist() == [0, 2, 5]


def test_one_misclassified_example_is_one():
    one = points_dataset([(-1, 0, 0), (1, 0, 1)], test=[(-1, 1, 1)])
    alone = run()
    alone.dataset = one
    _, findings = films.confusion(alone, (5,), 1)
    assert findings["finding"].tolist() == ["1 of 1 test example is misclassified after epoch 5"]
    assert findings["heading"].tolist() == ["1 of 1 misclassified after epoch 5"]


def test_as_many_epochs_are_sent_as_fit_up_to_those_of_a_timeline():
    one, other = (lambda n: 100 * n), (lambda n: 1000 + 50 * n)
    assert films.most_within([one], 1000) == 10
    assert films.most_within([one, other], 1000 + 150 * 7 + 149) == 7
    assert films.most_within([one, other], 1000) == 0
    assert films.most_within([one], 10**9) == component.MOST


@pytest.mark.parametrize(
    ("n_kept", "each", "most", "n_epochs"),
    [
        (300, 0.1, 1000, 30),  # as many as can be drawn in three seconds
        (300, 0.1, 29, 29),
        (300, 1e-9, 1000, component.MOST),
        (300, 0.6, 1000, 5),
        (300, 0.61, 1000, 0),  # four, which are too few
        (300, 0.1, 5, 5),
        (300, 0.1, 4, 0),
        (3, 0.1, 1000, 3),
        (2, 0.1, 1000, 2),
        (1, 0.1, 1000, 0),
    ],
)
def test_a_timeline_has_as_many_epochs_as_there_is_time_and_room_for_or_none(n_kept, each, most, n_epochs):
    epochs = films._epochs(list(range(n_kept)), min(1, n_kept - 1), each, most)
    assert len(epochs) == n_epochs
    assert not epochs or (epochs[0], epochs[-1]) == (0, n_kept - 1)


def of_one_epoch(*records):
    """The epoch of (training loss, validation loss, whether it diverged), …"""
    names = ("train_loss", "valid_loss", "diverged")
    return SimpleNamespace(records=[SimpleNamespace(**dict(zip(names, one, strict=True))) for one in records])


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([(9.0, 0.5, False), (9.0, 0.25, False), (9.0, 0.125, False)], "0.25"),
        ([(9.0, 0.5, False), (9.0, 0.25, False), (9.0, 1e-9, True)], "0.375"),
        ([(0.5, np.nan, False), (0.25, np.nan, False)], "0.375"),
        ([(9.0, 0.5, True), (9.0, np.nan, True)], "diverged"),
    ],
)
def test_the_median_loss_is_that_of_the_networks_left_on_the_validation_set_if_there_is_one(records, words):
    assert films._median_loss(of_one_epoch(*records)) == words


@pytest.mark.parametrize(
    ("filmed", "made", "seconds"), [((True, True), True, 0.0), ((True, False), False, 0.75), ((), True, 0.0)]
)
def test_a_film_is_made_if_all_of_its_parts_are(monkeypatch, filmed, made, seconds):
    parts = [(place,) for place in range(len(filmed))]
    monkeypatch.setattr(films, "is_filmed", lambda place: filmed[place])
    film = films._film((0, 2, 5), [0, 2, 3, 5], lambda: ["a"], parts, 0.25)
    assert (film.epochs, film.epochs_made) == ((0, 2, 5), (0, 2, 5) if made else ())
    assert film.seconds == seconds
    assert film.left_out.startswith("The timeline goes through 3 of 4 epochs; the number field")
    assert films._film((), [0, 2], None, parts, 0.25)[:2] == ((), ())


@pytest.mark.parametrize(
    ("seconds", "begins", "switched", "may"),
    [
        (films.progress.SPINNER_ABOVE, False, False, True),
        (films.progress.SPINNER_ABOVE + 0.01, True, False, True),
        (films.progress.SPINNER_ABOVE + 0.01, False, False, False),
        (films.progress.SPINNER_ABOVE + 0.01, False, True, True),
    ],
)
def test_a_film_that_takes_long_waits_for_its_switch(monkeypatch, seconds, begins, switched, may):
    monkeypatch.setattr(films, "begin_unasked", lambda seconds: begins)
    monkeypatch.setattr(films.st, "toggle", lambda *_, **__: switched)
    assert films.Film((0, 1), (), list, "", seconds, []).may_be_made() == may


def test_every_epoch_says_its_figures_and_the_latest_event_so_far(monkeypatch):
    events = [SimpleNamespace(epoch=2, sentence="A."), SimpleNamespace(epoch=2, sentence="B.")]
    events.append(SimpleNamespace(epoch=5, sentence="C."))
    figures = [
        SimpleNamespace(epoch=epoch, loss=0.5, accuracy=0.75, gradient_norm=0.0123, n_dead=n_dead)
        for epoch, n_dead in ((0, 0), (2, 1), (4, 3))
    ]
    alive = []
    monkeypatch.setattr(
        films.training_figures, "figures", lambda config, dataset, rows: alive.extend(rows) or figures
    )
    asked = []
    monkeypatch.setattr(films.training_events, "events", lambda *given: asked.append(given[2:]) or events)

    def at(epoch):
        record = SimpleNamespace(diverged=epoch > 4, params=f"of {epoch}")
        return SimpleNamespace(records=[None, record])

    run = SimpleNamespace(configs=[None] * 2, dataset=None, at=at)
    figured = "Network 2, all training examples: loss 0.5; accuracy 75.0%; gradient norm 0.012"
    assert films._said(run, (0, 2, 4, 9), 1) == [
        f"{figured}.",
        f"{figured}; 1 dead unit. B.",
        f"{figured}; 3 dead units. B.",
        "C.",
    ]
    assert alive == [(epoch, f"of {epoch}") for epoch in (0, 2, 4)]
    ((given, (last,)),) = asked
    assert (given, last.params) == (figures, "of 9"), "whether it diverges, the last record says"
    events.clear()
    assert films._said(run, (0, 9), 1)[1] == "Network 2 has diverged."


def panels_of(n_epochs, n_valid=3):
    """A run whose networks have the loss 1 / (1 + epoch), and parameters at every second epoch.

    A frame of it takes n_epochs thousandths of a second.
    """

    def at(epoch):
        loss, has_parameters = 1 / (1 + epoch), epoch % 2 == 0
        valid, train = (loss, 0.0) if n_valid else (np.nan, loss)
        record = SimpleNamespace(diverged=False, valid_loss=valid, train_loss=train, params=has_parameters)
        return SimpleNamespace(number=epoch, records=[record])

    return SimpleNamespace(
        up_to=lambda last: [at(epoch) for epoch in range(min(last, n_epochs) + 1)],
        at=at,
        with_parameters=lambda epoch: at(epoch - epoch % 2),
        seconds=n_epochs / 1000,
        dataset=SimpleNamespace(y_valid=[0] * n_valid),
    )


@pytest.fixture
def maps(monkeypatch):
    """Maps of 100 bytes and 80 pixels, none of which is drawn yet."""
    stand_ins = {
        "seconds_of_frame": lambda run, view, panel: run.seconds,
        "bytes_of_frame": lambda run, last, view, plane, panel: 100,
        "pixels": lambda run, view, panel: 80,
    }
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(films.plane_map, name, stand_in)
    monkeypatch.setattr(films, "is_filmed", lambda *part: False)


@pytest.mark.parametrize(
    ("n_valid", "splits"), [((3, 3), "validation"), ((0, 0), "training"), ((3, 0), "validation or training")]
)
def test_the_loss_of_maps_side_by_side_is_said_with_its_split(maps, n_valid, splits):
    runs = [panels_of(9, n) for n in n_valid]
    film = films.of_panels(runs, (9, 9), 6, "mean", "pq", ("0.1", "1"))
    assert film.said()[3] == f"Median {splits} loss: 0.1: 0.143; 1: 0.143"


def test_maps_side_by_side_share_the_epochs_of_the_longest_and_a_shorter_one_stays_at_its_end(
    maps, monkeypatch
):
    rooms = []
    most_within = films.most_within
    monkeypatch.setattr(
        films, "most_within", lambda sized, room: rooms.append(room) or most_within(sized, room)
    )
    runs = [panels_of(4), panels_of(9)]
    film = films.of_panels(runs, (4, 9), 6, "mean", ("p", "q"), ("0.1", "1"))
    assert film.epochs == (0, 2, 4, 6, 8), "those that have parameters"
    assert [part[1:] for part in film.parts] == [
        (runs[0], film.epochs, 4, "mean", "p", 80),
        (runs[1], film.epochs, 8, "mean", "q", 80),
    ], "up to the last epoch with parameters of each"
    assert film.said()[3] == "Median validation loss: 0.1: 0.2; 1: 0.143"
    assert film.seconds == pytest.approx(0.013 * 5)
    films.of_panels(runs * 2, (4, 9) * 2, 6, "mean", "pqrs", "abcd")
    assert rooms[0] - rooms[1] == films.OTHERS_OF_PANEL, "that of a fourth panel"
