"""Trainings of a program with a bug and of the right one, seed by seed, and their frames."""

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from mlp.bugs import DETECTORS, RIGHT, bench, train

from .. import runs
from . import setup

WITH, WITHOUT = "with the bug", "without"
HIDDEN = "this program"
NO_VERDICT = "The right program fails this too: on this network the test tells nothing."
SHOW_AFTER = 0.3  # seconds of training without a word
QUANTITIES = {"train_loss": "loss", "valid_accuracy": "accuracy"}


def curves(lab, key, steps, name=WITH):
    """(frame, sentences): columns epoch, quantity, program, median, low, high; and what went wrong.

    `key` tells programs apart in the cache of this server. Starts that diverge end where they do.
    """
    programs = {name: (key, steps), WITHOUT: ("right", RIGHT)}
    jobs = [(label, seed) for label in programs for seed in range(lab.n_seeds)]
    found, started, place = {label: [] for label in programs}, time.perf_counter(), st.empty()
    stopped = []
    for done, (label, seed) in enumerate(jobs):
        try:
            found[label].append(_trained(lab, seed, *programs[label]))
        except ValueError as problem:
            stopped = [f"{problem} So there is no curve of it."]
        passed = time.perf_counter() - started
        if passed > SHOW_AFTER:
            left = passed / (done + 1) * (len(jobs) - done - 1)
            place.progress((done + 1) / len(jobs), f"Training, about {runs.in_words(left)} left …")
    place.empty()
    for label, figures in found.items():
        lost = [len(one) - 1 for one in figures if not np.isfinite(one[-1]).all()]
        if lost:
            which = "the right program" if label == WITHOUT else "this program"
            stopped.append(f"{len(lost)} of {len(figures)} starts of {which} diverge, by epoch {max(lost)}.")
    frames = [_spread(label, figures) for label, figures in found.items() if figures]
    return pd.concat(frames, ignore_index=True), stopped


def on_bench(lab, key, steps):
    """The Bench of the program on the lab's experiment; its parameters are computed once."""
    raw = setup.raw_data(lab.experiment)
    config = lab.experiment.train
    right = runs.cache().note(("bench", lab.experiment), lambda: bench(RIGHT, config, raw))
    return right._replace(steps=steps)


def findings(lab, key, steps, detectors):
    """{detector: Finding} of the program, computed once."""

    def judged():
        on = on_bench(lab, key, steps)
        return {name: detector(on) for name, detector in detectors.items()}

    return runs.cache().note(("findings", lab.experiment, key, tuple(detectors)), judged)


def verdicts(lab, key, steps):
    """{test: Finding} of the program, where a test counts only if the right program passes it.

    With gradients of 0, or with parameters that are no numbers, a test finds fault with any program.
    """
    right, found = (findings(lab, *one, DETECTORS) for one in (("right", RIGHT), (key, steps)))
    return {
        name: finding._replace(caught=False, sentence=f"{finding.sentence} {NO_VERDICT}")
        if right[name].caught
        else finding
        for name, finding in found.items()
    }


def _trained(lab, seed, key, steps):
    """Figures by epoch (n_epochs + 1, len(QUANTITIES)) of one seed; ValueError where it stops."""
    config = lab.experiment.train
    config = replace(config, init_seed=config.init_seed + seed, shuffle_seed=config.shuffle_seed + seed)

    def make():
        raw = setup.raw_data(lab.experiment)
        with runs.cache().turns.place() as turn:
            while not turn.wait(runs.PATIENCE):
                st.empty()  # here Streamlit may stop or restart the script
            try:
                records = list(train(steps, config, raw))
            except ValueError as stopped:
                return str(stopped)
        figures = np.array([[getattr(record, name) for name in QUANTITIES] for record in records])
        if records[-1].diverged:
            figures[-1] = np.nan
        return figures

    made = runs.cache().note(("trained", lab.experiment.data, config, key), make)
    if isinstance(made, str):
        raise ValueError(made)
    return made


def _spread(label, runs_of_seeds):
    """The median, least and largest of each epoch; an epoch that no seed reached as a number is left out."""
    longest = max(map(len, runs_of_seeds))
    values = np.full((len(runs_of_seeds), longest, len(QUANTITIES)), np.nan)
    for row, figures in zip(values, runs_of_seeds, strict=True):
        row[: len(figures)] = np.where(np.isfinite(figures), figures, np.nan)
    parts = []
    for column, quantity in enumerate(QUANTITIES.values()):
        of_epoch = values[..., column]
        epochs = np.flatnonzero(np.isfinite(of_epoch).any(axis=0))
        seen = of_epoch[:, epochs]
        figures = {
            "median": np.nanmedian(seen, axis=0),
            "low": np.nanmin(seen, axis=0),
            "high": np.nanmax(seen, axis=0),
        }
        parts.append(pd.DataFrame({"epoch": epochs, "quantity": quantity, "program": label} | figures))
    return pd.concat(parts)
