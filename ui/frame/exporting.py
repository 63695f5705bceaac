"""The Export button: a script, a notebook, homework, weights and records."""

import functools

import streamlit as st

from lab.exports import formats
from lab.exports.experiment import Export
from ui.frame import address, results

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
        "The same in cells, with a word about each.",
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


def of_experiment(
    setup,
    view,
    table,
    *,
    label="Records (.csv)",
    file_name="backprop-lab-records.csv",
    explained="Every epoch's record of every seed.",
):
    """Draw the popover of a page with an experiment.

    `table` is the page's CSV, or a function that returns it; `label`, `file_name` and `explained` belong to
    its button.
    """
    run, epoch = results.finished(setup)
    link = address.page_link(address.page_query(setup.experiment, setup.n_seeds, view))
    export = Export(setup.experiment.data, setup.experiment.train, results.record_of(setup), link)
    with st.popover("Export", icon=":material/download:"):
        if export.record is None:
            st.caption(
                "The first network has not been trained to its end: the script will train it, with no losses "
                "of the lab to compare with."
            )
        for name, write, file, mime, icon, explained_here in FORMATS:
            _button(name, functools.partial(write, export), file, mime, icon, explained_here)
        records = run.at(epoch).records if run else ()
        has_weights = bool(records) and all(record.params for record in records)
        # a button keeps its data for as long as its tab is open, so the examples are left out
        scaling = run and run.dataset._replace(**dict.fromkeys(EXAMPLES))
        _button(
            "Weights (.npz)",
            functools.partial(formats.weights, records, run.configs, scaling) if has_weights else b"",
            "backprop-lab-formats.weights",
            "application/octet-stream",
            ":material/grid_on:",
            "Final W1, b1, … of all networks, the first axis one a network."
            if has_weights
            else "Only of networks that have been trained here.",
            disabled=not has_weights,
        )
        _button(label, table, file_name, "text/csv", ":material/table:", explained)


def of_sweep(table):
    """Draw the popover of a sweep; `table` is the data frame of its trials, or None without results."""
    text = "" if table is None else table.drop(columns="curve").to_csv(index=False)
    with st.popover("Export", icon=":material/download:"):
        explained = "Every trial with its settings, results, cost and link. Its link leads to its own script."
        _button("Trials (.csv)", text, "backprop-lab-sweep.csv", "text/csv", ":material/table:", explained)


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
