"""The fingerprint of what a page has trained, and its comparison with the fingerprint in the link."""

import math
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from lab.links import cost, fingerprint, parameters, reader
from lab.links.experiment import Setup
from lab.questions import preset
from lab.words import counted
from ui.frame.show import show_sentence
from ui.frame.verdict import draw_verdict
from ui.frame.visit import address, visit
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import approve

AT_ONCE = 3.0  # estimated seconds; a shorter training starts at once to check the link's fingerprint


class Proof(NamedTuple):
    """A link with a fingerprint that opened `page`: `linked` is its request, or None with a `problem`."""

    page: str
    linked: reader.Linked | None
    problem: str


def arrive(page, from_other_page):
    """Call on arrival at a page. Store the fingerprint of its link."""
    if "fingerprint" not in st.query_params:
        return
    if from_other_page:
        del st.query_params["fingerprint"]
        return
    known = parameters.KNOWN.get(page, parameters.ANY_PAGE)  # `address.read` reports the other parameters
    query = {key: texts for key, texts in address().items() if key in known}
    try:
        proof = Proof(page, reader.read(f"http://here/{page}?{urlencode(query, doseq=True)}"), "")
    except ValueError as problem:
        proof = Proof(page, None, str(problem))
    visit().proof = proof


def expect(changes, defaults):
    """Callback: expect the fingerprint in a question's `changes`, if any, and write it into the address."""
    if "fingerprint" in changes:
        query = preset.query(preset.Preset("", changes, ""), defaults)
        link = f"http://here/{visit().page}?{urlencode(query, doseq=True)}"
        visit().proof = Proof(visit().page, reader.read(link), "")
        st.query_params["fingerprint"] = changes["fingerprint"]


def judge_network(setup):
    """Draw the verdict on the first network."""
    linked = _linked(lambda linked: linked.plan is None and linked.experiment == setup.experiment)
    if linked is None:
        return
    ours = network_fingerprint(setup)
    apart = alone(setup) != setup or gone_on(setup)  # otherwise the page trains it or says why not
    if not ours and apart and (was_asked(setup) or estimated_seconds(setup) < AT_ONCE):
        ours = train_first(setup)
    if ours:
        train = setup.experiment.train
        seeds = f"weight seed {train.init_seed}, shuffle seed {train.shuffle_seed}"
        experiment, (config,) = [(setup.experiment.data, train)], cache().fitting(alone(setup))
        trained = [(setup.experiment.data, config)]
        draw_verdict(linked.fingerprint, ours, experiment, trained, f"the first network ({seeds})")
    elif math.isfinite(estimated_seconds(setup)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                ":material/fingerprint: The link has a fingerprint. It is compared once the first network "
                "has been trained."
            )
            st.button("Train it now", key="_check_proof", on_click=ask, args=(setup,))


def judge_sweep(plan):
    """Draw the verdict on a sweep."""
    linked = _linked(lambda linked: linked.plan and linked.plan.experiments() == plan.experiments())
    if linked is None:
        return
    ours = sweep_fingerprint(plan)
    if ours:
        experiments = plan.experiments()
        n = len(experiments)
        of_what = {1: "the one training", 2: "both trainings"}.get(n, f"all {n} trainings")
        draw_verdict(linked.fingerprint, ours, experiments, experiments, of_what)
    else:
        why = why_none(plan)
        then = f"It cannot be compared, because {why}." if why else "It is compared once the sweep is done."
        st.caption(f":material/fingerprint: The link has a fingerprint. {then}")


def _linked(fits):
    """Return the Linked to compare the page with; None without one or if it is for another experiment."""
    proof = visit().proof
    if proof is None or proof.page != visit().page:
        return None
    if proof.problem:
        sentence = f"The link's fingerprint cannot be checked: {proof.problem}"
        show_sentence(st.warning, sentence, ":material/fingerprint:")
        return None
    if fits(proof.linked):
        visit().fitting_proof = proof
        return proof.linked
    if visit().fitting_proof != proof:
        sentence = "The link's fingerprint is not checked: this page shows a different experiment."
        show_sentence(st.warning, sentence, ":material/fingerprint:")
    elif "fingerprint" in st.query_params:  # the address is now that of another experiment
        del st.query_params["fingerprint"]
    return None


def records_of(setup):
    """Return the kept EpochRecords of a setup's first network, the last one with weights, or None."""
    for one in (setup, alone(setup)):
        run, epoch = finished(one)
        records = [kept.records[0] for kept in run.history.up_to(epoch)] if run else []
        if records and records[-1].params:
            return records
    return None


def finished(setup):
    """Return (run, last epoch) of a setup trained to its end and still cached, or (None, 0).

    A run that has the weights of that epoch comes first.
    """
    n_epochs, without_weights = setup.experiment.train.epochs, (None, 0)
    for kind in ({}, {"watched": True}, {"own": True}):
        run = cache().peek(setup, **kind)
        if run and run.n_epochs >= 0 and (run.ended or run.n_epochs >= n_epochs):
            last = run.at(min(run.n_epochs, n_epochs))
            if last.number == min(run.n_epochs, n_epochs):
                if last.records[0].params:
                    return run, last.number
                without_weights = run, last.number
    return without_weights


def gone_on(setup):
    """Return whether the run of the first network alone has gone beyond its last epoch."""
    run = cache().peek(alone(setup))
    return run is not None and run.n_epochs > setup.experiment.train.epochs


def alone(setup):
    """Return the Setup of the first network alone."""
    return Setup(setup.experiment, 1)


def estimated_seconds(setup):
    """Return the estimated seconds to train the first network; infinity if its data are not loaded."""
    shared, first = cache(), alone(setup)
    dataset = shared.datasets.get(first.experiment.data)
    if dataset is None:
        return math.inf
    configs = shared.fitting(first)
    training = cost.seconds(configs, dataset, configs[0].epochs, shared.speed)
    return cost.beginning(configs, dataset, shared.speed) + training


def ask(setup):
    """Callback: request the training of the first network alone."""
    visit().proven = setup.experiment
    approve("train", (alone(setup),))


def was_asked(setup):
    """Return whether the training of the first network was requested."""
    return visit().proven == setup.experiment


def train_first(setup):
    """Train the first network and show the progress here; return its Fingerprint, or None.

    If its run has gone on without keeping these weights, train it again, in a run of its own.
    """
    progress.trained([alone(setup)], own=gone_on(setup))
    return network_fingerprint(setup)


def network_fingerprint(setup):
    """Return the Fingerprint of a setup's first network, or None."""
    records, experiment = records_of(setup), setup.experiment
    return fingerprint.of_network((experiment.data, experiment.train), records) if records else None


def sweep_fingerprint(plan):
    """Return the Fingerprint of a sweep; None if it is incomplete, or there is a reason (see `why_none`)."""
    run = cache().sweeps.get(tuple(plan.experiments()))
    if run is None or not (results := run.results).complete or why_none(plan):
        return None
    outcomes = [results.outcomes[row] for row in range(len(results.experiments))]
    records = [outcome.records[-1] if outcome.records else None for outcome in outcomes]
    return fingerprint.of_sweep(results.experiments, records)


def why_none(plan):
    """Return why a sweep has no fingerprint, to follow "because"; "" if it has one or will have one.

    A training that failed by accident may succeed at another attempt. Others fail at every attempt; a
    fingerprint covers them, unless all of them failed.
    """
    n = len(plan.experiments())
    if n == 0:
        return "there is no trial to run"
    if n_accidents := sum(outcome.accidental for outcome in _outcomes(plan)):
        return f"{counted(n_accidents, 'training')} failed by accident: try again"
    if n_failed(plan) == n:
        return {1: "its one training", 2: "both trainings"}.get(n, f"all {n} trainings") + " failed"
    return ""


def n_failed(plan):
    """Return how many of a sweep's trainings have failed."""
    return sum(not outcome.records for outcome in _outcomes(plan))


def _outcomes(plan):
    run = cache().sweeps.get(tuple(plan.experiments()))
    return run.results.outcomes.values() if run else ()
