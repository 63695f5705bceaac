"""Limits are the same at every door, and nothing of a refused size is made."""

import io
import itertools
from urllib.parse import urlencode

import numpy as np
import pytest
from measuring import peak_of

from data import DataConfig, keep_images, keep_table
from lab.links import limits, reader
from lab.links import sweep_plan as plans
from lab.links.limits import OverLimit
from mlp import TrainConfig, sweep

HUGE = {  # 150 values on each of three axes: 3,375,000 combinations
    "axis1": "n_samples",
    "values1": " / ".join(str(20 + k) for k in range(150)),
    "axis2": "cycle_steps",
    "values2": " / ".join(str(1 + k) for k in range(150)),
    "axis3": "momentum",
    "values3": " / ".join(f"0.{k:03d}" for k in range(150)),
}


@pytest.mark.parametrize("more", [{}, {"lock": "1"}, {"fingerprint": "r0123456789ab_0.5_0.5_0.5"}])
def test_a_sweep_of_millions_is_counted_and_refused_before_it_is_made(more):
    def read():
        with pytest.raises(OverLimit, match=r"asks for 3,375,000 trials; allowed: up to 400\."):
            reader.read(f"http://here/sweeps?{urlencode(HUGE | more)}")

    assert peak_of(read) < 2_000_000  # the combinations alone would take 600 MB


@pytest.mark.parametrize("design", [plans.GRID, plans.ONE, plans.RANDOM])
def test_the_count_is_the_number_of_settings_that_the_design_makes(design):
    space = {
        "noise": sweep.Between(0.1, 0.9),
        "batch_size": sweep.Between(1, 3, whole=True),  # which has no more than three values
        "activation": sweep.Values(("relu", "tanh", "gelu")),
    }
    for points in (2, 5):
        view = {"range_points": points, "draws": 17, "sweep_seed": 3}
        assert plans.count(design, space, view) == len(plans.settings(design, space, view))


def test_the_first_trials_of_a_grid_are_those_of_the_whole_grid():
    for n in (20, 21):  # 400 and 441 combinations
        space = {"epochs": sweep.Values(tuple(range(n))), "batch_size": sweep.Values(tuple(range(n)))}
        pairs = list(itertools.product(range(n), range(n)))[:400]
        made = plans.settings(plans.GRID, space, {"range_points": 5})
        assert made == [{"epochs": a, "batch_size": b} for a, b in pairs]


def test_more_combinations_than_can_be_meant_are_refused_at_the_first_that_is_too_many():
    limits.check_combinations(10_000)
    with pytest.raises(OverLimit, match="10,001 trials") as refusal:
        limits.check_combinations(10_001)
    assert refusal.value.field == "design"


# 14,000 of 20,000 points train, and the page counts all of them: 20,000 · 6 · 400 = 48,000,000 activations
TOO_LARGE = {
    "n_samples=20000&batch_size=0&hidden_layer_sizes=400x6": "batch_size 0 would need more than 40,000,000 "
    "activations at once with this network.",
    "hidden_layer_sizes=2x31": "hidden_layer_sizes asks for 31 hidden layers and",
    "hidden_layer_sizes=3000,3000": "allowed: 30 layers and",
}


@pytest.mark.parametrize("page", ["decision_boundary", "sweeps", "initialization"])
def test_a_network_too_large_is_refused_on_every_page_before_it_is_made(page):
    for query, words in TOO_LARGE.items():

        def read(link=f"http://here/{page}?{query}&seeds=2&epochs=1", words=words):
            with pytest.raises(ValueError, match=words):
                reader.read(link)

        assert peak_of(read) < 2_000_000


def test_each_trial_of_a_sweep_is_held_to_the_limits_and_the_others_are_run():
    query = {"axis1": "hidden_layer_sizes", "values1": "8,8 / 400x8 / 2x31 / 3000,3000", "axis2": plans.NONE}
    query |= {"n_samples": "20000", "batch_size": "0"}
    linked = reader.read(f"http://here/sweeps?{urlencode(query)}")
    assert [trial.config.hidden_layer_sizes for trial in linked.plan.sweep.trials] == [(8, 8)]
    refused = {dict(one.settings)["hidden_layer_sizes"]: one.reason for one in linked.plan.sweep.refused}
    assert "40,000,000 activations" in refused[(400,) * 8]
    assert "31 hidden layers" in refused[(2,) * 31]
    assert "4,000,000 parameters" in refused[(3000, 3000)]


def test_activations_are_rows_of_a_minibatch_times_hidden_units():
    for batch_size, rows in ((0, 1000), (16, 16), (5000, 1000)):
        train = TrainConfig(hidden_layer_sizes=(7, 5, 3), batch_size=batch_size)
        assert limits.activations(DataConfig(n_samples=1000), train) == rows * 15


def test_activations_at_the_limit_pass_and_one_unit_more_does_not():
    data = DataConfig(n_samples=20_000)
    limits.check_activations(data, TrainConfig(hidden_layer_sizes=(1000,), batch_size=0), 2)
    with pytest.raises(OverLimit, match=r"^batch_size 0 would need more than 40,000,000 activations") as one:
        limits.check_activations(data, TrainConfig(hidden_layer_sizes=(1001,), batch_size=0), 2)
    assert (one.value.field, one.value.value) == ("batch_size", 0)


def test_a_network_at_the_limit_passes_and_one_parameter_more_does_not():
    data, train = DataConfig(), TrainConfig(hidden_layer_sizes=(10,))
    n = 3 * 10 + 11 * 2  # 2-10-2 with biases
    limits.check_layers(data, train, 4, 4 * n)
    with pytest.raises(OverLimit, match="208 parameters in 4 networks; allowed: 30 layers and 207 ") as one:
        limits.check_layers(data, train, 4, 4 * n - 1)
    assert one.value.field == "hidden_layer_sizes"


def test_thirty_hidden_layers_pass_and_one_more_does_not():
    limits.check_layers(DataConfig(), TrainConfig(hidden_layer_sizes=(2,) * 30), 1, 10_000)
    with pytest.raises(
        OverLimit, match=r"^hidden_layer_sizes asks for 31 hidden layers and 192 parameters in "
    ):
        limits.check_layers(DataConfig(), TrainConfig(hidden_layer_sizes=(2,) * 31), 1, 10_000)


@pytest.mark.parametrize(("page", "n"), [("initialization", 2), ("sweeps", 1), ("anything else", 2)])
def test_networks_that_train_together_count_together_and_trials_each_by_itself(page, n, monkeypatch):
    """2-10-2 has 52 parameters; the larger of two decides."""
    small, large = TrainConfig(hidden_layer_sizes=(1,)), TrainConfig(hidden_layer_sizes=(10,))
    known = page if page in limits.MAX_PARAMETERS else "decision_boundary"
    monkeypatch.setitem(limits.MAX_PARAMETERS, known, 52 * n)
    limits.check_networks(page, DataConfig(), [small, large])
    monkeypatch.setitem(limits.MAX_PARAMETERS, known, 52 * n - 1)
    with pytest.raises(OverLimit, match=f"{52 * n} parameters in {n} network"):
        limits.check_networks(page, DataConfig(), [small, large])


def test_a_page_that_trains_one_network_is_held_to_the_limit_of_one():
    query = urlencode({"hidden_layer_sizes": "1000,1000", "epochs": "0"})  # about a million parameters
    assert reader.read(f"http://here/gradient_check?{query}").groups
    assert reader.read("http://here/bug_lab?hidden_layer_sizes=100,100").groups, "10,500 of 20,000 parameters"
    with pytest.raises(OverLimit, match="in 5 networks; allowed: 30 layers and 2,000,000 parameters"):
        reader.read(f"http://here/decision_boundary?{query}")


def table_of(n, n_columns=3):
    """The link of a table of n rows, numbers and two classes."""
    names = ",".join([*(f"n{k}" for k in range(n_columns)), "kind"])
    rows = [",".join([*(str((i * (k + 2)) % 997) for k in range(n_columns)), "uv"[i % 2]]) for i in range(n)]
    return keep_table("\n".join([names, *rows]).encode())


@pytest.mark.parametrize("n", [60, 400])  # in the link, and by its sha256
def test_the_size_of_a_visitors_table_is_known_where_it_is(n):
    data = DataConfig(name="own_table", points=table_of(n))
    assert (limits.widths(data), limits.n_examples(data)) == ((3, 2), n)
    query = {"name": "own_table", "points": data.points, "hidden_layer_sizes": "4"}
    assert reader.read(urlencode(query)).experiment.data == data
    with pytest.raises(
        OverLimit, match=r"^hidden_layer_sizes asks for 2 hidden layers and 9,021,002 parameters"
    ):
        reader.read(
            f"http://lab.example/gradient_check?{urlencode(query | {'hidden_layer_sizes': '3000,3000'})}"
        )


def test_the_size_of_a_table_that_is_not_here_is_taken_for_the_least():
    data = DataConfig(name="own_table", points="ab" * 32)
    assert (limits.widths(data), limits.n_examples(data)) == ((1, 2), 100_000)


def test_a_wide_table_of_a_link_is_counted_by_its_own_inputs():
    data = DataConfig(name="own_table", points=table_of(20, 150))
    assert limits.widths(data) == (150, 2)
    train = TrainConfig(hidden_layer_sizes=(100,))
    limits.check_layers(data, train, 1, 150 * 100 + 100 + 202)
    with pytest.raises(OverLimit, match="15,302 parameters"):
        limits.check_layers(data, train, 1, 150 * 100 + 100 + 201)


def test_images_are_counted_as_those_of_their_file_if_it_is_here():
    rng, file = np.random.default_rng(0), io.BytesIO()
    pixels = {
        f"x_{part}": rng.integers(0, 256, (n, 6, 4), np.uint8) for part, n in (("train", 48), ("test", 12))
    }
    np.savez(file, **pixels, y_train=np.arange(48) % 3, y_test=np.arange(12) % 3)
    here = DataConfig(name="own_images", points=keep_images(file.getvalue()))
    gone = DataConfig(name="own_images", points="cd" * 32)
    assert (limits.widths(here), limits.n_examples(here)) == ((24, 3), 60)
    assert (limits.widths(gone), limits.n_examples(gone)) == ((784, 10), 100_000)
    train = TrainConfig(hidden_layer_sizes=(401,), batch_size=0)
    limits.check_activations(here, train, 1000)
    with pytest.raises(OverLimit, match="batch_size 0 would need more than 40,000,000 activations"):
        limits.check_activations(gone, train, 1)
