"""What is seen of a run beside its records, and how little is kept of images."""

from dataclasses import replace

import numpy as np
import pytest

from data import DataConfig, Dataset, load_dataset
from mlp import TrainConfig, init_params
from ui.training import run as run_module
from ui.training.cache import ENDLESS
from ui.training.run import Run, kinds

DATA = DataConfig(n_samples=60, seed=4)
DATASET = load_dataset(DATA)
BASE = TrainConfig(
    hidden_layer_sizes=(6, 5), activation="tanh", learning_rate=0.25, batch_size=0, epochs=ENDLESS
)
FOREVER = 1e6  # seconds


def configs(*initializers, n_seeds=2, **changes):
    return tuple(
        replace(BASE, initializer=name, init_seed=i, shuffle_seed=i, **changes)
        for name in initializers or ("glorot_uniform",)
        for i in range(n_seeds)
    )


def grown(n_epochs, asked, dataset=DATASET, watched=True):
    run = Run(asked, dataset, watched)
    run.advance(n_epochs, FOREVER)
    return run


def norms(arrays):
    return np.array([np.linalg.norm(array.astype(np.float64)) for array in arrays])


@pytest.fixture(scope="module")
def watched():
    """Two seeds of two starts, four epochs of one step each."""
    return grown(4, configs("glorot_uniform", "constant"))


def test_the_step_is_how_far_an_epoch_of_one_moved_the_weights():
    run = grown(4, configs("glorot_uniform", "constant", dtype="float64"))
    for epoch in range(1, 5):
        seen = run.observations[epoch]
        for i in range(4):
            before, after = ([layer.W for layer in run.records[e][i].params] for e in (epoch - 1, epoch))
            moved = norms(new - old for old, new in zip(before, after, strict=True))
            np.testing.assert_allclose(seen.update_ratio[i], moved / norms(before), rtol=1e-6)
            np.testing.assert_allclose(seen.gradient[i], moved / 0.25, rtol=1e-6)


def test_an_epoch_of_many_steps_tells_of_its_last():
    # from zeros with a rate that hardly moves: each gradient is that at the start, of its own batch
    rows = np.array([[1.0, 0], [2.0, 0], [4.0, 0]], np.float32)
    labels = np.array([0, 1, 1])
    dataset = DATASET._replace(X_train=rows, y_train=labels)
    asked = (
        replace(
            BASE, hidden_layer_sizes=(), initializer="zeros", batch_size=1, shuffle=False, learning_rate=1e-6
        ),
    )
    seen = grown(1, asked, dataset).observations[1]
    # ∂ℓ/∂W = x (p − y)ᵀ with p = (½, ½): its norm is |x| / √2
    np.testing.assert_allclose(seen.gradient, [[4 / 2**0.5]], rtol=1e-4)


def test_before_training_there_is_no_step_and_units_and_ranks_are_those_of_the_epochs_end(watched):
    first = watched.observations[0]
    assert np.isnan([first.gradient, first.update_ratio]).all()
    assert first.rank.tolist() == [[2, 5, 2], [1, 1, 1]]
    assert watched.observations[4].distinct.tolist() == [[6, 5], [1, 1]]
    # the two columns of the output's weights have come apart, but for every unit alike
    assert watched.observations[4].rank.tolist() == [[2, 5, 2], [1, 1, 1]]
    for epoch, records in enumerate(watched.records):
        ranks = [np.linalg.matrix_rank(layer.W) for layer in records[0].params]
        assert watched.observations[epoch].rank[0].tolist() == ranks


def test_units_are_those_of_the_first_seed_of_each_start_in_the_order_of_the_starts(monkeypatch):
    monkeypatch.setattr(run_module, "distinct_units", lambda layer: float(layer.W[0, 0]))  # tells whose it is
    first, second = (replace(BASE, initializer="normal", init_seed=seed) for seed in (3, 4))
    constant = replace(BASE, initializer="constant")
    drawn = float(init_params(first, 2, 2)[0].W[0, 0])
    for asked, expected in (
        ((constant, first, second), [1.0, drawn]),
        ((first, constant, second), [drawn, 1.0]),
    ):
        run = Run(asked, DATASET, watched=True)
        run.advance(0)
        assert run.observations[0].distinct[:, 0].tolist() == expected


def test_a_run_that_ended_has_no_more_steps_while_the_others_go_on():
    wild, tame = configs(n_seeds=2)
    run = grown(6, (replace(wild, learning_rate=1e300), tame))
    lost = next(epoch for epoch, records in enumerate(run.records) if records[0].diverged)
    assert not run.ended
    for epoch in range(lost + 1, 7):
        assert np.isnan(run.observations[epoch].gradient[0]).all()
        assert np.isfinite(run.observations[epoch].gradient[1]).all()
    assert np.isnan(run.observations[6].rank[0]).any()


def test_watching_changes_no_number(watched):
    plain = grown(4, watched.configs, watched=False)
    assert plain.observations == ()
    for ours, theirs in zip(watched.records, plain.records, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            bare = [repr(record._replace(params=(), seconds=0)) for record in (one, other)]
            assert bare[0] == bare[1]


def test_kinds_are_configs_but_for_their_seeds_in_the_order_of_their_first():
    asked = configs("zeros", "normal", n_seeds=2) + configs("zeros", n_seeds=1)
    other = (replace(asked[0], init_scale=0.5),)
    assert list(kinds(asked + other).values()) == [[0, 1, 4], [2, 3], [5]]
    assert [config.initializer for config in kinds(asked)] == ["zeros", "normal"]


def images(n=24):
    """Images of two by two pixels, light or dark."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % 2
    X = (rng.random((n, 4)) / 2 + y[:, np.newaxis]).astype(np.float32)
    return Dataset(
        X, y, X[:4], y[:4], X[:4], y[:4], ("dark", "light"), (2, 2), "own_images", *np.ones((2, 4))
    )


def test_of_images_the_last_epoch_alone_keeps_its_parameters():
    run = Run(configs(), images())
    for n_epochs in range(6):
        run.advance(n_epochs, FOREVER)
        assert [bool(records[0].params) for records in run.records] == [False] * n_epochs + [True]
        assert run.records_with_parameters(n_epochs) is run.records[-1]
    assert all(np.isfinite(record.train_loss) for records in run.records for record in records)
    points = grown(5, configs())
    assert all(records[0].params for records in points.records)


@pytest.mark.parametrize(("optimizer", "states"), [("sgd", 0), ("momentum", 1), ("adam", 2)])
def test_a_run_that_may_go_on_holds_parameters_gradient_and_state_and_one_that_ended_its_records(
    optimizer, states
):
    run = grown(2, configs(optimizer=optimizer, learning_rate=0.01))
    n_parameters = (2 + 1) * 6 + (6 + 1) * 5 + (5 + 1) * 2
    assert run.held_bytes() - run.n_bytes == 2 * 4 * (2 + states) * n_parameters
    ended = grown(9, configs(learning_rate=1e300))
    assert ended.ended
    assert ended.held_bytes() == ended.n_bytes
