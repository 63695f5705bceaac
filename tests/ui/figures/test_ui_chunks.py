"""A deep network is shown without holding all of its activations at once."""

import tracemalloc

import numpy as np
import pytest
from linear import points_dataset

from mlp import TrainConfig, forward, init_params
from ui.figures import chunks, frames, maps
from ui.figures.maps import Plane

DEEP = TrainConfig(hidden_layer_sizes=(100,) * 20, dtype="float32")
PLANE = Plane((-2.0, 2.0), (-2.0, 2.0))


def pick(passed):
    return passed.output


@pytest.mark.parametrize("n_rows", [0, 1, 6, 7, 20])
@pytest.mark.parametrize("runs", [(), (3,)])
def test_chunks_give_what_one_pass_gives(monkeypatch, n_rows, runs):
    config = TrainConfig(hidden_layer_sizes=(5, 4), activation="tanh", dtype="float64")
    params = tuple(
        type(layer)(*(np.broadcast_to(a, (*runs, *a.shape)).copy() for a in layer))
        for layer in init_params(config, 2, 3)
    )
    X = np.random.default_rng(0).normal(size=(n_rows, 2))
    whole = forward(params, X, config).output
    monkeypatch.setattr(chunks, "CHUNK_VALUES", 6 * 2 * 12 * int(np.prod(runs)))  # six rows of 5 + 4 + 3
    np.testing.assert_allclose(
        chunks.forward_in_chunks(params, X, config, pick), whole, rtol=1e-13, atol=1e-15
    )


@pytest.mark.parametrize("what", ["map", "bent plane", "confusion"])
def test_what_is_drawn_of_a_deep_network_takes_little_memory(what):
    rng = np.random.default_rng(1)
    rows = np.column_stack([rng.normal(size=(20_000, 2)), rng.integers(0, 2, 20_000)])
    dataset = points_dataset(rows, test=rows)
    params = init_params(DEEP, 2, 2)
    draw = {
        "map": lambda: maps.probabilities([params], DEEP, dataset, PLANE),
        "bent plane": lambda: frames.hidden_view(params, DEEP, dataset, PLANE),
        "confusion": lambda: frames.confusion(params, DEEP, dataset, "test"),
    }[what]
    draw()
    tracemalloc.start()
    try:
        draw()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # 14,400 or 20,000 rows of 2 · 20 · 100 float32 values would be 230 or 320 MB
    assert peak < 100e6
