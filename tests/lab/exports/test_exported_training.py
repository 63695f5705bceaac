"""The loop of an exported script, run here with a made-up network whose losses and gradients are known."""

import numpy as np
import pytest

from data import DataConfig
from lab.exports import training
from lab.exports.experiment import Export
from mlp import TrainConfig

ROWS = 2050  # two parts of 1024 and a rest
SETTINGS = {"DTYPE": "float64", "BATCH_SIZE": 4, "EPOCHS": 1, "SHUFFLE_SEED": 3, "LEARNING_RATE": 0.5}


def exported(settings=None, sizes=(), **changes):
    """{name: object} of the script's part about training, beside a network whose loss of an example is x.

    Its answer is right where x is below 1, and its gradients are 0.
    """
    config = TrainConfig(hidden_layer_sizes=sizes, **changes)
    (part,) = training.parts(Export(DataConfig(), config, None, ""))
    space = {"np": np} | SETTINGS | (settings or {})
    exec(part.code, space)
    space["params"] = [[np.array([[1.0, -2.0]]), np.array([0.5, 0.25])]]
    space["init_params"] = lambda n_features, n_classes: space["params"]
    space["forward"] = lambda params, X: ([np.hstack([1 - X, X - 1])], [X])
    space["loss"] = lambda logits, T: 1 - logits[:, 0]
    space["loss_gradient"] = lambda logits, T: np.ones_like(logits)
    space["backward"] = lambda params, z, inputs, delta: [(0 * W, 0 * b) for W, b in params]
    return space


def part_of(values):
    return np.array(values, float)[:, np.newaxis], np.zeros(len(values), int)


PARTS = [part_of(np.arange(10)), part_of([0.5, 0.5, 3.0]), part_of([0.25, 2.0])]


def test_an_evaluation_has_every_example_once_in_parts():
    space = exported()
    values = np.arange(ROWS) / 1000
    mean, accuracy = space["evaluate"](None, *part_of(values), 2)
    assert mean == pytest.approx(values.mean(), rel=1e-12)
    assert accuracy == (values <= 1).sum() / ROWS
    assert np.isnan(space["evaluate"](None, *part_of([]), 2)).tolist() == [True, True]


def test_the_losses_are_the_epochs_and_the_accuracy_that_of_validation(capsys):
    losses, diverged = exported()["train"](PARTS, 2)
    assert losses == {
        "training": 4.5,
        "validation": pytest.approx(4 / 3),
        "test": 1.125,
    }
    assert not diverged
    assert capsys.readouterr().out == "epoch 1: training loss 4.5, validation accuracy 66.7%\n"


@pytest.mark.parametrize(
    ("empty", "left", "printed"),
    [
        ((1,), {"training": 4.5, "test": 1.125}, ""),
        ((2,), {"training": 4.5, "validation": pytest.approx(4 / 3)}, ", validation accuracy 66.7%"),
        ((1, 2), {"training": 4.5}, ""),
    ],
)
@pytest.mark.parametrize("epochs", [0, 1])
def test_a_part_without_examples_has_no_loss_and_no_accuracy(capsys, empty, left, printed, epochs):
    parts = [part_of([]) if n in empty else part for n, part in enumerate(PARTS)]
    losses, diverged = exported({"EPOCHS": epochs})["train"](parts, 2)
    assert losses == left
    assert not diverged
    assert capsys.readouterr().out == f"epoch 1: training loss 4.5{printed}\n" * epochs


def test_losses_of_single_precision_are_summed_in_double_precision():
    space = exported({"DTYPE": "float32", "BATCH_SIZE": 0})
    losses, _ = space["train"]([part_of([2**24, *[1] * 9])] * 3, 2)  # in float32, 2²⁴ + 1 = 2²⁴
    assert {*losses.values()} == {(2**24 + 9) / 10}


@pytest.mark.parametrize("epochs", [0, 1, 9, 23])
def test_about_ten_epochs_are_printed_and_the_last(capsys, epochs):
    losses, _ = exported({"EPOCHS": epochs})["train"](PARTS, 2)
    printed = [int(line.split()[1][:-1]) for line in capsys.readouterr().out.splitlines()]
    assert printed == {0: [], 1: [1], 9: [*range(1, 10)], 23: [*range(2, 24, 2), 23]}[epochs]
    assert losses["training"] == 4.5, "that of the untrained network after no epoch"


@pytest.mark.parametrize(
    ("lost", "diverged"),
    [({}, False), ({1: [1.0, np.nan]}, True), ({2: [np.inf]}, True), ({1: []}, False), ({2: []}, False)],
)
def test_a_training_diverges_if_the_loss_of_a_part_with_examples_is_no_number(capsys, lost, diverged):
    parts = [part_of(lost[n]) if n in lost else part for n, part in enumerate(PARTS)]
    losses, found = exported({"EPOCHS": 3})["train"](parts, 2)
    assert found == diverged
    assert ("It diverges in epoch 1.\n" in capsys.readouterr().out) == diverged
    filled = zip(("training", "validation", "test"), parts, strict=True)
    assert list(losses) == [name for name, (_, y) in filled if len(y)]


@pytest.mark.parametrize("entry", [0, 1])
def test_a_training_diverges_in_the_epoch_in_which_a_parameter_is_no_number(capsys, entry):
    space, steps = exported({"EPOCHS": 5, "BATCH_SIZE": 0}), []

    def backward(params, z, inputs, delta):
        steps.append(len(delta))
        gradient = [0 * array for array in params[0]]
        gradient[entry] += np.inf if len(steps) == 2 else 0
        return [tuple(gradient)]

    space["backward"] = backward
    with np.errstate(all="ignore"):
        assert space["train"](PARTS, 2)[1]
    assert "It diverges in epoch 2.\n" in capsys.readouterr().out
    assert steps == [10, 10], "each is of the whole training set"


def test_the_steps_of_an_epoch_are_minibatches_in_the_order_of_the_seed():
    for shuffle, rng in ((True, np.random.default_rng(3)), (False, None)):
        space, visited, deltas = exported({"EPOCHS": 2}, shuffle=shuffle), [], []
        forward = space["forward"]

        def watched(params, X, forward=forward, visited=visited):
            visited.append(X[:, 0].tolist())
            return forward(params, X)

        def backward(params, z, inputs, delta, deltas=deltas):
            deltas.append(delta.tolist())
            return [(0 * W, 0 * b) for W, b in params]

        space |= {"forward": watched, "backward": backward}
        space["train"](PARTS, 2)
        of_training = [rows for rows in visited if len(rows) in (2, 4) and rows not in ([0.25, 2.0],)]
        orders = [rng.permutation(10) if rng else np.arange(10) for _ in range(2)]
        assert of_training == [[*order[at : at + 4]] for order in orders for at in (0, 4, 8)]
        # the mean of 1 over the batch, times η, since the step is plain gradient descent
        assert deltas == [[[0.5 / n] * 2] * n for n in (4, 4, 2)] * 2


def test_the_penalty_moves_each_layers_weights_by_its_own_factors_and_no_bias():
    layers = [[np.array([[1.0, -2.0]]), np.ones(2)], [np.array([[3.0], [0.0]]), np.ones(1)]]
    settings = {"BATCH_SIZE": 0, "L1": [0.1, 0.01], "L2": [0.2, 0.02], "MOMENTUM": 0.0}
    for optimizer in ("sgd", "momentum"):
        space = exported(settings, (2,), optimizer=optimizer, l1=(0.1, 0.01), l2=(0.2, 0.02))
        params = [[array.copy() for array in layer] for layer in layers]
        space["init_params"] = lambda n_features, n_classes, params=params: params
        space["train"](PARTS, 2)
        np.testing.assert_allclose(params[0][0], [[1 - 0.5 * (0.1 + 0.4), -2 + 0.5 * (0.1 + 0.8)]])
        np.testing.assert_allclose(params[1][0], [[3 - 0.5 * (0.01 + 0.12)], [0]])
        assert [layer[1].tolist() for layer in params] == [[1, 1], [1]]


def test_the_rate_is_that_of_its_epoch_and_the_schedule_is_asked_with_its_settings():
    pieces = ((0.5, 0), (0.25, 2), (0.125, 3))
    context = {"epochs": 4, "learning_rate_min": 0.0, "cycle_steps": 7}
    for schedule in ("constant", "cosine"):
        space = exported(
            {"EPOCHS": 4, "BATCH_SIZE": 6, "LEARNING_RATE": pieces, "SCHEDULE": context},
            schedule=schedule,
            learning_rate=pieces,
        )
        asked, deltas = [], []

        def cosine(eta, t, asked=asked, **settings):
            asked.append((eta, t, settings))
            return eta

        def backward(params, z, inputs, delta, deltas=deltas):
            deltas.append(float(delta[0, 0] * len(delta)))
            return [(0 * W, 0 * b) for W, b in params]

        space |= {"cosine": cosine, "backward": backward}
        space["train"](PARTS, 2)
        rates = [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]  # two steps an epoch
        assert deltas == pytest.approx(rates)
        if schedule == "cosine":
            assert asked == [(rate, t, context | {"steps_per_epoch": 2}) for t, rate in enumerate(rates)]


@pytest.mark.parametrize(("batch_size", "n_steps"), [(0, 1), (10, 1), (4096, 1), (9, 2), (1, 10)])
def test_the_schedule_is_told_the_steps_of_an_epoch(batch_size, n_steps):
    space, told = exported({"BATCH_SIZE": batch_size, "SCHEDULE": {}}, schedule="cosine"), []

    def cosine(eta, t, steps_per_epoch):
        told.append(steps_per_epoch)
        return eta

    space["cosine"] = cosine
    space["train"](PARTS, 2)
    assert told == [n_steps] * n_steps
