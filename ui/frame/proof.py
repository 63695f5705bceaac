"""The fingerprint of what a page has trained, and the verdict on the fingerprint of its link."""

import math
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import streamlit as st

from lab.links import cost, fingerprint, parameters, reader, rounding
from lab.links.experiment import Setup
from lab.links.verdict import ANOTHER, DIFFERS, EXACTLY, GROWN, NEAR, UNDECIDED, compare
from lab.questions import preset
from lab.questions.learn import ANOTHER_COMPUTER
from ui.charts import curves as charts
from ui.frame.show import show, show_sentence
from ui.frame.visit import address, visit
from ui.training import progress
from ui.training.cache import cache
from ui.training.confirm import approve

AT_ONCE = 3.0  # estimated seconds; a shorter training runs at once to check the link's fingerprint
SHOWN = {
    EXACTLY: (st.success, ":material/verified:"),
    NEAR: (st.info, ":material/approval:"),
    GROWN: (st.warning, ":material/graph_1:"),
    UNDECIDED: (st.warning, ":material/help:"),
    ANOTHER: (st.error, ":material/difference:"),
    DIFFERS: (st.error, ":material/difference:"),
}
BEAT = 0.15  # seconds between two updates while twins are trained


class Proof(NamedTuple):
    """A link with a fingerprint, opened on `page`: `linked` is what it asks for, or None with a `problem`."""

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
    """Callback: expect the fingerprint of a question's `changes`, if any, and put it in the address."""
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
    apart = alone(setup) != setup  # else the page trains it, or says why it does not
    if not ours and apart and (was_asked(setup) or estimated_seconds(setup) < AT_ONCE):
        ours = train_first(setup)
    if ours:
        train = setup.experiment.train
        seeds = f"weight seed {train.init_seed}, shuffle seed {train.shuffle_seed}"
        (first,) = cache().fitting(alone(setup))
        _judge(linked, ours, [(setup.experiment.data, train)], [first], f"the first network ({seeds})")
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
        configs = [config for _, config in experiments]
        _judge(linked, ours, experiments, configs, f"all {len(experiments)} trainings")
    else:
        st.caption(
            ":material/fingerprint: The link has a fingerprint. It is compared once the sweep is done."
        )


def _linked(fits):
    """Return the Linked to compare the page with; None if there is none or it is of another experiment."""
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
        sentence = "The link's fingerprint is not checked: this page shows another experiment than its."
        show_sentence(st.warning, sentence, ":material/fingerprint:")
    elif "fingerprint" in st.query_params:  # the address now holds another experiment
        del st.query_params["fingerprint"]
    return None


def _judge(linked, ours, experiments, configs, of_what):
    """Draw the verdict on the fingerprint `ours` of the experiments, which are trained as these `configs`."""
    verdict, twins = compare(linked.fingerprint, ours), None
    if verdict.needs_twins:
        place = st.empty()
        with place.container():
            twins = _twins(ours.kind, experiments, configs)
        if twins:
            place.empty()
            verdict = compare(linked.fingerprint, ours, twins)
    look, icon = SHOWN[verdict.state]
    show_sentence(look, f"{verdict.sentence} It is the fingerprint of {of_what}.", icon)
    if twins and linked.fingerprint.figures and ours.epochs:
        _draw_courses(linked.fingerprint, ours, twins)


def _twins(kind, experiments, configs):
    """Return the Fingerprints of twins, trained with their progress and cached; None if they have to wait."""
    fitting = [(data, config) for (data, _), config in zip(experiments, configs, strict=True)]
    seconds = 0.0
    for data, config in fitting:
        dataset = cache().datasets.get(data)
        if dataset is not None:
            seconds += rounding.N_TWINS * cost.beginning([config], dataset, cache().speed)
            seconds += rounding.N_TWINS * cost.seconds([config], dataset, config.epochs, cache().speed)

    def steps():
        total = max(1, rounding.N_TWINS * sum(config.epochs for config in configs))
        histories = []
        for done, histories in rounding.train_twins(fitting, cache().dataset, BEAT):  # noqa: B007
            yield min(1.0, done / total)
        return fingerprint.of_twins(kind, experiments, histories)

    name = ("twins", fingerprint.experiment_digest(fitting))
    return progress.result(name, steps, seconds, "Training the twins", "Training the twins")


def _draw_courses(linked, ours, twins):
    """Draw the losses of the link, of this page and of the twins by epoch, and what they teach."""
    parts = {"the link": linked, "here": ours} | {f"twin {n}": twin for n, twin in enumerate(twins, start=1)}
    frame = pd.concat(
        pd.DataFrame({"epoch": ours.epochs, "loss": one.figures, "of": name}) for name, one in parts.items()
    )
    frame = frame[np.isfinite(frame["loss"]) & (frame["loss"] > 0)]
    title = "Where do the link, this page and the twins part?"
    show(charts.courses(frame, title), title, "The losses after the epochs that a fingerprint holds")
    st.caption(
        "Grey: three twins, trained here from first weights that differ in the last bit alone. A training "
        "that takes such twins apart is *chaotic*: every step multiplies a small difference. Another "
        "processor adds the same numbers in another order, rounds the sum differently, and ends elsewhere."
    )
    st.page_link(
        "pages/decision_boundary.py",
        label=ANOTHER_COMPUTER.question,
        query_params=preset.query(ANOTHER_COMPUTER),
    )


def records_of(setup):
    """Return the kept EpochRecords of a setup's first network, the last with its weights, or None."""
    run, epoch = finished(setup)
    if run is None and setup.n_seeds > 1:
        run, epoch = finished(alone(setup))
    records = [kept.records[0] for kept in run.history.up_to(epoch)] if run else []
    return records if records and records[-1].params else None


def finished(setup):
    """Return (run, last epoch) of a setup trained to its end and still cached, or (None, 0)."""
    n_epochs = setup.experiment.train.epochs
    for watched in (False, True):
        run = cache().peek(setup, watched)
        if run and run.n_epochs >= 0 and (run.ended or run.n_epochs >= n_epochs):
            last = min(run.n_epochs, n_epochs)
            return (run, last) if run.at(last).number == last else (None, 0)
    return None, 0


def alone(setup):
    """Return the Setup of the first network by itself."""
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
    """Callback: ask for the first network to be trained, by itself."""
    visit().proven = setup.experiment
    approve("train", (alone(setup),))


def was_asked(setup):
    """Return whether the training of the first network was asked for."""
    return visit().proven == setup.experiment


def train_first(setup):
    """Train the first network, with its progress shown here; return its Fingerprint, or None."""
    progress.trained([alone(setup)])
    return network_fingerprint(setup)


def network_fingerprint(setup):
    """Return the Fingerprint of a setup's first network, or None."""
    records, experiment = records_of(setup), setup.experiment
    return fingerprint.of_network((experiment.data, experiment.train), records) if records else None


def sweep_fingerprint(plan):
    """Return the Fingerprint of a sweep; None if it is not complete or a training failed by accident."""
    run = cache().sweeps.get(tuple(plan.experiments()))
    if run is None or not (results := run.results).complete or n_accidents(plan):
        return None
    outcomes = [results.outcomes[row] for row in range(len(results.experiments))]
    records = [outcome.records[-1] if outcome.records else None for outcome in outcomes]
    return fingerprint.of_sweep(results.experiments, records)


def n_accidents(plan):
    """Return the number of a sweep's trainings that failed by accident, which another attempt may not."""
    run = cache().sweeps.get(tuple(plan.experiments()))
    return sum(outcome.accidental for outcome in run.results.outcomes.values()) if run else 0
