"""The cache of runs: who shares one, who is dropped; and what a training is expected to cost."""

from dataclasses import replace

import pytest

from data import STORE, DataConfig, load_dataset, store
from lab.links import cost
from lab.links.cost import Speed
from lab.links.experiment import Experiment
from mlp import ACTIVATIONS, SCHEDULES, TrainConfig
from ui.sidebar.controls import Setup
from ui.training.cache import Cache

SPEED = Speed(call=1e-6, multiply_add=1e-9, value=1e-10, activations={"relu": 2e-9, "tanh": 3e-9})
DATA = DataConfig(n_samples=60)
SMALL = TrainConfig(hidden_layer_sizes=(4,), batch_size=8, epochs=3)
WITH_EPOCHS = ("inverse_epoch", "step", "cosine")


@pytest.fixture
def cache(monkeypatch):
    monkeypatch.setattr(cost, "calibrate", lambda: SPEED)
    return Cache()


def setup(n_seeds=2, data=DATA, **changes):
    return Setup(Experiment(data, replace(SMALL, **changes)), n_seeds)


def run_of(cache, asked):
    """The run of a setup, with its untrained networks."""
    run = cache.run(asked.experiment.data, asked.configs())
    run.advance(0)
    cache.keep_within_bounds()
    return run


def test_equal_setups_share_a_run(cache):
    assert run_of(cache, setup()) is run_of(cache, setup())


@pytest.mark.parametrize(
    "other",
    [
        setup(n_seeds=3),
        setup(data=replace(DATA, noise=0.2)),
        setup(learning_rate=0.2),
        setup(init_seed=1),
        setup(shuffle_seed=1),
        setup(l2=0.1),
    ],
    ids=["seeds", "data", "rate", "weights", "order", "penalty"],
)
def test_setups_that_differ_in_more_than_epochs_do_not(cache, other):
    assert run_of(cache, setup()) is not run_of(cache, other)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_setups_that_differ_in_epochs_share_a_run_unless_its_rates_depend_on_them(cache, schedule):
    shorter, longer = (run_of(cache, setup(epochs=n, schedule=schedule)) for n in (3, 7))
    assert (shorter is longer) == (schedule not in WITH_EPOCHS)


def test_a_shared_run_has_the_numbers_of_the_configs_asked_for(cache):
    run = run_of(cache, setup(epochs=2))
    run.advance(9, 1e6)
    assert run_of(cache, setup(epochs=9)).n_epochs == 9
    assert [replace(config, epochs=3) for config in run.configs] == list(setup().configs())


def test_datasets_are_shared_too(cache):
    assert cache.dataset(DATA) is cache.dataset(replace(DATA, seed=DATA.seed))
    assert cache.dataset(DATA) is run_of(cache, setup()).dataset


def test_data_that_cannot_be_trained_on_are_refused_and_not_kept(cache):
    one_class = DataConfig(name="own_points", points="0,0,1;1,1,1")
    for _ in range(2):
        with pytest.raises(ValueError, match="training needs two classes"):
            cache.dataset(one_class)
    assert one_class not in cache.datasets


def test_a_look_for_a_run_starts_none(cache):
    assert cache.peek(setup()) is None
    assert len(cache.runs) == 0
    run = run_of(cache, setup())
    assert cache.peek(setup()) is run
    assert cache.peek(setup(epochs=500)) is run
    assert cache.peek(setup(learning_rate=0.5)) is None


def test_the_least_recently_used_run_is_dropped_when_there_are_too_many(cache, monkeypatch):
    cache.runs.max_entries = 3
    first, second, third, fourth = (setup(init_seed=10 * i) for i in range(4))
    made = {asked: run_of(cache, asked) for asked in (first, second, third)}
    assert run_of(cache, first) is made[first]  # used again: the second is now the oldest
    run_of(cache, fourth)
    assert [cache.peek(asked) is not None for asked in (first, second, third, fourth)] == [
        True,
        False,
        True,
        True,
    ]
    assert run_of(cache, second) is not made[second]


def test_the_least_recently_used_runs_are_dropped_when_they_hold_too_much(cache, monkeypatch):
    asked = [setup(init_seed=10 * i) for i in range(4)]
    sizes = [run_of(cache, one).held_bytes() for one in asked[:3]]
    cache.runs.max_bytes = sum(sizes)
    run_of(cache, asked[0])
    run_of(cache, asked[3])
    assert [cache.peek(one) is not None for one in asked] == [True, False, True, True]


def test_growth_counts(cache, monkeypatch):
    grown = run_of(cache, setup())
    cache.runs.max_bytes = 10 * grown.n_bytes
    grown.advance(40, 1e6)
    fresh = run_of(cache, setup(init_seed=10))
    assert cache.peek(setup()) is None
    assert cache.peek(setup(init_seed=10)) is fresh


def test_a_run_larger_than_the_cache_is_kept_while_it_is_alone(cache, monkeypatch):
    cache.runs.max_bytes = 1
    run = run_of(cache, setup())
    assert cache.peek(setup()) is run
    other = run_of(cache, setup(init_seed=10))
    assert [run for _, run in cache.runs.items()] == [other]


class Held:
    """Something that holds so many bytes."""

    def __init__(self, n_bytes):
        self.n_bytes = n_bytes

    def held_bytes(self):
        return self.n_bytes


def test_sweeps_are_bounded_by_what_they_hold_apart_from_runs(cache, monkeypatch):
    cache.sweeps.max_bytes = 10
    run = run_of(cache, setup())
    first = cache.sweeps.get_or_make("first", lambda: Held(4))
    cache.sweeps.get_or_make("second", lambda: Held(5))
    assert cache.sweeps.get_or_make("first", list) is first
    cache.sweeps.get_or_make("third", lambda: Held(3))
    assert [key for key, _ in cache.sweeps.items()] == ["first", "third"]
    cache.sweeps.get_or_make("huge", lambda: Held(99))
    assert [key for key, _ in cache.sweeps.items()] == ["huge"], "one is kept however large"
    assert cache.peek(setup()) is run


def test_datasets_are_bounded_in_number(cache, monkeypatch):
    monkeypatch.setattr(store, "MOST_ENTRIES", 2)
    kept = cache.dataset(DATA)
    for seed in (1, 2):
        cache.dataset(replace(DATA, seed=seed))
        assert len(list(STORE)) <= 2
    assert cache.dataset(DATA) is not kept


def test_a_run_whose_dataset_was_dropped_is_dropped_too(cache, monkeypatch):
    first, other = setup(), setup(data=replace(DATA, seed=9))
    made = run_of(cache, first)
    monkeypatch.setattr(store, "MOST_ENTRIES", 1)
    run_of(cache, other)
    assert [data for (data, *_), _ in cache.runs.items()] == [other.experiment.data]
    assert run_of(cache, first) is not made


# ---- what it will cost


def estimate(n_epochs=10, n_seeds=1, data=DATA, **changes):
    return cost.seconds(setup(n_seeds, data, **changes).configs(), load_dataset(data), n_epochs, SPEED)


def test_the_estimate_is_linear_in_the_epochs():
    assert estimate(0) == 0
    assert estimate(1) > 0
    assert estimate(30) == pytest.approx(30 * estimate(1), rel=1e-12)


def test_the_estimate_grows_with_width_depth_runs_points_and_smaller_batches():
    base = estimate()
    assert estimate(hidden_layer_sizes=(64,)) > base
    assert estimate(hidden_layer_sizes=(4, 4)) > base
    assert estimate(n_seeds=2) > base
    assert estimate(data=replace(DATA, n_samples=600)) > base
    assert estimate(batch_size=2) > base
    assert estimate(batch_size=0) < base


def test_runs_that_stack_cost_less_than_one_by_one_and_those_that_do_not_cost_their_sum():
    assert estimate(n_seeds=8) < 8 * estimate()
    narrow, wide = setup(1).configs(), setup(1, hidden_layer_sizes=(9,)).configs()
    apart = sum(cost.seconds(configs, load_dataset(DATA), 10, SPEED) for configs in (narrow, wide))
    assert cost.seconds(narrow + wide, load_dataset(DATA), 10, SPEED) == pytest.approx(apart, rel=1e-12)


def test_to_measure_a_network_takes_one_multiply_add_a_weight_and_example_and_its_activations():
    narrow, wide = setup(1).configs(), setup(1, hidden_layer_sizes=(9,), use_bias=False).configs()
    data = load_dataset(DATA)  # 60 examples in all splits
    one = 60 * ((2 * 4 + 4 + 4 * 2 + 2) * 1e-9 + 4 * 2e-9) + 2 * 10 * 1e-6
    other = 60 * ((2 * 9 + 9 * 2) * 1e-9 + 9 * 2e-9) + 2 * 10 * 1e-6
    assert cost.measuring(narrow, data, SPEED) == pytest.approx(one)
    assert cost.measuring(narrow + wide, data, SPEED) == pytest.approx(one + other)


def test_an_epoch_has_a_price_of_its_own_beside_its_arithmetic():
    # a network of 6 weights, whose 14 examples are one step: what an epoch takes is not its arithmetic
    few = replace(DATA, n_samples=20)
    asked = {"hidden_layer_sizes": (), "batch_size": 0}
    free = SPEED._replace(call=0.0, value=0.0)
    config, data = setup(1, few, **asked).configs(), load_dataset(few)
    arithmetic = cost.seconds(config, data, 1, free)
    assert 0 < arithmetic < 1e-6
    assert cost.seconds(config, data, 1, SPEED) > 500 * SPEED.call, "measurement, records, Python"
    ten = cost.seconds(setup(10, few, **asked).configs(), data, 1, SPEED)
    assert ten > cost.seconds(config, data, 1, SPEED) + 9 * 50 * SPEED.call, "a record per network"


def test_slow_activations_optimizers_formats_and_observations_cost_more():
    slow = SPEED._replace(activations={"relu": 2e-9, "tanh": 2e-7})
    config, data = setup(1).configs(), load_dataset(DATA)
    tanh = setup(1, activation="tanh").configs()
    assert cost.seconds(tanh, data, 1, slow) > cost.seconds(config, data, 1, slow)
    assert estimate(optimizer="adam") > estimate(optimizer="momentum") > estimate()
    assert estimate(l2=0.1) > estimate()
    assert estimate(dtype="float64") > estimate()
    assert cost.seconds(config, data, 1, SPEED, watched=True) > cost.seconds(config, data, 1, SPEED)


def test_an_activation_that_has_not_been_timed_is_taken_for_the_slowest():
    assert SPEED.activation("tanh") == 3e-9
    assert SPEED.activation("a new one") == 3e-9


def test_the_machine_is_measured_in_positive_seconds():
    speed = cost.calibrate()
    assert 0 < speed.multiply_add < speed.call < 1e-3
    assert 0 < speed.value < speed.call
    assert set(speed.activations) == set(ACTIVATIONS)
    assert all(0 < seconds < speed.call for seconds in speed.activations.values())
