"""The cache shares runs and views between visitors, and drops the least recently used."""

import contextlib
import gc
import weakref
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data import DataConfig, load_dataset, store
from lab.links import cost
from lab.links.cost import Speed
from lab.links.experiment import Experiment
from mlp import ACTIVATIONS, SCHEDULES, TrainConfig
from ui.sidebar.controls import Setup
from ui.sweeps.sweep_run import SweepRun
from ui.training import cache as module
from ui.training.cache import Bounded, Cache, cached_film, cached_view, is_filmed
from ui.training.run import Run

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


def run_of(cache, asked, watched=False, own=False):
    """The run of a setup, with its untrained networks."""
    run = cache.run(asked.experiment.data, asked.configs(), watched, own)
    run.advance(0)
    cache.keep_within_bounds()
    return run


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
def test_equal_setups_share_a_run_and_those_that_differ_in_more_than_epochs_do_not(cache, other):
    run = run_of(cache, setup())
    assert run_of(cache, setup()) is run
    assert run_of(cache, other) is not run
    assert cache.dataset(replace(DATA)) is run.dataset


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_setups_that_differ_in_epochs_share_a_run_unless_its_rates_depend_on_them(cache, schedule):
    shorter, longer = (run_of(cache, setup(epochs=n, schedule=schedule)) for n in (3, 7))
    assert (shorter is longer) == (schedule not in WITH_EPOCHS)


def test_a_shared_run_has_the_configs_asked_for_and_goes_beyond_their_epochs(cache):
    run = run_of(cache, setup(epochs=2))
    run.advance(9, 1e6)
    assert run_of(cache, setup(epochs=9)).n_epochs == 9
    assert [replace(config, epochs=3) for config in run.configs] == list(setup().configs())


def test_a_setups_own_run_goes_no_further_than_its_epochs(cache):
    shared = run_of(cache, setup())
    own = run_of(cache, setup(), own=True)
    assert own is not shared
    assert cache.peek(setup(), own=True) is own
    assert cache.peek(setup(epochs=7), own=True) is None
    own.advance(9, 1e6)
    assert (own.n_epochs, own.ended) == (3, True)


def test_a_watched_run_and_one_that_is_not_are_two(cache):
    plain, watched = (run_of(cache, setup(), watched) for watched in (False, True))
    assert (plain.watched, watched.watched) == (False, True)
    assert run_of(cache, setup()) is plain


def test_data_that_cannot_be_trained_on_are_refused_and_not_kept(cache):
    one_class = DataConfig(name="own_points", points="0,0,1;1,1,1")
    for _ in range(2):
        with pytest.raises(ValueError, match="training needs at least two classes"):
            cache.dataset(one_class)
    assert one_class not in cache.datasets


def test_a_look_for_a_run_starts_none(cache):
    assert cache.peek(setup()) is None
    assert cache.runs.items() == []
    run = run_of(cache, setup())
    assert cache.peek(setup(epochs=500)) is run
    assert cache.peek(setup(learning_rate=0.5)) is None
    assert cache.peek(setup(), watched=True) is None
    watched = run_of(cache, setup(), watched=True)
    assert (cache.peek(setup(), watched=True), cache.peek(setup())) == (watched, run)


@pytest.mark.parametrize("n_seeds", [1, 3])
@pytest.mark.parametrize("batch_size", [20, 42, 43, 60])
def test_a_batch_larger_than_the_training_set_is_that_set(cache, batch_size, n_seeds):
    asked = setup(n_seeds, batch_size=batch_size)  # of 60 points 42 are trained on
    whole = batch_size > 42
    fitting = cache.fitting(asked)
    assert [config.batch_size for config in fitting] == [0 if whole else batch_size] * n_seeds
    run = cache.run(DATA, fitting)
    assert cache.peek(asked) is run


def test_what_has_grown_makes_room_at_once(cache):
    first, grown = run_of(cache, setup(init_seed=5)), run_of(cache, setup())
    cache.runs.max_bytes = 10 * grown.held_bytes()
    grown.advance(40, 1e6)
    assert [run for _, run in cache.runs.items()] == [first, grown]
    cache.keep_within_bounds()
    assert [run for _, run in cache.runs.items()] == [grown]


def test_a_run_that_has_grown_counts_as_it_is_now(cache):
    grown = run_of(cache, setup())
    cache.runs.max_bytes = 10 * grown.held_bytes()
    grown.advance(40, 1e6)
    fresh = run_of(cache, setup(init_seed=10))
    assert [run for _, run in cache.runs.items()] == [fresh]


def test_a_run_whose_dataset_was_dropped_is_dropped_too(cache, monkeypatch):
    first, other = setup(), setup(data=replace(DATA, seed=9))
    run_of(cache, first)
    monkeypatch.setattr(store, "MOST_ENTRIES", 1)
    run_of(cache, other)
    assert [data for (data, *_), _ in cache.runs.items()] == [other.experiment.data]


class Held:
    """Something that holds so many bytes."""

    def __init__(self, n_bytes):
        self.held_bytes = lambda: n_bytes


@pytest.mark.parametrize("bounds", [{"max_entries": 3}, {"max_entries": 9, "max_bytes": 12}], ids=str)
def test_the_least_recently_used_entries_are_dropped_beyond_either_bound(bounds):
    entries = Bounded(**bounds)
    for key in "abca":
        entries.get_or_make(key, lambda: Held(4))
    entries.get("b")  # a look is no use
    entries.get_or_make("d", lambda: Held(4))
    assert [key for key, _ in entries.items()] == ["c", "a", "d"]
    entries.get_or_make("huge", lambda: Held(99))
    assert [key for key, _ in entries.items()] == (["huge"] if "max_bytes" in bounds else ["a", "d", "huge"])


def test_a_value_is_made_once_even_if_it_is_none_and_not_kept_where_making_it_fails(cache):
    made = []
    with pytest.raises(ZeroDivisionError):
        cache.note("key", lambda: 1 / 0)
    for _ in range(2):
        assert cache.note("key", lambda: made.append(1)) is None
    assert made == [1]


def test_who_makes_a_value_that_another_visitor_has_made_meanwhile_gets_that_one():
    entries, others = Bounded(3), []

    def make_late():
        others.append(entries.get_or_make("key", lambda: "theirs"))
        return "ours"

    assert entries.get_or_make("key", make_late) == others[0] == entries.get("key") == "theirs"


# ---- views


class Stamped:
    def __init__(self, stamp):
        self.stamp = stamp


@pytest.fixture
def calls(monkeypatch, cache):
    """The arguments of every call of `make` below; the cache is a new one."""
    monkeypatch.setattr("ui.training.cache.cache", lambda: cache)
    make.calls = []
    return make.calls


def make(run, *args, **options):
    make.calls.append((getattr(run, "stamp", run), args, options))
    return [len(make.calls)]


def other(run, epoch):
    return "other"


def test_a_view_of_equal_arguments_is_computed_once_and_every_difference_anew(calls):
    asked = [
        cached_view(make, Stamped(1), 3),
        cached_view(make, Stamped(2), 3),
        cached_view(make, Stamped(1), 4),
        cached_view(make, Stamped(1), 3, "mean"),
        cached_view(make, Stamped(1), 3, width=2),
        cached_view(make, Stamped(1), 3, height=2),
        cached_view(make, Stamped((1, 1)), 3),
        cached_view(make, Stamped(1), "mean", 3),
        cached_view(make, 3, Stamped(1)),
    ]
    assert asked == [[k] for k in range(1, 10)]
    assert cached_view(make, Stamped(1), 3, width=2) is asked[4]
    assert cached_view(other, Stamped(1), 3) == "other"


def test_two_functions_of_one_name_in_two_modules_have_two_views(calls, monkeypatch):
    """As there are two of the name of_network."""
    asked = []

    def view(run):
        asked.append(view.__module__)
        return view.__module__

    for module_name in ("one", "other", "one"):
        view.__module__ = module_name
        assert cached_view(view, Stamped(1)) == module_name
    assert asked == ["one", "other"]


def test_views_are_made_in_turn(calls, monkeypatch):
    turns = []

    @contextlib.contextmanager
    def in_turn():
        turns.append("begun")
        yield
        turns.append("ended")

    monkeypatch.setattr(module, "in_turn", in_turn)
    for _ in range(2):
        cached_view(make, Stamped(1), 3)
    assert turns == ["begun", "ended"]


def test_a_run_is_not_held_by_its_views(calls):
    run = Stamped(1)
    cached_view(make, run, 3)
    gone = weakref.ref(run)
    del run
    gc.collect()
    assert gone() is None


def test_every_run_has_a_stamp_of_its_own(blobs):
    runs = [Run((SMALL,), blobs), Run((SMALL,), blobs), SweepRun([]).results, SweepRun([]).results]
    assert len({run.stamp for run in runs}) == 4


# ---- what a training costs


def estimate(n_seeds=1, data=DATA, **changes):
    return cost.seconds(setup(n_seeds, data, **changes).configs(), load_dataset(data), 10, SPEED)


@pytest.mark.parametrize(
    "more",
    [
        {"hidden_layer_sizes": (64,)},
        {"n_seeds": 2},
        {"data": replace(DATA, n_samples=600)},
        {"batch_size": 2},
        {"activation": "tanh"},
        {"dtype": "float64"},
    ],
    ids=str,
)
def test_larger_and_slower_trainings_cost_more(more):
    assert estimate(**more) > estimate()


def test_runs_that_stack_cost_less_than_one_by_one_and_those_that_do_not_cost_their_sum():
    assert estimate(n_seeds=8) < 8 * estimate()
    narrow, wide = setup(1).configs(), setup(1, hidden_layer_sizes=(9,)).configs()
    for price in (lambda *args: cost.seconds(*args, 10, SPEED), lambda *args: cost.measuring(*args, SPEED)):
        apart = sum(price(configs, load_dataset(DATA)) for configs in (narrow, wide))
        assert price(narrow + wide, load_dataset(DATA)) == pytest.approx(apart, rel=1e-12)


def test_an_epoch_has_a_price_of_its_own_beside_its_arithmetic():
    few = replace(DATA, n_samples=20)  # a network of 6 weights, whose 14 examples are one step
    config = setup(1, few, hidden_layer_sizes=(), batch_size=0).configs()
    assert cost.seconds(config, load_dataset(few), 1, SPEED) > 500 * SPEED.call, (
        "measurement, records, Python"
    )


def test_an_activation_that_has_not_been_timed_is_taken_for_the_slowest():
    assert SPEED.activation("a new one") == SPEED.activation("tanh") == 3e-9


def test_the_machine_is_measured_in_positive_seconds():
    speed = cost.calibrate()
    assert 0 < speed.multiply_add < speed.call < 1e-3
    assert 0 < speed.value < speed.call
    assert set(speed.activations) == set(ACTIVATIONS)
    assert all(0 < seconds < speed.call for seconds in speed.activations.values())


def test_the_bytes_of_a_film_are_measured_once_and_the_oldest_films_go(cache, monkeypatch):
    measured = []
    monkeypatch.setattr(module, "cache", lambda: cache)
    monkeypatch.setattr(cache, "films", Bounded(300, 100_000))

    class Frame(pd.DataFrame):
        def memory_usage(self, **options):
            measured.append(self["number"][0])
            return super().memory_usage(**options)

    def film(number):
        return (Frame({"number": np.full(1_000, number)}),)  # 8 kB and its index

    def film_of_two(number, other):
        return film(number + other)

    for number in range(20):
        cached_film(film, number)
    assert measured == list(range(20))
    assert not is_filmed(film, 7)
    assert all(is_filmed(film, number) for number in range(8, 20))
    cached_film(film_of_two, 1, 2)
    assert is_filmed(film_of_two, 1, 2)
    assert not is_filmed(film_of_two, 1, 3)
