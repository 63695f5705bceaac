"""The Share and Export buttons: the complete link, locked links for assignments, and what can be saved."""

import functools
import math

import streamlit as st

from lab.exports import formats, weights_file
from lab.exports.experiment import Export
from lab.links.cost import in_words
from lab.links.fields import FIELDS
from lab.sweeps import tested
from lab.words import counted
from ui.frame import proof
from ui.frame.address import page_link, page_query, with_lock
from ui.frame.visit import visit
from ui.report import offer
from ui.sidebar import lock

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
}
EXAMPLES = ("X_train", "y_train", "X_valid", "y_valid", "X_test", "y_test")
FORMATS = (  # (label, what writes it, file name, MIME type, icon, help)
    (
        "Script (.py)",
        formats.script,
        "backprop_lab.py",
        "text/x-python",
        ":material/code:",
        "The first network in NumPy alone: data, gradients and their check, training.",
    ),
    (
        "Notebook (.ipynb)",
        formats.notebook,
        "backprop_lab.ipynb",
        "application/x-ipynb+json",
        ":material/book:",
        "The same code as a notebook, with a sentence about each cell.",
    ),
    (
        "Homework (.py)",
        formats.homework,
        "homework.py",
        "text/x-python",
        ":material/school:",
        "The script without the body of backward(), and a checker that names the layer that is wrong.",
    ),
)

NOTEBOOK = (
    "To run the notebook without installing anything, save it and upload it to "
    "[Colab](https://colab.research.google.com/) (File, Upload notebook), or drag it into the files of "
    "[JupyterLite](https://jupyter.org/try-jupyter/lab/)."
)


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
    """Draw the panel of a page without training: its complete link, and the builder of a locked one."""
    with st.popover("Share", icon=":material/link:"):
        _link(with_lock(query), None)
        _assignment(query)
        offer.draw(page_link(with_lock(query)), None)


def share_sweep(plan):
    """Draw the panel of a sweep; the fingerprint is that of all its results."""
    fingerprint, n_accidents = proof.sweep_fingerprint(plan), proof.n_accidents(plan)
    words = "Its fingerprint is added when the sweep is done."
    if fingerprint:
        n = len(plan.experiments())
        of_what = "of its one training" if n == 1 else f"of all {n} trainings"
        words = f"The link ends with the fingerprint {of_what}: a digest of the final losses."
    elif n_accidents:
        failed = f"{counted(n_accidents, 'training')} failed by accident"
        words = f"It has no fingerprint, because {failed}: try again."
    query = page_query(plan.base, plan.n_seeds)
    opened = visit().tested
    with st.popover("Share", icon=":material/link:"):
        _link(query | ({tested.PARAMETER: tested.text(opened)} if opened else {}), fingerprint)
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
        st.rerun()  # the link at the top of the panel now has its fingerprint
    st.button(
        "Add the fingerprint",
        key="_add_proof",
        icon=":material/fingerprint:",
        on_click=proof.ask,
        args=(setup,),
        help=f"Trains the first network, about {in_words(seconds)}: the fingerprint comes from its result.",
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
        page_link(query | {"lock": "1", "open": ",".join(names)}),
        language=None,
        wrap_lines=True,
    )


def _label(name):
    return FIELDS[name][0] if name in FIELDS else LABELS.get(name, name)


def export_experiment(
    setup,
    table,
    *,
    label="Records (.csv)",
    file_name="backprop-lab-records.csv",
    explained="One record per epoch and seed.",
):
    """Draw the popover of a page with an experiment.

    `table` is the page's CSV, or a function that returns it; `label`, `file_name` and `explained` belong to
    its button.
    """
    run, epoch = proof.finished(setup)
    last = (proof.records_of(setup) or [None])[-1]
    link = page_link(page_query(setup.experiment, setup.n_seeds))
    data = setup.experiment.data
    export = Export(data, setup.experiment.train, last, link)
    with st.popover("Export", icon=":material/download:"):
        if export.record is None:
            st.caption(
                "The first network has not finished training here. The script will train it, but has no "
                "losses of ours to compare with."
            )
        for name, write, file, mime, icon, explained_here in FORMATS:
            _button(name, functools.partial(write, export), file, mime, icon, explained_here)
        st.caption(NOTEBOOK)
        records = run.at(epoch).records if run else ()
        has_weights = bool(records) and all(record.params for record in records)
        # a button keeps its data for as long as its tab is open, so the examples are left out
        scaling = run and run.dataset._replace(**dict.fromkeys(EXAMPLES))
        _button(
            "Weights (.npz)",
            functools.partial(weights_file.write, records, data, setup.configs(), scaling)
            if has_weights
            else b"",
            "backprop-lab-weights.npz",
            "application/octet-stream",
            ":material/grid_on:",
            "Final W1, b1, … of all networks (the first axis counts the networks), and their settings."
            if has_weights
            else "Only for networks that have been trained here.",
            disabled=not has_weights,
        )
        _button(label, table, file_name, "text/csv", ":material/table:", explained)
        offer.draw(link, proof.network_fingerprint(setup))


def export_sweep(plan, table):
    """Draw the popover of a sweep; `table` is the data frame of its trials, or None without results."""
    text = "" if table is None else table.drop(columns="curve").to_csv(index=False)
    with st.popover("Export", icon=":material/download:"):
        explained = "Every trial with its settings, results, cost and link. Its link leads to its own script."
        _button("Trials (.csv)", text, "backprop-lab-sweep.csv", "text/csv", ":material/table:", explained)
        offer.draw(page_link(page_query(plan.base, plan.n_seeds)), proof.sweep_fingerprint(plan))


def _button(label, data, file_name, mime, icon, explained, **options):
    st.download_button(
        label,
        data,
        file_name,
        mime,
        icon=icon,
        help=explained,
        key=f"_export_{label}",
        width="stretch",
        on_click="ignore",
        **options,
    )
