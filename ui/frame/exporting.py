"""The Export button: save scripts, weights, records, or the page itself."""

import functools

import streamlit as st

from data import ready
from lab.exports import experiment, formats, weights_file
from lab.exports.experiment import Export
from lab.words import as_plain_text
from ui.frame import proof
from ui.frame.address import page_link, page_query
from ui.frame.tables import safe_rows
from ui.report import offer
from ui.training.cache import cache

EXAMPLES = ("X_train", "y_train", "X_valid", "y_valid", "X_test", "y_test")
FORMATS = (  # (label, what writes it, file name, MIME type, icon, help)
    (
        "Script (.py)",
        formats.script,
        "backprop_lab.py",
        "text/x-python",
        ":material/code:",
        "The first network in NumPy alone: data, gradients with a check, training.",
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
        "The script without the body of backward(), with a checker that names the layer that is wrong.",
    ),
)

GONE_ON = "The weights of this epoch are not kept, because the training has gone on to later ones here."
UNTRAINED = "Only for networks that have been trained here."
NOTEBOOK = (
    "To run the notebook without installing anything, save it and upload it to "
    "[Colab](https://colab.research.google.com/) (File, Upload notebook), or drag it into the files of "
    "[JupyterLite](https://jupyter.org/try-jupyter/lab/)."
)


def export_experiment(
    setup,
    table,
    *,
    label="Records (.csv)",
    file_name="backprop-lab-records.csv",
    explained="One record per epoch and seed.",
):
    """Draw the popover of a page with an experiment.

    `table` is the page's CSV, or a function that returns it, or None without records; `label`, `file_name`
    and `explained` are those of its button.
    """
    run, epoch = proof.finished(setup)
    last = (proof.records_of(setup) or [None])[-1]
    link = page_link(page_query(setup.experiment, setup.n_seeds))
    data = setup.experiment.data
    export = Export(data, setup.experiment.train, last, link)
    with st.popover("Export", icon=":material/download:"):
        unusable = _unusable(data)
        if unusable:
            st.caption(as_plain_text(f"There is no script to export: {unusable}"))
        elif export.record is None:
            why = "has gone on to later epochs" if run else "has not finished training"
            st.caption(
                f"The first network {why} here. The script will train it, but it contains no losses to "
                "compare with."
            )
        for name, write, file, mime, icon, explained_here in FORMATS:
            content = b"" if unusable else functools.partial(write, export)
            _button(name, content, file, mime, icon, explained_here, disabled=bool(unusable))
        if not unusable and export.is_written:
            _own_file(export)
        st.caption(NOTEBOOK)
        records = run.at(epoch).records if run else ()
        has_weights = bool(records) and all(record.params for record in records)
        # a button keeps its data while its tab is open, so the examples are left out
        scaling = run and run.dataset._replace(**dict.fromkeys(EXAMPLES))
        _button(
            "Weights (.npz)",
            functools.partial(weights_file.write, records, data, setup.configs(), scaling)
            if has_weights
            else b"",
            "backprop-lab-weights.npz",
            "application/octet-stream",
            ":material/grid_on:",
            "Final W1, b1, … of all networks (the first axis counts the networks), and their settings. "
            + weights_file.too_large(records)
            if has_weights
            else GONE_ON
            if run
            else UNTRAINED,
            disabled=not has_weights,
        )
        has_records = table is not None
        _button(
            label,
            table if has_records else b"",
            file_name,
            "text/csv",
            ":material/table:",
            explained if has_records else UNTRAINED,
            disabled=not has_records,
        )
        offer.draw(link, proof.network_fingerprint(setup))


def _own_file(export):
    """Draw the button of the file from which the scripts read the visitor's own table or images."""
    explained = f"{export.file_name}, which the scripts above read: save it beside them."
    too_large = (
        f"The file has more than {experiment.MOST_OFFERED >> 20} MB. The script says how to create it in the "
        "terminal."
    )
    _button(
        f"{export.reads.capitalize()} (.npz)",
        functools.partial(experiment.arrays_file, export.data) if export.is_offered else b"",
        export.file_name,
        "application/octet-stream",
        ":material/table:",
        explained if export.is_offered else too_large,
        disabled=not export.is_offered,
    )


def _unusable(data):
    """Return in a sentence why no network can be trained on these data; "" if one can.

    Data that have to be downloaded first count as usable: a script reads them from a file.
    """
    if not ready(data.name):
        return ""
    try:
        cache().dataset(data)
    except ValueError as problem:
        return str(problem)
    return ""


def export_sweep(plan, table):
    """Draw the popover of a sweep; `table` is the data frame of its trials, or None without results."""
    text = "" if table is None else safe_rows(table.drop(columns="curve")).to_csv(index=False)
    with st.popover("Export", icon=":material/download:"):
        explained = "Every trial with its settings, results, cost and link. The link leads to a script."
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
