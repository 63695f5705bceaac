"""The result that a fingerprint is of: the first network of an experiment, or a sweep, if it is there."""

import math

import streamlit as st

from lab.links import cost, fingerprint
from lab.links.experiment import Setup
from ui.training import runs
from ui.training.confirm import approve

STATE = st.session_state


def record_of(setup):
    """The last EpochRecord of a setup's first network, with its weights; None where it is not here."""
    run, epoch = finished(setup)
    if run is None and setup.n_seeds > 1:
        run, epoch = finished(alone(setup))
    record = run.at(epoch).records[0] if run else None
    return record if record and record.params else None


def finished(setup):
    """(run, last epoch) of a setup that has been trained to its end and is still here, or (None, 0)."""
    n_epochs = setup.experiment.train.epochs
    for watched in (False, True):
        run = runs.cache().peek(setup, watched)
        if run and run.n_epochs >= 0 and (run.ended or run.n_epochs >= n_epochs):
            last = min(run.n_epochs, n_epochs)
            return (run, last) if run.at(last).number == last else (None, 0)
    return None, 0


def alone(setup):
    """The Setup of the first network by itself."""
    return Setup(setup.experiment, 1)


def seconds(setup):
    """How long the first network would take; infinitely where the page could not load its data."""
    shared, one = runs.cache(), alone(setup)
    dataset = shared.datasets.get(one.experiment.data)
    if dataset is None:
        return math.inf
    configs = shared.fitting(one)
    return cost.seconds(configs, dataset, configs[0].epochs, shared.speed)


def ask(setup):
    """A callback: the first network is to be trained, by itself."""
    STATE["_proving"] = setup.experiment
    approve("train", (alone(setup),))


def asked(setup):
    """Whether its training was asked for."""
    return STATE.get("_proving") == setup.experiment


def train(setup):
    """Train the first network, with its progress here; returns its last record, or None."""
    runs.trained([alone(setup)])
    return record_of(setup)


def of_network(setup):
    """The Fingerprint of a setup's first network, or None."""
    record = record_of(setup)
    return fingerprint.of_network(record) if record else None


def of_sweep(plan):
    """The Fingerprint of a sweep, or None where it is not complete."""
    run = runs.cache().sweeps.get(tuple(plan.experiments()))
    if run is None or not (results := run.results).complete:
        return None
    outcomes = [results.outcomes[row] for row in range(len(results.experiments))]
    return fingerprint.of_sweep([one.records[-1] if one.records else None for one in outcomes])
