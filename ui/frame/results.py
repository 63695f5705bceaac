"""The results that fingerprints are made from: an experiment's first network, or a sweep, if cached."""

import math

import streamlit as st

from lab.links import cost, fingerprint
from lab.links.experiment import Setup
from ui.training import runs
from ui.training.confirm import approve

STATE = st.session_state


def record_of(setup):
    """Return the last EpochRecord of a setup's first network, with its weights; None if not cached."""
    run, epoch = finished(setup)
    if run is None and setup.n_seeds > 1:
        run, epoch = finished(alone(setup))
    record = run.at(epoch).records[0] if run else None
    return record if record and record.params else None


def finished(setup):
    """Return (run, last epoch) of a setup trained to its end and still cached, or (None, 0)."""
    n_epochs = setup.experiment.train.epochs
    for watched in (False, True):
        run = runs.cache().peek(setup, watched)
        if run and run.n_epochs >= 0 and (run.ended or run.n_epochs >= n_epochs):
            last = min(run.n_epochs, n_epochs)
            return (run, last) if run.at(last).number == last else (None, 0)
    return None, 0


def alone(setup):
    """Return the Setup of the first network by itself."""
    return Setup(setup.experiment, 1)


def seconds(setup):
    """Return the estimated seconds to train the first network; infinity if its data are not loaded."""
    shared, first = runs.cache(), alone(setup)
    dataset = shared.datasets.get(first.experiment.data)
    if dataset is None:
        return math.inf
    configs = shared.fitting(first)
    return cost.seconds(configs, dataset, configs[0].epochs, shared.speed)


def ask(setup):
    """Callback: ask for the first network to be trained, by itself."""
    STATE["_proving"] = setup.experiment
    approve("train", (alone(setup),))


def asked(setup):
    """Return whether the training of the first network was asked for."""
    return STATE.get("_proving") == setup.experiment


def train(setup):
    """Train the first network, with its progress shown here; return its last EpochRecord, or None."""
    runs.trained([alone(setup)])
    return record_of(setup)


def of_network(setup):
    """Return the Fingerprint of a setup's first network, or None."""
    record = record_of(setup)
    return fingerprint.of_network(record) if record else None


def of_sweep(plan):
    """Return the Fingerprint of a sweep; None if it is not complete or a training failed by accident."""
    run = runs.cache().sweeps.get(tuple(plan.experiments()))
    if run is None or not (results := run.results).complete or n_accidents(plan):
        return None
    outcomes = [results.outcomes[row] for row in range(len(results.experiments))]
    return fingerprint.of_sweep([o.records[-1] if o.records else None for o in outcomes])


def n_accidents(plan):
    """Return the number of a sweep's trainings that failed by accident, which another attempt may not."""
    run = runs.cache().sweeps.get(tuple(plan.experiments()))
    return sum(outcome.accidental for outcome in run.results.outcomes.values()) if run else 0
