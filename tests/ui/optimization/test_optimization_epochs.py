"""The epochs of the optimization page: how far they go, and the losses that are said at each."""

from types import SimpleNamespace

import numpy as np
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


# three steps per epoch; sgd has no point at the end of epoch 1
WAYS = pd.DataFrame(
    [
        *[("sgd", 0, 0, 0.75), ("sgd", 1, 1, 0.7), ("sgd", 1, 2, 0.6), ("sgd", 3, 9, 0.5)],
        *[("adam", 0, 0, 0.625), ("adam", 1, 1, 0.3), ("adam", 1, 3, 0.25), ("adam", 3, 9, np.nan)],
    ],
    columns=["path", "epoch", "step", "loss"],
)


def test_a_loss_is_that_of_the_end_of_the_epoch_or_has_the_number_of_its_own():
    ends = epochs.ends_of_epochs(WAYS, 3)
    told = [
        epochs.losses_at(ends, {"sgd": None, "adam": None}, epoch).partition(": ")[2] for epoch in range(4)
    ]
    assert told == [
        "sgd: 0.75; adam: 0.625",
        "sgd, epoch 0: 0.75; adam: 0.25",
        "sgd, epoch 0: 0.75; adam, epoch 1: 0.25",
        "sgd: 0.5; adam: not finite",
    ]


def test_a_path_that_was_cut_off_is_no_longer_followed():
    lost, ends = {"sgd": 4, "adam": 1}, epochs.ends_of_epochs(WAYS, 3)
    assert epochs.losses_at(ends, lost, 0) == "Training loss: sgd: 0.75; adam: 0.625"
    assert epochs.losses_at(ends, lost, 3) == "Training loss: sgd: 0.5; adam: no longer followed"
    for epoch in (4, 9):
        assert epochs.losses_at(ends, lost, epoch) == (
            "Training loss: sgd: no longer followed; adam: no longer followed"
        )


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
    rows = [("sgd", one, 3 * one, 0.5) for one in kept] * 2
    paths = pd.DataFrame(rows, columns=["path", "epoch", "step", "loss"])
    epochs.timeline(epochs.Shown(epoch, n_epochs), paths, {"sgd": None}, 3)
    if drawn is None:
        assert drawings == [], "there is nothing to choose"
    else:
        ((moments, shown, sentences, left_out),) = drawings
        assert (moments, shown) == (drawn, epoch)
        ends = {one: "" if one in kept else f", epoch {max(e for e in kept if e < one)}" for one in drawn}
        assert sentences == [f"Training loss: sgd{end}: 0.5" for one, end in ends.items()]
        assert left_out == (
            said and f"The timeline goes through {said}; the number field reaches all of them."
        )
