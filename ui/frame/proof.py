"""The verdict on a link's fingerprint, under the title of the page that the link opens."""

import math
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from lab.links import parameters, reader
from lab.links.fingerprint import DIFFERS, EXACTLY, NEAR, compare
from ui.frame import results

STATE = st.session_state
AT_ONCE = 3.0  # seconds of a training that a link's fingerprint is worth without a click
SHOWN = {
    EXACTLY: (st.success, ":material/verified:"),
    NEAR: (st.info, ":material/approval:"),
    DIFFERS: (st.error, ":material/difference:"),
}


class Proof(NamedTuple):
    """A link with a fingerprint, opened on `page`: what it asks for, or why it cannot be read."""

    page: str
    linked: reader.Linked | None
    problem: str


def arrive(page, carried):
    """To be called on arrival at a page: keeps the fingerprint of its link."""
    if "fingerprint" not in st.query_params:
        return
    if carried:  # it came along from another page
        del st.query_params["fingerprint"]
        return
    known = parameters.PAGES.get(page, parameters.ANY_PAGE)  # what else it says is told by itself
    query = {key: st.query_params.get_all(key) for key in st.query_params if key in known}
    try:
        proof = Proof(page, reader.read(f"http://here/{page}?{urlencode(query, doseq=True)}"), "")
    except ValueError as problem:
        proof = Proof(page, None, str(problem))
    STATE["_proof"] = proof


def current():
    """The Proof of the link that the page was opened by, or None."""
    proof = STATE.get("_proof")
    return proof if proof and proof.page == STATE.get("_page") else None


def reserve_verdict_place():
    """Keep a place here, under the title, for the verdict and its like."""
    STATE["_verdict"] = st.container()


def verdict_place():
    """The place that was kept, for what stands above the verdict; else here."""
    return STATE.get("_verdict") or st.container()


def take_verdict_place():
    """The place that was kept, to draw in; else here."""
    return STATE.pop("_verdict", None) or st.container()


def of_network(setup, show_sentence):
    """Draw the verdict on the first network; `show_sentence(show, sentence, icon)` draws a sentence."""
    linked = _asked(
        lambda linked: linked.plan is None and linked.experiment == setup.experiment, show_sentence
    )
    if linked is None:
        return
    found = results.of_network(setup)
    if not found and (results.asked(setup) or results.seconds(setup) < AT_ONCE):
        results.train(setup)
        found = results.of_network(setup)
    if found:
        train = setup.experiment.train
        seeds = f"weight seed {train.init_seed}, shuffle seed {train.shuffle_seed}"
        _draw(
            compare(linked.fingerprint, found),
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
    """Draw the verdict on a sweep."""
    linked = _asked(
        lambda linked: linked.plan and linked.plan.experiments() == plan.experiments(), show_sentence
    )
    if linked is None:
        return
    found = results.of_sweep(plan)
    if found:
        _draw(
            compare(linked.fingerprint, found),
            f" It is the fingerprint of all {len(plan.experiments())} trainings.",
            show_sentence,
        )
    else:
        st.caption(
            ":material/fingerprint: The link has a fingerprint. It is compared once the sweep is done."
        )


def _asked(fits, show_sentence):
    """The Linked to compare with what is on show; None where there is none, or it is another's."""
    proof = current()
    if proof is None:
        return None
    if proof.problem:
        show_sentence(
            st.warning, f"The link's fingerprint cannot be checked: {proof.problem}", ":material/fingerprint:"
        )
        return None
    if fits(proof.linked):
        STATE["_proof_fitted"] = proof
        return proof.linked
    if STATE.get("_proof_fitted") != proof:
        show_sentence(
            st.warning,
            "The link's fingerprint is not checked: this page shows another experiment than its.",
            ":material/fingerprint:",
        )
    elif "fingerprint" in st.query_params:  # it is not that of the experiment now in the address
        del st.query_params["fingerprint"]
    return None


def _draw(verdict, of_what, show_sentence):
    show, icon = SHOWN[verdict.state]
    show_sentence(show, verdict.sentence + of_what, icon)
