"""The epochs of the optimization page: how far they go, and the losses that are said at each."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ui.optimization import epochs, setup


@pytest.mark.parametrize(("trained", "last"), [((3, 6, 9), 6), ((2, 4), 4), ((0, 0), 0), ((9, 9), 6)])
def test_the_epochs_go_as_far_as_the_longest_path_but_not_beyond_what_is_asked(monkeypatch, trained, last):
    monkeypatch.setattr(epochs.component, "epoch_number", lambda n_epochs: n_epochs)
    plan = SimpleNamespace(experiment=SimpleNamespace(train=SimpleNamespace(epochs=6)))
    shown = epochs.choose(plan, [SimpleNamespace(n_epochs=n) for n in trained])
    assert shown == (last, last)
    assert shown.frame["epoch"].tolist() == [last]


@pytest.mark.parametrize(
    ("asked", "runs", "drawable"),
    [
        (5, [(1, False), (2, False)], True),
        (5, [(1, False), (0, False)], False),  # one of them still waits
        (5, [(1, False), (0, True)], True),  # it diverged at once
        (0, [(0, False), (0, False)], True),
        (0, [(-1, False), (0, False)], False),
    ],
)
def test_the_paths_are_drawn_once_each_has_its_first_epoch_or_has_ended(asked, runs, drawable):
    plan = SimpleNamespace(experiment=SimpleNamespace(train=SimpleNamespace(epochs=asked)))
    runs = [SimpleNamespace(n_epochs=n, ended=ended) for n, ended in runs]
    assert setup.drawable(plan, runs) == drawable


def test_a_path_that_has_ended_says_the_loss_it_ended_with():
    paths = pd.DataFrame(
        {
            "path": ["sgd", "sgd", "sgd", "adam", "adam"],
            "epoch": [0, 0, 2, 0, 1],  # the start and a step of the first epoch, and its end
            "loss": [0.75, 0.7, 0.5, 0.625, 0.25],
        }
    )
    assert epochs.losses_at(paths, 0) == "Epoch 0, training loss: sgd: 0.7; adam: 0.625"
    assert epochs.losses_at(paths, 1) == "Epoch 1, training loss: sgd: 0.7; adam: 0.25"
    assert epochs.losses_at(paths, 2) == "Epoch 2, training loss: sgd: 0.5; adam: 0.25"


@pytest.mark.parametrize(
    ("kept", "epoch", "n_epochs", "drawn", "said"),
    [
        ((0, 1, 2), 1, 2, (0, 1, 2), ""),
        ((0, 2, 4), 3, 4, (0, 2, 3, 4), "4 of 5 epochs"),  # of a long training some have points
        ((0, 2, 4), 4, 4, (0, 2, 4), "3 of 5 epochs"),
        ((0, 1), 9, 9, (0, 1, 9), "3 of 10 epochs"),  # every path is cut off
        ((0, 5, 64), 64, 64, (0, 5, 64), "3 of 65 epochs"),
        ((0,), 0, 0, None, ""),
    ],
)
def test_the_timeline_counts_the_epochs_that_were_trained(monkeypatch, kept, epoch, n_epochs, drawn, said):
    drawings = []
    monkeypatch.setattr(epochs.component, "timeline", lambda *drawing: drawings.append(drawing))
    paths = pd.DataFrame([("sgd", one, 0.5) for one in kept] * 2, columns=["path", "epoch", "loss"])
    epochs.timeline(epochs.Shown(epoch, n_epochs), paths)
    if drawn is None:
        assert drawings == [], "there is nothing to choose"
    else:
        ((moments, shown, sentences, left_out),) = drawings
        assert (moments, shown) == (drawn, epoch)
        assert sentences == [f"Epoch {one}, training loss: sgd: 0.5" for one in drawn]
        assert left_out == (
            said and f"The timeline goes through {said}; the number field reaches all of them."
        )
