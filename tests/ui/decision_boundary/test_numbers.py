"""The verdict on several networks and the titles of their curves: with one, some and all of them diverged."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from linear import points_dataset

from mlp import LOSSES, EpochRecord, Layer, TrainConfig, forward
from ui.decision_boundary import numbers

FIVE = [(0, 0, k) for k in (0, 0, 0, 1, 2)]  # 60% of one class
DATASET = points_dataset([(0, 0, 0), (0, 0, 1)], valid=FIVE, n_classes=3)
LOST = " :red[**{} diverged in epoch 1**: the loss is no longer a number.]"
NO_BETTER = " Always guessing the most common class gets 60.0%: {} is no better."


def records(*accuracies):
    """A record per network: its validation accuracy, or None if it diverged in epoch 1."""
    plain = EpochRecord(7, 0.1, *[0.5] * 6, penalty=0.0, diverged=False, seconds=1.0, params=())
    lost = plain._replace(epoch=1, diverged=True, valid_accuracy=1.0)  # as if it had guessed right
    return [lost if a is None else plain._replace(valid_accuracy=a, train_accuracy=a) for a in accuracies]


@pytest.mark.parametrize(
    ("accuracies", "words"),
    [
        (
            (0.95, 0.8, 1.0),
            "**2 of 3 networks reach 95% validation accuracy**: median 95.0%, from 80.0% to 100.0%, "
            "after epoch 7.",
        ),
        (
            (0.4, 0.6, 1.0),
            "**1 of 3 networks reaches 95% validation accuracy**: median 60.0%, from 40.0% to 100.0%, "
            "after epoch 7." + NO_BETTER.format("the median"),
        ),
        (
            (None, 0.8, 1.0, None),
            "**1 of 4 networks reaches 95% validation accuracy**: the 2 that did not diverge have a median "
            "of 90.0%, from 80.0% to 100.0%, after epoch 7." + LOST.format("2 of 4 networks"),
        ),
        (
            (None, 0.2),
            "**0 of 2 networks reach 95% validation accuracy**: the one that did not diverge has 20.0% after "
            "epoch 7." + NO_BETTER.format("that network") + LOST.format("1 of 2 networks"),
        ),
        (
            (None, None),
            "**0 of 2 networks reach 95% validation accuracy**." + LOST.format("Both networks"),
        ),
        (
            (0.9495, 0.94952, 0.9496),
            "**0 of 3 networks reach 95% validation accuracy**: median just under 95.0%, from just under "
            "95.0% to just under 95.0%, after epoch 7.",
        ),
        (
            (0.9494, 0.94952, 0.95, 0.96),
            "**2 of 4 networks reach 95% validation accuracy**: median just under 95.0%, from 94.9% to 96.0%"
            ", after epoch 7.",
        ),
        ((997 / 1050,), "**The network reaches just under 95.0% validation accuracy** after epoch 7."),
        ((0.8,), "**The network reaches 80.0% validation accuracy** after epoch 7."),
        ((None,), LOST.format("The network").strip()),
    ],
)
def test_the_verdict_counts_only_networks_that_did_not_diverge(accuracies, words):
    assert numbers.verdict(records(*accuracies), DATASET, 7) == words


def test_where_all_validation_examples_are_of_one_class_that_is_said():
    one = points_dataset(FIVE, valid=[(0, 0, 1)] * 4, n_classes=3)
    said = numbers.verdict(records(1.0), one, 7)
    assert said.endswith("accuracy** after epoch 7. All validation examples are of one class.")


def test_without_validation_the_verdict_is_of_training():
    dataset = points_dataset(FIVE, n_classes=3)
    assert numbers.verdict(records(0.6), dataset, 7) == (
        "**The network reaches 60.0% train accuracy** after epoch 7." + NO_BETTER.format("the network")
    )


@pytest.mark.parametrize(
    ("accuracies", "title"),
    [
        ((0.9, 0.9, 0.9), "Validation loss: 1.5 → 0.25 (median of 3 networks)"),
        ((0.9, None, 0.9), "Validation loss: 1.5 → 0.25 (median of 3 networks, at the end of 2)"),
        ((None, None), "Validation loss: both networks diverged in epoch 1"),
        ((0.9,), "Validation loss: 1.5 → 0.25"),
        ((None,), "Validation loss: the network diverged in epoch 1"),
    ],
)
def test_a_title_quotes_an_end_only_where_a_network_has_reached_it(accuracies, title):
    columns = {"quantity": "loss", "split": "validation", "epoch": [0, 1], "median": [1.5, 0.25]}
    frame = pd.DataFrame(columns)
    assert numbers.title(frame, "loss", records(*accuracies)) == title
    assert numbers.title(frame[:0], "loss", records(0.9)) == "Loss", "there is nothing to quote"
    trained = frame.assign(split="train", median=9.0)
    for both in (pd.concat([frame, trained]), pd.concat([trained, frame])):
        assert numbers.title(both, "loss", records(*accuracies)) == title
    assert numbers.title(trained, "loss", records(0.9)) == "Train loss: 9 → 9"


@pytest.mark.parametrize(
    ("accuracies", "title"),
    [
        ((0.5, 0.5, 0.5), "Validation loss: 0.7 before training (median of 3 networks)"),
        ((0.5, None, 0.5), "Validation loss: 0.7 before training (median of 2 networks)"),
        ((0.5,), "Validation loss: 0.7 before training"),
        ((None,), "Validation loss: the network diverged in epoch 1"),
    ],
)
def test_the_title_of_networks_that_wait_for_their_training_claims_no_change(accuracies, title):
    frame = pd.DataFrame({"quantity": "loss", "split": "validation", "epoch": [0], "median": [0.7]})
    assert numbers.title(frame, "loss", records(*accuracies)) == title


def test_the_figures_are_those_of_the_network_on_show_at_its_epoch_and_the_time_that_of_all(monkeypatch):
    metrics, said = {}, []
    two = [one._replace(train_accuracy=0.5, test_accuracy=0.25) for one in records(0.9, None)]
    lost = two[1]._replace(train_accuracy=float("nan"))
    snapshots = {
        4: (two[0], two[0]),
        7: (two[0], two[0]._replace(valid_accuracy=0.625, test_accuracy=np.nan)),
        8: (two[0], two[0]._replace(train_accuracy=0.9998, valid_accuracy=1.0, test_accuracy=0.0002)),
    }
    snapshots[9] = (two[0], lost)
    run = SimpleNamespace(
        at=lambda epoch: SimpleNamespace(records=snapshots[epoch], number=epoch, seconds=epoch / 4),
        n_epochs=9,
        configs=[TrainConfig(hidden_layer_sizes=(4,)), TrainConfig(hidden_layer_sizes=(5,))],
        dataset=DATASET,
    )
    monkeypatch.setattr(
        numbers.st, "metric", lambda label, value, **how: metrics.update({label: (value, how)})
    )
    monkeypatch.setattr(numbers.st, "markdown", said.append)
    monkeypatch.setattr(numbers.st, "caption", said.append)
    monkeypatch.setattr(numbers.st, "container", lambda **_: nullcontext())
    numbers.draw(run, 7, 1, 9)
    assert {label: value for label, (value, _) in metrics.items()} == {
        "train accuracy": "50.0%",
        "validation accuracy": "62.5%",
        "test accuracy": "–",
        "parameters": "33",  # 2·5 + 5 and 5·3 + 3
        "training time": "2.25 s",
    }
    assert metrics["training time"][1]["help"] == "Of both networks together, for 9 epochs, on this server."
    numbers.draw(run, 4, 1, 8)  # the run has gone on to epoch 9 for a longer experiment
    assert metrics["training time"][0] == "2.00 s"
    assert "together, for 8 epochs, on" in metrics["training time"][1]["help"]
    assert "after epoch 7" in said[0]
    numbers.draw(run, 8, 1, 9)
    assert [value for value, _ in metrics.values()][:3] == ["over 99.9%", "100.0%", "under 0.1%"]
    metrics.clear()
    numbers.draw(run, 9, 1, 9, ("train", "validation"))
    assert [value for value, _ in metrics.values()][:2] == ["–", "–"]
    assert "test accuracy" not in metrics


@pytest.mark.parametrize("loss", LOSSES)
def test_the_page_says_that_strengths_differ_by_epoch_only_where_an_output_has_no_bounds(loss):
    config = TrainConfig(hidden_layer_sizes=(), loss=loss)
    far = forward([Layer(np.eye(2) * 1e6, np.zeros(2))], np.array([[1.0, -1.0]]), config).output
    unbounded = bool(np.abs(far).max() > 1)
    assert ("cannot be compared between epochs" in numbers.strength_in_words(loss)) == unbounded
