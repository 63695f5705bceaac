"""The Export button: a script, a notebook, a homework, weights and records."""

import functools

import streamlit as st

from lab.exports import formats, weights
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
    """The popover of a page with an experiment; `table`, the CSV of the page or a function that makes it,
    has the label, the file name and the explanation given.
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
        held = bool(records) and all(record.params for record in records)
        # a button holds what it writes from for as long as its tab is open: not the examples
        scaling = run and run.dataset._replace(**dict.fromkeys(EXAMPLES))
        _button(
            "Weights (.npz)",
            functools.partial(weights.npz, records, run.configs, scaling) if held else b"",
            "backprop-lab-weights.npz",
            "application/octet-stream",
            ":material/grid_on:",
            "Final W1, b1, … of all networks, the first axis one a network."
            if held
            else "Only of networks that have been trained here.",
            disabled=not held,
        )
        _button(label, table, file_name, "text/csv", ":material/table:", explained)


def of_sweep(table):
    """The popover of a sweep, whose results are the frame `table`, or None."""
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
