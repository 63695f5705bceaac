"""The verdict on a link's fingerprint, shown under the title of the page."""

import math
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from lab.links import parameters, reader
from lab.links.fingerprint import DIFFERS, EXACTLY, NEAR, compare
from ui.frame import results
from ui.frame.visit import visit

AT_ONCE = 3.0  # estimated seconds; a shorter training runs at once to check the link's fingerprint
SHOWN = {
    EXACTLY: (st.success, ":material/verified:"),
    NEAR: (st.info, ":material/approval:"),
    DIFFERS: (st.error, ":material/difference:"),
}


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
    known = parameters.PAGES.get(page, parameters.ANY_PAGE)  # `arrival` reports the other parameters
    query = {key: st.query_params.get_all(key) for key in st.query_params if key in known}
    try:
        proof = Proof(page, reader.read(f"http://here/{page}?{urlencode(query, doseq=True)}"), "")
    except ValueError as problem:
        proof = Proof(page, None, str(problem))
    visit().proof = proof


def current():
    """Return the Proof of the link that opened the page, or None."""
    proof = visit().proof
    return proof if proof and proof.page == visit().page else None


def reserve_verdict_place():
    """Reserve a container here, under the title, for the verdict and other sentences about the link."""
    visit().verdict_place = st.container()


def verdict_place():
    """Return the reserved container, to draw above the verdict; a new one here if there is none."""
    return visit().verdict_place or st.container()


def take_verdict_place():
    """Return the reserved container and release it; a new one here if there is none."""
    place, visit().verdict_place = verdict_place(), None
    return place


def of_network(setup, show_sentence):
    """Draw the verdict on the first network; `show_sentence(show, sentence, icon)` draws a sentence."""
    linked = _asked(
        lambda linked: linked.plan is None and linked.experiment == setup.experiment, show_sentence
    )
    if linked is None:
        return
    fingerprint = results.of_network(setup)
    apart = results.alone(setup) != setup  # else the page trains it, or says why it does not
    if not fingerprint and apart and (results.asked(setup) or results.seconds(setup) < AT_ONCE):
        results.train(setup)
        fingerprint = results.of_network(setup)
    if fingerprint:
        train = setup.experiment.train
        seeds = f"weight seed {train.init_seed}, shuffle seed {train.shuffle_seed}"
        _draw(
            compare(linked.fingerprint, fingerprint),
            f" It is the fingerprint of the first network ({seeds}).",
            show_sentence,
        )
    elif math.isfinite(results.seconds(setup)):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                ":material/fingerprint: The link has a fingerprint. It is compared once the first network "
                "has been trained."
            )
            st.button("Train it now", key="_check_proof", on_click=results.ask, args=(setup,))


def of_sweep(plan, show_sentence):
    """Draw the verdict on a sweep; `show_sentence` as in `of_network`."""
    linked = _asked(
        lambda linked: linked.plan and linked.plan.experiments() == plan.experiments(), show_sentence
    )
    if linked is None:
        return
    fingerprint = results.of_sweep(plan)
    if fingerprint:
        _draw(
            compare(linked.fingerprint, fingerprint),
            f" It is the fingerprint of all {len(plan.experiments())} trainings.",
            show_sentence,
        )
    else:
        st.caption(
            ":material/fingerprint: The link has a fingerprint. It is compared once the sweep is done."
        )


def _asked(fits, show_sentence):
    """Return the Linked to compare the page with; None if there is none or it is of another experiment."""
    proof = current()
    if proof is None:
        return None
    if proof.problem:
        show_sentence(
            st.warning, f"The link's fingerprint cannot be checked: {proof.problem}", ":material/fingerprint:"
        )
        return None
    if fits(proof.linked):
        visit().fitting_proof = proof
        return proof.linked
    if visit().fitting_proof != proof:
        show_sentence(
            st.warning,
            "The link's fingerprint is not checked: this page shows another experiment than its.",
            ":material/fingerprint:",
        )
    elif "fingerprint" in st.query_params:  # the address now holds another experiment
        del st.query_params["fingerprint"]
    return None


def _draw(verdict, of_what, show_sentence):
    show, icon = SHOWN[verdict.state]
    show_sentence(show, verdict.sentence + of_what, icon)
