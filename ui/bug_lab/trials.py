"""Trainings and tests of the bug lab's programs, cached per seed and per test."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd

from lab.bugs import DETECTORS, RIGHT, bench, experiment, train
from lab.bugs.program import BATCH
from lab.links import cost
from lab.links.cost import with_memory
from lab.words import counted
from ui.figures.frames import over_seeds
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import Messages, may_start

WITH, WITHOUT = "with the bug", "the right program"
HIDDEN = "this program"
CALLS_PER_TEST = 10_000  # NumPy calls of all tests, per layer checked and layer passed
CHECKED_PER_LAYER = 400  # derivatives checked by all tests together
EPOCHS_OF_TESTS = 4  # two up to the parameters checked, and one per program whose figures are recomputed
SLOWER = 1.6  # factor by which the program is slower than the engine in the same number format
QUANTITIES = {"train_loss": "loss", "valid_accuracy": "accuracy"}


def raw_data(one):
    """Return the RawData of an Experiment, from the server's cache."""
    return experiment.raw_data(cache().dataset(experiment.unscaled(one.data)), one.data.scaling)


def curves(lab, key, steps, name):
    """Return (frame, sentences about what went wrong); None if the training waits for a click.

    The columns are epoch, quantity, program, median, low, high. `key` identifies the program in the server's
    cache. The curve of a start that diverges ends there.
    """
    programs, seeds = {name: (key, steps), WITHOUT: ("right", RIGHT)}, range(lab.n_seeds)
    keys = {(label, seed): _key(lab, seed, programs[label][0]) for label in programs for seed in seeds}
    figures = {job: cache().noted(key) for job, key in keys.items()}
    left = [job for job, of_seed in figures.items() if of_seed is None]

    def train_left():
        for number, (label, seed) in enumerate(left):
            training = _train(lab, seed, programs[label][1])
            of_seed = yield from progress.part(training, number, len(left))
            figures[label, seed] = cache().note(keys[label, seed], lambda of_seed=of_seed: of_seed)

    if left:
        dataset = cache().dataset(lab.experiment.data)
        seconds = len(left) * seconds_of(lab.experiment.train, dataset, cache().speed)
        if not _may_start(lab, key, len(left), seconds):
            return None
        bar = progress.Progress("lab", (lab.experiment, key), seconds, progress.SHOW_AFTER)
        progress.follow(train_left(), bar, "Training")
    stopped = [of_seed for of_seed in figures.values() if isinstance(of_seed, str)]
    frames, problems = [], [f"{sentence} So it has no curve." for sentence in stopped[-1:]]
    for label in programs:
        of_seeds = [figures[label, seed] for seed in seeds if not isinstance(figures[label, seed], str)]
        lost = [len(of_seed) - 1 for of_seed in of_seeds if not np.isfinite(of_seed[-1]).all()]
        if lost:
            program = "the right program" if label == WITHOUT else "this program"
            starts = f"{len(lost)} of {counted(len(of_seeds), 'start')} of {program}"
            have = "has" if len(lost) == 1 else "have"
            problems.append(f"{starts} {have} diverged by epoch {max(lost)}.")
        if of_seeds:
            frames.append(_spread(label, of_seeds))
    return pd.concat(frames, ignore_index=True), problems


def on_bench(lab, steps):
    """Return the Bench of the program on the lab's experiment; its parameters are cached."""
    raw, config = raw_data(lab.experiment), lab.experiment.train
    right = cache().note(("bench", lab.experiment), lambda: bench(RIGHT, config, raw))
    return right._replace(steps=steps)


def finding(lab, key, steps, test):
    """Return the cached Finding of one test of the program; `test` is its name in DETECTORS."""
    return cache().note(("finding", lab.experiment, key, test), lambda: DETECTORS[test](on_bench(lab, steps)))


def findings(lab, key, steps):
    """Return {test: Finding} of the program."""
    return {test: finding(lab, key, steps, test) for test in DETECTORS}


def run_tests(lab, key, steps):
    """Run all tests on the program and on the right one; return True, or None if they wait for a click."""

    def tests():
        for number, test in enumerate(DETECTORS, 1):
            for program in (("right", RIGHT), (key, steps)):
                finding(lab, *program, test)
                yield number / len(DETECTORS)
        return True

    name = "judged", lab.experiment, key
    words = "Testing this program", "Testing"
    return progress.result(name, tests, seconds_of_tests(lab), *words, bytes_of(lab))


def seconds_of_tests(lab):
    """Return the estimated seconds of all tests on two programs."""
    config, dataset, speed = lab.experiment.train, cache().dataset(lab.experiment.data), cache().speed
    n_features, n_classes = dataset.X_train.shape[1], len(dataset.class_names)
    n_parameters = config.n_parameters(n_features, n_classes)
    checked = cost.checking_seconds(CHECKED_PER_LAYER * config.n_layers, n_parameters, BATCH, config, speed)
    training = seconds_of(replace(config, epochs=EPOCHS_OF_TESTS), dataset, speed)
    return 2 * (CALLS_PER_TEST * config.n_layers**2 * speed.call + checked) + training


def verdicts(lab, key, steps):
    """Return {test: Finding} of the program; a test counts only if the right program passes it."""
    return experiment.verdicts(findings(lab, "right", RIGHT), findings(lab, key, steps))


def _key(lab, seed, key):
    return "trained", lab.experiment.data, lab.configs()[seed], key


def _may_start(lab, key, n_trainings, seconds):
    n_bytes = bytes_of(lab)
    takes = with_memory(seconds, n_bytes, otherwise="")
    messages = Messages(
        work="This comparison",
        advice="fewer epochs or points, or larger batches",
        stopped="Stopped. Finished trainings are kept.",
        asked=f"{n_trainings} trainings, with the bug and without, take {takes}.",
        button="Train",
    )
    return may_start("lab", (lab.experiment, key), seconds, messages, n_bytes=n_bytes)


def bytes_of(lab):
    """Return the estimated bytes of a program's activations: z and a of all training examples at once, or
    five arrays of a minibatch.
    """
    config, n_train = lab.experiment.train, len(cache().dataset(lab.experiment.data).y_train)
    return 8 * sum(config.hidden_layer_sizes) * max(2 * n_train, 5 * (config.batch_size or n_train))


def seconds_of(config, dataset, speed):
    """Return the estimated seconds of one training of a program, which is the engine's in plain NumPy."""
    return SLOWER * cost.seconds([replace(config, dtype="float64")], dataset, config.epochs, speed)


def _train(lab, seed, steps):
    """Generator: train one epoch per `next()` and yield the share done; return the seed's figures.

    They are an array (n_epochs + 1, len(QUANTITIES)), or the sentence that says why the program stopped.
    """
    config, records = lab.configs()[seed], []
    program = train(steps, config, raw_data(lab.experiment))
    with cache().turns.place() as turn:
        while True:
            n_before = len(records)
            try:
                came = turn.take(lambda: records.extend(itertools.islice(program, 1)))
            except ValueError as stopped:
                return str(stopped)
            if came and len(records) == n_before:
                break
            yield len(records) / (config.epochs + 1)
    figures = np.array([[getattr(record, name) for name in QUANTITIES] for record in records])
    if records[-1].diverged:
        figures[-1] = np.nan
    return figures


def _spread(label, runs_of_seeds):
    """Return the median, lowest and highest value by epoch, without epochs in which no seed has a number."""
    longest = max(map(len, runs_of_seeds))
    values = np.full((len(runs_of_seeds), longest, len(QUANTITIES)), np.nan)
    for row, figures in zip(values, runs_of_seeds, strict=True):
        row[: len(figures)] = np.where(np.isfinite(figures), figures, np.nan)
    parts = []
    for column, quantity in enumerate(QUANTITIES.values()):
        of_epoch = values[..., column]
        epochs = np.flatnonzero(np.isfinite(of_epoch).any(axis=0))
        columns = {"epoch": epochs, "quantity": quantity, "program": label}
        parts.append(pd.DataFrame(columns | over_seeds(of_epoch[:, epochs])))
    return pd.concat(parts)
