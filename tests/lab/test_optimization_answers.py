"""The answers about optimization, each against a calculation by another route."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from answering import trained, values_of

from data import DataConfig, load_dataset
from lab.optimization import planes, surface
from lab.questions import optimization_answers as optimization
from lab.questions.answer import Unanswered
from lab.questions.learn import OPTIMIZATION
from mlp import TrainConfig, init_params, loss_and_gradients, train
from mlp.network import flatten, unflatten

VALLEY, SETTLE, HELP, SLICE, MEMORY = OPTIMIZATION
SHAPES = ((2, 8), (8, 8), (8, 2))
NETWORK = {"hidden_layer_sizes": (8, 8), "activation": "tanh"}
DATASET = load_dataset(DataConfig())
OTHERS = ("momentum", "nesterov", "rmsprop", "adam")


def answered(question, **changed):
    answer = question.answer(values_of("optimization", question) | changed, trained)
    return answer, question.choices[answer.right]


def loss_at(theta):
    """The training loss at flat parameters, in float64 and one network at a time."""
    a, layers = DATASET.X_train.astype(float), unflatten(theta, SHAPES)
    for W, b in layers[:-1]:
        a = np.tanh(a @ W + b)
    z = a @ layers[-1].W + layers[-1].b
    z = z - z.max(axis=1, keepdims=True)
    return -np.mean(z[np.arange(len(z)), DATASET.y_train] - np.log(np.exp(z).sum(axis=1)))


def end_of(optimizer, rate):
    *_, last = train(TrainConfig(**NETWORK, optimizer=optimizer, learning_rate=rate, epochs=30), DATASET)
    return flatten(last.params).astype(float)


def test_over_which_straight_lines_the_loss_rises():
    answer, choice = answered(VALLEY)
    here, told = end_of("sgd", 0.1), {}
    for name in OTHERS:
        there = end_of(name, 0.01)
        told[name] = [loss_at((1 - t) * here + t * there) for t in np.linspace(0, 1, 41)]
    over = [name for name, losses in told.items() if max(losses) > 1.01 * max(losses[0], losses[-1])]
    assert over == ["rmsprop"]
    assert choice == "On some of them"
    found = re.search(
        r"that of rmsprop × 0.1 the loss goes from (\S+) up to (\S+) and down to (\S+)\. ", answer.sentence
    )
    first, top, last = map(float, found.groups())
    losses = told["rmsprop"]
    assert [first, last] == pytest.approx([losses[0], losses[-1]], rel=6e-3)
    assert top == pytest.approx(max(losses), rel=0.01)
    assert (
        "On the way to momentum × 0.1, nesterov × 0.1 and adam × 0.1 the loss is nowhere higher"
        in answer.sentence
    )


@pytest.mark.parametrize(
    ("tops", "choice", "words"),
    [
        (
            [0, 0],
            "On none of the four",
            "to adam × 0.1 and sgd × 0.1 the loss is nowhere higher than at the ends.",
        ),
        ([0, 9], "On some of them", "On the way to adam × 0.1 the loss is nowhere higher than at the ends."),
        ([9, 9], "On all four", "that of adam × 0.1 the loss goes from 1 up to 10 and down to 1."),
    ],
)
def test_a_ridge_is_what_is_higher_than_both_ends(monkeypatch, tops, choice, words):
    left = list(tops)

    def losses(points, *data):
        yield 1.0
        return np.concatenate([[1.0], np.full(len(points) - 2, 1.0004 + left.pop(0)), [1.0]])

    monkeypatch.setattr(surface, "losses", losses)
    answer, found = answered(VALLEY, epochs=1, n_samples=120, paths=["adam*0.1", "sgd*0.1"])
    assert found == choice
    assert words in answer.sentence
    assert ("way round a ridge" in answer.sentence) == any(tops)


@pytest.mark.parametrize("paths", [["sgd*0.1"], ["sgd*1e-10", "adam*1e-12"]])
def test_a_path_that_is_lost_has_no_end_to_walk_from(paths):
    with pytest.raises(Unanswered, match="not been trained to the end"):
        answered(VALLEY, epochs=2, n_samples=120, activation="relu", learning_rate=1e9, paths=paths)


def curvatures(points):
    """The largest eigenvalue of each Hessian, all of which are written down, by differences of gradients."""
    config, found = TrainConfig(**NETWORK), []
    for theta in points:
        ahead, behind = (
            loss_and_gradients(
                unflatten(theta + h * np.eye(len(theta)), SHAPES),
                DATASET.X_train.astype(float),
                DATASET.y_train,
                config,
            )[1]
            for h in (1e-5, -1e-5)
        )
        H = np.concatenate(
            [
                (a - b).reshape(len(theta), -1) / 2e-5
                for one, other in zip(ahead, behind, strict=True)
                for a, b in zip(one, other, strict=True)
            ],
            axis=1,
        )
        found.append(np.linalg.eigvalsh((H + H.T) / 2)[-1])
    return np.array(found)


def test_where_the_curvature_of_a_rate_of_3_is_above_its_bound():
    answer, choice = answered(SETTLE)
    config = TrainConfig(**NETWORK, learning_rate=3.0, batch_size=0, epochs=100)
    records = list(train(config, DATASET))
    first, last = curvatures([flatten(records[place].params).astype(float) for place in (0, 100)])
    assert f"goes from {first:.3g} to {last:.3g}. It lies above 2/η, 0.667, at " in answer.sentence
    assert first > 2 / 3
    assert (choice == "Not in these 100 epochs") == (last > 2 / 3)


@pytest.mark.parametrize(("n_above", "choice"), [(0, 0), (1, 0), (5, 0), (6, 1), (10, 1), (11, 2)], ids=str)
def test_the_curvature_settles_after_the_last_epoch_at_which_it_is_above(n_above, choice):
    def measured(key, steps, seconds, *words):
        return SimpleNamespace(largest=np.where(np.arange(11) < n_above, 1.0, 0.5))

    def fake(setups):
        return trained(setups)

    fake.result = measured
    values = values_of("optimization", SETTLE) | {"epochs": 10, "n_samples": 120}
    assert optimization.settles(values, fake).right == choice


def test_a_training_that_diverges_does_not_settle():
    answer, choice = answered(SETTLE, epochs=4, n_samples=120, learning_rate=1e30, dtype="float32")
    assert choice == "Not in these 100 epochs"
    assert "diverged in epoch" in answer.sentence


def last_losses(rate_of):
    """The mean loss of the last epoch's 25 steps, each taken by hand with the rate of step t."""
    config, n = TrainConfig(**NETWORK), len(DATASET.X_train)
    params, rng, losses = init_params(config, 2, 2), np.random.default_rng(0), []
    for epoch in range(30):
        order = rng.permutation(n)
        for number in range(25):
            rows = order[32 * number : 32 * number + 32]
            loss, gradients = loss_and_gradients(params, DATASET.X_train[rows], DATASET.y_train[rows], config)
            rate = np.float32(rate_of(25 * epoch + number))
            params = [
                type(layer)(layer.W - rate * g.W, layer.b - rate * g.b)
                for layer, g in zip(params, gradients, strict=True)
            ]
            losses.append(loss)
    return np.mean(losses[-25:])


def test_where_a_rate_that_goes_up_and_down_ends():
    answer, choice = answered(HELP)
    hand = {
        "triangular": last_losses(lambda t: np.interp(t % 400, [0, 200, 400], [0.01, 1.0, 0.01])),
        "constant": last_losses(lambda t: 1.0),
        "cosine": last_losses(lambda t: 0.01 + 0.99 * (1 + np.cos(np.pi * t / 750)) / 2),
    }
    assert hand["cosine"] < hand["triangular"] < hand["constant"]
    assert choice == "Between the others"
    lower, _, higher = answer.sentence.partition(" and higher with ")
    told = {"triangular": float(re.search(r"last epoch is (\S+);", lower)[1])}
    for name, text in (("cosine", lower), ("constant", higher)):
        told[name] = float(re.search(rf"{name} \((\S+)\)", text)[1])
    assert told == pytest.approx(hand, rel=0.02)
    rate = np.interp(749 % 400, [0, 200, 400], [0.01, 1.0, 0.01])
    assert f"the learning rate of triangular is {rate:.3g}, that of cosine 0.01." in answer.sentence


@pytest.mark.parametrize(
    ("losses", "choice", "words"),
    [
        ([5, 5, 5, 5, 1, 5], "Lowest of all", "is 1; it is higher with constant (5)"),
        ([5, 5, 5, 5, 5, 5], "Lowest of all", "is 5; it is the same with all."),
        (
            [1, 5, 5, 5, 5, np.nan],
            "Between the others",
            "lower with constant (1) and higher with sawtooth (not",
        ),
        (
            [1, 5, 5, 5, np.nan, 5],
            "Highest of all",
            "is not finite; it is lower with constant (1), inverse_epoch (5)",
        ),
    ],
)
def test_ties_and_lost_schedules(monkeypatch, losses, choice, words):
    monkeypatch.setattr(
        optimization.schedules,
        "ends",
        lambda configs, _: dict(zip([config.schedule for config in configs], losses, strict=True)),
    )
    answer, found = answered(HELP, epochs=1, n_samples=120)
    assert found == choice
    assert words in answer.sentence


def test_how_much_of_a_path_a_random_plane_holds():
    answer, choice = answered(SLICE)
    config = TrainConfig(**NETWORK, learning_rate=0.1, epochs=30)
    points = np.array([flatten(record.params).astype(float) for record in train(config, DATASET)])
    axes = planes.random(points[-1], SHAPES, 0).axes.T
    offsets = (points - points[-1]).T
    solved, *_ = np.linalg.lstsq(axes, offsets, rcond=None)
    share = np.square(axes @ solved).sum() / np.square(offsets).sum()
    assert 0.01 < share < 0.1, "the first steps, which the page's path has too, hardly differ from epoch 0"
    assert choice == "1% to 10%"
    assert f"the plane contains {share:.0%} (sgd)" in answer.sentence
    assert "Two directions out of 114 are 1.8%" in answer.sentence
    with pytest.raises(Unanswered, match="does not move"):
        answered(SLICE, epochs=0, n_samples=120)


@pytest.mark.parametrize(
    ("share", "right"), [(0.0099, 0), (0.01, 1), (0.0999, 1), (0.1, 2), (0.4999, 2), (0.5, 3), (1.0, 3)]
)
def test_a_share_at_a_bound_belongs_to_the_choice_above_it(share, right, monkeypatch):
    plane = SimpleNamespace(share=lambda points: share)
    monkeypatch.setattr(optimization.planes, "random", lambda *_: plane)
    values = values_of("optimization", SLICE) | {"epochs": 1, "n_samples": 120, "paths": []}
    assert optimization.random_share(values, trained).right == right


def test_how_many_steps_momentum_needs_in_a_narrow_valley():
    answer, choice = answered(MEMORY)
    curved, need = np.array([1.0, 1e-3]), []
    root = np.sqrt(1e-3)
    for eta, mu in [(2 / (1 + 1e-3), 0.0), (4 / (1 + root) ** 2, ((1 - root) / (1 + root)) ** 2)]:
        x, v, far = np.array([root, 1.0]), np.zeros(2), []
        for _ in range(8000):
            far.append(np.hypot(*x))
            v = mu * v - eta * curved * x
            x = x + v
        need.append(max(np.flatnonzero(np.array(far) > 1e-6 * far[0])) + 1)
    assert f"needs {need[0]:,} steps" in answer.sentence
    assert f"momentum needs {need[1]:,}: {need[0] / need[1]:.3g} times fewer" in answer.sentence
    assert choice == "About a thirtieth"
    assert 20 < need[0] / need[1] < 40
    assert f"as much as {np.sqrt(1000):.3g} of gradient descent" in answer.sentence


def test_a_path_that_is_cut_off_at_once_is_not_said_to_rest():
    with pytest.raises(Unanswered, match="The path is cut off at its start, so none of it"):
        answered(SLICE, epochs=2, n_samples=120, learning_rate=1e5, paths=[])
