"""The Share button: the complete link with its fingerprint, and locked links for assignments."""

import math

import streamlit as st

from lab.links.cost import in_words
from lab.links.fields import FIELDS
from lab.words import counted
from ui.frame import address, results
from ui.sidebar import lock

LABELS = {"seeds": "Random starts", "points": "Points", "sets": "Initializers", "train": "Train"}


def of_experiment(setup, view):
    """Draw the panel of a page with an experiment; the fingerprint is that of its first network."""
    fingerprint = results.of_network(setup)
    with st.popover("Share", icon=":material/link:"):
        _link(address.page_query(setup.experiment, setup.n_seeds, view), fingerprint)
        if fingerprint:
            n = setup.n_seeds
            whose = "of this network" if n == 1 else f"of the first of the {n} networks"
            st.caption(
                f":material/fingerprint: The link ends with the fingerprint {whose}: its final losses, and a "
                "digest of its final weights. Who opens the link sees whether it comes out the same."
            )
        else:
            _offer(setup)
        _assignment(address.page_query(setup.experiment, setup.n_seeds, view))


def of_page(query):
    """Draw the panel of a page without training: its complete link, and the builder of a locked one."""
    locked = lock.current()
    with st.popover("Share", icon=":material/link:"):
        _link(query | ({"lock": "1", "open": ",".join(locked.open)} if locked else {}), None)
        _assignment(query)


def of_sweep(plan, view):
    """Draw the panel of a sweep; the fingerprint is that of all its results."""
    fingerprint, n_accidents = results.of_sweep(plan), results.n_accidents(plan)
    words = "Its fingerprint is added when the sweep is done."
    if fingerprint:
        n = len(plan.experiments())
        words = f"The link ends with the fingerprint of all {n} trainings: a digest of their final losses."
    elif n_accidents:
        failed = f"{counted(n_accidents, 'training')} failed by accident"
        words = f"It has no fingerprint, because {failed}: try again."
    query = address.page_query(plan.base, plan.n_seeds, view)
    with st.popover("Share", icon=":material/link:"):
        _link(query, fingerprint)
        st.caption(f":material/fingerprint: {words}")
        _assignment(query)


def show_lock(experiment):
    """Show at the foot of the sidebar what a locked link fixes."""
    if not lock.current():
        return
    query = experiment.to_query()
    fixed = {name: query.get(name, lock.text(name)) for name in lock.fixed()}
    with st.sidebar:
        st.caption(f":material/lock: This link fixes {len(fixed)} settings and leaves the others to you.")
        box = st.expander("What it fixes", on_change="rerun")
        if box.open:
            rows = [{"setting": name, "value": value} for name, value in fixed.items() if value is not None]
            box.dataframe(rows, hide_index=True)


def _link(query, fingerprint):
    """Show the link as code; `fingerprint` is a Fingerprint or None."""
    st.markdown("This link states **every** setting, so it means the same when a default changes.")
    proof = {"fingerprint": fingerprint.text()} if fingerprint else {}
    st.code(address.page_link(query | proof), language=None, wrap_lines=True)


def _offer(setup):
    """Draw the button that trains the first network for its fingerprint."""
    seconds = results.seconds(setup)
    if not math.isfinite(seconds):
        return
    if results.asked(setup) and results.train(setup):
        st.rerun()  # the link at the top of the panel now has its fingerprint
    st.button(
        "Add the fingerprint",
        key="_add_proof",
        icon=":material/fingerprint:",
        on_click=results.ask,
        args=(setup,),
        help=f"Trains the first network, about {in_words(seconds)}: its losses and weights prove the link.",
    )


def _assignment(query):
    """Draw the builder of a locked link, which leaves the chosen controls open."""
    if lock.current():
        return
    if not st.toggle("Lock the link, for an assignment", key="_locking"):
        return
    opened = st.multiselect(
        "Controls left open",
        lock.controls(),
        format_func=_label,
        key="_left_open",
        placeholder="None: everything is fixed",
        help="All others are hidden, and keep the values that they have now.",
    )
    names = [name for name in lock.controls() if name in opened]
    st.code(
        address.page_link(query | {"lock": "1", "open": ",".join(names)}),
        language=None,
        wrap_lines=True,
    )


def _label(name):
    return FIELDS[name][0] if name in FIELDS else LABELS.get(name, name)
