"""The Share button: the page's complete link, and locked links for assignments."""

import math

import streamlit as st

from lab.links.cost import in_words
from lab.links.fields import FIELDS
from lab.links.pages import SIZES
from lab.questions.preset import TRAIN
from lab.sweeps import tested
from lab.words import counted
from ui.frame import proof
from ui.frame.address import page_link, page_query, with_lock
from ui.frame.tables import show_rows
from ui.frame.visit import visit
from ui.report import offer
from ui.sidebar import lock

ORDINALS = ("First", "Second", "Third")
LABELS = {
    "seeds": "Random starts",
    "points": "Points",
    "sets": "Initializers",
    "paths": "Compare with",
    "plane_of": "Plane of a table",
    "across": "Feature across",
    "up": "Feature up",
    "held": "Features held fixed",
    "plane": "Directions",
    "weight1": "First weight",
    "weight2": "Second weight",
    "plane_seed": "Seed of the directions",
    "kappa": "Condition number κ",
    "train": "Train",
    "hide_test": "Hide the test set",
    "bug": "Bug",
    "examples": "Examples K",
    "h": "Step h",
    "precision": "Precision",
    "mode": "Mode",
    "compare": "Compare",
    "values": "Values to compare",
    "hunt": "Hunt number",
    "step": "Step of the derivation",
    "predict": "Predict first",
    "scheme": "Scheme",
    "which": "Parameters checked",
    "grid": "Steps of the sweep",
    "against": "Axis of the sweep",
    "error": "Error of the sweep",
    "design": "Design",
    **{f"axis{number}": f"{which} field that varies" for number, which in enumerate(ORDINALS, 1)},
    **{f"values{number}": f"Values of the {which.lower()} field" for number, which in enumerate(ORDINALS, 1)},
    "range_points": "Points per range",
    "draws": "Draws",
    "sweep_seed": "Sweep seed",
    "least": "Fewest parameters",
    "most": "Most parameters",
}


def share_experiment(setup):
    """Draw the panel of a page with an experiment; the fingerprint is that of its first network."""
    fingerprint = proof.network_fingerprint(setup)
    with st.popover("Share", icon=":material/link:"):
        _link(page_query(setup.experiment, setup.n_seeds), fingerprint)
        if fingerprint:
            n = setup.n_seeds
            whose = "of this network" if n == 1 else f"of the first of the {n} networks"
            st.caption(
                f":material/fingerprint: The link ends with the fingerprint {whose}: its final losses, and a "
                "digest of its final weights. Anyone who opens it sees whether it comes out the same."
            )
        else:
            _offer(setup)
        _assignment(page_query(setup.experiment, setup.n_seeds))


def share_page(query):
    """Draw the panel of a page without training: its complete link and the builder of a locked link."""
    with st.popover("Share", icon=":material/link:"):
        _link(with_lock(query), None)
        _assignment(query)
        offer.draw(page_link(with_lock(query)), None)


def share_sweep(plan):
    """Draw the panel of a sweep; the fingerprint covers all its results."""
    n, n_failed, why = len(plan.experiments()), proof.n_failed(plan), proof.why_none(plan)
    fingerprint = None if why else proof.sweep_fingerprint(plan)
    words = "Its fingerprint is added when the sweep is done."
    if why:
        words = f"It has no fingerprint, because {why}."
    elif fingerprint:
        of_what = {1: "its one training", 2: "both trainings"}.get(n, f"all {n} trainings")
        failed = f"; {n_failed} failed and {'has' if n_failed == 1 else 'have'} none" if n_failed else ""
        words = f"The link ends with the fingerprint of {of_what}: a digest of the final losses{failed}."
    query = page_query(plan.base, plan.n_seeds)
    opened = visit().tested
    with st.popover("Share", icon=":material/link:"):
        _link(query | ({tested.PARAMETER: tested.text(opened)} if opened else {}), fingerprint)
        st.caption(f":material/fingerprint: {words}")
        _assignment(query)


def show_lock(experiment):
    """Show at the bottom of the sidebar what a locked link fixes."""
    if not lock.current():
        return
    query = experiment.to_query()
    fixed = {name: query.get(name, lock.text(name)) for name in lock.fixed()}
    with st.sidebar:
        n_open = len({*lock.controls()} - {*fixed, TRAIN})  # the switch that trains is no setting
        st.caption(f":material/lock: {_fixes(len(fixed), n_open)}")
        box = st.expander("What it fixes", on_change="rerun")
        if box.open:
            rows = [{"setting": name, "value": value} for name, value in fixed.items() if value is not None]
            show_rows(rows, box)


def _fixes(n_fixed, n_open):
    """Return the sentence about how many settings a locked link fixes and how many it leaves open."""
    if not n_open:
        return "This link fixes all settings."
    if not n_fixed:
        return "This link leaves all settings to you."
    others = "the others" if n_open > 1 else "the other one"
    return f"This link fixes {counted(n_fixed, 'setting')} and leaves {others} to you."


def _link(query, fingerprint):
    st.markdown("This link states **every** setting, so it means the same when a default changes.")
    if fingerprint:
        query = query | {"fingerprint": fingerprint.text()}
    st.code(page_link(query), language=None, wrap_lines=True)


def _offer(setup):
    """Draw the button that trains the first network for its fingerprint."""
    seconds = proof.estimated_seconds(setup)
    if not math.isfinite(seconds):
        return
    if proof.was_asked(setup) and proof.train_first(setup):
        st.rerun()  # so that the link at the top of the panel shows its fingerprint
    st.button(
        "Add the fingerprint",
        key="_add_proof",
        icon=":material/fingerprint:",
        on_click=proof.ask,
        args=(setup,),
        help=f"Trains the first network, about {in_words(seconds)}. The fingerprint is made from its result.",
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
        help="All others are hidden and keep their current values.",
    )
    names = [name for name in lock.controls() if name in opened]
    st.code(
        page_link(query | {"lock": "1", "open": ",".join(names)}),
        language=None,
        wrap_lines=True,
    )


def _label(name):
    """Return the label of a control."""
    return FIELDS[name][0] if name in FIELDS else SIZES[name][0] if name in SIZES else LABELS.get(name, name)
