"""What pages say that work will take, beside the clock: experiments of every page that computes.

    python -m benchmarks.estimates [--rounds 1] [--only sweeps]

Estimates are those by which pages tell, ask and refuse, of a machine measured once, as by a server. An
estimate should be within half and twice the clock, but for work of less than 0.2 s.
"""

import argparse
import datetime
import logging
import statistics
import time
from dataclasses import replace
from typing import NamedTuple

from benchmarks.timing import machine, markdown
from data import DataConfig, held_dataset
from lab.bugs import RIGHT
from lab.bugs import train as train_program
from lab.gradient_check.checks import check_in_parts
from lab.gradient_check.subject import Subject
from lab.links import cost
from lab.links.ensemble import Ensemble, parse_start
from lab.links.experiment import Experiment, Setup
from lab.links.fixed_fields import in_lab
from mlp import TrainConfig, execution, init_params, sweep
from ui.bug_lab import trials
from ui.gradient_check import coursework
from ui.initialization import before
from ui.sweeps.sweep_run import estimate, jobs_of
from ui.training import progress
from ui.training.cache import ENDLESS, cache
from ui.training.run import Run

SHORTEST = 0.2  # seconds
WITHIN = 0.5, 2.0
FOREVER = 1e9
STARTS = tuple(map(parse_start, ("he_normal", "glorot_uniform", "normal*0.01", "normal")))


class Work(NamedTuple):
    """Some work of a page: its name, its estimate in seconds, and a function that does it."""

    page: str
    name: str
    seconds: float
    do: object


def training(page, name, epochs, setups, watched=False):
    """Trainings of these Setups or Ensembles, so many epochs each."""
    jobs, seconds = [], 0.0
    for one in setups:
        dataset = held_dataset(one.experiment.data)
        configs = tuple(replace(config, epochs=ENDLESS) for config in one.configs())
        seconds += cost.seconds(configs, dataset, epochs, cache().speed, watched)
        jobs.append((configs, dataset))

    def do():
        trained = [Run(configs, dataset, watched) for configs, dataset in jobs]
        for run in trained:
            run.advance(0, FOREVER)
        started = time.perf_counter()
        for run in trained:
            run.advance(epochs, FOREVER)
        return time.perf_counter() - started

    return Work(page, f"{name}, {epochs} epochs", seconds, do)


def setup(n_seeds=5, data=None, **train):
    return Setup(Experiment(DataConfig(**data or {}), TrainConfig(**train)), n_seeds)


def boundary():
    """Of the decision-boundary page."""
    page, tiny = "decision boundary", {"hidden_layer_sizes": (), "batch_size": 0}
    few, many = {"n_samples": 20}, {"n_samples": 20_000}
    adam = {"optimizer": "adam", "batch_size": 64}
    yield training(page, "20 points, no hidden layer, 10 seeds", 1000, [setup(10, few, **tiny)])
    yield training(page, "20 points, no hidden layer, 1 seed", 2000, [setup(1, few, **tiny)])
    yield training(page, "as it opens", 150, [setup()])
    yield training(page, "16,16 gelu", 40, [setup(hidden_layer_sizes=(16, 16), activation="gelu")])
    yield training(
        page,
        "16,16 tanh, momentum, l2",
        60,
        [setup(hidden_layer_sizes=(16, 16), activation="tanh", optimizer="momentum", l2=0.001)],
    )
    yield training(page, "128, batches of 1, 1 seed", 10, [setup(1, hidden_layer_sizes=(128,), batch_size=1)])
    yield training(
        page,
        "128, 20,000 points at once, 3 seeds",
        10,
        [setup(3, many, hidden_layer_sizes=(128,), batch_size=0)],
    )
    yield training(page, "20,000 points", 5, [setup(5, many)])
    yield training(page, "256,256 adam, 1 seed", 30, [setup(1, hidden_layer_sizes=(256, 256), **adam)])
    yield training(page, "8x30", 8, [setup(hidden_layer_sizes=(8,) * 30)])
    yield training(page, "200x30, 1 seed", 3, [setup(1, hidden_layer_sizes=(200,) * 30)])
    yield training(page, "16, float64", 60, [setup(dtype="float64")])
    sizes = [setup(hidden_layer_sizes=(width,)) for width in (3, 20, 128)]
    yield training("compare", "3 / 20 / 128", 50, sizes)
    rates = [setup(optimizer=name) for name in ("sgd", "momentum", "adam")]
    yield training("compare", "sgd / momentum / adam", 50, rates)


def initialization():
    """Of the initialization page: the signal before training, and training."""
    page = "initialization"
    for name, n_seeds, data, train in (
        ("64x10", 5, {}, {"hidden_layer_sizes": (64,) * 10}),
        ("64x30", 5, {}, {"hidden_layer_sizes": (64,) * 30}),
        ("400x4 gelu, 10 seeds", 10, {}, {"hidden_layer_sizes": (400,) * 4, "activation": "gelu"}),
        ("mnist, 500,300", 3, {"name": "mnist"}, {"hidden_layer_sizes": (500, 300)}),
    ):
        ensemble = Ensemble(Experiment(DataConfig(**data), TrainConfig(**train)), n_seeds, STARTS)
        dataset = held_dataset(ensemble.experiment.data)
        yield Work(
            page,
            f"{name}, signal",
            sum(before.seconds(ensemble, start, dataset) for start in STARTS),
            lambda e=ensemble, d=dataset: _measure(e, d),
        )
    some = {"name": "mnist", "split": "5000/1000/1000", "scaling": "unit"}
    for name, epochs, n_seeds, data, train in (
        ("64x10", 4, 5, {}, {"hidden_layer_sizes": (64,) * 10}),
        ("mnist 5,000, 100,100", 2, 2, some, {"hidden_layer_sizes": (100, 100), "batch_size": 100}),
        ("mnist 5,000, 500,300", 2, 1, some, {"hidden_layer_sizes": (500, 300), "batch_size": 100}),
    ):
        ensemble = Ensemble(Experiment(DataConfig(**data), TrainConfig(**train)), n_seeds, STARTS)
        yield training(page, f"{name}, {4 * n_seeds} networks", epochs, [ensemble], watched=True)


def _measure(ensemble, dataset):
    for start in ensemble.starts:
        progress.at_once(before.of_start(ensemble, start, dataset))


def gradient_check():
    """Of the gradient-check page, and the check on the decision-boundary page."""
    dataset, speed = held_dataset(DataConfig()), cache().speed
    for name, n, k, train in (
        ("16,16 tanh, all, 512 examples", 400, 512, {"hidden_layer_sizes": (16, 16), "activation": "tanh"}),
        ("256,256, 400 of them", 400, 32, {"hidden_layer_sizes": (256, 256)}),
        ("200x30, 12 of them", 12, 20, {"hidden_layer_sizes": (200,) * 30}),
        ("16x30 gelu, 400 of them", 400, 32, {"hidden_layer_sizes": (16,) * 30, "activation": "gelu"}),
    ):
        config = TrainConfig(dtype="float64", **train)
        params = init_params(config, 2, 2)
        X, y = dataset.X_train[:k].astype("float64"), dataset.y_train[:k]
        one = Subject(params, X, y, config)
        index = one.sample(n)
        seconds = cost.checking_seconds(len(index), one.n_parameters, k, config, speed)
        yield Work(
            "gradient check",
            name,
            seconds,
            lambda one=one, i=index: progress.at_once(check_in_parts(*one.inputs, i, speed)) and None,
        )
    config = TrainConfig(dtype="float64", hidden_layer_sizes=(128, 128))
    params = init_params(config, 2, 2)
    one = Subject(params, X, y, config)
    seconds = sum(coursework.SIZES) * coursework.seconds_per_example(one, speed)
    do = lambda: [coursework.compare(one, k) for k in coursework.SIZES] and None  # noqa: E731
    yield Work("gradient check", "128,128, loops over units", seconds, do)


def bugs():
    """Of the bug lab: a training of its program, and its ten tests of two programs."""
    for name, epochs, data, train in (
        ("16,16", 40, {}, {"hidden_layer_sizes": (16, 16)}),
        ("16,16, batches of 1", 5, {}, {"hidden_layer_sizes": (16, 16), "batch_size": 1}),
        ("64,64, 4,000 points", 10, {"n_samples": 4000}, {"hidden_layer_sizes": (64, 64)}),
        ("mnist, 24", 20, {"name": "mnist"}, {"hidden_layer_sizes": (24,)}),
    ):
        base = TrainConfig(epochs=epochs, learning_rate=0.1, l2=0.001, **train)
        experiment = in_lab(DataConfig(**data), base)
        raw, config = trials.raw_data(experiment), experiment.train
        seconds = trials.seconds_of(config, held_dataset(experiment.data), cache().speed)
        do = lambda c=config, r=raw: [None for _ in train_program(RIGHT, c, r)] and None  # noqa: E731
        yield Work("bug lab", f"{name}, {epochs} epochs", seconds, do)
    deep = in_lab(DataConfig(seed=7), TrainConfig(hidden_layer_sizes=(16,) * 12, learning_rate=0.1))
    lab = Setup(deep, 1)
    yield Work("bug lab", "16x12, ten tests", trials.seconds_of_tests(lab) / 2, lambda: _tests(lab))


def _tests(lab):
    # another program each time, of the same steps: none is kept
    trials.findings(lab, ("benchmark", time.perf_counter()), RIGHT)


def sweeps():
    """Of the sweeps page, here, stacked where that pays."""
    rates = tuple(float(f"{10**-k:g}") for k in (0, 1, 2, 3))
    for name, epochs, data, train in (
        ("16 × 8,8", 60, {}, {"hidden_layer_sizes": (8, 8)}),
        ("16 × mnist 2,000, 64", 1, {"name": "mnist", "split": "2000/500/0"}, {"hidden_layer_sizes": (64,)}),
        ("16 × 200x30, float64", 0, {}, {"hidden_layer_sizes": (200,) * 30, "dtype": "float64"}),
    ):
        space = {"learning_rate": sweep.Values(rates), "momentum": sweep.Values((0.0, 0.5, 0.9, 0.99))}
        base = TrainConfig(epochs=epochs, optimizer="momentum", **train)
        held_dataset(DataConfig(**data))  # the time to read the files is not estimated
        found = sweep.build(sweep.grid(space), DataConfig(**data), base)
        experiments = [(trial.data, trial.config) for trial in found.trials]
        jobs = jobs_of(experiments)
        do = lambda jobs=jobs: [None for _ in execution.run(jobs, held_dataset)] and None  # noqa: E731
        yield Work("sweeps", f"{name}, {epochs} epochs", estimate(jobs, 1), do)


PAGES = {
    "decision_boundary": boundary,
    "initialization": initialization,
    "gradient_check": gradient_check,
    "bug_lab": bugs,
    "sweeps": sweeps,
}


def clock(work):
    """Seconds that the work takes; it may say itself how many of them count."""
    started = time.perf_counter()
    told = work.do()
    return time.perf_counter() - started if told is None else told


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", choices=list(PAGES))
    asked = parser.parse_args()
    logging.disable(logging.WARNING)  # Streamlit's, that there is no visitor
    rows, judged, good = [], 0, 0
    for name, works in PAGES.items():
        for work in works() if asked.only in (None, name) else ():
            took = statistics.median(clock(work) for _ in range(asked.rounds))
            ratio = work.seconds / took
            judged += took >= SHORTEST
            good += took >= SHORTEST and WITHIN[0] <= ratio <= WITHIN[1]
            mark = "" if took < SHORTEST or WITHIN[0] <= ratio <= WITHIN[1] else " !"
            rows.append([work.page, work.name, f"{work.seconds:.2f}", f"{took:.2f}", f"{ratio:.2f}{mark}"])
    print(f"{datetime.date.today()}, {machine()}\n")
    print(markdown(["page", "work", "estimate, s", "clock, s", "estimate ÷ clock"], rows))
    print(f"\n{good} of {judged} that take {SHORTEST} s or more are within {WITHIN[0]} and {WITHIN[1]}.")


if __name__ == "__main__":
    main()
